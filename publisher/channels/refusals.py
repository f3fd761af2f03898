"""What is said of a network's no in the same words on every network. Pure."""

from __future__ import annotations

from datetime import UTC, datetime


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
