"""Rich text as the HTML that Matrix clients show, `formatted_body` in the format `org.matrix.custom.html`."""

from __future__ import annotations

import re
from dataclasses import replace
from urllib.parse import quote

from publisher.text.html import rich_html
from publisher.text.marks import address, paragraphs
from publisher.text.rich import RichText, Span

USER_ID = "@[^\\s:]+:[^\\s/?#]+"


def matrix_html(text: RichText) -> str:
    """The text with `<strong>`, `<em>`, `<code>`, `<a href>`, `<br>` and, where it has several paragraphs, `<p>`.

    A mention of a Matrix id is a link to matrix.to, which clients show as a pill. Whom the message notifies stands in
    the event's `m.mentions` alone; an event without it would let an `@room` in the text do so.

    Sources: https://spec.matrix.org/latest/client-server-api/#mroommessage-msgtypes (what clients permit: these tags,
    and links of http, https and mailto; no needless paragraphs) and
    https://spec.matrix.org/latest/appendices/#matrixto-navigation.
    """
    parts = [
        rich_html(RichText(tuple(_linked(span) for span in paragraph.spans))).replace("<br>\n", "<br>")
        for paragraph in paragraphs(text)
    ]
    return "".join(f"<p>{part}</p>" for part in parts) if len(parts) > 1 else "".join(parts)


def _linked(span: Span) -> Span:
    if span.mention and re.fullmatch(USER_ID, span.mention):
        return replace(span, link=f"https://matrix.to/#/{quote(span.mention, safe='@:', errors='replace')}")
    return replace(span, link=address(span) or None) if span.link else span
