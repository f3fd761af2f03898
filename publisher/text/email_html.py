"""Article HTML as an e-mail: a complete document, in which each tag carries its own style."""

from __future__ import annotations

import re

from publisher.text.html import escape
from publisher.text.patterns import later

_FONT = "font-family:-apple-system,'Segoe UI',Roboto,Helvetica,Arial,sans-serif"
_HEADING = f"{_FONT};line-height:1.25;margin:1.4em 0 0.5em"
_STYLES = {
    "h1": f"{_HEADING};font-size:28px",
    "h2": f"{_HEADING};font-size:22px",
    "h3": f"{_HEADING};font-size:19px",
    "h4": f"{_HEADING};font-size:17px",
    "h5": f"{_HEADING};font-size:16px",
    "h6": f"{_HEADING};font-size:16px",
    "p": "margin:0 0 1em",
    "ul": "margin:0 0 1em;padding:0;padding-inline-start:1.5em",
    "ol": "margin:0 0 1em;padding:0;padding-inline-start:1.5em",
    "li": "margin:0 0 0.4em",
    "blockquote": "margin:0 0 1em;padding:0;padding-inline-start:1em;border-inline-start:3px solid #8a8a8a",
    "figure": "margin:0 0 1em",
    "img": "display:block;max-width:100%;height:auto;border:0",
    "figcaption": "font-size:14px;margin:0.4em 0 0",
    "hr": "border:0;border-top:1px solid #8a8a8a;margin:1.5em 0",
    "code": "font-family:Consolas,Menlo,monospace;font-size:0.95em",
}
_TAG = later(r"<([a-z][a-z0-9]*)(?=[ >])")
_IMAGE = later(r'<img src="([^"]*)" alt="([^"]*)">')
_SHOWN = ("cid:", "https://")


def email_page(title: str, inner_html: str, language: str, direction: str) -> str:
    """A document for mail clients: one column of 600 pixels at most, in the reader's own colours, light or dark.

    Style sheets are lost in some mail clients, so that styles stand in the tags; scripts, forms and tables there are
    none. Nothing is fetched but images by https, and those only where the HTML has them; an image of any other address
    than `cid:` or `https:` is replaced by its alternative text.

    Args:
        title: Plain text; also what a screen reader calls the message.
        inner_html: As `blocks_html`, `rich_html` and `paragraphs_html` write it, which is taken to be safe.
        language: A BCP 47 tag, or "" where it isn't known.
        direction: `ltr` or `rtl`.
    """
    where = f' dir="{"rtl" if direction == "rtl" else "ltr"}"' + (f' lang="{escape(language)}"' if language else "")
    name = escape(title).replace("\n", " ")
    return (
        f"<!doctype html>\n<html{where}>\n<head>\n"
        '<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="color-scheme" content="light dark">\n'
        '<meta name="supported-color-schemes" content="light dark">\n'
        f'<title>{name}</title>\n</head>\n<body style="margin:0;padding:0">\n'
        f'<div role="article" aria-roledescription="email" aria-label="{name}"{where} '
        f'style="max-width:600px;margin:0 auto;padding:24px 16px;{_FONT};font-size:16px;line-height:1.5">\n'
        f"{styled(inner_html)}\n</div>\n</body>\n</html>\n"
    )


def styled(inner_html: str) -> str:
    """The HTML of `publisher.text.html` with a style in each tag that has one here, and images by `cid:` or https only.

    Text can't be taken for a tag: there, `<` and `"` are entities.
    """
    return _TAG.sub(_with_style, _IMAGE.sub(_fit_to_show, inner_html))


def _with_style(match: re.Match[str]) -> str:
    style = _STYLES.get(match[1])
    return f'{match.group()} style="{style}"' if style else match.group()


def _fit_to_show(match: re.Match[str]) -> str:
    return match.group() if match[1].lower().startswith(_SHOWN) else match[2]
