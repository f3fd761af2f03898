"""The HTML of a page as plain text, for those who take over the copy. Pure."""

from __future__ import annotations

import re
from functools import lru_cache
from html import unescape

from publisher.text.html import clean
from publisher.text.patterns import later

BULLET = "•"
_PARAGRAPHS = frozenset(("p", "h1", "h2", "h3", "h4", "h5", "h6", "li"))
_LISTS = frozenset(("ul", "ol"))
_TOKEN = later(r"<(/?)([a-z0-9]+)([^<>]*)>|([^<]+)")
_SCHEME = later(r"^(?:https?://|mailto:)", re.IGNORECASE)
_TARGET = later(r' href="([^"]*)"')


@lru_cache(maxsize=4)
def html_text(html: str) -> str:
    """Paragraphs parted by an empty line and not wrapped, list items with `•` or their number, each on its line.

    A link is followed by its address where its words do not hold it. Figures are left out with their captions: where
    pictures go, they go with captions of their own. `html` is our own (publisher.text.html): a sign of markup that
    belongs to the text is an entity, and a line feed within a paragraph stands only behind a `<br>`.
    """
    reader = _Reader()
    for match in _TOKEN.finditer(clean(html)):
        closing, tag, attributes, text = match.groups()
        if text is not None:
            reader.say(text)
        elif closing:
            reader.close(tag)
        else:
            reader.open(tag, attributes)
    return reader.text()


class _Reader:
    def __init__(self) -> None:
        self._parts: list[tuple[bool, str]] = []
        self._line: list[str] = []
        self._counts: list[int | None] = []
        self._link: tuple[str, int] | None = None
        self._in_figure = False
        self._in_paragraph = False

    def open(self, tag: str, attributes: str) -> None:
        if tag in _PARAGRAPHS:
            self._finish()
            self._in_paragraph = True
            if tag == "li" and self._counts:
                self._line.append(self._mark())
        elif tag in _LISTS:
            self._finish()
            self._counts.append(0 if tag == "ol" else None)
        elif tag == "br":
            self._line.append("\n")
        elif tag == "a":
            target = _TARGET.search(attributes)
            self._link = (unescape(target[1]) if target else "", len(self._line))
        elif tag == "figure":
            self._finish()
            self._in_figure = True

    def close(self, tag: str) -> None:
        if tag in _PARAGRAPHS:
            self._finish()
        elif tag in _LISTS:
            self._finish()
            self._counts = self._counts[:-1]
        elif tag == "a" and self._link:
            address, start = self._link
            self._link = None
            known = _SCHEME.sub("", address).rstrip("/")
            if known not in "".join(self._line[start:]):
                self._line.append(f" ({address.removeprefix('mailto:')})")
        elif tag == "figure":
            self._line.clear()
            self._in_figure = False

    def say(self, text: str) -> None:
        if self._in_paragraph and not self._in_figure:
            self._line.append(unescape(text.removeprefix("\n") if self._line[-1:] == ["\n"] else text))

    def text(self) -> str:
        self._finish()
        parts: list[str] = []
        in_list = False
        for is_item, text in self._parts:
            parts += [("\n" if is_item and in_list else "\n\n") if parts else "", text]
            in_list = is_item
        return "".join(parts)

    def _mark(self) -> str:
        count = self._counts[-1]
        self._counts[-1] = None if count is None else count + 1
        indent = "  " * (len(self._counts) - 1)
        return f"{indent}{BULLET} " if count is None else f"{indent}{count + 1}. "

    def _finish(self) -> None:
        text = "".join(self._line).rstrip()
        self._line.clear()
        if text.strip() and not self._in_figure:
            self._parts.append((bool(self._counts), text if self._counts else text.strip()))
        self._in_paragraph = False
