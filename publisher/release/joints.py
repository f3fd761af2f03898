"""Whether a sentence of the speaker ends where a piece of a quote does, or goes on behind the attribution."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from publisher.release.language import Language
from publisher.release.model import Quote
from publisher.text.patterns import later

_CLOSING = "”“»\"'’)] *_\u00a0\u202f"
_BEHIND = "”»\"'’*_"
_BEFORE = " “„\"«‘'*_\u00a0\u202f"
_ENDS = ".!?…"
_DASHES = "—–-("
_NEAR = 5
_FAR = 200
_WORD = later(r"\w+")


def with_ends(quotes: Sequence[Quote], texts: Sequence[str], language: Language) -> tuple[Quote, ...]:
    """The quotes, each told which of its pieces end a sentence.

    Args:
        quotes: In the order of the release.
        texts: The paragraphs that they were found in.
        language: Of the release.
    """
    found: list[Quote] = []
    paragraph = offset = 0
    for quote in quotes:
        places: list[tuple[int, int, int]] = []
        for piece in quote.pieces:
            place = _find(piece, texts, paragraph, offset)
            if place is None:
                break
            paragraph, _, offset = place
            places.append(place)
        if len(places) < len(quote.pieces):
            found.append(quote)  # a piece that was put together: nobody can look behind it
            continue
        ends = [
            not _breaks_off(quote, index, places, texts) and _ends(quote, index, places, texts, language)
            for index in range(len(places))
        ]
        found.append(replace(quote, ends=tuple(ends)))
    return tuple(found)


def _find(piece: str, texts: Sequence[str], paragraph: int, offset: int) -> tuple[int, int, int] | None:
    """The paragraph, start and end of a piece at or behind a place."""
    for index in range(paragraph, len(texts)):
        start = texts[index].find(piece, offset if index == paragraph else 0)
        if start >= 0:
            return index, start, start + len(piece)
    return None


def _breaks_off(quote: Quote, index: int, places: Sequence[tuple[int, int, int]], texts: Sequence[str]) -> bool:
    """Whether a paragraph ends in the middle of a sentence, with no mark at all: the next one goes on with it."""
    paragraph, _, end = places[index]
    return index + 1 < len(places) and quote.pieces[index][-1:].isalnum() and not texts[paragraph][end:].strip()


def _ends(
    quote: Quote, index: int, places: Sequence[tuple[int, int, int]], texts: Sequence[str], language: Language
) -> bool:
    paragraph, _, end = places[index]
    last = quote.pieces[index].rstrip(_CLOSING)[-1:]
    behind = texts[paragraph][end : end + _FAR].lstrip(_BEHIND)
    if last in _ENDS or behind[:1] in tuple(_ENDS):
        return True
    if not (last in (",", ";") or behind[:1] in (",", ";")):
        if not last.isalnum() or not behind.strip() or behind.lstrip()[0] in _DASHES:
            return True
        near = [word.lower() for word in _WORD.findall(behind[:80])[:_NEAR]]
        if not language.words("reporting_verbs").intersection(near):
            return False  # the release's own sentence goes on: the words were part of it
    if index + 1 == len(places) or places[index + 1][0] != paragraph:
        return True
    between = texts[paragraph][end : places[index + 1][1]].rstrip(_BEFORE)
    if between[-1:] in tuple(_ENDS + ":"):
        return True
    first = quote.pieces[index + 1].lstrip(_BEFORE)[:1]
    return first.isupper() and not language.nouns_are_capital
