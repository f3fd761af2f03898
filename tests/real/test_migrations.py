"""A ledger of every earlier version on a PostgreSQL is brought up to date, and goes on where it stopped."""

from __future__ import annotations

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest
from desk import Desk, chain, doubles
from earlier import FESTIVAL, copy, lay, stand
from racing import channels
from sqlalchemy import create_engine, inspect, text

from publisher.delivery import schema
from publisher.delivery.ledger import Ledger

every = pytest.mark.parametrize("version", range(1, schema.VERSION))


def engine_of(url):
    return create_engine(url.replace("postgresql://", "postgresql+psycopg://"))


def tables(url):
    """What the tables of a database are like, the order of their columns apart."""
    engine = engine_of(url)
    found = inspect(engine)

    def named(things):
        return sorted(repr(sorted(each.items())) for each in things)

    shape = {
        table: (
            named(found.get_columns(table)),
            found.get_pk_constraint(table),
            named(found.get_indexes(table)),
            named(found.get_unique_constraints(table)),
            named(found.get_foreign_keys(table)),
        )
        for table in found.get_table_names()
    }
    engine.dispose()
    return shape


def statuses(url):
    engine = engine_of(url)
    with engine.connect() as connection:
        found = dict(connection.execute(text("SELECT id, status FROM posts")).all())
    engine.dispose()
    return found


def laid(version, folder, url, **places):
    lay(version, folder / "old/ledger.db", folder=folder, **places)
    copy(version, folder / "old/ledger.db", url.replace("postgresql://", "postgresql+psycopg://"))


@every
def test_it_gets_the_tables_of_today_and_keeps_every_row(tmp_path, postgresql, postgresql_url, version):
    laid(version, tmp_path, postgresql_url)
    before = statuses(postgresql_url)
    Ledger(postgresql_url, tmp_path, create=False).close()
    other = postgresql.create()
    Ledger(postgresql.url(other), tmp_path).close()

    assert tables(postgresql_url) == tables(postgresql.url(other))
    assert statuses(postgresql_url) == {
        post: "unknown" if status == "sending" and version == 1 else status for post, status in before.items()
    }
    postgresql.drop(other)


@pytest.fixture
def networks(x_server, bluesky_server, mastodon_server, telegram_server):
    return {"x": x_server, "bluesky": bluesky_server, "mastodon": mastodon_server, "telegram": telegram_server}


@every
def test_a_run_sends_what_is_missing_and_nothing_twice(tmp_path, postgresql_url, networks, version):
    desk = Desk(tmp_path, {})
    desk.configure(channels(*networks.values()), ledger=postgresql_url)
    (tmp_path / "festival.txt").write_text(FESTIVAL, encoding="utf-8")
    stand(version, networks)
    laid(version, tmp_path, postgresql_url, **{name: server.url for name, server in networks.items()})
    code, deliveries = desk.publish()

    said = {name: delivery["status"] for name, delivery in deliveries.items()}
    assert said == {"newsroom": "sent", "x": "sent", "bluesky": "sent", "mastodon": "sent", "telegram": "held"}
    assert code == 3
    for name in ("x", "bluesky", "mastodon"):
        assert chain(networks[name])
        assert not doubles(networks[name])


@every
def test_many_may_bring_it_up_to_date_at_once(tmp_path, postgresql_url, version):
    laid(version, tmp_path, postgresql_url)
    with ThreadPoolExecutor(6) as pool:
        for ledger in pool.map(lambda number: Ledger(postgresql_url, tmp_path, create=number % 2 == 0), range(6)):
            ledger.close()

    assert ("sending" in statuses(postgresql_url).values()) == (version > 1)


DIE = """
import os, sys
from pathlib import Path
from alembic.operations import Operations
from publisher.delivery.ledger import Ledger

known = Operations.create_table

def make(operations, name, *parts):
    if name == sys.argv[2]:
        os.kill(os.getpid(), 9)
    return known(operations, name, *parts)

Operations.create_table = make
Ledger(sys.argv[1], Path())
"""


@pytest.mark.parametrize(("version", "table"), [(1, "events"), (1, "files"), (2, "files")])
def test_a_program_that_is_killed_on_the_way_leaves_it_as_it_was(tmp_path, postgresql_url, version, table):
    laid(version, tmp_path, postgresql_url)
    before = tables(postgresql_url), statuses(postgresql_url)
    killed = subprocess.run([sys.executable, "-c", DIE, postgresql_url, table], check=False)

    assert killed.returncode == -9
    assert (tables(postgresql_url), statuses(postgresql_url)) == before
    Ledger(postgresql_url, tmp_path).close()
    assert "brake" in tables(postgresql_url)


def test_nothing_was_published_where_there_are_no_tables_yet(tmp_path, postgresql_url):
    """Whoever only looks at an empty database is told so, and leaves it empty."""
    desk = Desk(tmp_path, {})
    desk.configure({}, ledger=postgresql_url)
    run = desk.run("status")

    assert (run.returncode, run.stdout) == (0, "Nothing has been published yet.\n"), run.stderr
    asked = desk.run("status", "release.txt")
    assert (asked.returncode, "the ledger knows nothing of this release" in asked.stderr) == (2, True)
    assert tables(postgresql_url) == {}
