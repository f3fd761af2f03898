"""Dividing what is too long for one post, only where the caller allows it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import accumulate

from publisher.text.atoms import safe_cuts
from publisher.text.rich import EMPTY, RichText

Fits = Callable[[RichText], bool]
_LEADING_ON = frozenset(",;:-–—(&")  # a mark of what follows, and odd before one that says that nothing does


def partition(sizes: Sequence[int], render: Callable[[int, int], RichText], fits: Fits) -> list[RichText] | None:
    """Divide units (sentences, list items) into as few posts as fit, and those about even. Linear in their number.

    Args:
        sizes: The length of each unit, for evenness only.
        render: Gives the post that holds the units from the first up to, not including, the second. A longer run must
            not give a shorter post; by no counting rule does it where white space stands between units.
        fits: Whether a post is within its limits.

    Returns:
        The posts in order, or None where a single unit does not fit.
    """
    count = len(sizes)
    reach = _reaches(count, render, fits)
    if reach is None:
        return None
    needed = [0] * (count + 1)  # posts that the units from here on take at least
    for start in range(count - 1, -1, -1):
        needed[start] = 1 + needed[reach[start]]
    behind = [0, *accumulate(sizes)]
    posts: list[RichText] = []
    start = 0
    while start < count:
        left = needed[start]
        aim = behind[start] + (behind[count] - behind[start]) / left
        possible = [stop for stop in range(start + 1, reach[start] + 1) if needed[stop] <= left - 1]
        stop = min(possible, key=lambda stop: abs(behind[stop] - aim))
        posts.append(render(start, stop))
        start = stop
    return posts


def _reaches(count: int, render: Callable[[int, int], RichText], fits: Fits) -> list[int] | None:
    """For each unit, where the longest run that begins there ends; None where one does not fit by itself.

    A run that begins later reaches at least as far, so that both ends only ever move forward.
    """
    reach: list[int] = []
    stop = 0
    for start in range(count):
        stop = max(stop, start)
        while stop < count and fits(render(start, stop + 1)):
            stop += 1
        if stop == start:
            return None
        reach.append(stop)
    return reach


def shorten(text: RichText, fits: Fits, mark: str = "…") -> RichText:
    """The longest beginning of the text that fits with the mark behind it; EMPTY if none does.

    It ends with a word, without a comma or dash behind it; in a text without spaces, with a whole grapheme. A URL, a
    mention or a hashtag is there as a whole or not at all.
    """
    if fits(text):
        return text
    plain = text.plain
    first = len(plain) - len(plain.lstrip())
    cuts = [at for at in safe_cuts(plain, text.marked_atoms)[:-1] if at > first and not plain[at - 1].isspace()]
    for ends in ([at for at in cuts if plain[at].isspace() and plain[at - 1] not in _LEADING_ON], cuts):
        low, high = 0, len(ends)
        while low < high:
            middle = (low + high) // 2
            if fits(text[: ends[middle]] + mark):
                low = middle + 1
            else:
                high = middle
        if low:
            return text[: ends[low - 1]] + mark
    return EMPTY
