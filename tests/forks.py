"""`publish` in processes forked from one that has everything loaded: as real as any other, and far sooner done.

The loaded process has a single thread, and never publishes anything itself. Each order comes by a socket of its own,
with the files that the run writes to; the answer is the run's number, and, once it ended, how.
"""

from __future__ import annotations

import atexit
import functools
import gc
import io
import json
import os
import select
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, redirect_stderr, redirect_stdout, suppress
from importlib import import_module
from pathlib import Path
from pkgutil import walk_packages
from typing import Any, NoReturn

_MOST_BYTES = 1 << 20
_PATIENCE = 120.0


def load_everything() -> None:
    """Load whatever a run may load."""
    import atproto  # noqa: F401
    import httpx
    import telegram  # noqa: F401
    import time_machine  # noqa: F401
    import tweepy  # noqa: F401

    import publisher
    from publisher.channels.http import call
    from publisher.channels.registry import load_type, types
    from publisher.cli.app import COMMANDS, application

    for module in walk_packages(publisher.__path__, "publisher."):
        if not module.name.endswith("__main__"):
            import_module(module.name)
    with suppress(httpx.HTTPError):
        call("GET", "http://127.0.0.1:9/")  # which reads the certificates
    for command in COMMANDS:
        application(command)
    for point in types().values():
        load_type(point)


def rehearse(folder: str, file: str) -> None:
    """Open a ledger there, and preview a release."""
    from publisher.cli import main
    from publisher.delivery.ledger import Ledger

    Ledger("sqlite:///ledger.db", Path(folder)).close()
    os.chdir(folder)
    with redirect_stdout(io.StringIO()) as said, redirect_stderr(said):
        try:
            main(["preview", file, "--json"])
        except SystemExit as left:
            if left.code:
                sys.exit(f"the warm-up failed: {said.getvalue()}")
    gc.unfreeze()
    gc.collect()
    gc.freeze()  # what nobody touches is shared with every run


def forked(
    words: tuple[str, ...], *, folder: Path, env: dict[str, str], hook: str = "", timeout: float = 60
) -> subprocess.CompletedProcess[str]:
    """Run `publish` with these words in a folder until it ends, with nothing to read.

    Args:
        words: The arguments.
        folder: Where it runs.
        env: The whole environment.
        hook: Python that its process runs first.
        timeout: Seconds after which it is killed.

    Raises:
        subprocess.TimeoutExpired: It was.
    """
    order = {"words": [str(word) for word in words], "folder": str(folder), "env": env, "hook": hook}
    with ExitStack() as stack:
        ask = stack.enter_context(socket.socket(socket.AF_UNIX))
        ask.settimeout(timeout)
        ask.connect(_listener())
        pipes = [os.pipe(), os.pipe()]
        readers = [stack.enter_context(open(reading, encoding="utf-8")) for reading, _ in pipes]  # noqa: PTH123 -- a pipe
        socket.send_fds(ask, [json.dumps(order).encode() + b"\n"], [writing for _, writing in pipes])
        for _, writing in pipes:
            os.close(writing)
        with ThreadPoolExecutor(2) as pool, ask.makefile("r") as answers:
            texts = [pool.submit(reader.read) for reader in readers]
            pid = None
            try:
                pid = int(answers.readline())
                status = int(answers.readline())
            except TimeoutError:
                if pid:
                    os.kill(pid, signal.SIGKILL)
                raise subprocess.TimeoutExpired(["publish", *words], timeout) from None
            return subprocess.CompletedProcess(["publish", *words], status, *(text.result() for text in texts))


@functools.cache
def _listener() -> str:
    """Where the loaded process listens; it is started when it is first asked for, and ends with this one."""
    folder = tempfile.mkdtemp()
    place = f"{folder}/orders"
    process = subprocess.Popen(
        [sys.executable, "-m", "forks", place],
        env={**os.environ, "PYTHONPATH": os.pathsep.join([str(Path(__file__).parents[1]), str(Path(__file__).parent)])},
        stdin=subprocess.PIPE,
    )
    atexit.register(_end, process, folder)
    until = time.monotonic() + _PATIENCE
    while not Path(place).exists():
        if process.poll() is not None or time.monotonic() > until:
            raise RuntimeError("the process to fork from does not start")
        time.sleep(0.02)
    return place


def _end(process: subprocess.Popen[bytes], folder: str) -> None:
    if process.stdin:
        process.stdin.close()
    process.wait(_PATIENCE)
    shutil.rmtree(folder, ignore_errors=True)


def _serve(place: str) -> None:
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(f"{place}.new")
        listener.listen(64)
        Path(f"{place}.new").rename(place)
        while listener in select.select([listener, sys.stdin], [], [])[0]:
            asked, _ = listener.accept()
            if os.fork() == 0:
                listener.close()
                _watch_over(asked)
            asked.close()


def _watch_over(asked: socket.socket) -> NoReturn:
    """Fork the run itself, and tell when it has ended, and how."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    said, files, _, _ = socket.recv_fds(asked, _MOST_BYTES, 2)
    while not said.endswith(b"\n"):
        said += asked.recv(_MOST_BYTES)
    child = os.fork()
    if child == 0:
        _run(json.loads(said), files)
    for file in files:
        os.close(file)
    with suppress(OSError):  # nobody may be waiting any more
        asked.sendall(b"%d\n" % child)
        _, status = os.waitpid(child, 0)
        asked.sendall(b"%d\n" % os.waitstatus_to_exitcode(status))
    os._exit(0)


def _run(order: dict[str, Any], files: list[int]) -> NoReturn:
    code: Any = 70
    try:
        os.chdir(order["folder"])
        os.environ.clear()
        os.environ.update(order["env"])
        time.tzset()
        for number, file in enumerate((os.open(os.devnull, os.O_RDONLY), *files)):
            os.dup2(file, number)
            os.close(file)
        # The streams of the loaded process know what theirs were, files that can be wound back; these are pipes.
        sys.stdin, sys.stdout = open(0, encoding="utf-8"), open(1, "w", encoding="utf-8")  # noqa: SIM115 -- as above
        sys.stderr = open(2, "w", encoding="utf-8", errors="backslashreplace", buffering=1)  # noqa: SIM115
        sys.argv = ["publish", *order["words"]]
        exec(order["hook"], {"__name__": "__main__"})  # noqa: S102 -- the test's own
        from publisher.cli import main

        main()
    except SystemExit as left:
        code = left.code or 0
    except BaseException:  # noqa: BLE001 -- as an interpreter does
        sys.excepthook(*sys.exc_info())
        code = 1
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


if __name__ == "__main__":
    load_everything()
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "release.md").write_text("# A River Is Ours\n\nIt is.\n", encoding="utf-8")
        home = Path.cwd()
        rehearse(folder, "release.md")
        os.chdir(home)
    _serve(sys.argv[1])
