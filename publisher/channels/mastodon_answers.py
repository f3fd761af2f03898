"""What a Mastodon server says: its posts, its limits, its errors. Pure."""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from publisher.channels import pacing
from publisher.channels.wire import as_id, as_mapping, as_words
from publisher.text.patterns import later

_ACCOUNT = later(r"(?<![=/\w])@[A-Za-z0-9_]+(?:[.-]+[A-Za-z0-9_]+)*(?:@\w+(?:[.-]+\w+)*)?")
_SERVER = later(r"(?<=\w)@\w+(?:[.-]+\w+)*")
_UNTIL = "try again in 5 minutes"
_WINDOW = 300.0
_BREAK = later(r"(?=<br|</p)")
_NEEDED = ("read:accounts", "read:statuses", "write:media", "write:statuses")
_LEAST = ("characters_reserved_per_url",)
_MOST = ("max_characters", "max_media_attachments", "description_limit")


def id_of(data: Mapping[str, Any]) -> str:
    """The id of a post, an image or an account; empty where the answer names none."""
    return as_id(data.get("id"))


def words_of(answer: object) -> str:
    """The server's own words in a refusal; empty where there are none."""
    body = as_mapping(answer)
    return as_words(body.get("error_description"), body.get("error"))


def until(headers: Mapping[str, str]) -> tuple[datetime | int | str, float]:
    """When to try again after a 429, for people, and in seconds: by the headers, else a window of five minutes later.

    Source: https://docs.joinmastodon.org/api/rate-limits/.
    """
    if (reset := _reset(headers)) is not None:
        return datetime.now(UTC) + timedelta(seconds=reset), reset
    wait = pacing.retry_after(headers)
    return (_UNTIL, _WINDOW) if wait is None else (math.ceil(wait), wait)


def pause(headers: Mapping[str, str]) -> float | None:
    """Seconds until the next post where the limit that is nearest is used up; None where it is not."""
    return _reset(headers) if pacing.is_spent(headers.get("x-ratelimit-remaining")) else None


def _reset(headers: Mapping[str, str]) -> float | None:
    """Seconds until the reset, which is a moment in ISO 8601, and on servers of another make seconds since 1970."""
    reset = headers.get("x-ratelimit-reset")
    epoch = pacing.until_epoch(reset, headers)
    return pacing.until_moment(reset, headers) if epoch is None else epoch


def scopes_missing(scopes: Sequence[str]) -> list[str]:
    """What the channel needs and an application with these scopes may not do; nothing where none is known.

    Source: https://docs.joinmastodon.org/api/oauth-scopes/.
    """
    return [each for each in _NEEDED if scopes and each not in scopes and each.partition(":")[0] not in scopes]


def more_than_allowed(settings: Mapping[str, Any], configuration: Mapping[str, Any]) -> str | None:
    """What of the settings a server does not allow, and which to change, in one line; None where it allows all.

    Args:
        settings: The channel's, by name.
        configuration: Of the server. Source: https://docs.joinmastodon.org/entities/Instance/#configuration.
    """
    theirs = {**as_mapping(configuration.get("media_attachments")), **as_mapping(configuration.get("statuses"))}
    for name in (*_MOST, *_LEAST):
        said, set_ = theirs.get(name), settings[name]
        if type(said) is int and (said > set_ if name in _LEAST else said < set_):
            return f"has {name}: {said}, and the channel {set_}; set {name}: {said} in channels.yaml"
    return None


def accounts_in(text: str) -> list[str]:
    """The accounts that a text notifies, as it names them: `@name`, or `@name@server`."""
    return [match.group() for match in _ACCOUNT.finditer(text)]


def find_among(posts: Sequence[Mapping[str, Any]], text: str, *, answers: bool) -> Mapping[str, Any] | str | None:
    """The first post that says a text; why it cannot be told, in one line; None where none does.

    Args:
        posts: All that may be it, the latest first.
        text: As it was to be sent.
        answers: Whether it was to answer another post, as in a thread.
    """
    wanted = comparable(text)
    own = [post for post in posts[::-1] if not post.get("reblog")]
    same = [post for post in own if comparable(bare(str(post.get("content") or ""))) == wanted]
    if same and not wanted:
        return "a post without a text stands there: whether it is this one cannot be told"
    for post in same:
        if bool(post.get("in_reply_to_id")) is answers:
            return post
    if same:
        return "the same text stands among the account's posts, but not in this thread"
    if any(post.get("edited_at") for post in own):
        return "a post was edited since this one was planned, and may have been this one"
    return None


def bare(content: str) -> str:
    """What a reader sees of a post's HTML, white space aside."""
    from selectolax.lexbor import LexborHTMLParser  # noqa: PLC0415 -- a dry run never gets here

    body = LexborHTMLParser(_BREAK.sub("\n", content)).body
    return body.text() if body else ""


def comparable(text: str) -> str:
    """The text without what a server changes on the way: composition, white space, and the servers of accounts."""
    whole = _SERVER.sub("", unicodedata.normalize("NFC", text))
    return "".join(sign for sign in whole if unicodedata.category(sign)[0] not in "ZC")
