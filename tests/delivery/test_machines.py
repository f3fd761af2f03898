"""Two machines, one ledger: one that died is followed, one that lives is waited for, one that slept sends nothing."""

from __future__ import annotations

import os
import signal
import sqlite3
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest
from desk import Desk, doubles
from examples import FULL

BUSY = 30
"""Seconds for which a busy machine may keep a process from starting."""
LEASE = 4.0

ELSEWHERE = """
from publisher.delivery import claims
claims.MACHINE = "elsewhere"
"""
"""A process of another machine, as far as anybody can tell."""

SHORT = f"""
from publisher.delivery import asking, leases
leases.LEASE_SECONDS, leases.BEAT_SECONDS = {LEASE}, 0.5
asking._settling = lambda channel, post: 0.0
"""
"""Short leases, and networks that show at once what they have."""

SLEEPS = """
import os, signal, time
from publisher.delivery.sending import Sender

def falling_asleep(step):
    def asleep_first(self, claimed, *more):
        if not falling_asleep.done and self.channel.name != "newsroom":
            falling_asleep.done = True
            os.kill(os.getpid(), signal.SIGSTOP)
            time.sleep(1)  # it takes a moment until every thread sleeps
        return step(self, claimed, *more)
    return asleep_first

falling_asleep.done = False
Sender.{step} = falling_asleep(Sender.{step})
"""


@pytest.fixture
def networks(x_server, bluesky_server, mastodon_server, telegram_server):
    mastodon_server.knows_keys = False
    return {"x": x_server, "bluesky": bluesky_server, "mastodon": mastodon_server, "telegram": telegram_server}


@pytest.fixture
def desk(tmp_path, networks):
    return Desk(tmp_path, {name: server.settings() for name, server in networks.items()})


def history(desk):
    """What happened to posts: when, at which machine's hands, and what each became."""
    connection = sqlite3.connect(desk.folder / ".publish/ledger.db")
    rows = connection.execute("SELECT at, owner, status FROM events ORDER BY id").fetchall()
    connection.close()
    return [(datetime.fromisoformat(at).replace(tzinfo=UTC), owner.partition("/")[0], what) for at, owner, what in rows]


def until(holds):
    for _ in range(3_000):
        if holds():
            return
        time.sleep(0.01)
    raise TimeoutError


def asleep(run):
    stat = Path(f"/proc/{run.pid}/stat").read_text(encoding="utf-8")
    return stat.rpartition(")")[2].split()[0] == "T"


def dies_at_first_post(desk, server, hook):
    """A run of another machine that is killed with its request on its way. Returns when."""
    runs, moments = [], []

    def witness(call, moment):
        if server.publishes(call) and moment == "arrived" and not moments:
            runs[0].kill()
            moments.append(datetime.now(UTC))
            return True
        return False

    server.witness = witness
    runs.append(desk.start("release.txt", hook=ELSEWHERE + hook))
    runs[0].communicate(timeout=60)
    return moments[0]


def test_the_claim_of_a_machine_that_died_is_taken_over(desk, networks):
    """After a lease without a sign of life; then the network is asked, and everything stands once."""
    desk.configure({"x": networks["x"].settings()})
    dies_at_first_post(desk, networks["x"], SHORT)
    run = desk.run("release.txt", hook=SHORT)

    assert run.returncode == 0, run.stdout + run.stderr
    assert "another run has it; waiting for that" in run.stdout
    assert networks["x"].posts
    assert not doubles(networks["x"])


if FULL:  # it takes as long as a lease

    def test_a_machine_that_died_is_noticed_by_a_run_that_follows_at_once(desk, networks):
        """With the leases that everybody has: one and the sign of life before it are less than twenty seconds."""
        desk.configure({"x": networks["x"].settings()})
        died = dies_at_first_post(desk, networks["x"], "")
        run = desk.run("release.txt")

        assert run.returncode == 0, run.stdout + run.stderr
        noticed = next(at for at, _, what in history(desk) if what == "unknown")
        assert (noticed - died).total_seconds() <= 20 + BUSY
        assert not doubles(networks["x"])


def test_a_machine_that_lives_is_waited_for(desk, networks):
    """However slow its network is, and though it is asleep for a moment: its claims are nobody else's."""
    server = networks["telegram"]
    desk.configure({"telegram": server.settings()})
    server.slow_seconds = 3 * LEASE
    server.misbehave("slow")
    living = desk.start("release.txt", hook=ELSEWHERE + SHORT)
    until(lambda: server.posts)
    other = desk.start("release.txt", hook=SHORT)
    time.sleep(LEASE / 2)
    living.send_signal(signal.SIGSTOP)
    time.sleep(LEASE / 4)
    living.send_signal(signal.SIGCONT)
    said = [run.communicate(timeout=120)[0] for run in (living, other)]

    assert (living.returncode, other.returncode) == (0, 0), said
    assert {what for _, _, what in history(desk)} == {"sending", "sent"}
    assert len(server.posts) == 1


@pytest.mark.parametrize(
    ("name", "step"),
    [
        (name, step)
        for name in ("x", "bluesky", "mastodon", "telegram")
        for step in ("attempt", "receipts")
        if FULL or (name, step) in {("x", "receipts"), ("telegram", "attempt")}
    ],
)
def test_a_machine_that_slept_longer_than_a_lease_sends_nothing_more(desk, networks, name, step):
    """It fell asleep between its claim and its request; the other machine has sent, or holds the post, meanwhile."""
    server = networks[name]
    desk.configure({name: server.settings()})
    sleeper = desk.start("release.txt", hook=ELSEWHERE + SHORT + SLEEPS.replace("{step}", step))
    until(lambda: sleeper.poll() is not None or asleep(sleeper))
    assert not [call for call in server.requests if server.publishes(call)]
    code, deliveries = publish(desk)
    sent = [call for call in server.requests if server.publishes(call)]
    os.kill(sleeper.pid, signal.SIGCONT)
    said = sleeper.communicate(timeout=60)[0]

    assert [call for call in server.requests if server.publishes(call)] == sent, said
    assert not doubles(server)
    assert sleeper.returncode == code, said
    assert code == (3 if name == "telegram" else 0), deliveries
    assert bool(server.posts) == (name != "telegram")
    if name == "telegram":
        desk.run("resolve", "release.txt", "telegram", "--not-sent")
        assert desk.publish()[0] == 0
        assert len(server.posts) == 1


def publish(desk):
    run = desk.run("release.txt", hook=SHORT)
    return run.returncode, run.stdout + run.stderr


def test_a_word_on_a_post_that_another_machine_may_be_sending_is_not_taken(desk, networks):
    """By the clock on the wall it seems dead, but nobody has watched it: the line says what to do first."""
    server = networks["telegram"]
    desk.configure({"telegram": server.settings()})
    dies_at_first_post(desk, server, SHORT)
    connection = sqlite3.connect(desk.folder / ".publish/ledger.db", isolation_level=None)
    connection.execute("UPDATE senders SET seen_at = '2020-01-01 00:00:00.000000'")
    connection.close()
    said = desk.run("resolve", "release.txt", "telegram", "--not-sent")

    assert said.returncode == 2, said.stdout
    assert "nothing was changed" in said.stderr
    assert "`publish reconcile` waits" in said.stderr
    assert desk.run("reconcile", hook=SHORT).returncode == 3
    assert desk.run("resolve", "release.txt", "telegram", "--not-sent").returncode == 0
    assert desk.publish()[0] == 0
    assert len(server.posts) == 1
