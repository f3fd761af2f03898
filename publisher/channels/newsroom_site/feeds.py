"""Entries as feeds: RSS 2.0, Atom and JSON Feed 1.1. The same entries give the same bytes. Pure.

All three name a release by its stored guid, which no edit changes; what an edit changes is the date of its update.
Addresses are absolute wherever the newsroom has one. Where it has none, an image is a path from the feed's own folder.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote

from publisher.channels.newsroom_site import facts
from publisher.channels.newsroom_site.entry import Entry
from publisher.channels.newsroom_site.site import MARK, Site
from publisher.channels.newsroom_site.theme import environment
from publisher.text.html import clean

FEED_MOST = 100
"""Releases in a feed, the newest."""

RSS, ATOM, JSON = "feed.xml", "atom.xml", "feed.json"
TYPES = {RSS: "application/rss+xml", ATOM: "application/atom+xml", JSON: "application/feed+json"}
"""The feeds' files in the newsroom's folder, with the media types by which pages name them (`link rel=alternate`)."""

_NOWHERE = "https://newsroom.invalid/"
"""RSS wants the address of a website; a name that never leads anywhere (RFC 2606) stands in where there is none."""

_NEVER = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class _Feed:
    id: str
    title: str
    description: str
    author: str
    updated: datetime
    language: str | None
    self: str | None
    home: str | None
    website: str | None
    rights: str | None
    logo: str | None


@dataclass(frozen=True)
class _Item:
    id: str
    url: str | None
    headline: str
    summary: str
    html: str
    published: datetime
    updated: datetime
    language: str | None
    keywords: tuple[str, ...]
    pictures: tuple[facts.Shown, ...]


def feed_xml(entries: Sequence[Entry], site: Site) -> bytes:
    """RSS 2.0 with the newest entries, `FEED_MOST` of them, in their whole length (`content:encoded`).

    A `title` is plain text and a `description` is HTML, as the RSS Best Practices Profile of the RSS Advisory Board
    has it; images are Media RSS, since an `enclosure` would have to know the size of the file.
    """
    return _filled("rss.xml.j2", entries, site, RSS)


def atom_xml(entries: Sequence[Entry], site: Site) -> bytes:
    """An Atom feed (RFC 4287) with the newest entries, `FEED_MOST` of them, in their whole length."""
    return _filled("atom.xml.j2", entries, site, ATOM)


def json_feed(entries: Sequence[Entry], site: Site) -> bytes:
    """A JSON Feed (version 1.1, jsonfeed.org) with the newest entries, `FEED_MOST` of them, in their whole length."""
    newest = facts.newest_first(entries)[:FEED_MOST]
    feed = _feed(newest, site, JSON)
    data = {
        "version": "https://jsonfeed.org/version/1.1",
        "user_comment": f"Written by {MARK}. To follow it, give the address of this file to a feed reader.",
        "title": feed.title,
        "home_page_url": feed.home,
        "feed_url": feed.self,
        "description": feed.description,
        "icon": feed.logo,
        "authors": [facts.without_empty({"name": feed.author, "url": feed.website})],
        "language": feed.language,
    }
    items = [_json_item(_item(entry, site)) for entry in newest]
    text = json.dumps(facts.without_empty(data) | {"items": items}, ensure_ascii=False, indent=1)
    return f"{text}\n".encode()


def _json_item(item: _Item) -> dict[str, Any]:
    data = {
        "url": item.url,
        "title": item.headline,
        "summary": item.summary,
        "image": item.pictures[0].url if item.pictures else None,
        "date_published": facts.rfc_3339(item.published),
        "date_modified": facts.rfc_3339(item.updated),
        "tags": list(item.keywords),
        "language": item.language,
    }
    return {"id": item.id, "content_html": item.html} | facts.without_empty(data)


def _feed(entries: Sequence[Entry], site: Site, name: str) -> _Feed:
    base = facts.uri(site.base_url) if site.base_url else None
    title = clean(site.title).strip() or "Newsroom"
    website = facts.uri(site.home) if site.home else None
    return _Feed(
        id=f"{base}/{name}" if base else f"tag:newsroom.invalid,2026:{quote(title, safe='')}",
        title=title,
        description=clean(site.description or "") or title,
        author=clean(site.publisher).strip() or title,
        updated=facts.latest(entries) or _NEVER,
        language=facts.common_language(entries, site),
        self=f"{base}/{name}" if base else None,
        home=f"{base}/" if base else website,
        website=website,
        rights=clean(site.rights) if site.rights else None,
        logo=facts.logo_url(site),
    )


def _item(entry: Entry, site: Site) -> _Item:
    return _Item(
        id=facts.identity(entry, site),
        url=facts.page_url(entry, site),
        headline=clean(entry.headline),
        summary=clean(entry.summary),
        html=facts.whole_html(entry, site.permalink(entry.slug) or f"{quote(entry.slug, safe='')}/"),
        published=facts.published(entry),
        updated=facts.modified(entry),
        language=facts.language_tag(entry.language),
        keywords=tuple(facts.keywords(entry)),
        pictures=tuple(facts.pictures(entry, site)),
    )


def _filled(template: str, entries: Sequence[Entry], site: Site, name: str) -> bytes:
    newest = facts.newest_first(entries)[:FEED_MOST]
    items = [_item(entry, site) for entry in newest]
    shown = {"feed": _feed(newest, site, name), "items": items, "mark": MARK, "nowhere": _NOWHERE}
    return environment(None).get_template(template).render(shown).encode()
