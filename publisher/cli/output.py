"""Where words go: people read standard output, unless a machine does; then they read standard error."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable
from itertools import chain
from typing import TYPE_CHECKING, Any

from publisher.cli.shown import shown_of
from publisher.preview.model import Head, stops, totals

if TYPE_CHECKING:
    from rich.console import Console, RenderableType

    from publisher.delivery.plan import Plan

_WIDEST = 100
_WITHOUT_FRAMES = ("dumb", "unknown")


class Output:
    """One command's output.

    Args:
        json: Whether standard output belongs to a machine.
        plain: Whether to leave out frames and colours.
    """

    def __init__(self, *, json: bool = False, plain: bool = False) -> None:
        self.json = json
        self._people = sys.stderr if json else sys.stdout
        self.fancy = self._people.isatty() and not plain and os.environ.get("TERM") not in _WITHOUT_FRAMES

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

    def preview(self, plan: Plan, head: Head, last: str) -> None:
        """A plan as its variants, in the form that was asked for, with a last line that says what it was."""
        shown = shown_of(plan)
        if self.json:
            from publisher.delivery.approval import plan_digest  # noqa: PLC0415
            from publisher.preview.jsonform import preview_json  # noqa: PLC0415

            self.data({**preview_json(plan.release, shown), "digest": plan_digest(plan)})
            return
        if self.fancy:
            from publisher.preview.terminal import terminal_head, terminal_preview  # noqa: PLC0415

            console = self.console()
            has_colour = console.color_system is not None and not console.no_color
            self.show(terminal_head(head))
            self.show(terminal_preview(shown, width=min(console.width, _WIDEST), colour=has_colour))
        else:
            from publisher.preview.plain import plain_head, plain_preview  # noqa: PLC0415

            for line in chain(plain_head(head), plain_preview(shown)):
                self.say(line)
        self.say(f"{last}: {totals(shown)}. {stops(head.release)}".rstrip())
