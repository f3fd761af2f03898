"""Facets point at exactly the bytes that a reader sees as a link or a hashtag."""

from __future__ import annotations

from itertools import groupby

from examples import examples
from hypothesis import given
from hypothesis import strategies as st
from text.rich_texts import drawn, rich_texts

from publisher.text.facets import facets
from publisher.text.marks import encodable
from publisher.text.rich import RichText, Span, as_rich, link

LINK = "app.bsky.richtext.facet#link"
MENTION = "app.bsky.richtext.facet#mention"
TAG = "app.bsky.richtext.facet#tag"
PIECES = ("a", "é", "e\u0301", "👩\u200d👩\u200d👧", "🇩🇪", "日本", " ", "\n", "ß", "𝔉", ".", "@", "/", "café")
words = st.text("".join(dict.fromkeys("".join(PIECES))), max_size=12) | st.lists(
    st.sampled_from(PIECES), max_size=6
).map("".join)
spans = st.builds(
    Span,
    words,
    bold=st.booleans(),
    link=st.none() | st.sampled_from(["https://one.example/a", "https://two.example/ü?b=1"]),
) | words.map(lambda word: Span(f"#{word.replace(' ', '').replace(chr(10), '')}", hashtag=True))
texts = st.lists(spans, max_size=8).map(lambda parts: RichText(tuple(parts)))


def seen(text: RichText) -> list[tuple[str, str, str]]:
    plain, found = facets(text)
    raw = plain.encode()
    return [
        (
            raw[facet["index"]["byteStart"] : facet["index"]["byteEnd"]].decode(),
            feature["$type"],
            feature.get("uri") or feature["tag"],
        )
        for facet in found
        for feature in facet["features"]
    ]


@given(texts)
def test_a_facet_covers_exactly_its_link_or_hashtag(text):
    expected = [
        (span.text, LINK, span.link) if span.link else (span.text, TAG, span.text[1:])
        for span in _merged(text)
        if span.text and (span.link or (span.hashtag and len(span.text) > 1))
    ]

    assert seen(text) == expected


@given(texts)
def test_facets_ascend_and_never_overlap_or_leave_the_text(text):
    plain, found = facets(text)
    at = 0
    for facet in found:
        assert at <= facet["index"]["byteStart"] < facet["index"]["byteEnd"]
        at = facet["index"]["byteEnd"]

    assert at <= len(plain.encode())
    assert plain == text.plain


def test_a_link_that_is_partly_bold_is_one_facet():
    text = RichText(
        (
            Span("see ", bold=True),
            Span("the ", link="https://a.example"),
            Span("plan", bold=True, link="https://a.example"),
        )
    )

    assert seen(text) == [("the plan", LINK, "https://a.example")]


def test_bare_addresses_and_hashtags_become_facets_because_bluesky_finds_none_itself():
    text = as_rich("🎉 Read example.com/plan, then tell #Häfen and #1 at https://example.org/x.")

    assert seen(text) == [
        ("example.com/plan", LINK, "https://example.com/plan"),
        ("#Häfen", TAG, "Häfen"),
        ("https://example.org/x", LINK, "https://example.org/x"),
    ]


def test_neighbouring_hashtags_stay_two():
    text = RichText((Span("#One", hashtag=True), Span("#Two", hashtag=True)))

    assert [word for word, _, _ in seen(text)] == ["#One", "#Two"]


def test_what_the_lexicon_refuses_stays_text():
    longest, too_long, too_heavy = (
        Span("#" + tag, hashtag=True) for tag in ("é" * 64, "é" * 65, "👩\u200d👩\u200d👧" * 40)
    )

    assert seen(link("not an address", "here")) == []
    assert [word for word, _, _ in seen(RichText((longest, too_long, too_heavy)))] == [longest.text]


def _merged(text: RichText) -> list[Span]:
    """Neighbours of one link as one span."""
    merged: list[Span] = []
    for span in text.spans:
        if merged and span.link and merged[-1].link == span.link:
            merged[-1] = Span(merged[-1].text + span.text, link=span.link)
        else:
            merged.append(span)
    return merged


def test_an_abbreviation_is_no_link():
    """`W.Va.` ends like a country's domain, and is a state."""
    assert facets(as_rich("CHARLESTON, W.Va. – Moss (R-W.Va.) spoke."))[1] == []
    assert len(facets(as_rich("See rivers.org today."))[1]) == 1


@given(rich_texts)
def test_each_facet_cuts_out_what_a_reader_sees_in_it(text):
    """Of any text at all: bytes at the edges of characters, in order, and a mention or a link whole."""
    assert_cut_out(text)


def test_generated_texts_have_their_facets_in_place():
    for seed in range(examples(2_000)):
        assert_cut_out(drawn(seed))


def assert_cut_out(text):
    plain, found = facets(text)
    raw = plain.encode()
    spans = encodable(text).spans
    runs = ["".join(span.text for span in run) for _, run in groupby(spans, lambda span: (span.link, span.mention))]
    at = 0
    for facet in found:
        start, end = facet["index"]["byteStart"], facet["index"]["byteEnd"]
        words = raw[start:end].decode()
        [feature] = facet["features"]

        assert at <= start < end <= len(raw)
        assert feature["$type"] != MENTION or words in runs
        assert feature["$type"] != TAG or words == f"#{feature['tag']}"
        assert feature["$type"] != LINK or words in runs or feature["uri"].endswith(words)
        at = end
    mentions = [feature["did"] for facet in found for feature in facet["features"] if feature["$type"] == MENTION]
    assert mentions == [
        mention
        for (target, mention), run in groupby(spans, lambda span: (span.link, span.mention))
        if mention and not target and any(span.text for span in run)
    ]
