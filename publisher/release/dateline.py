"""The dateline: where, and where printed when, a release was issued, before its first words."""

from __future__ import annotations

import re
from datetime import date
from typing import NamedTuple

from publisher.release.dates import without_dates
from publisher.release.language import Language
from publisher.release.model import Dateline
from publisher.text.patterns import later

_LONGEST = 170
_LONGEST_PLACE = 64
_MOST_PARTS = 4
_LONGEST_STATE = 6
_SEPARATOR = later(
    r"(?:(?<!\s)\s+)?(?:[—–―‒](?:\s?[—–―‒])*\s*|-\s?-+\s*)|(?<!\s)\s+-\s+"
    r"|(?<=[\w.)\]/])-\s+(?=[A-ZÀ-Þ“\"(])|(?<=\.)-(?=[A-Z])"
    r"|(?<=[A-Z.])\s{2,}(?=[A-ZÀ-Þ])"  # two spaces, where a dash was lost
    r"|(?:(?<!\s)\s+)?\|(?:\s+|$)|:\s+(?=[A-ZÀ-Þ“\"])|\s-{1,2}$"
    r"|(?<=\d\d\d\d)\.\s+(?=[A-ZÀ-Þ“\"„«¿¡])"
)
_WIRE = later(
    r"\((?:[^()]{0,40}(?:wire|news|business)[^()]{0,20}|ots|dpa|[KW][A-Z]{2,3}|ap|afp|epd|kna|efe|europa press)"
    r"(?:/[^()]{0,20})?\)|/[^/]{2,40}/|\[[^\[\]]{0,40}(?:wire|news)[^\[\]]{0,20}\]",
    re.IGNORECASE,
)
_AROUND_WIRES = frozenset("(/[")
_BRACKETED = later(r"\(([A-ZÀ-Þ][\w., ]{2,40})\)\s{1,3}(?=[A-ZÀ-Þ“\"][\w“\" ])")
_URL = later(r"https?://\S+|www\.\S+")
_CONNECTORS = frozenset(
    "and & / y e et und de del la le les los las el of the do da am im an der sur sous en o a".split()
)
_LEFTOVERS = later(
    r"^[\s,;:.()\[\]]+|(?<![\s,;:(\[\]])[\s,;:(\[\]]+$|(?<=\s)[(\[]\s*[)\]]|,\s*(?:le|den|am|el|il|lì)\s*$"
    r"|(?<=[^\W\d_])\s(?:a|à|am|den|el)\s*$"
)
_LONE_STOP = later(r"(?<![\s,;])[\s,;]+\.\s*$")
_NEXT = later(r"[\"“„«‘'(\[*¿¡]*[A-ZÀ-ÖØ-Þ0-9$€£]")
_NOT_A_PLACE = frozenset(
    "today yesterday contact note update breaking background summary about press media news icymi watch video photo "
    "photos audio read exclusive".split()
)


class Match(NamedTuple):
    """A dateline and where the text behind it begins; `alone` says that nothing stands behind it."""

    dateline: Dateline
    end: int
    alone: bool


def match_dateline(text: str, language: Language) -> Match | None:
    """The dateline at the beginning of a paragraph, if there is one."""
    return _in_brackets(text, language) or _before_dash(text, language)


def _in_brackets(text: str, language: Language) -> Match | None:
    """`(OAKVALE) The mill ...`: without a dash, but in capitals, or a place for sure."""
    found = _BRACKETED.match(text[:_LONGEST]) if text.startswith("(") else None
    if found is None or not (found[1].isupper() or _stands_alone(found[1], language)):
        return None
    return Match(Dateline(found[1], None), found.end(), alone=False)


def _before_dash(text: str, language: Language) -> Match | None:
    head = text[:_LONGEST]
    place: str | None = None
    when = None
    end = at = 0
    wire = False
    for _ in range(_MOST_PARTS):
        separator = _SEPARATOR.search(head, at)
        stop = separator.start() if separator else len(head)
        if separator is None and len(text) > len(head):
            break
        part = _read(head[at:stop], language)
        if part is None or (part.place and place):
            break
        place, when, wire = place or part.place, when or part.date, wire or part.wire
        at = end = separator.end() if separator else len(head)
        if separator is None:
            break
        if not _is_enough(separator[0], part, _Part(place, when, wire), language):
            return None
    if not end or (place is None and when is None):
        return None
    alone = not text[end:].strip()
    short_place = place is not None and "," in place and len(place.split()) <= _MOST_PARTS
    if when or wire or (short_place if alone else _NEXT.match(text, end)):
        return Match(Dateline(place, when), end, alone)
    return None


def _is_enough(sign: str, part: _Part, whole: _Part, language: Language) -> bool:
    """Whether a sign that also stands elsewhere parts a dateline here, after the last part and all of them so far."""
    if sign.startswith(":"):
        return bool(part.date or part.wire) or _stands_alone(whole.place, language)
    if sign.startswith("."):
        return bool(whole.date and whole.place)
    return bool(sign.strip()) or bool(part.place and ("," in part.place or part.place.isupper()))


def _stands_alone(place: str | None, language: Language) -> bool:
    """Whether a place is one for sure: a city known far and wide, or a town with its state."""
    if place is None:
        return False
    town, comma, state = place.partition(", ")
    return town.lower() in language.words("dateline_cities") or bool(comma and len(state) <= _LONGEST_STATE)


class _Part(NamedTuple):
    place: str | None
    date: date | None
    wire: bool


def _read(part: str, language: Language) -> _Part | None:
    """A part between two dashes, if it is a place, a date, a wire service or several of them."""
    if not part.strip():
        return None
    rest, wires = (part, 0) if _AROUND_WIRES.isdisjoint(part) else _WIRE.subn(" ", part)
    undated, when = without_dates(rest, language)
    dated = undated != rest
    rest = _without_weekday(undated, language)
    if dated or wires:  # `VALENCIA, 24 de noviembre de 2026.-`
        rest = _LONE_STOP.sub("", rest)
    for _ in range(3):
        rest = _LEFTOVERS.sub("", rest)
    if not rest.strip():
        return _Part(None, when, bool(wires) or dated) if dated or wires else None
    place = rest.strip()
    if _URL.fullmatch(place):
        return _Part(place, when, bool(wires))
    if part.strip().startswith(("(", "[")) and place.endswith((")", "]")):
        place = place[:-1]
    return _Part(_with_stop(place, part), when, bool(wires)) if _is_place(place) else None


def _without_weekday(text: str, language: Language) -> str:
    words = text.split()
    for at in (0, -1):
        if len(words) > 1 and words[at].strip(",()").lower() in language.words("weekdays"):
            words.pop(at)
    return " ".join(words)


def _with_stop(place: str, part: str) -> str:
    """`Washington, D.C.` keeps the full stop that stood behind it."""
    return place + "." if part.find(place + ".") >= 0 and "." in place[-4:] else place


def _is_place(text: str) -> bool:
    if len(text) > _LONGEST_PLACE or any(mark in text for mark in '?!“”"«»;'):
        return False
    words = re.split(r"[\s,]+", text.strip("() "))
    if len(words) > 9 or words[0].lower() in _NOT_A_PLACE:
        return False
    if len(words) > 4 and "," not in text and text.upper() != text and " and " not in text:
        return False
    capitals = text == text.upper()
    return words[0][:1].isupper() and all(
        word[:1].isupper() or word.lower() in _CONNECTORS or (capitals and word.isdigit()) for word in words if word
    )
