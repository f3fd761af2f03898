"""A folder of releases that each run checks out anew, as a workflow does, beside a ledger that outlives the run.

Every checkout lies in a folder of its own, and its files have new times.
"""

import os
import shutil

import pytest
from desk import RELEASE, Desk

BEFORE = "2026-12-01 07:00:00+00:00"
DUE = "2026-12-01 08:00:30+00:00"
LATER = "2026-12-01 08:20:00+00:00"
FRONT = '---\npublish_at: "2026-12-01 09:00"\n---\n'
HEADLINE = "Five Cities Ask for a Clean Harbour by 2030"


class Runner:
    """What is under version control, and runs on checkouts of it that are gone after each."""

    def __init__(self, tmp_path, channels):
        self.tmp_path, self.origin, self.count = tmp_path, tmp_path / "origin", 0
        (self.origin / "releases").mkdir(parents=True)
        desk = Desk(self.origin, channels)
        organisation = {"name": "League of Aller Cities", "timezone": "Europe/Berlin"}
        desk.configure(channels, organisation=organisation, ledger="${LEDGER_URL}")
        (self.origin / "release.txt").unlink()
        self.merge(RELEASE)

    def merge(self, text):
        (self.origin / "releases/harbour.txt").write_text(FRONT + text, encoding="utf-8")

    def run(self, moment, *words):
        """The exit code of `publish` on a new checkout, and what it said."""
        self.count += 1
        desk = Desk.__new__(Desk)
        desk.folder = self.tmp_path / f"checkout-{self.count}"
        shutil.copytree(self.origin, desk.folder)
        for file in desk.folder.rglob("*.*"):
            os.utime(file, (1_700_000_000 + self.count, 1_700_000_000 + self.count))
        run = desk.at(moment, *words, env={"LEDGER_URL": f"sqlite:///{self.tmp_path}/ledger.db"})
        shutil.rmtree(desk.folder)
        assert "Traceback" not in run.stderr
        return run.returncode, run.stdout + run.stderr


@pytest.fixture
def runner(tmp_path, telegram_server):
    return Runner(tmp_path, {"newsroom": {"enabled": False}, "telegram": telegram_server.settings()})


def test_each_checkout_knows_the_files_again_and_sends_once(runner, telegram_server):
    """Scheduled on the first, silence on the second, sent on the third, silence on the fourth; nothing is held."""
    code, said = runner.run(BEFORE, "due")
    assert (code, said) == (
        0,
        "releases/harbour.txt: scheduled for Tuesday, 1 December 2026, 09:00 CET, on telegram\n",
    )
    assert runner.run(BEFORE, "due") == (0, "")
    assert not telegram_server.posts
    code, said = runner.run(DUE, "due")
    assert code == 0, said
    assert len(telegram_server.posts) == 1
    assert runner.run(LATER, "due") == (0, "")
    assert runner.run(LATER, "schedule") == (0, "Nothing is scheduled.\n")
    assert len(telegram_server.posts) == 1


def test_a_text_that_was_merged_before_its_time_takes_the_place_of_the_old_one(runner, telegram_server):
    """Also where its headline changed, and so the slug by which the ledger knows it."""
    runner.run(BEFORE, "due")
    runner.merge(RELEASE.replace(HEADLINE, "Five Cities Ask for Clean Water by 2031"))
    assert runner.run(BEFORE, "due")[0] == 0
    code, said = runner.run(DUE, "due")

    assert code == 0, said
    (post,) = telegram_server.posts
    assert "by 2031" in post.text
    assert runner.run(LATER, "schedule") == (0, "Nothing is scheduled.\n")


def test_a_headline_that_was_corrected_once_it_is_out_does_not_make_another_release_of_it(runner, telegram_server):
    runner.run(BEFORE, "due")
    runner.run(DUE, "due")
    runner.merge(RELEASE.replace(HEADLINE, "Five Cities Ask for Clean Water by 2031"))
    code, said = runner.run(LATER, "due")

    assert code == 3, said
    assert "this release has changed since it went out on telegram" in said
    assert len(telegram_server.posts) == 1


def test_what_a_person_took_off_on_one_checkout_does_not_come_back_on_another(runner, telegram_server):
    """Neither by itself nor as its words change; only with a new time."""
    runner.run(BEFORE, "due")
    code, said = runner.run(BEFORE, "cancel", "releases/harbour.txt")
    assert code == 0, said
    runner.merge(RELEASE.replace("thirty years", "forty years"))

    assert runner.run(BEFORE, "due") == (0, "")
    assert runner.run(DUE, "due") == (0, "")
    assert not telegram_server.posts
