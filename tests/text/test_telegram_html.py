"""Telegram HTML says what the rich text says, in tags that Telegram knows."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from servers.telegram import read_html

from publisher.text.rich import RichText, Span, as_rich, join, link
from publisher.text.telegram_html import telegram_html

targets = st.none() | st.sampled_from(
    ["https://a.example/?x=1&y=<2>", 'https://b.example/"quoted"', "mailto:press@a.example", "tg://resolve?domain=a"]
)
spans = st.builds(
    Span,
    st.text(max_size=10) | st.sampled_from(["<b>", "&amp;", "&#60;", "</a>", "<script>", "]]>", "<!--", '"', "🎉"]),
    bold=st.booleans(),
    italic=st.booleans(),
    code=st.booleans(),
    link=targets,
    hashtag=st.booleans(),
)
texts = st.lists(spans, max_size=8).map(lambda parts: RichText(tuple(parts)))


@given(texts)
def test_it_parses_as_telegram_parses_and_reads_as_the_plain_text(text):
    read, _ = read_html(telegram_html(text))

    assert read == text.plain


@given(texts)
def test_every_web_link_is_kept_in_order(text):
    _, links = read_html(telegram_html(text))
    wanted = [span.link for span in text.spans if span.text and span.link and not span.link.startswith("mailto:")]

    assert _once(links) == _once(wanted)


@pytest.mark.parametrize(
    ("text", "html"),
    [
        (as_rich('5 < 6 & "7"'), '5 &lt; 6 &amp; "7"'),
        (RichText((Span("a", bold=True, italic=True),)), "<b><i>a</i></b>"),
        (RichText((Span("x = 1", code=True),)), "<code>x = 1</code>"),
        (RichText((Span("x", code=True, bold=True),)), "<b>x</b>"),
        (link("https://a.example/?b=1&c=2", "the plan"), '<a href="https://a.example/?b=1&amp;c=2">the plan</a>'),
        (link("mailto:press@a.example", "press@a.example"), "press@a.example"),
        (
            join([link("https://a.example", "the "), RichText((Span("plan", bold=True, link="https://a.example"),))]),
            '<a href="https://a.example">the <b>plan</b></a>',
        ),
        (RichText((Span("", bold=True), Span("", link="https://a.example"))), ""),
    ],
)
def test_marks_become_tags(text, html):
    assert telegram_html(text) == html


def _once(links: list[str | None]) -> list[str | None]:
    return [each for index, each in enumerate(links) if index == 0 or links[index - 1] != each]
