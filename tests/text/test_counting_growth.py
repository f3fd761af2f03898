"""Whatever a post is counted by: a longer one takes no more than its share of time, and never counts less."""

import pytest
from effort import growth
from examples import examples
from hypothesis import example, given, settings
from hypothesis import strategies as st

from publisher.text.canonical import canonical_json
from publisher.text.counting import (
    characters_and_emoji_bytes,
    code_points,
    graphemes,
    utf8_bytes,
    utf16_units,
    weighted,
)
from publisher.text.mastodon_text import mastodon_characters
from publisher.text.rich import as_rich
from publisher.text.twitter_text import is_valid_post


def canonical_bytes(text):
    return len(canonical_json({"body": text.plain}))


RULES = [
    weighted,
    graphemes,
    utf8_bytes,
    utf16_units,
    code_points,
    characters_and_emoji_bytes,
    mastodon_characters,
    canonical_bytes,
]
BY_CHARACTER = [rule for rule in RULES if rule not in (weighted, mastodon_characters)]

HOSTILE = [
    *(
        "a",
        "a ",
        "é",
        "漢",
        "\r\n",
        "\u0301",
        "\u0301\u0316",
        "\u0316\u0301a",
        "\u1100",
        "\u1161\u1100",
        "\u0600",
        "क\u094d",
    ),
    *("🇩", "🇩🇪", "👩\u200d", "👍🏽", "1\ufe0f", "1", "🏴", "\U000e0067", "\ufe0f", "🏽"),
    *(
        "a.",
        "a.co",
        "a.co ",
        "http://",
        "https://a.co/(",
        "https://a.co?",
        "@a",
        "@a@",
        "@a@b.co",
        "#",
        "(",
        "-",
        "_.",
        "xn--é.",
    ),
]
PIECES = st.one_of(
    st.sampled_from(
        [
            *(
                " ",
                "\n",
                "a",
                "co",
                "m",
                ".",
                "/",
                ":",
                "@",
                "#",
                "(",
                ")",
                "?",
                "https://",
                "rivers.org",
                "/news",
                "@ana@lakes.org",
            ),
            *(
                "e",
                "\u0301",
                "\u0316",
                "\u200d",
                "\ufe0f",
                "\u20e3",
                "1",
                "👩",
                "🏽",
                "🇩",
                "🇪",
                "\u1100",
                "\u1161",
                "\u11a8",
                "漢",
                "\u0600",
            ),
        ]
    ),
    st.characters(codec="utf-8"),
)
TEXTS = st.lists(PIECES, max_size=14).map("".join)


@pytest.mark.parametrize("unit", HOSTILE, ids=ascii)
@pytest.mark.parametrize("rule", [*RULES, is_valid_post], ids=lambda rule: rule.__name__)
def test_counting_takes_linear_time(rule, unit):
    """Four times the text takes at most some eight times as long, whatever it repeats."""
    short, long = as_rich(unit * 5_000), as_rich(unit * 20_000)

    assert growth(lambda: rule(short), lambda: rule(long), 8) <= 8


@settings(max_examples=examples(1_000))
@given(TEXTS, st.sampled_from([" ", "\n", "\n\n", "\u2003"]), TEXTS)
def test_what_goes_on_behind_white_space_never_counts_less(text, gap, more):
    """So a thread may be divided between sentences, items and paragraphs by trying longer and longer runs of them."""
    fewer = {rule.__name__: rule(as_rich(text)) for rule in RULES}
    longer = {rule.__name__: rule(as_rich(text + gap + more)) for rule in RULES}

    assert [name for name, count in fewer.items() if count > longer[name]] == []


@settings(max_examples=examples(1_000))
@given(TEXTS, TEXTS)
@example("1", "\ufe0f\u20e3")
@example("👩", "\u200d👩")
def test_most_rules_never_count_less_for_a_longer_text(text, more):
    """All but the two that make a link, or one emoji or syllable, of what stood there before."""
    fewer = {rule.__name__: rule(as_rich(text)) for rule in BY_CHARACTER}
    longer = {rule.__name__: rule(as_rich(text + more)) for rule in BY_CHARACTER}

    assert [name for name, count in fewer.items() if count > longer[name]] == []


@pytest.mark.parametrize(
    ("rule", "text", "more"),
    [
        (weighted, "http://the-water-of-the-rivers.or", "g"),
        (weighted, "👩\u200d", "👩"),
        (weighted, "\u1100", "\u1161"),
        (mastodon_characters, "http://the-water-of-the-rivers.or", "g"),
        (mastodon_characters, "@ana@rivers.or", "g"),
    ],
)
def test_two_rules_may_count_less_for_a_letter_more(rule, text, more):
    """As their documentation says."""
    assert rule(as_rich(text + more)) <= rule(as_rich(text))
