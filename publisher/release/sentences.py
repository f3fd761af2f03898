"""Where sentences end."""

from __future__ import annotations

from publisher.release.language import Language
from publisher.text.patterns import later

_END = later(r"(?<![.!?…])[.!?…]+[\"”“»’')\]]{0,3}\s+(?=[\"“„«‘'(\[¿¡]{0,2}[^\W_])")
_LAST_WORD = later(r"[^\s(\[“\"„«]{1,20}$")


def sentence_starts(text: str, language: Language) -> list[int]:
    """The position at which each sentence of a paragraph begins; the first is 0."""
    starts = [0]
    for end in _END.finditer(text):
        if end[0][0] == "." and _is_short_form(text[max(0, end.start() - 20) : end.start()], language):
            continue
        following = text[end.end() : end.end() + 3].lstrip("\"“„«‘'([¿¡")
        if following[:1].islower():
            continue
        starts.append(end.end())
    return starts


def sentence_end(text: str, start: int, limit: int, language: Language) -> int:
    """Where the sentence that runs from `start` ends, at most at `limit`."""
    for end in _END.finditer(text, start, limit):
        if end[0][0] == "." and _is_short_form(text[max(start, end.start() - 20) : end.start()], language):
            continue
        return end.start() + 1
    return limit


def _is_short_form(before: str, language: Language) -> bool:
    word = _LAST_WORD.search(before)
    if word is None:
        return False
    last = word[0].strip(".").lower()
    return len(last) == 1 or last in language.short_forms or ("." in last and len(last) <= 6)
