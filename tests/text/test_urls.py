"""Links are found where X finds them."""

from pathlib import Path

import pytest
from ruamel.yaml import YAML

from publisher.text.urls import find_urls

CONFORMANCE = Path(__file__).parents[3] / "shared/data/x/twitter-text/conformance"


def links(text):
    return [text[start:end] for start, end in find_urls(text)]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Read https://rivers.example.org/news/1. Then act.", ["https://rivers.example.org/news/1"]),
        ("(see rivers.org/a_(b))", ["rivers.org/a_(b)"]),
        ("press@rivers.org", []),
        ("Sentence one.Then two", []),
        ("@rivers.org", []),
    ],
)
def test_links_end_where_a_reader_would_end_them(text, found):
    """A closing full stop or bracket of the sentence is not part of the link; addresses and handles are none."""
    assert links(text) == found


@pytest.mark.skipif(not CONFORMANCE.exists(), reason="twitter-text's conformance suite is not beside the project")
@pytest.mark.parametrize(
    "group", ["urls", "urls_with_indices", "urls_with_directional_markers", "tco_urls_with_params"]
)
def test_links_agree_with_twitter_text(group):
    """Every extraction case of twitter-text's conformance suite comes out the same."""
    suite = YAML(typ="safe", pure=True).load(CONFORMANCE / "extract.yml")["tests"][group]

    def agrees(case):
        expected = case["expected"]
        places = [tuple(found["indices"]) for found in expected if isinstance(found, dict)]
        urls = [found if isinstance(found, str) else found["url"] for found in expected]
        return links(case["text"]) == urls and places in ([], find_urls(case["text"]))

    assert [case["text"] for case in suite if not agrees(case)] == []
    assert suite


@pytest.mark.parametrize("unit", ["co.", "a.", " http://a.co", "http://", "é.com/", "(", "a-", "x.co/(("])
def test_hostile_text_takes_linear_time(unit):
    """Twenty times the text takes at most some sixty times as long, whatever it repeats."""
    import time

    def cost(size):
        text = unit * size
        start = time.process_time()
        find_urls(text)
        return time.process_time() - start

    cost(10)
    assert cost(20_000) <= 60 * max(cost(1_000), 0.002)
