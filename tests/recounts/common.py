"""Counting again, by other means than the program's own. Each module here is one channel type's, and gives `faults`."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator
from html.parser import HTMLParser

import regex

VOID = {"br", "hr", "img", "meta", "link"}


def clusters(text: str) -> list[str]:
    return regex.findall(r"\X", text)


def weight(text: str, addresses: Iterable[str]) -> int:
    """X's weight of a text in which these addresses, and no others, are links."""
    plain = unicodedata.normalize("NFC", text)
    total = 0
    for address in sorted(addresses, key=len, reverse=True):
        total += 23 * plain.count(address)
        plain = plain.replace(address, "")
    for cluster in clusters(plain):
        if regex.search(r"\p{Emoji_Presentation}|\p{Emoji}\uFE0F|\p{Emoji}\p{EMod}|\p{RI}\p{RI}", cluster):
            total += 2
        else:
            total += sum(1 if _light(ord(sign)) else 2 for sign in cluster)
    return total


def _light(point: int) -> bool:
    return point <= 4351 or 8192 <= point <= 8205 or 8208 <= point <= 8223 or 8242 <= point <= 8247


class _Reader(HTMLParser):
    def __init__(self, allowed: dict[str, set[str]]) -> None:
        super().__init__(convert_charrefs=True)
        self.allowed = allowed
        self.open: list[str] = []
        self.text: list[str] = []
        self.wrong: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in self.allowed:
            self.wrong.append(f"<{tag}> is not allowed")
        for name, value in attrs:
            if name not in self.allowed.get(tag, set()):
                self.wrong.append(f"{name} of <{tag}> is not allowed")
            if name in ("href", "src") and (value or "").split(":")[0] not in ("http", "https", "mailto", "cid", "tg"):
                self.wrong.append(f"{name}={value}")
        if tag not in VOID:
            self.open.append(tag)
        elif tag == "br":
            self.text.append("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag in VOID:
            return
        if not self.open or self.open.pop() != tag:
            self.wrong.append(f"</{tag}> closes what is not open")

    def handle_data(self, data: str) -> None:
        self.text.append(data)

    def handle_comment(self, data: str) -> None:
        self.wrong.append(f"a comment: {data}")

    handle_decl = handle_pi = unknown_decl = handle_comment


def read_html(html: str, allowed: dict[str, set[str]]) -> tuple[str, list[str]]:
    """The text between the tags, and what is wrong with them."""
    reader = _Reader(allowed)
    reader.feed(html)
    reader.close()
    wrong = reader.wrong + [f"<{tag}> is not closed" for tag in reader.open]
    return "".join(reader.text), wrong


def over(length: int, most: int, what: str) -> Iterator[str]:
    if length > most:
        yield f"{what}: {length} of {most}"
    if length == 0:
        yield f"{what}: empty"


def bare(text: str) -> str:
    """Its letters and digits alone: what no markup changes."""
    return "".join(sign for sign in text if sign.isalnum())
