"""A preview as data, in the form of `publish preview --json`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from publisher.channels.base import Request
from publisher.compose.model import Card, Limit, Post
from publisher.preview.model import Shown, mentions
from publisher.release import as_json
from publisher.release.model import Release


def preview_json(release: Release, shown: Sequence[Shown]) -> dict[str, Any]:
    """The release as read, and each variant with its posts: what a reader sees, its count, and the request.

    A post's own warnings stand with it too; the post that it replies to is counted from 0.
    """
    return {
        "release": as_json(release),
        "variants": [
            {
                "channel": each.variant.channel,
                "type": each.variant.type,
                "layout": each.variant.layout,
                "warnings": list(each.variant.warnings),
                "notes": list(each.notes),
                **({"recipients": each.recipients} if each.recipients else {}),
                "posts": [
                    {
                        **_post(post, request, limit),
                        "replies_to": request.reply_to,
                        "mentions": mentions(post.text),
                        "warnings": each.warnings_on(at),
                    }
                    for at, (post, request, limit) in enumerate(each.posts())
                ],
            }
            for each in shown
        ],
    }


def _card(card: Card) -> dict[str, Any]:
    shown = {"url": card.url, "title": card.title, "description": card.description}
    return {**shown, "image": card.image.path} if card.image else shown


def _post(post: Post, request: Request, limit: Limit) -> dict[str, Any]:
    return {
        "text": post.text.plain,
        "count": limit.count(post.text),
        "limit": limit.most,
        "unit": limit.unit,
        "media": [{"path": media.path, "alt": media.alt} for media in post.media],
        "card": _card(post.card) if post.card else None,
        "request": request.as_json(),
    }
