"""A preview in plain lines: for pipes, files and screen readers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from publisher.preview.model import Shown, extent, plural


def plain_preview(shown: Sequence[Shown]) -> Iterator[str]:
    """Lines without frames or colour; the text of a post stands as it will be read, not wrapped."""
    for each in shown:
        variant = each.variant
        kind = "" if variant.channel == variant.type else f"{variant.type}, "
        yield f"== {variant.channel} ({kind}{variant.layout}, {plural(len(variant.posts), 'post')})"
        for number, (post, _, limit) in enumerate(each.posts(), start=1):
            yield f"-- post {number} of {len(variant.posts)}: {extent(post, limit)}"
            yield post.text.plain
            for media in post.media:
                yield f"   image: {media.path}; {alt_text(media.alt)}"
            if post.card:
                yield f"   link card: {post.card.title} ({post.card.url})"
                if post.card.image:
                    yield f"   its picture: {post.card.image.path}"
        for warning in variant.warnings:
            yield f"!  {warning}"
        for note in each.notes:
            yield f"   {note}"
        yield ""


def alt_text(alt: str | None) -> str:
    if alt is None:
        return "no alternative text"
    return f"alternative text: {alt}" if alt else "decorative"
