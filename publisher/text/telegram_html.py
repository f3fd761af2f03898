"""Rich text as Telegram takes it: the HTML that `parse_mode: HTML` reads, or the bare text with its entities."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from html import escape
from itertools import groupby
from typing import Any

from publisher.text.counting import utf16_length
from publisher.text.marks import encodable
from publisher.text.rich import RichText, Span

_SCHEMES = ("http://", "https://", "tg://")
_TAGS = {"bold": "b", "italic": "i", "code": "code"}


def telegram_html(text: RichText) -> str:
    """The text with `<b>`, `<i>`, `<code>` and `<a href>`; everything else escaped.

    Hashtags, mentions by name, e-mail addresses and bare URLs stay text: Telegram links them by itself. Code can
    neither hold another entity nor lie in one, so that a span that is also linked, bold or italic is not set as code.
    Source: https://core.telegram.org/bots/api#html-style.
    """
    return _html(_whole(text), _MARKS)


def telegram_entities(text: RichText) -> tuple[str, list[dict[str, Any]]]:
    """The plain text and its entities: `type`, `offset`, `length` and, of a `text_link`, `url`.

    `offset` and `length` count UTF-16 code units. An entity comes before those that it contains, and none crosses
    another. The marks are those of `telegram_html`. Source: https://core.telegram.org/bots/api#messageentity.
    """
    spans = _whole(text)
    return "".join(span.text for span in spans), list(_entities(spans, _MARKS, 0))


def _whole(text: RichText) -> list[Span]:
    return [span for span in encodable(text).spans if span.text]


def _target(span: Span) -> str:
    link = span.link or ""
    return link if link.lower().startswith(_SCHEMES) else ""


_MARKS: tuple[tuple[str, Callable[[Span], Any]], ...] = (
    ("text_link", _target),
    ("bold", lambda span: span.bold),
    ("italic", lambda span: span.italic),
    ("code", lambda span: span.code and not (span.bold or span.italic or _target(span))),
)


def _html(spans: Sequence[Span], marks: Sequence[tuple[str, Callable[[Span], Any]]]) -> str:
    if not marks:
        return escape("".join(span.text for span in spans), quote=False)
    parts: list[str] = []
    mark, key = marks[0]
    for value, run in groupby(spans, key):
        inner = _html(list(run), marks[1:])
        if not value:
            parts.append(inner)
        elif mark == "text_link":
            parts.append(f'<a href="{escape(value)}">{inner}</a>')
        else:
            parts.append(f"<{_TAGS[mark]}>{inner}</{_TAGS[mark]}>")
    return "".join(parts)


def _entities(
    spans: Sequence[Span], marks: Sequence[tuple[str, Callable[[Span], Any]]], at: int
) -> Iterator[dict[str, Any]]:
    if not marks:
        return
    mark, key = marks[0]
    for value, group in groupby(spans, key):
        run = list(group)
        length = sum(utf16_length(span.text) for span in run)
        if value:
            yield {"type": mark, "offset": at, "length": length, **({"url": value} if mark == "text_link" else {})}
        yield from _entities(run, marks[1:], at)
        at += length
