"""What stands before an embargo on its line and says nothing of its end: a dateline, whose release it is."""

from __future__ import annotations

from datetime import date
from functools import cache

from publisher.release.embargo_days import find_dated
from publisher.release.embargo_words import first_words
from publisher.release.hours import find_hours
from publisher.release.language import everywhere
from publisher.release.moments import UnclearTimeError
from publisher.release.zones import find_zones
from publisher.text.patterns import later

_MOST_WORDS = 10
_MOVING = frozenset("after following from through nach après después dopo da depuis desde ab seit since".split())
_WORD = later(r"[^\W\d_]+")
_ORNAMENTS = "+*#=~<>"
_SIGNS = tuple("–—―|:•·[(*/>")


def without_opening(text: str, today: date, home: str) -> str:
    """The line from its embargo on, where a sign parts a place, a name or the release's own day from it.

    `LONDON, 24 November 2026 – Embargoed until 1 December` ends on the only day that is left. Where a time, a zone, or
    the only day stands before the sign, nothing is left out: the embargo might hang on it.

    Args:
        text: The line.
        today: By which a day without a year is understood.
        home: The organisation's zone.
    """
    text = _without_ornaments(text)
    start = _embargo_at(text)
    before, behind = text[:start], text[start:]
    words = [word.lower() for word in _WORD.findall(before)]
    if not words or len(words) > _MOST_WORDS or not _until().isdisjoint(words):
        return text
    try:
        zones, masked = find_zones(before, home)
        hours, masked = find_hours(masked)
        dated, masked = find_dated(masked, today, day_first=False)
        named = find_dated(behind, today, day_first=False)[0]
    except UnclearTimeError:
        return text
    if zones or hours or any(map(str.isnumeric, masked)) or (dated and not named):
        return text
    return behind


def _without_ornaments(text: str) -> str:
    """`+++ SPERRFRIST +++` without its signs, of which one alone might mean something: `+01:00`."""
    for sign in _ORNAMENTS:
        if text.startswith(sign * 2):
            text = text.lstrip(f"{sign} ")
        if text.endswith(sign * 2):
            text = text.rstrip(f"{sign} ")
    return text


def _embargo_at(text: str) -> int:
    """Where the embargo begins behind a sign; 0 where it begins the line, or no sign parts it from the rest."""
    first = first_words()
    for match in _WORD.finditer(text):
        if match[0].lower() in first:
            before = text[: match.start()].rstrip()
            return match.start() if before.endswith(_SIGNS) or before.endswith((" -", "--")) else 0
    return 0


@cache
def _until() -> frozenset[str]:
    names = ("embargo_ends", "embargo_lifts")
    return _MOVING | {word for name in names for words in everywhere(name).values() for word in words}
