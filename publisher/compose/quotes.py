"""How a quote stands alone in a post. The words are the release's own; see `closed` for the one permitted change."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from publisher.compose.model import Limit
from publisher.compose.quotation_marks import marks
from publisher.release.language import load
from publisher.release.model import Quote
from publisher.text.cutting import Fits, partition
from publisher.text.rich import EMPTY, RichText, Span, as_rich
from publisher.text.sentences import sentences

_DASH = "— "
_OPEN_ENDS = (",", ";")
_SENTENCE_ENDS = tuple(".!?…:")
_OPENING = "\"'“‘«„‚([ "
_OPENED_BY = {"”": "“", "’": "‘", "“": "„", "»": "«", '"': ' "', "'": " '", ")": "(", "]": "["}
_WIDE_ENDS = tuple("。！？」』")
_FEWEST_WORDS = 4
_ENOUGH_WORDS = 8
_NAMED_TWICE = 3
LEFT_OUT = "[…]"
"""Marks, outside the quotation marks, that sentences of the quote before or after are left out."""


@dataclass(frozen=True, eq=False, repr=False)
class Spoken:
    """A quote as whole sentences. `fragments` are words of it that are part of the release's own sentence."""

    sentences: tuple[str, ...]
    fragments: tuple[str, ...] = ()


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
        bare = bare[:-1].rstrip()
        return bare + ("" if bare.endswith(_SENTENCE_ENDS) else ".") + inner
    return bare + "." + inner if bare[-1:].isalnum() else said


@lru_cache(maxsize=64)  # each channel asks again, and more than once
def spoken(quote: Quote) -> Spoken:
    """The whole sentences of a quote, its pieces joined where a sentence goes on behind the attribution."""
    said: list[str] = []
    fragments: list[str] = []
    goes_on = False
    for index, piece in enumerate(quote.pieces):
        ends = _ends_a_sentence(quote, index)
        parts = sentences(closed(piece) if ends else piece)
        if parts and goes_on:
            said[-1] = f"{said[-1]} {parts.pop(0)}"
        elif parts and _is_small(parts[0].lstrip(_OPENING)[:1]):
            fragments.append(parts.pop(0))
        said += parts
        goes_on = not ends and bool(said)
    if goes_on:
        fragments.append(said.pop())
    return Spoken(tuple(said), tuple(fragments))


def together(said: Sequence[str]) -> str:
    """Sentences as one text: a space between them, but none behind a full stop that is as wide as a letter."""
    return "".join(f"{sentence}{'' if sentence.endswith(_WIDE_ENDS) else ' '}" for sentence in said).rstrip(" ")


def in_full(quote: Quote) -> str:
    """All words of a quote as one text, a piece with which a sentence ends closed as it is where it stands alone."""
    return " ".join(
        closed(piece) if _ends_a_sentence(quote, index) else piece.strip() for index, piece in enumerate(quote.pieces)
    )


def _ends_a_sentence(quote: Quote, index: int) -> bool:
    following = "".join(quote.pieces[index + 1 : index + 2]).lstrip(_OPENING)
    if quote.pieces[index].rstrip()[-1:].isalnum() and _is_small(following[:1]):
        return False
    if len(quote.ends) == len(quote.pieces):
        return quote.ends[index]
    return not following or following[:1].isupper()


def _is_small(letter: str) -> bool:
    """Whether a sentence would not begin with this letter. Georgian has small letters that begin its sentences."""
    return letter.islower() and letter.title() != letter


def attribution(quote: Quote, handles: Mapping[str, str], *, title: bool = True) -> RichText:
    """Who said it: `Name (@handle), Title`, the handle a mention; EMPTY where nobody is known to have said it.

    `handles` maps names to what the network calls their accounts; a number or an address of an account, which no reader
    would know, is shown as `@Name`. A URN is for a network that wants nothing but the name, which is the mention then.
    """
    if not quote.speaker:
        return EMPTY
    named = as_rich(quote.speaker)
    handle = handles.get(quote.speaker, "")
    if handle.startswith("urn:"):
        named = RichText((Span(quote.speaker, mention=handle),))
    elif handle:
        shown = handle if handle.startswith("@") else f"@{quote.speaker}"
        named = named + " (" + RichText((Span(shown, mention=handle),)) + ")"
    return named + f", {quote.title}" if title and quote.title else named


def whole(quote: Quote, language: str, handles: Mapping[str, str], fits: Fits) -> RichText | None:
    """The whole quote in its marks with the attribution on a line of its own, the title given up where it must be.

    None where it does not fit.
    """
    run = _Run(spoken(quote).sentences, language)
    return _with_speaker(run, (0, len(run.said)), quote, handles, fits)


def part(quote: Quote, language: str, handles: Mapping[str, str], fits: Fits) -> RichText | None:
    """The longest run of whole sentences that fits one post with its speaker, marked where it stops short.

    A run from the beginning is preferred, unless it is hardly more than an exclamation and another has twice its words.
    None where no sentence fits, or where what fits is too short to mean anything, or would lean on what is left out
    ("This …").
    """
    run = _Run(spoken(quote).sentences, language)
    leaning = load(language).words("leaning_openers")
    best: tuple[int, RichText] | None = None
    beginning: tuple[int, RichText] | None = None
    for start in range(len(run.said)):
        if start and run.said[start].lstrip(_OPENING).split(maxsplit=1)[0].rstrip(",").lower() in leaning:
            continue
        for stop in range(start + 1, len(run.said) + 1):
            fitting = _with_speaker(run, (start, stop), quote, handles, fits)
            if fitting is None:
                break
            words = sum(len(sentence.split()) for sentence in run.said[start:stop])
            if words >= _FEWEST_WORDS and (best is None or words > best[0]):
                best = words, fitting
        if start == 0:
            beginning = best
            if beginning is not None and beginning[0] >= _ENOUGH_WORDS:
                break
    if best and beginning and best[0] < 2 * beginning[0]:
        best = beginning
    return best[1] if best else None


def _with_speaker(
    run: _Run, ends: tuple[int, int], quote: Quote, handles: Mapping[str, str], fits: Fits
) -> RichText | None:
    for title in (True, False):
        post = run.post(*ends, line=attribution(quote, handles, title=title))
        if fits(post):
            return post
    return None


def over_posts(quote: Quote, language: str, handles: Mapping[str, str], fits: Fits) -> tuple[list[RichText], list[str]]:
    """The quote over as few posts as it needs, cut between sentences, each in its marks, the speaker on the last.

    Where that takes three posts or more, the name leads the first as well, if it has room there; where the last
    sentence leaves it no room, it leads alone. With room at neither end the quote stops at the last sentence that
    leaves some.

    Returns:
        The posts, and the sentences that are left out and marked: longer than a post, by themselves or with the name.
    """
    run = _Run(spoken(quote).sentences, language)
    full, name = (attribution(quote, handles, title=title) for title in (True, False))
    ends = (at for at in reversed(range(len(run.said))) if fits(run.post(at, at + 1, line=name)))
    behind = set(range(next(ends, -1) + 1, len(run.said)))
    for marked in (False, True):  # beside a gap a sentence needs room for the mark; seldom does it miss just that
        whole_run = None if marked else (0, len(run.said))
        too_long = {at for at in range(len(run.said)) if not fits(run.post(at, at + 1, inside=whole_run))}
        for left_out in (too_long, too_long | behind):
            if posts := _named(run, left_out, full, name, fits):
                return posts, [run.said[at] for at in sorted(left_out)]
    return [], list(run.said)


def _named(run: _Run, left_out: set[int], full: RichText, name: RichText, fits: Fits) -> list[RichText]:
    """The sentences that are not left out over posts, the speaker named as fully as there is room; [] for no room."""
    stretches = _stretches(len(run.said), left_out)
    for first, last, most in (
        (EMPTY, full, _NAMED_TWICE - 1),
        (full, full, None),
        (full, name, None),
        (name, full, None),
        (EMPTY, full, None),
        (EMPTY, name, _NAMED_TWICE - 1),
        (name, name, None),
        (EMPTY, name, None),
        (full, EMPTY, None),
        (name, EMPTY, None),
    ):
        unlinked = as_rich(first.plain) if last else first  # nobody is notified twice
        posts = _stretched(run, stretches, unlinked, last, fits)
        if posts is not None and (most is None or len(posts) <= most):
            return posts
    return []


def _stretches(count: int, left_out: set[int]) -> list[tuple[int, int]]:
    """The runs of sentences between those that are left out."""
    edges = [-1, *sorted(left_out), count]
    return [(before + 1, after) for before, after in pairwise(edges) if after - before > 1]


def _stretched(
    run: _Run, stretches: list[tuple[int, int]], first: RichText, last: RichText, fits: Fits
) -> list[RichText] | None:
    """Each stretch over its posts; `first` leads the very first post, `last` ends the very last."""
    posts: list[RichText] = []
    for begin, end in stretches:

        def post(start: int, stop: int, begin: int = begin, end: int = end) -> RichText:
            opens, closes = begin == stretches[0][0], end == stretches[-1][1]
            return run.post(
                begin + start,
                begin + stop,
                lead=first if opens and start == 0 else EMPTY,
                line=last if closes and begin + stop == end else EMPTY,
                inside=(begin, end),
            )

        sizes = [len(sentence) for sentence in run.said[begin:end]]
        sizes[0] += len(first.plain) if begin == stretches[0][0] else 0
        sizes[-1] += len(last.plain) if end == stretches[-1][1] else 0
        divided = partition(sizes, post, fits)
        if divided is None:
            return None
        posts += divided
    return posts or None


class _Run:
    """The sentences of one quote as posts."""

    def __init__(self, said: tuple[str, ...], language: str) -> None:
        self.said = said
        self.marks = marks(language, " ".join(said))

    def post(
        self,
        start: int,
        stop: int,
        *,
        lead: RichText = EMPTY,
        line: RichText = EMPTY,
        inside: tuple[int, int] | None = None,
    ) -> RichText:
        """The sentences from `start` up to `stop` in quotation marks.

        Args:
            start: The first sentence.
            stop: The one after the last.
            lead: The attribution, where it leads.
            line: The attribution, where it follows.
            inside: The stretch that goes over several posts; only its outer ends show what is left out there.
        """
        begin, end = inside or (start, stop)
        left, right = self.marks
        text = f"{left}{together(self.said[start:stop])}{right}"
        if start == begin and begin > 0:
            text = f"{LEFT_OUT} {text}"
        if stop == end and end < len(self.said):
            text = f"{text} {LEFT_OUT}"
        post = lead + f":\n{text}" if lead else as_rich(text)
        return post + f"\n{_DASH}" + line if line else post


def within(limits: tuple[Limit, ...]) -> Fits:
    """Whether a post is within all of these limits."""
    return lambda text: all(limit.holds(text) for limit in limits)
