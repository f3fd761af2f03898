"""Entering a plan into the ledger, and refusing one that would change what is already out."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from typing import Any

from publisher.channels.base import Channel, Request
from publisher.delivery.entering import Stamp
from publisher.delivery.ledger import Ledger
from publisher.delivery.model import DeliveryRow, ReleaseRow
from publisher.delivery.plan import Plan, with_files
from publisher.errors import PublishError
from publisher.release import as_json
from publisher.release.model import Release

_SHINGLE = 3
_SAME_TEXT = 0.3


def record(plan: Plan, ledger: Ledger) -> int:
    """Enter a plan, each request with its key. Returns the release's id in the ledger.

    Raises:
        PublishError: The release was changed after posts of it went out.
    """
    release = plan.release
    content = as_json(release)
    requests = {
        planned.channel.name: [
            (whole, request.digest)
            for whole, request in zip(
                with_files(planned.requests, planned.channel.capabilities.images), planned.requests, strict=True
            )
        ]
        for planned in plan.deliveries
    }
    digest = release_digest(release, _images(request for each in requests.values() for request, _ in each))
    known = known_release(release, ledger)
    if known and known.digest != digest:
        _refuse_correction(requests, known, release.file)
    release_id = ledger.record_release(
        known.id if known else None,
        slug=release.slug,
        file=_place(release.file),
        headline=release.headline,
        digest=digest,
        content=content,
    )
    for planned in plan.deliveries:
        name = planned.channel.name
        ledger.record_delivery(
            release_id,
            channel=name,
            kind=planned.channel.type,
            layout=planned.variant.layout,
            requests=requests[name],
            stamp=_stamp(planned.channel, release.slug),
        )
    return release_id


def _stamp(channel: Channel, slug: str) -> Stamp:
    """What gives a channel's requests their keys, each from what it is and from when it was planned."""

    def stamp(request: Request, index: int, at: datetime) -> Request:
        return channel.stamp(request, at, f"{slug}\n{channel.name}\n{request.recipient or index}")

    return stamp


def release_digest(release: Release, images: Collection[str]) -> str:
    """SHA-256, in hex, of what the release says; the file's name and our own warnings left out.

    Args:
        release: As parsed.
        images: The SHA-256 of each image file that goes along.
    """
    content = as_json(release)
    content["images"] = sorted(images)
    for key in ("file", "warnings", "findings", "publish_at"):
        content.pop(key, None)
    content["own"] = [release.variants, release.hashtags, release.link]
    content["body"] = [[block.kind, block.level, block.plain] for block in release.body]
    return hashlib.sha256(json.dumps(content, sort_keys=True, default=str).encode()).hexdigest()


def find_release(file: str, slug: str | None, ledger: Ledger) -> ReleaseRow | None:
    """The release with this slug, or the newest one that came from this file."""
    found = ledger.find_release(slug=slug) if slug else []
    found = found or ledger.find_release(file=_place(file))
    return found[0][0] if found else None


def _place(file: str) -> str:
    return file if file == "-" else os.path.realpath(file)


def known_release(release: Release, ledger: Ledger) -> ReleaseRow | None:
    """The ledger's row for this release: by its slug, or by its file where the text is still mostly the same.

    One file may hold one release after another (`release.md`, new each week), so the file alone proves nothing; and a
    new headline gives a new slug, so the slug alone would let an edited release go out twice.
    """
    for row, _ in ledger.find_release(slug=release.slug):
        return row
    if release.file == "-":
        return None
    ours = _shingles(as_json(release))
    for row, earlier in ledger.find_release(file=_place(release.file)):
        theirs = _shingles(earlier)
        if len(ours & theirs) >= _SAME_TEXT * max(min(len(ours), len(theirs)), 1):
            return row
    return None


def _shingles(content: Mapping[str, Any]) -> set[tuple[str, ...]]:
    """Runs of three words out of what changes from release to release (the boilerplate does not)."""
    parts = [content.get("headline"), content.get("lede"), *(content.get("actions") or [])]
    parts += [quote["text"] for quote in content.get("quotes") or []]
    words = " ".join(part for part in parts if part).casefold().split()
    return {tuple(words[at : at + _SHINGLE]) for at in range(len(words) - _SHINGLE + 1)}


def _images(requests: Iterable[Request]) -> set[str]:
    return {upload.sha256 for request in requests for upload in request.uploads}


def _refuse_correction(now: Mapping[str, list[tuple[Request, str]]], known: ReleaseRow, file: str) -> None:
    """Let a changed release through only where every channel that has posts out would say and show the same again.

    Raises:
        PublishError: It would not.
    """

    def changed(delivery: DeliveryRow) -> bool:
        ours = now.get(delivery.channel, [])
        theirs = [(post.digest, _images([post.request])) for post in delivery.posts]
        return [(rendered, _images([request])) for request, rendered in ours] != theirs

    if any(changed(delivery) for delivery in known.deliveries if _is_out(delivery)):
        out = ", ".join(delivery.channel for delivery in known.deliveries if _is_out(delivery))
        raise PublishError(
            f"this release has changed since it went out on {out}; nothing was sent",
            where=file,
            hint="Put the text back to send what is missing; a correction is to be made by hand there "
            "(`publish correct` is to come). Only if this is another release, give it a `slug` of its own",
        )


def _is_out(delivery: DeliveryRow) -> bool:
    return any(post.status not in ("planned", "refused") for post in delivery.posts)
