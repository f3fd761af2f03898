"""How fast a run goes, and how long: the pauses that networks ask for, and the time at which nothing new begins."""

from __future__ import annotations

import random
import threading

from publisher.delivery.claims import elapsed

MINUTES = 15.0
"""How long a run may take unless channels.yaml says otherwise."""

_UNREACHED = 2
_ASKED_TO_WAIT = 5
_FIRST_PAUSE = 0.5


class Pace:
    """One run's time: `over` once its deadline has passed, `stopped` once a person or an error has stopped it.

    Args:
        seconds: From now to the deadline.
    """

    def __init__(self, seconds: float = MINUTES * 60) -> None:
        self._until = elapsed() + seconds
        self._stopping = threading.Event()

    def stop(self) -> None:
        """Begin nothing new from now on, and end every pause."""
        self._stopping.set()

    @property
    def stopped(self) -> bool:
        return self._stopping.is_set()

    @property
    def over(self) -> bool:
        return elapsed() >= self._until

    def pause(self, seconds: float) -> bool:
        """Wait so long, where that ends before the deadline. Returns whether the run goes on."""
        if elapsed() + seconds >= self._until:
            return False
        self.sleep(seconds)
        return not self.stopped

    def sleep(self, seconds: float) -> None:
        """What a pause is made of, for whoever wants it shorter."""
        self._stopping.wait(seconds)


def pause_before(attempt: int, wait: float) -> float | None:
    """Seconds until a request that certainly did not arrive is tried again; None where it has been tried enough.

    Never shorter than what the network asks for; growing from try to try; and drawn by lot, so that many who were sent
    away at once do not come back at once.

    Args:
        attempt: How often it was tried, from 1.
        wait: What the network asks for; 0.0 where it could not even be reached.
    """
    if attempt > (_ASKED_TO_WAIT if wait else _UNREACHED):
        return None
    growing: float = _FIRST_PAUSE * 2 ** (attempt - 1)
    return wait + random.uniform(0.5, 1.0) * growing  # noqa: S311 -- no secret hangs on it
