"""Bringing a ledger of an earlier version of this program to today's tables, with everything that stands in it.

All steps run in one transaction: a program that stops on the way leaves the ledger as it was. A step names its tables
and columns itself, as those in `schema.py` go on changing.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Connection,
    DateTime,
    Integer,
    String,
    Text,
    false,
    insert,
    select,
    text,
    update,
)

from publisher.delivery import schema
from publisher.delivery.claims import MACHINE, is_dead
from publisher.errors import PublishError

if TYPE_CHECKING:
    from alembic.operations import Operations


def bring_up_to_date(connection: Connection, where: str) -> None:
    """Make the tables in an empty database, or change those of an earlier version.

    Args:
        connection: In a transaction that nobody else writes beside.
        where: The ledger's place, for people.

    Raises:
        PublishError: The ledger is of a newer program, or an older one is sending from it right now.
    """
    version = version_of(connection)
    if version is None:
        schema.metadata.create_all(connection)
        connection.execute(insert(schema.ledger).values(version=schema.VERSION))
    elif version > schema.VERSION:
        raise PublishError(
            "the ledger was written by a newer version of this program", where=where, hint="Update this program"
        )
    elif version < schema.VERSION:
        from alembic.migration import MigrationContext  # noqa: PLC0415 -- only where there is something to change
        from alembic.operations import Operations  # noqa: PLC0415

        operations = Operations(MigrationContext.configure(connection))
        for step in _STEPS[version - 1 :]:
            step(operations, connection, where)
        connection.execute(update(schema.ledger).values(version=schema.VERSION))


def version_of(connection: Connection) -> int | None:
    """The version of a ledger's tables; None where there are none yet."""
    if not connection.dialect.has_table(connection, schema.ledger.name):
        return None
    found: int | None = connection.scalar(select(schema.ledger.c.version))
    return found


def _claims_by_heartbeat(op: Operations, connection: Connection, where: str) -> None:
    """1 to 2: a claim was a random token with half an hour to live; now senders give a sign of life, and claims count.

    Where an older program is sending, its claim cannot be watched: its end is waited for.
    """
    for owner, until in connection.execute(text("SELECT owner, lease_until FROM posts WHERE status = 'sending'")):
        dead = is_dead(_with_machine(str(owner)))
        if dead is False or (dead is None and _moment(until) > datetime.now(UTC)):
            raise PublishError(
                "an older version of this program is sending from this ledger",
                where=where,
                hint="Wait until it is done, half an hour at most, and run this again",
            )
    with op.batch_alter_table("posts") as posts:
        posts.add_column(Column("stamped_at", DateTime(timezone=True)))
        posts.add_column(Column("fence", Integer, nullable=False, server_default="0"))
        posts.add_column(Column("sender", String(32)))
        posts.add_column(Column("doubtful", Boolean, nullable=False, server_default=false()))
        for gone in ("claim", "owner", "lease_until"):
            posts.drop_column(gone)
    op.create_table(
        "senders",
        Column("id", String(32), primary_key=True),
        Column("owner", String(300), nullable=False),
        Column("beat", Integer, nullable=False),
        Column("seen_at", DateTime(timezone=True), nullable=False),
    )
    op.create_table(
        "events",
        Column("id", Integer, primary_key=True),
        Column("post_id", Integer, nullable=False, index=True),
        Column("at", DateTime(timezone=True), nullable=False),
        Column("owner", String(300), nullable=False),
        Column("status", String(10), nullable=False),
        Column("fence", Integer, nullable=False),
        Column("words", Text),
        Column("answer", Text),
    )
    connection.execute(
        text(
            "UPDATE posts SET status = 'unknown', error = 'the program stopped while this post was on its way' "
            "WHERE status = 'sending'"
        )
    )
    connection.execute(text("UPDATE posts SET doubtful = true WHERE status IN ('unknown', 'held')"))


def _schedules_and_brake(op: Operations, *_: object) -> None:
    """2 to 3: deliveries may have a time of their own; a brake; and what the folder of releases held last.

    What stands in the tables stays as it is: texts are packed as they are written, and read either way.
    """
    with op.batch_alter_table("deliveries") as deliveries:
        deliveries.add_column(Column("next_at", DateTime(timezone=True)))
        deliveries.add_column(Column("tries", Integer, nullable=False, server_default="0"))
        deliveries.add_column(Column("hold", Text))
        deliveries.add_column(Column("frozen", JSON))
        deliveries.add_column(Column("taken_by", String(32)))
    op.create_index("ix_deliveries_next_at", "deliveries", ["next_at"])
    op.create_table(
        "brake",
        Column("id", Integer, primary_key=True),
        Column("on", Boolean, nullable=False),
        Column("at", DateTime(timezone=True), nullable=False),
        Column("owner", String(300), nullable=False),
        Column("reason", Text),
    )
    op.create_table(
        "files",
        Column("path", String(1000), primary_key=True),
        Column("size", BigInteger, nullable=False),
        Column("mtime_ns", BigInteger, nullable=False),
        Column("digest", String(64), nullable=False),
        Column("publish_at", String(40)),
        Column("slug", String(200)),
        Column("state", String(10), nullable=False),
        Column("problem", Text),
    )


def _with_machine(owner: str) -> str:
    """An owner of version 1, `host/process/start`, as it is written now, for a process of this machine."""
    host, process, start = [*owner.rsplit("/", 2), "", ""][:3]
    return f"{MACHINE}/{process}/{start}" if MACHINE.startswith(f"{host}:") or host == MACHINE else owner


def _moment(written: Any) -> datetime:
    at = written if isinstance(written, datetime) else datetime.fromisoformat(str(written))
    return at if at.tzinfo else at.replace(tzinfo=UTC)


_STEPS: tuple[Callable[[Operations, Connection, str], None], ...] = (_claims_by_heartbeat, _schedules_and_brake)
"""The step from each version to the next, the first from version 1."""
