"""What each channel got of a release, or is to get, as the ledger has it: what a preview is compared with."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from publisher.delivery import calendar
from publisher.delivery.entering import CLAIMABLE, ENTERED
from publisher.delivery.ledger import Ledger
from publisher.delivery.model import DeliveryRow, PostRow
from publisher.delivery.plan import Plan, Planned
from publisher.delivery.recording import fingerprints_of, known_release


@dataclass(frozen=True)
class Earlier:
    """What one channel got, or is to get.

    `status` is the ledger's, in words; `at` when it is to go out, or last went out. `shown` is how its posts look, as
    `publish preview --json` has it; None where an earlier version sent them, which kept the requests alone. `digests`
    has each post's fingerprint by its recipient, where each has one of their own, else by its index.
    """

    channel: str
    type: str
    status: str
    at: datetime | None
    shown: Mapping[str, Any] | None
    digests: Mapping[str | int, str]

    @property
    def recipients(self) -> list[str]:
        """Whom it went to, or is to go to, where each gets a post of their own."""
        return [name for name in self.digests if isinstance(name, str)]


def earlier(plan: Plan, ledger: Ledger) -> dict[str, Earlier]:
    """What of a plan's release is out, on its way, or on the schedule, by channel; empty where nothing is."""
    release = known_release(plan.release, ledger)
    rows = [row for row in release.deliveries if _counts(row)] if release else []
    return {row.channel: _earlier(row, calendar.frozen(ledger, row)) for row in rows}


def digests_of(plan: Plan) -> dict[str, dict[str | int, str]]:
    """The fingerprints of what a plan would send, by channel, in the form of `Earlier.digests`.

    A channel whose images cannot be read is left out.
    """
    found: dict[str, dict[str | int, str]] = {}
    for each in plan.deliveries:
        try:
            found[each.channel.name] = _by_post(each, fingerprints_of(Plan(plan.release, (each,)))[each.channel.name])
        except OSError:
            continue
    return found


def _by_post(planned: Planned, fingerprints: list[str]) -> dict[str | int, str]:
    numbered = enumerate(zip(planned.requests, fingerprints, strict=True))
    return {request.recipient or index: digest for index, (request, digest) in numbered}


def _counts(row: DeliveryRow) -> bool:
    """Whether something of it is out, may be, or will go out by itself: no mere attempt that failed."""
    return bool(row.next_at or row.hold) or any(post.status not in CLAIMABLE for post in row.posts)


def _earlier(row: DeliveryRow, frozen: Mapping[str, Any]) -> Earlier:
    waits = bool(row.next_at or row.hold)
    posts = [post for post in row.posts if waits or not post.request.recipient or post.status not in CLAIMABLE]
    return Earlier(
        channel=row.channel,
        type=row.type,
        status=row.progress,
        at=row.due_at if row.status == "scheduled" else _last(posts),
        shown=_shown(posts, frozen.get(ENTERED) or frozen),
        digests={post.request.recipient or post.index: post.digest for post in posts},
    )


def _shown(posts: Sequence[PostRow], kept: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """How these posts look, if it is about them: a version that kept nothing may have entered others since."""
    known = set(kept.get("fingerprints", ()))
    if any(post.digest not in known for post in posts if not post.request.recipient):
        return None
    shown: Mapping[str, Any] | None = kept.get("shown")
    return shown


def _last(posts: list[PostRow]) -> datetime | None:
    return max((post.updated_at for post in posts if post.status == "sent" and post.updated_at), default=None)
