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
_OPEN_ENDS = ",;"
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
    bare = text.rstrip()
    if not bare:
        return bare
    if bare[-1] in _OPEN_ENDS:
        return bare[:-1].rstrip() + "."
    return bare + "." if bare[-1].isalnum() else bare


def is_whole(quote: Quote) -> bool:
    """Whether the quote begins a sentence; words quoted inside the release's own sentence do not stand alone."""
    return not quote.text.lstrip("\"'“‘«„‚([ ")[:1].islower() and bool(quote.text.strip())


def spoken(quote: Quote) -> list[str]:
    """The sentences of a quote, its pieces joined; a comma stays where the sentence goes on after the attribution."""
    joined = ""
    for index, piece in enumerate(quote.pieces):
        last = index + 1 == len(quote.pieces)
        ends_here = last or quote.pieces[index + 1].lstrip("\"'“‘«„‚([ ")[:1].isupper()
        joined += (closed(piece) if ends_here else piece.strip()) + " "
    return sentences(joined)


def attribution(quote: Quote, handles: Mapping[str, str], *, title: bool = True) -> str:
    """The line under a quote: `— Name (@handle), Title`; empty where nobody is known to have said it."""
    if not quote.speaker:
        return ""
    handle = handles.get(quote.speaker)
    name = f"{quote.speaker} ({handle})" if handle else quote.speaker
    return f"— {name}, {quote.title}" if title and quote.title else f"— {name}"


def whole(quote: Quote, language: str, handles: Mapping[str, str]) -> RichText:
    """The whole quote in its marks with the attribution on a line of its own."""
    return _run(spoken(quote), language, attribution(quote, handles))


def opening(quote: Quote, language: str, handles: Mapping[str, str], fits: Fits) -> RichText | None:
    """The longest run of whole sentences from the beginning of a quote that fits, marked where it stops short.

    None where not even the first sentence fits, or where what fits is too short to mean anything.
    """
    said = spoken(quote)
    for count in range(len(said), 0, -1):
        for title in (True, False):
            post = _run(said[:count], language, attribution(quote, handles, title=title), cut=count < len(said))
            if fits(post):
                return post if sum(len(part.split()) for part in said[:count]) >= _FEWEST_WORDS else None
    return None


def over_posts(quote: Quote, language: str, handles: Mapping[str, str], fits: Fits) -> list[RichText] | None:
    """The quote over as few posts as it needs, cut between sentences, each in its marks, the speaker on the last.

    None where a single sentence does not fit in a post.
    """
    said = spoken(quote)
    for title in (True, False):
        line = attribution(quote, handles, title=title)

        def post(start: int, stop: int, line: str = line) -> RichText:
            return _run(said[start:stop], language, line if stop == len(said) else "")

        if posts := partition(len(said), post, fits):
            return posts
    return None


def _run(said: list[str], language: str, line: str, *, cut: bool = False) -> RichText:
    left, right = marks(language)
    text = f"{left}{' '.join(said)}{right}"
    if cut:
        text = f"{text} {LEFT_OUT}"
    return as_rich(f"{text}\n{line}" if line else text)


def within(limits: tuple[Limit, ...]) -> Fits:
    """Whether a post is within all of these limits."""
    return lambda text: all(limit.count(text) <= limit.most for limit in limits)
