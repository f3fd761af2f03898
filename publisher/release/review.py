"""What an editor should look at again, each with where it is and what to do."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

from publisher.documents.model import Block, Finding
from publisher.release.language import Language
from publisher.release.marks import marked, opens
from publisher.release.model import Media, Quote

_TK = re.compile(r"(?<![\w-])(?:TK|TKTK|TODO|TBD|TBC|FIXME)(?![\w-])")
_EXCERPT = 40
_NESTED_WORDS = 4


class Material(NamedTuple):
    """What the checks look at: every block of the document, and what was made of them."""

    blocks: tuple[Block, ...]
    quotes: tuple[Quote, ...]
    media: tuple[Media, ...]
    headline: str
    language: Language


def review(material: Material) -> tuple[Finding, ...]:
    return tuple(finding for check in CHECKS for finding in check(material))


def _no_headline(material: Material) -> Iterator[Finding]:
    if not material.headline:
        yield Finding("headline", "there is no headline", "write one on the first line", severity="error")


def _no_speaker(material: Material) -> Iterator[Finding]:
    for quote in material.quotes:
        if quote.speaker is None:
            what = f"nobody is named for “{_excerpt(quote.text)}”"
            yield Finding("speaker", what, "say who said it next to the quote", quote.line)


def _unbalanced(material: Material) -> Iterator[Finding]:
    blocks = [block for block in material.blocks if block.kind not in ("image", "rule")]
    for index, block in enumerate(blocks):
        following = blocks[index + 1] if index + 1 < len(blocks) else None
        text = block.plain
        spans = marked(text)
        if not spans:
            continue
        last = spans[-1]
        reopened = any(
            len(inner.text(text).split()) >= _NESTED_WORDS and inner.end >= len(text) for inner in last.nested
        )
        goes_on = following is not None and opens(following.plain) and not reopened
        if not last.closed and not goes_on:
            excerpt = _excerpt(text[last.inside[0] :])
            yield Finding("marks", f"a quotation is not closed: “{excerpt}”", "add the closing mark", block.line)
        elif any(not span.opened for span in spans):
            mark = next(span for span in spans if not span.opened)
            excerpt = _excerpt(text[max(0, mark.start - _EXCERPT) : mark.start])
            what = f"a closing quotation mark has no opening one: “{excerpt}”"
            yield Finding("marks", what, "add the opening mark", block.line)


def _placeholders(material: Material) -> Iterator[Finding]:
    phrases = material.language.phrases("placeholders") or ("lorem ipsum",)
    for block in material.blocks:
        text = block.plain
        found = _TK.search(text)
        lowered = text.lower()
        word = found[0] if found else next((phrase for phrase in phrases if phrase in lowered), None)
        if word:
            at = found.start() if found else lowered.find(word)
            what = f"placeholder text is left: “{_excerpt(text[at:])}”"
            yield Finding("placeholder", what, "replace it", block.line, severity="error")


def _images(material: Material) -> Iterator[Finding]:
    lines = {block.src: block.line for block in material.blocks if block.kind == "image"}
    for image in material.media:
        if image.alt is None:
            what = f"the image {image.path} has no alternative text"
            yield Finding("alt-text", what, "say what it shows", lines.get(image.path))


CHECKS: tuple[Callable[[Material], Iterable[Finding]], ...] = (
    _no_headline,
    _no_speaker,
    _unbalanced,
    _placeholders,
    _images,
)


def _excerpt(text: str) -> str:
    words = " ".join(text[: _EXCERPT * 4].split())
    return words if len(words) <= _EXCERPT else words[:_EXCERPT].rsplit(" ", 1)[0] + "…"
