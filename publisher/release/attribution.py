"""Who said it: the clause before or behind a quotation."""

from __future__ import annotations

import re
from dataclasses import dataclass

from publisher.release.language import Language
from publisher.release.people import Mention, Registry, mentions, without_article
from publisher.release.sentences import sentence_end, sentence_starts

_LONGEST_CLAUSE = 420
_MOST_WORDS_BEFORE_VERB = 34
_DASH = re.compile(r"\s*[—–-]{1,2}\s*(?=[^\W\d_])")
_TOKEN = re.compile(r"[^\W\d_][\w'’-]*")
_DEGREE = re.compile(
    r"\s*,?\s*(?:[A-Z]{1,2}[\w.]*\.[A-Z][\w.]*|[A-Z]{2,4}(?:-[A-Z]{1,3})?|Ph\.?D\.?|Esq\.?|Jr\.?|Sr\.?)(?=,|\s*$)"
)
_PARENTHESIS = re.compile(r"\s*\([^()]{1,60}\)")
_TITLE_STOPS = (
    "who ",
    "whose ",
    "which ",
    "that ",
    "in a ",
    "in an ",
    "in the ",
    "in response",
    "in reference",
    "on ",
    "during ",
    "adding ",
    "added ",
    "speaking ",
    "while ",
    "as ",
    "after ",
    "when ",
    "at a ",
    "via ",
    "about ",
    "noting ",
    "regarding ",
    "following ",
    "today",
    "quien ",
    "qui ",
    "der ",
    "die ",
    "and that ",
    "referring ",
    "reflecting ",
    "explaining ",
    "by ",
    "upon ",
    "before ",
)


@dataclass(frozen=True)
class Attribution:
    """A clause that names a speaker.

    Exactly one of `mention` (a name), `pronoun`, `role` (`the senator`) and `group` (`the lawmakers`) says who. `title` is what stands behind
    the name. `end` is where the clause ends in the paragraph, `verb` that a reporting verb stands in it.
    """

    start: int
    end: int
    mention: Mention | None = None
    title: str | None = None
    pronoun: str | None = None
    role: str | None = None
    group: str | None = None
    verb: bool = True


def after(text: str, start: int, limit: int, language: Language) -> Attribution | None:
    """The attribution in the clause that begins at `start`, behind a closing mark, and ends at `limit` at most."""
    limit = min(limit, start + _LONGEST_CLAUSE)
    begin = start
    while begin < limit and text[begin] in " \t\u00a0,.;*_)]’'":
        begin += 1
    dash = _DASH.match(text, start, limit)
    end = sentence_end(text, begin, limit, language)
    if dash:
        signed = _signature(text, dash.end(), end, language)
        if signed is not None:
            return signed
    verb = _verb(text, begin, end, language)
    if verb is None:
        return _according_to(text, begin, end, language)
    verb_start, verb_end, before = verb
    auxiliaries = language.words("auxiliaries")
    if all(word in auxiliaries for word in before):
        return _subject(text, verb_end, end, begin, language, inverted=True)
    found = _subject(text, begin, verb_start, begin, language, inverted=False)
    return None if found is None else _until(found, end)


def before(text: str, start: int, end: int, registry: Registry) -> Attribution | None:
    """The attribution in the text from `start` to the opening mark at `end`."""
    language = registry.language
    clause = text[max(start, end - _LONGEST_CLAUSE) : end]
    offset = end - len(clause)
    begin = offset + sentence_starts(clause.rstrip(), language)[-1]
    sentence = text[begin:end].rstrip(" \t\u00a0*_")
    if len(sentence) < 3:
        return None
    colon = sentence.endswith(":")
    verb = _last_verb(text, begin, end, language)
    if verb is None:
        if not colon:
            return None
        leftmost = _named_last(text, begin, end, language) or _leftmost(text, begin, end, registry)
        return leftmost and Attribution(begin, end, leftmost, leftmost.title, verb=False)
    verb_start, verb_end, preceding = verb
    if not (colon or sentence.endswith(",") or _close_to_mark(text, verb_end, end, language)):
        return None
    if not preceding:
        return _subject(text, verb_end, end, begin, language, inverted=True)
    found = _subject(text, begin, verb_start, begin, language, inverted=False)
    if found is None:
        leftmost = _leftmost(text, begin, end, registry)
        found = leftmost and Attribution(begin, end, leftmost, leftmost.title)
    return None if found is None else _until(found, end)


def introduced_by(text: str, registry: Registry) -> Attribution | None:
    """Whose words a paragraph announces for the next one: its last sentence ends with a colon, or it has a cue."""
    language = registry.language
    tail_start = max(0, len(text) - 1_200)
    tail = text[tail_start:]
    starts = [tail_start + at for at in sentence_starts(tail, language)]
    bounds = list(zip(starts, [*starts[1:], len(text)], strict=True))
    announcing = bounds[-1:] if text.rstrip(" *_").endswith(":") else []
    cues = language.phrases("statement_cues")
    lowered = text.lower()
    announcing += [
        b for b in reversed(bounds) if b not in announcing and any(cue in lowered[slice(*b)] for cue in cues)
    ]
    for begin, end in announcing:
        who = _leftmost(text, begin, end, registry)
        if who is not None:
            return Attribution(begin, end, who, who.title, verb=False)
    return None


def signature(text: str, language: Language) -> Attribution | None:
    """A line that only names a speaker: `— Jane Doe, director`, `Jane Doe – director of the institute`."""
    dash = _DASH.match(text)
    return _signature(text, dash.end() if dash else 0, len(text), language, alone=True)


def _until(found: Attribution, end: int) -> Attribution:
    return Attribution(found.start, end, found.mention, found.title, found.pronoun, found.role, found.group, found.verb)


def _signature(text: str, start: int, end: int, language: Language, *, alone: bool = False) -> Attribution | None:
    if end - start > 220:
        return None
    for mention in mentions(text, language, start, end):
        if mention.start > start + 40 or (mention.start > start and not mention.is_person):
            return None
        if mention.end <= start or not mention.name or mention.is_organisation:
            continue
        rest = text[mention.end : end].strip()
        if len(mention.name.split()) < 2 and (alone or not rest.startswith(",")):
            return None
        if alone and rest and not rest.startswith((",", "–", "—", "-", "(", "|")):
            return None
        if not alone and rest and not rest.startswith((",", "(", ".", "–", "—")):
            return None
        title = rest.lstrip(",–—-| ").rstrip(" .") or None
        return Attribution(start, end, mention, title or mention.title, verb=False)
    return None


def _words(text: str, start: int, end: int) -> list[re.Match[str]]:
    return list(_TOKEN.finditer(text, start, end))


def _verb(text: str, start: int, end: int, language: Language) -> tuple[int, int, list[str]] | None:
    """The first reporting verb in a clause: where it stands, and the words before it."""
    verbs, several = language.words("reporting_verbs"), language.verb_phrases
    words = _words(text, start, end)
    lowered = [word[0].lower() for word in words]
    for index, word in enumerate(words[:_MOST_WORDS_BEFORE_VERB]):
        for phrase in several.get(lowered[index], ()):
            if tuple(lowered[index : index + len(phrase)]) == phrase:
                return word.start(), words[index + len(phrase) - 1].end(), lowered[:index]
        if lowered[index] in verbs and not (word[0][0].isupper() and index):
            return word.start(), word.end(), lowered[:index]
    return None


def _last_verb(text: str, start: int, end: int, language: Language) -> tuple[int, int, list[str]] | None:
    verbs = language.words("reporting_verbs")
    words = _words(text, start, end)
    lowered = [word[0].lower() for word in words]
    for index in range(len(words) - 1, max(-1, len(words) - 40), -1):
        if lowered[index] in verbs and (not words[index][0][0].isupper() or not index):
            return words[index].start(), words[index].end(), lowered[:index]
    return None


def _close_to_mark(text: str, verb_end: int, mark: int, language: Language) -> bool:
    """Only small words stand between the verb and the mark: `said that “...`."""
    return len(_words(text, verb_end, mark)) <= 2


def _according_to(text: str, start: int, end: int, language: Language) -> Attribution | None:
    lowered = text[start : start + 40].lower()
    for phrase in language.phrases("according_to"):
        if lowered.startswith(phrase + " "):
            return _subject(text, start + len(phrase), end, start, language, inverted=True)
    return None


def _subject(text: str, start: int, end: int, clause: int, language: Language, *, inverted: bool) -> Attribution | None:
    """Who stands between `start` and `end`, behind the verb (`inverted`) or before it."""
    words = _words(text, start, end)
    if not words:
        return None
    near = words[:2] if inverted else words[-2:]
    pronouns = language.words("pronouns")
    who = mentions(text, language, start, end)
    pronoun = next((word[0].lower() for word in near if word[0].lower() in pronouns), None)
    if pronoun and (
        not who or (inverted and near[0][0].lower() == pronoun) or (not inverted and near[-1][0].lower() == pronoun)
    ):
        return Attribution(clause, end, pronoun=pronoun)
    beginning = words[:3] if inverted else [*words[:3], *words[-2:]]
    if language.words("documents") & {word[0] for word in beginning} and not _within(text, words):
        return None
    group = _group(text, words, clause, end, language, inverted=inverted)
    if group is not None:
        return group
    best = _best(text, who, start, end, inverted=inverted)
    if best is None:
        return _role_only(text, start, end, clause, who, language, inverted=inverted)
    return Attribution(clause, end, best, _behind(text, best, end, language) if inverted else best.title)


def _best(text: str, who: list[Mention], start: int, end: int, *, inverted: bool) -> Mention | None:
    named = [m for m in who if m.name]
    if not named:
        return None
    people = [m for m in named if m.is_person and not m.is_organisation]
    if inverted:
        first = named[0]
        alone = " " not in first.name and not first.is_person and bool(people)
        if not first.is_organisation and not alone and len(_words(text, start, first.start)) <= 1:
            return first
        if people:
            return people[0]
        return first if len(_words(text, start, first.start)) <= 2 else None
    last = named[-1]
    if (
        people
        and people[0] is not last
        and not last.is_person
        and text[people[0].end :][:1] == ","
        and len(_words(text, start, people[0].start)) <= 1
    ):
        return people[0]
    if (
        last.end >= end - 12
        and not text[last.end : end].strip().startswith(",")
        and not last.is_organisation
        and len(_words(text, last.end, end)) <= 1
    ):
        return last
    if people:
        return people[-1] if text[people[-1].end : end].strip(" ") in ("", ",") else people[0]
    plain = [m for m in named if not m.is_organisation]
    if plain:
        return plain[0]
    return last if len(_words(text, last.end, end)) <= 1 else None


def _within(text: str, words: list[re.Match[str]]) -> bool:
    """`In a letter, Jane Doe wrote`: the document is where it was said, not who said it."""
    return text[: words[0].start()].endswith((" in ", " In ")) or words[0][0].lower() in ("in", "en", "dans")


def _group(
    text: str, words: list[re.Match[str]], clause: int, end: int, language: Language, *, inverted: bool
) -> Attribution | None:
    """`wrote the lawmakers`, `the coalition said`: many people, called by what they are."""
    lowered = [word[0].lower() for word in words]
    groups, determiners = language.words("groups"), language.words("determiners")
    at = (
        next((index for index in range(min(4, len(words))) if lowered[index] in groups), None)
        if inverted
        else len(words) - 1
    )
    if at is None or lowered[at] not in groups:
        return None
    first = at
    while (
        first > 0
        and at - first < 5
        and lowered[first] not in determiners
        and words[first - 1].end() + 1 == words[first].start()
    ):
        first -= 1
    if inverted and first > 1:
        return None
    behind = text[words[at].end() :][:2].strip()
    plain = text[words[at].start()].islower() or (
        (at == first or lowered[at - 1] in determiners) and lowered[at].endswith("s")
    )
    if not plain or behind[:1].isupper():
        return None
    phrase = without_article(text[words[first].start() : words[at].end()], language)
    return Attribution(clause, end, group=phrase)


def _role_only(
    text: str, start: int, end: int, clause: int, who: list[Mention], language: Language, *, inverted: bool
) -> Attribution | None:
    words = _words(text, start, end)
    close = words[:6] if inverted else words[-6:]
    roles = language.words("roles")
    if len(words) > 8 and not inverted:
        return None
    for mention in who:
        if mention.title and not mention.name:
            return Attribution(clause, end, role=mention.title)
    role = [word[0] for word in close if word[0].lower() in roles]
    return Attribution(clause, end, role=" ".join(role)) if role else None


def _named_last(text: str, start: int, end: int, language: Language) -> Mention | None:
    """`Policy Director Jane Doe: “...”`: who stands right before the colon."""
    who = [m for m in mentions(text, language, start, end) if m.name]
    if who and text[who[-1].end : end].strip() == ":" and who[-1].is_person and not who[-1].is_organisation:
        return who[-1]
    return None


def _leftmost(text: str, start: int, end: int, registry: Registry) -> Mention | None:
    """The person a sentence is about: the first with a role; else the first full name that is no organisation."""
    language = registry.language
    who = [m for m in mentions(text, language, start, end) if m.name]
    people = [m for m in who if m.is_person and not m.is_organisation]
    if people:
        return people[0]
    plain = [m for m in who if not m.is_organisation and not m.name.isupper()]
    full = [m for m in plain if len(m.name.split()) > 1]
    known = [m for m in plain if registry.named(m.name) is not None]
    near = [m for m in known if len(_words(text, start, m.start)) <= 3]
    return (near or full or known or [None])[0]


def _behind(text: str, mention: Mention, end: int, language: Language) -> str | None:
    """The role behind a name, to the end of the clause where nothing else follows it."""
    if mention.title and mention.start < mention.name_start:
        return mention.title
    rest = text[mention.end : end]
    for _ in range(4):
        shorter = (
            _DEGREE.sub("", rest, count=1)
            if _DEGREE.match(rest)
            else _PARENTHESIS.sub("", rest, count=1)
            if _PARENTHESIS.match(rest)
            else rest
        )
        if shorter == rest:
            break
        rest = shorter
    if not rest.startswith((",", " of ", " from ")):
        return mention.title
    kept: list[str] = []
    for segment in rest.lstrip(", ").split(", "):
        lowered = segment.lower().strip()
        if kept and _stops(lowered, language):
            break
        if not kept and _stops(lowered, language):
            return mention.title
        kept.append(segment)
    title = without_article(", ".join(kept).strip(' .:;,—–-*_”"'), language)
    if not title or len(title) > 260:
        return mention.title
    return title


def _stops(segment: str, language: Language) -> bool:
    first = segment.split(" ", 1)[0]
    return (
        not segment
        or segment.startswith(_TITLE_STOPS)
        or first in language.words("reporting_verbs")
        or first in language.words("pronouns")
    )
