"""`publish due --watch` stays: it wakes when something is due or changes, and stops cleanly within a thread."""

from __future__ import annotations

import json
import os
import queue
import signal
import threading
import time
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import pytest
from becoming_due import each_once, scheduled, soon, text, threads
from desk import Desk

from publisher.cli.due import Pass
from publisher.cli.output import Output
from publisher.cli.watching import _Stopping
from publisher.delivery.glance import nothing_to_do

QUICK = "import publisher.cli.watching as watching\nwatching._LOOK_SECONDS, watching._BUSY_SECONDS = 0.2, 0.1\n"
"""It looks five times a second."""
SELDOM = "import publisher.cli.watching as watching\nwatching._LOOK_SECONDS = 600.0\n"
"""It looks every ten minutes."""
TRAVEL = """
import signal, time_machine
from pathlib import Path

travels = []

def travel(*_):
    while travels:
        travels.pop().stop()
    travels.append(time_machine.travel(Path("clock.txt").read_text(), tick=True))
    travels[-1].start()

signal.signal(signal.SIGUSR1, travel)
"""
"""On a signal the process's clock shows what stands in a file, and goes on from there."""
TELLS = """
ask = watching._Stopping._ask

def asked(self, *more):
    ask(self, *more)
    open("asked", "w").close()

watching._Stopping._ask = asked
"""
"""A file says that it has noticed the signal."""
GREETING = "Watching. "
PATIENCE = 60.0


class Watching:
    """A `publish due --watch` that is under way, and the lines that it says."""

    def __init__(self, run):
        self.run = run
        self.lines = []
        self._queue = queue.Queue()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self):
        for line in self.run.stdout:
            self._queue.put(line)
        self._queue.put(None)

    def until(self, words):
        """Wait for a line with these words. Returns it."""
        while (line := self._queue.get(timeout=PATIENCE)) is not None:
            self.lines.append(line.rstrip("\n"))
            if words in line:
                return line
        raise AssertionError(f"it ended, without {words!r}: " + "\n".join(self.lines))

    def stop(self, number=signal.SIGTERM):
        """Ask it to stop. Returns the exit code."""
        self.run.send_signal(number)
        return self.end()

    def end(self):
        code = self.run.wait(PATIENCE)
        self._reader.join(PATIENCE)
        while (line := self._queue.get(timeout=PATIENCE)) is not None:
            self.lines.append(line.rstrip("\n"))
        return code


@contextmanager
def watching(desk, *words, hook=QUICK):
    run = desk.start("due", "--watch", *words, hook=hook)
    try:
        yield Watching(run)
    finally:
        if run.poll() is None:
            run.kill()
            run.wait(PATIENCE)
        run.stdout.close()


@pytest.fixture
def desk(tmp_path, mastodon_server, telegram_server):
    thread = {**mastodon_server.settings(), "layout": "thread"}
    return Desk(tmp_path, {"mastodon": thread, "telegram": telegram_server.settings()})


def at_post(server, number, act):
    """Do something when so many publishing requests have arrived, before the last of them is applied."""
    seen = []

    def witness(call, moment):
        if server.publishes(call) and moment == "arrived":
            seen.append(call)
            if len(seen) == number:
                act()
        return False

    server.witness = witness


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT], ids=["SIGTERM", "SIGINT"])
def test_it_stops_in_the_middle_of_a_thread_and_the_next_one_goes_on_there(
    desk, mastodon_server, telegram_server, number
):
    """What is on its way arrives, nothing else begins; afterwards the rest answers the right post."""
    servers = {"mastodon": mastodon_server, "telegram": telegram_server}
    scheduled(desk, soon(2, after=-2, apart=1))
    with watching(desk, hook=QUICK + TELLS) as first:

        def stop():
            os.kill(first.run.pid, number)
            until = time.monotonic() + PATIENCE
            while not (desk.folder / "asked").exists() and time.monotonic() < until:
                time.sleep(0.01)

        at_post(mastodon_server, 2, stop)
        code = first.end()

    assert code == 0, first.lines
    assert first.lines[-1] == "Stopped watching."
    assert any("what was on its way has arrived" in line for line in first.lines)
    assert [len(posts) for posts in threads(mastodon_server).values()] == [2]
    assert not [post for post in telegram_server.posts if "City 2" in post.text]

    with watching(desk) as second:
        second.until("city-2-asks-for-a-clean-harbour-by-2030: Published: ")
        assert second.stop() == 0
    assert min(len(posts) for posts in threads(mastodon_server).values()) > 2
    each_once(desk, 2, servers)


def test_it_wakes_when_something_is_due(desk, mastodon_server, telegram_server):
    """Not only when it looks, which is every ten minutes here."""
    scheduled(desk, soon(1, after=6))
    with watching(desk, hook=SELDOM) as watch:
        watch.until(GREETING)
        watch.until("Published: ")
        assert watch.stop() == 0

    each_once(desk, 1, {"mastodon": mastodon_server, "telegram": telegram_server})


def test_it_notices_what_changes_meanwhile(desk, mastodon_server, telegram_server):
    """A release that another process scheduled, a new file; a broken channels.yaml is told once, until it is right."""
    file = desk.folder / "channels.yaml"
    right = file.read_text(encoding="utf-8")
    with watching(desk) as watch:
        watch.until(GREETING)
        scheduled(desk, soon(1, after=0.5))
        watch.until("city-1-asks-for-a-clean-harbour-by-2030: Published: ")

        (desk.folder / "releases").mkdir()
        at = (datetime.now(UTC) + timedelta(seconds=2)).isoformat()
        draft = desk.folder / "new.txt"
        draft.write_text(f"---\npublish_at: {at}\n---\n\n{text(2)}", encoding="utf-8")
        draft.rename(desk.folder / "releases" / "new.txt")
        watch.until("city-2-asks-for-a-clean-harbour-by-2030: Published: ")

        file.write_text(right + "chanels: {}\n", encoding="utf-8")
        watch.until("chanels")
        scheduled_meanwhile = soon(1, after=0.5)
        file.write_text(right, encoding="utf-8")
        scheduled(desk, scheduled_meanwhile, first=3)
        watch.until("city-3-asks-for-a-clean-harbour-by-2030: Published: ")
        assert watch.stop(signal.SIGHUP) == 0

    assert watch.lines[-1] == "Stopped watching."
    assert len([line for line in watch.lines if "chanels" in line]) == 1
    assert "Traceback" not in "\n".join(watch.lines)
    each_once(desk, 3, {"mastodon": mastodon_server, "telegram": telegram_server})


def test_a_clock_that_is_set_forward_and_back_sends_at_the_time_that_it_shows(desk, mastodon_server, telegram_server):
    """Nothing twice, and nothing before the clock shows its time again."""
    tomorrow = datetime.now(UTC) + timedelta(days=1)
    scheduled(desk, [tomorrow, tomorrow + timedelta(hours=1)])
    with watching(desk, hook=QUICK + TRAVEL) as watch:

        def set_clock(moment):
            (desk.folder / "clock.txt").write_text(moment.isoformat())
            watch.run.send_signal(signal.SIGUSR1)

        watch.until(GREETING)
        set_clock(tomorrow + timedelta(seconds=5))
        watch.until("city-1-asks-for-a-clean-harbour-by-2030: Published: ")
        set_clock(tomorrow - timedelta(hours=5))
        scheduled(desk, [tomorrow - timedelta(hours=5)], first=3)
        watch.until("city-3-asks-for-a-clean-harbour-by-2030: Published: ")
        assert sorted(threads(mastodon_server)) == [1, 3]
        set_clock(tomorrow + timedelta(hours=1, seconds=5))
        watch.until("city-2-asks-for-a-clean-harbour-by-2030: Published: ")
        assert watch.stop() == 0

    each_once(desk, 3, {"mastodon": mastodon_server, "telegram": telegram_server})


def test_a_channels_yaml_that_changes_during_a_pass_is_read_by_the_next(desk, monkeypatch):
    """The note that a pass leaves is about the file as that pass read it."""
    file = desk.folder / "channels.yaml"
    scheduled(desk, soon(1, after=3600))
    Pass(Output()).go(str(file))
    assert nothing_to_do(str(file))

    file.touch()
    monkeypatch.setattr(Pass, "_send", lambda *_: file.write_text("changed: meanwhile\n", encoding="utf-8"))
    Pass(Output()).go(str(file))
    assert not nothing_to_do(str(file))


def test_a_machine_is_told_at_once(desk):
    """With --json a line a pass comes when the pass is over, not when the process ends."""
    scheduled(desk, soon(1, after=-1))
    with watching(desk, "--json") as watch:
        (release,) = json.loads(watch.until('"releases"'))["releases"]
        assert {row["status"] for row in release["deliveries"]} == {"sent"}
        assert watch.stop() == 0


def test_a_signal_just_before_a_pass_stops_it(desk, mastodon_server):
    """Nothing of it begins."""
    scheduled(desk, soon(1, after=-1))
    before = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT)}
    try:
        stopping = _Stopping()
        os.kill(os.getpid(), signal.SIGTERM)
        look = Pass(Output())
        stopping.begin(look)
        look.go(str(desk.folder / "channels.yaml"))
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)

    assert stopping.asked.is_set()
    assert not mastodon_server.posts
