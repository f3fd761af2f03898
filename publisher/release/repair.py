"""What copying did to paragraphs: many run together into one, or one torn in two."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import replace

from publisher.documents.gaps import LONG, MOST_PARTS, SENTENCE, gaps
from publisher.documents.model import Block
from publisher.release.boilerplate import run_in_heading
from publisher.release.kickers import labelled
from publisher.release.language import Language
from publisher.text.patterns import later
from publisher.text.rich import RichText

_MOST_TEARS = 20  # in one paragraph: no more are mended, so that a text torn at every line takes no longer than others
_HEAD = 80
_DASHES = later(r"[-–—]{2}[ \t\xa0]{1,4}(?=\w)(?![^-–—]{1,40}[-–—]{2}$)")
_SHORTEST_TORN = 30
_FEWEST_WORDS = 5
_TORN = later(r"[^\W\d_][,)]?$")
_GOES_ON = later(r"[^\W\d_](?:[^\W\d_]|\s|,)")


def repaired(blocks: Sequence[Block], language: Language) -> tuple[Block, ...]:
    """The blocks as they were written: paragraphs that were run together apart again, torn ones whole."""
    mended: list[Block] = []
    tears = 0
    for block in _with_dashes(blocks):
        for part in _apart(block, language):
            tears = tears + 1 if mended and _goes_on(mended[-1], part) else 0
            if 0 < tears <= _MOST_TEARS:
                last = mended[-1]
                text = RichText((*last.text.spans, *(RichText() + " ").spans, *part.text.spans))
                mended[-1] = replace(last, text=text)
            else:
                mended.append(part)
    return tuple(mended)


def _with_dashes(blocks: Sequence[Block]) -> Iterator[Block]:
    """Lines that begin with two dashes are items, where there are several in a row."""
    dashed = [_DASHES.match(block.plain) if block.kind == "paragraph" else None for block in blocks]
    for index, (block, dashes) in enumerate(zip(blocks, dashed, strict=True)):
        if dashes and _has_neighbor(dashed, index):
            yield replace(block, kind="item", text=block.text[dashes.end() :])
        else:
            yield block


def _has_neighbor(dashed: Sequence[object], index: int) -> bool:
    return any(dashed[at] for at in (index - 1, index + 1) if 0 <= at < len(dashed))


def _apart(block: Block, language: Language) -> Iterator[Block]:
    """A very long paragraph cut where its paragraphs met."""
    plain = block.plain
    if block.kind != "paragraph" or len(plain) < LONG:
        yield block
        return
    at = 0
    for start, end in (*(gaps(plain) or _abouts(plain, language)), (len(plain), len(plain))):
        text = block.text[at:start].strip()
        if text:
            yield replace(block, text=text)
        at = end


def _abouts(text: str, language: Language) -> list[tuple[int, int]]:
    """Where a boilerplate begins within the text: `... of the mill. About Acme Acme is ...`."""
    found = []
    for sentence in itertools.islice(SENTENCE.finditer(text), MOST_PARTS):
        at = sentence.end()
        if labelled(text[at : at + _HEAD], language, "about") and run_in_heading(text[at : at + LONG], language):
            found.append((at, at))
    return found


def _goes_on(above: Block, below: Block) -> bool:
    """Whether a paragraph begins in the middle of the sentence that the block above breaks off in."""
    return (
        below.kind == "paragraph"
        and above.kind in ("paragraph", "item")
        and below.plain[:1].islower()
        and _GOES_ON.match(below.plain) is not None
        and not above.plain.isupper()
        and _TORN.search(above.plain[-4:]) is not None
        and len(above.plain) >= _SHORTEST_TORN
        and (below.plain.rstrip().endswith(".") or below.plain.count(" ") >= _FEWEST_WORDS)
    )
