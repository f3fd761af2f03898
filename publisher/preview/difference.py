"""What two previews of a release say differently, sentence by sentence. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from pathlib import PurePath
from typing import Any, Literal

from publisher.text.sentences import sentences

State = Literal["same", "changed", "new", "gone"]
_MOST = 1_000_000  # pairs of sentences; beyond that all is taken for changed, as the comparison would take too long


@dataclass(frozen=True)
class Piece:
    """A sentence or line, with the white space behind it, that is the `same` in both texts, or in one of them only."""

    kind: Literal["same", "removed", "added"]
    text: str


@dataclass(frozen=True)
class Fact:
    """Something that goes along with a post: as it was, and as it is; None where it was, or is, not there."""

    what: str
    was: str | None
    now: str | None


@dataclass(frozen=True)
class PostChange:
    """What became of one post. `was` and `now` are its numbers, counted from 1; None where it is not among those."""

    state: State
    was: int | None = None
    now: int | None = None
    pieces: tuple[Piece, ...] = ()
    facts: tuple[Fact, ...] = ()

    def as_json(self) -> dict[str, Any]:
        return {
            "state": self.state,
            "was": self.was,
            "now": self.now,
            "pieces": [{"kind": piece.kind, "text": piece.text} for piece in self.pieces],
            "facts": [{"what": fact.what, "was": fact.was, "now": fact.now} for fact in self.facts],
        }


def pieces(was: str, now: str) -> tuple[Piece, ...]:
    """How one text becomes another: what is the same or added, put together, is `now`, letter by letter.

    Sentences that differ in white space alone are the same.
    """
    old, new = _units(was), _units(now)
    before, after = [unit.split() for unit in old], [unit.split() for unit in new]
    first = _common(before, after)
    last = _common(before[first:][::-1], after[first:][::-1])
    found = [Piece("same", unit) for unit in new[:first]]
    found += _middle(old[first : len(old) - last], new[first : len(new) - last])
    return (*found, *(Piece("same", unit) for unit in new[len(new) - last :]))


def _middle(old: Sequence[str], new: Sequence[str]) -> Iterator[Piece]:
    before, after = ([" ".join(unit.split()) for unit in units] for units in (old, new))
    if len(old) * len(new) > _MOST:
        before = after = []
        yield from (Piece("removed", unit) for unit in old)
        yield from (Piece("added", unit) for unit in new)
    codes = SequenceMatcher(None, before, after, autojunk=False).get_opcodes()
    for code, start, stop, start_now, stop_now in codes:
        if code == "equal":
            yield from (Piece("same", unit) for unit in new[start_now:stop_now])
        else:
            yield from (Piece("removed", unit) for unit in old[start:stop])
            yield from (Piece("added", unit) for unit in new[start_now:stop_now])


def _common(one: Sequence[list[str]], other: Sequence[list[str]]) -> int:
    """How many units the two begin with in common."""
    return next(
        (at for at, (left, right) in enumerate(zip(one, other, strict=False)) if left != right),
        min(len(one), len(other)),
    )


def _units(text: str) -> list[str]:
    """A text in sentences, each with the white space behind it, and a blank line with what stands before it."""
    found: list[str] = []
    for line in text.splitlines(keepends=True):
        for unit in _of_line(line):
            if found and not unit.strip():
                found[-1] += unit
            else:
                found.append(unit)
    return found


def _of_line(line: str) -> Iterator[str]:
    start = 0
    for sentence in sentences(line)[:-1]:
        left = sum(map(len, sentence.split()))
        stop = start
        while left:  # white space within a sentence may be other than in the line
            left -= not line[stop].isspace()
            stop += 1
        while line[stop : stop + 1].isspace():
            stop += 1
        yield line[start:stop]
        start = stop
    yield line[start:]


def posts_changed(was: Sequence[Mapping[str, Any]], now: Sequence[Mapping[str, Any]]) -> tuple[PostChange, ...]:
    """What became of each post of a thread, in the order of now; a post that is gone stands where it was.

    Args:
        was: The posts as they were, in the form of `publish preview --json`.
        now: As they are.
    """
    before, after = ([" ".join(str(post["text"]).split()) for post in posts] for posts in (was, now))
    found: list[PostChange] = []
    for _, start, stop, start_now, stop_now in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        for at in range(max(stop - start, stop_now - start_now)):
            old = start + at if start + at < stop else None
            new = start_now + at if start_now + at < stop_now else None
            found.append(_post(was, now, old, new))
    return tuple(found)


def _post(
    was: Sequence[Mapping[str, Any]], now: Sequence[Mapping[str, Any]], old: int | None, new: int | None
) -> PostChange:
    before = was[old] if old is not None else {"text": ""}
    after = now[new] if new is not None else {"text": ""}
    said = pieces(before["text"], after["text"])
    facts = tuple(_facts(before, after))
    differs = bool(facts) or any(piece.kind != "same" for piece in said)
    state: State = "new" if old is None else "gone" if new is None else "changed" if differs else "same"
    was_number, now_number = (None if at is None else at + 1 for at in (old, new))
    return PostChange(state, was_number, now_number, said, facts)


def _facts(was: Mapping[str, Any], now: Mapping[str, Any]) -> Iterator[Fact]:
    """What goes along with a post otherwise than before: images by their names, and the link card."""
    before, after = (_images(post) for post in (was, now))
    for name in dict.fromkeys([*before, *after]):
        if name not in after or name not in before:
            yield Fact("image", *(name if name in images else None for images in (before, after)))
        if before.get(name) != after.get(name):
            yield Fact(f"alternative text of {name}", before.get(name), after.get(name))
    if set(before) == set(after) and list(before) != list(after):
        yield Fact("order of the images", ", ".join(before), ", ".join(after))
    old, new = was.get("card") or {}, now.get("card") or {}
    for part in ("title", "description", "url", "image"):
        left, right = (card.get(part) or None for card in (old, new))
        if part == "image":
            left, right = (_name(path) if path else None for path in (left, right))
        if left != right:
            yield Fact(f"{_CARD[part]} of the link card", left, right)


_CARD = {"title": "title", "description": "description", "url": "address", "image": "picture"}


def _images(post: Mapping[str, Any]) -> dict[str, str | None]:
    """The images by name, each with its alternative text."""
    return {_name(media["path"]): media["alt"] for media in post.get("media", ())}


def _name(path: str) -> str:
    """An image as it is known from wherever one looks: an address as it stands, a file by its name."""
    return path if "://" in path else PurePath(path).name
