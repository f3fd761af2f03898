"""What a template gets to see: the kinds of values, and the fields of each. Nothing else can be reached."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from publisher.compose.draft import Draft
from publisher.compose.quotes import spoken, together
from publisher.text.rich import RichText, as_rich


@dataclass(frozen=True)
class Kind:
    """What sort of value something is, in words for people; `of` is the kind of the items of a list."""

    name: str
    of: Kind | None = None


ANY = Kind("something")
"""Not known before the template runs; then every value has one of the other kinds."""
TEXT = Kind("text")
SAID = Kind("the words of a quote")
NUMBER = Kind("a number")
TRUTH = Kind("a yes or no")
NOTHING = Kind("nothing")
LIST = Kind("a list", ANY)
RELEASE = Kind("the release")
QUOTE = Kind("a quote")
DATELINE = Kind("a dateline")
CONTACT = Kind("a contact")


def list_of(kind: Kind) -> Kind:
    return Kind(LIST.name, kind)


def either(first: Kind, second: Kind) -> Kind:
    """The kind of a value that is of one of these."""
    return first if first == second else ANY


class Refused(Exception):  # noqa: N818 -- becomes a PublishError as soon as its line is known
    """What a template may not do, before the line that it is on is known."""

    def __init__(self, message: str, hint: str) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


@dataclass(frozen=True, eq=False, repr=False)
class Said:
    """Words of a quote, alone or with others around them: to be written as they are, or not at all."""

    text: RichText

    def __bool__(self) -> bool:
        return bool(self.text)


@dataclass(frozen=True, eq=False, repr=False)
class Thing:
    """A part of the release, of which a template sees the fields that `FIELDS` names."""

    kind: Kind
    source: Any


def kind_of(value: object) -> Kind:
    """The kind of a value while a template runs.

    Raises:
        Refused: It is none of ours.
    """
    if isinstance(value, Thing):
        return value.kind
    if value is None:
        return NOTHING
    for type_, kind in ((bool, TRUTH), (int, NUMBER), (str, TEXT), (Said, SAID), (list, LIST), (tuple, LIST)):
        if isinstance(value, type_):
            return kind
    raise Refused("this value cannot be used", "Use the fields of `release`, `link` and `hashtags`")


@dataclass(frozen=True, eq=False, repr=False)
class Field:
    """A field of a `Thing`: the kind of what it holds (or nothing), and how it is read."""

    kind: Kind
    read: Callable[[Draft, Any], object]


def _own(name: str, kind: Kind = TEXT) -> Field:
    return Field(kind, lambda _, source: getattr(source, name))


def _things(kind: Kind, sources: Sequence[object]) -> list[Thing]:
    return [Thing(kind, source) for source in sources]


FIELDS: Mapping[str, Mapping[str, Field]] = {
    RELEASE.name: {
        **{name: _own(name) for name in ("headline", "subheadline", "lede", "boilerplate", "slug", "language")},
        "dateline": Field(DATELINE, lambda _, it: Thing(DATELINE, it.dateline) if it.dateline else None),
        "quotes": Field(list_of(QUOTE), lambda draft, _: _things(QUOTE, draft.quotes())),
        "actions": _own("actions", list_of(TEXT)),
        "actions_intro": _own("actions_intro"),
        "contacts": Field(list_of(CONTACT), lambda _, it: _things(CONTACT, it.contacts)),
        "links": _own("links", list_of(TEXT)),
        "paragraphs": Field(
            list_of(TEXT), lambda _, it: [block.plain for block in it.body if block.kind == "paragraph"]
        ),
    },
    QUOTE.name: {
        "text": Field(SAID, lambda _, it: Said(as_rich(together(spoken(it).sentences)))),
        "speaker": _own("speaker"),
        "title": _own("title"),
    },
    DATELINE.name: {
        "place": _own("place"),
        "date": Field(TEXT, lambda _, it: it.date.isoformat() if it.date else None),
    },
    CONTACT.name: {name: _own(name) for name in ("name", "email", "phone")},
}
