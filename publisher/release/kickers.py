"""Lines that frame a release without being part of it: kickers, dates, release numbers, end marks."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache

from publisher.release.dates import without_dates
from publisher.release.embargo import is_embargo
from publisher.release.language import Language
from publisher.text.patterns import later

_LONGEST = 130
_BYLINE_WORDS = 6
_LETTERHEAD_WORDS = 9
_FURNITURE_WORDS = 18
_OPENING_WORDS = 10
_CODE = later(
    r"#?\b[A-Z]{0,5}[-/.]?\d[\w/.-]*|\d{1,2}:\d{2}(?:\s?[ap]\.?m\.?)?|\b(?:am|pm|est|edt|cet|gmt|utc|et|pt)\b",
    re.IGNORECASE,
)
_PREFIX = later(r"([^:|–—]{3,60}?)(?:\s?:|\s[|–—-])\s+(?=\S)")
_CAPTION_WORDS = 45
_MAIL_LINES = 8
_SHORTEST_HEADLINE = 12
_MOST_PREFIXES = 2
_SHORTEST_WORD = 3
_ISSUER_WORDS = 3
_BETWEEN_DASHES = later(r"[-–—]{2}\s*[^-–—]{2,40}[-–—]{2}")
_SIGNS = later(r"(?:[#*~_=•●\\-]\s?){2,40}|[-–—\s]{0,4}\d{2}[-–—\s]{1,4}")
_PUNCTUATION = later(r"[^\w\s]+")
_SEPARATE = later(r"[^\w#&’']+")


def is_kicker(text: str, language: Language) -> bool:
    """Whether the line says nothing but that this is a release, of which date, under which number."""
    if is_embargo(text, language):
        return True
    if len(text) > _LONGEST:
        return False
    if _BETWEEN_DASHES.fullmatch(text.strip()):
        return True
    if labelled(text, language, "bylines") and len(text.split()) <= _BYLINE_WORDS:
        return True
    if len(text.split()) <= _OPENING_WORDS and (labelled(text, language, "kicker_openings") or _is_by(text, language)):
        return True
    rest = _CODE.sub(" ", without_dates(text.strip(), language)[0])
    rest = " " + _SEPARATE.sub(" ", rest.lower()).strip() + " "
    had_phrase = False
    for bare in _bare_kickers(language):
        if bare in rest:
            rest = rest.replace(bare, "  ")
            had_phrase = True
    left = [word for word in rest.split() if word not in language.words("weekdays")]
    return not left or (had_phrase and len(left) == 1 and len(left[0]) <= 6)


def _is_by(text: str, language: Language) -> bool:
    """`Press release of the Oakvale Police`: the kind of document, and whose."""
    phrase = labelled(text, language, "headline_prefixes")
    if phrase is None or " " not in phrase:
        return False
    behind = text.lower().lstrip("*_#> ")[len(phrase) :].split()
    return bool(behind) and behind[0] in language.any_of("of", "kicker_issuers")


@cache
def _bare_kickers(language: Language) -> tuple[str, ...]:
    """The kickers without punctuation, between spaces."""
    return tuple(f" {_SEPARATE.sub(' ', phrase).strip()} " for phrase in language.phrases("kickers"))


def is_release_kicker(text: str, language: Language) -> bool:
    """Whether the line is a kicker proper, which separates a letterhead from the headline."""
    lowered = text.lower()
    return any(phrase in lowered for phrase in language.phrases("kickers") if len(phrase) > 8) and is_kicker(
        text, language
    )


def is_letterhead(text: str, language: Language) -> bool:
    """`U.S. Department of Commerce`, `Office of Public Affairs`: an office's name and nothing else."""
    words = text.lower().replace("’", "'").strip(" .*_").split()
    if not 0 < len(words) <= _LETTERHEAD_WORDS or (text.rstrip().endswith((".", "!", "?")) and len(words) > 5):
        return False
    while len(words) > 1 and words[0] in ("u.s.", "us", "united", "states", "the", "federal", "state"):
        words = words[1:]
    offices = language.words("letterheads")
    return (words[0] in offices and (len(words) == 1 or words[1] in language.words("of"))) or (
        len(words) <= 4 and words[-1] in offices
    )


def is_summary(text: str) -> bool:
    """`Summary: ...`, which repeats the lede in front of it."""
    return text[:8].lower() == "summary:"


def is_end_mark(text: str, language: Language) -> bool:
    """`###`, `-30-`, ENDS, `- ende -` and their kin."""
    stripped = text.strip()
    if not stripped or len(stripped) > 40:
        return False
    if _SIGNS.fullmatch(stripped):
        return True
    word = _PUNCTUATION.sub(" ", stripped).strip().lower()
    bare = word == stripped.lower() and not stripped.isupper()
    return (word in language.words("end_marks") and not (bare and word == "more")) or (not word and "#" in stripped)


def is_page_furniture(text: str, language: Language) -> bool:
    """`Click here to watch`, `Home > News`, a caption: what a web page puts between headline and text."""
    words = len(text.split())
    return (
        " > " in text
        or (labelled(text, language, "page_furniture") is not None and words <= _FURNITURE_WORDS)
        or (words <= _CAPTION_WORDS and is_caption(text, language))
        or not any(map(_has_word, text.split()))
    )


def mail_head(lines: Sequence[str], language: Language) -> int:
    """How many of the first lines are those of an e-mail: at least two, each a label and a colon."""
    count = 0
    for line in lines[:_MAIL_LINES]:
        label, colon, _ = line[:_LONGEST].partition(":")
        known = language.any_of("mail_heads", "headline_prefixes")
        if not colon or label.strip(" *_>").lower() not in known:
            break
        count += 1
    return count if count > 1 else 0


def is_caption(text: str, language: Language) -> bool:
    """Whether a line says who or what a picture shows, or who took it."""
    lowered = text.lower()
    return any(phrase in lowered for phrase in language.phrases("captions"))


def without_prefix(text: str, language: Language) -> str:
    """A headline without the kicker before it: `News release: Mill grinds again` is `Mill grinds again`."""
    rest = text
    for _ in range(_MOST_PREFIXES):
        found = _PREFIX.match(rest)
        if found is None or len(rest) - found.end() < _SHORTEST_HEADLINE:
            break
        if not any(map(found[1].lower().strip(" *_").endswith, language.phrases("headline_prefixes"))):
            break
        rest = rest[found.end() :]
    return rest


def names_its_kind(text: str, language: Language) -> bool:
    """`Press release – Oakvale Mill`: what the document is and whose, over a headline of its own."""
    found = _PREFIX.match(text)
    if found is None:
        return False
    before, behind = found[1].lower(), text[found.end() :]
    return len(behind.split()) <= _ISSUER_WORDS and any(map(before.endswith, language.phrases("headline_prefixes")))


def _has_word(word: str) -> bool:
    return sum(map(str.isalpha, word)) >= _SHORTEST_WORD


def is_separator(text: str) -> bool:
    """Asterisks, dashes, bullets in a row: they may end a release, and may only part its sections."""
    return "#" not in text and not any(map(str.isalnum, text))


def labelled(text: str, language: Language, name: str) -> str | None:
    """The phrase of the list `name` that the line begins with, as a label: alone, or before a colon, digit or name."""
    head = text[:80].lstrip("*_#>•-–— \xa0")
    lowered = head.lower()
    phrases = language.phrases(name)
    if not lowered.startswith(phrases):
        return None
    for phrase in phrases:
        if lowered.startswith(phrase):
            last, after = head[len(phrase) - 1 : len(phrase)], head[len(phrase) : len(phrase) + 1]
            if not after.isalnum() or (last.islower() and after.isupper()):  # `Contact DetailsJane Doe`, glued
                return phrase
    return None
