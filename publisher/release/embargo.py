"""An embargo that stands in the text itself."""

from __future__ import annotations

from collections.abc import Sequence

from publisher.release.language import Language
from publisher.release.lines import Line

_HEAD_LINES = 15
_LONGEST_WORDS = 25


def find_embargo(lines: Sequence[Line], language: Language) -> str | None:
    """The line near the top that says "Embargoed until …", as printed; None where there is none."""
    phrases = language.phrases("not_for_release")
    for line in lines[:_HEAD_LINES]:
        words = f" {' '.join(line.plain.lower().replace(':', ' ').replace('*', ' ').split())} "
        if line.words <= _LONGEST_WORDS and any(f" {phrase} " in words for phrase in phrases):
            return " ".join(line.plain.split())
    return None

