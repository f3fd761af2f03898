"""The organisation's colours on a card, as far as a text can be read in them."""

from __future__ import annotations

from dataclasses import dataclass

from publisher.config.contrast import ENOUGH, blended, contrast

BLACK, WHITE = "#000000", "#ffffff"
_ACCENT, _INK, _PAPER = "#12355b", "#1b1f24", "#fbfaf7"


@dataclass(frozen=True)
class Palette:
    """The colours of a card: what is written on `paper` and on `accent` is told from it by `ENOUGH`."""

    paper: str
    ink: str
    quiet: str
    accent: str
    accent_on_paper: str
    on_accent: str


def palette(accent: str | None, ink: str | None, paper: str | None) -> Palette:
    """The organisation's colours, as far as a text in them can be read, else black or white in their place."""
    ground = paper or _PAPER
    text = readable(ink or _INK, ground)
    lit = accent or _ACCENT
    softened = blended(text, ground, 0.78)
    return Palette(
        paper=ground,
        ink=text,
        quiet=softened if contrast(softened, ground) >= ENOUGH else text,
        accent=lit,
        accent_on_paper=lit if contrast(lit, ground) >= ENOUGH else text,
        on_accent=readable(ground, lit),
    )


def readable(wanted: str, ground: str) -> str:
    """The colour, where it can be read on that ground; else black or white, whichever stands out more."""
    if contrast(wanted, ground) >= ENOUGH:
        return wanted
    return max(BLACK, WHITE, key=lambda colour: contrast(colour, ground))
