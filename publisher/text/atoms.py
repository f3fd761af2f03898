"""Where a text may be cut: never inside what a reader, or a network, takes for one thing.

Such an atom is a grapheme cluster, a URL, a mention or a hashtag: a span that is marked as one, and in unmarked text
whatever looks like one. Link text of several words is none; an address that is shown as itself is.
"""

from __future__ import annotations

import unicodedata
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import groupby
from typing import TYPE_CHECKING, Any

from publisher.text.graphemes import find_graphemes
from publisher.text.patterns import later
from publisher.text.urls import find_urls

if TYPE_CHECKING:
    from publisher.text.rich import Span

Interval = tuple[int, int]

_BLANK = frozenset("\t\n\x0b\x0c\r \x85\xa0\u2028\u2029\u202f\u205f\u3000").union(map(chr, range(0x2000, 0x200B)))
"""White space that no URL holds, by any rule."""

SIGNS_IN_HASHTAGS = r"_\u200c\u200d\ua67e\u05be\u05f3\u05f4\uff5e\u301c\u309b\u309c\u30a0\u30fb\u3003\u0f0b\u0f0c\u00b7"
"""What stands for a letter in the hashtags of some language. Source: twitter-text."""

_NAME = later(  # @jane, @jane.example, @jane@rivers.example, @rivers/press
    r"[@＠][A-Za-z0-9_]+(?:[.-][A-Za-z0-9_]+)*(?:[@＠]\w+(?:[.-]\w+)*|/[A-Za-z][A-Za-z0-9_-]*)?"
)
_SCHEME = later(r"[A-Za-z][A-Za-z0-9+.-]*:(?://)?")
_JOIN_BACKWARDS = frozenset("\u0e33\u0eb3\uff9e\uff9f")  # letters that Unicode counts to what stands before them
_NOT_FREE = frozenset(("Mn", "Me", "Mc", "Cf", "Cn", "Sk"))  # such a character may belong to what stands before it
_JOIN_FORWARDS = frozenset(
    "\u0d4e\U000111c2\U000111c3\U0001193f\U00011941\U00011a84\U00011a85\U00011a86\U00011a87\U00011a88\U00011a89\U00011d46"
)


def safe_cut(plain: str, marked: list[Interval], at: int) -> int:
    """The last position up to `at`, in code points of `plain`, that lies inside no atom.

    `marked` are the atoms that marks make. Takes time in proportion to the characters between the nearest white space
    on both sides, and none worth mentioning where the position is beside white space itself.
    """
    if not 0 < at < len(plain):
        return at
    window: Interval = (0, 0)
    unmarked: list[Interval] = []
    while True:
        before = at
        if not _is_free(plain, at):
            if not window[0] < at < window[1]:
                window = _window(plain, at)
                unmarked = _merged(_unmarked(plain[slice(*window)]))
            at = window[0] + _start_around(unmarked, at - window[0])
        at = _start_around(marked, at)
        if at in (0, before):
            return at


def safe_cuts(plain: str, marked: list[Interval]) -> list[int]:
    """Every position in a text that lies inside no atom, the end included, the beginning not. Linear."""
    cuts: list[int] = []
    at = 1
    for start, end in [*_merged([*marked, *_unmarked(plain)]), (len(plain), len(plain))]:
        cuts.extend(range(at, start + 1))
        at = max(at, end)
    return cuts


def marked_atoms(spans: Sequence[Span]) -> list[Interval]:
    """The atoms that marks make: the text of a mention, of a hashtag, and of a link that shows its own address."""
    if not any(span.mention or span.hashtag or span.link for span in spans):
        return []
    found: list[Interval] = []
    at = 0
    for span in spans:
        if span.hashtag or (span.link and _is_address(span.text, span.link)):
            found.append(_stripped(span.text, at))
        at += len(span.text)
    for mark in _SHARED:
        at = 0
        for value, group in groupby(spans, key=mark):
            texts = [span.text for span in group]
            text = "".join(texts) if value else ""
            if value and (mark is _mention or _is_address(text, value)):
                found.append(_stripped(text, at))
            at += sum(map(len, texts))
    return _merged(found)


def _mention(span: Span) -> str | None:
    return span.mention


def _link(span: Span) -> str | None:
    return span.link


_SHARED = (_mention, _link)  # one of which may go on in another span, set in bold


def _stripped(text: str, at: int) -> Interval:
    """Where a text that begins at a position is without the white space around it."""
    return at + len(text) - len(text.lstrip()), at + len(text.rstrip())


def _is_address(text: str, target: str) -> bool:
    """Whether a link shows an address, its own or another's."""
    shown = text.strip()
    if not shown or any(map(str.isspace, shown)):
        return False
    bare = target[scheme.end() :] if (scheme := _SCHEME.match(target)) else target
    return shown.rstrip("/") in (target.rstrip("/"), bare.rstrip("/")) or find_urls(shown) == [(0, len(shown))]


def _unmarked(plain: str) -> list[Interval]:
    """The atoms of bare text, as one may see it: its URLs, mentions, hashtags, and the graphemes of many characters."""
    names = (match.span() for match in _NAME.finditer(plain))
    tags = (match.span() for match in _tag().finditer(plain)) if "#" in plain or "＃" in plain else ()
    return [*find_urls(plain), *names, *tags, *find_graphemes(plain)]


@lru_cache(maxsize=1)
def _tag() -> Any:
    import regex  # noqa: PLC0415 -- a text without # never needs it

    return regex.compile(rf"[#＃][\p{{L}}\p{{M}}\p{{N}}{SIGNS_IN_HASHTAGS}]+")


def _merged(intervals: Iterable[Interval]) -> list[Interval]:
    """In order, those that overlap made one."""
    merged: list[Interval] = []
    for start, end in sorted(intervals):
        if merged and start < merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        elif start < end:
            merged.append((start, end))
    return merged


def _start_around(intervals: list[Interval], at: int) -> int:
    """Where the interval around a position begins; the position itself, where there is none."""
    index = bisect_left(intervals, (at, at)) - 1
    return intervals[index][0] if index >= 0 and at < intervals[index][1] else at


def _window(plain: str, at: int) -> Interval:
    """The nearest positions on both sides of one that are free."""
    start = end = at
    while start > 0 and not _is_free(plain, start):
        start -= 1
    while end < len(plain) and not _is_free(plain, end):
        end += 1
    return start, end


def _is_free(plain: str, at: int) -> bool:
    """Whether a position beside white space lies inside no atom of bare text, as almost all of those do (UAX #29)."""
    before, behind = plain[at - 1], plain[at]
    if behind in _BLANK:
        if before < "\u0300":
            return before != "\r" or behind != "\n"
        return before not in _JOIN_FORWARDS and unicodedata.category(before) not in ("Cf", "Cn")
    if before in _BLANK:
        if behind < "\u0300":
            return True
        return behind not in _JOIN_BACKWARDS and unicodedata.category(behind) not in _NOT_FREE
    return False
