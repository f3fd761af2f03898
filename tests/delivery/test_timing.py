"""When a release is to go out, and whether it may."""

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest

from publisher.config.model import Organisation
from publisher.delivery.times import Times
from publisher.delivery.timing import read_times, refuse_embargoed
from publisher.errors import PublishError
from publisher.release.model import Release

NOW = datetime(2026, 12, 1, 8, 0, tzinfo=UTC)
BERLIN = Organisation(name="League", timezone="Europe/Berlin")


def release(**times):
    return Release(file="r.md", headline="H", slug="h", **times)


def times_of(at=None, **times):
    return read_times(release(**times), BERLIN, NOW, at)


@pytest.mark.parametrize(
    ("times", "at"),
    [
        ({"publish_at": datetime(2026, 12, 1, 9, 1)}, NOW + timedelta(minutes=1)),  # noqa: DTZ001 -- read in Berlin
        ({"publish_at": "2026-12-02T09:00:00+01:00"}, NOW + timedelta(days=1)),
        ({"publish_at": "2026-12-01 09:00"}, None),
        ({"publish_at": "2026-11-30 09:00"}, None),
        ({}, None),
    ],
)
def test_a_time_to_come_is_waited_for_and_a_past_one_is_now(times, at):
    assert times_of(**times).at == at


def test_what_the_command_says_is_the_time():
    assert times_of("2026-12-01 10:00").at == NOW + timedelta(hours=1)


@pytest.mark.parametrize(
    ("at", "times", "said"),
    [
        ("2026-12-01 09:00", {}, "past"),
        ("2026-12-01", {}, "without a time"),
        ("at nine", {}, "cannot be read"),
        ("2027-03-28 02:30", {}, "does not exist"),
        ("2027-10-31 02:30", {}, r"\+02:00 or 2027-10-31T02:30\+01:00"),
        ("2026-12-03 09:00", {"publish_at": "2026-12-02 09:00"}, "`publish_at` in the release Wednesday"),
        (None, {"publish_at": "2026-12-02"}, "without a time"),
        (None, {"embargo": "9:30 tomorrow"}, "the time in `embargo` cannot be taken"),
        (None, {"embargo": "EMBARGOED"}, "the time in `embargo` cannot be taken"),
        (None, {"draft": True}, "this is a draft"),
    ],
)
def test_a_time_that_is_past_unclear_or_contradicted_is_refused(at, times, said):
    with pytest.raises(PublishError, match=said) as refused:
        times_of(at, **times)

    assert "nothing was sent" in str(refused.value)


def test_now_is_now_whatever_time_the_release_has_but_no_embargo_ends_by_it():
    times = times_of("now", publish_at="2026-12-02 09:00", embargo="2026-12-02 09:00")

    assert (times.at, times.at_once) == (None, True)
    assert times.notice == NOW + timedelta(days=1)


def test_the_same_time_said_twice_is_no_contradiction():
    assert times_of("2026-12-02 08:00Z", publish_at="2026-12-02 09:00").at == NOW + timedelta(days=1)


@pytest.mark.parametrize(
    ("embargo", "at", "holds"),
    [
        (NOW + timedelta(minutes=1), None, True),
        (NOW, None, False),
        (NOW + timedelta(hours=2), "2026-12-01 10:59", True),
        (NOW + timedelta(hours=2), "2026-12-01 11:00", False),
        ("2026-12-02", "2026-12-01 23:59", True),
        ("Embargoed until 9:30 a.m. CET, Tuesday, December 1, 2026", None, True),
    ],
)
def test_an_embargo_holds_until_its_instant(embargo, at, holds):
    """Whether it is in the front matter or printed, and however the time to go out is written."""
    assert (times_of(at, embargo=embargo).notice is not None) is holds


def channel(name, *, public=True, allow=False):
    return SimpleNamespace(name=name, is_public=public, settings=SimpleNamespace(embargo="allow" if allow else None))


PRESS = channel("press", public=False, allow=True)


@pytest.mark.parametrize(
    ("channels", "early"),
    [
        ([channel("x"), PRESS], "x"),
        ([channel("x"), channel("site"), PRESS], "x, site"),
        ([channel("room", public=False)], "room"),
        ([channel("x", allow=True)], "x"),
    ],
)
def test_under_embargo_nothing_goes_to_who_may_not_have_it(channels, early):
    until = NOW + timedelta(hours=1)
    with pytest.raises(
        PublishError, match=f"until Tuesday, 1 December 2026, 10:00 CET, and {early} must not"
    ) as refused:
        refuse_embargoed(channels, Times(NOW, None, until), release(), "Europe/Berlin")

    assert f'--at "{until.isoformat()}"' in refused.value.hint
    assert ("--only press" in refused.value.hint) is (PRESS in channels)


def test_under_embargo_the_press_list_may_have_it():
    refuse_embargoed([PRESS], Times(NOW, None, NOW + timedelta(hours=1)), release(), "Europe/Berlin")


def test_after_the_embargo_everyone_may_have_it():
    refuse_embargoed([channel("x")], Times(NOW, None, NOW), release(), "Europe/Berlin")
