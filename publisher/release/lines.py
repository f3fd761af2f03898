"""The lines of a release: blocks cut at their line breaks, which is how a reader takes in a letterhead."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from urllib.parse import unquote

from publisher.documents.model import Block
from publisher.text.rich import RichText, Span
from publisher.text.unspaced import UNSPACED

_REACHED = ("mailto:", "tel:")
_MAX_LINES = 200
_LETTERS_A_WORD = 2


@dataclass(frozen=True, eq=False, repr=False)
class Line:
    """One line of a block; `origin` is the index of the block it was cut from, `whole` says that it is all of it."""

    block: Block
    origin: int
    whole: bool = True

    @cached_property
    def plain(self) -> str:
        return self.block.plain

    @cached_property
    def said(self) -> str:
        """The text with the addresses and numbers that stand only behind its links: `[Write to us](mailto:...)`."""
        if not any(span.link and span.link.lower().startswith(_REACHED) for span in self.block.text.spans):
            return self.plain
        return "".join(map(_with_address, self.block.text.spans))

    @cached_property
    def words(self) -> int:
        """How many words it has; of a script without spaces two letters are taken for one, or a paragraph is a name."""
        spaced = len(self.plain.split())
        return spaced if self.plain.isascii() else spaced + len(UNSPACED.findall(self.plain)) // _LETTERS_A_WORD

    @property
    def number(self) -> int | None:
        return self.block.line

    @property
    def is_text(self) -> bool:
        return self.block.kind not in ("image", "rule")


def _with_address(span: Span) -> str:
    if not span.link or not span.link.lower().startswith(_REACHED):
        return span.text
    address = unquote(span.link.partition(":")[2].partition("?")[0])
    known = address in span.text or any(sign.isdigit() or sign == "@" for sign in span.text)
    return span.text if known else f"{span.text} {address}"


def lines_of(blocks: Sequence[Block]) -> list[Line]:
    lines: list[Line] = []
    for origin, block in enumerate(blocks):
        plain = block.plain
        if "\n" not in plain or block.kind == "item":
            lines.append(Line(block, origin))
            continue
        at = 0
        for count, part in enumerate(plain.split("\n", _MAX_LINES)):
            text = block.text[at : at + len(part)].strip()
            at += len(part) + 1
            if text:
                number = block.line + count if block.line is not None else None
                lines.append(Line(replace(block, text=text, line=number), origin, whole=False))
    return lines


def blocks_of(lines: Iterable[Line], blocks: Sequence[Block]) -> tuple[Block, ...]:
    """The blocks that these lines came from; a block of which only some lines are meant has only those."""
    kept: list[Block] = []
    for_block: dict[int, list[Line]] = {}
    for line in lines:
        for_block.setdefault(line.origin, []).append(line)
    cut_from = {origin: sum(1 for part in blocks[origin].plain.split("\n") if part.strip()) for origin in for_block}
    for origin, parts in for_block.items():
        if parts[0].whole or len(parts) == cut_from[origin]:
            kept.append(blocks[origin])
            continue
        text = parts[0].block.text
        for part in parts[1:]:
            text = RichText((*text.spans, *(RichText() + "\n").spans, *part.block.text.spans))
        kept.append(replace(blocks[origin], text=text, line=parts[0].number))
    return tuple(kept)
