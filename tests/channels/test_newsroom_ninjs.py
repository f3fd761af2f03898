"""News items as ninjs 3.1, judged by the IPTC's own schema where it is at hand."""

import json
import re
import xml.etree.ElementTree as ET
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest
from examples import examples
from hypothesis import given, settings
from jsonschema import Draft202012Validator, FormatChecker
from newsroom_samples import BARE, BASE, ENTRY, SITE, WEHRE, hostile_entries, hostile_sites
from referencing import Registry, Resource

from publisher.channels.newsroom_site import facts
from publisher.channels.newsroom_site.html_text import html_text
from publisher.channels.newsroom_site.ninjs import ninjs
from publisher.release.model import Contact
from publisher.text.html import clean

IPTC = Path(__file__).parents[3] / "shared/data/ninjs"
with_the_schema = pytest.mark.skipif(not IPTC.is_dir(), reason="the IPTC's schema and test suite are not at hand")
XHTML = "{http://www.w3.org/1999/xhtml}"

FORMATS = FormatChecker(["date-time"])


@FORMATS.checks("uri")
def is_uri(text):
    return not isinstance(text, str) or bool(
        re.fullmatch(r"[A-Za-z][A-Za-z0-9+.-]*:[!#$%&'()*+,\-./0-9:;=?@A-Z_a-z~\[\]]+", text)
    )


@cache
def schema():
    """The schema of version 3.1, which refers to that of GeoJSON."""
    loaded = {
        name: json.loads((IPTC / name).read_text())
        for name in ("ninjs-schema_3.1.json", "test_suite/GeoJSON-schema.json")
    }
    geo = Resource.from_contents(loaded["test_suite/GeoJSON-schema.json"])
    registry = Registry().with_resource("https://geojson.org/schema/GeoJSON.json", geo)
    return Draft202012Validator(loaded["ninjs-schema_3.1.json"], registry=registry, format_checker=FORMATS)


def faults(data):
    return [f"{error.json_path}: {error.message}" for error in schema().iter_errors(data)] if IPTC.is_dir() else []


def item(entry=ENTRY, site=SITE, editions=()):
    return json.loads(ninjs(entry, site, editions))


def suite(kind):
    return sorted(path for version in ("3.0", "3.1") for path in (IPTC / "test_suite" / version / kind).glob("*.json"))


@with_the_schema
def test_the_validator_judges_the_iptcs_own_suite_as_it_should():
    """What should pass passes, what should fail fails; all of 3.1, and of 3.0, from which 3.1 took nothing away."""
    passing, failing = suite("should_pass"), suite("should_fail")

    assert len(passing) > 20
    assert len(failing) > 5
    assert [path.name for path in passing if faults(json.loads(path.read_text()))] == []
    assert [path.name for path in failing if not faults(json.loads(path.read_text()))] == []


@with_the_schema
@pytest.mark.parametrize(
    "change",
    [
        {"uri": None},
        {"uri": "no scheme"},
        {"versionCreated": "Friday"},
        {"pubStatus": "published"},
        {"firstcreated": "2026-11-13T09:30:00+01:00"},
        {"associations": [{"name": "weir.jpg"}]},
        {"people": [{"name": "Jo", "contactInfo": [{"type": "email"}]}]},
    ],
)
def test_the_schema_finds_fault_with_an_item_that_is_spoiled(change):
    assert faults(item()) == []
    assert faults(item() | change)


@with_the_schema
@pytest.mark.parametrize("site", [SITE, BARE], ids=["address", "none"])
@pytest.mark.parametrize(
    "entry",
    [
        ENTRY,
        replace(ENTRY, guid=None),
        replace(ENTRY, subheadline=None, dateline=None, contacts=(), images=(), quotes=()),
    ],
    ids=["full", "new", "bare"],
)
def test_a_release_is_a_valid_item(entry, site):
    assert faults(item(entry, site, (WEHRE, ENTRY))) == []


def test_an_item_says_what_the_release_says():
    found = item(replace(ENTRY, updated="2026-11-20T08:00:00+00:00"))
    text = html_text(ENTRY.html)

    assert found["standard"]["version"] == "3.1"
    assert (found["uri"], found["type"], found["pubStatus"]) == (ENTRY.guid, "text", "usable")
    assert (found["firstCreated"], found["versionCreated"]) == (
        "2026-11-13T09:30:00+01:00",
        "2026-11-20T08:00:00+00:00",
    )
    assert [(each["role"], each["value"]) for each in found["headlines"]] == [
        ("main", ENTRY.headline), ("subheadline", ENTRY.subheadline)
    ]  # fmt: skip
    assert found["descriptions"][0]["value"] == ENTRY.summary
    plain, xhtml = found["bodies"]
    assert (plain["contentType"], plain["value"]) == ("text/plain", text)
    assert (plain["charCount"], plain["wordCount"]) == (len(text), len(text.split()))
    root = ET.fromstring(xhtml["value"])  # noqa: S314 -- our own bytes
    assert root.find(f".//{XHTML}img").attrib == {"src": f"{BASE}/weirs-come-down/weir.jpg", "alt": "A weir & a crane"}
    assert root.find(f".//{XHTML}blockquote/{XHTML}p").text == "“The river is free.”"
    assert (found["located"], found["places"]) == ("DORN", [{"name": "DORN", "rel": "dateline"}])
    assert [subject["name"] for subject in found["subjects"]] == list(ENTRY.keywords)
    assert found["infoSources"] == [{"name": "Rivers Alive", "uri": SITE.home, "role": "originator"}]
    assert found["renditions"][0]["href"] == f"{BASE}/weirs-come-down/"


def test_images_are_associations_with_a_rendition_and_what_they_show():
    weir, there = item()["associations"]

    assert (weir["name"], weir["type"], weir["uri"]) == ("weir.jpg", "picture", f"{BASE}/weirs-come-down/weir.jpg")
    assert weir["descriptions"] == [{"role": "altText", "contentType": "text/plain", "value": "A weir & a crane"}]
    assert weir["renditions"] == [{"name": "web", "href": weir["uri"], "contentType": "image/jpeg"}]
    assert there["renditions"][0]["href"] == "https://cdn.rivers.example/map.png"
    assert item(site=BARE)["associations"][0]["uri"] == "tag:newsroom.invalid,2026-11-12:weirs-come-down/weir.jpg"
    assert "renditions" not in item(site=BARE)["associations"][0]


def test_who_speaks_and_whom_to_ask_are_people():
    """One who does both is one person; a contact without a name is a way to reach the organisation."""
    contacts = (
        Contact("Joseph Halloran", "joe@rivers.example", None),
        Contact("Jo Verhoeven", None, "+31 10 555 01 23"),
        Contact(None, "press@rivers.example", None),
        Contact("Nobody", None, None),
    )
    found = item(replace(ENTRY, contacts=contacts))

    assert found["people"] == [
        {
            "name": "Joseph Halloran",
            "rel": "speaker",
            "contactInfo": [{"type": "email", "role": "press", "value": "joe@rivers.example"}],
        },
        {
            "name": "Jo Verhoeven",
            "rel": "press contact",
            "contactInfo": [{"type": "phone", "role": "press", "value": "+31 10 555 01 23"}],
        },
        {"name": "Nobody", "rel": "press contact"},
    ]
    assert found["infoSources"][0]["contactInfo"][0]["value"] == "press@rivers.example"
    assert faults(found) == []


def test_other_editions_are_associations():
    *_, last = item(editions=(ENTRY, WEHRE))["associations"]

    assert (last["name"], last["rel"], last["language"]) == ("Zwölf Wehre fallen", "translation", "de")
    assert last["uri"] == WEHRE.guid
    assert len(item(site=BARE, editions=(replace(WEHRE, guid=None),))["associations"]) == 2  # nobody knows its name


def test_an_edit_changes_the_version_and_never_the_uri():
    edited = replace(ENTRY, headline="Thirteen weirs", html="<p>Thirteen.</p>", updated="2026-12-01T10:00:00+00:00")
    before, after = item(), item(edited, replace(SITE, base_url="https://moved.example"))

    assert before["uri"] == after["uri"] == ENTRY.guid
    assert before["firstCreated"] == after["firstCreated"]
    assert after["versionCreated"] == "2026-12-01T10:00:00+00:00"


def keys(value):
    if isinstance(value, dict):
        return {key: keys(inner) for key, inner in value.items()}
    return [keys(inner) for inner in value] if isinstance(value, list) else None


@settings(max_examples=examples(60), deadline=None)
@given(hostile_entries(), hostile_sites())
def test_hostile_text_stays_text_in_an_item(entry, site):
    """It is valid, no key is there that was not there before, and all text is read again as it was, cleaned."""
    found = item(entry, site)
    root = ET.fromstring(found["bodies"][-1]["value"])  # noqa: S314 -- our own bytes

    assert faults(found) == []
    assert found["headlines"][0]["value"] == clean(entry.headline)
    assert found["headlines"][1]["value"] == clean(entry.subheadline)
    assert found["descriptions"][0]["value"] == clean(entry.summary)
    assert found["located"] == clean(entry.dateline.place)
    assert {person["name"] for person in found["people"]} == {
        clean(entry.quotes[0].speaker),
        clean(entry.contacts[0].name),
    }
    assert found["associations"][0]["descriptions"][0]["value"] == clean(entry.images[0].alt)
    assert root.find(f".//{XHTML}img").get("alt").split() == clean(entry.images[0].alt).split()
    assert {node.tag.removeprefix(XHTML) for node in root.iter()} <= {"div", "p", "br", "a", "figure", "img"}
    plain = replace(entry, headline="H", subheadline="S", summary="S", keywords=("K",) * len(facts.keywords(entry)))
    assert keys(item(plain, site)) | {"title": None} == keys(found) | {"title": None}
