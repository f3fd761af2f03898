"""Below the news: end marks, boilerplate, contact blocks and footers, told apart line by line."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Literal

from publisher.release import boilerplate
from publisher.release.contact_lines import belongs_to_contact, names_above, starts_contact
from publisher.release.contacts import has_details
from publisher.release.dateline import match_dateline
from publisher.release.kickers import is_end_mark, is_kicker, is_separator, labelled
from publisher.release.language import Language
from publisher.release.lede import LONG_PARAGRAPH
from publisher.release.lines import Line
from publisher.release.marks import opens
from publisher.text.patterns import later

EndingRole = Literal["body", "boilerplate", "contact", "end", "footer", "skip"]

_LATE = 0.45
_FOOTNOTE = later(r"\[\w{1,3}\]|\d{1,2}\s")
_CONTACT_LINES = 6
_LABELLED_CONTACT_WORDS = 20
_BARE_CONTACT_WORDS = 12
_PARAGRAPH_WORDS = 12
_RUN_IN_WORDS = 8
_CLOSER_WORDS = 4
_FEWEST_ABOUT = 7
_NOTICE = 400
_JUNK_WORDS = 6
_FOOTER_WORDS = 8


@dataclass(eq=False, repr=False)
class Ending:
    """The roles of the lines below the lede that are not news, and the paragraphs of the boilerplate."""

    roles: dict[int, EndingRole] = field(default_factory=dict)
    boilerplate: list[str] = field(default_factory=list)


@dataclass(eq=False, repr=False)
class _Reading:
    """Where the reading stands.

    `about` says that a boilerplate heading is open, `contact` how many more lines a contact block may have, `ended`
    that an end mark was passed, `over` that something else follows there, such as the release in another language.
    `organisation` is whom a run-in heading was about. `last_speech` is the last line that begins with a quotation,
    `half` where news no longer begins. `index`, `late` and `details` are about the line at hand: where it stands, that
    it is behind either of the two, and that it holds a number or an address.
    """

    lines: Sequence[Line]
    language: Language
    ending: Ending = field(default_factory=Ending)
    about: bool = False
    contact: int = 0
    ended: bool = False
    over: bool = False
    last_speech: int = -1
    half: float = 0
    organisation: str = ""
    index: int = 0
    late: bool = False
    details: bool = False


def read_ending(lines: Sequence[Line], lede: int, language: Language) -> Ending:
    reading = _Reading(lines, language, half=lede + (len(lines) - lede) * _LATE)
    speeches = (index for index, line in enumerate(lines) if line.is_text and opens(line.plain))
    reading.last_speech = max(speeches, default=-1)
    for index in range(lede + 1, len(lines)):
        line = lines[index]
        if not line.is_text:
            if reading.ended and line.block.kind == "rule":
                reading.ending.roles[index] = "skip"
            continue
        reading.index = index
        reading.late = index > reading.last_speech or index >= reading.half
        reading.details = has_details(line.said, language)
        role = _role(line, reading)
        if role != "body":
            reading.ending.roles[index] = role
    if not reading.ending.boilerplate:
        _find_unheaded_boilerplate(lines, lede, reading)
    return reading.ending


def _role(line: Line, reading: _Reading) -> EndingRole:
    """What the first rule that knows the line says; news where none does."""
    for rule in _RULES:
        role = rule(line, reading)
        if role is not None:
            return role
    return "body"


def _list_item(line: Line, reading: _Reading) -> EndingRole | None:
    """A list is news wherever it stands, unless it lists contacts."""
    if line.block.kind != "item" or (reading.details and line.words <= _BARE_CONTACT_WORDS):
        return None
    return None if labelled(line.plain, reading.language, "contact_labels") else "body"


def _end_mark(line: Line, reading: _Reading) -> EndingRole | None:
    text, language = line.plain, reading.language
    if reading.ended and not reading.details and is_kicker(text, language):
        return "end"
    if not is_end_mark(text, language):
        return None
    if not reading.late or (is_separator(text) and reading.index < reading.last_speech):
        return "skip"
    reading.ended, reading.about, reading.contact = True, False, 0
    return "end"


def _about_heading(line: Line, reading: _Reading) -> EndingRole | None:
    if not boilerplate.is_heading(line, reading.language):
        return None
    following = reading.lines[reading.index + 1 : reading.index + 2]
    near_end = reading.index >= len(reading.lines) - 4 and bool(following) and following[0].words >= _PARAGRAPH_WORDS
    if not (reading.about or reading.late or near_end):
        return None
    reading.about, reading.contact = True, 0
    return "boilerplate"


def _about_run_in(line: Line, reading: _Reading) -> EndingRole | None:
    if not (reading.late or reading.about) or line.words < _RUN_IN_WORDS:
        return None
    start = boilerplate.run_in_heading(line.plain, reading.language)
    if start is None:
        return None
    reading.ending.boilerplate.append(line.plain[start:])
    reading.about, reading.contact = False, 0
    reading.organisation = boilerplate.organisation(line.plain, reading.language)
    return "boilerplate"


def _contact_label(line: Line, reading: _Reading) -> EndingRole | None:
    labelled_here = reading.details and line.words <= _LABELLED_CONTACT_WORDS
    if not (reading.late or reading.ended or reading.about or labelled_here):
        return None
    if not starts_contact(reading.lines, reading.index, reading.language):
        return None
    reading.about, reading.contact = False, _CONTACT_LINES
    return "contact"


def _disclaimer(line: Line, reading: _Reading) -> EndingRole | None:
    """A legal notice: of trademarks, of what an indictment is."""
    if not (reading.about or reading.ended):
        return None
    lowered = line.plain[:_NOTICE].lower()
    return "footer" if any(phrase in lowered for phrase in reading.language.phrases("disclaimers")) else None


def _closer(line: Line, reading: _Reading) -> EndingRole | None:
    """`Related news`: what stands below is no part of the release."""
    if reading.index < reading.half or line.words > _CLOSER_WORDS:
        return None
    if labelled(line.plain, reading.language, "closers") is None:
        return None
    reading.ended = reading.over = True
    reading.about, reading.contact = False, 0
    return "footer"


def _footer(line: Line, reading: _Reading) -> EndingRole | None:
    """Disclaimers, sources, the website: a label, and what stands behind it."""
    if not (reading.about or reading.late or reading.ended):
        return None
    phrase = labelled(line.plain, reading.language, "footers")
    if phrase is None:
        return None
    behind = line.plain[line.plain.lower().find(phrase) + len(phrase) :]
    if phrase[0].isalnum() and not behind.startswith(":") and line.words > _FOOTER_WORDS and "http" not in behind[:60]:
        return None
    reading.about = False
    return "footer"


def _contact_goes_on(line: Line, reading: _Reading) -> EndingRole | None:
    if not reading.contact or not belongs_to_contact(line, details=reading.details):
        return None
    reading.contact = _CONTACT_LINES if reading.details else reading.contact - 1
    return "contact"


def _about_goes_on(line: Line, reading: _Reading) -> EndingRole | None:
    if not reading.about:
        return _organisation_goes_on(line, reading)
    if line.block.kind == "heading" or opens(line.plain):
        reading.about = False
        return "body"
    if line.words < _FEWEST_ABOUT and not line.plain.endswith("."):
        return "footer"  # a list of links under `More about our work`
    reading.ending.boilerplate.append(line.plain)
    return "boilerplate"


def _organisation_goes_on(line: Line, reading: _Reading) -> EndingRole | None:
    """A further paragraph about the organisation of a run-in heading, right below: it begins with its name."""
    name = reading.organisation
    if not name or reading.ending.roles.get(reading.index - 1) != "boilerplate":
        return None
    if not line.plain.startswith(name) or line.words < _PARAGRAPH_WORDS:
        return None
    reading.ending.boilerplate.append(line.plain)
    return "boilerplate"


def _bare_contact(line: Line, reading: _Reading) -> EndingRole | None:
    """A short line with a number or an address among the last ones, and the name above it."""
    near_end = reading.index >= len(reading.lines) - _CONTACT_LINES
    if not (reading.details and reading.late and near_end) or reading.over:
        return None
    if line.words > _BARE_CONTACT_WORDS or line.plain[:1].isdigit():
        return None
    roles = reading.ending.roles
    for above in names_above(reading.lines, reading.index):
        if roles.get(above, "body") in ("body", "footer"):
            roles[above] = "contact"
    return "contact"


def _behind_end_mark(line: Line, reading: _Reading) -> EndingRole | None:
    if not reading.ended:
        return None
    reading.over = reading.over or opens(line.plain) or match_dateline(line.plain, reading.language) is not None
    if reading.over or _FOOTNOTE.match(line.plain) or ("@" in line.plain and not reading.details):
        return "footer"
    if reading.details and line.words < LONG_PARAGRAPH:
        return "contact"
    if line.words < _PARAGRAPH_WORDS:
        return "footer"
    reading.ending.boilerplate.append(line.plain.strip(" *_"))
    return "boilerplate"


def _junk(line: Line, reading: _Reading) -> EndingRole | None:
    """What a web page leaves behind: the word `Image`, a date, `Share`."""
    return "skip" if line.words <= _JUNK_WORDS and is_kicker(line.plain, reading.language) else None


_RULES: tuple[Callable[[Line, _Reading], EndingRole | None], ...] = (
    _list_item,
    _end_mark,
    _about_heading,
    _about_run_in,
    _contact_label,
    _closer,
    _disclaimer,
    _footer,
    _contact_goes_on,
    _about_goes_on,
    _bare_contact,
    _behind_end_mark,
    _junk,
)


def _find_unheaded_boilerplate(lines: Sequence[Line], lede: int, reading: _Reading) -> None:
    """The last paragraphs of the news, if they say what an organisation is."""
    roles = reading.ending.roles
    body = [index for index in range(lede + 1, len(lines)) if index not in roles and lines[index].is_text]
    for index in body[:-3:-1]:
        if boilerplate.describes_organisation(lines[index], reading.language):
            for taken in body[body.index(index) :]:
                roles[taken] = "boilerplate"
                reading.ending.boilerplate.append(lines[taken].plain.strip(" *_"))
            return
