"""A release as linked data: a schema.org NewsArticle in JSON-LD, as search engines and archives read it. Pure."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from publisher.channels.newsroom_site import facts
from publisher.channels.newsroom_site.entry import Entry, Quoted, edition_mark
from publisher.channels.newsroom_site.html_text import html_text
from publisher.channels.newsroom_site.site import Site
from publisher.text.html import clean, is_web_address

_IN_A_SCRIPT = tuple(
    (char, f"\\u{ord(char):04x}") for char in ("<", ">", "&", "\N{LINE SEPARATOR}", "\N{PARAGRAPH SEPARATOR}")
)


def linked_data(entry: Entry, site: Site, editions: Iterable[facts.Edition] = ()) -> dict[str, Any]:
    """The NewsArticle, with each quote as a Quotation by its speaker.

    Its properties are those of schema.org, and among them all that Google's guide for articles recommends. An address
    that the newsroom does not have is left out, and so are images that have none.

    Args:
        entry: The release.
        site: Its newsroom.
        editions: The release in other languages. A translation says what it is a translation of, the first edition
            which translations it has.
    """
    page = facts.page_url(entry, site)
    language = facts.language_tag(entry.language)
    organisation = _organisation(site)
    place = facts.one_line(entry.dateline.place or "") if entry.dateline else ""
    return facts.without_empty(
        {
            "@context": "https://schema.org",
            "@type": "NewsArticle",
            "@id": facts.identity(entry, site),
            "mainEntityOfPage": {"@type": "WebPage", "@id": page} if page else None,
            "url": page,
            "headline": clean(entry.headline),
            "alternativeHeadline": clean(entry.subheadline or ""),
            "description": clean(entry.summary),
            "datePublished": facts.rfc_3339(facts.published(entry)),
            "dateModified": facts.rfc_3339(facts.modified(entry)),
            "inLanguage": language,
            "dateline": place,
            "contentLocation": {"@type": "Place", "name": place} if place else None,
            "author": organisation,
            "publisher": organisation,
            "copyrightNotice": clean(site.rights or ""),
            "isPartOf": _website(site),
            "image": [_image(picture) for picture in _pictures(entry, site)],
            "keywords": facts.keywords(entry),
            "articleBody": html_text(entry.html),
            "hasPart": [_quotation(quote, language) for quote in entry.quotes if quote.text],
            **_translations(entry, site, [edition for edition in editions if edition.slug != entry.slug]),
        }
    )


def as_script(data: Mapping[str, Any]) -> str:
    """JSON that is safe inside a `<script type="application/ld+json">`, and the same once parsed.

    Nothing in it ends the element, opens a comment or is a line end in JavaScript (HTML, section 4.12.1.3 "Restrictions
    for contents of script elements"). It is made of text, not of HTML: a template must not escape it again.
    """
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    for char, written in _IN_A_SCRIPT:
        text = text.replace(char, written)
    return text


def _organisation(site: Site) -> dict[str, Any]:
    logo = facts.logo_url(site)
    return facts.without_empty(
        {
            "@type": "Organization",
            "name": clean(site.publisher),
            "url": facts.uri(site.home) if site.home and is_web_address(site.home) else None,
            "logo": {"@type": "ImageObject", "url": logo} if logo else None,
        }
    )


def _website(site: Site) -> dict[str, Any]:
    return facts.without_empty(
        {
            "@type": "WebSite",
            "name": clean(site.title),
            "url": facts.uri(f"{site.base_url}/") if site.base_url else None,
            "description": clean(site.description or ""),
        }
    )


def _pictures(entry: Entry, site: Site) -> list[facts.Shown]:
    """The images of the page, or else the card that stands for them elsewhere."""
    card = facts.shown(entry.card, entry, site) if entry.card else None
    return facts.pictures(entry, site) or ([card] if card else [])


def _image(picture: facts.Shown) -> dict[str, Any]:
    return facts.without_empty(
        {
            "@type": "ImageObject",
            "url": picture.url,
            "contentUrl": picture.url,
            "encodingFormat": picture.type,
            "description": picture.alt,
        }
    )


def _quotation(quote: Quoted, language: str | None) -> dict[str, Any]:
    speaker = facts.without_empty(
        {"@type": "Person", "name": clean(quote.speaker or ""), "jobTitle": clean(quote.title or "")}
    )
    return facts.without_empty(
        {
            "@type": "Quotation",
            "text": clean(quote.text),
            "inLanguage": language,
            "spokenByCharacter": speaker if quote.speaker else None,
            "creator": speaker if quote.speaker else None,
        }
    )


def _translations(entry: Entry, site: Site, editions: Sequence[facts.Edition]) -> dict[str, Any]:
    if entry.edition_of is None:
        return {"workTranslation": [_edition(edition, site) for edition in editions]}
    first = next((edition for edition in editions if edition_mark(edition.slug) == entry.edition_of), None)
    return {"translationOfWork": _edition(first, site) if first else None}


def _edition(edition: facts.Edition, site: Site) -> dict[str, Any]:
    return facts.without_empty(
        {
            "@type": "NewsArticle",
            "@id": facts.edition_identity(edition, site),
            "url": facts.edition_url(edition, site),
            "headline": clean(edition.headline),
            "inLanguage": facts.language_tag(edition.language),
        }
    )
