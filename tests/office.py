"""A press office over some days: releases in versions, stand-ins, a clock that jumps, and `publish` in this process.

It runs at its real entry, and can be killed at each commit to the ledger and each publishing request: from there on
nothing of it gets any further, in whichever thread, and no stand-in applies what still comes.
"""

from __future__ import annotations

import io
import json
import re
import shutil
import tempfile
import threading
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime
from pathlib import Path
from types import SimpleNamespace
from typing import NamedTuple

import servers.base
import servers.mastodon
import servers.slack
import time_machine
from ruamel.yaml import YAML
from servers.mastodon import MastodonServer
from servers.slack import SlackServer
from servers.telegram import TelegramServer
from sqlalchemy.engine.default import DefaultDialect

import publisher.cli
import publisher.cli.running
from publisher.delivery import asking, brake, claims, intake, pace, run
from publisher.delivery.ledger import Ledger

START = datetime(2026, 12, 1, 7, 0, tzinfo=UTC)
EMBARGO = datetime(2026, 12, 1, 9, 0, tzinfo=UTC)
CHANNELS = ("newsroom", "mastodon", "telegram", "slack")
CHOSEN = "slack"
"""The channel whose readers are chosen, and that may carry a release under embargo."""

_BODY = """
(Aller)—{lede}

“We have had {years} years of wishes about the {thing},” said Mayor Ana Ruiz. “A plan without dates is a wish.”

The cities ask for:

- a plan for the {thing} by June
- a gauge in every city

Contact: Jane Doe, press@aller.example
"""
_BESIDE = re.compile(r"<nav class=\"turn\".*?</nav>\n", re.DOTALL)
_TIMES = re.compile(r"\d{4}-\d\d-\d\d(?:T[\d:+Z.-]*)?|\w{3}, \d\d \w{3} \d{4} [\d:]{8} [+-]\d{4}|\b\w+ \d{1,2}, \d{4}")


class State(NamedTuple):
    """What a channel's posts are made from: the text's version, that of channels.yaml, and whether the notice is on."""

    text: int
    config: int
    notice: bool = False


@dataclass(frozen=True, repr=False)
class Story:
    """A release; each version of it is a headline and a number of years."""

    name: str
    thing: str
    versions: tuple[tuple[str, str], ...]
    embargo: datetime | None = None

    def __repr__(self):
        return f"STORIES[{self.name!r}]"

    def written(self, version):
        headline, years = self.versions[version]
        front = f"---\nembargo: {self.embargo.isoformat()}\n---\n\n" if self.embargo else ""
        lede = f"Five cities on the Aller have written to the ministry and ask for a plan for the {self.thing}."
        return f"{front}{headline}\n{_BODY.format(lede=lede, years=years, thing=self.thing)}"

    def state(self, channel, text, config, at):
        """What a channel's posts are made from where they go out then."""
        return State(text, config, notice=bool(self.embargo) and channel == CHOSEN and at < self.embargo)


STORIES = {
    story.name: story
    for story in (
        Story(
            "harbour",
            "harbour",
            (
                ("Five Cities Ask for a Clean Harbour", "thirty"),
                ("Five Cities Ask for a Clean Harbour", "forty"),
                ("Five Cities Demand a Clean Harbour", "thirty"),
            ),
        ),
        Story(
            "bridge",
            "bridge",
            (("Five Cities Ask for a New Bridge", "thirty"), ("Five Cities Ask for a New Bridge", "forty")),
            EMBARGO,
        ),
    )
}


class Killed(BaseException):
    """The process is dead: nothing of it goes on, in whichever thread."""


class World:
    """A folder with the releases and channels.yaml, the stand-ins, and two clocks: this machine's, and the true one."""

    clock = true = START

    def __init__(self):
        memory = "/dev/shm"  # noqa: S108 -- a disk that need not turn, where there is one
        self.folder = Path(tempfile.mkdtemp(dir=memory if Path(memory).is_dir() else None))
        self.servers = {"mastodon": MastodonServer(), "telegram": TelegramServer(), "slack": SlackServer()}
        for server in self.servers.values():
            server.witness = self._witness
        self.said = self.output = ""
        self.fresh()

    def fresh(self):
        """As on the first day: nothing is out, and the ledger is empty."""
        for path in self.folder.iterdir():
            shutil.rmtree(path) if path.is_dir() else path.unlink()
        for server in self.servers.values():
            server.posts.clear()
            server.requests.clear()
        self.servers["mastodon"]._keys.clear()
        self.configure(0)
        self.at(START, START)

    def close(self):
        for server in self.servers.values():
            server.stop()
            assert not server.crashes, server.crashes[0]
        shutil.rmtree(self.folder)

    def at(self, clock, true):
        World.clock, World.true = clock, true
        servers.slack._EPOCH = int(true.timestamp())

    def write(self, story, version):
        self.file(story).write_text(story.written(version), encoding="utf-8")

    def file(self, story):
        return self.folder / f"{story.name}.md"

    def configure(self, version):
        one = {"layout": "single", "sections": ["headline", "quotes"]}
        blocks = {
            "newsroom": {"folder": "site", "base_url": "https://news.aller.example"},
            "mastodon": {**self.servers["mastodon"].settings(), "layout": "thread", "sections": ["headline", "quotes"]},
            "telegram": {**self.servers["telegram"].settings(), **one},
            "slack": {**self.servers["slack"].settings(), **one, "embargo": "allow"},
        }
        if version:
            for name in CHANNELS[1:]:
                blocks[name]["sections"] = ["headline", "quotes", "actions"]
        data = {"organisation": {"name": "League of Aller Cities", "timezone": "Europe/Berlin"}, "channels": blocks}
        with (self.folder / "channels.yaml").open("w", encoding="utf-8") as file:
            YAML().dump(data, file)

    # Running the program

    def run(self, *words, kill=None, trouble=None, brake_after=None):
        """The exit code of `publish` with these words; None where it was killed.

        Args:
            words: Its arguments.
            kill: At which commit or request, from 1, it dies.
            trouble: A fault, at which stand-in, and at how many requests.
            brake_after: At which publishing request, from 1, another process puts the brake on.
        """
        self.left, self.dead, self.brake_after, self.braked_at = kill, False, brake_after, None
        self.ours = threading.local()
        kind, where, times = trouble or (None, None, 0)
        if kind == "down":
            self.servers[where].stop()
        elif kind:
            self.servers[where].misbehave(kind, times)
        said, told = io.StringIO(), io.StringIO()
        code = None
        try:
            with redirect_stdout(said), redirect_stderr(told), time_machine.travel(World.clock, tick=False):
                publisher.cli.main([*words, "--config", str(self.folder / "channels.yaml")])
        except SystemExit as left:
            code = left.code or 0
        except Killed:
            claims.OPEN.clear()
        finally:
            self.left = None
            if kind == "down":
                self.servers[where].start()
            for server in self.servers.values():
                server.behave()
        self.output, self.said = said.getvalue(), f"{said.getvalue()}\n{told.getvalue()}"
        assert "should not have" not in self.said, self.said
        return None if self.dead else code

    def data(self):
        """What the last run said as JSON."""
        return json.loads(self.output)

    def passed(self):
        """A point at which the process may die; a dead one gets past none."""
        if self.left is not None:
            self.left -= 1
            self.dead = self.dead or self.left == 0
        if self.dead:
            raise Killed

    def committing(self, commit):
        def do_commit(dialect, connection):
            if getattr(self.ours, "outside", False):
                return commit(dialect, connection)
            self.passed()
            commit(dialect, connection)
            return self.passed()

        return do_commit

    def _witness(self, call, moment):
        """Whether the connection closes here: as the process died at this request, or before it."""
        server = next(each for each in self.servers.values() if call in each.requests[-1:])
        if self.dead:
            return True
        if not server.publishes(call):
            return False
        if moment == "arrived" and self.brake_after is not None:
            self.brake_after -= 1
            if self.brake_after == 0:
                self._brake()
        try:
            self.passed()
        except Killed:
            return True
        return False

    def _brake(self):
        """Another process puts the brake on, in the middle of a run."""
        self.ours.outside = True
        ledger = Ledger("sqlite:///.publish/ledger.db", self.folder)
        try:
            brake.pull(ledger, "in the middle")
        finally:
            ledger.close()
            self.ours.outside = False
        self.braked_at = {name: len(server.posts) for name, server in self.servers.items()}

    # What a reader sees

    def standing(self, channel):
        """The texts on a network, in the order in which they came; a newsroom's pages without the times in them.

        Nor do they count the links to the pages beside them, which change with every release.
        """
        if channel != "newsroom":
            return [post.text for post in self.servers[channel].posts]
        pages = sorted((self.folder / "site").glob("*/index.html"))
        return [_TIMES.sub("(time)", _BESIDE.sub("", page.read_text(encoding="utf-8"))) for page in pages]

    def link(self, channel, text):
        """Where a person finds a post."""
        post = next(post for post in self.servers[channel].posts if post.text == text)
        return {
            "mastodon": f"https://127.0.0.1/@harbour_news/{post.id}",
            "telegram": f"https://t.me/harbour_channel/{post.id}",
            "slack": f"https://harbour.slack.com/archives/C0HARBOUR1/p{post.id.replace('.', '')}",
        }[channel]


class TrueTime(datetime):
    """The networks' clock, which nobody here can set."""

    @classmethod
    def now(cls, tz=None):
        return World.true.astimezone(tz)


def open_world(monkeypatch):
    """A world in which nothing waits. `monkeypatch` puts this process back as it was."""
    made = World()
    monkeypatch.setattr(publisher.cli, "gc", SimpleNamespace(set_threshold=lambda *_: None, freeze=lambda: None))
    monkeypatch.setattr(publisher.cli.running, "stop_on_signals", lambda: None)
    monkeypatch.setattr(pace.Pace, "sleep", lambda _self, _seconds: made.dead and made.passed())
    monkeypatch.setattr(asking, "_settling", lambda _channel, _post: 0.0)
    monkeypatch.setattr(intake, "_FRESH_SECONDS", 0.0)
    one_at_a_time = run.ThreadPoolExecutor  # so that the same steps always come to the same
    monkeypatch.setattr(run, "ThreadPoolExecutor", lambda max_workers: one_at_a_time(min(max_workers, 1)))
    monkeypatch.setattr(DefaultDialect, "do_commit", made.committing(DefaultDialect.do_commit))
    monkeypatch.setattr(servers.mastodon, "datetime", TrueTime)
    monkeypatch.setattr(servers.slack, "_EPOCH", 0)
    now = lambda _self, timestamp=None: format_datetime(World.true, usegmt=True)  # noqa: ARG005, E731
    monkeypatch.setattr(servers.base._Handler, "date_time_string", now)
    return made


def reference(world):
    """What an undisturbed run leaves on each channel: the texts by story, channel and state."""
    found = {}
    for story in STORIES.values():
        for text in range(len(story.versions)):
            for config in range(2):
                for at in {START, story.embargo or START}:
                    world.fresh()
                    world.at(at, at)
                    world.write(story, text)
                    world.configure(config)
                    only = ("--only", CHOSEN) if story.embargo and at < story.embargo else ()
                    assert world.run(str(world.file(story)), "--yes", *only) == 0, world.said
                    for channel in (CHOSEN,) if only else CHANNELS:
                        state = story.state(channel, text, config, at)
                        found.setdefault((story.name, channel), {})[state] = world.standing(channel)
    return found
