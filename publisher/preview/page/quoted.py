"""Which post says which quote, for the links between the release's own reading and its posts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from publisher.compose.quoted import quotes_said
from publisher.preview.page.model import Column
from publisher.release.model import Quote, Release


@dataclass(frozen=True)
class Use:
    """A quote in a post, both by their numbers from 1, as is the channel."""

    quote: int
    channel: int
    post: int


def uses(release: Release, columns: Sequence[Column]) -> list[Use]:
    """Every use of every quote, in the order of the channels and their posts."""
    return [
        Use(quote + 1, channel, post)
        for channel, column in enumerate(columns, start=1)
        for post, each in enumerate(column.shown.variant.posts, start=1)
        for quote in quotes_said(release, each.text.plain)
    ]


def named(quote: Quote) -> str:
    """Who said it, with the title, as the release has them."""
    return ", ".join(part for part in (quote.speaker, quote.title) if part)
