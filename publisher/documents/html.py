"""HTML to blocks: the one walker that Markdown, and every format that turns into HTML, goes through.

Only words, their emphasis, links, images and the order of blocks come through. Scripts, styles, frames, forms and
everything else that a browser would act on are left out.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from publisher.documents.model import Block, Kind
from publisher.text.rich import RichText, Span

_SKIPPED = frozenset(
    "applet audio button canvas embed frame frameset head iframe input math noembed noframes noscript object option "
    "script select style svg template textarea title video".split()
)
_BLOCKS = frozenset(
    "address article aside blockquote body caption center dd details div dl dt fieldset figcaption figure footer form "
    "h1 h2 h3 h4 h5 h6 header hr html li main nav ol p pre section summary table tbody td tfoot th thead tr ul".split()
)
TAGS = (
    _SKIPPED
    | _BLOCKS
    | frozenset(
        "a abbr acronym area b base bdi bdo big br cite code col colgroup data datalist del dfn dialog dir em "
        "font hgroup i img ins kbd label legend link map mark menu meta meter nobr optgroup output param picture "
        "progress q rp rt ruby s samp search slot small source span strike strong sub sup time track tt u var "
        "wbr".split()
    )
)
"""Every element's name. What else stands in angle brackets is a writer's own, and no markup."""

_HEADINGS = {f"h{level}": level for level in range(1, 7)}
_MARKS = {"b": "bold", "strong": "bold", "i": "italic", "em": "italic", "cite": "italic", "code": "code", "tt": "code"}
_LINK = re.compile(r"(?:https?://|mailto:|tel:)\S+", re.IGNORECASE)
_SPACE = re.compile(r"[ \t\n\r\f]+")
_LINE_END = re.compile(r"(?:(?<![ \t\r\f])[ \t\r\f]+)?\n[ \t\n\r\f]*")
_UNSAFE_SOURCE = re.compile(r"\s*(?!https?:)[a-z][a-z0-9+.-]*:", re.IGNORECASE)


SOURCE_LINE_END = "\x1f"
"""Stands for a line end of the source inside a block, where the caller asks to keep them apart from spaces."""


@dataclass
class _Walk:
    """What is open at this point of the document."""

    keep_line_ends: bool = False
    blocks: list[Block] = field(default_factory=list)
    spans: list[Span] = field(default_factory=list)
    bold: int = 0
    italic: int = 0
    code: int = 0
    pre: int = 0
    quotation: int = 0
    heading: int = 0
    links: list[str | None] = field(default_factory=list)
    lists: list[bool] = field(default_factory=list)
    item_waiting: bool = False

    def say(self, text: str) -> None:
        if not self.pre:
            if self.keep_line_ends:
                text = _LINE_END.sub(SOURCE_LINE_END, text)
            text = _SPACE.sub(" ", text)
            at_start = not self.spans or self.spans[-1].text.endswith((" ", "\n", SOURCE_LINE_END))
            if at_start:
                text = text.lstrip(" " + SOURCE_LINE_END)
        if text:
            link = next((link for link in reversed(self.links) if link), None)
            span = Span(text, bold=self.bold > 0, italic=self.italic > 0, code=self.code > 0, link=link)
            last = self.spans[-1] if self.spans else None
            if last and (last.bold, last.italic, last.code, last.link) == (
                span.bold,
                span.italic,
                span.code,
                span.link,
            ):
                span = Span(last.text + text, bold=span.bold, italic=span.italic, code=span.code, link=span.link)
                self.spans.pop()
            self.spans.append(span)

    def break_line(self) -> None:
        if self.spans:
            self.spans.append(Span("\n"))

    def close_block(self) -> None:
        text = RichText(tuple(self.spans)).strip()
        self.spans = []
        if not text:
            return
        kind: Kind = "paragraph"
        level, ordered = 0, False
        if self.heading:
            kind, level = "heading", self.heading
        elif self.item_waiting and self.lists:
            kind, level, ordered = "item", len(self.lists) - 1, self.lists[-1]
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
    from selectolax.lexbor import LexborHTMLParser  # noqa: PLC0415 - plain text need not pay for it

    root: Any = LexborHTMLParser(html).body
    walk = _Walk(keep_line_ends=keep_line_ends)
    node = root.child if root is not None else None
    while node is not None:
        entered = _enter(node, walk, empty_alt_means_none=empty_alt_means_none)
        if entered and node.child is not None:
            node = node.child
            continue
        if entered:
            _leave(node.tag, walk)
        while node is not None and node.next is None:
            node = node.parent
            if node is None or node.mem_id == root.mem_id:
                node = None
                break
            _leave(node.tag, walk)
        if node is not None:
            node = node.next
    walk.close_block()
    return tuple(walk.blocks)


def _enter(node: Any, walk: _Walk, *, empty_alt_means_none: bool) -> bool:
    """Take note of a node; False where nothing inside it is read."""
    tag = node.tag
    if tag == "-text":
        walk.say(node.text_content or "")
        return False
    if tag.startswith(("-", "!")) or tag in _SKIPPED:
        return False
    if tag in _BLOCKS:
        walk.close_block()
        _open_block(tag, walk)
    elif tag == "br":
        walk.break_line()
    elif tag == "img":
        _image(node, walk, empty_alt_means_none=empty_alt_means_none)
    elif tag == "a":
        href = (node.attributes.get("href") or "").strip()
        walk.links.append(href if _LINK.fullmatch(href) else None)
    elif tag in _MARKS:
        _count(_MARKS[tag], walk, 1)
    return True


def _open_block(tag: str, walk: _Walk) -> None:
    if tag in _HEADINGS:
        walk.heading = _HEADINGS[tag]
    elif tag in ("ul", "ol"):
        walk.lists.append(tag == "ol")
        walk.item_waiting = False
    elif tag == "li":
        walk.item_waiting = True
    elif tag == "blockquote":
        walk.quotation += 1
    elif tag == "pre":
        walk.pre += 1
    elif tag == "hr":
        walk.blocks.append(Block("rule"))


def _leave(tag: str, walk: _Walk) -> None:
    if tag == "a" and walk.links:
        walk.links.pop()
    elif tag in _MARKS:
        _count(_MARKS[tag], walk, -1)
    elif tag in _BLOCKS:
        walk.close_block()
        if tag in _HEADINGS:
            walk.heading = 0
        elif tag in ("ul", "ol") and walk.lists:
            walk.lists.pop()
        elif tag == "li":
            walk.item_waiting = False
        elif tag == "blockquote":
            walk.quotation -= 1
        elif tag == "pre":
            walk.pre -= 1


def _count(mark: str, walk: _Walk, step: int) -> None:
    setattr(walk, mark, max(getattr(walk, mark) + step, 0))


def _image(node: Any, walk: _Walk, *, empty_alt_means_none: bool) -> None:
    attributes = node.attributes
    source = (attributes.get("src") or "").strip()
    if not source or _UNSAFE_SOURCE.match(source):
        return
    alt = attributes.get("alt", "") if "alt" in attributes else None
    alt = _SPACE.sub(" ", alt).strip() if alt is not None else None
    if alt == "" and empty_alt_means_none:
        alt = None
    waiting, walk.spans = walk.spans, []
    if waiting and RichText(tuple(waiting)).strip():
        walk.spans = waiting
        walk.close_block()
    walk.blocks.append(Block("image", src=source, alt=alt))
