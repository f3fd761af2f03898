"""Keys that say when a request was planned, moments as networks write them, and times to wait."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from examples import examples
from hypothesis import example, given, settings
from hypothesis import strategies as st

from publisher.channels.refusals import too_many
from publisher.channels.times import dated, moment, planned, shortly_dated

HASH = "0123456789abcdef" * 2
zones = st.sampled_from([UTC, timezone(timedelta(hours=-11)), timezone(timedelta(hours=5, minutes=45))])
moments = st.datetimes(datetime(2000, 1, 1), datetime(2200, 1, 1), timezones=zones)  # noqa: DTZ001 -- with `zones`


@given(moments)
def test_a_dated_key_tells_the_second_and_a_short_one_the_millisecond(at):
    assert planned(dated(HASH, at)) == at.replace(microsecond=0)
    assert abs(planned(shortly_dated(HASH, at)) - at) <= timedelta(milliseconds=1)


@example("f" * 11 + "-" + HASH)
@example("f" * 12 + "-" + HASH)
@given(st.text("0123456789abcdef-/:T+Z ", max_size=40) | st.text(max_size=20))
@settings(max_examples=examples(2_000))
def test_any_text_tells_a_moment_with_a_zone_or_none(text):
    for at in (moment(text), planned(text)):
        assert at is None or at.tzinfo is not None


@pytest.mark.parametrize(
    ("until", "words"),
    [
        (7, "too many requests to Harbour; try again in 7 seconds"),
        (datetime(2026, 12, 1, 9, tzinfo=UTC), "too many requests to Harbour; try again after 2026-12-01 09:00:00 UTC"),
        ("try again tomorrow", "too many requests to Harbour; try again tomorrow"),
    ],
)
def test_too_many_requests_say_when_to_try_again(until, words):
    assert too_many("Harbour", until) == words
