"""LinkedIn's little text: every reserved character is escaped, and reads as written."""

from __future__ import annotations

import re

import pytest
from effort import growth
from hypothesis import given
from text.rich_texts import rich_texts

from publisher.text.html import clean
from publisher.text.little_text import little_text
from publisher.text.rich import RichText, Span, as_rich, link

ESCAPED = r"\\[\\|{}@\[\]()<>#*_~]"
PLAIN = r"[^\\|{}@\[\]()<>#*_~]"
PARTS = re.compile(
    rf"(?P<text>(?:{ESCAPED}|{PLAIN})+)"
    rf"|\{{hashtag\|\\#\|(?P<tag>(?:\w|\\_)+)\}}"
    rf"|@\[(?P<name>(?:{ESCAPED}|{PLAIN})*)\]\((?P<urn>urn:li:(?:organization|person):(?:[\w-]|\\_)+)\)"
)


def read(little: str) -> tuple[str, list[str]]:
    """What a reader sees, and whom it mentions; LinkedIn would cut where nothing matches."""
    text, mentions, at = "", [], 0
    while at < len(little):
        part = PARTS.match(little, at)
        assert part, little[at:]
        at = part.end()
        if part["urn"]:
            mentions.append(unescaped(part["urn"]))
        text += unescaped("#" + part["tag"] if part["tag"] else part["text"] or part["name"])
    return text, mentions


def unescaped(text: str) -> str:
    return re.sub(r"\\(.)", r"\1", text)


@given(rich_texts)
def test_all_that_is_reserved_is_escaped_and_reads_as_written(text):
    seen, mentions = read(little_text(text))

    assert set(mentions) <= {span.mention for span in text.spans}
    if not any(span.link for span in text.spans):
        assert seen == clean(text.plain)


@pytest.mark.parametrize(
    ("text", "little"),
    [
        (as_rich("a_b (c) #d @e <f> [g] {h} | * ~ \\"), r"a\_b \(c\) \#d \@e \<f\> \[g\] \{h\} \| \* \~ \\"),
        (RichText((Span("a", bold=True), Span("b", italic=True), Span("c", code=True))), "abc"),
        (
            RichText((Span("#Clean_Water", hashtag=True), Span(" "), Span("#Zwei", hashtag=True))),
            r"{hashtag|\#|Clean\_Water} {hashtag|\#|Zwei}",
        ),
        (RichText((Span("#a.b", hashtag=True),)), r"\#a.b"),
        (
            RichText((Span("Rivers (UK)", mention="urn:li:organization:77"),)),
            r"@[Rivers \(UK\)](urn:li:organization:77)",
        ),
        (RichText((Span("Jane", mention="urn:li:person:a_B-1"),)), r"@[Jane](urn:li:person:a\_B-1)"),
        (RichText((Span("Jane", mention="@jane"),)), "Jane"),
        (as_rich("See https://a.example/b_c."), r"See https://a.example/b\_c."),
        (link("https://a.example/b_c", "the plan"), r"the plan \(https://a.example/b\_c\)"),
        (link("https://a.example/b"), "https://a.example/b"),
        (link("mailto:press@a.example", "press@a.example"), r"press\@a.example"),
        (link("mailto:press@a.example", "our desk"), r"our desk \(press\@a.example\)"),
        (as_rich("one\r\n\r\ntwo"), "one\n\ntwo"),
    ],
)
def test_text_becomes_little_text(text, little):
    assert little_text(text) == little


@pytest.mark.parametrize("word", ["\\", "#a", "@[", "https://", "a\n"])
def test_twice_the_text_takes_twice_the_work(word):
    """Whether it is one long text or many short spans."""

    def work(times: int) -> None:
        little_text(as_rich(word * times))
        little_text(RichText((Span(word, bold=True), Span(word, code=True)) * (times // 8)))

    assert growth(lambda: work(4000), lambda: work(8000), 3) < 3
