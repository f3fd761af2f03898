"""The walk through an HTML document: what is open at a point of it, and the blocks that have been read."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from publisher.documents import kinds
from publisher.documents.model import Block, Kind
from publisher.text.patterns import later
from publisher.text.rich import RichText, Span

SPACE = later(r"[ \t\n\r\f]+")
SOURCE_LINE_END = "\x1f"
"""Stands for a line end of the source inside a block, where the caller asks to keep them apart from spaces."""

_LINE_END = later(r"(?:(?<![ \t\r\f])[ \t\r\f]+)?\n[ \t\n\r\f]*")
_CELL_END = " | "
_NO_MARKS = (False, False, False, None)


@dataclass(eq=False, repr=False)
class Walk:
    """What is open at this point of the document, and what has been read: `blocks`, and descriptions of `pictures` that
    stand in the document itself or in an e-mail, and so have no address.
    """

    keep_line_ends: bool = False
    empty_alt_means_none: bool = False
    has_signs: bool = False
    blocks: list[Block] = field(default_factory=list)
    pictures: list[str] = field(default_factory=list)
    comments: list[str] = field(default_factory=list)
    marks: list[tuple[bool, bool, bool, str | None]] = field(default_factory=list)
    words: list[list[str]] = field(default_factory=list)
    after_space: bool = True
    bold: int = 0
    italic: int = 0
    code: int = 0
    pre: int = 0
    quotation: int = 0
    heading: int = 0
    grid: bool = False
    tables: int = 0
    links: list[str | None] = field(default_factory=list)
    lists: list[bool] = field(default_factory=list)
    item_level: int | None = None
    item_waiting: bool = False
    captioning: bool = False

    def count(self, mark: str, step: int) -> None:
        """One more or one fewer of what makes words bold, italic, code, preformatted or a quotation."""
        setattr(self, mark, max(getattr(self, mark) + step, 0))

    def say(self, text: str) -> None:
        if not text.isascii():
            text = kinds.without_invisible(text)
        if not self.pre:
            if self.keep_line_ends and "\n" in text:
                text = _LINE_END.sub(SOURCE_LINE_END, text)
            text = SPACE.sub(" ", text)
            if self.after_space:
                text = text.lstrip(" " + SOURCE_LINE_END)
        if text:
            marks = (self.bold > 0, self.italic > 0, self.code > 0, self.links[-1] if self.links else None)
            if self.marks and self.marks[-1] == marks:
                self.words[-1].append(text)
            else:
                self.marks.append(marks)
                self.words.append([text])
            self.after_space = text.endswith((" ", "\n", SOURCE_LINE_END))

    def add(self, text: str) -> None:
        """Put in something that is no word of the text: a line break, the end of a table's cell."""
        if self.words:
            self.marks.append(_NO_MARKS)
            self.words.append([text])
            self.after_space = True

    def end_cell(self) -> None:
        said = "".join(self.words[-1]).rstrip() if self.words else ""
        if said and not said.endswith("|"):
            self.add(" " if said.endswith(":") else _CELL_END)

    def close_block(self) -> None:
        spans = (
            Span("".join(words), bold=bold, italic=italic, code=code, link=link)
            for words, (bold, italic, code, link) in zip(self.words, self.marks, strict=True)
        )
        text = RichText(tuple(spans)).strip()
        self.words, self.marks, self.after_space = [], [], True
        if not text:
            return
        if self.captioning and self.blocks and self.blocks[-1].kind == "image":
            self.blocks[-1] = replace(self.blocks[-1], text=text)
            return
        kind: Kind = "paragraph"
        level, ordered = 0, False
        if self.heading:
            kind, level = "heading", self.heading
        elif self.item_waiting:
            kind, level, ordered = "item", max(len(self.lists) - 1, 0), bool(self.lists) and self.lists[-1]
            level = level if self.item_level is None else self.item_level
        elif self.quotation:
            kind = "quotation"
        self.item_waiting = False
        self.blocks.append(Block(kind, text, level=level, ordered=ordered))
