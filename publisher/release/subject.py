"""Who a clause is about: which of the names in it can be its subject, and which only stand beside it."""

from __future__ import annotations

import re
from collections.abc import Sequence

from publisher.release.language import Language
from publisher.release.names import Mention, mentions
from publisher.release.people import Registry
from publisher.release.titles import is_role
from publisher.text.patterns import later

WORD = later(r"[^\W\d_][\w'’-]*")
PARENTHESIS = later(r"(?:(?<!\s)\s+)?\([^()]{1,60}\)")
PREDICATE = 14
"""Words that may stand between a speaker and the verb."""

_BEFORE = 60
_POSSESSIVE = ("’s ", "'s ", "’ ", "' ")
_NEAR = 3
_NEAR_VERB = 20


def words_of(text: str, start: int, end: int) -> list[re.Match[str]]:
    return list(WORD.finditer(text, start, end))


def names_in(text: str, start: int, end: int, registry: Registry) -> list[Mention]:
    """The names in a clause; `Richter` is one where the release names Anna Richter."""
    found = mentions(text, registry.language, start, end)
    return [
        mention._replace(name=word, title=None, name_start=mention.start)
        if not mention.name
        and " " not in (word := text[mention.start : mention.end].rstrip("."))
        and registry.is_surname(word)
        else mention
        for mention in found
    ]


def people_in(text: str, start: int, end: int, registry: Registry) -> list[Mention]:
    """The names between two positions that are no organisation's."""
    return [m for m in names_in(text, start, end, registry) if m.name and not m.is_organisation]


def says(text: str, mention: Mention, language: Language) -> bool:
    """Whether a reporting verb stands right behind a name, or right before it."""
    verbs = language.words("reporting_verbs")
    following = WORD.match(text, mention.end + 1)
    before = text[max(0, mention.start - _NEAR_VERB) : mention.start].split()
    return (following is not None and following[0] in verbs) or (bool(before) and before[-1] in verbs)


def free_names(text: str, start: int, named: Sequence[Mention], language: Language) -> list[Mention]:
    """The names that hang on no other word; of two that `and` joins, both or none do."""
    found: list[Mention] = []
    last: Mention | None = None
    held = False
    for mention in named:
        joint = text[last.end : mention.start].split() if last is not None else []
        joined = bool(joint) and len(joint) <= _NEAR and joint[-1] in language.words("conjunctions")
        held = held if joined else is_governed(text, start, mention, language)
        last = mention
        if not held:
            found.append(mention)
    return found


def whole_organisation(text: str, mention: Mention, end: int, language: Language) -> Mention:
    """`the Harbour Association for Home Care`: with the words behind `for` or `of` that belong to its name."""
    if not mention.is_organisation:
        return mention
    small = language.any_of("of", "determiners")
    following = next((m for m in mentions(text, language, mention.end, end) if m.name), None)
    if following is None or following.start != following.name_start:
        return mention
    between = text[mention.end : following.start].split()
    if not between or len(between) > _NEAR - 1 or any(word not in small for word in between):
        return mention
    return mention._replace(end=following.end, name=text[mention.name_start : following.end])


def is_governed(text: str, start: int, mention: Mention, language: Language) -> bool:
    """Whether a name hangs on another word: `after Jane Doe’s speech`, `a letter to Secretary Doe`, `in Berlin`."""
    if text.startswith(_POSSESSIVE, mention.end):
        behind = words_of(text, mention.end + 2, mention.end + _BEFORE)[:_NEAR]
        return language.words("statement_cues").isdisjoint(word[0].lower() for word in behind)
    window = words_of(text, max(start, mention.start - _BEFORE), mention.start)
    before = [word[0].lower().rstrip("'’") for word in window]
    gap = text[max(start, mention.start - 2) : mention.start]
    if "," in gap or ":" in gap or ";" in gap:
        return False
    small = language.any_of("determiners", "roles", "honorifics") - language.words("prepositions")
    while before and (before[-1] in small or before[-1].endswith(("’s", "'s"))):
        before.pop()
    if not before or before[-1] not in language.words("prepositions"):
        return False
    if mention.start < mention.name_start and before[-1] in language.words("of") and len(before) > 1:
        owner = window[len(before) - 2][0]
        if owner[0].isupper() and not is_role(owner, language):
            return False  # `Heart of Westmark Director Jane Doe`
    announced = len(before) > 1 and before[-2] in language.words("statement_cues")
    return not (announced and before[-1] in language.words("spoken_by"))


def subject_among(text: str, start: int, named: Sequence[Mention], registry: Registry) -> Mention | None:
    """The name that a sentence from `start` is about: a person's with a role, one known nearby, or a full one."""
    language = registry.language
    free = free_names(text, start, named, language)
    people = [m for m in free if m.is_person]
    known = [m for m in free if not m.name.isupper() and registry.named(m.name) is not None]
    near = [m for m in known if len(words_of(text, start, m.start)) <= _NEAR]
    full = [m for m in free if " " in m.name and not m.name.isupper()]
    for group in (people, near, full, known):
        if group:
            return _behind_opening(text, start, group, language)
    return None


def _behind_opening(text: str, start: int, named: Sequence[Mention], language: Language) -> Mention:
    """`Upon learning of the nomination, Senator Doe`: the name behind the comma of an opening phrase, if any."""
    first = WORD.match(text, start)
    openers = language.any_of("weak_openers", "prepositions") - language.words("determiners")
    if first is None or first[0].lower() not in openers or text[named[0].start - 2 : named[0].start] == ", ":
        return named[0]
    return next((m for m in named if text[max(0, m.start - 2) : m.start] == ", "), named[0])


def first_named(text: str, start: int, named: Sequence[Mention]) -> Mention | None:
    """The name right behind the verb; a lone word that is nobody's known role gives way to a person further on."""
    if not named:
        return None
    first = named[0]
    person = next((mention for mention in named if mention.is_person and not mention.is_organisation), None)
    gap = len(words_of(text, start, first.start))
    lone = " " not in first.name and not first.is_person and person is not None
    if not first.is_organisation and not lone and gap <= 1:
        return first
    return person or (first if gap <= 2 else None)


def last_named(
    text: str, clause: tuple[int, int], tail: Sequence[re.Match[str]], named: Sequence[Mention], registry: Registry
) -> Mention | None:
    """The subject of the verb at the end of a clause; `tail` are the words behind its last comma."""
    start, end = clause
    if tail and tail[-1][0].lower() in registry.language.words("relatives"):
        return _antecedent(text, tail[-1].start(), named, registry)
    free = free_names(text, start, named, registry.language)
    if not free:
        return None
    last = free[-1]
    if last is named[-1] and len(words_of(text, last.end, end)) <= 1 and "," not in text[last.end : end]:
        return _first_joined(text, _with_apposition(text, free, registry), free, registry)
    return _before_predicate(text, clause, tail, free, registry)


def _before_predicate(
    text: str, clause: tuple[int, int], tail: Sequence[re.Match[str]], free: Sequence[Mention], registry: Registry
) -> Mention | None:
    """Whoever has a role between commas before the verb, or begins a longer predicate (`Jane Doe of Oakvale said`)."""
    start, end = clause
    people = [mention for mention in free if _is_somebody(mention, registry)]
    if not tail:
        return next(iter(people), None) or (free[0] if text.startswith(",", free[0].end) else None)
    inside = [mention for mention in people if mention.start >= tail[0].start()]
    if inside:
        return inside[-1] if len(words_of(text, inside[-1].end, end)) <= PREDICATE else None
    owner = next((mention for mention in people if _ends_at(text, mention, tail[0].start())), None)
    language = registry.language
    leaves = tail[0][0].lower() in language.any_of("determiners", "indefinites", "pronouns", "roles")
    if owner is not None or leaves:
        return owner
    return people[0] if people and len(words_of(text, start, people[0].start)) <= 1 else None


def _with_apposition(text: str, free: Sequence[Mention], registry: Registry) -> Mention:
    """The name right before the verb, or the person before it of whose role it is only the end."""
    last = free[-1]
    if last.is_person or registry.named(last.name) is not None:
        return last
    owners = [
        mention for mention in free[:-1] if mention.is_person and text.startswith((",", " (", " of "), mention.end)
    ]
    return owners[0] if owners else last


def _ends_at(text: str, mention: Mention, place: int) -> bool:
    """Whether nothing but a comma, or a parenthesis and a comma, stands between a name and a place."""
    return mention.end < place and PARENTHESIS.sub("", text[mention.end : place]).strip() == ","


def _first_joined(text: str, last: Mention, free: Sequence[Mention], registry: Registry) -> Mention:
    """Of people who speak together (`Senators Doe and Roe said`) the first."""
    first = last
    for mention in reversed(free[: free.index(last)]):
        between = PARENTHESIS.sub("", text[mention.end : first.start]).strip()
        if (
            not _is_somebody(mention, registry)
            or between.strip(", ") not in ("", *registry.language.words("conjunctions"))
            or not between
        ):
            break
        if between == "," and first is last:
            break
        first = mention
    return first


def _antecedent(text: str, end: int, named: Sequence[Mention], registry: Registry) -> Mention | None:
    """`a letter from Jane Doe, who wrote`: whom the relative pronoun at `end` means, if that is a person."""
    last = named[-1] if named else None
    if last is None or not _is_somebody(last, registry) or text[last.end : end].strip(" ,"):
        return None
    return last


def _is_somebody(mention: Mention, registry: Registry) -> bool:
    """Whether a name is a person's, by a role beside it or elsewhere, or looks like one in full."""
    if mention.is_organisation:
        return False
    known = registry.named(mention.name)
    return mention.is_person or known is not None
