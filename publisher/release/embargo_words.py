"""The words of an embargo's line beside its time, none of which may be one that nobody understood."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache

from publisher.release.language import available, everywhere
from publisher.release.moments import UnclearTimeError
from publisher.text.excerpts import excerpt
from publisher.text.patterns import later

EXAMPLE = "Write it in the front matter, like embargo: 2026-12-01T09:00+01:00"

_ENGLISH = "en"
_OPEN = frozenset({"from", "through"})  # from when on what? until that day, or past it?
_SIGNS = frozenset("~≈±<>≤≥+")
_WORD = later(r"[^\W\d_]+")
_GOING_OUT = frozenset(
    "broadcast diffondere diffuser diffusion diffusione difundir difusión publicación publicar publication publier "
    "publish pubblicare pubblicazione release veröffentlichung".split()
)
_BEGINNING = frozenset("media news press published released report story".split())
_BESIDE = frozenset("date datum fecha data on".split())


def spoken(text: str, language: str) -> str:
    """The language of a line: that of its release, unless its words for an embargo are another's; "" where unknown."""
    code = language.replace("_", "-").partition("-")[0].lower()
    words = frozenset(_WORD.findall(text.lower()))
    own = [each for each, phrases in _embargoes().items() if any(phrase <= words for phrase in phrases)]
    if own and code not in own:
        return own[0] if len(own) == 1 else ""
    return code if code in available() else ""


def may_be_english(text: str, code: str) -> bool:
    """Whether it may be English, or a language that nothing is known of.

    A release in another language may bear an English line, the words for an embargo being the same.
    """
    if code in (_ENGLISH, ""):
        return True
    return not (_of_lines(_ENGLISH) - _of_lines(code)).isdisjoint(_WORD.findall(text.lower()))


def refuse_unknown(rest: str, text: str, code: str) -> None:
    """Refuse a line for a figure or a word that the time may depend on.

    Args:
        rest: The line, what was understood of it masked.
        text: The line.
        code: Its language; "" where unknown.

    Raises:
        UnclearTimeError: There is one.
    """
    for word in rest.split():
        if any(letter.isnumeric() or letter in _SIGNS for letter in word):
            unread = "".join(letter for letter in word if letter.isprintable()).strip("(),;/")
        else:
            unread = next((each for each in _WORD.findall(word) if each.lower() not in known_words(code)), "")
        if unread:
            raise UnclearTimeError(f"“{excerpt(unread)}” in “{excerpt(text, 100)}” is not understood", EXAMPLE)


def refuse_dateline(rest: str, text: str, code: str, first_day: int, *, timed: bool) -> None:
    """Refuse a day that may be the release's own: `EMBARGOED PRESS RELEASE, November 24, 2026`.

    Args:
        rest: The line, what was understood of it masked.
        text: The line.
        code: Its language; "" where unknown.
        first_day: Where in the line its first day stands.
        timed: Whether a time of day stands there, as it does not beside the day of a release.

    Raises:
        UnclearTimeError: Nothing in the line says that the embargo ends on that day.
    """
    words = [(match[0].lower(), match.start()) for match in _WORD.finditer(rest)]
    start = next((at for word, at in words if word in first_words()), None)
    if start is None:  # what is written in front matter needs no such word
        return
    codes = {code, _ENGLISH} if code else available()
    said = {word for word, at in words if at > start}
    until = _listed("embargo_ends", codes) | _listed("embargo_lifts", codes)
    if first_day > start and (timed or not said.isdisjoint(until)):
        return
    plain = _listed("not_for_release", codes) | _listed("determiners", codes) | _BESIDE
    if "for" not in said:
        plain -= _GOING_OUT | _BEGINNING
    if first_day < start or not said <= plain:
        raise UnclearTimeError(f"“{excerpt(text, 60)}” does not say that the embargo ends on that day", EXAMPLE)


def refuse_headings(rest: str, text: str, code: str) -> None:
    """Refuse a line whose parts are a heading apart: `EMBARGOED UNTIL 9 A.M. – PRESS RELEASE, November 24, 2026`.

    Args:
        rest: The line from the first part of the time to the last, what was understood of it masked.
        text: The whole line.
        code: Its language; "" where unknown.

    Raises:
        UnclearTimeError: Words stand between them that begin something else.
    """
    codes = {code, _ENGLISH} if code else available()
    joining = _listed("embargo_words", codes) | _listed("embargo_ends", codes) | _listed("determiners", codes)
    headings = (_listed("kickers", codes) - joining) | _GOING_OUT | _BEGINNING
    for word in _WORD.findall(rest):
        if word.lower() in headings:
            raise UnclearTimeError(f"“{excerpt(text, 60)}” does not say that the embargo ends on that day", EXAMPLE)


@cache
def known_words(code: str) -> frozenset[str]:
    """The words that make no difference to the time of a line in a language, those of English included."""
    codes = {code, _ENGLISH} if code else available()
    kickers = everywhere("kickers")
    return frozenset().union(*(_of_lines(each) | _words(kickers[each]) for each in codes)) - _OPEN


@cache
def _of_lines(code: str) -> frozenset[str]:
    names = ("not_for_release", "embargo_ends", "embargo_lifts", "embargo_words")
    return frozenset().union(*(_listed(name, [code]) for name in names)) - _OPEN


@cache
def _embargoes() -> dict[str, list[frozenset[str]]]:
    return {code: [_words([phrase]) for phrase in phrases] for code, phrases in everywhere("not_for_release").items()}


@cache
def first_words() -> frozenset[str]:
    """What the phrases that hold a release back begin with, in any language."""
    return frozenset(
        _WORD.findall(phrase)[0] for phrases in everywhere("not_for_release").values() for phrase in phrases
    )


def _listed(name: str, codes: Iterable[str]) -> frozenset[str]:
    """The words of a list, in some languages."""
    lists = everywhere(name)
    return _words(entry for code in codes for entry in lists.get(code, ()))


def _words(entries: Iterable[str]) -> frozenset[str]:
    return frozenset(word for entry in entries for word in _WORD.findall(entry))
