"""The schedule in the ledger: what is coming, what is due, and what is held for a person."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, delete, not_, or_, select, update

from publisher.delivery import rows, schema
from publisher.delivery.brake import Brake, brake_on, let_go
from publisher.delivery.claims import is_gone
from publisher.delivery.ledger import Ledger
from publisher.delivery.model import DeliveryRow, ReleaseRow

_DELIVERIES = schema.deliveries
BRAKED = "it became due while everything was stopped by `publish freeze`"


def put(connection: Connection, release_id: int, due_at: datetime, frozen: Mapping[str, Any]) -> None:
    """Put deliveries on the schedule, or move them there; within the transaction that enters their posts.

    Args:
        connection: In a transaction.
        release_id: Of the release.
        due_at: When they are to go out.
        frozen: By channel, what each was frozen with. A channel whose posts have all been sent stays as it is.
    """
    due_at = due_at.astimezone(UTC)  # SQLite keeps no zone
    for channel, content in frozen.items():
        values = {"due_at": due_at, "next_at": due_at, "tries": 0, "hold": None, "frozen": content}
        mine = (_DELIVERIES.c.release_id == release_id) & (_DELIVERIES.c.channel == channel)
        connection.execute(update(_DELIVERIES).where(mine, _unfinished()).values(**values))


def unhold(connection: Connection, ids: Collection[int]) -> None:
    """Hold deliveries no longer, as a person sends them now."""
    connection.execute(update(_DELIVERIES).where(_DELIVERIES.c.id.in_(ids)).values(hold=None, due_at=None))


def due(ledger: Ledger, now: datetime) -> list[int]:
    """The numbers of the releases that are due, the oldest first."""
    query = (
        select(_DELIVERIES.c.release_id, _DELIVERIES.c.due_at)
        .where(_DELIVERIES.c.next_at <= now)
        .order_by(_DELIVERIES.c.due_at, _DELIVERIES.c.release_id)
    )
    with ledger.reading() as connection:
        return list(dict.fromkeys(row.release_id for row in connection.execute(query)))


def next_at(ledger: Ledger) -> datetime | None:
    """When the schedule is to be looked at next."""
    with ledger.reading() as connection:
        query = select(_DELIVERIES.c.next_at).where(_DELIVERIES.c.next_at.is_not(None))
        found = connection.scalar(query.order_by(_DELIVERIES.c.next_at).limit(1))
        return rows.aware(found) if found else None


@dataclass(frozen=True)
class Coming:
    """A delivery that goes out, or is tried again, at a time."""

    channel: str
    slug: str
    at: datetime


def coming_until(ledger: Ledger, until: datetime) -> list[Coming]:
    """What the schedule looks at up to a moment, the earliest first: what is overdue, too, and what is tried again."""
    if ledger.is_bare:
        return []
    releases = schema.releases
    query = (
        select(_DELIVERIES.c.channel, releases.c.slug, _DELIVERIES.c.next_at)
        .join_from(_DELIVERIES, releases, _DELIVERIES.c.release_id == releases.c.id)
        .where(_DELIVERIES.c.next_at <= until)
        .order_by(_DELIVERIES.c.next_at, _DELIVERIES.c.id)
    )
    with ledger.reading() as connection:
        return [Coming(row.channel, row.slug, rows.aware(row.next_at)) for row in connection.execute(query)]


def take(ledger: Ledger, release_id: int, now: datetime) -> ReleaseRow | None:
    """Take a release in hand, so that others leave it alone meanwhile.

    That spares them the waiting; that nothing goes out twice is seen to by the claims on its posts.

    Returns:
        The release with those of its deliveries that are due; None where there are none, or another has them.
    """
    with ledger.writing() as connection:
        mine = (_DELIVERIES.c.release_id == release_id) & (_DELIVERIES.c.next_at <= now)
        found = connection.execute(select(_DELIVERIES.c.id, _DELIVERIES.c.taken_by).where(mine)).all()
        if not found or any(lives(connection, row.taken_by) for row in found if row.taken_by != ledger.sender):
            return None
        ids = [row.id for row in found]
        ledger.beat_in(connection)
        connection.execute(update(_DELIVERIES).where(_DELIVERIES.c.id.in_(ids)).values(taken_by=ledger.sender))
        row = connection.execute(select(schema.releases).where(schema.releases.c.id == release_id)).one()
        return _only(rows.release_row(connection, row), ids)


def _only(release: ReleaseRow, ids: Collection[int]) -> ReleaseRow:
    kept = tuple(row for row in release.deliveries if row.id in ids)
    return ReleaseRow(release.id, release.file, release.slug, release.headline, release.digest, kept)


def lives(connection: Connection, sender: str | None) -> bool:
    """Whether a sender is at work still, as far as can be told at a glance."""
    if not sender:
        return False
    senders = schema.senders
    row = connection.execute(select(senders).where(senders.c.id == sender)).one_or_none()
    return row is not None and not (is_gone(sender, row.owner) or rows.is_silent(row.seen_at))


def frozen(ledger: Ledger, delivery: DeliveryRow) -> Mapping[str, Any]:
    """What a delivery was frozen with; empty where it never was."""
    with ledger.reading() as connection:
        found = connection.scalar(select(_DELIVERIES.c.frozen).where(_DELIVERIES.c.id == delivery.id))
        return found or {}


def settle(ledger: Ledger, ids: Collection[int]) -> None:
    """They are finished, and let go."""
    _set(ledger, ids, next_at=None, hold=None, taken_by=None)


def hold(ledger: Ledger, ids: Collection[int], reason: str) -> list[int]:
    """Hold deliveries for a person. Returns those that were still on the schedule, and not finished.

    One that is finished is let go: the program may have stopped before it could do that.
    """
    with ledger.writing() as connection:
        mine = _DELIVERIES.c.id.in_(ids) & _DELIVERIES.c.next_at.is_not(None)
        finished = {"next_at": None, "hold": None, "taken_by": None}
        connection.execute(update(_DELIVERIES).where(mine, not_(_unfinished())).values(**finished))
        held = list(connection.scalars(select(_DELIVERIES.c.id).where(mine)))
        values = {"next_at": None, "hold": reason, "taken_by": None}
        connection.execute(update(_DELIVERIES).where(_DELIVERIES.c.id.in_(held)).values(**values))
        return held


def put_down(ledger: Ledger, ids: Collection[int]) -> None:
    """Leave to others what was taken in hand."""
    _set(ledger, ids, taken_by=None)


def try_again(ledger: Ledger, delivery: DeliveryRow, at: datetime) -> None:
    """Look at a delivery again later."""
    _set(ledger, [delivery.id], next_at=at, tries=delivery.tries + 1, taken_by=None)


def _set(ledger: Ledger, ids: Collection[int], **values: Any) -> None:
    """Change deliveries that are on the schedule still; nobody's cancelling is undone."""
    with ledger.writing() as connection:
        mine = _DELIVERIES.c.id.in_(ids) & _DELIVERIES.c.next_at.is_not(None)
        connection.execute(update(_DELIVERIES).where(mine).values(**values))


def sent_by_hand(ledger: Ledger, release_id: int) -> None:
    """Take off the schedule what a person's run brought out, and let go of the rest, which stays there."""
    with ledger.writing() as connection:
        mine = (_DELIVERIES.c.release_id == release_id) & (_DELIVERIES.c.taken_by == ledger.sender)
        out = {"next_at": None, "due_at": None}
        connection.execute(update(_DELIVERIES).where(mine, not_(_unfinished())).values(**out))
        connection.execute(update(_DELIVERIES).where(mine).values(taken_by=None))


def unfreeze(ledger: Ledger) -> tuple[Brake | None, list[ReleaseRow]]:
    """Take the brake off; what became due meanwhile is held, in the same moment.

    Returns:
        The brake as it was, None where it was off; and what is held now because of it.
    """
    now = datetime.now(UTC)
    with ledger.writing() as connection:
        brake = brake_on(connection)
        if brake is None:
            return None, []
        let_go(connection, ledger.owner)
        due_meanwhile = _DELIVERIES.c.next_at.is_not(None) & (_DELIVERIES.c.due_at <= now) & _unfinished()
        found = connection.execute(select(_DELIVERIES.c.id, _DELIVERIES.c.release_id).where(due_meanwhile)).all()
        ids = [row.id for row in found]
        values = {"next_at": None, "hold": BRAKED, "taken_by": None}
        connection.execute(update(_DELIVERIES).where(_DELIVERIES.c.id.in_(ids)).values(**values))
        return brake, [_only(release, ids) for release in _releases(connection, {row.release_id for row in found})]


def coming(ledger: Ledger) -> list[ReleaseRow]:
    """What is on the schedule or held, by the time that it is to go out: each release with those deliveries."""
    if ledger.is_bare:
        return []
    with ledger.reading() as connection:
        wanted = or_(_DELIVERIES.c.next_at.is_not(None), _DELIVERIES.c.hold.is_not(None))
        query = select(_DELIVERIES.c.id, _DELIVERIES.c.release_id).where(wanted)
        found = connection.execute(query.order_by(_DELIVERIES.c.due_at, _DELIVERIES.c.release_id)).all()
        ids = {row.id for row in found}
        numbers = dict.fromkeys(row.release_id for row in found)
        return [_only(release, ids) for number in numbers for release in _releases(connection, [number])]


def _releases(connection: Connection, numbers: Collection[int]) -> list[ReleaseRow]:
    found = connection.execute(select(schema.releases).where(schema.releases.c.id.in_(numbers))).all()
    return [rows.release_row(connection, row) for row in found]


def cancel(ledger: Ledger, release: ReleaseRow, channels: Sequence[str] = ()) -> list[DeliveryRow]:
    """Take a release off the schedule, what is held of it too. Of what never left nothing stays behind.

    Args:
        ledger: Open, and writable.
        release: The ledger's row.
        channels: Which of its channels; all by default.

    Returns:
        The deliveries that were taken off.
    """
    with ledger.writing() as connection:
        now = next(iter(_releases(connection, [release.id])), None)
        taken = [
            row
            for row in (now.deliveries if now else ())
            if (row.next_at or row.hold) and (not channels or row.channel in channels)
        ]
        untouched = [row.id for row in taken if not any(post.fence for post in row.posts)]
        connection.execute(delete(schema.posts).where(schema.posts.c.delivery_id.in_(untouched)))
        connection.execute(delete(_DELIVERIES).where(_DELIVERIES.c.id.in_(untouched)))
        left = [row.id for row in taken if row.id not in untouched]
        values = {"next_at": None, "hold": None, "due_at": None, "taken_by": None}
        connection.execute(update(_DELIVERIES).where(_DELIVERIES.c.id.in_(left)).values(**values))
        if now and len(untouched) == len(now.deliveries):
            connection.execute(delete(schema.releases).where(schema.releases.c.id == release.id))
        return taken


def _unfinished() -> Any:
    posts = schema.posts
    return select(posts.c.id).where(posts.c.delivery_id == _DELIVERIES.c.id, posts.c.status != "sent").exists()
