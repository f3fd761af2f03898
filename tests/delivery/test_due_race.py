"""Many runs of `publish due` at once, while releases become due, send each post once, whoever of them dies."""

from __future__ import annotations

import random
from datetime import UTC, datetime

import pytest
from becoming_due import BELIEVED, all_at_once, each_once, half_killed, news_of, scheduled, soon, wait_for
from desk import Desk
from racing import MANY

from publisher.config.loading import load_config
from publisher.delivery import calendar
from publisher.delivery.due import Due
from publisher.delivery.ledger import Ledger
from publisher.delivery.pace import Pace


@pytest.fixture
def servers(mastodon_server, bluesky_server, telegram_server):
    return {"mastodon": mastodon_server, "bluesky": bluesky_server, "telegram": telegram_server}


@pytest.fixture
def channels(servers):
    threads = {name: {**servers[name].settings(), "layout": "thread"} for name in ("mastodon", "bluesky")}
    return {**threads, "telegram": servers["telegram"].settings()}


@pytest.fixture
def desk(tmp_path, channels):
    return Desk(tmp_path, channels)


def test_overlapping_runs_send_what_becomes_due_once(desk, servers):
    """Each release is news of one run alone; whoever finds nothing says nothing, and two are published by hand."""
    moments = soon(2, after=-1) + soon(MANY - 2, after=2)
    files = scheduled(desk, moments)
    dues, hands = all_at_once(desk, files[:2], MANY)
    wait_for(moments[-1])
    last = desk.run("due", hook=BELIEVED)

    assert not last.stderr
    assert [code for code, _ in hands] == [0, 0], hands
    told = news_of([*dues, (last.returncode, last.stdout)])
    assert [number for number in told if number > 2] == list(range(3, MANY + 1))
    each_once(desk, MANY, servers)
    again = desk.run("due", hook=BELIEVED)
    assert (again.returncode, again.stdout, again.stderr) == (0, "", "")


def test_runs_that_are_killed_lose_and_double_nothing(desk, servers):
    """Every other one dies at some moment; one more run, and everything stands once. Telegram's may be held."""
    moments = soon(MANY, after=1)
    scheduled(desk, moments)
    half_killed(desk, random.Random(MANY), servers, MANY)  # noqa: S311 -- no secret hangs on it
    wait_for(moments[-1])
    last = desk.run("due", hook=BELIEVED)

    assert last.returncode in (0, 3), last.stdout + last.stderr
    each_once(desk, MANY, servers, unreadable=("telegram",))
    assert desk.run("due").stdout == ""


def test_a_release_is_in_one_hand_until_it_is_off_the_schedule(desk, monkeypatch):
    """Not only until its last post: another run would find all of it sent, and say that as if it were news."""
    scheduled(desk, soon(1, after=-1))
    config = load_config(str(desk.folder / "channels.yaml"))
    ledger, other = (Ledger(config.ledger, config.folder) for _ in range(2))
    settle, found = calendar.settle, []

    def look_before(*args):
        found.extend(calendar.due(other, datetime.now(UTC)))
        found.append(calendar.take(other, found[0], datetime.now(UTC)))
        settle(*args)

    monkeypatch.setattr(calendar, "settle", look_before)
    (done,) = Due(config, ledger, lambda _: lambda _: None, Pace).send()

    assert done.code == 0
    assert found == [done.release.id, None]
    assert calendar.due(other, datetime.now(UTC)) == []
    for each in (ledger, other):
        each.close()
