"""An article as the entry that the newsroom keeps, and the image files that go with it. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import PurePath
from typing import Any

from publisher.channels.base import Upload
from publisher.channels.newsroom_site.entry import edition_mark
from publisher.compose.article import plain_reading
from publisher.compose.model import Article, ImageRules
from publisher.compose.quotes import in_full
from publisher.documents.model import Block
from publisher.release.model import IMAGE_TYPES, Media
from publisher.text.html import blocks_html, clean, figure_html, is_web_address, paragraphs_html

MIME = IMAGE_TYPES
"""What a page shows, by the ending of the file. No SVG: opened by itself it could run a script on the site."""

IMAGES = ImageRules(tuple(dict.fromkeys(MIME.values())), most_bytes=50_000_000)

_NAME_MOST = 80


def entry_of(article: Article, link: str | None) -> tuple[dict[str, Any], tuple[Upload, ...]]:
    """The entry as JSON, `published` left out, and its image files in the order of the entry's own."""
    names = _file_names(article)
    images = [image for image in _media(article) if image.path in names or is_web_address(image.path)]
    card = article.card if article.card and article.card.path in names else None
    entry = {
        "slug": article.slug,
        "language": clean(article.language),
        "headline": clean(article.headline),
        "subheadline": _clean(article.subheadline),
        "dateline": _dateline(article),
        "summary": clean(article.summary),
        "html": _body_html(article, names),
        "boilerplate": paragraphs_html(article.boilerplate or ""),
        "contacts": [
            {"name": _clean(contact.name), "email": _clean(contact.email), "phone": _clean(contact.phone)}
            for contact in article.contacts
        ],
        "images": [{"src": names.get(image.path, image.path), "alt": clean(image.alt or "")} for image in images],
        "link": _clean(link),
        "quotes": [
            {"text": clean(in_full(quote)), "speaker": _clean(quote.speaker), "title": _clean(quote.title)}
            for quote in article.quotes
        ],
        "text": clean(plain_reading(article).plain),
        "keywords": [clean(keyword) for keyword in article.keywords],
        "edition_of": edition_mark(article.edition_of) if article.edition_of else None,
        "card": {"src": names[card.path], "alt": clean(card.alt or "")} if card else None,
    }
    files = [image for image in (*images, *filter(None, (card,))) if image.path in names]
    uploads = tuple(Upload(image.path, image.mime, clean(image.alt or "")) for image in files)
    return entry, uploads


def _clean(text: str | None) -> str | None:
    return clean(text) if text else None


def _dateline(article: Article) -> dict[str, str | None] | None:
    line = article.dateline
    if line is None:
        return None
    return {"place": _clean(line.place), "date": line.date.isoformat() if line.date else None}


def _body_html(article: Article, names: dict[str, str]) -> str:
    """The body, an image that it does not show itself before it, any others after it."""
    blocks = [_described(block, article.media) for block in article.body]
    shown = {block.src for block in blocks if block.kind == "image"}
    apart = [
        figure_html(names.get(image.path, image.path), image.alt)
        for image in article.media
        if image.path not in shown and (image.path in names or is_web_address(image.path))
    ]
    return "\n".join(part for part in (*apart[:1], blocks_html(blocks, names), *apart[1:]) if part)


def _described(block: Block, media: Sequence[Media]) -> Block:
    """An image block with the alternative text that the same image has in the media, where it has none itself."""
    if block.kind != "image" or block.alt is not None:
        return block
    return replace(block, alt=next((image.alt for image in media if image.path == block.src), None))


def _media(article: Article) -> Iterator[Media]:
    """The images of the page, each once: the media, then what only the body names."""
    seen: set[str] = set()
    blocks = (_described(block, article.media) for block in article.body if block.kind == "image")
    for image in (*article.media, *(Media(block.src, block.alt) for block in blocks)):
        if image.path and image.path not in seen:
            seen.add(image.path)
            yield image


def _file_names(article: Article) -> dict[str, str]:
    """What each image file is called in the page's folder, by its path; a web address or other scheme has no file."""
    names: dict[str, str] = {}
    taken: set[str] = set()
    for image in (*_media(article), *filter(None, (article.card,))):
        if re.match(r"[A-Za-z][A-Za-z0-9+.-]+:", image.path):
            continue
        plain = unicodedata.normalize("NFKD", PurePath(image.path).stem.casefold()).encode("ascii", "ignore").decode()
        stem = re.sub(r"[^a-z0-9]+", "-", plain.lower()).strip("-")[:_NAME_MOST] or "image"
        name = f"{stem}{_suffix(image.path)}"
        number = 2
        while name in taken:
            name = f"{stem}-{number}{_suffix(image.path)}"
            number += 1
        taken.add(name)
        names[image.path] = name
    return names


def _suffix(path: str) -> str:
    return PurePath(path).suffix.lower()
