"""The brake: while it is on, nothing at all goes out, whoever sends."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from sqlalchemy import Connection, insert, select

from publisher.delivery import schema
from publisher.delivery.claims import elapsed
from publisher.delivery.rows import aware
from publisher.errors import PublishError
from publisher.release.moments import local

if TYPE_CHECKING:
    from publisher.delivery.ledger import Ledger


_PATIENCE_SECONDS = 20.0
_POLL_SECONDS = 0.2


@dataclass(frozen=True)
class Brake:
    """Since when, at whose hands (a machine and process), and why, where that was said."""

    at: datetime
    owner: str
    reason: str | None

    def told(self, zone: str) -> str:
        """Since when and why, in words."""
        since = f"since {local(self.at, zone)}"
        return f"{since} ({self.reason})" if self.reason else since


class BrakedError(PublishError):
    """Nothing is to go out now; a person must look."""

    exit_code = 3


def brake_on(connection: Connection) -> Brake | None:
    """The brake, where it is on; read within a transaction of somebody else."""
    table = schema.brake
    row = connection.execute(select(table).order_by(table.c.id.desc()).limit(1)).one_or_none()
    return Brake(aware(row.at), row.owner, row.reason) if row and row.on else None


def pull(ledger: Ledger, reason: str | None) -> Brake:
    """Put the brake on. From the moment that this returns no further post is begun, by anyone."""
    with ledger.writing() as connection:
        _insert(connection, ledger.owner, on=True, reason=reason)
        found = brake_on(connection)
    if found is None:
        raise PublishError("the brake could not be put on")
    return found


def on_their_way(ledger: Ledger) -> list[str]:
    """What was on its way when the brake was put on: wait for it, and name it by release and channel."""
    posts, deliveries, releases = schema.posts, schema.deliveries, schema.releases
    query = (
        select(posts.c.id, deliveries.c.channel, releases.c.slug)
        .join_from(posts, deliveries, posts.c.delivery_id == deliveries.c.id)
        .join(releases, deliveries.c.release_id == releases.c.id)
        .where(posts.c.status == "sending")
    )
    seen: dict[int, str] = {}
    until = elapsed() + _PATIENCE_SECONDS
    while True:
        ledger.give_up_dead_claims()
        with ledger.reading() as connection:
            now = {row.id: f"{row.slug} on {row.channel}" for row in connection.execute(query)}
        seen |= now
        if not now or elapsed() > until:
            return list(dict.fromkeys(seen.values()))
        time.sleep(_POLL_SECONDS)


def let_go(connection: Connection, owner: str) -> None:
    """Take the brake off, within a transaction that also sees to what became due meanwhile."""
    _insert(connection, owner, on=False, reason=None)


def was_on(ledger: Ledger, moment: datetime) -> bool:
    """Whether the brake was on at a moment of the past."""
    table = schema.brake
    with ledger.reading() as connection:
        query = select(table.c.on).where(table.c.at <= moment).order_by(table.c.id.desc()).limit(1)
        return bool(connection.scalar(query))


def refuse_braked(ledger: Ledger, zone: str) -> None:
    """Stop before a run that could send nothing.

    Raises:
        BrakedError: The brake is on.
    """
    if brake := ledger.brake():
        told = brake.told(zone)
        raise BrakedError(f"nothing goes out: `publish freeze` {told}", hint="`publish unfreeze` lets it go on")


def _insert(connection: Connection, owner: str, *, on: bool, reason: str | None) -> None:
    values = {"on": on, "at": datetime.now(UTC), "owner": owner, "reason": reason}
    connection.execute(insert(schema.brake).values(**values))
