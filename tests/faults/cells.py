"""One cell of the matrix: a run that a fault strikes, the runs after it, and what stands on the network each time."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from faults.networks import READERS, Network
from faults.rules import Fault, Word
from servers.base import Call
from servers.email import MailServer

from publisher.channels.base import Channel, Receipt, Request
from publisher.delivery.ledger import Ledger
from publisher.delivery.model import ReleaseRow, exit_code
from publisher.delivery.pace import Pace
from publisher.delivery.plan import Plan, Planned
from publisher.delivery.resolving import resolve
from publisher.delivery.run import deliver
from publisher.release.model import Release

_IMPATIENT = 1.5
_WORDS: dict[tuple[str, ...], Word] = {
    ("sending", "sent"): "sent",
    ("sending", "refused", "sending", "sent"): "again",
    ("sending", "refused"): "next run",
    ("sending", "unknown", "sent"): "found",
    ("sending", "unknown", "planned", "sending", "sent"): "anew",
    ("sending", "unknown", "held"): "held",
}
"""What a post went through in the run that was struck, and the word for it."""


class _Quick(Pace):
    """A pace whose pauses take no time."""

    def sleep(self, seconds: float) -> None:
        pass


@dataclass(frozen=True)
class Run:
    """A run as a person sees it: the state of each post, the exit code, and how many posts it sent."""

    states: list[str]
    code: int
    sent_now: int
    standing: list[int]
    """How often each post stands on the network's side."""
    together: bool
    """Whether what stands there of a thread is one."""
    release: ReleaseRow


class Cell:
    """A network with a fault in store for the second post, or for the only one.

    Args:
        network: Which.
        fault: Which.
        folder: For the ledger.
    """

    def __init__(self, network: Network, fault: Fault, folder: Path) -> None:
        self.network = network
        self.fault = fault
        self.server = network.server()
        self._folder = folder
        (folder / "release.md").touch()
        self._release = Release(
            file=str(folder / "release.md"),
            headline="Five Cities Ask for a Clean Harbour",
            slug="clean-harbour",
            lede="Five cities on the Aller have written to the ministry today and ask for a plan.",
        )
        self._is_down = False
        self.lost: Call | None = None

    def close(self) -> None:
        if not self._is_down:
            self.server.stop()

    def struck(self) -> tuple[Run, Word]:
        """The run that the fault strikes, and what became of the post that it struck."""
        striking = _Striking(self)
        run = self.run(striking.around)
        assert striking.tries, "the fault struck nothing"
        return run, self._word(run)

    def mend(self) -> None:
        """Whatever was wrong with the network is put right."""
        if self._is_down:
            self.up()
        if isinstance(self.server, MailServer):
            self.server.answers.clear()
        else:
            self.server.behave()

    def run(self, around: Callable[[Channel, int], None] = lambda _channel, _of: None) -> Run:
        """A run, with everything opened anew."""
        channel = self.network.channel(self.server)
        variant = self.network.variant(channel, self._release)
        requests = tuple(channel.render(variant))
        around(channel, len(requests))
        ledger = self._open()
        try:
            result = deliver(Plan(self._release, (Planned(channel, variant, requests),)), ledger, pace=_Quick())
        finally:
            ledger.close()
        (row,) = result.deliveries
        standing = self.network.standing(self.server, len(row.posts))
        states, together = [post.status for post in row.posts], self.network.hangs_together(self.server)
        return Run(states, exit_code([row]), result.sent_now, standing, together, result.release)

    def late(self) -> list[int]:
        """The request that was struck first is applied after all; how often each post stands there then."""
        assert self.lost is not None
        with self.server.lock:
            self.server.answer(self.lost)
        return self.network.standing(self.server, 3 if len(self.server.posts) > 1 else 1)

    def look(self, run: Run) -> None:
        """A person looks at the network, and says what became of the post that is held."""
        (held,) = [index for index, state in enumerate(run.states) if state == "held"]
        url = None
        if run.standing[held]:
            ids = READERS if isinstance(self.server, MailServer) else [post.id for post in self.server.posts]
            url = self.network.link(self.server, ids[held])
        ledger = self._open()
        try:
            resolve(run.release, self.network.channel(self.server), url, ledger)
        finally:
            ledger.close()

    def strike(self, attempt: int) -> None:
        """Let the fault happen to the request that comes now, the post's first one or a later one."""
        if not self.fault.kind:
            if attempt == 0:
                self.down()
            elif not self.fault.lasts and self._is_down:
                self.up()
        elif attempt == 0 and self.fault.never and isinstance(self.server, MailServer):
            self.server.answers["MAIL"] = "530 5.7.0 Authentication required"
        elif attempt == 0 and self.fault.never:
            self.server.misbehave(self.fault.kind, 1_000, on="/")
        elif attempt == 0:
            self.server.misbehave(self.fault.kind)

    def note_lost(self) -> None:
        """Keep the request that the fault has just struck."""
        if not isinstance(self.server, MailServer):
            self.lost = next((call for call in reversed(self.server.requests) if self.server.publishes(call)), None)

    def down(self) -> None:
        self._is_down = True
        self.server.stop()

    def up(self) -> None:
        self._is_down = False
        self.server.start()

    def _open(self) -> Ledger:
        return Ledger("sqlite:///ledger.db", self._folder)

    def _word(self, run: Run) -> Word:
        posts = run.release.deliveries[0].posts
        ledger = self._open()
        try:
            events = ledger.events([posts[_place(len(posts))]])
        finally:
            ledger.close()
        return _WORDS.get(tuple(_brief([event.status for event in events])), "-")


class _Striking:
    """Lets a cell's fault happen whenever a channel is about to send the post that it is for."""

    def __init__(self, cell: Cell) -> None:
        self.tries = 0
        self._cell = cell
        self._keys: list[str] = []
        self._place = 0

    def around(self, channel: Channel, of: int) -> None:
        """Stand around the channel's calls; `of` is how many requests it has to send."""
        self._place = _place(of)
        send, send_thread = channel.send, channel.send_thread

        def one(request: Request, after: Sequence[Receipt]) -> Receipt:
            with self._struck(channel, [request]):
                return send(request, after)

        def thread(requests: Sequence[Request], after: Sequence[Receipt]) -> list[Receipt]:
            with self._struck(channel, requests):
                return send_thread(requests, after)

        channel.send, channel.send_thread = one, thread  # type: ignore[method-assign]

    @contextmanager
    def _struck(self, channel: Channel, requests: Sequence[Request]) -> Iterator[None]:
        self._keys += [request.key for request in requests if request.key not in self._keys]
        if self._place not in [self._keys.index(request.key) for request in requests]:
            yield
            return
        attempt, self.tries = self.tries, self.tries + 1
        self._cell.strike(attempt)
        with _impatient(channel) if attempt == 0 and self._cell.fault.kind.startswith("silent") else nullcontext():
            yield
        if attempt == 0:
            self._cell.note_lost()


@contextmanager
def _impatient(channel: Any) -> Iterator[None]:
    """Within, the channel waits for an answer for a moment only, over connections of its own."""
    owner = channel if hasattr(channel, "timeouts") else channel.server
    patient = owner.timeouts
    channel.close()
    channel.__dict__.pop("_server", None)  # which e-mail keeps its time-outs in
    owner.timeouts = (*patient[:-1], _IMPATIENT)
    try:
        yield
    finally:
        channel.close()
        channel.__dict__.pop("_server", None)
        owner.timeouts = patient


def _place(of: int) -> int:
    """Which of so many posts is struck."""
    return min(1, of - 1)


def _brief(states: Sequence[str]) -> list[str]:
    """What a post went through, with each run of the same refusal once."""
    found: list[str] = []
    for state in states:
        found.append(state)
        if found[-4:] == ["sending", "refused", "sending", "refused"]:
            del found[-2:]
    return found
