"""An article as a WordPress post, and the image files that go with it. Pure.

WordPress does more with a post than a browser does. An opening bracket may begin a shortcode, an address alone in its
paragraph becomes somebody else's player, a line feed beside an image becomes a line break; so all of these are written
in ways that it leaves alone (wp-includes: shortcodes.php, class-wp-embed.php, formatting.php).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import PurePath
from typing import Any

from publisher.channels.base import Upload
from publisher.compose.model import Article
from publisher.documents.model import Block
from publisher.release.model import Contact, Media
from publisher.text.html import (
    bare_addresses,
    blocks_html,
    clean,
    escape,
    figure_html,
    is_address,
    is_web_address,
    paragraphs_html,
    rich_html,
)
from publisher.text.patterns import later
from publisher.text.rich import RichText, Span, as_rich

_OPENING_BRACKET = "&#91;"
_OTHER = later(r"[^A-Za-z0-9._-]+")
_SCHEME = later(r"[A-Za-z][A-Za-z0-9+.-]+:")
_PLACEHOLDER = later(r'(?<=src=")cid:([0-9]+)-[A-Za-z0-9._-]*(?=")')
_IN_FIGURES = (("<figure>\n", "<figure>"), ("\n<figcaption>", "<figcaption>"), ("\n</figure>", "</figure>"))


def fields_of(article: Article) -> tuple[dict[str, Any], tuple[Upload, ...]]:
    """Title, content, excerpt and slug of the post, all but the slug in HTML, and the image files, each once.

    In the content, the nth file stands as `cid:n-NAME` until it has an address; see `with_addresses`. The first one is
    to be the post's featured image, which themes show on top, and so the content has it only where the release has it
    in its text.
    """
    blocks = [_prepared(block, article.media) for block in article.body]
    inside = [Media(block.src, block.alt) for block in blocks if block.kind == "image" and block.src]
    files = list(dict.fromkeys(image.path for image in (*article.media, *inside) if _is_file(image.path)))
    images = {path: f"cid:{number}-{_file_name(path)}" for number, path in enumerate(files, start=1)}
    alts = {image.path: _alt(image.alt) for image in (*inside[::-1], *article.media[::-1]) if image.alt is not None}
    shown = {image.path for image in inside} | set(files[:1])
    apart = [
        figure_html(images.get(image.path, image.path), _alt(image.alt))
        for image in article.media
        if image.path not in shown and (image.path in images or is_web_address(image.path))
    ]
    lead = 0 if files else 1
    parts = [
        f"<p><em>{rich_html(as_rich(article.subheadline))}</em></p>" if article.subheadline else "",
        *apart[:lead],
        blocks_html(blocks, images),
        *apart[lead:],
        *_closing(article),
    ]
    content = "\n".join(filter(None, parts))
    for broken, whole in _IN_FIGURES:
        content = content.replace(broken, whole)
    fields = {
        "title": _plain(article.headline),
        "content": content.replace("[", _OPENING_BRACKET),
        "excerpt": _plain(article.summary),
        "slug": article.slug,
    }
    uploads = tuple(Upload(path, Media(path).mime, alts.get(path, "")) for path in files)
    return fields, uploads


def with_addresses(content: str, addresses: Sequence[str]) -> str:
    """The content with the address of each image file, in the order of the files, in the place that was kept for it."""
    return _PLACEHOLDER.sub(lambda match: escape(addresses[int(match[1]) - 1]).replace("[", _OPENING_BRACKET), content)


def _closing(article: Article) -> Iterator[str]:
    """Who is behind the release, and whom to ask."""
    if article.boilerplate or article.contacts:
        yield "<hr>"
    yield paragraphs_html(article.boilerplate or "")
    yield from map(_contact, article.contacts)


def _contact(contact: Contact) -> str:
    address = f"mailto:{contact.email}"
    email = RichText((Span(contact.email or "", link=address if is_address(address) else None),))
    said = [rich_html(text) for text in (as_rich(contact.name or ""), email, as_rich(contact.phone or "")) if text]
    return f"<p>{'<br>'.join(said)}</p>" if said else ""


def _prepared(block: Block, media: Sequence[Media]) -> Block:
    """The block with its bare addresses as links; an image with the alternative text that it has among the media."""
    alt = block.alt
    if block.kind == "image" and alt is None:
        alt = next((image.alt for image in media if image.path == block.src), None)
    return replace(block, text=_linked(block.text), alt=None if alt is None else _alt(alt))


def _linked(text: RichText) -> RichText:
    if "://" not in text.plain:
        return text
    return RichText(tuple(piece for span in text.spans for piece in _pieces(span)))


def _pieces(span: Span) -> Iterator[Span]:
    at = 0
    for start, end in () if span.link or span.code else bare_addresses(span.text):
        yield replace(span, text=span.text[at:start])
        yield replace(span, text=span.text[start:end], link=span.text[start:end])
        at = end
    yield replace(span, text=span.text[at:])


def _plain(text: str) -> str:
    """A text in one line, as HTML without a tag."""
    line = " ".join(clean(text).split())
    return line.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("[", _OPENING_BRACKET)


def _alt(alt: str | None) -> str:
    return " ".join(clean(alt or "").split())


def _is_file(path: str) -> bool:
    return bool(path) and not _SCHEME.match(path)


def _file_name(path: str) -> str:
    return _OTHER.sub("-", PurePath(path).name)
