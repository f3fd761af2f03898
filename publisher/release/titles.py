"""Titles: the role that is printed at a name, before it or behind it."""

from __future__ import annotations

import re
from collections.abc import Iterable

from publisher.release.language import Language

_WINDOW = 180
_PARENTHESIS = re.compile(r"\([^()]{0,90}\)")
_APPOSITION = re.compile(r"(?:\s?\([^()]{1,60}\))?,\s+")
_SEGMENT_END = re.compile(r"[,;:“”„\"«»!?\n]|\.(?=\s|$)|\s?[–-]{1,2}\s|—|\s\|")
_WORD = re.compile(r"[\w'’&./-]+")
_LAST_WORD = re.compile(r"(?<![\w'’&./-])[\w'’&./-]+\Z")


def is_role(word: str, language: Language) -> bool:
    bare = word.strip(".").lower()
    roles = language.role_words
    return bare in roles or ("-" in bare and bare.rsplit("-", 1)[1] in roles)


def lower_title(text: str, start: int, language: Language) -> tuple[str | None, int]:
    """`executive director Jane Doe`: the words before the name, back to the article, if the last one is a role."""
    before = text[max(0, start - 70) : start]
    if not before.endswith((" ", "\u00a0")):
        return None, start
    last = before[:-1].rpartition(" ")[2]
    role = _LAST_WORD.search(last)
    if last[:1].isupper() or role is None or not is_role(role[0], language):
        return None, start
    words = list(_WORD.finditer(before))
    stop = language.any_of("determiners", "stop_words", "reporting_verbs", "weak_openers")
    first = len(words) - 1
    while first > 0 and len(words) - first < 6:
        previous = words[first - 1]
        if previous.end() + 1 != words[first].start() or previous[0].lower() in stop:
            break
        first -= 1
    offset = start - len(before)
    return before[words[first].start() : words[-1].end()], offset + words[first].start()


def title_before(text: str, start: int, language: Language) -> str | None:
    """`the president of the association, Jane Doe`: a role before the comma."""
    window = text[max(0, start - _WINDOW) : start]
    if not window.endswith(", "):
        return None
    masked = _PARENTHESIS.sub(lambda found: "x" * len(found[0]), window[:-2])
    begin = 0
    for cut in _SEGMENT_END.finditer(masked):
        if (
            cut[0] != "."
            or not masked[: cut.start()].split()[-1:]
            or masked[: cut.start()].split()[-1].lower() not in language.short_forms
        ):
            begin = cut.end()
    segment = window[begin:-2].strip()
    words = [word for word in segment.split() if word.lower() not in language.words("determiners")]
    if not words or len(words) > 16 or not _has_role(words[:4], language):
        return None
    verbs = language.words("reporting_verbs")
    if any(word.lower() in verbs for word in words):
        for index in range(len(words) - 1, -1, -1):
            if words[index].lower() in verbs:
                words = words[index + 1 :]
                break
        if not _has_role(words[:4], language):
            return None
    return without_article(segment[segment.find(words[0]) :], language)


def title_after(text: str, end: int, language: Language) -> str | None:
    """`Jane Doe, president of the association,`: a role after the comma."""
    comma = _APPOSITION.match(text, end, end + 70)
    if comma is None:
        return None
    window = text[comma.end() : comma.end() + _WINDOW]
    masked = _PARENTHESIS.sub(lambda found: "x" * len(found[0]), window)
    stop = len(window)
    for cut in _SEGMENT_END.finditer(masked):
        last = masked[: cut.start()].split()[-1:]
        if cut[0] == "." and last and last[0].lower().strip(".") in language.short_forms:
            continue
        stop = cut.start()
        break
    segment = window[:stop].strip()
    words = segment.split()
    if not words or len(words) > 22 or not _has_role(words[:5], language):
        return None
    return without_article(segment, language)


def _has_role(words: Iterable[str], language: Language) -> bool:
    return any(is_role(word.strip("(),."), language) for word in words)


def without_article(segment: str, language: Language) -> str:
    first, _, rest = segment.partition(" ")
    return rest if rest and first.lower() in language.words("determiners") else segment
