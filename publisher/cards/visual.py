"""The runs of a line in the order in which they stand on it (Unicode Bidirectional Algorithm, UAX #9)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from publisher.cards.faces import Face, Run

_FROM_LEFT, _FROM_RIGHT = "LR"


@dataclass(frozen=True, eq=False, repr=False)
class Stretch:
    """Letters of one face and one direction."""

    face: Face
    text: str
    rtl: bool


def in_sight(runs: Sequence[Run], *, rtl: bool) -> list[Stretch]:
    """The runs of a line, parted where the direction changes, from left to right. Each keeps its own letters' order.

    Args:
        runs: In the order in which they are read.
        rtl: Whether the line as a whole begins on the right.
    """
    text = "".join(run.text for run in runs)
    levels = _levels(text, rtl=rtl)
    parts: list[tuple[int, Stretch]] = []
    at = 0
    for run in runs:
        begin = at
        for end in range(at + 1, at + len(run.text) + 1):
            if end == at + len(run.text) or levels[end] != levels[begin]:
                level = levels[begin]
                parts.append((level, Stretch(run.face, text[begin:end], rtl=bool(level % 2))))
                begin = end
        at += len(run.text)
    return [part for _, part in _reordered(parts)]


def _reordered(parts: list[tuple[int, Stretch]]) -> list[tuple[int, Stretch]]:
    """Rule L2: from the highest level down to the lowest odd one, turn every stretch of at least that level around."""
    ordered = list(parts)
    highest = max((level for level, _ in ordered), default=0)
    for bound in range(highest, 0, -1):
        begin = 0
        while begin < len(ordered):
            end = begin
            while end < len(ordered) and ordered[end][0] >= bound:
                end += 1
            ordered[begin:end] = ordered[begin:end][::-1]
            begin = max(end, begin + 1)
    return ordered


def _levels(text: str, *, rtl: bool) -> list[int]:
    """The level of each character: even from left to right, odd from right to left."""
    base = int(rtl)
    if not rtl and text.isascii():
        return [0] * len(text)
    from bidi import algorithm  # noqa: PLC0415 -- only where a card is drawn

    storage: dict[str, Any] = algorithm.get_empty_storage()
    storage["base_level"], storage["base_dir"] = base, _FROM_RIGHT if rtl else _FROM_LEFT
    algorithm.get_embedding_levels(text, storage)
    for index, letter in enumerate(storage["chars"]):
        letter["at"] = index
    algorithm.explicit_embed_and_overrides(storage)
    algorithm.resolve_weak_types(storage)
    algorithm.resolve_neutral_types(storage, debug=False)
    algorithm.resolve_implicit_levels(storage, debug=False)
    known = {letter["at"]: letter["level"] for letter in storage["chars"]}
    levels: list[int] = []
    for index in range(len(text)):  # what shows nothing goes with what stands before it
        levels.append(known.get(index, levels[-1] if levels else base))
    return levels
