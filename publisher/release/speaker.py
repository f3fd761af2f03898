"""The speaker as a clause puts it: a name with the role beside it, a pronoun, an office or a group of people."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from publisher.release.language import Language
from publisher.release.names import Mention
from publisher.release.subject import PARENTHESIS, words_of
from publisher.release.titles import is_role, without_article
from publisher.text.patterns import later

_DEGREE = later(
    r"\s{0,3},?\s{0,3}(?:[A-Z]{1,2}[\w.]{0,12}\.[A-Z][\w.]{0,12}|[A-Z]{2,4}(?:-[A-Z]{1,3})?|Ph\.?D\.?|Esq\.?|Jr\.?|Sr\.?)(?=,|\s*$)"
)
_LONGEST_TITLE = 260
_GROUP_WORDS = 5
_SHORTEST_END = 5
ROLE_WORDS = 6
"""The most words that an office in place of a name has."""


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


def group_at(text: str, words: Sequence[re.Match[str]], at: int | None, language: Language) -> str | None:
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


def office(
    text: str, words: Sequence[re.Match[str]], who: Sequence[Mention], end: int, language: Language
) -> Attribution | None:
    """`the Resident Commissioner`, `the senator`: a role in place of a name; `a resident` is nobody that was named."""
    if not words or len(words) > ROLE_WORDS + 2:
        return None
    small = language.any_of("determiners", "indefinites")
    first = next((word for word in words if word[0].lower() in small), None)
    at = next((at for at, word in enumerate(words) if word[0].lower() in language.any_of("groups", "roles")), None)
    if at is not None and words[at][0].lower() in language.words("groups"):
        group = group_at(text, words, at, language)
        behind = phrase_end(text, words[at].start(), words, language)
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
        return Attribution(end, group=text[first.start() : phrase_end(text, first.start(), words, language)])
    return Attribution(end, role=role)


def phrase_end(text: str, start: int, words: Sequence[re.Match[str]], language: Language) -> int:
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


def title_beside(text: str, mention: Mention, end: int, language: Language) -> str | None:
    """The role before a name, or the one behind it, to the end of the clause where nothing else follows."""
    honorifics = language.words("honorifics")
    printed = text[mention.start : mention.name_start].split()
    if mention.title and any(word.strip(".").lower() not in honorifics for word in printed):
        return mention.title
    rest = text[mention.end : end]
    for _ in range(4):
        found = _DEGREE.match(rest) or PARENTHESIS.match(rest)
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
