"""How each network counts a post: one small function a rule, each with its source."""

from __future__ import annotations

import unicodedata
from functools import lru_cache
from itertools import groupby
from typing import Any, Literal

from publisher.text.graphemes import count_graphemes
from publisher.text.patterns import later
from publisher.text.rich import RichText
from publisher.text.urls import find_urls

_URL_WEIGHT = 23
_LIGHT = ((0, 4351), (8192, 8205), (8208, 8223), (8242, 8247))
_SHORT = 1_000
_MARKS_IN_ONE = {"\u0f73": "\u0f71\u0f72", "\u0f75": "\u0f71\u0f74", "\u0f81": "\u0f71\u0f80"}
_PLAIN = later(r"[\u0000-\u02ff\u2010-\u201f]*")  # nothing here composes, joins, or weighs more than one
_NO_EMOJI = later(r"[\u0000-\u02ff\u2010-\u2027]*")  # nor here, but bullets and ellipses weigh two


@lru_cache(maxsize=2)
def _pattern(name: Literal["emoji", "pictograph"]) -> Any:
    import regex  # noqa: PLC0415 -- a text of plain letters never needs it

    emoji = (
        r"\p{RI}\p{RI}|[0-9#*]\uFE0F?\u20E3"
        r"|(?:\p{Emoji_Presentation}|\p{Emoji}\uFE0F|\p{Emoji}(?=\p{EMod}))[\p{EMod}\uFE0F]*[\U000E0020-\U000E007F]*"
        r"(?:\u200D\p{Extended_Pictographic}[\p{EMod}\uFE0F]*)*"
    )
    patterns = {"emoji": emoji, "pictograph": rf"{emoji}|\p{{Extended_Pictographic}}\uFE0F?"}
    return regex.compile(patterns[name])


def weighted(text: RichText) -> int:
    """Weighted characters on X, out of 280: most letters 1, CJK and emoji 2, each URL 23, after NFC.

    A longer text may weigh less: its last letter makes a link or a joined emoji of what stood there. Behind white space
    it never does.

    Source: twitter-text `config/v3.json` and https://docs.x.com/fundamentals/counting-characters.
    """
    plain = composed(text.plain)
    urls = find_urls(plain)
    total = len(urls) * _URL_WEIGHT
    at = 0
    for start, end in [*urls, (len(plain), len(plain))]:
        total += _weight(plain[at:start])
        at = end
    return total


def composed(plain: str) -> str:
    """The text in normal form C. Linear, as `unicodedata` is not where thousands of marks stand on one letter."""
    if len(plain) > _SHORT and not _PLAIN.fullmatch(plain):
        for mark, marks in _MARKS_IN_ONE.items():
            plain = plain.replace(mark, marks)
        runs = groupby(plain, key=lambda character: unicodedata.combining(character) > 0)
        plain = "".join(["".join(sorted(run, key=unicodedata.combining) if marks else run) for marks, run in runs])
    return unicodedata.normalize("NFC", plain)


def _weight(part: str) -> int:
    if _PLAIN.fullmatch(part):
        return len(part)
    if _NO_EMOJI.fullmatch(part):
        return sum(map(_character_weight, part))
    total = 0
    at = 0
    for emoji in _pattern("emoji").finditer(part):
        total += sum(map(_character_weight, part[at : emoji.start()])) + 2
        at = emoji.end()
    return total + sum(map(_character_weight, part[at:]))


def _character_weight(character: str) -> int:
    point = ord(character)
    return 1 if any(first <= point <= last for first, last in _LIGHT) else 2


def graphemes(text: RichText) -> int:
    """User-perceived characters (extended grapheme clusters), as Bluesky counts.

    Source: lexicon app.bsky.feed.post `maxGraphemes`; Unicode UAX #29.
    """
    return count_graphemes(text.plain)


def utf8_bytes(text: RichText) -> int:
    """Bytes of the text in UTF-8. Source: lexicon app.bsky.feed.post `maxLength`."""
    return len(text.plain.encode())


def code_points(text: RichText) -> int:
    """Unicode code points of what a reader sees, as Telegram counts after parsing entities.

    Source: tdlib `MessageContent.cpp`, `utf8_length(text.text) > message_text_length_max`.
    """
    return len(text.plain)


def utf16_units(text: RichText) -> int:
    """UTF-16 code units: what the `offset` and `length` of an entity on Telegram are counted in.

    Source: Bot API, `MessageEntity`.
    """
    return utf16_length(text.plain)


def utf16_length(text: str) -> int:
    """UTF-16 code units of a text, in which an emoji is two or more: no count of characters gives more."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


def characters_and_emoji_bytes(text: RichText) -> int:
    """Characters on Threads, out of 500: an emoji counts as the bytes of its whole sequence in UTF-8.

    Which characters are emoji is not said, so a pictograph that may be shown as text (©, ™, ☺) counts as one: no post
    is refused for having been counted too low. Source: Threads API, "Posts", text-only limits.
    """
    plain = text.plain
    if _PLAIN.fullmatch(plain) and not any(sign in plain for sign in "\u00a9\u00ae"):
        return len(plain)
    return len(plain) + sum(len(emoji.encode()) - len(emoji) for emoji in _pattern("pictograph").findall(plain))
