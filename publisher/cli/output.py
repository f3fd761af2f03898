"""Where words go: people read standard output, unless a machine does; then they read standard error."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from publisher.preview.model import Shown, plural

if TYPE_CHECKING:
    from rich.console import Console, RenderableType

    from publisher.delivery.plan import Plan

_WIDEST = 100


class Output:
    """One command's output.

    Args:
        json: Whether standard output belongs to a machine.
        plain: Whether to leave out frames and colours.
    """

    def __init__(self, *, json: bool = False, plain: bool = False) -> None:
        self.json = json
        self._people = sys.stderr if json else sys.stdout
        self.fancy = self._people.isatty() and not plain

    @property
    def interactive(self) -> bool:
        """Whether somebody is there to answer a question."""
        return sys.stdin.isatty() and sys.stderr.isatty()

    def say(self, line: str = "") -> None:
        """A line for people."""
        self._people.write(line + "\n")
        self._people.flush()

    def remark(self, line: str) -> None:
        """A line for people that is not what they asked for: a warning, a note."""
        sys.stderr.write(line + "\n")

    def data(self, value: Any) -> None:
        """One line of JSON for a machine."""
        from json import dumps  # noqa: PLC0415 -- only where JSON was asked for

        unicode = (sys.stdout.encoding or "").lower().replace("-", "") == "utf8"
        sys.stdout.write(dumps(value, ensure_ascii=not unicode, default=str) + "\n")
        sys.stdout.flush()  # whoever reads a process that stays wants it now

    def console(self) -> Console:
        from rich.console import Console  # noqa: PLC0415 -- only for a terminal

        return Console(file=self._people, highlight=False, soft_wrap=False)

    def show(self, renderables: Iterable[RenderableType]) -> None:
        console = self.console()
        for renderable in renderables:
            console.print(renderable, width=min(console.width, _WIDEST))

    def preview(self, plan: Plan, last: str) -> None:
        """A plan as its variants, in the form that was asked for, with a last line that says what it was."""
        shown = [Shown(each.variant, each.channel.capabilities, each.requests, each.notes) for each in plan.deliveries]
        if self.json:
            from publisher.preview.jsonform import preview_json  # noqa: PLC0415

            self.data(preview_json(plan.release, shown))
        elif self.fancy:
            from publisher.preview.terminal import terminal_preview  # noqa: PLC0415

            self.show(terminal_preview(shown))
        else:
            from publisher.preview.plain import plain_preview  # noqa: PLC0415

            for line in plain_preview(shown):
                self.say(line)
        if not self.json:
            self.say(f"{last}: {_extent(shown)}.")


def _extent(shown: Sequence[Shown]) -> str:
    posts = sum(len(each.variant.posts) for each in shown)
    return f"{plural(len(shown), 'channel')}, {plural(posts, 'post')}"
