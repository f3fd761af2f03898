"""A quote stands alone without a word changed."""

import pytest

from publisher.compose.quotes import (
    attribution,
    closed,
    is_whole,
    over_posts,
    part,
    spoken,
    whole,
)
from publisher.release.model import Quote


def fits(most):
    return lambda text: len(text.plain) <= most


QUOTE = Quote(("The river is ours. It was never for sale,", "We will not give it back."), "Ana Ruiz", "director")


def test_a_comma_before_the_attribution_becomes_a_full_stop():
    """`sale,` said Ruiz becomes `sale.`, the one permitted change."""
    assert spoken(QUOTE) == ["The river is ours.", "It was never for sale.", "We will not give it back."]


@pytest.mark.parametrize(
    ("said", "alone"),
    [
        ("Never,", "Never."),
        ("‘I can’t,’", "‘I can’t.’"),
        ("the fishers’", "the fishers’"),
        ("Never!", "Never!"),
        ("Why?", "Why?"),
        ("Now", "Now."),
        ("So …", "So …"),
        ("a;", "a."),
    ],
)
def test_only_an_open_end_is_closed(said, alone):
    assert closed(said) == alone


def test_a_sentence_that_goes_on_after_the_attribution_stays_one():
    """`We will,` she said, `win the river back.` keeps its comma: nobody knows whose it is."""
    quote = Quote(("We will,", "win the river back."), "Ana Ruiz")

    assert spoken(quote) == ["We will, win the river back."]


def test_a_quote_carries_its_speaker_with_title_and_handle():
    assert attribution(QUOTE, {}) == "— Ana Ruiz, director"
    assert attribution(QUOTE, {"Ana Ruiz": "@ana"}) == "— Ana Ruiz (@ana), director"
    assert attribution(Quote(("Now.",)), {}) == ""


@pytest.mark.parametrize(
    ("language", "text"),
    [("en", "“Ja.”"), ("de-AT", "„Ja.“"), ("fr", "«\u00a0Ja.\u00a0»"), ("es", "«Ja.»"), ("xx", "“Ja.”")],
)
def test_quotation_marks_are_the_languages_own(language, text):
    assert whole(Quote(("Ja.",), "Ana Ruiz"), language, {}, fits(99)).plain == f"{text}\n— Ana Ruiz"


def test_what_does_not_fit_is_left_out_in_whole_sentences_and_marked():
    """A run from the beginning is preferred; the mark stands outside the quotation marks."""
    beginning = part(QUOTE, "en", {}, fits(55))
    longer = Quote(("It is " + "very " * 20 + "old.", "We will not give it back."), "Ana Ruiz", "director")

    assert beginning is not None
    assert beginning.plain == "“The river is ours.” […]\n— Ana Ruiz, director"
    later = part(longer, "en", {}, fits(55))
    assert later is not None
    assert later.plain == "[…] “We will not give it back.”\n— Ana Ruiz, director"


def test_a_part_of_two_words_is_none():
    assert part(Quote(("Act now. " + "a" * 90 + ".",), "Ana Ruiz"), "en", {}, fits(40)) is None


def test_the_name_leads_where_the_last_sentence_leaves_it_no_room():
    quote = Quote(("We begin.", "It will be a long road, and we know it."), "Ana Ruiz")
    posts = over_posts(quote, "en", {}, fits(42))

    assert posts is not None
    assert [post.plain for post in posts] == ["Ana Ruiz:\n“We begin.”", "“It will be a long road, and we know it.”"]


def test_a_long_quote_runs_over_posts_with_the_speaker_on_the_last():
    posts = over_posts(QUOTE, "en", {}, fits(60))

    assert posts is not None
    assert [post.plain for post in posts] == [
        "“The river is ours. It was never for sale.”",
        "“We will not give it back.”\n— Ana Ruiz, director",
    ]


def test_a_sentence_longer_than_a_post_is_never_cut():
    assert over_posts(QUOTE, "en", {}, fits(20)) is None


def test_words_quoted_inside_a_sentence_are_no_whole_quote():
    assert not is_whole(Quote(("a disaster for rivers",), "Ana Ruiz"))
    assert is_whole(Quote(("‘Never’ is not a plan.",), "Ana Ruiz"))
