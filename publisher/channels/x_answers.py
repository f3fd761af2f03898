"""What X answers: its refusals, and the time to wait. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from publisher.channels import pacing
from publisher.channels.wire import as_id, as_mapping, as_words

_UNTIL = "try again in 15 minutes"
_WINDOW = 900.0
_LIMITS = ("x-rate-limit", "x-app-limit-24hour", "x-user-limit-24hour")


def id_of(data: object) -> str:
    """The id of a post or an image; empty where the answer names none."""
    return as_id(as_mapping(data).get("id"))


def words_of(answer: object) -> str:
    """X's own words in a refusal, in each of the forms that its answers have; empty where there are none."""
    body = as_mapping(answer)
    each = (
        as_words(error, *(as_mapping(error).get(name) for name in ("message", "detail", "title")))
        for error in _errors(answer)
    )
    said = "; ".join(dict.fromkeys(filter(None, each)))
    return said or as_words(body.get("detail"), body.get("message"), body.get("title"))


def _errors(answer: object) -> list[object]:
    body = as_mapping(answer)
    listed = body.get("errors")
    return [*(listed if isinstance(listed, list) else [listed]), body.get("error")]


def is_duplicate(answer: object) -> bool:
    """Whether a post is refused because its text stands there already."""
    codes = [as_mapping(error).get("code") for error in _errors(answer)]
    words = words_of(answer).casefold()
    return 187 in codes or "duplicate content" in words or "status is a duplicate" in words


def phrase(status: int) -> str:
    """A status of HTTP with its name."""
    from http import HTTPStatus  # noqa: PLC0415 -- only for this one sentence

    return f"{status} {HTTPStatus(status).phrase}" if status in set(HTTPStatus) else str(status)


def is_capped(answer: object) -> bool:
    """Whether a 429 is about what the account has bought, which no waiting within a run changes.

    Source: https://docs.x.com/x-api/fundamentals/response-codes-and-errors.
    """
    each = [as_mapping(answer), *map(as_mapping, _errors(answer))]
    return any(as_words(one.get("type")).endswith("/usage-capped") for one in each)


def until(headers: Mapping[str, str]) -> tuple[datetime | str, float]:
    """When to try again after a 429, for people, and in seconds: by the headers, else a window later.

    Source: https://docs.x.com/x-api/fundamentals/rate-limits.
    """
    named = pacing.until_epoch(headers.get("x-rate-limit-reset"), headers)
    spent = pause(headers)
    if spent is None and named is None:
        return _UNTIL, _WINDOW
    wait = pacing.first(spent, named, default=_WINDOW)
    return datetime.now(UTC) + timedelta(seconds=wait), wait


def pause(headers: Mapping[str, str]) -> float | None:
    """Seconds until the next post where a limit is used up, by whichever lasts longest; None where none is.

    That of the route, for 15 minutes, is in X's documents; those of a day are seen on accounts that have them.
    """
    waits = (
        pacing.until_epoch(headers.get(f"{limit}-reset"), headers)
        for limit in _LIMITS
        if pacing.is_spent(headers.get(f"{limit}-remaining"))
    )
    return max((wait for wait in waits if wait is not None), default=None)
