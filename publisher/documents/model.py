"""`Document`: what a file says, before anybody asks what it means."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from publisher.text.rich import EMPTY, RichText

Kind = Literal["heading", "paragraph", "item", "quotation", "image", "rule"]


Severity = Literal["error", "warning"]


@dataclass(frozen=True)
class Finding:
    """What an editor should look at again: `what` is wrong, and the `advice` on it, one line each.

    `rule` names the check, in words joined by hyphens. `line` is where it is in the file, counted from 1; where there
    is none, `what` holds an excerpt. An `error` stops a publish until somebody has accepted it, a `warning` does not.
    """

    rule: str
    what: str
    advice: str
    line: int | None = None
    severity: Severity = "warning"

    def __str__(self) -> str:
        where = f"line {self.line}: " if self.line is not None else ""
        return f"{where}{self.what} - {self.advice}"


@dataclass(frozen=True)
class Block:
    """One block of a document, in reading order.

    `line` is its first line in the file, counted from 1, or None where the format cannot tell. `level` is 1 to 6 for a
    heading and the depth, from 0, for a list item. An image has its path or URL in `src` and its alternative text in
    `alt`: None where none was given, "" where the image was declared decorative.
    """

    kind: Kind
    text: RichText = EMPTY
    line: int | None = None
    level: int = 0
    ordered: bool = False
    src: str = ""
    alt: str | None = None

    @property
    def plain(self) -> str:
        return self.text.plain


@dataclass(frozen=True)
class Document:
    """A file as read: its blocks and its front matter, values as YAML 1.2 gives them.

    `file` is the path as the user named it (`-` for standard input). `front_lines` holds the line of each top-level
    front-matter key. `findings` are what the reading itself brought to light. `margins` are the lines of a Word
    document's page headers and footers: no part of the text, but an embargo may stand there.
    """

    file: str
    blocks: tuple[Block, ...]
    front: Mapping[str, object] = field(default_factory=dict)
    front_lines: Mapping[str, int] = field(default_factory=dict)
    findings: tuple[Finding, ...] = ()
    margins: tuple[Block, ...] = ()
