"""The name of a release in addresses and file names."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING

from publisher.text.patterns import later

if TYPE_CHECKING:
    from publisher.release.language import Language

LONGEST = 80
_OTHER = later(r"[^a-z0-9]+")
_LETTERS = str.maketrans(
    {"ß": "ss", "æ": "ae", "Æ": "ae", "œ": "oe", "Œ": "oe", "ø": "o", "Ø": "o", "đ": "d", "Đ": "d", "ł": "l", "Ł": "l"}
    | {"'": "", "’": "", "‘": ""}
)


def slug_of(title: str, otherwise: str, language: Language | None = None) -> str:
    """ASCII words in lower case joined by hyphens, at most 80 characters; a hash of `otherwise` where none are left.

    A number alone that is left of words in another script names nothing, and many releases would share it: a hash too.

    Accents are left out, but for letters that the language spells out (`ü`, in German `ue`).
    """
    lowered = unicodedata.normalize("NFC", title[:1_000]).lower()
    for entry in language.lists.get("spelled_out", ()) if language else ():
        letter, spelled = entry.split()
        lowered = lowered.replace(letter, spelled)
    ascii_only = unicodedata.normalize("NFKD", lowered.translate(_LETTERS)).encode("ascii", "ignore").decode()
    slug = _OTHER.sub("-", ascii_only.lower()).strip("-")
    if len(slug) > LONGEST:
        cut = slug[: LONGEST + 1].rpartition("-")[0]
        slug = cut or slug[:LONGEST]
    if slug and (title.isascii() or any(map(str.isalpha, slug)) or not any(map(str.isalpha, title))):
        return slug
    import hashlib  # noqa: PLC0415 - few releases need it

    return "release-" + hashlib.sha256((title + otherwise).encode("utf-8", "replace")).hexdigest()[:12]
