"""Drawing an image anew, smaller or in another type: the only place where pixels are made."""

from __future__ import annotations

import math
import warnings
from collections.abc import Mapping
from io import BytesIO
from typing import TYPE_CHECKING, Any

from publisher.channels.image_files.anatomy import MOST_PIXELS, Anatomy, UnfitError
from publisher.compose.model import ImageRules

if TYPE_CHECKING:
    from PIL.Image import Image

_QUALITIES = (92, 85, 80, 75)
_LEAST_SIDE = 480
"""Of the longer side, in pixels: smaller than this no image is made to fit a number of bytes."""
_STEPS = 8
_COARSER = 8
"""How many times a file of the best quality has the bytes of one of the lowest used here, at the very most."""
_DENSER = 1.5
"""By how much this packs a picture without loss better than another program, at the very most."""
_FORMATS = {"image/jpeg": "JPEG", "image/png": "PNG", "image/webp": "WEBP", "image/avif": "AVIF", "image/gif": "GIF"}
_OPTIONS: Mapping[str, Mapping[str, Any]] = {"image/jpeg": {"optimize": True}, "image/webp": {"method": 4}}
_LOSSY = frozenset({"image/jpeg", "image/webp", "image/avif"})
_SPACES = {b"RGB ": ("RGB", "RGBA"), b"GRAY": ("L", "LA")}


def bounded(width: int, height: int, rules: ImageRules) -> tuple[int, int]:
    """The largest measures in pixels, of the same shape, that keep the bounds on sides and pixels."""
    scale = min(
        1.0,
        rules.most_side / max(width, height) if rules.most_side else 1.0,
        rules.most_sides / (width + height) if rules.most_sides else 1.0,
        math.sqrt(rules.most_pixels / (width * height)) if rules.most_pixels else 1.0,
    )
    if scale == 1:
        return width, height
    wide, high = _scaled((width, height), scale)
    short, long = min(wide, high), max(wide, high)
    # The shorter side is never less than a pixel, and rounding moves the shape: the longer side gives way.
    bounds = (rules.most_sides - short, rules.most_pixels // short, rules.most_ratio * short)
    given = (rules.most_sides, rules.most_pixels, rules.most_ratio)
    long = max(1, min([long, *(bound for bound, is_given in zip(bounds, given, strict=True) if is_given)]))
    return (long, short) if width >= height else (short, long)


def _scaled(size: tuple[int, int], scale: float) -> tuple[int, int]:
    return max(1, int(size[0] * scale)), max(1, int(size[1] * scale))


def redrawn(anatomy: Anatomy, rules: ImageRules) -> tuple[bytes, str, int, int]:
    """The image within the rules, upright and without metadata: bytes, MIME type, width and height.

    Raises:
        UnfitError: It cannot be decoded, or is over the bytes however small it is made.
    """
    size = bounded(*anatomy.upright, rules)
    packed = len(anatomy.clean) * (size[0] * size[1]) / (anatomy.width * anatomy.height)
    if anatomy.mime == "image/jpeg":
        size = _scaled(size, min(1.0, math.sqrt(_COARSER * rules.most_bytes / packed)))
    try:
        return _made(anatomy, rules, size, packed)
    except UnfitError:
        raise
    except Exception as error:
        # Pillow tells of a damaged file by a dozen kinds of error, and each release of it by others.
        raise UnfitError("cannot be decoded; export it again") from error


def _made(anatomy: Anatomy, rules: ImageRules, size: tuple[int, int], packed: float) -> tuple[bytes, str, int, int]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        picture = _opened(anatomy, size)
        types = _types(anatomy.mime, picture, rules, packed)
        for mime in types:
            found = _within(picture, mime, rules.most_bytes, packed, may_shrink=mime == types[-1])
            if found is not None:
                return found[0], mime, *found[1]
    raise UnfitError(f"has more than {rules.most_bytes:,} bytes however small it is made; make it simpler")


def _opened(anatomy: Anatomy, size: tuple[int, int]) -> Image:
    """The picture, upright, of the wanted measures and in one of the modes L, LA, RGB and RGBA."""
    from PIL import Image, ImageOps  # noqa: PLC0415 -- only where pixels must be touched

    picture: Image.Image = Image.open(BytesIO(anatomy.clean), formats=[_FORMATS[anatomy.mime]])
    if picture.width * picture.height > MOST_PIXELS:  # the file says two things, and the decoder heeds the other
        raise UnfitError("is damaged; export it again")
    if anatomy.mime == "image/jpeg":
        picture.draft(None, size[::-1] if anatomy.orientation >= 5 else size)
    picture.load()
    profile = picture.info.get("icc_profile")
    if anatomy.mime == "image/avif":
        picture = ImageOps.exif_transpose(picture)
        size = size if (picture.width < picture.height) == (size[0] < size[1]) else size[::-1]
    picture = _plain(picture, profile)
    turn = (None, None, *(Image.Transpose(number) for number in (0, 3, 1, 5, 4, 6, 2)))[anatomy.orientation]
    if turn is not None:
        picture = picture.transpose(turn)
    if picture.size != size:
        picture = picture.resize(size, Image.Resampling.LANCZOS)
    picture.info = {}
    if profile and picture.mode in _SPACES.get(profile[16:20], ()):
        picture.info["icc_profile"] = profile
    return picture


def _plain(picture: Image, profile: bytes | None) -> Image:
    """The picture in one of the modes L, LA, RGB and RGBA; with transparency only where some of it shows."""
    if picture.mode == "CMYK":
        return _in_rgb(picture, profile)
    if picture.mode.startswith(("I", "F")):
        # 16 bits a pixel, of which the upper 8 are what a screen shows.
        return picture.convert("I").point([value >> 8 for value in range(65536)], "L")
    if "transparency" in picture.info or picture.mode in {"PA", "La", "RGBa", "RGBA", "LA"}:
        wanted = "LA" if picture.mode in {"L", "1", "LA", "La"} else "RGBA"
        picture = picture if picture.mode == wanted else picture.convert(wanted)
        lowest = picture.getchannel("A").getextrema()[0]
        return picture if isinstance(lowest, int) and lowest < 255 else picture.convert(picture.mode[:-1])
    wanted = "L" if picture.mode in {"L", "1"} else "RGB"
    return picture if picture.mode == wanted else picture.convert(wanted)


def _in_rgb(picture: Image, profile: bytes | None) -> Image:
    """Printers' colours as screens show them, by the file's own profile where that is one."""
    from PIL import ImageCms  # noqa: PLC0415

    if profile and profile[16:20] == b"CMYK":
        try:
            made = ImageCms.profileToProfile(
                picture, ImageCms.ImageCmsProfile(BytesIO(profile)), ImageCms.createProfile("sRGB"), outputMode="RGB"
            )
        except (ImageCms.PyCMSError, OSError):
            made = None
        if made is not None:
            return made
    return picture.convert("RGB")


def _types(mime: str, picture: Image, rules: ImageRules, packed: float) -> tuple[str, ...]:
    """The types to try, best first: its own, then what keeps its transparency, and a JPEG for a photograph in a PNG.

    `packed` is how many bytes the picture has in the file's own type and quality.
    """
    see_through = picture.mode.endswith("A")
    others = ("image/png", "image/webp", "image/jpeg") if see_through else ("image/jpeg", "image/png", "image/webp")
    taken = [each for each in (mime, *others) if each in rules.types and each != "image/gif"]
    if not taken:
        raise UnfitError("is of a type that is not taken here, and nor is any that it could be made into")
    if taken[0] == "image/png" and not see_through and "image/jpeg" in taken:
        return ("image/jpeg",) if packed > _DENSER * rules.most_bytes else ("image/png", "image/jpeg")
    return (taken[0],)


def _within(
    picture: Image, mime: str, most: int, packed: float, *, may_shrink: bool
) -> tuple[bytes, tuple[int, int]] | None:  # fmt: skip
    """The picture in so many bytes, with its measures: first by quality, then by its measures; None if in no way."""
    from PIL import Image  # noqa: PLC0415

    if mime == "image/jpeg" and picture.mode.endswith("A"):
        picture = _on_white(picture)
    if mime in _LOSSY and packed <= most:  # then the best most likely fits, and no other quality need be tried
        finest = _encoded(picture, mime, _QUALITIES[0])
        if len(finest) <= most:
            return finest, picture.size
    now, size = picture, picture.size
    for _ in range(_STEPS if may_shrink else 1):
        content = _encoded(now, mime, _QUALITIES[-1])
        if len(content) <= most:
            return _finest(now, mime, most, content), size
        scale = min(0.9, 0.95 * math.sqrt(most / len(content)))
        size = _scaled(size, scale)
        if max(size) < _LEAST_SIDE:
            return None
        now = picture.resize(size, Image.Resampling.LANCZOS)
        now.info = picture.info
    return None


def _finest(picture: Image, mime: str, most: int, coarsest: bytes) -> bytes:
    """The picture in the highest quality that fits."""
    tries = (_encoded(picture, mime, quality) for quality in _QUALITIES[:-1]) if mime in _LOSSY else ()
    return next((content for content in tries if len(content) <= most), coarsest)


def _on_white(picture: Image) -> Image:
    from PIL import Image  # noqa: PLC0415

    plain = Image.new(picture.mode[:-1], picture.size, "white")
    plain.paste(picture.convert(picture.mode[:-1]), mask=picture.getchannel("A"))
    plain.info = picture.info
    return plain


def _encoded(picture: Image, mime: str, quality: int) -> bytes:
    out = BytesIO()
    options: dict[str, Any] = {**_OPTIONS.get(mime, {}), "icc_profile": picture.info.get("icc_profile")}
    if mime in _LOSSY:
        options["quality"] = quality
    picture.save(out, _FORMATS[mime], **options)
    return out.getvalue()
