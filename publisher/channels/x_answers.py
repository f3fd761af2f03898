"""What X answers: its posts, its refusals, the time to wait. Pure."""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from publisher.channels.times import SKEW, moment
from publisher.channels.wire import as_id, as_mapping, as_words

_SNOWFLAKE_EPOCH = 1_288_834_974_657  # milliseconds since 1970
_UNTIL = "try again in 15 minutes"


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


def until(headers: Mapping[str, str]) -> datetime | str:
    """When to try again after a 429, by `x-rate-limit-reset`, in seconds since 1970.

    Source: https://docs.x.com/x-api/fundamentals/rate-limits.
    """
    reset = headers.get("x-rate-limit-reset", "")
    return datetime.fromtimestamp(int(reset), UTC) if re.fullmatch(r"[0-9]{1,10}", reset) else _UNTIL


def is_since(post: Mapping[str, Any], planned_at: datetime | None) -> bool | None:
    """Whether a post was made after this time. None: nobody can tell.

    An id that X itself drew holds a time, but ids of another make look the same, so that one proves no post to be old.
    """
    if planned_at is None:
        return None
    earliest = planned_at - SKEW
    if made := moment(post.get("created_at")):
        return made >= earliest
    try:
        drawn = datetime.fromtimestamp(((int(id_of(post)) >> 22) + _SNOWFLAKE_EPOCH) / 1000, UTC)
    except (ValueError, OverflowError, OSError):
        return None
    return True if earliest <= drawn <= datetime.now(UTC) + SKEW else None


def as_written(post: Mapping[str, Any]) -> str:
    """A post of the timeline as it was sent: X escapes `&`, `<` and `>`, shortens links, and appends one for images."""
    text = html.unescape(str(post["text"]))
    for url in as_mapping(post.get("entities")).get("urls") or ():
        image = "media_key" in url
        text = text.replace(url["url"], "" if image else url.get("expanded_url", url["url"]))
    return text


def comparable(text: str) -> str:
    """The text without what X may change on the way: composition, white space, schemes and a final slash of links."""
    text = re.sub(r"https?://", "", unicodedata.normalize("NFC", text))
    return re.sub(r"/(?=\s|$)", "", " ".join(text.split()))
