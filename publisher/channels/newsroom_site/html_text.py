"""The HTML of a page as plain text, for those who take over the copy. Pure."""

from __future__ import annotations

from html.parser import HTMLParser

from publisher.text.html import clean

_PARAGRAPHS = frozenset(("p", "h1", "h2", "h3", "h4", "h5", "h6"))
_LISTS = frozenset(("ul", "ol"))
BULLET = "•"


def html_text(html: str) -> str:
    """Paragraphs parted by an empty line and not wrapped, list items with `•` or their number, each on its line.

    A link is followed by its address where its words do not hold it. Figures are left out with their captions: where
    pictures go, they go with captions of their own. `html` is our own (publisher.text.html).
    """
    reader = _Reader()
    reader.feed(clean(html))
    reader.close()
    return reader.text()


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._parts: list[tuple[bool, str]] = []
        self._line: list[str] = []
        self._counts: list[int | None] = []
        self._link: tuple[str, int] | None = None
        self._figures = 0
        self._inside = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "figure":
            self._finish()
            self._figures += 1
        elif tag in _LISTS:
            self._finish()
            self._counts.append(0 if tag == "ol" else None)
        elif tag in _PARAGRAPHS or tag == "li":
            self._finish()
            self._inside = True
            if tag == "li" and self._counts:
                self._line.append(self._mark())
        elif tag == "br":
            self._line.append("\n")
        elif tag == "a":
            self._link = (dict(attrs).get("href") or "", len(self._line))

    def handle_endtag(self, tag: str) -> None:
        if tag == "a" and self._link:
            address, start = self._link
            self._link = None
            shown = address.removeprefix("mailto:").removeprefix("https://").removeprefix("http://").rstrip("/")
            if shown and shown not in "".join(self._line[start:]):
                self._line.append(f" ({address.removeprefix('mailto:')})")
        elif tag == "figure":
            self._line.clear()
            self._figures = max(self._figures - 1, 0)
        elif tag in _PARAGRAPHS or tag == "li":
            self._finish()
        elif tag in _LISTS:
            self._finish()
            self._counts = self._counts[:-1]

    def handle_data(self, data: str) -> None:
        if self._inside and not self._figures:
            # Our own HTML has a line feed only behind a `<br>`, which stands for it.
            self._line.append(data.removeprefix("\n") if self._line[-1:] == ["\n"] else data)

    def text(self) -> str:
        self._finish()
        parts: list[str] = []
        in_list = False
        for is_item, text in self._parts:
            parts += [("\n" if is_item and in_list else "\n\n") if parts else "", text]
            in_list = is_item
        return "".join(parts)

    def _mark(self) -> str:
        if self._counts[-1] is not None:
            self._counts[-1] += 1
        indent = "  " * (len(self._counts) - 1)
        return f"{indent}{BULLET} " if self._counts[-1] is None else f"{indent}{self._counts[-1]}. "

    def _finish(self) -> None:
        text = "".join(self._line).rstrip()
        self._line.clear()
        if text.strip() and not self._figures:
            self._parts.append((bool(self._counts), text if self._counts else text.strip()))
        self._inside = False
