"""A PostgreSQL that goes away: one clear line, nothing sent that cannot be recorded, and nothing twice after it."""

from __future__ import annotations

import psycopg
import pytest
from desk import Desk, chain, doubles

from publisher.delivery import database


class Door:
    """Whether anybody gets into a database; whoever is in is thrown out where it closes."""

    def __init__(self, url):
        self.url, _, self.name = url.rpartition("/")

    def _say(self, *words):
        with psycopg.connect(f"{self.url}/postgres", autocommit=True) as connection:
            for line in words:
                connection.execute(line)

    def close(self):
        self._say(
            f"ALTER DATABASE {self.name} ALLOW_CONNECTIONS false",
            f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{self.name}'",  # noqa: S608 -- our own
        )

    def open(self):
        self._say(f"ALTER DATABASE {self.name} ALLOW_CONNECTIONS true")


@pytest.fixture
def door(postgresql_url):
    door = Door(postgresql_url)
    yield door
    door.open()


@pytest.fixture
def desk(tmp_path, x_server, telegram_server, postgresql_url):
    desk = Desk(tmp_path, {})
    channels = {"x": {**x_server.settings(), "layout": "thread"}, "telegram": telegram_server.settings()}
    desk.configure(channels, ledger=postgresql_url)
    return desk


def at_post(server, number, act):
    """Do something when a publishing request has arrived, the first or a later one, before any of it is applied."""
    seen = []

    def witness(call, moment):
        if server.publishes(call) and moment == "arrived":
            seen.append(call)
            if len(seen) == number:
                act()
        return False

    server.witness = witness


def ends_well(desk, x_server, telegram_server):
    code, deliveries = desk.publish()
    assert deliveries["x"]["status"] == deliveries["newsroom"]["status"] == "sent"
    assert deliveries["telegram"]["status"] == ("held" if code == 3 else "sent")
    assert chain(x_server)
    assert not doubles(x_server)
    assert len(telegram_server.posts) <= 1
    assert code == 3 or telegram_server.posts


def test_a_database_that_is_not_there(desk, door, x_server, telegram_server):
    door.close()
    run = desk.run("release.txt")

    assert run.returncode == 2
    (line,) = [line for line in run.stderr.splitlines() if line.startswith("publish:")]
    assert "Nothing is sent that cannot be recorded" in line
    assert not [call for server in (x_server, telegram_server) for call in server.requests if server.publishes(call)]
    door.open()
    ends_well(desk, x_server, telegram_server)


@pytest.mark.parametrize("number", [1, 3])
def test_a_database_that_goes_away_in_the_middle_of_a_run(desk, door, x_server, telegram_server, number):
    """What was on its way is named, nothing more begins; the next run looks it up."""
    at_post(x_server, number, door.close)
    run = desk.run("release.txt")
    words = run.stdout + run.stderr

    assert run.returncode == 3, words
    assert "could not be recorded" in words
    assert "Put the ledger right and run the same command again" in words
    assert "Traceback" not in words
    assert len(x_server.posts) == number
    door.open()
    ends_well(desk, x_server, telegram_server)


def test_a_server_that_throws_everybody_out_and_goes_on(desk, door, x_server, telegram_server):
    """A restart between two requests: whatever this run makes of it, nothing stands twice, and the next run ends it."""

    def restart():
        door.close()
        door.open()

    at_post(x_server, 2, restart)
    run = desk.start("release.txt")
    said, _ = run.communicate(timeout=120)

    assert run.returncode in (0, 3), said
    assert "Traceback" not in said
    ends_well(desk, x_server, telegram_server)


def test_a_ledger_that_somebody_holds(desk, postgresql_url, x_server, telegram_server):
    """Another program holds the writers' lock: the run gives up after a while, having sent nothing."""
    desk.publish("--only", "newsroom")
    hasty = (
        "from publisher.delivery import database\n"
        "database._DURABLE = database._DURABLE.replace('lock_timeout=60s', 'lock_timeout=1s')"
    )
    with psycopg.connect(postgresql_url) as other:
        other.execute("SELECT pg_advisory_xact_lock(%s)", [database._WRITERS])
        run = desk.run("release.txt", hook=hasty)

    assert run.returncode == 2, run.stdout + run.stderr
    assert "lock timeout" in run.stderr
    assert not [call for server in (x_server, telegram_server) for call in server.requests if server.publishes(call)]
    ends_well(desk, x_server, telegram_server)
