"""Entering a release and its posts into the ledger. Every function writes within a transaction that is the caller's."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, insert, select, update

from publisher.channels.base import Request
from publisher.delivery import schema
from publisher.delivery.model import PostRow, Status
from publisher.delivery.rows import posts_of

CLAIMABLE: tuple[Status, ...] = ("planned", "refused")
"""The states in which a post may be sent."""

ENTERED = "entered"
"""Under which `deliveries.frozen` has how the posts look that stand in the ledger, beside what scheduling froze."""

Stamp = Callable[[Request, int, datetime], Request]
"""Gives a request its key: the request, its index, and the time that it is planned at."""


def enter_release(connection: Connection, known: int | None, values: dict[str, Any]) -> int:
    """Enter a release, or bring the known one up to date. Returns its id."""
    table = schema.releases
    if known is None:
        known = connection.scalar(select(table.c.id).where(table.c.slug == values["slug"]))
    if known is not None:
        connection.execute(update(table).where(table.c.id == known).values(**values))
        return known
    result = connection.execute(insert(table).values(created_at=datetime.now(UTC), **values))
    return int(result.inserted_primary_key[0])  # type: ignore[index]  # one row went in, so there is a key


def enter_delivery(
    connection: Connection,
    release_id: int,
    values: dict[str, str],
    requests: Sequence[tuple[Request, str]],
    stamp: Stamp,
    *,
    shown: Mapping[str, Any] | None = None,
) -> None:
    """Enter the posts of one channel, or renew them, times and keys too, where nothing of them has ever left.

    A post whose outcome was unknown once keeps its key and time: a first attempt that turns up late, after all, is then
    recognised as the same. Where something has left, and each recipient gets a post of its own, those who are new to
    the list are entered, and those who are no longer on it and whose post has not left are taken out.

    Args:
        connection: In a transaction.
        release_id: From `enter_release`.
        values: `channel`, `type` and `layout`.
        requests: Each request as rendered, with its digest.
        stamp: Gives it its key.
        shown: How the posts look, to be compared with later; kept where they are entered or renewed.
    """
    table, posts = schema.deliveries, schema.posts
    mine = (table.c.release_id == release_id) & (table.c.channel == values["channel"])
    row = connection.execute(select(table.c.id, table.c.frozen).where(mine)).one_or_none()
    if row is None:
        result = connection.execute(insert(table).values(release_id=release_id, **values))
        known, frozen = int(result.inserted_primary_key[0]), None  # type: ignore[index]  # one row went in, so there is a key
    else:
        known, frozen = row.id, row.frozen
    existing = posts_of(connection, [known])[known]
    if any(post.status not in CLAIMABLE for post in existing):
        _renew_recipients(connection, known, existing, requests, stamp)
        return
    changed = {**values, "frozen": _kept(frozen, shown, requests)} if shown or ENTERED in (frozen or {}) else values
    connection.execute(update(table).where(table.c.id == known).values(**changed))
    connection.execute(posts.delete().where(posts.c.delivery_id == known, posts.c.index >= len(requests)))
    now = datetime.now(UTC)
    for index, (request, digest) in enumerate(requests):
        if index >= len(existing):
            _insert(connection, known, index, _planned(request, digest, index, now, stamp))
            continue
        before = existing[index]
        if before.doubtful and before.digest == digest:
            continue
        at = (before.stamped_at or before.updated_at or now) if before.doubtful else now
        changed = _planned(request, digest, index, at, stamp)
        connection.execute(update(posts).where(posts.c.id == before.id).values(**changed))


def _kept(
    frozen: Mapping[str, Any] | None, shown: Mapping[str, Any] | None, requests: Sequence[tuple[Request, str]]
) -> dict[str, Any] | None:
    """What a delivery was frozen with, and how its posts look that are entered now, with their digests.

    By these it is seen later whether it is still those that stand there. Of messages to single recipients, which come
    and go, they are left out.
    """
    rest = {name: value for name, value in (frozen or {}).items() if name != ENTERED}
    digests = [digest for request, digest in requests if not request.recipient]
    return {**rest, ENTERED: {"shown": shown, "fingerprints": digests}} if shown else rest or None


def _renew_recipients(
    connection: Connection,
    delivery_id: int,
    existing: Sequence[PostRow],
    requests: Sequence[tuple[Request, str]],
    stamp: Stamp,
) -> None:
    wanted = {request.recipient for request, _ in requests}
    known = {post.request.recipient for post in existing}
    if not all(wanted) or not all(known):
        return
    posts = schema.posts
    gone = [post.id for post in existing if post.status in CLAIMABLE and post.request.recipient not in wanted]
    connection.execute(posts.delete().where(posts.c.id.in_(gone), posts.c.status.in_(CLAIMABLE)))
    added = [(request, digest) for request, digest in requests if request.recipient not in known]
    now = datetime.now(UTC)
    for index, (request, digest) in enumerate(added, start=existing[-1].index + 1):
        _insert(connection, delivery_id, index, _planned(request, digest, index, now, stamp))


def _insert(connection: Connection, delivery_id: int, index: int, values: dict[str, Any]) -> None:
    connection.execute(insert(schema.posts).values(delivery_id=delivery_id, index=index, **values))


def _planned(request: Request, digest: str, index: int, at: datetime, stamp: Stamp) -> dict[str, Any]:
    return {
        "request": stamp(request, index, at).as_json(),
        "digest": digest,
        "status": "planned",
        "stamped_at": at,
        "updated_at": datetime.now(UTC),
    }
