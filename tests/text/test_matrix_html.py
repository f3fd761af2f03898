"""Matrix HTML holds only what clients permit, and reads as the text."""

from __future__ import annotations

from html.parser import HTMLParser

import pytest
from hypothesis import given
from text.rich_texts import rich_texts

from publisher.text.html import clean, is_address
from publisher.text.matrix_html import matrix_html
from publisher.text.rich import RichText, Span, as_rich, link

ALLOWED = {"p", "br", "strong", "em", "code", "a"}


class Reader(HTMLParser):
    """Text, links, and tags that nest; HTML that doesn't is an error."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.text, self.links, self.open = "", [], []
        self.feed(html)
        self.close()
        assert not self.open

    def handle_starttag(self, tag, attrs):
        assert tag in ALLOWED
        assert tag != "a" or "a" not in self.open
        assert [name for name, _ in attrs] == (["href"] if tag == "a" else [])
        self.links.extend(value for _, value in attrs)
        self.text += " " * (tag in ("br", "p"))
        if tag != "br":
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.text += data

    def handle_comment(self, data):
        pytest.fail("a comment")

    handle_decl = handle_pi = unknown_decl = handle_comment


@given(rich_texts)
def test_it_nests_permitted_tags_only_and_reads_as_the_text(text):
    html = matrix_html(text)
    read = Reader(html)

    assert read.text.split() == clean(text.plain).split()
    assert all(is_address(each) for each in read.links)
    assert not any(f"</{tag}><{tag}>" in html for tag in ("strong", "em", "code"))
    assert html == matrix_html(text)


@pytest.mark.parametrize(
    ("text", "html"),
    [
        (as_rich("one\r\ntwo"), "one<br>two"),
        (as_rich("one\n \ntwo\nthree\n"), "<p>one</p><p>two<br>three</p>"),
        (RichText((Span("a\n\nb", bold=True),)), "<p><strong>a</strong></p><p><strong>b</strong></p>"),
        (RichText((Span("a", bold=True), Span("b", bold=True, italic=True))), "<strong>a<em>b</em></strong>"),
        (as_rich("<script> & @room"), "&lt;script&gt; &amp; @room"),
        (link("https://a.example/?b=1&c=<2>", "x"), '<a href="https://a.example/?b=1&amp;c=%3C2%3E">x</a>'),
        (link("javascript:alert(1)", "x"), "x"),
        (
            RichText((Span("Jane", mention="@jane:a.example"),)),
            '<a href="https://matrix.to/#/@jane:a.example">Jane</a>',
        ),
        (
            RichText((Span("Jane", mention='@"><b>:a.example'),)),
            '<a href="https://matrix.to/#/@%22%3E%3Cb%3E:a.example">Jane</a>',
        ),
        (RichText((Span("Jane", mention="jane"),)), "Jane"),
        (as_rich(""), ""),
    ],
)
def test_marks_become_tags(text, html):
    assert matrix_html(text) == html
