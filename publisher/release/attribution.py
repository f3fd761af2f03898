"""Who said it: the clause behind a quotation, before it, or in a line before or behind its paragraph."""

from __future__ import annotations

import re

from publisher.release import speaker
from publisher.release.language import Language
from publisher.release.people import Registry
from publisher.release.sentences import sentence_end, sentence_starts
from publisher.release.speaker import Attribution
from publisher.release.subject import words_of

_LONGEST_CLAUSE = 420
_ANNOUNCEMENT = 1_200
_MOST_WORDS_BEFORE_VERB = 34
_MOST_WORDS_BEHIND_VERB = 40
_SHORTEST_CLAUSE = 3
_DASH = re.compile(r"\s*[—–-]{1,2}\s*(?=[^\W\d_])")
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
    signed = speaker.signature(text, dash.end(), end, language, alone=False) if dash else None
    if signed is not None:
        return signed
    verb = _first_verb(text, begin, end, language)
    if verb is None:
        if text[begin : begin + 1].islower():
            return _according_to(text, begin, end, language)
        return _name_behind(text, begin, limit, language)
    verb_start, verb_end, words_before = verb
    if all(word in language.words("auxiliaries") for word in words_before):
        return speaker.behind_verb(text, verb_end, end, language)
    found = speaker.before_verb(text, begin, verb_start, registry)
    return found and found._replace(end=end)


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
            return speaker.before_colon(text, begin, end, registry)
        return _according_to(text, begin, end, language) if sentence.endswith(",") else None
    verb_start, verb_end, words_before = verb
    near = len(words_of(text, verb_end, end)) <= 2
    if not (colon or near or sentence.endswith(",")):
        return None
    if not words_before:
        return speaker.behind_verb(text, verb_end, end, language)
    found = speaker.before_verb(text, begin, verb_start, registry)
    if found is None:
        found = speaker.subject_of(text, begin, end, registry)
    return found and found._replace(end=end, verb=True)


def introduced_by(text: str, registry: Registry) -> Attribution | None:
    """Whose words a paragraph announces for the next one: its last sentence ends with a colon, or it has a cue."""
    tail_start = max(0, len(text) - _ANNOUNCEMENT)
    tail = text[tail_start:]
    starts = [tail_start + at for at in sentence_starts(tail, registry.language)]
    sentences = list(zip(starts, [*starts[1:], len(text)], strict=True))
    announcing = sentences[-1:] if tail.rstrip(" *_").endswith(":") else []
    cues = registry.language.phrases("statement_cues")
    announcing += [
        (begin, end) for begin, end in reversed(sentences) if any(cue in text[begin:end].lower() for cue in cues)
    ]
    for begin, end in announcing:
        found = before(text, begin, end, registry) if text[begin:end].rstrip(" *_").endswith(":") else None
        found = found or speaker.subject_of(text, begin, end, registry)
        if found is not None:
            return found
    return None


def signature(text: str, language: Language) -> Attribution | None:
    """A line that only names a speaker: `— Jane Doe, director`, `Jane Doe – director of the institute`."""
    dash = _DASH.match(text)
    return speaker.signature(text, dash.end() if dash else 0, len(text), language, alone=True)


def _name_behind(text: str, start: int, limit: int, language: Language) -> Attribution | None:
    """`“...” Jane Doe, pilot` to the end of the line."""
    if limit < len(text) or text[start:].rstrip(" *_").endswith((".", ":", ",")):
        return None
    found = speaker.signature(text, start, limit, language, alone=True)
    return found if found is not None and found.mention is not None and "," in text[found.mention.end : limit] else None


def signed(text: str, language: Language) -> tuple[int, Attribution] | None:
    """Where the words end in a paragraph that closes with a dash and its speaker's name, and who that is."""
    for dash in reversed(list(_DASH.finditer(text, max(0, len(text) - _LONGEST_CLAUSE)))):
        found = speaker.signature(text, dash.end(), len(text), language, alone=True)
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


def _according_to(text: str, start: int, end: int, language: Language) -> Attribution | None:
    lowered = text[start : start + 40].lower()
    for phrase in language.phrases("according_to"):
        if lowered.startswith(phrase + " "):
            return speaker.behind_verb(text, start + len(phrase), end, language)
    return None
