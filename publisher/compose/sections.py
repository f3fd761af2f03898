"""The sections of a release as paragraphs for a post."""

from __future__ import annotations

from collections.abc import Sequence

from publisher.compose.model import Section
from publisher.release.model import Contact, Release
from publisher.text.rich import RichText, Span, as_rich, join

BULLET = "• "
_PATH_SHOWN = 15


def paragraph(section: Section, release: Release, canonical: RichText) -> RichText:
    """One section as a paragraph, EMPTY where there is none. Quotes, actions and hashtags have their own functions."""
    plain = {"lede": release.lede, "boilerplate": release.boilerplate}
    if section == "headline":
        return as_rich(release.headline).marked(bold=True)
    if section == "subheadline":
        return as_rich(release.subheadline or "").marked(italic=True)
    if section == "link":
        return canonical
    if section == "contact":
        return join(("Contact: " + contact_line(contact) for contact in release.contacts), "\n")
    return as_rich(plain.get(section) or "")


def short_address(address: str) -> str:
    """An address as apps show it to people: without its scheme, and only the beginning of its path."""
    host, slash, path = address.rpartition("://")[2].partition("/")
    return f"{host}/{as_rich(path)[:_PATH_SHOWN].plain}…" if len(path) > _PATH_SHOWN + 1 else host + slash + path


def contact_line(contact: Contact) -> str:
    return ", ".join(part for part in (contact.name, contact.email, contact.phone) if part)


def action_list(intro: str | None, actions: Sequence[str]) -> RichText:
    """Actions with a bullet each, under the line that introduces them."""
    return join([intro or "", *(BULLET + action for action in actions)], "\n")


def tag_line(hashtags: Sequence[str]) -> RichText:
    return join((RichText((Span(tag, hashtag=True),)) for tag in hashtags), " ")


def as_hashtags(words: Sequence[str]) -> tuple[str, ...]:
    """Each word once, with its `#` and without what would end a hashtag."""
    seen: dict[str, str] = {}
    for word in words:
        tag = "".join(character for character in word if character.isalnum() or character == "_")
        if tag:
            seen.setdefault(tag.casefold(), f"#{tag}")
    return tuple(seen.values())
