"""Opening the ledger's database, and its errors in a press officer's words."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DatabaseError, NoSuchModuleError

from publisher.config.secrets import remember
from publisher.errors import PublishError

READING = {"reading": True}
"""Execution options of a connection that only looks, and so need not wait for, nor be, a writer."""

_BUSY_SECONDS = 15
_EXAMPLE = "Write it like sqlite:///.publish/ledger.db"


def located_url(url: str, folder: Path) -> tuple[str, URL]:
    """The ledger's place for people, without a password, and as SQLAlchemy wants it."""
    try:
        located = make_url(url)
    except (ArgumentError, ValueError):  # the address may hold a password, and is not repeated
        raise PublishError("`ledger` is no database address", hint=_EXAMPLE) from None
    if located.get_backend_name() == "sqlite" and located.database in (None, "", ":memory:"):
        raise PublishError("a ledger in memory would forget what was sent", hint=_EXAMPLE)
    if located.get_backend_name() == "sqlite" and located.database:
        located = located.set(database=str(folder / Path(located.database or "").expanduser()))
        return located.database or "", located
    if located.password:
        remember(str(located.password))
    return located.render_as_string(hide_password=True), located


@contextmanager
def explained(where: str) -> Iterator[None]:
    """Turn what a database, its driver or the disk may say into one line.

    Raises:
        PublishError: In their place.
    """
    try:
        yield
    except (OSError, DatabaseError) as error:
        reason = str(getattr(error, "orig", None) or getattr(error, "strerror", None) or error).splitlines()[0]
        raise PublishError(
            f"the ledger cannot be used ({reason})",
            where=where,
            hint="Nothing is sent that cannot be recorded: make its folder writable, or name another `ledger`",
        ) from error
    except (NoSuchModuleError, ModuleNotFoundError) as error:
        raise PublishError(f"the ledger needs a database driver: {error}", where=where) from error


def open_engine(located: URL, *, create: bool) -> Engine:
    """An engine for the database; SQLite's folder is made where `create` says so."""
    sqlite = located.get_backend_name() == "sqlite"
    if create and sqlite and located.database:
        Path(located.database).parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(located)
    if sqlite:
        _prepare_sqlite(engine)
    return engine


def _prepare_sqlite(engine: Engine) -> None:
    """Write-ahead log, every commit on the disk before it counts, and writers that wait for each other."""

    @event.listens_for(engine, "connect")
    def connect(connection: Any, _record: Any) -> None:
        connection.isolation_level = None  # the driver's own transactions begin too late to be exclusive
        for pragma in (
            f"busy_timeout={_BUSY_SECONDS * 1000}",
            "journal_mode=WAL",
            "synchronous=FULL",
            "foreign_keys=ON",
        ):
            connection.execute(f"PRAGMA {pragma}").close()

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        reading = connection.get_execution_options().get("reading")
        connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")
