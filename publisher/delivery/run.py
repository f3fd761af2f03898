"""A run: preflight, canonical channels first, then the others in parallel, all of it against one deadline."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta

from publisher.channels.base import Receipt
from publisher.delivery.asking import flaw_of
from publisher.delivery.entering import CLAIMABLE
from publisher.delivery.leases import Heartbeat
from publisher.delivery.ledger import Ledger
from publisher.delivery.model import DeliveryRow, ReleaseRow
from publisher.delivery.pace import Pace
from publisher.delivery.plan import Plan, Planned
from publisher.delivery.preflight import look
from publisher.delivery.recording import Also, Show, record
from publisher.delivery.sending import Progress, Sender, Step, Unrecorded
from publisher.errors import PublishError

__all__ = ["Progress", "Result", "Watcher", "deliver"]

Watcher = Callable[[Progress], None]


@dataclass(frozen=True)
class Result:
    """What a run came to: the release as the ledger now has it, this run's deliveries, and how many posts it sent.

    `stopped` says that a person stopped it (Ctrl-C); `held_back` that nothing was begun, as a channel was not ready and
    all or nothing was asked for. `broken` is why the ledger could not be used any more, in the middle of the run, and
    `unrecorded` names the posts that left and whose receipts it could not take.
    """

    release: ReleaseRow
    deliveries: tuple[DeliveryRow, ...]
    sent_now: int
    stopped: bool = False
    held_back: bool = False
    broken: PublishError | None = None
    unrecorded: tuple[Unrecorded, ...] = ()


def deliver(
    plan: Plan,
    ledger: Ledger,
    watch: Watcher = lambda _: None,
    *,
    all_or_nothing: bool = False,
    pace: Pace | None = None,
    also: Also | None = None,
    show: Show | None = None,
) -> Result:
    """Send what of the plan is not sent yet.

    Args:
        plan: Made for sending.
        ledger: Open, and writable.
        watch: Told of each step, from several threads.
        all_or_nothing: Begin nothing where the preflight finds a channel that cannot be used.
        pace: The run's pauses and its deadline.
        also: What is to be written, or looked at, in the transaction that enters the plan.
        show: How it looks, to be kept beside its posts.

    Raises:
        PublishError: An account is not the one in channels.yaml, the release was changed after posts of it went out,
            `also` refused it, or the ledger cannot be used. Nothing was sent then.
    """
    try:
        ledger.give_up_dead_claims()
        release_id = record(plan, ledger, also, show).release_id
        run = _Run(ledger, release_id, watch, pace or Pace())
        with Heartbeat(ledger) as heartbeat:
            run.all(plan.deliveries, heartbeat, all_or_nothing=all_or_nothing)
    finally:
        plan.close()
    return run.result([planned.channel.name for planned in plan.deliveries])


class _Run:
    """One run over one release."""

    def __init__(self, ledger: Ledger, release_id: int, watch: Watcher, pace: Pace) -> None:
        self._ledger = ledger
        self._before = ledger.release(release_id)
        self._watch = watch
        self._pace = pace
        self._senders: list[Sender] = []
        self._broken: PublishError | None = None
        self._breaking = threading.Lock()
        self._interrupted = False
        self._held_back = False
        self._skews: Mapping[str, timedelta] = {}

    def all(self, plans: Sequence[Planned], heartbeat: Heartbeat, *, all_or_nothing: bool) -> None:
        """Look at every channel, then send: the canonical page first, and the others once it stands."""
        rows = {row.channel: row for row in self._before.deliveries}
        looked = look(plans, rows, self._pace)
        lost, self._skews = looked.lost, looked.skews
        for planned in plans:
            if error := lost.get(planned.channel.name):
                self._refuse(rows[planned.channel.name], error)
        ready = [planned for planned in plans if planned.channel.name not in lost]
        if lost and all_or_nothing:
            self._held_back = True
            self._block(ready, "held_back")
            return
        canonical = [planned for planned in plans if planned.channel.capabilities.canonical]
        others = [planned for planned in ready if not planned.channel.capabilities.canonical]
        self._stage([planned for planned in canonical if planned in ready], heartbeat)
        if all(self._status(planned.channel.name) == "sent" for planned in canonical):
            self._stage(others, heartbeat)
        else:
            self._block(others, "blocked")

    def result(self, taking_part: Sequence[str]) -> Result:
        sent_now = sum(sender.sent_now for sender in self._senders)
        unrecorded = tuple(each for sender in self._senders for each in sender.unrecorded)
        release = self._before
        try:
            release = self._ledger.release(release.id)
        except PublishError as error:
            self._broken = self._broken or error
        if self._broken and not sent_now and not any(sender.has_sent for sender in self._senders):
            raise self._broken
        rows = tuple(row for row in release.deliveries if row.channel in taking_part)
        return Result(release, rows, sent_now, self._interrupted, self._held_back, self._broken, unrecorded)

    def _tell(self, step: Progress) -> None:
        """Tell whoever watches; a closed pipe or a full disk there is no reason to stop sending."""
        with suppress(Exception):
            self._watch(step)

    def _status(self, channel: str) -> str:
        release = self._ledger.release(self._before.id)
        return next((row.status for row in release.deliveries if row.channel == channel), "cancelled")

    def _refuse(self, row: DeliveryRow, error: str) -> None:
        for post in row.posts:
            if post.status in CLAIMABLE:
                self._ledger.change(post, "refused", Receipt("refused", error=error))
                self._tell(Progress(row.channel, post.index + 1, len(row.posts), "refused", error=error))
                return
        self._tell(Progress(row.channel, 1, len(row.posts), "unknown", error=error))

    def _block(self, plans: Sequence[Planned], step: Step) -> None:
        for planned in plans:
            self._tell(Progress(planned.channel.name, 1, len(planned.requests), step))

    def _stage(self, plans: Sequence[Planned], heartbeat: Heartbeat) -> None:
        """Send several channels' posts at once; on Ctrl-C what is on its way is waited for, and nothing else begun."""
        if not plans or self._pace.stopped:
            return
        rows = {row.channel: row for row in self._before.deliveries}
        senders = [
            Sender(
                plan.channel,
                self._ledger,
                self._tell,
                self._pace,
                heartbeat,
                clock_flaw=flaw_of(self._skews.get(plan.channel.name)),
            )
            for plan in plans
        ]
        self._senders += senders
        with ThreadPoolExecutor(max_workers=len(senders)) as pool:
            futures = [pool.submit(self._send, sender, rows[sender.channel.name]) for sender in senders]
            try:
                wait(futures)
            except KeyboardInterrupt:
                self._interrupted = True
                self._pace.stop()
        for future in futures:
            future.result()

    def _send(self, sender: Sender, row: DeliveryRow) -> None:
        """One channel's part; a ledger that cannot be used any more stops them all, as nothing could be recorded."""
        try:
            sender.send(row)
        except PublishError as error:
            with self._breaking:
                self._broken = self._broken or error
            self._pace.stop()
