"""Slack's mrkdwn says what the rich text says, and the text itself never formats or summons."""

from __future__ import annotations

import re

import pytest
from effort import growth
from hypothesis import given
from text.rich_texts import bare, rich_texts, says

from publisher.text.html import clean
from publisher.text.rich import RichText, Span, as_rich, link
from publisher.text.slack_mrkdwn import slack_mrkdwn

LITERAL = r"<!date\^0+\^\{_\}\|([^&<>|]+)>"
LINK = r"<((?:https?|mailto|HTTPS?):[^<>|\s]+)(?:\|([^<>]+))?>"
MARK = r"(?<![A-Za-z0-9]){0}(?=\S)([^{0}\n]*?\S){0}(?![A-Za-z0-9])"
STAR = "<!date^00000000^{_}|*>"


def hidden(text: str) -> str:
    """Characters that can't format any more, in a plane of their own until the end."""
    return "".join(chr(0xF0000 + ord(each)) if each < "\uffff" else each for each in text)


def read(markup: str) -> tuple[str, list[str]]:
    """What a reader sees, and the tags in it."""
    tags = re.findall(r"<[@!#](?!date)[^>]*>", markup)
    text = re.sub(LITERAL, lambda found: hidden(found[1]), markup)
    text = re.sub(LINK, lambda found: formatted(found[2] or hidden(found[1])), text)
    text = decoded(formatted(text))
    return "".join(chr(ord(each) - 0xF0000) if 0xF0000 <= ord(each) < 0x100000 else each for each in text), tags


def decoded(text: str) -> str:
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def formatted(text: str) -> str:
    text = re.sub(r"[`｀]([^`｀\n]+)[`｀]", lambda found: hidden(decoded(found[1])), text)
    for sign in ("[*＊]", "[_＿]", "~"):
        text = re.sub(MARK.format(sign).replace(f"[^{sign}\\n]", f"[^{sign.strip('[]')}\\n]"), r"\1", text)
    return re.sub(r"(?m)^\s*(?:&gt;|＞)", "QUOTED", text)


@given(rich_texts)
def test_only_our_own_marks_act_and_the_text_reads_as_written(text):
    """Nothing in a text formats, and of accounts only those are tagged that a span mentions."""
    markup = slack_mrkdwn(text)
    seen, tags = read(markup)

    assert set(tags) <= {
        f"<@{span.mention}>" for span in text.spans if re.fullmatch("[UW][A-Z0-9]+", span.mention or "")
    }
    assert not re.search(r"(?i)@(?:here|channel|everyone)", re.sub(LINK, "", markup))
    assert not re.search(r"[<>]", re.sub(rf"{LITERAL}|{LINK}|<@[UW][A-Z0-9]+>", "", markup))
    assert not re.search(r"&(?!amp;|lt;|gt;)", markup)
    assert markup == slack_mrkdwn(text)
    assert says(seen, text, {span.mention for span in text.spans if re.fullmatch("[UW][A-Z0-9]+", span.mention or "")})
    if not any(span.link or span.mention for span in text.spans) and "://" not in text.plain:
        assert bare(seen) == bare(clean(text.plain))


@pytest.mark.parametrize(
    ("text", "markup"),
    [
        (RichText((Span("a", bold=True), Span("b", bold=True))), "*ab*"),
        (RichText((Span("a ", bold=True), Span("b"))), "*a* b"),
        (RichText((Span("one\n two", bold=True, italic=True),)), "*_one_*\n *_two_*"),
        (RichText((Span("in", italic=True), Span("side"))), "_in_\u200bside"),
        (RichText((Span("(a)", bold=True), Span(", "), Span("b", code=True))), "*(a)*, `b`"),
        (RichText((Span("a`b", code=True),)), "a<!date^00000000^{_}|`>b"),
        (as_rich("5 < 6 & <!channel> <@U123>"), "5 &lt; 6 &amp; &lt;!channel&gt; &lt;@U123&gt;"),
        (as_rich("a 5* hotel, snake_case_name, 2 * 3 * 4"), f"a 5{STAR} hotel, snake_case_name, 2 * 3 * 4"),
        (as_rich("a 5* hotel"), "a 5* hotel"),
        (as_rich("*not bold*"), f"{STAR}not bold{STAR}"),
        (as_rich("> no quotation"), "\u00ad&gt; no quotation"),
        (as_rich("@here at 10:30:45"), "<!date^00000000^{_}|@>here at 10:30:45"),
        (as_rich("See https://a.example/b_c?d=1&e=2."), "See <https://a.example/b_c?d=1&amp;e=2>."),
        (link("https://a.example/b_c", "the plan & more"), "<https://a.example/b_c|the plan &amp; more>"),
        (link("https://a.example/b|c>d", "the plan"), "<https://a.example/b%7Cc%3Ed|the plan>"),
        (link("https://a.example", "*the plan*"), f"{STAR}the plan{STAR} (<https://a.example>)"),
        (link("mailto:press@a.example", "our desk"), "<mailto:press@a.example|our desk>"),
        (link("javascript:alert(1)", "here"), "here"),
        (
            RichText((Span("the ", link="https://a.example"), Span("plan", bold=True, link="https://a.example"))),
            "<https://a.example|the plan>",
        ),
        (RichText((Span("Jane", mention="U0AB1"), Span(", "), Span("Joe", mention="@joe"))), "<@U0AB1>, Joe"),
        (RichText((Span("", bold=True), Span(" ", italic=True))), " "),
    ],
)
def test_marks_become_mrkdwn(text, markup):
    assert slack_mrkdwn(text) == markup


@pytest.mark.parametrize("word", ["*", "`", "_a", "<", ":a", "@here", "1", "https://", "a\n", "> ", "- ", "# "])
def test_twice_the_text_takes_twice_the_work(word):
    """Whether it is one long text or many short spans."""

    def work(times: int) -> None:
        slack_mrkdwn(as_rich(word * times))
        slack_mrkdwn(RichText((Span(word, bold=True), Span(word, code=True)) * (times // 8)))

    assert growth(lambda: work(4000), lambda: work(8000), 3) < 3
