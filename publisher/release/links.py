"""The web addresses in a release."""

from __future__ import annotations

import re
from collections.abc import Iterable

from publisher.documents.model import Block
from publisher.text.patterns import later

_URL = later(r"(?<![\w@/.])(?:https?://|www\.(?=\w))[^\s<>\"“”„«»|\\^`{}]+", re.IGNORECASE)
_TRAILING = ".,;:!?'’)]}*_»…"


def find_links(blocks: Iterable[Block]) -> tuple[str, ...]:
    """Every address once, in order: link targets and addresses printed in the text, those without a scheme as https."""
    found: dict[str, None] = {}
    for block in blocks:
        for span in block.text.spans:
            if span.link and span.link.lower().startswith(("http://", "https://")):
                found.setdefault(span.link)
            elif not span.link and ("://" in span.text or "www." in span.text.lower()):
                for match in _URL.finditer(span.text):
                    url = _trimmed(match[0])
                    found.setdefault(url if "://" in url else f"https://{url}")
    return tuple(found)


def _trimmed(url: str) -> str:
    while url and url[-1] in _TRAILING:
        if url[-1] == ")" and url.count("(") >= url.count(")"):
            break
        url = url[:-1]
    return url
