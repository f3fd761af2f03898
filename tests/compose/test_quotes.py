"""A quote stands alone without a word changed."""

import pytest

from publisher.compose.quotes import (
    attribution,
    closed,
    over_posts,
    part,
    spoken,
    whole,
)
from publisher.documents import read_text
from publisher.release import parse
from publisher.release.model import Quote


def fits(most):
    return lambda text: len(text.plain) <= most


QUOTE = Quote(("The river is ours. It was never for sale,", "We will not give it back."), "Ana Ruiz", "director")


def test_a_comma_before_the_attribution_becomes_a_full_stop():
    """`sale,` said Ruiz becomes `sale.`, the one permitted change."""
    said = spoken(QUOTE)

    assert said.sentences == ("The river is ours.", "It was never for sale.", "We will not give it back.")
    assert said.fragments == ()


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


@pytest.mark.parametrize(
    ("pieces", "ends", "sentences"),
    [
        (("We will,", "win the river back."), (), ("We will, win the river back.",)),
        (("We thank", "Maria Lopez."), (False, True), ("We thank Maria Lopez.",)),
        (("Nobody asked us,", "40 families left."), (True, True), ("Nobody asked us.", "40 families left.")),
        (("It is ours. We call it,", "a gift."), (True, True), ("It is ours.", "We call it.")),
        (("It is ours. We work to protect the coast",), (False,), ("It is ours.",)),
        (("a disaster. We oppose it,",), (True,), ("We oppose it.",)),
        (("We meet the COVID-19", "pandemic together."), (True, True), ("We meet the COVID-19 pandemic together.",)),
        (("a disaster for rivers",), (False,), ()),
        (("მდინარე ჩვენია.",), (True,), ("მდინარე ჩვენია.",)),
    ],
)
def test_only_whole_sentences_stand_alone(pieces, ends, sentences):
    """A sentence goes on behind its attribution where the release says so; a part of the release's own is none."""
    said = spoken(Quote(pieces, "Ana Ruiz", ends=ends))

    assert said.sentences == sentences


def test_a_quote_carries_its_speaker_with_title_and_handle():
    assert attribution(QUOTE, {}).plain == "Ana Ruiz, director"
    assert attribution(QUOTE, {"Ana Ruiz": "@ana"}).plain == "Ana Ruiz (@ana), director"
    assert attribution(Quote(("Now.",)), {}).plain == ""


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "“Ja.”"),
        ("de-AT", "„Ja.“"),
        ("de_CH", "«Ja.»"),
        ("fr", "«\u00a0Ja.\u00a0»"),
        ("fr-CH", "«Ja.»"),
        ("es", "«Ja.»"),
        ("pl", "„Ja.”"),
        ("sv-SE", "”Ja.”"),
        ("zh-Hant-TW", "「Ja.」"),
        ("xx", "“Ja.”"),
        ("", "“Ja.”"),
    ],
)
def test_quotation_marks_are_the_languages_own(language, text):
    assert whole(Quote(("Ja.",), "Ana Ruiz"), language, {}, fits(99)).plain == f"{text}\n— Ana Ruiz"


@pytest.mark.parametrize(
    ("language", "said", "text"),
    [
        ("en", "They told us “no” twice.", "‘They told us “no” twice.’"),
        ("en", "They told us ‘no’ twice.", "“They told us ‘no’ twice.”"),
        ("en", "We don’t know.", "“We don’t know.”"),
        ("de", "Man sagte uns „nein“.", "‚Man sagte uns „nein“.‘"),
        ("fr", "On nous a dit « non ».", "“On nous a dit « non ».”"),
    ],
)
def test_a_quotation_within_the_quote_keeps_its_marks_and_the_quote_gets_others(language, said, text):
    assert whole(Quote((said,), "Ana Ruiz"), language, {}, fits(99)).plain == f"{text}\n— Ana Ruiz"


def test_what_does_not_fit_is_left_out_in_whole_sentences_and_marked():
    """A run from the beginning is preferred; the mark stands outside the quotation marks."""
    beginning = part(QUOTE, "en", {}, fits(55))
    longer = Quote(("It is " + "very " * 20 + "old.", "We will not give it back."), "Ana Ruiz", "director")

    assert beginning is not None
    assert beginning.plain == "“The river is ours.” […]\n— Ana Ruiz, director"
    later = part(longer, "en", {}, fits(55))
    assert later is not None
    assert later.plain == "[…] “We will not give it back.”\n— Ana Ruiz, director"


def test_an_exclamation_gives_way_to_a_sentence_that_says_something():
    said = ("We need action now. The ministry must publish a plan with dates, money and a name behind each of them.",)
    chosen = part(Quote(said, "Ana Ruiz"), "en", {}, fits(110))

    assert chosen is not None
    assert chosen.plain.startswith("[…] “The ministry must publish a plan")


def test_a_part_of_two_words_is_none():
    assert part(Quote(("Act now. " + "a" * 90 + ".",), "Ana Ruiz"), "en", {}, fits(40)) is None


def test_the_name_leads_where_the_last_sentence_leaves_it_no_room():
    quote = Quote(("We begin.", "It will be a long road, and we know it."), "Ana Ruiz")
    posts, _ = over_posts(quote, "en", {}, fits(42))

    assert plain(posts) == ["Ana Ruiz:\n“We begin.”", "“It will be a long road, and we know it.”"]


def plain(posts):
    return [post.plain for post in posts]


def test_a_long_quote_runs_over_posts_with_the_speaker_on_the_last():
    posts, too_long = over_posts(QUOTE, "en", {}, fits(60))

    assert plain(posts) == [
        "“The river is ours. It was never for sale.”",
        "“We will not give it back.”\n— Ana Ruiz, director",
    ]
    assert too_long == []


def test_a_quote_of_three_posts_is_named_at_both_ends():
    quote = Quote(("The river is ours, all of it.", "It was never for sale.", "We will not give it back."), "Ana Ruiz")
    posts, _ = over_posts(quote, "en", {}, fits(45))

    assert plain(posts) == [
        "Ana Ruiz:\n“The river is ours, all of it.”",
        "“It was never for sale.”",
        "“We will not give it back.”\n— Ana Ruiz",
    ]


def test_only_the_sentence_that_is_too_long_is_left_out():
    """What stands before and after it stays, each side marked; the sentence is handed back to be named."""
    long = "Nobody " + "ever " * 12 + "asked."
    quote = Quote((f"The river is ours. {long} We will not give it back.",), "Ana Ruiz")
    posts, too_long = over_posts(quote, "en", {}, fits(50))

    assert plain(posts) == ["“The river is ours.” […]", "[…] “We will not give it back.”\n— Ana Ruiz"]
    assert too_long == [long]


def test_the_title_is_given_up_before_the_name_on_the_last_post_is():
    posts, _ = over_posts(QUOTE, "en", {}, fits(41))

    assert plain(posts) == [
        "Ana Ruiz, director:\n“The river is ours.”",
        "“It was never for sale.”",
        "“We will not give it back.”\n— Ana Ruiz",
    ]


def test_no_quote_is_lost_for_want_of_room_for_a_name_at_its_beginning():
    """The first sentence fills its post: the name stands on the last alone, however many posts there are."""
    first = "It is " + "very " * 6 + "old."
    posts, left_out = over_posts(Quote((first, *QUOTE.pieces), "Ana Ruiz"), "en", {}, fits(len(first) + 2))

    assert plain(posts) == [
        f"“{first}”",
        "“The river is ours.”",
        "“It was never for sale.”",
        "“We will not give it back.”\n— Ana Ruiz",
    ]
    assert left_out == []


def test_a_quote_with_no_room_for_the_name_at_either_end_stops_where_there_is_some():
    filling = "It is " + "very " * 6 + "old."
    posts, left_out = over_posts(Quote((filling, "We know.", filling), "Ana Ruiz"), "en", {}, fits(len(filling) + 2))

    assert plain(posts) == [f"“{filling}”", "“We know.” […]\n— Ana Ruiz"]
    assert left_out == [filling]


def test_a_quote_of_which_nothing_fits_gives_no_post():
    assert over_posts(QUOTE, "en", {}, fits(10)) == ([], list(spoken(QUOTE).sentences))


def test_a_part_does_not_lean_on_what_is_left_out():
    """A run that begins with "This" or "It" would point at nothing."""
    quote = Quote(("We have waited for " + "many " * 20 + "years. This is not what the river deserves.",), "Ana Ruiz")

    assert part(quote, "en", {}, fits(70)) is None


def test_a_speaker_who_is_named_at_both_ends_is_mentioned_once():
    quote = Quote((" ".join(f"This is sentence number {number} of all." for number in range(9)),), "Ana Ruiz")
    posts, _ = over_posts(quote, "en", {"Ana Ruiz": "@ana"}, fits(90))

    assert posts[0].plain.startswith("Ana Ruiz (@ana):")
    assert posts[-1].plain.endswith("— Ana Ruiz (@ana)")
    assert [span.mention for post in posts for span in post.spans if span.mention] == ["@ana"]


def test_a_paragraph_that_breaks_off_in_a_sentence_is_not_closed():
    """The sentence goes on where the next paragraph does, and no full stop comes between."""
    text = (
        "Ein Haus für alle\n\nAller, 24. November 2026 – Das Haus der Flüsse hat heute eröffnet.\n\n"
        "„Wir haben lange gewartet. Hinter alldem steht die Geduld des\n\n"
        "Vereins, der das Haus gebaut hat“, sagte Anna Berg, Leiterin des Hauses.\n"
    )
    [quote] = parse(read_text(text, file="r.txt", markdown=False)).quotes

    assert spoken(quote).sentences == (
        "Wir haben lange gewartet.",
        "Hinter alldem steht die Geduld des Vereins, der das Haus gebaut hat.",
    )


def test_sentences_of_a_script_without_spaces_get_none_between_them():
    quote = Quote(("川は私たちのものです。返しません！",), "田中花子")

    assert whole(quote, "ja", {}, fits(200)).plain == "「川は私たちのものです。返しません！」\n— 田中花子"
    assert whole(QUOTE, "en", {}, fits(200)).plain.count(". ") == 2
