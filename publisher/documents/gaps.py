"""Where the paragraphs met of a text that copying put into one line."""

from __future__ import annotations

import itertools

from publisher.text.patterns import later

SENTENCE = later(r"[.!?][”\"’)]?[ \xa0]{1,8}(?=[A-ZÀ-Þ“\"‘])")
LONG = 900
"""Characters. A shorter paragraph was never several."""

MOST_PARTS = 400
_FEWEST_GAPS = 5
_HEAD = 80
_TYPED = 0.6
_GAP = later(r"(?<![ \t\xa0])[ \t\xa0]{2,60}(?=[^\s\d(])")


def gaps(text: str) -> list[tuple[int, int]]:
    """The gaps of several spaces between paragraphs; none where every sentence has one behind it."""
    if len(text) < LONG or "  " not in text:
        return []
    found = [gap.span() for gap in itertools.islice(_GAP.finditer(text), MOST_PARTS)]
    if len(found) < _FEWEST_GAPS or found[0][0] < _HEAD:
        return []
    sentences = sum(1 for _ in SENTENCE.finditer(text))
    return [] if len(found) > _TYPED * sentences else found


def apart(line: str) -> str:
    """The line with a blank line in each of its gaps."""
    for start, end in reversed(gaps(line)):
        line = f"{line[:start]}\n\n{line[end:]}"
    return line
