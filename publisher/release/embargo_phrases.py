"""The words of a line that may be an embargo's: its phrases, what parts them from others, and what tells a time."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

from publisher.release.language import Language, available, everywhere, load
from publisher.text.patterns import later

_LONGEST = 600
_LONGEST_WORDS = 40
_SHORTEST_STOPPED = 4
_YEAR = later(r"\d{4}")
_WORD = later(r"[^\W_]+")
_CLOCK = later(
    r"\b\d{1,2}(?:[:.h]\d{2})?\s?(?:[ap]\.?\s?m\b|uhr|h\b|hs\b|hrs\b|horas|heures?|hours)|\b\d{1,2}:\d{2}\b|\b\d{4}\s?(?:gmt|utc)\b"
    r"|\b(?:ore|alle|las)\s\d|\b(?:noon|midnight|midday|mittags?|mitternacht|midi|minuit|mediodía|medianoche|mezzogiorno"
    r"|mezzanotte)\b"
)
_NUMERIC_DAY = later(r"\b\d{1,4}[./-]\s?\d{1,2}[./-]")
_WITHIN = frozenset(" .,'’/&+-\xa0\u202f\u2009")
"""What stands between words that belong together."""


class Said(NamedTuple):
    """A phrase of an embargo in a line: the word it begins with, and the one behind it; `kind` is the list it is in."""

    start: int
    end: int
    kind: str
    code: str


class Words(NamedTuple):
    """A line in words of lower case, where each stands, and whether a sign parts it from the one before it."""

    text: str
    said: tuple[str, ...]
    spans: tuple[tuple[int, int], ...]
    parted: tuple[bool, ...]
    whole: bool


def words_of(text: str) -> Words:
    """The first words of a line; `whole` says that these are all of them."""
    text = text[:_LONGEST]
    lowered = text.lower()
    if len(lowered) != len(text):  # a letter with another length in lower case
        text = lowered
    found = list(itertools.islice(_WORD.finditer(lowered), _LONGEST_WORDS + 1))
    whole = len(found) <= _LONGEST_WORDS and len(text) < _LONGEST
    found = found[:_LONGEST_WORDS]
    ends = [0, *(word.end() for word in found)]
    parted = [_parts(lowered[end : word.start()], lowered[:end]) for end, word in zip(ends, found, strict=False)]
    return Words(text, tuple(word[0] for word in found), tuple(word.span() for word in found), tuple(parted), whole)


def _parts(gap: str, before: str) -> bool:
    """Whether what stands between two words parts them: a dash, a bracket, an emoji, the end of a sentence."""
    if not before or not _WITHIN.issuperset(gap) or "--" in gap or " - " in gap or gap.endswith(" -"):
        return True
    last = before[-_SHORTEST_STOPPED:]
    return gap.startswith(". ") and len(last) == _SHORTEST_STOPPED and last.isalnum() and last not in _months()


def phrases_in(words: Words) -> Iterator[Said]:
    """Each phrase of an embargo, the longest first where several begin with the same word."""
    beginnings = _beginnings()
    for start, word in enumerate(words.said):
        for phrase, kind, code in beginnings.get(word, ()):
            end = start + len(phrase)
            if words.said[start:end] == phrase:
                yield Said(start, end, kind, code)


def strange_words(words: Words, where: range, code: str, language: Language) -> list[int]:
    """The words there that an embargo's line has no use for, and that are no part of a time."""
    known = _known(code) | _known(language.code)
    return [at for at in where if at < len(words.said) and not (words.said[at] in known or is_time(words.said[at]))]


def is_time(word: str) -> bool:
    """A figure, or the name of a month, of a day or of an hour."""
    return word[0].isdigit() or word in _months() or word in _weekdays() or word in _hours()


def has_clock(words: Words) -> bool:
    """Whether a time of day stands in the line."""
    return bool(_CLOCK.search(words.text.lower()))


def has_day(words: Words) -> bool:
    """Whether a day with its month does."""
    months = any(word in _months() for word in words.said)
    days = any(word[0].isdecimal() and not _YEAR.fullmatch(word) for word in words.said)
    return (months and days) or bool(_NUMERIC_DAY.search(words.text))


@cache
def _beginnings() -> dict[str, list[tuple[tuple[str, ...], str, str]]]:
    """What holds a release back, by its first word: it may be in another language than the release."""
    found: dict[str, list[tuple[tuple[str, ...], str, str]]] = {}
    for name in ("not_for_release", "timed_release"):
        for code, phrases in everywhere(name).items():
            nouns, loose = everywhere("embargo_nouns")[code], everywhere("loose_embargoes")[code]
            for phrase in sorted(phrases, key=len, reverse=True):
                said = tuple(_WORD.findall(phrase))
                otherwise = "strong" if name == "not_for_release" else name
                kind = "noun" if phrase in nouns else "loose" if phrase in loose else otherwise
                found.setdefault(said[0], []).append((said, kind, code))
    return found


@cache
def ending(code: str) -> frozenset[str]:
    """`until`, and `lifts`, of a language and of English."""
    names = ("embargo_ends", "embargo_lifts")
    return frozenset(word for name in names for each in {code, "en"} for word in everywhere(name).get(each, ()))


@cache
def told() -> frozenset[str]:
    """What a sentence that tells of an embargo has in it."""
    return frozenset(word for words in everywhere("embargo_told").values() for word in words)


@cache
def _known(code: str) -> frozenset[str]:
    """The words of an embargo's line and of kickers, of a language and of English."""
    names = (
        *("not_for_release", "timed_release", "embargo_ends", "embargo_lifts", "embargo_words", "embargo_asides"),
        *("kickers", "determiners", "time_zones"),
    )
    lists = [everywhere(name).get(each, ()) for name in names for each in {code, "en"}]
    return frozenset(word for entries in lists for entry in entries for word in _WORD.findall(entry)) - told()


@cache
def _months() -> frozenset[str]:
    return frozenset(name for code in available() for name in load(code).months)


@cache
def _weekdays() -> frozenset[str]:
    names = ("weekdays", "short_weekdays")
    return frozenset(word.strip(".") for name in names for words in everywhere(name).values() for word in words)


@cache
def _hours() -> frozenset[str]:
    names = ("noon", "midnight", "hour_marks", "hour_words")
    words = {word for name in names for entries in everywhere(name).values() for word in entries}
    return frozenset(words | {"am", "pm", "a", "p", "m", "ore", "gmt", "utc"})
