"""What a server of the AT Protocol answers, and the links and addresses of its posts. Pure."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from typing import Any

from publisher.channels import pacing
from publisher.channels.base import Receipt
from publisher.channels.bluesky_record import COLLECTION
from publisher.channels.refusals import answered, redirects, too_many
from publisher.channels.wire import AnswerError, answer_in, as_mapping, as_words, link_parts, no_link

_LINK = "https://bsky.app/profile/HANDLE/post/KEY"
_WAIT = 300.0
_POST_COSTS = 3
"""Points for a record that is made: https://docs.bsky.app/docs/advanced-guides/rate-limits."""
_OVER = frozenset({"ExpiredToken", "InvalidToken"})


def name_of(refusal: AnswerError) -> str:
    """The lexicon's name of an error, as in `RecordNotFound`; empty where there is none."""
    return as_words(as_mapping(refusal.answer).get("error"))


def words_of(refusal: AnswerError) -> str:
    """The server's own words in a refusal; empty where there are none."""
    return as_words(as_mapping(refusal.answer).get("message"), name_of(refusal))


def seconds_to_wait(headers: Mapping[str, str]) -> float:
    """How long a 429 asks to wait. Source: https://docs.bsky.app/docs/advanced-guides/rate-limits."""
    reset = pacing.until_epoch(headers.get("ratelimit-reset"), headers)
    return pacing.first(pacing.retry_after(headers), reset, default=_WAIT)


def pause(headers: Mapping[str, str]) -> float | None:
    """Seconds until another post may be made, where fewer points are left than one costs; None where there are enough.

    The headers tell of whichever limit is the tightest. Source: as for `seconds_to_wait`.
    """
    left = pacing.seconds(headers.get("ratelimit-remaining"))
    return None if left is None or left >= _POST_COSTS else pacing.until_epoch(headers.get("ratelimit-reset"), headers)


def idleness(account: Mapping[str, Any]) -> str:
    """Why an account cannot post, in its server's word, as createSession and getSession tell; empty where it can."""
    return as_words(account.get("status"), "not active") if account.get("active") is False else ""


def meaning(refusal: AnswerError, api_url: str, *, in_session: bool) -> Receipt:  # noqa: PLR0911 -- a row each
    """What an answer that is no success means, by the table of `Bluesky`; `in_session`: it is not one to the log-in."""
    status, said = refusal.status, words_of(refusal)
    words = answered("Bluesky", status, said)
    if status == 429:
        wait = seconds_to_wait(refusal.headers)
        return Receipt("refused", error=too_many("Bluesky", math.ceil(wait)), wait=wait)
    if (later := pacing.turned_away(status, refusal.headers)) is not None:
        return Receipt("refused", error=words, wait=later)
    if not 300 <= status < 500:
        return Receipt("unknown", error=words)
    if status < 400:
        return Receipt("refused", error=redirects(api_url))
    if is_session_over(refusal) and in_session:
        return Receipt("refused", error=f"the session is over ({said or status})", wait=0.0)
    if status == 401 and not name_of(refusal).startswith("Account"):
        words = f"Bluesky does not take this log-in ({said or status}): check handle and app_password"
        return Receipt("refused", error=words)
    return Receipt("refused", error=said or words)


def is_session_over(refusal: AnswerError) -> bool:
    """Whether a new log-in may help."""
    name = name_of(refusal)
    return name in _OVER or (refusal.status == 401 and not name.startswith("Account"))


def is_not_there(error: BaseException) -> bool:
    """Whether an error is the answer that no such record stands there."""
    refusal = answer_in(error)
    return refusal is not None and name_of(refusal) == "RecordNotFound"


def rkey_of(uri: str) -> str:
    return uri.rpartition("/")[2]


def place_of(url: str) -> tuple[str, str]:
    """Whose post a link leads to, and the post's record key.

    Raises:
        ChannelError: It is not the link of a post.
    """
    link = url.strip()
    found = re.fullmatch(rf"at://([^/?#]+)/{re.escape(COLLECTION)}/([^/?#]+)/?", link)
    if not found and not link.startswith("at:"):
        path = "/".join(link_parts(link, ("bsky.app",), _LINK))
        found = re.fullmatch(r"profile/([^/]+)/post/([^/]+)", path)
    if not found:
        raise no_link(url, _LINK)
    return found[1], found[2]
