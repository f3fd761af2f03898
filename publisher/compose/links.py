"""The link that a post gives: its parameters, and its card."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import parse_qsl, quote, urlencode, urlsplit

from publisher.compose.model import Card
from publisher.compose.onepost import first_sentences
from publisher.compose.quotes import spoken, together
from publisher.release.model import Media, Release
from publisher.text.cutting import shorten
from publisher.text.rich import RichText, as_rich

_CARD_DESCRIPTION = 300


def with_utm(address: str, utm: Mapping[str, str], slug: str) -> str:
    """The address with its UTM parameters, before the fragment; those that it has already stay as they are.

    Args:
        address: The canonical link. Anything but a web address is left alone.
        utm: Values by name (`source`, `medium`, `campaign`, `term`, `content`); empty for none.
        slug: What `campaign` is where there are parameters, but not this one.
    """
    parts = urlsplit(address)
    if not utm or parts.scheme not in ("http", "https"):
        return address
    standing = {name for name, _ in parse_qsl(parts.query, keep_blank_values=True)}
    wanted = {f"utm_{name}": value for name, value in {"campaign": slug, **utm}.items() if value}
    added = urlencode({name: wanted[name] for name in wanted if name not in standing}, quote_via=quote)
    return parts._replace(query="&".join(filter(None, (parts.query, added)))).geturl()


def link_card(release: Release, address: str, image: Media | None = None) -> Card:
    said = summary(release)
    return Card(address, release.headline or said or address, said, image)


def summary(release: Release) -> str:
    """A sentence or two for a card or a feed: the lede as far as it says something, else what follows it."""

    def short(text: RichText) -> bool:
        return len(text.plain) <= _CARD_DESCRIPTION

    lede = as_rich(release.lede or "")
    if lede.plain.rstrip().endswith(":"):  # "… released the following statement:"
        said = next((together(spoken(quote).sentences) for quote in release.quotes if quote.speaker), "")
        lede = as_rich(release.subheadline or said or release.lede or "")
    return (first_sentences(lede, short) or shorten(lede, short)).plain or release.subheadline or ""
