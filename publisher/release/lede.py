"""Where the news begins: the first paragraph with a dateline, or the first that reads as prose below the headline."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from publisher.release.contacts import has_details
from publisher.release.dateline import Match, match_dateline
from publisher.release.kickers import is_caption, is_end_mark, is_kicker, is_release_kicker, is_summary
from publisher.release.language import Language
from publisher.release.lines import Line
from publisher.release.marks import opens

LONG_PARAGRAPH = 32
SENTENCE_ENDINGS = tuple('.!?:”"»“…')

_HEAD_LINES = 25
_SENTENCE_WORDS = 9
_TITLE_WORDS = 45
_DATED_WORDS = 15
_FEWEST_BEHIND_DATELINE = 20
_LINES_AHEAD = 3
_ITEMS_AHEAD = 8


class Opening(NamedTuple):
    """The index of the lede, the number of lines where there is none, and the dateline with its own line."""

    lede: int
    dateline: Match | None = None
    dateline_at: int | None = None


def find_lede(lines: Sequence[Line], language: Language, *, has_headline: bool) -> Opening:
    """The lede of a release; `has_headline` says that no line needs to be its headline."""
    seen_title = has_headline
    alone: tuple[Match, int] | None = None
    for index, line in enumerate(lines[:_HEAD_LINES]):
        if not line.is_text or line.block.kind == "heading":
            seen_title = seen_title or line.block.kind == "heading"
            continue
        if is_kicker(line.plain, language) or is_end_mark(line.plain, language):
            continue
        match = _dateline(line, language) if seen_title or line.words > _DATED_WORDS else None
        if match is not None and not match.alone:
            return Opening(index, match, index)
        if match is not None:
            alone = match, index
        elif is_summary(line.plain):
            continue
        elif (seen_title or line.words > _TITLE_WORDS or _is_untitled(lines, index, language)) and is_prose(
            line, language
        ):
            if _may_begin(lines, index, language):
                return Opening(index, *(alone or ()))
        else:
            seen_title = True
    if alone is not None:
        return Opening(min(alone[1] + 1, len(lines)), *alone)
    return Opening(_below_first_words(lines, language))


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


def _may_begin(lines: Sequence[Line], index: int, language: Language) -> bool:
    """Whether the news may begin with this prose: no caption, no deck, and no dateline a little further down."""
    if lines[index].words > _TITLE_WORDS:
        return not _is_dated_for_sure(lines[index + 1 : index + 2], language)
    return not (
        is_caption(lines[index].plain, language)
        or _is_marked_deck(lines, index)
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


def _below_first_words(lines: Sequence[Line], language: Language) -> int:
    """A release in which nothing looks like a lede: everything below the first line of words."""
    for index, line in enumerate(lines):
        if line.is_text and not is_kicker(line.plain, language) and not is_end_mark(line.plain, language):
            return min(index + 1, len(lines))
    return len(lines)
