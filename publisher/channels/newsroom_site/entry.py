"""`Entry`: what the newsroom keeps of a release. Index and feed are built from the entries alone."""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime
from pathlib import PurePath
from typing import Any

from publisher.release.model import IMAGE_TYPES, Contact, Dateline
from publisher.text.patterns import later

_SLUG_MOST = 200
_UNREAD = ("link", "quotes", "text", "keywords", "edition_of", "card")
"""What may change without a reader being told of an update: the words of the article are the same."""
_OWN_NAMES = set(
    "index.html style.css archive entry.json feed.xml atom.xml feed.json sitemap.xml release.txt ninjs.json "
    "media-kit.zip logo.avif logo.gif logo.jpe logo.jpeg logo.jpg logo.png logo.svg logo.webp".split()
)
_FILE_NAME = later(r"[A-Za-z0-9_-][A-Za-z0-9._-]*")
_DEVICES = {"con", "prn", "aux", "nul"} | {f"{port}{number}" for port in ("com", "lpt") for number in "0123456789¹²³"}


@dataclass(frozen=True)
class Picture:
    """An image of the page: `src` is a file name in the page's folder, or a web address."""

    src: str
    alt: str = ""

    @property
    def is_file(self) -> bool:
        return ":" not in self.src


@dataclass(frozen=True)
class Quoted:
    """What somebody says in the release, word for word and without quotation marks."""

    text: str
    speaker: str | None = None
    title: str | None = None


@dataclass(frozen=True)
class Entry:
    """One release as the newsroom shows it.

    `html` is the article under its headline and `boilerplate` the organisation's own words, both safe HTML. `published`
    is when it first went out and `updated` when its words were last changed, both ISO 8601 with zone. `guid` names it
    in the feed and stays as it was first given. `text` is the whole release, from the headline to the contacts, an
    empty line between paragraphs. `edition_of` is the `edition_mark` of the edition in the first language, where
    this is a translation. `card` is an image for link cards, which the page does not show.

    What has a default here is absent where an older version stored the entry.
    """

    slug: str
    language: str
    headline: str
    summary: str
    html: str
    published: str
    subheadline: str | None = None
    dateline: Dateline | None = None
    boilerplate: str = ""
    contacts: tuple[Contact, ...] = ()
    images: tuple[Picture, ...] = ()
    link: str | None = None
    updated: str | None = None
    guid: str | None = None
    quotes: tuple[Quoted, ...] = ()
    text: str = ""
    keywords: tuple[str, ...] = ()
    edition_of: str | None = None
    card: Picture | None = None

    @property
    def files(self) -> tuple[Picture, ...]:
        """The images that lie in the page's folder, in the order of their uploads."""
        return tuple(picture for picture in (*self.images, *filter(None, (self.card,))) if picture.is_file)

    @property
    def published_at(self) -> datetime:
        return datetime.fromisoformat(self.published)

    @property
    def day(self) -> date:
        """The day the release carries: its dateline's, or else the day it was published."""
        return (self.dateline and self.dateline.date) or self.published_at.date()

    @property
    def _texts(self) -> tuple[object, ...]:
        """What must be text."""
        words = (self.slug, self.language, self.headline, self.summary, self.html, self.boilerplate, self.text)
        pictures = (*self.images, *filter(None, (self.card,)))
        shown = (part for picture in pictures for part in (picture.src, picture.alt))
        return (*words, *self.keywords, *(quote.text for quote in self.quotes), *shown)

    @property
    def _texts_or_none(self) -> tuple[object, ...]:
        """What must be text where it is there at all."""
        words = (self.subheadline, self.link, self.updated, self.guid, self.edition_of)
        people = [
            *((contact.name, contact.email, contact.phone) for contact in self.contacts),
            *((quote.speaker, quote.title) for quote in self.quotes),
            (self.dateline.place if self.dateline else None,),
        ]
        return (*words, *(part for parts in people for part in parts))

    @property
    def _is_sound(self) -> bool:
        moments = [self.published_at, *([datetime.fromisoformat(self.updated)] if self.updated else [])]
        return (
            all(isinstance(text, str) for text in self._texts)
            and all(text is None or isinstance(text, str) for text in self._texts_or_none)
            and all(moment.tzinfo is not None for moment in moments)
        )

    def as_json(self) -> dict[str, Any]:
        data = asdict(self)
        if self.dateline:
            day = self.dateline.date
            data["dateline"] = {"place": self.dateline.place, "date": day.isoformat() if day else None}
        return data

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Entry:
        """The entry of a stamped request, or of a stored `entry.json`.

        Raises:
            ValueError: A part is missing, unknown or not of its kind.
        """
        try:
            line = data.get("dateline")
            day = line and line["date"]
            entry = cls(
                **{
                    **data,
                    "dateline": Dateline(line["place"], date.fromisoformat(day) if day else None) if line else None,
                    "contacts": tuple(Contact(**contact) for contact in data.get("contacts", ())),
                    "images": tuple(Picture(**image) for image in data.get("images", ())),
                    "quotes": tuple(Quoted(**quote) for quote in data.get("quotes", ())),
                    "keywords": tuple(data.get("keywords", ())),
                    "card": Picture(**data["card"]) if data.get("card") else None,
                }
            )
            is_sound = entry._is_sound
        except (TypeError, KeyError, AttributeError) as error:
            raise ValueError(str(error)) from None
        if not is_sound:
            raise ValueError("a part of it is not what it should be")
        return entry


def edition_mark(slug: str) -> str:
    """What stands for the slug of a first edition: that may be to come, and its slug would tell its headline."""
    return hashlib.sha256(slug.encode(errors="backslashreplace")).hexdigest()[:32]


def merged(entry: Entry, stored: Entry | None, guid: str) -> Entry:
    """The entry to keep when `entry` comes in over `stored`: the first date and guid stay, a change is dated.

    Raises:
        ValueError: The stored entry is another release.
    """
    if stored is None:
        return replace(entry, guid=guid)
    kept = replace(entry, published=stored.published, updated=stored.updated, guid=stored.guid)
    if replace(kept, **{name: getattr(stored, name) for name in _UNREAD}) == stored:
        return kept
    if entry.headline != stored.headline and entry.html != stored.html:
        raise ValueError(
            f'another release, "{stored.headline}", stands at "{entry.slug}": give this one its own `slug:`'
        )
    if entry.published_at > stored.published_at:
        return replace(kept, updated=entry.published)
    return replace(kept, published=entry.published)


def check_files(entry: Entry) -> None:
    """Refuse a stored entry whose images could be other files than those of its own folder.

    They are read for the media kit, and removed when a release no longer has them.

    Raises:
        ValueError: With what is wrong, in one line.
    """
    for picture in entry.files:
        if not is_file_name(picture.src) or PurePath(picture.src).suffix.lower() not in IMAGE_TYPES:
            raise ValueError(f"{picture.src!a} is no image of the page's own")


def is_file_name(name: str) -> bool:
    return bool(_FILE_NAME.fullmatch(name))


def check_slug(slug: str) -> None:
    """Refuse a slug that is not one plain folder name on every system.

    Raises:
        ValueError: With what is wrong, in one line.
    """
    plain = all(char in "-_." or unicodedata.category(char)[0] in "LMN" for char in slug)
    if not slug or not plain or not unicodedata.is_normalized("NFC", slug) or slug[0] in "-_." or slug[-1] == ".":
        raise ValueError(f"the slug {slug!a} is not a plain name: use letters, digits and hyphens")
    if len(slug.encode()) > _SLUG_MOST:
        raise ValueError(f"the slug is longer than {_SLUG_MOST} bytes")
    is_map = slug.lower().startswith("sitemap") and slug.lower().endswith(".xml")
    if is_map or slug.lower() in _OWN_NAMES or slug.split(".", maxsplit=1)[0].lower() in _DEVICES:
        raise ValueError(f"the slug {slug!a} is a reserved name")
