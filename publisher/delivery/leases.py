"""Keeping this sender's claims, and noticing whose have run out."""

from __future__ import annotations

import threading
from types import TracebackType
from typing import Self

from publisher.delivery.claims import BEAT_SECONDS, LEASE_SECONDS, elapsed, is_gone
from publisher.delivery.ledger import Ledger
from publisher.delivery.rows import Holder
from publisher.errors import PublishError


class Heartbeat:
    """Within, the ledger is given a sign of life every few seconds, so that other machines leave the claims alone."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._ended = threading.Event()
        self._last = elapsed()
        self._gap = 0.0
        self._thread = threading.Thread(target=self._go_on, name="heartbeat", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._ended.set()
        self._thread.join(timeout=LEASE_SECONDS)

    def kept_up_since(self, moment: float) -> bool:
        """Whether signs of life came so steadily since then that nobody can have taken a claim of then over.

        A process that was asleep may give the next sign before anybody asks: the gap is remembered.
        """
        return self._gap < moment and elapsed() - self._last < LEASE_SECONDS / 2

    def give_sign(self) -> None:
        """Give one, and remember the gap before it where it came too late."""
        before = elapsed()
        try:
            self._ledger.beat()
        except PublishError:
            return  # whoever sends will meet the same error, and say so
        if before - self._last > LEASE_SECONDS / 2:
            self._gap = elapsed()
        self._last = before

    def _go_on(self) -> None:
        while not self._ended.wait(BEAT_SECONDS):
            self.give_sign()


class Watch:
    """Notices, by a clock that nobody sets, which senders give no sign of life any more."""

    def __init__(self) -> None:
        self._seen: dict[int, tuple[Holder, float]] = {}

    def is_over(self, post_id: int, holder: Holder) -> bool:
        """Whether the sender of a post is dead: at once on this machine, elsewhere after a lease without a sign."""
        dead = is_gone(holder.sender, holder.owner)
        if dead is not None:
            return dead
        known = self._seen.get(post_id)
        if known is None or known[0] != holder:
            self._seen[post_id] = (holder, elapsed())
            return False
        return elapsed() - known[1] > LEASE_SECONDS
