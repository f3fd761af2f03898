"""Many runs of one release on one PostgreSQL send each post once, whoever of them dies, and wherever they run."""

from __future__ import annotations

import pytest
from desk import Desk, doubles
from racing import MANY, all_at_once, channels, each_once, half_killed


@pytest.fixture
def servers(x_server, bluesky_server, mastodon_server, telegram_server):
    return x_server, bluesky_server, mastodon_server, telegram_server


@pytest.fixture
def desk(tmp_path, servers, postgresql_url):
    desk = Desk(tmp_path, {})
    desk.configure(channels(*servers), ledger=postgresql_url)
    return desk


def test_many_runs_at_once_send_each_post_once(desk, servers):
    """All of them end well, none of them speaks of the ledger, and nothing stands twice."""
    codes, said = all_at_once(desk)

    assert codes == [0] * MANY, said
    assert not [words for words in said if "ledger" in words or "lock" in words]
    each_once(*servers)
    assert len(servers[-1].posts) == 1


def test_runs_that_are_killed_lose_and_double_nothing(desk, servers):
    """Half of them die at some moment; one more run, and everything stands once. Telegram's may be held."""
    half_killed(desk, servers)
    code, deliveries = desk.publish()

    assert {deliveries[name]["status"] for name in ("newsroom", "x", "bluesky", "mastodon")} == {"sent"}
    each_once(*servers[:-1])
    assert not doubles(servers[-1])
    assert (code, len(servers[-1].posts)) in ((0, 1), (3, 0), (3, 1))
