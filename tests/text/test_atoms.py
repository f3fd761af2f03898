"""What is one thing to a reader or a network is never cut in two."""

import sys
import unicodedata

import pytest
import regex
from effort import growth
from examples import FULL, examples
from hypothesis import given, settings
from hypothesis import strategies as st

from publisher.text.atoms import _is_free, safe_cuts
from publisher.text.cutting import shorten
from publisher.text.rich import EMPTY, RichText, Span, as_rich
from publisher.text.twitter_text import find_hashtags, find_mentions
from publisher.text.urls import find_urls

TEXTS = examples(2_000)

WORDS = st.sampled_from(
    [
        *(
            "water",
            "Ana",
            "été",
            "e\u0301te\u0301",
            "漢字",
            "かがみ\u3099",
            "שלום",
            "مرحبا\u064b",
            "हिन्दी",
            "กำ",
            "각",
            "\u0600١",
        ),
        *(
            "👩‍👩‍👧‍👦",
            "👍🏽",
            "🇩🇪🇫🇷🇮🇹",
            "1️⃣",
            "🏴\U000e0067\U000e0062\U000e007f",
            "z\u0335\u0321\u0353",
            "\u0301",
            "\u200d",
            "\ufe0f",
        ),
        *(
            "https://rivers.org/a_(b)?c=d#e",
            "rivers.org",
            "example.co.uk/é",
            "http://慕田峪长城.网址/",
            "W.Va",
            "a.b.c",
            "press@lakes.org",
        ),
        *(
            "@ana",
            "@ana@lakes.org",
            "@ana/press",
            "@ana.example",
            "RT@ana",
            "#Rivers",
            "#été2",
            "＃漢字",
            "#1",
            "$ABC",
            "\u202bשלום\u202c",
        ),
    ]
)
GAPS = st.sampled_from(
    [
        " ",
        " ",
        " ",
        "",
        "\n",
        "\r\n",
        "\r",
        "\u00a0",
        "\u2009",
        "\u3000",
        "\u1680",
        ", ",
        ".",
        "’s ",
        "—",
        "…",
        "(",
        ") ",
    ]
)
ANY = st.text(st.characters(codec="utf-8"), max_size=4)
PLAINS = st.lists(st.one_of(WORDS, WORDS, GAPS, GAPS, ANY), max_size=6).map("".join)
SPANS = st.builds(
    Span,
    PLAINS,
    bold=st.booleans(),
    link=st.sampled_from([None, None, None, "https://rivers.org/report"]),
    hashtag=st.sampled_from([False, False, False, True]),
    mention=st.sampled_from([None, None, None, "ana.example"]),
) | st.sampled_from(
    [
        Span("https://rivers.org/report", link="https://rivers.org/report"),
        Span("rivers.org/report", link="https://rivers.org/report"),
        Span("press@lakes.org", link="mailto:press@lakes.org"),
        Span("Jane van Doe", mention="jane.example"),
        Span("the report", link="https://rivers.org/report"),
    ]
)
RICH = st.lists(SPANS, max_size=4).map(lambda spans: RichText(tuple(spans)))


def marks(text):
    """What each character is, and how it is marked."""
    return [
        (character, span.bold, span.italic, span.code, span.link, span.hashtag, span.mention)
        for span in text.spans
        for character in span.text
    ]


def things(text):
    """What must stay whole, found without regard for spaces and windows: (start, end) of each."""
    yield from (match.span() for match in regex.finditer(r"\X", text.plain))
    yield from find_urls(text.plain)
    yield from find_hashtags(text.plain)
    yield from (mention[:2] for mention in find_mentions(text.plain))
    at = 0
    for span in text.spans:
        end = at + len(span.text)
        if span.hashtag or span.mention or (span.link and span.text in (span.link, span.link.partition("://")[2])):
            yield at + len(span.text) - len(span.text.lstrip()), at + len(span.text.rstrip())
        at = end


@settings(max_examples=TEXTS)
@given(RICH)
def test_two_parts_are_the_whole_and_nothing_is_split(text):
    """Wherever a text is cut: all its characters are there once, as they were marked, and no thing is in both parts."""
    whole = {thing for thing in things(text) if thing[1] - thing[0] > 1}

    for at in range(len(text.plain) + 1):
        cut = text.safe_cut(at)
        assert cut <= at
        assert [text.plain[start:end] for start, end in whole if start < cut < end] == []
    for at in range(0, len(text.plain) + 1, 5):
        before, behind = text[:at], text[at:]
        assert marks(before) + marks(behind) == marks(text)
        assert len(before.plain) == text.safe_cut(at)


@settings(max_examples=TEXTS)
@given(RICH)
def test_a_cut_moves_no_further_than_it_must(text):
    """Looking around one position comes to what looking through the whole text does."""
    cuts = [0, *safe_cuts(text.plain, text.marked_atoms)]

    assert [text.safe_cut(at) for at in range(len(text.plain) + 1)] == [
        max(cut for cut in cuts if cut <= at) for at in range(len(text.plain) + 1)
    ]
    assert cuts[-1] == len(text.plain)


@settings(max_examples=TEXTS)
@given(RICH, st.integers(0, 40))
def test_what_is_shortened_fits_and_ends_with_something_whole(text, most):
    """It is a beginning of the text, cut where nothing is split, and more than the mark alone; or nothing at all."""
    short = shorten(text, lambda text: len(text.plain) <= most)

    if len(text.plain) <= most:
        assert short is text
    elif short:
        kept = len(short.plain) - 1
        assert len(short.plain) <= most
        assert short.plain == text.plain[:kept] + "…"
        assert short.plain[:-1].strip()
        assert [thing for thing in things(text) if thing[0] < kept < thing[1]] == []
    else:
        assert short == EMPTY


@pytest.mark.parametrize(
    ("spans", "at", "cut"),
    [
        ([Span("See rivers.org/news now")], 10, 4),
        ([Span("See rivers.org/news now")], 19, 19),
        ([Span("See "), Span("the report", link="https://rivers.org"), Span(".")], 7, 7),
        ([Span("See "), Span("the report", link="https://rivers.org"), Span(".")], 6, 6),
        ([Span("By "), Span("Jane Doe", mention="jane.example")], 7, 3),
        ([Span("By "), Span("Jane ", bold=True, mention="jane"), Span("Doe", mention="jane"), Span(".")], 8, 3),
        ([Span("#Rivers", hashtag=True), Span("#Lakes", hashtag=True)], 7, 7),
        ([Span("https://", bold=True), Span("rivers.org")], 8, 0),
        ([Span("e"), Span("\u0301", bold=True)], 1, 0),
        ([Span("one\r\ntwo")], 4, 3),
        ([Span("hi @ana@lakes.org!")], 8, 3),
        ([Span("to press@lakes.org", link="mailto:press@lakes.org")], 2, 2),
        ([Span("press@lakes.org", link="mailto:press@lakes.org")], 6, 0),
        ([Span("WASHINGTON—The Office")], 11, 11),
    ],
)
def test_a_cut_inside_a_thing_moves_to_its_beginning(spans, at, cut):
    assert RichText(tuple(spans)).safe_cut(at) == cut


def test_the_whole_is_itself():
    text = as_rich("See rivers.org")

    assert text[:] is text
    assert text[0:99] is text


def test_stripping_keeps_what_belongs_to_white_space():
    """White space with an accent of its own is a grapheme, as is a sign for numbers with white space behind it."""
    assert as_rich(" \u0301a ").strip().plain == " \u0301a"
    assert as_rich("a\u0600 ").strip().plain == "a\u0600 "
    assert RichText((Span(" @jane ", mention="jane"),)).strip().plain == "@jane"


def test_beside_white_space_no_character_is_taken_for_another():
    """What is said to be free is a boundary of graphemes, for every character there is (of the upper planes one in ten
    while one works).
    """
    step = 1 if FULL else 10
    points = (*range(0xD800), *range(0xE000, 0x10000), *range(0x10000, sys.maxunicode + 1, step))
    characters = [chr(point) for point in points]
    clusters = regex.compile(r"\X")

    wrong = [
        pair
        for character in characters
        for pair in (" " + character, character + " ", "\n" + character, character + "\n")
        if _is_free(pair, 1) and len(clusters.findall(pair)) != 2
    ]

    assert wrong == []
    assert (
        sum(_is_free(" " + character, 1) for character in characters if unicodedata.category(character) == "Lo")
        > 100_000 // step
    )


def test_cutting_beside_white_space_takes_no_search(monkeypatch):
    """Nothing is looked for, however long the text is."""
    text = as_rich("See rivers.org and #Rivers, or ask @ana. " * 100)
    monkeypatch.delattr("publisher.text.atoms.find_urls")

    assert text[4:14].plain == "rivers.org"
    with pytest.raises(NameError):
        text.safe_cut(6)


@pytest.mark.parametrize("unit", ["a ", "é\u0301 ", "a.co ", "a", "漢", "e\u0301", "#a", "@a", "a.co/", "🇩🇪", "\r\n"])
def test_cutting_everywhere_takes_linear_time(unit):
    """As does one cut in the middle of a text without any white space."""

    def everywhere(size):
        return safe_cuts(unit * size, [])

    def once(size):
        return as_rich(unit * size).safe_cut(size // 2 * len(unit) + 1)

    assert growth(lambda: everywhere(5_000), lambda: everywhere(20_000), 8) <= 8
    assert growth(lambda: once(5_000), lambda: once(20_000), 8) <= 8


def test_many_things_that_overlap_take_linear_time():
    """Marks over the joints of a long word hold it together; that is found in one go."""

    def held(size):
        return RichText(tuple(Span("a.co/\u0301", mention=str(number)) for number in range(size))).safe_cut(
            size * 5 + 2
        )

    assert growth(lambda: held(2_000), lambda: held(8_000), 9) <= 9
