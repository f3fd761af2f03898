"""Which files belong to a page and to the newsroom as a whole, and what is in them. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from publisher.channels.newsroom_site.entry import Entry
from publisher.channels.newsroom_site.feeds import ATOM, JSON, RSS, atom_xml, feed_xml, json_feed
from publisher.channels.newsroom_site.site import Site

SITE_FILES = (RSS, ATOM, JSON)
"""What `site_files` writes."""


def site_files(_order: Sequence[Entry], newest: Sequence[Entry], site: Site) -> Iterator[tuple[str, bytes]]:
    """What machines read of the newsroom, one file after the other.

    Args:
        _order: All entries without their long parts, the newest first.
        newest: The first `FEED_MOST` of them, whole.
        site: The newsroom.
    """
    yield RSS, feed_xml(newest, site)
    yield ATOM, atom_xml(newest, site)
    yield JSON, json_feed(newest, site)


def page_files(_entry: Entry, _site: Site, _images: Mapping[str, bytes]) -> dict[str, bytes]:
    """What machines and journalists take from a page's folder; `images` are those of the entry, by name."""
    return {}
