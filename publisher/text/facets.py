"""Rich text as Bluesky posts it: the bare text, and facets that point into it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import groupby
from typing import Any

from publisher.text.counting import graphemes
from publisher.text.marks import encodable
from publisher.text.patterns import later
from publisher.text.rich import RichText, Span, as_rich
from publisher.text.urls import find_urls

_HASHTAG = later(r"(?<!\S)#\w*[^\W\d_]\w*")
_URI = later(r"\w+:(?://)?[^\s/]\S*")  # the lexicon's own "uri" format
_TAG_GRAPHEMES = 64
_TAG_BYTES = 640


def facets(text: RichText) -> tuple[str, list[dict[str, Any]]]:
    """The plain text, and its link, tag and mention facets in order, none overlapping.

    `byteStart` and `byteEnd` count bytes of the UTF-8 text, the end exclusive. Bluesky detects nothing by itself, so
    bare URLs and hashtags in unmarked text become facets too; a bare `@name` does not, which might be a stranger's. The
    `did` of a mention is what the span has, a handle. Source: lexicon app.bsky.richtext.facet.
    """
    found: list[dict[str, Any]] = []
    at = 0
    text = encodable(text)
    for (target, mention, hashtag), group in groupby(enumerate(text.spans), key=_kind):
        plain = "".join(span.text for _, span in group)
        for start, end, feature in _features(plain, target, mention, hashtag=hashtag is not None):
            first = at + len(plain[:start].encode())
            last = first + len(plain[start:end].encode())
            found.append({"index": {"byteStart": first, "byteEnd": last}, "features": [feature]})
        at += len(plain.encode())
    return text.plain, found


def _kind(numbered: tuple[int, Span]) -> tuple[str | None, str | None, int | None]:
    """Neighbours of one link or mention are one facet, neighbouring hashtags are not."""
    index, span = numbered
    return span.link, span.mention, index if span.hashtag and not (span.link or span.mention) else None


def _features(
    plain: str, target: str | None, mention: str | None, *, hashtag: bool
) -> Iterator[tuple[int, int, dict[str, str]]]:
    if target:
        if plain and _URI.fullmatch(target):
            yield 0, len(plain), _link(target)
        return
    if mention:
        if plain:
            yield 0, len(plain), {"$type": "app.bsky.richtext.facet#mention", "did": mention}
        return
    if hashtag:
        if tag := _tag(plain):
            yield 0, len(plain), tag
        return
    at = 0
    for start, end, feature in sorted((*_bare_urls(plain), *_bare_tags(plain)), key=lambda found: found[:2]):
        if start >= at:
            yield start, end, feature
            at = end


def _bare_urls(plain: str) -> Iterator[tuple[int, int, dict[str, str]]]:
    for start, end in find_urls(plain):
        url = plain[start:end]
        host = re.split(r"[/:?#]", url)[0]
        if "://" not in url and not (host.islower() and len(host.partition(".")[0]) > 1):
            continue  # W.Va., R-W.Va: an abbreviation that happens to end like a country's domain
        uri = url if re.match(r"https?://", url, re.IGNORECASE) else f"https://{url}"
        if _URI.fullmatch(uri):
            yield start, end, _link(uri)


def _bare_tags(plain: str) -> Iterator[tuple[int, int, dict[str, str]]]:
    for match in _HASHTAG.finditer(plain):
        if tag := _tag(match.group()):
            yield match.start(), match.end(), tag


def _link(uri: str) -> dict[str, str]:
    return {"$type": "app.bsky.richtext.facet#link", "uri": uri}


def _tag(text: str) -> dict[str, str] | None:
    tag = text.removeprefix("#")
    if not tag or graphemes(as_rich(tag)) > _TAG_GRAPHEMES or len(tag.encode()) > _TAG_BYTES:
        return None
    return {"$type": "app.bsky.richtext.facet#tag", "tag": tag}
