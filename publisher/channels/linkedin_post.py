"""A post as LinkedIn's API wants it, how long its text is there, and how a post that stands there compares. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any

from publisher.channels.parts import parts_of
from publisher.compose.model import Card, ImageRules, Limit, Post
from publisher.text.counting import utf16_length
from publisher.text.cutting import shorten
from publisher.text.little_text import little_text
from publisher.text.patterns import later
from publisher.text.rich import RichText, Span, as_rich

MOST_IMAGES = 20
MOST_ALT = 4086
IMAGES = ImageRules(("image/jpeg", "image/png", "image/gif"), most_bytes=5_000_000, most_pixels=36_152_319)
"""Fewer than 36,152,320 pixels. The API names no size; 5 MB is what guides to the network give.

Source: https://learn.microsoft.com/en-us/linkedin/marketing/community-management/shares/images-api.
"""
_MOST = 3000
_TITLE = 400
_TEMPLATE = later(
    r"\{hashtag\|\\?#\|(?P<tag>[^|{}]*)\}"
    r"|@\[(?P<name>(?:\\.|[^\\\[\]])*)\]\((?:\\.|[^\\()])*\)"
    r"|\\(?P<sign>[\\|{}@\[\]()<>#*_~])"
)
_ESCAPE = later(r"\\(.)")
_ADDRESS = later(r"https?://\S+")
_SHORTENED = "https://lnkd.in/"


def length(text: RichText) -> int:
    """Characters (code points) of a text as little text: escapes and the templates of hashtags and mentions count."""
    return _lengths(text)[0]


def units(text: RichText) -> int:
    """UTF-16 code units of a text as little text: in these an emoji is two."""
    return _lengths(text)[1]


LIMITS = (Limit(_MOST, "characters", length), Limit(_MOST, "UTF-16 units", units))
"""No document of LinkedIn's gives a number, or says what a character is; 3,000 is where its API answers
FIELD_LENGTH_TOO_LONG. The text as it is sent is counted, in both ways, so that it is short enough in either case."""


def _lengths(text: RichText) -> tuple[int, int]:
    measured = list(map(_measured, parts_of(text)))
    return sum(points for points, _ in measured), sum(units for _, units in measured)


@lru_cache(maxsize=256)
def _measured(spans: tuple[Span, ...]) -> tuple[int, int]:
    written = little_text(RichText(spans))
    return len(written), utf16_length(written)


def body_of(post: Post, author: str) -> dict[str, Any]:
    """The body that creates a post, complete but for the ids of its images, which `with_images` puts in.

    Source: https://learn.microsoft.com/en-us/linkedin/marketing/community-management/shares/posts-api, and
    .../shares/multiimage-post-api.
    """
    body: dict[str, Any] = {
        "author": author,
        "commentary": little_text(post.text),
        "visibility": "PUBLIC",
        "distribution": {"feedDistribution": "MAIN_FEED", "targetEntities": [], "thirdPartyDistributionChannels": []},
        "lifecycleState": "PUBLISHED",
        "isReshareDisabledByAuthor": False,
    }
    if content := _content(post):
        body["content"] = content
    return body


def _content(post: Post) -> dict[str, Any]:
    images = [{"altText": item.alt} if item.alt else {} for item in post.media]
    if len(images) > 1:
        return {"multiImage": {"images": images}}
    if images:
        return {"media": images[0]}
    return {"article": _article(post.card)} if post.card else {}


def _article(card: Card) -> dict[str, str]:
    """The link card, which must have a title. LinkedIn looks nothing up at the address: all it shows is said here."""
    words = as_rich(card.title.strip() or card.description.strip() or card.url)
    title = shorten(words, lambda text: len(text.plain) <= _TITLE).plain or words.plain[:_TITLE]  # one endless address
    shown = {"source": card.url, "title": title, "description": card.description}
    return {name: value for name, value in shown.items() if value}


def with_images(body: Mapping[str, Any], ids: Sequence[str]) -> dict[str, Any]:
    """The body with the ids of its images, in their order."""
    if not ids:
        return dict(body)
    content = body["content"]
    if "multiImage" in content:
        images = [{"id": urn, **each} for urn, each in zip(ids, content["multiImage"]["images"], strict=True)]
        return {**body, "content": {"multiImage": {"images": images}}}
    if "media" in content:
        return {**body, "content": {"media": {"id": ids[0], **content["media"]}}}
    return {**body, "content": {"article": {**content["article"], "thumbnail": ids[0]}}}


def reading(commentary: str) -> str:
    """What a reader sees of little text: escapes undone, hashtags and mentions by their names."""
    return _TEMPLATE.sub(_shown, commentary)


def _shown(found: re.Match[str]) -> str:
    if found["sign"]:
        return found["sign"]
    return _ESCAPE.sub(r"\1", found["name"] if found["tag"] is None else f"#{found['tag']}")


def says_the_same(standing: str, ours: str) -> bool:
    """Whether a post that stands there says what ours was to say.

    LinkedIn writes hashtags in its own way when it gives a post out, and may have put short addresses of its own in
    the place of long ones.
    """
    theirs, wanted = reading(standing), reading(ours)
    if _SHORTENED in theirs:
        theirs, wanted = (_ADDRESS.sub("@", text) for text in (theirs, wanted))
    return _comparable(theirs) == _comparable(wanted)


def is_cut(standing: str, ours: str) -> bool:
    """Whether a post that stands there says the beginning of ours, and no more: LinkedIn cuts without a word."""
    theirs, wanted = _comparable(reading(standing)), _comparable(reading(ours))
    return bool(theirs) and theirs != wanted and wanted.startswith(theirs)


def _comparable(text: str) -> str:
    return "".join(_signs(unicodedata.normalize("NFC", text)))


def _signs(text: str) -> Iterator[str]:
    """The characters that no network changes on the way: neither white space nor such as nobody sees."""
    return (sign for sign in text if unicodedata.category(sign)[0] not in "ZC")
