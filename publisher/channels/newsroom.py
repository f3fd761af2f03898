"""The newsroom: a folder of pages with an index and a feed, for any web server to show. It needs no account."""

from __future__ import annotations

import os
import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import asdict, replace
from datetime import datetime
from pathlib import Path, PurePath
from typing import ClassVar, cast

from pydantic import Field

from publisher.channels.base import (
    Account,
    Channel,
    ChannelError,
    ChannelSettings,
    Receipt,
    Request,
    SettingsType,
    Upload,
)
from publisher.channels.newsroom_site import store
from publisher.channels.newsroom_site.entry import Entry, Picture
from publisher.channels.newsroom_site.pages import Site
from publisher.compose.model import Article, Capabilities, Limit, Variant
from publisher.documents.model import Block
from publisher.errors import PublishError
from publisher.release.model import Contact, Media
from publisher.text.html import blocks_html, clean, figure_html, is_web_address, paragraphs_html

_MIME = {
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".png": "image/png",
    ".gif": "image/gif",
    ".webp": "image/webp",
    ".avif": "image/avif",
}
_NAME_MOST = 80


class Settings(ChannelSettings):
    folder: str = Field(
        default="site", min_length=1, description="Where the pages are written, from the folder of channels.yaml."
    )
    base_url: str | None = Field(
        default=None,
        pattern=r"^https?://[^\s?#]+$",
        description="The address at which the folder is served; without it the pages have no link to give to others.",
    )
    title: str | None = Field(default=None, description="The name over the pages; the organisation's by default.")


class Newsroom(Channel):
    type = "newsroom"
    Settings: ClassVar[SettingsType] = Settings
    capabilities = Capabilities(
        layouts=("article",),
        limits=(Limit(10_000_000, "characters", lambda text: len(text.plain)),),
        media_max=50,
        media_types=tuple(dict.fromkeys(_MIME.values())),
        canonical=True,
        repeatable=True,
        idempotency="the same release again leaves the same files",
        read_back="the files in the folder",
        edit="publishing the changed release again; the page says when it was updated",
        delete="remove the page's folder; index and feed follow at the next publication",
    )

    @property
    def site(self) -> Site:
        settings = cast("Settings", self.settings)
        folder = self.folder / Path(settings.folder).expanduser()
        return Site(folder, settings.title or "Newsroom", settings.base_url.rstrip("/") if settings.base_url else None)

    def permalink(self, slug: str) -> str | None:
        return self.site.permalink(slug)

    def render(self, variant: Variant) -> list[Request]:
        article = variant.article
        if article is None:
            raise PublishError(
                "the newsroom publishes the whole release, not a text of its own",
                where=variant.channel,
                hint="Remove its text from `variants:`",
            )
        names = _file_names(article)
        known = [
            Picture(names.get(image.path) or clean(image.path), clean(image.alt or ""))
            for image in _media(article)
            if image.path in names or is_web_address(image.path)
        ]
        entry = {
            "slug": article.slug,
            "language": clean(article.language),
            "headline": clean(article.headline),
            "subheadline": clean(article.subheadline) if article.subheadline else None,
            "dateline": _dateline(article),
            "summary": clean(article.summary),
            "html": _body_html(article, names),
            "boilerplate": paragraphs_html(article.boilerplate or ""),
            "contacts": [asdict(_clean_contact(contact)) for contact in article.contacts],
            "images": [asdict(picture) for picture in known],
            "link": clean(variant.link) if variant.link else None,
        }
        uploads = tuple(
            Upload(image.path, _MIME.get(_suffix(image.path), "application/octet-stream"), image.alt or "")
            for image in _media(article)
            if image.path in names
        )
        return [Request("PUT", self.permalink(article.slug) or f"{article.slug}/", json=entry, uploads=uploads)]

    def stamp(self, request: Request, at: datetime, seed: str) -> Request:
        stamped = super().stamp(request, at, seed)
        return replace(stamped, json={**(request.json or {}), "published": at.isoformat(timespec="seconds")})

    def whoami(self) -> Account:
        site = self.site
        existing = next(path for path in (site.folder, *site.folder.resolve().parents) if os.path.lexists(path))
        if not existing.is_dir():
            raise ChannelError(f"{existing} is a file, not a folder")
        if not os.access(existing, os.W_OK | os.X_OK):
            raise ChannelError(f"{existing} cannot be written to")
        return Account(f"newsroom in {site.folder}", (site.title, *((site.base_url,) if site.base_url else ())))

    def send(self, request: Request, after: Sequence[Receipt]) -> Receipt:
        try:
            entry = Entry.from_json(request.json or {})
            page = store.publish(self.site, entry, _images(request, entry))
        except store.UnfinishedError as error:
            return Receipt("unknown", error=_one_line(error))
        except (ValueError, OSError) as error:
            return Receipt("refused", error=_one_line(error))
        return self._receipt(entry, page)

    def find(self, request: Request) -> Receipt | None:
        try:
            entry = Entry.from_json(request.json or {})
            there = store.stands(self.site, entry, _images(request, entry))
        except ValueError:
            return None
        except OSError as error:
            return Receipt("unknown", error=_one_line(error))
        return self._receipt(entry, self.site.folder / entry.slug / store.PAGE) if there else None

    def _receipt(self, entry: Entry, page: Path) -> Receipt:
        return Receipt("sent", id=entry.slug, url=self.permalink(entry.slug) or str(page))


def _dateline(article: Article) -> dict[str, str | None] | None:
    line = article.dateline
    if line is None:
        return None
    return {"place": clean(line.place) if line.place else None, "date": line.date.isoformat() if line.date else None}


def _clean_contact(contact: Contact) -> Contact:
    return Contact(*(clean(part) if part else None for part in (contact.name, contact.email, contact.phone)))


def _body_html(article: Article, names: dict[str, str]) -> str:
    """The body, an image that it does not show itself before it, any others after it."""
    blocks = [_with_source(block, article.media) for block in article.body]
    shown = {block.src for block in blocks if block.kind == "image"}
    apart = [
        figure_html(names.get(image.path, image.path), image.alt)
        for image in article.media
        if image.path not in shown and (image.path in names or is_web_address(image.path))
    ]
    return "\n".join(part for part in (*apart[:1], blocks_html(blocks, names), *apart[1:]) if part)


def _with_source(block: Block, media: Sequence[Media]) -> Block:
    """An image block with the path and the alternative text that the same image has in the media."""
    if block.kind != "image":
        return block
    image = next((image for image in media if image.path == block.src), None) or next(
        (image for image in media if _ends_with(image.path, block.src)), None
    )
    if image is None:
        return block
    return replace(block, src=image.path, alt=image.alt if block.alt is None else block.alt)


def _ends_with(path: str, written: str) -> bool:
    """Whether a resolved path may be the one written in the release, which started from the release's folder."""
    tail = [part for part in PurePath(written).parts if part not in (".", "..")]
    return bool(tail) and "://" not in path and list(PurePath(path).parts[-len(tail) :]) == tail


def _media(article: Article) -> Iterator[Media]:
    """The images of the page, each once: the media, then what only the body names."""
    seen: set[str] = set()
    blocks = (_with_source(block, article.media) for block in article.body if block.kind == "image")
    for image in (*article.media, *(Media(block.src, block.alt) for block in blocks)):
        if image.path and image.path not in seen:
            seen.add(image.path)
            yield image


def _file_names(article: Article) -> dict[str, str]:
    """What each image file is called in the page's folder, by its path; a web address or other scheme has no file."""
    names: dict[str, str] = {}
    taken: set[str] = set()
    for image in _media(article):
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


def _images(request: Request, entry: Entry) -> list[store.Image]:
    names = [picture.src for picture in entry.images if picture.is_file]
    images = []
    for name, upload in zip(names, request.uploads, strict=True):
        if _suffix(name) not in _MIME or not re.fullmatch(r"[a-z0-9-]+\.[a-z]+", name):
            raise ValueError(f"the image {upload.path} is of no type that a page shows: {', '.join(_MIME)}")
        images.append(store.Image(name, Path(upload.path), upload.sha256))
    return images


def _one_line(error: Exception) -> str:
    if isinstance(error, OSError) and error.filename:
        return f"{error.filename}: {error.strerror}"
    return " ".join(str(error).split())
