"""What a run came to, in lines for people."""

from __future__ import annotations

import shlex
from collections.abc import Iterator

from publisher.delivery.model import DeliveryRow, PostRow
from publisher.delivery.run import Result
from publisher.preview.model import plural

_TROUBLES = {
    "refused": "refused",
    "unknown": "outcome unknown",
    "held": "held for a person",
    "sending": "being sent by another run",
}


def way_on(file: str, channel: str, post: PostRow) -> str:
    """What a person does about a post of which nobody knows whether it stands there."""
    url = f"mailto:{post.request.recipient}" if post.request.recipient else "URL"
    command = f"publish resolve {shlex.quote(file)} {channel}"
    again = f"`publish reconcile {shlex.quote(file)}` asks again. Or look" if post.status == "unknown" else "Look"
    return f"  {again} at {channel}, then say what you saw: {command} --sent {url} (or --not-sent)"


def closing(result: Result, code: int, *, by_schedule: bool = False) -> Iterator[str]:
    """What the run came to, in lines that end with the one that matters.

    Args:
        result: Of the run.
        code: Its exit code.
        by_schedule: Whether nobody sat there who could run the command again.
    """
    for row in result.deliveries:
        if row.status in _TROUBLES:
            yield from _trouble(row, result.release.file)
    if not result.deliveries:
        yield "Nothing to publish: the release's front matter switches off every channel that was chosen."
        return
    if code == 0:
        done = f"{plural(len(result.deliveries), 'channel')}, {plural(result.sent_now, 'post')} sent now"
        yield f"Published: {done}." if result.sent_now else "All of it is published already; nothing was sent."
        return
    yield from _why_it_ended(result)
    stands = [
        row.channel if row.status == "sent" else f"{row.channel} ({row.progress})"
        for row in result.deliveries
        if any(post.status == "sent" for post in row.posts)
    ]
    yield f"Published: {', '.join(stands)}." if stands else "Nothing is published yet."
    if result.broken:
        yield "Put the ledger right and run the same command again: it asks the networks first and sends nothing twice."
    elif by_schedule:
        return
    elif code == 1:
        yield "Not everything went out. Run the same command again to send what is missing, and only that."
    else:
        yield "A person must look at the posts named above."


def _why_it_ended(result: Result) -> Iterator[str]:
    if result.stopped:
        yield "Stopped, as you asked; what was on its way has arrived."
    if result.held_back:
        yield "Nothing was begun, as not every channel is ready (--all-or-nothing)."
    if result.broken:
        yield f"Stopped: {result.broken}."
    for each in result.unrecorded:
        known = f"it is there: {each.url}" if each.outcome == "sent" and each.url else "it may be there"
        yield f"{each.channel}, post {each.number}: could not be recorded; {known}"


def links(result: Result) -> Iterator[str]:
    """Where it stands: the first link of each channel, whole, to be copied."""
    for row in result.deliveries:
        if row.posts and row.posts[0].status == "sent" and row.posts[0].url:
            yield f"{row.channel}: {row.posts[0].url}"


def _trouble(row: DeliveryRow, file: str) -> Iterator[str]:
    for post in row.posts:
        if post.status in _TROUBLES:
            which = f"to {post.request.recipient}" if post.request.recipient else f"post {post.index + 1}"
            place = f"{row.channel}, {which}" if len(row.posts) > 1 else row.channel
            yield f"{place}: {_TROUBLES[post.status]}" + (f": {post.error}" if post.error else "")
            if post.status in ("unknown", "held"):
                yield way_on(file, row.channel, post)
