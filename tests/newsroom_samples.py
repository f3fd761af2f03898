"""Entries of a newsroom for the tests of its machine-readable forms, and text that wants to be more than text."""

from dataclasses import replace
from datetime import date
from pathlib import Path

from hypothesis import strategies as st

from publisher.channels.newsroom_site.entry import Entry, Picture, Quoted, edition_mark
from publisher.channels.newsroom_site.site import Site
from publisher.release.model import Contact, Dateline
from publisher.text.html import figure_html, paragraphs_html

BASE = "https://news.rivers.example"
SITE = Site(
    Path("site"),
    "Rivers Alive newsroom",
    BASE,
    home="https://www.rivers.example",
    organisation="Rivers Alive",
    language="en",
    description="Releases of Rivers Alive",
    rights="© Rivers Alive",
    logo="logo.png",
)
BARE = Site(Path("site"), "Rivers Alive newsroom")
ENTRY = Entry(
    slug="weirs-come-down",
    language="en",
    headline="Twelve weirs come down",
    subheadline="Four hundred kilometres run free",
    summary="Rivers Alive takes down twelve weirs.",
    dateline=Dateline("DORN", date(2026, 11, 12)),
    html=(
        "<p>DORN, Nov. 12, 2026 – Rivers Alive takes down <strong>twelve</strong> weirs.</p>\n"
        '<figure>\n<img src="weir.jpg" alt="A weir &amp; a crane">\n<figcaption>The last weir</figcaption>\n</figure>\n'
        "<h2>What happens next</h2>\n<ul>\n<li>The gates are lifted</li>\n<li>The banks are planted\n<ol>\n"
        "<li>Willows</li>\n</ol>\n</li>\n</ul>\n"
        "<blockquote>\n<p>“The river is free.”</p>\n</blockquote>\n"
        '<p>Read <a href="https://www.rivers.example/report?a=1&amp;b=2">the report</a>.<br>\nMore soon.</p>'
    ),
    boilerplate="<p>Rivers Alive has worked for free rivers since 1987.</p>",
    contacts=(Contact("Jo Verhoeven", "press@rivers.example", "+31 10 555 01 23"),),
    images=(Picture("weir.jpg", "A weir & a crane"), Picture("https://cdn.rivers.example/map.png", "A map")),
    published="2026-11-13T09:30:00+01:00",
    guid=f"{BASE}/weirs-come-down/",
    quotes=(Quoted("The river is free.", "Joseph Halloran", "chair of Rivers Alive"), Quoted("So it stays.")),
    text="Twelve weirs come down\n\nDORN, Nov. 12, 2026 – Rivers Alive takes down twelve weirs.",
    keywords=("rivers", "FreeTheRiver"),
)
WEHRE = replace(
    ENTRY,
    slug="wehre",
    language="de",
    headline="Zwölf Wehre fallen",
    edition_of=edition_mark(ENTRY.slug),
    guid=f"{BASE}/wehre/",
)

HOSTILE = (
    '"><script>alert(1)</script>',
    "]]>",
    "{{7*7}}",
    "</script><!--",
    "&lt;b&gt; &amp; <b>",
    "a\x00\x0b\x1f\x7f\x85b",
    "\ud800 lone",
    "\u202eabc\u2069\u200f",
    "line\u2028and\u2029paragraph\r\nend",
    "' onload='x",
    "\ufffe\uffff",
)
hostile = st.one_of(st.sampled_from(HOSTILE), st.text(st.characters(), min_size=1, max_size=20))


@st.composite
def hostile_entries(draw):
    """An entry whose every text is hostile; its HTML is made of that as the newsroom makes it."""
    words, shown = draw(hostile), draw(hostile)
    return Entry(
        slug="weirs",
        language=draw(st.sampled_from(("en", "ar", "x\" y='", "zh-Hant", "\ud800"))),
        headline=draw(hostile),
        subheadline=draw(hostile),
        summary=draw(hostile),
        dateline=Dateline(draw(hostile), date(2026, 11, 12)),
        html=paragraphs_html(words) + "\n" + figure_html("weir.jpg", shown),
        boilerplate=paragraphs_html(draw(hostile)),
        contacts=(Contact(draw(hostile), draw(hostile), draw(hostile)),),
        images=(Picture("weir.jpg", shown),),
        published="2026-11-13T09:30:00+01:00",
        updated=draw(st.sampled_from((None, "2026-11-14T09:30:00+01:00", "soon", "\ud800"))),
        guid=draw(st.one_of(st.just(f"{BASE}/weirs/"), hostile)),
        link=draw(hostile),
        quotes=(Quoted(draw(hostile), draw(hostile), draw(hostile)),),
        text=words,
        keywords=(draw(hostile),),
    )


@st.composite
def hostile_sites(draw):
    words = st.one_of(st.none(), hostile)
    return Site(
        Path("site"),
        draw(hostile),
        draw(st.sampled_from((None, BASE))),
        organisation=draw(words),
        language=draw(words),
        description=draw(words),
        rights=draw(words),
        logo=draw(words),
    )
