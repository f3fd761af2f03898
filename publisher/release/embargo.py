"""An embargo that stands in the text itself."""

from __future__ import annotations

import re
from collections.abc import Sequence

from publisher.release.language import Language, available, load
from publisher.release.lines import Line

_HEAD_LINES = 20
_LONGEST_WORDS = 25
_BEHIND_WORDS = 4
_BEFORE_WORDS = 4
_WORD = re.compile(r"\w+")


def find_embargo(lines: Sequence[Line], language: Language) -> str | None:
    """The line near the top that says "Embargoed until …", as printed; None where there is none."""
    for line in lines[:_HEAD_LINES]:
        if is_embargo(line.plain, language):
            return " ".join(line.plain.split())
    return None


def is_embargo(text: str, language: Language) -> bool:
    """Whether a line holds a release back: an embargo's words, and then a time or nothing.

    A headline about an embargo (on beef, on arms) goes on with other words, or begins with some.
    """
    words = _WORD.findall(text.lower())
    if not 0 < len(words) <= _LONGEST_WORDS:
        return False
    kickers = {word for phrase in language.phrases("kickers") for word in _WORD.findall(phrase)}
    for known in (load(code) for code in available()):  # the line may be in another language than the release
        for phrase in known.phrases("not_for_release"):
            said = _WORD.findall(phrase)
            for start in range(min(_BEFORE_WORDS, len(words))):
                if words[start : start + len(said)] != said or not kickers.issuperset(words[:start]):
                    continue
                if _goes_on_with_a_time(words[start + len(said) :], known):
                    return True
    return False


def _goes_on_with_a_time(words: Sequence[str], language: Language) -> bool:
    if not words:
        return True
    near = words[:_BEHIND_WORDS]
    return (
        near[0] in language.words("embargo_ends")
        or any(word[0].isdigit() for word in near)
        or any(word in language.months or word in language.words("weekdays") for word in near)
    )
