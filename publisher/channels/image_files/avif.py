"""AVIF: boxes. Source: ISO/IEC 14496-12 and 23008-12, https://aomediacodec.github.io/av1-avif/."""

from __future__ import annotations

from collections.abc import Iterator

from publisher.channels.image_files.anatomy import CUT_OFF, Anatomy, UnfitError

_PLAIN = frozenset({b"ftyp", b"meta", b"mdat", b"moov", b"free"})
_TELLING = (b"Exif", b"mime", b"irot", b"imir")
"""Items and properties that hold EXIF, XMP, or a turn of the picture."""
_SIZE_BOX = b"ispe"


def anatomy(content: bytes) -> Anatomy:
    """An AVIF is whole or drawn anew: what it tells is woven into its boxes."""
    boxes: dict[bytes, bytes] = {}
    for name, body in _boxes(content):
        boxes.setdefault(name, body)
    meta, moving = boxes.get(b"meta", b""), boxes.get(b"moov", b"")
    if not meta or b"mdat" not in boxes:
        raise UnfitError(CUT_OFF)
    width, height = max(_sizes(meta), key=lambda size: size[0] * size[1], default=(0, 0))
    tells = not _PLAIN.issuperset(boxes) or any(part in meta or part in moving for part in _TELLING)
    frames = 2 if moving or content[8:12] == b"avis" else 1
    return Anatomy("image/avif", width, height, content, frames, is_plain=not tells)


def _boxes(content: bytes) -> Iterator[tuple[bytes, bytes]]:
    at = 0
    while at < len(content):
        length, head = int.from_bytes(content[at : at + 4]), 8
        if length == 1:
            length, head = int.from_bytes(content[at + 8 : at + 16]), 16
        elif length == 0:
            length = len(content) - at
        if length < head or at + length > len(content):
            raise UnfitError(CUT_OFF)
        yield content[at + 4 : at + 8], content[at + head : at + length]
        at += length


def _sizes(meta: bytes) -> Iterator[tuple[int, int]]:
    at = -1
    while (at := meta.find(_SIZE_BOX, at + 1)) >= 0:
        yield int.from_bytes(meta[at + 8 : at + 12]), int.from_bytes(meta[at + 12 : at + 16])
