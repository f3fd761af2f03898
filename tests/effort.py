"""How much work something is, and whether it grows faster than what it is done to."""

import time
from collections.abc import Callable

AT_ONCE = 0.006
"""Seconds within which nobody asks."""

_TRIES = 7


def seconds(work: Callable[[], object]) -> float:
    """Of this thread's time, which other processes do not count into."""
    start = time.thread_time()
    work()
    return time.thread_time() - start


def growth(short: Callable[[], object], long: Callable[[], object], enough: float, at_once: float = AT_ONCE) -> float:
    """How many times the work of `short` the one of `long` is, 0 where neither is worth a question.

    A machine that is busy, or collects its garbage, makes work look longer and never shorter. So the least of several
    tries counts, and the tries end with the first that shows a growth of at most `enough`.
    """
    least = [seconds(long)]
    if least[0] <= at_once:
        return 0
    least.append(seconds(short))
    for _ in range(_TRIES):
        if least[0] / max(least[1], at_once / 16) <= enough:
            break
        least = [min(least[0], seconds(long)), min(least[1], seconds(short))]
    return least[0] / max(least[1], at_once / 16)
