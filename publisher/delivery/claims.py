"""Who holds a claim on a post, and whether that process still lives.

On one machine the system knows. Elsewhere only the sign of life can tell, which every sender gives in the ledger while
it has claims: it is watched for as long as a lease, by the watcher's own clock, so that no two clocks need agree.
"""

from __future__ import annotations

import os
import socket
import time
from pathlib import Path

LEASE_SECONDS = 15.0
"""A sender elsewhere that gave no sign of life for so long has lost its claims."""
BEAT_SECONDS = 4.0
"""How often a sender gives one."""

OPEN: set[str] = set()
"""The senders of this process that still have their ledger open."""


def _machine() -> str:
    """This machine, since it was started, and its table of processes; two containers may share the rest."""
    parts = [socket.gethostname()]
    try:
        parts.append(Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip())
        parts.append(str(Path("/proc/self/ns/pid").readlink()).strip("pid:[]"))
    except OSError:
        pass
    return ":".join(parts)


MACHINE = _machine()


def this_process() -> str:
    """`machine/process/start`: the start tells a process from a later one with the same number, where it is known."""
    return f"{MACHINE}/{os.getpid()}/{_own_start() or ''}"


def _own_start() -> str | None:
    try:
        return _start(os.getpid())
    except OSError:
        return None


def is_dead(owner: str) -> bool | None:
    """Whether the process behind a claim is gone; None where this machine cannot know.

    A living process of this machine keeps its claim however long it takes.
    """
    machine, process, start = [*owner.rsplit("/", 2), "", ""][:3]
    if machine != MACHINE or not process.isdecimal() or os.name == "nt":
        return None
    try:
        now = _start(int(process))
    except OSError:  # hidden from us, or no file can be opened: that says nothing about the process
        return None
    if now is not None:
        return now != start if start else None
    if Path(f"/proc/{process}/stat").exists():
        return True  # dead, and not buried yet
    try:
        os.kill(int(process), 0)
    except ProcessLookupError:
        return True
    except PermissionError:
        pass
    return None  # not to be seen by us, or another process has its number by now


def is_gone(sender: str, owner: str) -> bool | None:
    """The same for one sender: it is gone, too, where its process lives on but has closed that ledger since."""
    if owner == this_process():
        return sender not in OPEN
    return is_dead(owner)


def elapsed() -> float:
    """Seconds of a clock that nobody sets, and that goes on while the machine sleeps, where it has such a one."""
    boot = getattr(time, "CLOCK_BOOTTIME", None)
    return time.monotonic() if boot is None else time.clock_gettime(boot)


def _start(process: int) -> str | None:
    """When the process started, in clock ticks since the machine did; None where it is gone, or dead and unburied.

    Raises:
        OSError: That cannot be read now.
    """
    try:
        stat = Path(f"/proc/{process}/stat").read_text(encoding="utf-8", errors="replace")
    except (FileNotFoundError, ProcessLookupError):
        return None
    fields = stat.rpartition(")")[2].split()  # the name before the bracket may hold anything
    return fields[19] if fields[0] not in ("Z", "X") else None
