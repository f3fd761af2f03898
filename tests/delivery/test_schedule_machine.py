"""Whatever is scheduled, edited, cancelled, stopped and killed, in whatever order, and with clocks that jump.

Beside the program a model is kept of what may go out: it knows what was frozen and for when, what was taken off, and
whether the brake is on, and nothing of how the program works.
"""

from __future__ import annotations

import gc
import sqlite3
import warnings
from contextlib import suppress
from datetime import timedelta

import pytest
from examples import FULL, examples
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule, run_state_machine_as_test
from office import CHANNELS, CHOSEN, EMBARGO, STORIES, World, open_world, reference

MAX_LATE = timedelta(hours=2)
STEPS = 16
FAULTS = ("down", "reset_before", "close_before", "reset_after", "close_after", "500_after", "garbage", "503", "429")
AHEAD = tuple(timedelta(minutes=each) for each in (1, 2, 20, 60, 121, 24 * 60))
KILLS = st.none() | st.integers(1, 24)
TROUBLE = st.none() | st.tuples(st.sampled_from(FAULTS), st.sampled_from(CHANNELS[1:]), st.integers(1, 3))


class Frozen:
    """What was put on the schedule: for when, in which state.

    `looked` is set once a run may have seen that it is due; `certain` says that the command which did it ended well.
    """

    def __init__(self, due, state, *, certain):
        self.due, self.state, self.certain, self.looked = due, state, certain, False


class Schedule(RuleBasedStateMachine):
    """A press office over some days. `world` and `reference` are set from outside."""

    world = reference = None

    def __init__(self):
        super().__init__()
        self.sound = True
        self.doubt = False
        self.brake = False  # None: nobody knows
        self.text = dict.fromkeys(STORIES, 0)
        self.config = 0
        self.frozen = {(story, channel): [] for story in STORIES for channel in CHANNELS}
        self.arrived = {key: [] for key in self.frozen}
        self.seen = dict.fromkeys(CHANNELS, ())

    @initialize(ahead=st.sampled_from(AHEAD), further=st.sampled_from(AHEAD), early=st.booleans())
    def begin(self, ahead, further, early):
        """Two releases are on the schedule, the one under embargo with those who may have it, perhaps, alone."""
        self.world.fresh()
        for story in STORIES.values():
            self.world.write(story, 0)
        self.schedule(STORIES["harbour"], ahead, None, None)
        self.schedule(STORIES["bridge"], further, None, CHOSEN if early else None)

    # What is there to be done

    stories = st.sampled_from(sorted(STORIES.values(), key=lambda story: story.name))

    @rule(story=stories, ahead=st.sampled_from(AHEAD), kill=KILLS, only=st.sampled_from((None, CHOSEN, "public")))
    def schedule(self, story, ahead, kill, only):
        """For some time ahead; what is under embargo with one channel alone, or for the end of the embargo."""
        due, names = World.clock + ahead, CHANNELS
        if only == CHOSEN:
            names = (CHOSEN,)
        elif story.embargo and due < story.embargo:
            due = story.embargo
        if only == "public":
            names = CHANNELS[:-1]
        words = () if names == CHANNELS else ("--only", ",".join(names))
        kill = kill if kill and kill < 6 else None
        code = self.act("schedule", self.path(story), "--at", due.isoformat(), "--json", *words, kill=kill)
        if code == 0:  # where all of it is out, nothing is said of it
            releases = self.world.data()["releases"] if self.world.output else []
            names = [row["channel"] for release in releases for row in release["deliveries"]]
        for channel in names if code in (0, None) else ():
            state = story.state(channel, self.text[story.name], self.config, due)
            before = self.frozen[story.name, channel] if code is None else []
            self.frozen[story.name, channel] = [*before, Frozen(due, state, certain=code == 0)]

    @rule(story=stories)
    def too_early(self, story):
        """What the public would see before its time is not even scheduled."""
        if story.embargo and World.clock < story.embargo - timedelta(minutes=1):
            due = World.clock + timedelta(minutes=1)
            assert self.act("schedule", self.path(story), "--at", due.isoformat()) == 2

    def edit(self, story, version):
        self.text[story.name] = version % len(story.versions)
        self.world.write(story, self.text[story.name])

    @rule(story=stories, version=st.integers(0, 2), what=st.sampled_from(("text", "channels", "back", "back")))
    def change(self, story, version, what):
        """The file, or what stands in channels.yaml; or all of it is put back."""
        if what == "text":
            self.edit(story, version)
        elif what == "channels":
            self.configure(version % 2)
        else:
            self.edit_back(story)

    def edit_back(self, story):
        """As it was when it was frozen last, channels.yaml too."""
        if frozen := [each for channel in CHANNELS for each in self.frozen[story.name, channel]]:
            self.put_back(story, frozen[-1].state.text, frozen[-1].state.config)

    def configure(self, version):
        self.config = version
        self.world.configure(version)

    @precondition(lambda self: self.is_waiting)
    @rule(story=stories, kill=KILLS, only=st.sampled_from((None, None, *CHANNELS)))
    def cancel(self, story, kill, only):
        words = ("--only", only) if only else ()
        if self.act("cancel", "cancel", self.path(story), *words, kill=kill) == 0:
            for channel in [only] if only else CHANNELS:
                self.frozen[story.name, channel] = []

    @precondition(lambda self: self.brake is not True)
    @rule(kill=st.none() | st.none() | st.integers(1, 4))
    def freeze(self, kill):
        code = self.act("freeze", "freeze", kill=kill)
        self.brake = True if code == 0 else self.brake or None

    @precondition(lambda self: self.brake is not False)
    @rule(kill=st.none() | st.none() | st.integers(1, 4))
    def unfreeze(self, kill):
        code = self.act("unfreeze", "unfreeze", kill=kill)
        certain = self.brake and code is not None
        for key, waiting in self.frozen.items():
            behind = [each for each in waiting if each.due <= World.clock]
            for each in behind:
                each.looked = True
            if certain:
                self.frozen[key] = [each for each in waiting if each not in behind]
        self.brake = None if code is None else False

    @rule(kill=KILLS, trouble=TROUBLE, brake_after=st.none() | st.none() | st.integers(1, 6))
    def due(self, kill, trouble, brake_after):
        clean = [] if kill or trouble or brake_after or self.brake is not False else self.clean()
        before = {key: list(waiting) for key, waiting in self.frozen.items()}
        code = self.act("due", "due", kill=kill, trouble=trouble, brake_after=brake_after)
        for key, waiting in before.items():
            for each in waiting:
                if each.due > World.clock:
                    continue
                if code is not None and not each.looked and self.must_be_held(key, each):
                    self.frozen[key].remove(each)
                each.looked = True
        for key in clean:
            (wanted,) = before[key]
            assert self.arrived[key] == self.reference[key][wanted.state], (key, self.world.said)

    @precondition(lambda self: self.is_waiting)
    @rule(
        data=st.data(),
        late=st.sampled_from([timedelta(seconds=each) for each in (-1, 0, 0, 30, 30, 7200, 7201)]),
        kill=KILLS,
        trouble=TROUBLE,
        brake_after=st.none() | st.none() | st.integers(1, 4),
        first=st.sampled_from(("", "", "edit", "channels", "cancel", "brake", "brake, and off")),
        story=stories,
    )
    def on_time(self, data, late, kill, trouble, brake_after, first, story):  # noqa: PLR0917 -- what may go wrong
        """The clock comes to where something is due, or a little before, or a little too late for it.

        Often somebody has done something `first`, so that it must not go out as it is.
        """
        moments = sorted({each.due for waiting in self.frozen.values() for each in waiting})
        if moments:
            moment = data.draw(st.sampled_from(moments)) + late
            if moment > World.clock:
                self.meddle(first, story)
                self.world.at(moment, World.true + (moment - World.clock))
                if first == "brake, and off":
                    self.unfreeze(None)
                self.due(kill, trouble, brake_after)

    def meddle(self, what, story):
        match what:
            case "edit":
                self.edit(story, (self.text[story.name] + 1) % len(story.versions))
            case "channels":
                self.configure(1 - self.config)
            case "cancel":
                self.cancel(story, None, None)
            case "brake" | "brake, and off" if self.brake is not True:
                self.freeze(None)

    @rule(story=stories, kill=KILLS, trouble=TROUBLE, only=st.sampled_from((None, None, *CHANNELS)))
    def by_hand(self, story, kill, trouble, only):
        names = [only] if only else CHANNELS
        words = ("--only", only) if only else ()
        code = self.act("hand", self.path(story), "--yes", *words, kill=kill, trouble=trouble)
        if self.brake is False and code in (0, 1, 3):
            for channel in names:
                self.frozen[story.name, channel] = []
        if code is None:
            for channel in names:
                for each in self.frozen[story.name, channel]:
                    each.looked = True

    @precondition(lambda self: self.doubt)
    @rule()
    def reconcile(self):
        self.act("reconcile", "reconcile")

    @precondition(lambda self: self.doubt)
    @rule(story=stories)
    def look(self, story):
        """A person looks what became of the posts that are held, and says so."""
        self.resolve(story)

    @rule(
        how=st.sampled_from(("wait", "wait", "set", "right")),
        ahead=st.sampled_from(AHEAD),
        jump=st.sampled_from([timedelta(minutes=each) for each in (-1500, -121, -61, -7, -1, 1, 7, 61, 1500)]),
    )
    def time_goes_by(self, how, ahead, jump):
        """Or somebody sets this machine's clock, wrong or right; the networks' goes its way."""
        match how:
            case "wait":
                self.world.at(World.clock + ahead, World.true + ahead)
            case "set":
                self.world.at(World.clock + jump, World.true)
            case "right":
                self.world.at(World.true, World.true)

    # What must hold

    @property
    def is_waiting(self):
        """Whether something is on the schedule, as far as anybody can tell."""
        return any(self.frozen.values())

    def path(self, story):
        return str(self.world.file(story))

    def put_back(self, story, text, config):
        self.edit(story, text)
        self.configure(config)

    def act(self, actor, *words, **how):
        """Run the program, and judge all that arrived anywhere meanwhile."""
        self.sound = False
        code = self.world.run(*words, **how)
        stopped = self.world.braked_at
        self.doubt = self.doubt or code in (1, 3, None)
        for channel in CHANNELS:
            standing = self.world.standing(channel)
            if channel == "newsroom":
                new = [each for each in standing if each not in self.seen[channel]]
                assert set(self.seen[channel]) <= set(standing), "a page is gone, or has changed"
                assert len(set(standing)) == len(standing)
            else:
                new = standing[len(self.seen[channel]) :]
            self.seen[channel] = standing
            for text in new:
                self.judge(channel, text, actor)
            if stopped and channel != "newsroom":  # the one that was on its way at that moment
                assert len(standing) <= stopped[channel] + 1, "it went on behind the brake"
        if stopped:
            self.brake = True
        self.sound = True
        return code

    def judge(self, channel, text, actor):
        """One post that arrived just now."""
        story = next((each for each in STORIES.values() if each.thing in text.casefold()), None)
        assert story, f"what is this? {text}"
        key = (story.name, channel)
        self.arrived[key].append(text)
        arrived, said = self.arrived[key], f"{key} by {actor} at {World.clock}: {self.arrived[key]}\n{self.world.said}"
        assert self.standing_states(key), f"twice, or of several versions: {said}"
        assert self.brake is not True, f"behind the brake: {said}"
        if story.embargo and channel != CHOSEN:
            assert World.clock >= story.embargo, f"under embargo: {said}"
        if story.embargo and channel == CHOSEN and actor == "hand" and World.clock < story.embargo:
            assert any(state.notice for state in self.standing_states(key)), f"without the notice: {said}"
        waiting = self.frozen[key]
        if actor == "due":
            fitting = [
                each
                for each in waiting
                if each.due <= World.clock <= each.due + MAX_LATE
                and self.reference[key][each.state][: len(arrived)] == arrived
            ]
            now = [(str(each.due), each.state) for each in waiting]
            assert fitting, f"early, late, cancelled, or not as frozen ({now}): {said}"
        else:
            assert actor == "hand", said
            later = any(each.certain for each in waiting)
            later = later and not any(each.looked or each.due <= World.clock for each in waiting)
            assert not later, f"while it was scheduled for later: {said}"

    def standing_states(self, key):
        """The states of which what arrived may be the beginning."""
        arrived = self.arrived[key]
        return [state for state, texts in self.reference[key].items() if texts[: len(arrived)] == arrived]

    def must_be_held(self, key, frozen):
        """Whether a run that is not disturbed must have held what was due, and never looked at before."""
        now = self.state_now(key, frozen)
        changed = self.reference[key][now] != self.reference[key][frozen.state]
        return self.brake is True or World.clock > frozen.due + MAX_LATE or changed

    def state_now(self, key, frozen):
        name, channel = key
        return STORIES[name].state(channel, self.text[name], self.config, frozen.due)

    def clean(self):
        """What the next undisturbed run must send, as nothing whatever speaks against it."""
        found = []
        for name in STORIES:
            due = {
                (name, channel): self.frozen[name, channel]
                for channel in CHANNELS
                if any(each.due <= World.clock for each in self.frozen[name, channel])
            }
            if all(self.is_clean(key, waiting) for key, waiting in due.items()):
                page = (name, "newsroom")
                found += list(due) if page in due or self.arrived[page] or set(due) == {(name, CHOSEN)} else []
        return found

    def is_clean(self, key, waiting):
        return (
            len(waiting) == 1
            and waiting[0].certain
            and not waiting[0].looked
            and not self.arrived[key]
            and not self.must_be_held(key, waiting[0])
            and self.text[key[0]] == waiting[0].state.text
            and self.config == waiting[0].state.config
        )

    def resolve(self, story):
        """A person's word on each post that is unknown or held: by what stands there."""
        code = self.act("status", "status", self.path(story), "--json")
        if code == 2:  # the ledger knows nothing of it
            return
        (release,) = self.world.data()["releases"]
        for row in release["deliveries"]:
            for post in row["posts"]:
                if post["status"] in ("unknown", "held") and row["channel"] != "newsroom":
                    arrived = self.arrived[story.name, row["channel"]]
                    there = post["index"] < len(arrived)
                    link = self.world.link(row["channel"], arrived[post["index"]]) if there else None
                    words = ("--sent", link) if link else ("--not-sent",)
                    self.act("resolve", "resolve", self.path(story), row["channel"], *words)

    def teardown(self):
        """In the end nothing is lost: a person brings out each release, once, whatever had happened before."""
        if not self.sound:
            return
        last = max([World.clock, World.true, EMBARGO]) + timedelta(days=2)
        self.world.at(last, last)
        self.act("unfreeze", "unfreeze")
        self.brake = False
        for story in STORIES.values():
            self.bring_out(story)
        self.frozen = {key: [] for key in self.frozen}
        assert self.act("due", "due") == 0

    def bring_out(self, story):
        out = {key: self.standing_states(key) for key in self.arrived if key[0] == story.name}
        common = set.intersection(*({state.text for state in states} for states in out.values()))
        assert common, f"the channels have different versions: {self.arrived}"
        self.put_back(story, min(common), self.config)
        with suppress(AssertionError):
            self.act("cancel", "cancel", self.path(story))
        for channel in CHANNELS:
            self.frozen[story.name, channel] = []
        for _ in range(8):
            if self.act("hand", self.path(story), "--yes") == 0:
                break
            self.act("reconcile", "reconcile")
            self.resolve(story)
        for key in out:
            assert self.arrived[key] in list(self.reference[key].values()), f"not all of {key}: {self.world.said}"


@pytest.fixture
def world(monkeypatch):
    made = open_world(monkeypatch)
    yield made
    made.close()


def test_no_order_of_things_sends_twice_early_under_embargo_or_other_than_frozen(world):
    """Nor behind the brake, nor after it was cancelled, nor too late; and in the end nothing is lost."""
    Schedule.world, Schedule.reference = world, reference(world)
    quick = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)  # a program that is killed closes nothing
        run_state_machine_as_test(
            Schedule,
            settings=settings(
                max_examples=examples(50) if FULL else 8,
                stateful_step_count=STEPS,
                deadline=None,
                suppress_health_check=quick,
            ),
        )
        Schedule.world = Schedule.reference = None
        for left in [each for each in gc.get_objects() if isinstance(each, sqlite3.Connection)]:
            left.close()
        gc.collect()
