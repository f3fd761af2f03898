"""A real server's process: started, waited for, stopped; what it logged is shown where it does not come up."""

from __future__ import annotations

import os
import pwd
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path

INSTALLED = Path(__file__).resolve().parents[3] / ".servers"
"""Where tools/servers installs them."""

_PATIENCE = 120.0
"""Seconds until a server must answer: many, because several start at once on a busy machine."""


class ServerError(Exception):
    """A server is not installed, or did not start."""


def installed(path: str) -> Path:
    """A file that tools/servers has put there."""
    found = INSTALLED / path
    if not found.exists():
        raise ServerError(f"{found} is missing. Install the servers first: tools/servers")
    return found


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def answers(url: str) -> bool:
    """Whether a GET of this address is answered with a success."""
    try:
        with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(url, timeout=5) as answer:
            return bool(answer.status < 400)
    except (OSError, urllib.error.URLError):
        return False


def unprivileged() -> str | None:
    """The user to run what refuses to run as root; None where we are somebody else already."""
    if os.geteuid() != 0:
        return None
    try:
        return pwd.getpwnam("postgres").pw_name
    except KeyError:
        return "nobody"


def run(command: Sequence[str | Path], *, user: str | None = None, env: Mapping[str, str] | None = None) -> str:
    """What a command that ends by itself has printed.

    Raises:
        ServerError: It failed; with all that it said.
    """
    done = subprocess.run(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=_PATIENCE,
        check=False,
        cwd="/",
        env={**os.environ, **(env or {})},
        **_identity(user),
    )
    if done.returncode:
        raise ServerError(f"{Path(command[0]).name} ended with {done.returncode}:\n{done.stdout}")
    return done.stdout


class Process:
    """A server that runs from the moment this exists until `stop`.

    Args:
        command: The program and its arguments.
        log: The file that takes what it prints.
        ready: Whether it answers by now; asked again and again.
        env: What its environment has besides ours.
        user: Whom it runs as; ourselves by default.
        folder: Where it runs.
        stop_with: The signal that it ends well on.

    Raises:
        ServerError: It ended, or did not answer in time; with the end of its log.
    """

    def __init__(
        self,
        command: Sequence[str | Path],
        log: Path,
        ready: Callable[[], bool],
        *,
        env: Mapping[str, str] | None = None,
        user: str | None = None,
        folder: Path | str = "/",
        stop_with: signal.Signals = signal.SIGTERM,
    ) -> None:
        self._log, self._stop_with = log, stop_with
        with log.open("ab") as out:
            self._process = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.STDOUT,
                cwd=folder,
                env={**os.environ, **(env or {})},
                start_new_session=True,
                **_identity(user),
            )
        try:
            self._wait(ready)
        except BaseException:
            self.stop()
            raise

    def _wait(self, ready: Callable[[], bool]) -> None:
        end = time.monotonic() + _PATIENCE
        while not ready():
            if self._process.poll() is not None:
                raise ServerError(self._story(f"ended with {self._process.returncode} before it answered"))
            if time.monotonic() > end:
                raise ServerError(self._story(f"did not answer within {_PATIENCE:.0f} seconds"))
            time.sleep(0.05)

    def _story(self, what: str) -> str:
        end = "\n".join(self._log.read_text(errors="replace").splitlines()[-60:])
        return f"{Path(str(self._process.args[0])).name} {what}. The end of {self._log}:\n{end}"

    def stop(self) -> None:
        """End it and what it started, with force where it takes its time."""
        if self._process.poll() is None:
            self._process.send_signal(self._stop_with)
            with suppress(subprocess.TimeoutExpired):
                self._process.wait(20)
        with suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait(20)


def _identity(user: str | None) -> dict[str, object]:
    if user is None:
        return {}
    return {"user": user, "group": pwd.getpwnam(user).pw_gid, "extra_groups": []}
