"""Running `publish` in processes of its own, one after the other, and killing them."""

from __future__ import annotations

import json
import os
import queue
import signal
import subprocess
import sys
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import publisher

ARRIVED = "a request has arrived and is not applied"
APPLIED = "a request is applied and not answered"
_PATIENCE = 120.0
_TESTS = Path(__file__).parents[1]


@dataclass(frozen=True)
class Run:
    """How a run went. `code` is None where it was killed, `journal` the points it passed, in their order by kind.

    `arrived` are the requests that the stand-ins got, in order, and `applied` those that they applied.
    """

    code: int | None
    journal: tuple[str, ...]
    arrived: tuple[str, ...]
    applied: tuple[str, ...]
    output: str
    error: str

    def deliveries(self) -> dict[str, Any]:
        """What `--json` says of each channel."""
        (release,) = json.loads(self.output)["releases"]
        return {delivery["channel"]: delivery for delivery in release["deliveries"]}


class Runner:
    """Starts runs, and is the witness of the stand-ins: `publish` is killed at a point, at a request, or from outside.

    Args:
        folder: A folder with a release and channels.yaml to warm up with.
    """

    def __init__(self, folder: Path) -> None:
        paths = [str(Path(publisher.__file__).parents[1]), str(_TESTS)]
        self._process = subprocess.Popen(
            [sys.executable, "-m", "crash.zygote", str(folder)],
            env={**os.environ, "PYTHONPATH": os.pathsep.join(paths), "PYTHONDONTWRITEBYTECODE": "1"},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            bufsize=1,
        )
        self._said: queue.Queue[dict[str, int]] = queue.Queue()
        threading.Thread(target=self._listen, daemon=True).start()
        self._state = threading.Lock()
        self._living = 0
        self._begun = threading.Event()
        self._ended = threading.Event()
        self._last: tuple[str, int] | None = None
        self._requests: dict[str, list[str]] = {}
        self._hear("ready")

    def close(self) -> None:
        self._process.stdin.close()
        self._process.wait(_PATIENCE)
        self._process.stdout.close()

    def run(
        self, folder: Path, words: Sequence[str], *, last: tuple[str, int] | None = None, after: float | None = None
    ) -> Run:
        """Run `publish` in a folder until it ends.

        Args:
            folder: Where it runs.
            words: The arguments.
            last: The point, and which one of its kind from 1, at which it is killed.
            after: Or how many seconds after its start.
        """
        places = {name: folder.parent / name for name in ("stdout", "stderr", "journal")}
        with self._state:
            self._last, self._requests = last, {ARRIVED: [], APPLIED: []}
            self._begun.clear()
            self._ended.clear()
        known = {name: str(path) for name, path in places.items()}
        self._say(do="run", folder=str(folder), words=list(words), last=last, site=str(folder / "site"), **known)
        if not self._begun.wait(_PATIENCE):
            raise TimeoutError("no run begins")
        if after is not None and not self._ended.wait(after):
            self.kill()
        if not self._ended.wait(_PATIENCE):
            self.kill()
            raise TimeoutError(f"`publish {' '.join(words)}` does not end")
        self._say(do="bury")
        status = self._hear("status")
        with self._state:
            arrived, applied = map(tuple, self._requests.values())
        texts = {name: path.read_text(encoding="utf-8", errors="replace") for name, path in places.items()}
        code = None if status == -signal.SIGKILL else status
        return Run(code, tuple(texts["journal"].splitlines()), arrived, applied, texts["stdout"], texts["stderr"])

    def kill(self) -> None:
        """Kill the run that is going on, if one is."""
        with self._state:
            if self._living:
                os.kill(self._living, signal.SIGKILL)

    def witness(self, call: Any, moment: str) -> bool:
        """What the stand-ins tell of each request. True where the run was killed at it, and is dead."""
        point = ARRIVED if moment == "arrived" else APPLIED
        with self._state:
            requests = self._requests[point]
            requests.append(call if isinstance(call, str) else f"{call.method} {call.path}")
            is_last = (point, len(requests)) == self._last
        if is_last:
            self._begun.wait(_PATIENCE)
            self.kill()
            self._ended.wait(_PATIENCE)
        return is_last

    def _say(self, **order: Any) -> None:
        self._process.stdin.write(json.dumps(order) + "\n")

    def _hear(self, name: str) -> int:
        return self._said.get(timeout=_PATIENCE)[name]

    def _listen(self) -> None:
        for line in self._process.stdout:
            told = json.loads(line)
            if "pid" in told:
                with self._state:
                    self._living = told["pid"]
                self._begun.set()
            elif "ended" in told:
                with self._state:
                    self._living = 0
                self._ended.set()
            else:
                self._said.put(told)
