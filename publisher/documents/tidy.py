"""What writers do with line breaks, bullets and lines of --- in programs that know lists and paragraphs."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from publisher.documents.model import Block
from publisher.documents.plain import is_end_sign
from publisher.text.patterns import later
from publisher.text.rich import RichText, Span

_BLANK_LINE = later(r"\n[ \t\xa0]*\n\s*")
_BULLET = later(r"[•▪●◦‣∙·○■➤✓][ \t\xa0]{0,9}(?=\S)|[–*-][ \t\xa0]{1,9}(?=\S)")
_WORD = later(r"\w+")
_KEY_WORDS = 3


def tidied(blocks: Iterable[Block]) -> tuple[Block, ...]:
    """The blocks with paragraphs cut at blank lines, and with lines that begin with a bullet as items of a list."""
    return tuple(tidy for block in blocks for tidy in _paragraphs(block))


def _paragraphs(block: Block) -> Iterator[Block]:
    if block.kind not in ("paragraph", "quotation"):
        yield block
        return
    for part in _cut(block, [(found.start(), found.end()) for found in _BLANK_LINE.finditer(block.plain)]):
        yield from _lines(part)


def _lines(block: Block) -> Iterator[Block]:
    lines = block.plain.split("\n")
    bulleted = [bool(_BULLET.match(line)) and not is_end_sign(line.strip()) for line in lines]
    if not any(bulleted) or block.kind == "quotation":
        yield block
        return
    cuts, at = [], 0
    for line, (before, here) in zip(lines, zip([False, *bulleted], bulleted, strict=False), strict=False):
        if at and (before or here):
            cuts.append((at - 1, at))
        at += len(line) + 1
    for part in _cut(block, cuts):
        bullet = None if is_end_sign(part.plain) else _BULLET.match(part.plain)
        yield replace(part, kind="item", text=part.text[bullet.end() :].strip()) if bullet else part


def _cut(block: Block, gaps: Sequence[tuple[int, int]]) -> Iterator[Block]:
    """The parts of a block between these places, in one pass over its spans: there may be very many."""
    if not gaps:
        yield block
        return
    ends = iter((*gaps, (len(block.plain), len(block.plain))))
    end, following = next(ends)
    kept: list[Span] = []
    start = at = 0
    for span in block.text.spans:
        behind = at + len(span.text)
        while behind >= end:
            kept.append(_part(span, start - at, end - at))
            if part := RichText(tuple(kept)).strip():
                yield replace(block, text=part)
            kept, start = [], following
            end, following = next(ends, (behind + 1, 0))
        kept.append(_part(span, start - at, len(span.text)))
        at = behind


def _part(span: Span, start: int, end: int) -> Span:
    text = span.text[max(start, 0) : max(end, 0)]
    return span if len(text) == len(span.text) else replace(span, text=text)


def located(blocks: Sequence[Block], source: Iterable[tuple[str, int]]) -> tuple[Block, ...]:
    """The blocks with the lines that their first words stand in, wherever those are found in order.

    `source` is the text that they were made from, piece by piece, each with its line.
    """
    words: list[str] = []
    lines: list[int] = []
    for text, first_line in source:
        for number, line in enumerate(text.split("\n"), first_line):
            found = _WORD.findall(line)
            words += found
            lines += [number] * len(found)
    places: dict[tuple[str, ...], list[int]] = {}
    for place in range(len(words)):
        places.setdefault(tuple(words[place : place + _KEY_WORDS]), []).append(place)
    at = 0
    done: list[Block] = []
    for block in blocks:
        wanted = _WORD.findall(block.plain)
        known = places.get(tuple(wanted[:_KEY_WORDS]), []) if wanted else []
        index = bisect_left(known, at)
        if index == len(known):
            done.append(block)
            continue
        at = known[index] + len(wanted)
        done.append(replace(block, line=lines[known[index]]))
    return tuple(done)


def front_of(blocks: Sequence[Block]) -> tuple[str | None, tuple[Block, ...]]:
    """The YAML of front matter that stands between two lines of --- at the top, and the blocks below it.

    Word turns quotation marks and spaces into typographic ones; around values they are turned back.
    """
    lines: list[str] = []
    for index, block in enumerate(blocks):
        for number, line in enumerate(block.plain.split("\n")):
            if not lines and line.strip() != "---":
                return None, tuple(blocks)
            if lines and line.strip() == "---":
                below = "\n".join(block.plain.split("\n")[number + 1 :])
                rest = [replace(block, text=block.text[len(block.plain) - len(below) :])] if below.strip() else []
                return "\n".join(lines[1:]), (*rest, *blocks[index + 1 :])
            lines.append(_plain_value(("  - " if block.kind == "item" else "") + line))
    return None, tuple(blocks)


def _plain_value(line: str) -> str:
    return re.sub(r"^([^:]{0,200}:[ ]{1,9})[“”„](.*)[“”][ ]*$", r'\1"\2"', line.replace("\xa0", " "))
