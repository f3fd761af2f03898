"""A folder of releases: what has a `publish_at` is taken up by `publish due`, so that merging a file is enough."""

import json
import os
import shutil
from pathlib import Path

import pytest
from desk import RELEASE, Desk

SAMPLE_IMAGE = Path(__file__).parents[2] / "releases/images/tamarack-river.png"
HOUR_BEFORE = "2026-12-01 07:00:00+00:00"
BEFORE = "2026-12-01 07:30:00+00:00"
DUE = "2026-12-01 08:00:30+00:00"
LATER = "2026-12-01 08:20:00+00:00"
TOO_LATE = "2026-12-01 11:00:00+00:00"
AT = "2026-12-01 09:00"  # in Berlin
NEW = RELEASE.replace("thirty years", "forty years")


@pytest.fixture
def desk(tmp_path, telegram_server):
    desk = Desk(tmp_path, {"telegram": telegram_server.settings()})
    file = tmp_path / "channels.yaml"
    file.write_text(file.read_text().replace("name: League", "timezone: Europe/Berlin\n  name: League"))
    (tmp_path / "releases/2026").mkdir(parents=True)
    return desk


def write(desk, text=RELEASE, name="2026/harbour.txt", **front):
    """Put a release into the folder, old enough to be whole."""
    front = {"publish_at": f'"{AT}"', **front}
    lines = [f"{key}: {value}" for key, value in front.items() if value]
    file = desk.folder / "releases" / name
    file.write_text("\n".join(["---", *lines, "---", text]) if lines else text, encoding="utf-8")
    os.utime(file, ns=(0, file.stat().st_mtime_ns - 10**10))
    return file


def due(desk, moment, *words):
    run = desk.at(moment, "due", *words)
    assert "Traceback" not in run.stderr
    return run.returncode, run.stdout + run.stderr


def test_a_file_that_is_merged_goes_out_at_its_time(desk, telegram_server):
    write(desk)
    assert due(desk, HOUR_BEFORE) == (
        0,
        "releases/2026/harbour.txt: scheduled for Tuesday, 1 December 2026, 09:00 CET, on newsroom, telegram\n",
    )
    assert due(desk, BEFORE) == (0, "")
    assert not telegram_server.posts
    assert due(desk, DUE)[0] == 0
    assert len(telegram_server.posts) == 1
    assert due(desk, LATER) == (0, "")
    assert len(telegram_server.posts) == 1


def test_a_file_whose_time_has_come_goes_out_at_once(desk, telegram_server):
    write(desk)
    code, said = due(desk, DUE)

    assert code == 0, said
    assert len(telegram_server.posts) == 1


def test_a_file_that_comes_too_late_is_held(desk, telegram_server):
    write(desk)
    code, said = due(desk, TOO_LATE, "--json")

    assert code == 3
    assert "3 hours ago, and `max_late` is 2 hours" in said
    (release,) = json.loads(desk.run("status", "--json").stdout)["releases"]
    assert {each["status"] for each in release["deliveries"]} == {"held"}
    assert not telegram_server.posts
    assert due(desk, TOO_LATE) == (0, "")


def test_a_file_of_long_ago_is_named_and_not_sent(desk, telegram_server):
    """A slip in the year must not pass in silence."""
    write(desk, publish_at="2025-12-01 09:00")
    code, said = due(desk, DUE)

    assert code == 3
    assert "365 days ago, and nothing was sent. `publish FILE` sends it now" in said
    assert due(desk, LATER) == (0, "")
    assert desk.run("schedule").returncode == 0
    assert not telegram_server.posts


def test_a_change_that_is_merged_before_its_time_is_taken_up(desk, telegram_server):
    write(desk)
    due(desk, HOUR_BEFORE)
    write(desk, NEW)
    code, said = due(desk, BEFORE)
    assert (code, said.count("scheduled for")) == (0, 1)
    assert due(desk, DUE)[0] == 0
    (post,) = telegram_server.posts
    assert "forty years" in post.text


def test_a_change_that_comes_when_it_is_due_already_is_held(desk, telegram_server):
    """Nobody has seen that text on the schedule."""
    write(desk)
    due(desk, HOUR_BEFORE)
    write(desk, NEW)
    code, said = due(desk, DUE)

    assert code == 3
    assert "as releases/2026/harbour.txt changed since it was scheduled" in said
    assert not telegram_server.posts


def test_a_change_that_comes_while_it_is_tried_again_is_held(desk, telegram_server):
    """Its time has passed: what was frozen for it goes out, or nothing."""
    write(desk)
    due(desk, HOUR_BEFORE)
    (desk.folder / "site").write_text("no folder")
    assert due(desk, DUE)[0] == 1
    write(desk, NEW)
    due(desk, "2026-12-01 08:00:50+00:00")
    (desk.folder / "site").unlink()
    code, said = due(desk, LATER)

    assert code == 3, said
    assert "as releases/2026/harbour.txt changed since it was scheduled" in said
    assert not telegram_server.posts


@pytest.mark.parametrize("text", [RELEASE, NEW])
def test_a_later_time_that_is_merged_at_the_last_moment_moves_it(desk, text, telegram_server):
    """Nothing looked at the folder between the change and the time that it replaces."""
    write(desk)
    due(desk, HOUR_BEFORE)
    write(desk, text, publish_at='"2026-12-01 12:00"')
    code, said = due(desk, DUE)

    assert code == 0, said
    assert "scheduled for Tuesday, 1 December 2026, 12:00 CET" in said
    assert not telegram_server.posts
    assert due(desk, "2026-12-01 11:00:30+00:00")[0] == 0
    assert len(telegram_server.posts) == 1


def test_what_is_held_is_not_let_go_by_another_change(desk, telegram_server):
    """Only a person's command, or another time in the file, brings it out."""
    write(desk)
    due(desk, HOUR_BEFORE)
    write(desk, NEW)
    assert due(desk, DUE)[0] == 3
    write(desk)
    code, said = due(desk, LATER)
    assert (code, "stays held" in said) == (3, True)
    assert due(desk, LATER) == (0, "")
    assert not telegram_server.posts
    write(desk, NEW, publish_at='"2026-12-01 09:30"')
    assert "scheduled for" in due(desk, LATER)[1]


def test_what_a_person_scheduled_is_not_changed_by_a_merge(desk, telegram_server):
    """It is said at once, and held when its time comes, unless the person schedules it again."""
    write(desk)
    assert desk.at(HOUR_BEFORE, "releases/2026/harbour.txt").returncode == 0
    due(desk, HOUR_BEFORE)
    write(desk, NEW)
    code, said = due(desk, BEFORE)
    assert code == 3
    assert "it changed since a person scheduled it" in said
    assert due(desk, DUE)[0] == 3
    assert not telegram_server.posts


@pytest.mark.parametrize("front", [{"publish_at": ""}, {"draft": "true"}])
def test_a_time_that_is_taken_out_takes_it_off_the_schedule(desk, front, telegram_server):
    write(desk)
    due(desk, HOUR_BEFORE)
    write(desk, **front)
    code, said = due(desk, BEFORE)

    assert code == 0
    assert "taken off the schedule" in said
    assert due(desk, DUE) == (0, "")
    assert not telegram_server.posts


def test_a_later_time_moves_it(desk, telegram_server):
    write(desk)
    due(desk, HOUR_BEFORE)
    write(desk, publish_at='"2026-12-01 09:10"')
    assert "09:10 CET" in due(desk, BEFORE)[1]
    assert due(desk, DUE) == (0, "")
    assert due(desk, LATER)[0] == 0
    assert len(telegram_server.posts) == 1


@pytest.mark.parametrize("first", ["due", "person"])
def test_cancelled_it_does_not_come_back_by_itself(desk, first, telegram_server):
    """Neither at the next look nor when the file is touched or edited; another time brings it back."""
    write(desk)
    desk.at(HOUR_BEFORE, *(["due"] if first == "due" else ["releases/2026/harbour.txt"]))
    assert desk.at(HOUR_BEFORE, "cancel", "releases/2026/harbour.txt").returncode == 0
    assert due(desk, BEFORE) == (0, "")
    write(desk, NEW)
    assert due(desk, DUE) == (0, "")
    assert not telegram_server.posts
    write(desk, NEW, publish_at='"2026-12-01 09:15"')
    due(desk, DUE)
    assert due(desk, LATER)[0] == 0
    assert len(telegram_server.posts) == 1


@pytest.mark.parametrize(
    ("text", "front", "said"),
    [
        (RELEASE, {"publish_at": '"2027-03-28 02:30"'}, "does not exist"),
        (RELEASE, {"publish_at": "tomorrow"}, "cannot be read"),
        (RELEASE, {"publish_at": "2026-12-01"}, "without a time"),
        (RELEASE, {"publish_att": "2026-12-01 09:00"}, "publish_att"),
        (RELEASE.replace("thirty years", "[INSERT NUMBER] years"), {}, "--accept-warnings"),
        (RELEASE, {"embargo": '"2026-12-01 09:01"'}, "under embargo until Tuesday, 1 December 2026, 09:01 CET"),
        (RELEASE, {"media": "[{path: none.png, alt: A}]"}, "there is no image none.png"),
    ],
    ids=["no such time", "no time", "a day", "a slip", "a placeholder", "too early", "no image"],
)
def test_what_cannot_go_on_the_schedule_is_said_once_and_shown(desk, text, front, said, telegram_server):
    write(desk, text, **front)
    code, first = due(desk, HOUR_BEFORE)

    assert code == 2, first
    assert first.startswith("releases/2026/harbour.txt: ")
    assert said in first
    assert due(desk, BEFORE) == (0, "")
    shown = desk.run("schedule")
    assert (shown.returncode, said in shown.stdout) == (3, True)
    write(desk)
    assert "scheduled for" in due(desk, BEFORE)[1]
    assert due(desk, DUE)[0] == 0
    assert len(telegram_server.posts) == 1


def test_what_was_put_right_elsewhere_is_taken_up(desk, tmp_path):
    """The image that was not there, the variable that was not set."""
    write(desk, media="[{path: river.png, alt: A river}]")
    assert due(desk, HOUR_BEFORE)[0] == 2
    shutil.copy(SAMPLE_IMAGE, tmp_path / "releases/2026/river.png")
    assert "scheduled for" in due(desk, BEFORE)[1]


def test_two_files_with_one_slug_are_not_taken_for_one(desk):
    write(desk)
    write(desk, NEW, name="copy.txt")
    code, said = due(desk, HOUR_BEFORE)

    assert code == 2
    assert "has the same slug" in said


def test_a_release_that_changed_after_it_went_out_is_said_and_not_sent(desk, telegram_server):
    write(desk)
    due(desk, DUE)
    write(desk, NEW)
    code, said = due(desk, LATER)

    assert code == 3
    assert "has changed since it went out" in said
    assert due(desk, LATER) == (0, "")
    assert len(telegram_server.posts) == 1


def test_files_without_a_time_are_none_of_its_business(desk, telegram_server):
    """Nor are drafts, notes, images, and what an editor leaves behind."""
    write(desk, publish_at="")
    write(desk, name="draft.md", draft="true")
    write(desk, name=".hidden.md")
    write(desk, name="~lock.md")
    (desk.folder / "releases/notes.pdf").write_bytes(b"%PDF")

    assert due(desk, DUE) == (0, "")
    assert not telegram_server.posts


def test_a_file_that_is_touched_is_no_other_file(desk, telegram_server):
    file = write(desk)
    due(desk, HOUR_BEFORE)
    os.utime(file)
    assert due(desk, BEFORE) == (0, "")
    assert due(desk, DUE)[0] == 0
    assert len(telegram_server.posts) == 1


def test_a_file_that_is_gone_is_held_at_its_time(desk, telegram_server):
    file = write(desk)
    due(desk, HOUR_BEFORE)
    file.unlink()
    assert due(desk, BEFORE) == (0, "")
    code, said = due(desk, DUE)

    assert code == 3
    assert "HELD for a person" in said
    assert not telegram_server.posts


def test_only_what_changed_is_read(desk):
    """Between two looks nothing of a file is opened whose size and time are the same."""
    for number in range(3):
        write(desk, name=f"{number}.md", publish_at="")
    due(desk, HOUR_BEFORE)
    write(desk, NEW, name="1.md", publish_at="")
    hook = "from publisher.delivery import intake\nread = intake._bytes\n"
    hook += "intake._bytes = lambda config, seen: (print('read', seen.path), read(config, seen))[1]"
    run = desk.run("due", hook=hook)

    assert run.stdout == "read releases/1.md\n"
    assert desk.run("due", hook=hook).stdout == ""


def test_the_folder_may_be_another(desk, telegram_server):
    file = desk.folder / "channels.yaml"
    file.write_text(f"releases: news\n{file.read_text()}")
    write(desk)
    (desk.folder / "releases").rename(desk.folder / "news")

    assert due(desk, DUE)[0] == 0
    assert len(telegram_server.posts) == 1


def test_a_file_that_was_renamed_goes_out_all_the_same(desk, telegram_server):
    """It is the same release in another file: neither a double nor one that is missing."""
    file = write(desk)
    due(desk, HOUR_BEFORE)
    file.rename(file.with_name("quay.txt"))
    code, said = due(desk, BEFORE)
    assert (code, said) == (
        0,
        "releases/2026/quay.txt: scheduled for Tuesday, 1 December 2026, 09:00 CET, on newsroom, telegram\n",
    )
    assert due(desk, DUE)[0] == 0
    assert due(desk, LATER) == (0, "")
    assert len(telegram_server.posts) == 1


def test_what_a_person_scheduled_as_it_is_in_the_folder_is_no_news(desk, telegram_server):
    """Nothing changed: `publish FILE` and the folder agree."""
    write(desk)
    assert desk.at(HOUR_BEFORE, "releases/2026/harbour.txt").returncode == 0

    assert due(desk, BEFORE) == (0, "")
    assert due(desk, DUE)[0] == 0
    assert len(telegram_server.posts) == 1


def test_what_was_cancelled_stays_so_while_its_file_is_away(desk, telegram_server):
    """As with another branch checked out for a while."""
    file = write(desk)
    due(desk, HOUR_BEFORE)
    assert desk.at(HOUR_BEFORE, "cancel", "releases/2026/harbour.txt").returncode == 0
    away = desk.folder / "harbour.txt"
    file.rename(away)
    assert due(desk, BEFORE) == (0, "")
    away.rename(file)

    assert due(desk, BEFORE) == (0, "")
    assert due(desk, DUE) == (0, "")
    assert not telegram_server.posts


def test_what_became_due_behind_the_brake_is_held_also_where_nobody_looked(desk, telegram_server):
    """Whether `publish due` ran in between or only afterwards."""
    write(desk)
    desk.at("2026-12-01 07:58:00+00:00", "freeze")
    desk.at("2026-12-01 08:03:00+00:00", "unfreeze")
    code, said = due(desk, "2026-12-01 08:05:00+00:00")

    assert code == 3
    assert "HELD for a person: it became due while everything was stopped" in said
    assert not telegram_server.posts
