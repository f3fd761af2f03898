"""The full names in a release, each where it first stands, for the check of how they are spelled."""

from __future__ import annotations

import re
from functools import cache
from itertools import pairwise
from typing import NamedTuple

from publisher.release.language import Language
from publisher.release.name_words import UPPER
from publisher.release.review.material import Material

_MOST_NAMES = 400
_MOST_WORDS = 4
_FEWEST_WORDS = 2
_SHORTEST_IN_TITLE = 2
_MOST_WORDS_IN_TITLE = 30
_TITLES = ("headline", "subheadline")
_POSSESSIVES = ("'s", "’s", "'", "’")


class FullName(NamedTuple):
    """A full name where it first stands: its words, the text and line it stands in, which name of that line it is."""

    words: tuple[str, ...]
    text: str
    start: int
    end: int
    line: int | None
    number: int
    in_title: bool = False

    @property
    def printed(self) -> str:
        return " ".join(self.words)


@cache
def _run(language: Language) -> re.Pattern[str]:
    particles = sorted({part for entry in language.words("particles") for part in entry.split()}) or ["de"]
    word = rf"(?:[{UPPER}]\.|[{UPPER}][^\W\d_]{{1,30}}(?:[-'’][^\W\d_]{{1,20}}){{0,2}})"
    between = rf"(?:(?:{'|'.join(map(re.escape, particles))}) ){{0,2}}"
    return re.compile(rf"(?<![\w'’.&@/-]){word}(?: {between}{word}){{1,6}}(?![\w&@])")


def full_names(material: Material) -> list[FullName]:
    """Each full name once, in order: two to four capitalised words without roles, and every pair of a headline's words.

    A headline writes most words with a capital, so that nobody can tell where a name in it ends.
    """
    language = material.language
    pattern = _run(language)
    found: dict[str, FullName] = {}
    seen: set[str] = set()
    for line, role in zip(material.lines, material.frame.roles, strict=True):
        text = line.plain
        if not line.is_text or text.isupper():
            continue
        titled = role in _TITLES
        for number, run in enumerate(pattern.finditer(text)):
            printed = run[0]
            if printed in seen or len(found) >= _MOST_NAMES:
                continue
            seen.add(printed)
            for words in _pairs(printed.split()) if titled else _names_in(printed.split(), language):
                start = run.start() + printed.find(words[0])
                name = " ".join(words)
                end = start + len(name) if titled else run.end()
                if name not in found:
                    found[name] = FullName(tuple(words), text, start, end, line.number, number, titled)
    return list(found.values())


def _pairs(words: list[str]) -> list[list[str]]:
    pairs = pairwise(words[:_MOST_WORDS_IN_TITLE])
    return [
        [one, without_possessive(other)]
        for one, other in pairs
        if len(one) > _SHORTEST_IN_TITLE and not one.endswith(_POSSESSIVES)
    ]


def _names_in(words: list[str], language: Language) -> list[list[str]]:
    """The names in a run of capitalised words, cut behind possessives; organisations, months, titles are none."""
    found: list[list[str]] = []
    start = 0
    for index, word in enumerate(words, 1):
        if index == len(words) or word.endswith(_POSSESSIVES[:2]):
            name = _without_roles(words[start:index], language) if index - start > 1 else None
            if name is not None:
                found.append(name)
            start = index
    return found


def _without_roles(words: list[str], language: Language) -> list[str] | None:
    known = _known(language)
    bare = [word.rstrip(".").lower() for word in words]
    start, end = 0, len(words)
    for index in range(end - 1):
        if bare[index] in known.roles or (start == index and bare[index] in known.openers):
            start = index + 1
    while start < end and bare[end - 1] in known.degrees:
        end -= 1
    if end - start < _FEWEST_WORDS or not known.none.isdisjoint(bare[start:end]):
        return None
    words = words[start:end]
    if any(word.isupper() and len(word.rstrip(".")) > 1 for word in words):
        return None
    if len(words) > _MOST_WORDS and len(words) > _MOST_WORDS + sum(word[0].islower() for word in words):
        return None
    last = words[-1] = without_possessive(words[-1])
    return words if len(last) > 1 and len(words[0]) > 1 and not last.endswith(".") else None


class _Known(NamedTuple):
    """Words that are no part of a name: before one, behind one, and wherever they stand."""

    roles: frozenset[str]
    openers: frozenset[str]
    degrees: frozenset[str]
    none: frozenset[str]


@cache
def _known(language: Language) -> _Known:
    return _Known(
        language.any_of("roles", "honorifics"),
        language.any_of("weak_openers", "weekdays", "determiners"),
        language.words("degrees"),
        language.any_of("organisation_words", "roles") | frozenset(language.months),
    )


def without_possessive(word: str) -> str:
    if not word.endswith(_POSSESSIVES):
        return word
    return next(word.removesuffix(end) for end in _POSSESSIVES if word.endswith(end))
