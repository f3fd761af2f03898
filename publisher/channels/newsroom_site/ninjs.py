"""A release as ninjs 3.1, the IPTC's "News in JSON" (iptc.org/std/ninjs). Pure.

ninjs has no media type of its own at the IANA: the file is `application/json`.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any
from urllib.parse import quote

from publisher.channels.newsroom_site import facts
from publisher.channels.newsroom_site.entry import Entry, Picture
from publisher.channels.newsroom_site.html_text import html_text
from publisher.channels.newsroom_site.site import Site
from publisher.release.model import Contact
from publisher.text.direction import direction
from publisher.text.html import clean, escape, is_web_address

NAME = "ninjs.json"
_STANDARD = {
    "name": "ninjs",
    "version": "3.1",
    "schema": "http://www.iptc.org/std/ninjs/ninjs-schema_3.1.json#",
}


def ninjs(entry: Entry, site: Site, editions: Iterable[facts.Edition] = ()) -> bytes:
    """The news item of a release: its guid as `uri`, its text plain and as XHTML, its images as associations.

    Args:
        entry: The release.
        site: Its newsroom.
        editions: The release in other languages; they become associations as well.
    """
    item = facts.without_empty(_item(entry, site, editions))
    return f"{json.dumps(item, ensure_ascii=False, indent=1)}\n".encode()


def _item(entry: Entry, site: Site, editions: Iterable[facts.Edition]) -> dict[str, Any]:
    place = clean(entry.dateline.place or "") if entry.dateline else ""
    page = facts.page_url(entry, site)
    return {
        "standard": _STANDARD,
        "uri": facts.identity(entry, site),
        "type": "text",
        "representationType": "full",
        "pubStatus": "usable",
        "firstCreated": facts.rfc_3339(facts.published(entry)),
        "versionCreated": facts.rfc_3339(facts.modified(entry)),
        "language": facts.language_tag(entry.language),
        "title": facts.one_line(entry.headline),
        "slugline": clean(entry.slug),
        "by": clean(site.publisher),
        "copyrightNotice": clean(site.rights or ""),
        "headlines": _texts(main=entry.headline, subheadline=entry.subheadline),
        "descriptions": _texts(summary=entry.summary),
        "bodies": [*_plain_body(entry), _xhtml_body(entry, site)],
        "located": place,
        "places": [{"name": place, "rel": "dateline"}] if place else [],
        "people": _people(entry),
        "organisations": [_organisation(site) | {"rel": "issuer"}],
        "infoSources": [_info_source(entry, site)],
        "subjects": [{"name": keyword, "literal": keyword} for keyword in facts.keywords(entry)],
        "renditions": [{"name": "web", "href": page, "contentType": "text/html"}] if page else [],
        "associations": [
            *(_picture(picture, number, entry, site) for number, picture in enumerate(entry.images, start=1)),
            *(each for edition in editions if edition.slug != entry.slug for each in _edition(edition, site)),
        ],
    }


def _texts(**by_role: str | None) -> list[dict[str, str]]:
    return [{"role": role, "contentType": "text/plain", "value": clean(text)} for role, text in by_role.items() if text]


def _plain_body(entry: Entry) -> Iterator[dict[str, Any]]:
    text = html_text(entry.html)
    if text:
        counts = {"charCount": len(text), "wordCount": len(text.split())}
        yield {"role": "text", "contentType": "text/plain", **counts, "value": text}


def _xhtml_body(entry: Entry, site: Site) -> dict[str, Any]:
    language = facts.language_tag(entry.language)
    tag = f' xml:lang="{escape(language)}" dir="{direction(language)}"' if language else ""
    inner = facts.as_xml(facts.placed(entry.html, site.permalink(entry.slug) or ""))
    value = f'<div xmlns="http://www.w3.org/1999/xhtml"{tag}>\n{inner}\n</div>'
    return {"role": "xhtml", "contentType": "application/xhtml+xml", "value": value}


def _organisation(site: Site) -> dict[str, Any]:
    home = site.home if is_web_address(site.home or "") else None
    return facts.without_empty({"name": clean(site.publisher), "uri": facts.uri(home) if home else None})


def _info_source(entry: Entry, site: Site) -> dict[str, Any]:
    """The organisation, with whatever way to reach it goes by no person's name."""
    ways = [way for contact in entry.contacts if not contact.name for way in _ways(contact)]
    return facts.without_empty({**_organisation(site), "role": "originator", "contactInfo": ways})


def _people(entry: Entry) -> list[dict[str, Any]]:
    people: dict[str, dict[str, Any]] = {}
    for quote_ in entry.quotes:
        if quote_.speaker:
            name = clean(quote_.speaker)
            people.setdefault(name, {"name": name, "rel": "speaker"})
    for contact in entry.contacts:
        if contact.name:
            name = clean(contact.name)
            person = people.setdefault(name, {"name": name, "rel": "press contact"})
            ways = [*person.get("contactInfo", ()), *_ways(contact)]
            people[name] = facts.without_empty({**person, "contactInfo": ways})
    return list(people.values())


def _ways(contact: Contact) -> Iterable[dict[str, str]]:
    ways = (("email", contact.email), ("phone", contact.phone))
    return [{"type": kind, "role": "press", "value": clean(value)} for kind, value in ways if value]


def _picture(picture: Picture, number: int, entry: Entry, site: Site) -> dict[str, Any]:
    shown = facts.shown(picture, entry, site)
    name = clean(picture.src) if picture.is_file else f"image-{number}"
    tag = f"tag:newsroom.invalid,{entry.day}:{quote(clean(entry.slug), safe='')}/{quote(name, safe='')}"
    rendition = {"name": "web", "href": shown.url, "contentType": shown.type} if shown else {}
    return facts.without_empty(
        {
            "name": name,
            "uri": shown.url if shown else tag,
            "rel": "image",
            "type": "picture",
            "pubStatus": "usable",
            "language": facts.language_tag(entry.language),
            "descriptions": _texts(altText=picture.alt),
            "renditions": [facts.without_empty(rendition)] if rendition else [],
        }
    )


def _edition(edition: facts.Edition, site: Site) -> Iterator[dict[str, Any]]:
    name, page = facts.edition_identity(edition, site), facts.edition_url(edition, site)
    if name:
        yield facts.without_empty(
            {
                "name": clean(edition.headline) or clean(edition.slug),
                "uri": name,
                "rel": "translation",
                "type": "text",
                "representationType": "partial",
                "pubStatus": "usable",
                "language": facts.language_tag(edition.language),
                "headlines": _texts(main=edition.headline),
                "renditions": [{"name": "web", "href": page, "contentType": "text/html"}] if page else [],
            }
        )
