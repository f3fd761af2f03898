"""Getting an entry into the folder: all is checked, then all is staged, then whole files and folders are swapped in.

Until the first swap nothing that a reader can see has changed. Every swap is one rename: the page first, then those
that lead to it (its neighbours, its editions in other languages, the sheets of the index), then the feeds. A run that
stops between two of them is put right by sending again.
"""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from itertools import chain
from pathlib import Path

from publisher.channels.base import Request, Upload
from publisher.channels.image_files import kind
from publisher.channels.images import UploadError, read_picture
from publisher.channels.newsroom_site.article import IMAGES, MIME
from publisher.channels.newsroom_site.disk import locked
from publisher.channels.newsroom_site.entry import Entry, check_slug, merged
from publisher.channels.newsroom_site.facts import guid
from publisher.channels.newsroom_site.files import page_files
from publisher.channels.newsroom_site.media_kit import has_media_kit
from publisher.channels.newsroom_site.pages import KIT
from publisher.channels.newsroom_site.reading import ENTRY, as_stored, stored, whole
from publisher.channels.newsroom_site.site import Site
from publisher.channels.newsroom_site.staging import Stage, UnfinishedError, check_ours, same
from publisher.channels.newsroom_site.whole import Newsroom, first_files, leftovers

__all__ = ["UnfinishedError", "locked", "publish", "stands"]

LOCK_WAIT = 60.0
"""Seconds to wait for another writer."""


@dataclass(frozen=True)
class _Draft:
    """The page as it should be afterwards, its files by path from the folder, and the newsroom with it."""

    entry: Entry
    is_new: bool
    page: Mapping[str, bytes]
    newsroom: Newsroom
    dropped: tuple[str, ...]


def publish(site: Site, request: Request) -> None:
    """Write the page, then what leads to it, then the feeds; files that are right already stay untouched.

    Raises:
        ValueError: Refused for what the request or the folder holds: one line; nothing was written.
        UnfinishedError: Stopped half way; sending again completes it.
        OSError: Files could not be read or written; nothing that a reader sees was changed.
    """
    entry = Entry.from_json(request.json or {})
    check_slug(entry.slug)
    images = {name: _read(upload) for name, upload in _uploads(request, entry).items()}
    first = first_files(site)
    with locked(site.folder, LOCK_WAIT):
        draft = _draft(site, entry, images)
        check_ours(site.folder, (*first, *draft.newsroom.names), draft.newsroom.before.files)
        with Stage(site.folder) as stage:
            stage.put(first)
            stage.put_page(draft.entry.slug, draft.page, is_new=draft.is_new)
            for name, data in draft.newsroom.files():
                stage.put({name: data})
            stage.swap()
            stage.drop([*draft.dropped, *leftovers(site, draft.newsroom)])


def stands(site: Site, request: Request) -> bool:
    """Whether the folder holds just what `publish` would leave there.

    Raises:
        OSError: The folder could not be read.
    """
    try:
        entry = Entry.from_json(request.json or {})
        check_slug(entry.slug)
        uploads = _uploads(request, entry)
        shown = {name: path.read_bytes() for name in uploads if (path := site.folder / entry.slug / name).is_file()}
        draft = _draft(site, entry, shown)
        expected = chain(first_files(site).items(), draft.page.items(), draft.newsroom.files(thorough=True))
        if not all(same(site.folder / name, data) for name, data in expected):
            return False
    except ValueError:
        return False
    return not any(
        (site.folder / name).exists() for name in (*draft.dropped, *leftovers(site, draft.newsroom))
    ) and all(_is_shown(site.folder / entry.slug / name, upload) for name, upload in uploads.items())


def _uploads(request: Request, entry: Entry) -> dict[str, Upload]:
    """The image files by their names in the page's folder."""
    names = [picture.src for picture in entry.files]
    uploads = dict(zip(names, request.uploads, strict=True))
    for name, upload in uploads.items():
        if Path(name).suffix not in MIME or not re.fullmatch(r"[a-z0-9-]+\.[a-z]+", name):
            raise ValueError(f"the image {upload.path} is of no type that a page shows: {', '.join(MIME)}")
    return uploads


def _read(upload: Upload) -> bytes:
    """The image as the page shows it: without what it tells about place, camera and people, and still of its type."""
    rules = replace(IMAGES, types=(MIME.get(Path(upload.path).suffix.lower(), upload.mime),))
    try:
        return read_picture(upload, rules).content
    except UploadError as error:
        raise ValueError(str(error)) from None


def _is_shown(path: Path, upload: Upload) -> bool:
    """Whether the file is the image; one that goes as it is is known without its source.

    Raises:
        OSError: The source can't be read, and nobody can tell what was made of it.
    """
    if not path.is_file():
        return False
    shown = path.read_bytes()
    if upload.sha256 in ("", hashlib.sha256(shown).hexdigest()):
        return True
    try:
        return shown == _read(upload)
    except ValueError as error:
        if not kind(shown):
            return False
        raise OSError(str(error)) from None


def _draft(site: Site, entry: Entry, images: Mapping[str, bytes]) -> _Draft:
    entries = stored(site.folder)
    before = whole(site.folder, entry.slug) if entry.slug in entries else None
    if before is None and os.path.lexists(site.folder / entry.slug):
        raise ValueError(f"{site.folder / entry.slug} is there already and is no page of this newsroom")
    kept = merged(entry, before, guid(entry, site))
    newsroom = Newsroom.of(site, entries, kept)
    page = {
        **images,
        **page_files(kept, newsroom.site, newsroom.around[kept.slug], images),
        ENTRY: as_stored(kept),
    }
    gone = set(_beside(before)) - set(_beside(kept)) if before else set()
    return _Draft(
        entry=kept,
        is_new=before is None,
        page={f"{entry.slug}/{name}": content for name, content in page.items()},
        newsroom=newsroom,
        dropped=tuple(f"{entry.slug}/{name}" for name in sorted(gone)),
    )


def _beside(entry: Entry) -> list[str]:
    """The files in the page's folder that not every page has."""
    return [*(picture.src for picture in entry.files), *([KIT] if has_media_kit(entry) else [])]
