"""A person whose name is spelled two ways."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import combinations, islice

from publisher.documents.model import Finding
from publisher.release.language import Language
from publisher.release.marks import marked
from publisher.release.name_words import UPPER
from publisher.release.review import spelling
from publisher.release.review.full_names import FullName, full_names, without_possessive
from publisher.release.review.material import Material
from publisher.text.patterns import later

_MOST_ALIKE = 40
_MOST_ALONE = 200
_MOST_IN_A_LINE = 100
_A_LIST = 32
_SIDE_BY_SIDE = 24
_ROLE_AHEAD = 5
_ROLE_WINDOW = 60
_WORD = later(r"[\w'’-]+")
_PARTY = later(r" \([A-Z]{1,2}-")
_NAME_BEFORE = later(rf"(?<![\w'’.&@/-])([{UPPER}][^\W\d_]{{2,30}}(?:[-'’][^\W\d_]{{1,20}})?) $")
_NAME_BEHIND = later(rf" ([{UPPER}][^\W\d_]{{2,30}}(?:[-'’][^\W\d_]{{1,20}})?)(?=[.,;:]|$)")


def spelled_two_ways(material: Material) -> Iterator[Finding]:
    """Two full names that differ by a slip or only in sound, and surnames in attributions that nobody has."""
    names = full_names(material)
    voices = {quote.speaker.casefold() for quote in material.quotes if quote.speaker}
    voices |= {contact.name.casefold() for contact in material.contacts if contact.name}
    told: set[str] = set()
    for one, other in _alike(names):
        if (
            _are_people(one, other, voices, material.language)
            and not _are_two(one, other)
            and not told & {one.printed, other.printed}
        ):
            told |= {one.printed, other.printed}
            yield _finding(one.printed, one.line, other.printed, other.line)
    yield from _surnames(material, names, voices, told)


def _finding(one: str, first: int | None, other: str, second: int | None) -> Finding:
    where = "" if first is None or first == second else f" (line {first})"
    what = f"a name is spelled two ways: “{one}”{where} and “{other}”"
    return Finding("name", what, "find out which one is right, and write it everywhere", second)


def _alike(names: Sequence[FullName]) -> Iterator[tuple[FullName, FullName]]:
    """Pairs that may be one person, found among those with the same first name or the same last one."""
    by_first: dict[str, list[FullName]] = {}
    by_last: dict[str, list[FullName]] = {}
    for name in names:
        by_first.setdefault(spelling.unfolded(name.words[0]), []).append(name)
        by_last.setdefault(spelling.unfolded(name.words[-1]), []).append(name)
    for group in by_first.values():
        for one, other in combinations(group[:_MOST_ALIKE], 2):
            if _surnames_differ(one, other):
                yield one, other
    for group in by_last.values():
        for one, other in combinations(group[:_MOST_ALIKE], 2):
            if _only_accents(one.words[-1], other.words[-1]) and one.words[0] == other.words[0]:
                continue  # among those with the same first name already
            if spelling.near_first_names(one.words[0], other.words[0]) or _only_accents(one.words[0], other.words[0]):
                yield one, other


def _surnames_differ(one: FullName, other: FullName) -> bool:
    """Whether the surnames behind the same first name are two spellings of one; a second surname may be left out."""
    first, second = one.words[1:], other.words[1:]
    if len(one.words) == len(other.words) and len(one.words) > 2:
        pairs: Iterable[tuple[str, str]] = list(zip(first, second, strict=True))
        return sum(a != b for a, b in pairs) == 1 and any(_differ(a, b) for a, b in pairs)
    if any(spelling.bare(a) == spelling.bare(b) and a == b for a in first for b in second if len(a.strip(".")) > 1):
        return False
    return any(_differ(a, b) for a in first for b in second)


def _differ(one: str, other: str) -> bool:
    return _only_accents(one, other) or spelling.near_surnames(one, other)


def _only_accents(one: str, other: str) -> bool:
    """`José` and `Jose`, `Müller` and `Mueller`."""
    if one.casefold() == other.casefold() or one.replace("’", "'") == other.replace("’", "'"):
        return False
    if spelling.bare(one) == spelling.bare(other):
        return True
    accented = not (one.isascii() and other.isascii())
    return accented and spelling.unfolded(one) == spelling.unfolded(other)


def _are_people(one: FullName, other: FullName, voices: set[str], language: Language) -> bool:
    """Whether one is certainly somebody, or both are likely to be; any two words of a headline may look like a name."""
    if one.in_title and other.in_title:
        return False
    if one.in_title or other.in_title:
        return _is_person(other if one.in_title else one, voices, language)
    if one.printed.casefold() in voices or other.printed.casefold() in voices:
        return True
    if spelling.same_but_for_the_end(one.printed, other.printed):  # more often a plural (`airman`, `airmen`)
        return False
    both = _is_person(one, voices, language), _is_person(other, voices, language)
    return all(both) or (any(both) and any(map(_only_accents, one.words, other.words)))


def _is_person(name: FullName, voices: set[str], language: Language) -> bool:
    """Whether somebody speaks or is to be rung under this name, or a role, a party or a verb stands by it."""
    if name.printed.casefold() in voices:
        return True
    before = name.text[max(0, name.start - 30) : name.start].split()
    if before and before[-1].strip(".,").lower() in language.role_words:
        return True
    behind = name.text[name.end : name.end + _ROLE_WINDOW]
    if _PARTY.match(behind):
        return True
    words = [word.lower() for word in _WORD.findall(behind)[:_ROLE_AHEAD]]
    if behind.startswith(", "):
        return any(word in language.role_words for word in words)
    return behind.startswith(" ") and bool(words) and words[0] in language.words("reporting_verbs")


def _are_two(one: FullName, other: FullName) -> bool:
    """Whether the text itself tells them apart: side by side (`John and Jon Smith`), or in one list of names."""
    if one.text is not other.text:
        return False
    first, second = sorted((one, other), key=lambda name: name.start)
    apart = second.start - first.end
    return apart < _SIDE_BY_SIDE or apart < _A_LIST * (second.number - first.number)


def _surnames(material: Material, names: Sequence[FullName], voices: set[str], told: set[str]) -> Iterator[Finding]:
    """`Smth said`, where everybody else is called Smith."""
    known = {spelling.bare(word) for name in names for word in name.words}
    alone = {word: line for line, word in reversed(list(_attributed(material)))}
    unknown = [(line, word) for word, line in alone.items() if spelling.bare(word) not in known][-_MOST_ALONE:]
    if not unknown:
        return
    by_initial: dict[str, list[FullName]] = {}
    for name in names:
        by_initial.setdefault(spelling.bare(name.words[-1])[:1], []).append(name)
    for line, word in unknown:
        for name in by_initial.get(spelling.bare(word)[:1], ())[:_MOST_ALIKE]:
            if word not in told and _is_slip_of(word, name.words[-1]) and _is_person(name, voices, material.language):
                told.add(word)
                yield _finding(name.printed, name.line, word, line)


def _is_slip_of(word: str, surname: str) -> bool:
    """Whether a lone name is the surname misspelled, and not the family's plural (`the Smiths`)."""
    one, other = spelling.bare(word), spelling.bare(surname)
    plural = one in (f"{other}s", f"{other}es")
    return not plural and (spelling.near_surnames(word, surname) or _only_accents(word, surname))


def _attributed(material: Material) -> Iterator[tuple[int | None, str]]:
    """Lone capitalised words beside a verb of speaking, outside marks, with their lines."""
    language = material.language
    verbs = [f" {verb}" for verb in material.words & language.words("reporting_verbs")]
    none = language.any_of(
        "weak_openers", "roles", "honorifics", "pronouns", "weekdays", "organisation_words", "groups"
    )
    for line in material.news():
        text = line.plain
        beside = [match for verb in verbs for match in islice(_beside(text, verb), _MOST_IN_A_LINE)]
        if not beside:
            continue
        quoted: list[tuple[int, int]] | None = None
        for match in beside:
            word = without_possessive(match[1])
            if word.lower() in none or word.isupper():
                continue
            if quoted is None:
                quoted = [span.inside for span in marked(text)]
            if not any(start <= match.start() < end for start, end in quoted):
                yield line.number, word


def _beside(text: str, verb: str) -> Iterator[re.Match[str]]:
    """The capitalised words right before and right behind each place where a verb stands."""
    at = text.find(verb)
    while at >= 0:
        end = at + len(verb)
        if not text[end : end + 1].isalnum():
            before = _NAME_BEFORE.search(text, max(0, at - 40), at + 1)
            behind = _NAME_BEHIND.match(text, end)
            yield from (match for match in (before, behind) if match)
        at = text.find(verb, end)
