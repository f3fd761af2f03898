"""Entries as pages and index. The same entries give the same bytes."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any, NamedTuple

from publisher.channels.newsroom_site import media_kit, ninjs, plain_copy
from publisher.channels.newsroom_site.entry import Entry
from publisher.channels.newsroom_site.feeds import ATOM, JSON, RSS, TYPES
from publisher.channels.newsroom_site.linked_data import as_script, linked_data
from publisher.channels.newsroom_site.listing import Around, Sheet, alternates
from publisher.channels.newsroom_site.site import MARK, PAGE, Site
from publisher.channels.newsroom_site.theme import filled
from publisher.channels.newsroom_site.words import ENGLISH, words
from publisher.text.direction import direction
from publisher.text.html import clean, is_web_address

COPY, KIT = "release.txt", "media-kit.zip"
"""Files beside a page: the release as plain text, and its images with captions."""


class Feed(NamedTuple):
    """A feed as pages name it: its file in the newsroom's folder, its media type and its name."""

    file: str
    type: str
    name: str


class Download(NamedTuple):
    """A file beside a page: its media type, what a link calls it, and the name under which it is saved."""

    file: str
    type: str
    name: str
    saved_as: str


FEEDS = tuple(Feed(file, TYPES[file], name) for file, name in ((RSS, "RSS"), (ATOM, "Atom"), (JSON, "JSON Feed")))


def page_html(entry: Entry, site: Site, around: Around | None = None) -> bytes:
    """The page of a release.

    Raises:
        ThemeError: The theme's template has a mistake.
    """
    link = entry.link if is_web_address(entry.link or "") else None
    own = site.permalink(entry.slug)
    pictures = [
        picture if not picture.is_file else replace(picture, src=f"{own}{picture.src}")
        for picture in (*entry.images, *filter(None, (entry.card,)))
        if own or not picture.is_file
    ]
    around = around or Around()
    return _filled(
        "page.html.j2",
        site,
        entry.language,
        up="../",
        entry=entry,
        canonical=link or own,
        picture=pictures[0] if pictures else None,
        updated=datetime.fromisoformat(entry.updated).date() if entry.updated else None,
        remote_images=any(not picture.is_file for picture in entry.images),
        around=around,
        alternates=alternates(entry.slug, around, site),
        linked_data=linked_data(entry, site, around.editions),
        downloads=_downloads(entry),
        ninjs=ninjs.NAME,
    )


def index_html(sheet: Sheet, site: Site) -> bytes:
    """One sheet of the index.

    Raises:
        ThemeError: The theme's template has a mistake.
    """
    up = "../" * sheet.name.count("/")
    return _filled(
        "index.html.j2",
        site,
        site.language or ENGLISH.language,
        up=up,
        sheet=sheet,
        entries=sheet.entries,
        is_front=sheet.name == PAGE,
        canonical=f"{site.base_url}/{sheet.name.removesuffix(PAGE)}" if site.base_url else None,
        remote_images=False,
    )


def _downloads(entry: Entry) -> list[Download]:
    speech = words(entry.language)
    found = [Download(COPY, "text/plain", speech.plain_text, plain_copy.file_name(entry))]
    if media_kit.has_media_kit(entry):
        found.append(Download(KIT, "application/zip", speech.media_kit, media_kit.file_name(entry)))
    return found


def _filled(template: str, site: Site, language: str, **values: Any) -> bytes:
    from markupsafe import Markup  # noqa: PLC0415 -- comes with jinja2, which only a sending run needs

    speech = words(language)
    foreign = speech.language != language.lower().split("-")[0]
    if data := values.get("linked_data"):
        values["linked_data"] = Markup(as_script(data))  # noqa: S704 -- escaped there
    shown = {
        "site": {
            "title": clean(site.title),
            "name": clean(site.publisher),
            "base_url": site.base_url,
            "home": site.home,
            "logo": site.logo,
        },
        "language": language,
        "dir": direction(language),
        "words": speech,
        "ui": Markup(f' lang="{speech.language}"') if foreign else "",  # noqa: S704 -- a language of `words`
        "mark": MARK,
        "feeds": FEEDS,
    }
    return filled(template, site, {**values, **shown})
