"""Which images of a release one channel can carry."""

from __future__ import annotations

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
        if reason := _reason_against(media, capabilities, len(usable)):
            warnings.append(f"left out, as {reason}: {media.path}")
        else:
            usable.append(replace(media, path=resolved(media.path, release.file)))
    return tuple(usable)


def _reason_against(media: Media, capabilities: Capabilities, so_far: int) -> str:
    """Why the channel cannot carry it; empty where it can."""
    is_on_the_web = "://" in media.path
    if not capabilities.media_max:
        return "this channel takes no images"
    if is_on_the_web and "web" not in capabilities.media_from:
        return "it is on the web and not a file beside the release"
    if not is_on_the_web and "file" not in capabilities.media_from:
        return "this channel shows only images that are on the web"
    if capabilities.images and media.mime not in (*capabilities.images.types, *IMAGE_TYPES.values()):
        return "this channel does not take such a file"
    return f"a post takes {capabilities.media_max} images" if so_far == capabilities.media_max else ""


def resolved(path: str, file: str) -> str:
    """A path as written in a release, seen from where `publish` runs; an address stays as it is."""
    return path if "://" in path or file == "-" else str(PurePath(file).parent / path)
