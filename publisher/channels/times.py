"""When a post was planned, by its key, and what a network says of when one was made. Pure."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from publisher.text.patterns import later

SKEW = timedelta(minutes=5)
"""How far the clocks of this machine and of a network may differ."""

_SHORT = later(r"([0-9a-f]{9,11})-[0-9a-f]{12,32}")


def moment(written: object) -> datetime | None:
    """A moment in ISO 8601, in UTC where it has no zone; None where it is none."""
    try:
        at = datetime.fromisoformat(str(written))
    except ValueError:
        return None
    return at if at.tzinfo else at.replace(tzinfo=UTC)


def http_date(written: str | None) -> datetime | None:
    """A date of HTTP, such as `Tue, 01 Dec 2026 08:00:00 GMT`; None where it is none. Source: RFC 9110, 5.6.7."""
    if not written or len(written) > 100:
        return None
    from email.utils import parsedate_to_datetime  # noqa: PLC0415 -- only where a network answers

    try:
        at = parsedate_to_datetime(written)
        return at.astimezone(UTC) if at.tzinfo else at.replace(tzinfo=UTC)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None


def dated(key: str, at: datetime) -> str:
    """A key that says when its request was planned, so that an older post of the same text is not taken for ours.

    It is the time in ISO 8601, to the second, a slash, and the key.
    """
    return f"{at.astimezone(UTC).isoformat(timespec='seconds')}/{key}"


def shortly_dated(key: str, at: datetime) -> str:
    """The same where a network wants letters, digits and hyphens: milliseconds since 1970 in hexadecimal, a hyphen."""
    return f"{int(at.timestamp() * 1000):x}-{key}"


def planned(key: str) -> datetime | None:
    """When a request with a dated key was planned; None where its key does not say."""
    if short := _SHORT.fullmatch(key):
        return datetime.fromtimestamp(int(short[1], 16) / 1000, UTC)
    return moment(key.partition("/")[0])
