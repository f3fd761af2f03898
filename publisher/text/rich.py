"""Rich text: an immutable run of spans, each with its own marks."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cached_property

from publisher.text.atoms import marked_atoms, safe_cut


@dataclass(frozen=True)
class Span:
    """Text with one set of marks.

    `link` is an absolute URL; `hashtag` says that the text is a hashtag with its `#`. `mention` is the account that the
    text tags, as its network names it (a handle, a number): its owner is notified.
    """

    text: str
    bold: bool = False
    italic: bool = False
    code: bool = False
    link: str | None = None
    hashtag: bool = False
    mention: str | None = None


@dataclass(frozen=True)
class RichText:
    """Spans in reading order. Neighbours with the same marks may stand apart; `plain` is what a reader sees."""

    spans: tuple[Span, ...] = ()

    @cached_property
    def plain(self) -> str:
        return "".join([span.text for span in self.spans])

    @cached_property
    def marked_atoms(self) -> list[tuple[int, int]]:
        """Start and end of what marks make one thing: mentions, hashtags, links that show their own address."""
        return marked_atoms(self.spans)

    def __bool__(self) -> bool:
        for span in self.spans:  # noqa: SIM110 -- asked so often that a generator would show
            if span.text:
                return True
        return False

    def __add__(self, other: RichText | str) -> RichText:
        return RichText(self.spans + as_rich(other).spans)

    def __getitem__(self, cut: slice) -> RichText:
        """The part between two code-point positions of `plain`, marks kept (`text[3:10]`; steps are not supported).

        Nothing is split that is one thing to a reader or a network: a position inside a grapheme, a URL, a mention or a
        hashtag counts as where that begins. So `text[:at] + text[at:]` is always the whole text.
        """
        start, stop = map(self.safe_cut, cut.indices(len(self.plain))[:2])
        if start == 0 and stop == len(self.plain):
            return self
        kept: list[Span] = []
        at = 0
        for span in self.spans:
            piece = span.text[max(start - at, 0) : max(stop - at, 0)]
            if piece:
                kept.append(replace(span, text=piece))
            at += len(span.text)
        return RichText(tuple(kept))

    def safe_cut(self, at: int) -> int:
        """The last position up to this one, in code points of `plain`, where a cut splits nothing that is one thing."""
        return safe_cut(self.plain, self.marked_atoms, at)

    def strip(self) -> RichText:
        plain = self.plain
        if len(plain.strip()) == len(plain):
            return self
        start = len(plain) - len(plain.lstrip())
        stop = max(len(plain.rstrip()), start)
        # White space may be part of a grapheme, and stays where the rest of that would go with it.
        return self[start : stop if self.safe_cut(stop) == stop else len(plain)]

    def marked(self, *, bold: bool = False, italic: bool = False) -> RichText:
        """The same text with every span set in bold or italics, marks it has already kept."""
        if not self.spans:
            return self
        return RichText(
            tuple([replace(span, bold=span.bold or bold, italic=span.italic or italic) for span in self.spans])
        )


EMPTY = RichText()


def as_rich(text: RichText | str) -> RichText:
    if isinstance(text, RichText):
        return text
    return RichText((Span(text),)) if text else EMPTY


def link(url: str, text: str = "") -> RichText:
    """A link; without a text it shows its own address."""
    return RichText((Span(text or url, link=url),))


def join(parts: Iterable[RichText | str], separator: str = "") -> RichText:
    """The non-empty parts with the separator between them."""
    spans: list[Span] = []
    between = Span(separator)
    for part in parts:
        rich = as_rich(part)
        if not rich:
            continue
        if spans and separator:
            spans.append(between)
        spans.extend(rich.spans)
    return RichText(tuple(spans))
