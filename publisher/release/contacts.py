"""Whom journalists may ring: e-mail addresses and telephone numbers with the name they stand by."""

from __future__ import annotations

import re
from collections.abc import Iterable

from publisher.release.dates import find_dates
from publisher.release.kickers import labelled
from publisher.release.language import Language
from publisher.release.model import Contact
from publisher.release.sentences import sentence_starts
from publisher.text.patterns import later

EMAIL = later(r"(?<![\w.+-])[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){0,5}?\.[^\W\d_]{2,24}(?![^\W\d_]|\.?-?[^\W\d_])")
PHONE = later(
    r"(?<![\w.-])(?<![^\d\s]/)"
    r"(?:(?:\+?1[\s.\u00a0‑-]{0,2})?(?:\(\d{3}\)|\d{3})[\s.\u00a0/‑–-]{0,2}\d{3}[\s.\u00a0‑–-]\d{4}(?!\d)"
    r"|\+\d{9,14}|0\d{9,10}"  # the line above: North America
    r"|(?:\+|00)?\(?\d{1,5}(?:\)?[ \u00a0\u202f./‑–·-]{1,3}\(?\d{1,8}|\)\d{1,8}){1,2}"  # a stroke follows area codes
    r"(?:[ \u00a0\u202f.‑–·-]{1,2}\d{1,8}){0,5}\)?(?: [–-] \d{1,4}(?!\d|[ .]\d))?)"
    r"(?:,?\s?(?i:ext|x|extension|durchwahl|dw|poste|int)\.?:?\s?-?\d{1,6})?(?!\w|/\D|[-‑][^\W\d])"
)
_AT = later(
    r"(?<=\w)\s?(?:\[\s?(?:at|ät|@|arroba|chiocciola)\s?\]|\(\s?(?:at|ät|@|arroba|chiocciola)\s?\))\s?(?=\w)",
    re.IGNORECASE,
)
_DOT = later(r"(?<=\w)\s?(?:\[(?:dot|punkt|punto|point)\]|\((?:dot|punkt|punto|point)\))\s?(?=\w)", re.IGNORECASE)
_DIGITS = later(r"\d[\d\s().\u00a0\u202f/‑–·-]{5}")
_AT_WRITTEN = later(r"[\[(]\s?(?:at|ät|arroba|chiocciola)\s?[\])]", re.IGNORECASE)
_WORD = later(r"[^\W\d_][\w-]*")
_LOOK_BACK = 60
_NO_PHONE = later(r"\d{5}-\d{4}|(?:1[89]|20)\d\d[\s–-]{1,4}(?:1[89]|20)?\d\d")
_URL = later(r"(?:https?://|www\.)\S+")
_LABELS = later(
    r"\b(?:tel(?:efon|éfono|ephone|éphone)?|phone|mobile|mobil|móvil|cell|office|direct|fax|e-?mail|mail|courriel|correo|email|t|m|e|p|o)\b\.?\s*(?:[:.]\s*)?$",
    re.IGNORECASE,
)
_BEHIND_NAME = later(r",|\s[|–—·-]\s|\s?[(\[]")
_FEWEST_DIGITS = 7
_MOST_DIGITS = 17
_MOST_NAME_WORDS = 6
_MOST_PERSON_WORDS = 4


def has_details(text: str, language: Language) -> bool:
    """Whether a text holds an e-mail address or a telephone number by which somebody may be reached."""
    return bool(_details(text, language))


def mentions_details(text: str, language: Language) -> bool:
    """Whether a text holds an address or a number at all, be it that of a fax machine."""
    return bool(_details(text, language, everyones=True))


def find_contacts(lines: Iterable[str], language: Language) -> tuple[Contact, ...]:
    """The contacts in the lines of contact blocks, in order; each address and number once.

    An empty line parts two blocks: what stands below it belongs to nobody above.
    """
    found: list[Contact] = []
    known: set[str] = set()
    waiting: str | None = None
    settled = used = False
    for line in lines:
        if not line:
            waiting, settled, used = None, False, False
            found.append(Contact())
        for part in re.split(r";\s+", line):
            details = _details(part, language)
            if not details:
                name = _name(part, language)
                named = labelled(part, language, "contact_labels") is not None
                role = waiting is not None and is_person(waiting, language) and not is_person(name or "", language)
                if name and (named or used or not (settled or role)):
                    waiting, settled, used = name, named, False
                continue
            name = None
            for before, detail in details:
                own = _name(before, language)
                if own is None and labelled(before, language, "contact_labels") is not None and name is not None:
                    waiting = None  # `Jane Doe, 555-010-0100. Press inquiries: press@mill.example`
                    name = None
                name = own or name
                is_email = "@" in detail
                new = Contact(name or waiting, detail if is_email else None, None if is_email else detail)
                _add(found, new, known)
            waiting, settled, used = name or waiting, False, True
    return tuple(contact for contact in found if contact != Contact())


def press_requests(text: str, language: Language) -> list[str]:
    """The sentences of a paragraph that say how to reach somebody who is named, or how the press is to get in touch."""
    found: list[str] = []
    wanted = False
    for before, detail in _details(text, language):
        start = sentence_starts(before, language)[-1]
        if start or not found:
            wanted = _is_request(before[start:], language)
            found += [""] if wanted else []
        if wanted:
            found[-1] += f"{before[start:]}{detail}"
    return found


def _is_request(sentence: str, language: Language) -> bool:
    if any(word in language.words("press_words") for word in map(str.lower, _WORD.findall(sentence))):
        return True
    lowered = sentence.lower()
    request = next((phrase for phrase in language.phrases("contact_requests") if phrase in lowered), None)
    if request is None:
        return False
    behind = sentence[lowered.rfind(request) + len(request) :].strip(" :,")
    return behind[:1].isupper() and _name(sentence, language) is not None and not _is_office(behind, language)


def _is_office(text: str, language: Language) -> bool:
    """`the Oakvale Office at`: nobody in particular."""
    words = [word.lower() for word in _WORD.findall(text)[:_MOST_NAME_WORDS]]
    return any(word in language.any_of("organisation_words", "letterheads") for word in words[:3])


def is_person(text: str, language: Language) -> bool:
    """`Jane Doe`, `Dr. Eve Miller-Vos`: two to four words, none of them one that organisations have in their names."""
    words = text.split()
    known = language.any_of("organisation_words", "weak_openers", "roles")
    return 1 < len(words) <= _MOST_PERSON_WORDS and all(
        word[:1].isupper() and word.lower().strip(".,") not in known and not word.isupper() for word in words
    )


def _add(found: list[Contact], new: Contact, known: set[str]) -> None:
    digits = _digits(new.phone)
    email = new.email if new.email not in known else None
    phone = new.phone if digits not in known else None
    if not email and not phone:
        return
    known |= {each for each in (email, digits) if each}
    last = found[-1] if found else None
    same = last is not None and last != Contact() and (new.name is None or new.name == last.name)
    if last is not None and same and not (email and last.email) and not (phone and last.phone):
        found[-1] = Contact(last.name or new.name, last.email or email, last.phone or phone)
    else:
        found.append(Contact(new.name, email, phone))


def _digits(phone: str | None) -> str:
    return re.sub(r"\D", "", phone or "")


def _details(text: str, language: Language, *, everyones: bool = False) -> list[tuple[str, str]]:
    """The e-mail addresses and telephone numbers in one line, each with the words between it and the one before.

    Fax numbers and the addresses by which one leaves a mailing list are left out, unless `everyones` are wanted.
    """
    if not ("@" in text or _DIGITS.search(text) or _AT_WRITTEN.search(text)):
        return []
    bare = _URL.sub(" ", _written_out(text))
    found = list(EMAIL.finditer(bare)) if "@" in bare else []
    masked = EMAIL.sub(lambda address: "\x00" * len(address[0]), bare) if found else bare
    found += _phones(masked, language)
    details: list[tuple[str, str]] = []
    at = 0
    for each in sorted(found, key=re.Match.start):
        before, at = bare[at : each.start()], each.end()
        if everyones or not _is_for_others(f"{before[-_LOOK_BACK:]} {each[0].partition('@')[0]}", language):
            details.append((before, _balanced(each[0].strip())))
    return details


def _balanced(detail: str) -> str:
    """A number without the bracket around it, of which it may have taken in one end."""
    if detail.startswith("(") and detail.find(")") in (-1, len(detail) - 1):
        detail = detail.strip("()")
    return detail if detail.count("(") >= detail.count(")") else detail.removesuffix(")")


def _written_out(text: str) -> str:
    """`press [at] mill (dot) example`, as people write it to be left alone by machines, as an address."""
    if "[" not in text and "(" not in text:
        return text
    return _DOT.sub(".", _AT.sub("@", text))


def _is_for_others(before: str, language: Language) -> bool:
    known = language.words("no_contacts")
    words = _WORD.findall(before.lower())
    return any(word in known or not known.isdisjoint(word.split("-")) for word in words)


def _phones(text: str, language: Language) -> list[re.Match[str]]:
    if _DIGITS.search(text) is None:
        return []
    masked = text
    for date in find_dates(text[:400], language):
        masked = masked[: date.start] + "x" * (date.end - date.start) + masked[date.end :]
    return [
        match
        for match in PHONE.finditer(masked)
        if _FEWEST_DIGITS <= len(_digits(match[0])) <= _MOST_DIGITS and not _NO_PHONE.fullmatch(match[0].strip("()"))
    ]


def _name(text: str, language: Language) -> str | None:
    rest = text.strip(" \t*_•·–—-|,.:()[]")
    for found in reversed(find_dates(rest, language)):
        rest = (rest[: found.start] + rest[found.end :]).strip(" ,|")
    for _ in range(2):
        label = labelled(rest, language, "contact_labels") or labelled(rest, language, "kickers")
        if label is None:
            break
        at = rest.lower().find(label) + len(label)
        rest = rest[at:].strip(" \t:–—-|,.(*_")
    for _ in range(2):
        rest = _LABELS.sub("", rest).strip(" \t:–—-|,(")
    requests = [phrase for phrase in language.phrases("contact_requests") if phrase in rest.lower()]
    if requests:
        rest = rest[rest.lower().rfind(requests[0]) + len(requests[0]) :].strip(" ,:–—-")
    words = _person(_BEHIND_NAME.split(rest.rpartition(":")[2], 1)[0].split(), language)
    rest = " ".join(words).strip(" .:–—-|")
    if not 1 < len(words) <= _MOST_NAME_WORDS or not words[0][:1].isupper() or any(map(str.isdigit, rest)):
        return None
    if words[0].lower() in language.any_of("weak_openers", "press_words") or any(
        w.endswith(("'s", "’s")) for w in words
    ):
        return None
    roles = language.words("roles")
    if words[-1].lower() in roles or (words[0].lower() in roles and words[1].lower() in language.words("of")):
        return None  # `Press officer` on a line of its own, below the name
    return rest


def _person(words: list[str], language: Language) -> list[str]:
    """`or Jane Doe in our Oakvale office at`: the words of the name alone."""
    small = language.words("stop_words") - language.any_of("of", "particles", "determiners")
    start = next((at for at, word in enumerate(words) if not word[:1].islower()), len(words))
    end = next((at for at in range(start + 1, len(words)) if words[at] in small), len(words))
    while end > start and words[end - 1][:1].islower():
        end -= 1
    return words[start:end]
