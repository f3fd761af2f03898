"""Rich text becomes article HTML, and never more than text."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from selectolax.lexbor import LexborHTMLParser

from publisher.documents.model import Block
from publisher.text.html import blocks_html, clean, escape, is_address, paragraphs_html, rich_html
from publisher.text.rich import RichText, Span, as_rich, link

HOSTILE = ['"><script>alert(1)</script>', "]]>", "{{7*7}}", "</p><h1>", "&amp;", "a\x00b\x0b\x1fc", "\ud800", "'onx='"]

texts = st.one_of(st.sampled_from(HOSTILE), st.text(st.characters(), max_size=40))
spans = st.builds(
    Span,
    text=texts,
    bold=st.booleans(),
    italic=st.booleans(),
    code=st.booleans(),
    link=st.one_of(
        st.none(), texts, st.sampled_from(["https://rivers.example/a", "javascript:alert(1)", "mailto:a@b.example"])
    ),
)
rich_texts = st.lists(spans, max_size=4).map(lambda parts: RichText(tuple(parts)))
blocks = st.builds(
    Block,
    kind=st.sampled_from(["heading", "paragraph", "item", "quotation", "image", "rule"]),
    text=rich_texts,
    level=st.integers(-1, 8),
    ordered=st.booleans(),
    src=st.one_of(texts, st.sampled_from(["photo.jpg", "https://rivers.example/p.png", "data:text/html,x"])),
    alt=st.one_of(st.none(), texts),
)
ALLOWED = set(
    "html head body h2 h3 h4 h5 h6 p ul ol li blockquote hr figure img figcaption a strong em code br".split()
)


def parse(html):
    return LexborHTMLParser(f"<!doctype html><html><body>{html}</body></html>")


def without_space(text):
    return "".join(text.split())


def item(text, level=0, *, ordered=False):
    return Block("item", as_rich(text), level=level, ordered=ordered)


@given(texts)
def test_escaped_text_reads_the_same(text):
    """A parser that reads escaped text, between tags or in an attribute, finds the text again."""
    tree = parse(f'<div title="{escape(text)}">{escape(text)}</div>')

    assert tree.css_first("div").text() == clean(text)
    assert tree.css_first("div").attributes["title"] == (clean(text))
    assert len(tree.css("body *")) == 1


@given(texts)
def test_clean_text_is_what_xml_allows(text):
    """Cleaning leaves only characters of XML 1.0, changes nothing that is allowed, and is done once."""
    cleaned = clean(text)

    assert all(c in "\t\n" or "\x20" <= c <= "\ud7ff" or "\ue000" <= c <= "\ufffd" or c > "\uffff" for c in cleaned)
    assert clean(cleaned) == cleaned
    assert clean("Größe 😀\tof\nrivers") == "Größe 😀\tof\nrivers"


@given(st.lists(blocks, max_size=6))
def test_blocks_never_become_other_markup(parts):
    """Whatever a release holds, its HTML has only the tags of an article, links to addresses, and its text whole."""
    tree = parse(blocks_html(parts, {"photo.jpg": "photo.jpg"}))

    assert {node.tag for node in tree.css("*")} <= ALLOWED
    assert all(is_address(node.attributes["href"]) for node in tree.css("a"))
    assert all(set(node.attributes) <= {"href", "src", "alt"} for node in tree.css("*"))
    assert len(tree.css("li")) == sum(block.kind == "item" for block in parts)
    shown = "".join(block.plain for block in parts if block.kind != "rule")
    assert without_space(tree.body.text()) == without_space(clean(shown))


def test_inline_marks_nest_and_neighbours_join():
    """Bold, italics and code are set as such, and a link over several spans is one link."""
    text = RichText(
        (
            Span("Read "),
            Span("the ", link="https://rivers.example/?a=1&b=2"),
            Span("report", bold=True, italic=True, link="https://rivers.example/?a=1&b=2"),
            Span(" now", code=True),
        )
    )

    assert rich_html(text) == (
        'Read <a href="https://rivers.example/?a=1&amp;b=2">the <strong><em>report</em></strong></a><code> now</code>'
    )


@pytest.mark.parametrize(
    "address",
    ["javascript:alert(1)", "java\tscript:alert(1)", "data:text/html,x", "//evil.example", "https://", "a.html", " "],
)
def test_only_web_and_mail_addresses_are_links(address):
    """Any other scheme, and a relative address, leaves the words without a link."""
    assert rich_html(link(address, "here")) == "here"
    assert rich_html(link("MAILTO:press@rivers.example", "mail")) == '<a href="MAILTO:press@rivers.example">mail</a>'


def test_a_line_break_stays_one():
    """A break inside a paragraph, whichever character made it, is a `<br>`."""
    assert rich_html(as_rich("one\r\ntwo\vthree")) == "one<br>\ntwo<br>\nthree"


def test_items_become_nested_lists():
    """Items go into one list, deeper ones inside their parent, and a change of kind opens another list."""
    html = blocks_html([item("a"), item("b", 1, ordered=True), item("c", 2), item("d"), item("e", ordered=True)])

    assert html.replace("\n", "") == (
        "<ul><li>a<ol><li>b<ul><li>c</li></ul></li></ol></li><li>d</li></ul><ol><li>e</li></ol>"
    )


def test_a_list_that_begins_deep_stays_a_list():
    """Items whose parents are missing are listed all the same, in order."""
    html = blocks_html([item("a", 3), item("b", 1), item("c", 1)])

    assert html.replace("\n", "") == "<ul><li>a</li></ul><ul><li>b</li><li>c</li></ul>"


def test_headings_stand_under_the_headline():
    """The highest heading is an h2, the others keep their distance, and none goes below h6."""
    levels = [Block("heading", as_rich("x"), level=level) for level in (2, 3, 1, 6)]

    assert [node.tag for node in parse(blocks_html(levels)).css("body *")] == ["h3", "h4", "h2", "h6"]
    assert blocks_html([Block("heading", as_rich("x"), level=4)]) == "<h2>x</h2>"


def test_quotations_and_images_keep_their_parts():
    """Neighbouring quotations are one blockquote; an image has its alternative text and caption."""
    html = blocks_html(
        [
            Block("quotation", as_rich("One.")),
            Block("quotation", as_rich("Two.")),
            Block("rule"),
            Block("image", as_rich("The weir."), src="pics/weir.jpg", alt='A "weir"'),
            Block("image", src="https://rivers.example/x.png", alt=""),
            Block("image", as_rich("Gone."), src="/etc/passwd", alt="x"),
        ],
        {"pics/weir.jpg": "weir.jpg"},
    )

    assert html.split("\n") == [
        "<blockquote>",
        "<p>One.</p>",
        "<p>Two.</p>",
        "</blockquote>",
        "<hr>",
        "<figure>",
        '<img src="weir.jpg" alt="A &quot;weir&quot;">',
        "<figcaption>The weir.</figcaption>",
        "</figure>",
        "<figure>",
        '<img src="https://rivers.example/x.png" alt="">',
        "</figure>",
        "<p>Gone.</p>",
    ]


def test_plain_text_is_parted_at_blank_lines_and_its_addresses_linked():
    """A boilerplate keeps its paragraphs; the sentence's own full stop and bracket stay out of a link."""
    html = paragraphs_html("Rivers Alive (see https://rivers.example/a_(b)).\n \n\nMore at https://rivers.example.")

    assert html == (
        '<p>Rivers Alive (see <a href="https://rivers.example/a_(b)">https://rivers.example/a_(b)</a>).</p>\n'
        '<p>More at <a href="https://rivers.example">https://rivers.example</a>.</p>'
    )
    assert paragraphs_html(" \n\n ") == ""


@given(texts)
def test_plain_text_never_becomes_other_markup(text):
    """Paragraphs made of any text hold paragraphs, breaks and links, and that text."""
    tree = parse(paragraphs_html(text + " https://rivers.example/" + text))

    assert {node.tag for node in tree.css("body *")} <= {"p", "br", "a"}
    assert without_space(tree.body.text()) == without_space(clean(text + " https://rivers.example/" + text))


@pytest.mark.parametrize("text", ["\n " * 100_000, "https://" * 30_000, "https://a" + ")" * 200_000, "<" * 200_000])
def test_hostile_length_takes_linear_time(text):
    """200,000 characters made to slow a pattern down are set in well under two seconds."""
    start = time.process_time()
    paragraphs_html(text)

    assert time.process_time() - start < 2
