"""Text that was meant to be replaced."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache
from itertools import islice
from typing import NamedTuple

from publisher.documents.model import Finding, Severity
from publisher.release.language import Language, load
from publisher.release.marks import marked
from publisher.release.review.material import Material
from publisher.text.excerpts import excerpt
from publisher.text.patterns import later

_BRACKETS = later(r"\[([^\[\]\n]{1,80})\]|\{\{?([^{}\n]{1,60})\}|<<([^<>\n]{1,60})>>|\*\|([A-Z_:]{2,30})\|\*")
_FIELD_NAME = later(r"[A-Za-z]+(?:[._ -][A-Za-z]+){0,4}")
_MARK = later(r"(?<![\w.&/@#’'-])[A-Z]{2,5}(?![\w@’'])")
_EXES = later(r"(?<![\w.@-])(?:[$€£]?X{2,10}|[$€£]x{2,10}|x{3,10})(?:[.,/:-](?:X{1,6}|x{1,6})){0,4}(?![\w’'])")
_CENTURY = later(r"(?<!\w)(?:19|20)(?:XX|xx)(?!\w)")
_QUESTION = later(r"(?:(?<=\s)|(?<=[($€£“\"])|^)\?{3,}(?=[\s).,;:”\"%]|$)")
_NUMBERS = later(
    r"(?<![\d-])\(?(?:(?P<same>\d)(?P=same)(?P=same)\)?[\s.-]{1,2}(?P=same){3}[\s.-](?P=same){4}|123\)?[\s.-]{1,2}456[\s.-]7890)(?!\d)"
)
_NOBODYS = later(r"[\w.+-]{1,64}@example\.(?:com|org|net)(?![\w.-])", re.IGNORECASE)
_DEFINED = later(r"(?<=[\w”\"]\s)\(([A-Z]{2,5})\)")
_SIGNS = ("[", "{", "<<", "*|", "???", "@example.", "@EXAMPLE.")
_SIGNAL_WORDS = frozenset(
    [
        *("x" * count for count in range(2, 11)),
        *(digit * 4 for digit in "0123456789"),
        *("7890", "20xx", "19xx"),
    ]
)
_MOST_IN_A_LINE = 5
_MOST_LOOKED_AT = 100
_BEFORE = 80
_WORD = later(r"\w+")
_FIELDS = ("headline", "subheadline")


class _Found(NamedTuple):
    start: int
    end: int
    severity: Severity = "error"


def placeholders(material: Material) -> Iterator[Finding]:
    """Each gap that somebody left to be filled, in the text and in the front matter."""
    language = material.language
    abbreviations: frozenset[str] = frozenset()
    signs = _signs(material.text, material.words, language)
    if signs:
        abbreviations = frozenset(_explained(material.text))
        for line in material.lines:
            lowered = line.plain.lower()
            if any(sign in lowered for sign in signs):
                yield from _in_text(line.plain, line.number, language, abbreviations)
    for key, text in _front_texts(material.document.front):
        yield from _in_text(text, material.document.front_lines.get(key), language, abbreviations)


def _signs(text: str, words: frozenset[str], language: Language) -> list[str]:
    """What stands in the text, in small letters, of all that may belong to a gap; in most releases nothing does."""
    found = [sign.lower() for sign in _SIGNS if sign in text]
    found += words & _signal_words(language)
    found += [next(iter(phrase)) for phrase in _phrases(language) if phrase <= words]
    return found


@cache
def _signal_words(language: Language) -> frozenset[str]:
    return _SIGNAL_WORDS | _marks(language)


def _in_text(text: str, number: int | None, language: Language, abbreviations: frozenset[str]) -> Iterator[Finding]:
    last = -1
    for found in sorted(_all(text, language, abbreviations))[:_MOST_IN_A_LINE]:
        if found.start < last:
            continue
        last = found.end
        shown = excerpt(text[found.start :])
        if found.severity == "error":
            yield Finding("placeholder", f"placeholder text is left: “{shown}”", "replace it", number, "error")
        else:
            what = f"something is still open: “{shown}”"
            yield Finding("undecided", what, "settle it, or say when it will be", number)


def _all(text: str, language: Language, abbreviations: frozenset[str]) -> Iterator[_Found]:
    lowered = text.lower()
    if lowered.strip(' .:*_[]()<>“”"') in _words("placeholder_lines", language):
        yield _Found(0, len(text))
    for phrase in _words("placeholders", language):
        at = lowered.find(phrase)
        if at >= 0 and not (phrase[0].isalnum() and text[max(0, at - 1) : at].isalnum()):
            yield _Found(at, at + len(phrase))
    yield from _bracketed(text, language)
    yield from _marked(text, language, abbreviations)
    yield from _crossed_out(text, language, abbreviations)
    for pattern in (_QUESTION, _NUMBERS, _NOBODYS, _CENTURY):
        for match in pattern.finditer(text):
            yield _Found(*match.span())


def _bracketed(text: str, language: Language) -> Iterator[_Found]:
    """`[insert date]`, `[NAME]`, `{company}`, `<<name>>`; not what an editor put into a quote (`[the bill]`)."""
    quoted: list[tuple[int, int]] | None = None
    for match in islice(_BRACKETS.finditer(text), _MOST_LOOKED_AT):
        square, brace, angle, _ = match.groups()
        if square is not None:
            if quoted is None:
                quoted = [(span.start, span.end) for span in marked(text)]
            inside = any(start <= match.start() < end for start, end in quoted)
            if _is_gap(square, language, in_quote=inside):
                yield _Found(*match.span())
        elif angle is not None:
            if angle.isupper() or "_" in angle or _only_fields(angle, language):
                yield _Found(*match.span())
        elif brace is None or _FIELD_NAME.fullmatch(brace.strip()):
            yield _Found(*match.span())


def _is_gap(inside: str, language: Language, *, in_quote: bool) -> bool:
    words = inside.strip().lower()
    if words.startswith(tuple(f"{opening} " for opening in _words("placeholder_openings", language))):
        return True
    if words.strip(" .?!_") in _words("placeholder_openings", language) or not words.strip("_"):
        return True
    if any(words.endswith(f" {ending}") for ending in _words("placeholder_endings", language)):
        return not in_quote or inside.isupper()
    as_name = inside.isupper() or inside.istitle()
    return (as_name or not in_quote) and _only_fields(inside, language)


def _only_fields(inside: str, language: Language) -> bool:
    """Whether every word says what belongs there: `Company Name`, `city, state`."""
    words = re.findall(r"[^\W\d_]+", inside.lower())
    fields = _words("placeholder_fields", language)
    small = language.any_of("stop_words", "of", "determiners")
    return any(word in fields for word in words) and all(word in fields or word in small for word in words)


def _marked(text: str, language: Language, abbreviations: frozenset[str]) -> Iterator[_Found]:
    """TK and its kin, in capitals; not as initials before a name, nor as an abbreviation that the text explains."""
    undecided = _words("undecided", language)
    for match in _MARK.finditer(text):
        word = match[0].lower()
        if word not in _marks(language) or match[0] in abbreviations:
            continue
        behind = text[match.end() : match.end() + 2]
        if word not in undecided and len(word) <= 2 and behind[:1] == " " and behind[1:].isupper():
            continue
        bracketed = text[match.start() - 1 : match.start()] in ("[", "{") and behind[:1] in ("]", "}")
        yield _Found(match.start(), match.end(), "error" if bracketed or word not in undecided else "warning")


def _explained(text: str) -> Iterator[str]:
    """Abbreviations in brackets behind the words that they stand for: `Travel Kitchens (TK)`."""
    for match in _DEFINED.finditer(text):
        words = text[max(0, match.start() - _BEFORE) : match.start()].replace("-", " ").split()
        initials = "".join(word[0] for word in words[-len(match[1]) :]).upper()
        if initials == match[1]:
            yield match[1]


def _crossed_out(text: str, language: Language, abbreviations: frozenset[str]) -> Iterator[_Found]:
    """`XX people`, `$XX`, `XXX-XXXX`; not Roman numerals (`Title XX`, `siglo XX`), nor a row of them alone."""
    if not any(character.isalnum() and character not in "xX" for character in text):
        return
    for match in _EXES.finditer(text):
        before = text[max(0, match.start() - 30) : match.start()].split()
        plain = match[0] in ("XX", "XXX")
        if match[0] in abbreviations or (plain and _is_numeral(before, text[match.end() : match.end() + 20], language)):
            continue
        yield _Found(*match.span())


def _is_numeral(before: list[str], behind: str, language: Language) -> bool:
    if behind[:1] in ("%", "-", "/") or behind.startswith((" %", " percent")):
        return False
    if behind[:1] == " " and behind[1:2].isupper():
        return True
    if any(behind.lstrip().lower().startswith(word) for word in _words("numeral_words", language)):
        return True
    if not before:
        return False
    word = before[-1].strip("(,;:").lower()
    return (
        word in _words("numeral_words", language)
        or word in language.words("range_words")
        or (before[-1][:1].isupper() and word not in language.months and word not in language.words("weak_openers"))
    )


def _front_texts(front: Mapping[str, object]) -> Iterator[tuple[str, str]]:
    for key in (*_FIELDS, "title", "subtitle"):
        value = front.get(key)
        if isinstance(value, str):
            yield key, value
    for key in ("media", "contacts"):
        entries = front.get(key)
        for entry in entries if isinstance(entries, list) else [entries]:
            if isinstance(entry, Mapping):
                yield from ((key, value) for value in entry.values() if isinstance(value, str))


@cache
def _words(name: str, language: Language) -> frozenset[str]:
    """A list of the release's language and of English, in which most templates are written."""
    return language.words(name) | load("en").words(name)


@cache
def _phrases(language: Language) -> tuple[frozenset[str], ...]:
    """The words of each phrase."""
    phrases = _words("placeholders", language) | _words("placeholder_lines", language)
    return tuple(frozenset(_WORD.findall(phrase)) for phrase in phrases)


@cache
def _marks(language: Language) -> frozenset[str]:
    own = language.words("placeholder_marks") or load("en").words("placeholder_marks")
    return own | _words("undecided", language)
