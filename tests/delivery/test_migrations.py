"""A ledger of every earlier version is brought up to date, and goes on where it stopped."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
import time

import pytest
from desk import Desk, chain, doubles
from earlier import FESTIVAL, LEDGERS, TABLES, lay, moment, stand
from racing import channels
from sqlalchemy import create_engine, inspect

from publisher.delivery import schema
from publisher.delivery.claims import MACHINE, this_process
from publisher.delivery.ledger import Ledger
from publisher.errors import PublishError

URL = "sqlite:///.publish/ledger.db"
EARLIER = range(1, schema.VERSION)
SENDING = 6
"""The post that somebody was sending."""

LEFT = "the program stopped while this post was on its way"

every = pytest.mark.parametrize("version", EARLIER)
unwatched = pytest.mark.parametrize("version", [1])
"""Those whose claims give no sign of life: they run out by the clock."""
watched = pytest.mark.parametrize("version", EARLIER[1:])


def test_there_is_a_ledger_of_every_earlier_version():
    """Whoever changes the tables keeps one of the version before (see earlier.py)."""
    assert [version for version in EARLIER if not (LEDGERS / f"{version}.sql").is_file()] == []
    assert [version for version in EARLIER if version not in TABLES or version not in POINTS] == []


def tables(database):
    """What the tables of a database are like, the order of their columns apart."""
    engine = create_engine(f"sqlite:///{database}")
    found = inspect(engine)

    def named(things):
        return sorted(repr(sorted(each.items())) for each in things)

    shape = {
        table: (
            named(found.get_columns(table)),
            found.get_pk_constraint(table)["constrained_columns"],
            named(found.get_indexes(table)),
            named(found.get_unique_constraints(table)),
            named(found.get_foreign_keys(table)),
        )
        for table in found.get_table_names()
    }
    engine.dispose()
    return shape


def rows(database):
    """Every row of the tables that all versions have, by table and id."""
    connection = sqlite3.connect(database)
    connection.row_factory = sqlite3.Row
    found = {
        (table, row["id"]): dict(row)
        for table in ("releases", "deliveries", "posts")
        for row in connection.execute(f"SELECT * FROM {table}")  # noqa: S608 -- names of our own
    }
    connection.close()
    return found


def contents(database):
    """The whole database as SQL."""
    connection = sqlite3.connect(database)
    sql = list(connection.iterdump())
    connection.close()
    return sql


@every
def test_it_gets_the_tables_of_today_and_keeps_every_row(tmp_path, version):
    lay(version, tmp_path / ".publish/ledger.db", folder=tmp_path)
    before = rows(tmp_path / ".publish/ledger.db")
    Ledger(URL, tmp_path).close()
    (tmp_path / "new").mkdir()
    Ledger(URL, tmp_path / "new").close()

    assert tables(tmp_path / ".publish/ledger.db") == tables(tmp_path / "new/.publish/ledger.db")
    after = rows(tmp_path / ".publish/ledger.db")
    assert set(after) == set(before)
    for key, row in before.items():
        kept = {name: value for name, value in row.items() if name in after[key]}
        if key == ("posts", SENDING) and version == 1:
            kept |= {"status": "unknown", "error": LEFT}
        assert {name: after[key][name] for name in kept} == kept
    doubtful = {key[1] for key, row in after.items() if row.get("doubtful")}
    assert doubtful == {row["id"] for row in after.values() if row.get("status") in ("unknown", "held")}
    assert (SENDING in doubtful) == (version == 1)


@pytest.fixture
def desk(tmp_path, x_server, bluesky_server, mastodon_server, telegram_server):
    desk = Desk(tmp_path, channels(x_server, bluesky_server, mastodon_server, telegram_server))
    (tmp_path / "festival.txt").write_text(FESTIVAL, encoding="utf-8")
    return desk


@pytest.fixture
def networks(x_server, bluesky_server, mastodon_server, telegram_server):
    return {"x": x_server, "bluesky": bluesky_server, "mastodon": mastodon_server, "telegram": telegram_server}


def laid(version, desk, networks, **places):
    """The ledger in a press officer's folder, and what it speaks of on the networks. Returns the ledger's file."""
    stand(version, networks)
    file = desk.folder / ".publish/ledger.db"
    lay(version, file, folder=desk.folder, **{name: server.url for name, server in networks.items()}, **places)
    return file


def states(database):
    """Each post's status by its channel and number, of the release that was interrupted."""
    connection = sqlite3.connect(database)
    query = """SELECT channel, "index", status FROM posts JOIN deliveries ON deliveries.id = delivery_id
               WHERE release_id = 2 ORDER BY posts.id"""
    found = {(channel, index): status for channel, index, status in connection.execute(query)}
    connection.close()
    return found


@every
def test_a_run_sends_what_is_missing_and_nothing_twice(version, desk, networks):
    """Threads go on after what stands; what was lost is looked up; the message is held; then nothing is left to do."""
    laid(version, desk, networks)
    code, deliveries = desk.publish()

    said = {name: delivery["status"] for name, delivery in deliveries.items()}
    assert said == {"newsroom": "sent", "x": "sent", "bluesky": "sent", "mastodon": "sent", "telegram": "held"}
    assert code == 3
    for name in ("x", "bluesky", "mastodon"):
        assert chain(networks[name])
        assert not doubles(networks[name])
        assert len(networks[name].posts) == len(deliveries[name]["posts"])
    told = len(networks["telegram"].posts)
    resolved = desk.run("resolve", "release.txt", "telegram", "--sent", "https://t.me/harbour_channel/17")
    assert resolved.returncode == 0, resolved.stderr
    before = {name: len(server.posts) for name, server in networks.items()}
    assert desk.publish()[0] == 0
    assert {name: len(server.posts) for name, server in networks.items()} == before
    assert before["telegram"] == told


@every
def test_reconciling_settles_what_was_lost(version, desk, networks):
    file = laid(version, desk, networks)
    run = desk.run("reconcile")

    assert run.returncode == 3, run.stdout + run.stderr
    assert states(file)[("x", 2)] == states(file)[("mastodon", 1)] == "sent"
    assert states(file)[("telegram", 0)] == "held"
    assert not [call for server in networks.values() for call in server.requests if server.publishes(call)]


@every
def test_its_state_is_told_as_it_is(version, desk, networks):
    """`publish status` finds what was being sent unknown, and tells of both releases."""
    laid(version, desk, networks)
    run = desk.run("status")

    assert run.returncode == 3, run.stderr
    assert "Harbour Festival Opens on Saturday" in run.stdout
    assert "telegram: held" in run.stdout
    assert "x: 2 of 5 posts sent, unknown" in run.stdout
    assert LEFT in run.stdout
    assert not any(server.requests for server in networks.values())


@every
def test_a_persons_word_is_taken(version, desk, networks):
    file = laid(version, desk, networks)
    run = desk.run("resolve", "festival.txt", "telegram", "--sent", "https://t.me/harbour_channel/17")

    assert run.returncode == 0, run.stderr
    assert rows(file)[("posts", 2)]["status"] == "sent"


@unwatched
@pytest.mark.parametrize("whose", ["this machine", "another machine"])
@pytest.mark.parametrize("words", [("release.txt",), ("status",)], ids=["publish", "status"])
def test_while_an_older_program_is_sending_nothing_is_changed(version, desk, networks, whose, words):
    """Its claim cannot be watched: the line says what to wait for, and the older program can go on."""
    host, number, start = this_process().rsplit("/", 2)
    here = f"{host.partition(':')[0]}/{number}/{start}"
    owner, until = (here, moment(-1)) if whose == "this machine" else ("elsewhere/1/1", moment(10))
    file = laid(version, desk, networks, owner=owner, until=until)
    before = contents(file)
    run = desk.run(*words)

    assert run.returncode == 2, run.stdout
    (line,) = [line for line in run.stderr.splitlines() if line.startswith("publish:")]
    assert "an older version of this program is sending from this ledger" in line
    assert "Wait until it is done" in line
    assert contents(file) == before
    assert not any(server.publishes(call) for server in networks.values() for call in server.requests)


@pytest.fixture
def gone():
    """The number of a process that is dead."""
    process = subprocess.Popen([sys.executable, "-c", ""])
    process.wait()
    return process.pid


@unwatched
def test_the_process_of_an_older_program_that_is_dead_is_no_reason_to_wait(version, tmp_path, gone):
    """On this machine that is known at once, however long its claim would have held."""
    owner = f"{MACHINE.partition(':')[0]}/{gone}/1"
    lay(version, tmp_path / ".publish/ledger.db", folder=tmp_path, owner=owner, until=moment(30))
    Ledger(URL, tmp_path).close()

    assert rows(tmp_path / ".publish/ledger.db")[("posts", SENDING)]["status"] == "unknown"


@watched
@pytest.mark.parametrize("whose", ["this machine", "another machine"])
def test_what_an_older_program_is_sending_stays_with_it(version, desk, networks, whose):
    """Its claim can be watched: the tables are brought up to date around it, and it is told as it is."""
    owner, until = (this_process(), moment(-1)) if whose == "this machine" else ("elsewhere/1/1", moment(0))
    file = laid(version, desk, networks, owner=owner, until=until)
    before = rows(file)[("posts", SENDING)]
    run = desk.run("status")

    assert run.returncode == 3, run.stderr
    assert "x: 2 of 5 posts sent, sending" in run.stdout
    assert rows(file)[("posts", SENDING)] == before


@watched
def test_no_run_takes_a_post_from_an_older_program_that_lives(version, desk, networks):
    """It goes on with the other channels, and waits."""
    file = laid(version, desk, networks, owner=this_process())
    before, stood = rows(file)[("posts", SENDING)], len(networks["x"].posts)
    run = desk.start("release.txt", "--yes")
    for _ in range(3_000):
        if run.poll() is not None or (len(networks["bluesky"].posts) == 5 and len(networks["mastodon"].posts) == 4):
            break
        time.sleep(0.01)
    waits = run.poll() is None
    run.kill()
    said = run.communicate(timeout=60)[0]

    assert waits, said
    assert chain(networks["mastodon"])
    assert rows(file)[("posts", SENDING)] == before
    assert len(networks["x"].posts) == stood


@watched
def test_a_post_of_an_older_program_that_is_dead_seems_unknown_until_a_run_has_asked(version, desk, networks, gone):
    """On this machine that is known at once, however fresh its sign of life is."""
    file = laid(version, desk, networks, owner=f"{MACHINE}/{gone}/1", until=moment(0))
    told = desk.run("status")

    assert "x: 2 of 5 posts sent, unknown" in told.stdout, told.stderr
    assert rows(file)[("posts", SENDING)]["status"] == "sending"
    desk.run("reconcile")
    assert rows(file)[("posts", SENDING)]["status"] == "sent"


OPEN = """
import sys
from pathlib import Path
from publisher.delivery.ledger import Ledger
import alembic.operations

print("ready", flush=True)
sys.stdin.readline()
Ledger("sqlite:///.publish/ledger.db", Path(sys.argv[1]), create=sys.argv[2] == "True").close()
"""


@every
def test_many_may_bring_it_up_to_date_at_once(version, tmp_path):
    """One does, the others wait for it; whether they want to send or only to look."""
    lay(version, tmp_path / ".publish/ledger.db", folder=tmp_path)
    before = rows(tmp_path / ".publish/ledger.db")
    openers = [
        subprocess.Popen(
            [sys.executable, "-c", OPEN, str(tmp_path), str(create)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for create in (True, False) * 3
    ]
    for opener in openers:
        assert opener.stdout.readline() == "ready\n"
    for opener in openers:
        opener.stdin.write("\n")
        opener.stdin.flush()
    errors = [opener.communicate(timeout=120)[1] for opener in openers]

    assert [opener.returncode for opener in openers] == [0] * len(openers), errors
    assert set(rows(tmp_path / ".publish/ledger.db")) == set(before)


DIE = """
import os
from publisher.delivery import migrations

def die(*_args, **_more):
    os.kill(os.getpid(), 9)

def die_making(table):
    from alembic.operations import Operations

    known = Operations.create_table
    Operations.create_table = lambda op, name, *parts: die() if name == table else known(op, name, *parts)
"""


POINTS = {
    1: ["die_making('senders')", "die_making('events')", "die_making('files')", "migrations.update = die"],
    2: ["die_making('brake')", "die_making('files')", "migrations.update = die"],
}
"""Where a program is killed on the way from each version."""


@pytest.mark.parametrize(("version", "point"), [(version, point) for version in EARLIER for point in POINTS[version]])
def test_a_program_that_is_killed_on_the_way_leaves_it_as_it_was(version, tmp_path, point):
    """All the steps count, or none; the next program takes them all."""
    file = tmp_path / ".publish/ledger.db"
    lay(version, file, folder=tmp_path)
    before = contents(file)
    killed = subprocess.run(
        [sys.executable, "-c", f"{DIE}\n{point}\n{OPEN}", str(tmp_path), "True"], check=False, input=b"\n"
    )

    assert killed.returncode == -9
    assert contents(file) == before
    Ledger(URL, tmp_path).close()
    assert set(rows(file)) >= {("posts", SENDING)}


@every
def test_it_is_kept_from_older_programs_afterwards(version, tmp_path):
    """The number in it says that it is of today."""
    lay(version, tmp_path / ".publish/ledger.db", folder=tmp_path)
    Ledger(URL, tmp_path, create=False).close()
    connection = sqlite3.connect(tmp_path / ".publish/ledger.db")

    assert connection.execute("SELECT version FROM ledger").fetchall() == [(schema.VERSION,)]
    connection.close()


def test_a_newer_ledger_stops_the_one_who_only_looks(tmp_path):
    Ledger(URL, tmp_path).close()
    connection = sqlite3.connect(tmp_path / ".publish/ledger.db", isolation_level=None)
    connection.execute("UPDATE ledger SET version = version + 1")
    connection.close()

    with pytest.raises(PublishError, match="newer version"):
        Ledger(URL, tmp_path, create=False)
