"""The ledger: what is to be sent, is being sent, and was sent. Each change is durable before anything else happens."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

from sqlalchemy import Connection, delete, func, insert, select, update

from publisher.channels.base import Receipt
from publisher.config.secrets import mask
from publisher.delivery import rows, schema
from publisher.delivery.brake import Brake, brake_on
from publisher.delivery.claims import OPEN, is_gone, this_process
from publisher.delivery.database import READING, explained, located_url, open_engine, refuse_damaged
from publisher.delivery.entering import CLAIMABLE
from publisher.delivery.migrations import bring_up_to_date, version_of
from publisher.delivery.model import Event, PostRow, ReleaseRow, Status
from publisher.delivery.rows import INTERRUPTED, Holder
from publisher.errors import PublishError

_FORGOTTEN = timedelta(days=7)


class CancelledError(PublishError):
    """A release was cancelled, before anything of it left, while it was being made ready."""


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
        self.folder = os.path.realpath(folder)
        self.owner = this_process()
        self.sender = uuid4().hex
        with self._explained():
            self._engine = open_engine(located, create=create)
        try:
            with self.reading() as connection:
                version = version_of(connection)
                if create:
                    refuse_damaged(connection, self.where)
            self.is_bare = version is None and not create  # nothing was ever entered, and nobody wants to
            if version != schema.VERSION and not self.is_bare:
                with self.writing() as connection:
                    bring_up_to_date(connection, self.where)
        except PublishError:
            self._engine.dispose()
            raise
        OPEN.add(self.sender)

    @staticmethod
    def exists(url: str, folder: Path) -> bool:
        """Whether there is a ledger to look into; a database server is taken to have one."""
        _, located = located_url(url, folder)
        return located.get_backend_name() != "sqlite" or Path(located.database or "").is_file()

    def close(self) -> None:
        """Let go of the database. What this sender was still sending counts as unknown from now on."""
        OPEN.discard(self.sender)
        self._engine.dispose()

    def refuse_damaged(self) -> None:
        """See whether its pages agree with each other; takes as long as reading all of a SQLite file.

        Raises:
            PublishError: They do not.
        """
        with self.reading() as connection:
            refuse_damaged(connection, self.where, whole=True)

    def _explained(self) -> AbstractContextManager[None]:
        return explained(self.where)

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """A transaction that nobody else writes beside; it counts as a whole, once it ends well."""
        with self._explained(), self._engine.begin() as connection:
            yield connection

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A transaction that only looks, and waits for no writer."""
        with self._explained(), self._engine.connect() as connection:
            yield connection.execution_options(**READING)

    # What stands in it

    def find_release(self, *, slug: str | None = None, file: str | None = None) -> list[tuple[ReleaseRow, Any]]:
        """Releases with this slug, or else from this file, newest first, each with its stored content."""
        if self.is_bare:
            return []
        with self.reading() as connection:
            return rows.find_releases(connection, folder=self.folder, slug=slug, file=file)

    def releases(self) -> list[ReleaseRow]:
        """Every release, newest first."""
        if self.is_bare:
            return []
        with self.reading() as connection:
            found = connection.execute(select(schema.releases).order_by(schema.releases.c.id.desc())).all()
            return [rows.release_row(connection, row) for row in found]

    def release(self, release_id: int) -> ReleaseRow:
        """A release by its number.

        Raises:
            CancelledError: It is there no more.
        """
        with self.reading() as connection:
            row = connection.execute(select(schema.releases).where(schema.releases.c.id == release_id)).one_or_none()
            if row is None:
                raise CancelledError("it was taken off the schedule by `publish cancel` at the last moment")
            return rows.release_row(connection, row)

    def posts(self, ids: Sequence[int]) -> tuple[PostRow, ...]:
        """Posts as they stand in the ledger, claims of dead processes included."""
        with self.reading() as connection:
            return rows.posts_by_id(connection, ids)

    def holder(self, post_id: int) -> Holder | None:
        """Who is sending a post; None where nobody is."""
        with self.reading() as connection:
            return rows.holder_of(connection, post_id)

    def events(self, posts: Sequence[PostRow]) -> list[Event]:
        """What happened to these posts, the earliest first."""
        if self.is_bare:
            return []
        with self.reading() as connection:
            return rows.events_of(connection, [post.id for post in posts])

    def clock_went_back(self, post: PostRow, by: timedelta) -> bool:
        """Whether this machine's clock was set back, by so much at least, since a post was claimed last."""
        table = schema.events
        with self.reading() as connection:
            claimed = connection.execute(
                select(table.c.id, table.c.at)
                .where(table.c.post_id == post.id, table.c.status == "sending")
                .order_by(table.c.id.desc())
            ).first()
            if claimed is None:
                return False
            earliest = connection.scalar(select(func.min(table.c.at)).where(table.c.id > claimed.id))
        return min(_now(), rows.aware(earliest) if earliest else _now()) < rows.aware(claimed.at) - by

    def clock_flaw(self, post: PostRow) -> str | None:
        """What was wrong with the clock of a machine that sent a post, when it did; None where nothing was."""
        table = schema.events
        mine = (table.c.post_id == post.id) & (table.c.status == "sending") & table.c.words.is_not(None)
        with self.reading() as connection:
            found: str | None = connection.scalar(select(table.c.words).where(mine).limit(1))
        return found

    # Sending

    def claim(self, posts: Sequence[PostRow], clock_flaw: str | None = None) -> tuple[PostRow, ...] | None:
        """Take posts for sending, all or none: as they are to be sent, each with its fencing token in `fence`.

        Args:
            posts: Which.
            clock_flaw: What is wrong with this machine's clock now, by the network's.

        Returns:
            None where one of them is not free, or the brake is on.
        """
        table, ids = schema.posts, [post.id for post in posts]
        with self.writing() as connection:
            free = [post.id for post in rows.posts_by_id(connection, ids) if post.status in CLAIMABLE]
            if not ids or set(free) != set(ids):  # one may be gone: planning anew takes out what never left
                return None
            if brake_on(connection):
                return None
            self.beat_in(connection)
            taken = {"status": "sending", "sender": self.sender, "error": None, "updated_at": _now()}
            connection.execute(update(table).where(table.c.id.in_(ids)).values(fence=table.c.fence + 1, **taken))
            claimed = rows.posts_by_id(connection, ids)
            for post in claimed:
                self._note(connection, post, "sending", clock_flaw)
            return claimed

    def brake(self) -> Brake | None:
        """The brake, where it is on."""
        if self.is_bare:
            return None
        with self.reading() as connection:
            return brake_on(connection)

    def still_holds(self, posts: Sequence[PostRow]) -> bool:
        """Give a sign of life, and see whether the claims on these posts are still this sender's."""
        table = schema.posts
        with self.writing() as connection:
            self.beat_in(connection)
            held = connection.execute(
                select(table.c.id, table.c.fence).where(
                    table.c.id.in_([post.id for post in posts]),
                    table.c.status == "sending",
                    table.c.sender == self.sender,
                )
            )
            return {(row.id, row.fence) for row in held} == {(post.id, post.fence) for post in posts}

    def beat(self) -> None:
        """Give a sign of life, by which other machines know that this sender's claims are held."""
        with self.writing() as connection:
            self.beat_in(connection)

    def settle(self, posts: Sequence[PostRow], receipts: Sequence[Receipt], answer: str = "") -> bool:
        """Write down what became of claimed posts, and the network's own answer.

        Returns:
            Whether the claims still held; one that was taken over meanwhile writes nothing.
        """
        with self.writing() as connection:
            done = [
                self._set(connection, post, receipt.outcome, receipt, before="sending", answer=answer)
                for post, receipt in zip(posts, receipts, strict=True)
            ]
        return all(done)

    def change(self, post: PostRow, after: Status, receipt: Receipt | None = None, words: str = "") -> bool:
        """Move a post to another state, if nobody has moved or claimed it since it was read. Returns whether it was."""
        with self.writing() as connection:
            return self._set(connection, post, after, receipt, before=post.status, words=words)

    def give_up(self, post_id: int, holder: Holder, words: str = INTERRUPTED) -> bool:
        """Make a post `unknown` whose sender is dead, unless it gave a sign of life after all.

        It may have left at the sender's last moment, long after it was claimed, so its time is now: a network's "not
        here" is believed only after a while.

        Args:
            post_id: The post.
            holder: As it was seen last.
            words: Why nobody knows what became of it.
        """
        with self.writing() as connection:
            if rows.holder_of(connection, post_id) != holder:
                return False
            (post,) = rows.posts_by_id(connection, [post_id])
            values = {"status": "unknown", "error": words, "doubtful": True, "updated_at": _now()}
            connection.execute(update(schema.posts).where(schema.posts.c.id == post_id).values(**values))
            self._note(connection, post, "unknown", words)
            return True

    def give_up_dead_claims(self) -> None:
        """Posts whose sender on this machine has died become `unknown`: nobody knows whether they arrived."""
        if self.is_bare:
            return
        with self.reading() as connection:
            sending = connection.scalars(select(schema.posts.c.id).where(schema.posts.c.status == "sending")).all()
            holders = {post_id: rows.holder_of(connection, post_id) for post_id in sending}
        for post_id, holder in holders.items():
            if holder and is_gone(holder.sender, holder.owner):
                self.give_up(post_id, holder)

    def _set(
        self,
        connection: Connection,
        post: PostRow,
        status: Status,
        receipt: Receipt | None,
        *,
        before: Status,
        answer: str = "",
        words: str = "",
    ) -> bool:
        values: dict[str, Any] = {"status": status, "updated_at": _now()}
        if status in ("unknown", "held"):
            values["doubtful"] = True
        if receipt is not None:
            values |= {
                "remote_id": receipt.id,
                "url": receipt.url,
                "data": dict(receipt.data),
                "error": mask(receipt.error) if receipt.error else None,  # networks' words are not ours to trust
            }
        table = schema.posts
        done = connection.execute(
            update(table)
            .where(table.c.id == post.id, table.c.fence == post.fence, table.c.status == before)
            .values(**values)
        )
        if done.rowcount == 1:
            self._note(connection, post, status, words or values.get("error"), answer)
        return done.rowcount == 1

    def _note(
        self, connection: Connection, post: PostRow, status: str, words: str | None = None, answer: str = ""
    ) -> None:
        event = {"post_id": post.id, "at": _now(), "owner": self.owner, "status": status, "fence": post.fence}
        event |= {"words": words, "answer": mask(answer) or None}
        connection.execute(insert(schema.events).values(**event))

    def beat_in(self, connection: Connection) -> None:
        """The same, within a transaction."""
        senders, posts = schema.senders, schema.posts
        mine = update(senders).where(senders.c.id == self.sender)
        if connection.execute(mine.values(beat=senders.c.beat + 1, seen_at=_now())).rowcount:
            return
        busy = select(posts.c.sender).where(posts.c.status == "sending", posts.c.sender.is_not(None))
        old = senders.c.seen_at < _now() - _FORGOTTEN
        connection.execute(delete(senders).where(old, senders.c.id.not_in(busy)))
        values = {"id": self.sender, "owner": self.owner, "beat": 0, "seen_at": _now()}
        connection.execute(insert(senders).values(**values))


def _now() -> datetime:
    return datetime.now(UTC)
