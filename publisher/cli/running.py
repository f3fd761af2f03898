"""A run, as people see it: a live table in a terminal, a line a post elsewhere, and what it came to."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from publisher.cli.closing import closing, links
from publisher.cli.output import Output
from publisher.cli.shown import as_sent
from publisher.config.model import Config
from publisher.delivery.brake import refuse_braked
from publisher.delivery.calendar import sent_by_hand
from publisher.delivery.ledger import Ledger
from publisher.delivery.model import exit_code
from publisher.delivery.pace import Pace
from publisher.delivery.plan import Plan
from publisher.delivery.recording import known_release
from publisher.delivery.run import Progress, Result, Watcher, deliver
from publisher.delivery.scheduling import by_hand
from publisher.delivery.times import Times
from publisher.preview.model import plural

if TYPE_CHECKING:
    from rich.table import Table

_WORDS = {
    "sending": "sending …",
    "pausing": "not taken yet",
    "waiting": "another run has it; waiting for that …",
    "asking": "no answer came; asking the network what became of it …",
    "sent": "sent",
    "before": "sent before",
    "refused": "refused",
    "unknown": "outcome unknown",
    "held": "held for a person",
    "busy": "being sent by another run",
    "late": "not begun: the time for this run is up (`deadline` in channels.yaml)",
    "blocked": "not begun: the page it links to does not stand",
    "held_back": "not begun: not every channel is ready",
    "braked": "stopped: the brake is on (`publish freeze`)",
}
_STYLES = {"sent": "green", "before": "green", "sending": "cyan"}


def run(plan: Plan, config: Config, times: Times, out: Output, *, all_or_nothing: bool = False) -> int:
    """Deliver a plan and say what happened. Returns the exit code.

    Raises:
        PublishError: The brake is on, the release is scheduled for later, or as `deliver` does.
    """
    ledger = Ledger(config.ledger, config.folder)
    stop_on_signals()
    zone = config.organisation.timezone
    try:
        refuse_braked(ledger, zone)
        also = by_hand(plan, ledger, times, zone)
        pace = Pace(config.deadline * 60)
        with _table(plan, out) if out.fancy else lines(out) as watch:
            result = deliver(plan, ledger, watch, all_or_nothing=all_or_nothing, pace=pace, also=also, show=as_sent)
        if not result.broken:
            sent_by_hand(ledger, result.release.id)
    finally:
        ledger.close()
    if out.json:
        data = as_json(result)
        data["deliveries"] += [
            {"channel": channel.name, "type": channel.type, "due_at": None, "status": "skipped", "posts": []}
            for channel in plan.skipped
        ]
        out.data({"releases": [data]})
    code = 3 if result.broken else exit_code(result.deliveries)
    if code == 0 and any(row.status != "sent" for row in result.deliveries):
        code = 1  # what did not get out has a time of its own to come
    if out.fancy:  # the table may have had no room for them
        for line in links(result):
            out.say(line)
    for line in (*closing(result, code), *_still_scheduled(result, zone)):
        out.say(line)
    return code


def _still_scheduled(result: Result, zone: str) -> Iterator[str]:
    """What did not get out, and has a time of its own to come."""
    rows = [row for row in result.deliveries if row.next_at and row.due_at and row.status != "sent"]
    if rows:
        from publisher.release.moments import local  # noqa: PLC0415 -- only where there is a time to tell

        when = local(min(row.next_at for row in rows if row.next_at), zone)
        yield f"Still on the schedule for {when}: {', '.join(row.channel for row in rows)}."


def stop_on_signals() -> None:
    """Take SIGTERM and SIGHUP like Ctrl-C: what is on its way arrives, and nothing else begins."""
    for name in ("SIGTERM", "SIGHUP"):
        if number := getattr(signal, name, None):
            signal.signal(number, signal.default_int_handler)


def as_json(result: Result) -> dict[str, Any]:
    """A run's release, with the deliveries that took part."""
    return {**result.release.as_json(), "deliveries": [row.as_json() for row in result.deliveries]}


def missing(plan: Plan, config: Config) -> list[str]:
    """What is still to be sent, a word a channel: `x (5 posts)`, `bluesky (3 of 5 posts)`; empty where all is sent."""
    known = None
    if Ledger.exists(config.ledger, config.folder):
        ledger = Ledger(config.ledger, config.folder)
        try:
            known = known_release(plan.release, ledger)
        finally:
            ledger.close()
    rows = {row.channel: row for row in known.deliveries} if known else {}
    found = []
    for planned in plan.deliveries:
        row = rows.get(planned.channel.name)
        listed = {request.recipient for request in planned.requests if request.recipient}
        rows_here = [post for post in row.posts if not listed or post.request.recipient in listed] if row else []
        posts = len(listed) or len(rows_here) or len(planned.requests)
        sent = sum(post.status == "sent" or (bool(listed) and post.status == "held") for post in rows_here)
        if sent == posts or (not listed and any(post.status == "held" for post in rows_here)):
            continue
        noun = "recipient" if listed else "post"
        count = f"{posts - sent} of {plural(posts, noun)}" if sent else plural(posts, noun)
        found.append(f"{planned.channel.name} ({count})" if posts > 1 else planned.channel.name)
    return found


@contextmanager
def lines(out: Output) -> Iterator[Watcher]:
    """A line a step."""

    def watch(step: Progress) -> None:
        if step.step != "sending":
            out.say(told(step))

    yield watch


def told(step: Progress) -> str:
    """A step in a line."""
    place = step.channel if step.of == 1 else f"{step.channel} {step.number}/{step.of}"
    details = f" {step.url or step.error}" if step.url or step.error else ""
    return f"{place}: {_WORDS[step.step]}{details}"


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
    from rich.text import Text  # noqa: PLC0415

    table = Table(box=None, pad_edge=False, show_header=False)
    for name, step in latest.items():
        count = f"{step.number}/{step.of}" if step.of > 1 else ""
        word = _WORDS[step.step] if name in begun else "waiting"
        style = _STYLES.get(step.step, "yellow") if name in begun else "dim"
        table.add_row(Text(name), count, Text(word, style=style), Text(step.url or step.error or ""))
    return table
