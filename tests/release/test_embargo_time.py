"""When embargoes end, by the lines that people print."""

from datetime import UTC, date, datetime, timedelta

import pytest
from embargoes import timed
from examples import examples
from hypothesis import given, settings
from hypothesis import strategies as st

from publisher.release.embargo_time import embargo_ends
from publisher.release.embargo_words import known_words
from publisher.release.language import available, everywhere, load
from publisher.release.model import Release
from publisher.release.moments import UnclearTimeError, first_instant, local, readings
from publisher.release.zones import find_zones

CHANGES = [
    datetime.fromisoformat(each)
    for each in ("2026-03-29T01:30", "2026-03-29T02:30", "2026-10-25T01:30", "2026-10-25T02:30", "2027-03-28T02:00")
]
NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)


def ends(written, language="en", zone="Europe/Berlin", now=NOW):
    return embargo_ends(Release(file="x.md", headline="x", slug="x", language=language, embargo=written), zone, now)


@pytest.mark.parametrize(("line", "language", "zone", "sign", "expected"), [*timed()])
def test_a_line_is_read_as_the_table_says(line, language, zone, sign, expected):
    """Or is refused for the reason that stands there, with a hint."""
    if sign == "=":
        assert ends(line, language, zone) == datetime.fromisoformat(expected).replace(tzinfo=UTC)
        return
    with pytest.raises(UnclearTimeError) as refused:
        ends(line, language, zone)

    assert expected in refused.value.reason
    assert refused.value.hint
    assert "\n" not in str(refused.value)


def test_a_release_without_an_embargo_has_no_end_of_it():
    """It may go out."""
    assert ends(None) is None


@pytest.mark.parametrize(
    "written",
    [
        datetime(2026, 12, 1, 8, tzinfo=UTC),
        datetime(2026, 12, 1, 9),  # noqa: DTZ001 - as YAML gives it
        "2026-12-01T09:00:00+01:00",
        "2026-12-01 09:00",
        "2026-12-01 09:00 Europe/Berlin",
        "9 a.m. CET, December 1, 2026",
    ],
)
def test_front_matter_is_read_as_it_stands(written):
    """Dates and texts out of YAML, and the words of a line."""
    assert ends(written) == datetime(2026, 12, 1, 8, tzinfo=UTC)


def test_a_day_in_front_matter_is_its_first_instant():
    """Whatever YAML makes of it."""
    for written in (date(2026, 12, 1), "2026-12-01"):
        assert ends(written) == datetime(2026, 11, 30, 23, tzinfo=UTC)


@pytest.mark.parametrize(
    "written", ["", " ", "none", "True", "2026-12-01 09:60", "x" * 10_000, "Embargoed\x01", "\u200b"]
)
def test_what_is_no_time_is_unclear(written):
    """And holds the release."""
    with pytest.raises(UnclearTimeError):
        ends(written)


@pytest.mark.parametrize("days", [*range(-150, 151, 50), 180])
def test_a_day_without_a_year_is_the_nearest(days):
    """Before or after."""
    day = NOW.date() + timedelta(days=days)

    assert ends(f"Embargoed until {day:%B} {day.day}", zone="UTC") == datetime(day.year, day.month, day.day, tzinfo=UTC)


def test_words_that_move_a_time_are_not_passed_over():
    """A word is passed over only where the time is the same without it."""
    moving = """
    after following day days week night evening morning afternoon hour hours end close later tomorrow next minute
    minutes and between about approximately through including nach ende tag tage stunden abends morgens übermorgen
    folgetag einschließlich gegen circa après lendemain fin soir jours heures environ inclus et después siguiente
    final tarde mañana noche horas dias días y dopo fine sera successivo giorni seguente circa e
    """
    assert known_words("").isdisjoint(moving.split())


@pytest.mark.parametrize("code", available())
def test_every_zone_that_the_review_knows_is_understood(code):
    """So that nobody is told to name a zone and then told that it is not understood."""
    for name in load(code).lists["time_zones"]:
        shown = name.upper() if len(name) <= 5 and " " not in name else name
        found, rest = find_zones(f"10 {shown}", "Europe/Berlin")
        assert [zone.end - zone.start for zone in found] == [len(shown)], (name, rest)


def test_a_name_means_one_month_and_one_day_of_the_week():
    """In whatever language: a line is read with the words of all of them."""
    for name, position in (("months", 12), ("weekdays", 7)):
        known = {}
        for entries in everywhere(name).values():
            for at, entry in enumerate(entries):
                for word in entry.split():
                    assert known.setdefault(word, at % position) == at % position


PARTS = st.sampled_from(
    """
    EMBARGOED|Sperrfrist|until|bis|jusqu'au|9|9:00|09:00|a.m.|p.m.|Uhr|9h30|ore 9|las 10|noon|midnight|24 Uhr|0001 hrs
    1400|ET|EST|EDT|CET|MEZ|GMT|IST|UTC+2|GMT-5|+01:00|Z|Europe/Berlin|London time|heure de Paris|local time|Tuesday
    mardi|December 1|1. Dezember|1er décembre 2026|1.12.2026|12/01/2026|2026-12-01|29 Feb|March 28, 2027
    02:30|October 25, 2026|/|(|)|,|-|–|.|:|2026|1|31|99|after|T|9999|December 31, 9999|January 1, 0001|ſunday|İ|١|²|9.30
    12 a.m.|h
    """.replace("\n", "|").split("|")
)
ANYTHING = st.text(max_size=80) | st.lists(PARTS, max_size=9).map(" ".join) | st.lists(PARTS, max_size=6).map("".join)
ZONES = st.sampled_from(
    [
        "Europe/Berlin",
        "America/New_York",
        "Asia/Shanghai",
        "Australia/Lord_Howe",
        "Asia/Kathmandu",
        "Africa/Cairo",
        "UTC",
    ]
)


@settings(max_examples=examples(3_000), deadline=None)
@given(ANYTHING, st.sampled_from([*available(), "nl", ""]), ZONES)
def test_any_line_gives_an_instant_or_is_unclear(line, language, zone):
    """Never another exception; and an instant can be told to people."""
    try:
        found = ends(line, language, zone)
    except UnclearTimeError:
        return

    assert found.utcoffset() is not None
    assert local(found, zone)


FORMS = {
    "en": "Embargoed until {hour}:{minute:02} {half} London time, {weekday}, {month} {day}{, year}",
    "de": "Sperrfrist: {weekday}, {day}. {month}{ year}, {hours}.{minute:02} Uhr Berliner Zeit",
    "fr": "Sous embargo jusqu’au {weekday} {day} {month}{ year} à {hours}h{minute:02} (heure de Paris)",
    "es": "Embargado hasta las {hours}:{minute:02} h del {weekday} {day} de {month}{ de year} (hora de Madrid)",
    "it": "Embargo fino alle ore {hours}.{minute:02} di {weekday} {day} {month}{ year}, ora di Roma",
}
PLACES = {"en": "London", "de": "Berlin", "fr": "Paris", "es": "Madrid", "it": "Rome"}


@settings(max_examples=examples(2_000), deadline=None)
@given(
    st.sampled_from(sorted(FORMS)),
    st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31)) | st.sampled_from(CHANGES),  # noqa: DTZ001
    st.booleans(),
    st.booleans(),
)
def test_every_time_of_two_years_is_read_as_it_is_written(code, wall, with_year, right):
    """In each language, with a year or without; refused at changes of the clocks, and on a wrong weekday."""
    names = load(code).lists
    form = FORMS[code]
    for separator in (", ", " de ", " "):
        form = form.replace(f"{{{separator}year}}", f"{separator}{wall.year}" if with_year else "")
    line = form.format(
        weekday=names["weekdays"][(wall.weekday() + (not right)) % 7],
        month=names["months"][wall.month - 1].split()[0],
        day=wall.day,
        hours=wall.hour,
        hour=wall.hour % 12 or 12,
        minute=wall.minute,
        half="a.m." if wall.hour < 12 else "p.m.",
    )
    possible = readings(wall.replace(second=0, microsecond=0), f"Europe/{PLACES[code]}")
    now = wall.replace(tzinfo=UTC) - timedelta(days=60)
    if right and len(possible) == 1 and not (code == "en" and (wall.hour, wall.minute) == (0, 0)):
        assert ends(line, code, "Asia/Tokyo", now) == possible[0]
        return
    with pytest.raises(UnclearTimeError):
        ends(line, code, "Asia/Tokyo", now)


DAYS = st.dates(date(2026, 6, 1), date(2027, 5, 1))
CLOCKS = st.sampled_from(
    [
        "",
        "9 a.m.",
        "12:01 a.m.",
        "12 a.m.",
        "midnight",
        "noon",
        "00:00",
        "0001 hrs",
        "00:30",
        "2:30",
        "02:30",
        "23:59",
        "24:00",
    ]
)
NAMED = st.sampled_from(["", "ET", "EST", "EDT", "CET", "BST", "GMT", "UTC+14", "GMT-12", "IST", "Tokyo time", "AEDT"])


@settings(max_examples=examples(2_000), deadline=None)
@given(
    DAYS, CLOCKS, NAMED, ZONES, st.sampled_from(["{0:%B} {0.day}, {0.year}", "{0.day} {0:%b}", "{0:%A}, {0:%m/%d/%Y}"])
)
def test_no_answer_lies_before_the_day_that_is_named(day, clock, named, zone, form):
    """A minute before that day has begun where the zone of the line is, nothing is out."""
    line = f"Embargoed until {clock} {named}, {form.format(day)}"
    now = datetime(day.year, day.month, day.day, tzinfo=UTC) - timedelta(days=30)
    try:
        found = ends(line, zone=zone, now=now)
    except UnclearTimeError:
        return
    offset = {"": None, "ET": "America/New_York", "Tokyo time": "Asia/Tokyo"}
    if named in offset:
        assert found >= first_instant(day, offset[named] or zone)
    hours = {"EST": -5, "EDT": -4, "CET": 1, "BST": 1, "GMT": 0, "UTC+14": 14, "GMT-12": -12, "AEDT": 11}
    if named in hours:
        assert found >= datetime(day.year, day.month, day.day, tzinfo=UTC) - timedelta(hours=hours[named])
    assert found <= datetime(day.year, day.month, day.day, tzinfo=UTC) + timedelta(days=2)
