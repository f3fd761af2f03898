"""The send loop: canonical channels first, the others in parallel, one post of a thread after the other."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import FIRST_EXCEPTION, ThreadPoolExecutor, wait
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Literal

from publisher.channels.base import Channel, ChannelError, Receipt, Request
from publisher.delivery.ledger import Ledger
from publisher.delivery.model import DeliveryRow, PostRow, ReleaseRow
from publisher.delivery.plan import Plan, Planned
from publisher.delivery.recording import record
from publisher.errors import PublishError

_POLL_SECONDS = 0.2
_ASK_SECONDS = 2.0
_PATIENCE_SECONDS = 120.0

Step = Literal["sending", "sent", "before", "refused", "unknown", "held", "busy", "blocked"]


@dataclass(frozen=True)
class Progress:
    """One step of a run, for whoever watches: which post of which channel, and what became of it.

    `number` counts from 1. `before` says that an earlier run sent the post; `busy` that another run is sending it now;
    `blocked` that the canonical page does not stand, so that this channel was not begun.
    """

    channel: str
    number: int
    of: int
    step: Step
    url: str | None = None
    error: str | None = None


Watcher = Callable[[Progress], None]


@dataclass(frozen=True)
class Result:
    """What a run came to: the release as the ledger now has it, this run's deliveries, and how many posts it sent.

    `stopped` says that a person stopped it (Ctrl-C).
    """

    release: ReleaseRow
    deliveries: tuple[DeliveryRow, ...]
    sent_now: int
    stopped: bool = False


def deliver(plan: Plan, ledger: Ledger, watch: Watcher = lambda _: None) -> Result:
    """Send what of the plan is not sent yet.

    Args:
        plan: Made for sending.
        ledger: Open, and writable.
        watch: Told of each step, from several threads.

    Raises:
        PublishError: An account is not the one in channels.yaml, or the release was changed after posts of it went
            out. Nothing was sent then.
    """
    ledger.give_up_dead_claims()
    release_id = record(plan, ledger)
    run = _Run(ledger, release_id, watch)
    try:
        plans = run.with_right_accounts(plan.deliveries)
        canonical = [planned.channel.name for planned in plan.deliveries if planned.channel.capabilities.canonical]
        others = [planned for planned in plans if not planned.channel.capabilities.canonical]
        run.stage([planned for planned in plans if planned.channel.capabilities.canonical])
        if all(run.row(name).status == "sent" for name in canonical):
            run.stage(others)
        else:
            for planned in others:
                run.watch(Progress(planned.channel.name, 1, len(planned.requests), "blocked"))
    finally:
        for planned in plan.deliveries:
            planned.channel.close()
    taking_part = {planned.channel.name for planned in plan.deliveries}
    after = ledger.release(release_id)
    rows = tuple(row for row in after.deliveries if row.channel in taking_part)
    return Result(after, rows, run.sent_now, run.stopped)


class _Run:
    """One run over one release."""

    def __init__(self, ledger: Ledger, release_id: int, watch: Watcher) -> None:
        self.ledger = ledger
        self.release_id = release_id
        self._watch = watch
        self.sent_now = 0
        self._counting = threading.Lock()
        self._stopping = threading.Event()

    def watch(self, step: Progress) -> None:
        """Tell whoever watches; a closed pipe or a full disk there is no reason to stop sending."""
        with suppress(Exception):
            self._watch(step)

    @property
    def stopped(self) -> bool:
        return self._stopping.is_set()

    def row(self, channel: str) -> DeliveryRow:
        return next(row for row in self.ledger.release(self.release_id).deliveries if row.channel == channel)

    def with_right_accounts(self, plans: Sequence[Planned]) -> list[Planned]:
        """The plans whose credentials belong to the account that channels.yaml names, where it names one.

        A network that does not answer, or no longer takes the credentials, loses only its own channel.

        Raises:
            PublishError: The credentials are another account's.
        """
        good: list[Planned] = []
        for planned in plans:
            channel, wanted = planned.channel, planned.channel.settings.account
            row = self.row(channel.name)
            if not wanted or row.status == "sent":
                good.append(planned)
                continue
            try:
                account = channel.whoami()
            except ChannelError as error:
                self._refuse(channel.name, row, str(error))
                continue
            if not account.is_called(wanted):
                raise PublishError(
                    f"the credentials of {channel.name} belong to {account.handle}, not to {wanted}; nothing was sent",
                    hint="Put the right credentials in, or the right `account` in channels.yaml",
                )
            good.append(planned)
        return good

    def _refuse(self, name: str, row: DeliveryRow, error: str) -> None:
        for number, post in enumerate(row.posts, start=1):
            if post.status in ("planned", "refused"):
                self.ledger.change(post.id, post.status, "refused", Receipt("refused", error=error))
                self.watch(Progress(name, number, len(row.posts), "refused", error=error))
                return

    def stage(self, plans: Sequence[Planned]) -> None:
        """Send several channels' posts at once; on Ctrl-C what is on its way is waited for, and nothing else begun."""
        if not plans:
            return
        with ThreadPoolExecutor(max_workers=len(plans)) as pool:
            futures = [pool.submit(self._channel, planned.channel) for planned in plans]
            try:
                wait(futures, return_when=FIRST_EXCEPTION)
            except KeyboardInterrupt:
                self._stopping.set()
        for future in futures:
            future.result()

    def _channel(self, channel: Channel) -> None:
        row = self.row(channel.name)
        after: list[Receipt] = []
        for number, post in enumerate(row.posts, start=1):
            if self._stopping.is_set():
                return
            settled, step = self._post(channel, post, after, len(row.posts))
            self.watch(Progress(channel.name, number, len(row.posts), step, settled.url, settled.error))
            if settled.status == "sent":
                after.append(settled.receipt)
            elif not post.request.recipient:
                return

    def _post(self, channel: Channel, post: PostRow, after: Sequence[Receipt], of: int) -> tuple[PostRow, Step]:
        """Bring one post as far as it will go now."""
        patience = time.monotonic() + _PATIENCE_SECONDS
        while True:
            post = self.ledger.post(post.id)
            if post.status == "sent":
                return self._once_more(channel, post, after)
            if post.status == "unknown":
                if not self._ask(channel, post):
                    return self.ledger.post(post.id), "unknown"
            elif post.status == "held":
                return post, "held"
            elif post.status == "sending":
                if time.monotonic() > patience or self._stopping.is_set():
                    return post, "busy"
                time.sleep(_POLL_SECONDS)
            elif claimed := self.ledger.claim(post.id):
                token, post = claimed
                self.watch(Progress(channel.name, post.index + 1, of, "sending"))
                return self._send(channel, post, token, after)

    def _once_more(self, channel: Channel, post: PostRow, after: Sequence[Receipt]) -> tuple[PostRow, Step]:
        """A post that was sent: where repeating does no harm and it is gone, it is put back."""
        if not channel.capabilities.repeatable or _find(channel, post.request) is not None:
            return post, "before"
        receipt = self._attempt(channel, post, after)
        if receipt.outcome == "sent":
            return post, "sent"
        self.ledger.change(post.id, "sent", receipt.outcome, receipt)
        return self.ledger.post(post.id), receipt.outcome

    def _ask(self, channel: Channel, post: PostRow) -> bool:
        """Ask the network what became of a post: it stands, it may be sent again, or a person must look.

        Returns:
            Whether to look at the post again; it stays `unknown` where the network may tell another time.
        """
        can = channel.capabilities
        found = _find(channel, post.request)
        if found is not None and found.outcome == "sent":
            return self.ledger.change(post.id, "unknown", "sent", found)
        if found is None:
            sent_at = post.updated_at or datetime.now(UTC)
            too_early = sent_at + timedelta(seconds=can.settles_seconds) - datetime.now(UTC)
            if too_early > timedelta():  # what was just sent may not be shown yet
                self._stopping.wait(min(too_early.total_seconds(), _ASK_SECONDS))
                return not self._stopping.is_set()
            return self.ledger.change(post.id, "unknown", "planned")
        if can.readable:
            return False
        reasons = "; ".join(reason for reason in (post.error, found.error) if reason)
        return self.ledger.change(post.id, "unknown", "held", Receipt("unknown", error=reasons))

    def _send(self, channel: Channel, post: PostRow, token: str, after: Sequence[Receipt]) -> tuple[PostRow, Step]:
        receipt = self._attempt(channel, post, after)
        self.ledger.settle(post.id, token, receipt)
        return self.ledger.post(post.id), receipt.outcome

    def _attempt(self, channel: Channel, post: PostRow, after: Sequence[Receipt]) -> Receipt:
        """Send a post, and look for it at once where the answer was lost."""
        try:
            receipt = channel.send(post.request, after)
        except Exception as error:  # noqa: BLE001 -- whatever went wrong, the post may have left
            receipt = Receipt("unknown", error=f"unexpected: {type(error).__name__}")
        if receipt.outcome == "unknown":
            found = _find(channel, post.request)
            receipt = found if found and found.outcome == "sent" else receipt
        if receipt.outcome == "sent":
            with self._counting:
                self.sent_now += 1
        return receipt


def _find(channel: Channel, request: Request) -> Receipt | None:
    try:
        return channel.find(request)
    except Exception as error:  # noqa: BLE001 -- an answer that cannot be had is no answer, whatever the reason
        return Receipt("unknown", error=f"it could not be asked: {type(error).__name__}")
