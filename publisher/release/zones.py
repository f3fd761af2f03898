"""Time zones as people name them in a line: `ET`, `MEZ`, `UTC+2`, `heure de Paris`, `New York time`."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from functools import cache, partial
from typing import NamedTuple

from publisher.release.language import everywhere
from publisher.release.moments import (
    UnclearTimeError,
    first_instant,
    readings,
    weekday_and_day,
    why_not_one,
    zone_named,
)
from publisher.text.patterns import later

MASK = "\x01"
"""Stands in a line for each character of a zone that was found."""

_MINUTE = timedelta(minutes=1)
_FARTHEST = timedelta(hours=14)
_AT_HOME = "LOCAL"
_IANA = later(r"(?<![\w/])(?!posix|right)[A-Z][A-Za-z]{1,15}/[A-Z][\w+-]{1,30}(?:/[A-Z][\w-]{1,30})?(?![\w/])")
_OFFSET = later(
    r"(?<!\w)(?:UTC|GMT) ?(?:(?P<sign>[+−-])|\+ )(?P<hours>[0-9]{1,2})(?::?(?P<minutes>[0-9]{2}))?(?![\w:])"
    r"|(?<!\+)\+(?P<ahead>[0-9]{2}):?(?P<past>[0-9]{2})(?![\w:])"
    r"|(?<=[0-9])(?P<zulu>Z)(?!\w)"
)

_SHORT: dict[str, tuple[tuple[float | None, str], ...]] = {
    "ET": ((None, "America/New_York"),),
    "CT": ((None, "America/Chicago"),),
    "MT": ((None, "America/Denver"),),
    "PT": ((None, "America/Los_Angeles"),),
    "EST": ((-5, "America/New_York"),),
    "EDT": ((-4, "America/New_York"),),
    "CST": ((-6, "America/Chicago"),),
    "CDT": ((-5, "America/Chicago"),),
    "MST": ((-7, "America/Denver"),),
    "MDT": ((-6, "America/Denver"),),
    "PST": ((-8, "America/Los_Angeles"),),
    "PDT": ((-7, "America/Los_Angeles"),),
    "AKST": ((-9, "America/Anchorage"),),
    "AKDT": ((-8, "America/Anchorage"),),
    "HST": ((-10, "Pacific/Honolulu"),),
    "AST": ((-4, "America/Halifax"),),
    "ADT": ((-3, "America/Halifax"),),
    "NST": ((-3.5, "America/St_Johns"),),
    "NDT": ((-2.5, "America/St_Johns"),),
    "HNE": ((-5, "America/Toronto"),),
    "HAE": ((-4, "America/Toronto"),),
    "HNC": ((-6, "America/Winnipeg"),),
    "HAC": ((-5, "America/Winnipeg"),),
    "BRT": ((-3, "America/Sao_Paulo"),),
    "ART": ((-3, "America/Argentina/Buenos_Aires"),),
    "UTC": ((0, ""),),
    "GMT": ((0, ""),),
    "BST": ((1, "Europe/London"),),
    "WET": ((0, "Europe/Lisbon"),),
    "WEST": ((1, "Europe/Lisbon"),),
    "CET": ((1, "Europe/Berlin"),),
    "CEST": ((2, "Europe/Berlin"),),
    "MEZ": ((1, "Europe/Berlin"),),
    "MESZ": ((2, "Europe/Berlin"),),
    "EET": ((2, "Europe/Athens"),),
    "EEST": ((3, "Europe/Athens"),),
    "MSK": ((3, "Europe/Moscow"),),
    "SAST": ((2, "Africa/Johannesburg"),),
    "EAT": ((3, "Africa/Nairobi"),),
    "WAT": ((1, "Africa/Lagos"),),
    "GST": ((4, "Asia/Dubai"),),
    "PKT": ((5, "Asia/Karachi"),),
    "IST": ((5.5, "Asia/Kolkata"), (2, "Asia/Jerusalem"), (1, "Europe/Dublin")),
    "IDT": ((3, "Asia/Jerusalem"),),
    "SGT": ((8, "Asia/Singapore"),),
    "HKT": ((8, "Asia/Hong_Kong"),),
    "JST": ((9, "Asia/Tokyo"),),
    "KST": ((9, "Asia/Seoul"),),
    "AWST": ((8, "Australia/Perth"),),
    "ACST": ((9.5, "Australia/Adelaide"),),
    "ACDT": ((10.5, "Australia/Adelaide"),),
    "AEST": ((10, "Australia/Sydney"),),
    "AEDT": ((11, "Australia/Sydney"),),
    "NZST": ((12, "Pacific/Auckland"),),
    "NZDT": ((13, "Pacific/Auckland"),),
}
"""The hours from UTC that an abbreviation says, and where it is in force; without hours: the clock there, all year."""

_ELSEWHERE: dict[str, dict[str, tuple[float | None, str]]] = {
    "Asia/": {
        "CST": (8, "Asia/Shanghai"),
        "PST": (8, "Asia/Manila"),
        "MST": (8, "Asia/Kuala_Lumpur"),
        "BST": (6, "Asia/Dhaka"),
        "AST": (3, "Asia/Riyadh"),
    },
    "Australia/": {
        "ET": (None, "Australia/Sydney"),
        "CT": (None, "Australia/Adelaide"),
        "EST": (10, "Australia/Sydney"),
        "EDT": (11, "Australia/Sydney"),
        "CST": (9.5, "Australia/Adelaide"),
        "CDT": (10.5, "Australia/Adelaide"),
    },
}
"""What abbreviations mean besides, to an organisation on that continent."""


class Meaning(NamedTuple):
    """One way to understand a zone: an offset that is in force in a place, an offset anywhere, or a place's clock."""

    offset: timedelta | None
    place: str


class Zone(NamedTuple):
    """A zone as named, what it may mean, and where in the line it stands. An empty name is that of the zone at home."""

    said: str
    meanings: tuple[Meaning, ...]
    start: int
    end: int


def at_home(home: str) -> Zone:
    """The organisation's own zone."""
    return Zone("", (Meaning(None, home),), 0, 0)


def find_zones(text: str, home: str) -> tuple[list[Zone], str]:
    """The zones in a line, in order, and the line with each of their characters masked."""
    found: list[Zone] = []
    for search in (_names, _offsets, partial(_words, home=home), partial(_abbreviations, home=home), _cities):
        new = list(search(text))
        found += new
        for each in new:
            text = f"{text[: each.start]}{MASK * (each.end - each.start)}{text[each.end :]}"
    return sorted(found, key=lambda each: each.start), text


def instants(naive: datetime, zone: Zone, home: str) -> tuple[set[datetime], str]:
    """The instants that a time on the clocks of a zone may mean, and why there are several; "" where there is one.

    Raises:
        UnclearTimeError: The year is out of range.
    """
    found: set[datetime] = set()
    whys = [f"{zone.said} is used in several parts of the world"] if len(zone.meanings) > 1 else []
    for meaning in zone.meanings:
        if meaning.offset is None:
            by_clock = readings(naive, meaning.place)
            found |= set(by_clock)
            whys += [why_not_one(naive, meaning.place, by_clock)] * (len(by_clock) > 1)
            continue
        literal = naive.replace(tzinfo=timezone(meaning.offset))
        readings(naive, home)  # a year out of range is refused
        found.add(literal)
        if meaning.place and len(zone.meanings) == 1 and not _in_force(literal, zone.said, meaning.place, home):
            found |= set(readings(naive, meaning.place))
            whys.append(f"{zone.said} is not in force on {weekday_and_day(naive).partition(', ')[2]}")
    return found, whys[0] if whys and len(found) > 1 else ""


def beginnings(midnight: datetime, zone: Zone, home: str) -> tuple[set[datetime], str]:
    """The first instants of a day in a zone, as `instants` gives those of a time."""
    if len(zone.meanings) == 1 and zone.meanings[0].offset is None:
        return {first_instant(midnight.date(), zone.meanings[0].place)}, ""
    return instants(midnight, zone, home)


def _in_force(moment: datetime, said: str, place: str, home: str) -> bool:
    """Whether a zone's offset is in force then where it is used, or at home under the same name."""
    if moment.astimezone(zone_named(place)).utcoffset() == moment.utcoffset():
        return True
    own = moment.astimezone(zone_named(home))
    return own.tzname() == said.upper() and own.utcoffset() == moment.utcoffset()


def _meanings(name: str, home: str) -> tuple[Meaning, ...]:
    """What an abbreviation, a name of the IANA's or `LOCAL` means."""
    if name == _AT_HOME:
        return at_home(home).meanings
    if name not in _SHORT:
        return (Meaning(None, name),)
    known = [*_SHORT[name]]
    known += [others[name] for where, others in _ELSEWHERE.items() if home.startswith(where) and name in others]
    return tuple(Meaning(None if hours is None else timedelta(hours=hours), place) for hours, place in known)


def _names(text: str) -> Iterator[Zone]:
    for match in _IANA.finditer(text):
        try:
            zone_named(match[0])
        except UnclearTimeError:
            continue
        yield Zone(match[0], (Meaning(None, match[0]),), match.start(), match.end())


def _offsets(text: str) -> Iterator[Zone]:
    for match in _OFFSET.finditer(text):
        hours, minutes = int(match["hours"] or match["ahead"] or 0), int(match["minutes"] or match["past"] or 0)
        offset = timedelta(hours=hours, minutes=minutes)
        if offset <= _FARTHEST and minutes * _MINUTE < timedelta(hours=1):
            offset = -offset if match["sign"] in ("-", "−") else offset
            yield Zone(match[0], (Meaning(offset, ""),), match.start(), match.end())


def _words(text: str, home: str) -> Iterator[Zone]:
    for match in _words_pattern().finditer(text):
        targets = _targets().get(match[0].lower())
        if not targets:  # letters that only a search regardless of case takes for the same, such as ſ
            continue
        meanings = tuple(dict.fromkeys(meaning for target in targets for meaning in _meanings(target, home)))
        said = targets[0] if targets[0] in _SHORT and len(targets) == 1 else match[0]
        yield Zone(said, meanings, match.start(), match.end())


def _abbreviations(text: str, home: str) -> Iterator[Zone]:
    for match in _abbreviations_pattern().finditer(text):
        yield Zone(match[0], _meanings(match[0], home), match.start(), match.end())


def _cities(text: str) -> Iterator[Zone]:
    for pattern, in_front in _city_patterns():
        for match in pattern.finditer(text):
            for start, end in _parts(match, in_front=in_front):
                places = _places().get(_plain(text[start:end]))
                if places:
                    whole = (start, match.end()) if in_front else (match.start(), end)
                    meanings = tuple(Meaning(None, place) for place in places)
                    yield Zone(text[whole[0] : whole[1]], meanings, *whole)
                    break


def _parts(match: re.Match[str], *, in_front: bool) -> Iterator[tuple[int, int]]:
    """Where a city's name may stand among the words beside `time`, the longest first."""
    start, end = match.span("city")
    inner = [at for at in range(start, end) if match.string[at] in " -"]
    if in_front:
        yield from ((at, end) for at in (start, *(at + 1 for at in inner)))
    else:
        yield from ((start, at) for at in (end, *reversed(inner)))


@cache
def _targets() -> dict[str, tuple[str, ...]]:
    """What the names of zones in any language stand for: abbreviations, names of the IANA's, or `LOCAL`."""
    found: dict[str, tuple[str, ...]] = {}
    for entries in everywhere("clock_zones").values():
        for entry in entries:
            words = entry.split()
            names = [word for word in words if word.islower()]
            found[" ".join(names)] = tuple(words[len(names) :])
    return found


@cache
def _words_pattern() -> re.Pattern[str]:
    names = "|".join(re.escape(name) for name in sorted(_targets(), key=len, reverse=True))
    return re.compile(rf"(?<!\w)(?:{names})(?!\w)", re.IGNORECASE)


@cache
def _abbreviations_pattern() -> re.Pattern[str]:
    """In capitals only: `ET` and `EST` are also words."""
    return re.compile(rf"(?<!\w)(?:{'|'.join(sorted(_SHORT, key=len, reverse=True))})(?!\w)")


@cache
def _city_patterns() -> tuple[tuple[re.Pattern[str], bool], ...]:
    """`* time`, `heure de *`: with each, whether the city stands in front."""
    city = r"(?P<city>[^\W\d_]{2,20}(?:[ -][^\W\d_]{2,20}){0,2})"
    found = []
    for entry in (entry for entries in everywhere("city_clocks").values() for entry in entries):
        before, _, behind = entry.partition("*")
        pattern = rf"(?<![\w]){re.escape(before)}{city}{re.escape(behind)}(?!\w)"
        found.append((re.compile(pattern, re.IGNORECASE), not before))
    return tuple(found)


@cache
def _places() -> dict[str, tuple[str, ...]]:
    """The zones that are called after a city, by its name without accents."""
    from zoneinfo import available_timezones  # noqa: PLC0415 - most releases name no city's time

    found: dict[str, tuple[str, ...]] = {}
    for name in sorted(available_timezones()):
        continent, _, city = name.partition("/")
        if continent in _CONTINENTS and "/" not in city:  # the San Juan that has a zone is not the one people mean
            found[_plain(city)] = (*found.get(_plain(city), ()), name)
    return found


_CONTINENTS = frozenset("Africa America Antarctica Arctic Asia Atlantic Australia Europe Indian Pacific".split())


def _plain(name: str) -> str:
    letters = unicodedata.normalize("NFD", name.replace("_", " ").replace("-", " ").casefold())
    return "".join(letter for letter in letters if not unicodedata.combining(letter))
