"""How long Discord wants to be left alone, and what it certainly did not take."""

from __future__ import annotations

import pytest
from channels.test_discord import bot, hook, rendered
from examples import examples
from hypothesis import given, settings
from hypothesis import strategies as st
from sending import answers, send_all
from servers.base import Reply

from publisher.channels.discord_answers import pause, seconds_to_wait
from publisher.channels.wire import AnswerError


def request_of(channel):
    return rendered(channel, "One")[0]


@answers
def test_only_what_certainly_did_not_arrive_is_to_be_sent_again(discord_server, monkeypatch, status, headers, meaning):
    monkeypatch.setattr(discord_server, "_post", lambda *_: Reply(status, {}, headers))
    channel = bot(discord_server)
    receipt = channel.send(request_of(channel), [])

    assert (receipt.outcome, receipt.wait) == meaning


@pytest.mark.parametrize("make", [bot, hook])
@pytest.mark.parametrize(
    ("body", "headers", "wait"),
    [
        ({"retry_after": 0.35, "global": True}, {"Retry-After": "1", "X-RateLimit-Global": "true"}, 0.35),
        ({"retry_after": 12.4, "code": 20016}, {"X-RateLimit-Reset-After": "9.5"}, 12.4),
        ({}, {"X-RateLimit-Reset-After": "9.5"}, 9.5),
        (b"<html>error 1015</html>", {"Retry-After": "33"}, 33.0),
        ({"retry_after": -1}, {}, 60.0),
        ({}, {}, 60.0),
    ],
)
def test_a_rate_limit_is_waited_for_as_long_as_it_says(discord_server, monkeypatch, make, body, headers, wait):  # noqa: PLR0917 -- a row of the table
    monkeypatch.setattr(discord_server, "_post", lambda *_: Reply(429, body, headers))
    receipt = make(discord_server).send(request_of(make(discord_server)), [])

    assert (receipt.outcome, receipt.wait) == ("refused", wait)


@pytest.mark.parametrize("make", [bot, hook])
def test_the_last_message_that_a_limit_allows_says_how_long_to_pause(discord_server, make):
    channel = make(discord_server)
    discord_server.left = 2
    first, second = send_all(channel, rendered(channel, "One", "Two"))

    assert (first.outcome, first.wait) == ("sent", None)
    assert (second.outcome, second.wait) == ("sent", 1.75)


@settings(max_examples=examples(2_000))
@given(
    st.dictionaries(
        st.sampled_from(["x-ratelimit-reset-after", "x-ratelimit-remaining", "retry-after", "date"]),
        st.text(max_size=20) | st.floats().map(str) | st.integers(-(10**12), 10**12).map(str) | st.just("0"),
    ),
    st.one_of(st.none(), st.floats(), st.text(max_size=10), st.integers()),
)
def test_no_answer_makes_a_wait_below_zero_or_breaks_anything(headers, said):
    refusal = AnswerError(429, b"", headers)
    refusal.answer = {"retry_after": said}
    wait = pause(headers)

    assert wait is None or wait >= 0
    assert seconds_to_wait(refusal) >= 0
