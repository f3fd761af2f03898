"""Days of the week that the calendar does not know, and days that nobody can count from."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from functools import cache
from itertools import islice

from publisher.documents.model import Finding
from publisher.release.dates import Day, find_dates, find_days
from publisher.release.language import Language, load
from publisher.release.lines import Line
from publisher.release.marks import marked
from publisher.release.review.material import Material
from publisher.text.excerpts import excerpt
from publisher.text.patterns import later

_DAYS = 7
_WINDOW = 48
_NEAR = timedelta(days=120)
_SAME = timedelta(days=60)
_SHORTEST_NAME = 5
_BETWEEN = later(r"[.,]{0,2} ?\(?")
_BEHIND = later(r",? \(|, ")
_WORD = later(r"\w+")
_IN_FIGURES = later(r"\d[./-]\d{1,2}[./-]\d")
_ENDS = later(r"[),.;:]|$")
_LIST = 14
_FIRST_WORDS = 400
_FIRST_PARAGRAPHS = 4
_MOST_IN_A_LINE = 50
_MOST_DAYS = 2_000
_SENTENCE_ENDS = frozenset('.!?:\n–—-“"„«)')
_FRONT_DATES = ("date", "publish_at", "embargo")


def wrong_weekday(material: Material) -> Iterator[Finding]:
    """`Monday, 3 November 2026`, which is a Tuesday."""
    numbers = _weekdays(material.language)
    if material.words.isdisjoint(numbers):
        return
    issued = _issued(material)
    for line, found in islice(_named_days(material), _MOST_DAYS):
        day = _day_beside(line.plain, found, material.language)
        when = _date(day, issued) if day is not None else None
        if day is None or when is None or when.weekday() == numbers[found[0].lower()]:
            continue
        printed = line.plain[min(found.start(), day.start) : max(found.end(), day.end)]
        year = "" if day.year else f"in {when.year} "
        right = _name_of(when, found[0], material.language)
        what = f"“{excerpt(printed)}” is not right: {year}that day is a {right}"
        yield Finding("weekday", what, "correct the day of the week or the date", line.number)


def _named_days(material: Material) -> Iterator[tuple[Line, re.Match[str]]]:
    """The days of the week in lines with a digit; short names with a capital, and not the later of several in a row."""
    pattern = _weekday(material.language)
    for line in material.lines:
        text = line.plain
        if not _has_digit(text):
            continue
        previous = -_LIST
        for found in pattern.finditer(text):
            in_a_row = found.start() - previous < _LIST and not _has_digit(text[previous : found.start()])
            previous = found.end()
            if not in_a_row and (len(found[0]) >= _SHORTEST_NAME or found[0][0].isupper()):
                yield line, found


def _name_of(when: date, beside: str, language: Language) -> str:
    """The day of the week as it would be printed in place of the wrong one."""
    own = beside.lower() in language.words("weekdays")
    name = (language if own else load("en")).lists["weekdays"][when.weekday()]
    return name.capitalize() if beside[0].isupper() else name


def undated(material: Material) -> Iterator[Finding]:
    """`Today`, in a release of which nobody can tell when that was."""
    language = material.language
    pattern = _relative(language)
    if pattern is None or any(material.document.front.get(key) for key in _FRONT_DATES):
        return
    dateline = material.frame.dateline
    if dateline is not None and dateline.dateline.date is not None:
        return
    first_words = {
        phrase.split()[0].partition("’")[0].partition("'")[0] for phrase in language.phrases("relative_days")
    }
    if material.words.isdisjoint(first_words):
        return
    for line in islice(material.news(), _FIRST_PARAGRAPHS):  # further down, today more often means nowadays
        found = _relative_day(line.plain, pattern)
        if found is None:
            continue
        if not any(_dated(head, language) for head in material.head):
            what = f"“{excerpt(line.plain[found.start() :])}”, and no date stands above it"
            yield Finding("undated", what, "put the date into the dateline, or write it out", line.number)
        return


def _relative_day(text: str, pattern: re.Pattern[str]) -> re.Match[str] | None:
    """The first `today` of a paragraph outside quotation marks."""
    matches = list(islice(pattern.finditer(text), _MOST_IN_A_LINE))
    quoted = [(span.start, span.end) for span in marked(text)] if matches else []
    for found in matches:
        if not any(start <= found.start() < end for start, end in quoted) and _is_adverb(found, text):
            return found
    return None


@cache
def _weekdays(language: Language) -> dict[str, int]:
    """The number of each weekday's name, Monday being 0: in the release's language, and in English."""
    names = [*load("en").lists["weekdays"], *language.lists.get("weekdays", ())]
    return {name: number % _DAYS for number, name in enumerate(names)}


@cache
def _weekday(language: Language) -> re.Pattern[str]:
    names = sorted(_weekdays(language), key=lambda name: -len(name))
    return re.compile(rf"(?<![\w-])(?:{'|'.join(map(re.escape, names))})(?![\w’'-])", re.IGNORECASE)


@cache
def _relative(language: Language) -> re.Pattern[str] | None:
    words = "|".join(map(re.escape, language.phrases("relative_days")))
    return re.compile(rf"(?<![\w’'/-])(?:{words})(?![\w’'/-])", re.IGNORECASE) if words else None


@cache
def _range(language: Language) -> re.Pattern[str]:
    """What goes on behind the first day of several: `May 3-5`, `June 6 and 7`."""
    words = "|".join(map(re.escape, language.phrases("range_words")))
    return re.compile(rf"(?:st|nd|rd|th|\.|er|º)?\s?(?:[-–—/&]|(?:{words or 'to'})\s)\s?\d")


def _has_digit(text: str) -> bool:
    return any(map(str.isdigit, text))


def _day_beside(text: str, weekday: re.Match[str], language: Language) -> Day | None:
    """The date right behind a day of the week, or right before one that is set apart; not the first of a range."""
    gap = _BETWEEN.match(text, weekday.end())
    start = gap.end() if gap else weekday.end()
    word, _, rest = text[start : start + _WINDOW].lstrip().partition(" ")
    if word.lower() in language.words("determiners") and rest:
        start = text.index(rest, start)
    window = text[start : start + _WINDOW]
    day = next(iter(find_days(window, language)), None)
    if day is not None and not window[: day.start].strip():
        return None if _range(language).match(window, day.end) else day._replace(start=start, end=start + day.end)
    before = text[max(0, weekday.start() - _WINDOW) : weekday.start()]
    last = next(reversed(find_days(before, language)), None)
    if last is not None and _BEHIND.fullmatch(before, last.end) and _ENDS.match(text, weekday.end()):
        offset = weekday.start() - len(before)
        return last._replace(start=offset + last.start, end=offset + last.end)
    return None


def _date(day: Day, issued: date | None) -> date | None:
    """The date meant: in its own year, or in the one that brings it near the day of the release."""
    years: Sequence[int] = (
        (day.year,) if day.year else (issued.year - 1, issued.year, issued.year + 1) if issued else ()
    )
    for year in years:
        try:
            when = date(year, day.month, day.day)
        except ValueError:
            continue
        if day.year or (issued and abs(when - issued) <= _NEAR):
            return when
    return None


def _issued(material: Material) -> date | None:
    """The day of the release: its dateline's, else the one date at its top or in its front matter."""
    dateline = material.frame.dateline
    if dateline is not None and dateline.dateline.date is not None:
        return dateline.dateline.date
    found = [each.date for line in material.head for each in find_dates(line.plain[:_FIRST_WORDS], material.language)]
    for key in _FRONT_DATES:
        value = material.document.front.get(key)
        if isinstance(value, str):
            found += [each.date for each in find_dates(value[:40], material.language)]
        elif isinstance(value, date):
            found.append(value.date() if isinstance(value, datetime) else value)
    return found[0] if found and max(found) - min(found) <= _SAME else None


def _dated(line: Line, language: Language) -> bool:
    text = line.plain[:_FIRST_WORDS]
    if not _has_digit(text):
        return False
    names = not _months(language).isdisjoint(_WORD.findall(text.lower()))
    return (names or _IN_FIGURES.search(text) is not None) and bool(find_days(text, language))


@cache
def _months(language: Language) -> frozenset[str]:
    return frozenset(language.months) | frozenset(load("en").months)


def _is_adverb(found: re.Match[str], text: str) -> bool:
    """Whether the word is no name (`USA Today`): small letters, or the first word of a sentence."""
    if found[0][0].islower():
        return True
    before = text[: found.start()].rstrip()
    return not before or before[-1] in _SENTENCE_ENDS
