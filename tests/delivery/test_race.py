"""Many runs of one release on one ledger send each post once, whoever of them dies."""

from __future__ import annotations

import subprocess
import sys

import pytest
from desk import Desk, doubles
from racing import MANY, all_at_once, channels, each_once, half_killed


@pytest.fixture
def desk(tmp_path, x_server, bluesky_server, mastodon_server, telegram_server):
    return Desk(tmp_path, channels(x_server, bluesky_server, mastodon_server, telegram_server))


def test_many_runs_at_once_send_each_post_once(desk, x_server, bluesky_server, mastodon_server, telegram_server):
    """All of them end well, none of them speaks of the ledger, and nothing stands twice."""
    codes, said = all_at_once(desk)

    assert codes == [0] * MANY, said
    assert not [words for words in said if "ledger" in words or "locked" in words]
    each_once(x_server, bluesky_server, mastodon_server)
    assert len(telegram_server.posts) == 1


def test_runs_that_are_killed_lose_and_double_nothing(desk, x_server, bluesky_server, mastodon_server, telegram_server):
    """Half of them die at some moment; one more run, and everything stands once. Telegram's may be held."""
    half_killed(desk, (x_server, bluesky_server, mastodon_server, telegram_server))
    code, deliveries = desk.publish()

    assert {deliveries[name]["status"] for name in ("newsroom", "x", "bluesky", "mastodon")} == {"sent"}
    each_once(x_server, bluesky_server, mastodon_server)
    assert not doubles(telegram_server)
    assert (code, len(telegram_server.posts)) in ((0, 1), (3, 0), (3, 1))
    assert (code == 3) == (deliveries["telegram"]["status"] == "held")


OPEN = """
import sys, time
from pathlib import Path
from publisher.delivery.entering import enter_release
from publisher.delivery.ledger import Ledger

folder = Path(sys.argv[1])
print("ready", flush=True)
sys.stdin.readline()
for number in range(8):
    (folder / str(number)).mkdir(exist_ok=True)
    ledger = Ledger("sqlite:///ledger.db", folder / str(number))
    with ledger.writing() as connection:
        enter_release(connection, None, {"slug": "s", "file": "f", "headline": "h", "digest": "d", "content": {}})
    ledger.close()
"""


def test_many_make_one_ledger_at_once(tmp_path):
    """Whoever comes first makes the tables, and the others wait for that, not for luck."""
    makers = [
        subprocess.Popen(
            [sys.executable, "-c", OPEN, str(tmp_path)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for _ in range(MANY)
    ]
    for maker in makers:
        assert maker.stdout.readline() == "ready\n"
    for maker in makers:
        maker.stdin.write("\n")
        maker.stdin.flush()
    errors = [maker.communicate(timeout=120)[1] for maker in makers]

    assert [maker.returncode for maker in makers] == [0] * MANY, errors
