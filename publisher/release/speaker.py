"""Whom a phrase names as the speaker: a name, a pronoun, an office or a group of people."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from publisher.release.language import Language
from publisher.release.names import Mention, mentions
from publisher.release.people import Registry
from publisher.release.titles import without_article

_TOKEN = re.compile(r"[^\W\d_][\w'’-]*")
_DEGREE = re.compile(
    r"\s*,?\s*(?:[A-Z]{1,2}[\w.]*\.[A-Z][\w.]*|[A-Z]{2,4}(?:-[A-Z]{1,3})?|Ph\.?D\.?|Esq\.?|Jr\.?|Sr\.?)(?=,|\s*$)"
)
_PARENTHESIS = re.compile(r"\s*\([^()]{1,60}\)")
_LONGEST_TITLE = 260
_LONGEST_SIGNATURE = 220
_LONGEST_LEAD = 40
_GROUP_WORDS = 5
_ROLE_WORDS = 6


class Attribution(NamedTuple):
    """A clause that names a speaker.

    Exactly one of `mention` (a name), `pronoun`, `role` (`the senator`) and `group` (`the lawmakers`) says who.
    `title` is what stands beside the name. `end` is where the clause ends in the paragraph, `verb` says that it has a
    reporting verb.
    """

    end: int
    mention: Mention | None = None
    title: str | None = None
    pronoun: str | None = None
    role: str | None = None
    group: str | None = None
    verb: bool = True


def words_of(text: str, start: int, end: int) -> list[re.Match[str]]:
    return list(_TOKEN.finditer(text, start, end))


def behind_verb(text: str, start: int, end: int, language: Language) -> Attribution | None:
    """`said Jane Doe, director of the institute`: the speaker follows."""
    words = words_of(text, start, end)
    if not words:
        return None
    first = words[0][0].lower()
    who = mentions(text, language, start, end)
    if first in language.words("pronouns") or (not who and _has_pronoun(words[:2], language)):
        return Attribution(end, pronoun=first)
    if language.words("documents") & {word[0] for word in words[:3]}:
        return None
    at = next((at for at, word in enumerate(words[:4]) if word[0].lower() in language.words("groups")), None)
    group = _group(text, words, at, language)
    if group is not None and text.find(group, start) <= words[min(1, len(words) - 1)].start():
        return Attribution(end, group=group)
    named = [mention for mention in who if mention.name]
    best = _first_named(text, start, named)
    if best is not None:
        return Attribution(end, best, title_beside(text, best, end, language))
    return _office(words[:_ROLE_WORDS], who, end, language)


def before_verb(text: str, start: int, end: int, language: Language) -> Attribution | None:
    """`Jane Doe, director of the institute, said`: the speaker stands before."""
    words = words_of(text, start, end)
    if not words:
        return None
    who = mentions(text, language, start, end)
    last = words[-1][0].lower()
    if last in language.words("pronouns") or (not who and _has_pronoun(words[-2:], language)):
        return Attribution(end, pronoun=last)
    subject = {word[0] for word in (*words[:3], *words[-2:])}
    if language.words("documents") & subject and words[0][0].lower() not in ("in", "en", "dans"):
        return None
    at = len(words) - 1 if last in language.words("groups") else None
    group = _group(text, words, at, language)
    if group is not None:
        return Attribution(end, group=group)
    best = _last_named(text, start, end, [mention for mention in who if mention.name])
    if best is not None:
        return Attribution(end, best, best.title)
    return _office(words[-_ROLE_WORDS:], who, end, language) if len(words) <= _ROLE_WORDS + 2 else None


def before_colon(text: str, start: int, end: int, registry: Registry) -> Attribution | None:
    """`Policy Director Jane Doe: “...”`, or whoever the sentence that ends with the colon is about."""
    named = [mention for mention in mentions(text, registry.language, start, end) if mention.name]
    if named and text[named[-1].end : end].strip() == ":" and named[-1].is_person and not named[-1].is_organisation:
        return Attribution(end, named[-1], named[-1].title, verb=False)
    return subject_of(text, start, end, registry)


def subject_of(text: str, start: int, end: int, registry: Registry) -> Attribution | None:
    """Whom a sentence is about: the first person with a role, else a known name at its beginning, else a full name."""
    named = [m for m in mentions(text, registry.language, start, end) if m.name and not m.is_organisation]
    known = [m for m in named if not m.name.isupper() and registry.named(m.name) is not None]
    near = [m for m in known if len(words_of(text, start, m.start)) <= 3]
    full = [m for m in named if " " in m.name and not m.name.isupper()]
    people = [m for m in named if m.is_person]
    chosen = next((group[0] for group in (people, near, full, known) if group), None)
    return Attribution(end, chosen, chosen.title, verb=False) if chosen else None


def signature(text: str, start: int, end: int, language: Language, *, alone: bool) -> Attribution | None:
    """A line, or the end of one behind a dash, that only names a speaker: `Jane Doe, director of the institute`."""
    if end - start > _LONGEST_SIGNATURE:
        return None
    who = [m for m in mentions(text, language, start, end) if m.name and not m.is_organisation]
    if not who or who[0].start > start + _LONGEST_LEAD or (who[0].start > start and not who[0].is_person):
        return None
    mention = who[0]
    rest = text[mention.end : end].strip()
    if " " not in mention.name and (alone or not rest.startswith(",")):
        return None
    if rest and not rest.startswith((",", "–", "—", "-", "(", "|") if alone else (",", "(", ".", "–", "—")):
        return None
    return Attribution(end, mention, rest.lstrip(",–—-| ").rstrip(" .") or mention.title, verb=False)


def _has_pronoun(words: Sequence[re.Match[str]], language: Language) -> bool:
    return any(word[0].lower() in language.words("pronouns") for word in words)


def _group(text: str, words: Sequence[re.Match[str]], at: int | None, language: Language) -> str | None:
    """`the lawmakers`, `the coalition`: many people, called by what they are, back to the article."""
    if at is None:
        return None
    determiners = language.words("determiners")
    first = at
    while first > 0 and at - first < _GROUP_WORDS and words[first][0].lower() not in determiners:
        if words[first - 1].end() + 1 != words[first].start():
            break
        first -= 1
    word = words[at][0]
    alone = at == first or words[at - 1][0].lower() in determiners
    if not word.islower() and not (alone and word.endswith("s")):
        return None
    if text[words[at].end() :][:2].strip()[:1].isupper():
        return None
    return without_article(text[words[first].start() : words[at].end()], language)


def _office(words: Sequence[re.Match[str]], who: Sequence[Mention], end: int, language: Language) -> Attribution | None:
    """`the Resident Commissioner`, `the senator`: a role in place of a name."""
    printed = next((mention.title for mention in who if mention.title and not mention.name), None)
    role = printed or " ".join(word[0] for word in words if word[0].lower() in language.words("roles"))
    return Attribution(end, role=role) if role else None


def _first_named(text: str, start: int, named: Sequence[Mention]) -> Mention | None:
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


def _last_named(text: str, start: int, end: int, named: Sequence[Mention]) -> Mention | None:
    """The name right before the verb, or before the role between commas that stands there."""
    if not named:
        return None
    last = named[-1]
    people = [mention for mention in named if mention.is_person and not mention.is_organisation]
    if people and people[0] is not last and not last.is_person:
        opens_clause = len(words_of(text, start, people[0].start)) <= 1
        if opens_clause and text.startswith(",", people[0].end):
            return people[0]
    behind = text[last.end : end].strip()
    adjacent = len(words_of(text, last.end, end)) <= 1
    if adjacent and not last.is_organisation and len(behind) < 12 and not behind.startswith(","):
        return last
    if people:
        return people[-1] if text[people[-1].end : end].strip() in ("", ",") else people[0]
    return next((mention for mention in named if not mention.is_organisation), last if adjacent else None)


def title_beside(text: str, mention: Mention, end: int, language: Language) -> str | None:
    """The role before a name, or the one behind it, to the end of the clause where nothing else follows."""
    honorifics = language.words("honorifics")
    printed = text[mention.start : mention.name_start].split()
    if mention.title and any(word.strip(".").lower() not in honorifics for word in printed):
        return mention.title
    rest = text[mention.end : end]
    for _ in range(4):
        found = _DEGREE.match(rest) or _PARENTHESIS.match(rest)
        if found is None:
            break
        rest = rest[found.end() :]
    if not rest.startswith((",", " of ", " from ")):
        return mention.title
    kept: list[str] = []
    for segment in rest.lstrip(", ").split(", "):
        if _leaves_title(segment.lower().strip(), language):
            break
        kept.append(segment)
    title = without_article(", ".join(kept).strip(' .:;,—–-*_”"'), language)
    return title if title and len(title) <= _LONGEST_TITLE else mention.title


def _leaves_title(segment: str, language: Language) -> bool:
    """Whether a part of the clause between commas no longer says what the speaker is."""
    first = segment.split(" ", 1)[0]
    return (
        not segment
        or segment.startswith(tuple(f"{word} " for word in language.phrases("title_ends")))
        or first in language.any_of("reporting_verbs", "pronouns", "title_ends")
    )
