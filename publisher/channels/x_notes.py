"""What posts on X cost, and what else to know before they go out. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from publisher.text.patterns import later
from publisher.text.twitter_text import find_cashtags, replied_to
from publisher.text.urls import find_urls

_COST = 15  # thousandths of a dollar a post, since 2026-02-06
_COST_WITH_LINK = 200
_ADDRESS = later(r"(?<!\w)https?://(?P<host>[^\s/?#]+)", re.IGNORECASE)


def notes_on(texts: Sequence[str], strangers: Sequence[str]) -> list[str]:
    """A line each; `strangers` are the accounts that the texts name and channels.yaml does not know."""
    linking = sum(1 for text in texts if find_urls(text))
    bill = f"X bills {_dollars(linking * _COST_WITH_LINK + (len(texts) - linking) * _COST)} for this"
    if linking:
        bill += f": a post with a link costs {_dollars(_COST_WITH_LINK)}, one without {_dollars(_COST)}"
    notes = [f"{bill} (pay-per-use plans)"]
    if strangers:
        notes.append(f"{', '.join(strangers)} will be notified, being named so in the release")
    if texts and (name := replied_to(texts[0])):
        notes.append(f"a post that begins with @{name} is shown to few: begin with another word")
    if plain := dict.fromkeys(host for text in texts for host in _no_links(text)):
        notes.append(
            f"X makes no link of an address at {', '.join(plain)}, and counts it in full: it knows no such ending"
        )
    if any(len(find_cashtags(text)) > 1 for text in texts):
        notes.append("X takes one cashtag a post, and may refuse this one")
    return notes


def _no_links(text: str) -> Iterator[str]:
    """The hosts of web addresses that X leaves as plain text and counts in full, such as those of an intranet."""
    links = {start for start, _ in find_urls(text)}
    return (match["host"] for match in _ADDRESS.finditer(text) if match.start() not in links)


def _dollars(thousandths: int) -> str:
    return f"${thousandths / 1000:.3f}"
