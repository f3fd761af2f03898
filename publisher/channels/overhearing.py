"""What passes between a channel and its network: a last look before a request leaves, and the answers as they came."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from publisher.channels.times import http_date
from publisher.config.secrets import mask

MOST = 2_000
"""How many characters of an answer are kept."""


@dataclass
class Heard:
    """Answers, each its code and its beginning with secrets masked, and how far the network's clock was from ours.

    `left` counts the requests that left.

    `skew` is positive where this machine's clock is ahead; None where no answer told a time.
    """

    answers: list[str] = field(default_factory=list)
    left: int = 0
    skew: timedelta | None = None

    @property
    def last(self) -> str:
        return self.answers[-1] if self.answers else ""


class ClaimLostError(Exception):
    """This process was asleep for so long that another one may have the post by now: the request must not leave."""


_heard: ContextVar[Heard | None] = ContextVar("heard", default=None)
_may_leave: ContextVar[Callable[[], bool] | None] = ContextVar("may_leave", default=None)


def leave() -> None:
    """Ask whether a request may leave, as whatever talks to a network does right before it does.

    Raises:
        ClaimLostError: It may not.
    """
    may = _may_leave.get()
    if may is not None and not may():
        raise ClaimLostError
    if heard := _heard.get():
        heard.left += 1


def hear(status: int | str, body: bytes | str, date: str | None = None) -> None:
    """Tell of an answer, as whatever talks to a network does right after it came; not of one with a session in it.

    Args:
        status: The network's code, as in 201 or `250`.
        body: As it came.
        date: The header `Date`, where there was one and no cache can have written it.
    """
    heard = _heard.get()
    if heard is None:
        return
    words = body.decode(errors="replace") if isinstance(body, bytes) else body
    heard.answers.append(mask(f"{status} {words}".strip())[:MOST])
    if at := http_date(date):
        heard.skew = datetime.now(UTC) - at


@contextmanager
def overhear(may_leave: Callable[[], bool] | None = None) -> Iterator[Heard]:
    """Within, on this thread, every answer of a network is noted, and every request asks whether it may leave."""
    heard = Heard()
    before, asked_before = _heard.set(heard), _may_leave.set(may_leave)
    try:
        yield heard
    finally:
        _heard.reset(before)
        _may_leave.reset(asked_before)
