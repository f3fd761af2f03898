"""What is said of a network's no in the same words on every network, and how long it asks to wait. Pure."""

from __future__ import annotations

import math
from datetime import UTC, datetime

from publisher.text.patterns import later

_SECONDS = later(r"[0-9]{1,7}(?:\.[0-9]{0,9})?")


def answered(who: str, status: int, said: str = "") -> str:
    """A status of HTTP, with the network's own words where it has any."""
    return f"{who} answered {status}: {said}" if said else f"{who} answered {status}"


def redirects(url: str, setting: str = "api_url") -> str:
    """For a 3xx, which is never followed: what was meant for one address is not sent to another."""
    return f"{url} redirects elsewhere; check {setting}"


def too_many(who: str, until: datetime | int | str) -> str:
    """For a 429: `until` is the moment at which to try again, the seconds to wait, or advice in words."""
    if isinstance(until, datetime):
        until = f"try again after {until.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC"
    elif isinstance(until, int):
        until = f"try again in {until} seconds"
    return f"too many requests to {who}; {until}"


def seconds_in(value: object) -> int | None:
    """The seconds to wait, rounded up, that a header or a field of an answer asks for; None where it names none."""
    written = str(value).strip()
    return math.ceil(float(written)) if _SECONDS.fullmatch(written) else None
