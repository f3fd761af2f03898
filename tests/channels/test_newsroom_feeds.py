"""The newsroom's feeds: what feed readers and XML parsers make of RSS, Atom and JSON Feed."""

import html
import json
import re
import xml.etree.ElementTree as ET
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

import feedparser
import pytest
from examples import examples
from hypothesis import given, settings
from newsroom_samples import BARE, BASE, ENTRY, SITE, WEHRE, hostile_entries, hostile_sites

from publisher.channels.newsroom_site import facts, feeds
from publisher.channels.newsroom_site.site import MARK
from publisher.release.model import Dateline
from publisher.text.html import clean

A = "{http://www.w3.org/2005/Atom}"
CONTENT = "{http://purl.org/rss/1.0/modules/content/}encoded"
FORMS = {"rss": feeds.feed_xml, "atom": feeds.atom_xml, "json": feeds.json_feed}
OLD = replace(
    ENTRY,
    slug="old",
    headline="Old",
    guid="tag:newsroom.invalid,2026-01-03:old",
    dateline=Dateline(None, None),
    published="2026-01-03T10:00:00+00:00",
    updated="2026-11-20T08:00:00+00:00",
    images=(),
)


def tree(data):
    return ET.fromstring(data)  # noqa: S314 -- our own bytes


def ids(form, entries, site=SITE):
    if form == "json":
        return [item["id"] for item in json.loads(feeds.json_feed(entries, site))["items"]]
    return [entry.id for entry in feedparser.parse(FORMS[form](entries, site)).entries]


# -- JSON Feed's own rules: https://www.jsonfeed.org/version/1.1/ ------------------------------------------------

AUTHOR = {"name": str, "url": "url", "avatar": "url"}
ATTACHMENT = {"url!": "url", "mime_type!": str, "title": str, "size_in_bytes": int, "duration_in_seconds": int}
ITEM = {
    "id!": str,
    "url": "url",
    "external_url": "url",
    "title": str,
    "content_html": str,
    "content_text": str,
    "summary": str,
    "image": "url",
    "banner_image": "url",
    "date_published": "date",
    "date_modified": "date",
    "authors": [AUTHOR],
    "tags": [str],
    "language": "language",
    "attachments": [ATTACHMENT],
}
TOP = {
    "version!": str,
    "title!": str,
    "home_page_url": "url",
    "feed_url": "url",
    "description": str,
    "user_comment": str,
    "next_url": "url",
    "icon": "url",
    "favicon": "url",
    "authors": [AUTHOR],
    "language": "language",
    "expired": bool,
    "hubs": [{"type!": str, "url!": "url"}],
    "items!": [ITEM],
}
PATTERNS = {
    "url": r"https?://[!-~]+",
    "date": r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)",
    "language": r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*",
}


def faults(value, rule, at="feed"):
    """Everything in which the value departs from the specification's fields and types."""
    if isinstance(rule, dict):
        if not isinstance(value, dict):
            return [f"{at} is no object"]
        kinds = {key.rstrip("!"): kind for key, kind in rule.items()}
        found = [f"{at}.{key[:-1]} is missing" for key in rule if key.endswith("!") and key[:-1] not in value]
        found += [f"{at}.{key} is no field" for key in value if key not in kinds and not key.startswith("_")]
        for key in value.keys() & kinds.keys():
            found += faults(value[key], kinds[key], f"{at}.{key}")
        if rule is AUTHOR and not value:
            found.append(f"{at} has none of its fields")
        if rule is ITEM:
            found += [] if value.keys() & {"content_html", "content_text"} else [f"{at} has no content"]
            found += [] if value.get("id") else [f"{at} has a blank id"]
        return found
    if isinstance(rule, list):
        if not isinstance(value, list):
            return [f"{at} is no array"]
        return [fault for index, each in enumerate(value) for fault in faults(each, rule[0], f"{at}[{index}]")]
    if isinstance(rule, str):
        return (
            [] if isinstance(value, str) and re.fullmatch(PATTERNS[rule], value) else [f"{at} is no {rule}: {value!r}"]
        )
    return [] if isinstance(value, rule) else [f"{at} is of another type: {value!r}"]


def json_faults(data):
    feed = json.loads(data)
    found = faults(feed, TOP)
    found += [] if feed["version"] == "https://jsonfeed.org/version/1.1" else ["another version"]
    names = [item.get("id") for item in feed["items"]]
    return found + ([] if len(set(names)) == len(names) else ["two items share an id"])


@pytest.mark.parametrize(
    ("change", "wrong"),
    [
        ({"title": None}, "feed.title is of another type"),
        ({"items": [{"content_html": ""}]}, "feed.items[0].id is missing"),
        ({"items": [{"id": "1"}]}, "feed.items[0] has no content"),
        ({"items": [{"id": 1, "content_text": ""}]}, "feed.items[0].id is of another type"),
        ({"items": [{"id": "1", "content_text": "", "date_published": "Fri, 13 Nov 2026"}]}, "is no date"),
        ({"authors": [{}]}, "feed.authors[0] has none of its fields"),
        ({"language": "in English"}, "is no language"),
        ({"lang": "en"}, "feed.lang is no field"),
        ({"home_page_url": "index.html"}, "is no url"),
    ],
)
def test_the_check_of_json_feeds_finds_faults(change, wrong):
    data = {"version": "https://jsonfeed.org/version/1.1", "title": "T", "items": []} | change

    assert any(wrong in fault for fault in json_faults(json.dumps(data)))


# -- Atom's own rules: RFC 4287, section 4.1 ---------------------------------------------------------------------


def atom_faults(data):
    """Everything in which a feed lacks what RFC 4287 requires, or has twice what it allows once."""
    feed = tree(data)
    found = [] if feed.tag == f"{A}feed" else ["no feed"]
    for node in (feed, *feed.iter(f"{A}entry")):
        tags = [child.tag.removeprefix(A) for child in node]
        once = {"id", "title", "updated"}
        at_most = {"generator", "icon", "logo", "rights", "subtitle", "published", "summary", "content"}
        found += [f"{name} must be there once" for name in once if tags.count(name) != 1]
        found += [f"{name} may be there once" for name in at_most if tags.count(name) > 1]
        found += [
            f"blank {name}" for name in ("id", "title", "updated") if not (node.findtext(f"{A}{name}") or "").strip()
        ]
        if not re.match(r"[a-z][a-z0-9+.-]*:[!-~]+$", node.findtext(f"{A}id") or ""):
            found.append("the id is no absolute IRI")
        for name in ("updated", "published"):
            text = node.findtext(f"{A}{name}")
            found += [] if text is None or re.fullmatch(PATTERNS["date"], text) else [f"{name} is no date"]
        links = [(link.get("rel"), link.get("type"), link.get("hreflang")) for link in node.findall(f"{A}link")]
        found += [] if len(set(links)) == len(links) else ["two alternates alike"]
        found += (
            [] if tags.count("content") or "alternate" in [link[0] for link in links] or node is feed else ["nothing"]
        )
    found += [] if feed.findtext(f"{A}author/{A}name") else ["nobody wrote it"]
    names = [node.findtext(f"{A}id") for node in feed.iter(f"{A}entry")]
    return found + ([] if len(set(names)) == len(names) else ["two entries share an id"])


@pytest.mark.parametrize("missing", ["id", "updated", "author", "title"])
def test_the_check_of_atom_finds_what_is_missing(missing):
    data = re.sub(rf"<{missing}>.*?</{missing}>".encode(), b"", feeds.atom_xml([ENTRY], SITE), flags=re.DOTALL)

    assert atom_faults(data)


# -- What they say -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("site", [SITE, BARE], ids=["address", "none"])
@pytest.mark.parametrize("entries", [[], [ENTRY], [ENTRY, WEHRE, OLD]], ids=len)
def test_all_three_are_valid_with_and_without_an_address(site, entries):
    rss = tree(feeds.feed_xml(entries, site)).find("channel")

    assert json_faults(feeds.json_feed(entries, site)) == []
    assert atom_faults(feeds.atom_xml(entries, site)) == []
    assert all(rss.findtext(name) for name in ("title", "link", "description"))
    for link in (*rss.iter("link"), *rss.iter("url")):
        assert re.match("https://", link.text)
    for item in rss.iter("item"):
        assert parsedate_to_datetime(item.findtext("pubDate")).tzinfo
        assert item.find("guid").get("isPermaLink") == str(item.findtext("guid") == item.findtext("link")).lower()
    for form in ("rss", "atom"):
        feed = feedparser.parse(FORMS[form](entries, site))
        assert not feed.bozo
        assert feed.version == {"rss": "rss20", "atom": "atom10"}[form]


@pytest.mark.parametrize("form", FORMS)
def test_a_feed_carries_ids_dates_links_and_the_whole_release(form):
    """In every form: newest first, the stored guid, when it was published and changed, and all its text."""
    data = FORMS[form]([OLD, WEHRE, ENTRY], SITE)
    found = json.loads(data)["items"] if form == "json" else feedparser.parse(data).entries

    whole = {
        "json": lambda item: item["content_html"],
        "rss": lambda item: item.content[0].value,
        "atom": lambda item: item.content[0].value,
    }[form]
    assert [item["id"] for item in found] == [ENTRY.guid, WEHRE.guid, OLD.guid]
    assert [item["title"] for item in found] == [ENTRY.headline, WEHRE.headline, OLD.headline]
    first = found[0]
    assert first["summary"] == ENTRY.summary
    assert first["url" if form == "json" else "link"] == f"{BASE}/weirs-come-down/"
    for part in ("<strong>Four hundred kilometres run free</strong>", f'src="{BASE}/weirs-come-down/weir.jpg"',
                 "Willows", "since 1987", "+31 10 555 01 23", "Press contact"):  # fmt: skip
        assert part in whole(first)
    assert "Pressekontakt" in whole(found[1])
    tags = first["tags"] if form == "json" else [tag.term for tag in first.tags]
    assert tags == list(ENTRY.keywords)
    dates = {"json": "date_published", "rss": "published", "atom": "published"}[form]
    read = parsedate_to_datetime if form == "rss" else datetime.fromisoformat
    assert read(first[dates]) == datetime(2026, 11, 13, 8, 30, tzinfo=UTC)
    assert read(found[2][dates]) == datetime(2026, 1, 3, 10, tzinfo=UTC)
    if form != "rss":
        assert read(found[2]["date_modified" if form == "json" else "updated"]) == datetime(2026, 11, 20, 8, tzinfo=UTC)


def test_a_feed_says_where_it_lies_and_who_wrote_it():
    """Its own address, the page that it follows, the organisation, its language and its logo."""
    rss = feedparser.parse(feeds.feed_xml([ENTRY], SITE)).feed
    atom = feedparser.parse(feeds.atom_xml([ENTRY], SITE)).feed
    data = json.loads(feeds.json_feed([ENTRY], SITE))

    for feed, name in ((rss, "feed.xml"), (atom, "atom.xml")):
        assert [link.href for link in feed.links if link.rel == "self"] == [f"{BASE}/{name}"]
        assert (feed.title, feed.subtitle, feed.language) == (SITE.title, SITE.description, "en")
        assert (feed.link, feed.rights) == (f"{BASE}/", SITE.rights)
    assert atom.id == f"{BASE}/atom.xml"
    assert (atom.author_detail.name, atom.author_detail.href) == ("Rivers Alive", SITE.home)
    assert atom.icon == rss.image.href == data["icon"] == f"{BASE}/logo.png"
    assert (data["feed_url"], data["home_page_url"]) == (f"{BASE}/feed.json", f"{BASE}/")
    assert data["authors"] == [{"name": "Rivers Alive", "url": SITE.home}]
    assert rss.updated_parsed[:3] == (2026, 11, 13)


def test_the_feeds_bear_the_mark_that_lets_the_newsroom_replace_them():
    long = replace(SITE, title="T" * 5000)

    for form in FORMS.values():
        assert MARK.encode() in form([ENTRY], long)[:1000]


@pytest.mark.parametrize("form", FORMS)
def test_an_edit_changes_dates_and_never_an_id(form):
    """Nor does it when the newsroom moves to another address."""
    edited = replace(ENTRY, headline="Thirteen weirs", html="<p>Thirteen.</p>", updated="2026-12-01T10:00:00+00:00")
    before, after = FORMS[form]([ENTRY], SITE), FORMS[form]([edited], SITE)

    assert ids(form, [ENTRY]) == ids(form, [edited]) == [ENTRY.guid]
    assert ids(form, [edited], replace(SITE, base_url="https://moved.example")) == [ENTRY.guid]
    assert ids(form, [edited], BARE) == [ENTRY.guid]
    assert b"2026-12-01T10:00:00" in after or b"01 Dec 2026 10:00:00 +0000</lastBuildDate>" in after
    assert b"2026-12-01T10:00:00" not in before


def test_without_an_address_a_feed_names_things_by_tags_and_keeps_images_within_the_folder():
    entry = replace(ENTRY, guid=None)
    atom = tree(feeds.atom_xml([entry], BARE))
    item = json.loads(feeds.json_feed([entry], BARE))["items"][0]

    assert atom.findtext(f"{A}id") == "tag:newsroom.invalid,2026:Rivers%20Alive%20newsroom"
    assert atom.findtext(f"{A}entry/{A}id") == item["id"] == "tag:newsroom.invalid,2026-11-12:weirs-come-down"
    assert [link.attrib for link in atom.iter(f"{A}link")] == []
    assert 'src="weirs-come-down/weir.jpg"' in item["content_html"]
    assert item["image"] == "https://cdn.rivers.example/map.png"
    assert "url" not in item


def test_a_release_that_stands_elsewhere_is_linked_there_where_the_newsroom_has_no_address():
    entry = replace(ENTRY, link="https://www.rivers.example/news/weirs")

    assert json.loads(feeds.json_feed([entry], BARE))["items"][0]["url"] == entry.link
    assert json.loads(feeds.json_feed([entry], SITE))["items"][0]["url"] == f"{BASE}/weirs-come-down/"


def test_a_feed_holds_the_newest_hundred():
    start = datetime(2026, 11, 13, 9, tzinfo=UTC)
    entries = [
        replace(ENTRY, slug=f"r{n}", guid=f"{BASE}/r{n}/", published=(start + timedelta(minutes=n)).isoformat())
        for n in range(130)
    ]

    for form in FORMS:
        found = ids(form, entries)
        assert found == [f"{BASE}/r{n}/" for n in range(129, 29, -1)]
        assert found == ids(form, entries[::-1])


def test_languages_written_from_right_to_left_say_so():
    entry = replace(ENTRY, language="ar")

    assert '<div lang="ar" dir="rtl">' in json.loads(feeds.json_feed([entry], SITE))["items"][0]["content_html"]


def test_a_zone_of_uneven_minutes_becomes_a_date_that_feeds_can_carry():
    entry = replace(ENTRY, published="2026-11-13T09:30:00+00:53:28", updated="2026-11-14T09:30:00+00:53:28")

    assert json_faults(feeds.json_feed([entry], SITE)) == []
    assert atom_faults(feeds.atom_xml([entry], SITE)) == []
    assert "Fri, 13 Nov 2026 08:36:32 +0000" in feeds.feed_xml([entry], SITE).decode()


def test_an_address_in_other_letters_is_written_in_those_that_feeds_can_carry():
    site = replace(SITE, base_url="https://flüsse.example", home="https://flüsse.example/über")
    entry = replace(ENTRY, guid="https://flüsse.example/weirs-come-down/")
    atom = tree(feeds.atom_xml([entry], site))

    assert json_faults(feeds.json_feed([entry], site)) == []
    assert atom_faults(feeds.atom_xml([entry], site)) == []
    assert atom.findtext(f"{A}entry/{A}id") == "https://fl%C3%BCsse.example/weirs-come-down/"


@settings(max_examples=examples(200), deadline=None)
@given(hostile_entries(), hostile_sites())
def test_hostile_text_stays_text_in_every_feed(entry, site):
    """Parsed back it equals the cleaned input; no element, attribute or key is there that was not there before."""
    plain = replace(entry, headline="H", subheadline="S", summary="S", keywords=("K",) * len(facts.keywords(entry)))
    rss, atom = tree(feeds.feed_xml([entry], site)), tree(feeds.atom_xml([entry], site))
    data = json.loads(feeds.json_feed([entry], site))
    item = data["items"][0]

    assert set(atom_faults(ET.tostring(atom))) <= ({"blank title"} if not clean(entry.headline).strip() else set())
    assert json_faults(json.dumps(data)) == []
    for headline in (rss.findtext("channel/item/title"), atom.findtext(f"{A}entry/{A}title"), item.get("title", "")):
        assert headline == clean(entry.headline)
    assert html.unescape(rss.findtext("channel/item/description")) == clean(entry.summary)
    assert "<" not in rss.findtext("channel/item/description")
    assert atom.findtext(f"{A}entry/{A}summary") == item["summary"] == clean(entry.summary)
    assert rss.findtext(f"channel/item/{CONTENT}") == atom.findtext(f"{A}entry/{A}content") == item["content_html"]
    assert not re.search(r"<(?!/?(?:p|strong|br|h2|figure|img|a|div)\b)", item["content_html"])
    assert [(node.tag, sorted(node.attrib)) for node in rss.iter()] == [
        (node.tag, sorted(node.attrib)) for node in tree(feeds.feed_xml([plain], site)).iter()
    ]
    assert [(node.tag, sorted(node.attrib)) for node in atom.iter()] == [
        (node.tag, sorted(node.attrib)) for node in tree(feeds.atom_xml([plain], site)).iter()
    ]
    again = replace(entry, headline="Another", html="<p>Another</p>", updated="2027-01-01T00:00:00+00:00")
    assert ids("json", [again], site) == [item["id"]]
