"""A process that has everything loaded, and forks one for each run of `publish`: real ones, to be really killed.

It has a single thread, and never publishes anything itself. It takes orders on standard input, a JSON object a line,
and answers a line each: `run` with `pid`; then, unasked, `ended`; and `bury` with `status`. Between `ended` and `bury`
the process is a dead one that nobody has buried, so that its number is no other's.
"""

from __future__ import annotations

import functools
import json
import os
import sys
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, NoReturn

from crash.points import Points, watch_files, watch_ledger
from forks import load_everything, rehearse


def warm_up(folder: str) -> None:
    """Load whatever a run may load, preview a release for every channel, and let nothing wait."""
    from publisher.channels.registry import load_type, types
    from publisher.cli import watching

    load_everything()
    for point in types().values():
        found = load_type(point)
        # A network may say "not here" too early, and asks for pauses; the stand-ins do neither, and nothing need wait.
        found.capabilities = replace(found.capabilities, settles_seconds=0.0)
        found.send, found.send_thread = without_pause(found.send), without_pause(found.send_thread)
    watching._LOOK_SECONDS, watching._BUSY_SECONDS = 0.2, 0.05
    rehearse(folder, "release.md")


def without_pause(send: Any) -> Any:
    @functools.wraps(send)
    def sent(*args: Any, **kwargs: Any) -> Any:
        receipts = send(*args, **kwargs)
        if isinstance(receipts, list):
            return [_without_pause(receipt) for receipt in receipts]
        return _without_pause(receipts)

    return sent


def _without_pause(receipt: Any) -> Any:
    return replace(receipt, wait=None) if receipt.outcome == "sent" else receipt


def serve() -> None:
    child = alive = -1
    for line in sys.stdin:
        order: dict[str, Any] = json.loads(line)
        if order["do"] == "bury":
            _, status = os.waitpid(child, 0)
            _answer(status=os.waitstatus_to_exitcode(status))
            continue
        alive, held = os.pipe()  # its end comes with that of the only process that holds the other end
        child = os.fork()
        if child == 0:
            os.close(alive)
            _run(order)
        os.close(held)
        _answer(pid=child)
        os.read(alive, 1)
        os.close(alive)
        _answer(ended=child)


def _answer(**answer: int) -> None:
    sys.stdout.write(json.dumps(answer) + "\n")
    sys.stdout.flush()


def _run(order: Mapping[str, Any]) -> NoReturn:
    code: Any = 70
    try:
        folder = order["folder"]
        os.chdir(folder)
        for number, (name, flags) in enumerate(
            ((os.devnull, os.O_RDONLY), (order["stdout"], os.O_WRONLY), (order["stderr"], os.O_WRONLY))
        ):
            os.dup2(os.open(name, flags | (os.O_CREAT | os.O_TRUNC if number else 0), 0o600), number)
        journal = os.open(order["journal"], os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        points = Points(journal, tuple(order["last"]) if order["last"] else None)
        watch_ledger(points)
        if order["site"]:
            watch_files(points, order["site"])
        from publisher.cli import main

        main(order["words"])
    except SystemExit as left:
        code = left.code or 0
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


if __name__ == "__main__":
    warm_up(sys.argv[1])
    _answer(ready=os.getpid())
    serve()
