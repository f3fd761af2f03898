"""A run, as people see it: a live table in a terminal, a line a post elsewhere, and what it came to."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from publisher.cli.output import Output
from publisher.config.model import Config
from publisher.delivery.ledger import Ledger
from publisher.delivery.model import DeliveryRow, exit_code
from publisher.delivery.plan import Plan
from publisher.delivery.run import Progress, Result, Watcher, deliver
from publisher.preview.model import plural

if TYPE_CHECKING:
    from rich.table import Table

_WORDS = {
    "sending": "sending …",
    "sent": "sent",
    "before": "sent before",
    "refused": "refused",
    "unknown": "outcome unknown",
    "held": "held for a person",
    "busy": "being sent by another run",
    "blocked": "not begun: the page it links to does not stand",
}
_STYLES = {"sent": "green", "before": "green", "sending": "cyan"}


def run(plan: Plan, config: Config, out: Output) -> int:
    """Deliver a plan and say what happened. Returns the exit code."""
    ledger = Ledger(config.ledger, config.folder)
    try:
        with _table(plan, out) if out.fancy else _lines(out) as watch:
            result = deliver(plan, ledger, watch)
    finally:
        ledger.close()
    if out.json:
        data = result.release.as_json()
        data["deliveries"] = [row.as_json() for row in result.deliveries]
        out.data({"releases": [data]})
    code = exit_code(result.deliveries)
    for line in closing(result, code):
        out.say(line)
    return code


def closing(result: Result, code: int) -> Iterator[str]:
    """What the run came to, in lines that end with the one that matters."""
    for row in result.deliveries:
        if row.status in ("refused", "unknown", "held"):
            yield from _trouble(row)
    if code == 0:
        done = f"{plural(len(result.deliveries), 'channel')}, {plural(result.sent_now, 'post')} sent now"
        yield f"Published: {done}." if result.sent_now else "All of it is published already; nothing was sent."
        return
    stands = [row.channel for row in result.deliveries if row.status == "sent"]
    yield f"Published: {', '.join(stands)}." if stands else "Nothing is published yet."
    if code == 1:
        yield "Not everything went out. Run the same command again to send what is missing, and only that."
    else:
        yield "A person must look: of the posts named above nobody knows whether they arrived."


def _trouble(row: DeliveryRow) -> Iterator[str]:
    for post in row.posts:
        if post.status in ("refused", "unknown", "held"):
            place = f"{row.channel}, post {post.index + 1}" if len(row.posts) > 1 else row.channel
            yield f"{place}: {_WORDS[post.status]}: {post.error}"
            if post.status != "refused":
                yield (
                    f"  Look at {row.channel}, then say what you saw: "
                    f"`publish resolve FILE {row.channel} --sent URL` or `--not-sent`."
                )


@contextmanager
def _lines(out: Output) -> Iterator[Watcher]:
    def watch(step: Progress) -> None:
        if step.step != "sending":
            place = step.channel if step.of == 1 else f"{step.channel} {step.number}/{step.of}"
            details = f" {step.url or step.error}" if step.url or step.error else ""
            out.say(f"{place}: {_WORDS[step.step]}{details}")

    yield watch


@contextmanager
def _table(plan: Plan, out: Output) -> Iterator[Watcher]:
    from rich.live import Live  # noqa: PLC0415 -- only for a terminal

    latest = {
        planned.channel.name: Progress(planned.channel.name, 1, len(planned.requests), "sending")
        for planned in plan.deliveries
    }
    begun: set[str] = set()
    drawing = threading.Lock()
    with Live(_rows(latest, begun), console=out.console(), refresh_per_second=8) as live:

        def watch(step: Progress) -> None:
            with drawing:
                begun.add(step.channel)
                latest[step.channel] = step
                live.update(_rows(latest, begun))

        yield watch


def _rows(latest: dict[str, Progress], begun: set[str]) -> Table:
    from rich.table import Table  # noqa: PLC0415 -- only for a terminal

    table = Table(box=None, pad_edge=False, show_header=False)
    for name, step in latest.items():
        count = f"{step.number}/{step.of}" if step.of > 1 else ""
        word = _WORDS[step.step] if name in begun else "waiting"
        style = _STYLES.get(step.step, "yellow") if name in begun else "dim"
        table.add_row(name, count, f"[{style}]{word}[/]", step.url or step.error or "")
    return table
