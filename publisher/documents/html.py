"""HTML to blocks: the one walker that Markdown, Word, and HTML itself go through.

Only words, their emphasis, links, images and the order of blocks come through. Scripts, styles, frames, forms and
everything else that a browser would act on are left out.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from publisher.documents import signs
from publisher.documents.guard import guarded
from publisher.documents.model import Block
from publisher.documents.walk import SPACE, Walk
from publisher.text.patterns import later

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
_UNSAFE_SOURCE = later(r"\s*(?!https?:)[a-z][a-z0-9+.-]*:", re.IGNORECASE)
_GRID_TAGS = frozenset(("table", "tr", "caption"))
_DEEPEST_GRID = 5
_PAGE = 600
"""Characters. A form that holds more is the whole page, as some programs write it, and not a place to sign up."""


def html_blocks(html: str, *, empty_alt_means_none: bool = False, keep_line_ends: bool = False) -> tuple[Block, ...]:
    """The blocks of an HTML document or fragment, without line numbers.

    Args:
        html: Anything; what is not HTML is read as text.
        empty_alt_means_none: Whether `alt=""` says only that nobody wrote an alternative text, as in Markdown.
        keep_line_ends: Whether line ends of the source come out as `walk.SOURCE_LINE_END` instead of spaces.
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
        walk.count(_MARKS[tag], 1)
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
        walk.comments.append(SPACE.sub(" ", node.text()).strip())
        return False
    if signs.is_hidden(attributes):
        return False
    _emphasise(tag, attributes, walk, 1)
    return True


def _emphasise(tag: str, attributes: signs.Attributes, walk: Walk, step: int) -> None:
    for mark, styled in (("bold", signs.bold(attributes)), ("italic", signs.italic(attributes))):
        if _MARKS.get(tag) == mark and styled is False:
            walk.count(mark, -step)
        elif tag == "span" and styled:
            walk.count(mark, step)


def _open_block(node: Any, tag: str, walk: Walk) -> None:
    if tag in _HEADINGS:
        walk.heading = _HEADINGS[tag]
    elif tag in _DEEPENS:
        walk.count(_DEEPENS[tag], 1)
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
        walk.count(_MARKS[tag], -1)
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
        walk.count(_DEEPENS[tag], -1)
    elif tag == "table":
        walk.tables -= 1
        walk.grid = False
    elif tag == "figcaption":
        walk.captioning = False


def _image(node: Any, walk: Walk) -> None:
    attributes = node.attributes
    source = "".join((attributes.get("src") or "").strip().splitlines())  # as browsers do
    if not source or signs.is_pixel(attributes):
        return
    alt = (attributes.get("alt") or "") if "alt" in attributes else None
    alt = SPACE.sub(" ", alt).strip() if alt is not None else None
    if _UNSAFE_SOURCE.match(source):
        walk.pictures.append(alt or "")
        return
    if alt == "" and walk.empty_alt_means_none:
        alt = None
    if "".join(word for words in walk.words for word in words).strip():
        walk.close_block()
    walk.blocks.append(Block("image", src=source, alt=alt))
