"""JPEG: markers and segments. Source: ITU-T T.81, annex B."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from publisher.channels.image_files.anatomy import CUT_OFF, Anatomy, UnfitError, orientation

_START, _END, _SCAN, _COMMENT = 0xD8, 0xD9, 0xDA, 0xFE
_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_BARE = frozenset({0x01, *range(0xD0, 0xD8)})
"""Markers without a length."""
_APP = range(0xE0, 0xF0)
_NEEDED = ((0xE0, b"JFIF\0"), (0xE2, b"ICC_PROFILE\0"), (0xEE, b"Adobe"))
"""The application segments without which the colours would be others; the rest tells about camera, place and people."""


class _Segment(NamedTuple):
    """A marker with what belongs to it, scan data included: from where to where, and where its content begins."""

    marker: int
    start: int
    content: int
    end: int


def anatomy(content: bytes) -> Anatomy:
    kept = [content[:2]]
    size = (0, 0)
    turned, components, is_whole = 1, 3, False
    for segment in _segments(content):
        body = content[segment.content : segment.end]
        if segment.marker in _FRAMES:
            size = (int.from_bytes(body[3:5]), int.from_bytes(body[1:3]))
            components = body[5]
        if segment.marker == 0xE1 and body.startswith(b"Exif\0") and turned == 1:
            turned = orientation(body[6:])
        if segment.marker == _END:
            is_whole = True
        elif segment.marker == _COMMENT or (segment.marker in _APP and not _is_needed(segment.marker, body)):
            continue
        kept.append(content[segment.start : segment.end])
    if not is_whole or size == (0, 0):
        raise UnfitError(CUT_OFF)
    return Anatomy(
        "image/jpeg", *size, clean=b"".join(kept), orientation=turned, is_plain=components in {1, 3}
    )  # fmt: skip


def _segments(content: bytes) -> Iterator[_Segment]:
    """The segments behind the start of the image, up to its end."""
    at = 2
    while at < len(content):
        start = at
        if content[at] != 0xFF:
            raise UnfitError("is damaged; export it again")
        while at < len(content) and content[at] == 0xFF:
            at += 1
        if at == len(content):
            return
        marker = content[at]
        at += 1
        if marker == _END or marker in _BARE:
            yield _Segment(marker, start, at, at)
            if marker == _END:
                return
            continue
        body, at = at + 2, at + int.from_bytes(content[at : at + 2])
        if at < body or at > len(content):
            raise UnfitError(CUT_OFF)
        if marker == _SCAN:
            at = _scan_end(content, at)
        yield _Segment(marker, start, body, at)


def _scan_end(content: bytes, at: int) -> int:
    """Where the data of a scan end: at the next marker that is neither stuffing nor a restart."""
    while (at := content.find(0xFF, at)) >= 0 and at + 1 < len(content):
        following = content[at + 1]
        if following not in {0x00, 0xFF} and not 0xD0 <= following <= 0xD7:
            return at
        at += 1 if following == 0xFF else 2
    return len(content)


def _is_needed(marker: int, body: bytes) -> bool:
    return any(marker == known and body.startswith(start) for known, start in _NEEDED)
