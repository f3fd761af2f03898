"""The newsroom: a folder of pages with an index and a feed, for any web server to show. It needs no account."""

from __future__ import annotations

import os
import shutil
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import ClassVar, cast

from pydantic import Field, field_validator

from publisher.channels.base import (
    Account,
    Channel,
    ChannelError,
    ChannelSettings,
    Receipt,
    Request,
    SettingsType,
)
from publisher.channels.look import Look
from publisher.channels.newsroom_site.article import IMAGES, entry_of
from publisher.channels.newsroom_site.site import PAGE, Site
from publisher.compose.model import Capabilities, Limit, Variant
from publisher.errors import PublishError
from publisher.text.html import is_web_address

_LEAST_FREE = 20_000_000
"""Bytes for a page with its images, staged beside what stands there already."""


class Settings(ChannelSettings):
    folder: str = Field(
        default="site", min_length=1, description="Where the pages are written, from the folder of channels.yaml."
    )
    base_url: str | None = Field(
        default=None,
        description="The address at which the folder is served; without it the pages have no link to give to others.",
    )
    title: str | None = Field(default=None, description="The name over the pages; the organisation's by default.")

    @field_validator("base_url")
    @classmethod
    def _is_web_address(cls, url: str | None) -> str | None:
        # A variable that is not set stays as it is written, and is an error only once something is to be sent.
        if url and "${" not in url and not (is_web_address(url) and "?" not in url and "#" not in url):
            raise ValueError("this is no web address such as https://newsroom.example.org")
        return url


class Newsroom(Channel):
    type = "newsroom"
    Settings: ClassVar[SettingsType] = Settings
    look = Look("page", accent=("#1a5276", "#8fc1e8"), avatar="none", bold=True)
    capabilities = Capabilities(
        layouts=("article",),
        limits=(Limit(10_000_000, "characters", lambda text: len(text.plain)),),
        media_max=50,
        media_from=("file", "web"),
        images=IMAGES,
        alt_max=10_000_000,
        canonical=True,
        repeatable=True,
        readable=True,
        idempotency="the same release again leaves the same files",
        read_back="the files in the folder",
        edit="to come, as a correction",
        delete="remove the page's folder; index and feed follow at the next publication",
    )

    @property
    def site(self) -> Site:
        settings = cast("Settings", self.settings)
        folder = self.folder / Path(settings.folder).expanduser()
        name, home = (self.organisation.name, self.organisation.url) if self.organisation else ("", None)
        base_url = settings.base_url.rstrip("/") if settings.base_url else None
        return Site(
            folder, settings.title or name or "Newsroom", base_url, home if is_web_address(home or "") else None
        )

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
        entry, uploads = entry_of(article, variant.link)
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
        if shutil.disk_usage(existing).free < _LEAST_FREE:
            raise ChannelError(f"the disk that {existing} lies on is full: make room there")
        return Account(f"newsroom in {site.folder}", (site.title, *((site.base_url,) if site.base_url else ())))

    def send(self, request: Request, after: Sequence[Receipt]) -> Receipt:
        from publisher.channels.newsroom_site import store  # noqa: PLC0415 -- only a sending run needs it

        try:
            store.publish(self.site, request)
        except store.UnfinishedError as error:
            return Receipt("unknown", error=_one_line(error))
        except (ValueError, OSError) as error:
            return Receipt("refused", error=_one_line(error))
        return self._receipt(request)

    def find(self, request: Request) -> Receipt | None:
        from publisher.channels.newsroom_site import store  # noqa: PLC0415 -- only a sending run needs it

        try:
            return self._receipt(request) if store.stands(self.site, request) else None
        except OSError as error:
            return Receipt("unknown", error=_one_line(error))

    def _receipt(self, request: Request) -> Receipt:
        slug = str((request.json or {})["slug"])
        return Receipt("sent", id=slug, url=self.permalink(slug) or str(self.site.folder / slug / PAGE))


def _one_line(error: Exception) -> str:
    if isinstance(error, OSError) and error.filename:
        return f"{error.filename}: {error.strerror}"
    return " ".join(str(error).split())
