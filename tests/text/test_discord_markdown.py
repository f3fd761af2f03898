"""Discord Markdown says what the rich text says, and the text itself never formats or tags."""

from __future__ import annotations

import re

import pytest
from effort import growth
from hypothesis import given
from text.rich_texts import bare, rich_texts, says

from publisher.text.discord_markdown import discord_markdown
from publisher.text.html import clean
from publisher.text.rich import RichText, Span, as_rich, link

RULES = (  # as Discord's client tries them, from its published behaviour
    ("escape", r"\\([^0-9A-Za-z\s])"),
    ("code", r"(`+)([\s\S]*?[^`])\1(?!`)"),
    ("angled", r"<(https?://[^\s>]+)>"),
    ("tag", r"<(?:@[!&]?\d+|#\d+|a?:\w+:\d+|t:-?\d+(?::\w)?|/[\w -]+:\d+|id:\w+)>"),
    ("emoji", r":(?!\d\d?:)[\w+~-]+:"),
    ("url", r"https?://[^\s<]+[^<.,:;\"'\]\s]"),
    ("masked", r"\[((?:\[[^\]]*\]|[^\[\]])*)\]\(<?(https?://[^\s\\()]*)>?\)"),
    ("strong", r"\*\*((?:\\[\s\S]|[^\\])+?)\*\*(?!\*)"),
    ("underline", r"__((?:\\[\s\S]|[^\\])+?)__(?!_)"),
    ("em", r"_((?:__|\\[\s\S]|[^\\_])+?)_(?![A-Za-z0-9_])"),
    ("em", r"\*(?=\S)((?:\*\*|\\[\s\S]|\s+(?:\\[\s\S]|[^\s*\\]|\*\*)|[^\s*\\])+?)\*(?!\*)"),
    ("strike", r"~~([\s\S]+?)~~(?!_)"),
    ("spoiler", r"\|\|([\s\S]+?)\|\|"),
)
LINE = r" *(?:#{1,3}\s|-#\s|>>?>? |[*+-] |\d+\. )"
SUMMONS = r"(?i)@(?:everyone|here|[!&]?\d)"


def read(markup: str) -> tuple[str, list[str]]:
    """What a reader sees, and what acts in it."""
    acting: list[str] = []
    at, text = 0, ""
    while at < len(markup):
        name, found = next(
            ((name, match) for name, rule in RULES if (match := re.compile(rule).match(markup, at))), ("", None)
        )
        if not found:
            text += markup[at]
            at += 1
            continue
        at = found.end()
        acting.append(found.group() if name == "tag" else name)
        if name == "escape":
            text += found[1]
            acting.pop()
        elif name == "code":
            text += re.sub(r"^ (?= *`)|(?<=`) $", "", found[2])
        elif name in ("strong", "em", "masked"):
            inner, more = read(found[1] or found[2])
            text, acting = text + inner, acting + more
        elif name == "tag":
            text += f"⟦{found.group()}⟧"
        else:
            text += found[1] if name == "angled" else found.group()
    return text, acting


@given(rich_texts)
def test_only_our_own_marks_act_and_the_text_reads_as_written(text):
    """Nothing in a text formats, and of accounts only those are tagged that a span mentions."""
    markup = discord_markdown(text)
    seen, acting = read(markup)

    mentioned = {f"<@{span.mention}>" for span in text.spans if re.fullmatch("[0-9]+", span.mention or "")}
    assert set(acting) <= {"code", "angled", "url", "masked", "strong", "em"} | mentioned
    assert not [line for line in markup.split("\n") if re.match(LINE, line)]
    assert not re.search(SUMMONS, re.sub(r"https?://\S+|<@\d+>", "", markup))
    assert markup == discord_markdown(text)
    assert says(seen, text, {span.mention for span in text.spans if re.fullmatch("[0-9]+", span.mention or "")})
    if not any(span.link or span.mention for span in text.spans):
        assert bare(seen) == bare(clean(text.plain))


@pytest.mark.parametrize(
    ("text", "markup"),
    [
        (RichText((Span("a", bold=True), Span("b", bold=True))), "**ab**"),
        (RichText((Span("a ", bold=True), Span(" b"))), "**a**  b"),
        (RichText((Span("one\n two", bold=True, italic=True),)), "**_one_**\n **_two_**"),
        (RichText((Span("in", italic=True), Span("side"))), "_in_\u200bside"),
        (RichText((Span("a`b", code=True),)), "``a`b``"),
        (RichText((Span("a_b", code=True, italic=True),)), "`a_b`"),
        (as_rich("*a* snake_case [x](y) \\ ~~z~~ ||s||"), r"\*a\* snake\_case \[x](y) \\ \~\~z\~\~ \|\|s\|\|"),
        (as_rich("# A\n-# b\n- c\n1. d\n> e\n#f"), "\\# A\n\\-# b\n\\- c\n1\\. d\n\\> e\n#f"),
        (as_rich("@everyone <@12> <#1> :tada: 10:30"), "@\u200beveryone \\<@\u200b12> \\<#1> \\:tada: 10:30"),
        (as_rich("See https://a.example/b_c_d."), "See https://a.example/b_c_d."),
        (link("https://a.example/b_c", "the plan"), "[the plan](https://a.example/b_c)"),
        (link("https://a.example/(b)|c", "the plan"), "[the plan](https://a.example/%28b%29%7Cc)"),
        (link("https://a.example/b_c", "a.example/b_c"), "https://a.example/b_c"),
        (link("https://a.example/") + "x", "<https://a.example/>x"),
        (link("https://a.example/b", "5* plan"), r"5\* plan (<https://a.example/b>)"),
        (
            link("https://a.example/b", "https://c.example/*<#1>"),
            "https:\u200b//c.example/\\*\\<#1> (<https://a.example/b>)",
        ),
        (link("mailto:press@a.example", "our desk"), "our desk (press@a.example)"),
        (link("javascript:alert(1)", "here"), "here"),
        (
            RichText((Span("the ", link="https://a.example"), Span("plan", bold=True, link="https://a.example"))),
            "[the plan](https://a.example)",
        ),
        (RichText((Span("Jane", mention="123"), Span(", "), Span("Joe", mention="@joe"))), "<@123>, Joe"),
        (
            RichText((Span("*", italic=True, code=True), Span("*", bold=True, italic=True, code=True))),
            "_`*`\u200b`*`_",
        ),
        (RichText((Span("", bold=True), Span(" ", italic=True))), " "),
    ],
)
def test_marks_become_markdown(text, markup):
    assert discord_markdown(text) == markup


@pytest.mark.parametrize("word", ["*", "`", "_a", "[", ":a", "@here", "\\", "1", "https://", "a\n", "> ", "- ", "#"])
def test_twice_the_text_takes_twice_the_work(word):
    """Whether it is one long text or many short spans."""

    def work(times: int) -> None:
        discord_markdown(as_rich(word * times))
        discord_markdown(RichText((Span(word, bold=True), Span(word, code=True)) * (times // 8)))

    assert growth(lambda: work(4000), lambda: work(8000), 3) < 3
