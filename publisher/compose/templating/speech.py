"""Where in a text of the release somebody is quoted, so that no filter changes words there or cuts between them."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice

from publisher.release.model import Quote
from publisher.text.cutting import shorten
from publisher.text.patterns import later
from publisher.text.rich import as_rich
from publisher.text.sentences import sentences

_OPENING = '“„«»‘‚‹「『"'
_ENDS = later("[.!?…。！？]")
Stretch = tuple[int, int]


def speech(text: str, quotes: Sequence[Quote]) -> list[Stretch]:
    """Start and end of each piece of these quotes that stands in the text behind an opening quotation mark."""
    found: list[Stretch] = []
    for piece in (piece for quote in quotes for piece in quote.pieces):
        at = text.find(piece)
        if at > 0 and text[max(at - 3, 0) : at].rstrip()[-1:] in _OPENING:
            found.append((at, at + len(piece)))
    return sorted(found)


def may_quote(text: str) -> bool:
    return any(mark in text for mark in _OPENING)


def shortened(text: str, most: int, stretches: Sequence[Stretch]) -> str:
    """The text within this many characters, cut after a word and marked, before a quote rather than in it."""
    if len(text) <= most:
        return text
    cut = shorten(as_rich(text[: max(most, 0) + 1]), lambda cut: len(cut.plain) <= most).plain
    end = len(cut.removesuffix("…"))
    for start, stop in stretches:
        if start <= end < stop:
            before = text[:start].rstrip(f"{_OPENING} \u00a0\n")
            return f"{before}…" if before else ""
    return cut


def unbroken(text: str, stretches: Sequence[Stretch]) -> list[str]:
    """The sentences of a text, of which one goes on to the end of a quote that begins in it."""
    masked: list[str] = []
    at = 0
    for start, stop in stretches:
        masked += [text[at:start], _ENDS.sub(",", text[max(at, start) : stop - 1])]
        at = max(at, stop - 1)
    words = iter(text.split())
    return [" ".join(islice(words, len(sentence.split()))) for sentence in sentences("".join([*masked, text[at:]]))]
