"""Speeches in the making, and who speaks them: names, pronouns and offices resolved to people."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from publisher.release.language import Language
from publisher.release.model import Quote
from publisher.release.names import mentions
from publisher.release.people import Person, Registry
from publisher.release.speaker import Attribution

_HEADLINE_CUES = 5


@dataclass
class Speech:
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
class Reading:
    """Where the reading of a body stands.

    `latest` is the speech that a paragraph may continue, None once narration came between; `announced` is whom the
    paragraph before introduced; `spoke` is the last speaker, whom a pronoun means.
    """

    language: Language
    registry: Registry
    statement_by: Attribution | None
    speeches: list[Speech] = field(default_factory=list)
    latest: Speech | None = None
    announced: Attribution | None = None
    spoke: Person | None = None
    named: Person | None = None
    subject: Person | None = None


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
        person = subject or reading.spoke or reading.named or reading.registry.only() or _headliner(reading)
        speech.title = person.title if person else None
    if person is not None:
        speech.speaker = person.name
        reading.spoke = person


def _headliner(reading: Reading) -> Person | None:
    """Whom the headline names, in full if the release does so anywhere."""
    said = reading.statement_by.mention if reading.statement_by else None
    if said is None:
        return None
    return reading.registry.named(said.name, said.title) or Person(said.name, said.title)
