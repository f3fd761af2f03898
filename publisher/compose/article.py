"""The layout `article`: the whole release, for a page or a mail."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import groupby

from publisher.compose.links import summary
from publisher.compose.model import BREAK, Article
from publisher.compose.pictures import resolved
from publisher.compose.sections import BULLET, contact_line
from publisher.documents.model import Block
from publisher.release.model import Media, Release
from publisher.text.rich import RichText, as_rich, join


def article_of(
    release: Release, media: tuple[Media, ...], hashtags: Sequence[str] = (), boilerplate: str | None = None
) -> Article:
    return Article(
        slug=release.slug,
        language=release.language,
        headline=release.headline,
        subheadline=release.subheadline,
        dateline=release.dateline,
        summary=summary(release),
        body=tuple(
            replace(block, src=resolved(block.src, release.file)) if block.src else block for block in release.body
        ),
        boilerplate=release.boilerplate or boilerplate,
        contacts=release.contacts,
        media=media,
        quotes=release.quotes,
        keywords=tuple(tag.removeprefix("#") for tag in hashtags),
        edition_of=release.edition_of,
    )


def plain_reading(article: Article) -> RichText:
    """The article as one text, a blank line between its paragraphs."""
    return join(
        [
            as_rich(article.headline).marked(bold=True),
            as_rich(article.subheadline or "").marked(italic=True),
            *_paragraphs(article.body),
            article.boilerplate or "",
            *(contact_line(contact) for contact in article.contacts),
        ],
        BREAK,
    )


def _paragraphs(body: Iterable[Block]) -> Iterator[RichText]:
    """The body in plain paragraphs, a list as one of them."""
    for kind, blocks in groupby(body, key=lambda block: block.kind):
        if kind == "item":
            yield join((as_rich(BULLET) + block.text for block in blocks), "\n")
        elif kind != "image":
            yield from (block.text for block in blocks)
