"""Mentions, hashtags and cashtags are found where X finds them."""

from pathlib import Path

import pytest
from effort import growth
from ruamel.yaml import YAML

from publisher.text.counting import weighted
from publisher.text.rich import as_rich
from publisher.text.twitter_text import (
    find_cashtags,
    find_hashtags,
    find_mentions,
    is_valid_post,
    replied_to,
)
from publisher.text.urls import find_urls

CONFORMANCE = Path(__file__).parents[3] / "shared/data/x/twitter-text/conformance"
needs_suite = pytest.mark.skipif(
    not CONFORMANCE.exists(), reason="twitter-text's conformance suite is not beside the project"
)

NEVER_LINKED = {
    "Valid url: port and userinfo",
    "Valid url: ipv4",
    "Valid url: ipv6",
}
"""Well-formed addresses, which is what that group of the suite is about; in a post X makes no link of them."""

OF_140_CHARACTERS = {"Invalid Tweet: 141 characters", "Invalid Tweet: 141 characters (due to newline)"}
"""From before posts of 280."""


def suite(file, group):
    cases = YAML(typ="safe", pure=True).load(CONFORMANCE / f"{file}.yml")["tests"][group]
    assert cases
    return cases


def names(text):
    return [mention.name for mention in find_mentions(text) if not mention.slug]


def tags(text):
    return [text[start + 1 : end] for start, end in find_hashtags(text)]


def symbols(text):
    return [text[start + 1 : end] for start, end in find_cashtags(text)]


@needs_suite
@pytest.mark.parametrize(
    ("group", "found"),
    [
        ("mentions", names),
        ("hashtags", tags),
        ("hashtags_from_astral", tags),
        ("cashtags", symbols),
        ("replies", replied_to),
    ],
)
def test_what_is_found_agrees_with_twitter_text(group, found):
    """Every case of the group comes out the same."""
    assert [case["text"] for case in suite("extract", group) if found(case["text"]) != case["expected"]] == []


@needs_suite
@pytest.mark.parametrize(
    ("group", "found"),
    [
        (
            "mentions_with_indices",
            lambda text: [
                {"screen_name": mention.name, "indices": [mention.start, mention.end]}
                for mention in find_mentions(text)
            ],
        ),
        (
            "mentions_or_lists_with_indices",
            lambda text: [
                {"screen_name": name, "list_slug": slug, "indices": [start, end]}
                for start, end, name, slug in find_mentions(text)
            ],
        ),
        (
            "hashtags_with_indices",
            lambda text: [
                {"hashtag": text[start + 1 : end], "indices": [start, end]} for start, end in find_hashtags(text)
            ],
        ),
        (
            "cashtags_with_indices",
            lambda text: [
                {"cashtag": text[start + 1 : end], "indices": [start, end]} for start, end in find_cashtags(text)
            ],
        ),
    ],
)
def test_where_it_is_found_agrees_with_twitter_text(group, found):
    """Places, in code points, are the same in every case of the group."""
    assert [case["text"] for case in suite("extract", group) if found(case["text"]) != case["expected"]] == []


def is_name(text):
    return [mention[:2] for mention in find_mentions(text) if not mention.slug] == [(0, len(text))]


def is_list(text):
    return [mention[:2] for mention in find_mentions(text) if mention.slug] == [(0, len(text))]


def is_link(text):
    return find_urls(text) == [(0, len(text))]


@needs_suite
@pytest.mark.parametrize(
    ("group", "valid"),
    [
        ("usernames", is_name),
        ("lists", is_list),
        ("hashtags", lambda text: find_hashtags(text) == [(0, len(text))]),
        ("urls", is_link),
        ("urls_without_protocol", is_link),
        ("tweets", lambda text: is_valid_post(as_rich(text))),
    ],
)
def test_what_is_valid_agrees_with_twitter_text(group, valid):
    """Every case comes out the same, but for addresses that X never links and for the limit of former years."""
    differing = {case["description"] for case in suite("validate", group) if valid(case["text"]) != case["expected"]}

    assert differing == {"urls": NEVER_LINKED, "tweets": OF_140_CHARACTERS}.get(group, set())


@needs_suite
@pytest.mark.parametrize(
    "group", ["WeightedTweetsWithDiscountedEmojiCounterTest", "UnicodeDirectionalMarkerCounterTest"]
)
def test_a_post_is_valid_where_twitter_text_says_so(group):
    wrong = [
        case["text"]
        for case in suite("validate", group)
        if is_valid_post(as_rich(case["text"])) != case["expected"]["valid"]
    ]

    assert wrong == []


@needs_suite
def test_weights_of_the_version_before_differ_in_joined_emoji_alone():
    """Version 2 counted every code point of an emoji: where that shows, version 3's group has the text with less."""
    now = {
        case["text"]: case["expected"]["weightedLength"]
        for case in suite("validate", "WeightedTweetsWithDiscountedEmojiCounterTest")
    }
    cases = suite("validate", "WeightedTweetsCounterTest")

    differing = [case for case in cases if weighted(as_rich(case["text"])) != case["expected"]["weightedLength"]]

    assert all(now[case["text"]] < case["expected"]["weightedLength"] for case in differing)
    assert len(differing) <= 2


@pytest.mark.parametrize(
    ("text", "valid"), [("", False), ("a" * 280, True), ("a" * 281, False), ("a\ufeffb", False), ("a\ufffeb", False)]
)
def test_a_post_is_neither_empty_nor_long_nor_broken(text, valid):
    assert is_valid_post(as_rich(text)) == valid


def test_what_stands_in_a_link_tags_nobody():
    assert find_mentions("https://a.org/-@ana @bob") == [(20, 24, "bob", "")]
    assert find_hashtags("a.org/#top #topic") == [(11, 17)]


@pytest.mark.parametrize("find", [find_mentions, find_hashtags, find_cashtags])
@pytest.mark.parametrize("unit", ["@a", "@", "#1", "#a", "#", "$A", " $ABC", "RT@", "a.org/#a ", "#1·", "#\ufe0f"])
def test_finding_takes_linear_time(find, unit):
    assert growth(lambda: find(unit * 5_000), lambda: find(unit * 20_000), 8) <= 8
