"""`publish preview FILE --diff`: next to what the ledger has."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing

import pytest
from desk import RELEASE, Desk

BEFORE = "2026-11-30T08:00:00+00:00"
AT = "2026-12-01 09:00"


@pytest.fixture
def desk(tmp_path, bluesky_server, telegram_server):
    channels = {"bluesky": bluesky_server.settings(), "telegram": telegram_server.settings()}
    desk = Desk(tmp_path, channels)
    desk.configure(channels, organisation={"name": "League of Aller Cities", "timezone": "Europe/Berlin"})
    return desk


def edit(desk, *changes):
    text = RELEASE
    for was, now in changes:
        assert was in text
        text = text.replace(was, now)
    (desk.folder / "release.txt").write_text(text, encoding="utf-8")


def diff(desk, *words):
    run = desk.run("preview", "release.txt", "--diff", *words)
    assert run.returncode == 0, run.stderr
    return run.stdout


def states(desk, *words):
    """What became of each channel, in a word."""
    return {each["channel"]: each["state"] for each in json.loads(diff(desk, "--json", *words))["diff"]["channels"]}


def frozen(desk):
    """What the ledger keeps beside each delivery, packed."""
    with closing(sqlite3.connect(desk.folder / ".publish/ledger.db")) as ledger:
        return dict(ledger.execute("SELECT channel, frozen FROM deliveries").fetchall())


def test_where_nothing_was_sent_it_says_so_in_a_line_and_makes_no_ledger(desk):
    assert (
        diff(desk) == "Nothing to compare with: there is no ledger here yet, so nothing was sent or scheduled before.\n"
    )
    assert not (desk.folder / ".publish").exists()


@pytest.mark.parametrize("scheduled", [False, True])
def test_what_went_out_or_waits_is_compared_in_words(desk, scheduled):
    """Nothing changed: the same. A quote changed: its sentence, as it was and as it is, where it stands."""
    words = ("release.txt", "--yes", *(("--at", AT) if scheduled else ()))
    assert desk.at(BEFORE, *words).returncode == 0
    assert set(states(desk).values()) == {"same"}

    edit(desk, ("A plan without dates is a wish", "A plan without a date is a wish"))
    before = desk.everything()
    told = diff(desk).splitlines()

    assert [line for line in told if line.startswith("Channel bluesky: changed")]
    at = told.index(
        "was: A plan without dates is a wish, and we have had thirty years of wishes, each of them printed "
        "on better paper.”"
    )
    assert told[at + 1].startswith("now: A plan without a date is a wish, and we have had thirty years")
    assert told[-1] == "Compared with what was sent or scheduled before: 3 channels changed."
    assert {path: content for path, content in desk.everything().items() if path.suffix != ".db-shm"} == {
        path: content for path, content in before.items() if path.suffix != ".db-shm"
    }


def test_channels_that_are_new_or_gone_are_named(desk, bluesky_server):
    assert desk.run("release.txt", "--yes", "--skip", "telegram").returncode == 0
    assert states(desk) == {"newsroom": "same", "bluesky": "same", "telegram": "new"}

    text = (desk.folder / "release.txt").read_text(encoding="utf-8")
    desk.configure({"bluesky": bluesky_server.settings() | {"enabled": False}})

    assert text == RELEASE
    assert states(desk) == {"newsroom": "same", "bluesky": "gone"}
    assert states(desk, "--only", "newsroom") == {"newsroom": "same"}


def test_an_attempt_of_which_nothing_left_is_nothing_to_compare_with(desk, telegram_server):
    telegram_server.stop()
    assert desk.run("release.txt", "--yes", "--only", "telegram").returncode == 1
    assert diff(desk, "--only", "telegram") == (
        "Nothing to compare with: nothing of this release was sent or scheduled before.\n"
    )


def test_a_release_that_an_earlier_version_sent_is_compared_by_its_requests(desk):
    """It kept no words; which posts would differ can be told all the same."""
    assert desk.run("release.txt", "--yes").returncode == 0
    with closing(sqlite3.connect(desk.folder / ".publish/ledger.db")) as ledger, ledger:
        ledger.execute("UPDATE deliveries SET frozen = NULL")
    assert set(states(desk).values()) == {"same"}

    edit(desk, ("A plan without dates is a wish", "A plan without a date is a wish"))
    told = diff(desk, "--only", "bluesky")

    assert "kept no words to compare with; what differs: post 3\n" in told
    assert "was: " not in told


def test_words_that_are_not_those_of_the_posts_are_not_compared_with(desk):
    """A version that keeps no words may have entered other posts since."""
    assert desk.run("release.txt", "--yes", "--only", "bluesky").returncode == 0
    with closing(sqlite3.connect(desk.folder / ".publish/ledger.db")) as ledger, ledger:
        ledger.execute("UPDATE posts SET digest = 'of other words' WHERE \"index\" = 1")

    assert "kept no words to compare with; what differs: post 2\n" in diff(desk, "--only", "bluesky")


def test_what_was_sent_is_on_no_schedule_for_what_is_kept_of_it(desk):
    assert desk.run("release.txt", "--yes").returncode == 0
    assert all(frozen(desk).values())

    assert json.loads(desk.run("schedule", "--json").stdout)["releases"] == []
    assert desk.run("preview", "release.txt", "--frozen").returncode == 2
    assert desk.run("due").returncode == 0
    assert desk.run("cancel", "release.txt").returncode == 2


def test_the_words_kept_are_those_that_went_out(desk, telegram_server):
    """An attempt failed; the text was changed, and sent: it is compared with that."""
    telegram_server.stop()
    assert desk.run("release.txt", "--yes", "--only", "telegram").returncode == 1
    telegram_server.start()
    edit(desk, ("A plan without dates is a wish", "A plan without a date is a wish"))
    assert desk.run("release.txt", "--yes", "--only", "telegram").returncode == 0
    assert states(desk, "--only", "telegram") == {"telegram": "same"}

    edit(desk)
    told = diff(desk, "--only", "telegram")

    assert "was: A plan without a date is a wish" in told
    assert "now: A plan without dates is a wish" in told


def test_what_a_person_sends_otherwise_than_it_was_scheduled_is_compared_as_sent(desk):
    assert desk.at(BEFORE, "release.txt", "--at", AT).returncode == 0
    edit(desk, ("A plan without dates is a wish", "A plan without a date is a wish"))
    assert desk.at(BEFORE, "release.txt", "--yes", "--at", "now", "--only", "telegram").returncode == 0

    assert states(desk, "--only", "telegram") == {"telegram": "same"}
    assert states(desk, "--only", "bluesky") == {"bluesky": "changed"}
    assert "thirty years" in desk.run("preview", "release.txt", "--frozen", "--only", "bluesky").stdout


def test_the_notice_of_an_embargo_is_compared_as_of_then(desk, telegram_server):
    """Who had it early, under the notice, gets no other text because the embargo is over by now."""
    settings = {**telegram_server.settings(), "chat": telegram_server.chat_id, "embargo": "allow"}
    desk.configure({"telegram": settings}, organisation={"name": "League", "timezone": "Europe/Berlin"})
    edit(desk, ("Five Cities Ask", "EMBARGOED UNTIL 1 December 2026, 09:00 CET\n\nFive Cities Ask"))
    only = ("--only", "telegram")
    run = desk.at(BEFORE, "release.txt", "--yes", *only)
    assert run.returncode == 0, run.stderr

    for moment in (BEFORE, "2026-12-02T08:00:00+00:00"):
        run = desk.at(moment, "preview", "release.txt", "--diff", *only)
        assert "Channel telegram: the same (sent on Monday, 30 November 2026, 09:00 CET)" in run.stdout


def test_what_the_review_calls_an_error_is_said_here_too(desk):
    """Each is named in the preview; what differs would not go out."""
    assert desk.run("release.txt", "--yes", "--only", "newsroom").returncode == 0
    edit(desk, ("a plan by June", "[TK: a plan]"))

    assert diff(desk, "--only", "newsroom").endswith(
        "before: 1 channel changed. The review found 1 error: that stops a publish.\n"
    )


def test_frozen_and_diff_are_asked_for_one_at_a_time(desk):
    run = desk.run("preview", "release.txt", "--diff", "--frozen")

    assert run.returncode == 2
    assert "two things" in run.stderr


def test_a_diff_shows_no_sentence_to_a_search_through_the_ledger(desk):
    assert desk.run("release.txt", "--yes").returncode == 0
    for path, content in desk.everything().items():
        if ".publish" in path.parts:
            assert b"thirty years" not in content
