"""An article as its page shows it, in HTML whose text content, figures aside, is the variant's plain reading."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import TYPE_CHECKING

from publisher.compose.model import BREAK, Article, Variant
from publisher.compose.sections import contact_line
from publisher.documents.model import Block
from publisher.preview.page.text import linked_text, text_html
from publisher.release.model import Media
from publisher.text.rich import RichText, as_rich

if TYPE_CHECKING:
    from markupsafe import Markup


@dataclass(frozen=True, eq=False, repr=False)
class Piece:
    """One element of an article: `html` inside a `tag`, or the items of a list, or a `picture` with its caption.

    `gap` is what the plain reading has before it, and nobody sees.
    """

    tag: str
    html: Markup | str = ""
    kind: str = ""
    gap: str = BREAK
    items: tuple[Markup, ...] = ()
    picture: Media | None = None


def pieces(variant: Variant, article: Article) -> list[Piece]:
    """The article in order: notice, headline, deck, the first image, body, further images, boilerplate, contacts."""
    shown = {block.src for block in article.body if block.kind == "image"}
    apart = [Piece("figure", gap="", picture=media) for media in article.media if media.path not in shown]
    found = [
        *([Piece("p", text_html(as_rich(variant.notice.text).marked(bold=True)), "notice")] if variant.notice else []),
        *_said("h4", as_rich(article.headline), "headline"),
        *_said("p", as_rich(article.subheadline or ""), "deck"),
        *apart[:1],
        *_body(article.body, article.media),
        *apart[1:],
        *([Piece("p", linked_text(article.boilerplate), "boilerplate")] if article.boilerplate else []),
        *(piece for contact in article.contacts for piece in _said("p", as_rich(contact_line(contact)), "contact")),
    ]
    return list(_without_first_gap(found))


def _said(tag: str, text: RichText, kind: str = "") -> list[Piece]:
    return [Piece(tag, text_html(text), kind)] if text else []


def _body(body: Iterable[Block], media: Sequence[Media]) -> Iterator[Piece]:
    alts = {image.path: image.alt for image in reversed(media)}
    before = ""
    for (kind, ordered), group in groupby(body, lambda block: (block.kind, block.kind == "item" and block.ordered)):
        blocks = list(group)
        if kind == "item":  # lists of two kinds that touch are one in plain reading
            items = tuple(text_html(block.text) for block in blocks)
            yield Piece("ol" if ordered else "ul", gap="\n" if before == kind else BREAK, items=items)
        elif kind == "image":
            for block in blocks:
                alt = block.alt if block.alt is not None else alts.get(block.src)
                yield Piece("figure", text_html(block.text), gap="", picture=Media(block.src, alt))
        else:
            if kind == "rule":
                yield Piece("hr", gap="")
            tag = {"heading": "h5", "quotation": "blockquote"}.get(kind, "p")
            yield from (piece for block in blocks for piece in _said(tag, block.text))
        before = kind


def _without_first_gap(found: Sequence[Piece]) -> Iterator[Piece]:
    said = False
    for piece in found:
        speaks = piece.picture is None and piece.tag != "hr"
        yield replace(piece, gap="") if speaks and not said else piece
        said = said or speaks
