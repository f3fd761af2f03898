"""The newsroom's pages: what is rendered, and what a reader, a browser and a feed reader make of it."""

import html
import json
import re
import subprocess
import sys
import xml.etree.ElementTree as ET
import zipfile
from dataclasses import replace
from datetime import UTC, date, datetime
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory

import feedparser
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError
from selectolax.lexbor import LexborHTMLParser
from servers.base import from_home, picture

from publisher.channels.base import Request
from publisher.channels.newsroom import Newsroom, Settings
from publisher.channels.newsroom_site.entry import edition_mark
from publisher.channels.newsroom_site.site import Site
from publisher.channels.newsroom_site.theme import style_css
from publisher.compose.model import Article, Variant
from publisher.config.model import Organisation
from publisher.documents.model import Block
from publisher.errors import PublishError
from publisher.release.model import Contact, Dateline, Media, Quote
from publisher.text.direction import direction
from publisher.text.html import clean
from publisher.text.rich import as_rich

NOON = datetime(2026, 11, 12, 12, 0, tzinfo=UTC)
RUNS = "script:not([type='application/ld+json'])"
HOSTILE = '"><script>alert(1)</script> ]]> {{7*7}} \x00\x0b\x1f &amp; \ud800 </title>'


def article(**changes):
    parts = {
        "slug": "weirs-come-down",
        "language": "en",
        "headline": "Twelve weirs come down",
        "subheadline": "Four hundred kilometres run free",
        "dateline": Dateline("Dorn", date(2026, 11, 12)),
        "summary": "Rivers Alive takes down twelve weirs.",
        "body": (Block("paragraph", as_rich("DORN – Rivers Alive takes down twelve weirs.")),),
        "boilerplate": "Rivers Alive has worked for free rivers since 1987.",
        "contacts": (Contact("Jo Verhoeven", "press@rivers.example", "+31 (0)10 555 01 23"),),
        "media": (),
    }
    return Article(**(parts | changes))


def newsroom(folder, **changes):
    return Newsroom("newsroom", Settings(title="Rivers Alive", **changes), Path(folder))


def requested(room, written):
    link = room.permalink(written.slug)
    return room.render(Variant("newsroom", "newsroom", "article", written.language, (), link, written))[0]


def published(room, written, at=NOON):
    """The receipt, and the page as parsed."""
    receipt = room.send(room.stamp(requested(room, written), at, written.slug), [])
    assert receipt.outcome == "sent", receipt.error
    return receipt, parsed(room.site.folder / written.slug / "index.html")


def parsed(path):
    return LexborHTMLParser(path.read_text(encoding="utf-8"))


def texts(tree, selector):
    return [node.text() for node in tree.css(selector)]


def squeezed(text):
    return "".join(text.split())


def test_a_render_is_the_entry_and_nothing_of_the_moment(tmp_path):
    """Rendering gives one PUT to the page's address with all that page, index and feed need, and touches no disk."""
    room = newsroom(tmp_path, base_url="https://news.rivers.example/")
    request = requested(room, article())

    assert request == requested(room, article())
    assert (request.method, request.url) == ("PUT", "https://news.rivers.example/weirs-come-down/")
    assert request.json == {
        "slug": "weirs-come-down",
        "language": "en",
        "headline": "Twelve weirs come down",
        "subheadline": "Four hundred kilometres run free",
        "dateline": {"place": "Dorn", "date": "2026-11-12"},
        "summary": "Rivers Alive takes down twelve weirs.",
        "html": "<p>DORN – Rivers Alive takes down twelve weirs.</p>",
        "boilerplate": "<p>Rivers Alive has worked for free rivers since 1987.</p>",
        "contacts": [{"name": "Jo Verhoeven", "email": "press@rivers.example", "phone": "+31 (0)10 555 01 23"}],
        "images": [],
        "link": "https://news.rivers.example/weirs-come-down/",
        "quotes": [],
        "text": "Twelve weirs come down\n\nFour hundred kilometres run free\n\n"
        "DORN – Rivers Alive takes down twelve weirs.\n\nRivers Alive has worked for free rivers since 1987.\n\n"
        "Jo Verhoeven, press@rivers.example, +31 (0)10 555 01 23",
        "keywords": [],
        "edition_of": None,
        "card": None,
    }
    assert list(tmp_path.iterdir()) == []


def test_an_entry_holds_the_quotes_word_for_word(tmp_path):
    """Speakers and titles, keywords, the first edition, and a card that the page itself does not show."""
    said = Quote(("The river is free,", "and so it stays,", "It will."), "Jo Verhoeven", "director")
    media, card = Media("weir.jpg", "A weir"), Media("weir.png", "Headline card")
    entry = requested(
        newsroom(tmp_path),
        article(quotes=(said,), keywords=("rivers",), edition_of="wehre", media=(media,), card=card),
    )

    assert entry.json["quotes"] == [
        {"text": "The river is free, and so it stays. It will.", "speaker": "Jo Verhoeven", "title": "director"}
    ]
    assert (entry.json["keywords"], entry.json["edition_of"]) == (["rivers"], edition_mark("wehre"))
    assert entry.json["images"] == [{"src": "weir.jpg", "alt": "A weir"}]
    assert entry.json["card"] == {"src": "weir.png", "alt": "Headline card"}
    assert [upload.path for upload in entry.uploads] == ["weir.jpg", "weir.png"]
    assert "weir.png" not in entry.json["html"]


def test_rendering_imports_no_template_engine():
    """A dry run of the newsroom does not load jinja2."""
    code = "import sys, publisher.channels.newsroom; print({'jinja2', 'markupsafe'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout.strip() == "set()"


def test_a_stamp_fixes_the_time_once(tmp_path):
    """The planned time goes into the request, so that every later sending writes the same page."""
    room = newsroom(tmp_path)
    request = room.stamp(requested(room, article()), NOON, "seed")

    assert request.json["published"] == "2026-11-12T12:00:00+00:00"
    assert request == room.stamp(requested(room, article()), NOON, "seed")
    assert request.key
    assert Request.from_json(request.as_json()) == request


def test_a_translation_that_stands_first_tells_nothing_of_the_release_that_is_to_come(tmp_path):
    """The slug of a first edition is mostly its headline, and that may be under embargo."""
    published(newsroom(tmp_path), article(edition_of="a-river-is-free"))
    files = [path for path in (tmp_path / "site").rglob("*") if path.is_file()]

    assert (tmp_path / "site/weirs-come-down/entry.json") in files
    assert not [path for path in files if b"a-river-is-free" in path.read_bytes()]


def test_a_link_that_is_no_web_address_is_not_the_pages_address(tmp_path):
    room = newsroom(tmp_path)
    request = requested(room, article())
    request = replace(request, json={**request.json, "link": "mailto:press@rivers.example"})
    assert room.send(room.stamp(request, NOON, "seed"), []).outcome == "sent"
    page = parsed(tmp_path / "site/weirs-come-down/index.html")

    assert page.css("link[rel=canonical]") == []


def test_without_an_address_the_page_stands_and_gives_no_link(tmp_path):
    """No base_url: no permalink for the other channels; the receipt names the file."""
    room = newsroom(tmp_path)
    receipt, page = published(room, article())

    assert room.permalink("weirs-come-down") is None
    assert requested(room, article()).url == "weirs-come-down/"
    assert receipt.url == str(tmp_path / "site/weirs-come-down/index.html")
    assert page.css("link[rel=canonical]") == []


@pytest.mark.parametrize("address", ["rivers.example", "ftp://rivers.example", "https://a b", "https://r.example/?a"])
def test_a_base_url_is_a_web_address(address):
    """Anything else is refused where channels.yaml is read."""
    with pytest.raises(ValidationError, match="base_url"):
        Settings(base_url=address)
    assert Settings(base_url="${NEWSROOM_URL}").base_url == "${NEWSROOM_URL}"


def test_a_text_of_its_own_is_refused(tmp_path):
    """An override that leaves no article is an error that says what to do."""
    with pytest.raises(PublishError, match="variants:"):
        newsroom(tmp_path).render(Variant("newsroom", "newsroom", "single", "en", ()))


def test_a_page_is_semantic(tmp_path):
    """One h1, landmarks, a skip link that leads somewhere, a machine-readable date, an address, canonical and feed."""
    room = newsroom(tmp_path, base_url="https://news.rivers.example")
    receipt, page = published(room, article(body=(Block("heading", as_rich("Why"), level=1),)))

    assert receipt.url == "https://news.rivers.example/weirs-come-down/"
    assert texts(page, "h1") == ["Twelve weirs come down"]
    assert texts(page, "h2") == ["Why", "Press contact", "About", "Downloads"]
    assert [len(page.css(name)) for name in ("body > header", "main", "body > footer", "main article")] == [1] * 4
    assert page.css_first("a.skip").attributes["href"] == "#" + page.css_first("main").attributes["id"]
    assert page.css_first("time").attributes["datetime"] == "2026-11-12"
    assert [a.attributes["href"] for a in page.css("address a")] == [
        "mailto:press@rivers.example",
        "tel:+31105550123",
    ]
    assert page.css_first("link[rel=canonical]").attributes["href"] == receipt.url
    assert page.css_first("meta[property='og:url']").attributes["content"] == receipt.url
    assert page.css_first("link[rel=alternate]").attributes["href"] == "../feed.xml"
    assert page.css_first("html").attributes == {"lang": "en", "dir": "ltr"}


def test_a_page_tells_sharers_and_machines_what_it_is(tmp_path):
    """Tags for cards and search engines, the quotes as linked data, three feeds, and what a newsdesk takes along."""
    (tmp_path / "weir.png").write_bytes(picture("weir.png"))
    (tmp_path / "card.png").write_bytes(picture("card.png"))
    room = newsroom(tmp_path, base_url="https://news.rivers.example")
    said = Quote(("The river is free.",), "Jo Verhoeven", "director")
    media = (Media(str(tmp_path / "weir.png"), "A weir"),)
    _, page = published(room, article(quotes=(said,), keywords=("Rivers", "Weirs"), media=media))
    _, carded = published(room, article(slug="b", card=Media(str(tmp_path / "card.png"), "Headline card")))
    found = {node.attributes.get("name") or node.attributes.get("property"): node.attributes["content"]
             for node in page.css("meta[content]")}  # fmt: skip
    data = json.loads(page.css_first("script").text())

    assert found["twitter:card"] == "summary_large_image"
    assert found["twitter:image"] == found["og:image"] == "https://news.rivers.example/weirs-come-down/weir.png"
    assert found["twitter:image:alt"] == "A weir"
    assert (found["keywords"], found["article:published_time"]) == ("Rivers, Weirs", NOON.isoformat())
    assert (data["@type"], data["hasPart"][0]["text"]) == ("NewsArticle", "The river is free.")
    assert [node.attributes["href"] for node in page.css("link[type$='+xml'], link[type='application/feed+json']")] == [
        "../feed.xml",
        "../atom.xml",
        "../feed.json",
    ]
    assert [(node.attributes["href"], node.attributes["download"]) for node in page.css(".downloads a")] == [
        ("release.txt", "weirs-come-down.txt"),
        ("media-kit.zip", "weirs-come-down-images.zip"),
    ]
    assert carded.css_first("meta[property='og:image']").attributes["content"].endswith("/b/card.png")
    assert carded.css("img") == []
    assert [node.attributes["href"] for node in carded.css(".downloads a")] == ["release.txt"]
    with zipfile.ZipFile(tmp_path / "site/weirs-come-down/media-kit.zip") as kit:
        assert kit.namelist() == ["weir.png", "captions.txt"]
    assert "weirs-come-down" in (tmp_path / "site/sitemap.xml").read_text()


def test_a_page_asks_nothing_of_anybody_else(tmp_path):
    """No script, no style in the markup, no address but its own files; the policy says so to the browser."""
    room = newsroom(tmp_path)
    published(room, article())

    for path in (tmp_path / "site").rglob("index.html"):
        page = parsed(path)
        policy = page.css_first("meta[http-equiv]").attributes["content"]
        assert policy.startswith("default-src 'none'; img-src 'self'; style-src 'self';")
        assert page.css(f"{RUNS}, iframe, style, [style], [onload]") == []
        fetched = [node.attributes.get("href") or node.attributes["src"] for node in page.css("link, img")]
        assert all((path.parent / address).resolve().is_file() for address in fetched)
    assert b"url(" not in style_css(Site(Path(), ""))
    assert b"@import" not in style_css(Site(Path(), ""))


@pytest.mark.parametrize(
    ("language", "wanted"),
    [("ar", "rtl"), ("he-IL", "rtl"), ("az-Arab", "rtl"), ("ku-Latn-TR", "ltr"), ("ar-Latn", "ltr"), ("de", "ltr")],
)
def test_the_direction_follows_script_and_language(language, wanted):
    """Right to left by the script in the tag, or else by the language."""
    assert direction(language) == wanted


def test_the_page_speaks_the_language_of_the_release(tmp_path):
    """A German page has German words and dates; one whose words we lack has English ones, marked as English."""
    room = newsroom(tmp_path)
    _, german = published(room, article(slug="a", language="de", headline="Wehre fallen"))
    _, arabic = published(room, article(slug="b", language="ar", headline="سدود"))

    assert german.css_first("time").text() == "12. November 2026"
    assert texts(german, "section h2") == ["Pressekontakt", "Über uns", "Zum Herunterladen"]
    assert german.css_first("#contact").attributes.get("lang") is None
    assert arabic.css_first("html").attributes == {"lang": "ar", "dir": "rtl"}
    assert arabic.css_first("#contact").attributes["lang"] == "en"
    index = parsed(tmp_path / "site/index.html")
    assert {(n.attributes["lang"], n.attributes["dir"]) for n in index.css("article")} == {("de", "ltr"), ("ar", "rtl")}


def test_images_lie_beside_the_page(tmp_path):
    """Files get plain names of their own and are copied; web addresses stay; what the body shows is shown once."""
    for name in ("Größe 1.PNG", "sub/größe-1.png", "weir.jpg"):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(picture(name.lower()))
    media = (
        Media(str(tmp_path / "Größe 1.PNG"), "A weir"),
        Media(str(tmp_path / "sub/größe-1.png"), None),
        Media("https://rivers.example/far.jpg", "Far"),
        Media(str(tmp_path / "weir.jpg"), "In the text"),
    )
    body = (Block("image", as_rich("Caption"), src=str(tmp_path / "weir.jpg")), Block("paragraph", as_rich("Text.")))
    room = newsroom(tmp_path, base_url="https://news.rivers.example")
    written = article(media=media, body=body)
    _, page = published(room, written)

    shown = [(node.attributes["src"], node.attributes["alt"]) for node in page.css("figure img")]
    assert shown == [
        ("grosse-1.png", "A weir"),
        ("weir.jpg", "In the text"),
        ("grosse-1-2.png", ""),
        ("https://rivers.example/far.jpg", "Far"),
    ]
    assert [upload.mime for upload in requested(room, written).uploads] == ["image/png", "image/png", "image/jpeg"]
    folder = tmp_path / "site/weirs-come-down"
    assert {path.name for path in folder.iterdir()} == {
        "index.html", "entry.json", "ninjs.json", "release.txt", "media-kit.zip",
        "grosse-1.png", "grosse-1-2.png", "weir.jpg",
    }  # fmt: skip
    assert (folder / "weir.jpg").read_bytes() == picture("weir.jpg")
    assert page.css_first("meta[property='og:image']").attributes["content"] == (
        "https://news.rivers.example/weirs-come-down/grosse-1.png"
    )
    assert "img-src 'self' https: http:" in page.css_first("meta[http-equiv]").attributes["content"]


def test_a_page_does_not_tell_where_its_images_were_taken(tmp_path):
    """Nor by whom; and a second look finds that all is as it should be."""
    (tmp_path / "weir.jpg").write_bytes(from_home("weir.jpg"))
    room = newsroom(tmp_path)
    written = article(media=(Media(str(tmp_path / "weir.jpg"), "A weir"),))
    request = room.stamp(requested(room, written), NOON, written.slug)
    upload = request.uploads[0]
    planned = replace(request, uploads=(replace(upload, sha256=sha256(from_home("weir.jpg")).hexdigest()),))
    receipt = room.send(planned, [])
    shown = (tmp_path / "site/weirs-come-down/weir.jpg").read_bytes()

    assert receipt.outcome == "sent"
    assert b"Jane Doe" in from_home("weir.jpg")
    assert b"Exif" not in shown
    assert b"Jane Doe" not in shown
    assert room.find(planned) == receipt
    Path(upload.path).unlink()
    assert room.find(planned).outcome == "unknown"


def test_a_file_that_is_no_image_is_refused(tmp_path):
    """A page's folder takes images only: nothing that a browser would run."""
    (tmp_path / "x.svg").write_text("<svg/>")
    room = newsroom(tmp_path)
    request = room.stamp(requested(room, article(media=(Media(str(tmp_path / "x.svg"), ""),))), NOON, "")

    receipt = room.send(request, [])

    assert receipt.outcome == "refused"
    assert "x.svg is of no type that a page shows" in receipt.error
    assert not (tmp_path / "site/weirs-come-down").exists()


def test_the_index_is_newest_first_and_the_feed_agrees(tmp_path):
    """By the dateline's day, then by the time of publication; links lead to the pages."""
    room = newsroom(tmp_path, base_url="https://news.rivers.example")
    for hour, (slug, day) in enumerate([("b", 12), ("a", 12), ("old", 3)]):
        line = Dateline(None, date(2026, 11, day))
        published(room, article(slug=slug, headline=slug.upper(), dateline=line), NOON.replace(hour=hour))
    published(room, article(slug="none", headline="NONE", dateline=None), NOON.replace(day=13))
    index = parsed(tmp_path / "site/index.html")
    feed = feedparser.parse((tmp_path / "site/feed.xml").read_bytes())

    assert texts(index, "h3") == ["NONE", "A", "B", "OLD"]
    links = [node.attributes["href"] for node in index.css("h3 a")]
    assert all((tmp_path / "site" / link).is_file() for link in links)
    assert not feed.bozo
    assert feed.version == "rss20"
    assert [entry.title for entry in feed.entries] == ["NONE", "A", "B", "OLD"]
    assert [entry.published_parsed[:5] for entry in feed.entries] == [
        (2026, 11, 13, 12, 0), (2026, 11, 12, 1, 0), (2026, 11, 12, 0, 0), (2026, 11, 12, 2, 0)
    ]  # fmt: skip
    assert feed.entries[1].link == feed.entries[1].id == "https://news.rivers.example/a/"


def test_a_guid_never_changes(tmp_path):
    """What the feed called a release stays, though the newsroom moves to an address or the headline is put right."""
    published(newsroom(tmp_path), article())
    first = feedparser.parse((tmp_path / "site/feed.xml").read_bytes()).entries[0].id
    published(newsroom(tmp_path, base_url="https://news.rivers.example"), article(headline="Thirteen weirs"))
    feed = feedparser.parse((tmp_path / "site/feed.xml").read_bytes())

    assert first == "tag:newsroom.invalid,2026-11-12:weirs-come-down"
    assert [entry.id for entry in feed.entries] == [first]
    assert feed.entries[0].link == "https://news.rivers.example/weirs-come-down/"


hostile = st.one_of(st.just(HOSTILE), st.text(min_size=1, max_size=30))


@settings(max_examples=60, deadline=None)
@given(hostile, hostile, hostile, st.text(st.characters(categories=("L", "N")), min_size=1, max_size=4))
def test_hostile_text_stays_text(headline, words, name, organisation):
    """What a release says is read again, letter for letter, in page, index, feed and linked data; never as markup."""
    with TemporaryDirectory() as folder:
        room = Newsroom("newsroom", Settings(title=organisation + words, base_url="https://r.example"), Path(folder))
        written = article(
            headline=headline,
            subheadline=words,
            summary=words,
            body=(
                Block("paragraph", as_rich(words)),
                Block("image", as_rich(name), src="https://r.example/a.png", alt=words),
            ),
            boilerplate=words,
            contacts=(Contact(name, name, name),),
            dateline=Dateline(name),
            quotes=(Quote((words,), name, headline),),
            keywords=(words,),
        )  # fmt: skip
        _, page = published(room, written)
        index = parsed(Path(folder) / "site/index.html")
        root = ET.fromstring((Path(folder) / "site/feed.xml").read_bytes())  # noqa: S314 -- our own bytes

    assert page.css_first("h1").text() == clean(headline)
    assert page.css_first("meta[name=description]").attributes["content"] == clean(words)
    assert page.css_first("img").attributes["alt"] == clean(words)
    assert squeezed(page.css_first(".text > p").text()) == squeezed(clean(words)) if words.strip() else True
    (script,) = page.css("script")
    assert "<" not in script.text()
    assert json.loads(script.text())["headline"] == clean(headline)
    assert page.css_first("meta[name='twitter:title']").attributes["content"] == clean(headline)
    assert page.css_first("meta[name=keywords]").attributes["content"] == clean(words)
    assert index.css_first("h3").text() == clean(headline)
    assert index.css_first("h1").text() == clean(organisation + words)
    assert root.findtext("channel/item/title") == clean(headline)
    assert html.unescape(root.findtext("channel/item/description")) == clean(words)
    for tree in (page, index):
        assert tree.css(f"{RUNS}, style, iframe, object, form") == []
        assert len(tree.css("title")) == len(tree.css("h1")) == 1
        assert all(not name.startswith("on") for node in tree.css("*") for name in node.attributes)


def luminance(colour):
    """Relative luminance (WCAG 2.2) of `#rrggbb`."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("scheme", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize("name", ["ink", "quiet", "accent"])
def test_text_stands_out_from_the_paper(scheme, name):
    """Every colour of text has the contrast of WCAG AA (4.5 to 1) on the paper, by day and by night."""
    css = style_css(Site(Path(), "")).decode()
    paper, text = (luminance(re.findall(rf"--{key}: (#[0-9a-f]{{6}});", css)[scheme]) for key in ("paper", name))
    lighter, darker = max(paper, text), min(paper, text)

    assert (lighter + 0.05) / (darker + 0.05) >= 4.5


@pytest.mark.parametrize(("url", "shown"), [("https://www.rivers.example", True), ("javascript:alert(1)", False)])
def test_pages_link_to_the_organisations_own_website(tmp_path, url, shown):
    room = newsroom(tmp_path)
    room.organisation = Organisation(name="Rivers Alive", url=url)
    published(room, article())

    for file in ("index.html", "weirs-come-down/index.html"):
        foot = LexborHTMLParser((tmp_path / "site" / file).read_bytes()).css_first("footer").text()
        assert ("rivers.example" in foot) is shown
