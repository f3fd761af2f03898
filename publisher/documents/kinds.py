"""Which files are taken, and what to do about those that are not."""

from __future__ import annotations

import re

from publisher.text.patterns import later

MARKDOWN_ENDINGS = frozenset({".md", ".markdown"})
PLAIN_ENDINGS = frozenset({".txt"})
HTML_ENDINGS = frozenset({".html", ".htm"})
WORD_ENDINGS = frozenset({".docx"})
ENDINGS = MARKDOWN_ENDINGS | PLAIN_ENDINGS | HTML_ENDINGS | WORD_ENDINGS

INVISIBLE = "\x00\u00ad\u200b\u2060\ufeff"
"""Characters that nobody sees and that come along when text is copied."""

ZIP = b"PK\x03\x04"
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
SAVE_AS_WORD = "Open it in Word and save it as Word document (.docx)"
SAVE = "Save the release as Word document (.docx), HTML, Markdown (.md) or plain text (.txt)"

_FOREIGN_ENDINGS = {
    ".doc": SAVE_AS_WORD,
    ".docm": SAVE_AS_WORD,
    ".dotx": SAVE_AS_WORD,
    ".rtf": SAVE_AS_WORD,
    ".odt": "Open it in LibreOffice or Word and save it as Word document (.docx)",
    ".pages": "Open it in Pages and export it as Word document (.docx)",
    ".pdf": "Take the document that it was made from, or copy its text into a .txt file and look it over",
    ".mht": "Save the page as HTML (.html)",
    ".mhtml": "Save the page as HTML (.html)",
    ".eml": "Copy the text of the e-mail into a .txt file",
    ".msg": "Copy the text of the e-mail into a .txt file",
}
_SIGNATURES = (
    (b"%PDF-", "a PDF", _FOREIGN_ENDINGS[".pdf"]),
    (b"{\\rtf", "an RTF document", SAVE_AS_WORD),
    (OLE, "an old Word document (.doc) or a protected one", SAVE_AS_WORD + ", without a password"),
    (ZIP, "a Word document or another packed file", "Give it the ending .docx if it is a Word document"),
    (b"bplist", "a web archive", "Save the page as HTML (.html)"),
    (b"\x89PNG", "a picture", SAVE),
    (b"\xff\xd8\xff", "a picture", SAVE),
    (b"GIF8", "a picture", SAVE),
)
_CONTROLS = "".join(map(chr, {*range(1, 32)} - {*b"\t\n\v\f\r\x1a\x1b"}))
_HTML_SIGN = later(
    r"\s*(?:<!--.{0,2000}?-->\s*|<\?xml[^>]{0,200}>\s*){0,3}"
    r"<(?:!doctype\s{1,9}html|(?:html|head|body|meta|title|main|article|section|header|div|p|h[1-6]|table|ul|ol|center)"
    r"[\s>])",
    re.IGNORECASE | re.DOTALL,
)
_MARKDOWN_SIGN = later(r"^(?:#{1,6} \S|[*+-] \S|> ?\S|!\[|.{0,200}\]\((?:https?:|mailto:|/)|\*\*\S)", re.MULTILINE)


def without_invisible(text: str) -> str:
    for sign in INVISIBLE:  # many times as fast as `translate`
        text = text.replace(sign, "")
    return text


def advice_on_ending(ending: str) -> str:
    return _FOREIGN_ENDINGS.get(ending, SAVE)


def foreign(data: bytes) -> tuple[str, str] | None:
    """What these bytes are if they are no text, and what to do; None where they may be text."""
    return next(((name, hint) for sign, name, hint in _SIGNATURES if data.startswith(sign)), None)


def is_noise(text: str) -> bool:
    """Whether so many control characters stand in it that the file was never text."""
    return sum(map(text.count, _CONTROLS)) > max(3, len(text) / 200)


def looks_like_html(text: str) -> bool:
    return bool(_HTML_SIGN.match(text))


def looks_like_markdown(text: str) -> bool:
    return text.lstrip().startswith("---") or bool(_MARKDOWN_SIGN.search(text[:50_000]))
