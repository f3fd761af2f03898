"""Releases go out at their time, as they were frozen, or are held for a person; by `publish due`, as cron runs it."""

import json
import shutil
import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta

import pytest
from desk import RELEASE, Desk, clock

from publisher.delivery.packed import pack, unpack

BEFORE = "2026-12-01 07:00:00+00:00"
DUE = "2026-12-01 08:00:30+00:00"
LATER = "2026-12-01 08:20:00+00:00"
TOO_LATE = "2026-12-01 10:00:30+00:00"
AT = "2026-12-01 09:00"  # in Berlin


@pytest.fixture
def desk(tmp_path, mastodon_server, telegram_server):
    one_post = {**mastodon_server.settings(), "layout": "single"}
    return Desk(tmp_path, {"mastodon": one_post, "telegram": telegram_server.settings()})


@pytest.fixture(autouse=True)
def in_berlin(desk):
    file = desk.folder / "channels.yaml"
    file.write_text(file.read_text().replace("name: League", "timezone: Europe/Berlin\n  name: League"))


def schedule(desk, *words, file="release.txt", moment=BEFORE):
    run = desk.at(moment, file, "--at", AT, *words)
    assert run.returncode == 0, run.stderr
    return run.stdout


def due(desk, moment, *words):
    """The exit code of `publish due` at a moment, what it said, and the deliveries of its JSON by channel."""
    run = desk.at(moment, "due", *words)
    assert "Traceback" not in run.stderr
    return run.returncode, run.stdout + run.stderr


def states(desk, *words):
    run = desk.run("status", "--json", *words)
    (release,) = json.loads(run.stdout)["releases"]
    return {each["channel"]: each["status"] for each in release["deliveries"]}, run.returncode


def nothing_out(desk, *servers):
    return not (desk.folder / "site").exists() and not any(server.posts for server in servers)


def test_it_goes_out_at_its_time_and_once(desk, mastodon_server, telegram_server):
    """Before it nothing is said and nothing sent; at it everything, once; after it nothing again."""
    last = schedule(desk).splitlines()[-1]
    assert last == "Scheduled for Tuesday, 1 December 2026, 09:00 CET: newsroom, mastodon, telegram."
    assert states(desk) == (dict.fromkeys(("newsroom", "mastodon", "telegram"), "scheduled"), 0)

    assert due(desk, BEFORE) == (0, "")
    assert due(desk, "2026-12-01 07:59:58+00:00") == (0, "")
    assert nothing_out(desk, mastodon_server, telegram_server)
    assert not mastodon_server.requests
    code, said = due(desk, DUE)
    assert code == 0, said
    assert said.splitlines()[-1].endswith("Published: 3 channels, 3 posts sent now.")
    assert states(desk) == (dict.fromkeys(("newsroom", "mastodon", "telegram"), "sent"), 0)
    assert (len(mastodon_server.posts), len(telegram_server.posts)) == (1, 1)
    assert due(desk, LATER) == (0, "")
    assert (len(mastodon_server.posts), len(telegram_server.posts)) == (1, 1)


@pytest.mark.parametrize(
    "written",
    ["2026-12-01T09:00:00+01:00", "2026-12-01 08:00Z", "2026-12-01T13:45+05:45", "2026-12-01 03:00 America/New_York"],
)
def test_however_the_time_is_written_it_is_the_same_instant(desk, written, telegram_server):
    """In whatever zone it was written, the ledger has the instant."""
    assert desk.at(BEFORE, "release.txt", "--at", written).returncode == 0
    (release,) = json.loads(desk.at(BEFORE, "schedule", "--json").stdout)["releases"]
    assert {row["due_at"] for row in release["deliveries"]} == {"2026-12-01T08:00:00+00:00"}
    assert due(desk, "2026-12-01 07:59:55+00:00") == (0, "")
    assert due(desk, DUE)[0] == 0
    assert len(telegram_server.posts) == 1


def test_a_changed_text_is_held_and_not_sent(desk, mastodon_server, telegram_server):
    """It says which file changed, once and loudly; then it is for a person, who may send the new text."""
    schedule(desk)
    (desk.folder / "release.txt").write_text(RELEASE.replace("thirty years", "forty years"), encoding="utf-8")
    code, said = due(desk, DUE)

    assert code == 3
    assert "HELD for a person (newsroom, mastodon, telegram): it would no longer say what was scheduled" in said
    assert "as release.txt changed since it was scheduled" in said
    assert nothing_out(desk, mastodon_server, telegram_server)
    assert states(desk) == (dict.fromkeys(("newsroom", "mastodon", "telegram"), "held"), 3)
    assert due(desk, LATER) == (0, "")
    run = desk.at(LATER, "release.txt")
    assert run.returncode == 0, run.stderr
    assert "forty years" in "".join(post.text for post in telegram_server.posts)


def test_scheduling_again_takes_the_new_text(desk, telegram_server):
    schedule(desk)
    (desk.folder / "release.txt").write_text(RELEASE.replace("thirty years", "forty years"), encoding="utf-8")
    schedule(desk)

    assert due(desk, DUE)[0] == 0
    (post,) = telegram_server.posts
    assert "forty years" in post.text


@pytest.mark.parametrize("change", ["gone", "unreadable", "other setting", "channel gone", "channel off"])
def test_whatever_would_now_be_different_is_held(desk, change, mastodon_server, telegram_server):
    schedule(desk)
    file, config = desk.folder / "release.txt", desk.folder / "channels.yaml"
    text = config.read_text()
    match change:
        case "gone":
            file.unlink()
        case "unreadable":
            file.write_bytes(b"\0\1\2")
        case "other setting":
            config.write_text(text.replace(telegram_server.settings()["chat"], "@another_channel"))
            assert config.read_text() != text
        case "channel gone":
            config.write_text(text.replace("  telegram:", "  telegram-2:"))
        case "channel off":
            config.write_text(text.replace("  telegram:\n", "  telegram:\n    enabled: false\n"))
    code, said = due(desk, DUE)

    assert code == 3, said
    assert "HELD for a person" in said
    assert nothing_out(desk, mastodon_server, telegram_server)


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("draft: true", "its front matter says that it is a draft"),
        ("embargo: 2026-12-01 18:00", "it is under embargo until Tuesday, 1 December 2026, 18:00 CET"),
        ("publish_at: 2026-12-01 12:00", "its `publish_at` says Tuesday, 1 December 2026, 12:00 CET"),
        ("publish_at: soon", "its times can no longer be understood"),
    ],
)
def test_a_file_that_holds_its_release_back_since_is_heeded(desk, line, why, mastodon_server, telegram_server):
    """A draft, an embargo and another time show in no post; they hold it all the same."""
    file = desk.folder / "release.txt"
    file.write_text(f"---\nlanguage: en\n---\n{RELEASE}", encoding="utf-8")
    schedule(desk)
    file.write_text(f"---\nlanguage: en\n{line}\n---\n{RELEASE}", encoding="utf-8")
    code, said = due(desk, DUE)

    assert code == 3, said
    assert f"HELD for a person (newsroom, mastodon, telegram): {why}" in said
    assert "as release.txt changed since it was scheduled" in said
    assert nothing_out(desk, mastodon_server, telegram_server)


def test_a_change_that_changes_no_post_holds_nothing_up(desk, telegram_server):
    """A comment in channels.yaml, or a file that was only touched, is no other text."""
    schedule(desk)
    with (desk.folder / "channels.yaml").open("a") as file:
        file.write("# the new press officer starts in March\n")
    (desk.folder / "release.txt").touch()

    assert due(desk, DUE)[0] == 0
    assert len(telegram_server.posts) == 1


def test_from_another_folder_it_is_the_same(desk, telegram_server, tmp_path):
    """Cron starts elsewhere than where the press officer sat."""
    shutil.copytree("releases/images", desk.folder / "images")
    text = RELEASE + "\n![A drawing of the river](images/tamarack-river.png)\n"
    (desk.folder / "release.md").write_text(text, encoding="utf-8")
    schedule(desk, "--accept-warnings", file="release.md")
    (tmp_path / "elsewhere").mkdir()
    there = Desk.__new__(Desk)
    there.folder = tmp_path / "elsewhere"
    code, said = due(there, DUE, "--config", str(desk.folder / "channels.yaml"))

    assert code == 0, said
    assert len(telegram_server.posts) == 1


def test_after_a_short_outage_it_goes_out_and_after_a_long_one_it_is_held(desk, mastodon_server, telegram_server):
    """`max_late` is two hours unless it is said otherwise, for all or for one release."""
    schedule(desk)
    code, said = due(desk, TOO_LATE)
    assert code == 3
    assert "its time was Tuesday, 1 December 2026, 09:00 CET, 2 hours ago, and `max_late` is 2 hours" in said
    assert nothing_out(desk, mastodon_server, telegram_server)

    (desk.folder / "release.txt").write_text("---\nmax_late: 3h\n---\n" + RELEASE, encoding="utf-8")
    schedule(desk)
    assert due(desk, TOO_LATE)[0] == 0
    assert len(telegram_server.posts) == 1


def test_while_it_is_scheduled_it_is_not_published_by_accident(desk, telegram_server):
    schedule(desk)
    run = desk.at(BEFORE, "release.txt", "--yes")

    assert run.returncode == 2
    assert (
        "is scheduled for Tuesday, 1 December 2026, 09:00 CET, on newsroom, mastodon, telegram; nothing was sent"
        in run.stderr
    )
    assert "`--at now` sends it now" in run.stderr
    assert not telegram_server.posts


def test_a_person_may_send_it_now_after_all(desk, mastodon_server, telegram_server):
    """Or only to one channel, as to a press list; the others go out at their time."""
    schedule(desk)
    run = desk.at(BEFORE, "release.txt", "--at", "now", "--only", "telegram")
    assert run.returncode == 0, run.stderr
    assert (len(telegram_server.posts), len(mastodon_server.posts)) == (1, 0)
    assert due(desk, DUE)[0] == 0
    assert (len(telegram_server.posts), len(mastodon_server.posts)) == (1, 1)


def test_what_is_out_already_is_not_scheduled_again(desk, telegram_server):
    """Asked twice, a script finds the same done as the first time."""
    desk.at(BEFORE, "release.txt")
    run = desk.at(BEFORE, "release.txt", "--at", AT)

    assert (run.returncode, "published already; nothing was scheduled" in run.stderr) == (0, True)
    assert due(desk, DUE) == (0, "")
    assert len(telegram_server.posts) == 1


def test_cancelled_it_never_goes_out(desk, mastodon_server, telegram_server):
    schedule(desk)
    run = desk.at(BEFORE, "cancel", "release.txt")

    assert (run.returncode, run.stdout) == (0, "Taken off the schedule: newsroom, mastodon, telegram.\n")
    assert due(desk, DUE) == (0, "")
    assert nothing_out(desk, mastodon_server, telegram_server)
    again = desk.at(BEFORE, "cancel", "release.txt")
    assert again.returncode == 2
    assert desk.run("status").stdout == "Nothing has been published yet.\n"


def test_a_network_that_is_down_loses_only_its_own_channel_and_is_tried_again(desk, mastodon_server, telegram_server):
    """Cron's next runs send what is missing, later each time; the line says when."""
    schedule(desk)
    telegram_server.stop()
    code, said = due(desk, DUE)
    assert code == 1, said
    assert "what is missing is tried again at Tuesday, 1 December 2026, 09:01" in said
    assert len(mastodon_server.posts) == 1
    assert due(desk, "2026-12-01 08:00:50+00:00") == (0, "")
    code, said = due(desk, TOO_LATE)
    assert code == 3
    assert "HELD for a person (telegram)" in said
    assert len(mastodon_server.posts) == 1


def test_a_missing_password_in_crons_surroundings_can_be_put_right(desk, telegram_server):
    """Nothing is held for it: the next run that has it sends."""
    file, token = desk.folder / "channels.yaml", telegram_server.settings()["token"]
    file.write_text(file.read_text().replace(token, "${T}"))
    run = desk.at(BEFORE, "release.txt", "--at", AT, env={"T": token})
    assert run.returncode == 0, run.stderr
    code, said = due(desk, DUE)
    assert (code, len(telegram_server.posts)) == (2, 0)
    assert "the variable T is not set" in said
    again = desk.at("2026-12-01 08:02:00+00:00", "due", env={"T": token})
    assert again.returncode == 0, again.stdout + again.stderr
    assert len(telegram_server.posts) == 1


def test_the_schedule_is_shown_by_day_in_local_time_with_what_is_held_and_why(desk):
    schedule(desk)
    (desk.folder / "other.txt").write_text("Another Headline of the League\n\nAller, 2 Dec. A text of its own.\n")
    assert desk.at(BEFORE, "other.txt", "--at", "2026-12-02 14:30", "--only", "mastodon").returncode == 0
    (desk.folder / "release.txt").write_text(RELEASE.replace("thirty", "forty"), encoding="utf-8")
    due(desk, DUE)
    run = desk.at(DUE, "schedule")

    assert run.returncode == 3
    lines = run.stdout.splitlines()
    assert lines[:2] == [
        "Wednesday, 2 December 2026",
        "  14:30 CET  Another Headline of the League (another-headline-of-the-league): mastodon",
    ]
    assert lines[2] == "Held for a person"
    assert "telegram: it would no longer say what was scheduled" in run.stdout
    assert lines[-1] == "1 release scheduled, 1 held."
    data = json.loads(desk.run("schedule", "--json").stdout)
    found = {row["channel"]: row for release in data["releases"] for row in release["deliveries"]}
    assert (found["telegram"]["status"], found["telegram"]["due_at"]) == ("held", "2026-12-01T08:00:00+00:00")


def test_what_nobody_sends_is_shown_as_overdue(desk):
    """Whoever forgot the line in the crontab finds out before the journalists do."""
    schedule(desk)
    assert desk.at(DUE, "schedule").returncode == 0
    run = desk.at(LATER, "schedule")
    assert run.returncode == 3
    assert "telegram (OVERDUE: does cron run `publish due`?)" in run.stdout


def test_the_brake_stops_everything_and_what_became_due_is_held(desk, mastodon_server, telegram_server):
    schedule(desk)
    run = desk.at(BEFORE, "freeze", "--reason", "a death in the mayor's family")
    assert run.returncode == 0
    blocked = desk.at(BEFORE, "release.txt", "--only", "newsroom")
    assert blocked.returncode == 3
    assert "since Tuesday, 1 December 2026, 08:00 CET (a death in the mayor's family)" in blocked.stderr
    code, said = due(desk, DUE)
    assert code == 3
    assert "everything is stopped by `publish freeze`" in said
    assert nothing_out(desk, mastodon_server, telegram_server)
    assert desk.at(LATER, "unfreeze").returncode == 0
    assert due(desk, LATER) == (0, "")
    assert nothing_out(desk, mastodon_server, telegram_server)


def test_what_became_due_behind_the_brake_does_not_fire_afterwards(desk, mastodon_server, telegram_server):
    """Also where no `publish due` ran in between."""
    schedule(desk)
    desk.at(BEFORE, "freeze")
    run = desk.at(DUE, "unfreeze")

    assert run.returncode == 3
    assert "held: Five Cities Ask for a Clean Harbour by 2030" in run.stdout
    assert due(desk, LATER) == (0, "")
    assert nothing_out(desk, mastodon_server, telegram_server)
    assert desk.at(LATER, "release.txt").returncode == 0
    assert len(telegram_server.posts) == 1


def test_no_sentence_of_what_waits_can_be_found_on_the_disk(desk):
    """Neither in the ledger nor in its journal; see packed.py."""
    schedule(desk)
    sentences = [line.strip() for line in RELEASE.splitlines() if len(line.strip()) > 20]
    for path, content in desk.everything().items():
        if path.name != "release.txt":
            assert not [each for each in sentences if each.encode() in content], path


def test_what_is_packed_comes_back():
    for text in ("", "Ä “quote” \U0001f6a2", "zlib: it begins like one", "mastodon" * 100_000, "\ud800"):
        assert unpack(pack(text)) == text
    assert unpack("plain") == "plain"


def test_what_is_frozen_can_be_shown_whatever_the_file_says_now(desk):
    schedule(desk)
    (desk.folder / "release.txt").write_text(RELEASE.replace("thirty", "forty"), encoding="utf-8")
    run = desk.run("preview", "release.txt", "--frozen")

    assert run.returncode == 0, run.stderr
    assert "Channel telegram: scheduled for Tuesday, 1 December 2026, 09:00 CET" in run.stdout
    assert "thirty years" in run.stdout
    assert "forty years" not in run.stdout
    data = json.loads(desk.run("preview", "release.txt", "--frozen", "--json", "--only", "telegram").stdout)
    assert [variant["channel"] for variant in data["variants"]] == ["telegram"]
    assert "thirty years" in data["variants"][0]["posts"][0]["text"]


def test_status_tells_the_time_and_why_something_is_held(desk):
    schedule(desk)
    assert "telegram: scheduled for Tuesday, 1 December 2026, 09:00 CET" in desk.run("status").stdout
    due(desk, TOO_LATE)
    assert "telegram: held: its time was Tuesday, 1 December 2026, 09:00 CET" in desk.run("status").stdout


def test_a_release_from_standard_input_cannot_be_scheduled(desk):
    """Its file is read again when its time has come."""
    run = desk.at(BEFORE, "-", "--at", AT)
    assert run.returncode == 2


@pytest.mark.parametrize("after", ["late", "brake"])
def test_what_is_out_is_not_held_because_the_program_stopped_right_then(desk, after, telegram_server):
    """Between the last receipt and the schedule's own note of it, a kill leaves it on the schedule."""
    schedule(desk)
    with closing(sqlite3.connect(desk.folder / ".publish/ledger.db")) as ledger, ledger:
        before = ledger.execute("SELECT next_at, id FROM deliveries").fetchall()
    assert due(desk, DUE)[0] == 0
    with closing(sqlite3.connect(desk.folder / ".publish/ledger.db")) as ledger, ledger:
        ledger.executemany("UPDATE deliveries SET next_at = ? WHERE id = ?", before)
    if after == "brake":
        desk.at(LATER, "freeze")
        assert desk.at(LATER, "unfreeze").returncode == 0
    else:
        assert due(desk, TOO_LATE) == (0, "")
    run = desk.at(LATER, "schedule")
    assert "Held" not in run.stdout
    assert len(telegram_server.posts) == 1


CANCELS = """
import os, subprocess, sys
from publisher.delivery import run
look = run.look

def late_look(*args, **named):
    subprocess.run([sys.executable, "-m", "publisher", "cancel", {words}], check=True, timeout=60)
    return look(*args, **named)

run.look = late_look
"""


@pytest.mark.parametrize("words", ['"release.txt"', '"release.txt", "--only", "newsroom"'])
def test_what_is_cancelled_while_it_is_made_ready_stays_here(desk, words, mastodon_server, telegram_server):
    """The others of that moment are not kept from going out, and whoever cancelled knows already."""
    schedule(desk)
    run = desk.run("due", hook=clock(DUE) + CANCELS.format(words=words))
    said = run.stdout + run.stderr
    assert "Traceback" not in said
    assert "cannot be used" not in said
    assert "published already" not in said
    assert run.returncode == (1 if "--only" in words else 0), said
    assert nothing_out(desk, mastodon_server, telegram_server)


def test_a_thread_that_the_brake_stopped_is_held_and_finished_by_a_person(desk, mastodon_server):
    """`publish freeze` in the middle: no post after it, by cron neither, and the rest follows when a person says so."""
    file = desk.folder / "channels.yaml"
    file.write_text(file.read_text().replace("layout: single", "layout: thread"))
    schedule(desk)
    pull = "import publisher.delivery.sending as s; a = s.Sender.attempt\n"
    pull += "import subprocess, sys\n"
    pull += "def attempt(self, claimed, *more):\n"
    pull += "    if claimed[0].index == 2: subprocess.run([sys.executable, '-m', 'publisher', 'freeze'], check=True)\n"
    pull += "    return a(self, claimed, *more)\n"
    pull += "s.Sender.attempt = attempt\n"
    hook = f"import time_machine; time_machine.travel({DUE!r}, tick=True).start()\n{pull}"
    run = desk.run("due", hook=hook)

    assert run.returncode == 3, run.stdout
    assert len(mastodon_server.posts) == 2
    assert "stopped by `publish freeze`" in run.stdout
    desk.at(DUE, "unfreeze")
    assert due(desk, LATER) == (0, "")
    assert len(mastodon_server.posts) == 2
    assert desk.at(LATER, "release.txt").returncode == 0
    assert len(mastodon_server.posts) == 4
    assert [post.reply_to for post in mastodon_server.posts] == [
        None,
        *(post.id for post in mastodon_server.posts[:-1]),
    ]


def test_a_slug_that_became_another_releases_is_told(desk, telegram_server):
    """The text is the same, so nothing else would stop it; it is neither sent as the other one nor passed over."""
    file = desk.folder / "channels.yaml"
    file.write_text(file.read_text().replace("  newsroom:\n", "  newsroom:\n    enabled: false\n"))
    (desk.folder / "release.txt").write_text("---\nslug: harbour\n---\n\n" + RELEASE, encoding="utf-8")
    schedule(desk, "--only", "telegram")
    (desk.folder / "other.txt").write_text("Another Headline of the League\n\nAller, 2 Dec. A text of its own.\n")
    assert desk.at(BEFORE, "other.txt", "--at", "2026-12-02 14:30", "--only", "telegram").returncode == 0
    slug = "another-headline-of-the-league"
    (desk.folder / "release.txt").write_text(f"---\nslug: {slug}\n---\n\n" + RELEASE, encoding="utf-8")
    code, said = due(desk, DUE)

    assert code in (2, 3), said
    assert "harbour: nothing was sent: " in said
    assert f"release.txt: its slug, `{slug}`, is now that of another release" in said
    assert not telegram_server.posts


def test_channels_that_were_scheduled_apart_and_become_due_together_all_go_out(desk, mastodon_server, telegram_server):
    """After downtime, or as one was moved to the others' time: each is planned again as it was when it was frozen."""
    schedule(desk)
    schedule(desk, "--only", "newsroom,mastodon")
    code, said = due(desk, DUE)

    assert code == 0, said
    assert (len(mastodon_server.posts), len(telegram_server.posts)) == (1, 1)


def test_a_post_that_a_wrong_clock_sent_is_not_sent_again_by_a_right_one(desk, mastodon_server):
    """The network has it at another time than the ledger says, so "not here" proves nothing: a person looks."""
    ahead = (datetime.now(UTC) + timedelta(minutes=12)).isoformat()
    dies = "import os, publisher.delivery.sending as s\nreceipts = s.Sender.receipts\n"
    dies += "def die(self, claimed, after):\n    receipts(self, claimed, after)\n"
    dies += "    if self.channel.name == 'mastodon': os._exit(9)\n    return receipts(self, claimed, after)\n"
    killed = desk.run(
        "release.txt", "--only", "newsroom,mastodon", hook=f"{clock(ahead)}\n{dies}s.Sender.receipts = die"
    )
    assert killed.returncode == 9
    assert len(mastodon_server.posts) == 1
    run = desk.run("release.txt", "--only", "newsroom,mastodon")

    assert run.returncode == 3, run.stdout
    assert "was 12 minutes ahead of the network's when it was sent, so that it may stand there" in run.stdout
    assert len(mastodon_server.posts) == 1


def test_sent_by_hand_in_vain_it_keeps_its_time(desk, telegram_server):
    """`--at now` that does not get through takes nothing off the schedule, and says so."""
    schedule(desk)
    site = desk.folder / "site"
    site.write_text("a file in the way of the newsroom")
    run = desk.at(BEFORE, "release.txt", "--at", "now")
    assert run.returncode == 1
    last = run.stdout.splitlines()[-1]
    assert last == "Still on the schedule for Tuesday, 1 December 2026, 09:00 CET: newsroom, mastodon, telegram."
    site.unlink()
    assert due(desk, DUE)[0] == 0
    assert len(telegram_server.posts) == 1


def test_another_channels_yaml_does_not_send_what_was_scheduled_with_the_first(desk, telegram_server):
    """Two of them in one folder share the ledger, not the accounts."""
    text = (desk.folder / "channels.yaml").read_text()
    (desk.folder / "staging.yaml").write_text(text.replace("folder: site", "folder: trial"))
    schedule(desk, "--config", "staging.yaml", "--only", "newsroom")
    assert due(desk, DUE) == (0, "")
    assert not (desk.folder / "site").exists()
    assert due(desk, DUE, "--config", "staging.yaml")[0] == 0
    assert (desk.folder / "trial/index.html").is_file()
    assert not telegram_server.posts
