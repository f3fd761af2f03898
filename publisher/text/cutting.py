"""Dividing what is too long for one post, only where the caller allows it."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from publisher.text.rich import EMPTY, RichText

Fits = Callable[[RichText], bool]


def partition(units: int, render: Callable[[int, int], RichText], fits: Fits) -> list[RichText] | None:
    """Divide units 0 to `units` - 1 into as few posts as fit, and those as even as they can be.

    Args:
        units: How many there are (sentences, list items).
        render: Gives the post that holds the units from the first up to, not including, the second. A longer run must
            not give a shorter post.
        fits: Whether a post is within its limits.

    Returns:
        The posts in order, or None where a single unit does not fit.
    """
    posts = _fitting(units, render, fits)
    rounds: list[dict[int, tuple[int, int]]] = [{0: (0, 0)}]  # per number of posts: end -> (cost, start of the last)
    while units not in rounds[-1]:
        reached: dict[int, tuple[int, int]] = {}
        for start, (cost, _) in rounds[-1].items():
            for stop, post in posts[start].items():
                total = cost + len(post.plain) ** 2
                if stop not in reached or total < reached[stop][0]:
                    reached[stop] = (total, start)
        if not reached:
            return None
        rounds.append(reached)
    chosen: list[RichText] = []
    stop = units
    for reached in reversed(rounds[1:]):
        start = reached[stop][1]
        chosen.append(posts[start][stop])
        stop = start
    return chosen[::-1]


def _fitting(units: int, render: Callable[[int, int], RichText], fits: Fits) -> list[dict[int, RichText]]:
    """For each start, the runs that fit by their end."""
    found: list[dict[int, RichText]] = [{} for _ in range(units + 1)]
    for start in range(units):
        for stop in range(start + 1, units + 1):
            post = render(start, stop)
            if not fits(post):
                break
            found[start][stop] = post
    return found


def shorten(text: RichText, fits: Fits, mark: str = "…") -> RichText:
    """The longest beginning of the text that fits with the mark behind it; EMPTY if none does.

    It ends with a word; in a text without spaces, with a whole grapheme.
    """
    if fits(text):
        return text
    for ends in (_word_ends(text.plain), _grapheme_ends(text.plain)):
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


def _word_ends(plain: str) -> Sequence[int]:
    return [at for at in range(1, len(plain)) if plain[at].isspace() and not plain[at - 1].isspace()]


def _grapheme_ends(plain: str) -> Sequence[int]:
    import regex  # noqa: PLC0415 -- only for text that has no spaces

    return [match.end() for match in regex.finditer(r"\X", plain)]
