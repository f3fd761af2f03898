"""A folder of releases that each run checks out anew, as a workflow does, beside a ledger that outlives the run."""

from __future__ import annotations

import os
import shutil

from desk import RELEASE, Desk

BEFORE = "2026-12-01 07:00:00+00:00"
DUE = "2026-12-01 08:00:30+00:00"
LATER = "2026-12-01 08:20:00+00:00"
FRONT = '---\npublish_at: "2026-12-01 09:00"\n---\n'
HEADLINE = "Five Cities Ask for a Clean Harbour by 2030"


class Runner:
    """What is under version control, and runs on checkouts of it that are gone after each."""

    def __init__(self, tmp_path, channels, ledger):
        self.tmp_path, self.origin, self.count = tmp_path, tmp_path / "origin", 0
        self.ledger = ledger
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
        run = desk.at(moment, *words, env={"LEDGER_URL": self.ledger})
        shutil.rmtree(desk.folder)
        assert "Traceback" not in run.stderr
        return run.returncode, run.stdout + run.stderr


def once_through(runner, server):
    """Scheduled on the first, silence on the second, sent on the third, silence on the fourth; nothing is held."""
    assert runner.run(BEFORE, "due") == (
        0,
        "releases/harbour.txt: scheduled for Tuesday, 1 December 2026, 09:00 CET, on telegram\n",
    )
    assert runner.run(BEFORE, "due") == (0, "")
    assert not server.posts
    code, said = runner.run(DUE, "due")
    assert code == 0, said
    assert len(server.posts) == 1
    assert runner.run(LATER, "due") == (0, "")
    assert runner.run(LATER, "schedule") == (0, "Nothing is scheduled.\n")
    assert len(server.posts) == 1


def headline_corrected_once_out(runner, server):
    """The ledger knows the file again, though its slug is another now."""
    runner.run(BEFORE, "due")
    runner.run(DUE, "due")
    runner.merge(RELEASE.replace(HEADLINE, "Five Cities Ask for Clean Water by 2031"))
    code, said = runner.run(LATER, "due")

    assert code == 3, said
    assert "this release has changed since it went out on telegram" in said
    assert len(server.posts) == 1
