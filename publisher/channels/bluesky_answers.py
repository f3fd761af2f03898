"""What a server of the AT Protocol answers, and the links and addresses of its posts. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping

from publisher.channels.bluesky_record import COLLECTION
from publisher.channels.pacing import first, retry_after, seconds, until_epoch
from publisher.channels.wire import AnswerError, answer_in, as_mapping, as_words, link_parts, no_link

_LINK = "https://bsky.app/profile/HANDLE/post/KEY"
_WAIT = 300.0
_POINTS = 3  # what a record costs


def name_of(refusal: AnswerError) -> str:
    """The lexicon's name of an error, as in `RecordNotFound`; empty where there is none."""
    return as_words(as_mapping(refusal.answer).get("error"))


def words_of(refusal: AnswerError) -> str:
    """The server's own words in a refusal; empty where there are none."""
    return as_words(as_mapping(refusal.answer).get("message"), name_of(refusal))


def wait_of(headers: Mapping[str, str]) -> float:
    """How long a 429 asks to wait. Source: https://docs.bsky.app/docs/advanced-guides/rate-limits."""
    return first(retry_after(headers), until_epoch(headers.get("ratelimit-reset"), headers), default=_WAIT)


def pause_after(headers: Mapping[str, str]) -> float | None:
    """How long to wait after a post that used up what the rate limit allows; None where something is left."""
    left = seconds(headers.get("ratelimit-remaining"))
    if left is None or left >= _POINTS:
        return None
    return until_epoch(headers.get("ratelimit-reset"), headers)


def is_not_there(error: BaseException) -> bool:
    """Whether an error is the answer that no such record stands there."""
    refusal = answer_in(error)
    return refusal is not None and name_of(refusal) == "RecordNotFound"


def uri_of(did: str, rkey: str) -> str:
    return f"at://{did}/{COLLECTION}/{rkey}"


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
