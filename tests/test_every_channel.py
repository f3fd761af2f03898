"""What holds for every channel, whatever the release: limits counted again, quotes untouched, the same bytes."""

import importlib
import re
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import pytest
from every_channel import every_channel, own_types, plan_for_every_channel
from examples import examples
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from recounts.quotes import quote_faults

from publisher.documents import read
from publisher.release import parse
from publisher.release.model import Contact, Media, Quote, Release

AT = datetime(2026, 12, 1, 9, tzinfo=UTC)
ROOT = Path(__file__).parents[1]
CORPUS = ROOT.parent / "shared/corpus"
KNOWN = ["https://news.rivers.org/a_b_(c)?d=e&f=g"]
LINKS = ["https://newsroom.rivers.example", "https://news.rivers.org/a/very/long/address_with_underscores/2026/release"]


@cache
def config():
    return every_channel()


def recount(kind):
    return importlib.import_module(f"recounts.{kind.replace('-', '_')}")


def wrong(release):
    """Everything that is wrong with what any channel would say of a release."""
    found = []
    plan = plan_for_every_channel(release, config())
    for planned in plan.deliveries:
        links = {planned.variant.link, *KNOWN}
        links = {
            link for link in links if link and ".example" not in link.replace(".example.", ".")
        }  # which no network takes for a link
        posts = planned.variant.posts
        if all(request.recipient for request in planned.requests):
            posts *= len(planned.requests)
        assert len(planned.requests) == len(posts)
        for request, post in zip(planned.requests, posts, strict=True):
            faults = [*recount(planned.channel.type).faults(request, post, links), *quote_faults(post, release)]
            found += [f"{planned.channel.name}: {fault}" for fault in faults]
    return found


def bytes_of(release):
    plan = plan_for_every_channel(release, config())
    return [request.digest for planned in plan.deliveries for request in planned.requests]


HOSTILE = [
    "_Under_ *Star* ~Wave~ `Tick`",
    "[Name](https://evil.example)",
    "<script>alert(1)</script>",
    "@everyone",
    "<!channel>",
    "<@U123>",
    "\\*",
    "{{7*7}}",
    "عربى \u202e dlrow",
    "e\u0301\u0301\u0301\u0301",
    "👩‍👩‍👧‍👦",
    "🇩🇪🇫🇷",
    "漢字かな交じり文",
    *KNOWN,
    "#Tag",
    "a > b & c < d",
    "1. one",
    "- dash",
    "\u2028",
    "| pipe |",
]
piece = st.sampled_from(HOSTILE) | st.text(st.sampled_from("abcdeÄé漢 .,!?’—"), min_size=1, max_size=60)
line = st.lists(piece, min_size=1, max_size=6).map(" ".join)
sentence = st.lists(piece, min_size=1, max_size=5).map(
    lambda parts: "We said " + " ".join(parts).strip(" .,!?—’") + "."
)
said = st.lists(sentence, min_size=1, max_size=6).map(" ".join) | st.just("We go on. " * 60)
quotes = st.builds(
    Quote,
    pieces=st.lists(said, min_size=1, max_size=2).map(tuple),
    speaker=st.sampled_from(["Ana Ruiz", "Jean-Luc O’Brien_Smith", "[Q] *Star*", None]),
    title=st.none() | line,
)
releases = st.builds(
    Release,
    file=st.just("r.md"),
    headline=line.filter(str.strip) | st.just("Long " * 1000),
    slug=st.just("r"),
    subheadline=st.none() | line,
    lede=st.none() | line,
    quotes=st.lists(quotes, max_size=4).map(tuple),
    actions=st.lists(line, max_size=6).map(tuple),
    actions_intro=st.none() | line,
    boilerplate=st.none() | line,
    contacts=st.lists(st.builds(Contact, name=line, email=st.just("press@rivers.example")), max_size=1).map(tuple),
    hashtags=st.lists(st.sampled_from(["River", "clean_water", "Öl", "漢字", "A" * 90]), max_size=5).map(tuple),
    media=st.lists(st.builds(Media, path=st.just("a.png"), alt=line), max_size=12).map(tuple),
    link=st.none() | st.sampled_from(LINKS),
    language=st.sampled_from(["en", "de", "fr", "es", "it", "ar", "xx"]),
)


@settings(max_examples=examples(2_000, share=50), suppress_health_check=[HealthCheck.too_slow])
@given(releases)
def test_no_post_of_any_channel_breaks_a_rule(release):
    """Within every limit, nothing empty, nothing cut in the middle, quotes word for word: by counting again."""
    assert wrong(release) == []


@settings(max_examples=examples(500, share=25), suppress_health_check=[HealthCheck.too_slow])
@given(releases)
def test_every_request_is_what_the_networks_own_description_asks_for(release):
    """OpenAPI documents, or the Bot API's: of each network that publishes one. Lexicons are in the recount."""
    found = []
    for planned in plan_for_every_channel(release, config()).deliveries:
        described = getattr(recount(planned.channel.type), "described", None)
        for number, request in enumerate(planned.requests if described else ()):
            found += described(planned.channel.stamp(request, AT, f"seed/{number}"))

    assert found == []


@pytest.mark.parametrize(
    ("kind", "slip"),
    [("x", {"text": 5}), ("mastodon", {"status": ["a"]}), ("discord", {"content": 7}), ("telegram", {"txt": "a"})],
)
def test_a_request_that_is_not_so_is_noticed(kind, slip):
    plan = plan_for_every_channel(parse(read(str(ROOT / "releases/product-launch.md"))), config())
    [planned] = [planned for planned in plan.deliveries if planned.channel.type == kind]

    assert recount(kind).described(replace(planned.requests[0], json={**planned.requests[0].json, **slip}))


@settings(max_examples=10, suppress_health_check=[HealthCheck.too_slow])
@given(releases)
def test_the_same_release_gives_the_same_bytes(release):
    assert bytes_of(release) == bytes_of(release)


def samples():
    yield from (ROOT / "releases").glob("*.*")
    yield from (path for path in (ROOT / "tests/release/fixtures").iterdir() if path.suffix in {".md", ".txt"})


@pytest.mark.parametrize("path", sorted(samples()), ids=lambda path: path.name)
def test_every_sample_release_goes_out_within_the_rules(path):
    assert wrong(parse(read(str(path)))) == []


@pytest.mark.skipif(not CORPUS.is_dir(), reason="the real releases are not beside the project")
def test_real_releases_go_out_within_the_rules():
    """Each quote in a post stands in the file itself, word for word."""
    found = {}
    for path in sorted(CORPUS.glob("*.md")) + sorted(CORPUS.glob("*.txt")):
        release = parse(read(str(path)))
        if release.headline and (faults := wrong(release)):
            found[path.name] = faults

    assert found == {}


def test_every_channel_has_its_recount():
    assert [name for name in own_types() if not hasattr(recount(name), "faults")] == []


def test_what_the_pages_show_as_settings_is_right():
    """Each page in docs/channels has a block that channels.yaml takes as it stands."""
    assert sorted({block.type for block in config().blocks}) == own_types()
    assert not [block.name for block in config().blocks if re.search(r"\s", block.name)]
