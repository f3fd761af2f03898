"""What every machine-readable form says of an entry: its name, address, dates, pictures and whole text. Pure.

Entries may come from an `entry.json` that somebody edited, so all text is cleaned here again, and what is no date, no
language tag or no address is left out rather than passed on.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Protocol
from urllib.parse import quote

from publisher.channels.newsroom_site.entry import Entry, Picture, is_file_name
from publisher.channels.newsroom_site.site import Site
from publisher.channels.newsroom_site.words import words
from publisher.release.model import IMAGE_TYPES
from publisher.text.direction import direction
from publisher.text.html import clean, escape, is_web_address
from publisher.text.patterns import later

_LANGUAGE_TAG = later(r"[A-Za-z]{2,8}(?:-[A-Za-z0-9]{1,8})*")
_SCHEME = later(r"[A-Za-z][A-Za-z0-9+.-]*:.")
_IMAGE_SOURCE = later(r'(<img src=")([^":]*)(")')
_VOID = later(r"<(br|hr|img\b[^<>]*)>")
_NOT_URI = later(r"[^\x21-\x7e]+|[\"<>\\^`{|}]+")


@dataclass(frozen=True)
class Shown:
    """An image of a page as others may show it: its absolute address, what it shows, and its media type."""

    url: str
    alt: str
    type: str | None


class Edition(Protocol):
    """What is said of a release in another language; an `Entry` is one."""

    @property
    def slug(self) -> str: ...
    @property
    def language(self) -> str: ...
    @property
    def headline(self) -> str: ...
    @property
    def guid(self) -> str | None: ...


def guid(entry: Entry, site: Site) -> str:
    """What the feeds call a new entry: its address, or a tag URI (RFC 4151) where it has none yet."""
    return site.permalink(entry.slug) or f"tag:newsroom.invalid,{entry.day}:{quote(entry.slug, safe='')}"


def identity(entry: Entry, site: Site) -> str:
    """The guid as stored, which no edit changes, as a URI: in ASCII and with a scheme, whatever it holds."""
    return _with_scheme(entry.guid or guid(entry, site))


def edition_identity(edition: Edition, site: Site) -> str | None:
    """What that release is called where it stands itself; None where that is not known."""
    name = edition.guid or site.permalink(edition.slug)
    return _with_scheme(name) if name else None


def edition_url(edition: Edition, site: Site) -> str | None:
    own = site.permalink(edition.slug)
    return uri(own) if own else None


def _with_scheme(text: str) -> str:
    name = uri(text)
    return name if _SCHEME.match(name) else f"tag:newsroom.invalid,2026:{quote(name, safe='%')}"


def uri(address: str) -> str:
    """An address (an IRI, RFC 3987) as a URI (RFC 3986): what is not ASCII in percent signs."""
    return _NOT_URI.sub(lambda match: quote(match.group(), safe=""), clean(address))


def page_url(entry: Entry, site: Site) -> str | None:
    """Where the release can be read: its page here, or else the address that it names itself."""
    own = site.permalink(entry.slug) or (entry.link if is_web_address(entry.link or "") else None)
    return uri(own) if own else None


def file_url(entry: Entry, site: Site, name: str) -> str | None:
    """The address of a file in the page's folder, where the newsroom has one."""
    own = site.permalink(entry.slug)
    return uri(f"{own}{quote(clean(name))}") if own else None


def logo_url(site: Site) -> str | None:
    if site.logo and is_web_address(site.logo):
        return uri(site.logo)
    return uri(f"{site.base_url}/{quote(clean(site.logo))}") if site.logo and site.base_url else None


def shown(picture: Picture, entry: Entry, site: Site) -> Shown | None:
    """The picture by its absolute address; None where it has none."""
    if picture.is_file:
        url = file_url(entry, site, picture.src) if is_file_name(picture.src) else None
    else:
        url = uri(picture.src) if is_web_address(picture.src) else None
    suffix = f".{picture.src.rpartition('.')[2].lower()}"
    return Shown(url, clean(picture.alt), IMAGE_TYPES.get(suffix)) if url else None


def pictures(entry: Entry, site: Site) -> list[Shown]:
    """The images of the page that have an absolute address, in its order."""
    return [found for picture in entry.images if (found := shown(picture, entry, site))]


def language_tag(language: str | None) -> str | None:
    """The language where it is a tag (RFC 5646) at all."""
    return language if language and _LANGUAGE_TAG.fullmatch(language) else None


def common_language(entries: Sequence[Entry], site: Site) -> str | None:
    """The newsroom's language, or else the one in which all entries are."""
    found = {language_tag(entry.language) for entry in entries}
    return language_tag(site.language) or (found.pop() if len(found) == 1 else None)


def newest_first(entries: Iterable[Entry]) -> list[Entry]:
    return sorted(entries, key=lambda entry: (entry.day, entry.published_at, entry.slug), reverse=True)


def published(entry: Entry) -> datetime:
    return _in_minutes(entry.published_at)


def modified(entry: Entry) -> datetime:
    """When its words were last changed: its publication, where they never were."""
    try:
        changed = datetime.fromisoformat(entry.updated or "")
    except ValueError:
        return published(entry)
    return max(_in_minutes(changed), published(entry)) if changed.tzinfo else published(entry)


def latest(entries: Iterable[Entry]) -> datetime | None:
    return max((modified(entry) for entry in entries), default=None)


def _in_minutes(at: datetime) -> datetime:
    """The same moment in a zone that RFC 822 and RFC 3339 can write: its offset in whole minutes, its year in four."""
    offset = at.utcoffset()
    plain = offset is not None and offset.seconds % 60 == 0 and offset.microseconds == 0
    return at.replace(microsecond=0) if plain else at.astimezone(UTC).replace(microsecond=0)


def rfc_3339(at: datetime) -> str:
    return at.isoformat(timespec="seconds")


def placed(html: str, folder: str) -> str:
    """The HTML of a page with its images found in `folder`: an address or a path, with its closing slash.

    `html` is our own (publisher.text.html): an image of the page has no colon in its `src`, and a text no markup.
    """
    return _IMAGE_SOURCE.sub(lambda match: f"{match[1]}{escape(folder)}{match[2]}{match[3]}", clean(html))


def whole_html(entry: Entry, folder: str) -> str:
    """The whole release under its headline: deck, text, what the organisation says of itself, and whom to ask."""
    speech = words(entry.language)
    parts = [placed(entry.html, folder)]
    if entry.subheadline:
        parts.insert(0, f"<p><strong>{escape(entry.subheadline)}</strong></p>")
    if entry.boilerplate:
        parts += [f"<h2>{escape(speech.about)}</h2>", clean(entry.boilerplate)]
    if entry.contacts:
        lines = (
            "<br>".join(escape(line) for line in (contact.name, contact.email, contact.phone) if line)
            for contact in entry.contacts
        )
        parts += [f"<h2>{escape(speech.contact)}</h2>", *(f"<p>{line}</p>" for line in lines if line)]
    html = "\n".join(part for part in parts if part)
    # What shows a feed is rarely written from right to left itself.
    if direction(entry.language) == "rtl":
        return f'<div lang="{escape(entry.language)}" dir="rtl">\n{html}\n</div>'
    return html


def as_xml(html: str) -> str:
    """Our own HTML as XML can hold it: `<br>` as `<br/>`."""
    return _VOID.sub(r"<\1/>", html)


def one_line(text: str) -> str:
    """Clean text, each run of blanks and line breaks as one space."""
    return " ".join(clean(text).split())


def keywords(entry: Entry) -> list[str]:
    return [keyword for keyword in map(one_line, entry.keywords) if keyword]


def without_empty(data: Mapping[str, Any]) -> dict[str, Any]:
    """The fields that say something: JSON forms leave the others out."""
    return {key: value for key, value in data.items() if value is not None and value not in ("", [], {})}
