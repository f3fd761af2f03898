"""When an embargo ends.

An embargo that is read too early cannot be taken back, one that nobody can read only waits for a person. So every word
and every figure of the line must be understood, whatever is left open must be settled by the rest of the line, and what
is said twice must be the same instant.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime
from functools import cache
from typing import NamedTuple

from publisher.release.embargo_days import Dated, find_dated, find_weekdays, on_weekday
from publisher.release.hours import Hour, find_four_figures, find_hours
from publisher.release.language import everywhere
from publisher.release.model import Release
from publisher.release.moments import UnclearTimeError, copied, is_iso, read_time, zone_named
from publisher.release.zones import Zone, at_home, beginnings, find_zones, instants
from publisher.text.excerpts import excerpt
from publisher.text.patterns import later

_LONGEST = 300
_MOST = 6
_WORD = later(r"[^\W\d_]+")
_SIGNS = frozenset("~≈±<>≤≥+½¼¾")
_DAY_FIRST = frozenset({"de", "es", "fr", "it"})
_OPEN = frozenset({"through"})  # until that day, or past it
_EXAMPLE = "Write it in the front matter, like embargo: 2026-12-01T09:00+01:00"


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
        raise UnclearTimeError(f"“{excerpt(text)}” is too long for an embargo's line", _EXAMPLE)
    if not text.isprintable():
        raise UnclearTimeError(f"“{excerpt(_printable(text))}” has signs in it that cannot be printed", _EXAMPLE)
    figures = next((at for at, letter in enumerate(text) if letter.isdigit()), len(text))
    if is_iso(text[figures:]):
        _refuse_the_rest(text[:figures], text)
        return read_time(text[figures:], home, day_alone=True)
    today = now.astimezone(zone_named(home)).date()
    zones, rest = find_zones(text, home)
    hours, rest = find_hours(rest)
    english = _in_english(text, language, hours)
    dated, rest = find_dated(rest, today, day_first=not english)
    more, rest = find_four_figures(rest)
    weekdays, rest = find_weekdays(rest)
    _refuse_the_rest(rest, text)
    hours = sorted([*hours, *more], key=lambda each: each.start)
    days = _agreed(dated, weekdays, text)
    if not hours:
        if len(days) > 1:
            raise UnclearTimeError(f"“{excerpt(text, 60)}” names several days", _EXAMPLE)
        return _settled([_whole_day(days[0], each, home) for each in zones or [at_home(home)]], text)
    found = []
    for at, (hour, own) in enumerate(_with_zones(hours, zones, home)):
        day = days[0] if len(days) == 1 else _beside(hours, days, at, text)
        twelve = (english and not hour.said[:2].isdigit()) or any(map(_of_twelve_hours, own))
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
                raise UnclearTimeError("the year 9999 cannot be meant", _EXAMPLE)
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
        raise UnclearTimeError(f"“{excerpt(text, 60)}” {lacks}", _EXAMPLE)
    common = set.intersection(*(set(each.choices) for each in dated))
    if common:
        day = dated[0]._replace(choices=tuple(sorted(common)))
        for said, weekday in weekdays:
            day = on_weekday(day, said, weekday)
        return [day]
    if weekdays and len(weekdays) != len(dated):
        raise UnclearTimeError(f"“{excerpt(text, 60)}” names several days", _EXAMPLE)
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
    raise UnclearTimeError(f"“{excerpt(text, 60)}” names several days", _EXAMPLE)


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


def _in_english(text: str, language: str, hours: Sequence[Hour]) -> bool:
    """Whether it may be English, or a language that nothing is known of: the order of 12/01/2026 is open then.

    A release in another language may bear an English line.
    """
    code = language.partition("-")[0].lower()
    words = set(_WORD.findall(text.lower()))
    own = {each for each in _line_words() if words & _line_words()[each] and _names_embargo(words, each)}
    code = code if code in own or not own else next(iter(own)) if len(own) == 1 else ""
    if code not in _DAY_FIRST or any(hour.half for hour in hours):
        return True
    return bool(words & (_line_words()["en"] - _line_words()[code]))


def _names_embargo(words: set[str], code: str) -> bool:
    return any(words >= set(_WORD.findall(phrase)) for phrase in everywhere("not_for_release")[code])


def _refuse_the_rest(rest: str, text: str) -> None:
    """Refuse a line with a figure or a word in it that nobody understood: it may be what the time depends on."""
    for word in rest.split():
        if any(letter.isnumeric() or letter in _SIGNS for letter in word):
            unread = word.strip("(),;")
        else:
            known = _all_words()
            unread = next((each for each in _WORD.findall(word) if each.lower() not in known), "")
        if unread:
            printed = _printable(unread).strip() or text
            reason = f"“{excerpt(printed)}” in “{excerpt(text, 100)}” is not understood"
            raise UnclearTimeError(reason, _EXAMPLE)


@cache
def _line_words() -> dict[str, frozenset[str]]:
    """The words that an embargo's line is made of beside its time, by language."""
    return {
        code: frozenset(
            word
            for name in ("not_for_release", "embargo_ends", "embargo_words")
            for entry in everywhere(name)[code]
            for word in _WORD.findall(entry)
        )
        - _OPEN
        for code in everywhere("embargo_words")
    }


@cache
def _all_words() -> frozenset[str]:
    """Those of all languages, with what may stand before them."""
    before = {word for kickers in everywhere("kickers").values() for entry in kickers for word in _WORD.findall(entry)}
    return frozenset(before).union(*_line_words().values()) - _OPEN


def _printable(text: str) -> str:
    return "".join(letter if letter.isprintable() else " " for letter in text)
