"""An embargo that stands in the text itself.

A line that is missed is a leak, and one that is taken wrongly is said so and can be overruled in the front matter. So
a short line near the top is taken where its words may hold the release back. What speaks against it are words beside
those of the embargo that nothing parts from it: `arms embargo`, `the embargo on Cuba`, `Sperrfrist für Bauanträge`.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import replace

from publisher.documents.model import Block
from publisher.release.embargo_phrases import (
    Said,
    Words,
    ending,
    has_clock,
    has_day,
    is_time,
    phrases_in,
    strange_words,
    told,
    words_of,
)
from publisher.release.language import Language, everywhere
from publisher.release.lines import Line
from publisher.text.rich import RichText

_HEAD_LINES = 20
_MIXED_WORDS = 6
"""A line with more words than these that are no embargo's is something else as well: a headline, a paragraph."""
_FOREIGN_BEFORE = 5
_FOREIGN_BEHIND = 3
_AHEAD = 6
_PARTING = " –—―-|:;•·"
_OPENING = "“\"„«‘'([¿¡"
_SMALL = frozenset("a p m h to au may mar mer sat sun so uhr".split())
"""Words that often have nothing to do with a time."""


def find_embargo(lines: Sequence[Line], language: Language) -> str | None:
    """The line near the top that says "Embargoed until …", as printed; None where there is none."""
    for line in near_top(lines):
        if _held(words_of(line.plain), language) is not None:
            return " ".join(line.plain.split()).rstrip(_PARTING)
    return None


def set_apart(blocks: Sequence[Block], language: Language) -> list[Block]:
    """The blocks, with an embargo as one line of its own.

    One that begins with it and goes on with a headline or the news is cut in two; and `EMBARGOED UNTIL` is put together
    with the time on the line below.
    """
    found = _put_together(blocks, language)
    for at, block in list(enumerate(found[:_HEAD_LINES])):
        line = block.plain.partition("\n")[0]
        as_long = len(line.lower()) == len(line)  # a letter such as İ is longer then, and places are others
        cut = _cut(words_of(line), language) if as_long else None
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
    words = words_of(first)
    held = _held(words, language) if 0 < len(words.said) <= _MIXED_WORDS else None
    if held is None or any(map(is_time, words.said)):
        return False
    below = words_of(second)
    if not below.said or not below.whole or strange_words(below, range(len(below.said)), held.code, language):
        return False
    open_ended = words.said[-1] in ending(held.code) or first.rstrip(" *_").endswith(":")
    return has_clock(below) or (open_ended and any(map(is_time, below.said)))


def is_embargo(text: str, language: Language) -> bool:
    """Whether a line holds a release back, and says nothing else.

    A headline about an embargo (on beef, on arms) goes on with other words, or begins with some.
    """
    words = words_of(text)
    held = _held(words, language) if words.whole else None
    if held is None:
        return False
    return len(strange_words(words, range(held.end, len(words.said)), held.code, language)) <= _MIXED_WORDS


def near_top(lines: Sequence[Line]) -> Iterator[Line]:
    """The lines in which an embargo is looked for: the first ones with words in them."""
    return itertools.islice((line for line in lines if line.is_text and line.plain.strip()), _HEAD_LINES)


def _held(words: Words, language: Language) -> Said | None:
    """The phrase that holds the release back."""
    return next((said for said in phrases_in(words) if _holds(words, said, language)), None)


def _holds(words: Words, said: Said, language: Language) -> bool:
    begins = max(at for at in range(said.start + 1) if words.parted[at])
    before = strange_words(words, range(begins, said.start), said.code, language)
    if said.kind == "timed_release":
        return not before and _is_timed_release(words, said, language)
    if before:
        return _holds_amid(words, said, before, language)
    return _holds_ahead(words, said, language)


def _holds_ahead(words: Words, said: Said, language: Language) -> bool:
    """Whether a phrase with no strange words before it goes on with a time, or with nothing."""
    rest = range(said.end, len(words.said))
    foreign = strange_words(words, rest, said.code, language)
    near = words.said[said.end : foreign[0] if foreign else len(words.said)]
    ends = ending(said.code)
    timed = any(word in ends for word in near) or any(map(is_time, near))
    if said.kind == "loose":
        return not foreign and any(map(is_time, words.said[said.start :]))
    if not foreign or (said.kind == "strong" and timed):
        return True
    clause = next((at for at in rest if words.parted[at]), len(words.said))
    if timed:  # `Embargo until 2027 on beef` has more to say in the same breath
        return said.kind == "strong" or foreign[0] >= clause or has_clock(words)
    if clause != said.end:
        return False
    if said.kind == "strong":  # `EMBARGOED: the mill`
        return True
    printed = words.text[words.spans[said.start][0] : words.spans[said.end - 1][1]]
    return any(map(is_time, words.said)) or (printed.isupper() and not words.text.isupper())


def _holds_amid(words: Words, said: Said, before: Sequence[int], language: Language) -> bool:
    """Whether a phrase behind other words does: `The study is embargoed until May 3`, not `Arms embargo until May`."""
    if said.kind == "loose" or len(before) > _FOREIGN_BEFORE or not words.whole:
        return False
    if any(word in told() for word in words.said):
        return False
    ends, near = ending(said.code), words.said[said.end : said.end + _AHEAD]
    until = next((at for at, word in enumerate(near) if word in ends), None)
    inside = any(word in ends for word in words.said[said.start : said.end])
    between = range(said.end, said.end + (until or 0))
    behind = strange_words(words, range(said.end, len(words.said)), said.code, language)
    if len(behind) > _FOREIGN_BEHIND or strange_words(words, between, said.code, language):
        return False
    if until is None and not inside:
        printed = words.text[words.spans[said.start][0] : words.spans[said.end - 1][1]]
        return said.kind == "strong" and printed.isupper() and not words.text.isupper() and not behind
    return has_clock(words) or (said.kind == "strong" and has_day(words))


def _is_timed_release(words: Words, said: Said, language: Language) -> bool:
    """`For release: 9 a.m. ET December 1`: with a time of day it holds back, with a day alone it may be today's."""
    rest = range(said.end, len(words.said))
    return not strange_words(words, rest, said.code, language) and has_clock(words) and not _at_once(words)


def _at_once(words: Words) -> bool:
    lowered = words.text.lower()
    return any(phrase in lowered for phrases in everywhere("for_immediate_release").values() for phrase in phrases)


def _cut(words: Words, language: Language) -> int | None:
    """Where in a line something begins that is no embargo's and says nothing of a time; None where that is unclear."""
    held = _held(words, language)
    if held is None or strange_words(words, range(held.start), held.code, language):
        return None
    foreign = strange_words(words, range(held.end, len(words.said)), held.code, language)
    if len(foreign) <= _MIXED_WORDS:
        return None
    at = max((at for at in range(held.end, foreign[0] + 1) if words.parted[at]), default=None)
    behind = words.said[at:] if at is not None else ()
    if at is None or any((is_time(word) or word in ending(held.code)) and word not in _SMALL for word in behind):
        return None
    start = words.spans[at][0]
    return start - 1 if words.text[start - 1] in _OPENING else start
