"""A person's word on what became of a post."""

from __future__ import annotations

from publisher.channels.base import Receipt
from publisher.delivery.ledger import Ledger
from publisher.delivery.model import ReleaseRow
from publisher.errors import PublishError


def resolve(release: ReleaseRow, channel: str, url: str | None, ledger: Ledger) -> int:
    """Settle the first post of a channel whose outcome is unknown or held.

    Args:
        release: The ledger's row.
        channel: The channel's name.
        url: Where the post stands; None where it does not, so that the next run sends it.
        ledger: Open.

    Returns:
        The post's number in its thread, from 1.

    Raises:
        PublishError: The channel has no such post.
    """
    delivery = next((row for row in release.deliveries if row.channel == channel), None)
    posts = delivery.posts if delivery else ()
    for post in posts:
        if post.status in ("unknown", "held"):
            settled = Receipt("sent", id=_remote_id(url), url=url) if url else Receipt("refused")
            ledger.change(post.id, post.status, "sent" if url else "planned", settled)
            return post.index + 1
    raise PublishError(
        f"no post of this release is unknown or held on `{channel}`",
        where=release.file,
        hint="`publish status` shows the state of each",
    )


def _remote_id(url: str) -> str:
    """The last part of a link, which is the post's id on most networks, and what a reply needs."""
    return url.rstrip("/").rpartition("/")[2]
