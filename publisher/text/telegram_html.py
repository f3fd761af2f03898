"""Rich text as the HTML that Telegram's `parse_mode: HTML` reads."""

from __future__ import annotations

from html import escape
from itertools import groupby

from publisher.text.rich import RichText, Span

_SCHEMES = ("http://", "https://", "tg://")


def telegram_html(text: RichText) -> str:
    """The text with `<b>`, `<i>`, `<code>` and `<a href>`; everything else escaped.

    Hashtags, e-mail addresses and bare URLs stay text: Telegram links them by itself. Code can neither hold another
    entity nor lie in one, so that a span that is also linked, bold or italic is not set as code.
    Source: https://core.telegram.org/bots/api#html-style.
    """
    parts: list[str] = []
    for target, spans in groupby(text.spans, key=_target):
        inner = "".join(_marked(span, linked=bool(target)) for span in spans)
        parts.append(f'<a href="{escape(target)}">{inner}</a>' if target and inner else inner)
    return "".join(parts)


def _target(span: Span) -> str:
    return span.link if span.link and span.link.lower().startswith(_SCHEMES) else ""


def _marked(span: Span, *, linked: bool) -> str:
    html = escape(span.text, quote=False)
    if not html:
        return ""
    if span.code and not (span.bold or span.italic or linked):
        return f"<code>{html}</code>"
    if span.italic:
        html = f"<i>{html}</i>"
    if span.bold:
        html = f"<b>{html}</b>"
    return html
