"""How a quote stands alone in a post. The words are the release's own; see `closed` for the one permitted change."""

from __future__ import annotations

from collections.abc import Mapping

from publisher.compose.model import Limit
from publisher.release.model import Quote
from publisher.text.cutting import Fits, partition
from publisher.text.rich import RichText, as_rich
from publisher.text.sentences import sentences

_MARKS: Mapping[str, tuple[str, str]] = {
    "de": ("„", "“"),
    "es": ("«", "»"),
    "fr": ("«\u00a0", "\u00a0»"),
    "it": ("«", "»"),
}
_ENGLISH = ("“", "”")
_DASH = "— "
_OPEN_ENDS = (",", ";")
_OPENING = "\"'“‘«„‚([ "
_OPENED_BY = {"”": "“", "’": "‘", "“": "„", "»": "«", '"': ' "', "'": " '", ")": "(", "]": "["}
_FEWEST_WORDS = 3
LEFT_OUT = "[…]"
"""Marks, outside the quotation marks, that sentences of the quote before or after are left out."""


def marks(language: str) -> tuple[str, str]:
    """The opening and closing quotation mark of a language (BCP 47 tag), English where it is not known."""
    return _MARKS.get(language.partition("-")[0].lower(), _ENGLISH)


def closed(text: str) -> str:
    """The quote with a full stop at its end where the release has a comma for the attribution that followed.

    The one change that a quote may undergo: `rivers,` said X becomes `rivers.`, and so does an end without any mark.
    """
    said = text.strip()
    bare = said
    while bare and (opening := _OPENED_BY.get(bare[-1])) and opening in bare[:-1]:
        bare = bare[:-1]
    inner = said[len(bare) :]  # the closing marks of a quotation within the quote stay behind the full stop
    if bare[-1:] in _OPEN_ENDS:
        return bare[:-1].rstrip() + "." + inner
    return bare + "." + inner if bare[-1:].isalnum() else said


def is_whole(quote: Quote) -> bool:
    """Whether the quote begins a sentence; words quoted inside the release's own sentence do not stand alone."""
    return not quote.text.lstrip(_OPENING)[:1].islower() and bool(quote.text.strip())


def spoken(quote: Quote) -> list[str]:
    """The sentences of a quote, its pieces joined; a comma stays where the sentence goes on after the attribution."""
    joined = ""
    for index, piece in enumerate(quote.pieces):
        last = index + 1 == len(quote.pieces)
        ends_here = last or quote.pieces[index + 1].lstrip(_OPENING)[:1].isupper()
        joined += (closed(piece) if ends_here else piece.strip()) + " "
    return sentences(joined)


def attribution(quote: Quote, handles: Mapping[str, str], *, title: bool = True) -> str:
    """The line under a quote: `— Name (@handle), Title`; empty where nobody is known to have said it."""
    if not quote.speaker:
        return ""
    handle = handles.get(quote.speaker)
    name = f"{quote.speaker} ({handle})" if handle else quote.speaker
    return f"{_DASH}{name}, {quote.title}" if title and quote.title else f"{_DASH}{name}"


def whole(quote: Quote, language: str, handles: Mapping[str, str], fits: Fits) -> RichText | None:
    """The whole quote in its marks with the attribution on a line of its own, the title given up where it must be.

    None where it does not fit.
    """
    said = spoken(quote)
    return _with_speaker(_Run(said, language), (0, len(said)), quote, handles, fits)


def part(quote: Quote, language: str, handles: Mapping[str, str], fits: Fits) -> RichText | None:
    """The longest run of whole sentences that fits one post with its speaker, marked where it stops short.

    A run from the beginning is preferred, as what is said later may lean on it. None where no sentence fits, or where
    what fits is too short to mean anything.
    """
    said = spoken(quote)
    run = _Run(said, language)
    best: RichText | None = None
    for start in range(len(said)):
        for stop in range(start + 1, len(said) + 1):
            fitting = _with_speaker(run, (start, stop), quote, handles, fits)
            if fitting is None:
                break
            enough = sum(len(sentence.split()) for sentence in said[start:stop]) >= _FEWEST_WORDS
            if enough and (best is None or len(fitting.plain) > len(best.plain)):
                best = fitting
        if start == 0 and best is not None:
            break
    return best


def _with_speaker(
    run: _Run, ends: tuple[int, int], quote: Quote, handles: Mapping[str, str], fits: Fits
) -> RichText | None:
    for title in (True, False):
        post = run.post(*ends, attribution(quote, handles, title=title), marked=True)
        if fits(post):
            return post
    return None


def over_posts(quote: Quote, language: str, handles: Mapping[str, str], fits: Fits) -> list[RichText] | None:
    """The quote over as few posts as it needs, cut between sentences, each in its marks, the speaker on the last.

    Where the last sentence leaves no room for the speaker, the name leads the first post instead. None where a single
    sentence is longer than a post.
    """
    said = spoken(quote)
    run = _Run(said, language)
    for title in (True, False):
        line = attribution(quote, handles, title=title)

        def named_last(start: int, stop: int, line: str = line) -> RichText:
            return run.post(start, stop, line if stop == len(said) else "")

        def named_first(start: int, stop: int, line: str = line) -> RichText:
            lead = f"{line.removeprefix(_DASH)}:\n" if start == 0 else ""
            return as_rich(lead) + run.post(start, stop)

        for post in (named_last, named_first):
            if posts := partition(len(said), post, fits):
                return posts
    return None


class _Run:
    """Sentences of one quote as posts."""

    def __init__(self, said: list[str], language: str) -> None:
        self.said = said
        self.marks = marks(language)

    def post(self, start: int, stop: int, line: str = "", *, marked: bool = False) -> RichText:
        """The sentences from `start` up to `stop` in their marks; `marked` shows where some are left out."""
        left, right = self.marks
        text = f"{left}{' '.join(self.said[start:stop])}{right}"
        if marked:
            text = (f"{LEFT_OUT} " if start else "") + text + (f" {LEFT_OUT}" if stop < len(self.said) else "")
        return as_rich(f"{text}\n{line}" if line else text)


def within(limits: tuple[Limit, ...]) -> Fits:
    """Whether a post is within all of these limits."""
    return lambda text: all(limit.count(text) <= limit.most for limit in limits)
