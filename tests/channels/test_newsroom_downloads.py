"""What a newsroom hands out as files: the copy of a release as plain text."""

from dataclasses import replace

import pytest
from examples import examples
from hypothesis import given, settings
from newsroom_samples import BARE, BASE, ENTRY, SITE, hostile, hostile_entries, hostile_sites

from publisher.channels.newsroom_site.html_text import html_text
from publisher.channels.newsroom_site.plain_copy import file_name, plain_copy
from publisher.documents.model import Block
from publisher.release.model import Dateline
from publisher.text.html import blocks_html, clean, paragraphs_html
from publisher.text.rich import as_rich

COPY = f"""\
Rivers Alive · November 12, 2026

Twelve weirs come down

Four hundred kilometres run free

DORN, Nov. 12, 2026 – Rivers Alive takes down twelve weirs.

What happens next

• The gates are lifted
• The banks are planted
  1. Willows

“The river is free.”

Read the report (https://www.rivers.example/report?a=1&b=2).
More soon.

About

Rivers Alive has worked for free rivers since 1987.

###

Press contact

Jo Verhoeven
press@rivers.example
+31 10 555 01 23

{BASE}/weirs-come-down/
"""


def test_the_copy_is_what_a_newsdesk_can_paste():
    """Headline, deck, unwrapped paragraphs, bullets, boilerplate; the contact and the address behind the end mark."""
    data = plain_copy(ENTRY, SITE)

    assert data.startswith(b"\xef\xbb\xbf")
    assert data.decode("utf-8-sig") == COPY
    assert file_name(ENTRY) == "weirs-come-down.txt"


def test_the_copy_speaks_the_language_of_the_release_and_leaves_out_what_is_not_there():
    bare = replace(ENTRY, language="de", subheadline=None, boilerplate="", contacts=(), html="<p>Zwölf Wehre.</p>")
    copy = plain_copy(replace(bare, dateline=Dateline("DORN", ENTRY.dateline.date)), BARE).decode("utf-8-sig")

    assert copy == (
        "Rivers Alive newsroom · DORN · 12. November 2026\n\nTwelve weirs come down\n\nZwölf Wehre.\n\n###\n"
    )


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ('<p>See <a href="https://rivers.example/">rivers.example</a>.</p>', "See rivers.example."),
        ('<p>Ask <a href="mailto:jo@rivers.example">Jo</a>.</p>', "Ask Jo (jo@rivers.example)."),
        ('<p>Ask <a href="mailto:jo@rivers.example">jo@rivers.example</a>.</p>', "Ask jo@rivers.example."),
        ("<p>One<br>\ntwo</p>\n<hr>\n<p>Three</p>", "One\ntwo\n\nThree"),
        (
            "<ol>\n<li>A</li>\n<li>B</li>\n</ol>\n<ul>\n<li>C</li>\n</ul>\n<ol>\n<li>D</li>\n</ol>",
            "1. A\n2. B\n• C\n1. D",
        ),
        ('<figure>\n<img src="a.png" alt="A">\n<figcaption>C</figcaption>\n</figure>\n<p>T</p>', "T"),
        ("<p>1 &lt; 2 &amp;amp; 3</p>", "1 < 2 &amp; 3"),
        ("", ""),
    ],
)
def test_html_becomes_the_text_that_a_reader_sees(html, text):
    assert html_text(html) == text


@settings(max_examples=examples(200), deadline=None)
@given(hostile)
def test_any_text_of_a_page_is_read_again(words):
    """As paragraphs, and as a heading, an item and a quotation: the same words in the same order."""
    kinds = ("heading", "paragraph", "item", "quotation")
    blocks = blocks_html([Block(kind, as_rich(words)) for kind in kinds])

    assert html_text(paragraphs_html(words)).split() == clean(words).split()
    assert html_text(blocks).replace("•", "").split() == clean(words).replace("•", "").split() * len(kinds)


@settings(max_examples=examples(200), deadline=None)
@given(hostile_entries(), hostile_sites())
def test_hostile_text_stays_text_in_the_copy(entry, site):
    """The copy is UTF-8 without control characters; headline and deck are a line each, with the words they had."""
    lines = plain_copy(entry, site).decode("utf-8-sig").split("\n")

    assert [line.split() for line in lines[2:5:2]] == [
        clean(entry.headline).split(),
        clean(entry.subheadline).split(),
    ] or not (clean(entry.headline).strip() and clean(entry.subheadline).strip())
    assert not any(char < " " and char not in "\n\t" for line in lines for char in line)
    assert "###" in lines
