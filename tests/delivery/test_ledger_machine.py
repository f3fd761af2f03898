"""Whatever several senders do to one ledger, in whatever order, dying and with clocks that jump."""

from __future__ import annotations

import tempfile
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from entries import record_delivery, record_release
from examples import examples
from hypothesis import given, settings
from hypothesis import strategies as st

from publisher.channels.base import Receipt, Request
from publisher.delivery import claims, entering, leases
from publisher.delivery import ledger as ledgers
from publisher.delivery.ledger import Ledger

SENDERS = 3
POSTS = 2
OUTCOMES = ("sent", "refused", "unknown")

STEPS = st.lists(
    st.tuples(st.integers(0, 99), st.integers(0, SENDERS - 1), st.integers(0, 99)), min_size=60, max_size=60
)
"""What happens: which of the things that may, at whose hands, and to which post or with which outcome."""


def one_of(things, number):
    return sorted(things)[number % len(things)]


class Clock(datetime):
    """The clock on the wall, which somebody may set."""

    set = timedelta()

    @classmethod
    def now(cls, tz=None):
        return datetime.now(tz) + cls.set


class Senders:
    """Three machines, each with its own view of the posts, and what it claimed and has not settled."""

    def __init__(self):
        self.patch = pytest.MonkeyPatch()
        self.patch.setattr(ledgers, "datetime", Clock)
        self.patch.setattr(entering, "datetime", Clock)
        self.patch.setattr(leases, "elapsed", lambda: self.elapsed)
        self.patch.setattr(claims, "is_dead", lambda _owner: None)
        Clock.set = timedelta()
        self.elapsed = 0.0
        memory = "/dev/shm"  # noqa: S108 -- a disk that need not turn, where there is one
        self.folder = tempfile.TemporaryDirectory(dir=memory if Path(memory).is_dir() else None)
        self.senders = [self.machine(number) for number in range(SENDERS)]
        self.watches = [leases.Watch() for _ in range(SENDERS)]
        self.seen = [{} for _ in range(SENDERS)]  # what each read last of each post
        self.claimed = []  # who claimed which post, and believes to hold it
        self.live = {}  # who holds each post by right, and with which fence
        self.said_sent = set()  # by a network, or by a person
        self.keys = {}  # of posts that were in doubt
        self.fences = {}
        self.ids = [post.id for post in self.plan(0, ["a"] * POSTS)]
        self.now = ["planned"] * POSTS

    def machine(self, number):
        opened = Ledger("sqlite:///ledger.db", Path(self.folder.name))
        opened.owner = f"machine-{number}/1/1"
        return opened

    def teardown(self):
        for each in self.senders:
            each.close()
        self.folder.cleanup()
        self.patch.undo()
        Clock.set = timedelta()

    def plan(self, number, texts):
        """Enter the release as it is now; each key is given by the clock."""
        ledger = self.senders[number]
        release = record_release(ledger, None, slug="s", file="f", headline="h", digest="d", content={})
        requests = [(Request("POST", "u", json={"text": text}), text) for text in texts]

        def stamp(request, index, at):
            return replace(request, key=f"{index} {at.isoformat()}")

        record_delivery(ledger, release, channel="x", kind="x", layout="thread", requests=requests, stamp=stamp)
        return ledger.release(release).deliveries[0].posts

    def stored(self, which):
        return self.senders[0].posts([self.ids[which]])[0]

    def states(self, *wanted):
        """The posts that were in one of these states after the last step."""
        return [which for which in range(POSTS) if self.now[which] in wanted]

    def planned_anew(self, number, choice):
        """A changed text gets into posts that never left, and into no other."""
        before = [self.stored(which) for which in range(POSTS)]
        self.plan(number, ["ab"[choice % 2]] * POSTS)
        if any(each.status not in ("planned", "refused") for each in before):
            assert [self.stored(which) for which in range(POSTS)] == before

    def read(self, number, choice):
        which = choice % POSTS
        self.seen[number][which] = self.stored(which)

    def claim(self, number, choice):
        """Free or not: all of them are taken, or none."""
        self.take(number, [[0], [1], [0, 1]][choice % 3])

    def claim_what_is_free(self, number, choice):
        self.take(number, [one_of(self.states("planned", "refused"), choice)])

    def take(self, number, chosen):
        wanted = [self.stored(which) for which in chosen]
        free = all(each.status in ("planned", "refused") for each in wanted)
        got = self.senders[number].claim(wanted)

        assert (got is not None) == free
        for each in got or ():
            which = self.ids.index(each.id)
            assert which not in self.live
            assert each.fence > self.fences.get(which, 0)
            self.fences[which] = each.fence
            self.live[which] = (number, each.fence)
            self.claimed.append((number, which, each))

    def settle(self, _number, choice):
        """Also by a sender that lost its claim, and does not know it."""
        number, which, claimed = self.claimed.pop(choice % len(self.claimed))
        outcome = OUTCOMES[choice % len(OUTCOMES)]
        by_right = self.live.get(which) == (number, claimed.fence)
        before = self.stored(which)

        assert self.senders[number].still_holds([claimed]) == by_right
        assert self.senders[number].settle([claimed], [Receipt(outcome, id=f"{number}")]) == by_right
        if by_right:
            del self.live[which]
            assert self.stored(which).status == outcome
            self.said_sent |= {which} if outcome == "sent" else set()
        else:
            assert self.stored(which) == before

    def watch(self, number, choice):
        """Look twice, with some time between, whether whoever sends a post still lives; give the post up where not."""
        which = one_of(self.live, choice)
        if self.live[which][0] == number:
            return
        for wait in (0.0, claims.LEASE_SECONDS + (1 if choice % 3 else -1)):
            self.elapsed += wait
            holder = self.senders[number].holder(self.ids[which])
            if self.watches[number].is_over(self.ids[which], holder):
                assert self.senders[number].give_up(self.ids[which], holder)
                del self.live[which]
                assert self.stored(which).status == "unknown"
                return

    def late_give_up(self, number, choice):
        """A sign of life that comes between the look and the word saves the claim."""
        which = one_of([which for which, (holder, _) in self.live.items() if holder != SENDERS], choice)
        holder = self.senders[number].holder(self.ids[which])
        self.senders[self.live[which][0]].beat()

        assert not self.senders[number].give_up(self.ids[which], holder)
        assert self.stored(which).status == "sending"

    def beat(self, number, _choice):
        self.senders[number].beat()

    def crash(self, number, _choice):
        """It forgets everything, and begins anew as another process; its claims stay until somebody notices."""
        self.senders[number]._engine.dispose()
        self.senders[number] = self.machine(number)
        self.watches[number] = leases.Watch()
        self.seen[number] = {}
        self.claimed = [each for each in self.claimed if each[0] != number]
        for which, (holder, fence) in self.live.items():
            if holder == number:
                self.live[which] = (SENDERS, fence)  # nobody who could still speak

    def old_answer(self, number, choice):
        """What was read earlier may be out of date by now: then the network's answer changes nothing."""
        which = choice % POSTS
        if which in self.seen[number]:
            self.tell(number, which, self.seen[number].pop(which), there=choice > 50)

    def network_tells(self, number, choice):
        which = one_of(self.states("unknown", "held"), choice)
        self.tell(number, which, self.stored(which), there=choice % 3 == 0)

    def tell(self, number, which, seen, *, there):
        if seen.status not in ("unknown", "held"):
            return
        now = self.stored(which)
        current = (now.fence, now.status) == (seen.fence, seen.status)
        receipt = Receipt("sent", id="n") if there else None
        done = self.senders[number].change(seen, "sent" if there else "planned", receipt)

        assert done == current
        self.said_sent |= {which} if done and there else set()

    def held(self, number, choice):
        assert self.senders[number].change(self.stored(one_of(self.states("unknown"), choice)), "held")

    def person_tells(self, _number, choice):
        """A person may take a word back; nobody else may."""
        which, there = one_of(self.states("unknown", "held", "sent"), choice), choice % 3 == 0
        assert self.senders[0].change(self.stored(which), "sent" if there else "planned", words="said by a person")
        self.said_sent = self.said_sent | {which} if there else self.said_sent - {which}

    def time_goes_by(self, _number, choice):
        self.elapsed += choice / 50 * claims.LEASE_SECONDS

    def clock_jumps(self, _number, choice):
        Clock.set += timedelta(hours=(-1000, -25, -1, 1, 25, 1000)[choice % 6])

    def nothing_is_sent_twice_or_forgotten(self):
        posts = self.senders[0].posts(self.ids)
        self.now = [post.status for post in posts]
        for which, stored in enumerate(posts):
            assert (stored.status == "sending") == (which in self.live)
            assert (stored.status == "sent") == (which in self.said_sent)
            if stored.doubtful and which not in self.keys:
                self.keys[which] = stored.request.key
            if which in self.keys:
                assert stored.doubtful
                assert stored.request.key == self.keys[which]

    def possible(self):
        """What may happen now, more often what leads further."""
        yield from (self.planned_anew, self.read, self.claim, self.beat, self.crash, self.old_answer)
        yield from (self.time_goes_by, self.clock_jumps)
        if self.states("planned", "refused"):
            yield from [self.claim_what_is_free] * 4
        if self.claimed:
            yield from [self.settle] * 3
        if self.live:
            yield from [self.watch] * 5
        if any(holder != SENDERS for holder, _ in self.live.values()):
            yield self.late_give_up
        if self.states("unknown", "held"):
            yield from [self.network_tells] * 5
        if self.states("unknown"):
            yield self.held
        if self.states("unknown", "held", "sent"):
            yield from [self.person_tells] * 2


@settings(max_examples=examples(120, share=12), deadline=None)
@given(STEPS)
def test_no_order_of_things_sends_a_post_twice(steps):
    """One claim a post; no word of one who lost it; sent stays sent; a post in doubt keeps its key."""
    senders = Senders()
    try:
        for what, number, choice in steps:
            possible = list(senders.possible())
            possible[what % len(possible)](number, choice)
            senders.nothing_is_sent_twice_or_forgotten()
    finally:
        senders.teardown()


def test_the_wall_clock_of_these_tests_can_be_set(monkeypatch):
    monkeypatch.setattr(Clock, "set", timedelta(hours=-5))

    assert Clock.now(UTC) < datetime.now(UTC) - timedelta(hours=4)
