"""The newsroom: a folder of pages with an index and a feed, for any web server to show. It needs no account."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import ClassVar, Literal, cast
from zoneinfo import ZoneInfo

from pydantic import Field, field_validator

from publisher.channels.base import (
    Account,
    Channel,
    ChannelError,
    ChannelSettings,
    Rebuilt,
    Receipt,
    Request,
    SettingsType,
)
from publisher.channels.look import Look
from publisher.channels.newsroom_site.article import IMAGES, entry_of
from publisher.channels.newsroom_site.colours import Palette
from publisher.channels.newsroom_site.site import PAGE, Site
from publisher.channels.newsroom_site.state import read_state
from publisher.compose.model import Capabilities, Limit, Variant
from publisher.config.model import Colour, Colours, Organisation
from publisher.errors import PublishError
from publisher.text.html import is_web_address

_LEAST_FREE = 20_000_000
"""Bytes for a page with its images, staged beside what stands there already."""


class SchemeColours(Colours):
    """The organisation's colours, and two that follow from ink and paper where they are not given."""

    quiet: Colour = Field(default=None, description="Text that steps back: dates, captions.")
    rule: Colour = Field(default=None, description="Lines between parts.")


class NewsroomColours(SchemeColours):
    dark: SchemeColours = Field(
        default_factory=SchemeColours, description="The same for readers whose screens are set to dark."
    )


class Settings(ChannelSettings):
    folder: str = Field(
        default="site", min_length=1, description="Where the pages are written, from the folder of channels.yaml."
    )
    base_url: str | None = Field(
        default=None,
        description="The address at which the folder is served; without it the pages have no link to give to others.",
    )
    title: str | None = Field(default=None, description="The name over the pages; the organisation's by default.")
    theme: str | None = Field(
        default=None,
        min_length=1,
        description="A folder with Jinja2 templates and a style.css of your own; its path from the folder "
        "of channels.yaml.",
    )
    style: Literal["add", "replace"] = Field(
        default="add", description="Whether the theme's style.css comes behind the newsroom's own, or in its place."
    )
    logo: str | None = Field(
        default=None,
        description="An image over the pages, by its path from the folder of channels.yaml; by default the "
        "organisation's.",
    )
    colours: NewsroomColours = Field(
        default_factory=NewsroomColours, description="Colours of the pages; the organisation's by default."
    )

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
        organisation = self.organisation or Organisation()
        logo = settings.logo or organisation.logo
        logo_file = self._path(logo) if logo else None
        return Site(
            folder=self._path(settings.folder),
            title=settings.title or organisation.name or "Newsroom",
            base_url=settings.base_url.rstrip("/") if settings.base_url else None,
            home=organisation.url if is_web_address(organisation.url or "") else None,
            organisation=organisation.name or None,
            logo=f"logo{logo_file.suffix.lower()}" if logo_file else None,
            logo_file=logo_file,
            theme=self._path(settings.theme) if settings.theme else None,
            style=settings.style,
            palette=Palette(_given(organisation.colours) | _given(settings.colours), _given(settings.colours.dark)),
        )

    def _path(self, written: str) -> Path:
        return self.folder / Path(written).expanduser()

    def permalink(self, slug: str) -> str | None:
        return self.site.permalink(slug)

    def boilerplate(self) -> str | None:
        return self.organisation.boilerplate if self.organisation else None

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

    def notes(self, requests: Sequence[Request]) -> Sequence[str]:
        from publisher.channels.newsroom_site.theme import ThemeError, look  # noqa: PLC0415 -- only where it is shown

        site = self.site
        remarks = list(site.palette.remarks())
        try:
            now = look(site)
            pages = read_state(site.folder).pages
        except (ThemeError, OSError) as error:
            return [*remarks, _one_line(error)]
        own = {str((request.json or {}).get("slug")) for request in requests}
        older = sum(built.look != now for slug, built in pages.items() if slug not in own)
        if older:
            remarks.append(
                f"{older} older page{'s' * (older > 1)} of the newsroom still look as before: `publish rebuild` brings "
                "them up to date"
            )
        return remarks

    def stamp(self, request: Request, at: datetime, seed: str) -> Request:
        stamped = super().stamp(request, at, seed)
        # A page without a dateline bears the day of this moment, which is the organisation's own and not that of UTC.
        zone = ZoneInfo(self.organisation.timezone if self.organisation else "UTC")
        published = at.astimezone(zone).isoformat(timespec="seconds")
        return replace(stamped, json={**(request.json or {}), "published": published})

    def whoami(self) -> Account:
        site = self.site
        existing = next(path for path in (site.folder, *site.folder.resolve().parents) if os.path.lexists(path))
        if not existing.is_dir():
            raise ChannelError(f"{existing} is a file, not a folder")
        if not os.access(existing, os.W_OK | os.X_OK):
            raise ChannelError(f"{existing} cannot be written to")
        if shutil.disk_usage(existing).free < _LEAST_FREE:
            raise ChannelError(f"the disk that {existing} lies on is full: make room there")
        self._check_look(site)
        return Account(f"newsroom in {site.folder}", (site.title, *((site.base_url,) if site.base_url else ())))

    def _check_look(self, site: Site) -> None:
        from publisher.channels.newsroom_site import theme, whole  # noqa: PLC0415 -- only a sending run needs them

        try:
            theme.check(site)
            whole.first_files(site)
        except (ValueError, OSError) as error:
            raise ChannelError(_one_line(error)) from None

    def rebuild(self, progress: Callable[[int, int], None]) -> Rebuilt:
        from publisher.channels.newsroom_site.rebuilding import rebuild  # noqa: PLC0415 -- only where it is asked for

        site = self.site
        self._check_look(site)
        try:
            return rebuild(site, progress)
        except (ValueError, OSError) as error:
            raise ChannelError(_one_line(error)) from None

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


def _given(colours: Colours) -> dict[str, str]:
    """The colours that were given; a variable that is not set yet, in a preview, is none."""
    return {
        name: value
        for name in ("accent", "ink", "paper", "quiet", "rule")
        if (value := getattr(colours, name, None)) and value.startswith("#")
    }


def _one_line(error: Exception) -> str:
    if isinstance(error, OSError) and error.filename:
        return f"{error.filename}: {error.strerror}"
    return " ".join(str(error).split())
