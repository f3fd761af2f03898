"""Speeches in the making, and who speaks them: names, pronouns and offices resolved to people."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from publisher.release.language import Language
from publisher.release.model import Quote
from publisher.release.names import Mention, each_mention, mentions
from publisher.release.people import Person, Registry
from publisher.release.sentences import sentence_starts
from publisher.release.speaker import Attribution
from publisher.release.subject import is_governed, says, words_of
from publisher.release.titles import is_role

_HEADLINE_CUES = 5
_LONGEST_HEADLINE = 400
_LONGEST_SENTENCE = 160
_SUBJECT = 40
_FEWEST_WORDS = 4


@dataclass(eq=False, repr=False)
class Speech:
    """A quote in the making."""

    pieces: list[str]
    line: int | None
    speaker: str | None = None
    title: str | None = None
    open: bool = False
    attributed: bool = False
    otherwise: Person | None = None
    unmarked: bool = False

    @property
    def counts(self) -> bool:
        """Whether it is a quote: a fragment, or a block without marks, only if somebody speaks it."""
        if not self.pieces:
            return False
        if self.speaker is not None or (self.otherwise is not None and not self.attributed):
            return True
        if self.attributed and len(self.pieces) == 1 and len(self.pieces[0].split()) < _FEWEST_WORDS:
            return False
        return not self.unmarked and not self.pieces[0].lstrip("[").startswith(tuple("abcdefghijklmnopqrstuvwxyz"))

    def finished(self, registry: Registry) -> Quote:
        """With the person named before as speaker where nobody else was found to be, and a role printed elsewhere."""
        if self.speaker is None and not self.attributed and self.otherwise is not None:
            return Quote(tuple(self.pieces), self.otherwise.name, self.otherwise.title, self.line)
        known = registry.exactly(self.speaker) if self.speaker and not self.title else None
        return Quote(tuple(self.pieces), self.speaker, known.title if known else self.title, self.line)


@dataclass(eq=False, repr=False)
class Reading:
    """Where the reading of a body stands.

    `latest` is the speech that a paragraph may continue, None once narration came between; `announced` is whom the
    paragraph before introduced; `spoke` is the last speaker, whom a pronoun means. `names` are those in each
    paragraph.
    """

    language: Language
    registry: Registry
    statement_by: Attribution | None
    names: Mapping[str, Sequence[Mention]]
    speeches: list[Speech] = field(default_factory=list)
    latest: Speech | None = None
    announced: Attribution | None = None
    spoke: Person | None = None
    named: Person | None = None
    subject: Person | None = None
    group: str | None = None
    signed: Speech | None = None
    headed: bool = False
    ran_on: bool = False
    named_here: bool = False
    named_freely: bool = False
    lead: Person | None = None


def lead_person(headline: str, registry: Registry) -> Person | None:
    """Whom a headline names first, else whom the release does: whose release it is."""
    people = [person for person in registry.people if person.is_person]
    headline = headline[:_LONGEST_HEADLINE]
    places = [(headline.find(person.name.split()[-1]), person) for person in people]
    inside = [(at, person) for at, person in places if at >= 0]
    if inside:
        return min(inside, key=lambda found: found[0])[1]
    return people[0] if people else None


def headline_speaker(around: Sequence[str], registry: Registry) -> Attribution | None:
    """Whose statement a headline announces, if it announces one."""
    cues = registry.language.lists.get("statement_cues", ())[:_HEADLINE_CUES]
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


def note_last_names(text: str, reading: Reading) -> None:
    """Whom the last sentence that names somebody is about."""
    starts = sentence_starts(text, reading.language)
    for start, end in reversed(list(zip(starts, [*starts[1:], len(text)], strict=True))):
        if note_names(text[start:end], reading):
            return


def note_names(text: str, reading: Reading) -> bool:
    """Whom the narration names first, and speaks of where the name begins it; whether it names anybody."""
    language = reading.language
    for mention in reading.names.get(text) or each_mention(text, language):
        if not mention.name or mention.is_organisation:
            continue
        person = reading.registry.named(mention.name, mention.title)
        speaks = mention.start <= _SUBJECT and says(text, mention, language)
        if person is None or not (mention.is_person or person.is_person or speaks):
            continue
        reading.named, reading.named_here = person, True
        reading.named_freely = not is_governed(text, 0, mention, language) and not _names_other_roles(
            text, mention, language
        )
        if mention.start <= _SUBJECT:
            reading.subject = person
        return True
    return False


def _names_other_roles(text: str, mention: Mention, language: Language) -> bool:
    """Whether somebody else may be the subject: `the mayor praised Captain Doe`."""
    before = words_of(text, max(0, mention.start - _LONGEST_SENTENCE), mention.start)
    return any(word[0].islower() and is_role(word[0], language) for word in before)


def attribute(speech: Speech, clause: Attribution, reading: Reading) -> None:
    """Give a speech its speaker: the full name as first given, and the role printed at the name."""
    speech.attributed = True
    subject, reading.subject = reading.subject, None
    person: Person | None = None
    if clause.mention is not None:
        mention = clause.mention
        person = reading.registry.named(mention.name, mention.title)
        printed = clause.title or mention.title
        if person is None and mention.title:
            person = next(iter(reading.registry.with_role(f"{mention.title} {mention.name}")), None)
            printed = person.title if person else printed
        if person is None:
            speech.speaker, speech.title = mention.name, printed
            reading.spoke, reading.named_here = Person(mention.name, printed), False
            return
        plural = bool(person.title) and (person.title or "").rstrip(".").endswith("s") and mention.title is not None
        if person.name.casefold() == mention.name.casefold() or plural:
            speech.title = printed or person.title
            person.title = person.title or printed
        else:
            speech.title = person.title or printed
    elif clause.group is not None:
        speech.speaker = reading.group = clause.group
        return
    elif clause.role is not None:
        person = _holder(clause.role, subject, reading)
        speech.title = person.title if person else None
    elif clause.pronoun in reading.language.words("plural_pronouns"):
        speech.speaker = reading.group
        return
    else:
        person = subject or _antecedent(reading) or reading.registry.only() or _headliner(reading)
        speech.title = person.title if person else None
    if person is not None:
        speech.speaker = person.name
        reading.spoke, reading.named_here = person, False


def _antecedent(reading: Reading) -> Person | None:
    """Whom a pronoun means: the one who spoke last, unless the same paragraph spoke of somebody else since."""
    if reading.named_here and reading.named is not reading.spoke:
        return reading.named if reading.spoke is None or reading.named_freely else None
    return reading.spoke or reading.named


def _holder(role: str, subject: Person | None, reading: Reading) -> Person | None:
    """Who `the senator` is: of several the one who spoke or was spoken of last; somebody whose role nobody printed."""
    holders = reading.registry.with_role(role)
    near = [person for person in (subject, reading.spoke, reading.named) if person is not None]
    for person in near:
        if person in holders:
            return person
    if holders:
        return holders[0]
    only = reading.registry.only()
    if reading.spoke is not None and (
        reading.spoke.title is None or reading.latest is not None or reading.spoke is only
    ):
        return reading.spoke
    others = (*near, _headliner(reading), only)
    return next((person for person in others if person is not None and person.is_person and person.title is None), None)


def _headliner(reading: Reading) -> Person | None:
    """Whom the headline names, in full if the release does so anywhere."""
    said = reading.statement_by.mention if reading.statement_by else None
    if said is None:
        return None
    return reading.registry.named(said.name, said.title) or Person(said.name, said.title)
