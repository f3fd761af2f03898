"""Plain text: paragraphs and lists."""

import pytest

from publisher.documents.plain import plain_blocks

WRAPPED = """\
The old mill grinds again from today on, and everybody who
wants to may come and watch it work. It had stood still for
forty years.
Visitors find it at the end of Mill Lane.
"""


def shapes(text):
    return [(block.kind, block.plain) for block in plain_blocks(text)]


def test_wrapped_lines_are_one_paragraph():
    """Until a line ends early with a sentence."""
    first, second = (text for _, text in shapes(WRAPPED))

    assert first == " ".join(WRAPPED.split("\n")[:3])
    assert second == "Visitors find it at the end of Mill Lane."


def test_lines_of_an_address_stay_apart():
    """They are short, and nothing was wrapped."""
    assert len(shapes("Jane Doe\nMill Lane 5\nOakvale")) == 3


def test_long_lines_are_a_paragraph_each():
    """As a word processor saves them."""
    line = "The old mill grinds again from today on, and everybody who wants to may come and watch it work. " * 2
    assert len(shapes(f"{line}\n{line}")) == 2


@pytest.mark.parametrize("mark", ["•", "-", "*", "–", "▪", "1.", "2)", "(3)", "a)", "·", "»", "→"])
def test_every_bullet_is_an_item(mark):
    """Without its mark."""
    assert shapes(f"{mark} Bread") == [("item", "Bread")]


@pytest.mark.parametrize("mark", ["•", "·", "1.", "2)"])
def test_some_bullets_need_no_space(mark):
    """As word processors leave them."""
    assert shapes(f"{mark}Bread") == [("item", "Bread")]


@pytest.mark.parametrize(
    "line",
    [
        "-30-",
        "- ende -",
        "* * * * *",
        "---",
        "-- Jane Doe",
        "1998 was a good year",
        "A. Smith",
        "*so*",
        "-Jane Doe",
        "»So«",
        "1.5 million",
    ],
)
def test_what_only_begins_like_a_bullet_is_none(line):
    """End marks, signatures, years and initials."""
    assert shapes(line)[0][0] != "item"


def test_indented_lists_have_levels():
    """Counted from 0; a wrapped item is one item."""
    blocks = plain_blocks("- one\n  - two\n    more of two\n- three")

    assert [(block.plain, block.level) for block in blocks] == [("one", 0), ("two more of two", 1), ("three", 0)]


def test_ordered_lists_are_marked():
    """By numbers or letters."""
    assert [block.ordered for block in plain_blocks("1. one\n• two\na) three")] == [True, False, True]


def test_lines_are_counted_from_the_first_line_given():
    """So that front matter counts."""
    assert [block.line for block in plain_blocks("one\n\ntwo", 5)] == [5, 7]
