"""Who holds a claim on a post, and whether that process still lives."""

from __future__ import annotations

import os
import socket
from datetime import datetime, timedelta
from pathlib import Path

LEASE = timedelta(minutes=30)
"""How long a claim of another machine holds: longer than a post with all its images may take to be sent."""


def this_process() -> str:
    """`host/process/start`: the start tells a process from a later one with the same number, where it is known."""
    return f"{socket.gethostname()}/{os.getpid()}/{_start(os.getpid()) or ''}"


def is_dead(owner: str, lease_until: datetime, now: datetime) -> bool:
    """Whether the process behind a claim is gone for certain, or has let its lease run out unseen.

    On this machine a living process keeps its claim however long it takes; elsewhere only the lease can tell.
    """
    host, process, start = [*owner.rsplit("/", 2), "", ""][:3]
    if host != socket.gethostname() or not process.isdecimal() or os.name == "nt":
        return lease_until <= now
    if Path("/proc/self/stat").exists():
        return _start(int(process)) != (start or None)
    try:
        os.kill(int(process), 0)
    except ProcessLookupError:
        return True
    except PermissionError:
        pass
    return lease_until <= now


def _start(process: int) -> str | None:
    """When the process started, in clock ticks since the machine did; None where it is gone, or dead and unburied."""
    try:
        stat = Path(f"/proc/{process}/stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return None
    fields = stat.rpartition(")")[2].split()  # the name before the bracket may hold anything
    return fields[19] if fields[0] not in ("Z", "X") else None
