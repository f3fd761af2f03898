"""HTML files: web pages that were saved, exports, e-mails; and what an attacker could put into one."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from publisher.documents import read
from publisher.documents.guard import SHORT, guarded
from publisher.documents.page import MOST_TAGS, page_blocks
from publisher.errors import PublishError
from publisher.release import parse
from publisher.text.rich import Span

FILLER = "<p>" + "The mill of Oakvale grinds again, and everybody is welcome to watch. " * 5 + "</p>"


def shown(html):
    return [(block.kind, block.plain) for block in page_blocks(html)[0]]


def texts(html):
    return [block.plain for block in page_blocks(html)[0]]


def rules(html):
    return [finding.rule for finding in page_blocks(html)[1]]


@pytest.mark.parametrize(
    "hostile",
    [
        "<script>evil()</script>",
        "<SCRIPT SRC=//evil.example></SCRIPT>",
        "<style>@import '//evil.example'</style>",
        "<iframe src=//evil.example>evil</iframe>",
        "<object data=evil><embed src=evil></object>",
        "<form action=//evil.example><input value=evil><button>evil</button></form>",
        "<select><option>evil</option></select><textarea>evil</textarea>",
        "<svg><script>evil()</script><text>evil</text></svg>",
        "<math><mtext>evil</mtext></math>",
        "<template>evil</template><noscript>evil</noscript>",
        "<!-- evil --><!--[if mso]>evil<![endif]--><![if !vml]><![endif]>",
        "<a href='javascript:evil()'></a><a href='data:text/html,evil'></a><a href=' JaVaScRiPt:evil()'></a>",
        "<a href='vbscript:evil()'></a><img src=x: onerror=evil()>",
        "<img src='javascript:evil()'>",
        "<p hidden>evil</p><p style='display:none'>evil</p><p STYLE='x:y; Visibility : hidden'>evil</p>",
        "<span aria-hidden=true>evil</span><span class='a sr-only'>evil</span>",
        "<div style='font-size:0'>evil</div><div style='mso-hide:all'>evil</div>",
        "<dialog>evil</dialog><div role=dialog>evil</div><nav>evil</nav><div role=navigation>evil</div>",
        "<del>evil</del>",
        "<meta http-equiv=refresh content='0;url=//evil.example'><base href=//evil.example><link rel=evil>",
        "<img src=//evil.example/1.gif width=1 height=1>",
    ],
)
def test_nothing_that_acts_or_hides_gets_into_the_document(hostile):
    """No word of it, no address; what stands around it is read."""
    blocks, _ = page_blocks(f"<title>evil</title><p onclick=evil()>Before {hostile} after</p>")

    assert "evil" not in repr(blocks).lower()
    assert " ".join(block.plain for block in blocks).split() == ["Before", "after"]


def test_of_a_web_page_only_the_text_is_read():
    """The longest `main`, or the article with the headline among several; a headline above it comes along."""
    menu = "<header><nav><a href=/>Home</a></nav></header>"
    main = f"<main><h1>News</h1>{FILLER}</main>"
    teasers = "<article><h3>Old</h3><p>Story</p></article>" * 3

    assert texts(f"{menu}<div>Menu</div>{main}<footer>Imprint</footer>")[0] == "News"
    assert len(texts(f"{menu}<div>Menu</div>{main}<footer>Imprint</footer>")) == 2
    assert texts(f"{teasers}<article><h1>News</h1>{FILLER}</article>{teasers}")[0] == "News"
    assert texts(f"<div>Menu</div><h1>News</h1><div role=main>{FILLER}</div>")[0] == "News"
    assert len(texts(f"<div>Menu</div><h1>News</h1><div role=main>{FILLER}</div>")) == 2
    assert len(texts(f"<main></main><div>{FILLER}</div>")) == 1


def test_a_headline_outside_the_text_is_the_one_that_the_page_is_called_by():
    """The name of the website is often a heading too."""
    page = "<title>{} | The Mill</title><h1>The Mill</h1><h1>Bread Is Back</h1><main><h2>On Saturday</h2>{}</main>"

    assert texts(page.format("Bread is back", FILLER))[:2] == ["Bread Is Back", "On Saturday"]
    assert texts(page.format("News", FILLER))[0] == "On Saturday"


def test_a_contact_beside_the_text_is_read_and_other_asides_are_not():
    """Newsrooms put the people to ask into a column of their own."""
    person = "<aside><p>Ana Solberg</p><a href='mailto:ana@mill.example'>ana@mill.example</a></aside>"
    page = f"<main>{FILLER}<aside>More news</aside>{person}</main>"

    assert texts(page)[1:] == ["Ana Solberg", "ana@mill.example"]


def test_a_page_that_is_one_form_is_read():
    """Some programs wrap every page into one; a place to sign up is left out."""
    assert len(texts(f"<form>{FILLER}{FILLER}</form>")) == 2
    assert shown("<p>Text</p><form><p>Sign up</p></form>") == [("paragraph", "Text")]


def test_characters_that_nobody_sees_are_taken_out():
    """Places where a word may break, and the like, also where they are written as entities."""
    assert texts("<p>News&shy;room&#8203;s &zwnj;and&nbsp;more</p>") == ["Newsrooms \u200cand\xa0more"]


def test_entities_breaks_lists_and_captions():
    """Two line breaks end a paragraph; a caption belongs to its picture."""
    html = (
        "<p>Caf&eacute; &amp; &#8220;bar&#8221;<br><br>Second<br>line</p><ul><li>one<ol><li>deep</ol><li>two</ul>"
        "<figure><img src=wheel.jpg alt='The wheel'><figcaption>Photo: A. Solberg</figcaption></figure>"
        "<figure><blockquote>“Good,” she said.</blockquote><figcaption>Ana Solberg</figcaption></figure>"
    )

    assert shown(html) == [
        ("paragraph", "Café & “bar”"),
        ("paragraph", "Second\nline"),
        ("item", "one"),
        ("item", "deep"),
        ("item", "two"),
        ("image", "Photo: A. Solberg"),
        ("quotation", "“Good,” she said."),
        ("paragraph", "Ana Solberg"),
    ]
    assert [block.level for block in page_blocks(html)[0] if block.kind == "item"] == [0, 1, 0]


def test_rows_of_a_table_stay_together_and_layouts_do_not():
    """Mail programs lay out everything in tables."""
    figures = "<table><tr><th>Year<th>Loaves<tr><td>2025<td>4,000</table>"
    layout = f"<table><tr><td><table><tr><td>{FILLER}<td>Side</table><tr><td>Foot</table>"

    assert texts(figures) == ["Year | Loaves", "2025 | 4,000"]
    assert texts(layout)[1:] == ["Side", "Foot"]


def test_a_page_saved_by_word():
    """Its titles, lists, empty paragraphs, comments and changes."""
    html = (
        "<html xmlns:o='urn:schemas-microsoft-com:office:office'><style><!-- p.MsoNormal {} --></style><body>"
        "<p class=MsoTitle>The Mill Grinds Again<o:p></o:p></p><p class=MsoSubtitle>From Saturday on</p>"
        "<p class=MsoNormal><o:p>&nbsp;</o:p></p><p class=MsoNormal>We ask for <ins>good </ins><del>bad </del>things:"
        "<span class=MsoCommentReference><a class=msocomanchor href='#_msocom_1'>[AS1]</a></span></p>"
        "<p class=MsoListParagraph style='text-indent:-18pt;mso-list:l0 level1 lfo1'><![if !supportLists]>"
        "<span style='font-family:Symbol;mso-list:Ignore'>·&nbsp;&nbsp;</span><![endif]>bread</p>"
        "<p class=MsoListParagraph style='mso-list:l0 level2 lfo1'><span style='mso-list:Ignore'>o </span>rye</p>"
        "<p class=MsoQuote>“Good,” said Ana Solberg.</p>"
        "<div style='mso-element:comment-list'><p class=MsoCommentText>Which things?</p></div></body></html>"
    )
    blocks, _ = page_blocks(html)

    assert [(block.kind, block.plain) for block in blocks] == [
        ("heading", "The Mill Grinds Again"),
        ("heading", "From Saturday on"),
        ("paragraph", "We ask for good things:"),
        ("item", "bread"),
        ("item", "rye"),
        ("quotation", "“Good,” said Ana Solberg."),
    ]
    assert [block.level for block in blocks if block.kind == "item"] == [0, 1]
    assert rules(html) == ["tracked-changes", "comment"]
    assert "Which things?" in page_blocks(html)[1][1].what


def test_a_page_exported_by_google_docs():
    """Styles by class, lists of all depths side by side, wrapped links, comments below the text."""
    html = (
        "<p class='c1 title'><span class=c2>The Mill Grinds Again</span></p>"
        "<p class='c3 subtitle'><span>From Saturday</span></p>"
        "<p><span style='font-weight:700'>Bread</span><span> is back</span>"
        "<sup><a href='#cmnt1' id='cmnt_ref1'>[a]</a></sup>, <a href='https://www.google.com/url?q=https://mill.example/?a%3Db%26c&amp;sa=D&amp;ust=1'>look</a></p>"
        "<ul class='c4 lst-kix_ab12-0 start'><li>one</li></ul><ul class='c4 lst-kix_ab12-1 start'><li>deep</li></ul>"
        "<div class=c9><p><a href='#cmnt_ref1' id='cmnt1'>[a]</a><span>Really?</span></p></div>"
    )
    blocks, found = page_blocks(html)

    assert [(block.kind, block.level, block.plain) for block in blocks] == [
        ("heading", 1, "The Mill Grinds Again"),
        ("heading", 2, "From Saturday"),
        ("paragraph", 0, "Bread is back, look"),
        ("item", 0, "one"),
        ("item", 1, "deep"),
    ]
    assert blocks[2].text.spans == (
        Span("Bread", bold=True),
        Span(" is back, "),
        Span("look", link="https://mill.example/?a=b&c"),
    )
    assert [(finding.rule, "Really?" in finding.what) for finding in found] == [("comment", True)]


def test_an_e_mail():
    """Lines in `div`s, addresses that Outlook wrapped, pictures that are attached."""
    html = (
        "<div style='display:none;max-height:0'>Preview</div><div>The Mill Grinds Again</div><div><br></div>"
        "<div>See <a href='https://eur01.safelinks.protection.outlook.com/"
        "?url=https%3A%2F%2Fmill.example%2Fnews&amp;data=1'>our page</a>.<br>• bread<br>• salt</div>"
        "<img src='cid:wheel@mill' alt='The wheel'><img src='data:image/png;base64,A'>"
    )
    blocks, found = page_blocks(html)

    assert [(block.kind, block.plain) for block in blocks] == [
        ("paragraph", "The Mill Grinds Again"),
        ("paragraph", "See our page."),
        ("item", "bread"),
        ("item", "salt"),
    ]
    assert blocks[1].text.spans[1].link == "https://mill.example/news"
    assert [finding.what for finding in found] == [
        "the picture “The wheel” is embedded in the document and does not go along",
        "a picture is embedded in the document and does not go along",
    ]


def test_front_matter_and_an_embargo_in_a_page(tmp_path):
    """Front matter stands there as text, and is checked like any other."""
    path = tmp_path / "a.html"
    path.write_text("<p>---<br>embargo: 2999-01-01 09:00<br>---<br>Title</p><p>Text</p>")
    release = parse(read(str(path)))
    path.write_text("<p>---</p><p>embargoo: 2999-01-01</p><p>---</p><p>Title</p>")

    assert (release.headline, str(release.embargo)) == ("Title", "2999-01-01 09:00:00")
    with pytest.raises(PublishError, match="embargoo"):
        read(str(path))


N = 5_000
HOSTILE = {
    "deep": lambda n: "<div>" * n + "text",
    "deep lists": lambda n: "<ul><li>" * n + "text",
    "deep tables": lambda n: "<table><tr><td>" * n + "text",
    "crossed": lambda n: "<i><div></i>" * n + "text",
    "stray ends": lambda n: "<div>" * n + "</p>" * n + "text",
    "attributes": lambda n: "<p " + " ".join(f"a{i}=1" for i in range(n)) + ">text",
    "options": lambda n: "text<select>" + "<option>a" * n,
    "quotes": lambda n: "text<a b='" * n,
    "comments": lambda n: "text<!--" * n,
    "scripts": lambda n: "text<script>" * n,
    "breaks": lambda n: "text<br><br>" * n,
    "runs": lambda n: "te<b>x</b>t" * n,
    "articles": lambda n: "<article>" * n + "text",
    "spans": lambda n: "<span style='font-weight:bold'>" * n + "text",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_twice_as_much_of_anything_takes_about_twice_as_long(name):
    """However deep it nests, and however long a tag is."""

    def seconds(count):
        page = HOSTILE[name](count)
        started = time.process_time()
        assert page_blocks(page)[0]
        return time.process_time() - started

    seconds(100)

    # Four times as long takes sixteen times as long where it is quadratic, always; a busy machine is slow now and then.
    assert any(seconds(4 * N) < 10 * max(seconds(N), 0.02) for _ in range(4))


def test_a_hundred_thousand_levels_neither_crash_nor_hang():
    """A parser that looks up through all of them would take a minute."""
    started = time.process_time()

    assert [block.plain for block in page_blocks("<div>" * 100_000 + "text")[0]] == ["text"]
    assert time.process_time() - started < 10


def test_a_page_of_nothing_but_tags_is_refused():
    """No release has hundreds of thousands."""
    with pytest.raises(PublishError, match="far larger"):
        page_blocks("<p>" * (MOST_TAGS + 1), "a.html")


def test_the_guard_changes_nothing_in_an_ordinary_long_page():
    """It only takes out comments and scripts, and flattens what nests hundreds deep."""
    odd = "<ul><li>one<li>two</ul><p>1 < 2 > 0 & <3</p><a href='x>y' title=z>a</a>"
    page = f"<main><h1>News</h1>{FILLER * 100}{odd}</main>"

    assert len(page) > SHORT
    assert guarded(page) == page
    assert guarded(f"<!-- x -->{page}<script>1</script><svg><p></svg>") == page


PARTS = [
    *("<div>", "</div>", "<p>", "</p>", "<li>", "<ul>", "</ul>", "<b>", "</b>", "<a href=x>", "</a>", "<h1>", "</h1>"),
    *("<br>", "<img src=x>", "<table>", "</table>", "<tr>", "<td>", "<main>", "</main>", "<article>", "<aside>"),
    *("<form>", "<script>", "</script>", "<!--", "-->", "<select>", "<svg>", "<title>", "<frameset>", "<body>"),
    *("<span style=display:none>", "<p class=MsoTitle>", "<figcaption>", "<blockquote>", "<del>", "</html>"),
]


@given(
    st.lists(
        st.one_of(
            st.sampled_from(PARTS),
            st.text(max_size=8),
        ),
        max_size=40,
    ),
    st.booleans(),
)
def test_html_in_any_order_is_read(parts, long):
    """Every block says something; the way for long pages takes it as well."""
    page = "".join(parts) + (" " * SHORT if long else "")

    assert all(block.plain.strip() for block in page_blocks(page)[0] if block.kind not in ("image", "rule"))


@given(st.binary(max_size=400), st.sampled_from([".txt", ".md", ".html", ".htm", ".docx", ".markdown"]))
def test_any_bytes_with_any_ending_are_a_document_or_refused(tmp_path_factory, data, ending):
    """Never another exception."""
    path = tmp_path_factory.getbasetemp() / f"any{ending}"
    path.write_bytes(data)
    try:
        parse(read(str(path)))
    except PublishError as error:
        line = str(error)
    else:
        line = ""

    assert "\n" not in line
