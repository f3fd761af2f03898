"""Releases as schema.org NewsArticles, and JSON-LD inside a page."""

import json
import re
from dataclasses import replace

import pytest
from examples import examples
from hypothesis import given, settings
from hypothesis import strategies as st
from newsroom_samples import BARE, BASE, ENTRY, SITE, WEHRE, hostile, hostile_entries, hostile_sites
from selectolax.lexbor import LexborHTMLParser

from publisher.channels.newsroom_site import facts
from publisher.channels.newsroom_site.entry import Picture, Quoted
from publisher.channels.newsroom_site.linked_data import as_script, linked_data
from publisher.text.html import clean

# What schema.org's pages of these types (https://schema.org/NewsArticle and on) allow, as far as we say it: each
# property with the types of its values.
THING = {"name": "Text", "url": "URL", "description": "Text"}
WORK = THING | {
    "headline": "Text",
    "alternativeHeadline": "Text",
    "datePublished": "DateTime",
    "dateModified": "DateTime",
    "inLanguage": "Text",
    "author": ("Organization", "Person"),
    "creator": ("Organization", "Person"),
    "publisher": ("Organization", "Person"),
    "copyrightNotice": "Text",
    "contentLocation": ("Place",),
    "isPartOf": ("WebSite",),
    "hasPart": ("Quotation",),
    "mainEntityOfPage": ("WebPage",),
    "image": ("ImageObject",),
    "keywords": "Text",
    "text": "Text",
    "workTranslation": ("NewsArticle",),
    "translationOfWork": ("NewsArticle",),
}
TYPES = {
    "NewsArticle": WORK | {"articleBody": "Text", "dateline": "Text"},
    "Quotation": WORK | {"spokenByCharacter": ("Organization", "Person")},
    "ImageObject": WORK | {"contentUrl": "URL", "encodingFormat": "Text"},
    "WebSite": WORK,
    "WebPage": WORK,
    "Organization": THING | {"logo": ("ImageObject",)},
    "Person": THING | {"jobTitle": "Text"},
    "Place": THING,
}
# Without these a value says nothing; schema.org itself requires no property.
REQUIRED = {
    "NewsArticle": ("headline",),
    "Quotation": ("text",),
    "ImageObject": ("url",),
    "WebSite": ("name",),
    "WebPage": ("@id",),
    "Organization": ("name",),
    "Person": ("name",),
    "Place": ("name",),
}
# Nor does https://developers.google.com/search/docs/appearance/structured-data/article, which recommends these.
RECOMMENDED = ("headline", "image", "datePublished", "dateModified", "author")
SHAPES = {
    "Text": r"(?s).+",
    "URL": r"https?://[!-~]+",
    "DateTime": r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(Z|[+-]\d\d:\d\d)",
}


def faults(node, at="article"):
    """Everything in which the data departs from the vocabulary."""
    kind = node.get("@type")
    if kind not in TYPES:
        return [f"{at} is of no known type"]
    found = [f"{at} lacks {name}" for name in REQUIRED[kind] if name not in node]
    for name, value in node.items():
        if name.startswith("@"):
            continue
        if name not in TYPES[kind]:
            found.append(f"{at}.{name} is no property of {kind}")
            continue
        for each in value if isinstance(value, list) else [value]:
            allowed = TYPES[kind][name]
            if isinstance(allowed, str):
                if not (isinstance(each, str) and re.fullmatch(SHAPES[allowed], each)):
                    found.append(f"{at}.{name} is no {allowed}")
            elif not isinstance(each, dict) or each.get("@type") not in allowed:
                found.append(f"{at}.{name} is none of {allowed}")
            else:
                found += faults(each, f"{at}.{name}")
    return found


@pytest.mark.parametrize(
    ("change", "wrong"),
    [
        ({"headline": None}, "article.headline is no Text"),
        ({"datePublished": "13 November 2026"}, "article.datePublished is no DateTime"),
        ({"author": "Rivers Alive"}, "article.author is none of"),
        ({"publisher": {"@type": "Organization"}}, "article.publisher lacks name"),
        ({"hasPart": [{"@type": "Quotation", "text": "A", "speaker": "B"}]}, "speaker is no property of Quotation"),
        ({"image": [{"@type": "ImageObject", "url": "weir.jpg"}]}, "article.image.url is no URL"),
    ],
)
def test_the_check_of_the_vocabulary_finds_faults(change, wrong):
    assert any(wrong in fault for fault in faults(linked_data(ENTRY, SITE) | change))


@pytest.mark.parametrize("site", [SITE, BARE], ids=["address", "none"])
@pytest.mark.parametrize(
    "entry",
    [ENTRY, replace(ENTRY, subheadline=None, dateline=None, images=(), quotes=(), keywords=()), WEHRE],
    ids=["full", "bare", "translation"],
)
def test_a_release_is_a_news_article_in_schema_orgs_own_words(entry, site):
    data = linked_data(entry, site, (ENTRY, WEHRE))

    assert faults(data) == []
    assert (data["@context"], data["@type"]) == ("https://schema.org", "NewsArticle")


def test_it_has_what_search_engines_ask_for():
    data = linked_data(replace(ENTRY, updated="2026-11-20T08:00:00+00:00"), SITE)

    assert [name for name in RECOMMENDED if name not in data] == []
    assert data["@id"] == ENTRY.guid
    assert data["url"] == data["mainEntityOfPage"]["@id"] == f"{BASE}/weirs-come-down/"
    assert (data["datePublished"], data["dateModified"]) == ("2026-11-13T09:30:00+01:00", "2026-11-20T08:00:00+00:00")
    assert data["author"] == data["publisher"] == {
        "@type": "Organization",
        "name": "Rivers Alive",
        "url": SITE.home,
        "logo": {"@type": "ImageObject", "url": f"{BASE}/logo.png"},
    }  # fmt: skip
    assert [image["url"] for image in data["image"]] == [
        f"{BASE}/weirs-come-down/weir.jpg", "https://cdn.rivers.example/map.png"
    ]  # fmt: skip
    assert data["image"][0]["description"] == "A weir & a crane"
    assert (data["inLanguage"], data["description"]) == ("en", ENTRY.summary)
    assert (data["dateline"], data["contentLocation"]["name"]) == ("DORN", "DORN")
    assert data["keywords"] == list(ENTRY.keywords)
    assert data["isPartOf"]["url"] == f"{BASE}/"
    assert data["articleBody"].startswith("DORN, Nov. 12, 2026 – Rivers Alive takes down twelve weirs.\n\n")


def test_quotes_are_parts_spoken_by_people():
    spoken, unsigned = linked_data(ENTRY, SITE)["hasPart"]

    person = {"@type": "Person", "name": "Joseph Halloran", "jobTitle": "chair of Rivers Alive"}
    assert spoken["text"] == "The river is free."
    assert spoken["spokenByCharacter"] == spoken["creator"] == person
    assert unsigned == {"@type": "Quotation", "text": "So it stays.", "inLanguage": "en"}


def test_editions_know_each_other():
    """The first names its translations; a translation names the first, and not its sisters."""
    digues = replace(WEHRE, slug="digues", language="fr", headline="Douze digues", guid=f"{BASE}/digues/")
    editions = (ENTRY, WEHRE, digues)
    first, second = linked_data(ENTRY, SITE, editions), linked_data(WEHRE, SITE, editions)

    assert [edition["@id"] for edition in first["workTranslation"]] == [WEHRE.guid, digues.guid]
    assert second["translationOfWork"]["@id"] == ENTRY.guid
    assert second["translationOfWork"]["inLanguage"] == "en"
    assert "workTranslation" not in second
    assert "translationOfWork" not in linked_data(WEHRE, SITE)


def test_the_card_stands_in_where_the_page_has_no_image():
    card = replace(ENTRY, images=(), card=Picture("card.png", "Twelve weirs come down"))

    assert linked_data(card, SITE)["image"][0]["url"] == f"{BASE}/weirs-come-down/card.png"
    assert len(linked_data(replace(card, images=ENTRY.images), SITE)["image"]) == 2


def test_an_edit_changes_the_date_and_never_the_id():
    edited = replace(ENTRY, headline="Thirteen weirs", updated="2026-12-01T10:00:00+00:00")

    assert linked_data(edited, replace(SITE, base_url="https://moved.example"))["@id"] == ENTRY.guid
    assert linked_data(edited, SITE)["datePublished"] == linked_data(ENTRY, SITE)["datePublished"]
    assert linked_data(edited, SITE)["dateModified"] == "2026-12-01T10:00:00+00:00"


def in_a_page(script):
    page = LexborHTMLParser(
        f'<!doctype html><title>T</title><script type="application/ld+json">{script}</script><p>After</p>'
    )
    scripts = page.css("script")
    assert len(scripts) == 1
    assert [node.text() for node in page.css("p")] == ["After"]
    return json.loads(scripts[0].text())


@settings(max_examples=examples(200), deadline=None)
@given(st.dictionaries(hostile.map(clean), hostile.map(clean)))
def test_a_script_holds_any_data_and_nothing_ends_it(data):
    script = as_script(data)

    assert not set(script) & set("<>&\u2028\u2029")
    assert in_a_page(script) == json.loads(script) == data


@settings(max_examples=examples(200), deadline=None)
@given(hostile_entries(), hostile_sites())
def test_hostile_text_stays_text_in_linked_data(entry, site):
    """Read from the page again it equals the cleaned input, in the vocabulary's words and with no other key."""
    data = in_a_page(as_script(linked_data(entry, site)))
    quote = entry.quotes[0]
    plain = replace(
        entry,
        headline="H",
        summary="S",
        quotes=(Quoted("Q", quote.speaker, quote.title),),
        keywords=("K",) * len(facts.keywords(entry)),
    )

    assert faults(data) == []
    assert data["headline"] == clean(entry.headline)
    assert data["alternativeHeadline"] == clean(entry.subheadline)
    assert data["description"] == clean(entry.summary)
    assert data["hasPart"][0]["text"] == clean(quote.text)
    assert data["hasPart"][0]["creator"] == {
        "@type": "Person", "name": clean(quote.speaker), "jobTitle": clean(quote.title)
    }  # fmt: skip
    assert data.get("articleBody", "").split() == clean(entry.text).split()
    assert data.keys() == linked_data(plain, site).keys()
