"""The text of a post as HTML whose text content is that text, character for character.

Whatever HTML cannot hold is U+FFFD, and every line break a line feed (`publisher.text.html.clean`).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from publisher.channels.look import Fold
from publisher.text.html import bare_addresses, escape, is_address
from publisher.text.rich import RichText, Span

if TYPE_CHECKING:
    from markupsafe import Markup

OUTSIDE = 'target="_blank" rel="noopener noreferrer"'


def text_html(text: RichText, *, bold: bool = True) -> Markup:
    """Spans with their links, mentions and hashtags; bold and italics where readers see them."""
    return _safe("".join(_span(span, bold=bold) for span in text.spans if span.text))


def halves(text: RichText, fold: Fold | None) -> tuple[RichText, RichText | None]:
    """What is seen at first, and what a reader must unfold; None where there is no such thing."""
    at = fold.at(text.plain) if fold else None
    at = text.safe_cut(at) if at else 0
    return (text[:at], text[at:]) if at else (text, None)


def linked_text(text: str) -> Markup:
    """Plain text, its web addresses made links."""
    return _safe("".join(_with_links(text)))


def anchor(address: str, inner: str) -> str:
    """A link that loads nothing before somebody follows it, and tells nobody where it was followed."""
    return f'<a href="{escape(address)}" {OUTSIDE}>{inner}</a>'


def _span(span: Span, *, bold: bool) -> str:
    if span.link and is_address(span.link):
        inner = anchor(span.link, escape(span.text))
    elif span.mention:
        inner = f'<span class="mention">{escape(span.text)}</span>'
    elif span.hashtag:
        inner = f'<span class="hashtag">{escape(span.text)}</span>'
    elif span.code:
        inner = escape(span.text)
    else:
        inner = "".join(_with_links(span.text))
    for tag, on in (("em", span.italic and bold), ("strong", span.bold and bold), ("code", span.code and bold)):
        inner = f"<{tag}>{inner}</{tag}>" if on else inner
    return inner


def _with_links(text: str) -> Iterator[str]:
    at = 0
    for start, end in bare_addresses(text):
        yield escape(text[at:start])
        yield anchor(text[start:end], escape(text[start:end]))
        at = end
    yield escape(text[at:])


def _safe(html: str) -> Markup:
    from markupsafe import Markup  # noqa: PLC0415 -- comes with jinja2, which only a page needs

    return Markup(html)  # noqa: S704 -- made of escaped pieces, all of them in this module
