"""What the ledger tells: the state of each post, of each channel's delivery, and of a release."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from publisher.channels.base import Receipt, Request

Status = Literal["planned", "sending", "sent", "refused", "unknown", "held"]
DeliveryStatus = Literal["planned", "sending", "sent", "refused", "unknown", "held", "scheduled"]
_WORST_FIRST: tuple[Status, ...] = ("held", "unknown", "refused", "sending", "planned", "sent")


@dataclass(frozen=True)
class PostRow:
    """One post in the ledger, with the request as it was planned.

    `fence` counts the claims on it. `doubtful` says that its outcome was unknown once, so that its key stays as it is.
    `stamped_at` is when the key was given.
    """

    id: int
    index: int
    status: Status
    request: Request
    digest: str
    remote_id: str | None = None
    url: str | None = None
    data: Mapping[str, str] | None = None
    error: str | None = None
    updated_at: datetime | None = None
    fence: int = 0
    doubtful: bool = False
    stamped_at: datetime | None = None

    @property
    def receipt(self) -> Receipt:
        return Receipt("sent", id=self.remote_id, url=self.url, data=self.data or {})


@dataclass(frozen=True)
class Event:
    """What a post became, when, and at whose hands: a machine and process.

    `words` say why; `answer` is the network's own, as it came: its code and its beginning, secrets masked.
    """

    post_id: int
    at: datetime
    owner: str
    status: str
    words: str | None = None
    answer: str | None = None

    def __str__(self) -> str:
        said = f" | {' '.join(self.answer.split())}" if self.answer else ""
        return f"{self.at:%Y-%m-%d %H:%M:%S} UTC {self.status}{f', {self.words}' if self.words else ''}{said}"

    def as_json(self) -> dict[str, Any]:
        data = {"at": self.at.isoformat(), "by": self.owner, "status": self.status}
        return {**data, "words": self.words, "answer": self.answer}


def by_post(events: Iterable[Event]) -> dict[int, list[Event]]:
    """Events by the post's number in the ledger, the earliest first."""
    found: dict[int, list[Event]] = {}
    for event in events:
        found.setdefault(event.post_id, []).append(event)
    return found


@dataclass(frozen=True)
class DeliveryRow:
    """What one channel got, or is to get, of a release.

    `due_at` is when it is, or was, to go out; `next_at` is when the schedule looks at it next, and None where it is not
    on it; `tries` counts the runs since it was due that did not finish it; `hold` is why it is held for a person.
    """

    id: int
    channel: str
    type: str
    layout: str
    posts: tuple[PostRow, ...]
    due_at: datetime | None = None
    next_at: datetime | None = None
    tries: int = 0
    hold: str | None = None

    @property
    def status(self) -> DeliveryStatus:
        """The one word for the whole: the worst of its posts, unless it is held as a whole, or waits for its time."""
        states = {post.status for post in self.posts}
        if self.hold and states != {"sent"}:
            return "held"
        if self.next_at and states <= {"planned"}:
            return "scheduled"
        return next((status for status in _WORST_FIRST if status in states), "planned")

    @property
    def progress(self) -> str:
        """The status for people: of a thread that stopped on its way, how far it came."""
        sent = sum(post.status == "sent" for post in self.posts)
        if 0 < sent < len(self.posts):
            word = "" if self.status == "planned" else f", {self.status}"
            return f"{sent} of {len(self.posts)} posts sent{word}"
        return self.status

    def as_json(self, events: Mapping[int, Sequence[Event]] | None = None) -> dict[str, Any]:
        """As `publish --json` has it; with `events`, what happened to each post goes along as its `history`."""
        return {
            "channel": self.channel,
            "type": self.type,
            "due_at": self.due_at.isoformat() if self.due_at else None,
            "status": "planned" if self.status == "sending" else self.status,
            "hold": self.hold,
            "posts": [
                {
                    "index": post.index,
                    "status": "planned" if post.status == "sending" else post.status,
                    "id": post.remote_id,
                    "url": post.url,
                    "error": post.error,
                    **({"recipient": post.request.recipient} if post.request.recipient else {}),
                    **({} if events is None else {"history": [each.as_json() for each in events.get(post.id, ())]}),
                }
                for post in self.posts
            ],
        }


@dataclass(frozen=True)
class ReleaseRow:
    """A release that the ledger knows."""

    id: int
    file: str
    slug: str
    headline: str
    digest: str
    deliveries: tuple[DeliveryRow, ...] = ()

    def as_json(self, events: Mapping[int, Sequence[Event]] | None = None) -> dict[str, Any]:
        return {
            "file": self.file,
            "slug": self.slug,
            "headline": self.headline,
            "digest": self.digest,
            "deliveries": [delivery.as_json(events) for delivery in self.deliveries],
        }


def exit_code(deliveries: Sequence[DeliveryRow]) -> int:
    """0 where everything is sent, 3 where a person must look, 1 where a channel refused or never began."""
    states = {delivery.status for delivery in deliveries}
    if states & {"held", "unknown", "sending"}:
        return 3
    return 1 if states & {"refused", "planned"} else 0
