"""Entering a plan into the ledger, and refusing one that would change what is already out."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy import Connection

from publisher.channels.base import Channel, Request
from publisher.delivery.entering import Stamp, enter_delivery, enter_release
from publisher.delivery.ledger import Ledger
from publisher.delivery.model import DeliveryRow, ReleaseRow
from publisher.delivery.plan import Plan, Planned, with_files
from publisher.delivery.rows import find_releases
from publisher.errors import PublishError
from publisher.release import as_json
from publisher.release.model import Release

_SHINGLE = 3
_SAME_TEXT = 0.3


@dataclass(frozen=True, eq=False, repr=False)
class Recorded:
    """What a plan has become in the ledger: the release's number there, and each post's fingerprint, by channel."""

    release_id: int
    fingerprints: Mapping[str, list[str]]


Also = Callable[[Connection, int, Mapping[str, list[str]]], None]
"""What else is to be written in the same transaction; given the release's number and the fingerprints."""


Show = Callable[[Plan], Mapping[str, Any]]
"""How each channel's posts look, by its name, as plain data: kept beside them, to be shown or compared with later."""


def record(plan: Plan, ledger: Ledger, also: Also | None = None, show: Show | None = None) -> Recorded:
    """Enter a plan, each request with its key: all of it or, where the program stops on the way, nothing.

    Args:
        plan: Made for sending.
        ledger: Open, and writable.
        also: What else belongs to it.
        show: How it looks.

    Raises:
        PublishError: The release was changed after posts of it went out.
    """
    release = plan.release
    requests = {planned.channel.name: _whole(planned) for planned in plan.deliveries}
    digest = _digest(release)
    values = {"slug": release.slug, "file": _place(release.file), "headline": release.headline, "digest": digest}
    fingerprints = {name: [rendered for _, rendered in each] for name, each in requests.items()}
    shown = show(plan) if show else {}
    with ledger.writing() as connection:
        known = _known(release, partial(find_releases, connection, folder=ledger.folder))
        if known and known.digest != digest:
            _refuse_correction(requests, known, release.file)
        number = enter_release(connection, known.id if known else None, {**values, "content": as_json(release)})
        for planned in plan.deliveries:
            name = planned.channel.name
            delivery = {"channel": name, "type": planned.channel.type, "layout": planned.variant.layout}
            stamp = _stamp(planned.channel, release.slug)
            enter_delivery(connection, number, delivery, requests[name], stamp, shown=shown.get(name))
        if also:
            also(connection, number, fingerprints)
    return Recorded(number, fingerprints)


def refuse_changed(plan: Plan, ledger: Ledger) -> None:
    """Look whether a plan is that of a release whose posts are out, and says something else.

    Raises:
        PublishError: It is.
    """
    requests = {planned.channel.name: _whole(planned) for planned in plan.deliveries}
    known = known_release(plan.release, ledger)
    if known and known.digest != _digest(plan.release):
        _refuse_correction(requests, known, plan.release.file)


def _digest(release: Release) -> str:
    """What a release says and shows, whichever channels take part this time."""
    folder = Path(release.file).parent
    files = [folder / media.path for media in release.media if "://" not in media.path]
    return release_digest(release, [hashlib.sha256(file.read_bytes()).hexdigest() for file in files if file.is_file()])


def fingerprints_of(plan: Plan) -> dict[str, list[str]]:
    """The fingerprint of each post, by channel: equal ones put the same bytes on the wire."""
    return {planned.channel.name: [rendered for _, rendered in _whole(planned)] for planned in plan.deliveries}


def _whole(planned: Planned) -> list[tuple[Request, str]]:
    """The requests with their files, each with the digest of what was rendered, from wherever that was done."""
    whole = with_files(planned.requests, planned.channel.capabilities.images)
    return [(each, _fingerprint(request, each)) for each, request in zip(whole, planned.requests, strict=True)]


def _fingerprint(request: Request, whole: Request) -> str:
    """A rendered request's digest, in which a file counts by its bytes, not by the way to it from this folder."""
    files = [
        replace(upload, path="", sha256=read.sha256)
        for upload, read in zip(request.uploads, whole.uploads, strict=True)
    ]
    return replace(request, uploads=tuple(files)).digest


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
    if not release.edition_of:  # nor had it been there before there were editions
        content.pop("edition_of")
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


Find = Callable[..., list[tuple[ReleaseRow, Any]]]
"""Releases with a `slug`, or else from a `file`, newest first, each with its stored content."""


def known_release(release: Release, ledger: Ledger) -> ReleaseRow | None:
    """The ledger's row for this release: by its slug, or by its file where the text is still mostly the same.

    One file may hold one release after another (`release.md`, new each week), so the file alone proves nothing; and a
    new headline gives a new slug, so the slug alone would let an edited release go out twice.
    """
    return _known(release, ledger.find_release)


def _known(release: Release, find: Find) -> ReleaseRow | None:
    for row, _ in find(slug=release.slug):
        return row
    if release.file == "-":
        return None
    ours = _shingles(as_json(release))
    for row, earlier in find(file=_place(release.file)):
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
