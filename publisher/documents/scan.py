"""What a Word document holds beside its text: comments, tracked changes, hidden text, page headers, charts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from xml.parsers import expat

_WORD = ("wordprocessingml/2006/main", "/wordprocessingml/main")
_CHANGES = frozenset("ins del moveFrom cellIns cellDel".split())
_FORMAT_CHANGES = frozenset(
    "rPrChange pPrChange sectPrChange tblPrChange tcPrChange trPrChange tblGridChange numberingChange".split()
)
_OBJECTS = {
    "altChunk": "an inserted document",
    "chart": "a chart",
    "relIds": "a diagram",
    "oMath": "a formula",
    "OLEObject": "an embedded object",
}
_SIGNS = {"tab": " ", "br": " ", "cr": " ", "noBreakHyphen": "\u2011"}
_SAMPLE = 200
_MOST_OPEN = 50


@dataclass
class Comment:
    """One comment: its author, what it says, and the words that it is tied to."""

    author: str = ""
    text: str = ""
    at: str = ""


@dataclass
class Scan:
    """What one part of a document holds.

    `paragraphs` are its texts in order, without what is deleted or moved away; `numbers` are the indexes of those that
    hold a page number. `changes` and `format_changes` are counts of tracked changes; `changed`, `hidden` and `struck`
    are excerpts.
    """

    paragraphs: list[str] = field(default_factory=list)
    numbers: set[int] = field(default_factory=set)
    changes: int = 0
    format_changes: int = 0
    changed: str = ""
    hidden: str = ""
    struck: str = ""
    objects: dict[str, int] = field(default_factory=dict)
    comments: dict[str, Comment] = field(default_factory=dict)


def scanned(part: bytes) -> Scan:
    """What a part of a Word document holds; it has been found well-formed before."""
    reader = _Reader()
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    parser.StartElementHandler = reader.start
    parser.EndElementHandler = reader.end
    parser.CharacterDataHandler = reader.text
    parser.Parse(part, True)
    return reader.scan


class _Reader:
    def __init__(self) -> None:
        self.scan = Scan()
        self.words: list[list[str]] = []
        self.within: dict[str, int] = {}
        self.style: set[str] = set()
        self.comment: Comment | None = None
        self.ranges: dict[str, list[str]] = {}

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        space, _, tag = name.rpartition(" ")
        if tag in _OBJECTS:
            self.scan.objects[_OBJECTS[tag]] = self.scan.objects.get(_OBJECTS[tag], 0) + 1
        if not space.endswith(_WORD):
            return
        self.within[tag] = self.within.get(tag, 0) + 1
        own = {key.rpartition(" ")[2]: value for key, value in attributes.items()} if attributes else {}
        self.scan.changes += tag in _CHANGES
        self.scan.format_changes += tag in _FORMAT_CHANGES
        if tag == "p":
            self.words.append([])
        elif tag in _SIGNS:
            self._say(_SIGNS[tag])
        elif tag == "r":
            self.style = set()
        elif tag in ("vanish", "strike", "dstrike") and own.get("val") not in ("0", "false", "off"):
            self.style.add(tag)
        elif tag == "fldSimple" and "PAGE" in own.get("instr", ""):
            self.scan.numbers.add(len(self.scan.paragraphs))
        else:
            self._comment_starts(tag, own)

    def _comment_starts(self, tag: str, own: Mapping[str, str]) -> None:
        number = own.get("id", "")
        if tag == "comment":
            self.comment = self.scan.comments.setdefault(number, Comment(own.get("author", "")))
        elif tag == "commentRangeStart" and len(self.ranges) < _MOST_OPEN:
            self.ranges[number] = []
        elif tag == "commentRangeEnd" and number in self.ranges:
            self.scan.comments.setdefault(number, Comment()).at = "".join(self.ranges.pop(number))
        elif tag == "commentReference":
            self.scan.comments.setdefault(number, Comment())

    def text(self, text: str) -> None:
        if self.within.get("instrText") and "PAGE" in text:
            self.scan.numbers.add(len(self.scan.paragraphs))
        if self.within.get("delText") or (self.within.get("t") and self.within.get("ins")):
            self.scan.changed += text[: max(_SAMPLE - len(self.scan.changed), 0)] if self.scan.changes == 1 else ""
        if self.within.get("t"):
            self._say(text)

    def _say(self, text: str) -> None:
        if self.within.get("moveFrom") or not self.words:
            return
        self.words[-1].append(text)
        if "vanish" in self.style:
            self.scan.hidden += text[: max(_SAMPLE - len(self.scan.hidden), 0)]
        elif self.style and not self.scan.changes:
            self.scan.struck += text[: max(_SAMPLE - len(self.scan.struck), 0)]
        for said in self.ranges.values():
            if len(said) < _MOST_OPEN:
                said.append(text[:_SAMPLE])

    def end(self, name: str) -> None:
        space, _, tag = name.rpartition(" ")
        if not space.endswith(_WORD):
            return
        self.within[tag] = self.within.get(tag, 1) - 1
        if tag == "p" and self.words:
            text = "".join(self.words.pop())
            if self.comment is not None:
                self.comment.text = f"{self.comment.text} {text}".strip()
            self.scan.paragraphs.append(text)
        elif tag == "r":
            self.style = set()
        elif tag == "comment":
            self.comment = None
