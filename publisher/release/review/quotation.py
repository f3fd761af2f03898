"""Quotation marks, and who speaks within them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import NamedTuple

from publisher.documents.model import Block, Finding
from publisher.release.marks import Marked, marked, opens
from publisher.release.review.material import Material
from publisher.text.excerpts import excerpt
from publisher.text.patterns import later

_SIGN = later(r"[“”„‟\"«»`'‘‚]")
_PAIR = ["“", "”"]
_NESTED_WORDS = 4
_REPEATED_WORDS = 8
_BEFORE = 40
_RUN_ON = 8


def no_speaker(material: Material) -> Iterator[Finding]:
    for quote in material.quotes:
        if quote.speaker is None:
            what = f"nobody is named for “{excerpt(quote.text)}”"
            yield Finding("speaker", what, "say who said it next to the quote", quote.line)


def said_twice(material: Material) -> Iterator[Finding]:
    """The same sentence twice in marks: one of the two was to be replaced, or is a pull quote that is posted again."""
    seen: dict[str, int | None] = {}
    for quote in material.quotes:
        words = quote.text.casefold().split()
        if len(words) < _REPEATED_WORDS:
            continue
        key = " ".join(words).strip(" .,!?…")
        if key in seen:
            where = "" if seen[key] is None else f" (the first time in line {seen[key]})"
            what = f"the same quote stands there twice{where}: “{excerpt(quote.text)}”"
            yield Finding("quote-twice", what, "take one of the two out", quote.line)
        seen.setdefault(key, quote.line)


def unbalanced(material: Material) -> Iterator[Finding]:
    """Marks without their other half. A quote of several paragraphs may leave out the closing ones, not the opening."""
    waiting: _Marks | None = None
    for found in _marks(material.document.blocks):
        if waiting is None:
            pass
        elif found.closes and waiting.finding and found.at - waiting.at <= _RUN_ON:
            where = "further down" if found.line is None else f"in line {found.line}"
            advice = "begin each paragraph between with an opening mark"
            what = waiting.finding.what.replace("is not closed", f"is closed only {where}", 1)
            yield replace(waiting.finding, what=what, advice=advice)
            waiting = None
            continue
        elif waiting.finding:
            yield waiting.finding
        waiting = found if found.opens else None
        if found.finding and not found.opens:
            yield found.finding
    if waiting is not None and waiting.finding:
        yield waiting.finding


class _Marks(NamedTuple):
    """A paragraph with marks, and what is wrong with them: the last is not closed, or one was not opened."""

    at: int
    line: int | None
    finding: Finding | None = None
    opens: bool = False
    closes: bool = False


def _marks(document: Sequence[Block]) -> Iterator[_Marks]:
    blocks = [block for block in document if block.kind not in ("image", "rule")]
    for index, block in enumerate(blocks):
        text = block.plain
        signs = _SIGN.findall(text)
        if signs == _PAIR * (len(signs) // 2):  # none at all, or “…” and “…”, as in most paragraphs
            if signs:
                yield _Marks(index, block.line)
            continue
        spans = marked(text)
        if not spans:
            continue
        following = blocks[index + 1] if index + 1 < len(blocks) else None
        closing = next((span for span in spans if not span.opened), None)
        if _stays_open(spans[-1], text, following):
            what = f"a quotation is not closed: “{excerpt(text[spans[-1].inside[0] :])}”"
            finding = Finding("marks", what, "add the closing mark", block.line)
            yield _Marks(index, block.line, finding, opens=True)
        elif closing is not None:
            words = excerpt(text[text.rfind(" ", 0, max(0, closing.start - _BEFORE)) + 1 : closing.start])
            what = f"a closing quotation mark has no opening one: “{words}”"
            finding = Finding("marks", what, "add the opening mark", block.line)
            yield _Marks(index, block.line, finding, closes=closing is spans[0])
        else:
            yield _Marks(index, block.line)


def _stays_open(last: Marked, text: str, following: Block | None) -> bool:
    """Whether the last quotation of a paragraph is closed neither there nor by the next one, which opens again."""
    reopened = any(len(inner.text(text).split()) >= _NESTED_WORDS and inner.end >= len(text) for inner in last.nested)
    goes_on = following is not None and opens(following.plain) and not reopened
    return not last.closed and not goes_on
