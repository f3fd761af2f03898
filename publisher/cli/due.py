"""`publish due`: what cron runs."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from publisher.cli.options import WAYS_ON, AsJson, ConfigPath

if TYPE_CHECKING:
    from publisher.cli.output import Output
    from publisher.config.model import Config
    from publisher.delivery.due import Done
    from publisher.delivery.ledger import Ledger
    from publisher.delivery.model import ReleaseRow
    from publisher.delivery.pace import Pace
    from publisher.delivery.run import Progress, Watcher


def due(
    *,
    watch: Annotated[
        bool, typer.Option("--watch", help="Stay, and send each release at its time, where there is no cron.")
    ] = False,
    config: ConfigPath = None,
    json: AsJson = False,
) -> None:
    """Send what is due, the oldest first, and take up new files under releases/. Says nothing where nothing is due."""
    if watch:
        from publisher.cli.watching import keep_watch  # noqa: PLC0415 -- commands load what they need when they run

        keep_watch(config, json=json)
        return
    from publisher.cli.output import Output  # noqa: PLC0415
    from publisher.cli.running import stop_on_signals  # noqa: PLC0415

    out = Output(json=json)
    stop_on_signals()
    pass_ = Pass(out)
    pass_.go(config)
    if json:
        out.data({"releases": pass_.releases})
    raise typer.Exit(pass_.code)


class Pass:
    """One look at what is due.

    `releases` is, as data, each release of which something became; `code` the exit code for all of them: 3 where a
    person must look, else 2 where something is to be put right, else 1 where a channel refused.
    """

    def __init__(self, out: Output) -> None:
        self.out = out
        self.releases: list[dict[str, Any]] = []
        self.code = 0
        self.next_at: datetime | None = None
        self._stop = threading.Event()
        self._pace: Pace | None = None

    def stop(self) -> None:
        """What is on its way arrives, and nothing else begins."""
        self._stop.set()
        if self._pace:
            self._pace.stop()

    def go(self, config_path: str | None) -> None:
        """Take up new files, and send what is due.

        Raises:
            PublishError: channels.yaml or the ledger cannot be used.
        """
        from publisher.config.loading import DEFAULT_FILE, load_config, refuse_unset  # noqa: PLC0415 -- as above
        from publisher.delivery import calendar  # noqa: PLC0415
        from publisher.delivery.folder import walk  # noqa: PLC0415
        from publisher.delivery.glance import leave_note, state_of  # noqa: PLC0415
        from publisher.delivery.ledger import Ledger  # noqa: PLC0415

        state = state_of(Path(config_path or DEFAULT_FILE))
        config = load_config(config_path)
        refuse_unset(config)
        if not Ledger.exists(config.ledger, config.folder) and not any(
            walk(config.folder / config.releases, config.releases)
        ):
            return
        ledger = Ledger(config.ledger, config.folder)
        try:
            self._take_up(config, ledger)
            self._send(config, ledger)
            self.next_at = calendar.next_at(ledger)
        finally:
            ledger.close()
        leave_note(config, ledger.where, state)

    def _take_up(self, config: Config, ledger: Ledger) -> None:
        from publisher.cli.shown import as_kept  # noqa: PLC0415 -- as above
        from publisher.delivery.intake import take_up  # noqa: PLC0415

        for news in take_up(config, ledger, as_kept):
            self.out.say(f"{news.path}: {news.line}")
            self._rate(news.code)
            if news.release:
                self.releases.append(news.release.as_json())

    def _send(self, config: Config, ledger: Ledger) -> None:
        from publisher.delivery.due import Due  # noqa: PLC0415 -- as above
        from publisher.delivery.pace import Pace  # noqa: PLC0415

        def pace() -> Pace:
            self._pace = Pace(config.deadline * 60)
            if self._stop.is_set():
                self._pace.stop()
            return self._pace

        for done in Due(config, ledger, self._watcher, pace).send():
            self.releases.append(done.release.as_json())
            self._rate(done.code)
            for line in _lines(done, config.organisation.timezone):
                self.out.say(line)
            if done.result and done.result.stopped:
                self._stop.set()

    def _watcher(self, release: ReleaseRow) -> Watcher:
        from publisher.cli.running import told  # noqa: PLC0415 -- as above

        def watch(step: Progress) -> None:
            if step.step != "sending" and (step.number == step.of or step.step not in ("sent", "before")):
                self.out.say(f"{release.slug}: {told(step)}")

        return watch

    def _rate(self, code: int) -> None:
        self.code = max(self.code, code)


def _lines(done: Done, zone: str) -> Iterator[str]:
    from publisher.cli.closing import closing  # noqa: PLC0415 -- as above
    from publisher.release.moments import local  # noqa: PLC0415

    slug = done.release.slug
    if done.result:
        for line in closing(done.result, done.code, by_schedule=True):
            yield f"{slug}: {line}"
    if done.trouble:
        yield f"{slug}: nothing was sent: {done.trouble}"
    if done.again:
        yield f"{slug}: what is missing is tried again at {local(done.again, zone)}"
    if done.held:
        channels = ", ".join(row.channel for row in done.release.deliveries if row.hold)
        yield f"{slug}: HELD for a person ({channels}): {done.held}"
        yield f"{slug}: {WAYS_ON}"
