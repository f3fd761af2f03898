"""How long a network wants to be left alone, by the headers of its answers: seconds, never below 0. Pure.

Whatever cannot be read, or lies further off than a month, is no answer: None.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime

from publisher.channels.base import Receipt
from publisher.channels.times import http_date, moment
from publisher.text.patterns import later

_LONGEST = 31 * 86_400.0
_NUMBER = later(r"[0-9]{1,15}(?:\.[0-9]{0,15})?")


def seconds(written: object) -> float | None:
    """So many seconds, as a header or a field of an answer writes them: `12`, `0.75`."""
    bare = str(written).strip()
    return _within(float(bare)) if _NUMBER.fullmatch(bare) else None


def until_epoch(written: object, headers: Mapping[str, str]) -> float | None:
    """Seconds until a moment that is written in seconds since 1970, by the clock of whoever sent these headers."""
    bare = str(written).strip()
    return _within(float(bare) - now(headers).timestamp()) if _NUMBER.fullmatch(bare) else None


def until_moment(written: object, headers: Mapping[str, str]) -> float | None:
    """Seconds until a moment that is written in ISO 8601, by the clock of whoever sent these headers."""
    at = moment(written)
    return None if at is None else _within((at - now(headers)).total_seconds())


def retry_after(headers: Mapping[str, str]) -> float | None:
    """What `Retry-After` asks for, in seconds or as a date. Source: RFC 9110, 10.2.3.

    Args:
        headers: Of an answer, with names in lower case, here as everywhere in this module.
    """
    written = headers.get("retry-after")
    at = http_date(written)
    return seconds(written) if at is None else _within((at - now(headers)).total_seconds())


def is_spent(written: object) -> bool:
    """Whether a header that counts the requests which are left says that none is."""
    return seconds(written) == 0.0


def first(*waits: float | None, default: float) -> float:
    """The first of the waits that is one."""
    return next((wait for wait in waits if wait is not None), default)


def turned_away(status: int, headers: Mapping[str, str]) -> float | None:
    """How long to wait where a 503 names a time to come back, which is said of a request that was not taken; else None.

    Source: RFC 9110, 15.6.4.
    """
    return retry_after(headers) if status == 503 else None


def unposted(outcome: Receipt) -> Receipt:
    """What an error means that came before anything was posted, where nothing is the worse for it being tried again.

    An upload whose answer is lost leaves at worst an image behind that no post shows.
    """
    return replace(outcome, outcome="refused", wait=0.0) if outcome.outcome == "unknown" else outcome


def _within(wait: float) -> float | None:
    return max(wait, 0.0) if math.isfinite(wait) and wait <= _LONGEST else None


def now(headers: Mapping[str, str]) -> datetime:
    """The time of the network's own clock, where it tells: that of this machine may be wrong."""
    return http_date(headers.get("date")) or datetime.now(UTC)
