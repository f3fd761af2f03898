"""The clauses that name a speaker: behind the verb, before it, before a colon, or on a line of their own."""

from __future__ import annotations

import re
from collections.abc import Sequence

from publisher.release.language import Language
from publisher.release.names import Mention, is_plain_name, mentions
from publisher.release.people import Registry
from publisher.release.speaker import ROLE_WORDS, Attribution, group_at, office, phrase_end, title_beside
from publisher.release.subject import (
    PARENTHESIS,
    PREDICATE,
    first_named,
    last_named,
    names_in,
    people_in,
    subject_among,
    whole_organisation,
    words_of,
)

_LONGEST_SIGNATURE = 220
_TITLE_WORDS = 12
_LOOK_BACK = 30


def behind_verb(text: str, start: int, end: int, registry: Registry) -> Attribution | None:
    """`said Jane Doe, director of the institute`: the speaker follows."""
    language = registry.language
    words = words_of(text, start, end)
    if not words:
        return None
    first = words[0][0].lower()
    who = names_in(text, start, end, registry)
    if first in language.words("pronouns") or (not who and _has_pronoun(words[:2], language)):
        return Attribution(end, pronoun=first)
    if language.words("documents") & {word[0] for word in words[:3]}:
        return None
    at = next((at for at, word in enumerate(words[:4]) if word[0].lower() in language.words("groups")), None)
    group = group_at(text, words, at, language)
    if at is not None and group is not None and text.find(group, start) <= words[min(1, len(words) - 1)].start():
        behind = words[at + 1][0] if at + 1 < len(words) else ""
        stop = phrase_end(text, words[at].start(), words, language) if behind in language.words("of") else None
        return Attribution(end, group=group + (text[words[at].end() : stop] if stop else ""))
    named = [mention for mention in who if mention.name and not _is_noun(text, start, mention, registry)]
    best = first_named(text, start, named)
    if best is not None:
        best = whole_organisation(text, best, end, language)
        return Attribution(end, best, title_beside(text, best, end, language))
    return office(text, words[:ROLE_WORDS], who, end, language)


def before_verb(text: str, start: int, end: int, registry: Registry) -> Attribution | None:
    """`Jane Doe, director of the institute, said`: the speaker stands before."""
    language = registry.language
    words = words_of(text, start, end)
    if not words:
        return None
    who = names_in(text, start, end, registry)
    last = words[-1][0].lower().rsplit("-", 1)[-1]
    if last in language.words("pronouns") or (not who and _has_pronoun(words[-2:], language)):
        return Attribution(end, pronoun=last)
    subject = {word[0] for word in (*words[:3], *words[-2:])}
    if language.words("documents") & subject and words[0][0].lower() not in language.words("prepositions"):
        return None
    at = len(words) - 1 if last in language.words("groups") else None
    group = group_at(text, words, at, language)
    if group is not None:
        return Attribution(end, group=group)
    comma = text.rfind(",", start, end)
    tail = words_of(text, max(start, comma + 1), end)
    named = [mention for mention in who if mention.name]
    best = last_named(text, (start, end), tail, named, registry)
    if best is not None:
        best = whole_organisation(text, best, end, language)
        return Attribution(end, best, best.title)
    return office(text, tail or words, [m for m in who if m.start > comma], end, language)


def before_colon(text: str, start: int, end: int, registry: Registry) -> Attribution | None:
    """`Policy Director Jane Doe: “...”`, or whoever the sentence that ends with the colon is about."""
    named = [mention for mention in mentions(text, registry.language, start, end) if mention.name]
    alone = len(named) == 1 and not words_of(text, start, named[0].start)
    plain = alone and (named[0].is_person or is_plain_name(named[0].name)) and not named[0].is_organisation
    if plain and text[named[0].end : end].strip(" *_") == ":":
        return Attribution(end, named[0], named[0].title, verb=False)
    found = subject_of(text, start, end, registry)
    announces = any(cue in text[start:end].lower() for cue in registry.language.phrases("statement_cues"))
    if found is None or found.mention is None:
        return None
    known = registry.named(found.mention.name)
    somebody = found.mention.is_person or (known is not None and known.is_person)
    return found if announces or somebody else None


def subject_of(text: str, start: int, end: int, registry: Registry) -> Attribution | None:
    """Whom a sentence is about."""
    chosen = subject_among(text, start, people_in(text, start, end, registry), registry)
    return Attribution(end, chosen, chosen.title, verb=False) if chosen else None


def signature(text: str, start: int, end: int, language: Language, *, alone: bool) -> Attribution | None:
    """A line, or the end of one behind a dash, that only names a speaker: `Jane Doe, director of the institute`."""
    if end - start > _LONGEST_SIGNATURE:
        return None
    who = [m for m in mentions(text, language, start, end) if m.name and not m.is_organisation]
    if not who:
        return None
    mention = who[0]
    if not mention.is_person and " " not in mention.name:
        mention = next((person for person in who if person.is_person), mention)
    lead = text[start : mention.start].strip()
    if lead and not (mention.is_person and _may_be_title(lead, language)):
        return None
    behind = PARENTHESIS.match(text, mention.end, end)
    rest = text[behind.end() if behind else mention.end : end].strip()
    if " " not in mention.name and (alone or not rest.startswith(",")):
        return None
    if rest and not rest.startswith((",", "–", "—", "-", "(", "|") if alone else (",", "(", ".", "–", "—")):
        return None
    before = text[start : mention.name_start].strip(" *_")
    honorific = all(word.strip(".").lower() in language.words("honorifics") for word in before.split())
    title = (None if honorific else before) or rest.lstrip(",–—-| ").rstrip(" .*_") or before or mention.title
    return Attribution(end, mention, title, verb=False)


def _may_be_title(lead: str, language: Language) -> bool:
    """Whether the words before a name on a line of its own can belong to the role that stands at it."""
    words = lead.split()
    verbs = language.any_of("reporting_verbs", "pronouns", "auxiliaries")
    return len(words) <= _TITLE_WORDS and words[0][0].isupper() and not any(word.lower() in verbs for word in words)


def only_name(text: str, start: int, end: int, language: Language) -> Attribution | None:
    """In a language that nobody taught the program: the one full name in a short clause behind a quotation."""
    named = [mention for mention in mentions(text, language, start, end) if " " in mention.name]
    short = len(words_of(text, start, end)) <= PREDICATE
    if not short or len(named) != 1 or not is_plain_name(named[0].name) or text[start : start + 1].isupper():
        return None
    return Attribution(end, named[0])


def _is_noun(text: str, start: int, mention: Mention, registry: Registry) -> bool:
    """Whether a lone word with a capital, behind an article or `of`, is nobody's name (`die Leiterin des Vereins`)."""
    if " " in mention.name or mention.is_person or registry.named(mention.name) is not None:
        return False
    language = registry.language
    before = words_of(text, max(start, mention.start - _LOOK_BACK), mention.start)
    word = before[-1][0].lower() if before else ""
    if word in language.words("of") and word in language.words("determiners"):
        return True
    return language.nouns_are_capital and (word in language.any_of("determiners", "prepositions") or not word)


def _has_pronoun(words: Sequence[re.Match[str]], language: Language) -> bool:
    return any(word[0].lower().rsplit("-", 1)[-1] in language.words("pronouns") for word in words)
