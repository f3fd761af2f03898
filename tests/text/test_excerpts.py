"""The first words of a text, as remarks show them."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from publisher.text.excerpts import excerpt


def test_a_short_text_stands_whole_and_on_one_line():
    assert excerpt("The mill\n grinds  again.") == "The mill grinds again."


def test_a_long_text_ends_behind_a_whole_word():
    assert excerpt("The mill of Oakvale grinds again", 20) == "The mill of Oakvale…"


@given(st.text(max_size=200), st.integers(1, 60))
def test_an_excerpt_is_never_longer_than_asked_for_but_by_its_mark(text, length):
    assert len(excerpt(text, length).removesuffix("…")) <= length
    assert "\n" not in excerpt(text, length)
