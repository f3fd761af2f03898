"""PostgreSQL, in a folder of its own, with a fresh database for each test that asks for `postgresql_url`."""

from __future__ import annotations

import shutil
import signal
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from real.servers.process import Process, ServerError, free_port, run, unprivileged

SUPERUSER = "press"


def programs() -> Path:
    """The folder of initdb and postgres: Debian keeps each version's out of the search path.

    Raises:
        ServerError: There is none.
    """
    debian = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    for found in (*reversed(debian), shutil.which("initdb")):
        if found and (Path(found).resolve().parent / "postgres").exists():
            return Path(found).resolve().parent
    raise ServerError("PostgreSQL is missing. On Debian and Ubuntu: apt install postgresql")


class PostgreSQL:
    """One cluster on a free port of loopback; it refuses to run as root, so then it runs as somebody else."""

    def __init__(self) -> None:
        self._programs, self._user, self.port = programs(), unprivileged(), free_port()
        self._made = 0
        # Not in pytest's own folders: only their owner may walk through those.
        self._folder = Path(tempfile.mkdtemp(prefix="publish-postgresql-"))
        try:
            if self._user:
                shutil.chown(self._folder, self._user)
            self._process = self._start()
        except BaseException:
            shutil.rmtree(self._folder)
            raise

    def _start(self) -> Process:
        data = self._folder / "data"
        words = ["--username", SUPERUSER, "--auth", "trust", "--encoding", "UTF8", "--no-locale", "--no-sync"]
        run([self._programs / "initdb", "--pgdata", data, *words], user=self._user)
        settings = {
            "listen_addresses": "127.0.0.1",
            "port": str(self.port),
            "unix_socket_directories": str(self._folder),
            "max_connections": "200",
        }
        return Process(
            [self._programs / "postgres", "-D", data, *(f"--{name}={value}" for name, value in settings.items())],
            self._folder / "postgresql.log",
            self._answers,
            user=self._user,
            stop_with=signal.SIGINT,  # its "fast" shutdown: open sessions are cut
        )

    def _answers(self) -> bool:
        try:
            self._client("pg_isready", "--quiet")
        except ServerError:
            return False
        return True

    def _client(self, program: str, *words: str) -> None:
        where = ["--host", "127.0.0.1", "--port", str(self.port), "--username", SUPERUSER]
        run([self._programs / program, *where, *words])

    def create(self) -> str:
        """The name of a new, empty database."""
        self._made += 1
        name = f"ledger_{self._made}"
        self._client("createdb", name)
        return name

    def drop(self, name: str) -> None:
        """Away with a database, whoever is connected to it."""
        self._client("dropdb", "--force", name)

    def url(self, database: str) -> str:
        return f"postgresql://{SUPERUSER}@127.0.0.1:{self.port}/{database}"

    def stop(self) -> None:
        self._process.stop()
        shutil.rmtree(self._folder)


@pytest.fixture(scope="session")
def postgresql() -> Iterator[PostgreSQL]:
    server = PostgreSQL()
    yield server
    server.stop()


@pytest.fixture
def postgresql_url(postgresql: PostgreSQL) -> Iterator[str]:
    """A fresh database on a real PostgreSQL, as a ledger's address; it is gone after the test."""
    name = postgresql.create()
    yield postgresql.url(name)
    postgresql.drop(name)
