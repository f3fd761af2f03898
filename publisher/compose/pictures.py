"""Which images of a release one channel can carry."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import PurePath

from publisher.compose.model import Capabilities
from publisher.release.model import IMAGE_TYPES, Media, Release


def pictures(release: Release, capabilities: Capabilities, warnings: list[str]) -> tuple[Media, ...]:
    """The images that this channel can carry, their paths resolved against the release file.

    A warning names each other. An image of a type that the channel does not take is made into one that it does, later.
    """
    usable: list[Media] = []
    for media in release.media:
        reasons = list(_reasons_against(media, capabilities, len(usable)))
        if reasons:
            warnings.append(f"left out, as {reasons[0]}: {media.path}")
        else:
            usable.append(replace(media, path=resolved(media.path, release.file)))
    return tuple(usable)


def _reasons_against(media: Media, capabilities: Capabilities, so_far: int) -> Iterator[str]:
    is_on_the_web = "://" in media.path
    if not capabilities.media_max:
        yield "this channel takes no images"
    elif is_on_the_web and "web" not in capabilities.media_from:
        yield "it is on the web and not a file beside the release"
    elif not is_on_the_web and "file" not in capabilities.media_from:
        yield "this channel shows only images that are on the web"
    elif capabilities.images and media.mime not in (*capabilities.images.types, *IMAGE_TYPES.values()):
        yield "this channel does not take such a file"
    elif so_far == capabilities.media_max:
        yield f"a post takes {capabilities.media_max} images"


def resolved(path: str, file: str) -> str:
    """A path as written in a release, seen from where `publish` runs; an address stays as it is."""
    return path if "://" in path or file == "-" else str(PurePath(file).parent / path)
