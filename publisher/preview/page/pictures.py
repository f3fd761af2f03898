"""Images inside the page: each once, scaled down, without metadata."""

from __future__ import annotations

import base64
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from publisher.channels.base import Upload
from publisher.compose.model import ImageRules, Variant
from publisher.release.model import Media

_TYPES = ("image/jpeg", "image/png", "image/gif", "image/webp")
_SIDE = 1200
"""Pixels: enough for a column of 600 on a fine screen."""
_MOST_BYTES, _FEWEST_BYTES = 200_000, 60_000
_ALL_BYTES = 4_000_000
"""What all of them may have together, where that does not spoil them, so that the page still goes into a mail."""


@dataclass(frozen=True)
class Embedded:
    """An image as the page holds it: `number` names it, width and height are in pixels, `data` is its `data:` URI."""

    number: int
    width: int
    height: int
    data: str


class Pictures:
    """The images of one page, read when they are first asked for; the more there are, the smaller each."""

    def __init__(self, variants: Iterable[Variant]) -> None:
        count = len({media.path for variant in variants for media in _media(variant)})
        most = max(min(_MOST_BYTES, _ALL_BYTES // max(count, 1)), _FEWEST_BYTES)
        self._rules = ImageRules(_TYPES, most_bytes=most, most_side=_SIDE)
        self._found: dict[str, Embedded | str] = {}

    @property
    def all(self) -> list[Embedded]:
        return [found for found in self._found.values() if isinstance(found, Embedded)]

    def of(self, media: Media) -> Embedded | str:
        """The image; or why it cannot be shown, in one line."""
        if media.path not in self._found:
            self._found[media.path] = self._read(media)
        return self._found[media.path]

    def _read(self, media: Media) -> Embedded | str:
        from publisher.channels.images import UploadError, read_picture  # noqa: PLC0415 -- only where images are

        if "://" in media.path:
            return "This image stands on the web, and a preview fetches nothing."
        upload = Upload(media.path, media.mime)
        try:
            try:
                picture = read_picture(upload, self._rules)
            except UploadError:  # which may be for want of bytes
                picture = read_picture(upload, replace(self._rules, most_bytes=_MOST_BYTES))
        except UploadError as error:
            return f"{str(error)[:1].upper()}{str(error)[1:]}."
        data = f"data:{picture.mime};base64,{base64.b64encode(picture.content).decode()}"
        return Embedded(len(self.all) + 1, picture.width, picture.height, data)


def _media(variant: Variant) -> Iterator[Media]:
    for post in variant.posts:
        yield from post.media
        if post.card and post.card.image:
            yield post.card.image
    if variant.article:
        yield from variant.article.media
        yield from (Media(block.src) for block in variant.article.body if block.kind == "image")
