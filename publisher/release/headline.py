"""Headline and subheadline, chosen from the lines above the lede that are neither kicker nor contact."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from publisher.release.kickers import is_letterhead, is_page_furniture, labelled, names_its_kind
from publisher.release.language import Language
from publisher.release.lines import Line
from publisher.text.patterns import later

_MOST_SUBHEADLINES = 2
_SHORT = 6
_FEWEST_WORDS = 4
_OVERLINE_WORDS = 2
_SAME = 0.8
_FEWEST_REPEATED = 3
_LABEL = later(r"[^\W\d_]{3,12}:\s")
_WORD = later(r"\w+")


class Titles(NamedTuple):
    """The lines of the headline and of the subheadline, and those above the headline, which belong to neither."""

    headline: list[int]
    subheadline: list[int]
    above: list[int]


def choose_titles(
    lines: Sequence[Line], candidates: Sequence[int], kickers: Sequence[int], language: Language, *, has_headline: bool
) -> Titles:
    """The titles among the candidates.

    Args:
        lines: All lines of the release.
        candidates: Those above the lede that may be a title, in order.
        kickers: The lines that say that this is a press release.
        language: Of the release.
        has_headline: Whether the front matter has the headline already; then a heading repeats it, and the rest is
            the subheadline.
    """
    named = [index for index in candidates if not names_its_kind(lines[index].plain, language)] or candidates
    first = _heading(lines, named)
    if first is None and not has_headline:
        first = _first_title(lines, named, kickers, language)
    headline = [] if first is None else _with_rest(lines, first, candidates, language)
    known = [" ".join(lines[index].plain for index in headline)] if headline else []
    below: list[int] = []
    for index in candidates:
        line = lines[index]
        if (not headline or index > headline[-1]) and _may_be_deck(line, language):
            if not any(_repeats(line.plain, text) for text in known):
                below.append(index)
            known.append(line.plain)
    return Titles(
        headline=headline,
        subheadline=below[:_MOST_SUBHEADLINES],
        above=[index for index in candidates if headline and index < headline[0]],
    )


def _with_rest(lines: Sequence[Line], first: int, candidates: Sequence[int], language: Language) -> list[int]:
    """A headline with the line right below it that its sentence runs on into."""
    second = first + 1
    if second not in candidates or lines[first].block.kind != "paragraph":
        return [first]
    above, below = lines[first], lines[second]
    if above.number is None or below.number != above.number + 1:
        return [first]
    small = language.any_of("stop_words", "of", "particles")
    breaks_off = above.plain.rstrip().endswith((",", "-", "–", "&")) or above.plain.split()[-1].lower() in small
    goes_on = below.plain.split()[0].lower() in language.any_of("stop_words", "of", "title_ends")
    in_capitals = above.plain.isupper() and below.plain.isupper()
    return [first, second] if breaks_off or (goes_on and in_capitals) else [first]


def _may_be_deck(line: Line, language: Language) -> bool:
    text = line.plain
    return (
        line.words > 1
        and not is_letterhead(text, language)
        and not is_page_furniture(text, language)
        and labelled(text, language, "footers") is None
    )


def _heading(lines: Sequence[Line], candidates: Sequence[int]) -> int | None:
    """The first heading of the highest level."""
    headings = [index for index in candidates if lines[index].block.kind == "heading"]
    return min(headings, key=lambda index: (lines[index].block.level, index), default=None)


def _first_title(
    lines: Sequence[Line], candidates: Sequence[int], kickers: Sequence[int], language: Language
) -> int | None:
    """The first line of words, unless it is a letterhead over a kicker with the headline below."""
    if not candidates:
        return None
    while len(candidates) > 1 and _is_overline(lines[candidates[0]], lines[candidates[1]]):
        candidates = candidates[1:]
    below = [index for index in candidates if kickers and index > kickers[-1]]
    above = [index for index in candidates if index not in below]
    if not above:
        return below[0]
    if below and lines[below[0]].words >= _FEWEST_WORDS:
        letterheads = all(is_letterhead(lines[index].plain, language) for index in above)
        if letterheads or lines[above[0]].words <= _SHORT:
            return below[0]
    named = [index for index in above if not is_letterhead(lines[index].plain, language)]
    return (named or above)[0]


def _is_overline(line: Line, following: Line) -> bool:
    """One word, or two, over a line that reads as a headline: the section that the release belongs to."""
    return line.words <= _OVERLINE_WORDS and following.words > max(_FEWEST_WORDS, line.words)


def _repeats(text: str, title: str) -> bool:
    """Whether a line says the headline over again, or a part of it, perhaps with a word more or less."""
    bare = _LABEL.sub("", text).casefold()
    words, known = set(_WORD.findall(bare)), set(_WORD.findall(title.casefold()))
    printed, title_words = set(bare.split()), set(title.casefold().split())
    return (
        len(words & known) >= _SAME * max(len(words), len(known))
        or len(printed & title_words) >= _SAME * max(len(printed), len(title_words))
        or (len(words) >= _FEWEST_REPEATED and words < known)
    )
