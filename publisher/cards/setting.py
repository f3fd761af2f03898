"""A text set in lines: as large as it can be in the room that it has, and as even as may be."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from publisher.cards.faces import Extent, Face, Run, extent, faces, in_runs
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
        order = faces(language, bold=bold)
        self.plain = drawable(text)
        self._parted = [_Parted(pieces(self.plain, language), order)]
        if (finer := pieces(self.plain, language, within_words=True)) != self._parted[0].pieces:
            self._parted.append(_Parted(finer, order))
        whole = sum(self._parted[0].extents, Extent())
        least = _EAST_ASIAN_LEADING if order[0].is_east_asian else _LEAST_LEADING
        self._leading = max(whole.above + whole.below + _BETWEEN, least)
        self._above, self._below = whole.above, whole.below

    def largest(self, width: float, height: float, sizes: Sequence[float]) -> Block | None:
        """The text in the largest of the sizes, which fall, in which it fits; None where it fits in none.

        In a script without spaces between words a line ends within one only where nothing else fits in any size.
        """
        for parted in self._parted:
            for size in sizes:
                if self.plain and parted.widest * size <= width:
                    block = self._block(parted, width, size)
                    if block.height <= height:
                        return block
        return None

    def block(self, width: float, size: float) -> Block:
        """The text in lines of this width at most; a piece that is wider by itself has a line by itself."""
        fitting = (parted for parted in self._parted if parted.widest * size <= width)
        return self._block(next(fitting, self._parted[-1]), width, size)

    def _block(self, parted: _Parted, width: float, size: float) -> Block:
        lines = tuple(Line(runs, size * wide) for runs, wide in parted.lines(width / size))
        return Block(lines, size, self._leading * size, self._above * size, self._below * size)


class _Parted:
    """A text in pieces, after each of which a line may end. Measures are for a size of 1."""

    def __init__(self, parts: Sequence[str], order: tuple[Face, ...]) -> None:
        self.pieces = parts
        self._order = order
        self.extents = [self._measured(piece) for piece in parts]
        self._bare = [self._measured(piece.rstrip(" ")).width for piece in parts]
        self.widest = max(self._bare, default=0.0)

    def _measured(self, piece: str) -> Extent:
        return extent(in_runs(clusters(piece), self._order))

    def lines(self, width: float) -> list[tuple[tuple[Run, ...], float]]:
        """As few lines as will do, with their widths, the last one not much shorter than the others."""
        fewest = len(self._ends(width))
        low, high = self.widest, max(width, self.widest)
        for _ in range(12):  # the narrowest width that needs no line more
            middle = (low + high) / 2
            if len(self._ends(middle)) > fewest:
                low = middle
            else:
                high = middle
        ends = self._ends(high)
        return [self._line(start, stop) for start, stop in zip([0, *ends], ends, strict=False) if start < stop]

    def _line(self, start: int, stop: int) -> tuple[tuple[Run, ...], float]:
        text = "".join(self.pieces[start:stop]).rstrip(" ")
        width = sum(each.width for each in self.extents[start : stop - 1]) + self._bare[stop - 1]
        return tuple(in_runs(clusters(text), self._order)), width

    def _ends(self, width: float) -> list[int]:
        """Where each line ends, if it takes as many pieces as it can."""
        ends: list[int] = []
        along = 0.0
        for index, piece in enumerate(self.extents):
            if index and along + self._bare[index] > width:
                ends.append(index)
                along = 0.0
            along += piece.width
        return [*ends, len(self.pieces)]
