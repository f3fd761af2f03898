"""A post is counted as a Mastodon server counts it."""

import json
import re
from pathlib import Path

import pytest
from effort import growth
from hypothesis import given
from hypothesis import strategies as st

from publisher.text.counting import graphemes
from publisher.text.mastodon_text import mastodon_characters
from publisher.text.rich import as_rich

VECTORS = Path(__file__).parents[3] / "shared/data/mastodon/counting_vectors.json"
needs_vectors = pytest.mark.skipif(
    not VECTORS.exists(), reason="Mastodon's counting vectors are not beside the project"
)
MOST = 500


def count(text, per_url=23):
    return mastodon_characters(as_rich(text), per_url)


@pytest.mark.parametrize(
    ("text", "characters"),
    [
        ("see https://a.example here", len("see https://a.example here")),  # not a name that anybody can own
        ("see https://rivers.org here", 4 + 23 + 5),
        ("see https://rivers.org/a/" + "b" * 200 + ". Now", 4 + 23 + 5),
        ("(https://rivers.org/a_(b))", 1 + 23 + 1),
        ("see https://rivers.org/? Yes", 4 + 23 + 5),
        ("see rivers.org/a/long/address/of/a/page", len("see rivers.org/a/long/address/of/a/page")),
        ("hi @ana@rivers.org!", len("hi @ana!")),
        ("https://rivers.org/@ana@lakes.org", 23),
        ("👩‍👩‍👧‍👦e\u0301", 2),
    ],
)
def test_links_have_a_price_and_accounts_lose_their_server(text, characters):
    """A link is 23 whatever its length, without the full stop behind it; a remote account is as long as a local one."""
    assert count(text) == characters


def test_the_instance_says_what_a_link_costs():
    assert count("see https://rivers.org", per_url=30) == 34


@needs_vectors
def test_vectors_of_text():
    """As Mastodon's own tests have it. The server gives no discount without a scheme: there, all of it counts."""
    vectors = json.loads(VECTORS.read_text())
    cases = vectors["web_countable_text"]
    bare = [text for text, counted in cases if "{U}" in counted and "://" not in text]

    wrong = [
        text
        for text, counted in cases
        if count(text) != len(text if text in bare else counted.replace("{U}", vectors["U"]))
    ]

    assert wrong == []
    assert len(cases) > len(bare) > 0


@needs_vectors
def test_vectors_of_domains():
    """A link may be on a domain in any script."""
    domains = json.loads(VECTORS.read_text())["web_idn_domains"]

    assert [domain for domain in domains if count(f"at https://{domain}/ today") != 3 + 23 + 6] == []
    assert domains


@needs_vectors
def test_vectors_of_mentions():
    """What stands behind the name of each remote account, and nothing else, is not counted."""
    cases = json.loads(VECTORS.read_text())["web_mentions"]

    wrong = [
        text
        for text, found in cases
        if "://" not in text and count(text) != len(text) - sum(len(mention["host"]) + 1 for mention in found)
    ]

    assert wrong == []
    assert count("https://example.com/@arnt@grå.org") == 23


def written(recipe):
    """A text of the server's vectors, which are written as `a*476 + ' ' + http://b*30.com/example`."""
    recipe = recipe.partition(" (")[0]
    if recipe.startswith("http://example.com/valid?"):
        return "http://example.com/valid?" + "#foo?" * 1000
    text = ""
    for part in recipe.split(" + "):
        spelled = part
        if match := re.fullmatch(r"'(.+)'\*(\d+)", spelled):
            spelled = match[1] * int(match[2])
        spelled = re.sub(r"\b([ab])\*(\d+)", lambda repeated: repeated[1] * int(repeated[2]), spelled)
        text += spelled.replace("'", "")
    return text


@needs_vectors
def test_vectors_of_the_server():
    """Each text is let in, or is too long, as the server has it; a content warning counts in full."""
    cases = json.loads(VECTORS.read_text())["server_max_500"]

    fitting = [
        graphemes(as_rich(written(case.get("spoiler", "")))) + count(written(case["text"])) <= MOST for case in cases
    ]

    assert fitting == [case["ok"] for case in cases]


@given(st.text(st.sampled_from("a.@/:()? \u0301é👩\u200dhttps")))
def test_it_never_counts_more_than_a_reader_sees_and_the_price_of_links(text):
    most = graphemes(as_rich(text)) + 23 * text.count("://")

    assert count(text) <= most


@pytest.mark.parametrize(
    "unit",
    ["@a", "@a@", "@a@b.", "a.", "https://", "https://rivers.org/(", "https://rivers.org?", "(", "é\u0301", "a@a.co "],
)
def test_counting_takes_linear_time(unit):
    assert growth(lambda: count(unit * 5_000), lambda: count(unit * 20_000), 8) <= 8
