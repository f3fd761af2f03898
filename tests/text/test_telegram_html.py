"""Telegram HTML says what the rich text says, in tags that Telegram knows."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from servers.telegram import read_html
from text.rich_texts import rich_texts

from publisher.text.rich import RichText, Span, as_rich, join, link
from publisher.text.telegram_html import telegram_entities, telegram_html

LONE_SURROGATES = re.compile("[\ud800-\udfff]")


@given(rich_texts)
def test_it_parses_as_telegram_parses_and_reads_as_the_plain_text(text):
    read, _ = read_html(telegram_html(text))

    assert read == LONE_SURROGATES.sub("\ufffd", text.plain)


@given(rich_texts)
def test_every_web_link_is_kept_in_order(text):
    _, links = read_html(telegram_html(text))
    wanted = [span.link or "" for span in text.spans if span.text and re.match("(?:https?|tg)://", span.link or "")]

    assert _once(links) == _once([LONE_SURROGATES.sub("\ufffd", each) for each in wanted])


@given(rich_texts)
def test_entities_cover_what_the_html_marks_and_never_cross(text):
    """Cut out of the UTF-16 text, each entity is a run of spans with its mark; of two, one contains the other."""
    plain, entities = telegram_entities(text)
    units = plain.encode("utf-16-le")
    cut = [(each["type"], units[2 * each["offset"] :][: 2 * each["length"]].decode("utf-16-le")) for each in entities]

    tags = {"bold": "b", "italic": "i", "code": "code", "text_link": "a"}
    assert sorted(tags[kind] for kind, _ in cut) == sorted(re.findall(r"<(\w+)", telegram_html(text)))
    for kind in ("bold", "italic"):
        marked = "".join(span.text for span in text.spans if getattr(span, kind))
        assert "".join(part for each, part in cut if each == kind) == LONE_SURROGATES.sub("\ufffd", marked)
    ends: list[int] = []
    for each in entities:
        assert each["length"] > 0
        while ends and ends[-1] <= each["offset"]:
            ends.pop()
        assert not ends or each["offset"] + each["length"] <= ends[-1]
        ends.append(each["offset"] + each["length"])


def test_entities_count_in_utf_16():
    text = RichText(
        (Span("🎉 "), Span("see ", bold=True), Span("this", bold=True, link="https://a.example"), Span("x", code=True))
    )

    assert telegram_entities(text) == (
        "🎉 see thisx",
        [
            {"type": "bold", "offset": 3, "length": 4},
            {"type": "text_link", "offset": 7, "length": 4, "url": "https://a.example"},
            {"type": "bold", "offset": 7, "length": 4},
            {"type": "code", "offset": 11, "length": 1},
        ],
    )


@pytest.mark.parametrize(
    ("text", "html"),
    [
        (as_rich('5 < 6 & "7"'), '5 &lt; 6 &amp; "7"'),
        (RichText((Span("a", bold=True, italic=True),)), "<b><i>a</i></b>"),
        (
            RichText((Span("a", bold=True), Span("b", bold=True, italic=True), Span("c", bold=True))),
            "<b>a<i>b</i>c</b>",
        ),
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


def _once(links: list[str]) -> list[str]:
    return [each for index, each in enumerate(links) if index == 0 or links[index - 1] != each]
