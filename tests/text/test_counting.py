"""Posts are counted as each network counts them."""

import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ruamel.yaml import YAML

from publisher.text.counting import (
    characters_and_emoji_bytes,
    code_points,
    composed,
    graphemes,
    utf8_bytes,
    utf16_units,
    weighted,
)
from publisher.text.rich import as_rich

CONFORMANCE = Path(__file__).parents[3] / "shared/data/x/twitter-text/conformance"
FAMILY = "👩‍👩‍👧‍👦"


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("Hello", 5),
        ("https://example.org/a/very/long/address/that/goes/on/and/on/and/on", 23),
        ("See example.org today", 4 + 23 + 6),
        ("漢字", 4),
        (FAMILY, 2),
        ("🇩🇪🇫🇷", 4),
        ("e\u0301", 1),
        ("“Now.” — Jane", 13),
        ("No. 5.Soon", 10),
    ],
)
def test_x_counts_weight(text, count):
    """X counts links as 23, an emoji sequence or an East Asian character as 2, most else as 1."""
    assert weighted(as_rich(text)) == count


@pytest.mark.skipif(not CONFORMANCE.exists(), reason="twitter-text's conformance suite is not beside the project")
@pytest.mark.parametrize(
    "group", ["WeightedTweetsWithDiscountedEmojiCounterTest", "UnicodeDirectionalMarkerCounterTest"]
)
def test_x_agrees_with_twitter_text(group):
    """Every weighted count of twitter-text's own conformance suite (version 3, emoji as one) comes out the same."""
    suite = YAML(typ="safe", pure=True).load(CONFORMANCE / "validate.yml")["tests"][group]

    wrong = [case["text"] for case in suite if weighted(as_rich(case["text"])) != case["expected"]["weightedLength"]]

    assert wrong == []
    assert suite


@given(
    st.text(
        st.sampled_from("ae\u0301\u0316\u0344\u0345\u0f71\u0f72\u0f73\u0f75\u0f81\u1100\u1161\u05b0\u05bc"), max_size=60
    )
)
def test_long_texts_are_composed_as_unicode_has_it(text):
    """Putting the marks of a letter in order beforehand changes nothing of the result."""
    long = "漢" * 1_000 + text

    assert composed(long) == unicodedata.normalize("NFC", long)


def test_bluesky_counts_graphemes_and_bytes():
    """A family is one grapheme and 25 bytes; an accent typed after its letter is one grapheme with it."""
    assert graphemes(as_rich(FAMILY)) == 1
    assert utf8_bytes(as_rich(FAMILY)) == 25
    assert graphemes(as_rich("e\u0301\r\n")) == 2


def test_telegram_counts_code_points():
    """Telegram counts each code point of a family, the joiners too."""
    assert code_points(as_rich(FAMILY)) == 7


def test_telegram_places_entities_in_utf_16():
    """What lies beyond the first 65,536 code points counts two."""
    assert utf16_units(as_rich("a漢" + FAMILY)) == 2 + 4 * 2 + 3


@pytest.mark.parametrize(
    ("text", "count"),
    [("Hello, 漢字 é", 11), (FAMILY, 25), ("a👍🏽b", 2 + 8), ("🇩🇪", 8), ("1️⃣", 7), ("©™", 2 + 3), ("e\u0301", 2)],
)
def test_threads_counts_an_emoji_by_its_bytes(text, count):
    """All bytes of its sequence; every other character is one."""
    assert characters_and_emoji_bytes(as_rich(text)) == count


@given(st.text(st.characters(codec="utf-8")))
def test_no_count_exceeds_its_coarser_neighbour(text):
    """Graphemes never exceed code points, code points never bytes; weight never twice the code points and links."""
    rich = as_rich(text)

    assert graphemes(rich) <= code_points(rich) <= utf16_units(rich) <= utf8_bytes(rich)
    assert code_points(rich) <= characters_and_emoji_bytes(rich) <= utf8_bytes(rich)
    assert weighted(rich) <= 2 * len(unicodedata.normalize("NFC", text)) + 23 * text.count(".")
