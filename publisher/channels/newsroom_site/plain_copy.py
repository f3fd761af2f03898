"""A release as plain text, for a newsdesk to take over. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from publisher.channels.newsroom_site import facts
from publisher.channels.newsroom_site.entry import Entry
from publisher.channels.newsroom_site.html_text import html_text
from publisher.channels.newsroom_site.site import Site
from publisher.channels.newsroom_site.words import words
from publisher.release.model import Contact

END = "###"
"""Ends the copy, in any language: what follows is for the newsdesk and not for its readers."""


def file_name(entry: Entry) -> str:
    return f"{entry.slug}.txt"


def plain_copy(entry: Entry, site: Site) -> bytes:
    """Who issued it and when, headline, deck, text and boilerplate, the end mark, then contacts and the address.

    Paragraphs are not wrapped and stand apart by an empty line, since wrapped lines break in the editor that they are
    pasted into. UTF-8 with a byte order mark: many web servers name no encoding with a text file, and a browser would
    take it for another.
    """
    speech = words(entry.language)
    body = html_text(entry.html)
    paragraphs = [
        " · ".join(_source(entry, site, body)),
        facts.one_line(entry.headline),
        facts.one_line(entry.subheadline or ""),
        body,
        *_titled(speech.about, html_text(entry.boilerplate)),
        END,
        *_titled(speech.contact, "\n\n".join(filter(None, map(_contact, entry.contacts)))),
        facts.page_url(entry, site) or "",
    ]
    text = "\n\n".join(part for part in paragraphs if part)
    return f"\N{BYTE ORDER MARK}{text}\n".encode()


def _source(entry: Entry, site: Site, body: str) -> Iterator[str]:
    yield facts.one_line(site.publisher)
    place = facts.one_line(entry.dateline.place or "") if entry.dateline else ""
    if place and place.casefold() not in body.casefold():
        yield place
    yield words(entry.language).date(entry.day)


def _titled(title: str, text: str) -> Iterator[str]:
    if text:
        yield title
        yield text


def _contact(contact: Contact) -> str:
    lines = (facts.one_line(line or "") for line in (contact.name, contact.email, contact.phone))
    return "\n".join(line for line in lines if line)
