"""How long a network wants to be left alone, whatever its headers look like."""

from __future__ import annotations

import math
from datetime import UTC, datetime, timedelta

import pytest
from examples import examples
from hypothesis import given, settings
from hypothesis import strategies as st

from publisher.channels import pacing
from publisher.channels.base import Receipt

NOON = datetime(2026, 12, 1, 12, tzinfo=UTC)
THEIR_NOON = {"date": "Tue, 01 Dec 2026 12:00:00 GMT"}
ODD = st.one_of(
    st.none(),
    st.integers(),
    st.floats(),
    st.booleans(),
    st.text(max_size=30),
    st.from_regex(r"\A[-+]?[0-9]{0,40}(\.[0-9]*)?(e[0-9]+)?\Z"),
    st.datetimes().map(str),
    st.datetimes().map(datetime.isoformat),
    st.sampled_from(["nan", "inf", "-1", "\u0663", "Mon, 99 Foo 2026", "Tue, 01 Dec 2026 12:00:00 -9999", "9" * 5000]),
)


@pytest.mark.parametrize(
    ("written", "wait"), [("12", 12.0), (" 0.75 ", 0.75), (3, 3.0), ("0", 0.0), ("9999999", None), ("-1", None)]
)
def test_seconds_are_read_as_they_are(written, wait):
    assert pacing.seconds(written) == wait


def test_the_time_to_wait_goes_by_the_networks_own_clock():
    """That of this machine may be hours off, and a header names a moment."""
    assert pacing.until_epoch(str(int(NOON.timestamp()) + 90), THEIR_NOON) == 90.0
    assert pacing.until_moment("2026-12-01T12:05:00.500Z", THEIR_NOON) == 300.5
    assert pacing.retry_after({"retry-after": "Tue, 01 Dec 2026 12:02:00 GMT", **THEIR_NOON}) == 120.0


def test_a_moment_that_is_over_is_no_time_to_wait():
    assert pacing.until_epoch(str(int(NOON.timestamp()) - 90), THEIR_NOON) == 0.0
    assert pacing.until_moment("2026-12-01T11:59:00Z", THEIR_NOON) == 0.0
    assert pacing.retry_after({"retry-after": "Tue, 01 Dec 2026 11:02:00 GMT", **THEIR_NOON}) == 0.0


def test_without_the_networks_clock_it_goes_by_that_of_this_machine():
    soon = datetime.now(UTC) + timedelta(minutes=30)

    assert 0.0 < (pacing.until_moment(soon.isoformat(), {}) or 0.0) <= 1800.0


def test_only_a_503_that_says_when_to_come_back_was_certainly_not_taken():
    assert pacing.turned_away(503, {"retry-after": "7"}) == 7.0
    assert pacing.turned_away(503, {}) is None
    assert pacing.turned_away(503, {"retry-after": "soon"}) is None
    assert pacing.turned_away(500, {"retry-after": "7"}) is None


def test_requests_are_spent_only_where_the_network_says_that_none_is_left():
    assert [pacing.is_spent(left) for left in ("0", "0.0", "1", "", None, "none", "-1")] == [True, True] + [False] * 5


def test_what_fails_before_anything_is_posted_is_refused_and_may_be_repeated():
    assert pacing.unposted(Receipt("unknown", error="no answer")) == Receipt("refused", error="no answer", wait=0.0)
    for receipt in (Receipt("refused", error="no"), Receipt("refused", error="too many", wait=7.0)):
        assert pacing.unposted(receipt) == receipt


@settings(max_examples=examples(2_000))
@given(ODD, ODD.map(str), ODD.map(str))
def test_no_header_makes_a_wait_below_zero_or_breaks_anything(written, again, date):
    for headers in ({}, {"date": date, "retry-after": again}):
        for wait in (
            pacing.seconds(written),
            pacing.until_epoch(written, headers),
            pacing.until_moment(written, headers),
            pacing.retry_after(headers),
            pacing.turned_away(503, headers),
            pacing.first(pacing.seconds(written), default=60.0),
        ):
            assert wait is None or (wait >= 0.0 and math.isfinite(wait))
        assert pacing.is_spent(written) in (True, False)
