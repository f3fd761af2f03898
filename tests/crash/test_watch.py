"""`publish due --watch` is killed at any instant while releases become due: nothing is lost, and nothing twice."""

from __future__ import annotations

import os
import random
from datetime import UTC, datetime, timedelta

import pytest
from becoming_due import deliveries, each_once, scheduled, wait_for
from crash.judging import in_doubt
from desk import Desk
from examples import rounds

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="this system cannot fork a process")

PARTS = rounds(10)
KILLS = 10
"""In each part, with a ledger and networks of its own."""
LONGEST = 0.9
"""Seconds after which it is killed at the latest."""


@pytest.fixture
def servers(mastodon_server, bluesky_server, telegram_server):
    return {"mastodon": mastodon_server, "bluesky": bluesky_server, "telegram": telegram_server}


@pytest.mark.parametrize("part", range(PARTS))
def test_a_watch_that_is_killed_at_any_instant_is_taken_up_again(runner, tmp_path, record_property, servers, part):
    """Each time with two more releases that become due meanwhile; then one more run. Telegram's posts may be held."""
    folder = tmp_path / "desk"
    folder.mkdir()
    threads = {name: {**servers[name].settings(), "layout": "thread"} for name in ("mastodon", "bluesky")}
    desk = Desk(folder, {**threads, "telegram": servers["telegram"].settings()})
    chance = random.Random(part)  # noqa: S311 -- instants are no secrets
    count, doubtful, wrong = 0, 0, []
    for kill in range(KILLS):
        now = datetime.now(UTC)
        last = [now + timedelta(seconds=chance.uniform(0, LONGEST)) for _ in range(2)]
        scheduled(desk, last, first=count + 1)
        count += len(last)
        run = runner.run(folder, ("due", "--watch"), after=chance.uniform(0.05, LONGEST))
        if run.code is not None or "Traceback" in run.error:
            wrong.append(f"kill {kill}: {run.code} {run.output} {run.error}")
        doubtful += in_doubt(run)
        for server in servers.values():
            server.settle()
    wait_for(max(last))
    ended = runner.run(folder, ("due",))

    assert not wrong
    assert ended.code in (0, 3), ended.output + ended.error
    each_once(desk, count, servers, unreadable=("telegram",))
    assert runner.run(folder, ("due",)).output == ""
    held = sum(rows["telegram"]["status"] == "held" for rows in deliveries(desk).values())
    record_property("crash", (f"watch {part + 1}, {doubtful} in doubt", KILLS, 0, 0, held))
