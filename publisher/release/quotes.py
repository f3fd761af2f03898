"""Quotes: every attributable speech of the body, one entry an attribution, its speaker in full."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from publisher.release import attribution
from publisher.release.language import Language
from publisher.release.lines import Line
from publisher.release.marks import Marked, marked, opens
from publisher.release.model import Quote
from publisher.release.people import Person, Registry, mentions
from publisher.release.speaker import Attribution

_FEWEST_WORDS = 4
_WHOLE_PARAGRAPH = 6
_LOOK_AHEAD = 8
_FAR = 40
_ENDINGS = tuple(".,!?…;:—–-")
_SENTENCE_ENDINGS = tuple(".!?…")


@dataclass
class _Speech:
    """A quote in the making."""

    pieces: list[str]
    line: int | None
    speaker: str | None = None
    title: str | None = None
    open: bool = False
    attributed: bool = False
    otherwise: Person | None = None

    def finished(self) -> Quote:
        """With the person named before as speaker where nobody else was found to be."""
        if self.speaker is None and not self.attributed and self.otherwise is not None:
            return Quote(tuple(self.pieces), self.otherwise.name, self.otherwise.title, self.line)
        return Quote(tuple(self.pieces), self.speaker, self.title, self.line)


@dataclass
class _Reading:
    """Where the reading of a body stands.

    `latest` is the speech that a paragraph may continue, None once narration came between; `announced` is whom the
    paragraph before introduced; `spoke` is the last speaker, whom a pronoun means.
    """

    language: Language
    registry: Registry
    statement_by: Attribution | None
    speeches: list[_Speech] = field(default_factory=list)
    latest: _Speech | None = None
    announced: Attribution | None = None
    spoke: Person | None = None
    named: Person | None = None


def find_quotes(body: Sequence[Line], around: Sequence[str], language: Language) -> tuple[Quote, ...]:
    """The quotes of a body, in order.

    Args:
        body: Its lines.
        around: Texts outside the body that may name people in full, such as headline and subheadline.
        language: Of the release.
    """
    registry = Registry(language)
    texts = [line.plain for line in body]
    for text in texts:
        for mention in mentions(text, language):
            registry.add(mention)
    reading = _Reading(language, registry, _headline_speaker(around, registry))
    spans = [marked(text) if line.block.kind != "heading" else [] for line, text in zip(body, texts, strict=True)]
    skip_to = 0
    for index, line in enumerate(body):
        if index < skip_to or not line.is_text:
            continue
        if spans[index]:
            skip_to = _read_marked(index, body, spans, reading)
        else:
            _read_plain(line, reading)
    return tuple(speech.finished() for speech in reading.speeches if speech.pieces)


def _headline_speaker(around: Sequence[str], registry: Registry) -> Attribution | None:
    cues = registry.language.lists.get("statement_cues", ())[:5]
    for text in around:
        if any(cue in text.lower() for cue in cues):
            return _headline_subject(text, cues, registry)
    return None


def _headline_subject(text: str, cues: Sequence[str], registry: Registry) -> Attribution | None:
    """Whom a headline names: before `Statement on`, or behind `Statement by`."""
    lowered = text.lower()
    at = min((lowered.find(cue) for cue in cues if cue in lowered), default=len(text))
    for start, stop in ((0, at), (at, len(text))):
        for mention in mentions(text[:stop], registry.language):
            if mention.start >= start and mention.name and not mention.is_organisation:
                return Attribution(stop, mention, mention.title, verb=False)
    return None


def _read_plain(line: Line, reading: _Reading) -> None:
    text, language = line.plain, reading.language
    latest = reading.latest
    if latest is not None and latest.speaker is None and not latest.attributed:
        signed = attribution.signature(text, language)
        if signed is not None:
            _attribute(latest, signed, reading)
            reading.latest = None
            return
    if (
        line.block.kind == "quotation"
        and (reading.announced or (latest and latest.attributed))
        and line.words >= _FEWEST_WORDS
    ):
        _add_paragraph(text, line, reading)
        return
    if line.words <= 1 or line.block.kind == "item":
        return
    reading.latest = None
    reading.announced = attribution.introduced_by(text, reading.registry)
    _note_names(text, reading)


def _note_names(text: str, reading: _Reading) -> None:
    people = [m for m in mentions(text, reading.language) if m.name and not m.is_organisation]
    for mention in people:
        person = reading.registry.named(mention.name, mention.title)
        if person is not None and (mention.is_person or person.is_person):
            reading.named = person
            return


def _add_paragraph(text: str, line: Line, reading: _Reading) -> None:
    """A paragraph in somebody's words without marks of its own."""
    if reading.latest is not None:
        reading.latest.pieces.append(text.strip())
        return
    speech = _Speech([text.strip()], line.number)
    if reading.announced is not None:
        _attribute(speech, reading.announced, reading)
    reading.speeches.append(speech)
    reading.latest = speech


def _read_marked(index: int, body: Sequence[Line], spans: Sequence[list[Marked]], reading: _Reading) -> int:
    """Read one paragraph with quotation marks; the index of the next paragraph to read."""
    line, text = body[index], body[index].plain
    found = _repaired(text, spans[index], reading)
    speeches = _attributed_stretches(text, found, line, reading)
    if not speeches:
        goes_on = reading.announced is not None or (reading.latest is not None and reading.latest.open)
        whole = _whole_paragraph(text, found, 1 if goes_on else _WHOLE_PARAGRAPH) or _announced(text, found, reading)
        if whole is None:
            reading.latest = None
            reading.announced = attribution.introduced_by(text, reading.registry)
            _note_names(text, reading)
            return index + 1
        speeches = [_Speech([whole], line.number, open=not found[-1].closed)]
    first = speeches[0]
    if opens(text):
        first = _continued(first, reading)
    for speech in speeches:
        if speech is not speeches[0] or first is speech:
            reading.speeches.append(speech)
    reading.latest = first if len(speeches) == 1 else speeches[-1]
    reading.latest.open = speeches[-1].open
    reading.announced = None
    tail = text[found[-1].end :]
    if not tail.strip() or len(tail) < 3:
        pass
    elif tail.rstrip(" *_").endswith(":"):
        reading.announced = attribution.introduced_by(text, reading.registry)
    _note_names(text[: found[0].start] + " " + tail, reading) if found[0].start > 20 else None
    if reading.latest.open:
        return _run_on(index, body, spans, reading)
    return index + 1


def _run_on(index: int, body: Sequence[Line], spans: Sequence[list[Marked]], reading: _Reading) -> int:
    """Paragraphs without a mark of their own belong to an open quote if it is closed further down."""
    latest = reading.latest
    for ahead in range(index + 1, min(index + 1 + _LOOK_AHEAD, len(body))):
        if body[ahead].block.kind in ("heading", "item") or opens(body[ahead].plain):
            break
        if spans[ahead]:
            closing = spans[ahead][0]
            if closing.opened or latest is None:
                break
            for between in range(index + 1, ahead):
                if body[between].is_text:
                    latest.pieces.append(body[between].plain.strip())
            latest.pieces.append(body[ahead].plain[: closing.start].strip())
            latest.open = False
            return ahead + 1
    return index + 1


def _continued(first: _Speech, reading: _Reading) -> _Speech:
    """The speech that a paragraph which begins with a mark goes on with, or the paragraph's own."""
    latest = reading.latest
    if not first.attributed:
        if latest is not None:
            latest.pieces.extend(first.pieces)
            return latest
        announced = reading.announced or reading.statement_by
        if announced is not None:
            _attribute(first, announced, reading)
        elif reading.named is not None and first.speaker is None:
            first.otherwise = reading.named
        return first
    if latest is not None and not latest.attributed and latest.speaker is None:
        latest.pieces.extend(first.pieces)
        latest.speaker, latest.title, latest.attributed = first.speaker, first.title, True
        return latest
    return first


def _whole_paragraph(text: str, found: Sequence[Marked], fewest_words: int) -> str | None:
    """The words of a paragraph that is one quotation from its first mark to its last."""
    only = found[0]
    if not only.opened or not opens(text) or only.start > 8:
        return None
    rest = text[only.end :].strip(" .,*_)")
    if rest or len(only.text(text).split()) < fewest_words:
        return None
    return only.text(text)


def _announced(text: str, found: Sequence[Marked], reading: _Reading) -> str | None:
    """What stands in marks at the beginning of a paragraph that the one before announced with a colon."""
    words = found[0].text(text)
    if reading.announced is None or not opens(text) or not found[0].closed:
        return None
    return words if len(words.split()) >= _WHOLE_PARAGRAPH and words.endswith(_SENTENCE_ENDINGS) else None


def _repaired(text: str, found: Sequence[Marked], reading: _Reading) -> list[Marked]:
    """The stretches with a missing mark put where an attribution shows that it should stand."""
    repaired: list[Marked] = []
    for position, stretch in enumerate(found):
        if not stretch.closed and stretch.nested:
            repaired.extend(_closed_early(text, stretch, reading) or [stretch])
        elif not stretch.opened:
            spoken = text[: stretch.start] if position == 0 else ""
            lead = len(spoken) - len(spoken.lstrip(" *_>"))
            if len(spoken.split()) >= _FEWEST_WORDS and spoken.rstrip().endswith(_ENDINGS):
                repaired.append(Marked(lead, stretch.end, (lead, stretch.start), opened=False))
        else:
            repaired.append(stretch)
    return repaired or list(found)


def _closed_early(text: str, stretch: Marked, reading: _Reading) -> list[Marked] | None:
    inner = stretch.nested[-1]
    start, stop = stretch.inside[0], inner.start
    if len(text[slice(*inner.inside)].split()) < _FEWEST_WORDS:
        return None
    window = max(start, stop - 200)
    for at in range(stop - 1, window, -1):
        if text[at] in ",.!?" and text[at + 1 : at + 2] == " ":
            clause = attribution.after(text, at + 1, stop, reading.language)
            if clause is not None and clause.mention is not None and clause.verb:
                return [
                    Marked(stretch.start, at + 1, (start, at + 1)),
                    Marked(inner.start, inner.end, inner.inside, closed=inner.closed),
                ]
    return None


def _attributed_stretches(text: str, found: Sequence[Marked], line: Line, reading: _Reading) -> list[_Speech]:
    """The speeches of one paragraph that it attributes itself, stretches by the same speaker together."""
    speeches: list[_Speech] = []
    read_to = 0
    for position, stretch in enumerate(found):
        words = stretch.text(text)
        limit = found[position + 1].start if position + 1 < len(found) else len(text)
        clause = _clause_behind(words, text, stretch, limit, reading)
        in_front = clause is None and bool(words)
        if in_front:
            clause = _clause_in_front(words, text, read_to, stretch, reading)
        if not words:
            continue
        if clause is not None:
            _add_stretch(speeches, _Speech([words], line.number, attributed=True), clause, reading, in_front=in_front)
        elif speeches and _goes_on(text, read_to, stretch, words):
            speeches[-1].pieces.append(words)
        elif _waits_for_clause(position, found, text, words):
            speeches.append(_Speech([words], line.number))
        else:
            continue
        read_to = stretch.end if in_front or clause is None else max(stretch.end, clause.end)
        speeches[-1].open = not stretch.closed
    return [speech for speech in speeches if speech.attributed]


def _add_stretch(
    speeches: list[_Speech], speech: _Speech, clause: Attribution, reading: _Reading, *, in_front: bool
) -> None:
    """Add a stretch to the speech before it, if that has the same speaker or waits for one; else as a new speech."""
    if in_front and speeches and not speeches[-1].attributed:
        speeches[-1].pieces.extend(speech.pieces)
        _attribute(speeches[-1], clause, reading)
        return
    _attribute(speech, clause, reading)
    if speeches and (speeches[-1].speaker == speech.speaker or speech.speaker is None):
        speeches[-1].pieces.extend(speech.pieces)
    else:
        speeches.append(speech)


def _clause_behind(words: str, text: str, stretch: Marked, limit: int, reading: _Reading) -> Attribution | None:
    if not stretch.closed or not words:
        return None
    clause = attribution.after(text, stretch.end, limit, reading.language)
    if clause is None or not _speaks(words, text, stretch):
        return None
    if clause.verb and words.endswith(_SENTENCE_ENDINGS) and _leads_on(text, stretch.end, limit, clause):
        return None
    return clause


def _clause_in_front(words: str, text: str, start: int, stretch: Marked, reading: _Reading) -> Attribution | None:
    clause = attribution.before(text, start, stretch.start, reading.registry)
    return clause if clause is not None and _long_enough(words, clause, reading) else None


def _waits_for_clause(position: int, found: Sequence[Marked], text: str, words: str) -> bool:
    """Whether a paragraph's first stretch is speech whose attribution leads on to the next stretch."""
    long_enough = len(words.split()) >= _FEWEST_WORDS and words.endswith(_ENDINGS)
    return position == 0 and len(found) > 1 and long_enough and opens(text)


def _speaks(words: str, text: str, stretch: Marked) -> bool:
    """Whether the words before an attribution are speech, and not a term that happens to stand there."""
    count = len(words.split())
    following = text[stretch.end : stretch.end + 2].strip()
    direct = words.endswith(_ENDINGS) or following[:1] in (",", ".", "—", "–", "-")
    if count < _FEWEST_WORDS:
        return direct and (words[:1].isupper() or opens(text)) and stretch.start < 8
    return direct or count >= 8 or opens(text)


def _leads_on(text: str, start: int, limit: int, clause: Attribution) -> bool:
    """Whether the sentence behind a finished quotation is about the next one, or goes on to report something else."""
    rest = text[start:limit].rstrip(" \t*_")
    if limit < len(text) and rest.endswith((",", ":")):
        return True
    return len(text[start : clause.end].split()) > 22 and text[start:limit].lstrip(" *_)")[:1].isupper()


def _long_enough(words: str, clause: Attribution, reading: _Reading) -> bool:
    """Whether words behind an attribution are a statement; a fragment within a sentence must be a known person's."""
    count = len(words.split())
    if words[:1].islower() and clause.mention is not None:
        person = reading.registry.named(clause.mention.name)
        if person is None or not person.is_person:
            return False
    return count >= _FEWEST_WORDS or (words[:1].isupper() and words.endswith(_SENTENCE_ENDINGS) and count > 1)


def _goes_on(text: str, read_to: int, stretch: Marked, words: str) -> bool:
    """Whether a stretch without an attribution of its own continues the speech before it."""
    if stretch.start - read_to < _FAR and not text[read_to : stretch.start].strip(" .,:;—–-*_)"):
        return True
    count = len(words.split())
    return count >= _WHOLE_PARAGRAPH and words[:1].isupper() and words.endswith(_SENTENCE_ENDINGS)


def _attribute(speech: _Speech, clause: Attribution, reading: _Reading) -> None:
    """Give a speech its speaker: the full name as first given, and the role printed at the name."""
    speech.attributed = True
    person: Person | None = None
    if clause.mention is not None:
        mention = clause.mention
        person = reading.registry.named(mention.name, mention.title)
        printed = clause.title or mention.title
        if person is None and mention.title:
            person = reading.registry.with_role(f"{mention.title} {mention.name}")
            printed = person.title if person else printed
        if person is None:
            speech.speaker, speech.title = mention.name, printed
            reading.spoke = Person(mention.name, printed)
            return
        plural = bool(person.title) and (person.title or "").rstrip(".").endswith("s") and mention.title is not None
        if person.name.casefold() == mention.name.casefold() or plural:
            speech.title = printed or person.title
            person.title = person.title or printed
        else:
            speech.title = person.title or printed
    elif clause.group is not None:
        speech.speaker = clause.group
        return
    elif clause.role is not None:
        person = reading.registry.with_role(clause.role) or reading.spoke or reading.named or _headliner(reading)
        speech.title = person.title if person else None
    else:
        person = reading.spoke or reading.named or _only(reading.registry) or _headliner(reading)
        speech.title = person.title if person else None
    if person is not None:
        speech.speaker = person.name
        reading.spoke = person


def _headliner(reading: _Reading) -> Person | None:
    """Whom the headline names, in full if the release does so anywhere."""
    said = reading.statement_by.mention if reading.statement_by else None
    if said is None:
        return None
    return reading.registry.named(said.name, said.title) or Person(said.name, said.title)


def _only(registry: Registry) -> Person | None:
    people = [person for person in registry.people if person.is_person]
    return people[0] if len(people) == 1 else None
