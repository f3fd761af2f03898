"""What X makes of a text: whom it mentions, its hashtags and cashtags, and whether it may be posted.

Source of every rule: twitter-text, its regular expressions and its conformance suite. Positions are code points.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any, NamedTuple, TypeVar

from publisher.text.atoms import SIGNS_IN_HASHTAGS
from publisher.text.counting import weighted
from publisher.text.patterns import later
from publisher.text.rich import RichText
from publisher.text.urls import ACCENTS, find_urls

_MOST = 280
_NEVER_POSTED = "\ufffe\ufeff\uffff"
_SPACES = r"\x09-\x0d\x20\x85\xa0\u1680\u180e\u2000-\u200a\u2028\u2029\u202f\u205f\u3000"
_MENTION = later(
    r"(?:(?<![A-Za-z0-9_!#$%&*@＠])|(?<=[Rr][Tt])(?<![A-Za-z0-9_+~.-]..))"
    r"[@＠](?P<name>[A-Za-z0-9_]{1,20})(?P<list>/[A-Za-z][A-Za-z0-9_-]{0,24})?"
)
_NO_MENTION = later(rf"[@＠{ACCENTS}]|://")
_REPLY = later(rf"[{_SPACES}]*[@＠](?P<name>[A-Za-z0-9_]{{1,20}})")
_CASHTAG = later(
    rf"(?<![^{_SPACES}])\$(?P<symbol>[A-Za-z]{{1,6}}(?:[._][A-Za-z]{{1,2}})?)"
    rf"(?![^{_SPACES}\ufeff!'#%&()*+,\\\-./:;<=>?@\[\]^_{{|}}~$])"
)
_NO_HASHTAG = later(r"[#＃]|://")

Place = TypeVar("Place", bound=tuple[Any, ...])


class Mention(NamedTuple):
    """`text[start:end]` is the @name, with the slug of a list that is one (`/press`) or an empty one."""

    start: int
    end: int
    name: str
    slug: str


@lru_cache(maxsize=1)
def _hashtag() -> Any:
    import regex  # noqa: PLC0415 -- a text without # never needs it

    sign = SIGNS_IN_HASHTAGS + r"\p{Nd}"
    return regex.compile(
        rf"(?:(?<=[\ufe0e\ufe0f])|(?<![\p{{L}}\p{{M}}{sign}&]))"
        rf"[#＃](?![\ufe0f\u20e3])(?=[{sign}]*+[\p{{L}}\p{{M}}])[\p{{L}}\p{{M}}{sign}]++"
    )


def find_mentions(text: str) -> list[Mention]:
    """Each @name, whose owner X notifies, and each @name/list, outside of links."""
    if "@" not in text and "＠" not in text:
        return []
    found = [
        Mention(match.start("name") - 1, match.end(), match["name"], match["list"] or "")
        for match in _MENTION.finditer(text)
        if not _NO_MENTION.match(text, match.end())
    ]
    return _outside_links(found, text)


def find_hashtags(text: str) -> list[tuple[int, int]]:
    """Start and end of each hashtag, its # included, outside of links."""
    if "#" not in text and "＃" not in text:
        return []
    found = [match.span() for match in _hashtag().finditer(text) if not _NO_HASHTAG.match(text, match.end())]
    return _outside_links(found, text)


def find_cashtags(text: str) -> list[tuple[int, int]]:
    """Start and end of each ticker symbol, its $ included. X takes one a post."""
    return [match.span() for match in _CASHTAG.finditer(text)] if "$" in text else []


def replied_to(text: str) -> str | None:
    """The name that the text begins with, which makes a reply of it: only those who follow both see it."""
    match = _REPLY.match(text)
    return match["name"] if match and not _NO_MENTION.match(text, match.end()) else None


def is_valid_post(text: RichText) -> bool:
    """Whether X takes the text: not empty, not too long, and without the three characters that are none."""
    return 0 < weighted(text) <= _MOST and not any(character in text.plain for character in _NEVER_POSTED)


def _outside_links(found: list[Place], text: str) -> list[Place]:
    """Those that do not begin in a link."""
    kept: list[Place] = []
    links = iter(find_urls(text))
    link = next(links, None)
    for place in found:
        while link and link[1] <= place[0]:
            link = next(links, None)
        if not link or place[0] < link[0]:
            kept.append(place)
    return kept
