"""Whether two names sound alike, or differ by one slip of the fingers."""

from __future__ import annotations

import unicodedata
from functools import lru_cache

from publisher.text.patterns import later

_APART = str.maketrans({"ß": "ss", "ø": "o", "đ": "d", "ł": "l", "æ": "ae", "œ": "oe", "’": "'", "‘": "'"})
_UMLAUT = later(r"([aou])e")
_SOUNDS = tuple(
    (later(pattern), sound)
    for pattern, sound in (
        (r"ph|v", "f"),
        (r"ck|c(?=[^eiyh]|$)|q", "k"),
        (r"ch(?=r|l)|^ch(?=a)", "k"),
        (r"th", "t"),
        (r"dt|tt", "t"),
        (r"y", "i"),
        (r"z", "s"),
        (r"(?<=[^cs])h", ""),
        (r"(.)\1{1,3}", r"\1"),
        (r"(?<=[^aeiou])e$", ""),
    )
)
_SHORTEST = 3
_ENDING = 2
_SHORTEST_CHANGED = 5
_SHORTEST_DROPPED = 4
_LONGEST = 30


@lru_cache(4096)
def bare(name: str) -> str:
    """A name in small letters and without accents: `Müller` as `muller`."""
    if name.isascii():
        return name.lower()
    apart = unicodedata.normalize("NFKD", name.casefold().translate(_APART))
    return "".join(sign for sign in apart if not unicodedata.combining(sign))


@lru_cache(4096)
def unfolded(name: str) -> str:
    """`Mueller` and `Müller` as one."""
    plain = bare(name)
    return _UMLAUT.sub(r"\1", plain) if "e" in plain else plain


@lru_cache(4096)
def sound(name: str) -> str:
    """A rough key of how a name sounds: the same for Catherine and Katherine, for Meyer and Meier."""
    key = bare(name)
    for pattern, by in _SOUNDS:
        key = pattern.sub(by, key)
    return key


def one_slip(one: str, other: str) -> str:
    """The slip of one letter by which two words differ: `swapped`, `changed` or `dropped`; "" where it is none."""
    if len(one) > len(other):
        one, other = other, one
    if len(other) - len(one) > 1 or len(other) > _LONGEST:
        return ""
    at = next((index for index, pair in enumerate(zip(one, other, strict=False)) if pair[0] != pair[1]), len(one))
    if len(one) < len(other):
        return "dropped" if one[at:] == other[at + 1 :] else ""
    if one[at + 1 :] == other[at + 1 :]:
        return "changed" if one != other else ""
    swapped = one[at : at + 2] == other[at : at + 2][::-1] and one[at + 2 :] == other[at + 2 :]
    return "swapped" if swapped else ""


def same_but_for_the_end(one: str, other: str) -> bool:
    """Whether two names differ in no more than the last two letters, unless it is in accents."""
    a, b = bare(one), bare(other)
    stem = max(len(a), len(b)) - _ENDING
    return a != b and a[:stem] == b[:stem]


def near_surnames(one: str, other: str) -> bool:
    """Whether two surnames behind the same first name are one person's."""
    a, b = bare(one), bare(other)
    if a == b or min(len(a), len(b)) < _SHORTEST:
        return False
    slip = one_slip(a, b)
    if slip == "swapped":
        return True
    if slip == "dropped":
        return min(len(a), len(b)) >= _SHORTEST_DROPPED
    if slip == "changed":
        return len(a) >= _SHORTEST_CHANGED
    return len(a) >= _SHORTEST_DROPPED and sound(a) == sound(b)


def near_first_names(one: str, other: str) -> bool:
    """Whether two first names before the same surname are one person's; siblings are often called nearly the same.

    A letter more or less at the end makes another name (Paul and Paula, Dan and Danny), as does another letter in a
    short one (John and Joan).
    """
    a, b = bare(one), bare(other)
    if a == b or min(len(a), len(b)) < _SHORTEST:
        return False
    if sound(a) == sound(b):
        return True
    slip = one_slip(a, b)
    if slip == "swapped":
        return True
    last = a[-1] != b[-1]
    if slip == "dropped":
        return min(len(a), len(b)) >= _SHORTEST_DROPPED and not last and not a.startswith(b) and not b.startswith(a)
    return slip == "changed" and len(a) >= _SHORTEST_CHANGED and not last and a[0] == b[0]
