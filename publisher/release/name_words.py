"""The words of names: runs of capitals, cut where a name ends, and which of them are a role and which the name."""

from __future__ import annotations

import re
from functools import cache, lru_cache

from publisher.release.language import Language
from publisher.release.titles import is_role, title_after
from publisher.text.patterns import later

UPPER = "A-ZÀ-ÖØ-ÞĀĂĄĆČĎĐĒĖĘĚĞĢĪİĶĹĻŁŃŅŇŌŐŘŚŞŠŢŤŪŮŰŹŻŽ"
GENERATIONS = frozenset({"jr", "sr", "ii", "iii", "iv"})
_LEAST_OF_NAME = 2
_INITIALS = 2
_NICKNAME = r"[“\"(‘'][^\W\d_][\w.]{1,14}[”\")’']"
_POSSESSIVES = ("'s", "’s", "'S", "’S")
_ELISION = later(r"^(?:[ldLD]|[Qq]u)['’]")

Token = tuple[str, int, int]
"""A word, and from where to where it stands in the text."""


@cache
def runs(language: Language) -> re.Pattern[str]:
    """What finds runs of capitalised words, with the small words between them that names have."""
    particles = sorted({part for entry in language.words("particles") for part in entry.split()}) or ["de"]
    word = rf"[{UPPER}][\w'’&./-]*"
    small = "|".join(map(re.escape, particles))
    between = rf"(?:(?:{small})[ \u00a0]){{0,3}}(?:(?:{small})-)?"
    return re.compile(
        rf"(?=[{UPPER}ld])(?<![\w'’.&/@#])(?<!\w-)(?:[ldLD]['’])?{word}(?: {_NICKNAME}(?= [{UPPER}]))?"
        rf"(?:[ \u00a0]{between}(?:{word}|&(?= [{UPPER}]))(?: {_NICKNAME}(?= [{UPPER}]))?)*"
    )


def parted(text: str, run: str, offset: int, language: Language) -> list[list[Token]]:
    """A run of capitalised words cut after sentence ends, possessives and degrees."""
    parts: list[list[Token]] = [[]]
    at = 0
    for raw in run.replace("\u00a0", " ").split(" "):
        start, at = offset + at, at + len(raw) + 1
        elision = _ELISION.match(raw) if "'" in raw or "’" in raw else None
        if elision and not (raw[0] == "D" and (parts[-1] or _within_sentence(text, start))):
            parts.append([])
            start, raw = start + elision.end(), raw[elision.end() :]  # noqa: PLW2901 - the article is no part of the word
        word, cut = _without_ending(raw, language)
        if not word:
            continue
        acronym = len(word) > _INITIALS and word.isupper() and len(parts[-1]) > _LEAST_OF_NAME
        if acronym and parts[-1][-1][0][0].islower():
            parts[-1].pop()  # `Jane Doe of ACME`
            parts.append([])
        parts[-1].append((word, start, start + len(word)))
        if cut:
            parts.append([])
    return [part for part in parts if part]


@lru_cache(maxsize=10_000)
def _without_ending(raw: str, language: Language) -> tuple[str, bool]:
    """A word without the punctuation and the possessive at its end, and whether a name ends with it."""
    word = raw.rstrip(".'’-/&") if raw != "&" else raw
    cut = False
    if word and raw.endswith("."):
        bare = word.lower()
        initial = len(word) == 1 or ("." in word and len(word) <= 6)
        cut = not (initial or bare in language.short_forms or bare in language.role_words)
        word = word + "." if not cut else word
    if word.endswith(_POSSESSIVES):
        word, cut = word[:-2], True
    return word, cut


def behind_openers(tokens: list[Token], text: str, language: Language) -> list[Token]:
    """The words behind those that have their capital only because a sentence begins with them."""
    weak = language.any_of("determiners", "weekdays") if _within_sentence(text, tokens[0][1]) else None
    weak = weak or language.any_of("weak_openers", "weekdays")
    first = next((at for at, token in enumerate(tokens) if token[0].lower() not in weak), len(tokens))
    return tokens[first:]


def _is_compound(word: str, language: Language) -> bool:
    """Whether a word is a role only by how it ends."""
    return word.strip(".").lower() not in language.role_words and "-" not in word


def _within_sentence(text: str, start: int) -> bool:
    """Whether a word in lower case stands right before: no sentence begins here (`the New Harbour Trust`)."""
    before = text[max(0, start - 20) : start].rsplit(None, 1)
    return bool(before) and text[start - 1] == " " and before[-1].isalpha() and before[-1].islower()


def role_count(tokens: list[Token], text: str, language: Language) -> int:
    """How many of the words are a role: all up to the last word for one, but for a surname such as Dean or Judge."""
    roles = [index for index, token in enumerate(tokens) if is_role(token[0], language)]
    if not roles:
        return 0
    roles = [index for index in roles if not _is_name_all_the_same(tokens, index, roles[0], text, language)]
    if not roles:
        return 0
    last = roles[-1]
    if last == len(tokens) - 1 and last and _is_compound(tokens[last][0], language):
        return roles[-2] + 1 if len(roles) > 1 else 0  # `Anna Hofmeister`
    if last == len(tokens) - 1 and len(roles) > 1 and last - roles[-2] > 1:
        last = roles[-2]
    split = last + 1
    for count in range(2, min(len(tokens), 3) + 1):
        if " ".join(token[0] for token in tokens[:count]).lower() in language.words("roles"):
            split = max(split, count)
    return split


def _is_name_all_the_same(tokens: list[Token], index: int, first: int, text: str, language: Language) -> bool:
    """`Mayor King Hoffer`, `Anna König`: a role that is a name here; `first` is the first role of the words."""
    if tokens[index][0].rstrip(".").lower() not in language.words("roles_as_names"):
        return False
    behind = len(tokens) - index - 1
    if not index:
        return behind == 1 and title_after(text, tokens[-1][2], language) is not None
    if behind:
        return first < index
    return tokens[index - 1][0].strip(".").lower() not in language.words("organisation_words")


def name_of(tokens: list[Token], split: int, language: Language) -> list[Token]:
    """The words behind the role that are a name; none where the role goes on (`Secretary of State`)."""
    names = tokens[split:]
    if split and names and names[0][0] in language.words("of"):
        return []
    degrees = language.words("degrees")
    end = len(names)
    while end > 1 and (last := names[end - 1][0].strip(".").lower()) in degrees and last not in GENERATIONS:
        end -= 1
    while end and names[end - 1][0] == "&":
        end -= 1
    names = _without_affiliation(names[:end], language)
    if names and (last := names[-1][0].rstrip(".")).lower() in language.words("roles_as_names"):
        names = [*names[:-1], (last, names[-1][1], names[-1][1] + len(last))]
    return names


def _without_affiliation(names: list[Token], language: Language) -> list[Token]:
    """`Jane Doe de la Fundación Azul`: without the organisation that a small word ties to the name."""
    for index in range(_LEAST_OF_NAME, len(names) - 1):
        if names[index][0].islower():
            behind, before = names[index:], names[:index]
            tied = any(is_of_organisation(token[0], language) for token in behind)
            own = any(is_of_organisation(token[0], language) for token in before)
            return before if tied and not own else names
    return names


@lru_cache(maxsize=10_000)
def is_of_organisation(word: str, language: Language) -> bool:
    """Whether only the name of an organisation has such a word."""
    known = word == "&" or word.strip(".").lower() in language.words("organisation_words")
    return known or (not word.isalpha() and any(map(str.isdigit, word)))
