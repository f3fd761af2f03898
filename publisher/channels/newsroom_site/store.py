"""Getting an entry into the folder: all is checked, then all is staged, then whole files and folders are swapped in.

Until the first swap nothing that a reader can see has changed. Every swap is one rename, page first, then index, then
feed; a run that stops between two of them is put right by sending again.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from publisher.channels.base import Request, Upload
from publisher.channels.image_files import kind
from publisher.channels.images import UploadError, read_picture
from publisher.channels.newsroom_site.article import IMAGES, MIME
from publisher.channels.newsroom_site.disk import locked, sync_folder, write_durably
from publisher.channels.newsroom_site.entry import Entry, check_slug, merged
from publisher.channels.newsroom_site.facts import guid
from publisher.channels.newsroom_site.feeds import feed_xml
from publisher.channels.newsroom_site.pages import index_html, page_html, style_css
from publisher.channels.newsroom_site.site import MARK, PAGE, Site

ENTRY = "entry.json"
_STAGE = ".publish-stage"
_LOCK_WAIT = 60.0


class UnfinishedError(OSError):
    """The page may stand already, and what belongs to it may not."""


@dataclass(frozen=True)
class _Draft:
    """What the folder should hold afterwards, by path from the folder, in the order of writing."""

    entry: Entry
    is_new: bool
    page: Mapping[str, bytes]
    site: Mapping[str, bytes]
    dropped: tuple[str, ...]


def publish(site: Site, request: Request) -> None:
    """Write the page, then index and feed; files that are right already stay untouched.

    Raises:
        ValueError: Refused for what the request or the folder holds: one line; nothing was written.
        UnfinishedError: Stopped half way; sending again completes it.
        OSError: Files could not be read or written; nothing that a reader sees was changed.
    """
    entry = Entry.from_json(request.json or {})
    check_slug(entry.slug)
    images = {name: _read(upload) for name, upload in _uploads(request, entry).items()}
    with locked(site.folder, _LOCK_WAIT):
        draft = _draft(site, entry, images)
        stage = site.folder / _STAGE
        if stage.exists():
            shutil.rmtree(stage)
        try:
            _swap(_staged(site, draft, stage))
            _drop(site.folder / entry.slug, draft.dropped)
        finally:
            shutil.rmtree(stage, ignore_errors=True)


def stands(site: Site, request: Request) -> bool:
    """Whether the folder holds just what `publish` would leave there.

    Raises:
        OSError: The folder could not be read.
    """
    try:
        entry = Entry.from_json(request.json or {})
        check_slug(entry.slug)
        uploads = _uploads(request, entry)
        draft = _draft(site, entry, {})
    except ValueError:
        return False
    folder = site.folder / entry.slug
    return all(_same(site.folder / name, data) for name, data in {**draft.page, **draft.site}.items()) and all(
        _is_shown(folder / name, upload) for name, upload in uploads.items()
    )


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
    entries = _entries(site.folder)
    stored = entries.get(entry.slug)
    if stored is None and os.path.lexists(site.folder / entry.slug):
        raise ValueError(f"{site.folder / entry.slug} is there already and is no page of this newsroom")
    kept = merged(entry, stored, guid(entry, site))
    entries[entry.slug] = kept
    everything = list(entries.values())
    shared = {
        "style.css": style_css(),
        PAGE: index_html(everything, site),
        "feed.xml": feed_xml(everything, site),
    }
    for name in shared:
        _check_ours(site.folder / name)
    data = json.dumps(kept.as_json(), ensure_ascii=False, indent=2, sort_keys=True) + "\n"
    page = {**images, PAGE: page_html(kept, site), ENTRY: data.encode()}
    before = {picture.src for picture in stored.files} if stored else set()
    return _Draft(
        entry=kept,
        is_new=stored is None,
        page={f"{entry.slug}/{name}": content for name, content in page.items()},
        site=shared,
        dropped=tuple(sorted(before - {picture.src for picture in kept.files})),
    )


def _entries(folder: Path) -> dict[str, Entry]:
    entries: dict[str, Entry] = {}
    for path in sorted(folder.glob(f"*/{ENTRY}")):
        if path.parent.name.startswith("."):
            continue
        try:
            entry = Entry.from_json(json.loads(path.read_bytes()) | {"slug": path.parent.name})
            check_slug(entry.slug)
        except (ValueError, TypeError) as error:
            raise ValueError(f"{path} is damaged ({error}): restore it, or move its folder away") from None
        entries[entry.slug] = entry
    return entries


def _check_ours(path: Path) -> None:
    if os.path.lexists(path):
        with path.open("rb") as file:
            if MARK.encode() not in file.read(1000):
                raise ValueError(f"{path} was not written by this newsroom: give the newsroom a `folder:` of its own")


def _same(path: Path, data: bytes) -> bool:
    return path.is_file() and path.read_bytes() == data


def _staged(site: Site, draft: _Draft, stage: Path) -> list[tuple[Path, Path]]:
    """The finished files on the disk beside their places: what to rename, and to where, in order."""
    swaps: list[tuple[Path, Path]] = []
    stage.mkdir()
    files = {"style.css": draft.site["style.css"], **draft.page, **draft.site}
    if draft.is_new:
        (stage / "page").mkdir()
    for number, (name, data) in enumerate(files.items()):
        target = site.folder / name
        if draft.is_new and name in draft.page:
            write_durably(stage / "page" / target.name, data)
        elif not _same(target, data):
            write_durably(stage / str(number), data)
            swaps.append((stage / str(number), target))
    if draft.is_new:
        sync_folder(stage / "page")
        # Only the style sheet may come before the page: a page without it would look broken.
        at = int(bool(swaps) and swaps[0][1].name == "style.css")
        swaps.insert(at, (stage / "page", site.folder / draft.entry.slug))
    return swaps


def _swap(swaps: Iterable[tuple[Path, Path]]) -> None:
    visible = False
    try:
        for source, target in swaps:
            source.replace(target)
            visible = visible or target.name != "style.css"
            sync_folder(target.parent)
    except OSError as error:
        if visible:
            raise UnfinishedError(error.errno, error.strerror, error.filename) from error
        raise


def _drop(folder: Path, names: Iterable[str]) -> None:
    try:
        for name in names:
            (folder / name).unlink(missing_ok=True)
    except OSError as error:
        raise UnfinishedError(error.errno, error.strerror, error.filename) from error
