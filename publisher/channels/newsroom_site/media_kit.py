"""The images of a page with their captions, as a zip file for a picture desk. The same entry gives the same bytes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from io import BytesIO
from typing import IO, TYPE_CHECKING

from publisher.channels.newsroom_site import facts
from publisher.channels.newsroom_site.entry import Entry, Picture, is_file_name
from publisher.channels.newsroom_site.site import Site

if TYPE_CHECKING:
    from zipfile import ZipInfo

CAPTIONS = "captions.txt"
_YEARS = (1980, 2107)
"""What a zip file can write."""

_UNIX = 3
_PLAIN_FILE = 0o100644


def file_name(entry: Entry) -> str:
    return f"{entry.slug}-images.zip"


def has_media_kit(entry: Entry) -> bool:
    return bool(_files(entry))


def media_kit(entry: Entry, site: Site, read: Callable[[str], bytes]) -> bytes | None:
    """The zip file as bytes; None where the page has no image of its own (one at another's address stays there).

    Args:
        entry: The release.
        site: Its newsroom.
        read: Gives the bytes of an image as the page shows it, by its name in the page's folder.

    Raises:
        ValueError: An image is named by more than a plain file name.
    """
    if not has_media_kit(entry):
        return None
    target = BytesIO()
    write_media_kit(entry, site, read, target)
    return target.getvalue()


def write_media_kit(entry: Entry, site: Site, read: Callable[[str], bytes], target: IO[bytes]) -> None:
    """The same into an open file, holding one image at a time.

    Nothing is compressed: images are already, and a compressor of another version would give other bytes. Each file
    bears the day of the release.

    Raises:
        ValueError: As above.
    """
    from zipfile import ZipFile  # noqa: PLC0415 -- only a sending run needs it

    files = _files(entry)
    for picture in files:
        if not is_file_name(picture.src):
            raise ValueError(f"the image {picture.src!a} is no plain file name")
    with ZipFile(target, "w") as archive:
        for picture in files:
            archive.writestr(_member(picture.src, entry), read(picture.src))
        archive.writestr(_member(CAPTIONS, entry), captions(entry, site))


def captions(entry: Entry, site: Site) -> bytes:
    """Of each image its file name, what it shows and where it is from; headline and address on top."""
    head = [facts.one_line(entry.headline), facts.page_url(entry, site) or "", facts.one_line(site.rights or "")]
    blocks = ["\n".join(filter(None, head))]
    blocks += ["\n".join(filter(None, (picture.src, facts.one_line(picture.alt)))) for picture in _files(entry)]
    return ("\n\n".join(blocks) + "\n").encode()


def _files(entry: Entry) -> Sequence[Picture]:
    """The images that the page shows and that lie in its folder, each once."""
    named: dict[str, Picture] = {}
    for picture in entry.images:
        if picture.is_file:
            named.setdefault(picture.src, picture)
    return list(named.values())


def _member(name: str, entry: Entry) -> ZipInfo:
    from zipfile import ZipInfo  # noqa: PLC0415 -- only a sending run needs it

    day = entry.day
    year = min(max(day.year, _YEARS[0]), _YEARS[1])
    info = ZipInfo(name, (year, day.month, day.day, 12, 0, 0))
    info.create_system = _UNIX
    info.external_attr = _PLAIN_FILE << 16
    return info
