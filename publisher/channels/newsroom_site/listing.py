"""In which order the releases stand, on which sheets of the index, and what stands beside each. Pure."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import NamedTuple

from publisher.channels.newsroom_site import facts
from publisher.channels.newsroom_site.entry import Entry, edition_mark
from publisher.channels.newsroom_site.site import ARCHIVE, PAGE, Site

PER_SHEET = 20
"""Releases on a sheet of the archive. The front shows as many at least, and fewer than twice as many."""


class Near(NamedTuple):
    """Another page, as a link to it names it."""

    slug: str
    language: str
    headline: str
    guid: str | None = None


@dataclass(frozen=True)
class Around:
    """What a page shows besides its own release.

    `editions` are all of a release's editions in several languages, itself among them, in the order of their codes;
    empty where there is one only. `first` is the slug of the edition for readers of any other language.
    """

    newer: Near | None = None
    older: Near | None = None
    editions: tuple[Near, ...] = ()
    first: str | None = None

    @property
    def digest(self) -> str:
        """Differs where the page would."""
        return _digest((self.newer, self.older, self.editions, self.first))


@dataclass(frozen=True)
class Sheet:
    """One sheet of the index: the front, a sheet of the archive, or a year. `name` is its path from the folder."""

    name: str
    entries: Sequence[Entry]
    number: int | None = None
    year: int | None = None
    newer: str | None = None
    older: str | None = None
    years: tuple[int, ...] = ()

    @property
    def digest(self) -> str:
        """Differs where the sheet would."""
        lines = [(each.slug, each.language, each.headline, each.summary, each.day) for each in self.entries]
        return _digest((self.number, self.newer, self.older, self.years, lines))


def light(entry: Entry) -> Entry:
    """The entry without its long parts: what lists need, and what is kept in memory of thousands."""
    return replace(entry, html="", text="", boilerplate="", contacts=(), quotes=(), images=(), card=None, keywords=())


def surroundings(order: Sequence[Entry]) -> dict[str, Around]:
    """What stands around each page, by slug; `order` has the newest first."""
    near = {entry.slug: Near(entry.slug, entry.language, entry.headline, entry.guid) for entry in order}
    row = [None, *near.values(), None]
    around = {slug: Around(newer, older) for slug, newer, older in zip(near, row, row[2:], strict=False)}
    marks = {edition_mark(slug): slug for slug in near}
    for mark, group in _editions(order).items():
        if len(group) > 1:
            editions = tuple(sorted((near[slug] for slug in group), key=lambda each: (each.language, each.slug)))
            default = marks.get(mark, editions[0].slug)
            for slug in group:
                around[slug] = replace(around[slug], editions=editions, first=default)
    return around


def alternates(slug: str, around: Around, site: Site) -> list[tuple[str, str]]:
    """Language and address of each edition for search engines, with what is for readers of any other (`x-default`).

    They take absolute addresses only, one a language, and only of a page that is among them itself.
    """
    found = {each.language: each.slug for each in reversed(around.editions) if facts.language_tag(each.language)}
    if not site.base_url or slug not in found.values():
        return []
    default = [("x-default", around.first)] if around.first else []
    return [(code, facts.uri(site.permalink(of) or "")) for code, of in (*sorted(found.items()), *default)]


def _editions(order: Iterable[Entry]) -> dict[str, list[str]]:
    """Slugs by the mark of the first edition, which need not stand there."""
    of = {edition_mark(entry.slug): entry.edition_of for entry in order}
    groups: dict[str, list[str]] = {}
    for entry in order:
        groups.setdefault(_first(edition_mark(entry.slug), of), []).append(entry.slug)
    return groups


def _first(mark: str, of: Mapping[str, str | None]) -> str:
    """An edition of an edition leads to the first one; several that name each other all lead to the same."""
    seen = [mark]
    while (following := of.get(seen[-1])) and following not in seen:
        seen.append(following)
    return min(seen[seen.index(following) :]) if following else seen[-1]


def sheets(order: Sequence[Entry]) -> Iterator[Sheet]:
    """The sheets of the index, the front last: it leads to all others.

    The sheets of the archive are counted from the oldest release, so that a new one changes none that is full.
    """
    years = [(year, list(group)) for year, group in groupby(order, lambda entry: entry.day.year)]
    count = max(len(order) // PER_SHEET - 1, 0)
    front = len(order) - count * PER_SHEET
    for number in range(1, count + 1):
        start = len(order) - number * PER_SHEET
        yield Sheet(
            _archived(f"page-{number}"),
            order[start : start + PER_SHEET],
            number=number,
            newer=_archived(f"page-{number + 1}") if number < count else PAGE,
            older=_archived(f"page-{number - 1}") if number > 1 else None,
        )
    for index, (year, entries) in enumerate(years):
        yield Sheet(
            _archived(str(year)),
            entries,
            year=year,
            newer=_archived(str(years[index - 1][0])) if index else None,
            older=_archived(str(years[index + 1][0])) if index + 1 < len(years) else None,
        )
    yield Sheet(
        PAGE,
        order[:front],
        older=_archived(f"page-{count}") if count else None,
        years=tuple(year for year, _ in years),
    )


def _digest(values: object) -> str:
    """Of values that show themselves whole: texts, numbers, dates, and tuples of them."""
    return hashlib.sha256(repr(values).encode(errors="backslashreplace")).hexdigest()[:16]


def _archived(stem: str) -> str:
    return f"{ARCHIVE}/{stem}.html"
