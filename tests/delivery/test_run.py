"""A run: what it looks at first, what it tries again, and when it begins nothing more."""

from __future__ import annotations

import threading
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest

from publisher.channels.base import Account, Channel, ChannelError, ChannelSettings, Receipt, Request
from publisher.channels.overhearing import hear, leave
from publisher.channels.wire import AnswerError
from publisher.compose.model import Capabilities, Limit, Post, Variant
from publisher.delivery import run as runs
from publisher.delivery.ledger import Ledger
from publisher.delivery.model import exit_code
from publisher.delivery.pace import Pace, pause_before
from publisher.delivery.plan import Plan, Planned
from publisher.documents import read
from publisher.errors import PublishError
from publisher.release import parse
from publisher.text.rich import as_rich

CAN = Capabilities(
    layouts=("thread",), limits=(Limit(9000, "characters", lambda text: len(text.plain)),), readable=True
)
SENT, LOST = Receipt("sent"), Receipt("unknown", error="no answer")
NOT_NOW, UNREACHED = Receipt("refused", error="too many", wait=7.0), Receipt("refused", error="unreached", wait=0.0)
NO = Receipt("refused", error="no such room")


class Network(Channel):
    """A channel whose network answers as the test says; `wall` is what stands there."""

    type = "network"
    Settings = ChannelSettings
    capabilities = CAN

    def __init__(self, name="network", answers=(), *, can=CAN, account="us", **settings):
        super().__init__(name, ChannelSettings(**settings), Path())
        self.capabilities = can
        self.answers = list(answers)
        self.account = account
        self.wall = []
        self.calls = []
        self.lock = threading.Lock()

    def render(self, variant):
        return [Request("POST", "u", json={"text": str(index)}) for index in range(len(variant.posts))]

    def whoami(self):
        if isinstance(self.account, Exception):
            raise self.account
        return Account(self.account)

    def send(self, request, after):
        with self.lock:
            self.calls.append((request.json["text"], [receipt.id for receipt in after]))
            receipt = self.answers.pop(0) if self.answers else SENT
        if isinstance(receipt, Exception):
            raise receipt
        hear(200 if receipt.outcome == "sent" else 429, receipt.error or "fine")
        if receipt.outcome == "sent" or receipt.data:
            self.wall.append(request.json["text"])
        return replace(receipt, id=f"id {request.json['text']}") if receipt.outcome == "sent" else receipt

    def send_thread(self, requests, after):
        with self.lock:
            self.calls.append(([request.json["text"] for request in requests], [receipt.id for receipt in after]))
            receipt = self.answers.pop(0) if self.answers else SENT
        if receipt.outcome == "sent" or receipt.data:
            self.wall += [request.json["text"] for request in requests]
        return [replace(receipt, id=f"id {request.json['text']}") for request in requests]

    def find(self, request):
        if not self.capabilities.readable:
            return super().find(request)
        stands = request.json["text"] in self.wall
        return Receipt("sent", id=f"id {request.json['text']}") if stands else None


APPLIED = replace(LOST, data={"applied": "yes"})
"""An answer that is lost, though the post stands."""


class Quick(Pace):
    """A pace whose pauses are only noted."""

    def __init__(self, seconds=900.0):
        super().__init__(seconds)
        self.pauses = []

    def pause(self, seconds):
        self.pauses.append(seconds)
        return super().pause(seconds)

    def sleep(self, seconds):
        pass


@pytest.fixture
def desk(tmp_path):
    """Delivers to these channels, as often as one likes, against one ledger."""
    (tmp_path / "r.md").write_text("# A Headline That Says Enough\n\nALLER - The first paragraph says it all.\n")
    release = parse(read(str(tmp_path / "r.md")))

    def deliver(*channels, posts=3, pace=None, **options):
        variant = Variant("network", "network", "thread", "en", (Post(as_rich("text")),) * posts)
        plan = Plan(release, tuple(Planned(each, variant, tuple(each.render(variant))) for each in channels))
        steps = []
        result = runs.deliver(plan, deliver.ledger, steps.append, pace=pace or Quick(), **options)
        by_name = {row.channel: [post.status for post in row.posts] for row in result.deliveries}
        return SimpleNamespace(
            result=result, posts=by_name, code=exit_code(result.deliveries), steps=[(s.channel, s.step) for s in steps]
        )

    def open_anew():
        if deliver.ledger:
            deliver.ledger.close()
        deliver.ledger = Ledger("sqlite:///ledger.db", tmp_path)

    deliver.ledger, deliver.open_anew = None, open_anew
    open_anew()
    yield deliver
    deliver.ledger.close()


def test_a_thread_goes_out_in_order_each_post_with_those_before_it(desk):
    network = Network()
    run = desk(network)

    assert network.calls == [("0", []), ("1", ["id 0"]), ("2", ["id 0", "id 1"])]
    assert (run.code, run.result.sent_now) == (0, 3)
    assert desk(network).result.sent_now == 0
    assert network.wall == ["0", "1", "2"]


def test_what_the_network_does_not_take_now_is_tried_again_after_its_pause(desk):
    """Never before the pause is over, and each attempt has an intent of its own."""
    network, pace = Network(answers=[NOT_NOW, NOT_NOW]), Quick()
    run = desk(network, posts=1, pace=pace)

    assert (run.code, network.wall) == (0, ["0"])
    assert len(network.calls) == 3
    assert all(pause >= 6.5 for pause in pace.pauses)
    statuses = [event.status for event in desk.ledger.events(run.result.deliveries[0].posts)]
    assert statuses == ["sending", "refused", "sending", "refused", "sending", "sent"]


def test_a_network_that_cannot_be_reached_is_tried_thrice_in_all(desk):
    network = Network(answers=[UNREACHED] * 9)
    run = desk(network)

    assert (run.code, run.posts["network"]) == (1, ["refused", "planned", "planned"])
    assert len(network.calls) == 3
    assert desk(network, posts=3).code == 1


def test_a_definite_no_is_final_for_this_run(desk):
    network = Network(answers=[SENT, NO])
    run = desk(network)

    assert (run.code, run.posts["network"]) == (1, ["sent", "refused", "planned"])
    assert len(network.calls) == 2
    assert desk(network).code == 0
    assert network.wall == ["0", "1", "2"]


def test_the_pause_that_a_sent_post_asks_for_is_kept_before_the_next(desk):
    network, pace = Network(answers=[replace(SENT, wait=30.0)]), Quick()
    desk(network, posts=2, pace=pace)

    assert network.wall == ["0", "1"]
    assert [round(pause) for pause in pace.pauses] == [30]


def test_a_pause_beyond_the_deadline_is_not_waited_for(desk):
    """The run ends, says so, and the next one sends the rest."""
    network = Network(answers=[replace(SENT, wait=30.0)])
    run = desk(network, pace=Quick(20))

    assert (run.code, run.posts["network"]) == (1, ["sent", "planned", "planned"])
    assert run.steps[-1] == ("network", "late")
    assert desk(network).code == 0
    assert network.wall == ["0", "1", "2"]


def test_after_the_deadline_nothing_begins(desk):
    network = Network()
    run = desk(network, pace=Quick(0))

    assert (run.code, network.calls) == (1, [])


def test_a_lost_answer_is_looked_up_and_the_thread_goes_on(desk):
    """The post stands: it is not sent again."""
    network = Network(answers=[SENT, APPLIED])
    run = desk(network)

    assert (run.code, network.wall, run.result.sent_now) == (0, ["0", "1", "2"], 3)
    assert len(network.calls) == 3


def test_what_got_lost_on_its_way_goes_out_once_more_in_a_run(desk):
    """The network, asked, says that it does not have it."""
    network = Network(answers=[LOST])
    assert desk(network, posts=1).code == 0
    assert network.wall == ["0"]


def test_what_got_lost_twice_waits_for_the_next_run(desk):
    network = Network(answers=[LOST] * 2)
    run = desk(network, posts=1)

    assert (run.code, run.posts["network"], len(network.calls)) == (1, ["planned"], 2)
    assert desk(network, posts=1).code == 0


@pytest.mark.parametrize("answer", [LOST, APPLIED, ValueError("a bug")])
def test_where_nobody_can_be_asked_it_is_held_and_never_sent_again(desk, answer):
    network = Network(answers=[answer], can=replace(CAN, readable=False))
    for _ in range(3):
        run = desk(network, posts=1)
        assert (run.code, run.posts["network"], len(network.calls)) == (3, ["held"], 1)


def test_what_was_just_sent_may_not_be_shown_yet(desk):
    """A "not here" is believed once the network has had its time to settle, asked again and again until then."""
    network, pace = Network(answers=[LOST], can=replace(CAN, settles_seconds=15.0)), Quick()
    assert desk(network, posts=1, pace=pace).code == 0
    assert 14 < sum(pace.pauses) <= 15


def test_a_thread_that_goes_whole_is_claimed_and_sent_in_one(desk):
    """One request; what is lost is looked up post by post; a refusal is for all of it."""
    network = Network(answers=[NO, APPLIED], can=replace(CAN, atomic=True))
    assert desk(network).posts["network"] == ["refused"] * 3
    run = desk(network)

    assert (run.code, run.result.sent_now) == (0, 3)
    assert network.calls == [(["0", "1", "2"], [])] * 2
    assert network.wall == ["0", "1", "2"]


def test_the_rest_of_a_thread_that_once_went_post_by_post_goes_whole(desk):
    """With the receipts of what stands."""
    desk(Network(answers=[SENT, NO]))
    network = Network(can=replace(CAN, atomic=True))
    desk(network)

    assert network.calls == [(["1", "2"], ["id 0"])]


def test_a_channel_that_is_not_ready_loses_only_its_own_posts(desk):
    good, bad = Network("good"), Network("bad", account=ChannelError("the token has expired"))
    run = desk(good, bad)

    assert (run.code, run.posts["good"], bad.calls) == (1, ["sent"] * 3, [])
    assert run.result.deliveries[1].posts[0].error == "the token has expired"


def no_answer(*errors):
    """Raised as a channel raises what a library made of it."""
    for error in errors:
        lost = ChannelError("unreached")
        lost.__cause__ = error
        yield lost


@pytest.mark.parametrize(
    ("error", "asked"),
    [
        (ConnectionRefusedError(111, "no"), 3),
        (TimeoutError(), 3),
        (AnswerError(502, b"", {}), 3),
        (AnswerError(429, b"", {"retry-after": "7"}), 6),
        (AnswerError(429, b"", {}), 1),
        (AnswerError(401, b"", {}), 1),
        (KeyError("id"), 1),
    ],
)
def test_a_network_that_is_away_for_a_moment_is_asked_again_beforehand(desk, error, asked):
    """A definite no is final; the rest is asked again as often as a post would be."""
    network, answers = Network(), no_answer(*[error] * 9)
    calls = []

    def whoami():
        calls.append(1)
        raise next(answers)

    network.whoami = whoami
    pace = Quick()
    assert (desk(network, pace=pace).code, len(calls)) == (1, asked)
    assert all(pause >= 7 for pause in pace.pauses) or asked < 6

    def back_again():
        calls.append(1)
        if len(calls) == 1:
            raise next(no_answer(error))
        return Account("us")

    calls.clear()
    network.whoami = back_again
    assert desk(network).code == (0 if asked > 1 else 1)


def test_all_or_nothing_begins_nothing_unless_every_channel_is_ready(desk):
    good, bad = Network("good"), Network("bad", account=ChannelError("the token has expired"))
    run = desk(good, bad, all_or_nothing=True)

    assert (run.code, good.calls, run.posts["good"]) == (1, [], ["planned"] * 3)
    assert run.result.held_back
    bad.account = "us"
    assert desk(good, bad, all_or_nothing=True).code == 0


def test_a_channel_whose_preflight_has_a_bug_is_lost_alone(desk):
    good, bad = Network("good"), Network("bad", account=KeyError("id"))

    assert desk(good, bad).posts == {"good": ["sent"] * 3, "bad": ["refused", "planned", "planned"]}


def test_another_account_stops_everything_before_anything_is_sent(desk):
    good, wrong = Network("good"), Network("wrong", account="@rivals")
    wrong.settings = ChannelSettings(account="@us")
    with pytest.raises(PublishError, match="belong to @rivals, not to @us; nothing was sent"):
        desk(good, wrong)

    assert good.calls == []


def test_without_the_page_nothing_else_begins(desk):
    page = Network("page", answers=[NO], can=replace(CAN, canonical=True))
    other = Network("other")
    run = desk(page, other)

    assert (run.code, other.calls) == (1, [])
    assert ("other", "blocked") in run.steps
    assert desk(page, other).code == 0


def test_channels_go_out_beside_each_other(desk):
    """Three channels that each wait for the other two: only at once do they get through."""
    together = threading.Barrier(3, timeout=30)

    class Waiting(Network):
        def send(self, request, after):
            together.wait()
            return super().send(request, after)

    channels = [Waiting(name) for name in "abc"]
    assert desk(*channels).code == 0


def test_a_ledger_that_breaks_stops_every_channel_and_names_what_left(desk, monkeypatch):
    """What could not be recorded is asked for by the next run, and goes out once."""
    first, second = Network("first"), Network("second")
    settle, broken = desk.ledger.settle, threading.Event()

    def full(posts, receipts, answer=""):
        if posts[0].index == 1:
            broken.set()
            raise PublishError("the ledger cannot be used (database or disk is full)")
        return settle(posts, receipts, answer)

    monkeypatch.setattr(desk.ledger, "settle", full)
    run = desk(first, second)
    assert "disk is full" in str(run.result.broken)
    assert run.result.unrecorded
    assert all(each.number == 2 for each in run.result.unrecorded)
    assert max(len(first.wall), len(second.wall)) <= 2

    monkeypatch.undo()
    desk.open_anew()
    assert desk(first, second).code == 0
    assert first.wall == second.wall == ["0", "1", "2"]


def test_a_process_that_was_asleep_on_the_way_lets_nothing_leave(desk, tmp_path, monkeypatch):
    """Another machine has taken the post over meanwhile: not even the sign of life that comes first hides the gap."""
    other = Ledger("sqlite:///ledger.db", tmp_path)
    clock = [1000.0]
    for module in ("leases", "sending", "pace"):
        monkeypatch.setattr(f"publisher.delivery.{module}.elapsed", lambda: clock[0])

    class Sleeper(Network):
        def send(self, request, after):
            leave()
            clock[0] += 60  # the image is up, and the lid goes down
            (post,) = other.posts([1])
            other.give_up(post.id, other.holder(post.id))
            desk.ledger.beat()
            leave()
            return super().send(request, after)

    network = Sleeper()
    network.find = lambda _request: Receipt("unknown")
    run = desk(network, posts=1, pace=Quick(10**6))
    other.close()

    assert network.wall == []
    assert run.posts["network"] == ["unknown"]


def test_a_ledger_that_breaks_before_anything_left_is_an_error(desk, monkeypatch):
    def full(*_):
        raise PublishError("the ledger cannot be used (database or disk is full)")

    network = Network()
    monkeypatch.setattr(desk.ledger, "claim", full)
    with pytest.raises(PublishError, match="disk is full"):
        desk(network)
    assert network.calls == []


def test_the_networks_own_answer_is_kept(desk):
    run = desk(Network(answers=[replace(NO, error="channel_not_found")]), posts=1)
    events = desk.ledger.events(run.result.deliveries[0].posts)

    assert events[-1].answer == "429 channel_not_found"


def test_nobody_comes_back_before_the_network_wants_it_nor_for_ever():
    for attempt in range(1, 20):
        pauses = [pause_before(attempt, wait) for wait in (0.0, 3.0)]
        assert pauses[0] is None or 0.2 < pauses[0] < 2
        assert pauses[1] is None or 3 < pauses[1] < 20
    assert pause_before(3, 0.0) is pause_before(6, 3.0) is None
