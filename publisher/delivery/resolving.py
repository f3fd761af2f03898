"""A person's word on what became of a post."""

from __future__ import annotations

import re

from publisher.channels.base import Receipt
from publisher.config.located import nearest
from publisher.delivery.ledger import Ledger
from publisher.delivery.model import PostRow, ReleaseRow
from publisher.errors import PublishError

_PERSON = "a person"


def resolve(release: ReleaseRow, channel: str, url: str | None, ledger: Ledger) -> int:
    """Settle the first post of a channel whose outcome is unknown or held, or change what was said of it before.

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
    if url is not None and not re.fullmatch(r"https?://\S+", url):
        raise PublishError(f"`{url}` is no link", hint="Copy the post's whole address, with https://")
    delivery = next((row for row in release.deliveries if row.channel == channel), None)
    if delivery is None:
        channels = [row.channel for row in release.deliveries]
        raise PublishError(
            f"this release did not go to a channel `{channel}`", where=release.file, hint=nearest(channel, channels)
        )
    for post in sorted(delivery.posts, key=_open_first):
        said_before = post.status == "sent" and (post.data or {}).get("said_by") == _PERSON
        if post.status in ("unknown", "held") or said_before:
            data = {"said_by": _PERSON}
            settled = Receipt("sent", id=_remote_id(url), url=url, data=data) if url else Receipt("refused")
            ledger.change(post.id, post.status, "sent" if url else "planned", settled)
            return post.index + 1
    raise PublishError(
        f"no post of this release is unknown or held on `{channel}`",
        where=release.file,
        hint="`publish status` shows the state of each",
    )


def _open_first(post: PostRow) -> bool:
    return post.status not in ("unknown", "held")


def _remote_id(url: str) -> str:
    """The last part of a link, which is the post's id on most networks, and what a reply needs."""
    return url.rstrip("/").rpartition("/")[2]
