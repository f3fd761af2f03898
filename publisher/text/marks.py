"""What the markups have in common: lines of spans that are ready to be set, and marks put around them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import groupby

from publisher.text.html import bare_addresses, clean
from publisher.text.patterns import later
from publisher.text.rich import RichText, Span

_ADDRESS = later(r"(?:[Hh][Tt][Tt][Pp][Ss]?://|[Mm][Aa][Ii][Ll][Tt][Oo]:)[^\s/?#]")
_NOT_IN_ADDRESS = later(r"[\s\x00-\x20\x7f<>\"\\^`{|}]|[\ud800-\udfff]")
_SURROGATE = later("[\ud800-\udfff]")
_Kind = tuple[bool, bool, bool, str | None, str | None, int]


@dataclass(frozen=True)
class Piece:
    """A part of a line in its markup. `fixed` says that it begins and ends with characters of the markup."""

    markup: str
    bold: bool = False
    italic: bool = False
    fixed: bool = False


def encodable(text: RichText) -> RichText:
    """The text with U+FFFD for each half of a surrogate pair, which neither UTF-8 nor UTF-16 can carry."""
    if not any(
        map(_SURROGATE.search, (part or "" for span in text.spans for part in (span.text, span.link, span.mention)))
    ):
        return text
    return RichText(
        tuple(
            replace(span, text=_sound(span.text), link=_sound(span.link or ""), mention=_sound(span.mention or ""))
            for span in text.spans
        )
    )


def paragraphs(text: RichText) -> list[RichText]:
    """The text parted at blank lines, the breaks within a paragraph kept as line feeds."""
    found: list[list[Span]] = [[]]
    for line in _parted(text):
        if all(not span.text or span.text.isspace() for span in line):
            found.append([])
        else:
            if found[-1]:
                found[-1][-1] = replace(found[-1][-1], text=found[-1][-1].text + "\n")
            found[-1].extend(line)
    return [RichText(tuple(spans)) for spans in found if spans]


def lines(text: RichText) -> list[list[Span]]:
    """The text line by line, each as the fewest spans: equal neighbours are joined, and no mark crosses a line.

    A link or a mention is one span, marked where the whole of it is. An address that stands bare in the text becomes a
    link that shows itself. Line breaks of all kinds part lines; characters that XML and JSON can't carry are U+FFFD.
    """
    return [[found for span in _joined(line) if span.text for found in _addresses(span)] for line in _parted(text)]


def address(span: Span) -> str:
    """Where a span leads: a web or mail address with each character that no address may hold percent-encoded, or ""."""
    target = (span.link or "").strip()
    return _NOT_IN_ADDRESS.sub(_encoded, target) if _ADDRESS.match(target) else ""


def is_own_address(span: Span) -> bool:
    """Whether a link shows nothing but the address to which it leads, with or without the scheme."""
    shown, target = (each.strip().rstrip("/").lower() for each in (span.text, span.link or ""))
    return bool(shown) and shown in (target, target.partition("://")[2], target.removeprefix("mailto:"))


def set_marks(pieces: Iterable[Piece], bold: str, italic: str, apart: Callable[[str, str], bool]) -> str:
    """The pieces with marks around each run of them, bold outside italics, never around or beside white space.

    Args:
        pieces: Of one line, in order.
        bold: The mark before and after bold text.
        italic: The same for italics.
        apart: Of the character before and the one after an edge of a marked run: whether the mark needs a zero-width
            space there to be seen.
    """
    parts: list[Piece] = []
    for is_bold, run in groupby(pieces, lambda piece: piece.bold):
        inner: list[Piece] = []
        for is_italic, group in groupby(run, lambda piece: piece.italic):
            alike = list(group)
            inner.extend(_wrapped(_spaced(alike, apart), italic) if is_italic else alike)
        parts.extend(_wrapped(_spaced(inner, apart), bold) if is_bold else inner)
    return _spaced(parts, apart)


def _wrapped(whole: str, mark: str) -> Iterator[Piece]:
    core = whole.strip()
    if not core:
        yield Piece(whole)
        return
    start = len(whole) - len(whole.lstrip())
    yield Piece(whole[:start])
    yield Piece(f"{mark}{core}{mark}", fixed=True)
    yield Piece(whole[start + len(core) :])


def _spaced(pieces: Iterable[Piece], apart: Callable[[str, str], bool]) -> str:
    parts: list[str] = []
    before = Piece("")
    for piece in pieces:
        if not piece.markup:
            continue
        if before.markup and (before.fixed or piece.fixed) and apart(before.markup[-1], piece.markup[0]):
            parts.append("\u200b")
        parts.append(piece.markup)
        before = piece
    return "".join(parts)


def _sound(text: str) -> str:
    return _SURROGATE.sub("\N{REPLACEMENT CHARACTER}", text)


def _parted(text: RichText) -> list[list[Span]]:
    parted: list[list[Span]] = [[]]
    for span in _whole(text):
        if "\n" not in span.text:
            parted[-1].append(span)
            continue
        first, *others = span.text.split("\n")
        parted[-1].append(replace(span, text=first))
        parted.extend([replace(span, text=other)] for other in others)
    return parted


def _whole(text: RichText) -> Iterator[Span]:
    """The spans in clean characters, a line break that is split over two of them made one."""
    after_return = False
    for span in text.spans:
        if span.text:
            cut = clean(span.text.removeprefix("\n") if after_return else span.text)
            after_return = span.text[-1] == "\r"
            yield span if cut == span.text else replace(span, text=cut)


def _joined(line: list[Span]) -> Iterator[Span]:
    numbered = enumerate(span for span in line if span.text)
    for _, group in groupby(numbered, lambda each: _kind(*each)):
        run = [span for _, span in group]
        if len(run) == 1 and not (run[0].link or run[0].mention):
            yield run[0]
            continue
        shown = [span for span in run if not span.text.isspace()] or run
        text = "".join(span.text for span in run)
        whole = replace(
            run[0],
            text=text.strip() if run[0].link or run[0].mention else text,
            bold=all(span.bold for span in shown),
            italic=all(span.italic for span in shown),
            code=all(span.code for span in shown),
        )
        if whole.text == text:
            yield whole
        elif not whole.text:
            yield Span(text)
        else:
            start = len(text) - len(text.lstrip())
            yield from (Span(text[:start]), whole, Span(text[start + len(whole.text) :]))


def _encoded(match: re.Match[str]) -> str:
    return "".join(f"%{byte:02X}" for byte in match.group().encode(errors="replace"))


def _kind(index: int, span: Span) -> _Kind:
    """What neighbours have in common when they are one span. Two hashtags stay two."""
    if span.link or span.mention:
        return False, False, False, span.link, span.mention, -1
    return span.bold, span.italic, span.code, None, None, index if span.hashtag else -1


def _addresses(span: Span) -> Iterator[Span]:
    if span.link or span.mention or span.code or "://" not in span.text:
        yield span
        return
    at = 0
    for start, end in bare_addresses(span.text):
        if start > at:
            yield replace(span, text=span.text[at:start])
        yield replace(span, text=span.text[start:end], link=span.text[start:end], hashtag=False)
        at = end
    if at < len(span.text):
        yield replace(span, text=span.text[at:])
