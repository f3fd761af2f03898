"""What an editor should know of a Word document or a web page: what else it holds, and what is not read of it."""

from __future__ import annotations

from collections.abc import Iterator

from publisher.documents.model import Finding
from publisher.text.excerpts import excerpt

_EXCERPT = 60
_MARKS = ' \t\n\u00a0"“”„«»'


def comment(author: str, text: str, at: str = "") -> Finding:
    who = f" by {_shown(author)}" if author.strip() else ""
    place = f" at “{_shown(at.strip(_MARKS))}”" if at.strip(_MARKS) else ""
    what = f"there is a comment{who}{place}: “{_shown(text)}”"
    return Finding("comment", what, "do what it asks, then delete it in the document")


def changes(count: int, sample: str, *, formatting: bool = False) -> Iterator[Finding]:
    """The finding on changes that nobody has accepted yet, if there are any; those of format alone are a warning."""
    if not count:
        return
    shown = f", such as “{_shown(sample)}”" if sample.strip() else ""
    kind = "change of format" if formatting else "change"
    number = f"1 tracked {kind} is open" if count == 1 else f"{count} tracked {kind.replace('ge', 'ges', 1)} are open"
    advice = "accept or reject all changes in Word; the text was read as if all were accepted"
    yield Finding("tracked-changes", number + shown, advice, severity="warning" if formatting else "error")


def picture(description: str, name: str = "") -> Finding:
    """The finding on a picture inside the document, which a file called `name` beside it would stand in for, if any."""
    shown = f"the picture “{_shown(description)}”" if description.strip() else "a picture"
    what = f"{shown} is embedded in the document and does not go along"
    anywhere = "save it as a file beside the release and name it as media in the front matter"
    return Finding("picture", what, f"save it beside the document as {name}" if name else anywhere)


def hidden(text: str) -> Finding:
    what = f"hidden text was read: “{_shown(text)}”"
    return Finding("hidden-text", what, "delete it in Word, or show it if it belongs there", severity="error")


def struck_through(text: str) -> Finding:
    what = f"text that is struck through was read: “{_shown(text)}”"
    return Finding("struck-through", what, "delete it in Word, or take the line off")


def left_out(part: str, text: str = "") -> Finding:
    """The finding on a part of the document (`a footnote`), with its first words where it has any."""
    shown = f": “{_shown(text)}”" if text else ""
    return Finding("left-out", f"{part} was left out{shown}", "put into the text what belongs to the release")


def _shown(text: str) -> str:
    return excerpt(text, _EXCERPT)
