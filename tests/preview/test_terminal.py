"""What a preview in the terminal looks like, at any width, with colours and without."""

import io

import pytest
from examples import examples
from hypothesis import given, settings
from hypothesis import strategies as st
from previewing import FIXTURES, one_post, plan_of
from rich.cells import cell_len
from rich.console import Console

from publisher.cli.shown import shown_of
from publisher.preview.model import visible
from publisher.preview.terminal import terminal_head, terminal_preview

HARD = [
    "漢字かな",
    "שלום לכם",
    "مرحبا",
    "👩‍👩‍👧‍👦",
    "🇩🇪",
    "❤️",
    "e\u0301",
    "\u202e",
    "\x1b[31m",
    "\r",
    "\u2028",
    "│╮",
    "x" * 90,
]
WORDS = st.lists(st.one_of(st.sampled_from(HARD), st.text(max_size=12)), max_size=12).map(" ".join)


def drawn(parts, width, *, colour=False):
    console = Console(
        file=io.StringIO(), width=width, force_terminal=True, color_system="truecolor" if colour else None, _environ={}
    )
    for part in parts:
        console.print(part, width=width)
    return console.file.getvalue()


@pytest.mark.usefixtures("office")
@pytest.mark.parametrize(("name", "width"), [("harbour", 40), ("harbour", 80), ("scripts", 80)])
def test_a_release_at_the_usual_widths_looks_as_in_the_fixture(name, width):
    """The second is in scripts of all kinds, with emoji and a word that is longer than a line."""
    plan, head = plan_of(f"{name}.md")
    expected = (FIXTURES / f"{name}.{width}.txt").read_text(encoding="utf-8")
    parts = (*terminal_head(head), *terminal_preview(shown_of(plan), width=width, colour=False))

    assert "".join(f"{line.rstrip()}\n" for line in drawn(parts, width).splitlines()) == expected


@given(text=WORDS, alt=WORDS, title=WORDS, width=st.integers(30, 200))
@settings(max_examples=examples(800), deadline=None)
def test_no_line_is_wider_than_the_terminal(text, alt, title, width):
    parts = terminal_preview([one_post(text, alt=alt, title=title)], width=width)

    assert [line for line in drawn(parts, width).split("\n") if cell_len(line) > width] == []


@given(text=WORDS.map(lambda text: text.replace("│", "")), width=st.integers(30, 200))
@settings(max_examples=examples(800), deadline=None)
def test_every_character_of_a_post_is_shown_in_its_order(text, width):
    """But for white space, which a line break may swallow."""
    _, _, *lines, _, _, _ = drawn(terminal_preview([one_post(text)], width=width, colour=False), width).split("\n")
    shown = "".join(line[1:].removesuffix("│") for line in lines if line[:1] == "│")

    assert "".join(shown.split()) == "".join(visible(text).split())


def test_text_that_terminals_set_differently_has_no_edge_on_the_right():
    certain, doubtful = (
        drawn(terminal_preview([one_post(text)], width=40, colour=False), 40) for text in ("Hafen 漢字", "שלום 👩‍👩‍👧")
    )

    assert "│ Hafen 漢字                           │" in certain
    assert "│ שלום 👩‍👩‍👧" in doubtful
    assert "╮" not in doubtful


def test_a_bar_shows_how_full_a_post_is_only_where_there_is_colour():
    posts = [one_post("a" * 299, most=300)]

    assert "\x1b[32m━━━━━━━━━\x1b[0m\x1b[90m━" in drawn(terminal_preview(posts, width=80), 80, colour=True)
    assert "━" not in drawn(terminal_preview(posts, width=80, colour=False), 80)


def test_without_colour_a_post_over_its_limit_is_said_to_be_so_in_words():
    shown = drawn(terminal_preview([one_post("a" * 320, most=300)], width=80, colour=False), 80)

    assert "! 20 characters too long" in shown
    assert "320 of 300 characters" in shown


def test_no_character_of_a_release_commands_the_terminal():
    shown = drawn(terminal_preview([one_post("\x1b]0;title\x07 \x9b2J", alt="\x1b[2J")], width=80, colour=False), 80)

    assert "\x1b]0;" not in shown
    assert "\x1b[2J" not in shown
    assert "\x9b" not in shown
    assert "␛]0;title␇" in shown
