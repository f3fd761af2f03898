"""One channel's part of a run: intent, claim, request, receipt, one post of a thread after the other."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from publisher.channels.base import Channel, Outcome, Receipt
from publisher.channels.overhearing import overhear
from publisher.delivery.asking import ask, find
from publisher.delivery.claims import elapsed
from publisher.delivery.leases import Heartbeat, Watch
from publisher.delivery.ledger import Ledger
from publisher.delivery.model import DeliveryRow, PostRow
from publisher.delivery.pace import Pace, pause_before
from publisher.errors import PublishError

_POLL_SECONDS = 0.2
_PATIENCE_SECONDS = 120.0
_MOST_LOST = 1

_NOT_LEFT = Receipt("refused", error="it was stopped before anything of it left")

Step = Literal[
    "sending",
    "pausing",
    "waiting",
    "asking",
    "sent",
    "before",
    "refused",
    "unknown",
    "held",
    "busy",
    "late",
    "blocked",
    "held_back",
    "braked",
]


@dataclass(frozen=True)
class Progress:
    """One step of a run, for whoever watches: which post of which channel, and what became of it.

    `number` counts from 1. `pausing`, `waiting` and `asking` say that nothing is wrong yet: the network asks for a
    pause, another run has the post, or the network is being asked what became of it, until it must know. `before` says
    that an earlier run sent it; `busy` that another run is sending it still; `late` that the run's time was up;
    `blocked` that the canonical page does not stand, so that this channel was not begun; `held_back` that it was not
    begun as another is not ready, and all or nothing was asked for; `braked` that the brake is on.
    """

    channel: str
    number: int
    of: int
    step: Step
    url: str | None = None
    error: str | None = None


@dataclass(frozen=True)
class Unrecorded:
    """A post that left, but whose receipt the ledger could not take: the next run asks the network."""

    channel: str
    number: int
    outcome: Outcome
    url: str | None


class Sender:
    """Sends what one channel has still to say.

    Args:
        channel: Open.
        ledger: Open, and writable.
        watch: Told of each step.
        pace: The run's.
        heartbeat: The run's.
        clock_flaw: What is wrong with this machine's clock, kept with each claim: a later run must know when it asks.
    """

    def __init__(
        self,
        channel: Channel,
        ledger: Ledger,
        watch: Callable[[Progress], None],
        pace: Pace,
        heartbeat: Heartbeat,
        *,
        clock_flaw: str | None = None,
    ) -> None:
        self.channel = channel
        self.ledger = ledger
        self.pace = pace
        self.sent_now = 0
        self.unrecorded: list[Unrecorded] = []
        self.has_sent = False
        self.clock_flaw = clock_flaw
        self._watch = watch
        self._heartbeat = heartbeat
        self._not_before = 0.0
        self._of = 1

    def send(self, row: DeliveryRow) -> None:
        """Bring a delivery as far as it will go now.

        Raises:
            PublishError: The ledger cannot be used any more.
        """
        self._of = len(row.posts)
        ids = [post.id for post in row.posts]
        before: list[Receipt] = []
        for group in [ids] if self.channel.capabilities.atomic else [[each] for each in ids]:
            if not _Together(self, group, before).go():
                return
            if not row.posts[0].request.recipient:
                before += [post.receipt for post in self.ledger.posts(group)]

    def tell(self, step: Step, post: PostRow, error: str | None = None) -> None:
        """Tell whoever watches what became of a post."""
        self._watch(Progress(self.channel.name, post.index + 1, self._of, step, post.url, error or post.error))

    def may_begin(self) -> bool:
        """Leave the network the pause that it asked for; False where the run's time would be up before."""
        left = self._not_before - elapsed()
        if left > 0:
            return self.pace.pause(left)
        return not self.pace.over

    def attempt(self, claimed: tuple[PostRow, ...], claimed_at: float, after: Sequence[Receipt]) -> Receipt | None:
        """Send claimed posts, and write down what became of them.

        Each request of theirs looks once more, right before it leaves, whether the claims still hold: this process may
        have been asleep on the way.

        Returns:
            The first one's receipt, whose outcome is everyone's; None where the claim was lost.
        """

        def still_ours() -> bool:
            kept = self._heartbeat.kept_up_since(claimed_at) or self.ledger.still_holds(claimed)
            return kept and self.ledger.brake() is None

        for post in claimed:
            self.tell("sending", post)
        with overhear(still_ours) as heard:
            receipts = self.receipts(claimed, after) if still_ours() else [_NOT_LEFT] * len(claimed)
        if not heard.left and receipts[0].outcome == "unknown" and not still_ours():
            receipts = [_NOT_LEFT] * len(claimed)
        self._not_before = elapsed() + (receipts[0].wait or 0.0)
        self.has_sent |= receipts[0].outcome != "refused"
        try:
            held = self.ledger.settle(claimed, receipts, heard.last)
        except PublishError:
            self.unrecorded += [
                Unrecorded(self.channel.name, post.index + 1, receipt.outcome, receipt.url)
                for post, receipt in zip(claimed, receipts, strict=True)
                if receipt.outcome != "refused"
            ]
            raise
        return receipts[0] if held else None

    def receipts(self, claimed: tuple[PostRow, ...], after: Sequence[Receipt]) -> list[Receipt]:
        """What the channel says became of posts that go out together; whatever goes wrong there, they may have left."""
        requests = [post.request for post in claimed]
        try:
            if not self.channel.capabilities.atomic:
                return [self.channel.send(requests[0], after)]
            receipts = self.channel.send_thread(requests, after)
            if len(receipts) == len(requests) and len({receipt.outcome for receipt in receipts}) == 1:
                return receipts
            unclear = Receipt("unknown", error="the channel does not say what became of each post")
        except Exception as error:  # noqa: BLE001 -- whatever went wrong, the post may have left
            unclear = Receipt("unknown", error=f"unexpected: {type(error).__name__}")
        return [unclear] * len(requests)


class _Together:
    """Posts that go out together, on their way from state to state: one post, or what is left of an atomic thread."""

    def __init__(self, sender: Sender, ids: Sequence[int], before: Sequence[Receipt]) -> None:
        self._sender = sender
        self._ledger = sender.ledger
        self._pace = sender.pace
        self._ids = ids
        self._before = before
        self._mine: set[int] = set()
        self._tries = 0
        self._lost = 0
        self._others = Watch()
        self._patience: float | None = None

    def go(self) -> bool:
        """Bring them as far as they will go now. Returns whether the posts after them may follow."""
        while (followed := self._turn()) is None:
            pass
        return followed

    def _turn(self) -> bool | None:
        """One step from the state that they are in; None where there is another to be made."""
        posts = self._ledger.posts(self._ids)
        left = [post for post in posts if post.status != "sent"]
        states = {post.status for post in left}
        if not left:
            return self._stand(posts)
        if self._pace.stopped:
            return False
        if "unknown" in states:
            return self._ask([post for post in left if post.status == "unknown"])
        if "held" in states:
            return self._end("held")
        if "sending" in states:
            return self._wait(next(post for post in left if post.status == "sending"))
        return self._claim(posts, left)

    def _stand(self, posts: Sequence[PostRow]) -> bool:
        """All of them stand. One of an earlier run that is gone is put back, where repeating does no harm."""
        for post in posts:
            if post.id in self._mine:
                self._sender.sent_now += 1
                self._sender.tell("sent", post)
            elif self._keeps(post):
                self._sender.tell("before", post)
            else:
                (receipt,) = self._sender.receipts((post,), self._before)
                self._ledger.change(post, receipt.outcome, receipt)
                self._sender.sent_now += receipt.outcome == "sent"
                self._sender.tell(receipt.outcome, post, receipt.error)
                if receipt.outcome != "sent":
                    return False
        return True

    def _keeps(self, post: PostRow) -> bool:
        """Whether what an earlier run sent is left alone: because it is there, or must not be sent again now."""
        channel = self._sender.channel
        if not channel.capabilities.repeatable or self._ledger.brake():
            return True
        return find(channel, post.request) is not None

    def _ask(self, unknown: Sequence[PostRow]) -> bool | None:
        """Ask the network; what it does not have goes out again, once in a run."""
        self._sender.tell("asking", unknown[0])
        answers = [ask(self._sender.channel, post, self._ledger, self._pace) for post in unknown]
        if not all(answers):
            return self._end("unknown")
        if self._tries and any(post.status == "planned" for post in self._ledger.posts(self._ids)):
            self._lost += 1
            if self._lost > _MOST_LOST:
                return self._end("refused", "no answer came, twice, and the network does not have it")
        return None

    def _wait(self, post: PostRow) -> bool | None:
        """Another run has this post: wait for it; where that one is dead, nobody knows what became of the post."""
        if self._patience is None:
            self._patience = elapsed() + _PATIENCE_SECONDS
            self._sender.tell("waiting", post)
        if elapsed() > self._patience or self._pace.over:
            return self._end("busy")
        holder = self._ledger.holder(post.id)
        if holder and self._others.is_over(post.id, holder):
            self._ledger.give_up(post.id, holder)
        elif holder:
            self._pace.sleep(_POLL_SECONDS)
        return None

    def _claim(self, posts: Sequence[PostRow], left: Sequence[PostRow]) -> bool | None:
        """Take them, send them, and try again what certainly did not arrive."""
        if self._ledger.brake():
            return self._end("braked")
        if not self._sender.may_begin():
            return self._end("late")
        claimed_at = elapsed()
        claimed = self._ledger.claim(left, self._sender.clock_flaw)
        if claimed is None:
            return None
        self._tries += 1
        self._mine |= {post.id for post in claimed}
        after = [*self._before, *(post.receipt for post in posts if post.status == "sent")]
        receipt = self._sender.attempt(claimed, claimed_at, after)
        if receipt is None or receipt.outcome != "refused" or self._again(claimed[0], receipt):
            return None
        return self._end("refused") and receipt.wait is None

    def _again(self, post: PostRow, receipt: Receipt) -> bool:
        """Pause before a post that certainly did not arrive is tried again; False where it is not."""
        pause = None if receipt.wait is None else pause_before(self._tries, receipt.wait)
        if pause is None:
            return False
        self._sender.tell("pausing", post, f"{receipt.error}; trying again in {pause:.0f} seconds")
        return self._pace.pause(pause)

    def _end(self, step: Step, error: str | None = None) -> bool:
        """Say where they stand. Another recipient's post may follow, whatever became of this one's."""
        left = [post for post in self._ledger.posts(self._ids) if post.status != "sent"]
        for post in left[:1]:
            self._sender.tell(step, post, error)
        return step not in ("late", "busy", "braked") and all(post.request.recipient for post in left)
