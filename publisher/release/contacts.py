"""Whom journalists may ring: e-mail addresses and telephone numbers with the name they stand by."""

from __future__ import annotations

import re
from collections.abc import Iterable

from publisher.release.dates import find_dates
from publisher.release.kickers import labelled
from publisher.release.language import Language
from publisher.release.model import Contact

EMAIL = re.compile(r"(?<![\w.+-])[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,6}")
PHONE = re.compile(
    r"(?<![\w.-])(?<![^\d\s]/)"
    r"(?:(?:\+?1[\s.\u00a0‑-]{0,2})?\(?\d{3}\)?[\s.\u00a0/‑–-]{0,2}\d{3}[\s.\u00a0‑–-]\d{4}(?!\d)"  # North America
    r"|(?:\+|00)?\(?\d{1,5}(?:\)?[ \u00a0./‑–·-]{1,2}\(?\d{1,8}|\)\d{1,8}){1,6}\)?)"
    r"(?:,?\s?(?:ext|x|extension|durchwahl)\.?\s?\d{1,6})?(?!\w|/\D)",
    re.IGNORECASE,
)
_MAYBE = re.compile(r"\d[\d\s().\u00a0/‑–·-]{5}")
_NO_PHONE = re.compile(r"\d{5}-\d{4}|(?:1[89]|20)\d\d[\s–-]{1,4}(?:1[89]|20)?\d\d")
_URL = re.compile(r"(?:https?://|www\.)\S+")
_LABELS = re.compile(
    r"\b(?:tel(?:efon|éfono|ephone|éphone)?|phone|mobile|mobil|móvil|cell|office|direct|fax|e-?mail|mail|courriel|correo|email|t|m|e|p|o)\b\.?\s*(?:[:.]\s*)?$",
    re.IGNORECASE,
)
_FEWEST_DIGITS = 7
_MOST_DIGITS = 17
_MOST_NAME_WORDS = 6


def has_details(text: str, language: Language) -> bool:
    return ("@" in text and bool(EMAIL.search(text))) or bool(_phones(text, language))


def find_contacts(lines: Iterable[str], language: Language) -> tuple[Contact, ...]:
    """The contacts in the lines of contact blocks, in order; each address and number once."""
    found: list[Contact] = []
    waiting: str | None = None
    settled = False
    for line in lines:
        for part in re.split(r";\s+", line):
            name, emails, phones = _details(part, language)
            if not emails and not phones:
                named = labelled(part, language, "contact_labels") is not None
                if name and (named or not settled):
                    waiting, settled = name, named
                continue
            for count in range(max(len(emails), len(phones))):
                email = emails[count] if count < len(emails) else None
                phone = phones[count] if count < len(phones) else None
                _add(found, Contact(name or waiting, email, phone))
            if name is None:
                waiting, settled = None, False
    return tuple(found)


def _add(found: list[Contact], new: Contact) -> None:
    email = new.email if not any(new.email and new.email == known.email for known in found) else None
    digits = _digits(new.phone)
    phone = new.phone if not any(digits and digits == _digits(known.phone) for known in found) else None
    if not email and not phone:
        return
    last = found[-1] if found else None
    same = last is not None and (new.name is None or new.name == last.name)
    if last is not None and same and not (email and last.email) and not (phone and last.phone):
        found[-1] = Contact(last.name or new.name, last.email or email, last.phone or phone)
    else:
        found.append(Contact(new.name, email, phone))


def _digits(phone: str | None) -> str:
    return re.sub(r"\D", "", phone or "")


def _details(text: str, language: Language) -> tuple[str | None, list[str], list[str]]:
    """The name, the e-mail addresses and the telephone numbers in one line."""
    bare = _URL.sub(" ", text)
    emails = EMAIL.findall(bare) if "@" in bare else []
    without = EMAIL.sub("\x00", bare)
    phones = [match[0].strip() for match in _phones(without, language)]
    first = min(
        [at for at in (without.find("\x00"), *(without.find(phone) for phone in phones[:1])) if at >= 0],
        default=len(without),
    )
    return _name(without[:first], language), emails, phones


def _phones(text: str, language: Language) -> list[re.Match[str]]:
    if _MAYBE.search(text) is None:
        return []
    masked = text
    for date in find_dates(text[:400], language):
        masked = masked[: date.start] + "x" * (date.end - date.start) + masked[date.end :]
    return [
        match
        for match in PHONE.finditer(masked)
        if _FEWEST_DIGITS <= len(_digits(match[0])) <= _MOST_DIGITS
        and match[0].count("(") == match[0].count(")")
        and not _NO_PHONE.fullmatch(match[0])
    ]


def _name(text: str, language: Language) -> str | None:
    rest = text.strip(" \t*_•·–—-|,:(")
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
    rest = rest.split(",", 1)[0].strip()
    words = rest.split()
    if not 1 < len(words) <= _MOST_NAME_WORDS or not words[0][:1].isupper() or any(map(str.isdigit, rest)):
        return None
    roles = language.words("roles")
    if words[-1].lower() in roles or (words[0].lower() in roles and words[1].lower() in language.words("of")):
        return None  # `Press officer` on a line of its own, below the name
    return rest
