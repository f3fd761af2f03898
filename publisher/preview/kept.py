"""Posts that the ledger keeps, in plain lines: as in a preview, from the form of `publish preview --json`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from publisher.preview.model import NO_LIMIT_TO_SPEAK_OF, plural, visible
from publisher.preview.plain import told_alt
from publisher.release.model import Media


def plain_kept(variant: Mapping[str, Any], state: str) -> Iterator[str]:
    """One channel's posts.

    Args:
        variant: One of `variants` there; what an earlier version kept may lack parts.
        state: What became of it, or is to, in words.
    """
    posts = variant.get("posts", ())
    with_posts = {warning for post in posts for warning in post.get("warnings", ())}
    readers = variant.get("recipients")
    to_whom = f", {plural(len(readers), 'recipient')}" if readers else ""
    yield f"Channel {variant.get('channel')}: {state}{to_whom}"
    yield from (f"warning: {visible(each)}" for each in variant.get("warnings", ()) if each not in with_posts)
    yield from (f"note: {visible(each)}" for each in variant.get("notes", ()))
    for number, post in enumerate(posts, start=1):
        yield ""
        yield from _post(post, number, len(posts))
    yield ""


def _post(post: Mapping[str, Any], number: int, count: int) -> Iterator[str]:
    answers = "" if post.get("replies_to") is None else f", replies to post {post['replies_to'] + 1}"
    yield f"Post {number} of {count}{answers}, text:"
    yield visible(post["text"])
    limit = f" of {post['limit']:,}" if post["limit"] < NO_LIMIT_TO_SPEAK_OF else ""
    yield f"Length: {post['count']:,}{limit} {post['unit']}"
    yield from (f"Notifies: {visible(name)}" for name in post.get("mentions", ()))
    yield from _images(post["media"])
    if card := post["card"]:
        yield f"Link card: {visible(card['title'])}"
        yield f"Card address: {visible(card['url'])}"
    yield from (f"warning: {visible(each)}" for each in post.get("warnings", ()))


def _images(media: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    for at, each in enumerate(media, start=1):
        yield f"Image {at} of {len(media)}: {visible(each['path'])}"
        yield told_alt(Media(each["path"], each["alt"]))
