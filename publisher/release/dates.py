"""Dates as people print them."""

from __future__ import annotations

import re
from datetime import date
from functools import cache
from typing import NamedTuple

from publisher.release.language import Language
from publisher.text.patterns import later

_LONGEST_MONTH = 31
_YEAR = later(r"\d{4}")
_DIGIT = later(r"\d")


class Found(NamedTuple):
    """A date and where in the text it stands."""

    date: date
    start: int
    end: int


@cache
def _patterns() -> tuple[re.Pattern[str], ...]:
    month = r"(?P<month>[^\W\d_]{3,10})\.?"
    ordinal = r"(?:st|nd|rd|th|er|\.º?|º)?"
    return (
        re.compile(rf"(?<!\w){month} (?P<day>\d{{1,2}}){ordinal},? (?P<year>\d{{4}})(?!\d)"),
        re.compile(rf"(?<!\d)(?P<day>\d{{1,2}}){ordinal} (?:de |of )?{month},? (?:de |del )?(?P<year>\d{{4}})(?!\d)"),
        re.compile(r"(?<!\d)(?P<year>\d{4})-(?P<month>\d{2})-(?P<day>\d{2})(?!\d)"),
        re.compile(r"(?<!\d)(?P<month>\d{1,2})/(?P<day>\d{1,2})/(?P<year>\d{4})(?!\d)"),
        re.compile(r"(?<!\d)(?P<day>\d{1,2})\.(?P<month>\d{1,2})\.(?P<year>\d{4})(?!\d)"),
    )


class Day(NamedTuple):
    """A day of the calendar as printed, with or without a year, and where in the text it stands."""

    month: int
    day: int
    year: int | None
    start: int
    end: int


def find_dates(text: str, language: Language) -> list[Found]:
    """The dates in a short text, in order. Numeric dates with slashes are month first in English, else day first."""
    found: list[Found] = []
    if not _YEAR.search(text):
        return found
    for pattern in _patterns():
        for match in pattern.finditer(text):
            value = _date(match, language)
            if value is not None and not any(match.start() < f.end and f.start < match.end() for f in found):
                found.append(Found(value, match.start(), match.end()))
    return sorted(found, key=lambda f: f.start)


def find_days(text: str, language: Language) -> list[Day]:
    """The dates in a short text and the days that lack a year (`Nov. 3`, `3 de noviembre`), in order."""
    found = [Day(f.date.month, f.date.day, f.date.year, f.start, f.end) for f in find_dates(text, language)]
    if not _DIGIT.search(text):
        return found
    for pattern in _yearless():
        for match in pattern.finditer(text):
            month, day = _month(match["month"], language), int(match["day"])
            if not month or not 1 <= day <= _LONGEST_MONTH:
                continue
            if not any(match.start() < f.end and f.start < match.end() for f in found):
                found.append(Day(month, day, None, match.start(), match.end()))
    return sorted(found, key=lambda f: f.start)


def without_dates(text: str, language: Language) -> tuple[str, date | None]:
    """A short text without its dates, those that lack a year included, and the first full one."""
    found = find_dates(text, language)
    for each in reversed(found):
        text = f"{text[: each.start]} {text[each.end :]}"
    for pattern in _partial():
        for match in reversed(list(pattern.finditer(text))):
            name = match["month"].lower()
            if name.isdigit() or name in language.months or name in _english():
                text = f"{text[: match.start()]} {text[match.end() :]}"
    return text, found[0].date if found else None


@cache
def _partial() -> tuple[re.Pattern[str], ...]:
    return (
        re.compile(r"(?<!\w)(?P<month>[^\W\d_]{3,10})\.? \d{1,2}(?:st|nd|rd|th)?(?!\w)"),
        re.compile(r"(?<!\w)\d{1,2}(?:\.|er|º)? (?:de )?(?P<month>[^\W\d_]{3,10})(?!\w)"),
        re.compile(r"(?<!\w)(?P<month>\d{1,2})/\d{1,2}/\d{2}(?!\w)"),
    )


@cache
def _yearless() -> tuple[re.Pattern[str], ...]:
    return (
        re.compile(r"(?<!\w)(?P<month>[^\W\d_]{3,10})\.? (?P<day>\d{1,2})(?:st|nd|rd|th)?(?!\w|[.,]\d)"),
        re.compile(
            r"(?<![\w.,])(?P<day>\d{1,2})(?:\.º?|er|º|st|nd|rd|th)? (?:de |of )?(?P<month>[^\W\d_]{3,10})(?!\w)"
        ),
    )


def _month(name: str, language: Language) -> int:
    """The number of a month by its name or its figures; 0 where it is neither."""
    if name.isdigit():
        return int(name)
    return language.months.get(name.lower(), 0) or _english().get(name.lower(), 0)


def _date(match: re.Match[str], language: Language) -> date | None:
    number = _month(match["month"], language)
    day = int(match["day"])
    if "/" in match[0] and language.code != "en":
        number, day = day, number
    try:
        return date(int(match["year"]), number, day)
    except ValueError:
        return None


@cache
def _english() -> dict[str, int]:
    """Wire services date in English whatever the language of the release."""
    names = "jan feb mar apr may jun jul aug sep oct nov dec".split()
    full = "january february march april may june july august september october november december".split()
    return {name: number for group in (names, full) for number, name in enumerate(group, 1)}
