"""Files that are whole or not there at all, and one writer at a time."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

LOCK = ".publish-lock"
_PAUSE = 0.02


@contextmanager
def locked(folder: Path, wait: float) -> Iterator[None]:
    """Hold the folder's lock, made along with the folder where need be.

    The system drops the lock when a process ends, however it ends, so that none is ever stale; the empty lock file
    stays.

    Args:
        folder: The folder to lock.
        wait: Seconds to wait for another process.

    Raises:
        OSError: The folder cannot be written, or another process held the lock all the while.
    """
    folder.mkdir(parents=True, exist_ok=True)
    handle = os.open(folder / LOCK, os.O_RDWR | os.O_CREAT, 0o666)
    try:
        until = time.monotonic() + wait
        while not _try_lock(handle):
            if time.monotonic() > until:
                raise TimeoutError(f"another `publish` has been writing to {folder} for {wait:g} seconds")
            time.sleep(_PAUSE)
        yield
    finally:
        os.close(handle)


def write_durably(path: Path, data: bytes) -> None:
    """A new file, on the disk when this returns, with the permissions that new files have here."""
    with path.open("xb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def sync_file(path: Path) -> None:
    """Make what was written to a file durable. Of many files, all are written first: the second costs little then."""
    handle = os.open(path, os.O_RDWR)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def sync_folder(folder: Path) -> None:
    """Make renames in the folder durable, where the system can (Windows cannot, and need not)."""
    if sys.platform != "win32":
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


if sys.platform == "win32":
    import msvcrt

    def _try_lock(handle: int) -> bool:
        try:
            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True

else:
    import fcntl

    def _try_lock(handle: int) -> bool:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True
