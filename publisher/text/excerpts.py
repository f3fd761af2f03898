"""The first words of a text, by which a remark shows the place that it is about."""

from __future__ import annotations

_LENGTH = 40


def excerpt(text: str, length: int = _LENGTH) -> str:
    """The first words of a text, on one line: at most `length` characters, and … where that is not all."""
    words = " ".join(text[: length * 4].split())
    return words if len(words) <= length else words[:length].rsplit(" ", 1)[0] + "…"
