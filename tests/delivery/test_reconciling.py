"""`publish reconcile` asks the networks about every post in doubt, sends nothing, and says what it found."""

from __future__ import annotations

import json

import pytest
from test_publishing import Desk

from publisher.delivery.ledger import Ledger


@pytest.fixture
def desk(tmp_path, telegram_server, mastodon_server):
    channels = {"telegram": telegram_server.settings(), "mastodon": mastodon_server.settings()}
    return Desk(tmp_path, channels)


def posts(desk, name):
    run = desk.run("status", "release.txt", "--json")
    (release,) = json.loads(run.stdout)["releases"]
    return next(row["posts"] for row in release["deliveries"] if row["channel"] == name)


def make_unknown(desk, name, status="unknown"):
    """As after a crash: a post that stands (or not), and a ledger that does not know."""
    ledger = Ledger("sqlite:///.publish/ledger.db", desk.folder)
    release = ledger.releases()[0]
    row = next(row for row in release.deliveries if row.channel == name)
    ledger.change(row.posts[0], status)
    ledger.close()


def test_a_post_that_stands_is_found(desk, mastodon_server):
    """With its link; nothing is sent; the exit code says that all is well."""
    desk.publish()
    before = len(mastodon_server.posts)
    make_unknown(desk, "mastodon")
    run = desk.run("reconcile", "release.txt")

    assert run.returncode == 0, run.stdout + run.stderr
    assert "mastodon" in run.stdout
    assert "it stands there: http" in run.stdout
    assert run.stdout.splitlines()[-1] == "Every post that was in doubt stands."
    assert len(mastodon_server.posts) == before
    assert posts(desk, "mastodon")[0]["status"] == "sent"


def test_a_post_that_does_not_stand_is_sent_by_the_next_run(desk, mastodon_server):
    """`reconcile` itself sends nothing, and leaves with 1."""
    desk.publish()
    mastodon_server.posts.clear()
    make_unknown(desk, "mastodon")
    run = desk.run("reconcile", "--json")

    assert run.returncode == 1, run.stdout + run.stderr
    assert "it is not there; the next run sends it" in run.stderr
    assert json.loads(run.stdout)["releases"][0]["deliveries"]
    assert mastodon_server.posts == []


def test_what_cannot_be_asked_is_held_and_the_way_on_is_said(desk, telegram_server):
    """Also where channels.yaml has no such channel any more."""
    desk.publish()
    make_unknown(desk, "telegram")
    run = desk.run("reconcile")

    assert run.returncode == 3
    assert "held for a person" in run.stdout
    assert "publish resolve" in run.stdout
    assert run.stdout.splitlines()[-1] == "A person must look at the posts named above."
    assert len(telegram_server.posts) == 1

    make_unknown(desk, "telegram", "unknown")
    desk.configure({})
    gone = desk.run("reconcile")
    assert gone.returncode == 3
    assert "channels.yaml has no `telegram` of type telegram any more" in gone.stdout


def test_a_network_that_is_away_leaves_it_unknown(desk, mastodon_server):
    desk.publish()
    make_unknown(desk, "mastodon")
    mastodon_server.stop()
    run = desk.run("reconcile")

    assert run.returncode == 3
    assert "still unknown" in run.stdout
    mastodon_server.start()
    assert desk.run("reconcile").returncode == 0


def test_without_doubt_there_is_nothing_to_ask(desk, mastodon_server):
    """Neither before the first release nor after one that stands; no network is called."""
    assert desk.run("reconcile").stdout == "Nothing has been published yet.\n"
    desk.publish()
    before = len(mastodon_server.requests)

    assert desk.run("reconcile").stdout == "No outcome is unknown.\n"
    assert len(mastodon_server.requests) == before


def test_the_history_of_a_post_can_be_read(desk):
    """Each state with its time, and the network's own answer."""
    desk.publish()
    shown = desk.run("status", "release.txt", "--history").stdout
    data = json.loads(desk.run("status", "--history", "--json").stdout)
    history = data["releases"][0]["deliveries"][-1]["posts"][0]["history"]

    assert [event["status"] for event in history] == ["sending", "sent"]
    assert history[-1]["answer"].startswith("200 {")
    assert "UTC sent | 200 {" in shown
