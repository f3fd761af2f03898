"""The ledger: what is to be sent, is being sent, and was sent. Each change is durable before anything else happens."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

from sqlalchemy import Connection, insert, select, update

from publisher.channels.base import Receipt, Request
from publisher.config.secrets import mask
from publisher.delivery import schema
from publisher.delivery.claims import LEASE, is_dead, this_process
from publisher.delivery.database import READING, explained, located_url, open_engine
from publisher.delivery.model import DeliveryRow, PostRow, ReleaseRow, Status
from publisher.errors import PublishError

INTERRUPTED = "the program stopped while this post was on its way"
_CLAIMABLE: tuple[Status, ...] = ("planned", "refused")


class Ledger:
    """The ledger at a database URL.

    Args:
        url: SQLAlchemy's form. A relative SQLite file lies in `folder`.
        folder: The folder of channels.yaml.
        create: Make the file and the tables where they are missing.

    Raises:
        PublishError: The URL is wrong, the database cannot be opened or written, or belongs to a newer program.
    """

    def __init__(self, url: str, folder: Path, *, create: bool = True) -> None:
        self.where, located = located_url(url, folder)
        self.owner = this_process()
        with self._explained():
            self._engine = open_engine(located, create=create)
        try:
            self._check_version(create=create)
        except PublishError:
            self.close()
            raise

    @staticmethod
    def exists(url: str, folder: Path) -> bool:
        """Whether there is a ledger to look into; a database server is taken to have one."""
        _, located = located_url(url, folder)
        return located.get_backend_name() != "sqlite" or Path(located.database or "").is_file()

    def close(self) -> None:
        self._engine.dispose()

    def _explained(self) -> AbstractContextManager[None]:
        return explained(self.where)

    @contextmanager
    def _write(self) -> Iterator[Connection]:
        with self._explained(), self._engine.begin() as connection:
            yield connection

    @contextmanager
    def _read(self) -> Iterator[Connection]:
        with self._explained(), self._engine.connect() as connection:
            yield connection.execution_options(**READING)

    def _check_version(self, *, create: bool) -> None:
        with self._write() if create else self._read() as connection:
            if create:
                schema.metadata.create_all(connection)
            version = connection.scalar(select(schema.ledger.c.version))
            if version is None and create:
                connection.execute(insert(schema.ledger).values(version=schema.VERSION))
            elif version is not None and version > schema.VERSION:
                raise PublishError(
                    "the ledger was written by a newer version of this program",
                    where=self.where,
                    hint="Update this program",
                )

    # What stands in it

    def find_release(self, *, slug: str | None = None, file: str | None = None) -> list[tuple[ReleaseRow, Any]]:
        """Releases with this slug, or else from this file, newest first, each with its stored content."""
        table = schema.releases
        condition = table.c.slug == slug if slug is not None else table.c.file == file
        with self._read() as connection:
            rows = connection.execute(select(table).where(condition).order_by(table.c.id.desc())).all()
            return [(self._release(connection, row), row.content) for row in rows]

    def releases(self) -> list[ReleaseRow]:
        """Every release, newest first."""
        with self._read() as connection:
            rows = connection.execute(select(schema.releases).order_by(schema.releases.c.id.desc())).all()
            return [self._release(connection, row) for row in rows]

    def release(self, release_id: int) -> ReleaseRow:
        with self._read() as connection:
            row = connection.execute(select(schema.releases).where(schema.releases.c.id == release_id)).one()
            return self._release(connection, row)

    def _release(self, connection: Connection, row: Any) -> ReleaseRow:
        table = schema.deliveries
        deliveries = connection.execute(select(table).where(table.c.release_id == row.id).order_by(table.c.id)).all()
        return ReleaseRow(
            row.id,
            row.file,
            row.slug,
            row.headline,
            row.digest,
            tuple(
                DeliveryRow(
                    each.id, each.channel, each.type, each.layout, self._posts(connection, each.id), each.due_at
                )
                for each in deliveries
            ),
        )

    @staticmethod
    def _posts(connection: Connection, delivery_id: int) -> tuple[PostRow, ...]:
        table = schema.posts
        rows = connection.execute(select(table).where(table.c.delivery_id == delivery_id).order_by(table.c.index)).all()
        return tuple(_post(row) for row in rows)

    def post(self, post_id: int) -> PostRow:
        with self._read() as connection:
            return _post(connection.execute(select(schema.posts).where(schema.posts.c.id == post_id)).one())

    # Planning

    def record_release(
        self, known: int | None, *, slug: str, file: str, headline: str, digest: str, content: Any
    ) -> int:
        """Enter a release, or bring the known one up to date. Returns its id."""
        table = schema.releases
        values = {"slug": slug, "file": file, "headline": headline, "digest": digest, "content": content}
        with self._write() as connection:
            if known is None:
                known = connection.scalar(select(table.c.id).where(table.c.slug == slug))
            if known is not None:
                connection.execute(update(table).where(table.c.id == known).values(**values))
                return known
            result = connection.execute(insert(table).values(created_at=_now(), **values))
            return int(result.inserted_primary_key[0])  # type: ignore[index]  # one row went in, so there is a key

    def record_delivery(
        self, release_id: int, *, channel: str, kind: str, layout: str, requests: Sequence[tuple[Request, str]]
    ) -> None:
        """Enter the posts of one channel, or renew them, times and keys too, where nothing of them has ever left.

        Where something has, and each recipient gets a post of its own, those who are new to the list are entered, and
        those who are no longer on it and whose post has not left are taken out.

        Args:
            release_id: From `record_release`.
            channel: The channel's name.
            kind: Its type.
            layout: Of the variant.
            requests: Each stamped request with the digest it had as rendered.
        """
        table, posts = schema.deliveries, schema.posts
        with self._write() as connection:
            known = connection.scalar(
                select(table.c.id).where(table.c.release_id == release_id, table.c.channel == channel)
            )
            if known is None:
                result = connection.execute(
                    insert(table).values(release_id=release_id, channel=channel, type=kind, layout=layout)
                )
                known = result.inserted_primary_key[0]  # type: ignore[index]  # one row went in, so there is a key
            existing = self._posts(connection, known)
            if any(post.status not in _CLAIMABLE for post in existing):
                self._renew_recipients(connection, known, existing, requests)
                return
            connection.execute(update(table).where(table.c.id == known).values(type=kind, layout=layout))
            connection.execute(posts.delete().where(posts.c.delivery_id == known, posts.c.index >= len(requests)))
            for index, (request, digest) in enumerate(requests):
                values = _as_planned(request, digest)
                if index >= len(existing):
                    connection.execute(insert(posts).values(delivery_id=known, index=index, **values))
                else:
                    connection.execute(update(posts).where(posts.c.id == existing[index].id).values(**values))

    @staticmethod
    def _renew_recipients(
        connection: Connection, delivery_id: int, existing: Sequence[PostRow], requests: Sequence[tuple[Request, str]]
    ) -> None:
        wanted = {request.recipient for request, _ in requests}
        known = {post.request.recipient for post in existing}
        if not all(wanted) or not all(known):
            return
        posts = schema.posts
        gone = [post.id for post in existing if post.status in _CLAIMABLE and post.request.recipient not in wanted]
        connection.execute(posts.delete().where(posts.c.id.in_(gone), posts.c.status.in_(_CLAIMABLE)))
        added = [(request, digest) for request, digest in requests if request.recipient not in known]
        for index, (request, digest) in enumerate(added, start=existing[-1].index + 1):
            values = _as_planned(request, digest)
            connection.execute(insert(posts).values(delivery_id=delivery_id, index=index, **values))

    # Sending

    def claim(self, post_id: int) -> tuple[str, PostRow] | None:
        """Take a post for sending: a fencing token and the post as it is to be sent; None where it is not free."""
        token = uuid4().hex
        table = schema.posts
        with self._write() as connection:
            taken = connection.execute(
                update(table)
                .where(table.c.id == post_id, table.c.status.in_(_CLAIMABLE))
                .values(
                    status="sending",
                    claim=token,
                    owner=self.owner,
                    lease_until=_now() + LEASE,
                    error=None,
                    updated_at=_now(),
                )
            )
            if taken.rowcount != 1:
                return None
            return token, _post(connection.execute(select(table).where(table.c.id == post_id)).one())

    def settle(self, post_id: int, token: str, receipt: Receipt) -> None:
        """Write down what became of a claimed post; a claim that was taken over meanwhile writes nothing."""
        self._set(post_id, receipt.outcome, receipt, schema.posts.c.claim == token)

    def change(self, post_id: int, before: Status, after: Status, receipt: Receipt | None = None) -> bool:
        """Move a post from one state to another, if it is still in the first. Returns whether it was."""
        return self._set(post_id, after, receipt, schema.posts.c.status == before)

    def _set(self, post_id: int, status: Status, receipt: Receipt | None, condition: Any) -> bool:
        values: dict[str, Any] = {"status": status, "updated_at": _now()}
        if receipt is not None:
            values |= {
                "remote_id": receipt.id,
                "url": receipt.url,
                "data": dict(receipt.data),
                "error": mask(receipt.error) if receipt.error else None,  # networks' words are not ours to trust
            }
        table = schema.posts
        with self._write() as connection:
            done = connection.execute(update(table).where(table.c.id == post_id, condition).values(**values))
            return done.rowcount == 1

    def give_up_dead_claims(self) -> None:
        """Posts whose sender died or let its lease run out become `unknown`: nobody knows whether they arrived."""
        table = schema.posts
        with self._write() as connection:
            rows = connection.execute(
                select(table.c.id, table.c.claim, table.c.owner, table.c.lease_until).where(table.c.status == "sending")
            ).all()
            for row in rows:
                if not _is_dead(row):
                    continue
                connection.execute(
                    update(table)
                    .where(table.c.id == row.id, table.c.claim == row.claim, table.c.status == "sending")
                    .values(status="unknown", error=INTERRUPTED)
                )


def _as_planned(request: Request, digest: str) -> dict[str, Any]:
    return {"request": request.as_json(), "digest": digest, "status": "planned", "updated_at": _now()}


def _post(row: Any) -> PostRow:
    dead = row.status == "sending" and _is_dead(row)
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
        updated_at=_aware(row.updated_at),
    )


def _now() -> datetime:
    return datetime.now(UTC)


def _aware(moment: datetime) -> datetime:
    """SQLite gives times back without their zone; they were UTC."""
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _is_dead(row: Any) -> bool:
    return is_dead(row.owner, _aware(row.lease_until), _now())
