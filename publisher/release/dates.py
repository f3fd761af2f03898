"""Dates as people print them."""

from __future__ import annotations

import re
from datetime import date
from functools import cache
from typing import NamedTuple

from publisher.release.language import Language


class Found(NamedTuple):
    """A date and where in the text it stands."""

    date: date
    start: int
    end: int


@cache
def _patterns() -> tuple[re.Pattern[str], ...]:
    month = r"(?P<month>[^\W\d_]{3,10})\.?"
    ordinal = r"(?:st|nd|rd|th|er|\.|º)?"
    return (
        re.compile(rf"(?<!\w){month} (?P<day>\d{{1,2}}){ordinal},? (?P<year>\d{{4}})(?!\d)"),
        re.compile(rf"(?<!\d)(?P<day>\d{{1,2}}){ordinal} (?:de |of )?{month},? (?:de |del )?(?P<year>\d{{4}})(?!\d)"),
        re.compile(r"(?<!\d)(?P<year>\d{4})-(?P<month>\d{2})-(?P<day>\d{2})(?!\d)"),
        re.compile(r"(?<!\d)(?P<month>\d{1,2})/(?P<day>\d{1,2})/(?P<year>\d{4})(?!\d)"),
        re.compile(r"(?<!\d)(?P<day>\d{1,2})\.(?P<month>\d{1,2})\.(?P<year>\d{4})(?!\d)"),
    )


def find_dates(text: str, language: Language) -> list[Found]:
    """The dates in a short text, in order. Numeric dates with slashes are month first in English, else day first."""
    found: list[Found] = []
    if not any(character.isdigit() for character in text):
        return found
    for pattern in _patterns():
        for match in pattern.finditer(text):
            value = _date(match, language)
            if value is not None and not any(match.start() < f.end and f.start < match.end() for f in found):
                found.append(Found(value, match.start(), match.end()))
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


def _date(match: re.Match[str], language: Language) -> date | None:
    name = match["month"]
    number = int(name) if name.isdigit() else language.months.get(name.lower(), 0)
    if not number and not name.isdigit():
        number = _english().get(name.lower(), 0)
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
