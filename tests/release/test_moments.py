"""Times as they are written in front matter and behind --at."""

from datetime import UTC, date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo, available_timezones

import pytest
from examples import examples
from hypothesis import given, settings
from hypothesis import strategies as st

from publisher.release.moments import UnclearTimeError, copied, first_instant, is_iso, local, read_time, readings

ZONES = (
    "Europe/Berlin",
    "America/New_York",
    "Australia/Lord_Howe",
    "Asia/Kathmandu",
    "Pacific/Apia",
    "America/Havana",
    "America/Santiago",
    "Africa/Cairo",
    "Pacific/Chatham",
    "UTC",
)


def wall(*figures):
    """What a clock shows, wherever it hangs."""
    return datetime(*figures)  # noqa: DTZ001


WALL = st.datetimes(wall(2010, 1, 1), wall(2040, 12, 31)).map(lambda moment: moment.replace(microsecond=0))


def unclear(written, zone="Europe/Berlin", **how):
    with pytest.raises(UnclearTimeError) as refused:
        read_time(written, zone, **how)
    reason, hint = refused.value.reason, refused.value.hint
    assert reason
    assert hint
    assert "\n" not in reason + hint
    assert not reason.endswith(".")
    return f"{reason}. {hint}"


@pytest.mark.parametrize(
    ("written", "instant"),
    [
        ("2026-12-01T09:00:00+01:00", "2026-12-01T08:00"),
        ("2026-12-01 09:00Z", "2026-12-01T09:00"),
        ("2026-12-01t09:00z", "2026-12-01T09:00"),
        ("20261201T0900Z", "2026-12-01T09:00"),
        ("20261201T090030+0545", "2026-12-01T03:15:30"),
        ("2026-12-01T09:00:00.250Z", "2026-12-01T09:00:00.250"),
        ("2026-12-01T09:00-05", "2026-12-01T14:00"),
        ("2026-12-01T09:00 −05:00", "2026-12-01T14:00"),
        ("2026-12-01 09:00 Europe/Berlin", "2026-12-01T08:00"),
        ("2026-12-01 09:00 America/Argentina/Buenos_Aires", "2026-12-01T12:00"),
        ("2026-12-01T09:00[Europe/Berlin]", "2026-12-01T08:00"),
        ("2026-12-01T09:00+01:00[Europe/Berlin]", "2026-12-01T08:00"),
        ("2026-12-01T08:00Z[Europe/Berlin]", "2026-12-01T08:00"),
        ("2026-12-01 09:00 UTC", "2026-12-01T09:00"),
        ("2026-12-01 09:00", "2026-12-01T08:00"),
        ("  2026-12-01   09:00\n", "2026-12-01T08:00"),
        ("2026-12-01T09:00:30", "2026-12-01T08:00:30"),
        ("2026-07-01 09:00", "2026-07-01T07:00"),
        ("2028-02-29 23:59", "2028-02-29T22:59"),
    ],
)
def test_a_time_in_iso_8601_is_read(written, instant):
    """With its offset, by its zone, or by the organisation's."""
    found = read_time(written, "Europe/Berlin")

    assert found == datetime.fromisoformat(instant).replace(tzinfo=UTC)
    assert is_iso(written)


@pytest.mark.parametrize(
    "written",
    [
        "",
        "tomorrow",
        "9 a.m.",
        "2026-12-1 09:00",
        "2026-12-01 9:00",
        "2026-12-01 9:00 a.m.",
        "12/01/2026 09:00",
        "2026-W49-2T09:00",
        "2026-12-01x09:00",
        "2026-12-01T09",
        "2026-02-29 09:00",
        "2026-13-01 09:00",
        "2026-12-01 24:00",
        "2026-12-01 09:60",
        "2026-12-01 09:00:60",
        "2026-12-01T09:00+25:00",
        "2026-12-01T09:00+14:30",
        "2026-12-01T09:00-12:01",
        "2026-12-01T09:00+01:60",
        "2026-12-01 09:00 Europe/Nowhere",
        "2026-12-01 09:00 ../../etc/passwd",
        "2026-12-01 09:00 CET",
        "2026-12-01 09:00[right/Europe/Berlin]",
        "2026-12-01T09:00+02:00[Europe/Berlin]",
        "0001-01-01T00:00+14:00",
        "0026-12-01 09:00",
        "9999-12-31T23:59-12:00",
        "2026-12-01 09:00" + " " * 500 + "or later",
        "٢٠٢٦-12-01 09:00",
    ],
)
def test_anything_else_is_unclear_and_an_example_is_shown(written):
    """What cannot be read is never guessed."""
    assert any(example in unclear(written) for example in ("2026-12-01", "Europe/Berlin", "Take out"))


def test_a_day_alone_will_do_only_where_it_is_asked_for():
    """Its first instant is meant."""
    assert '"2026-12-01 09:00"' in unclear("2026-12-01")
    assert '"2026-12-01 09:00"' in unclear(date(2026, 12, 1))
    for written in ("2026-12-01", "20261201", date(2026, 12, 1)):
        assert read_time(written, "Europe/Berlin", day_alone=True) == datetime(2026, 11, 30, 23, tzinfo=UTC)
    berlin = read_time("2026-12-01 Europe/Berlin", "Asia/Tokyo", day_alone=True)
    assert berlin == datetime(2026, 11, 30, 23, tzinfo=UTC)


@pytest.mark.parametrize(
    ("zone", "day", "begins"),
    [
        ("Africa/Cairo", date(2026, 4, 24), "2026-04-24T01:00+03:00"),
        ("America/Santiago", date(2026, 9, 6), "2026-09-06T01:00-03:00"),
        ("America/Havana", date(2026, 11, 1), "2026-11-01T00:00-04:00"),
        ("Australia/Lord_Howe", date(2026, 10, 4), "2026-10-04T00:00+10:30"),
    ],
)
def test_a_day_begins_at_its_first_instant(zone, day, begins):
    """Where the clocks go forward at midnight it begins at one, where they go back to it at the first of both."""
    assert first_instant(day, zone) == datetime.fromisoformat(begins)


def test_a_day_that_a_zone_skipped_is_unclear():
    """Samoa went from the 29th to the 31st."""
    assert "skipped" in unclear("2011-12-30", "Pacific/Apia", day_alone=True)
    assert "does not exist" in unclear("2011-12-30 09:00", "Pacific/Apia")


@pytest.mark.parametrize(
    ("zone", "written", "shown"),
    [
        ("Europe/Berlin", "2026-10-25 02:30", "2026-10-25T02:30+02:00 or 2026-10-25T02:30+01:00"),
        ("Europe/Berlin", "2026-03-29 02:30", "2026-03-29T03:30+02:00 or 2026-03-29T01:30+01:00"),
        ("Europe/Berlin", wall(2026, 3, 29, 2, 30), "2026-03-29T03:30+02:00 or 2026-03-29T01:30+01:00"),
        ("America/New_York", "2026-11-01T01:00", "2026-11-01T01:00-04:00 or 2026-11-01T01:00-05:00"),
        ("Australia/Lord_Howe", "2026-04-05 01:45", "2026-04-05T01:45+11:00 or 2026-04-05T01:45+10:30"),
        ("Australia/Lord_Howe", "2026-10-04 02:15", "2026-10-04T02:45+11:00 or 2026-10-04T01:45+10:30"),
        ("Asia/Tokyo", "2026-10-25 02:30 Europe/Berlin", "2026-10-25T02:30+02:00 or 2026-10-25T02:30+01:00"),
    ],
)
def test_times_at_a_change_of_the_clocks_are_refused_with_both_readings(zone, written, shown):
    """Those that do not exist and those that exist twice; either reading can be copied."""
    said = unclear(written, zone)

    assert said.endswith(f"Write {shown}")
    assert all(read_time(copy, zone) for copy in shown.split(" or "))


def test_the_minutes_around_a_change_are_clear():
    """The first and the last that exist once."""
    for written, instant in (("2026-03-29 01:59", 0), ("2026-03-29 03:00", 1), ("2026-10-25 03:00", None)):
        found = read_time(written, "Europe/Berlin")
        assert instant is None or found == datetime(2026, 3, 29, 0, 59, tzinfo=UTC) + timedelta(minutes=instant)


def test_what_yaml_gives_is_taken_as_it_is():
    """With zone: the same instant; without: by the organisation's clock."""
    aware = datetime(2026, 12, 1, 9, tzinfo=timezone(timedelta(hours=5, minutes=45)))

    assert read_time(aware, "Europe/Berlin") is aware
    assert read_time(wall(2026, 12, 1, 9), "Asia/Kathmandu") == aware
    unclear(datetime(1, 1, 1, tzinfo=timezone(timedelta(hours=14))))
    unclear(wall(9999, 12, 31, 23, 59))
    unclear(date(1, 1, 1), day_alone=True)


@pytest.mark.parametrize("zone", ["", "Nowhere/Atall", "../x", "Europe", "\0", "é", "/etc/localtime", "A" * 300])
def test_an_unknown_zone_is_unclear(zone):
    """Whatever stands in its place."""
    assert "time zone" in unclear("2026-12-01 09:00", zone)
    with pytest.raises(UnclearTimeError):
        local(datetime(2026, 12, 1, tzinfo=UTC), zone)


@pytest.mark.parametrize(
    ("zone", "shown"),
    [
        ("Europe/Berlin", "Tuesday, 1 December 2026, 09:00 CET"),
        ("Asia/Kathmandu", "Tuesday, 1 December 2026, 13:45 +05:45"),
        ("America/Sao_Paulo", "Tuesday, 1 December 2026, 05:00 -03:00"),
        ("UTC", "Tuesday, 1 December 2026, 08:00 UTC"),
    ],
)
def test_an_instant_is_told_in_words(zone, shown):
    """By the clock in a zone, with its letters, or its offset where it has none."""
    assert local(datetime(2026, 12, 1, 8, tzinfo=UTC), zone) == shown


def test_seconds_are_told_where_there_are_any():
    """And not otherwise."""
    assert local(datetime(2026, 12, 1, 8, 0, 5, tzinfo=UTC), "UTC") == "Tuesday, 1 December 2026, 08:00:05 UTC"


@settings(max_examples=examples(2_000), deadline=None)
@given(
    st.one_of(
        st.text(max_size=60),
        st.from_regex(
            r"[0-9]{4}-?[01][0-9]-?[0-3][0-9]([T ][0-2][0-9]:?[0-5][0-9]([+-][0-9]{2}:?[0-9]{2}|Z| \w+/\w+)?)?"
        ),
        st.datetimes(timezones=st.none() | st.timezones()),
        st.dates(),
    ),
    st.sampled_from(ZONES),
    st.booleans(),
)
def test_anything_gives_an_instant_with_zone_or_is_unclear(written, zone, day_alone):
    """Never another exception; and an instant can be told in every zone."""
    try:
        found = read_time(written, zone, day_alone=day_alone)
    except UnclearTimeError:
        return

    assert found.utcoffset() is not None
    assert all(local(found, each) for each in ZONES)


@settings(max_examples=examples(2_000), deadline=None)
@given(WALL, st.sampled_from(ZONES))
def test_a_time_that_is_read_is_what_the_clock_there_shows(shown, zone):
    """And one that is refused has two readings, at different instants, which can be copied and read."""
    try:
        found = read_time(shown, zone)
    except UnclearTimeError:
        both = readings(shown, zone)
        assert len(set(both)) == 2
        assert [read_time(copied(each), zone) for each in both] == list(both)
        return

    assert found.astimezone(ZoneInfo(zone)).replace(tzinfo=None) == shown
    assert read_time(shown.isoformat(), zone) == found


@settings(max_examples=examples(2_000), deadline=None)
@given(st.dates(date(1971, 1, 1), date(2040, 12, 31)), st.sampled_from(sorted(available_timezones() - {"Factory"})))
def test_nothing_of_a_day_lies_before_its_first_instant(day, zone):
    """A second earlier it is another day there."""
    try:
        begins = first_instant(day, zone)
    except UnclearTimeError:
        assert zone.startswith(("Pacific/", "Kwajalein", "US/Samoa"))
        return
    there = ZoneInfo(zone)

    assert begins.astimezone(there).date() == day
    assert (begins - timedelta(seconds=1)).astimezone(there).date() < day
