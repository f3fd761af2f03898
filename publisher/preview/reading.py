"""A release as it was understood, in plain lines."""

from __future__ import annotations

from collections.abc import Iterator

from publisher.release.model import Release


def reading(release: Release) -> Iterator[str]:
    """Each part on a line of its own, what is absent left out."""
    yield f"{release.file} ({release.language}, {release.slug})"
    for name, value in _parts(release):
        if value:
            yield f"  {name}: {value}" if name else f"    • {value}"
    for finding in release.findings:
        yield f"  ! {'error: ' if finding.severity == 'error' else ''}{finding}"


def _parts(release: Release) -> Iterator[tuple[str, object]]:
    dateline = release.dateline
    yield "headline", release.headline
    yield "subheadline", release.subheadline
    yield "dateline", dateline and ", ".join(str(part) for part in (dateline.place, dateline.date) if part)
    yield "lede", release.lede
    for quote in release.quotes:
        pieces = " … ".join(f"“{piece}”" for piece in quote.pieces)
        yield f"quote by {listed(quote.speaker, quote.title) or 'nobody named'}", pieces
    yield "actions", release.actions and (release.actions_intro or "without an introduction")
    for action in release.actions:
        yield "", action
    yield "boilerplate", release.boilerplate
    for contact in release.contacts:
        yield "contact", listed(contact.name, contact.email, contact.phone)
    for media in release.media:
        yield "image", media.path
    yield "links", " ".join(release.links)
    yield "embargo", release.embargo
    yield "publish_at", release.publish_at


def listed(*parts: str | None) -> str:
    return ", ".join(part for part in parts if part)
