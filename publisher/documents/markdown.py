"""Markdown, by Python-Markdown, into blocks that know their lines."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING

from publisher.documents.gaps import LONG, apart
from publisher.documents.html import TAGS, html_blocks
from publisher.documents.model import Block, Finding
from publisher.documents.plain import plain_blocks
from publisher.documents.walk import SOURCE_LINE_END
from publisher.text.patterns import later
from publisher.text.rich import RichText

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

    from markdown import Markdown

LARGEST = 200_000
"""Characters. A longer text is no press release written by hand; it is read as plain text."""

_VERY_LONG = Finding("size", "the text is very long: it was read as plain text, not as Markdown", "split the file")
_CHUNK = 6_000
_LONGEST_CHUNK = 12_000
_MOST_OPEN = 40
_END_SIGN = later(r"[ \t]*(?:#[# \t]*|-\s?\w{2,12}\s?-[ \t]*)")
_LIST_SIGN = later(r"[ \t]{0,3}(?:[*+-]|[•▪●◦‣∙]|\d{1,3}[.)])[ \t]+\S")
_FENCE = later(r"[ \t]{0,3}(?:```|~~~)")
_REFERENCE = later(
    r"[ ]{0,3}\[([^\[\]]{1,200})\]:[ \t]*<?([^\s<>]{1,2000})>?[ \t]*(?:[\"'(]([^\"')]{0,200})[\"')])?[ \t]*"
)
_BRACKETS = {"[": later(r"[\[\]]"), "](": later(r"\]\(|\)"), "<": later(r"[<>]")}
_LEANING = later(r"^[ ]{0,3}(?:#|[-=_*](?:[ \t]?[-=_*]){0,80}[ \t]{0,3}$).{0,400}\n(?=.*\S)", re.MULTILINE)
_MOST_LEANING = 60
_INLINE_SIGN = later(r"[`\\\[<&*_\x02]|  \n")
_BEFORE_INLINE = 25
_IN_ANGLES = later(r"<(?=/?([A-Za-z][\w-]*)[\s/>])/?")
_WORD = later(r"\w+")
_WINDOW = 400
_SHORT = 60
_RUNS_ON = tuple(",;-–—(.!?…”")


def markdown_blocks(text: str, first_line: int = 1) -> tuple[tuple[Block, ...], tuple[Finding, ...]]:
    """The blocks of a Markdown text whose first line is line `first_line` of its file, and remarks on the reading.

    Python-Markdown takes quadratic time for some texts, so it is given a long one in parts that end between blocks.
    """
    if len(text) > LARGEST:
        return plain_blocks(text, first_line), (_VERY_LONG,)
    blocks: list[Block] = []
    found = _REFERENCE.findall(text) if "]:" in text else []
    references = {name.lower(): (url, title) for name, url, title in found}
    for chunk, line in _chunks(text, first_line):
        blocks.extend(_chunk_blocks(chunk, line, references))
    return tuple(blocks), ()


def _chunk_blocks(chunk: str, first_line: int, references: Mapping[str, tuple[str, str]]) -> Sequence[Block]:
    if len(chunk) > _LONGEST_CHUNK or _is_runaway(chunk):
        return plain_blocks(chunk, first_line)
    converter = _converter().reset()
    converter.references.update(references)
    try:
        html = converter.convert(_prepared(chunk))
    except RecursionError:
        return plain_blocks(chunk, first_line)
    blocks = html_blocks(html, empty_alt_means_none=True, keep_line_ends=True)
    return _located([_unwrapped(block) for block in blocks], chunk, first_line)


def _is_runaway(chunk: str) -> bool:
    """Whether brackets are opened by the dozen before any is closed: no Markdown, and slow to read as such.

    So are headings and rules by the dozen without text or blank lines between them.
    """
    leaning = len(_LEANING.findall(chunk)) if chunk.count("\n") > _MOST_LEANING else 0
    return leaning > _MOST_LEANING or any(
        chunk.count(opening) > _MOST_OPEN and _depth(chunk, opening, marks) > _MOST_OPEN
        for opening, marks in _BRACKETS.items()
    )


def _depth(text: str, opening: str, marks: re.Pattern[str]) -> int:
    depth = deepest = 0
    for mark in marks.finditer(text):
        depth = depth + 1 if mark[0] == opening else max(depth - 1, 0)
        deepest = max(deepest, depth)
    return deepest


def _chunks(text: str, first_line: int) -> Iterator[tuple[str, int]]:
    """A text whole, or cut before lines that begin a new block at the top level."""
    if len(text) <= _CHUNK:
        yield text, first_line
        return
    lines = text.split("\n")
    start = size = 0
    blank = fenced = False
    for number, line in enumerate(lines):
        if _FENCE.match(line):
            fenced = not fenced
        at_top = blank and not fenced and line[:1] not in (" ", "\t", "") and not _LIST_SIGN.match(line)
        if size > _CHUNK and (at_top or (size > 2 * _CHUNK and not fenced and _LIST_SIGN.match(line))):
            yield "\n".join(lines[start:number]), first_line + start
            start, size = number, 0
        size += len(line) + 1
        blank = not line.strip()
    yield "\n".join(lines[start:]), first_line + start


@cache
def _converter() -> Markdown:
    from markdown import Markdown  # noqa: PLC0415 - plain text need not pay for it
    from markdown.extensions.sane_lists import SaneListExtension  # noqa: PLC0415
    from markdown.extensions.tables import TableExtension  # noqa: PLC0415
    from markdown.treeprocessors import Treeprocessor  # noqa: PLC0415
    from markdown.util import AtomicString  # noqa: PLC0415

    class WithoutSigns(Treeprocessor):
        """Sets text that has no sign of Markdown apart, for which a score of patterns would be tried one by one."""

        def run(self, root: Element) -> None:
            for element in root.iter():
                if element.text and not _INLINE_SIGN.search(element.text):
                    element.text = AtomicString(element.text)

    # By their names the extensions would be looked for in every installed package.
    converter = Markdown(extensions=[TableExtension(), SaneListExtension()], output_format="html")
    converter.treeprocessors.register(WithoutSigns(converter), "without signs", _BEFORE_INLINE)
    return converter


def _prepared(text: str) -> str:
    """The text as Python-Markdown has to have it to see what a writer sees.

    A list may follow its introduction without a blank line, `•` and `1)` are bullets too, an end mark (###) is not a
    heading, an indented paragraph is not source code, and two spaces are enough for a list within a list.
    """
    text = _IN_ANGLES.sub(lambda found: found[0] if found[1].lower() in TAGS else f"&lt;{found[0][1:]}", text)
    lines: list[str] = []
    in_list = False
    outermost = 0
    previous = ""
    for line in _lines(text):
        current = line
        if not line.strip():
            previous = ""
        elif _END_SIGN.fullmatch(line):
            current = previous = line.strip().replace("#", "\\#", 1).replace("-", "\\-", 1)
            in_list = False
        elif _LIST_SIGN.match(line):
            current = re.sub(r"^([ \t]*)[•▪●◦‣∙]", r"\1*", re.sub(r"^([ \t]*\d{1,3})\)", r"\1.", line))
            indent = len(line) - len(line.lstrip(" "))
            if previous and not in_list:
                lines.append("")
            if not in_list:
                outermost = indent
            elif indent - outermost > 1:
                current = "  " + current
            in_list, previous = True, current
        else:
            if not previous and in_list and not line.startswith((" ", "\t")):
                in_list = False
            if not in_list:
                current = line if previous else line.lstrip(" \t")
            previous = current
        lines.append(current)
    return "\n".join(lines)


def _lines(text: str) -> list[str]:
    """The lines of a text, with blank ones where a line is several paragraphs."""
    lines = text.split("\n")
    if any(len(line) >= LONG for line in lines):
        return "\n".join(map(apart, lines)).split("\n")
    return lines


def _unwrapped(block: Block) -> Block:
    """Line ends of the source become spaces where text runs on, and line breaks where a line was meant to be short."""
    plain = block.plain
    if SOURCE_LINE_END not in plain:
        return block
    lines = plain.replace("\n", SOURCE_LINE_END).split(SOURCE_LINE_END)
    width = max(*map(len, lines), _SHORT)
    ends = ("\n" if _is_meant(line, following, width) else " " for line, following in itertools.pairwise(lines))
    spans = []
    for span in block.text.spans:
        characters = (
            [
                # Within a link the line is short because its address takes the room.
                (" " if (end := next(ends, " ")) and span.link else end)
                if character in "\n" + SOURCE_LINE_END
                else character
                for character in span.text
            ]
            if SOURCE_LINE_END in span.text or "\n" in span.text
            else [span.text]
        )
        spans.append(replace(span, text="".join(characters)))
    return replace(block, text=RichText(tuple(spans)))


def _is_meant(line: str, following: str, width: int) -> bool:
    first_word = following.split(None, 1)[0] if following.strip() else ""
    return (
        0 < len(line.strip()) < _SHORT
        and not line.rstrip().endswith(_RUNS_ON)
        and bool(first_word)
        and not first_word[0].islower()
        and len(line) + 1 + len(first_word) <= width
    )


def _located(blocks: Sequence[Block], text: str, first_line: int) -> list[Block]:
    """The blocks with their lines, found by their first words, in order.

    The search never looks further than a fixed number of words, so that it takes linear time.
    """
    words: list[str] = []
    lines: list[int] = []
    for number, line in enumerate(text.split("\n"), first_line):
        in_line = _WORD.findall(line)
        words += in_line
        lines += [number] * len(in_line)
    at = 0
    found: list[Block] = []
    for block in blocks:
        wanted = _WORD.findall(block.src if block.kind == "image" else block.plain[:2_000])
        start = _find(wanted[:3], words, at)
        if start is None:
            found.append(block)
            continue
        at = start + (len(wanted) if block.kind != "image" else 1)
        found.append(replace(block, line=lines[start]))
    return found


def _find(wanted: list[str], words: list[str], at: int) -> int | None:
    if not wanted:
        return None
    for size in (len(wanted), 1):
        for start in range(at, min(at + _WINDOW, len(words) - size + 1)):
            if words[start] == wanted[0] and words[start : start + size] == wanted[:size]:
                return start
    return None
