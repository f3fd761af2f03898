"""A release that is scheduled by the clock of a place goes out at that instant, whatever the clocks do around it.

What is expected comes from UTC alone: of all instants, those at which a clock in the zone shows the time.
"""

import re
import time
from contextlib import closing
from datetime import UTC, datetime, timedelta
from functools import cache
from sqlite3 import connect
from zoneinfo import ZoneInfo

import pytest
import time_machine
from desk import Desk
from examples import FULL
from sqlalchemy import insert

from publisher.config.loading import load_config
from publisher.config.model import Organisation
from publisher.delivery import calendar, glance, schema
from publisher.delivery.due import Due
from publisher.delivery.ledger import Ledger
from publisher.delivery.pace import Pace
from publisher.delivery.plan import make_plan
from publisher.delivery.scheduling import freeze
from publisher.delivery.timing import read_times
from publisher.documents import read
from publisher.errors import PublishError
from publisher.release import parse
from publisher.release.model import Release

ZONES = (
    "Europe/Berlin",
    "Europe/London",
    "America/New_York",
    "America/Sao_Paulo",
    "America/St_Johns",
    "Australia/Lord_Howe",
    "Asia/Kathmandu",
    "Asia/Tehran",
    "Africa/Casablanca",
    "Pacific/Chatham",
)
NOW = datetime(2025, 12, 20, tzinfo=UTC)
BEGIN, END = datetime(2025, 12, 31, tzinfo=UTC), datetime(2028, 1, 2, tzinfo=UTC)
SECOND, MINUTE, QUARTER = timedelta(seconds=1), timedelta(minutes=1), timedelta(minutes=15)
DAYS = (
    datetime(2026, 12, 31, 12),  # noqa: DTZ001 -- by the clock of each place
    datetime(2026, 12, 31, 23, 59, 59),  # noqa: DTZ001
    datetime(2027, 2, 28, 23, 59),  # noqa: DTZ001
    datetime(2027, 12, 31, 23, 59, 30),  # noqa: DTZ001
    datetime(2028, 1, 1),  # noqa: DTZ001
    datetime(2028, 2, 29),  # noqa: DTZ001
    datetime(2028, 2, 29, 23, 59),  # noqa: DTZ001
)


def shows(instant, zone):
    """What a clock there shows at an instant."""
    return instant.astimezone(ZoneInfo(zone)).replace(tzinfo=None, fold=0)


def instants(clock, zone):
    """The instants at which a clock there shows this time, the earliest first; offsets are quarters of an hour."""
    around = [clock.replace(tzinfo=UTC) + QUARTER * quarters for quarters in range(-15 * 4, 15 * 4 + 1)]
    return [instant for instant in around if shows(instant, zone) == clock]


@cache
def changes(zone):
    """The instants from which another offset counts there, to the second, in 2026 and 2027."""

    def offset(instant):
        return instant.astimezone(ZoneInfo(zone)).utcoffset()

    found, step = [], timedelta(hours=6)
    at = BEGIN
    while at < END:
        if offset(at) != offset(at + step):
            before, after = at, at + step
            while after - before > SECOND:
                middle = before + (after - before) // 2 // SECOND * SECOND
                before, after = (middle, after) if offset(middle) == offset(before) else (before, middle)
            found.append(after)
        at += step
    return found


def around(change, zone):
    """Times on the clock about a change: before, at the edges of what is skipped or shown twice, inside, after."""
    old, new = shows(change - SECOND, zone) + SECOND, shows(change, zone)
    first, last = min(old, new), max(old, new)
    middle = first + (last - first) / 2
    moments = (-90 * MINUTE, -MINUTE, -SECOND, 0 * MINUTE, SECOND, MINUTE)
    return sorted({middle, *(edge + moment for edge in (first, last) for moment in moments), last + 90 * MINUTE})


def clocks(zone):
    """Each time on the clock that is tried there."""
    return [*(clock for change in changes(zone) for clock in around(change, zone)), *DAYS]


def due_at(clock, zone, **written):
    """When a release is due, that is scheduled by this clock with --at; or with what is `written`."""
    organisation = Organisation(name="League", timezone=zone)
    asked = {"at": f"{clock:%Y-%m-%d %H:%M:%S}"} if not written else {}
    return read_times(Release(file="r.md", headline="H", slug="h", **written), organisation, NOW, **asked).at


def test_the_zones_are_what_they_are_here_for():
    """Four changes where there are two a year; half an hour on Lord Howe; quarters of an hour; none in Kathmandu."""
    assert [len(changes(zone)) for zone in ("Europe/Berlin", "Australia/Lord_Howe", "America/New_York")] == [4, 4, 4]
    assert shows(changes("Australia/Lord_Howe")[0], "Australia/Lord_Howe").minute == 30
    assert shows(changes("Pacific/Chatham")[0], "Pacific/Chatham").minute == 45
    assert not changes("Asia/Kathmandu")
    assert instants(DAYS[0], "Asia/Kathmandu") == [datetime(2026, 12, 31, 6, 15, tzinfo=UTC)]
    assert sum(len(instants(clock, zone)) != 1 for zone in ZONES for clock in clocks(zone)) >= 100


@pytest.mark.parametrize("zone", ZONES)
def test_a_time_is_its_instant_or_refused_with_both_readings(zone):
    """Each reading is accepted, and right: where the clock shows the time twice, it is one of those instants."""
    for clock in clocks(zone):
        expected = instants(clock, zone)
        if len(expected) == 1:
            assert due_at(clock, zone) == expected[0], clock
            assert due_at(clock, zone, publish_at=clock) == expected[0], clock
            continue
        with pytest.raises(PublishError, match="exists twice" if expected else "does not exist") as refused:
            due_at(clock, zone)
        readings = re.fullmatch(r"Write (\S+) or (\S+)", refused.value.hint).groups()
        assert all(reading in refused.value.message for reading in readings)
        found = [due_at(None, zone, publish_at=reading) for reading in readings]
        assert found == (expected or skipped(clock, zone)), clock


def skipped(clock, zone):
    """What a time would be that no clock shows: by the offset before the change, and by the one after it."""
    change = next(each for each in changes(zone) if clock in around(each, zone) and shows(each, zone) > clock)
    offsets = [(change + shift).astimezone(ZoneInfo(zone)).utcoffset() for shift in (-SECOND, SECOND)]
    return [clock.replace(tzinfo=UTC) - offset for offset in offsets]


def every_instant():
    return sorted({instant for zone in ZONES for clock in clocks(zone) for instant in instants(clock, zone)})


def desk_in(folder, zone):
    desk = Desk(folder, {})
    desk.configure({}, organisation={"name": "League", "timezone": zone})
    return desk


@pytest.fixture
def in_california(monkeypatch):
    """The machine's own zone is nobody's business."""
    monkeypatch.setenv("TZ", "America/Los_Angeles")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


@pytest.mark.usefixtures("in_california")
def test_the_schedule_and_the_first_glance_agree_on_each_instant(tmp_path):
    """Not a second before, and at it; the glance reads SQLite by itself."""
    config = load_config(str(desk_in(tmp_path, "Europe/Berlin").folder / "channels.yaml"))
    moments = every_instant()
    with closing(Ledger(config.ledger, config.folder)) as ledger:
        fill(ledger, moments)
        glance.leave_note(config, ledger.where, glance.state_of(config.folder / "channels.yaml"))
        with closing(connect(ledger.where, isolation_level=None)) as beside:
            beside.execute("PRAGMA synchronous = OFF")  # a test's own hand need not be durable
            for number, instant in enumerate(moments, start=1):
                assert calendar.next_at(ledger) == instant
                for now, expected in ((instant - SECOND, []), (instant, [number])):
                    with time_machine.travel(now, tick=False):
                        assert calendar.due(ledger, now) == expected
                        assert glance.nothing_to_do(config.file) == (not expected), now
                beside.execute("UPDATE deliveries SET next_at = NULL WHERE release_id = ?", (number,))
        assert calendar.next_at(ledger) is None


def fill(ledger, moments):
    """A release for each of these instants, with a post that waits for it."""
    common = {"digest": "", "created_at": NOW, "headline": "H", "content": {}}
    with ledger.writing() as connection:
        for number, instant in enumerate(moments, start=1):
            names = {"id": number, "slug": f"r{number}", "file": f"r{number}.md"}
            connection.execute(insert(schema.releases).values(**names, **common))
            row = {"id": number, "release_id": number, "channel": "newsroom", "type": "newsroom", "layout": "article"}
            connection.execute(insert(schema.deliveries).values(**row))
            post = {"delivery_id": number, "index": 0, "status": "planned", "request": {}, "digest": ""}
            connection.execute(insert(schema.posts).values(**post, updated_at=NOW))
            calendar.put(connection, number, instant, {"newsroom": {"late": 7200}})


@pytest.mark.usefixtures("in_california")
@pytest.mark.parametrize("zone", ZONES if FULL else ["Australia/Lord_Howe"])
def test_it_goes_out_at_its_instant_and_not_a_second_before(tmp_path, zone):
    """Written without an offset where the clock shows it once, else as each of the two readings."""
    desk = desk_in(tmp_path, zone)
    config = load_config(str(desk.folder / "channels.yaml"))
    clocks = [clock for change in changes(zone) for clock in around(change, zone)[4:-4:3]] + [*DAYS[-4:]]
    written = {instant: as_written(clock, instant, zone) for clock in clocks for instant in instants(clock, zone)}
    with closing(Ledger(config.ledger, config.folder)) as ledger, time_machine.travel(NOW, tick=False) as now:
        for number, (_, text) in enumerate(sorted(written.items())):
            schedule(desk.folder / f"r{number}.md", text, config, ledger)
        due = Due(config, ledger, lambda _: lambda _: None, lambda: Pace(60))
        for number, instant in enumerate(sorted(written)):
            now.move_to(instant - SECOND)
            assert list(due.send()) == []
            now.move_to(instant)
            (done,) = due.send()
            assert (done.code, done.release.slug) == (0, f"release-{number}"), done
    assert len(list((desk.folder / "site").glob("release-*/index.html"))) == len(written) >= 4


def as_written(clock, instant, zone):
    if len(instants(clock, zone)) == 1:
        return f"{clock:%Y-%m-%d %H:%M:%S}"
    return instant.astimezone(ZoneInfo(zone)).isoformat()


def schedule(file, publish_at, config, ledger):
    file.write_text(f"---\npublish_at: {publish_at}\n---\n# Release {file.stem[1:]}\n\nALLER, Dec. 1 — A text.\n")
    release = parse(read(str(file)))
    times = read_times(release, config.organisation, datetime.now(UTC))
    freeze(make_plan(release, config, for_sending=True), times, config, ledger, lambda _: {})


@pytest.mark.parametrize(
    ("zone", "written", "instant"),
    [
        ("America/New_York", "2026-11-01T01:30-05:00", datetime(2026, 11, 1, 6, 30, tzinfo=UTC)),
        ("Australia/Lord_Howe", "2027-04-04 02:00", datetime(2027, 4, 3, 15, 30, tzinfo=UTC)),
        ("Asia/Kathmandu", "2028-02-29 00:00", datetime(2028, 2, 28, 18, 15, tzinfo=UTC)),
        ("Pacific/Chatham", "2027-12-31 23:59:30", datetime(2027, 12, 31, 10, 14, 30, tzinfo=UTC)),
    ][: None if FULL else 1],
)
def test_so_does_the_command_itself(tmp_path, zone, written, instant):
    """On a machine whose own clock is in another zone."""
    desk = desk_in(tmp_path, zone)
    elsewhere = {"TZ": "America/Los_Angeles"}
    run = desk.at(NOW, "release.txt", "--at", written, env=elsewhere)
    assert run.returncode == 0, run.stderr

    stopped = f"import time_machine; time_machine.travel({str(instant - SECOND)!r}, tick=False).start()"
    assert desk.run("due", env=elsewhere, hook=stopped).stdout == ""
    assert not (desk.folder / "site").exists()
    run = desk.at(instant, "due", env=elsewhere)
    assert run.returncode == 0, run.stdout
    assert (desk.folder / "site").is_dir()
