"""The boilerplate: what the organisation says of itself at the end of every release."""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence

from publisher.release.kickers import labelled
from publisher.release.language import Language
from publisher.release.lines import Line
from publisher.release.marks import marked
from publisher.text.patterns import later

_MOST_HEADING_WORDS = 12
_RUN_IN = later(r"^(?P<heading>(?:[^:.!?]|\.(?=\w)){3,90}?)(?::|\s[–—-])\s+(?=\S)")
_SENTENCE_HEADING = later(r"^(?:[^:.!?]|\.(?=\w)){3,60}?\.\s+(?=[A-ZÀ-Þ])")
_BRACKETS = later(r"\([^()]{0,60}\)")
_OPENING = 260
_PREDICATE = 130
_LONGEST_NAME = 12
_HEADING = 90
_NAME_WORD = later(r"[A-ZÀ-Þ][\w’'&.-]*")
_NAMED = later(r"[\"“„«*_]{0,3}(?:(?:The|El|La|Los|Las|Le|Les|Die|Der|Das|L['’])\s?)?[^\W_]")


def is_heading(line: Line, language: Language) -> bool:
    """`About the Coalition`, on a line of its own."""
    text = line.plain.strip(" *_:")
    if labelled(text, language, "about") is None or line.words > _MOST_HEADING_WORDS or line.block.kind == "item":
        return False
    return not text.endswith((".", "!", "?", ",", ";")) or text.count(" ") <= 4


def organisation(text: str, language: Language) -> str:
    """The first word of the organisation's name in a heading on a line of its own or run in, such as `Acme`."""
    phrase = labelled(text, language, "about") or ""
    behind = text.lstrip("*_# ")[len(phrase) :].split()
    return next((word.strip(".,:*_") for word in behind if word[:1].isupper() or word[:1].isdigit()), "")


def run_in_heading(text: str, language: Language) -> int | None:
    """Where the text begins behind a heading on the same line (`About the Coalition: The Coalition is ...`)."""
    phrase = labelled(text, language, "about")
    if phrase is None:
        return None
    colon = _RUN_IN.match(text)
    if colon is not None and len(colon["heading"].split()) <= _MOST_HEADING_WORDS:
        return colon.end()
    sentence = _SENTENCE_HEADING.match(text)
    if sentence is not None and _is_name(text[len(phrase) : sentence.end()].strip(" ."), language):
        return sentence.end()
    return _repeated_name(text, len(phrase))


def _repeated_name(text: str, start: int) -> int | None:
    """`About Acme Acme is ...`: the organisation's name twice in a row, the second one beginning the text."""
    head = text[start : start + 160].lstrip()
    offset = start + len(text[start : start + 160]) - len(head)
    bare = re.sub(r"^(?:the|el|la|le|die|der|das)\s", "", head, flags=re.IGNORECASE)
    offset += len(head) - len(bare)
    folded = bare.lower() if len(bare.lower()) == len(bare) else bare
    for length in range(min(80, len(bare) // 2), 2, -1):
        name = folded[:length].rstrip()
        if len(name) < 3:
            break
        rest = folded[length:]
        article = re.match(r"\s?(?:the |el |la |le |die |der |das )?", rest)
        at = article.end() if article else 0
        if rest[at : at + len(name)] == name and not bare[0].islower() and not bare[length + at].islower():
            return (
                offset + length + len(rest[:at]) - len(rest[:at].lstrip())
                if at == 0
                else offset + length + (1 if rest[:1] == " " else 0)
            )
    return _after_name(text, start)


def _after_name(text: str, start: int) -> int | None:
    """`About Acme Founded in 1983, Acme is ...`: a name of several words that comes again in the first sentence."""
    if not text.rstrip(" *_").endswith((".", "!", ")", "”")):
        return None  # a heading, however long
    words = list(itertools.islice(_NAME_WORD.finditer(text, start, start + _HEADING), _LONGEST_NAME))
    for count in range(len(words), 1, -1):
        name = text[words[0].start() : words[count - 1].end()]
        if name[:1].isupper() and name in text[words[count - 1].end() : words[count - 1].end() + _OPENING]:
            behind = text[words[count - 1].end() :]
            return len(text) - len(behind.lstrip()) if behind.lstrip()[:1].isupper() else None
    return None


def describes_organisation(line: Line, language: Language) -> bool:
    """Whether a paragraph without heading says what an organisation is: a name, `is a`, and a word for such a body."""
    text = line.plain
    if line.block.kind not in ("paragraph", "quotation") or line.words < 12 or not _NAMED.match(text):
        return False
    if (marked(text)[:1] and marked(text)[0].start < 3) or "?" in text[:_OPENING]:
        return False
    opening = " ".join(text[:_OPENING].split())
    lowered = opening.lower()
    found = (at for phrase in language.phrases("boilerplate_verbs") if (at := lowered.find(f" {phrase} ")) >= 0)
    verb = min(found, default=-1)
    if verb < 0 or not _is_name(opening[:verb].lstrip("*_ "), language):
        return False
    subject = lowered[:verb].lstrip("*_ ").split()
    if subject[-1] in language.words("documents"):
        return False
    nouns = (
        "boilerplate_offices"
        if any(word.strip(".") in language.role_words for word in subject[:2])
        else "boilerplate_nouns"
    )
    predicate = lowered[verb : verb + _PREDICATE]
    return any(f" {noun}" in predicate for noun in language.phrases(nouns))


def _is_name(subject: str, language: Language) -> bool:
    """Whether every word before the verb is capitalised, but for small ones: then it is an organisation's name."""
    words = _BRACKETS.sub(" ", subject).replace(",", " ").split()
    small = language.any_of("determiners", "stop_words", "of", "particles")
    return 0 < len(words) <= _LONGEST_NAME and all(
        word[:1].isupper() or word.isdigit() or word.lower() in small for word in words
    )


def joined(parts: Sequence[str]) -> str | None:
    text = "\n\n".join(part.strip() for part in parts if part.strip())
    return text or None
