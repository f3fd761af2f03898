"""Many runs of `publish due` at once, on one PostgreSQL, send each post once, whoever of them dies."""

from __future__ import annotations

import random

import pytest
from becoming_due import BELIEVED, all_at_once, each_once, half_killed, news_of, scheduled, soon, wait_for
from desk import Desk
from racing import MANY


@pytest.fixture
def servers(mastodon_server, bluesky_server, telegram_server):
    return {"mastodon": mastodon_server, "bluesky": bluesky_server, "telegram": telegram_server}


@pytest.fixture
def desk(tmp_path, servers, postgresql_url):
    threads = {name: {**servers[name].settings(), "layout": "thread"} for name in ("mastodon", "bluesky")}
    desk = Desk(tmp_path, {})
    desk.configure({**threads, "telegram": servers["telegram"].settings()}, ledger=postgresql_url)
    return desk


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
    again = desk.run("due")
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
