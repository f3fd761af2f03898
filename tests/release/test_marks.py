"""Quotation marks are paired as a reader pairs them."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from publisher.release.marks import marked, opens


def inside(text):
    return [stretch.text(text) for stretch in marked(text)]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("“One,” she said. “Two.”", ["One,", "Two."]),
        ('"One," she said. "Two."', ["One,", "Two."]),
        ("„Eins“, sagt sie. „Zwei.“", ["Eins", "Zwei."]),
        ("»Eins«, sagt sie. »Zwei.«", ["Eins", "Zwei."]),
        ("« Un », dit-elle. « Deux. »", ["Un", "Deux."]),
        ("''One,'' she said. ``Two.''", ["One,", "Two."]),
        ("'One is fine,' she said. 'Two isn't bad.'", ["One is fine,", "Two isn't bad."]),
        ("”One,” she said.", ["One,"]),
        ("“One “two” three,” she said.", ["One “two” three,"]),
        ('"One "two" three," she said.', ['One "two" three,']),
        ("“One ‘two’ three,” she said.", ["One ‘two’ three,"]),
        ("(“One”)", ["One"]),
        ("a 5\" pipe and a 6' wall", []),
        ("the '90s, the workers' rights", []),
        ("no marks", []),
    ],
)
def test_outer_pairs(text, found):
    """Of every style; inner pairs stay inside."""
    assert inside(text) == found


def test_an_open_mark_runs_to_the_end():
    """And says so."""
    (stretch,) = marked("“One. Two.")

    assert (stretch.closed, stretch.end) == (False, len("“One. Two."))


def test_a_closing_mark_alone_is_reported():
    """As a stretch that nobody opened."""
    (stretch,) = marked("One,” she said.")

    assert not stretch.opened


@given(st.text(alphabet="“”„\"«»‘’'` ab.,!", max_size=60))
def test_stretches_are_in_order_and_apart(text):
    """Whatever the marks."""
    found = marked(text)

    assert all(0 <= s.start <= s.inside[0] <= s.inside[1] <= s.end <= len(text) for s in found)
    assert all(first.end <= second.start for first, second in itertools.pairwise(found))
    assert isinstance(opens(text), bool)
