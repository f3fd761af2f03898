"""What X's timeline shows of the account's posts, and which of them is ours. Pure."""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from publisher.channels.times import SKEW, moment
from publisher.channels.wire import as_mapping
from publisher.channels.x_answers import id_of
from publisher.text.patterns import later
from publisher.text.urls import find_urls

FIELDS = "created_at,edit_history_tweet_ids,entities,text"
_SNOWFLAKE_EPOCH = 1_288_834_974_657  # milliseconds since 1970
_SHORT = later(r"https?://t\.co/[A-Za-z0-9]+")


def find_among(
    posts: Sequence[Mapping[str, Any]], text: str, planned_at: datetime | None, me: str = ""
) -> Mapping[str, Any] | str | None:
    """The earliest post since then that says a text; why it cannot be told, in one line; None where none does.

    Args:
        posts: The latest first.
        text: As it was to be sent.
        planned_at: When; None where nobody knows.
        me: Name of the account, which X may put before an answer to a post of its own.
    """
    since = [(post, when) for post in posts[::-1] if (when := is_since(post, planned_at)) is not False]
    wanted = comparable(text)
    same = [(post, when) for post, when in since if wanted in _readings(post, me)]
    if same and not wanted:
        return "a post without a text stands there: whether it is this one cannot be told"
    if ours := next((post for post, when in same if when and id_of(post)), None):
        return ours
    if same:
        return "the same text stands on the account's timeline, of an unknown time"
    if any(len(each) > 1 for post, _ in since if isinstance(each := post.get("edit_history_tweet_ids"), list)):
        return "a post was edited since this one was planned, and may have been this one"
    bare = comparable(_without_links(text))
    if any(bare == comparable(_without_links(_unlinked(post))) for post, _ in since):
        return "a post that differs in its links only stands on the account's timeline"
    return None


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
    text = re.sub(r"https?://", "", unicodedata.normalize("NFC", text), flags=re.IGNORECASE)
    bare = re.sub(r"/(?=\s|$)", "", " ".join(text.split()))
    return "".join(sign for sign in bare if unicodedata.category(sign)[0] not in "ZC")


def _readings(post: Mapping[str, Any], me: str) -> tuple[str, ...]:
    written = as_written(post)
    named, _, rest = written.partition(" ")
    is_answer = me and named.casefold() == f"@{me}".casefold()
    return (comparable(written), comparable(rest)) if is_answer else (comparable(written),)


def _unlinked(post: Mapping[str, Any]) -> str:
    """A post without the links that X has shortened, whatever it says they lead to."""
    return _SHORT.sub("", html.unescape(str(post["text"])))


def _without_links(text: str) -> str:
    for start, end in reversed(find_urls(text)):
        text = text[:start] + text[end:]
    return text
