"""Are the quotes in a post the release's own words? Looked at from the outside: only what a reader sees counts."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import product

_PAIRS = {"“": "”", "„": "“”", "«": "»", "‘": "’", "‚": "‘", "”": "”", "「": "」"}
_CLOSING = "”’“‘»\"')]』」"
_ENDS = ".!?…。！？:"


def folded(text: str) -> str:
    return " ".join(text.split())


def quote_faults(post, release) -> Iterator[str]:
    """What is wrong with the quotes among a post's parts, one line each."""
    for part in post.parts:
        if part.section == "quotes":
            yield from _faults(part.text.plain, release)


def _faults(shown: str, release) -> Iterator[str]:
    body, _, line = shown.rpartition("\n— ")
    if not body:  # the speaker may stand on another post of the same quote
        body, line = shown, ""
    lead = re.match(r"([^\n]+):\n", body) if not body.startswith((*_PAIRS, "[…] ")) else None
    if lead:
        body = body[lead.end() :]
    run = body.removeprefix("[…] ").removesuffix(" […]")
    if run[:1] not in _PAIRS or run[-1:] not in _PAIRS[run[:1]]:
        yield f"no marks around: {shown[:80]!r}"
        return
    run = folded(run[1:-1])
    speakers = [quote for quote in release.quotes if _is_in(run, quote)]
    if not speakers:
        yield f"not in the release: {run!r}"
        return
    if not any(_whole(run, quote) for quote in speakers):
        yield f"not whole sentences: {run!r}"
    for who in filter(None, (line, lead and lead[1])):
        if not any(quote.speaker and who.startswith(quote.speaker) for quote in speakers):
            yield f"another speaker: {who!r} for {run[:60]!r}"


def _bare(run: str) -> str:
    """Without the marks at the end that closing a quote may change."""
    return run.rstrip(_CLOSING).rstrip(".,;").rstrip()


def _is_in(run: str, quote) -> bool:
    return any(_bare(run) in " ".join(pieces) for pieces in _readings(quote))


def _readings(quote) -> Iterator[list[str]]:
    """The pieces, each as it stands, and each that ends in a comma of the release's with a full stop in its place."""
    pieces = [folded(piece) for piece in quote.pieces]
    ways = [[piece] if _closed(piece) == piece else [piece, _closed(piece)] for piece in pieces]
    yield from map(list, product(*ways))


def _closed(piece: str) -> str:
    bare = piece.rstrip(_CLOSING)
    return re.sub(r"[,;]$", "", bare) + "." + piece[len(bare) :] if re.search(r"[\w,;]$", bare) else piece


def _whole(run: str, quote) -> bool:
    """Whether the run begins where a sentence may begin, and ends where one ends or the release's own comma stood."""
    return any(_stands_whole(_bare(run), pieces) for pieces in _readings(quote))


def _stands_whole(bare: str, pieces: list[str]) -> bool:
    said = " ".join(pieces)
    beginnings, ends = {0}, {len(said)}
    at = 0
    for piece in pieces:
        beginnings.add(at)
        at += len(piece)
        ends.add(at)
        at += 1
    start = said.find(bare)
    while start >= 0:
        stop = start + len(bare)
        before = said[:start].rstrip().rstrip(_CLOSING)
        begins = start in beginnings or before[-1:] in _ENDS
        end = bare[-1:] in _ENDS or stop in ends or said[stop:].lstrip()[:1] in (*_ENDS, *_CLOSING)
        finishes = end or _comma_at_an_end(said, stop, ends)
        if begins and finishes:
            return True
        start = said.find(bare, start + 1)
    return False


def _comma_at_an_end(said: str, at: int, ends: set[int]) -> bool:
    """Behind the run stands only what closing takes away, up to the end of a piece."""
    stop = next((end for end in sorted(ends) if end >= at), len(said))
    return not said[at:stop].strip(",;. " + _CLOSING)
