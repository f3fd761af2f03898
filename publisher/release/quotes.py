"""Quotes: every attributable speech of the body, one entry an attribution, its speaker in full."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from publisher.release import attribution
from publisher.release.language import Language
from publisher.release.lines import Line
from publisher.release.marks import Marked, marked, opens, speech_marks
from publisher.release.model import Quote
from publisher.release.names import Mention, is_plain_name, mentions
from publisher.release.people import Registry, complete
from publisher.release.spacing import may_run_together, spaced
from publisher.release.speech import (
    Reading,
    Speech,
    attribute,
    headline_speaker,
    lead_person,
    note_last_names,
    note_names,
)
from publisher.release.stretches import (
    FEWEST_WORDS,
    SENTENCE_ENDINGS,
    WHOLE_PARAGRAPH,
    attributed_stretches,
    with_marks_repaired,
)
from publisher.release.subject import says
from publisher.release.titles import is_title, without_article
from publisher.text.rich import as_rich

_LOOK_AHEAD = 8
_NARRATION = 20
_HEADING = 9
_OPENING = {'"': '"', "»": "«", "“": "„", "'": "``", "«": "»"}
_INDENT = 8
_DASHES = tuple("—–-")
_STOPS = (",", ".", ";", "(")
_LEAD = 600


def find_quotes(body: Sequence[Line], around: Sequence[str], language: Language) -> tuple[Quote, ...]:
    """The quotes of a body, in order.

    Args:
        body: Its lines.
        around: Texts outside the body that may name people in full: headline and subheadline, then the others.
        language: Of the release.
    """
    body = [_readable(line, language) for line in body]
    texts = [line.plain for line in body]
    names = {text: mentions(text, language) for text in texts}
    registry = _registry(names, texts, around, language)
    reading = Reading(language, registry, headline_speaker(around[:2], registry), names)
    reading.lead = lead_person(around[0], registry) if around else None
    spans = [speech_marks(text) if line.block.kind != "heading" else [] for line, text in zip(body, texts, strict=True)]
    skip_to = 0
    for index, line in enumerate(body):
        if index < skip_to or not line.is_text:
            continue
        if spans[index]:
            skip_to = _read_marked(index, body, spans, reading)
        else:
            _read_plain(line, body[index + 1] if index + 1 < len(body) else None, reading)
    return tuple(speech.finished(registry) for speech in reading.speeches if speech.counts)


def _registry(
    names: Mapping[str, Sequence[Mention]], texts: Sequence[str], around: Sequence[str], language: Language
) -> Registry:
    """Who is named in a release; `names` are those in each of its texts."""
    registry = Registry(language)
    lone: dict[str, str | None] = {}
    speaking: set[str] = set()
    set_off: set[str] = set()
    for text in texts:
        for mention in names[text]:
            spoken = not mention.is_person and is_plain_name(mention.name) and not mention.is_organisation
            known = registry.named(mention.name) if spoken else None
            spoken = spoken and (known is None or known.name == mention.name) and says(text, mention, language)
            registry.add(mention._replace(is_person=True) if spoken else mention)
            if text[mention.start - 2 : mention.start] == ", " or text.startswith(_STOPS, mention.end):
                set_off.add(mention.name)
            if mention.name and " " not in mention.name:
                lone[mention.name] = lone.get(mention.name) or mention.title
                if says(text, mention, language):
                    speaking.add(mention.name)
    complete(registry, lone, around)
    for name in speaking:  # `Doe explained that`: so Jane Doe, named before without a role, is somebody
        person = registry.named(name)
        if person is not None and person.name in set_off:
            person.is_person = True
    return registry


def _readable(line: Line, language: Language) -> Line:
    """The line with spaces where a web page lost them."""
    if not line.is_text or not may_run_together(line.plain):
        return line
    text = spaced(line.plain, marked(line.plain), language)
    return line if text is None else replace(line, block=replace(line.block, text=as_rich(text)))


def _read_plain(line: Line, below: Line | None, reading: Reading) -> None:
    text, language = line.plain, reading.language
    latest = reading.latest
    if latest is not None and latest.speaker is None and not latest.attributed:
        signed = attribution.signature(text, language)
        if signed is not None:
            attribute(latest, signed, reading)
            reading.latest, reading.signed = None, latest
            return
    signed_before, reading.signed = reading.signed, None
    if signed_before is not None and signed_before.title is None and is_title(text, language):
        signed_before.title = without_article(text.strip(" *_"), language)
        person = reading.registry.named(signed_before.speaker or "")
        if person is not None:
            person.title = person.title or signed_before.title
        return
    if line.block.kind == "quotation" and line.words >= FEWEST_WORDS:
        if below is not None and _has_own_signature(below, reading):
            reading.latest = None  # somebody else's than the quote's above it
        _add_paragraph(text, line, reading)
        return
    reading.headed = line.words <= _HEADING and text.rstrip(" *_")[-1:].isalnum()
    if line.words <= 1 or line.block.kind == "item":
        return
    reading.latest = None
    reading.announced = attribution.introduced_by(text, reading.registry)
    note_names(text, reading)


def _has_own_signature(line: Line, reading: Reading) -> bool:
    """Whether a line begins with a dash and names a speaker: `— Jane Doe, miller`."""
    text = line.plain
    return line.is_text and text.lstrip()[:1] in _DASHES and attribution.signature(text, reading.language) is not None


def _add_paragraph(text: str, line: Line, reading: Reading) -> None:
    """A paragraph in somebody's words without marks of its own; it counts only once somebody is found to speak it."""
    signed = attribution.signed(text, reading.language)
    if signed is not None:
        speech = Speech([text[: signed[0]].strip()], line.number)
        attribute(speech, signed[1], reading)
        reading.speeches.append(speech)
        reading.latest = None
        return
    if reading.latest is not None:
        reading.latest.pieces.append(text.strip())
        return
    speech = Speech([text.strip()], line.number, unmarked=True)
    if reading.announced is not None:
        attribute(speech, reading.announced, reading)
    reading.speeches.append(speech)
    reading.latest = speech


def _read_marked(index: int, body: list[Line], spans: list[list[Marked]], reading: Reading) -> int:
    """Read one paragraph with quotation marks; the index of the next paragraph to read."""
    line, text = body[index], body[index].plain
    reading.signed, reading.named_here = None, False
    if reading.latest is not None and reading.latest.unmarked and line.block.kind != "quotation":
        reading.latest = None
    found = with_marks_repaired(text, spans[index], reading)
    if found[0].start > _NARRATION:
        note_last_names(text[max(0, found[0].start - _LEAD) : found[0].start], reading)
    speeches = attributed_stretches(text, found, line, reading)
    if not speeches:
        goes_on = reading.announced is not None or (reading.latest is not None and reading.latest.open)
        whole = _whole_paragraph(text, found, 1 if goes_on else WHOLE_PARAGRAPH) or _announced(text, found, reading)
        if whole is None:
            reading.latest = None
            reading.announced = attribution.introduced_by(text, reading.registry)
            note_names(text, reading)
            return index + 1
        speeches = [Speech(whole, line.number, open=not found[-1].closed)]
    first = speeches[0]
    if opens(text):
        first = _continued(first, found[0].text(text), reading)
    for speech in speeches:
        if speech is not speeches[0] or first is speech:
            reading.speeches.append(speech)
    reading.latest = first if len(speeches) == 1 else speeches[-1]
    reading.latest.open = speeches[-1].open
    reading.announced = None
    if text[found[-1].end :].rstrip(" *_").endswith(":"):
        reading.announced = attribution.introduced_by(text, reading.registry)
    if reading.latest.open:
        return _run_on(index, body, spans, reading)
    return index + 1


def _run_on(index: int, body: list[Line], spans: list[list[Marked]], reading: Reading) -> int:
    """Paragraphs without a mark of their own belong to an open quote if it is closed further down.

    The one that closes it is read next, as if it opened with a mark.
    """
    latest = reading.latest
    for ahead in range(index + 1, min(index + 1 + _LOOK_AHEAD, len(body))):
        if body[ahead].block.kind in ("heading", "item") or opens(body[ahead].plain):
            break
        if spans[ahead]:
            closing = spans[ahead][0]
            if closing.opened or latest is None:
                break
            latest.pieces.extend(line.plain.strip() for line in body[index + 1 : ahead] if line.is_text)
            text = _OPENING.get(body[ahead].plain[closing.start], "“") + body[ahead].plain
            body[ahead] = replace(body[ahead], block=replace(body[ahead].block, text=as_rich(text)))
            spans[ahead] = speech_marks(text)
            reading.ran_on = True
            return ahead
    return index + 1


def _continued(first: Speech, opening: str, reading: Reading) -> Speech:
    """The speech that a paragraph which begins with a mark goes on with, or the paragraph's own.

    `opening` are its first words in marks.
    """
    latest, ran_on = reading.latest, reading.ran_on
    reading.ran_on = False
    if latest is not None and latest.open and opening and first.pieces[0] != opening:
        latest.pieces.append(opening)
        latest = reading.latest = None
    if latest is not None and ran_on and first.attributed and latest.speaker == first.speaker:
        latest.pieces.extend(first.pieces)
        return latest
    if not first.attributed:
        if latest is not None:
            latest.pieces.extend(first.pieces)
            return latest
        announced = reading.announced or reading.statement_by
        if announced is not None:
            attribute(first, announced, reading)
        elif reading.named is not None and reading.named is reading.lead and not reading.headed:
            first.otherwise = reading.named
        return first
    if latest is not None and not latest.attributed and latest.speaker is None:
        latest.pieces.extend(first.pieces)
        latest.speaker, latest.title, latest.attributed = first.speaker, first.title, True
        return latest
    return first


def _whole_paragraph(text: str, found: Sequence[Marked], fewest_words: int) -> list[str] | None:
    """The words of a paragraph that is nothing but quotation from its first mark to its last."""
    if not found[0].opened or not opens(text) or found[0].start > _INDENT:
        return None
    ends = [*(stretch.start for stretch in found[1:]), len(text)]
    if any(text[stretch.end : end].strip(" .,*_)#") for stretch, end in zip(found, ends, strict=True)):
        return None
    pieces = [words for stretch in found if (words := stretch.text(text))]
    return pieces if sum(len(words.split()) for words in pieces) >= fewest_words else None


def _announced(text: str, found: Sequence[Marked], reading: Reading) -> list[str] | None:
    """What stands in marks at the beginning of a paragraph that the one before announced with a colon."""
    words = found[0].text(text)
    if reading.announced is None or not opens(text) or not found[0].closed:
        return None
    return [words] if len(words.split()) >= WHOLE_PARAGRAPH and words.endswith(SENTENCE_ENDINGS) else None
