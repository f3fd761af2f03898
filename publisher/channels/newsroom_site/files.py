"""Which files belong to a page and to the newsroom as a whole, and what is in them. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from publisher.channels.newsroom_site import media_kit, ninjs
from publisher.channels.newsroom_site.entry import Entry
from publisher.channels.newsroom_site.feeds import ATOM, JSON, RSS, atom_xml, feed_xml, json_feed
from publisher.channels.newsroom_site.listing import Around
from publisher.channels.newsroom_site.pages import COPY, KIT, page_html
from publisher.channels.newsroom_site.plain_copy import plain_copy
from publisher.channels.newsroom_site.site import PAGE, Site

FEEDS = (RSS, ATOM, JSON)


def feed_files(newest: Sequence[Entry], site: Site) -> Iterator[tuple[str, bytes]]:
    """The feeds, one after the other; `newest` are the first `FEED_MOST` entries, whole."""
    yield RSS, feed_xml(newest, site)
    yield ATOM, atom_xml(newest, site)
    yield JSON, json_feed(newest, site)


def page_files(entry: Entry, site: Site, around: Around, images: Mapping[str, bytes]) -> dict[str, bytes]:
    """The files in a page's folder that are made of its entry, the page last.

    Args:
        entry: The release, whole.
        site: The newsroom.
        around: What stands around the page.
        images: The image files of the entry, by name. Where one is missing, the media kit is left as it is.

    Raises:
        ThemeError: The theme's template has a mistake.
    """
    kit = None
    if all(picture.src in images for picture in entry.images if picture.is_file):
        kit = media_kit.media_kit(entry, site, images.__getitem__)
    return {COPY: plain_copy(entry, site), **({KIT: kit} if kit else {}), **around_files(entry, site, around)}


def around_files(entry: Entry, site: Site, around: Around) -> dict[str, bytes]:
    """Those of a page's files that also show what stands around it."""
    return {ninjs.NAME: ninjs.ninjs(entry, site, around.editions), PAGE: page_html(entry, site, around)}
