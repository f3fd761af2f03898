"""A run, as people see it: a live table in a terminal, a line a post elsewhere, and what it came to."""

from __future__ import annotations

import shlex
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from publisher.cli.output import Output
from publisher.config.model import Config
from publisher.delivery.ledger import Ledger
from publisher.delivery.model import DeliveryRow, exit_code
from publisher.delivery.plan import Plan
from publisher.delivery.recording import known_release
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
_TROUBLES = {
    "refused": _WORDS["refused"],
    "unknown": _WORDS["unknown"],
    "held": _WORDS["held"],
    "sending": _WORDS["busy"],
}
_STYLES = {"sent": "green", "before": "green", "sending": "cyan"}


def run(plan: Plan, config: Config, out: Output) -> int:
    """Deliver a plan and say what happened. Returns the exit code."""
    ledger = Ledger(config.ledger, config.folder)
    for name in ("SIGTERM", "SIGHUP"):  # like Ctrl-C: what is on its way arrives, and nothing else begins
        if number := getattr(signal, name, None):
            signal.signal(number, signal.default_int_handler)
    try:
        with _table(plan, out) if out.fancy else _lines(out) as watch:
            result = deliver(plan, ledger, watch)
    finally:
        ledger.close()
    if out.json:
        data = result.release.as_json()
        data["deliveries"] = [row.as_json() for row in result.deliveries]
        data["deliveries"] += [
            {"channel": channel.name, "type": channel.type, "due_at": None, "status": "skipped", "posts": []}
            for channel in plan.skipped
        ]
        out.data({"releases": [data]})
    code = exit_code(result.deliveries)
    if out.fancy:  # the table may have had no room for them
        for line in links(result):
            out.say(line)
    for line in closing(result, code):
        out.say(line)
    return code


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
        if sent == posts or (row and row.status == "held" and not listed):
            continue
        noun = "recipient" if listed else "post"
        count = f"{posts - sent} of {plural(posts, noun)}" if sent else plural(posts, noun)
        found.append(f"{planned.channel.name} ({count})" if posts > 1 else planned.channel.name)
    return found


def closing(result: Result, code: int) -> Iterator[str]:
    """What the run came to, in lines that end with the one that matters."""
    for row in result.deliveries:
        if row.status in _TROUBLES:
            yield from _trouble(row, result.release.file)
    if not result.deliveries:
        yield "Nothing to publish: the release's front matter switches off every channel that was chosen."
        return
    if code == 0:
        done = f"{plural(len(result.deliveries), 'channel')}, {plural(result.sent_now, 'post')} sent now"
        yield f"Published: {done}." if result.sent_now else "All of it is published already; nothing was sent."
        return
    if result.stopped:
        yield "Stopped, as you asked; what was on its way has arrived."
    stands = [
        row.channel if row.status == "sent" else f"{row.channel} ({row.progress})"
        for row in result.deliveries
        if any(post.status == "sent" for post in row.posts)
    ]
    yield f"Published: {', '.join(stands)}." if stands else "Nothing is published yet."
    if code == 1:
        yield "Not everything went out. Run the same command again to send what is missing, and only that."
    else:
        yield "A person must look at the posts named above."


def links(result: Result) -> Iterator[str]:
    """Where it stands: the first link of each channel, whole, to be copied."""
    for row in result.deliveries:
        if row.posts and row.posts[0].status == "sent" and row.posts[0].url:
            yield f"{row.channel}: {row.posts[0].url}"


def _trouble(row: DeliveryRow, file: str) -> Iterator[str]:
    for post in row.posts:
        if post.status in _TROUBLES:
            which = f"to {post.request.recipient}" if post.request.recipient else f"post {post.index + 1}"
            place = f"{row.channel}, {which}" if len(row.posts) > 1 else row.channel
            yield f"{place}: {_TROUBLES[post.status]}" + (f": {post.error}" if post.error else "")
            if post.status in ("unknown", "held"):
                url = f"mailto:{post.request.recipient}" if post.request.recipient else "URL"
                yield (
                    f"  Look at {row.channel}, then say what you saw: "
                    f"publish resolve {shlex.quote(file)} {row.channel} --sent {url} (or --not-sent)"
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
    from rich.text import Text  # noqa: PLC0415

    table = Table(box=None, pad_edge=False, show_header=False)
    for name, step in latest.items():
        count = f"{step.number}/{step.of}" if step.of > 1 else ""
        word = _WORDS[step.step] if name in begun else "waiting"
        style = _STYLES.get(step.step, "yellow") if name in begun else "dim"
        table.add_row(Text(name), count, Text(word, style=style), Text(step.url or step.error or ""))
    return table
