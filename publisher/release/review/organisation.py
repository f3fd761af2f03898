"""A release held against what channels.yaml says of the organisation."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from publisher.documents.model import Finding
from publisher.release.model import Release
from publisher.release.review.material import in_order
from publisher.text.patterns import later

_ALIKE = str.maketrans(
    {
        **dict.fromkeys("“”„‟«»″", '"'),
        **dict.fromkeys("‘’‚‛′`´", "'"),
        **dict.fromkeys("–—―−‒", " - "),
        "‑": "-",
        "…": "...",
        "\u00a0": " ",
        "\u202f": " ",
    }
)
_QUOTES = later(r"\"+|'{2,}")
_SHOWN = 6
_BEFORE = 3
_SHARED = 0.5


def with_organisation(release: Release, *, boilerplate: str | None, zoned: bool, file: str) -> Release:
    """The release with what there is to say about it beside channels.yaml.

    Args:
        release: As parsed.
        boilerplate: The organisation's, if it has one.
        zoned: Whether the organisation has set a time zone, in which times without one are meant.
        file: The name of channels.yaml.
    """
    found = [_boilerplate(release, boilerplate, file) if boilerplate and boilerplate.split() else None]
    if not zoned:
        found += [_zone(release, name, file) for name in ("embargo", "publish_at")]
    new = [finding for finding in found if finding is not None]
    return replace(release, findings=in_order([*release.findings, *new])) if new else release


def _zone(release: Release, name: str, file: str) -> Finding | None:
    moment = getattr(release, name)
    if not isinstance(moment, datetime) or moment.tzinfo is not None:
        return None
    what = f"`{name}: {moment:%Y-%m-%d %H:%M}` has no time zone, and {file} names none: it is taken for UTC"
    return Finding("zone", what, "set organisation.timezone, or write the time with its zone, such as +01:00")


def _boilerplate(release: Release, approved: str, file: str) -> Finding | None:
    """Where the release's boilerplate leaves the approved one; one of several is enough to agree with it."""
    wanted = _words(approved)
    paragraphs = [_words(part) for part in (release.boilerplate or "").split("\n\n")]
    if any(_is_run(wanted, paragraphs, index) for index in range(len(paragraphs))):
        return None
    if not release.boilerplate:
        body = " ".join(" ".join(_words(block.plain)) for block in release.body)
        if " ".join(wanted) in body:
            return None
        return _missing(approved, file)
    nearest = max(range(len(paragraphs)), key=lambda index: _shared(wanted, paragraphs[index]))
    if _shared(wanted, paragraphs[nearest]) < _SHARED:
        return _missing(approved, file)
    own = [word for paragraph in paragraphs[nearest:] for word in paragraph]
    if len(wanted) <= len(paragraphs[nearest]):
        own = paragraphs[nearest]
    at = next((index for index, pair in enumerate(zip(wanted, own, strict=False)) if pair[0] != pair[1]), None)
    at = min(len(wanted), len(own)) if at is None else at
    what = f"the boilerplate is not the one in {file}: here {_shown(own, at)}, there {_shown(wanted, at)}"
    return Finding("boilerplate", what, "use the approved words, or approve the new ones")


def _missing(approved: str, file: str) -> Finding:
    words = " ".join(approved.split()[:_SHOWN])
    return Finding("boilerplate", f"the boilerplate of {file} is missing (“{words}…”)", "add it below the news")


def _words(text: str) -> list[str]:
    """Words that are the same whatever quotation marks, dashes and spaces stand between them."""
    return _QUOTES.sub('"', text.translate(_ALIKE)).replace(" - ", " ").split()


def _is_run(wanted: Sequence[str], paragraphs: Sequence[Sequence[str]], first: int) -> bool:
    """Whether the paragraph at `first`, or it and the next few, are just these words."""
    at = 0
    for index in range(first, min(len(paragraphs), first + len(wanted))):
        paragraph = paragraphs[index]
        if list(wanted[at : at + len(paragraph)]) != list(paragraph):
            return False
        at += len(paragraph)
        if at >= len(wanted):
            return at == len(wanted)
    return False


def _shared(wanted: Sequence[str], own: Sequence[str]) -> float:
    words = set(wanted)
    return len(words & set(own)) / max(1, min(len(words), len(set(own))))


def _shown(words: Sequence[str], at: int) -> str:
    """The words where the two part, with a few before them."""
    start = max(0, at - _BEFORE)
    if at >= len(words):
        return f"it ends with “…{' '.join(words[start:at])}”"
    shown = " ".join(words[start : at + _SHOWN])
    return f"“{'…' if start else ''}{shown}{'…' if at + _SHOWN < len(words) else ''}”"
