"""Lengths of time as people write them: `90m`, `2h`, `1d`."""

from __future__ import annotations

import re
from datetime import timedelta

_WRITTEN = re.compile(r"\s*([0-9]{1,6})\s*(s|m|min|h|d|seconds?|minutes?|hours?|days?)\s*")
_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}


def read_duration(written: str) -> timedelta | None:
    """`90m`, `2 hours`; None where it is none."""
    found = _WRITTEN.fullmatch(written.lower())
    if found is None:
        return None
    return timedelta(**{_UNITS[found[2][0]]: int(found[1])})


def in_words(length: timedelta) -> str:
    """`2 hours`, `90 minutes`, `3 days`: in the largest unit that does not mislead."""
    minutes = round(length.total_seconds() / 60)
    for size, unit in ((24 * 60, "day"), (60, "hour")):
        if minutes >= 2 * size or minutes == size:
            count = minutes // size
            return f"{count} {unit}" if count == 1 else f"{count} {unit}s"
    return f"{minutes} minute" if minutes == 1 else f"{minutes} minutes"
