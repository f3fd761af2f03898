"""A post part by part, for whoever counts each part by itself. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

from publisher.compose.model import BREAK
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
