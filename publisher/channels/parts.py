"""A post part by part, for whoever counts each part by itself. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

from publisher.compose.model import BREAK, Part
from publisher.text.rich import RichText, Span

_BETWEEN = Span(BREAK)


def parts_of(text: RichText) -> Iterator[tuple[Span, ...]]:
    """The spans of each part of a post, and of each break between two: no network's markup crosses one.

    While a post is composed the same parts are counted over and over, so that a count is worth keeping. A text with
    carriage returns is one part, as a line break may be split over two spans.
    """
    if "\r" in text.plain:
        yield text.spans
        return
    for _, spans in groupby(text.spans, key=_BETWEEN.__eq__):
        yield tuple(spans)


def above_images(parts: Sequence[Part]) -> int:
    """How many parts stand above a post's images: an embargo's notice, and the headline, where they come first."""
    at = 1 if parts[0].section == "notice" else 0
    return at + 1 if at < len(parts) and parts[at].section == "headline" else at
