"""A person's word on what became of a post."""

from __future__ import annotations

import re
from dataclasses import replace

from publisher.channels.base import Channel, ChannelError, Receipt
from publisher.config.located import nearest
from publisher.delivery.ledger import Ledger
from publisher.delivery.model import PostRow, ReleaseRow
from publisher.errors import PublishError

_PERSON = "a person"


def resolve(release: ReleaseRow, channel: Channel, url: str | None, ledger: Ledger) -> int:
    """Settle the first post of a channel whose outcome is unknown or held, or change what was said of it before.

    Args:
        release: The ledger's row.
        channel: The channel, which knows its own links.
        url: Where the post stands, or `mailto:` and the recipient whom it has reached; None where it does not, so that
            the next run sends it.
        ledger: Open.

    Returns:
        The post's number in its thread, from 1.

    Raises:
        PublishError: The channel has no such post, or the link is none of its posts.
    """
    if url is not None and not re.fullmatch(r"(?:(?:https?|at)://|mailto:)\S+", url):
        raise PublishError(f"`{url}` is no link", hint="Copy the post's whole address, with https://")
    name = channel.name
    delivery = next((row for row in release.deliveries if row.channel == name), None)
    if delivery is None:
        channels = [row.channel for row in release.deliveries]
        raise PublishError(
            f"this release did not go to a channel `{name}`", where=release.file, hint=nearest(name, channels)
        )
    recipient = url.removeprefix("mailto:") if url and url.startswith("mailto:") else None
    asked = [post for post in delivery.posts if recipient in (None, post.request.recipient)]
    for post in sorted(asked, key=_open_first):
        said_before = post.status == "sent" and (post.data or {}).get("said_by") == _PERSON
        if post.status in ("unknown", "held") or said_before:
            settled = _seen(channel, post, url) if url else Receipt("refused")
            if not ledger.change(post, "sent" if url else "planned", settled, words="said by a person"):
                raise PublishError(
                    f"another run, or another person, has this post on `{name}` right now; nothing was changed",
                    where=release.file,
                    hint="`publish reconcile` waits until it is clear whether that run still lives; then say it again",
                )
            return post.index + 1
    raise PublishError(
        f"no post of this release is unknown or held on `{name}`",
        where=release.file,
        hint="`publish status` shows the state of each",
    )


def _open_first(post: PostRow) -> bool:
    return post.status not in ("unknown", "held")


def _seen(channel: Channel, post: PostRow, url: str) -> Receipt:
    try:
        receipt = channel.receipt_for(url, post.request)
    except ChannelError as error:
        raise PublishError(str(error), hint="Copy the address of the post itself") from error
    return replace(receipt, data={**receipt.data, "said_by": _PERSON})
