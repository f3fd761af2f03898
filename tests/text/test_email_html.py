"""An e-mail's HTML carries its styles in its tags, fetches nothing but https images, and reads as the text."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from selectolax.lexbor import LexborHTMLParser
from text.rich_texts import rich_texts, words

from publisher.documents.model import Block
from publisher.text.email_html import email_page, styled
from publisher.text.html import blocks_html, clean, escape, is_address, paragraphs_html, rich_html
from publisher.text.rich import RichText, Span, as_rich

ALLOWED = set(
    "html head meta title body div h1 h2 h3 h4 h5 h6 p ul ol li blockquote hr figure img figcaption"
    " a strong em code br".split()
)
SOURCES = ["weir.jpg", "https://rivers.example/p.png", "http://rivers.example/p.png", "gone.png", "data:image/png,x"]
blocks = st.builds(
    Block,
    kind=st.sampled_from(["heading", "paragraph", "item", "quotation", "image", "rule"]),
    text=rich_texts,
    level=st.integers(0, 7),
    ordered=st.booleans(),
    src=st.sampled_from(SOURCES) | words,
    alt=st.none() | words,
)


def squeezed(text: str) -> str:
    return "".join(text.split())


@given(st.lists(blocks, max_size=4), words)
def test_a_page_holds_the_text_and_no_more(parts, title):
    inner = blocks_html(parts, {"weir.jpg": "cid:weir"})
    page = email_page(title, f"<h1>{escape(title)}</h1>\n{inner}", "de", "ltr")
    tree = LexborHTMLParser(page)

    assert {node.tag for node in tree.css("*")} <= ALLOWED
    assert all(node.attributes["src"].startswith(("cid:", "https://")) for node in tree.css("img"))
    assert all(is_address(node.attributes["href"]) for node in tree.css("a"))
    assert not any(name.startswith("on") for node in tree.css("*") for name in node.attributes)
    unfit = [node.attributes["alt"] for node in LexborHTMLParser(inner).css("img[src^='http:'], img[src^='HTTP:']")]
    shown = clean(title + "".join(block.plain for block in parts if block.kind != "rule"))
    if not unfit:
        assert squeezed(tree.body.text()) == squeezed(shown)
    assert page == email_page(title, f"<h1>{escape(title)}</h1>\n{inner}", "de", "ltr")


@given(rich_texts)
def test_styles_stand_in_tags_only(text):
    """Taken out again, the styles leave the HTML as it was."""
    html = f"<p>{rich_html(text)}</p>"

    assert styled(html).count(' style="') == html.count("<p>") + html.count("<code>")
    assert squeezed(LexborHTMLParser(styled(html)).body.text()) == squeezed(LexborHTMLParser(html).body.text())


def test_a_page_says_its_language_and_direction():
    page = email_page('Water & "air"', paragraphs_html("مرحبا"), "ar", "rtl")
    tree = LexborHTMLParser(page)

    assert tree.css_first("html").attributes == {"dir": "rtl", "lang": "ar"}
    assert tree.css_first("div").attributes["dir"] == "rtl"
    assert tree.css_first("title").text() == 'Water & "air"'
    assert "lang" not in email_page("x", "", "", "sideways")
    assert 'dir="ltr"' in email_page("x", "", "", "sideways")


def test_each_kind_of_block_is_styled():
    html = styled(
        blocks_html(
            [
                Block("heading", as_rich("Head")),
                Block("paragraph", RichText((Span("x", code=True), Span("y", bold=True, link="https://a.example")))),
                Block("item", as_rich("One")),
                Block("quotation", as_rich("Two")),
                Block("rule"),
                Block("image", as_rich("Weir"), src="https://a.example/w.png", alt="A weir"),
            ]
        )
    )
    tree = LexborHTMLParser(html)

    unstyled = {node.tag for node in tree.body.css("*") if "style" not in node.attributes}
    assert unstyled == {"body", "a", "strong"}


def test_an_image_that_may_not_be_fetched_is_its_alternative_text():
    html = '<img src="http://a.example/w.png" alt="A &quot;weir&quot;"><img src="cid:w" alt="">'

    assert styled(html).startswith('A &quot;weir&quot;<img style="')
    assert styled(html).endswith('src="cid:w" alt="">')
