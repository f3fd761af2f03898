"""Graphemes are counted as Unicode has them, and a flood of flags in the time that it deserves."""

import pytest
import regex
from effort import growth
from examples import examples
from hypothesis import given, settings
from hypothesis import strategies as st

from publisher.text.graphemes import SINGLE, count_graphemes, find_graphemes

PIECES = st.text(
    st.sampled_from("aé\u0301 \r\n🇩🇪🇫\u200d👩👍🏽\ufe0f\u0600\u0903\u0e33각\u1100\u1161हि\u094dक\u20e31#")
) | st.text(st.characters(codec="utf-8"))


@settings(max_examples=examples(1_000))
@given(PIECES)
def test_graphemes_are_those_of_unicode(text):
    """As the library finds them by itself."""
    clusters = [match.span() for match in regex.finditer(r"\X", text)]

    assert count_graphemes(text) == len(clusters)
    assert find_graphemes(text) == [(start, end) for start, end in clusters if end - start > 1]


@given(st.text(st.characters(max_codepoint=0x2FF) | st.characters(min_codepoint=0x2010, max_codepoint=0x2027)))
def test_plain_text_is_known_by_its_characters(text):
    assert bool(SINGLE.fullmatch(text)) == ("\r" not in text)
    assert "\r" in text or len(regex.findall(r"\X", text)) == len(text)


@pytest.mark.parametrize("unit", ["🇩🇪", "🇩", "👩\u200d", "\u0301", "\u0600", "क\u094d", "\r", "\u1100", "🇩\u0301"])
def test_counting_takes_linear_time(unit):
    assert growth(lambda: count_graphemes(unit * 5_000), lambda: count_graphemes(unit * 20_000), 8) <= 8
