"""The days that an embargo's line may mean."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta
from functools import cache
from typing import NamedTuple

from publisher.release.dates import Day, find_days
from publisher.release.hours import masked
from publisher.release.language import Language, available, everywhere
from publisher.release.moments import UnclearTimeError, weekday_and_day
from publisher.text.patterns import later

MASK = "\x03"
"""Stands in a line for each character of a day that was found."""

_HALF_A_YEAR = timedelta(days=183)
_WEEK = 7
_LEAP_DAY = (2, 29)
_MONTHS = 12
_LETTER = later(r"[^\W\d_]|-")
_NUMERIC = later(
    r"(?<![\w./:-])(?P<first>[0-9]{1,2})(?P<sign>[./-]) ?(?P<second>[0-9]{1,2})(?P=sign) ?"
    r"(?P<year>[0-9]{4}|[0-9]{2})(?![\w/:-]|\.[0-9])"
)
_YEAR_FIRST = later(
    r"(?<![\w./:-])(?P<year>[0-9]{4})(?P<sign>[./])(?P<month>[0-9]{1,2})(?P=sign)(?P<day>[0-9]{1,2})(?!\w)"
)
_DOTTED = later(r"(?<![\w./:-])(?P<day>[0-9]{1,2})\. ?(?P<month>[0-9]{1,2})\.(?! ?[0-9])")


class Dated(NamedTuple):
    """A day as printed, those that may be meant, why there are several, and where in the line it stands."""

    said: str
    choices: tuple[date, ...]
    why: str
    start: int
    end: int


def find_dated(text: str, today: date, *, day_first: bool) -> tuple[list[Dated], str]:
    """The days in a line whose zones and hours are masked, in order, and the line with them masked as well.

    Args:
        text: The line.
        today: By which a day without a year is understood: it is the one nearest to it.
        day_first: Whether in 12/01/2026 the day is certain to be the first number.

    Raises:
        UnclearTimeError: One of them is in no calendar, or so far away that it might be of any year.
    """
    found: list[Dated] = []
    for each in (*_in_numbers(text, today, day_first=day_first), *_in_words(text, today)):
        if MASK not in text[each.start : each.end]:
            found.append(each)
            text = masked(text, each.start, each.end, MASK)
    return sorted(found, key=lambda each: each.start), text


def find_weekdays(text: str, code: str) -> tuple[list[tuple[str, int]], str]:
    """The days of the week in a line, Monday being 0, in order, and the line with them masked.

    Args:
        text: The line.
        code: Its language, in which the short names are; "" where unknown.
    """
    found = []
    short = {name: at for each in ([code] if code else available()) for at, name in enumerate(_short_weekdays(each))}
    for match in list(_weekdays_pattern().finditer(text)):
        name = match[0].lower()
        weekday = _weekdays().get(name, short.get(name))
        if weekday is None:  # letters that only a search regardless of case takes for the same, such as ſ
            continue
        found.append((match[0], weekday))
        text = masked(text, match.start(), match.end(), MASK)
    return found, text


def on_weekday(day: Dated, said: str, weekday: int) -> Dated:
    """The day, as far as it is on that day of the week.

    Raises:
        UnclearTimeError: It is not.
    """
    choices = tuple(each for each in day.choices if each.weekday() == weekday)
    if not choices:
        known = " or ".join(map(weekday_and_day, day.choices))
        hint = "Correct the day of the week or the date"
        raise UnclearTimeError(f"“{said}” contradicts “{day.said}”, which is {known}", hint)
    return day._replace(choices=choices)


def _in_words(text: str, today: date) -> Iterator[Dated]:
    """With the name of a month, or in the order of ISO 8601."""
    for day in find_days("".join(map(_small, text)), _every_month()):
        said = text[day.start : day.end]
        if _LETTER.search(said):
            yield Dated(said, (_nearest(day, said, today),), "", day.start, day.end)


def _small(letter: str) -> str:
    """`1ST` and `1ER` are ordinals too, and so is `1°`."""
    return "º" if letter == "°" else small if len(small := letter.lower()) == 1 else letter


def _in_numbers(text: str, today: date, *, day_first: bool) -> Iterator[Dated]:
    for match in _NUMERIC.finditer(text):
        first, second, year = int(match["first"]), int(match["second"]), int(match["year"])
        if len(match["year"]) == 2:
            year += today.year // 100 * 100
            if match["sign"] == "-" or abs(year - today.year) > 1:
                continue  # what is left of the line says that it was not understood
        if first > _MONTHS or second > _MONTHS or first == second or day_first:
            orders: tuple[tuple[int, int], ...] = ((second, first) if second <= _MONTHS else (first, second),)
        else:
            orders = ((second, first), (first, second))
        choices = tuple(sorted(_date(year, month, day, match[0]) for month, day in orders))
        why = f"“{match[0]}” may be {' or '.join(map(weekday_and_day, choices))}" if len(choices) > 1 else ""
        yield Dated(match[0], choices, why, match.start(), match.end())
    for match in _YEAR_FIRST.finditer(text):
        day = _date(int(match["year"]), int(match["month"]), int(match["day"]), match[0])
        yield Dated(match[0], (day,), "", match.start(), match.end())
    for match in _DOTTED.finditer(text) if day_first else ():
        yearless = Day(int(match["month"]), int(match["day"]), None, match.start(), match.end())
        yield Dated(match[0], (_nearest(yearless, match[0], today),), "", match.start(), match.end())


def _nearest(day: Day, said: str, today: date) -> date:
    """The day in its own year, or in the one that brings it nearest to today."""
    if day.year is not None:
        return _date(day.year, day.month, day.day, said)
    near = []
    for year in (today.year - 1, today.year, today.year + 1):
        try:
            near.append(date(year, day.month, day.day))
        except ValueError:
            continue
    best = min(near, key=lambda each: abs(each - today), default=None)
    if best is None and (day.month, day.day) != _LEAP_DAY:
        raise UnclearTimeError(f"“{said}” is in no calendar", "Correct the date")
    if best is None or abs(best - today) > _HALF_A_YEAR:
        raise UnclearTimeError(f"“{said}” may be of any year", "Write the year behind it")
    return best


def _date(year: int, month: int, day: int, said: str) -> date:
    try:
        return date(year, month, day)
    except ValueError:
        raise UnclearTimeError(f"“{said}” is in no calendar", "Correct the date") from None


@cache
def _every_month() -> Language:
    """The names of the months in every language, none of which means another month elsewhere."""
    lists = [months for months in everywhere("months").values() if len(months) == _MONTHS]
    return Language("en", {"months": tuple(" ".join(names) for names in zip(*lists, strict=True))})


@cache
def _weekdays() -> dict[str, int]:
    return {name: at % _WEEK for names in everywhere("weekdays").values() for at, name in enumerate(names)}


def _short_weekdays(code: str) -> tuple[str, ...]:
    return everywhere("short_weekdays").get(code, ())


@cache
def _weekdays_pattern() -> re.Pattern[str]:
    known = {*_weekdays(), *(name for code in available() for name in _short_weekdays(code))}
    names = "|".join(map(re.escape, sorted(known, key=lambda name: -len(name))))
    return re.compile(rf"(?<!\w)(?:{names})(?!\w)", re.IGNORECASE)
