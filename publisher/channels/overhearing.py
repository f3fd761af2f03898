"""What a network said, beside what a channel made of it: its answers as they came, and the time on its clock."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from publisher.config.secrets import mask

MOST = 2_000
"""How many characters of an answer are kept."""


@dataclass
class Heard:
    """Answers, each its code and its beginning with secrets masked, and how far the network's clock was from ours.

    `skew` is positive where this machine's clock is ahead; None where no answer told a time.
    """

    answers: list[str] = field(default_factory=list)
    skew: timedelta | None = None

    @property
    def last(self) -> str:
        return self.answers[-1] if self.answers else ""


_heard: ContextVar[Heard | None] = ContextVar("heard", default=None)


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
    if at := _moment(date):
        heard.skew = datetime.now(UTC) - at


@contextmanager
def overhear() -> Iterator[Heard]:
    """Within, on this thread, every answer of a network is noted."""
    heard = Heard()
    before = _heard.set(heard)
    try:
        yield heard
    finally:
        _heard.reset(before)


def _moment(date: str | None) -> datetime | None:
    if not date:
        return None
    from email.utils import parsedate_to_datetime  # noqa: PLC0415 -- a dry run never gets here

    try:
        at = parsedate_to_datetime(date)
        return at if at.tzinfo else at.replace(tzinfo=UTC)
    except (TypeError, ValueError, OverflowError):
        return None
