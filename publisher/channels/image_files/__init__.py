"""Image files by their bytes: what they are, how large, whether whole, and what they tell besides their pixels."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from publisher.channels.image_files import avif, gif, jpeg, png, webp
from publisher.channels.image_files.anatomy import MOST_PIXELS, Anatomy, UnfitError

__all__ = ["MOST_PIXELS", "Anatomy", "UnfitError", "anatomy", "kind"]

_READERS: Mapping[str, Callable[[bytes], Anatomy]] = {
    "image/avif": avif.anatomy,
    "image/gif": gif.anatomy,
    "image/jpeg": jpeg.anatomy,
    "image/png": png.anatomy,
    "image/webp": webp.anatomy,
}
_STARTS = (
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
)
_BRANDS = {b"avif": "image/avif", b"avis": "image/avif", b"heic": "image/heic", b"heix": "image/heic"}


def kind(content: bytes) -> str:
    """The MIME type that the first bytes of an image tell; empty for any other file."""
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return "image/webp"
    if content[4:8] == b"ftyp":
        brands = [content[at : at + 4] for at in (8, *range(16, min(int.from_bytes(content[:4]), 64), 4))]
        return next((_BRANDS[brand] for brand in brands if brand in _BRANDS), "")
    return next((mime for start, mime in _STARTS if content.startswith(start)), "")


def anatomy(content: bytes) -> Anatomy:
    """What an image file consists of. No pixel is made, and the time is linear in the length of the file.

    Raises:
        UnfitError: It is none of the known kinds, cut off, damaged, or of too many pixels.
    """
    reader = _READERS.get(kind(content))
    if reader is None:
        raise UnfitError("is no image of a known kind")
    try:
        found = reader(content)
    except (IndexError, ValueError) as error:
        raise error if isinstance(error, UnfitError) else UnfitError("is damaged; export it again") from None
    if not found.width or not found.height:
        raise UnfitError("has no width or no height")
    if found.width * found.height > MOST_PIXELS:
        most = f"{MOST_PIXELS // 1_000_000} million pixels are the most"
        raise UnfitError(f"measures {found.width:,} x {found.height:,}, and {most}; make it smaller")
    return found
