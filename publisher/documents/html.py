"""HTML to blocks: the one walker that Markdown, Word, and HTML itself go through.

Only words, their emphasis, links, images and the order of blocks come through. Scripts, styles, frames, forms and
everything else that a browser would act on are left out.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from publisher.documents import kinds, signs
from publisher.documents.guard import guarded
from publisher.documents.model import Block, Kind
from publisher.text.patterns import later
from publisher.text.rich import RichText, Span

_SKIPPED = frozenset(
    "applet audio button canvas del dialog embed frame frameset head iframe input legend math nav noembed noframes "
    "noscript object option script select style svg template textarea title video".split()
)
_BLOCKS = frozenset(
    "address article aside blockquote body caption center dd details div dl dt fieldset figcaption figure footer form "
    "h1 h2 h3 h4 h5 h6 header hr html li main ol p pre section summary table tbody td tfoot th thead tr ul".split()
)
TAGS = (
    _SKIPPED
    | _BLOCKS
    | frozenset(
        "a abbr acronym area b base bdi bdo big br cite code col colgroup data datalist dfn dir em "
        "font hgroup i img ins kbd label link map mark menu meta meter nobr optgroup output param picture "
        "progress q rp rt ruby s samp search slot small source span strike strong sub sup time track tt u var "
        "wbr".split()
    )
)
"""Every element's name. What else stands in angle brackets is a writer's own, and no markup."""

_HEADINGS = {f"h{level}": level for level in range(1, 7)}
_MARKS = {"b": "bold", "strong": "bold", "i": "italic", "em": "italic", "cite": "italic", "code": "code", "tt": "code"}
_DEEPENS = {"blockquote": "quotation", "pre": "pre"}
_UNSEEN = later(f"[{kinds.INVISIBLE}]")
_SPACE = later(r"[ \t\n\r\f]+")
_LINE_END = later(r"(?:(?<![ \t\r\f])[ \t\r\f]+)?\n[ \t\n\r\f]*")
_UNSAFE_SOURCE = later(r"\s*(?!https?:)[a-z][a-z0-9+.-]*:", re.IGNORECASE)
_GRID_TAGS = frozenset(("table", "tr", "caption"))
_CELL_END = " | "
_DEEPEST_GRID = 5
_PAGE = 600
"""Characters. A form that holds more is the whole page, as some programs write it, and not a place to sign up."""

_NO_MARKS = (False, False, False, None)

SOURCE_LINE_END = "\x1f"
"""Stands for a line end of the source inside a block, where the caller asks to keep them apart from spaces."""


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

    def say(self, text: str) -> None:
        if not text.isascii():
            text = _UNSEEN.sub("", text)
        if not self.pre:
            if self.keep_line_ends and "\n" in text:
                text = _LINE_END.sub(SOURCE_LINE_END, text)
            text = _SPACE.sub(" ", text)
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


def html_blocks(html: str, *, empty_alt_means_none: bool = False, keep_line_ends: bool = False) -> tuple[Block, ...]:
    """The blocks of an HTML document or fragment, without line numbers.

    Args:
        html: Anything; what is not HTML is read as text.
        empty_alt_means_none: Whether `alt=""` says only that nobody wrote an alternative text, as in Markdown.
        keep_line_ends: Whether line ends of the source come out as `SOURCE_LINE_END` instead of spaces.
    """
    html = guarded(html)
    walk = Walk(keep_line_ends, empty_alt_means_none, has_signs=bool(signs.HAS_SIGNS.search(html)))
    return tuple(walked([tree(html).body], walk).blocks)


def tree(html: str) -> Any:
    """The parsed document; `html` has been through `guarded`."""
    from selectolax.lexbor import LexborHTMLParser  # noqa: PLC0415 - plain text need not pay for it

    return LexborHTMLParser(html)


def walked(roots: Sequence[Any], walk: Walk) -> Walk:
    """The walk after reading everything below these nodes, in order."""
    for root in roots:
        if root is not None:
            _walk_below(root, walk)
    return walk


def _walk_below(root: Any, walk: Walk) -> None:
    outer = root.tag in _HEADINGS and _enter(root, walk)
    node = root.child
    while node is not None:
        entered = _enter(node, walk)
        if entered and node.child is not None:
            node = node.child
            continue
        if entered:
            _leave(node, walk)
        while node is not None and node.next is None:
            node = node.parent
            if node is None or node.mem_id == root.mem_id:
                node = None
                break
            _leave(node, walk)
        if node is not None:
            node = node.next
    walk.close_block()
    if outer:
        _leave(root, walk)


def _enter(node: Any, walk: Walk) -> bool:
    """Take note of a node; False where nothing inside it is read."""
    tag = node.tag
    if tag == "-text":
        walk.say(node.text_content or "")
        return False
    if not _is_read(node, tag, walk):
        return False
    if tag in _BLOCKS:
        if walk.grid and tag not in _GRID_TAGS:
            if tag in ("td", "th"):
                walk.end_cell()
            return True
        walk.close_block()
        _open_block(node, tag, walk)
    elif tag == "br":
        walk.add(" " if walk.grid else "\n")
    elif tag == "img":
        _image(node, walk)
    elif tag == "a":
        walk.links.append(signs.link_of(node.attributes) or (walk.links[-1] if walk.links else None))
    elif tag in _MARKS:
        _count(_MARKS[tag], walk, 1)
    return True


def _is_read(node: Any, tag: str, walk: Walk) -> bool:
    if tag.startswith(("-", "!")) or tag in _SKIPPED or (tag == "form" and len(node.text()) < _PAGE):
        return False
    return not walk.has_signs or _heed_signs(node, tag, walk)


def _heed_signs(node: Any, tag: str, walk: Walk) -> bool:
    """Take note of what the attributes of a node say; False where they say that it is not to be read."""
    attributes = node.attributes
    if not attributes:
        return True
    if signs.is_comment(attributes):
        walk.comments.append(_SPACE.sub(" ", node.text()).strip())
        return False
    if signs.is_hidden(attributes):
        return False
    _emphasise(tag, attributes, walk, 1)
    return True


def _emphasise(tag: str, attributes: signs.Attributes, walk: Walk, step: int) -> None:
    for mark, styled in (("bold", signs.bold(attributes)), ("italic", signs.italic(attributes))):
        if _MARKS.get(tag) == mark and styled is False:
            _count(mark, walk, -step)
        elif tag == "span" and styled:
            _count(mark, walk, step)


def _open_block(node: Any, tag: str, walk: Walk) -> None:
    if tag in _HEADINGS:
        walk.heading = _HEADINGS[tag]
    elif tag in _DEEPENS:
        _count(_DEEPENS[tag], walk, 1)
    elif tag in ("ul", "ol"):
        walk.lists.append(tag == "ol")
        walk.item_waiting = False
        walk.item_level = signs.google_list_level(node.attributes) if walk.has_signs else None
    elif tag == "li":
        walk.item_waiting = True
    elif tag == "p" and walk.has_signs:
        _styled_paragraph(node.attributes, walk, opens=True)
    elif tag == "hr":
        walk.blocks.append(Block("rule"))
    elif tag == "table":
        walk.tables += 1
        walk.grid = walk.tables <= _DEEPEST_GRID and signs.is_grid(node)
    elif tag == "figcaption":
        walk.captioning = True


def _styled_paragraph(attributes: signs.Attributes, walk: Walk, *, opens: bool) -> None:
    """Heed what the style of a paragraph makes of it: a title, a quotation, a list item."""
    if level := signs.heading_level(attributes):
        walk.heading = level if opens else 0
    elif signs.is_quotation(attributes):
        walk.quotation += 1 if opens else -1
    elif (depth := signs.word_item_level(attributes)) is not None:
        walk.item_waiting, walk.item_level = (True, depth) if opens else (False, None)


def _leave(node: Any, walk: Walk) -> None:
    tag = node.tag
    if walk.has_signs and (tag in _MARKS or tag == "span"):
        _emphasise(tag, node.attributes, walk, -1)
    if tag == "a" and walk.links:
        walk.links.pop()
    elif tag in _MARKS:
        _count(_MARKS[tag], walk, -1)
    elif tag in _BLOCKS:
        if walk.grid and tag not in _GRID_TAGS:
            return
        walk.close_block()
        _close(node, tag, walk)


def _close(node: Any, tag: str, walk: Walk) -> None:
    if tag in _HEADINGS:
        walk.heading = 0
    elif tag in ("ul", "ol") and walk.lists:
        walk.lists.pop()
        walk.item_level = None
    elif tag == "li":
        walk.item_waiting = False
    elif tag == "p" and walk.has_signs:
        _styled_paragraph(node.attributes, walk, opens=False)
    elif tag in _DEEPENS:
        _count(_DEEPENS[tag], walk, -1)
    elif tag == "table":
        walk.tables -= 1
        walk.grid = False
    elif tag == "figcaption":
        walk.captioning = False


def _count(mark: str, walk: Walk, step: int) -> None:
    setattr(walk, mark, max(getattr(walk, mark) + step, 0))


def _image(node: Any, walk: Walk) -> None:
    attributes = node.attributes
    source = "".join((attributes.get("src") or "").strip().splitlines())  # as browsers do
    if not source or signs.is_pixel(attributes):
        return
    alt = (attributes.get("alt") or "") if "alt" in attributes else None
    alt = _SPACE.sub(" ", alt).strip() if alt is not None else None
    if _UNSAFE_SOURCE.match(source):
        walk.pictures.append(alt or "")
        return
    if alt == "" and walk.empty_alt_means_none:
        alt = None
    if "".join(word for words in walk.words for word in words).strip():
        walk.close_block()
    walk.blocks.append(Block("image", src=source, alt=alt))
