"""The speeches of one paragraph: which stretches between marks are speech, and which belong together."""

from __future__ import annotations

from collections.abc import Sequence

from publisher.release import attribution
from publisher.release.clauses import subject_of
from publisher.release.lines import Line
from publisher.release.marks import Marked, muted, opens
from publisher.release.sentences import sentence_starts
from publisher.release.speaker import Attribution
from publisher.release.speech import Reading, Speech, attribute, note_last_names
from publisher.release.subject import people_in

FEWEST_WORDS = 4
WHOLE_PARAGRAPH = 6
SENTENCE_ENDINGS = tuple(".!?…")

_FAR = 40
_NEAR = 9
_BLANK = " \t\n\u00a0\u202f*_"
_LONGEST_BETWEEN = 400
_SMALL_WORD = 3
_FEWEST_BEHIND = 2
_FEWEST_OF_FRAGMENT = 6
_ENDINGS = tuple(".,!?…;:—–-")


def with_marks_repaired(text: str, found: Sequence[Marked], reading: Reading) -> list[Marked]:
    """The stretches with a missing mark put where an attribution shows that it should stand."""
    repaired: list[Marked] = []
    for position, stretch in enumerate(found):
        if not stretch.closed and stretch.nested:
            repaired.extend(_closed_early(text, stretch, reading) or _opened_again(text, stretch, reading) or [stretch])
        elif not stretch.opened:
            spoken = text[: stretch.start] if position == 0 else ""
            lead = len(spoken) - len(spoken.lstrip(" *_>"))
            if len(spoken.split()) >= FEWEST_WORDS and spoken.rstrip().endswith(_ENDINGS):
                repaired.append(Marked(lead, stretch.end, (lead, stretch.start), opened=False))
        else:
            repaired.append(stretch)
    return repaired or list(found)


def _closed_early(text: str, stretch: Marked, reading: Reading) -> list[Marked] | None:
    inner = stretch.nested[0]
    start, stop = stretch.inside[0], inner.start
    if len(text[slice(*inner.inside)].split()) < _FEWEST_BEHIND:
        return None
    window = max(start, stop - 200)
    for at in range(stop - 1, window, -1):
        if text[at] in ",.!?" and text[at + 1 : at + 2] == " ":
            clause = attribution.after(text, at + 1, stop, reading.registry)
            if clause is not None and clause.mention is not None and clause.verb:
                return [
                    Marked(stretch.start, at + 1, (start, at + 1)),
                    *stretch.nested,
                ]
    return None


def _opened_again(text: str, stretch: Marked, reading: Reading) -> list[Marked] | None:
    """A quotation that opens anew behind a finished sentence: the mark that closes the first part is missing."""
    again = stretch.nested[0]
    if not text[: again.start].rstrip(" \t").endswith(SENTENCE_ENDINGS) or text[again.start - 1] not in " \t\n":
        return None
    last = stretch.nested[-1]
    behind = text[last.end :].strip(" *_#")
    if behind and attribution.after(text, last.end, len(text), reading.registry) is None:
        return None
    start = stretch.inside[0]
    return [Marked(stretch.start, again.start, (start, again.start), closed=False), *stretch.nested]


def attributed_stretches(text: str, found: Sequence[Marked], line: Line, reading: Reading) -> list[Speech]:
    """The speeches of one paragraph that it attributes itself, stretches by the same speaker together."""
    speeches: list[Speech] = []
    read_to = 0
    silent = muted(text, found)
    for position, stretch in enumerate(found):
        words = stretch.text(text)
        limit = found[position + 1].start if position + 1 < len(found) else len(text)
        if speeches and stretch.start - read_to > _FAR:
            note_last_names(silent[max(read_to, stretch.start - _LONGEST_BETWEEN) : stretch.start], reading)
        clause = _clause_behind(words, silent, stretch, limit, reading)
        in_front = clause is None and bool(words)
        if in_front:
            clause = _clause_in_front(words, silent, read_to, stretch, reading)
        if not words:
            continue
        inside = None if clause is not None else _interrupted(text, stretch, line, reading)
        if inside is not None:
            speeches.append(inside)
            read_to = stretch.end
            continue
        if clause is not None:
            joins = in_front or (position > 0 and not found[position - 1].closed)
            _add_stretch(speeches, Speech([words], line.number, attributed=True), clause, reading, joins=joins)
        elif (
            speeches
            and _goes_on(text, read_to, stretch, words)
            and not _names_another(silent, read_to, stretch.start, speeches[-1], reading)
        ):
            speeches[-1].pieces.append(words)
        elif _waits_for_clause(position, found, text, words):
            speeches.append(Speech([words], line.number))
        else:
            continue
        read_to = stretch.end if in_front or clause is None else max(stretch.end, clause.end)
        speeches[-1].open = not stretch.closed
    return [speech for speech in speeches if speech.attributed]


def _interrupted(text: str, stretch: Marked, line: Line, reading: Reading) -> Speech | None:
    """A speech whose attribution stands within its marks, as French papers print it."""
    start, end = stretch.inside
    if "yes" not in reading.language.words("attribution_within_marks") or not stretch.opened:
        return None
    found = attribution.inserted(text, start, end, reading.registry)
    if found is None:
        return None
    at, goes_on, clause = found
    pieces = [text[start:at].strip(_BLANK), text[goes_on:end].strip(_BLANK).lstrip(",. ")]
    speech = Speech([piece for piece in pieces if piece], line.number, open=not stretch.closed)
    attribute(speech, clause, reading)
    return speech


def _add_stretch(speeches: list[Speech], speech: Speech, clause: Attribution, reading: Reading, *, joins: bool) -> None:
    """Add a stretch to the speech before it, if that has the same speaker or waits for one; else as a new speech."""
    if joins and speeches and not speeches[-1].attributed:
        speeches[-1].pieces.extend(speech.pieces)
        attribute(speeches[-1], clause, reading)
        return
    attribute(speech, clause, reading)
    if speeches and (speeches[-1].speaker == speech.speaker or speech.speaker is None):
        speeches[-1].pieces.extend(speech.pieces)
    else:
        speeches.append(speech)


def _clause_behind(words: str, text: str, stretch: Marked, limit: int, reading: Reading) -> Attribution | None:
    if not stretch.closed or not words:
        return None
    clause = attribution.after(text, stretch.end, limit, reading.registry)
    if clause is None or not _speaks(words, text, stretch, reading):
        return None
    if clause.verb and words.endswith(SENTENCE_ENDINGS) and _leads_on(text, stretch.end, limit, clause):
        return None
    return clause


def _clause_in_front(words: str, text: str, start: int, stretch: Marked, reading: Reading) -> Attribution | None:
    clause = attribution.before(text, start, stretch.start, reading.registry)
    if clause is None:
        return _sentence_in_front(words, text, start, stretch, reading)
    return clause if _long_enough(words, clause, reading) else None


def _sentence_in_front(words: str, text: str, start: int, stretch: Marked, reading: Reading) -> Attribution | None:
    """`Jane Doe, director of the mill, praised the work. “We learnt ….”`: whole sentences in the first person.

    They are those of the person with whom the sentence before begins, if the paragraph ends with them.
    """
    if not (stretch.opened and stretch.closed and words[:1].isupper() and words.endswith(SENTENCE_ENDINGS)):
        return None
    said = {word.strip(".,;:!?…").lower() for word in words.split()}
    if said.isdisjoint(reading.language.words("first_person")) or text[stretch.end :].strip(_BLANK + "#"):
        return None
    lead = text[max(start, stretch.start - _LONGEST_BETWEEN) : stretch.start].rstrip(_BLANK)
    if not lead.endswith(".") or "”" in lead or '"' in lead:
        return None
    begin = stretch.start - len(text[max(start, stretch.start - _LONGEST_BETWEEN) : stretch.start])
    begin += sentence_starts(lead, reading.language)[-1]
    found = subject_of(text, begin, stretch.start, reading.registry)
    if found is None or found.mention is None or text[begin : found.mention.start].strip(_BLANK):
        return None
    person = reading.registry.named(found.mention.name)
    return found if found.mention.is_person or (person is not None and person.is_person) else None


def _waits_for_clause(position: int, found: Sequence[Marked], text: str, words: str) -> bool:
    """Whether a paragraph's first stretch is speech whose attribution leads on to the next stretch."""
    long_enough = len(words.split()) >= FEWEST_WORDS and words.endswith(_ENDINGS)
    return position == 0 and len(found) > 1 and long_enough and opens(text)


def _speaks(words: str, text: str, stretch: Marked, reading: Reading) -> bool:
    """Whether the words before an attribution are speech, and not a term that happens to stand there."""
    count = len(words.split())
    if is_name_of_work(words) and not opens(text) and not reading.language.nouns_are_capital:
        return False
    following = text[stretch.end : stretch.end + 2].strip()
    direct = words.endswith(_ENDINGS) or following[:1] in (",", ".", "—", "–", "-")
    if count < FEWEST_WORDS:
        before = text[max(0, stretch.start - _NEAR) : stretch.start].rstrip(_BLANK)
        begins = stretch.start < 8 or before.endswith(SENTENCE_ENDINGS)
        return direct and (words[:1].isupper() or opens(text)) and begins
    return direct or count >= 8 or opens(text)


def is_name_of_work(words: str) -> bool:
    """`The Last Ferry to the Islands`: every longer word begins with a capital."""
    long = [word for word in words.split() if len(word.strip(",.!?’'")) > _SMALL_WORD]
    return len(long) > 1 and all(word[0].isupper() for word in long)


def _leads_on(text: str, start: int, limit: int, clause: Attribution) -> bool:
    """Whether the sentence behind a finished quotation is about the next one, or goes on to report something else."""
    rest = text[start:limit].rstrip(" \t*_")
    if limit < len(text) and rest.endswith((",", ":")):
        return True
    return len(text[start : clause.end].split()) > 22 and text[start:limit].lstrip(" *_)")[:1].isupper()


def _long_enough(words: str, clause: Attribution, reading: Reading) -> bool:
    """Whether words behind an attribution are a statement; a fragment within a sentence must be a known person's."""
    count = len(words.split())
    if words[:1].islower() and count < _FEWEST_OF_FRAGMENT:
        return False
    if words[:1].islower() and clause.mention is not None:
        person = reading.registry.named(clause.mention.name)
        if person is None or not person.is_person:
            return False
    return count >= FEWEST_WORDS or (words[:1].isupper() and words.endswith(SENTENCE_ENDINGS) and count > 1)


def _names_another(silent: str, start: int, end: int, speech: Speech, reading: Reading) -> bool:
    """Whether the narration between two stretches turns to somebody else."""
    if end - start < _FAR:
        return False
    for mention in people_in(silent, max(start, end - _LONGEST_BETWEEN), end, reading.registry):
        person = reading.registry.named(mention.name)
        if person is not None and person.is_person and person.name != speech.speaker:
            return True
    return False


def _goes_on(text: str, read_to: int, stretch: Marked, words: str) -> bool:
    """Whether a stretch without an attribution of its own continues the speech before it."""
    if stretch.start - read_to < _FAR and not text[read_to : stretch.start].strip(" .,:;—–-*_)"):
        return True
    count = len(words.split())
    return count >= WHOLE_PARAGRAPH and words[:1].isupper() and words.endswith(SENTENCE_ENDINGS)
