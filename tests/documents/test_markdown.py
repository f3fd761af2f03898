"""Markdown: what a writer sees is what is read, and nothing else gets through."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from publisher.documents.html import html_blocks
from publisher.documents.markdown import LARGEST, markdown_blocks
from publisher.text.rich import Span


def blocks(text):
    return markdown_blocks(text)[0]


def test_every_kind_of_block_is_told_apart():
    """In order, each with its line."""
    text = "# Title\n\nText\n\n* item\n    * deeper\n\n1. first\n\n> quoted\n\n![alt](a.jpg)\n\n***\n"

    assert [(b.kind, b.plain or b.src, b.level, b.line) for b in blocks(text)] == [
        ("heading", "Title", 1, 1),
        ("paragraph", "Text", 0, 3),
        ("item", "item", 0, 5),
        ("item", "deeper", 1, 6),
        ("item", "first", 0, 8),
        ("quotation", "quoted", 0, 10),
        ("image", "a.jpg", 0, 12),
        ("rule", "", 0, None),
    ]


def test_emphasis_code_and_links_are_kept():
    """As spans."""
    (block,) = blocks("a **b** *c* `d` [e](https://e.example)")

    assert block.text.spans == (
        Span("a "),
        Span("b", bold=True),
        Span(" "),
        Span("c", italic=True),
        Span(" "),
        Span("d", code=True),
        Span(" "),
        Span("e", link="https://e.example"),
    )


@pytest.mark.parametrize(
    "intro", ["We ask for:\n- bread\n- salt", "We ask for:\n• bread\n• salt", "We ask for:\n1) bread\n2) salt"]
)
def test_a_list_may_follow_its_introduction_at_once(intro):
    """People do not write a blank line there."""
    assert [block.kind for block in blocks(intro)] == ["paragraph", "item", "item"]


@pytest.mark.parametrize("mark", ["###", "# # #", "####", "- 30 -", "- ende -"])
def test_an_end_mark_is_no_heading_and_no_item(mark):
    """Press releases end with it."""
    assert [(block.kind, block.plain) for block in blocks(f"Text.\n\n{mark}")][1] == ("paragraph", mark)


def test_an_indented_paragraph_is_no_source_code():
    """Text copied from a word processor often is indented."""
    (block,) = blocks("      The old mill.")

    assert (block.kind, block.plain) == ("paragraph", "The old mill.")
    assert not block.text.spans[0].code


def test_lines_of_a_letterhead_stay_apart_and_wrapped_lines_do_not():
    """A short line that ends early was meant to."""
    assert (
        blocks("About the Mill\nThe mill is the oldest in the valley, and it grinds on Sundays.")[0].plain.count("\n")
        == 1
    )
    assert "\n" not in blocks("The mill is the oldest in the valley, and\nit grinds on Sundays.")[0].plain


@pytest.mark.parametrize(
    "html",
    [
        "<script>alert(1)</script>",
        "<style>p{}</style>",
        "<iframe src='https://x.example'></iframe>",
        "<img src='javascript:alert(1)' alt='x'>",
        "<img src='data:image/png;base64,AAAA'>",
        "<a href='javascript:alert(1)'>",
        "<svg onload='alert(1)'></svg>",
        "<!-- hidden -->",
        "<object data='x'>y</object>",
        "<input value='x'>",
    ],
)
def test_what_a_browser_would_act_on_is_left_out(html):
    """Words around it stay."""
    found = blocks(f"Before {html} after")

    assert " ".join(block.plain for block in found).split() == ["Before", "after"]
    assert not any(span.link for block in found for span in block.text.spans)
    assert not any(block.kind == "image" for block in found)


def test_words_in_angle_brackets_are_words():
    """A writer's `<patient>` is no markup, and none of a quote's words may vanish."""
    (block,) = blocks("“We are <patient> and <b>calm</b>,” said Ana.")

    assert block.plain == "“We are <patient> and calm,” said Ana."


def test_relative_links_are_only_text():
    """A link of rich text is absolute."""
    assert blocks("[the plan](/plan.html)")[0].text.spans == (Span("the plan"),)


def test_alternative_text_is_none_where_nobody_wrote_one():
    """Markdown cannot say that an image is decorative; HTML can."""
    assert blocks("![](a.jpg)")[0].alt is None
    assert [block.alt for block in html_blocks("<img src=a.jpg><img src=b.jpg alt=''>")] == [None, ""]


def test_reference_links_reach_over_a_long_text():
    """Although it is read in parts."""
    text = "See [the plan][1].\n\n" + "Words upon words.\n\n" * 800 + "[1]: https://plan.example\n"

    assert blocks(text)[0].text.spans[1].link == "https://plan.example"


def test_a_long_text_is_read_like_a_short_one():
    """Part by part, lines included."""
    part = "## Part\n\nSome *words* here.\n\n- one\n- two\n\n"
    found = blocks(part * 400)

    assert len(found) == 4 * 400
    assert found[-1].line == 7 * 400 - 1
    assert {block.kind for block in found} == {"heading", "paragraph", "item"}


def test_a_text_beyond_any_release_is_read_as_plain_text():
    """With a remark."""
    found, remarks = markdown_blocks("# Title\n\n" + "word " * (LARGEST // 5))

    assert found[0].kind == "paragraph"
    assert "very long" in remarks[0].what


@given(st.text(alphabet="[]()<>*_`#!&\\\"'>|-=+1. \n\taé", max_size=300))
def test_no_markup_survives(text):
    """Whatever the signs, links are absolute and images are files or web addresses."""
    for block in blocks(text):
        assert not block.src.lower().lstrip().startswith(("javascript:", "data:"))
        assert all(span.link is None or span.link.startswith(("http", "mailto:", "tel:")) for span in block.text.spans)


@given(
    st.lists(
        st.sampled_from(
            [
                "<div>",
                "</div>",
                "<p>",
                "<li>",
                "<ul>",
                "<b>",
                "</b>",
                "<a href=x>",
                "<h1>",
                "</h1>",
                "a",
                "<br>",
                "<table>",
                "<td>",
                "<pre>",
                "\n",
            ]
        )
    )
)
def test_html_without_order_is_read(parts):
    """Unclosed and misplaced tags alike; no block is empty."""
    assert all(block.plain.strip() for block in html_blocks("".join(parts)) if block.kind not in ("image", "rule"))
