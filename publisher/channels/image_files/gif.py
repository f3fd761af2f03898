"""GIF: blocks. Source: https://www.w3.org/Graphics/GIF/spec-gif89a.txt."""

from __future__ import annotations

from publisher.channels.image_files.anatomy import CUT_OFF, Anatomy, UnfitError

_EXTENSION, _IMAGE, _TRAILER = 0x21, 0x2C, 0x3B
_COMMENT, _APPLICATION = 0xFE, 0xFF
_NEEDED = (b"NETSCAPE2.0", b"ANIMEXTS1.0", b"ICCRGBG1012")
"""Applications' blocks that say how often it repeats, and what its colours are."""


def anatomy(content: bytes) -> Anatomy:
    width, height = int.from_bytes(content[6:8], "little"), int.from_bytes(content[8:10], "little")
    at = 13 + _table(content[10])
    kept, frames, is_whole = [content[:at]], 0, False
    while at < len(content):
        start, mark = at, content[at]
        if mark == _TRAILER:
            is_whole = True
            kept.append(content[at : at + 1])
            break
        if mark == _IMAGE:
            frames += 1
            at = _blocks_end(content, at + 11 + _table(content[at + 9]))
        elif mark == _EXTENSION:
            at = _blocks_end(content, at + 2)
            label, first = content[start + 1], content[start + 3 : start + 14]
            if label == _COMMENT or (label == _APPLICATION and first not in _NEEDED):
                continue
        else:
            raise UnfitError("is damaged; export it again")
        kept.append(content[start:at])
    if not is_whole or not frames:
        raise UnfitError(CUT_OFF)
    return Anatomy("image/gif", width, height, b"".join(kept), frames)


def _table(flags: int) -> int:
    """The length in bytes of a table of colours."""
    return 3 * 2 ** ((flags & 7) + 1) if flags & 0x80 else 0


def _blocks_end(content: bytes, at: int) -> int:
    """Where a row of blocks, each with its length before it, ends."""
    while at < len(content):
        length = content[at]
        at += 1 + length
        if not length:
            return at
    raise UnfitError(CUT_OFF)
