"""Images inside the page: each once, scaled down, without metadata."""

from __future__ import annotations

import base64
from dataclasses import dataclass

from publisher.channels.base import Upload
from publisher.compose.model import ImageRules
from publisher.release.model import Media

_RULES = ImageRules(("image/jpeg", "image/png", "image/gif", "image/webp"), most_bytes=200_000, most_side=1200)
"""What is enough for a column of 600 pixels on a fine screen, and still goes into a mail twenty times."""


@dataclass(frozen=True)
class Embedded:
    """An image as the page holds it: `number` names it, width and height are in pixels, `data` is its `data:` URI."""

    number: int
    width: int
    height: int
    data: str


class Pictures:
    """The images of one page, read when they are first asked for."""

    def __init__(self) -> None:
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
        try:
            picture = read_picture(Upload(media.path, media.mime), _RULES)
        except UploadError as error:
            return f"{str(error)[:1].upper()}{str(error)[1:]}."
        data = f"data:{picture.mime};base64,{base64.b64encode(picture.content).decode()}"
        return Embedded(len(self.all) + 1, picture.width, picture.height, data)
