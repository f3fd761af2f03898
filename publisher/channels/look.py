"""`Look`: how a network shows a post, for whoever draws one without asking which network it is."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from typing import Literal

Shape = Literal["post", "message", "mail", "page"]

_TWO_COLUMNS = frozenset("WF")  # East_Asian_Width of Unicode's UAX 11


@dataclass(frozen=True)
class Fold:
    """Where a network shows no more of a text before the reader asks for the rest.

    `lines` of the text are shown, and `words` stand below them ("Show more"). A line ends where the text breaks it, and
    after `columns` characters, about as many as the network's own column has; 0: only where the text breaks it.
    """

    lines: int
    words: str
    columns: int = 0

    def at(self, text: str) -> int | None:
        """The place in a text, in code points, up to which it is shown; None where all of it is."""
        position = 0
        shown = 0
        for line in text.splitlines(keepends=True):
            for length in _wrapped(line, self.columns):
                if shown == self.lines:
                    return position
                position += length
                shown += 1
        return None


@dataclass(frozen=True)
class Look:
    """How posts look on a network.

    Attributes:
        shape: A `post` in a feed, a `message` in a chat, a `mail`, or a `page`.
        accent: The colour of links, mentions and hashtags, as `#rrggbb`: on white, and on a dark ground. Where the
            network's own is too faint to be read by everybody, the nearest that is (WCAG 2.2: contrast of 4.5).
        avatar: The outline of the account's picture.
        thread_line: A line joins the posts of a thread.
        bold: Readers see bold and italics.
        frame: What is around the text of a message: a `bubble`, or a coloured `bar` beside it in the layout `brief`.
        badge: A word that the network puts behind the name of an account that is run by a program.
        fold: Where the network folds a text; None: it does not, or nobody knows where.
    """

    shape: Shape = "post"
    accent: tuple[str, str] = ("#0b57d0", "#a8c7fa")
    avatar: Literal["circle", "rounded", "none"] = "circle"
    thread_line: bool = False
    bold: bool = False
    frame: Literal["", "bubble", "bar"] = ""
    badge: str = ""
    fold: Fold | None = None


NEUTRAL = Look()


def _wrapped(line: str, columns: int) -> list[int]:
    """The lengths of the lines that one line becomes in a column so wide, broken between words where there are any."""
    if not columns:
        return [len(line)]
    lengths: list[int] = []
    start = gap = width = 0
    for at, sign in enumerate(line):
        if sign.isspace():
            gap = at + 1  # white space hangs over the edge of a line, and the next one begins behind it
            width += 1
            continue
        width += 2 if unicodedata.east_asian_width(sign) in _TWO_COLUMNS else 1
        if width > columns and at > start:
            end = gap if gap > start else at
            lengths.append(end - start)
            start = end
            width = sum(2 if unicodedata.east_asian_width(each) in _TWO_COLUMNS else 1 for each in line[start : at + 1])
    lengths.append(len(line) - start)
    return lengths
