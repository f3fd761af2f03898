"""When an embargo ends.

An embargo that is read too early cannot be taken back, one that nobody can read only waits for a person. So every word
and every figure of the line must be understood, whatever is left open must be settled by the rest of the line, and what
is said twice must be the same instant.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime
from typing import NamedTuple

from publisher.release.embargo_days import Dated, find_dated, find_weekdays, on_weekday
from publisher.release.embargo_opening import without_opening
from publisher.release.embargo_words import (
    EXAMPLE,
    may_be_english,
    refuse_dateline,
    refuse_headings,
    refuse_unknown,
    spoken,
)
from publisher.release.hours import Hour, find_four_figures, find_hours
from publisher.release.model import Release
from publisher.release.moments import UnclearTimeError, copied, is_iso, read_time, zone_named
from publisher.release.zones import Zone, at_home, beginnings, find_zones, instants
from publisher.text.excerpts import excerpt
from publisher.text.patterns import later

_LONGEST = 300
_MOST = 6
_MONTH_FIRST = (
    "America/New_York",
    "America/Chicago",
    "America/Denver",
    "America/Los_Angeles",
    "US/",
    "Pacific/Honolulu",
)
_NEAR = 2
_TWO_FIGURES = later(r"(?<![0-9])[0-9]{2}[:.][0-9]{2}")
"""How a clock of 24 hours shows a time, wherever it is written so."""


def embargo_ends(release: Release, zone: str, now: datetime) -> datetime | None:
    """The instant from which the release may be public; None where there is no embargo.

    Args:
        release: As parsed. Its embargo is what YAML made of the front matter, or a line as printed.
        zone: The IANA's name of the organisation's zone, for times without one of their own.
        now: The present, with zone, by which a day without a year is understood.

    Raises:
        UnclearTimeError: Nobody can tell.
    """
    written = release.embargo
    if written is None:
        return None
    if not isinstance(written, str) or is_iso(written):
        return read_time(written, zone, day_alone=True)
    return _line_ends(written, release.language, zone, now)


def _line_ends(written: str, language: str, home: str, now: datetime) -> datetime:
    text = unicodedata.normalize("NFC", " ".join(written[: _LONGEST + 1].split()))
    if len(written) > _LONGEST:
        raise UnclearTimeError(f"“{excerpt(text)}” is too long for an embargo's line", EXAMPLE)
    if not text.isprintable():
        raise UnclearTimeError(f"“{excerpt(_printable(text))}” has signs in it that cannot be printed", EXAMPLE)
    code = spoken(text, language)
    figures = next((at for at, letter in enumerate(text) if letter.isdigit()), len(text))
    if is_iso(text[figures:]):
        refuse_unknown(text[:figures], text, code)
        refuse_dateline(text[:figures], text, code, figures, timed=":" in text[figures:])
        return read_time(text[figures:], home, day_alone=True)
    today = now.astimezone(zone_named(home)).date()
    text = without_opening(text, today, home)
    zones, rest = find_zones(text, home)
    hours, rest = find_hours(rest)
    english = may_be_english(text, code) or (code != "es" and any(hour.half for hour in hours))
    american = any(
        meaning.place.startswith(_MONTH_FIRST) for each in (*zones, at_home(home)) for meaning in each.meanings
    )
    dated, rest = find_dated(rest, today, day_first=not english and not american)
    more, rest = find_four_figures(rest)
    weekdays, rest = find_weekdays(rest, code)
    refuse_unknown(rest, text, code)
    hours = sorted([*hours, *more], key=lambda each: each.start)
    if code == "fr":
        _refuse_small_words(zones, hours, text)
    days = _agreed(dated, weekdays, text)
    refuse_dateline(rest, text, code, dated[0].start, timed=bool(hours))
    parts = [*(day.start for day in dated), *(hour.start for hour in hours)]
    refuse_headings(rest[min(parts) : max(parts)], text, code)
    if not hours:
        if len(days) > 1:
            raise UnclearTimeError(f"“{excerpt(text, 60)}” names several days", EXAMPLE)
        return _settled([_whole_day(days[0], each, home) for each in zones or [at_home(home)]], text)
    found = []
    for at, (hour, own) in enumerate(_with_zones(hours, zones, home)):
        day = days[0] if len(days) == 1 else _beside(hours, days, at, text)
        twelve = (english or any(map(_of_twelve_hours, own))) and not _TWO_FIGURES.search(hour.said)
        found += [_time(day, hour.in_either_half() if twelve else hour, each, home) for each in own]
    return _settled(found, text)


class _Found(NamedTuple):
    """The instants that a part of the line may mean, and why there are several."""

    instants: set[datetime]
    why: str


def _settled(found: Sequence[_Found], text: str) -> datetime:
    """The one instant that everything agrees on."""
    agreed = set.intersection(*(each.instants for each in found))
    if len(agreed) == 1:
        return agreed.pop().astimezone(UTC)
    if agreed:
        why = next((each.why for each in found if each.why), f"“{excerpt(text, 60)}” may mean several times")
        raise UnclearTimeError(f"{why}: it may be {_either(agreed)}", _to_choose(agreed))
    named = {min(each.instants) for each in found}
    raise UnclearTimeError(f"“{excerpt(text, 60)}” names different times: {_either(named)}", _to_choose(named))


def _either(moments: Iterable[datetime]) -> str:
    return " or ".join(copied(each) for each in sorted(moments)[:_MOST])


def _to_choose(moments: Iterable[datetime]) -> str:
    return f"Write the right one in the front matter, like embargo: {copied(max(moments))}"


def _whole_day(day: Dated, zone: Zone, home: str) -> _Found:
    found, whys = set[datetime](), [day.why] if len(day.choices) > 1 else []
    for each in day.choices:
        begins, why = beginnings(_midnight(each), zone, home)
        found |= begins
        whys += [why] * bool(why)
    return _Found(found, next(iter(whys), ""))


def _time(day: Dated, hour: Hour, zone: Zone, home: str) -> _Found:
    found, whys = set[datetime](), [day.why] * (len(day.choices) > 1) + [hour.why] * (len(hour.choices) > 1)
    for each in day.choices:
        for time in hour.choices:
            if each == date.max:
                raise UnclearTimeError("the year 9999 cannot be meant", EXAMPLE)
            meant, why = instants(_midnight(each) + time, zone, home)
            found |= meant
            whys += [why] * bool(why)
    return _Found(found, next(iter(whys), ""))


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day)  # noqa: DTZ001 - the clock's of a zone that comes next


def _agreed(dated: Sequence[Dated], weekdays: Sequence[tuple[str, int]], text: str) -> list[Dated]:
    """The day that all of them mean, or else all of them; each on its day of the week."""
    if not dated:
        lacks = "names a day of the week without a date" if weekdays else "does not say until which day"
        raise UnclearTimeError(f"“{excerpt(text, 60)}” {lacks}", EXAMPLE)
    common = set.intersection(*(set(each.choices) for each in dated))
    if common:
        day = dated[0]._replace(choices=tuple(sorted(common)))
        for said, weekday in weekdays:
            day = on_weekday(day, said, weekday)
        return [day]
    if weekdays and len(weekdays) != len(dated):
        raise UnclearTimeError(f"“{excerpt(text, 60)}” names several days", EXAMPLE)
    if not weekdays:
        return list(dated)
    return [on_weekday(day, *weekday) for day, weekday in zip(dated, weekdays, strict=True)]


def _beside(hours: Sequence[Hour], days: Sequence[Dated], at: int, text: str) -> Dated:
    """The day that belongs to a time, where each has its own: all of them before the times, or all behind."""
    if len(hours) == len(days):
        in_order = [each for pair in zip(hours, days, strict=True) for each in (pair[0].start, pair[1].start)]
        day_before = [each for pair in zip(hours, days, strict=True) for each in (pair[1].start, pair[0].start)]
        if in_order == sorted(in_order) or day_before == sorted(day_before):
            return days[at]
    raise UnclearTimeError(f"“{excerpt(text, 60)}” names several days", EXAMPLE)


def _with_zones(hours: Sequence[Hour], zones: Sequence[Zone], home: str) -> list[tuple[Hour, list[Zone]]]:
    """Each time with the zones behind it; a zone before them all is that of the first."""
    own: list[list[Zone]] = [[] for _ in hours]
    for zone in zones:
        before = sum(hour.start < zone.start for hour in hours)
        own[max(before - 1, 0)].append(zone)
    return [(hour, named or [at_home(home)]) for hour, named in zip(hours, own, strict=True)]


def _of_twelve_hours(zone: Zone) -> bool:
    """Whether clocks there are mostly read with a.m. and p.m., so that 2:00 without either may be both."""
    return any(meaning.place.startswith(("America/", "US/", "Canada/")) for meaning in zone.meanings)


def _refuse_small_words(zones: Sequence[Zone], hours: Sequence[Hour], text: str) -> None:
    """Refuse `ET` and `EST` in a French line where they do not stand behind a time: they may mean "and" and "is"."""
    for zone in zones:
        if zone.said in ("ET", "EST") and not any(0 <= zone.start - hour.end <= _NEAR for hour in hours):
            raise UnclearTimeError(f"“{zone.said}” in “{excerpt(text, 100)}” is not understood", EXAMPLE)


def _printable(text: str) -> str:
    return "".join(letter if letter.isprintable() else " " for letter in text)
