"""Who said it: the clause behind a quotation, before it, or in a line before or behind its paragraph."""

from __future__ import annotations

from publisher.release import clauses
from publisher.release.language import Language
from publisher.release.people import Registry
from publisher.release.sentences import sentence_end, sentence_starts
from publisher.release.speaker import Attribution
from publisher.release.subject import words_of
from publisher.release.titles import is_title
from publisher.text.patterns import later

_LONGEST_CLAUSE = 420
_LONGEST_VERB = 60
_MOST_COMMAS = 12
_NEAR_VERB = 4
_LOOK_AHEAD = 3
_COMMA = later(r",\s+")
_ANNOUNCEMENT = 1_200
_MOST_WORDS_BEFORE_VERB = 34
_MOST_WORDS_BEHIND_VERB = 40
_SHORTEST_CLAUSE = 3
_DASH = later(r"(?:(?<!\s)\s+)?[—–-]{1,2}\s*(?=[^\W\d_])")
_LEAD = " \t\u00a0,.;*_)]’'"

_Verb = tuple[int, int, list[str]]


def after(text: str, start: int, limit: int, registry: Registry) -> Attribution | None:
    """The attribution in the clause that begins at `start`, behind a closing mark, and ends at `limit` at most."""
    language = registry.language
    limit = min(limit, start + _LONGEST_CLAUSE)
    begin = start
    while begin < limit and text[begin] in _LEAD:
        begin += 1
    end = sentence_end(text, begin, limit, language)
    dash = _DASH.match(text, start, limit)
    signed = clauses.signature(text, dash.end(), end, language, alone=False) if dash else None
    if signed is not None:
        return signed
    verb = _first_verb(text, begin, end, language)
    if verb is None:
        return _without_verb(text, begin, (end, limit), registry)
    verb_start, verb_end, words_before = verb
    if all(word in language.words("auxiliaries") for word in words_before):
        found = clauses.behind_verb(text, verb_end, end, registry)
        if found is None and _left_out(text, verb_end, end, language):
            return Attribution(end, pronoun="")
        return found
    found = clauses.before_verb(text, begin, verb_start, registry)
    return found and found._replace(end=end)


def _left_out(text: str, start: int, end: int, language: Language) -> bool:
    """Whether a verb has no subject of its own, in a language that may leave it out: `“...”, dijo en Madrid`."""
    if "yes" not in language.words("subject_left_out") or text[start : start + _LOOK_AHEAD].isupper():
        return False
    following = words_of(text, start, end)[:1]
    return not following or (
        following[0][0].islower() and following[0][0] not in language.any_of("determiners", "indefinites")
    )


def inserted(text: str, start: int, end: int, registry: Registry) -> tuple[int, int, Attribution] | None:
    """Where a clause such as `, explique Jane Doe, directrice.` interrupts words without marks of its own.

    The positions are those of its comma and of the word that the speaker goes on with.
    """
    verbs = registry.language.words("reporting_verbs")
    for count, comma in enumerate(_COMMA.finditer(text, start, end)):
        if count >= _MOST_COMMAS:
            break
        following = words_of(text, comma.end(), min(end, comma.end() + _LONGEST_VERB))[:2]
        lowered = [word[0].lower() for word in following]
        heads = {word.partition("-")[0] for word in lowered[:1]} | {" ".join(lowered)}
        if not heads & verbs:
            continue
        found = after(text, comma.end(), end, registry)
        if found is None or not found.verb or (found.mention is None and found.pronoun is None and found.role is None):
            continue
        if found.mention is not None and len(words_of(text, comma.end(), found.mention.start)) > _NEAR_VERB:
            continue
        stop = found.end
        titled = found.title is not None and is_title(found.title, registry.language)
        found = found if titled else found._replace(title=None)
        if not text[stop:end].strip(" .") and not titled:
            next_comma = text.find(",", found.mention.end if found.mention else comma.end(), end)
            stop = next_comma if next_comma >= 0 else stop
        return comma.start(), stop, found
    return None


def before(text: str, start: int, end: int, registry: Registry) -> Attribution | None:
    """The attribution in the text from `start` to the opening mark at `end`."""
    language = registry.language
    clause = text[max(start, end - _LONGEST_CLAUSE) : end]
    begin = end - len(clause) + sentence_starts(clause.rstrip(), language)[-1]
    sentence = text[begin:end].rstrip(" \t\u00a0*_")
    if len(sentence) < _SHORTEST_CLAUSE:
        return None
    colon = sentence.endswith(":")
    verb = _last_verb(text, begin, end, language)
    if verb is None:
        if colon:
            return clauses.before_colon(text, begin, end, registry)
        return _according_to(text, begin, end, registry) if sentence.endswith(",") else None
    verb_start, verb_end, words_before = verb
    near = len(words_of(text, verb_end, end)) <= 2
    if not (colon or near or sentence.endswith(",")):
        return None
    if not words_before:
        return clauses.behind_verb(text, verb_end, end, registry)
    found = clauses.before_verb(text, begin, verb_start, registry)
    if found is None:
        found = clauses.subject_of(text, begin, end, registry)
    return found and found._replace(end=end, verb=True)


def introduced_by(text: str, registry: Registry) -> Attribution | None:
    """Whose words a paragraph announces for the next one: its last sentence ends with a colon, or it has a cue."""
    tail_start = max(0, len(text) - _ANNOUNCEMENT)
    tail = text[tail_start:]
    cues = registry.language.phrases("statement_cues")
    lowered = tail.lower()
    if not tail.rstrip(" *_").endswith(":") and not any(cue in lowered for cue in cues):
        return None
    starts = [tail_start + at for at in sentence_starts(tail, registry.language)]
    sentences = list(zip(starts, [*starts[1:], len(text)], strict=True))
    announcing = sentences[-1:] if tail.rstrip(" *_").endswith(":") else []
    announcing += [
        (begin, end) for begin, end in reversed(sentences) if any(cue in text[begin:end].lower() for cue in cues)
    ]
    for begin, end in announcing:
        found = before(text, begin, end, registry) if text[begin:end].rstrip(" *_").endswith(":") else None
        found = found or clauses.subject_of(text, begin, end, registry)
        if found is not None:
            return found
    return None


def signature(text: str, language: Language) -> Attribution | None:
    """A line that only names a speaker: `— Jane Doe, director`, `Jane Doe – director of the institute`."""
    dash = _DASH.match(text)
    return clauses.signature(text, dash.end() if dash else 0, len(text), language, alone=True)


def _without_verb(text: str, start: int, ends: tuple[int, int], registry: Registry) -> Attribution | None:
    """An attribution without a reporting verb; `ends` are where the sentence ends and where the clause may end."""
    if not registry.language.lists:
        return clauses.only_name(text, start, ends[0], registry.language)
    if text[start : start + 1].islower():
        return _according_to(text, start, ends[0], registry)
    return _name_behind(text, start, ends[1], registry.language)


def _name_behind(text: str, start: int, limit: int, language: Language) -> Attribution | None:
    """`“...” Jane Doe, pilot` to the end of the line."""
    if limit < len(text) or text[start:].rstrip(" *_").endswith((".", ":", ",")):
        return None
    found = clauses.signature(text, start, limit, language, alone=True)
    return found if found is not None and found.mention is not None and "," in text[found.mention.end : limit] else None


def signed(text: str, language: Language) -> tuple[int, Attribution] | None:
    """Where the words end in a paragraph that closes with a dash and its speaker's name, and who that is."""
    for dash in reversed(list(_DASH.finditer(text, max(0, len(text) - _LONGEST_CLAUSE)))):
        found = clauses.signature(text, dash.end(), len(text), language, alone=True)
        if found is not None and text[max(0, dash.start() - 9) : dash.start()].rstrip(' *_”"').endswith(tuple(".!?…")):
            return dash.start(), found
    return None


def _first_verb(text: str, start: int, end: int, language: Language) -> _Verb | None:
    """The first reporting verb in a clause: where it stands, and the words before it."""
    words = words_of(text, start, end)
    lowered = [word[0].lower() for word in words]
    for index, word in enumerate(words[:_MOST_WORDS_BEFORE_VERB]):
        for phrase in language.verb_phrases.get(lowered[index], ()):
            if tuple(lowered[index : index + len(phrase)]) == phrase:
                return word.start(), words[index + len(phrase) - 1].end(), lowered[:index]
        if lowered[index] in language.words("reporting_verbs") and (not index or word[0].islower()):
            return word.start(), word.end(), lowered[:index]
        head, _, rest = lowered[index].partition("-")
        if rest and head in language.words("reporting_verbs") and rest in language.words("pronouns"):
            return word.start(), word.start() + len(head), lowered[:index]  # `dit-il`
    return None


def _last_verb(text: str, start: int, end: int, language: Language) -> _Verb | None:
    """The last reporting verb in a clause, likewise; `stating` is one too."""
    verbs = language.any_of("reporting_verbs", "reporting_participles")
    words = words_of(text, start, end)
    lowered = [word[0].lower() for word in words]
    for index in range(len(words) - 1, max(-1, len(words) - _MOST_WORDS_BEHIND_VERB), -1):
        if lowered[index] in verbs and (not index or words[index][0].islower()):
            return words[index].start(), words[index].end(), lowered[:index]
    return None


def _according_to(text: str, start: int, end: int, registry: Registry) -> Attribution | None:
    lowered = text[start : start + 40].lower()
    for phrase in registry.language.phrases("according_to"):
        if lowered.startswith(phrase + " "):
            return clauses.behind_verb(text, start + len(phrase), end, registry)
    return None
