"""Actions: the items of a release's lists, and the line that introduces them."""

from __future__ import annotations

from collections.abc import Sequence

from publisher.release.language import Language
from publisher.release.lines import Line
from publisher.release.sentences import sentence_starts
from publisher.text.patterns import later

_CLOSING = later(r"(?:\s?[;,]\s?(?:and|or|y|o|e|et|ou|und|oder|sowie)?,?|\s?;)$")
_LONGEST_INTRO = 400


def find_actions(body: Sequence[Line], language: Language) -> tuple[tuple[str, ...], str | None]:
    """The top-level list items without bullets and without what joins them, and what introduces the first list."""
    items = [index for index, line in enumerate(body) if line.block.kind == "item" and line.block.level == 0]
    if not items:
        return (), None
    first = items[0]
    while first in items and first > 0 and body[first].block.kind == "item":
        first -= 1
    return tuple(item_text(body[index].plain) for index in items), _introduction(body, first, items[0], language)


def item_text(text: str) -> str:
    """`Cut the contracts; and,` is `Cut the contracts`. A full stop stays only where the item holds a sentence."""
    item = " ".join(text.split())
    return _CLOSING.sub("", item[-40:]).join((item[:-40], "")) if len(item) > 40 else _CLOSING.sub("", item)


def _introduction(body: Sequence[Line], before: int, first: int, language: Language) -> str | None:
    if before == first:
        return None
    line = body[before]
    text = line.plain.strip()
    if line.block.kind == "heading":
        return text
    if not text.endswith(":"):
        return None
    start = sentence_starts(text, language)[-1]
    return text[start:] if len(text) > _LONGEST_INTRO or start else text
