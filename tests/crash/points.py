"""The points inside a run at which it can be killed: each is counted, told to a journal, and may be the last."""

from __future__ import annotations

import functools
import os
import signal
import sys
import threading
from collections import Counter
from pathlib import Path
from typing import Any

BEFORE_INTENT = "before the intent is committed"
AFTER_INTENT = "after the intent is committed"
BEFORE_RECEIPT = "before the receipt is committed"
AFTER_RECEIPT = "after the receipt is committed"
BEFORE_ENTRY = "before another entry is committed"
NO_INTENT = "the post was not free"
FILE = "before a file is changed"

_METHODS = {"claim": "intent", "settle": "receipt"}
"""What of the ledger's commits an intent, or a receipt; they come from within these methods."""

_POINTS = {"intent": (BEFORE_INTENT, AFTER_INTENT), "receipt": (BEFORE_RECEIPT, AFTER_RECEIPT)}
_CHANGES = {"os.rename", "os.mkdir", "os.remove", "os.rmdir", "os.link", "os.symlink", "os.truncate"}


class Points:
    """Counts what is passed, of each kind for itself.

    Args:
        journal: A file descriptor; each point is a line.
        last: The point, and which one of its kind from 1, that is not survived; None where all are.
    """

    def __init__(self, journal: int, last: tuple[str, int] | None) -> None:
        self._journal = journal
        self._last = last
        self._counts: Counter[str] = Counter()
        self._counting = threading.Lock()

    def passed(self, point: str) -> None:
        with self._counting:
            self._counts[point] += 1
            os.write(self._journal, f"{point}\n".encode())
            if (point, self._counts[point]) == self._last:
                os.kill(os.getpid(), signal.SIGKILL)


def watch_ledger(points: Points) -> None:
    """Pass a point around each commit to the ledger, by whichever method and with whichever database."""
    from sqlalchemy.engine.default import DefaultDialect

    from publisher.delivery.ledger import Ledger

    doing = threading.local()

    def watched(method: Any, what: str) -> Any:
        @functools.wraps(method)
        def call(*args: Any, **kwargs: Any) -> Any:
            doing.what = what
            try:
                result = method(*args, **kwargs)
            finally:
                doing.what = None
            if what == "intent" and not result:
                points.passed(NO_INTENT)
            return result

        return call

    for name, what in _METHODS.items():
        setattr(Ledger, name, watched(getattr(Ledger, name), what))
    commit = DefaultDialect.do_commit

    def do_commit(self: Any, connection: Any) -> None:
        before, after = _POINTS.get(getattr(doing, "what", None) or "", (BEFORE_ENTRY, None))
        points.passed(before)
        commit(self, connection)
        if after:
            points.passed(after)

    DefaultDialect.do_commit = do_commit


def watch_files(points: Points, folder: str) -> None:
    """Pass a point before anything in the folder is made, renamed, or removed."""

    def audit(event: str, arguments: tuple[Any, ...]) -> None:
        if event == "open":
            path, _, flags = arguments
            if not flags & (os.O_WRONLY | os.O_RDWR | os.O_CREAT):
                return
        elif event in _CHANGES:
            path = arguments[0]
        else:
            return
        if isinstance(path, str | os.PathLike):
            place = Path(path)
            if place.is_relative_to(folder) or not place.is_absolute():  # shutil names them from an open folder
                points.passed(FILE)

    sys.addaudithook(audit)
