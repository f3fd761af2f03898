"""The organisation's logo, as it is copied into the newsroom."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from publisher.channels.base import Upload
from publisher.channels.images import UploadError, read_picture
from publisher.channels.newsroom_site.article import IMAGES, MIME
from publisher.text.patterns import later

SVG = ".svg"
TYPES = (*MIME, SVG)
_MOST_BYTES = 1_000_000
_RUNS = later(r"<(?:script|foreignobject|iframe|!entity)|javascript:|\bon[a-z]+\s?=")


def logo_bytes(path: Path) -> bytes:
    """The image, without what it tells about place, camera and people.

    Raises:
        ValueError: It is missing, of another type, or holds what a browser would run: one line.
    """
    suffix = path.suffix.lower()
    if suffix not in TYPES:
        raise ValueError(f"the logo {path} is of no type that a page shows: {', '.join(TYPES)}")
    if suffix == SVG:
        return _drawing(path)
    rules = replace(IMAGES, types=(MIME[suffix],), most_bytes=_MOST_BYTES)
    try:
        return read_picture(Upload(str(path), MIME[suffix]), rules).content
    except UploadError as error:
        raise ValueError(f"the logo {error}") from None


def _drawing(path: Path) -> bytes:
    try:
        data = path.read_bytes()
    except OSError as error:
        raise ValueError(f"the logo {path} cannot be read: {error.strerror}") from None
    if len(data) > _MOST_BYTES:
        raise ValueError(f"the logo {path} has more than {_MOST_BYTES:,} bytes")
    plain = " ".join(data.decode(errors="replace").lower().split())
    if "<svg" not in plain or _RUNS.search(plain):
        raise ValueError(f"the logo {path} holds a script or is no SVG; save it as a plain SVG, or as a PNG")
    return data
