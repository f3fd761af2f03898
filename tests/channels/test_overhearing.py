"""A network's answers are kept as they came, and nothing that must stay secret is kept with them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from publisher.channels.overhearing import MOST, ClaimLostError, hear, leave, overhear
from publisher.config.secrets import remember


def test_an_answer_is_heard_with_its_code():
    """Bytes or words; each answer is one entry, in order."""
    with overhear() as heard:
        hear(500, b'{"error":"InternalServerError"}')
        hear("250", "2.0.0 queued")

    assert heard.answers == ['500 {"error":"InternalServerError"}', "250 2.0.0 queued"]


def test_nobody_who_does_not_listen_keeps_anything():
    """Outside of it an answer is let go; within another listener only the inner one hears."""
    hear(200, b"let go")
    with overhear() as outer:
        with overhear() as inner:
            hear(200, b"once")
        hear(204, b"")

    assert (outer.answers, inner.last) == (["204"], "200 once")


def test_a_secret_is_masked_and_an_endless_answer_is_cut():
    """Also a secret that stands where the answer is cut."""
    remember("hush-hush-hush")
    for before in range(MOST - 20, MOST + 5):
        with overhear() as heard:
            hear(200, b"x" * before + b"hush-hush-hush" * 100)
        assert "hush-h" not in heard.last
        assert len(heard.last) <= MOST


@pytest.mark.parametrize("minutes", [-90, 0, 90])
def test_the_networks_clock_is_held_against_ours(minutes):
    """By the header of its last answer that had one."""
    theirs = format_datetime(datetime.now(UTC) - timedelta(minutes=minutes), usegmt=True)
    with overhear() as heard:
        hear(200, b"", theirs)
        hear(200, b"")

    assert abs(heard.skew - timedelta(minutes=minutes)) < timedelta(minutes=1)


@pytest.mark.parametrize(
    "date", ["", None, "yesterday", "Tue, 99 Nov 2026 99:00:00 GMT", "Tue, 24 Nov 999999 09:00:00 GMT"]
)
def test_a_time_that_is_none_says_nothing(date):
    with overhear() as heard:
        hear(200, b"", date)

    assert heard.skew is None


def test_no_request_leaves_where_it_may_not():
    """Asked anew before each; whoever is not told anything lets all of them leave."""
    leave()
    answers = [True, False]
    with overhear(lambda: answers.pop(0)):
        leave()
        with pytest.raises(ClaimLostError):
            leave()
    leave()
