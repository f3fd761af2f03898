"""What attributes say: what is hidden, and what Word, Google Docs and e-mail programs write where HTML has a tag."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qs, urlsplit

from publisher.text.patterns import later

Attributes = Mapping[str, str | None]

HAS_SIGNS = later(r"\s(?:style|class|hidden|aria-hidden|role)\b", re.IGNORECASE)
"""Found in every source in which these functions can find something."""

_HIDDEN_STYLE = later(
    r"(?:display\s{0,9}:\s{0,9}none|visibility\s{0,9}:\s{0,9}hidden|mso-hide\s{0,9}:\s{0,9}all|"
    r"mso-list\s{0,9}:\s{0,9}ignore|font-size\s{0,9}:\s{0,9}0(?:px|pt)?\s{0,9}(?:;|$))",
    re.IGNORECASE,
)
_HIDDEN_CLASSES = frozenset("sr-only visually-hidden visuallyhidden screen-reader-text screen-reader-only".split())
_COMMENT_MARKS = frozenset("msocomanchor msocommentreference msocomtxt msocomoff".split())
_SKIPPED_ROLES = frozenset("navigation search dialog alertdialog menu menubar toolbar tablist".split())
_WORD_ITEM = later(r"mso-list\s{0,9}:\s{0,9}l\d{1,4}\s{1,9}level(\d)", re.IGNORECASE)
_GOOGLE_LIST = later(r"(?:^|\s)lst-kix_\w{1,40}-(\d)(?:\s|$)")
_HEADING_CLASSES = {"msotitle": 1, "msosubtitle": 2, "title": 1, "subtitle": 2}
_QUOTE_CLASSES = frozenset(("msoquote", "msointensequote"))
_WEIGHT = later(r"font-weight\s{0,9}:\s{0,9}(bold|[6-9]00|normal|[1-5]00)", re.IGNORECASE)
_ITALIC = later(r"font-style\s{0,9}:\s{0,9}(italic|normal)", re.IGNORECASE)
_MOST_ROWS = 300
_PIXEL = later(r"\s*[01](?:px)?\s*")
_LINK = later(r"(?:https?://|mailto:|tel:)\S+", re.IGNORECASE)
_WRAPPED = (("www.google.com", "/url", "q"), (".safelinks.protection.outlook.com", "/", "url"))


def is_hidden(attributes: Attributes) -> bool:
    """Whether a reader of the page does not see it, or it is no part of the text: a comment, navigation."""
    return (
        "hidden" in attributes
        or attributes.get("aria-hidden") == "true"
        or (attributes.get("role") or "").lower() in _SKIPPED_ROLES
        or bool(_HIDDEN_STYLE.search(attributes.get("style") or ""))
        or not (_HIDDEN_CLASSES | _COMMENT_MARKS).isdisjoint(_classes(attributes))
    )


def is_comment(attributes: Attributes) -> bool:
    """Whether it is a comment of a Word document saved as HTML."""
    return "msocommenttext" in _classes(attributes)


def heading_level(attributes: Attributes) -> int:
    """The level that the style of a paragraph stands for; 0 for one that is no title."""
    return next((level for name in _classes(attributes) if (level := _HEADING_CLASSES.get(name))), 0)


def is_quotation(attributes: Attributes) -> bool:
    return not _QUOTE_CLASSES.isdisjoint(_classes(attributes))


def word_item_level(attributes: Attributes) -> int | None:
    """The depth, from 0, of a paragraph that Word shows as a list item; None for any other."""
    found = _WORD_ITEM.search(attributes.get("style") or "")
    return max(int(found[1]) - 1, 0) if found else None


def google_list_level(attributes: Attributes) -> int | None:
    """The depth, from 0, of a list that Google Docs writes beside its parent instead of inside it."""
    found = _GOOGLE_LIST.search(attributes.get("class") or "")
    return int(found[1]) if found else None


def bold(attributes: Attributes) -> bool | None:
    found = _WEIGHT.search(attributes.get("style") or "")
    return None if found is None else found[1].lower() not in ("normal", "100", "200", "300", "400", "500")


def italic(attributes: Attributes) -> bool | None:
    found = _ITALIC.search(attributes.get("style") or "")
    return None if found is None else found[1].lower() == "italic"


def is_pixel(attributes: Attributes) -> bool:
    """Whether an image is there to count readers, not to be seen."""
    return any(_PIXEL.fullmatch(attributes.get(side) or "") for side in ("width", "height"))


def link_of(attributes: Attributes) -> str | None:
    """Where a link leads; None where that is no web, mail or telephone address.

    Addresses that Outlook and Google Docs wrap into their own are unwrapped.
    """
    href = (attributes.get("href") or "").strip()
    if not _LINK.fullmatch(href):
        return None
    if "safelinks" in href or "google" in href:
        return _unwrapped(href)
    return href


def _unwrapped(href: str) -> str:
    try:
        parts = urlsplit(href)
        for host, path, key in _WRAPPED:
            if (parts.hostname or "").endswith(host) and parts.path == path:
                inner = parse_qs(parts.query, max_num_fields=50).get(key, [""])[0]
                return inner if _LINK.fullmatch(inner) else href
    except ValueError:
        pass
    return href


def is_grid(table: Any) -> bool:
    """Whether a table holds short entries in rows and columns, and is not there to lay out a page."""
    if len(table.css("table, ul, ol, img, blockquote, h1, h2, h3, h4")) > 1:  # itself is one of them
        return False
    rows = table.css("tr")
    if len(rows) > _MOST_ROWS or len(rows) < (2 if table.css_first("th") is not None else 3):
        return False
    full = 0
    for row in rows:
        cells = row.css("td, th")
        if any(len(cell.css("p, div")) > 1 or len(cell.text()) > 100 for cell in cells):
            return False
        full += sum(1 for cell in cells if cell.text().strip()) > 1
    return full * 4 >= len(rows) * 3


def _classes(attributes: Attributes) -> list[str]:
    return (attributes.get("class") or "").lower().split()
