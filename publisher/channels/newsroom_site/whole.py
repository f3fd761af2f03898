"""The newsroom as a whole: which of its pages have to be written anew, and all files that are not one page's."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from publisher.channels.newsroom_site.entry import Entry
from publisher.channels.newsroom_site.facts import common_language, newest_first
from publisher.channels.newsroom_site.feeds import FEED_MOST
from publisher.channels.newsroom_site.files import FEEDS, around_files, feed_files
from publisher.channels.newsroom_site.listing import Around, light, sheets, surroundings
from publisher.channels.newsroom_site.logo import logo_bytes
from publisher.channels.newsroom_site.pages import index_html
from publisher.channels.newsroom_site.reading import whole
from publisher.channels.newsroom_site.site import ARCHIVE, MARK, PAGE, STYLE, Site
from publisher.channels.newsroom_site.sitemap import sitemap
from publisher.channels.newsroom_site.state import STATE, Built, State, read_state
from publisher.channels.newsroom_site.theme import look, style_css
from publisher.text.patterns import later

_LISTED = later(rf"{ARCHIVE}/[a-z0-9-]+\.html|logo\.[a-z]+|sitemap(?:-[0-9]+)?\.xml")
"""Files that may belong to one state of the newsroom and not to the next."""


@dataclass(frozen=True, eq=False, repr=False)
class Newsroom:
    """All entries, the newest first and without their long parts, and what stands around each.

    `kept` is the entry that is about to be stored, whole; `before` and `after` are the state now and then. `stale` are
    the slugs of the pages, but for that of `kept`, that would show other surroundings than they do. `sitemap` are its
    files, none where the newsroom has no address.
    """

    site: Site
    order: Sequence[Entry]
    around: Mapping[str, Around]
    kept: Entry | None
    before: State
    after: State
    stale: Sequence[str]
    sitemap: Mapping[str, bytes]

    @classmethod
    def of(
        cls, site: Site, entries: Mapping[str, Entry], kept: Entry | None, built: Mapping[str, str] | None = None
    ) -> Newsroom:
        """The newsroom with these entries, and with `kept` among them.

        Args:
            site: Where it lies.
            entries: As stored, by slug.
            kept: The entry that is to be stored.
            built: The pages that are known to be right, with the digest of what stands around them.
        """
        order = newest_first({**entries, **({kept.slug: light(kept)} if kept else {})}.values())
        around = surroundings(order)
        before, now = read_state(site.folder), look(site)
        right = {**(built or {}), **({kept.slug: around[kept.slug].digest} if kept else {})}
        beside = _beside(around[kept.slug]) if kept else set()
        pages: dict[str, Built] = {}
        stale: list[str] = []
        for slug, surrounding in around.items():
            known, digest = before.pages.get(slug), surrounding.digest
            if right.get(slug) == digest:
                pages[slug] = Built(now, digest)
            elif known and known.around == digest:
                pages[slug] = known
            elif known or slug in beside:
                stale.append(slug)
                pages[slug] = Built(now, digest)
        named = replace(site, language=common_language(order, site))
        digests = {sheet.name: f"{now}{named.language}{sheet.digest}" for sheet in sheets(order)}
        maps = sitemap(order, named, around) or {}
        files = {**dict.fromkeys((*_first_names(site), *FEEDS, *maps), ""), **digests}
        return cls(named, order, around, kept, before, State(pages, files), stale, maps)

    @property
    def names(self) -> list[str]:
        """The files that are not one page's, but for the state."""
        return sorted(self.after.files)

    def files(self, *, thorough: bool = False) -> Iterator[tuple[str, bytes]]:
        """One file after the other, in the order of writing: pages, sheets of the index, feeds, the state.

        Args:
            thorough: Whether also those sheets of the archive that are known to be right already.

        Raises:
            ValueError: An entry is damaged, or a template of the theme has a mistake.
            OSError: An entry could not be read.
        """
        for slug in self.stale:
            files = around_files(whole(self.site.folder, slug), self.site, self.around[slug])
            yield from ((f"{slug}/{name}", data) for name, data in files.items())
        yield from self.shared(thorough=thorough)

    def shared(self, *, thorough: bool) -> Iterator[tuple[str, bytes]]:
        """The files that are not one page's: sheets of the index, feeds, the state; as `files`."""
        for sheet in sheets(self.order):
            if thorough or sheet.name == PAGE or not self._is_right(sheet.name):
                yield sheet.name, index_html(sheet, self.site)
        newest = [
            self.kept if self.kept and each.slug == self.kept.slug else whole(self.site.folder, each.slug)
            for each in self.order[:FEED_MOST]
        ]
        yield from feed_files(newest, self.site)
        yield from self.sitemap.items()
        yield STATE, self.after.as_bytes()

    def _is_right(self, name: str) -> bool:
        known = self.before.files.get(name)
        return known == self.after.files[name] and (self.site.folder / name).is_file()


def first_files(site: Site) -> dict[str, bytes]:
    """What may come before a page, which would look broken without it: the style sheet and the logo.

    Raises:
        ValueError: The theme's style sheet or the logo cannot be used.
    """
    logo = {site.logo: logo_bytes(site.logo_file)} if site.logo and site.logo_file else {}
    return {STYLE: style_css(site), **logo}


def leftovers(site: Site, newsroom: Newsroom) -> list[str]:
    """Files of an earlier state that belong to no state any more: sheets of the index, another logo."""
    named = {name for name in newsroom.before.files if _LISTED.fullmatch(name)}
    found = {f"{ARCHIVE}/{path.name}" for path in (site.folder / ARCHIVE).glob("*.html") if _is_marked(path)}
    return sorted((named | found) - set(newsroom.after.files))


def _first_names(site: Site) -> list[str]:
    return [STYLE, *([site.logo] if site.logo and site.logo_file else [])]


def _beside(around: Around) -> set[str]:
    near = (around.newer, around.older, *around.editions)
    return {each.slug for each in near if each}


def _is_marked(path: Path) -> bool:
    with path.open("rb") as file:
        return MARK.encode() in file.read(1000)
