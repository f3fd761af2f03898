"""The newsroom's sitemap, by the rules of sitemaps.org."""

import re
import xml.etree.ElementTree as ET
from dataclasses import replace

import pytest
from examples import examples
from hypothesis import given, settings
from newsroom_samples import BARE, BASE, ENTRY, SITE, WEHRE, hostile_entries, hostile_sites

from publisher.channels.newsroom_site.entry import edition_mark
from publisher.channels.newsroom_site.site import MARK
from publisher.channels.newsroom_site.sitemap import BYTES_MOST, URLS_MOST, sitemap

S = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
X = "{http://www.w3.org/1999/xhtml}"
W3C_TIME = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(Z|[+-]\d\d:\d\d)"
DIGUES = replace(WEHRE, slug="digues", language="fr")


def faults(data, root):
    """Everything in which a file departs from the protocol: its elements, their order and what they hold."""
    tree = ET.fromstring(data)  # noqa: S314 -- our own bytes
    child = {"urlset": "url", "sitemapindex": "sitemap"}[root]
    found = [] if tree.tag == f"{S}{root}" else [f"the root is {tree.tag}"]
    for node in tree:
        tags = [each.tag for each in node if not each.tag.startswith(X)]
        found += [] if node.tag == f"{S}{child}" else [f"{node.tag} in {root}"]
        found += [] if tags in ([f"{S}loc"], [f"{S}loc", f"{S}lastmod"]) else [f"{tags} in {child}"]
        address = node.findtext(f"{S}loc") or ""
        found += [] if re.fullmatch(rf"{BASE}/[!-~]*", address) and len(address) < 2048 else [f"address {address!r}"]
        at = node.findtext(f"{S}lastmod")
        found += [] if at is None or re.fullmatch(W3C_TIME, at) else [f"date {at!r}"]
        links = node.findall(f"{X}link")
        found += [] if not links or address in [link.get("href") for link in links] else ["a page omits itself"]
        languages = [link.get("hreflang") for link in links]
        found += [] if len(set(languages)) == len(languages) else ["two pages for a language"]
    return found


def urls(data):
    tree = ET.fromstring(data)  # noqa: S314 -- our own bytes
    return {node.findtext(f"{S}loc"): node for node in tree}


def many(count):
    return [replace(ENTRY, slug=f"r{n}", published=f"2026-11-13T09:30:{n:02}+00:00") for n in range(count)]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (b"<loc>", b"<priority>1</priority><loc>"),
        (b"+01:00</lastmod>", b"</lastmod>"),
        (b"<loc>https://news.rivers.example/weirs", b"<loc>/weirs"),
    ],
)
def test_the_check_of_sitemaps_finds_faults(before, after):
    data = sitemap([ENTRY], SITE)["sitemap.xml"]

    assert faults(data, "urlset") == []
    assert faults(data.replace(before, after), "urlset")


def test_a_sitemap_names_the_front_page_and_every_release_with_its_last_change():
    changed = replace(DIGUES, edition_of=None, updated="2026-11-20T08:00:00+00:00")
    files = sitemap([changed, ENTRY], SITE)
    found = urls(files["sitemap.xml"])

    assert files.keys() == {"sitemap.xml"}
    assert faults(files["sitemap.xml"], "urlset") == []
    assert MARK.encode() in files["sitemap.xml"][:1000]
    assert {address: node.findtext(f"{S}lastmod") for address, node in found.items()} == {
        f"{BASE}/": "2026-11-20T08:00:00+00:00",
        f"{BASE}/digues/": "2026-11-20T08:00:00+00:00",
        f"{BASE}/weirs-come-down/": "2026-11-13T09:30:00+01:00",
    }


def test_language_editions_name_each_other_and_themselves():
    """And the first for readers of any other. Of two in one language, one; a page without editions names none."""
    twin = replace(DIGUES, slug="digues-2")
    alone = replace(ENTRY, slug="alone")
    found = urls(sitemap([DIGUES, twin, WEHRE, ENTRY, alone], SITE)["sitemap.xml"])
    named = {
        address.removeprefix(BASE): [(link.get("hreflang"), link.get("href")) for link in node.findall(f"{X}link")]
        for address, node in found.items()
    }

    first = f"{BASE}/weirs-come-down/"
    everyone = [("de", f"{BASE}/wehre/"), ("en", first), ("fr", f"{BASE}/digues/"), ("x-default", first)]
    assert named == {
        "/": [],
        "/alone/": [],
        "/digues-2/": [],
        "/digues/": everyone,
        "/wehre/": everyone,
        "/weirs-come-down/": everyone,
    }


def test_translations_belong_together_though_the_first_edition_is_gone():
    found = urls(sitemap([DIGUES, WEHRE], SITE)["sitemap.xml"])

    languages = [link.get("hreflang") for link in found[f"{BASE}/digues/"].findall(f"{X}link")]
    assert languages == ["de", "fr", "x-default"]


def test_a_newsroom_without_an_address_has_none():
    assert sitemap([ENTRY], BARE) is None


@pytest.mark.parametrize("most", [{"urls_most": 10}, {"bytes_most": 1500}], ids=["urls", "bytes"])
def test_beyond_the_limits_there_is_an_index_of_parts(most):
    """No part is beyond either limit, together they name every page once, and a new release leaves full ones alone."""
    before, files = sitemap(many(44), SITE, **most), sitemap(many(45), SITE, **most)
    parts = {name: data for name, data in files.items() if name != "sitemap.xml"}
    addresses = [address for data in parts.values() for address in urls(data)]

    assert len(parts) > 3
    assert faults(files["sitemap.xml"], "sitemapindex") == []
    assert MARK.encode() in files["sitemap.xml"][:1000]
    assert list(urls(files["sitemap.xml"])) == [f"{BASE}/{name}" for name in parts]
    for data in parts.values():
        assert faults(data, "urlset") == []
        assert len(urls(data)) <= most.get("urls_most", 50_000)
        assert len(data) <= most.get("bytes_most", 50 * 1024 * 1024)
    assert sorted(addresses) == sorted([f"{BASE}/", *(f"{BASE}/r{n}/" for n in range(45))])
    full = [name for name in parts if name != "sitemap-1.xml"][:-1]  # the first has the front page, whose date changes
    assert [name for name in full if before[name] != files[name]] == []


def test_the_limits_are_the_protocols_and_the_last_address_within_them_makes_no_second_file():
    assert (URLS_MOST, BYTES_MOST) == (50_000, 52_428_800)
    assert len(sitemap(many(9), SITE, urls_most=10)) == 1
    assert len(sitemap(many(10), SITE, urls_most=10)) == 3


@settings(max_examples=examples(200), deadline=None)
@given(hostile_entries(), hostile_entries(), hostile_sites())
def test_hostile_text_leaves_a_sitemap_well_formed(entry, other, site):
    entries = [replace(entry, slug="a&b<c>"), replace(other, slug="weirs", edition_of=edition_mark("a&b<c>"))]
    data = sitemap(entries, replace(site, base_url=BASE))["sitemap.xml"]

    assert faults(data, "urlset") == []
    assert {node.tag for node in ET.fromstring(data).iter()} <= {  # noqa: S314 -- our own bytes
        f"{S}urlset", f"{S}url", f"{S}loc", f"{S}lastmod", f"{X}link"
    }  # fmt: skip
    assert list(urls(data)) == [f"{BASE}/", f"{BASE}/a%26b%3Cc%3E/", f"{BASE}/weirs/"]
