"""What a card says, and why there is none where there is none."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from publisher.cards.drawing import Drawing, Form, Look, Shape, draw_headline, draw_quote
from publisher.cards.faces import NoGlyphError
from publisher.cards.setting import Text
from publisher.compose.quotation_marks import marks
from publisher.compose.quotes import LEFT_OUT, attribution, spoken, together
from publisher.release.model import Quote

_FEWEST_WORDS = 4
_MOST = 1500
"""Characters: no card has room for more, in the smallest size and the narrowest letters."""
_TOO_LONG = "it is too long to be read on one"


class NoCardError(Exception):
    """There is no card: why, in half a line."""


@dataclass(frozen=True, eq=False, repr=False)
class Card:
    """A drawn card, and the alternative text that says what it shows."""

    drawing: Drawing
    alt: str


def quote_card(quote: Quote, language: str, look: Look, shape: Shape = "wide") -> Card:
    """The quote in the quotation marks of its language over its speaker and the title. The words are verbatim.

    Where it is too long to be read at a glance it stops after a sentence, which is marked, as in a post.

    Raises:
        NoCardError: Nobody is named as its speaker, it has no whole sentence, it has a character that no shipped font
            has, or not even its first sentences fit.
    """
    said = spoken(quote).sentences
    if not said:
        raise NoCardError("it is only part of a sentence")
    if not quote.speaker:
        raise NoCardError("nobody is named as its speaker")
    if len(quote.speaker) + len(quote.title or "") > _MOST:
        raise NoCardError("its speaker's title is too long to be read on one")
    try:
        form = Form(shape, look, language, _organisation(look, language))
        name = Text(quote.speaker, language, bold=True)
        full = [name, Text(quote.title, language)] if quote.title else [name]
        for speaker in (full, [name]):  # all that was said weighs more than the title
            if (shown := _shown(said, len(said), language)) and (drawing := _drawn(shown, speaker, form)):
                return Card(drawing, _alt(shown, quote))
        for speaker in (full, [name]):
            if cut := _cut(said, speaker, form):
                return Card(cut[1], _alt(cut[0], quote))
    except NoGlyphError as error:
        raise NoCardError(str(error)) from None
    raise NoCardError(_TOO_LONG)


def headline_card(headline: str, language: str, look: Look, shape: Shape = "wide") -> Card:
    """The headline, whole. Its alternative text is the headline.

    Raises:
        NoCardError: It has a character that no shipped font has, or it is too long, or empty.
    """
    if len(headline) > _MOST:
        raise NoCardError(_TOO_LONG)
    try:
        form = Form(shape, look, language, _organisation(look, language))
        drawing = draw_headline(Text(headline, language, bold=True), form)
    except NoGlyphError as error:
        raise NoCardError(str(error)) from None
    if drawing is None:
        raise NoCardError(_TOO_LONG if headline.strip() else "there is none")
    return Card(drawing, headline)


def _cut(said: Sequence[str], speaker: Sequence[Text], form: Form) -> tuple[str, Drawing] | None:
    """As many whole sentences from the beginning as fit, marked; None where that is none, or hardly more than an
    exclamation.
    """
    best: tuple[str, Drawing] | None = None
    low, high = 1, len(said) - 1
    while low <= high:
        count = (low + high) // 2
        shown = _shown(said, count, form.language)
        drawing = _drawn(shown, speaker, form) if shown else None
        if drawing is None:
            high = count - 1
        else:
            low = count + 1
            best = None if _is_too_little(said[:count]) else (shown, drawing)
    return best


def _drawn(shown: str, speaker: Sequence[Text], form: Form) -> Drawing | None:
    return draw_quote(Text(shown, form.language), speaker, form)


def _shown(said: Sequence[str], count: int, language: str) -> str:
    """The first sentences in quotation marks; empty for more than any card has room for."""
    if sum(map(len, said[:count])) > _MOST:
        return ""
    left, right = marks(language, " ".join(said))
    return f"{left}{together(said[:count])}{right}" + (f" {LEFT_OUT}" if count < len(said) else "")


def _alt(shown: str, quote: Quote) -> str:
    return f"{shown} — {attribution(quote, {}).plain}"


def _organisation(look: Look, language: str) -> Text | None:
    return Text(look.organisation[:_MOST], language, bold=True) if look.organisation.strip() else None


def _is_too_little(sentences: Sequence[str]) -> bool:
    """Whether a beginning is hardly more than an exclamation, in a script that parts words by spaces."""
    words = " ".join(sentences).split()
    return all(word.isascii() for word in words) and len(words) < _FEWEST_WORDS
