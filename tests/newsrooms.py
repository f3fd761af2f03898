"""A newsroom for tests: what is sent to it, and how it is written anew."""

from __future__ import annotations

from publisher.channels.base import Request
from publisher.channels.newsroom_site.entry import edition_mark


def requested(slug="weirs", day="2026-11-12", **changes):
    """A page's request. `edition_of` is the slug of the first edition."""
    entry = {
        "slug": slug,
        "language": "en",
        "headline": f"Headline of {slug}",
        "summary": "Summary.",
        "html": f"<p>Text of {slug}.</p>",
        "published": f"{day}T12:00:00+00:00",
    }
    if first := changes.get("edition_of"):
        changes["edition_of"] = edition_mark(first)
    return Request("PUT", f"{slug}/", json=entry | changes)


def sent(room, *requests):
    for request in requests:
        receipt = room.send(request, [])
        assert receipt.outcome == "sent", receipt.error


def rebuilt(room):
    return room.rebuild(lambda _done, _total: None)
