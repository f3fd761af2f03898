"""The ledger's rows as nouns. Every function reads within a transaction that somebody else has begun."""

from __future__ import annotations

import os
from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Select, select

from publisher.channels.base import Request
from publisher.delivery import schema
from publisher.delivery.claims import LEASE_SECONDS, is_gone
from publisher.delivery.model import DeliveryRow, Event, PostRow, ReleaseRow

INTERRUPTED = "the program stopped while this post was on its way"


@dataclass(frozen=True)
class Holder:
    """Who has the claim on a post: the sender's id, its machine and process, and how often it gave a sign of life."""

    sender: str
    owner: str
    beat: int


def release_row(connection: Connection, row: Any) -> ReleaseRow:
    """A release with its deliveries and their posts."""
    table = schema.deliveries
    found = connection.execute(_deliveries().where(table.c.release_id == row.id).order_by(table.c.id)).all()
    posts = posts_of(connection, [each.id for each in found])
    deliveries = tuple(delivery_row(each, posts[each.id]) for each in found)
    return ReleaseRow(row.id, row.file, row.slug, row.headline, row.digest, deliveries)


def delivery_row(row: Any, posts: Collection[PostRow] = ()) -> DeliveryRow:
    """A delivery with these posts."""
    return DeliveryRow(
        id=row.id,
        channel=row.channel,
        type=row.type,
        layout=row.layout,
        posts=tuple(posts),
        due_at=aware(row.due_at) if row.due_at else None,
        next_at=aware(row.next_at) if row.next_at else None,
        tries=row.tries,
        hold=row.hold,
    )


def find_releases(
    connection: Connection, *, folder: str, slug: str | None = None, file: str | None = None
) -> list[tuple[ReleaseRow, Any]]:
    """Releases with this slug, or else from this file, newest first, each with its stored content.

    Args:
        connection: In a transaction.
        folder: The folder of channels.yaml. A file in it counts as the one at the same place in any other: where
            several machines share a ledger, or each run has a checkout of its own, every one has a folder of its own.
        slug: Of the release.
        file: Its path, as `os.path.realpath` gives it.
    """
    table = schema.releases
    condition = table.c.slug == slug if slug is not None else table.c.file == file
    if slug is None and file and file.startswith(folder + os.sep):
        condition |= table.c.file.endswith(file.removeprefix(folder), autoescape=True)
    found = connection.execute(select(table).where(condition).order_by(table.c.id.desc())).all()
    return [(release_row(connection, row), row.content) for row in found]


def posts_of(connection: Connection, deliveries: Collection[int]) -> dict[int, list[PostRow]]:
    """The posts of each of these deliveries, in order, as they seem: what a dead process was sending is `unknown`."""
    table = schema.posts
    query = _posts().where(table.c.delivery_id.in_(deliveries)).order_by(table.c.delivery_id, table.c.index)
    found: dict[int, list[PostRow]] = {each: [] for each in deliveries}
    for row in connection.execute(query):
        found[row.delivery_id].append(_post_row(row, dead=row.status == "sending" and _seems_dead(row)))
    return found


def posts_by_id(connection: Connection, ids: Collection[int]) -> tuple[PostRow, ...]:
    """These posts, in the order of their threads, as they stand in the ledger."""
    table = schema.posts
    rows = connection.execute(_posts().where(table.c.id.in_(ids)).order_by(table.c.delivery_id, table.c.index))
    return tuple(_post_row(row, dead=False) for row in rows)


def holder_of(connection: Connection, post_id: int) -> Holder | None:
    """Who is sending a post; None where nobody is."""
    posts, senders = schema.posts, schema.senders
    row = connection.execute(
        select(posts.c.sender, senders.c.owner, senders.c.beat)
        .join_from(posts, senders, posts.c.sender == senders.c.id, isouter=True)
        .where(posts.c.id == post_id, posts.c.status == "sending")
    ).one_or_none()
    return None if row is None else Holder(row.sender or "", row.owner or "", row.beat or 0)


def events_of(connection: Connection, posts: Collection[int]) -> list[Event]:
    """What happened to these posts, the earliest first."""
    table = schema.events
    rows = connection.execute(select(table).where(table.c.post_id.in_(posts)).order_by(table.c.id))
    return [Event(row.post_id, aware(row.at), row.owner, row.status, row.words, row.answer) for row in rows]


def aware(moment: datetime) -> datetime:
    """SQLite gives times back without their zone; they were UTC."""
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _deliveries() -> Select[Any]:
    """All but what they were frozen with, which is long and seldom asked for."""
    table = schema.deliveries
    return select(*(column for column in table.c if column.name != "frozen"))


def _posts() -> Select[Any]:
    posts, senders = schema.posts, schema.senders
    return select(posts, senders.c.owner, senders.c.seen_at).join_from(
        posts, senders, posts.c.sender == senders.c.id, isouter=True
    )


def _post_row(row: Any, *, dead: bool) -> PostRow:
    return PostRow(
        id=row.id,
        index=row.index,
        status="unknown" if dead else row.status,
        request=Request.from_json(row.request),
        digest=row.digest,
        remote_id=row.remote_id,
        url=row.url,
        data=row.data,
        error=INTERRUPTED if dead else row.error,
        updated_at=aware(row.updated_at),
        fence=row.fence,
        doubtful=row.doubtful,
        stamped_at=aware(row.stamped_at) if row.stamped_at else None,
    )


def _seems_dead(row: Any) -> bool:
    """For whoever only looks: the process is gone, or has not been seen, by the clock on the wall, for a lease."""
    dead = is_gone(row.sender or "", row.owner or "")
    if dead is not None:
        return dead
    return is_silent(row.seen_at)


def is_silent(seen_at: datetime | None) -> bool:
    """Whether a sender has not been seen for a lease, by the clock on the wall."""
    return seen_at is None or aware(seen_at) + timedelta(seconds=LEASE_SECONDS) < datetime.now(UTC)
