"""How a word of a template is checked and counted, whatever it does."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from publisher.compose.draft import Draft
from publisher.compose.templating.values import (
    ANY,
    FIELDS,
    LIST,
    NOTHING,
    QUOTE,
    SAID,
    TRUTH,
    Kind,
    Refused,
    Said,
    kind_of,
)
from publisher.text.rich import RichText

PARTING = "---"
"""What stands alone on the line between two posts."""
MOST_TEXT = 100_000
"""Characters that a template may write, and the longest text that it may make on the way."""
_MOST_HANDLED = 1_000_000
_MOST_ROUNDS = 50_000
MOST_NUMBER = 1_000_000_000
_LOOPS_HINT = "Put fewer loops into one another"


@dataclass(eq=False, repr=False)
class Work:
    """One run of a template: the draft it is for, and how much it has done of what it may do.

    `opening` holds until the first post that says something (has `begun`) is ended by a line of `---`: it may carry
    images, and has less room then.
    """

    draft: Draft
    written: list[RichText] = field(default_factory=list)
    size: int = 0
    handled: int = 0
    rounds: int = 0
    opening: bool = True
    begun: bool = False
    stood_alone: dict[tuple[int, bool], Said] = field(default_factory=dict)
    seen: dict[tuple[int, str], object] = field(default_factory=dict)

    def room(self, text: RichText) -> bool:
        """Whether a post with this text is within its limits, at this point of the template."""
        return self.draft.opening_fits(text) if self.opening else self.draft.fits(text)

    def look_for_its_end(self, written: str) -> None:
        for line in map(str.strip, written.split("\n")):
            self.opening = self.opening and not (self.begun and line == PARTING)
            self.begun = self.begun or (line not in ("", PARTING))

    def handle(self, characters: int) -> None:
        """Count in text that is about to be made or measured."""
        self.handled += characters
        if self.handled > _MOST_HANDLED:
            raise Refused("the template does too much work up to here", _LOOPS_HINT)

    def made(self, characters: int) -> None:
        """Count in a text of this length that is about to be made."""
        if characters > MOST_TEXT:
            raise Refused(f"here a text grows beyond {MOST_TEXT:,} characters", "Write less, or with fewer loops")
        self.handle(characters)

    def turn(self, rounds: int) -> None:
        """Count in the rounds of a loop that is about to begin."""
        self.rounds += rounds
        if self.rounds > _MOST_ROUNDS:
            raise Refused("the template does too much work: its loops turn too often here", _LOOPS_HINT)


@dataclass(frozen=True, eq=False, repr=False)
class Word:
    """What one filter, helper, test or sign takes (the kinds for each value), gives and does.

    `least` of the values must be there, all of them by default; `hint` says what to do where one is of another kind.
    """

    takes: tuple[tuple[Kind, ...], ...]
    gives: Kind | Callable[..., Kind]
    run: Callable[..., object]
    least: int | None = None
    hint: str = ""

    def check(self, label: str, kinds: Sequence[Kind]) -> Kind:
        """The kind of what it makes of values of these kinds.

        Raises:
            Refused: It takes no such values, or another number of them.
        """
        least = len(self.takes) if self.least is None else self.least
        if not least <= len(kinds) <= len(self.takes):
            wanted = "one value" if least == 1 else f"{least} values"
            raise Refused(f"{label} takes {wanted}, and here are {len(kinds)}", self.hint or "Look at the brackets")
        for kind, taken in zip(kinds, self.takes, strict=False):
            if taken and kind != ANY and kind.name not in {able.name for able in taken}:
                wanted = " or ".join(able.name for able in taken if able != NOTHING)
                raise Refused(f"{label} takes {wanted}, and this is {kind.name}", self._hint(kind))
        return self.gives if isinstance(self.gives, Kind) else self.gives(*kinds)

    def _hint(self, kind: Kind) -> str:
        if kind == SAID:
            return "A quote is never altered"
        if self.hint:
            return self.hint
        if kind.name in FIELDS:
            way = "Write quote(…) around it, or name" if kind == QUOTE else "Name"
            return f"{way} one of its fields: {', '.join(FIELDS[kind.name])}"
        hints = {LIST.name: "Take its items in a loop, or write |join(', ')", TRUTH.name: "Ask for it in {% if … %}"}
        return hints.get(kind.name, "Put something else here")

    def apply(self, work: Work, label: str, values: Sequence[object]) -> object:
        self.check(label, [kind_of(value) for value in values])
        return self.run(work, *values)
