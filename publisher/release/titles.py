"""Titles: the role that is printed at a name, before it or behind it."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from publisher.release.language import Language
from publisher.text.patterns import later

_WINDOW = 180
_TITLE_WORDS = 16
_SHORTEST_COMPOUND = 9
_PARENTHESIS = later(r"\([^()]{0,90}\)")
_APPOSITION = later(r"(?:\s?\([^()]{1,60}\))?,\s+")
_SEGMENT_END = later(r"[,;:“”„\"«»!?\n]|\.(?=\s|$)|\s?[–-]{1,2}\s|—|\s\|")
_WORD = later(r"[\w'’&./-]+")
_LAST_WORD = later(r"(?<![\w'’&./-])[\w'’&./-]+\Z")


@lru_cache(maxsize=10_000)
def is_role(word: str, language: Language) -> bool:
    bare = word.strip(".").lower()
    roles = language.role_words
    if bare in roles or ("-" in bare and bare.rsplit("-", 1)[1] in roles):
        return True
    return len(bare) >= _SHORTEST_COMPOUND and bare.endswith(language.role_endings)


def lower_title(text: str, start: int, language: Language) -> tuple[str | None, int]:
    """`executive director Jane Doe`: the words before the name, back to the article, if the last one is a role."""
    before = text[max(0, start - 70) : start]
    if not before.endswith((" ", "\u00a0")):
        return None, start
    last = before[:-1].rpartition(" ")[2]
    role = _LAST_WORD.search(last) if not last[:1].isupper() else None
    if role is None or not is_role(role[0], language):
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
    if window[begin - 1 : begin] == "," and is_apposition(window, begin, language):
        return None  # `Jane Doe, President, Harbour Trust`
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
    title = segment[segment.find(words[0]) :]
    return None if _is_list_of_people(title, language) else without_article(title, language)


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
    segment = _without_verb(window[:stop].strip(), language)
    words = segment.split()
    if not words or len(words) > 22 or not _has_role(words[:5], language):
        return None
    return without_article(segment, language)


def is_apposition(text: str, start: int, language: Language) -> bool:
    """Whether what starts behind a comma without an article stands behind a name."""
    first = _WORD.search(text, start)
    before = text[:start].rstrip(", ").rsplit(None, 1)[-1:]
    named = bool(before) and before[0][:1].isupper()
    return named and first is not None and first[0].lower() not in language.words("determiners")


def _without_verb(segment: str, language: Language) -> str:
    """A role without the verb that follows it where no comma does: `president of the association said`."""
    verbs = language.words("reporting_verbs")
    words = list(_WORD.finditer(segment))
    for index, word in enumerate(words[1:], 1):
        if word[0] in verbs:
            following = words[index + 1][0].lower() if index + 1 < len(words) else ""
            if not following or following in language.any_of("prepositions", "pronouns"):
                return segment[: word.start()].strip()
    return segment


def _is_list_of_people(segment: str, language: Language) -> bool:
    """`Senators Jane Doe` before a comma is the first of several, not the role of the next."""
    words = _PARENTHESIS.sub("", segment).split()
    roles = [index for index, word in enumerate(words) if is_role(word, language)]
    behind = words[roles[-1] + 1 :] if roles else []
    organisations = language.words("organisation_words")
    return 2 <= len(behind) <= 4 and all(w[:1].isupper() and w.lower() not in organisations for w in behind)


def is_title(line: str, language: Language) -> bool:
    """Whether a line is nothing but somebody's role."""
    words = line.strip(" *_").split()
    return (
        bool(words)
        and len(words) <= _TITLE_WORDS
        and line.rstrip()[-1] not in ".:!?"
        and _has_role(words[:5], language)
    )


def _has_role(words: Sequence[str], language: Language) -> bool:
    """Whether one of the words is a role, and not the surname of `Anna König`."""
    names = language.words("roles_as_names")
    return any(
        is_role(bare, language) and not (bare.lower() in names and at and words[at - 1][:1].isupper())
        for at, bare in enumerate(word.strip("(),.") for word in words)
    )


def without_honorifics(title: str | None, language: Language) -> str | None:
    """`Hafenchefin Dr.` without the form of address that belongs to the name; None where nothing else was printed."""
    words = title.split() if title else []
    only = language.words("honorifics") - language.words("roles")
    while words and words[-1].strip(".").lower() in only:
        words.pop()
    return " ".join(words) or None


def without_article(segment: str, language: Language) -> str:
    first, _, rest = segment.partition(" ")
    return rest if rest and first.lower() in language.words("determiners") else segment
