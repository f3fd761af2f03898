"""What a reader takes for one character: extended grapheme clusters (Unicode UAX #29)."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from publisher.text.patterns import later

SINGLE = later(r"[\u0000-\u000c\u000e-\u02ff\u2010-\u2027]*")
"""Text in which every character is a grapheme, as is that of most languages of Latin letters."""


@lru_cache(maxsize=1)
def _grapheme() -> Any:
    import regex  # noqa: PLC0415 -- a text of plain letters never needs it

    # Two halves of a flag by themselves: \X counts all those that stand before, again for each.
    return regex.compile(r"\p{RI}\p{RI}[\p{GCB=Extend}\p{GCB=ZWJ}\p{GCB=SpacingMark}]*|\X")


def count_graphemes(plain: str) -> int:
    return len(plain) if SINGLE.fullmatch(plain) else len(_grapheme().findall(plain))


def find_graphemes(plain: str) -> list[tuple[int, int]]:
    """Start and end, in code points, of each grapheme that has more than one."""
    if SINGLE.fullmatch(plain):
        return []
    return [match.span() for match in _grapheme().finditer(plain) if match.end() - match.start() > 1]
