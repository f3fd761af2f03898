"""A text set in lines: as large as it can be in the room that it has, and as even as may be."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from publisher.cards.faces import Extent, Run, extent, faces, in_runs
from publisher.cards.words import clusters, drawable, pieces

_LEAST_LEADING = 1.3
_EAST_ASIAN_LEADING = 1.45
_BETWEEN = 0.16


@dataclass(frozen=True, eq=False, repr=False)
class Line:
    """One line: the runs of its letters, and its width in pixels."""

    runs: tuple[Run, ...]
    width: float


@dataclass(frozen=True, eq=False, repr=False)
class Block:
    """Lines of one size, in pixels: `leading` from baseline to baseline, `above` the first and `below` the last one."""

    lines: tuple[Line, ...]
    size: float
    leading: float
    above: float
    below: float

    @property
    def height(self) -> float:
        return self.above + self.leading * (len(self.lines) - 1) + self.below

    @property
    def width(self) -> float:
        return max((line.width for line in self.lines), default=0.0)


class Text:
    """A text measured once for all sizes.

    Raises:
        NoGlyphError: No shipped font has one of its characters.
    """

    def __init__(self, text: str, language: str, *, bold: bool = False) -> None:
        self._order = faces(language, bold=bold)
        drawn = drawable(text)
        self.plain = drawn
        self._pieces = pieces(drawn, language)
        self._widths = [self._measured(piece) for piece in self._pieces]
        self._bare = [self._measured(piece.rstrip(" ")).width for piece in self._pieces]
        whole = sum(self._widths, Extent())
        east_asian = self._order[0].is_east_asian
        ink = whole.above + whole.below + _BETWEEN
        self._leading = max(ink, _EAST_ASIAN_LEADING if east_asian else _LEAST_LEADING)
        self._above, self._below = whole.above, whole.below

    def _measured(self, piece: str) -> Extent:
        return extent(in_runs(clusters(piece), self._order))

    def largest(self, width: float, height: float, sizes: Sequence[float]) -> Block | None:
        """The text in the largest of the sizes, which fall, in which it fits; None where it fits in none."""
        for size in sizes:
            if self.plain and max(self._bare) * size <= width:
                block = self.block(width, size)
                if block.height <= height:
                    return block
        return None

    def block(self, width: float, size: float) -> Block:
        """The text in lines of this width at most, of which the last is not much shorter than the others.

        A piece that is wider by itself has a line by itself.
        """
        ends = self._ends(width / size)
        low, high = max(self._bare, default=0.0), width / size
        for _ in range(12):  # the narrowest width that needs no line more
            middle = (low + high) / 2
            if len(self._ends(middle)) > len(ends):
                low = middle
            else:
                high = middle
        ends = self._ends(high)
        lines = [self._line(start, stop, size) for start, stop in zip([0, *ends], ends, strict=False) if start < stop]
        return Block(tuple(lines), size, self._leading * size, self._above * size, self._below * size)

    def _line(self, start: int, stop: int, size: float) -> Line:
        text = "".join(self._pieces[start:stop]).rstrip(" ")
        return Line(tuple(in_runs(clusters(text), self._order)), size * self._width(start, stop))

    def _width(self, start: int, stop: int) -> float:
        return sum(each.width for each in self._widths[start : stop - 1]) + self._bare[stop - 1]

    def _ends(self, width: float) -> list[int]:
        """Where each line ends, if it takes as many pieces as it can."""
        ends: list[int] = []
        along = 0.0
        for index, piece in enumerate(self._widths):
            if index and along + self._bare[index] > width:
                ends.append(index)
                along = 0.0
            along += piece.width
        return [*ends, len(self._pieces)]
