"""Images on their way to a network: as it takes them, and without what they tell about place, camera and people.

An image that is within the rules goes as it is, byte for byte. Else its metadata are cut out, its pixels untouched; and
only where that is not enough (too large, turned, of a type that is not taken) is it drawn anew.
"""

from __future__ import annotations

import hashlib
import os
import stat
from dataclasses import dataclass, replace
from pathlib import Path, PurePath
from threading import Lock

from publisher.channels.base import Upload
from publisher.channels.image_files import Anatomy, UnfitError, anatomy, kind
from publisher.channels.image_files.pixels import bounded, redrawn
from publisher.compose.model import ImageRules
from publisher.release.model import IMAGE_TYPES

__all__ = [
    "Picture",
    "UnfitError",
    "UploadError",
    "as_sent",
    "file_name",
    "fitted",
    "image_note",
    "image_problem",
    "read_picture",
]

_MOST_READ = 100_000_000
_MOST_KEPT = 64_000_000
_TELLS = "goes without its data on place, camera and people"
_ENDINGS = {
    "image/avif": ".avif",
    "image/gif": ".gif",
    "image/jpeg": ".jpg",
    "image/png": ".png",
    "image/webp": ".webp",
}


class UploadError(Exception):
    """An image that cannot go along: one line, which image and what to do."""


@dataclass(frozen=True)
class Picture:
    """An image as it goes out.

    `width` and `height` are in pixels, as a reader sees them. `changed` says what was done to it, as it goes on behind
    the image's name; empty where nothing was.
    """

    content: bytes
    mime: str
    width: int
    height: int
    changed: str = ""


def fitted(content: bytes, rules: ImageRules, mime: str = "") -> Picture:
    """The image as a network with these rules takes it, without metadata. Pure: same bytes in, same bytes out.

    Args:
        content: An image file.
        rules: What the network takes.
        mime: What the file says that it is, where something does.

    Raises:
        UnfitError: It cannot be made to fit; the words go on behind the image's name.
    """
    if not content:
        raise UnfitError("is empty")
    known = kind(content)
    if mime and known != mime:
        other = f", but a {_spoken(known)}" if known else ""
        raise UnfitError(f"is not a {_spoken(mime)}, as its ending says{other}; save it as one")
    found = anatomy(content)
    width, height = found.upright
    if rules.most_ratio and max(width, height) > rules.most_ratio * min(width, height):
        most = f"its longer side may be {rules.most_ratio} times its shorter one at most"
        raise UnfitError(f"measures {width:,} x {height:,}, and {most}; crop it")
    excess = _excess(found, rules)
    if not excess and found.orientation == 1 and found.is_plain:
        return Picture(found.clean, found.mime, width, height, "" if found.clean == content else _TELLS)
    if found.frames > 1:
        what = excess or "it would have to be drawn anew to leave out what it tells"
        raise UnfitError(f"moves, and {what}; make another of it, or take a still image")

    picture = Picture(*redrawn(found, rules))
    return replace(picture, changed=_changes(content, found, picture))


def _excess(found: Anatomy, rules: ImageRules) -> str:
    """Which rule the file breaks, its metadata left out; empty where none."""
    size = len(found.clean)
    if found.mime not in rules.types:
        return f"{_spoken(found.mime)} is not taken here"
    if size > rules.most_bytes:
        return f"has {size:,} bytes where {rules.most_bytes:,} are allowed"
    if bounded(*found.upright, rules) != found.upright:
        width, height = found.upright
        return f"its {width:,} x {height:,} pixels are too many"
    return ""


def _changes(before: bytes, found: Anatomy, after: Picture) -> str:
    parts = []
    size = f"{_megabytes(before)} to {_megabytes(after.content)}"
    width, height = found.upright
    if {after.width, after.height} != {width, height}:  # an AVIF may also have been turned
        parts.append(f"is made smaller: {width}x{height} to {after.width}x{after.height}, {size}")
    if after.mime != found.mime:
        parts.append(f"is made a {_spoken(after.mime)}")
    if found.orientation != 1:
        parts.append("is turned upright")
    if found.mime == "image/jpeg" and not found.is_plain:
        parts.append("gets the colours of screens, in place of those of print")
    if found.clean != before or (found.mime == "image/avif" and not found.is_plain):
        parts.append(_TELLS)
    return "; ".join(parts) or f"is made smaller: {size}"


def _megabytes(content: bytes) -> str:
    size = len(content)
    return f"{size / 1_000_000:.1f} MB" if size >= 100_000 else f"{size / 1000:.0f} kB"


def _spoken(mime: str) -> str:
    return mime.removeprefix("image/").upper()


def read_picture(upload: Upload, rules: ImageRules) -> Picture:
    """An image file as a network with these rules takes it.

    Args:
        upload: As rendered or planned; where it has a `sha256`, the file must still have it.
        rules: What the network takes.

    Raises:
        UploadError: Not readable, empty, of another type than its ending says, damaged, changed since it was planned,
            or over a rule that no other make of it can meet.
    """
    name = PurePath(upload.path).name
    content = _content(upload.path)
    digest = hashlib.sha256(content).hexdigest()
    if upload.sha256 and digest != upload.sha256:
        raise UploadError(f"the image {name} is not the one that was planned; plan the release again")
    mime = IMAGE_TYPES.get(PurePath(upload.path).suffix.lower(), upload.mime)
    if mime not in _ENDINGS:
        known = ", ".join(_spoken(kind) for kind in rules.types)
        raise UploadError(f"the image {name} is of a type that is not taken here (taken are {known})")
    try:
        return _shelf.fitted(digest, content, rules, mime)
    except UnfitError as error:
        raise UploadError(f"the image {name} {error}") from error


def image_problem(upload: Upload, rules: ImageRules) -> str | None:
    """Why `read_picture` would not take this file, in one line; None where it would."""
    try:
        read_picture(upload, rules)
    except UploadError as error:
        return str(error)
    return None


def image_note(upload: Upload, rules: ImageRules) -> str:
    """What is done to the image before it goes out, in one line; empty where nothing is, or where it cannot go."""
    try:
        changed = read_picture(upload, rules).changed
    except UploadError:
        return ""
    return f"{PurePath(upload.path).name} {changed}" if changed else ""


def as_sent(upload: Upload, rules: ImageRules) -> Upload:
    """The upload with the MIME type that it will be sent with.

    Raises:
        UploadError: As `read_picture`.
    """
    return replace(upload, mime=read_picture(upload, rules).mime)


def file_name(path: str, mime: str) -> str:
    """The name under which a file goes out, its ending that of its type."""
    name = PurePath(path)
    fits = IMAGE_TYPES.get(name.suffix.lower()) == mime
    return name.name if fits or mime not in _ENDINGS else f"{name.stem}{_ENDINGS[mime]}"


def _content(path: str) -> bytes:
    """The bytes of a file of a bearable size; nothing but a file is opened, and so nothing can keep us waiting.

    Raises:
        UploadError: It cannot be read.
    """
    try:
        found = os.stat(path)  # noqa: PTH116 -- `Path.stat` of a name with a NUL fails in another way
        if not stat.S_ISREG(found.st_mode):
            raise UploadError(f"the image {path} cannot be read (it is no file)")
        if found.st_size > _MOST_READ:
            raise UploadError(f"the image {PurePath(path).name} has {found.st_size:,} bytes; make it smaller")
        with Path(path).open("rb") as file:
            return file.read(_MOST_READ)
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or error
        raise UploadError(f"the image {path} cannot be read ({why})") from error


def _as_far_as_they_matter(content: bytes, rules: ImageRules) -> ImageRules:
    """The same for all rules that the file is within: what is made of it then does not hang on them."""
    known = kind(content)
    if known not in rules.types or len(content) > rules.most_bytes:
        return rules
    try:
        found = anatomy(content)
    except UnfitError:
        return rules
    short, long = sorted(found.upright)
    if found.frames > 1 or bounded(*found.upright, rules) != found.upright or 0 < rules.most_ratio * short < long:
        return rules
    return ImageRules((known,), most_bytes=_MOST_READ)


class _Shelf:
    """Images that were fitted before, so that a run looks at each of them once for all rules that come to the same."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._kept: dict[tuple[str, str, ImageRules], Picture | str] = {}

    def fitted(self, digest: str, content: bytes, rules: ImageRules, mime: str) -> Picture:
        with self._lock:  # one at a time also bounds the memory
            key = (digest, mime, rules)
            if key not in self._kept:
                shared = (digest, mime, _as_far_as_they_matter(content, rules))
                found = self._found(shared, content)
                if isinstance(found, Picture) and len(found.content) > rules.most_bytes:
                    found = self._found(key, content)
                return _or_raise(found)
            return _or_raise(self._kept[key])

    def _found(self, key: tuple[str, str, ImageRules], content: bytes) -> Picture | str:
        if key not in self._kept:
            try:
                self._keep(key, fitted(content, key[2], key[1]))
            except UnfitError as error:
                self._keep(key, str(error))
        return self._kept[key]

    def _keep(self, key: tuple[str, str, ImageRules], found: Picture | str) -> None:
        self._kept[key] = found
        while len(self._kept) > 1 and sum(map(_weight, self._kept.values())) > _MOST_KEPT:
            self._kept.pop(next(iter(self._kept)))


def _or_raise(found: Picture | str) -> Picture:
    if isinstance(found, str):
        raise UnfitError(found)
    return found


def _weight(found: Picture | str) -> int:
    return len(found.content if isinstance(found, Picture) else found) + 1000


_shelf = _Shelf()
