"""What a newsroom hands out as files: the copy of a release as plain text, and its images in a zip file."""

import tracemalloc
import zipfile
from dataclasses import replace
from datetime import date
from io import BytesIO

import pytest
from examples import examples
from hypothesis import given, settings
from hypothesis import strategies as st
from newsroom_samples import BARE, BASE, ENTRY, SITE, hostile, hostile_entries, hostile_sites

from publisher.channels.newsroom_site import media_kit as kit
from publisher.channels.newsroom_site.entry import Picture
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


WEIR, LOCK = b"\xff\xd8 weir", b"\x89PNG lock"
KIT = replace(ENTRY, images=(*ENTRY.images, Picture("lock.png", "A lock,\n seen from above"), Picture("weir.jpg")))


def read(name):
    return {"weir.jpg": WEIR, "lock.png": LOCK}[name]


def test_the_kit_holds_the_pages_own_images_and_their_captions():
    """Each once, byte for byte, in the order of the page; an image at another's address stays there."""
    with zipfile.ZipFile(BytesIO(kit.media_kit(KIT, SITE, read))) as archive:
        names = archive.namelist()
        assert archive.testzip() is None
        assert [archive.read(name) for name in names[:2]] == [WEIR, LOCK]
        captions = archive.read("captions.txt").decode()

    assert names == ["weir.jpg", "lock.png", "captions.txt"]
    assert kit.file_name(KIT) == "weirs-come-down-images.zip"
    assert captions == (
        f"Twelve weirs come down\n{BASE}/weirs-come-down/\n© Rivers Alive\n\n"
        "weir.jpg\nA weir & a crane\n\nlock.png\nA lock, seen from above\n"
    )


def test_the_same_kit_is_the_same_bytes():
    """It bears the day of the release and nothing of the moment or the machine, whatever else is edited."""
    data = kit.media_kit(KIT, SITE, read)
    with zipfile.ZipFile(BytesIO(data)) as archive:
        members = archive.infolist()

    assert kit.media_kit(replace(KIT, updated="2026-12-01T10:00:00+00:00"), SITE, read) == data
    assert {member.date_time for member in members} == {(2026, 11, 12, 12, 0, 0)}
    assert {(m.create_system, m.external_attr >> 16, m.extra, m.compress_type) for m in members} == {
        (3, 0o100644, b"", zipfile.ZIP_STORED)
    }


def test_days_that_a_zip_file_cannot_write_become_the_nearest_year():
    for year in (1970, 2120):
        entry = replace(KIT, dateline=Dateline(None, date(year, 3, 4)))
        with zipfile.ZipFile(BytesIO(kit.media_kit(entry, SITE, read))) as archive:
            assert archive.infolist()[0].date_time[0] == min(max(year, 1980), 2107)


@pytest.mark.parametrize("images", [(), (Picture("https://cdn.rivers.example/map.png"),)], ids=["none", "elsewhere"])
def test_there_is_no_kit_without_images_of_ones_own(images):
    entry = replace(ENTRY, images=images)

    assert not kit.has_media_kit(entry)
    assert kit.media_kit(entry, SITE, read) is None


@settings(max_examples=examples(200), deadline=None)
@given(st.one_of(st.just("../entry.json"), st.just("a/b.png"), st.just("C\\b.png"), st.just(".hidden.png"), hostile))
def test_no_name_leads_out_of_the_folder(name):
    """What is more than a plain file name is refused before anything is read or written."""
    entry = replace(ENTRY, images=(Picture("weir.jpg"), Picture(name)))
    plain = name.isascii() and name.replace("-", "").replace("_", "").replace(".", "").isalnum() and name[0] != "."
    target = BytesIO()
    if plain or not entry.images[1].is_file:
        return

    with pytest.raises(ValueError, match="is no plain file name"):
        kit.write_media_kit(entry, SITE, read, target)

    assert target.getvalue() == b""


def test_a_kit_of_many_images_is_written_with_one_in_memory(tmp_path):
    """Forty images of a megabyte each take less than four of them at any time."""
    entry = replace(ENTRY, images=tuple(Picture(f"i{n}.jpg") for n in range(40)))
    with (tmp_path / "kit.zip").open("wb") as target:
        tracemalloc.start()
        kit.write_media_kit(entry, SITE, lambda name: name.encode() * 200_000, target)
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()

    assert (tmp_path / "kit.zip").stat().st_size > 40_000_000
    assert peak < 4 * 1_400_000


@settings(max_examples=examples(200), deadline=None)
@given(hostile_entries(), hostile_sites())
def test_hostile_captions_are_one_line_each(entry, site):
    lines = kit.captions(entry, site).decode().split("\n\n")

    assert len(lines) == 2 or not clean(entry.headline).strip()
    assert lines[-1].split("\n")[0] == "weir.jpg"
    assert lines[-1].split()[1:] == clean(entry.images[0].alt).split()
