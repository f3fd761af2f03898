"""Quotation marks: which stretch of a paragraph stands inside which pair."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from publisher.text.patterns import later

_MARK = later(r"[“”„‟\"«»]|``|''")
_OPENS_AFTER = frozenset(" \t\n\u00a0\u202f([{—–-/:…*_")
_CLOSES_BEFORE = frozenset(" \t\n\u00a0\u202f.,;:!?)]}—–-/…*_")
_LEAD = later(r"[\s*_>#\\]*")
_SINGLE_OPEN = later(r"(?:^|(?<=[\s(—–:]))['‘‚](?=[\w“\"])")
_SINGLE_CLOSE = later(r"(?<=[.,!?…])['’](?=[\s,.;:)—–]|$)")
_LOW_CLOSE = later(r"‘(?![^\W_])")
_LONGEST_NICKNAME = 20
_NICKNAME_WORDS = 2
_LONGEST_LEAD = 9


class Marked(NamedTuple):
    """A stretch of a paragraph between a pair of outer marks, of which one may be missing.

    `start` and `end` take the marks in, `inside` leaves them out; `nested` are the pairs within.
    """

    start: int
    end: int
    inside: tuple[int, int]
    opened: bool = True
    closed: bool = True
    nested: tuple[Marked, ...] = ()

    def text(self, paragraph: str) -> str:
        return paragraph[slice(*self.inside)].rstrip(" \t\n\u00a0\u202f*_#").lstrip(" \t\n\u00a0\u202f*_")


def muted(text: str, found: Sequence[Marked]) -> str:
    """The paragraph with the words between marks made one meaningless word each: none of them names a speaker."""
    parts: list[str] = []
    at = 0
    for stretch in found:
        start, end = stretch.inside
        words = text[start:end]
        spoken = words.rstrip(" .,;:!?…")
        parts += [text[at:start], "x" * len(spoken), words[len(spoken) :]]
        at = max(at, end)
    return "".join([*parts, text[at:]])


def marked(text: str) -> list[Marked]:
    """The outer stretches in order. One without a closing mark runs to the end of the paragraph."""
    found = _double(text)
    return found or _single(text)


def speech_marks(text: str) -> list[Marked]:
    """Likewise, without the nicknames within names (`Robert “Bob” Doe`)."""
    return [stretch for stretch in marked(text) if not _is_nickname(text, stretch)]


def _is_nickname(text: str, stretch: Marked) -> bool:
    start, end = stretch.inside
    if not (stretch.opened and stretch.closed and end - start <= _LONGEST_NICKNAME):
        return False
    words = text[start:end].split()
    before = text[max(0, stretch.start - 20) : stretch.start].split()
    return (
        1 <= len(words) <= _NICKNAME_WORDS
        and words[0][0].isupper()
        and words[-1][-1].isalpha()
        and bool(before)
        and before[-1][0].isupper()
        and text[stretch.start - 1 : stretch.start] == " "
        and text[stretch.end : stretch.end + 1] == " "
        and text[stretch.end + 1 : stretch.end + 2].isupper()
    )


def opens(text: str) -> bool:
    """Whether a paragraph begins with an opening mark."""
    lead = _LEAD.match(text)
    at = lead.end() if lead else 0
    return (
        text[at : at + 1] in tuple('“„"«»‟')
        or text[at : at + 2] in ("``", "''", ",,")
        or (text[at : at + 1] in tuple("'‘‚") and bool(_single(text)))
    )


def _double(text: str) -> list[Marked]:
    found: list[Marked] = []
    stack: list[tuple[int, int]] = []
    nested: list[Marked] = []
    opener = _opening_guillemet(text)
    for mark in _MARK.finditer(text):
        if _is_opening(mark, text, is_open=bool(stack), opener=opener):
            stack.append(mark.span())
        elif len(stack) > 1:
            start, inner = stack.pop()
            if len(stack) == 1:
                nested.append(Marked(start, mark.end(), (inner, mark.start())))
        elif stack:
            start, inner = stack.pop()
            found.append(Marked(start, mark.end(), (inner, mark.start()), nested=tuple(nested)))
            nested = []
        elif _looks_closing(mark, text):
            found.append(Marked(mark.start(), mark.end(), (mark.start(), mark.start()), opened=False))
    if stack:
        start, inner = stack[0]
        if len(stack) > 1 and not nested:
            nested = [Marked(stack[1][0], len(text), (stack[1][1], len(text)), closed=False)]
        found.append(Marked(start, len(text), (inner, len(text)), closed=False, nested=tuple(nested)))
    return found


def _opening_guillemet(text: str) -> str:
    """The guillemet that opens: « or, »wie in vielen deutschen Büchern«, the other; "" where » goes on and closes."""
    first, second = text.find("»"), text.find("«")
    if second < 0:
        return ""
    inwards = (
        0 <= first < second
        and (first == 0 or text[first - 1] in _OPENS_AFTER)
        and text[first + 1] not in _CLOSES_BEFORE
    )
    return "»" if inwards else "«"


def _is_opening(mark: re.Match[str], text: str, *, is_open: bool, opener: str) -> bool:
    sign = mark[0]
    before = text[mark.start() - 1] if mark.start() else " "
    after = text[mark.end()] if mark.end() < len(text) else " "
    if sign in "„‟" or sign == "``":
        return True
    if sign in "«»":  # without any « a paragraph in French goes on behind a » of its own
        goes_on = not is_open and not text[max(0, mark.start() - _LONGEST_LEAD) : mark.start()].strip(" *_>")
        return sign == opener if opener else goes_on
    may_open = before in _OPENS_AFTER and after not in _CLOSES_BEFORE
    may_close = after in _CLOSES_BEFORE and before not in _OPENS_AFTER
    if sign == "“":
        return not (is_open and may_close) and (may_open or not may_close)
    if sign == "”":
        return may_open and not is_open
    return may_open if may_open != may_close else not is_open


def _looks_closing(mark: re.Match[str], text: str) -> bool:
    before = text[mark.start() - 1] if mark.start() else " "
    after = text[mark.end()] if mark.end() < len(text) else " "
    return after in _CLOSES_BEFORE and before not in _OPENS_AFTER and not before.isdigit()


def _single(text: str) -> list[Marked]:
    """Outer single marks, taken as such only where the closing one follows punctuation: apostrophes do not."""
    found: list[Marked] = []
    at = 0
    if "'" not in text and "‘" not in text and "‚" not in text:
        return found
    while True:
        opening = _SINGLE_OPEN.search(text, at)
        if opening is None:
            return found
        low = text[opening.start()] == "‚"
        closing = (_LOW_CLOSE if low else _SINGLE_CLOSE).search(text, opening.end())
        if closing is None:
            return found
        found.append(Marked(opening.start(), closing.end(), (opening.end(), closing.start())))
        at = closing.end()
