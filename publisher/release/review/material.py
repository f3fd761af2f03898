"""What the checks look at."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, cached_property

from publisher.documents.model import Document, Finding
from publisher.release.embargo import is_embargo, near_top
from publisher.release.frame import Frame
from publisher.release.language import Language, everywhere
from publisher.release.lines import Line, lines_of
from publisher.release.model import Contact, Media, Quote
from publisher.text.patterns import later

_LONGEST_EMBARGO = 300
_WORD = later(r"\w+")


@cache
def _holding_back() -> tuple[str, ...]:
    """What any line of an embargo has in it, in whatever language."""
    names = ("not_for_release", "timed_release")
    return tuple({phrase for name in names for phrases in everywhere(name).values() for phrase in phrases})


@dataclass(frozen=True, eq=False, repr=False)
class Material:
    """A document, the roles of its lines, and what was made of them."""

    document: Document
    lines: Sequence[Line]
    frame: Frame
    quotes: tuple[Quote, ...]
    media: tuple[Media, ...]
    contacts: tuple[Contact, ...]
    headline: str
    language: Language

    @cached_property
    def text(self) -> str:
        """All of its words, a line each."""
        return "\n".join(line.plain for line in self.lines)

    @cached_property
    def lowered(self) -> str:
        return self.text.lower()

    @cached_property
    def words(self) -> frozenset[str]:
        """Its words in lower case, by which a check sees at once that there is nothing to look for."""
        return frozenset(_WORD.findall(self.lowered))

    @cached_property
    def embargo_lines(self) -> tuple[Line, ...]:
        """The lines near the top that hold the release back."""
        lowered = "\n".join(line.plain[:_LONGEST_EMBARGO] for line in self.top).lower()
        if not any(phrase in lowered for phrase in _holding_back()):
            return ()
        return tuple(line for line in self.top if is_embargo(line.plain, self.language))

    @cached_property
    def margins(self) -> Sequence[Line]:
        """The lines of page headers and footers."""
        return lines_of(self.document.margins)

    @property
    def head(self) -> Sequence[Line]:
        """The lines above the news and the first one of it, which holds the dateline, and page headers."""
        return [*self.lines[: (self.frame.lede or 0) + 1], *self.margins]

    @property
    def top(self) -> Sequence[Line]:
        """The lines in which words about the time of publication stand."""
        return [*near_top(self.lines), *(line for line in self.margins if line.is_text)]

    def news(self) -> Iterator[Line]:
        """The lines of the news itself."""
        for line, role in zip(self.lines, self.frame.roles, strict=True):
            if role == "body" and line.is_text:
                yield line


def in_order(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Findings by line; those about the whole release come last."""
    return tuple(sorted(findings, key=lambda finding: sys.maxsize if finding.line is None else finding.line))
