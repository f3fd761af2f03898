"""The ledger remembers every post's state, and gives a post to one sender only."""

import subprocess
import sys
import threading
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from entries import record_delivery, record_release
from sqlalchemy import update

from publisher.channels.base import Receipt, Request
from publisher.config.secrets import remember
from publisher.delivery import leases, schema
from publisher.delivery.claims import BEAT_SECONDS, LEASE_SECONDS, MACHINE, _start, is_dead, this_process
from publisher.delivery.ledger import Ledger
from publisher.delivery.rows import Holder
from publisher.errors import PublishError

URL = "sqlite:///.publish/ledger.db"


@pytest.fixture
def ledger(tmp_path):
    ledger = Ledger(URL, tmp_path)
    yield ledger
    ledger.close()


def planned(ledger, count=2):
    """A release on one channel with some planned posts; returns them."""
    release = record_release(ledger, None, slug="s", file="f.md", headline="H", digest="d", content={})
    requests = [(Request("POST", "u", json={"text": str(n)}, key=f"k{n}"), f"d{n}") for n in range(count)]
    record_delivery(ledger, release, channel="x", kind="x", layout="thread", requests=requests)
    return ledger.release(release).deliveries[0].posts


def state(ledger, post):
    return ledger.posts([post.id])[0].status


def seen(ledger):
    """The first post as it seems to whoever only looks."""
    return ledger.releases()[0].deliveries[0].posts[0].status


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
    threads = [threading.Thread(target=lambda: got.append(ledger.claim([post]))) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len([claim for claim in got if claim]) == 1
    assert state(ledger, post) == "sending"


def test_a_thread_is_taken_whole_or_not_at_all(ledger):
    """Where one of its posts is not free, none of the others is taken either."""
    first, second = planned(ledger)
    ledger.claim([second])

    assert ledger.claim([first, second]) is None
    assert state(ledger, first) == "planned"


def test_a_post_that_was_taken_out_is_not_claimed(ledger):
    """Another run plans the thread anew, shorter, while this one looks at it."""
    first, second = planned(ledger)
    with ledger.writing() as connection:
        connection.execute(schema.posts.delete().where(schema.posts.c.id == second.id))

    assert ledger.claim([second]) is None
    assert ledger.claim([first, second]) is None
    assert state(ledger, first) == "planned"


def test_a_claim_that_was_taken_over_writes_nothing(ledger, tmp_path):
    """Its fencing token is out of date: whatever it says of the post, and whoever claims it next, is left alone."""
    (post, _) = planned(ledger)
    (late,) = ledger.claim([post])
    ledger.give_up(post.id, ledger.holder(post.id))
    (now,) = ledger.posts([post.id])
    ledger.change(now, "planned")
    other = Ledger(URL, tmp_path)
    (claimed,) = other.claim([post])

    assert not ledger.still_holds([late])
    assert not ledger.settle([late], [Receipt("sent", id="1")])
    assert state(ledger, post) == "sending"
    assert other.still_holds([claimed])
    assert other.settle([claimed], [Receipt("sent", id="2")])
    assert ledger.posts([post.id])[0].remote_id == "2"
    other.close()


def test_an_answer_about_an_earlier_claim_changes_nothing(ledger):
    """Whoever asked about the post before it was claimed anew, and hears of it only now, comes too late."""
    (post, _) = planned(ledger)
    (claimed,) = ledger.claim([post])
    ledger.settle([claimed], [Receipt("unknown")])
    (asked,) = ledger.posts([post.id])
    ledger.change(asked, "planned")
    (again,) = ledger.claim([post])
    ledger.settle([again], [Receipt("unknown")])

    assert not ledger.change(asked, "planned")
    assert state(ledger, post) == "unknown"


def owned_by(ledger, owner):
    with ledger.writing() as connection:
        connection.execute(update(schema.senders).values(owner=owner))


def dead_process():
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()
    return f"{MACHINE}/{gone.pid}/1"


def test_the_post_of_a_dead_process_is_unknown_not_planned(ledger):
    """Nobody knows whether what it was sending arrived."""
    post = planned(ledger)[0]
    ledger.claim([post])
    owned_by(ledger, dead_process())
    assert seen(ledger) == "unknown"
    ledger.give_up_dead_claims()

    assert state(ledger, post) == "unknown"
    assert ledger.claim([post]) is None


def test_the_post_of_a_living_process_stays_its_own(ledger):
    """However long ago it was seen."""
    post = planned(ledger)[0]
    ledger.claim([post])
    with ledger.writing() as connection:
        connection.execute(update(schema.senders).values(seen_at=datetime.now(UTC) - timedelta(days=1)))
    ledger.give_up_dead_claims()

    assert state(ledger, post) == seen(ledger) == "sending"


def test_a_post_may_have_left_at_its_senders_last_moment(ledger):
    """A long upload: how long ago the claim was says nothing of how long the network has had the post."""
    post = planned(ledger)[0]
    ledger.claim([post])
    with ledger.writing() as connection:
        connection.execute(update(schema.posts).values(updated_at=datetime.now(UTC) - timedelta(minutes=5)))
    before = datetime.now(UTC)
    ledger.give_up(post.id, ledger.holder(post.id))

    assert ledger.posts([post.id])[0].updated_at >= before


def test_a_sign_of_life_at_the_last_moment_saves_a_claim(ledger):
    """It is given up only as it was seen last."""
    post = planned(ledger)[0]
    ledger.claim([post])
    holder = ledger.holder(post.id)
    ledger.beat()

    assert not ledger.give_up(post.id, holder)
    assert ledger.give_up(post.id, ledger.holder(post.id))


def test_a_sender_elsewhere_is_dead_after_a_lease_without_a_sign(monkeypatch):
    """By the watcher's own clock, whatever the times in the ledger say; a sign of life begins the lease anew."""
    now = [1000.0]
    monkeypatch.setattr(leases, "elapsed", lambda: now[0])
    watch = leases.Watch()

    def over(beat):
        return watch.is_over(1, Holder("s", "elsewhere/1/1", beat))

    assert not over(0)
    now[0] += LEASE_SECONDS - 1
    assert not over(0)
    assert not over(1)
    now[0] += LEASE_SECONDS - 1
    assert not over(1)
    now[0] += 2
    assert over(1)
    assert LEASE_SECONDS + BEAT_SECONDS <= 20


def test_a_gap_between_signs_of_life_is_remembered(ledger, monkeypatch):
    """A claim from before it needs a look into the ledger, however punctual the signs are again."""
    now = [1000.0]
    monkeypatch.setattr(leases, "elapsed", lambda: now[0])
    heartbeat = leases.Heartbeat(ledger)
    for _ in range(5):
        now[0] += BEAT_SECONDS
        heartbeat.give_sign()
    assert heartbeat.kept_up_since(1000.0)
    now[0] += 60
    assert not heartbeat.kept_up_since(1000.0)
    heartbeat.give_sign()
    assert not heartbeat.kept_up_since(1000.0)
    assert heartbeat.kept_up_since(now[0] + 0.1)


def test_what_was_in_doubt_keeps_its_key(ledger):
    """A network that says "not here" and then delivers the first attempt after all must recognise the second as it."""
    release_id = record_release(ledger, None, slug="s", file="f.md", headline="H", digest="d", content={})

    def plan(text):
        requests = [(Request("POST", "u", json={"text": text}), text)]

        def stamp(request, _index, at):
            return replace(request, key=at.isoformat())

        record_delivery(ledger, release_id, channel="x", kind="x", layout="single", requests=requests, stamp=stamp)
        return ledger.release(release_id).deliveries[0].posts[0]

    first = plan("a")
    (claimed,) = ledger.claim([first])
    ledger.settle([claimed], [Receipt("refused")])
    renewed = plan("a")
    assert renewed.request.key > first.request.key
    (claimed,) = ledger.claim([renewed])
    ledger.settle([claimed], [Receipt("unknown")])
    ledger.change(ledger.posts([first.id])[0], "planned")

    assert plan("a").request == renewed.request
    assert plan("b").request.key == renewed.request.key
    assert plan("b").request.json == {"text": "b"}


def test_everything_that_happens_to_a_post_is_kept(ledger):
    """The intent, the network's own answer with secrets masked, and what was found out later."""
    remember("top-secret-token")
    (post, _) = planned(ledger)
    (claimed,) = ledger.claim([post])
    ledger.settle([claimed], [Receipt("unknown", error="X answered 500")], '500 {"token": "top-secret-token"}')
    ledger.change(ledger.posts([post.id])[0], "sent", Receipt("sent", id="1"), words="the network has it")

    assert [(event.status, event.words, event.answer) for event in ledger.events([post])] == [
        ("sending", None, None),
        ("unknown", "X answered 500", '500 {"token": "•••"}'),
        ("sent", "the network has it", None),
    ]


def test_a_clock_that_was_set_back_is_noticed(ledger):
    """What was written since a post was claimed is dated before that, or the present is."""
    first, second = planned(ledger)
    (claimed,) = ledger.claim([first])
    assert not ledger.clock_went_back(claimed, timedelta(minutes=5))
    with ledger.writing() as connection:
        hour = datetime.now(UTC) + timedelta(hours=1)
        connection.execute(update(schema.events).values(at=hour))
    assert ledger.clock_went_back(claimed, timedelta(minutes=5))
    assert not ledger.clock_went_back(second, timedelta(minutes=5))


def test_planning_again_renews_only_what_never_left(ledger):
    """A refused post takes the new request; a sent one keeps its own, whatever is planned now."""
    release_id = record_release(ledger, None, slug="s", file="f.md", headline="H", digest="d", content={})

    def plan(*texts):
        requests = [(Request("POST", "u", json={"text": text}, key=text), text) for text in texts]
        record_delivery(ledger, release_id, channel="x", kind="x", layout="thread", requests=requests)
        return [post.request.json["text"] for post in ledger.release(release_id).deliveries[0].posts]

    assert plan("a", "b") == ["a", "b"]
    first = ledger.release(release_id).deliveries[0].posts[0]
    ledger.settle(ledger.claim([first]), [Receipt("refused", error="too long")])
    assert plan("c") == ["c"]
    ledger.settle(ledger.claim([first]), [Receipt("sent", id="1")])
    assert plan("d", "e") == ["c"]


def test_the_commit_is_on_the_disk_before_anything_is_sent(ledger):
    """Write-ahead log with full synchronisation, on every connection."""
    with ledger.writing() as connection:
        assert connection.exec_driver_sql("PRAGMA journal_mode").scalar() == "wal"
        assert connection.exec_driver_sql("PRAGMA synchronous").scalar() == 2


@pytest.mark.parametrize(
    ("owner", "dead"), [("elsewhere/1/1", None), ("here/this", False), ("here/unburied", True), ("", None)]
)
def test_a_claim_lives_as_long_as_its_process_where_this_machine_knows(owner, dead):
    """A slow upload keeps its claim on this machine; a child that died and was not waited for does not."""
    unburied = subprocess.Popen([sys.executable, "-c", ""])
    child = unburied.pid
    for _ in range(500):
        if _start(child) is None:
            break
        time.sleep(0.01)
    owner = {"here/this": this_process(), "here/unburied": f"{MACHINE}/{child}/1"}.get(owner, owner)

    assert is_dead(owner) is dead
    unburied.wait()


@pytest.mark.parametrize("error", [PermissionError(13, "hidden"), OSError(24, "too many open files")])
def test_a_process_that_cannot_be_looked_at_is_not_taken_for_dead(monkeypatch, error):
    """Another user's, hidden; or no file can be opened just now: its sign of life must tell."""
    other = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)

    def unreadable(*_args, **_more):
        raise error

    owner = f"{MACHINE}/{other.pid}/{_start(other.pid)}"
    assert is_dead(owner) is False
    with monkeypatch.context() as patch:
        patch.setattr(Path, "read_text", unreadable)
        assert is_dead(owner) is None
    other.communicate()
    assert is_dead(owner) is True


def test_a_process_that_is_hidden_is_not_taken_for_dead(monkeypatch):
    """`hidepid` shows nothing of other users' processes, as if they were gone."""
    other = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    owner = f"{MACHINE}/{other.pid}/{_start(other.pid)}"

    def nothing(path, *_args, **_more):
        raise FileNotFoundError(2, "hidden", str(path))

    with monkeypatch.context() as patch:
        patch.setattr(Path, "read_text", nothing)
        patch.setattr(Path, "exists", lambda _: False)
        assert is_dead(owner) is None
    other.communicate()


@pytest.mark.parametrize(
    ("url", "says"),
    [
        ("sqlite://", "in memory"),
        ("postgresql//u:geheim@db/x", "is no database address"),
        ("postgresql://u:geheim@127.0.0.1:port/x", "is no database address"),
        ("no database", "`ledger` is no database address"),
        ("oracle://u:geheim@127.0.0.1/db", "SQLite or PostgreSQL"),
        ("mystery://u:geheim@127.0.0.1/db", "SQLite or PostgreSQL"),
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
    with first.writing() as connection:
        connection.execute(update(schema.ledger).values(version=schema.VERSION + 1))
    first.close()

    with pytest.raises(PublishError, match="newer version"):
        Ledger(URL, tmp_path)


def test_a_file_without_tables_is_an_empty_ledger(tmp_path):
    """As a run leaves it that found the disk full; whoever only looks leaves it so."""
    (tmp_path / ".publish").mkdir()
    (tmp_path / ".publish/ledger.db").touch()
    ledger = Ledger(URL, tmp_path, create=False)
    ledger.give_up_dead_claims()

    assert ledger.releases() == ledger.find_release(slug="s") == ledger.events([]) == []
    ledger.close()
    Ledger(URL, tmp_path).close()
    again = Ledger(URL, tmp_path, create=False)
    assert again.releases() == []
    again.close()


def test_a_relative_ledger_lies_beside_channels_yaml(tmp_path):
    assert not Ledger.exists(URL, tmp_path)
    Ledger(URL, tmp_path).close()

    assert Ledger.exists(URL, tmp_path)
    assert Path(tmp_path / ".publish/ledger.db").is_file()
