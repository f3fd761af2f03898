"""WebP: RIFF chunks. Source: RFC 9649."""

from __future__ import annotations

from collections.abc import Iterator

from publisher.channels.image_files.anatomy import CUT_OFF, Anatomy, UnfitError, orientation

_NEEDED = frozenset({b"VP8 ", b"VP8L", b"VP8X", b"ALPH", b"ANIM", b"ANMF", b"ICCP"})
_TELLS = 0x08 | 0x04
"""The flags of VP8X for EXIF and XMP."""


def anatomy(content: bytes) -> Anatomy:
    kept: list[bytes] = []
    size, frames, turned, has_data = (0, 0), 0, 1, False
    for name, body in _chunks(content):
        part = body
        if name == b"VP8X":
            size = (1 + int.from_bytes(body[4:7], "little"), 1 + int.from_bytes(body[7:10], "little"))
            part = bytes([body[0] & ~_TELLS]) + body[1:]
        elif name in {b"VP8 ", b"VP8L"}:
            has_data = True
            size = size if size != (0, 0) else _size(name, body)
        elif name == b"ANMF":
            frames, has_data = frames + 1, True
        elif name == b"EXIF":
            turned = orientation(body.removeprefix(b"Exif\0\0"))
        if name in _NEEDED:
            kept.append(name + len(body).to_bytes(4, "little") + part + b"\0" * (len(body) % 2))
    if not has_data:
        raise UnfitError(CUT_OFF)
    inside = b"WEBP" + b"".join(kept)
    return Anatomy(
        "image/webp", *size, clean=b"RIFF" + len(inside).to_bytes(4, "little") + inside,
        frames=max(frames, 1), orientation=turned,
    )  # fmt: skip


def _chunks(content: bytes) -> Iterator[tuple[bytes, bytes]]:
    end = 8 + int.from_bytes(content[4:8], "little")
    if end > len(content):
        raise UnfitError(CUT_OFF)
    at = 12
    while at + 8 <= end:
        name, length = content[at : at + 4], int.from_bytes(content[at + 4 : at + 8], "little")
        if at + 8 + length > end:
            raise UnfitError(CUT_OFF)
        yield name, content[at + 8 : at + 8 + length]
        at += 8 + length + length % 2


def _size(name: bytes, body: bytes) -> tuple[int, int]:
    if name == b"VP8L":
        packed = int.from_bytes(body[1:5], "little")
        return 1 + (packed & 0x3FFF), 1 + (packed >> 14 & 0x3FFF)
    return int.from_bytes(body[6:8], "little") & 0x3FFF, int.from_bytes(body[8:10], "little") & 0x3FFF
