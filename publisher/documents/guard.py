"""HTML made safe to parse in linear time: not too deep, no tag too long, no text that only scripts see.

Browsers' rules for nesting make a parser look up through all that is open, again and again. A release nests a dozen
levels; what nests hundreds is flattened, so that the parser's work grows with the length of the text and no faster.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

from publisher.text.patterns import later

SHORT = 30_000
"""Characters. What is not longer is parsed as it is: the parser cannot lose much time on it."""

_DEEPEST = 400
_LONGEST_TAG = 1_000
_TAG = later(r"<(?:(?P<comment>!--)|(?P<close>/?)(?P<name>[A-Za-z][^\s/>]{0,60})|(?P<other>[!?/]))")
_IN_TAG = later(r">|=[ \t\n\r\f]*([\"'])")
_ATTRIBUTE = later(
    r"(?<![\w-])(?:href|src|alt|style|class|hidden|role|id|aria-hidden|width|height)[ \t\r\n]{0,9}"
    r"=[ \t\r\n]{0,9}(?:\"[^\"]*\"|'[^']*'|[^\s\"'>]+)",
    re.IGNORECASE,
)
_RAW = frozenset("iframe math noembed noframes script select style svg textarea title xmp".split())
_UNCOUNTED = frozenset(
    "area base br col colgroup dd dt embed hr img input li link meta option optgroup p param plaintext rp rt source "
    "tbody td tfoot th thead tr track wbr body head html".split()
)


class Piece(NamedTuple):
    """A tag (with its `name` in small letters) or the text between two tags; `start` and `end` are its place."""

    start: int
    end: int
    name: str = ""
    closes: bool = False


def pieces(html: str) -> Iterator[Piece]:
    """Tags and texts in order, in linear time; no comments, and nothing of what stands inside a script and its kin."""
    at = 0
    ends: dict[str, int] = {}
    while (tag := _TAG.search(html, at)) is not None:
        if tag.start() > at:
            yield Piece(at, tag.start())
        if tag["comment"]:
            end = html.find("-->", tag.start() + 2)
            at = end + 3 if end >= 0 else len(html)
            continue
        if tag["other"]:
            end = html.find(">", tag.end())
            at = end + 1 if end >= 0 else len(html)
            continue
        at = _end_of_tag(html, tag.end())
        name = tag["name"].lower()
        if name in _RAW and not tag["close"]:
            at = _end_of_raw(html, name, at, ends)
            continue
        yield Piece(tag.start(), at, name, bool(tag["close"]))
    if at < len(html):
        yield Piece(at, len(html))


def _end_of_tag(html: str, at: int) -> int:
    while (found := _IN_TAG.search(html, at)) is not None:
        if not found[1]:
            return found.end()
        end = html.find(found[1], found.end())
        if end < 0:
            break
        at = end + 1
    return len(html)


def _end_of_raw(html: str, name: str, at: int, ends: dict[str, int]) -> int:
    """The place behind the closing tag; `ends` remembers where there is none, so that nobody looks twice."""
    if ends.get(name) == len(html):
        return len(html)
    closing = _closing_tags()[name].search(html, at)
    ends[name] = closing.end() if closing else len(html)
    return ends[name]


@cache
def _closing_tags() -> dict[str, re.Pattern[str]]:
    return {name: re.compile(f"</{name}[^>]{{0,200}}>?", re.IGNORECASE) for name in _RAW}


def guarded(html: str) -> str:
    """The same text, emphasis, links, images and blocks, as far as they can be parsed in linear time."""
    if len(html) <= SHORT:
        return html
    kept: list[str] = []
    open_tags: Counter[str] = Counter()
    left_out: Counter[str] = Counter()
    depth = 0
    for piece in pieces(html):
        source = html[piece.start : piece.end]
        if piece.name and piece.name not in _UNCOUNTED:
            counter = left_out if left_out[piece.name] else open_tags
            if piece.closes:
                if counter[piece.name]:
                    counter[piece.name] -= 1
                    depth -= counter is open_tags
                if counter is left_out:
                    kept.append(" ")
                    continue
            elif depth >= _DEEPEST:
                left_out[piece.name] += 1
                kept.append(" ")
                continue
            else:
                open_tags[piece.name] += 1
                depth += 1
        kept.append(source if len(source) <= _LONGEST_TAG or not piece.name else _shortened(source, piece))
    return "".join(kept)


def _shortened(source: str, piece: Piece) -> str:
    if piece.closes:
        return f"</{piece.name}>"
    return f"<{piece.name} {' '.join(_ATTRIBUTE.findall(source)[:20])}>"


def source_words(html: str) -> Iterator[tuple[str, int]]:
    """The text of an HTML source piece by piece, entities and all, each with the line it begins in."""
    line, at = 1, 0
    for piece in pieces(html):
        line += html.count("\n", at, piece.start)
        at = piece.start
        if not piece.name:
            yield html[piece.start : piece.end], line
