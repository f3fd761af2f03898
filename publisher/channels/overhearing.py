"""The network's own answers, kept beside what a channel made of them, so that a person can look them up later."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from publisher.config.secrets import mask

MOST = 2_000
"""How many characters of an answer are kept."""

_heard: ContextVar[list[str] | None] = ContextVar("heard", default=None)


def hear(status: int | str, body: bytes | str) -> None:
    """Tell of an answer, as whatever talks to a network does right after it came; not of one with a session in it.

    Args:
        status: The network's code, as in 201 or `250`.
        body: As it came.
    """
    heard = _heard.get()
    if heard is not None:
        words = body.decode(errors="replace") if isinstance(body, bytes) else body
        heard.append(mask(f"{status} {words}".strip())[:MOST])


@contextmanager
def overhear() -> Iterator[list[str]]:
    """Within, on this thread, each answer of a network is added to the list: its code and its beginning, masked."""
    heard: list[str] = []
    before = _heard.set(heard)
    try:
        yield heard
    finally:
        _heard.reset(before)
