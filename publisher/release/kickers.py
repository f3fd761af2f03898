"""Lines that frame a release without being part of it: kickers, dates, release numbers, end marks."""

from __future__ import annotations

import re

from publisher.release.dates import find_dates
from publisher.release.language import Language

_LONGEST = 130
_CODE = re.compile(r"#?\b[A-Z]{0,5}[-/.]?\d[\w/.-]*|\d{1,2}:\d{2}(?:\s?[ap]\.?m\.?)?|\b(?:am|pm|est|edt|cet|gmt|utc|et|pt)\b", re.IGNORECASE)
_BETWEEN_DASHES = re.compile(r"[-–—]{2}\s*[^-–—]{2,40}[-–—]{2}")
_SIGNS = re.compile(r"(?:[#*~_=•●\\-]\s?){2,40}|[-–—\s]{0,4}\d{2}[-–—\s]{1,4}")
_PUNCTUATION = re.compile(r"[^\w\s]+")
_SEPARATE = re.compile(r"[^\w#&’']+")


def is_kicker(text: str, language: Language) -> bool:
    """Whether the line says nothing but that this is a release, of which date, under which number."""
    if len(text) > _LONGEST:
        return False
    if _BETWEEN_DASHES.fullmatch(text.strip()):
        return True
    rest = f" {text.strip()} "
    for found in reversed(find_dates(rest, language)):
        rest = f"{rest[: found.start]} {rest[found.end :]}"
    rest = " " + _SEPARATE.sub(" ", rest.lower()).strip() + " "
    had_phrase = False
    for phrase in language.phrases("kickers"):
        bare = f" {_SEPARATE.sub(' ', phrase).strip()} "
        if bare in rest:
            rest = rest.replace(bare, "  ")
            had_phrase = True
    rest = _CODE.sub(" ", rest)
    left = [word for word in rest.split() if word not in language.words("weekdays")]
    return not left or (had_phrase and len(left) == 1 and len(left[0]) <= 6)


def is_release_kicker(text: str, language: Language) -> bool:
    """Whether the line is a kicker proper, which separates a letterhead from the headline."""
    lowered = text.lower()
    return any(phrase in lowered for phrase in language.phrases("kickers") if len(phrase) > 8) and is_kicker(
        text, language
    )


def is_end_mark(text: str, language: Language) -> bool:
    """`###`, `-30-`, ENDS, `- ende -` and their kin."""
    stripped = text.strip()
    if not stripped or len(stripped) > 40:
        return False
    if _SIGNS.fullmatch(stripped):
        return True
    word = _PUNCTUATION.sub(" ", stripped).strip().lower()
    return word in language.words("end_marks") or (not word and "#" in stripped)


def labelled(text: str, language: Language, name: str) -> str | None:
    """The phrase of the list `name` that the line begins with, as a label: alone, or before a colon, digit or name."""
    lowered = text[:80].lower().lstrip("*_#>•-–— ")
    for phrase in language.phrases(name):
        if lowered.startswith(phrase):
            after = lowered[len(phrase) : len(phrase) + 1]
            if not after or not after.isalnum():
                return phrase
    return None
