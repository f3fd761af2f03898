"""`publish due --watch`: one process that stays, for those without cron."""

from __future__ import annotations

import signal
import threading
from datetime import UTC, datetime

from publisher.cli.due import Pass
from publisher.cli.output import Output
from publisher.delivery.glance import nothing_to_do
from publisher.errors import PublishError

_BUSY_SECONDS = 1.0
"""How long until the next look where something is due that another run has in hand."""
_LOOK_SECONDS = 5.0
"""How long at most until the next look: the folder, the ledger and the clock may change at any time."""


class _Stopping:
    """Set by SIGTERM, SIGHUP or Ctrl-C: the pass under way ends with what is on its way, and no other begins."""

    def __init__(self) -> None:
        self.asked = threading.Event()
        self.current: Pass | None = None
        for name in ("SIGTERM", "SIGHUP", "SIGINT"):
            if number := getattr(signal, name, None):
                signal.signal(number, self._ask)

    def begin(self, look: Pass) -> None:
        """A pass begins; where the signal came a moment before, it does nothing but end."""
        self.current = look
        if self.asked.is_set():
            look.stop()

    def _ask(self, _number: int, _frame: object) -> None:
        self.asked.set()
        if self.current:
            self.current.stop()


def keep_watch(config_path: str | None, *, json: bool) -> None:
    """Send each release at its time, until somebody stops it; one line of JSON a pass that found something to do.

    channels.yaml is read anew for each pass. Trouble with it or with the ledger is said once, and looked at again.
    """
    out = Output(json=json)
    stopping = _Stopping()
    trouble, greeted = "", False
    next_at: datetime | None = None
    while not stopping.asked.is_set():
        if not greeted or trouble or not nothing_to_do(config_path):
            look = Pass(out)
            stopping.begin(look)
            try:
                look.go(config_path)
                trouble, next_at = "", look.next_at
            except PublishError as error:
                if str(error) != trouble:
                    out.remark(f"publish: {error} (looked at again every {_LOOK_SECONDS:.0f} seconds)")
                trouble = str(error)
            if look.releases and json:
                out.data({"releases": look.releases})
            if not greeted:
                greeted = True
                out.say("Watching. Ctrl-C or SIGTERM stops it; what is missing then goes out with the next run.")
        stopping.asked.wait(_until(next_at))
    out.say("Stopped watching.")


def _until(moment: datetime | None) -> float:
    """Seconds until the next look, by a clock that somebody may set meanwhile: never long."""
    left = _LOOK_SECONDS if moment is None else (moment - datetime.now(UTC)).total_seconds()
    return min(left, _LOOK_SECONDS) if left > 0 else _BUSY_SECONDS
