"""Whether one colour can be read on another. Source: WCAG 2.2, 1.4.3 and "relative luminance". Pure."""

from __future__ import annotations

ENOUGH = 4.5
"""The least contrast between a text and what it stands on, level AA."""


def contrast(one: str, other: str) -> float:
    """Of two colours `#rrggbb`: between 1 (the same) and 21 (black on white)."""
    low, high = sorted((_luminance(one), _luminance(other)))
    return (high + 0.05) / (low + 0.05)


def blended(one: str, other: str, share: float) -> str:
    """A colour between two, with that share of the first."""
    mixed = (round(a * share + b * (1 - share)) for a, b in zip(_parts(one), _parts(other), strict=True))
    return "#" + "".join(f"{value:02x}" for value in mixed)


def _parts(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def _luminance(colour: str) -> float:
    red, green, blue = (_linear(value / 255) for value in _parts(colour))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(value: float) -> float:
    return value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4
