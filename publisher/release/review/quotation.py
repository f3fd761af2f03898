"""Quotation marks, and who speaks within them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from publisher.documents.model import Finding
from publisher.release.marks import marked, opens
from publisher.release.review.material import Material, excerpt

_SIGN = re.compile(r"[“”„‟\"«»`'‘‚]")
_PAIR = ["“", "”"]
_NESTED_WORDS = 4
_REPEATED_WORDS = 8
_BEFORE = 40


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
    blocks = [block for block in material.document.blocks if block.kind not in ("image", "rule")]
    for index, block in enumerate(blocks):
        following = blocks[index + 1] if index + 1 < len(blocks) else None
        text = block.plain
        signs = _SIGN.findall(text)
        if signs == _PAIR * (len(signs) // 2):  # none at all, or “…” and “…”, as in most paragraphs
            continue
        spans = marked(text)
        if not spans:
            continue
        last = spans[-1]
        reopened = any(
            len(inner.text(text).split()) >= _NESTED_WORDS and inner.end >= len(text) for inner in last.nested
        )
        goes_on = following is not None and opens(following.plain) and not reopened
        if not last.closed and not goes_on:
            words = excerpt(text[last.inside[0] :])
            yield Finding("marks", f"a quotation is not closed: “{words}”", "add the closing mark", block.line)
        elif any(not span.opened for span in spans):
            mark = next(span for span in spans if not span.opened)
            words = excerpt(text[max(0, mark.start - _BEFORE) : mark.start])
            what = f"a closing quotation mark has no opening one: “{words}”"
            yield Finding("marks", what, "add the opening mark", block.line)
