"""`Anatomy`: what an image file consists of."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

MOST_PIXELS = 64_000_000
"""Of one image: more than any camera for the press makes, and no more than fits into a small machine's memory."""


class UnfitError(ValueError):
    """What is wrong with an image, as it goes on behind the image's name: `is empty`."""


_ORIENTATION = 274  # the number of its tag
CUT_OFF = "is cut off: its end is missing; copy or export it again"


@dataclass(frozen=True)
class Anatomy:
    """An image file by its parts.

    Attributes:
        mime: Its type.
        width: In pixels, as stored; `orientation` may turn it.
        height: Likewise.
        clean: The file without what it tells about place, time, device and people; the pixels are as they were.
        frames: More than 1 where it moves.
        orientation: That of EXIF, 1 to 8; 1 is upright.
        is_plain: Whether its colours are what every reader understands, and all that it tells could be taken out.
    """

    mime: str
    width: int
    height: int
    clean: bytes
    frames: int = 1
    orientation: int = 1
    is_plain: bool = True

    @property
    def upright(self) -> tuple[int, int]:
        """Width and height as a reader sees them."""
        return (self.height, self.width) if self.orientation >= 5 else (self.width, self.height)


def orientation(exif: bytes) -> int:
    """The orientation in a block of EXIF (a TIFF header and its first directory); 1 where there is none to be read.

    Source: CIPA DC-008, 4.6.5.
    """
    order: Literal["little", "big"] = "little" if exif[:2] == b"II" else "big"
    if exif[:2] not in {b"II", b"MM"}:
        return 1
    first = int.from_bytes(exif[4:8], order)
    count = int.from_bytes(exif[first : first + 2], order)
    for at in range(first + 2, min(first + 2 + 12 * count, len(exif) - 11), 12):
        if int.from_bytes(exif[at : at + 2], order) == _ORIENTATION:
            value = int.from_bytes(exif[at + 8 : at + 10], order)
            return value if 1 <= value <= 8 else 1
    return 1
