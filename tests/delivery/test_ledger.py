"""The ledger remembers every post's state, and gives a post to one sender only."""

import subprocess
import sys
import threading
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import update

from publisher.channels.base import Receipt, Request
from publisher.delivery import schema
from publisher.delivery.claims import _start, is_dead, this_process
from publisher.delivery.ledger import Ledger
from publisher.errors import PublishError

URL = "sqlite:///.publish/ledger.db"


@pytest.fixture
def ledger(tmp_path):
    ledger = Ledger(URL, tmp_path)
    yield ledger
    ledger.close()


def planned(ledger, count=2):
    """A release on one channel with some planned posts; returns them."""
    release = ledger.record_release(None, slug="s", file="f.md", headline="H", digest="d", content={})
    requests = [(Request("POST", "u", json={"text": str(n)}, key=f"k{n}"), f"d{n}") for n in range(count)]
    ledger.record_delivery(release, channel="x", kind="x", layout="thread", requests=requests)
    return ledger.release(release).deliveries[0].posts


def test_a_request_comes_back_as_it_was_planned(ledger):
    posts = planned(ledger)

    assert [post.request for post in posts] == [
        Request("POST", "u", json={"text": "0"}, key="k0"),
        Request("POST", "u", json={"text": "1"}, key="k1"),
    ]
    assert {post.status for post in posts} == {"planned"}


def test_one_of_many_senders_gets_the_post(ledger):
    """Twenty threads claim at once; one gets it."""
    post = planned(ledger)[0]
    got = []
    threads = [threading.Thread(target=lambda: got.append(ledger.claim(post.id))) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len([claim for claim in got if claim]) == 1
    assert ledger.post(post.id).status == "sending"


def test_a_claim_that_was_taken_over_writes_nothing(ledger):
    """An outcome with an old token changes nothing."""
    post = planned(ledger)[0]
    ledger.claim(post.id)
    ledger.settle(post.id, "another token", Receipt("sent", id="1"))

    assert ledger.post(post.id).status == "sending"


def test_the_post_of_a_dead_process_is_unknown_not_planned(ledger):
    """Nobody knows whether what it was sending arrived."""
    post = planned(ledger)[0]
    ledger.claim(post.id)
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()
    child = gone.pid
    with ledger._write() as connection:
        host = ledger.owner.split("/")[0]
        connection.execute(update(schema.posts).where(schema.posts.c.id == post.id).values(owner=f"{host}/{child}/1"))
    assert ledger.post(post.id).status == "unknown"  # also for whoever only looks
    ledger.give_up_dead_claims()

    assert ledger.post(post.id).status == "unknown"
    assert ledger.claim(post.id) is None


def test_the_post_of_a_living_process_stays_its_own(ledger):
    post = planned(ledger)[0]
    ledger.claim(post.id)
    ledger.give_up_dead_claims()

    assert ledger.post(post.id).status == "sending"


def test_planning_again_renews_only_what_never_left(ledger):
    """A refused post takes the new request; a sent one keeps its own, whatever is planned now."""
    release_id = ledger.record_release(None, slug="s", file="f.md", headline="H", digest="d", content={})

    def plan(*texts):
        requests = [(Request("POST", "u", json={"text": text}, key=text), text) for text in texts]
        ledger.record_delivery(release_id, channel="x", kind="x", layout="thread", requests=requests)
        return [post.request.json["text"] for post in ledger.release(release_id).deliveries[0].posts]

    assert plan("a", "b") == ["a", "b"]
    first = ledger.release(release_id).deliveries[0].posts[0]
    token, _ = ledger.claim(first.id)
    ledger.settle(first.id, token, Receipt("refused", error="too long"))
    assert plan("c") == ["c"]
    token, _ = ledger.claim(first.id)
    ledger.settle(first.id, token, Receipt("sent", id="1"))
    assert plan("d", "e") == ["c"]


def test_the_commit_is_on_the_disk_before_anything_is_sent(ledger):
    """Write-ahead log with full synchronisation, on every connection."""
    with ledger._write() as connection:
        assert connection.exec_driver_sql("PRAGMA journal_mode").scalar() == "wal"
        assert connection.exec_driver_sql("PRAGMA synchronous").scalar() == 2


@pytest.mark.parametrize(
    ("owner", "minutes", "dead"),
    [
        ("elsewhere/1/1", 5, False),
        ("elsewhere/1/1", -5, True),
        ("here/this", -5, False),
        ("here/unburied", 5, True),
    ],
)
def test_a_claim_lives_as_long_as_its_process_or_elsewhere_as_its_lease(owner, minutes, dead):
    """A slow upload keeps its claim on this machine; a child that died and was not waited for does not."""
    now = datetime.now(UTC)
    unburied = subprocess.Popen([sys.executable, "-c", ""])
    child = unburied.pid
    host = this_process().split("/")[0]
    for _ in range(500):
        if _start(child) is None:
            break
        time.sleep(0.01)
    owner = {"here/this": this_process(), "here/unburied": f"{host}/{child}/1"}.get(owner, owner)

    assert is_dead(owner, now + timedelta(minutes=minutes), now) is dead
    unburied.wait()


@pytest.mark.parametrize(
    ("url", "says"),
    [
        ("sqlite://", "in memory"),
        ("postgresql//u:geheim@db/x", "is no database address"),
        ("postgresql://u:geheim@127.0.0.1:port/x", "is no database address"),
        ("no database", "`ledger` is no database address"),
        ("oracle://u:geheim@127.0.0.1/db", "needs a database driver"),
        ("mystery://u:geheim@127.0.0.1/db", "needs a database driver"),
    ],
)
def test_a_ledger_that_cannot_be_is_named_without_its_password(tmp_path, url, says):
    with pytest.raises(PublishError, match=says) as caught:
        Ledger(url, tmp_path)

    assert "geheim" not in str(caught.value)


def test_a_file_that_is_no_ledger_is_named(tmp_path):
    (tmp_path / ".publish").mkdir()
    (tmp_path / ".publish/ledger.db").write_bytes(b"this is no database" * 100)

    with pytest.raises(PublishError, match="the ledger cannot be used"):
        Ledger(URL, tmp_path)


def test_a_ledger_of_a_newer_program_is_left_alone(tmp_path):
    first = Ledger(URL, tmp_path)
    with first._write() as connection:
        connection.execute(update(schema.ledger).values(version=schema.VERSION + 1))
    first.close()

    with pytest.raises(PublishError, match="newer version"):
        Ledger(URL, tmp_path)


def test_a_relative_ledger_lies_beside_channels_yaml(tmp_path):
    assert not Ledger.exists(URL, tmp_path)
    Ledger(URL, tmp_path).close()

    assert Ledger.exists(URL, tmp_path)
    assert Path(tmp_path / ".publish/ledger.db").is_file()
