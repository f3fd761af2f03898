"""Whom a phrase names as the speaker: a name, a pronoun, an office or a group of people."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from publisher.release.language import Language
from publisher.release.names import Mention, is_plain_name, mentions
from publisher.release.people import Registry
from publisher.release.subject import free_names, names_in, people_in, subject_among, whole_organisation, words_of
from publisher.release.titles import is_role, without_article
from publisher.text.patterns import later

_DEGREE = later(
    r"\s{0,3},?\s{0,3}(?:[A-Z]{1,2}[\w.]{0,12}\.[A-Z][\w.]{0,12}|[A-Z]{2,4}(?:-[A-Z]{1,3})?|Ph\.?D\.?|Esq\.?|Jr\.?|Sr\.?)(?=,|\s*$)"
)
_PARENTHESIS = later(r"(?:(?<!\s)\s+)?\([^()]{1,60}\)")
_LONGEST_TITLE = 260
_LONGEST_SIGNATURE = 220
_TITLE_WORDS = 12
_GROUP_WORDS = 5
_ROLE_WORDS = 6
_PREDICATE = 14
_LOOK_BACK = 30
_SHORTEST_END = 5


class Attribution(NamedTuple):
    """A clause that names a speaker.

    Exactly one of `mention` (a name), `pronoun`, `role` (`the senator`) and `group` (`the lawmakers`, `a resident of
    the town`: nobody by name) says who.
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
    group = _group(text, words, at, language)
    if at is not None and group is not None and text.find(group, start) <= words[min(1, len(words) - 1)].start():
        behind = words[at + 1][0] if at + 1 < len(words) else ""
        stop = _phrase_end(text, words[at].start(), words, language) if behind in language.words("of") else None
        return Attribution(end, group=group + (text[words[at].end() : stop] if stop else ""))
    named = [mention for mention in who if mention.name and not _is_noun(text, start, mention, registry)]
    best = _first_named(text, start, named)
    if best is not None:
        best = whole_organisation(text, best, end, language)
        return Attribution(end, best, title_beside(text, best, end, language))
    return _office(text, words[:_ROLE_WORDS], who, end, language)


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
    group = _group(text, words, at, language)
    if group is not None:
        return Attribution(end, group=group)
    comma = text.rfind(",", start, end)
    tail = words_of(text, max(start, comma + 1), end)
    named = [mention for mention in who if mention.name]
    best = _last_named(text, (start, end), tail, named, registry)
    if best is not None:
        best = whole_organisation(text, best, end, language)
        return Attribution(end, best, best.title)
    return _office(text, tail or words, [m for m in who if m.start > comma], end, language)


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
    behind = _PARENTHESIS.match(text, mention.end, end)
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
    short = len(words_of(text, start, end)) <= _PREDICATE
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


def _group(text: str, words: Sequence[re.Match[str]], at: int | None, language: Language) -> str | None:
    """`the lawmakers`, `the coalition`: many people, called by what they are, back to the article."""
    if at is None:
        return None
    determiners = language.words("determiners")
    first = at
    while first > 0 and at - first < _GROUP_WORDS and words[first][0].lower() not in determiners:
        if words[first - 1].end() + 1 != words[first].start() or words[first - 1][0] in language.words("documents"):
            break
        first -= 1
    word = words[at][0]
    alone = at == first or words[at - 1][0].lower() in determiners
    led = (first > 0 and words[first - 1][0].lower() in determiners) or words[first][0].lower() in determiners
    if not word.islower() and not language.nouns_are_capital and not ((alone or led) and word.endswith("s")):
        return None
    if text[words[at].end() :][:2].strip()[:1].isupper():
        return None
    return without_article(text[words[first].start() : words[at].end()], language)


def _office(
    text: str, words: Sequence[re.Match[str]], who: Sequence[Mention], end: int, language: Language
) -> Attribution | None:
    """`the Resident Commissioner`, `the senator`: a role in place of a name; `a resident` is nobody that was named."""
    if not words or len(words) > _ROLE_WORDS + 2:
        return None
    small = language.any_of("determiners", "indefinites")
    first = next((word for word in words if word[0].lower() in small), None)
    at = next((at for at, word in enumerate(words) if word[0].lower() in language.any_of("groups", "roles")), None)
    if at is not None and words[at][0].lower() in language.words("groups"):
        group = _group(text, words, at, language)
        behind = _phrase_end(text, words[at].start(), words, language)
        if group is not None:
            return Attribution(end, group=group + text[words[at].end() : behind])
    anybodys = any(word[0].lower() in language.words("anybodys_roles") for word in words)
    if first is not None and anybodys and first[0].lower() in language.words("determiners"):
        return Attribution(end, pronoun=first[0].lower())
    printed = next((mention.title for mention in who if mention.title and not mention.name), None)
    role = printed or " ".join(word[0] for word in words if word[0].lower() in language.words("roles"))
    if not role:
        return None
    if first is not None and first[0].lower() in language.words("indefinites"):
        return Attribution(end, group=text[first.start() : _phrase_end(text, first.start(), words, language)])
    return Attribution(end, role=role)


def _phrase_end(text: str, start: int, words: Sequence[re.Match[str]], language: Language) -> int:
    """Where `a resident of the town` ends: before a comma, a verb, or words that are no part of it."""
    stop = language.any_of("reporting_verbs", "auxiliaries", "title_ends", "prepositions") - language.words("of")
    end = start
    for index, word in enumerate(words):
        if word.start() < start:
            continue
        behind = words[index + 1][0] if index + 1 < len(words) else ""
        within_name = text[end - 1 : end].isalpha() and words[index - 1][0][0].isupper() and behind[:1].isupper()
        if end > start and (text[end : word.start()].strip() or (word[0].lower() in stop and not within_name)):
            break
        end = word.end()
    return end


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


def _last_named(
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
        return inside[-1] if len(words_of(text, inside[-1].end, end)) <= _PREDICATE else None
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
    return mention.end < place and _PARENTHESIS.sub("", text[mention.end : place]).strip() == ","


def _first_joined(text: str, last: Mention, free: Sequence[Mention], registry: Registry) -> Mention:
    """Of people who speak together (`Senators Doe and Roe said`) the first."""
    first = last
    for mention in reversed(free[: free.index(last)]):
        between = _PARENTHESIS.sub("", text[mention.end : first.start]).strip()
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
        if _leaves_title(segment.lower().strip(), language) or (not kept and _is_aside(segment, rest, language)):
            break
        kept.append(segment)
    title = without_article(_to_its_end(", ".join(kept), language).strip(' .:;,—–-*_”"'), language)
    return title if title and len(title) <= _LONGEST_TITLE else mention.title


def _is_aside(segment: str, rest: str, language: Language) -> bool:
    """`Jane Doe, beaming, said`: one word that is no role, or a phrase that a preposition begins."""
    words = segment.split()
    alone = len(words) == 1 and words[0].islower() and not is_role(words[0].strip(".,"), language)
    leans = language.words("prepositions") - language.words("of")
    return alone or (rest.startswith(",") and bool(words) and words[0].lower() in leans)


def _to_its_end(title: str, language: Language) -> str:
    """A role up to a word that begins what the speaker does (`director of the mill while cutting the ribbon`)."""
    if language.nouns_are_capital:
        return title
    ends = {word for word in language.words("title_ends") if len(word) >= _SHORTEST_END}
    for word in words_of(title, 0, len(title))[1:]:
        if word[0] in ends:
            return title[: word.start()]
    return title


def _leaves_title(segment: str, language: Language) -> bool:
    """Whether a part of the clause between commas no longer says what the speaker is."""
    first = segment.split(" ", 1)[0]
    return (
        not segment
        or segment.startswith(tuple(f"{word} " for word in language.phrases("title_ends")))
        or first in language.any_of("reporting_verbs", "reporting_participles", "pronouns", "title_ends")
    )
