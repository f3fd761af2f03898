"""Words about the time of publication that contradict one another, or leave it open."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from publisher.documents.model import Finding
from publisher.release.language import available, everywhere, load
from publisher.release.lines import Line
from publisher.release.review.material import Material
from publisher.text.excerpts import excerpt
from publisher.text.patterns import later

_LONGEST_KICKER = 160
_SHORT = 5
_WORD = later(r"\w+")
_OFFSET = later(r"(?<=\d)\s?Z\b|[+−-]\d{2}:?\d{2}\b|\b(?:UTC|GMT)\s?[+−-]\s?\d", re.IGNORECASE)


def immediate_and_later(material: Material) -> Iterator[Finding]:
    """`FOR IMMEDIATE RELEASE` in a release that is to go out later."""
    if not material.margins and not any(phrase in material.lowered for phrase, _ in _immediate()):
        return
    at_once = next(((line, said) for line in material.top if (said := _at_once(line))), None)
    if at_once is None:
        return
    line, said = at_once
    front, lines = material.document.front, material.document.front_lines
    held_back = [(f"{key}: {front[key]}", lines.get(key)) for key in ("embargo", "publish_at") if front.get(key)]
    held_back += [(excerpt(held.plain), held.number) for held in material.embargo_lines]
    for text, number in held_back:
        where = "" if number is None else f" in line {number}"
        what = f"“{excerpt(said)}” and “{text}”{where} contradict each other"
        yield Finding("immediate", what, "take one of the two out", line.number)


def no_zone(material: Material) -> Iterator[Finding]:
    """An embargo of which readers elsewhere cannot tell when it ends."""
    if material.document.front.get("embargo"):
        return
    for line in material.embargo_lines:
        text = line.plain
        if _names_time(text) and not _names_zone(text):
            what = f"“{excerpt(text, 60)}” names no time zone"
            yield Finding("zone", what, "write it behind the time, such as 9 a.m. ET or 10:00 CET", line.number)


def _at_once(line: Line) -> str:
    """The words of a kicker that say "now", and what follows; "" where it says no such thing."""
    text = " ".join(line.plain.split())
    if len(text) > _LONGEST_KICKER:
        return ""
    for phrase, negations in _immediate():
        before, found, _ = text.lower().partition(phrase)
        if found and before.split()[-1:] not in negations:
            return text[len(before) :]
    return ""


@cache
def _immediate() -> tuple[tuple[str, list[list[str]]], ...]:
    """What says "now" in any language, and what says "not" before it."""
    return tuple(
        (phrase, [[word] for word in everywhere("negations")[code]])
        for code, phrases in everywhere("for_immediate_release").items()
        for phrase in sorted(phrases, key=len, reverse=True)
    )


@cache
def _zones() -> re.Pattern[str]:
    """Zones in any language: short ones as capitals (`ET` is also a French word), the others as they come."""
    names = {name for zones in everywhere("time_zones").values() for name in zones}
    short = sorted((re.escape(name.upper()) for name in names if len(name) <= _SHORT and " " not in name), key=len)
    long = sorted((re.escape(name) for name in names if len(name) > _SHORT or " " in name), key=len)
    return re.compile(rf"(?<!\w)(?:{'|'.join(reversed(short))}|(?i:{'|'.join(reversed(long))}))(?!\w)")


def _names_zone(text: str) -> bool:
    return bool(_zones().search(text) or _OFFSET.search(text))


def _names_time(text: str) -> bool:
    """Whether the line says until when; `EMBARGOED` alone does not."""
    words = set(_WORD.findall(text.lower()))
    return any(map(str.isdigit, text)) or any(
        words & load(code).any_of("weekdays", "embargo_ends") for code in available()
    )
