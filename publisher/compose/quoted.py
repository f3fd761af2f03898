"""Which quotes of a release a text says: found by their words, whoever wrote that text."""

from __future__ import annotations

from publisher.compose.quotes import spoken
from publisher.release.model import Release
from publisher.text.unspaced import UNSPACED

_CLOSING = "\"'”’“‘»«›‹」』)]"
_OPEN_ENDS = (".", ",", ";")


def quotes_said(release: Release, text: str) -> tuple[int, ...]:
    """Indexes in `release.quotes` of those of which at least one whole spoken sentence stands in a text, ascending.

    The sentence stands there verbatim but for white space, and but for the comma that the release has at its end, or
    nothing, where a quote that stands alone has its full stop.
    """
    words = " ".join(text.split())
    return tuple(
        index
        for index, quote in enumerate(release.quotes)
        if any(_says(words, " ".join(sentence.split())) for sentence in spoken(quote).sentences)
    )


def _says(text: str, sentence: str) -> bool:
    stem = sentence.rstrip(_CLOSING).removesuffix(".")
    if not stem:
        return False
    at = text.find(stem)
    while at >= 0:
        begins = at == 0 or not (text[at - 1].isalnum() and stem[0].isalnum() and not UNSPACED.match(stem[0]))
        if begins and _ends(text, at, sentence, stem):
            return True
        at = text.find(stem, at + len(stem))
    return False


def _ends(text: str, at: int, sentence: str, stem: str) -> bool:
    if text.startswith(sentence, at):
        after = text[at + len(sentence) : at + len(sentence) + 1]
        return not (after.isalnum() and not UNSPACED.match(after))
    following = text[at + len(stem) : at + len(stem) + 2]
    mark = following[1:] if following.startswith(_OPEN_ENDS) else following[:1]
    return bool(mark) and mark in _CLOSING
