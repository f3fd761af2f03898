"""A preview in plain lines: for pipes, files and screen readers. No frame, no sign: every fact is said in words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from publisher.channels.base import Request
from publisher.compose.model import Limit, Post
from publisher.preview.model import Head, Shown, excess, extent, folded, hidden_links, mentions, visible
from publisher.release.model import Media

NO_ALT = "no alternative text, so that whoever cannot see the image is told nothing"


def plain_head(head: Head) -> Iterator[str]:
    """The release, what the review found in it, errors first, and its times."""
    yield f"Release: {visible(head.release.headline) or 'without a headline'}"
    yield from head.times
    for severity, finding in head.findings:
        yield f"{severity}: {visible(finding)}"
    yield ""


def plain_preview(shown: Sequence[Shown]) -> Iterator[str]:
    """Channel by channel; the text of a post stands as it will be read, not wrapped, and its facts below."""
    for each in shown:
        yield f"Channel {each.variant.channel}: {each.kind}"
        yield from _remarks(each.warnings_on(None), each.notes_on(None))
        for number, (post, request, limit) in enumerate(each.posts(), start=1):
            yield ""
            yield from _post(each, number, post, request, limit)
        yield ""


def _post(shown: Shown, number: int, post: Post, request: Request, limit: Limit) -> Iterator[str]:
    count = len(shown.variant.posts)
    answers = "" if request.reply_to is None else f", replies to post {request.reply_to + 1}"
    yield f"Post {number} of {count}{answers}, text:"
    yield visible(post.text.plain)
    yield f"Length: {extent(post, limit)}"
    if over := excess(post, limit):
        yield f"warning: {over:,} {limit.unit} too long"
    for name in mentions(post.text):
        yield f"Notifies: {visible(name)}"
    for words, address in hidden_links(post.text):
        yield f"The link “{visible(words)}” leads to: {visible(address)}"
    if fold := folded(post.text.plain, shown.look):
        yield visible(fold[:1].upper() + fold[1:])
    for at, media in enumerate(post.media, start=1):
        yield f"Image {at} of {len(post.media)}: {visible(media.path)}"
        yield told_alt(media)
    if post.card:
        yield f"Link card: {visible(post.card.title)}"
        if post.card.description:
            yield f"Card description: {visible(post.card.description)}"
        yield f"Card address: {visible(post.card.url)}"
        if post.card.image:
            yield f"Card picture: {visible(post.card.image.path)}"
            yield told_alt(post.card.image)
    yield from _remarks(shown.warnings_on(number - 1), shown.notes_on(number - 1))


def _remarks(warnings: Sequence[str], notes: Sequence[str]) -> Iterator[str]:
    yield from (f"warning: {visible(warning)}" for warning in warnings)
    yield from (f"note: {visible(note)}" for note in notes)


def told_alt(media: Media) -> str:
    """An image's alternative text as a line, a warning where it has none."""
    if media.alt is None:
        return f"warning: {NO_ALT}"
    return f"Alternative text: {visible(media.alt)}" if media.alt else "Decorative, without alternative text"


def alt_text(alt: str | None) -> str:
    if alt is None:
        return "no alternative text"
    return f"alternative text: {alt}" if alt else "decorative"
