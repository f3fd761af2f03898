"""A person whose name is spelled two ways."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from itertools import combinations, islice, pairwise
from typing import NamedTuple

from publisher.documents.model import Finding
from publisher.release.language import Language
from publisher.release.marks import marked
from publisher.release.review import spelling
from publisher.release.review.material import Material
from publisher.text.patterns import later

_UPPER = "A-ZÀ-ÖØ-ÞĀĂĄĆČĎĐĒĖĘĚĞĢĪİĶĹĻŁŃŅŇŌŐŘŚŞŠŢŤŪŮŰŹŻŽ"
_MOST_NAMES = 400
_MOST_ALIKE = 40
_MOST_WORDS = 4
_FEWEST_WORDS = 2
_SHORTEST_IN_TITLE = 2
_MOST_ALONE = 200
_MOST_IN_A_LINE = 100
_A_LIST = 32
_MOST_WORDS_IN_TITLE = 30
_TITLES = ("headline", "subheadline")
_SIDE_BY_SIDE = 24
_ROLE_AHEAD = 5
_ROLE_WINDOW = 60
_POSSESSIVES = ("'s", "’s", "'", "’")
_WORD = later(r"[\w'’-]+")
_PARTY = later(r" \([A-Z]{1,2}-")
_NAME_BEFORE = later(rf"(?<![\w'’.&@/-])([{_UPPER}][^\W\d_]{{2,30}}(?:[-'’][^\W\d_]{{1,20}})?) $")
_NAME_BEHIND = later(rf" ([{_UPPER}][^\W\d_]{{2,30}}(?:[-'’][^\W\d_]{{1,20}})?)(?=[.,;:]|$)")


class _Name(NamedTuple):
    """A full name where it first stands: its words, the text and line it stands in, which name of that line it is."""

    words: tuple[str, ...]
    text: str
    start: int
    end: int
    line: int | None
    number: int
    in_title: bool = False

    @property
    def printed(self) -> str:
        return " ".join(self.words)


def spelled_two_ways(material: Material) -> Iterator[Finding]:
    """Two full names that differ by a slip or only in sound, and surnames in attributions that nobody has."""
    names = _full_names(material)
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


@cache
def _run(language: Language) -> re.Pattern[str]:
    particles = sorted({part for entry in language.words("particles") for part in entry.split()}) or ["de"]
    word = rf"(?:[{_UPPER}]\.|[{_UPPER}][^\W\d_]{{1,30}}(?:[-'’][^\W\d_]{{1,20}}){{0,2}})"
    between = rf"(?:(?:{'|'.join(map(re.escape, particles))}) ){{0,2}}"
    return re.compile(rf"(?<![\w'’.&@/-]){word}(?: {between}{word}){{1,6}}(?![\w&@])")


def _full_names(material: Material) -> list[_Name]:
    """Each full name once, in order: two to four capitalised words without roles, and every pair of a headline's words.

    A headline writes most words with a capital, so that nobody can tell where a name in it ends.
    """
    language = material.language
    pattern = _run(language)
    found: dict[str, _Name] = {}
    seen: set[str] = set()
    for line, role in zip(material.lines, material.frame.roles, strict=True):
        text = line.plain
        if not line.is_text or text.isupper():
            continue
        titled = role in _TITLES
        for number, run in enumerate(pattern.finditer(text)):
            printed = run[0]
            if printed in seen or len(found) >= _MOST_NAMES:
                continue
            seen.add(printed)
            for words in _pairs(printed.split()) if titled else _names_in(printed.split(), language):
                start = run.start() + printed.find(words[0])
                name = " ".join(words)
                end = start + len(name) if titled else run.end()
                if name not in found:
                    found[name] = _Name(tuple(words), text, start, end, line.number, number, titled)
    return list(found.values())


def _pairs(words: list[str]) -> list[list[str]]:
    pairs = pairwise(words[:_MOST_WORDS_IN_TITLE])
    return [
        [one, _without_possessive(other)]
        for one, other in pairs
        if len(one) > _SHORTEST_IN_TITLE and not one.endswith(_POSSESSIVES)
    ]


def _names_in(words: list[str], language: Language) -> list[list[str]]:
    """The names in a run of capitalised words, cut behind possessives; organisations, months, titles are none."""
    found: list[list[str]] = []
    start = 0
    for index, word in enumerate(words, 1):
        if index == len(words) or word.endswith(_POSSESSIVES[:2]):
            name = _without_roles(words[start:index], language) if index - start > 1 else None
            if name is not None:
                found.append(name)
            start = index
    return found


def _without_roles(words: list[str], language: Language) -> list[str] | None:
    known = _known(language)
    bare = [word.rstrip(".").lower() for word in words]
    start, end = 0, len(words)
    for index in range(end - 1):
        if bare[index] in known.roles or (start == index and bare[index] in known.openers):
            start = index + 1
    while start < end and bare[end - 1] in known.degrees:
        end -= 1
    if end - start < _FEWEST_WORDS or not known.none.isdisjoint(bare[start:end]):
        return None
    words = words[start:end]
    if any(word.isupper() and len(word.rstrip(".")) > 1 for word in words):
        return None
    if len(words) > _MOST_WORDS and len(words) > _MOST_WORDS + sum(word[0].islower() for word in words):
        return None
    last = words[-1] = _without_possessive(words[-1])
    return words if len(last) > 1 and len(words[0]) > 1 and not last.endswith(".") else None


class _Known(NamedTuple):
    """Words that are no part of a name: before one, behind one, and wherever they stand."""

    roles: frozenset[str]
    openers: frozenset[str]
    degrees: frozenset[str]
    none: frozenset[str]


@cache
def _known(language: Language) -> _Known:
    return _Known(
        language.any_of("roles", "honorifics"),
        language.any_of("weak_openers", "weekdays", "determiners"),
        language.words("degrees"),
        language.any_of("organisation_words", "roles") | frozenset(language.months),
    )


def _without_possessive(word: str) -> str:
    if not word.endswith(_POSSESSIVES):
        return word
    return next(word.removesuffix(end) for end in _POSSESSIVES if word.endswith(end))


def _alike(names: Sequence[_Name]) -> Iterator[tuple[_Name, _Name]]:
    """Pairs that may be one person, found among those with the same first name or the same last one."""
    by_first: dict[str, list[_Name]] = {}
    by_last: dict[str, list[_Name]] = {}
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


def _surnames_differ(one: _Name, other: _Name) -> bool:
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


def _are_people(one: _Name, other: _Name, voices: set[str], language: Language) -> bool:
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


def _is_person(name: _Name, voices: set[str], language: Language) -> bool:
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


def _are_two(one: _Name, other: _Name) -> bool:
    """Whether the text itself tells them apart: side by side (`John and Jon Smith`), or in one list of names."""
    if one.text is not other.text:
        return False
    first, second = sorted((one, other), key=lambda name: name.start)
    apart = second.start - first.end
    return apart < _SIDE_BY_SIDE or apart < _A_LIST * (second.number - first.number)


def _surnames(material: Material, names: Sequence[_Name], voices: set[str], told: set[str]) -> Iterator[Finding]:
    """`Smth said`, where everybody else is called Smith."""
    known = {spelling.bare(word) for name in names for word in name.words}
    alone = {word: line for line, word in reversed(list(_attributed(material)))}
    unknown = [(line, word) for word, line in alone.items() if spelling.bare(word) not in known][-_MOST_ALONE:]
    if not unknown:
        return
    by_initial: dict[str, list[_Name]] = {}
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
            word = _without_possessive(match[1])
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
