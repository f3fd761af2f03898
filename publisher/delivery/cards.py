"""The cards of a plan: drawn when a post asks for one, and made into files when one is to go along."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from publisher.channels.base import Upload
from publisher.config.model import Config
from publisher.errors import PublishError
from publisher.release.model import Media, Quote

if TYPE_CHECKING:
    from publisher.cards.cards import Card
    from publisher.cards.drawing import Drawing, Look, Shape

FOLDER = ".publish/cards"
"""Where the files lie, from the folder of channels.yaml. A file is named by what is drawn on it, and never changes."""
_MOST_LOGO = 1_000_000
_LOGO_TYPES = {".svg": "svg+xml", ".png": "png", ".jpg": "jpeg", ".jpeg": "jpeg", ".webp": "webp", ".gif": "gif"}


class Cards:
    """Every card of one plan, each drawn once for all channels. Nothing is imported or read before one is asked for."""

    def __init__(self, config: Config) -> None:
        self._config = config
        self._folder = config.folder / FOLDER
        self._look: Look | None = None
        self._known: dict[Any, Media | str] = {}
        self._drawings: dict[str, Drawing] = {}

    def deck(self, shape: Shape) -> Deck:
        """Those of one shape."""
        return Deck(self, shape)

    def drawn(self, key: Any, draw: Callable[[Look], Card]) -> Media | str:
        """The card as an image that is not there yet, or why there is none.

        Raises:
            PublishError: The organisation's logo cannot be read.
        """
        from publisher.cards.cards import NoCardError  # noqa: PLC0415 -- only where a card is drawn

        if key not in self._known:
            self._look = self._look or _look(self._config)
            try:
                card = draw(self._look)
            except NoCardError as none:
                self._known[key] = str(none)
            else:
                content = f"{card.drawing.width}x{card.drawing.height}\n{card.drawing.svg}"
                path = str(self._folder / f"{hashlib.sha256(content.encode()).hexdigest()}.png")
                self._drawings[path] = card.drawing
                self._known[key] = Media(path, card.alt)
        return self._known[key]

    def make(self, uploads: Iterable[Upload]) -> None:
        """Write the files of those cards among the uploads that are not there yet.

        Raises:
            OSError: One cannot be written.
        """
        for path in {upload.path for upload in uploads} & self._drawings.keys():
            if not Path(path).is_file():
                from publisher.cards.raster import png  # noqa: PLC0415 -- only where a card is made

                _write(Path(path), png(self._drawings[path]))


class Deck:
    """The cards of one shape, as `compose` deals them out."""

    def __init__(self, cards: Cards, shape: Shape) -> None:
        self._cards = cards
        self._shape: Shape = shape

    def quote(self, quote: Quote, language: str) -> Media | str:
        from publisher.cards.cards import quote_card  # noqa: PLC0415 -- only where a card is drawn

        key = (quote, language, self._shape)
        return self._cards.drawn(key, lambda look: quote_card(quote, language, look, self._shape))

    def headline(self, headline: str, language: str) -> Media | str:
        from publisher.cards.cards import headline_card  # noqa: PLC0415 -- only where a card is drawn

        key = (headline, language, self._shape)
        return self._cards.drawn(key, lambda look: headline_card(headline, language, look, self._shape))


def _look(config: Config) -> Look:
    from publisher.cards.colours import palette  # noqa: PLC0415 -- only where a card is drawn
    from publisher.cards.drawing import Look  # noqa: PLC0415

    colours = config.organisation.colours
    known = [None if colour and "${" in colour else colour for colour in (colours.accent, colours.ink, colours.paper)]
    return Look(palette(*known), config.organisation.name, _logo(config))


def _logo(config: Config) -> str:
    """The logo as a `data:` address, as nothing outside of it is read while a card is drawn; empty for none.

    Raises:
        PublishError: It is not there, no image, or large.
    """
    name = config.organisation.logo
    if not name or "${" in name:
        return ""
    import base64  # noqa: PLC0415 -- only where there is a logo

    from publisher.cards.raster import is_image  # noqa: PLC0415

    where = config.located.where(("organisation", "logo"))
    file = config.folder / Path(name).expanduser()
    kind = _LOGO_TYPES.get(file.suffix.lower())
    if kind is None:
        raise PublishError(f"the logo {name} is no image that can be drawn", where=where, hint="Use SVG or PNG")
    try:
        if not file.is_file():
            raise PublishError(f"there is no logo {name}", where=where, hint="Correct its path")
        content = file.read_bytes()
    except OSError as error:
        raise PublishError(f"the logo {name} cannot be read: {error.strerror}", where=where) from None
    if len(content) > _MOST_LOGO:
        raise PublishError(f"the logo {name} has {len(content):,} bytes", where=where, hint="Make it smaller")
    if not is_image(content, svg=kind == "svg+xml"):
        raise PublishError(
            f"the logo {name} is damaged, or not what its ending says", where=where, hint="Export it again"
        )
    return f"data:image/{kind};base64,{base64.b64encode(content).decode('ascii')}"


def _write(path: Path, content: bytes) -> None:
    """A file that is whole or not there, and readable for nobody else: its release may be under embargo."""
    import tempfile  # noqa: PLC0415 -- only where a card is made

    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".", suffix=".part")  # readable for its owner alone
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        Path(name).replace(path)
    except BaseException:
        with suppress(OSError):
            Path(name).unlink()
        raise
