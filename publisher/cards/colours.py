"""Colours in which a text can be read. Source: WCAG 2.2, 1.4.3 and "relative luminance"."""

from __future__ import annotations

from dataclasses import dataclass

ENOUGH = 4.5
"""The least contrast between a text and what it stands on."""
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


def contrast(one: str, other: str) -> float:
    """Between 1 (the same) and 21 (black on white)."""
    low, high = sorted((_luminance(one), _luminance(other)))
    return (high + 0.05) / (low + 0.05)


def blended(one: str, other: str, share: float) -> str:
    """A colour between two, with that share of the first."""
    mixed = (round(a * share + b * (1 - share)) for a, b in zip(_channels(one), _channels(other), strict=True))
    return "#" + "".join(f"{value:02x}" for value in mixed)


def _channels(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def _luminance(colour: str) -> float:
    red, green, blue = (_linear(value / 255) for value in _channels(colour))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(value: float) -> float:
    return value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4
