"""A ledger that cannot be written: one clear line, nothing sent that cannot be recorded, and nothing twice after it."""

from __future__ import annotations

import json
import os
import resource
import shutil
import sqlite3
import subprocess
from contextlib import contextmanager
from pathlib import Path

import pytest
from becoming_due import scheduled, soon
from desk import Desk, chain, doubles
from entries import record_delivery, record_release

from publisher.channels.base import Receipt, Request
from publisher.delivery import database
from publisher.delivery.ledger import Ledger
from publisher.errors import PublishError

HASTY = "import publisher.delivery.database as database\ndatabase._BUSY_SECONDS = 1"
PROMISE = "Nothing is sent that cannot be recorded"


@pytest.fixture
def desk(tmp_path, x_server, telegram_server):
    """A folder whose ledger lies in `disk`, apart from everything else."""
    channels = {"x": {**x_server.settings(), "layout": "thread"}, "telegram": telegram_server.settings()}
    desk = Desk(tmp_path, channels)
    desk.configure(channels, ledger="sqlite:///disk/ledger.db")
    desk.disk = tmp_path / "disk"
    desk.disk.mkdir()
    return desk


@contextmanager
def mounted(folder, *options):
    """A small disk of its own in a folder, where whoever runs this may mount one."""
    made = subprocess.run(["mount", *options, str(folder)], capture_output=True, text=True, check=False)  # noqa: S607
    if made.returncode:
        pytest.skip(f"only root may mount a small disk: {made.stderr.strip()}")
    try:
        yield
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)  # noqa: S607


@contextmanager
def read_only(folder):
    """A folder in which nothing can be written, not by root either."""
    if os.geteuid():
        folder.chmod(0o500)
        yield
        folder.chmod(0o700)
    else:
        with mounted(folder, "--bind", "-o", "ro", str(folder)):
            yield


def fill(folder):
    """Leave no byte of a disk free."""
    with (folder / "rubbish").open("ab", buffering=0) as rubbish:
        try:
            while rubbish.write(b"x" * 512):
                pass
        except OSError:
            pass


def at_first_post(server, act):
    """Do something when the first publishing request has arrived, before any of it is applied."""
    done = []

    def witness(call, moment):
        if server.publishes(call) and moment == "arrived" and not done:
            done.append(call)
            act()
        return False

    server.witness = witness


def calls(server):
    """Publishing requests."""
    return [call for call in server.requests if server.publishes(call)]


def refused(run, *servers, says):
    """The run ended with one line that says why, and nothing was sent."""
    assert run.returncode == 2, run.stdout + run.stderr
    (line,) = [line for line in run.stderr.splitlines() if line.startswith("publish:")]
    assert says in line
    assert PROMISE in line
    assert "Traceback" not in run.stdout + run.stderr
    assert not [calls(server) for server in servers if calls(server)]


def stopped(run, says):
    """The run was stopped in the middle: it says why, what may be there, and what to do; a person is called."""
    words = run.stdout + run.stderr
    assert run.returncode == 3, words
    assert says in words
    assert "could not be recorded" in words
    assert "Put the ledger right and run the same command again" in words
    assert "Traceback" not in words


def ends_well(desk, x_server, telegram_server):
    """Run again: each post stands once; Telegram, which cannot be asked, is held where its receipt was lost."""
    code, deliveries = desk.publish()
    assert deliveries["x"]["status"] == deliveries["newsroom"]["status"] == "sent"
    assert deliveries["telegram"]["status"] == ("held" if code == 3 else "sent")
    assert code in (0, 3)
    assert chain(x_server)
    assert not doubles(x_server)
    assert len(telegram_server.posts) <= 1
    assert code == 3 or telegram_server.posts


def test_a_disk_that_is_full_before_the_run(desk, x_server, telegram_server):
    with mounted(desk.disk, "-t", "tmpfs", "-o", "size=1m", "tmpfs"):
        fill(desk.disk)
        run = desk.run("release.txt")
        refused(run, x_server, telegram_server, says="full")
        assert "make room on the disk" in run.stderr

        (desk.disk / "rubbish").unlink()
        ends_well(desk, x_server, telegram_server)


def test_a_disk_that_is_full_in_the_middle_of_a_run(desk, x_server, telegram_server):
    """What was on its way is named; it is looked up by the next run."""
    with mounted(desk.disk, "-t", "tmpfs", "-o", "size=1m", "tmpfs"):
        at_first_post(x_server, lambda: fill(desk.disk))
        run = desk.run("release.txt")
        stopped(run, "full")
        assert len(x_server.posts) == 1

        (desk.disk / "rubbish").unlink()
        ends_well(desk, x_server, telegram_server)


def test_a_ledger_that_may_not_grow(desk, x_server, telegram_server):
    """The system writes no further byte of it: before the run, and in the middle of one."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    limited = f"import resource\nresource.setrlimit(resource.RLIMIT_FSIZE, (0, {hard}))"
    refused(desk.run("release.txt", hook=limited), x_server, telegram_server, says="disk I/O error")
    run = desk.start("release.txt")
    at_first_post(x_server, lambda: resource.prlimit(run.pid, resource.RLIMIT_FSIZE, (1024, hard)))
    said, _ = run.communicate(timeout=60)

    stopped(subprocess.CompletedProcess((), run.returncode, said, ""), "disk I/O error")
    assert "look at the disk" in said
    assert resource.getrlimit(resource.RLIMIT_FSIZE) == (soft, hard)
    ends_well(desk, x_server, telegram_server)


def test_a_folder_that_cannot_be_written(desk, x_server, telegram_server):
    with read_only(desk.disk):
        refused(desk.run("release.txt"), x_server, telegram_server, says="ledger.db: the ledger cannot be used")
    desk.publish("--only", "newsroom")
    with read_only(desk.disk):
        run = desk.run("release.txt")
        refused(run, x_server, telegram_server, says="ledger.db: the ledger cannot be used")
        assert "make its folder writable" in run.stderr
        status = desk.run("status")
        assert status.returncode in (1, 2)
        assert "Traceback" not in status.stderr

    ends_well(desk, x_server, telegram_server)


def test_a_folder_that_cannot_be_made(desk, x_server, telegram_server):
    desk.disk.rmdir()
    desk.disk.write_text("a file where the folder should be")
    refused(desk.run("release.txt"), x_server, telegram_server, says="the ledger cannot be used")

    desk.disk.unlink()
    ends_well(desk, x_server, telegram_server)


def test_a_ledger_that_another_program_holds(desk, x_server, telegram_server):
    """Before the run: nothing is sent, and the line says what to do."""
    desk.publish("--only", "newsroom")
    other = sqlite3.connect(desk.disk / "ledger.db", isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    run = desk.run("release.txt", hook=HASTY)
    refused(run, x_server, telegram_server, says="database is locked")
    assert "another program holds it open" in run.stderr

    other.execute("ROLLBACK")
    other.close()
    ends_well(desk, x_server, telegram_server)


def test_a_ledger_that_another_program_takes_in_the_middle_of_a_run(desk, x_server, telegram_server):
    taken = []

    def take():
        other = sqlite3.connect(desk.disk / "ledger.db", isolation_level=None, timeout=30, check_same_thread=False)
        other.execute("BEGIN IMMEDIATE")
        taken.append(other)

    at_first_post(x_server, take)
    run = desk.run("release.txt", hook=HASTY)
    stopped(run, "database is locked")
    assert len(x_server.posts) == 1

    taken[0].execute("ROLLBACK")
    taken[0].close()
    ends_well(desk, x_server, telegram_server)


DIES_AFTER_RECEIPT = """
from publisher.delivery.ledger import Ledger
from publisher.errors import PublishError

settle = Ledger.settle

def gone(*_args, **_more):
    raise PublishError("the ledger cannot be used (gone)")

def settle_once(self, posts, *more):
    done = settle(self, posts, *more)
    if posts[0].request.url.endswith("/tweets"):
        Ledger.posts = Ledger.claim = Ledger.release = gone
    return done

Ledger.settle = settle_once
"""


def test_a_ledger_that_fails_right_after_a_receipt(desk, x_server, telegram_server):
    """The receipt is in it, but this run can read no more: something was sent, and it does not claim otherwise."""
    desk.publish("--only", "newsroom")
    run = desk.run("release.txt", "--only", "newsroom,x", hook=DIES_AFTER_RECEIPT)

    assert run.returncode == 3, run.stdout + run.stderr
    assert "Put the ledger right and run the same command again" in run.stdout
    assert len(x_server.posts) == 1
    ends_well(desk, x_server, telegram_server)


def test_a_ledger_that_is_damaged_in_the_middle_of_a_run(desk, x_server, telegram_server):
    """A copy from before is put back, and the networks are asked for what it does not know."""
    desk.publish("--only", "newsroom")
    shutil.copytree(desk.disk, desk.folder / "copy")

    def spoil():
        for file in desk.disk.iterdir():
            content = file.read_bytes()
            file.write_bytes(b"\xa5" * len(content))

    at_first_post(x_server, spoil)
    run = desk.run("release.txt", "--only", "newsroom,x")
    words = run.stdout + run.stderr
    assert run.returncode == 3, words
    assert "Traceback" not in words
    assert len(x_server.posts) == 1
    refused(desk.run("release.txt"), telegram_server, says="ledger")
    assert len(calls(x_server)) == 1


def test_a_file_that_is_something_else(desk, x_server, telegram_server):
    (desk.disk / "ledger.db").write_bytes(b"this is no database " * 500)
    refused(desk.run("release.txt"), x_server, telegram_server, says="this file is something else, or damaged")
    assert (desk.disk / "ledger.db").read_bytes() == b"this is no database " * 500

    (desk.disk / "ledger.db").unlink()
    ends_well(desk, x_server, telegram_server)


CLOCK_GOES_BACK = """
import datetime
from publisher.delivery import asking, entering, ledger

class Clock(datetime.datetime):
    hours = 0

    @classmethod
    def now(cls, zone=None):
        return datetime.datetime.now(zone) + datetime.timedelta(hours=cls.hours)

asking.datetime = entering.datetime = ledger.datetime = Clock
asking._settling = lambda channel, post: 0.0
claim = ledger.Ledger.claim

def claim_and_set_the_clock(self, posts, *more):
    claimed = claim(self, posts, *more)
    Clock.hours -= 5
    return claimed

ledger.Ledger.claim = claim_and_set_the_clock
"""
"""Somebody sets it back by five hours after each claim."""


@pytest.mark.parametrize("fault", [None, "close_after", "close_before"])
def test_a_clock_that_jumps_back(desk, x_server, telegram_server, fault):
    """What is sent is sent, what is found is found; but "not here" proves nothing then, and nothing is sent on it."""
    if fault:
        x_server.misbehave(fault)
    run = desk.run("release.txt", "--only", "newsroom,x", hook=CLOCK_GOES_BACK)

    lost = fault == "close_before"
    assert run.returncode == (3 if lost else 0), run.stdout + run.stderr
    assert bool(x_server.posts) == (not lost)
    assert not doubles(x_server)
    if lost:
        assert "this machine's clock was set back meanwhile" in run.stdout
        assert len(calls(x_server)) == 1
        assert desk.run("resolve", "release.txt", "x", "--not-sent").returncode == 0
    ends_well(desk, x_server, telegram_server)


def sent_once(url, folder):
    """A ledger in which three posts are sent, and two of them fill several pages."""
    ledger = Ledger(url, folder)
    release = record_release(
        ledger, None, slug="s", file="f.md", headline="H", digest="d", content={"body": "é" * 9000}
    )
    requests = [(Request("POST", "u", json={"text": "long " * 2000}, key=f"k{n}"), f"d{n}") for n in range(3)]
    record_delivery(ledger, release, channel="x", kind="x", layout="thread", requests=requests)
    for post in ledger.release(release).deliveries[0].posts:
        ledger.settle(ledger.claim([post]), [Receipt("sent", id=str(post.index), url=f"https://x/{post.index}")])
    ledger.close()


def use(url, folder):
    """Everything that a run does with what the ledger has; returns the states that it finds."""
    ledger = Ledger(url, folder)
    try:
        ledger.give_up_dead_claims()
        ((row, _),) = ledger.find_release(slug="s")
        ledger.find_release(file="f.md")
        ledger.events(row.deliveries[0].posts)
        requests = [(post.request, post.digest) for post in row.deliveries[0].posts]
        record_release(ledger, row.id, slug="s", file="f.md", headline="H", digest="d", content={})
        record_delivery(ledger, row.id, channel="x", kind="x", layout="thread", requests=requests)
        posts = ledger.release(row.id).deliveries[0].posts
        assert ledger.claim(posts) is None
        return [post.status for post in posts]
    finally:
        ledger.close()


@pytest.mark.parametrize("spoilt", [b"\x00", b"\xff", b"\r\x00\x00\x00\x00", b'{"a": ['], ids=repr)
def test_no_page_that_is_damaged_makes_a_post_go_out_again(tmp_path, spoilt):
    """Each page in turn: the ledger says so in one line, or what it says is still true."""
    url = "sqlite:///ledger.db"
    sent_once(url, tmp_path)
    whole = (tmp_path / "ledger.db").read_bytes()
    size = int.from_bytes(whole[16:18], "big")
    said = set()
    for start in range(0, len(whole), size):
        for part in (0, 100, size // 2):
            rubbish = (spoilt * size)[: size - part]
            folder = Path(tmp_path / f"{start}-{part}")
            folder.mkdir()
            (folder / "ledger.db").write_bytes(whole[: start + part] + rubbish + whole[start + size :])
            try:
                assert use(url, folder) == ["sent"] * 3
            except PublishError as error:
                said.add(str(error).partition("ledger.db: ")[2])
            shutil.rmtree(folder)

    assert said
    assert all("Nothing is sent" in line and "\n" not in line for line in said), said


LARGE = "import publisher.delivery.database as database\ndatabase.WHOLE_BYTES = 0"
"""Every file counts as one that is too large to be checked whole before each run."""


@pytest.mark.parametrize("hook", ["", LARGE], ids=["small", "large"])
def test_a_release_whose_posts_the_index_has_lost_is_not_sent_anew(desk, x_server, telegram_server, hook):
    """In a small file the pages contradict each other; in a large one what was frozen tells how many there are."""
    scheduled(desk, soon(1, after=-1))
    ledger = sqlite3.connect(desk.disk / "ledger.db")
    (page,) = ledger.execute("SELECT rootpage FROM sqlite_master WHERE name = 'sqlite_autoindex_posts_1'").fetchone()
    (size,) = ledger.execute("PRAGMA page_size").fetchone()
    ledger.close()
    with (desk.disk / "ledger.db").open("r+b") as file:
        file.seek((page - 1) * size + size // 2)
        file.write(bytes(size // 2))
    run = desk.run("due", hook=hook)

    says = "posts of city-1-asks-for-a-clean-harbour-by-2030 on" if hook else "its pages contradict each other"
    refused(run, x_server, telegram_server, says=says)
    assert not (desk.folder / "site").exists()
    check = desk.run("check", hook=hook)
    assert check.returncode == 2
    assert "ledger: damaged, disk/ledger.db: the ledger cannot be used (its pages contradict" in check.stdout
    assert check.stdout.splitlines()[-1] == "Look at: the ledger."


def test_check_looks_at_the_ledger_too(desk):
    """One that is not there yet, one that works, and a file that is something else."""
    assert "\nledger: new\n" in desk.run("check").stdout
    desk.publish("--only", "newsroom")
    assert "\nledger: works\n" in desk.run("check").stdout
    assert json.loads(desk.run("check", "--json").stdout)["ledger"] == {"status": "works"}
    (desk.disk / "ledger.db").write_bytes(b"this is no database " * 500)
    run = desk.run("check", "--json")
    assert run.returncode == 2
    assert json.loads(run.stdout)["ledger"]["status"] == "failed"


def test_a_large_ledger_is_not_read_whole_before_a_run(desk, monkeypatch):
    """The largest file that is, and the smallest that is not."""
    desk.publish("--only", "newsroom")
    asked = []
    monkeypatch.setattr(database, "is_whole", lambda connection: asked.append(connection) or True)
    size = (desk.disk / "ledger.db").stat().st_size
    for most, times in ((size, 1), (size - 1, 1)):
        monkeypatch.setattr(database, "WHOLE_BYTES", most)
        Ledger("sqlite:///ledger.db", desk.disk).close()

        assert len(asked) == times
