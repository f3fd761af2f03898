"""PNG: chunks. Source: https://www.w3.org/TR/png-3/."""

from __future__ import annotations

import zlib
from collections.abc import Iterator

from publisher.channels.image_files.anatomy import CUT_OFF, MOST_PIXELS, Anatomy, UnfitError, orientation

_SIGNATURE = 8
_NEEDED = frozenset(
    b"IHDR PLTE IDAT IEND tRNS cHRM gAMA iCCP sBIT sRGB cICP mDCV cLLI bKGD hIST pHYs sPLT acTL fcTL fdAT".split()
)
"""The chunks that a picture is made of; texts, EXIF, times and programs' own chunks are not among them."""
_CHANNELS = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}
_PASSES = ((0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2))
"""Of Adam7: first column and row, steps between columns and rows."""
_PIECE = 1 << 20


def anatomy(content: bytes) -> Anatomy:
    chunks: dict[bytes, list[bytes]] = {}
    kept = [content[:_SIGNATURE]]
    for name, start, end in _chunks(content):
        if not chunks and name != b"IHDR":
            raise UnfitError("is damaged; export it again")
        chunks.setdefault(name, []).append(content[start + 8 : end - 4])
        if name in _NEEDED:
            kept.append(content[start:end])
        if name == b"IEND":
            break
    else:
        raise UnfitError(CUT_OFF)
    [header] = chunks[b"IHDR"]
    width, height = int.from_bytes(header[:4]), int.from_bytes(header[4:8])
    if width * height <= MOST_PIXELS:
        _check_data(chunks.get(b"IDAT", []), _length(width, height, header))
    frames = max(1, int.from_bytes(chunks.get(b"acTL", [b""])[0][:4]))
    return Anatomy("image/png", width, height, b"".join(kept), frames, orientation(chunks.get(b"eXIf", [b""])[0]))


def _chunks(content: bytes) -> Iterator[tuple[bytes, int, int]]:
    """Name, start and end of each chunk."""
    at = _SIGNATURE
    while at + 12 <= len(content):
        name, end = content[at + 4 : at + 8], at + 12 + int.from_bytes(content[at : at + 4])
        if end > len(content):
            raise UnfitError(CUT_OFF)
        if zlib.crc32(content[at + 4 : end - 4]) != int.from_bytes(content[end - 4 : end]):
            raise UnfitError("is damaged; export it again")
        yield name, at, end
        at = end


def _length(width: int, height: int, header: bytes) -> int:
    """How many bytes the pixels have before they are packed: each line with one byte for its filter."""
    depth, colour, interlaced = header[8], header[9], header[12]
    if colour not in _CHANNELS or depth not in {1, 2, 4, 8, 16} or interlaced > 1:
        raise UnfitError("is damaged; export it again")
    bits = depth * _CHANNELS[colour]
    sizes = [(width, height)]
    if interlaced:
        sizes = [(-((x - width) // dx), -((y - height) // dy)) for x, y, dx, dy in _PASSES]
    return sum(rows * (1 + (columns * bits + 7) // 8) for columns, rows in sizes if columns > 0)


def _check_data(data: list[bytes], length: int) -> None:
    """Unpack the pixels piece by piece, keeping none.

    Raises:
        UnfitError: They are damaged, or fewer than there must be.
    """
    unpacker = zlib.decompressobj()
    found = 0
    for part in data:
        rest = part
        while rest and found < length:
            try:
                found += len(unpacker.decompress(rest, _PIECE))
            except zlib.error:
                raise UnfitError("is damaged; export it again") from None
            rest = unpacker.unconsumed_tail
    if found < length:
        raise UnfitError(CUT_OFF)
