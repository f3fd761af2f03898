"""The smaller parts: contacts, slugs, languages, actions, kickers, links, times."""

import tomllib
from datetime import UTC, datetime
from importlib import resources

import pytest
from hypothesis import given
from hypothesis import strategies as st

from publisher.documents import Block, Document, read_text
from publisher.release import Contact, as_json, parse
from publisher.release.actions import item_text
from publisher.release.contacts import find_contacts
from publisher.release.kickers import is_end_mark, is_kicker
from publisher.release.language import available, everywhere, guess, load
from publisher.release.links import find_links
from publisher.release.slug import LONGEST, slug_of
from publisher.text.rich import as_rich

KEYS = (
    "file language headline subheadline dateline lede quotes actions actions_intro boilerplate contacts links media "
    "embargo publish_at slug edition_of warnings findings"
).split()


@pytest.mark.parametrize(
    ("lines", "found"),
    [
        (["Contact: Eve Miller, 555-504-0580"], [Contact("Eve Miller", None, "555-504-0580")]),
        (["Contact:", "Eve Miller", "eve@mill.example"], [Contact("Eve Miller", "eve@mill.example", None)]),
        (["Eve Miller ( Phone: 555-236-1067 ); Jan Vos ( Phone: 555-498-5019 );"],
         [Contact("Eve Miller", None, "555-236-1067"), Contact("Jan Vos", None, "555-498-5019")]),
        (["FOR IMMEDIATE RELEASE CONTACT: Eve Fultz-Miller", "April 8, 1998 (301) 555-0580 Ext. 1219"],
         [Contact("Eve Fultz-Miller", None, "(301) 555-0580 Ext. 1219")]),
        (["Eve Miller, 555-504-0580/555-504-0581"],
         [Contact("Eve Miller", None, "555-504-0580"), Contact("Eve Miller", None, "555-504-0581")]),
        (["Tel.: 0228-5555-141"], [Contact(None, None, "0228-5555-141")]),
        (["ZIP 20528-0525, founded 1998-2004"], []),
        (["eve@mill.example", "eve@mill.example"], [Contact(None, "eve@mill.example", None)]),
        (
            ["Media contact", "Jonas Peeters", "Press officer", "press@harbour.example"],
            [Contact("Jonas Peeters", "press@harbour.example")],
        ),
    ],
)  # fmt: skip
def test_contacts(lines, found):
    """Name, address and number together; dates and postcodes are no numbers."""
    assert list(find_contacts(lines, load("en"))) == found


@pytest.mark.parametrize(
    ("title", "slug"),
    [
        ("Café Ünal opens – at last!", "cafe-unal-opens-at-last"),
        ("Straße, Œuvre, Łódź", "strasse-oeuvre-lodz"),
        ("Don't stop", "dont-stop"),
        ("word " * 40, "-".join(["word"] * 16)),
        ("x" * 200, "x" * LONGEST),
    ],
)
def test_slugs_are_ascii_words(title, slug):
    """Cut at a word."""
    assert slug_of(title, "") == slug


@pytest.mark.parametrize(
    ("code", "slug"), [("de", "gruesse-aus-oesterreich-aelter"), ("fr", "grusse-aus-osterreich-alter"), ("xx", None)]
)
def test_german_spells_its_vowels_out(code, slug):
    """In small letters and capitals, in one sign or in two."""
    title = "Gr\u00fc\u00dfe aus \u00d6sterreich: a\u0308lter"

    assert slug_of(title, "", load(code)) == (slug or slug_of(title, ""))


@pytest.mark.parametrize("title", ["川の12の堰を撤去", "12 جسرا"])
def test_a_number_among_words_of_another_script_is_no_slug(title):
    """It would name nothing, and stand for the next release with that number, too."""
    assert slug_of(title, "").startswith("release-")
    assert slug_of("2026", "") == "2026"


@pytest.mark.parametrize(
    "news",
    [
        "この川が再び流れるのを四十年待ちましたと川の連合の代表は今日の会見で述べた。",
        "กลุ่มรักแม่น้ำประกาศวันนี้ว่าจะรื้อฝายสิบสองแห่งภายในเดือนมีนาคม",
        "河流联盟今天宣布，到三月将拆除十二座堰坝，鲑鱼将重新回到这条河流。",
    ],
)
def test_a_paragraph_without_spaces_above_an_address_stays_news(news):
    """A script that puts no spaces between words has names of a few letters, and paragraphs of many."""
    release = parse(
        read_text(f"# 堰\n\n{news}\n\n{news}\n\n{news}\n\npress@mill.example\n", file="weir.md", markdown=True)
    )

    assert [block.plain for block in release.body] == [news] * 3
    assert release.contacts == (Contact(None, "press@mill.example", None),)


@given(st.text(), st.text())
def test_a_slug_is_never_empty(title, otherwise):
    """A title without a Latin letter gets a hash, the same each time."""
    slug = slug_of(title, otherwise)

    assert slug == slug_of(title, otherwise)
    assert 0 < len(slug) <= LONGEST
    assert all(character.isascii() and (character.isalnum() or character == "-") for character in slug)
    assert slug.strip("-") == slug


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("The mill grinds again and the bread is as good as it has been in years.", "en"),
        ("Die Mühle mahlt wieder, und das Brot ist so gut wie seit Jahren nicht.", "de"),
        ("El molino vuelve a moler y el pan es tan bueno como en los viejos tiempos.", "es"),
        ("Le moulin tourne de nouveau et le pain est aussi bon que dans les temps anciens.", "fr"),
        ("Il mulino macina di nuovo e il pane è buono come nei tempi andati della valle.", "it"),
        ("", "en"),
        ("水車は再び回る。", "en"),
    ],
)
def test_languages_are_told_by_their_small_words(text, code):
    """English where none is known."""
    assert guess(text)[0] == code


def test_every_language_has_every_list():
    """So that a rule that works in one language works in all."""
    lists = {code: set(load(code).lists) for code in available()}

    assert len(lists) >= 5
    assert all(names == lists["en"] for names in lists.values())


def test_every_language_names_twelve_months():
    """Long names and short ones."""
    assert all(set(load(code).months.values()) == set(range(1, 13)) for code in available())


@pytest.mark.parametrize("code", ["xx", "", "../en", "zh-Hant"])
def test_an_unknown_language_has_no_words(code):
    """Marks and names still work."""
    assert load(code).words("reporting_verbs") == frozenset()


def test_in_an_unknown_language_names_and_marks_still_speak():
    """A name and a colon are enough."""
    front = "---\nlanguage: nl\n---\n"
    text = "Molen draait\n\nDe molen draait.\n\nMarieke Smit: “Het brood is goed en warm.”"
    (quote,) = parse(read_text(front + text, file="x", markdown=True)).quotes

    assert (quote.speaker, quote.pieces) == ("Marieke Smit", ("Het brood is goed en warm.",))


@pytest.mark.parametrize(
    ("item", "text"),
    [
        ("Bread;", "Bread"),
        ("Bread; and,", "Bread"),
        ("Bread, and", "Bread"),
        ("Brot; und", "Brot"),
        ("Bread and butter", "Bread and butter"),
        ("We want bread.", "We want bread."),
        ("Salt and", "Salt and"),
    ],
)
def test_items_lose_what_joins_them(item, text):
    """And nothing else."""
    assert item_text(item) == text


@pytest.mark.parametrize(
    "line",
    [
        "FOR IMMEDIATE RELEASE",
        "FOR IMMEDIATE RELEASE: March 6, 2012",
        "For Immediate Release --",
        "Press Release",
        "October 16, 2025",
        "Release # 98-091",
        "HQ-21-184",
        "February 11, 2026 | Press Release",
        "--Valley Direct--",
        "Wed, 03/12/2014 - 16:52",
        "By Eve Miller",
    ],
)
def test_kickers(line):
    """Say that this is a release, of which date, under which number."""
    assert is_kicker(line, load("en"))


@pytest.mark.parametrize(
    "line", ["Mill Releases Its News Calendar", "Press Freedom Day in Oakvale", "May Day in the Mill"]
)
def test_headlines_are_no_kickers(line):
    """Even if they share words with one."""
    assert not is_kicker(line, load("en"))


@pytest.mark.parametrize("mark", ["###", "# # # #", "-30-", "– 30 –", "ENDS", "- end -", "\\###", "* * *"])
def test_end_marks(mark):
    """In every style."""
    assert is_end_mark(mark, load("en"))


def test_links_are_found_in_targets_and_in_text():
    """Once each, without the full stop behind them, with a scheme."""
    blocks = read_text(
        "[a](https://a.example) www.b.example. (https://c.example/x_(y)) https://a.example", file="x", markdown=True
    ).blocks

    assert find_links(blocks) == ("https://a.example", "https://www.b.example", "https://c.example/x_(y)")


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("2026-12-01T09:00:00Z", datetime(2026, 12, 1, 9, tzinfo=UTC)),
        ('"2026-12-01 09:00"', datetime(2026, 12, 1, 9)),  # noqa: DTZ001 - the writer gave no zone
        ("2026-12-01", "2026-12-01"),
        ("Monday at noon", "Monday at noon"),
    ],
)
def test_times_are_parsed_where_they_can_be(written, kept):
    """A day alone has no time of day, and stays as written."""
    release = parse(read_text(f"---\npublish_at: {written}\n---\nTitle\n", file="x", markdown=True))

    assert release.publish_at == kept


def test_an_edition_names_the_first_one_by_its_slug():
    """Written as a slug or as words; what is not there is None."""
    release = parse(read_text("---\nedition_of: Mühle mahlt\n---\nTitle\n", file="x", markdown=True))

    assert release.edition_of == "muhle-mahlt"
    assert parse(Document("x", ())).edition_of is None


def test_json_has_exactly_its_keys_in_order():
    """Programs read it."""
    assert list(as_json(parse(Document("x", ())))) == KEYS


def test_body_keeps_blocks_and_dateline():
    """While the lede goes without it; headline, boilerplate and contacts are no body."""
    news = "# Title\n\nOAKVALE – The *old* mill grinds again from today on.\n\n## More\n\n- bread\n\n"
    text = news + "About the Mill\n\nThe mill is old.\n\nContact: Eve Miller, eve@mill.example"
    release = parse(read_text(text, file="x", markdown=True))

    assert [block.plain for block in release.body] == [
        "OAKVALE – The old mill grinds again from today on.",
        "More",
        "bread",
    ]
    assert any(span.italic for span in release.body[0].text.spans)
    assert release.lede == "The old mill grinds again from today on."


def test_an_image_alone_is_a_release():
    """Of which little is known."""
    release = parse(Document("x", (Block("image", src="a.jpg"),)))

    assert release.headline == ""
    assert release.warnings == (
        "there is no headline - write one on the first line",
        'the image a.jpg has no alternative text - say what it shows, or write `alt: ""` if it only decorates',
    )


@pytest.mark.parametrize(
    ("alt", "severity", "words"),
    [
        (None, "error", "the image wheel.jpg has no alternative text"),
        *(
            (name, "warning", f"the alternative text of wheel.jpg is a file's name: “{name}”")
            for name in (
                "photo.jpg",
                "My new photo.JPEG",
                "IMG_1234",
                "DSC00012",
                "PXL_20261101_101112123",
                "image",
                "wheel",
            )
        ),
        *(
            (name, "warning", f"“{name}”")
            for name in ("photo1", "Photo (2)", "P1010123", "IMG_E0042", "WHEEL", "Bild 3")
        ),
        *((words, None, "") for words in ("", "The wheel turns", "Photo of the wheel", "Imagine", "Logo of the mill")),
    ],
)
def test_an_alternative_text_says_what_the_image_shows(alt, severity, words):
    """None is an error, a file's name a warning, and an empty one is meant so."""
    release = parse(Document("x", (Block("image", src="wheel.jpg", alt=alt),)))
    found = [finding for finding in release.findings if finding.rule == "alt-text"]

    assert [finding.severity for finding in found] == ([severity] if severity else [])
    assert all(words in finding.what for finding in found)


def test_an_embargo_given_as_a_date_stays_text():
    """Whoever built the document."""
    assert parse(Document("x", (Block("paragraph", as_rich("T")),), {"embargo": 5})).embargo == "5"


def test_a_paragraph_torn_in_many_places_is_mended_in_some():
    """No more than twenty in a row, so that twice as many take no more than twice the time."""
    text = "A paragraph that was torn at the end of every line\n\n" + "and so it goes on here with words\n\n" * 60

    assert len(parse(read_text(text, file="x", markdown=False)).body) > 30


@pytest.mark.parametrize("code", available())
def test_a_language_has_what_its_file_says(code):
    """The files are TOML, though of the plainest kind."""
    file = resources.files("publisher.release.languages").joinpath(f"{code}.toml")
    written = tomllib.loads(file.read_text(encoding="utf-8"))

    def entries(text):
        return tuple(part for entry in text.split(",") if (part := " ".join(entry.split())))

    assert load(code).lists == {name: entries(text) for name, text in written.items()}
    assert all(everywhere(name)[code] == entries(text) for name, text in written.items())


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("الطاحونة تدور من جديد", True),
        ("הטחנה טוחנת שוב", True),
        ("磨坊将从星期六起重新磨面 (Lindau)", True),
        ("---\nlanguage: ar\n---\n\nالطاحونة تدور من جديد", False),
        ("Cối xay lại quay. Ổ bánh mì đầu tiên", False),
        ("Die Mühle „磨坊“ mahlt wieder", False),
        ("🎉", False),
    ],
)
def test_a_text_in_another_script_than_its_language_is_remarked_on(text, told):
    """Unless the front matter says what it is in."""
    found = [
        finding for finding in parse(read_text(text, file="x.md", markdown=True)).findings if finding.rule == "language"
    ]

    assert bool(found) is told
