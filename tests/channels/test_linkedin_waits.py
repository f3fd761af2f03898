"""How long LinkedIn wants to be left alone, and what it certainly did not take."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from channels.test_linkedin import channel as channel_of
from channels.test_linkedin import planned as request_of
from examples import examples
from hypothesis import given, settings
from hypothesis import strategies as st
from sending import answers, images
from servers.base import Reply
from servers.linkedin import LinkedInServer

from publisher.channels.linkedin_answers import until


@pytest.fixture
def server() -> Iterator[LinkedInServer]:
    running = LinkedInServer()
    yield running
    running.stop()
    assert not running.crashes, running.crashes[0]


@answers
def test_only_what_certainly_did_not_arrive_is_to_be_sent_again(server, monkeypatch, status, headers, meaning):
    monkeypatch.setattr(server, "_create", lambda *_: Reply(status, {}, headers))
    channel = channel_of(server)
    receipt = channel.send(request_of(channel), [])

    assert (receipt.outcome, receipt.wait) == meaning


@pytest.mark.parametrize("fault", ["close_before", "close_after", "500_after"])
@pytest.mark.parametrize("step", ["/rest/images", "/dms-uploads"])
def test_an_upload_whose_answer_is_lost_is_repeated(server, tmp_path, fault, step):
    server.misbehave(fault, on=step)
    linkedin = channel_of(server)
    request = request_of(linkedin, media=images(tmp_path, "a.png"))
    lost, again = linkedin.send(request, []), linkedin.send(request, [])

    assert (lost.outcome, lost.wait, again.outcome) == ("refused", 0.0, "sent")
    assert len(server.posts) == 1


def test_a_quota_is_for_a_day_of_linkedins_clock():
    assert until({"date": "Tue, 01 Dec 2026 23:00:00 GMT"})[1] == 3600.0
    assert until({"date": "Thu, 31 Dec 2026 23:59:59 GMT", "retry-after": "soon"})[1] == 1.0
    assert until({"date": "Fri, 01 Jan 2027 00:00:00 GMT"})[1] == 86_400.0


@settings(max_examples=examples(2_000))
@given(
    st.dictionaries(
        st.sampled_from(["retry-after", "date"]),
        st.text(max_size=20) | st.floats().map(str) | st.integers(-(10**12), 10**12).map(str),
    )
)
def test_no_header_makes_a_wait_below_zero_or_breaks_anything(headers):
    assert until(headers)[1] >= 0
