"""The newsroom's sitemap (sitemaps.org, protocol 0.9), with the language editions of each page. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime

from publisher.channels.newsroom_site import facts
from publisher.channels.newsroom_site.entry import Entry
from publisher.channels.newsroom_site.listing import Around, alternates, surroundings
from publisher.channels.newsroom_site.site import MARK, Site
from publisher.text.html import escape

NAME = "sitemap.xml"
URLS_MOST = 50_000
BYTES_MOST = 50 * 1024 * 1024
"""The protocol's limits of one file, uncompressed."""

_SITEMAPS = "http://www.sitemaps.org/schemas/sitemap/0.9"
_START = (
    f'<?xml version="1.0" encoding="utf-8"?>\n<!-- {MARK} -->\n<urlset xmlns="{_SITEMAPS}"'
    ' xmlns:xhtml="http://www.w3.org/1999/xhtml">\n'
)
_END = "</urlset>\n"


def sitemap(
    entries: Sequence[Entry],
    site: Site,
    around: Mapping[str, Around] | None = None,
    *,
    urls_most: int = URLS_MOST,
    bytes_most: int = BYTES_MOST,
) -> dict[str, bytes] | None:
    """The sitemap's files by name; None where the newsroom has no address, since a sitemap holds whole ones.

    That is `sitemap.xml` alone or, beyond the limits of one file, an index of that name and its parts `sitemap-1.xml`
    and on. Pages are there in the order of their publication, so that a new release leaves full parts as they are.
    A page that has language editions names all of them, itself included, as `xhtml:link`, as the page itself does.

    Args:
        entries: All of them; only their short parts are read.
        site: The newsroom.
        around: What stands around each page, where that is known already.
        urls_most: Pages in one file.
        bytes_most: Bytes of one file.
    """
    if not site.base_url:
        return None
    latest = facts.latest(entries)
    ordered = sorted(entries, key=lambda entry: (entry.published_at, entry.slug))
    if around is None:
        around = surroundings(ordered)
    pages = [_url(f"{facts.uri(site.base_url)}/", latest, ())]
    pages += [
        _url(address, facts.modified(entry), alternates(entry.slug, around[entry.slug], site))
        for entry in ordered
        if (address := facts.page_url(entry, site))
    ]
    parts = list(_parts(pages, urls_most, bytes_most))
    if len(parts) == 1:
        return {NAME: parts[0]}
    named = {f"sitemap-{number}.xml": part for number, part in enumerate(parts, start=1)}
    return {NAME: _index(named, site), **named}


def _url(address: str, at: datetime | None, alternates: Iterable[tuple[str, str]]) -> bytes:
    lines = [
        "<url>",
        f"<loc>{escape(address)}</loc>",
        *([f"<lastmod>{facts.rfc_3339(at)}</lastmod>"] if at else []),
        *(
            f'<xhtml:link rel="alternate" hreflang="{escape(language)}" href="{escape(other)}"/>'
            for language, other in alternates
        ),
        "</url>",
    ]
    return "".join(f"{line}\n" for line in lines).encode()


def _parts(pages: Iterable[bytes], urls_most: int, bytes_most: int) -> Iterator[bytes]:
    held: list[bytes] = []
    size = frame = len(_START.encode()) + len(_END)
    for page in pages:
        if held and (len(held) == urls_most or size + len(page) > bytes_most):
            yield _part(held)
            held, size = [], frame
        held.append(page)
        size += len(page)
    yield _part(held)


def _part(pages: Sequence[bytes]) -> bytes:
    return b"".join((_START.encode(), *pages, _END.encode()))


def _index(names: Iterable[str], site: Site) -> bytes:
    base = escape(facts.uri(site.base_url or ""))
    inner = "".join(f"<sitemap>\n<loc>{base}/{name}</loc>\n</sitemap>\n" for name in names)
    head = f'<?xml version="1.0" encoding="utf-8"?>\n<!-- {MARK} -->\n<sitemapindex xmlns="{_SITEMAPS}">\n'
    return f"{head}{inner}</sitemapindex>\n".encode()
