"""A text as it is drawn: without what cannot be drawn and is no word, and in pieces between which a line may end."""

from __future__ import annotations

import unicodedata
from functools import cache
from typing import Any

from publisher.text.patterns import later

_SPACE = later(r"[^\S\u00a0\u2007\u202f]+")
_UNDRAWN = later("[\u202a-\u202e\u2066-\u2069\ufff9-\ufffb\ufeff]")
_NOT_FIRST = frozenset(
    ")]}>”’»›,.;:!?…%‰°、。，．：；！？）］｝」』】〉》〕〗〙〟・ー々〻‐゠–〜～ゝゞヽヾぁぃぅぇぉっゃゅょゎァィゥェォッャュョヮヵヶㇰ।॥၊။།༎༔។៕៖ៗ፡።؟،؛ະາຳຽຯໆะาำๅๆฯ"
)
_NOT_LAST = frozenset("([{<“‘«‹„‚（［｛「『【〈《〔〖〘〝¿¡$£€¥#@เแโใไເແໂໃໄ")
_BREAK_AFTER = frozenset("-‐–—/\u200b\u0f0b")


def drawable(text: str) -> str:
    """The words in one line without emoji, control characters, and marks that turn the direction of what follows.

    Emoji are pictures, which the shipped fonts have not: the post and the alternative text keep them.
    """
    kept = "".join(cluster for cluster in clusters(_UNDRAWN.sub("", text)) if not _is_picture(cluster))
    kept = "".join(
        " " if letter in "\t\n\r\x0b\x0c\x85\u2028\u2029" else letter
        for letter in kept
        if letter in "\t\n\r\x0b\x0c\x85\u2028\u2029" or not _is_undrawn(letter)
    )
    return _SPACE.sub(" ", kept).strip()


def _is_undrawn(letter: str) -> bool:
    return unicodedata.category(letter) in {"Cc", "Cs"} or (ord(letter) & 0xFFFE) == 0xFFFE


def clusters(text: str) -> list[str]:
    """What a reader takes for single characters (extended grapheme clusters, Unicode UAX #29)."""
    return _cluster().findall(text)  # type: ignore[no-any-return]


def _is_picture(cluster: str) -> bool:
    found = None if cluster.isascii() else _picture().search(cluster)
    return bool(found) and cluster[0] not in "©®™"


@cache
def _cluster() -> Any:
    import regex  # noqa: PLC0415 -- only where a card is drawn

    # Two halves of a flag by themselves: \X counts all those that stand before, again for each.
    return regex.compile(r"\p{RI}\p{RI}[\p{GCB=Extend}\p{GCB=ZWJ}\p{GCB=SpacingMark}]*|\X")


@cache
def _picture() -> Any:
    import regex  # noqa: PLC0415 -- only where a card is drawn

    return regex.compile(
        r"\p{Emoji_Presentation}|\p{Emoji}\uFE0F|\u20E3|\p{RI}|[\U0001F000-\U0001FBFF\U000E0000-\U000E007F]"
    )


def pieces(text: str, language: str, *, within_words: bool = False) -> list[str]:
    """The text in pieces, after each of which a line may end; together they are the text.

    A line ends after a space or a dash; between the characters of Chinese and Japanese, phrases kept together (BudouX)
    and marks where they belong; in Thai after a word (BudouX); in Tibetan after a syllable. Lao, Khmer, Burmese and
    others have no spaces between words either, and only a dictionary knows where these end: a line ends where the text
    has a zero-width space, and with `within_words` after any of their letters.
    """
    parts: list[str] = []
    for before, here, phrase_ends in _neighbours(text, language):
        ends = before and _may_end(before, here, phrase_ends=phrase_ends)
        ends = ends or (within_words and before and _is_within_word(before, here))
        if parts and not ends:
            parts[-1] += here
        else:
            parts.append(here)
    return parts


def _neighbours(text: str, language: str) -> list[tuple[str, str, bool]]:
    ends = _phrase_ends(text, language)
    found: list[tuple[str, str, bool]] = []
    before, at = "", 0
    for cluster in clusters(text):
        found.append((before, cluster, ends is None or at in ends))
        before, at = cluster, at + len(cluster)
    return found


def _may_end(before: str, here: str, *, phrase_ends: bool) -> bool:
    first, last = here[0], before[-1]
    if _holds(before, here):
        return False
    if last in " \u200b\u3000":
        return True
    if last in _BREAK_AFTER:
        return not first.isdigit()
    if _is_ideograph(first) or _is_ideograph(last):
        return phrase_ends
    return _is_thai(first) and _is_thai(last) and phrase_ends


def _is_within_word(before: str, here: str) -> bool:
    return not _holds(before, here) and _is_unspaced(here[0]) and _is_unspaced(before[-1])


def _holds(before: str, here: str) -> bool:
    """Whether a mark keeps the two on one line."""
    first = here[0]
    return here.isspace() or first in _NOT_FIRST or before[-1] in _NOT_LAST or first in "\u00a0\u202f\u2007\u2060"


def _phrase_ends(text: str, language: str) -> frozenset[int] | None:
    """Where phrases end, counted in code points; None where nothing tells, and any place will do."""
    model = _model(language, text)
    if model is None:
        return None
    at, ends = 0, set()
    for phrase in _parser(model).parse(text):
        at += len(phrase)
        ends.add(at)
    return frozenset(ends)


def _model(language: str, text: str) -> str | None:
    subtags = language.lower().replace("_", "-").split("-")
    if any(map(_is_thai, text)):
        return "th"
    if subtags[0] == "ja" and any(map(_is_ideograph, text)):
        return "ja"
    if subtags[0] == "zh" and any(map(_is_ideograph, text)):
        return "zh-hant" if {"hant", "tw", "hk", "mo"} & set(subtags) else "zh-hans"
    return None


@cache
def _parser(model: str) -> Any:
    import budoux  # noqa: PLC0415 -- only where a card is drawn in one of its languages

    return {
        "ja": budoux.load_default_japanese_parser,
        "th": budoux.load_default_thai_parser,
        "zh-hans": budoux.load_default_simplified_chinese_parser,
        "zh-hant": budoux.load_default_traditional_chinese_parser,
    }[model]()


def _is_ideograph(letter: str) -> bool:
    code = ord(letter)
    return 0x2E80 <= code <= 0xA4CF or 0xF900 <= code <= 0xFAFF or 0xFF00 <= code <= 0xFFEF or 0x20000 <= code < 0x40000


def _is_thai(letter: str) -> bool:
    return "\u0e00" <= letter <= "\u0e7f"


def _is_unspaced(letter: str) -> bool:
    """Lao, Burmese, Khmer, the scripts of the Tai, Javanese and Balinese."""
    code = ord(letter)
    return (
        0x0E80 <= code <= 0x0EFF
        or 0x1000 <= code <= 0x109F
        or 0x1780 <= code <= 0x17FF
        or 0x1950 <= code <= 0x1AAF
        or 0x1B00 <= code <= 0x1B7F
        or 0xA980 <= code <= 0xA9DF
        or 0xAA60 <= code <= 0xAADF
    )
