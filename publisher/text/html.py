"""Rich text and blocks as the HTML of an article. Whatever the text holds stays text: all escaping is here."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from operator import attrgetter
from typing import Protocol

from publisher.text.rich import RichText, Span

_ENTITIES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;"})
_BREAKS = r"\r\n?|[\v\f\u2028\u2029]"
_NOT_XML = r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]"
_ADDRESS = r"(?:https?://|mailto:)[^\s\x00-\x20<>\"\\^`{|}]+"
_IN_TEXT = r"https?://[^\s<>\"“”„«»‘’‹›\\^`{|}]+"
_LOWEST_HEADING = 6


class BlockLike(Protocol):
    """What this module reads of a `documents.model.Block`, which lies a floor above."""

    @property
    def kind(self) -> str: ...
    @property
    def text(self) -> RichText: ...
    @property
    def level(self) -> int: ...
    @property
    def ordered(self) -> bool: ...
    @property
    def src(self) -> str: ...
    @property
    def alt(self) -> str | None: ...


def clean(text: str) -> str:
    """The text with each line break as a line feed, and U+FFFD for any character that XML 1.0 (section 2.2) forbids."""
    if text.isprintable():
        return text
    return re.sub(_NOT_XML, "\N{REPLACEMENT CHARACTER}", re.sub(_BREAKS, "\n", text))


def escape(text: str) -> str:
    """Clean text, safe between tags and inside a quoted attribute."""
    return clean(text).translate(_ENTITIES)


def is_address(url: str | None) -> bool:
    """Whether a page may link there: a whole http, https or mailto address."""
    return bool(url and re.fullmatch(_ADDRESS, url, re.IGNORECASE))


def is_web_address(url: str) -> bool:
    return is_address(url) and url[:4].lower() == "http"


def bare_addresses(text: str) -> Iterator[tuple[int, int]]:
    """Start and end of each web address that stands in the text, without the sentence's own marks behind it."""
    for match in re.finditer(_IN_TEXT, text):
        url = match.group().rstrip(".,;:!?'*…")
        if url.endswith(")") and url.count(")") > url.count("("):
            url = url[:-1]
        if is_web_address(url):
            yield match.start(), match.start() + len(url)


def rich_html(text: RichText) -> str:
    """Inline HTML: links, strong, em and code; a line break in the text is a `<br>`."""
    return "".join(_linked(address, spans) for address, spans in groupby(text.spans, _address))


def paragraphs_html(text: str) -> str:
    """Plain text as paragraphs, parted at blank lines, its web addresses made links."""
    paragraphs = (part.strip() for part in re.split(r"\n[^\S\n]*\n\s*", clean(text)))
    return "\n".join(f"<p>{_with_links(part)}</p>" for part in paragraphs if part)


def blocks_html(blocks: Sequence[BlockLike], images: Mapping[str, str] | None = None) -> str:
    """Blocks in order as the HTML that stands under an h1.

    The highest heading becomes an h2 and the others keep their distance to it, h6 at most. Neighbouring list items
    make one list, neighbouring quotations one blockquote.

    Args:
        blocks: As in `Release.body`.
        images: The address to show for each `Block.src`. A source that is not there is shown only where it is a web
            address; of any other image the caption alone remains.
    """
    shift = 2 - min((max(block.level, 1) for block in blocks if block.kind == "heading"), default=1)
    parts: list[str] = []
    for kind, group in groupby(blocks, lambda block: block.kind):
        if kind == "item":
            parts.append(_list_html(group))
        elif kind == "quotation":
            inner = "\n".join(f"<p>{rich_html(block.text)}</p>" for block in group)
            parts.append(f"<blockquote>\n{inner}\n</blockquote>")
        else:
            parts.extend(_block_html(block, shift, images or {}) for block in group)
    return "\n".join(part for part in parts if part)


def figure_html(src: str, alt: str | None, caption: RichText | None = None) -> str:
    words = f"\n<figcaption>{rich_html(caption)}</figcaption>" if caption else ""
    return f'<figure>\n<img src="{escape(src)}" alt="{escape(alt or "")}">{words}\n</figure>'


def _block_html(block: BlockLike, shift: int, images: Mapping[str, str]) -> str:
    if block.kind == "heading":
        level = min(max(block.level, 1) + shift, _LOWEST_HEADING)
        return f"<h{level}>{rich_html(block.text)}</h{level}>"
    if block.kind == "rule":
        return "<hr>"
    if block.kind == "image":
        src = images.get(block.src, block.src if is_web_address(block.src) else "")
        if src:
            return figure_html(src, block.alt, block.text)
    return f"<p>{rich_html(block.text)}</p>" if block.text else ""


def _list_html(items: Iterable[BlockLike]) -> str:
    parts: list[str] = []
    opened: list[tuple[int, str]] = []
    for item in items:
        tag = "ol" if item.ordered else "ul"
        while opened and (opened[-1][0] > item.level or (opened[-1][0] == item.level and opened[-1][1] != tag)):
            parts.append(f"</li>\n</{opened.pop()[1]}>\n")
        if opened and opened[-1][0] == item.level:
            parts.append("</li>\n")
        else:
            opened.append((item.level, tag))
            parts.append(f"<{tag}>\n")
        parts.append(f"<li>{rich_html(item.text)}")
    parts.extend(f"</li>\n</{tag}>\n" for _, tag in reversed(opened))
    return "".join(parts).rstrip()


def _address(span: Span) -> str | None:
    return span.link if is_address(span.link) else None


def _linked(address: str | None, spans: Iterable[Span]) -> str:
    inner = _marked([span for span in spans if span.text], _MARKS)
    return f'<a href="{escape(address)}">{inner}</a>' if address and inner else inner


def _marked(spans: Sequence[Span], marks: Sequence[tuple[str, Callable[[Span], bool]]]) -> str:
    if not marks:
        return _plain("".join(span.text for span in spans))
    tag, key = marks[0]
    return "".join(
        f"<{tag}>{_marked(list(run), marks[1:])}</{tag}>" if wanted else _marked(list(run), marks[1:])
        for wanted, run in groupby(spans, key)
    )


_MARKS: tuple[tuple[str, Callable[[Span], bool]], ...] = (
    ("strong", attrgetter("bold")),
    ("em", attrgetter("italic")),
    ("code", attrgetter("code")),
)


def _with_links(text: str) -> str:
    parts: list[str] = []
    at = 0
    for start, end in bare_addresses(text):
        url = escape(text[start:end])
        parts += [_plain(text[at:start]), f'<a href="{url}">{url}</a>']
        at = end
    parts.append(_plain(text[at:]))
    return "".join(parts)


def _plain(text: str) -> str:
    return escape(text).replace("\n", "<br>\n")
