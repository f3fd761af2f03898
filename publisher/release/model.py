"""`Release`: what a document means to a newsroom."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import PurePath

from publisher.documents.model import Block, Finding

IMAGE_TYPES: Mapping[str, str] = {
    ".avif": "image/avif",
    ".gif": "image/gif",
    ".jpe": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".jpg": "image/jpeg",
    ".png": "image/png",
    ".webp": "image/webp",
}


@dataclass(frozen=True)
class Quote:
    """One attributed speech.

    `pieces` are the words inside each pair of outer quotation marks, verbatim and without those marks; the attribution
    stood between them. `speaker` is the full name as the release first gives it, `title` the role printed at the name.
    `line` is where it opens in the file, counted from 1. `ends` says of each piece whether a sentence of the speaker
    ends with it, be it that the release has a comma there for its own attribution; it is empty where nobody looked.
    """

    pieces: tuple[str, ...]
    speaker: str | None = None
    title: str | None = None
    line: int | None = None
    ends: tuple[bool, ...] = ()

    @property
    def text(self) -> str:
        """The pieces joined by one space."""
        return " ".join(self.pieces)


@dataclass(frozen=True)
class Dateline:
    """Where, and where printed when, the release was issued."""

    place: str | None
    date: date | None = None


@dataclass(frozen=True)
class Contact:
    name: str | None = None
    email: str | None = None
    phone: str | None = None


@dataclass(frozen=True)
class Media:
    """An image of the release. `path` is as written (relative to the release file, or a URL).

    `alt` is None where nobody described the image and "" where it was declared decorative.
    """

    path: str
    alt: str | None = None

    @property
    def mime(self) -> str:
        """The MIME type by the ending of the file's name; `application/octet-stream` for one that is no known image."""
        return IMAGE_TYPES.get(PurePath(self.path).suffix.lower(), "application/octet-stream")


@dataclass(frozen=True)
class Release:
    """A press release as understood. What is absent is None or empty.

    `body` is everything from the lede to the end of the news, in order (paragraphs, quotations, list items, images,
    headings), without headline, subheadline, boilerplate, contacts, kickers and end marks; the dateline stays in its
    first paragraph, while `lede` is that paragraph without it. `actions` are list items without their bullets and
    without a closing `;`, `; and` or `, and`; `actions_intro` is the line that introduces them. `embargo` and
    `publish_at` are as written or as YAML gives them; `max_late` is how late it may still go out; a `draft` is not to
    go out yet. `edition_of` is the slug of the release that this one is a translation of. `variants` are the front
    matter's overrides by channel, untouched. `findings` are what the review brought to light.
    """

    file: str
    headline: str
    slug: str
    language: str = "en"
    subheadline: str | None = None
    dateline: Dateline | None = None
    lede: str | None = None
    body: tuple[Block, ...] = ()
    quotes: tuple[Quote, ...] = ()
    actions: tuple[str, ...] = ()
    actions_intro: str | None = None
    boilerplate: str | None = None
    contacts: tuple[Contact, ...] = ()
    links: tuple[str, ...] = ()
    media: tuple[Media, ...] = ()
    embargo: datetime | str | None = None
    publish_at: datetime | str | None = None
    max_late: timedelta | None = None
    draft: bool = False
    link: str | None = None
    hashtags: tuple[str, ...] = ()
    edition_of: str | None = None
    variants: Mapping[str, object] = field(default_factory=dict)
    findings: tuple[Finding, ...] = ()

    @property
    def warnings(self) -> tuple[str, ...]:
        """The findings as remarks for the editor, one line each, with where and what to do."""
        return tuple(map(str, self.findings))
