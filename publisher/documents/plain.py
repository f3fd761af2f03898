"""Plain text: paragraphs, hard-wrapped or not, and lists, told apart by blank lines, line lengths and bullets."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from publisher.documents.model import Block
from publisher.text.patterns import later
from publisher.text.rich import as_rich

_BULLET = later(
    r"(?P<mark>[•▪●◦‣∙·○■□►➤➢✓✔→§¨»*–-]|\d{1,2}[.)](?=[ \t\xa0]|[A-ZÀ-Þ])|\(?(?:\d{1,2}|[a-z])[.)](?=[ \t\xa0]))"
    r"(?P<gap>[ \t\xa0]*)(?=\S)"
)
_DATE = later(r"\d{1,2}\. [^\W\d_]{3,10} (?:19|20)\d\d\b")
_NEEDS_SPACE = frozenset("*–-→§¨»")
_RULE = later(r"(?:[-_=~][ \t]?){3,}|(?:\*[ \t]?){4,}")
_END_SIGN = later(r"[-–—*]\s?\w{2,12}\s?[-–—*]")
_LONGEST_SIGN = 20
_RUNS_ON = (",", "&", " –", " -", "(")
_WIDEST_WRAP = 100
_NARROWEST_WRAP = 40
_OVERHANG = 12
_ENOUGH_ROWS = 3
_FULL = 0.75
_PROSE = 0.6
_SENTENCE_END = tuple('.!?:;”"»’)…“')


class _Row(NamedTuple):
    number: int
    indent: int
    text: str


def plain_blocks(text: str, first_line: int = 1) -> tuple[Block, ...]:
    """The blocks of a plain text whose first line is line `first_line` of its file."""
    groups = list(_groups(text, first_line))
    width = _wrap_width(groups)
    blocks: list[Block] = []
    for group in groups:
        fits = sum(row.indent + len(row.text) <= width + _OVERHANG for row in group) * 2 >= len(group)
        blocks.extend(_blocks_of(group, width if fits else 0))
    return tuple(blocks)


def is_end_sign(line: str) -> bool:
    """Whether a line is a sign such as `-30-`, which looks like the item of a list."""
    return bool(_END_SIGN.fullmatch(line[:_LONGEST_SIGN]))


def _wrap_width(groups: Sequence[Sequence[_Row]]) -> int:
    """The column at which the text was wrapped by hand or by an e-mail program; 0 where it was not."""
    widest = 0
    for group in groups:
        ends = [end for row in group if (end := row.indent + len(row.text)) <= _WIDEST_WRAP]
        longest = max(ends, default=0)
        run = 0
        for end in ends:
            run = run + 1 if end >= longest * _FULL else 0
            if run >= _ENOUGH_ROWS and longest >= _NARROWEST_WRAP:
                widest = max(widest, longest)
        if any(_breaks_off(row.text, following.text) for row, following in itertools.pairwise(group)):
            widest = max(widest, longest)
    return widest


def _breaks_off(line: str, following: str) -> bool:
    """Whether a line stops in the middle of a sentence, at a width that people wrap at."""
    wide = _NARROWEST_WRAP <= len(line) <= _WIDEST_WRAP
    return wide and following[0].islower() and not line.endswith(_SENTENCE_END)


def _is_wrapped(line: str, following: str, width: int) -> bool:
    """Whether the line ends where it does only because the next word did not fit into `width` columns."""
    if not width:
        return False
    word = following.split(None, 1)[0]
    if len(line) + 1 + len(word) > width or line.endswith(_RUNS_ON):
        return True
    if following[0].islower():
        return len(line) >= width // 3
    return len(line) >= width * _PROSE and not line.endswith(_SENTENCE_END)


def _groups(text: str, first_line: int) -> Iterator[list[_Row]]:
    group: list[_Row] = []
    for number, line in enumerate(text.split("\n"), first_line):
        stripped = line.strip()
        if stripped:
            lead = line[: len(line) - len(line.lstrip())]
            group.append(_Row(number, len(lead.expandtabs(4)), stripped))
        elif group:
            yield group
            group = []
    if group:
        yield group


def _blocks_of(group: list[_Row], width: int) -> Iterator[Block]:
    pending: list[_Row] = []
    indents: list[int] = []
    for row in group:
        starts_item = _bullet(row.text) is not None
        if pending and not starts_item and _continues(pending, row, width):
            pending.append(row)
            continue
        if pending:
            yield _block(pending, indents)
        pending = [row]
    if pending:
        yield _block(pending, indents)


def _continues(pending: list[_Row], row: _Row, width: int) -> bool:
    last = pending[-1]
    if _RULE.fullmatch(row.text) or _RULE.fullmatch(last.text):
        return False
    if _bullet(pending[0].text) is not None:
        return row.indent > pending[0].indent or _is_wrapped(last.text, row.text, width - last.indent)
    return row.indent == last.indent and _is_wrapped(last.text, row.text, width - row.indent)


def _block(rows: list[_Row], indents: list[int]) -> Block:
    first = rows[0]
    text = " ".join(row.text for row in rows)
    if _RULE.fullmatch(first.text):
        return Block("rule", line=first.number)
    bullet = _bullet(text)
    if bullet is None:
        return Block("paragraph", as_rich(text), line=first.number)
    while indents and indents[-1] > first.indent:
        indents.pop()
    if not indents or indents[-1] < first.indent:
        indents.append(first.indent)
    ordered = bullet["mark"][-1] in ".)"
    return Block(
        "item", as_rich(text[bullet.end() :]), line=first.number, level=min(len(indents) - 1, 8), ordered=ordered
    )


def _bullet(text: str) -> re.Match[str] | None:
    found = _BULLET.match(text)
    if found is None or _RULE.fullmatch(text[:200]) or is_end_sign(text) or _DATE.match(text):
        return None
    mark, gap = found["mark"], found["gap"]
    if mark in _NEEDS_SPACE and not gap:
        return None
    if mark in "–-" and mark == text[len(mark) + len(gap) : len(mark) + len(gap) + 1]:
        return None
    return found
