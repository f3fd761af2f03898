"""An embargo that stands in the text itself."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from functools import cache

from publisher.release.language import Language, everywhere, load
from publisher.release.lines import Line
from publisher.text.patterns import later

_HEAD_LINES = 20
_LONGEST_WORDS = 25
_BEHIND_WORDS = 4
_BEFORE_WORDS = 4
_WORD = later(r"\w+")


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
    words = [word[0] for word in itertools.islice(_WORD.finditer(text.lower()), _LONGEST_WORDS + 1)]
    if len(words) > _LONGEST_WORDS:
        return False
    for start, word in enumerate(words[:_BEFORE_WORDS]):
        for said, code in _embargo_words().get(word, ()):
            behind = start + len(said)
            if words[start:behind] == said and _goes_on_with_a_time(words[behind:], load(code)):
                return True
        if word not in _kicker_words(language):
            return False
    return False


@cache
def _embargo_words() -> dict[str, list[tuple[list[str], str]]]:
    """What an embargo's line begins with, by its first word: it may be in another language than the release."""
    found: dict[str, list[tuple[list[str], str]]] = {}
    for code, phrases in everywhere("not_for_release").items():
        for phrase in sorted(phrases, key=len, reverse=True):
            said = _WORD.findall(phrase)
            found.setdefault(next(iter(said), ""), []).append((said, code))
    return found


@cache
def _kicker_words(language: Language) -> frozenset[str]:
    return frozenset(word for phrase in language.phrases("kickers") for word in _WORD.findall(phrase))


def _goes_on_with_a_time(words: Sequence[str], language: Language) -> bool:
    if not words:
        return True
    near = words[:_BEHIND_WORDS]
    return (
        near[0] in language.words("embargo_ends")
        or any(word[0].isdigit() for word in near)
        or any(word in language.months or word in language.words("weekdays") for word in near)
    )
