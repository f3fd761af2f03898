"""An embargo that stands in the text itself.

A line that is missed is a leak, and one that is taken wrongly is said so and can be overruled in the front matter. So
a short line near the top is taken where its words may hold the release back. What speaks against it are words beside
those of the embargo that nothing parts from it: `arms embargo`, `the embargo on Cuba`, `Sperrfrist für Bauanträge`.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import cache
from typing import NamedTuple

from publisher.documents.model import Block
from publisher.release.language import Language, available, everywhere, load
from publisher.release.lines import Line
from publisher.text.patterns import later
from publisher.text.rich import RichText

_HEAD_LINES = 20
_LONGEST = 600
_LONGEST_WORDS = 40
_MIXED_WORDS = 6
"""A line with more words than these that are no embargo's is something else as well: a headline, a paragraph."""
_FOREIGN_BEFORE = 5
_FOREIGN_BEHIND = 3
_AHEAD = 6
_SHORTEST_STOPPED = 4
_YEAR = later(r"\d{4}")
_WORD = later(r"[^\W_]+")
_CLOCK = later(
    r"\b\d{1,2}(?:[:.h]\d{2})?\s?(?:[ap]\.?\s?m\b|uhr|h\b|hs\b|hrs\b|horas|heures?|hours)|\b\d{1,2}:\d{2}\b|\b\d{4}\s?(?:gmt|utc)\b"
    r"|\b(?:ore|alle|las)\s\d|\b(?:noon|midnight|midday|mittags?|mitternacht|midi|minuit|mediodía|medianoche|mezzogiorno"
    r"|mezzanotte)\b"
)
_NUMERIC_DAY = later(r"\b\d{1,4}[./-]\s?\d{1,2}[./-]")
_PARTING = " –—―-|:;•·"
_OPENING = "“\"„«‘'([¿¡"
_SMALL = frozenset("a p m h to au may mar mer sat sun so uhr".split())
"""Words that often have nothing to do with a time."""
_WITHIN = frozenset(" .,'’/&+-\xa0\u202f\u2009")
"""What stands between words that belong together."""


class _Said(NamedTuple):
    """A phrase of an embargo in a line: the word it begins with, and the one behind it; `kind` is the list it is in."""

    start: int
    end: int
    kind: str
    code: str


class _Words(NamedTuple):
    """A line in words of lower case, where each stands, and whether a sign parts it from the one before it."""

    text: str
    said: tuple[str, ...]
    spans: tuple[tuple[int, int], ...]
    parted: tuple[bool, ...]
    whole: bool


def find_embargo(lines: Sequence[Line], language: Language) -> str | None:
    """The line near the top that says "Embargoed until …", as printed; None where there is none."""
    for line in near_top(lines):
        if _held(_words_of(line.plain), language) is not None:
            return " ".join(line.plain.split()).rstrip(_PARTING)
    return None


def set_apart(blocks: Sequence[Block], language: Language) -> list[Block]:
    """The blocks, with an embargo as one line of its own.

    One that begins with it and goes on with a headline or the news is cut in two; and `EMBARGOED UNTIL` is put together
    with the time on the line below.
    """
    found = _put_together(blocks, language)
    for at, block in list(enumerate(found[:_HEAD_LINES])):
        cut = _cut(_words_of(block.plain.partition("\n")[0]), language) if block.text else None
        if cut is not None:
            parts = (block.text[:cut].strip(), block.text[cut:].strip())
            found[at : at + 1] = [replace(block, text=part) for part in parts]
            break
    return found


def _put_together(blocks: Sequence[Block], language: Language) -> list[Block]:
    found = list(blocks)
    for at, block in enumerate(found[:_HEAD_LINES]):
        first, broken, rest = block.plain.partition("\n")
        if broken:
            if _goes_on(first, rest.partition("\n")[0], language):
                text = (block.text[: len(first)] + " ").spans + block.text[len(first) + 1 :].spans
                found[at] = replace(block, text=RichText(text))
                break
        elif at + 1 < len(found) and "\n" not in found[at + 1].plain and _goes_on(first, found[at + 1].plain, language):
            text = (block.text + " ").spans + found[at + 1].text.spans
            found[at : at + 2] = [replace(block, text=RichText(text))]
            break
    return found


def _goes_on(first: str, second: str, language: Language) -> bool:
    """Whether an embargo without a time has it on the line below, and not the day of the release."""
    words = _words_of(first)
    held = _held(words, language) if 0 < len(words.said) <= _MIXED_WORDS else None
    if held is None or any(map(_is_time, words.said)):
        return False
    below = _words_of(second)
    if not below.said or not below.whole or _foreign(below, range(len(below.said)), held.code, language):
        return False
    open_ended = words.said[-1] in _ending(held.code) or first.rstrip(" *_").endswith(":")
    return _has_clock(below) or (open_ended and any(map(_is_time, below.said)))


def is_embargo(text: str, language: Language) -> bool:
    """Whether a line holds a release back, and says nothing else.

    A headline about an embargo (on beef, on arms) goes on with other words, or begins with some.
    """
    words = _words_of(text)
    held = _held(words, language) if words.whole else None
    if held is None:
        return False
    return len(_foreign(words, range(held.end, len(words.said)), held.code, language)) <= _MIXED_WORDS


def near_top(lines: Sequence[Line]) -> Iterator[Line]:
    """The lines in which an embargo is looked for: the first ones with words in them."""
    return itertools.islice((line for line in lines if line.is_text and line.plain.strip()), _HEAD_LINES)


def _words_of(text: str) -> _Words:
    text = text[:_LONGEST]
    lowered = text.lower()
    if len(lowered) != len(text):  # a letter with another length in lower case
        text = lowered
    found = list(itertools.islice(_WORD.finditer(lowered), _LONGEST_WORDS + 1))
    whole = len(found) <= _LONGEST_WORDS and len(text) < _LONGEST
    found = found[:_LONGEST_WORDS]
    ends = [0, *(word.end() for word in found)]
    parted = [_parts(lowered[end : word.start()], lowered[:end]) for end, word in zip(ends, found, strict=False)]
    return _Words(text, tuple(word[0] for word in found), tuple(word.span() for word in found), tuple(parted), whole)


def _parts(gap: str, before: str) -> bool:
    """Whether what stands between two words parts them: a dash, a bracket, an emoji, the end of a sentence."""
    if not before or not _WITHIN.issuperset(gap) or "--" in gap or " - " in gap or gap.endswith(" -"):
        return True
    last = before[-_SHORTEST_STOPPED:]
    return gap.startswith(". ") and len(last) == _SHORTEST_STOPPED and last.isalnum() and last not in _months()


def _held(words: _Words, language: Language) -> _Said | None:
    """The phrase that holds the release back."""
    return next((said for said in _phrases_in(words) if _holds(words, said, language)), None)


def _phrases_in(words: _Words) -> Iterator[_Said]:
    """Each phrase of an embargo, the longest first where several begin with the same word."""
    beginnings = _beginnings()
    for start, word in enumerate(words.said):
        for phrase, kind, code in beginnings.get(word, ()):
            end = start + len(phrase)
            if words.said[start:end] == phrase:
                yield _Said(start, end, kind, code)


def _holds(words: _Words, said: _Said, language: Language) -> bool:
    begins = max(at for at in range(said.start + 1) if words.parted[at])
    before = _foreign(words, range(begins, said.start), said.code, language)
    if said.kind == "timed_release":
        return not before and _is_timed_release(words, said, language)
    if before:
        return _holds_amid(words, said, before, language)
    return _holds_ahead(words, said, language)


def _holds_ahead(words: _Words, said: _Said, language: Language) -> bool:
    """Whether a phrase with no strange words before it goes on with a time, or with nothing."""
    rest = range(said.end, len(words.said))
    foreign = _foreign(words, rest, said.code, language)
    near = words.said[said.end : foreign[0] if foreign else len(words.said)]
    ends = _ending(said.code)
    timed = any(word in ends for word in near) or any(map(_is_time, near))
    if said.kind == "loose":
        return not foreign and any(map(_is_time, words.said[said.start :]))
    if not foreign or (said.kind == "strong" and timed):
        return True
    clause = next((at for at in rest if words.parted[at]), len(words.said))
    if timed:  # `Embargo until 2027 on beef` has more to say in the same breath
        return said.kind == "strong" or foreign[0] >= clause or _has_clock(words)
    if clause != said.end:
        return False
    if said.kind == "strong":  # `EMBARGOED: the mill`
        return True
    printed = words.text[words.spans[said.start][0] : words.spans[said.end - 1][1]]
    return any(map(_is_time, words.said)) or (printed.isupper() and not words.text.isupper())


def _holds_amid(words: _Words, said: _Said, before: Sequence[int], language: Language) -> bool:
    """Whether a phrase behind other words does: `The study is embargoed until May 3`, not `Arms embargo until May`."""
    if said.kind == "loose" or len(before) > _FOREIGN_BEFORE or not words.whole:
        return False
    if any(word in _told() for word in words.said):
        return False
    ends, near = _ending(said.code), words.said[said.end : said.end + _AHEAD]
    until = next((at for at, word in enumerate(near) if word in ends), None)
    inside = any(word in ends for word in words.said[said.start : said.end])
    between = range(said.end, said.end + (until or 0))
    behind = _foreign(words, range(said.end, len(words.said)), said.code, language)
    if len(behind) > _FOREIGN_BEHIND or _foreign(words, between, said.code, language):
        return False
    if until is None and not inside:
        printed = words.text[words.spans[said.start][0] : words.spans[said.end - 1][1]]
        return said.kind == "strong" and printed.isupper() and not words.text.isupper() and not behind
    return _has_clock(words) or (said.kind == "strong" and _has_day(words))


def _is_timed_release(words: _Words, said: _Said, language: Language) -> bool:
    """`For release: 9 a.m. ET December 1`: with a time of day it holds back, with a day alone it may be today's."""
    rest = range(said.end, len(words.said))
    return not _foreign(words, rest, said.code, language) and _has_clock(words) and not _at_once(words)


def _at_once(words: _Words) -> bool:
    lowered = words.text.lower()
    return any(phrase in lowered for phrases in everywhere("for_immediate_release").values() for phrase in phrases)


def _cut(words: _Words, language: Language) -> int | None:
    """Where in a line something begins that is no embargo's and says nothing of a time; None where that is unclear."""
    held = _held(words, language)
    if held is None or _foreign(words, range(held.start), held.code, language):
        return None
    foreign = _foreign(words, range(held.end, len(words.said)), held.code, language)
    if len(foreign) <= _MIXED_WORDS:
        return None
    at = max((at for at in range(held.end, foreign[0] + 1) if words.parted[at]), default=None)
    behind = words.said[at:] if at is not None else ()
    if at is None or any((_is_time(word) or word in _ending(held.code)) and word not in _SMALL for word in behind):
        return None
    start = words.spans[at][0]
    return start - 1 if words.text[start - 1] in _OPENING else start


def _foreign(words: _Words, where: range, code: str, language: Language) -> list[int]:
    """The words there that an embargo's line has no use for, and that are no part of a time."""
    known = _known(code) | _known(language.code)
    return [at for at in where if at < len(words.said) and not (words.said[at] in known or _is_time(words.said[at]))]


def _is_time(word: str) -> bool:
    return word[0].isdigit() or word in _months() or word in _weekdays() or word in _hours()


def _has_clock(words: _Words) -> bool:
    return bool(_CLOCK.search(words.text.lower()))


def _has_day(words: _Words) -> bool:
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
                kind = "noun" if phrase in nouns else "loose" if phrase in loose else "strong"
                found.setdefault(said[0], []).append((said, kind if name == "not_for_release" else name, code))
    return found


@cache
def _ending(code: str) -> frozenset[str]:
    """`until`, and `lifts`, of a language and of English."""
    names = ("embargo_ends", "embargo_lifts")
    return frozenset(word for name in names for each in {code, "en"} for word in everywhere(name).get(each, ()))


@cache
def _told() -> frozenset[str]:
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
    return frozenset(word for entries in lists for entry in entries for word in _WORD.findall(entry)) - _told()


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
