"""Opening the ledger's database, and its errors in a press officer's words."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, SQLAlchemyError

from publisher.config.secrets import mask, remember
from publisher.errors import PublishError

READING = {"reading": True}
"""Execution options of a connection that only looks, and so need not wait for, nor be, a writer."""

POSTGRESQL = "postgresql+psycopg"
WHOLE_BYTES = 32 * 2**20
"""A SQLite file up to this size is checked whole before every run: in a tenth of a second, or two."""
_BUSY_SECONDS = 60
_POOL_SECONDS = 120
_CONNECTIONS = 4  # a process; a server allows a hundred in all, and many runs may be on their way
_WRITERS = 0x7075626C697368  # the advisory lock of whoever writes
_DURABLE = "-c synchronous_commit=on -c lock_timeout=60s -c idle_in_transaction_session_timeout=60s"
_EXAMPLE = "Write it like sqlite:///.publish/ledger.db or postgresql://NAME:PASSWORD@HOST/DATABASE"
_OTHERWISE = "make its folder writable, or name another `ledger`"
_DAMAGED = "it is damaged. Keep the file, as it says what went out, and put back a copy from before"
_ADVICE = {
    "locked": "another program holds it open; close that, or run this again in a minute",
    "full": "make room on the disk, and run this again",
    "no space": "make room on the disk, and run this again",
    "malformed": _DAMAGED,
    "disk i/o": "look at the disk that it lies on; it may be full, or failing",
    "not a database": "this file is something else, or damaged. Keep it, and name another `ledger`, or put back a copy",
    "password": "check name and password in `ledger`",
    "connection": "check that the database server runs and that the address in `ledger` is right",
    "timeout": "the database does not answer; check its server, and run this again",
}


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
    if located.drivername in ("postgresql", "postgres"):
        located = located.set(drivername=POSTGRESQL)
    if located.get_backend_name() not in ("sqlite", "postgresql"):
        raise PublishError("a ledger is kept in SQLite or PostgreSQL, and in no other database", hint=_EXAMPLE)
    return located.render_as_string(hide_password=True), located


@contextmanager
def explained(where: str) -> Iterator[None]:
    """Turn what a database, its driver or the disk may say into one line.

    Raises:
        PublishError: In their place.
    """
    try:
        yield
    except (OSError, SQLAlchemyError) as error:
        reason = str(getattr(error, "orig", None) or getattr(error, "strerror", None) or error).strip()
        reason = mask(" ".join(reason.split()))
        hint = next((advice for sign, advice in _ADVICE.items() if sign in reason.casefold()), _OTHERWISE)
        message = f"the ledger cannot be used ({reason})"
        raise PublishError(message, where=where, hint=f"Nothing is sent that cannot be recorded: {hint}") from error
    except ModuleNotFoundError as error:
        raise PublishError(f"the ledger needs a database driver: {error}", where=where) from error
    except (ValueError, TypeError, LookupError) as error:  # a row that nobody can have written so
        message = f"the ledger cannot be read ({type(error).__name__})"
        raise PublishError(message, where=where, hint=f"Nothing is sent that cannot be recorded: {_DAMAGED}") from error


def open_engine(located: URL, *, create: bool) -> Engine:
    """An engine for the database; SQLite's folder is made where `create` says so.

    Whoever writes is alone: SQLite's transactions begin exclusively, and PostgreSQL's take one lock, so that the same
    code holds for both.
    """
    if located.get_backend_name() == "sqlite":
        if create and located.database:
            Path(located.database).parent.mkdir(parents=True, exist_ok=True)
        engine = create_engine(located, pool_size=_CONNECTIONS, max_overflow=0, pool_timeout=_POOL_SECONDS)
        _prepare_sqlite(engine)
        return engine
    engine = create_engine(
        located,
        pool_size=_CONNECTIONS,
        max_overflow=0,
        pool_timeout=_POOL_SECONDS,
        pool_pre_ping=True,
        connect_args={"connect_timeout": 10, "options": _DURABLE},
    )
    _prepare_postgresql(engine)
    return engine


def refuse_damaged(connection: Connection, where: str, *, whole: bool = False) -> None:
    """Stop before a ledger whose pages contradict each other: a spoilt index may hide what was sent already.

    A file that is too large to be read whole before every run is left to `publish check`, which asks for all of it.
    PostgreSQL answers for its own pages.

    Raises:
        PublishError: The file is damaged.
    """
    if connection.dialect.name != "sqlite" or not (whole or _bytes(connection) <= WHOLE_BYTES):
        return
    if not is_whole(connection):
        raise damaged("its pages contradict each other", where)


def is_whole(connection: Connection) -> bool:
    """Whether a SQLite file's pages agree with each other; reads all of it."""
    found: str | None = connection.exec_driver_sql("PRAGMA integrity_check(1)").scalar()
    return found == "ok"


def damaged(why: str, where: str) -> PublishError:
    """The error of a ledger that cannot be trusted."""
    hint = f"Nothing is sent that cannot be recorded: {_DAMAGED}"
    return PublishError(f"the ledger cannot be used ({why})", where=where, hint=hint)


def _bytes(connection: Connection) -> int:
    pages, size = (connection.exec_driver_sql(f"PRAGMA {name}").scalar() or 0 for name in ("page_count", "page_size"))
    return int(pages * size)


def _prepare_postgresql(engine: Engine) -> None:
    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        if not connection.get_execution_options().get("reading"):
            connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_WRITERS})")


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
            "cell_size_check=ON",  # each page as it is read, whatever the size of the file
        ):
            connection.execute(f"PRAGMA {pragma}").close()

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        reading = connection.get_execution_options().get("reading")
        connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")
