"""Where the news begins: the first paragraph with a dateline, or the first that reads as prose below the headline."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from typing import NamedTuple

from publisher.release.contacts import has_details
from publisher.release.dateline import Match, match_dateline
from publisher.release.kickers import is_caption, is_end_mark, is_kicker, is_release_kicker, is_summary
from publisher.release.language import Language
from publisher.release.lines import Line
from publisher.release.marks import opens
from publisher.release.sentences import sentence_starts
from publisher.text.patterns import later

LONG_PARAGRAPH = 32
SENTENCE_ENDINGS = tuple('.!?:”"»“…')

_HEAD_LINES = 25
_SENTENCE_WORDS = 9
_TITLE_WORDS = 45
_DATED_WORDS = 15
_FEWEST_BEHIND_DATELINE = 20
_LINES_AHEAD = 3
_ITEMS_AHEAD = 8
_LONG_LEDE = 20
_SHORT_SENTENCE = 18
_LONG_PARAGRAPH_BELOW = 40
_MOST_STEMS = 200
_STEM = later(r"\b\w{5}")


class Opening(NamedTuple):
    """The index of the lede, the number of lines where there is none, and the dateline with its own line."""

    lede: int
    dateline: Match | None = None
    dateline_at: int | None = None


def find_lede(lines: Sequence[Line], language: Language, *, has_headline: bool, start: int = 0) -> Opening:
    """The lede of a release, from line `start` on; `has_headline` says that no line needs to be its headline."""
    seen_title = has_headline
    title = ""
    alone: tuple[Match, int] | None = None
    for index, line in enumerate(lines[start : start + _HEAD_LINES], start):
        if not line.is_text or line.block.kind == "heading":
            seen_title = seen_title or line.block.kind == "heading"
            title = title or line.plain
            continue
        if is_kicker(line.plain, language) or is_end_mark(line.plain, language):
            continue
        titled = seen_title or line.words > _DATED_WORDS
        match = _dateline(line, language) if titled else _place_and_date(line, language)
        if match is not None and not match.alone:
            return Opening(index, match, index)
        if match is not None:
            alone = match, index
        elif is_summary(line.plain):
            continue
        elif (seen_title or line.words > _TITLE_WORDS or _is_untitled(lines, index, language)) and is_prose(
            line, language
        ):
            if _may_begin(lines, index, title, language):
                return Opening(index, *(alone or ()))
        else:
            seen_title, title = True, title if len(title) > len(line.plain) else line.plain
    if alone is not None:
        return Opening(min(alone[1] + 1, len(lines)), *alone)
    return Opening(_below_first_words(lines, language, start))


def _place_and_date(line: Line, language: Language) -> Match | None:
    """`Lindau, 3. Mai 2026` on a line of its own above the headline."""
    match = match_dateline(line.plain, language)
    whole = match is not None and match.alone and match.dateline.place and match.dateline.date
    return match if whole else None


def is_prose(line: Line, language: Language) -> bool:
    """Whether a line reads as a paragraph rather than as a title."""
    if line.block.kind == "heading":
        return False
    text = line.plain.rstrip(" *_")
    if line.words < LONG_PARAGRAPH and has_details(line.said, language):
        return False
    if line.block.kind == "item" or opens(text):
        return True
    return line.words >= LONG_PARAGRAPH or (line.words >= _SENTENCE_WORDS and text.endswith(SENTENCE_ENDINGS))


def _is_untitled(lines: Sequence[Line], index: int, language: Language) -> bool:
    """Whether a release begins with a sentence that no headline would be, and goes on with another."""
    line = lines[index]
    text = line.plain.rstrip()
    if line.words < _DATED_WORDS or line.block.kind != "paragraph" or text.isupper():
        return False
    if not text.endswith(".") or text.endswith(".."):
        return False
    below = next((line for line in lines[index + 1 : index + 1 + _LINES_AHEAD] if line.is_text), None)
    return below is not None and is_prose(below, language) and match_dateline(below.plain, language) is None


def _may_begin(lines: Sequence[Line], index: int, title: str, language: Language) -> bool:
    """Whether the news may begin with this prose: no caption, no deck, and no dateline a little further down."""
    if lines[index].words > _TITLE_WORDS:
        return not _is_dated_for_sure(lines[index + 1 : index + 2], language)
    return not (
        is_caption(lines[index].plain, language)
        or _is_marked_deck(lines, index)
        or _is_deck(lines, index, title, language)
        or _dateline_ahead(lines, index, language)
    )


def _is_dated_for_sure(lines: Sequence[Line], language: Language) -> bool:
    """Whether a line has a dateline with its place in capitals or with its state: no line above it is the lede."""
    for line in lines:
        match = _dateline(line, language) if line.is_text and line.words > _DATED_WORDS else None
        place = match.dateline.place if match is not None and not match.alone else None
        return place is not None and (place.isupper() or "," in place)
    return False


def _is_marked_deck(lines: Sequence[Line], index: int) -> bool:
    """Whether a paragraph is all in italics or all in bold type, above one that is not."""
    if not _is_set_apart(lines[index]) or lines[index].words > _TITLE_WORDS:
        return False
    following = next(
        (line for line in lines[index + 1 : index + 1 + _LINES_AHEAD] if line.block.kind == "paragraph"), None
    )
    return following is not None and not _is_set_apart(following) and following.words >= _SENTENCE_WORDS


def _is_deck(lines: Sequence[Line], index: int, title: str, language: Language) -> bool:
    """Whether prose below the headline is no lede yet: a list above the first paragraph, or one short sentence.

    The lede says again what the headline says; a sentence that does not, above a paragraph that does, is a deck.
    """
    line = lines[index]
    below = lines[index + 1 : index + 1 + _ITEMS_AHEAD]
    if line.block.kind == "item":
        return any(
            each.block.kind == "paragraph" and each.words >= _LONG_LEDE and is_prose(each, language) for each in below
        )
    if line.words > _SHORT_SENTENCE or not below or below[0].words < _LONG_PARAGRAPH_BELOW or opens(line.plain):
        return False
    if not line.plain.rstrip().endswith(".") or len(sentence_starts(line.plain, language)) > 1:
        return False
    said = _stems(title)
    return not said & _stems(line.plain) and bool(said & _stems(below[0].plain))


def _stems(text: str) -> set[str]:
    """The longer words of a text, without what they end in."""
    return {word[0] for word in itertools.islice(_STEM.finditer(text.casefold()), _MOST_STEMS)}


def _is_set_apart(line: Line) -> bool:
    spans = [span for span in line.block.text.spans if span.text.strip(" .")]
    return bool(spans) and (all(span.bold for span in spans) or all(span.italic for span in spans))


def _dateline(line: Line, language: Language) -> Match | None:
    match = match_dateline(line.plain, language) if line.block.kind != "item" else None
    if match is not None and (match.alone or len(line.plain) - match.end > _FEWEST_BEHIND_DATELINE):
        return match
    return None


def _dateline_ahead(lines: Sequence[Line], index: int, language: Language) -> bool:
    """Whether a dateline stands a little further down: then what stands above it is no lede yet."""
    near = lines[index + 1 : index + 1 + _LINES_AHEAD]
    again = any(line.is_text and is_release_kicker(line.plain, language) for line in near)
    reach = _ITEMS_AHEAD if again or lines[index].block.kind == "item" else _LINES_AHEAD
    for line in lines[index + 1 : index + 1 + reach]:
        match = _dateline(line, language) if line.is_text and line.words > _DATED_WORDS else None
        if match is not None and match.dateline.place and not match.alone:
            return True
    return False


def _below_first_words(lines: Sequence[Line], language: Language, start: int) -> int:
    """A release in which nothing looks like a lede: everything below the first line of words."""
    for index, line in enumerate(lines[start:], start):
        if line.is_text and not is_kicker(line.plain, language) and not is_end_mark(line.plain, language):
            return min(index + 1, len(lines))
    return len(lines)
