"""How long a WordPress site wants to be left alone, and what it certainly did not take."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from channels.test_wordpress import channel as channel_of
from channels.test_wordpress import planned as request_of
from examples import examples
from hypothesis import given, settings
from hypothesis import strategies as st
from sending import answers, images
from servers.base import Reply
from servers.wordpress import WordPressServer

from publisher.channels.wordpress_answers import until


@pytest.fixture
def site() -> Iterator[WordPressServer]:
    server = WordPressServer()
    yield server
    server.stop()
    assert not server.crashes, server.crashes[0]


@answers
def test_only_what_certainly_did_not_arrive_is_to_be_sent_again(site, monkeypatch, status, headers, meaning):
    monkeypatch.setattr(site, "_create", lambda *_: Reply(status, {}, headers))
    channel = channel_of(site)
    receipt = channel.send(request_of(channel), [])

    assert (receipt.outcome, receipt.wait) == meaning


@pytest.mark.parametrize("fault", ["close_before", "close_after", "500_after"])
@pytest.mark.parametrize("step", ["/wp/v2/media", "/wp/v2/pages"])
def test_what_goes_wrong_before_anything_is_posted_is_repeated(site, tmp_path, fault, step):
    site.misbehave(fault, on=step)
    wordpress = channel_of(site)
    request = request_of(wordpress, media=images(tmp_path, "a.png"))
    lost, again = wordpress.send(request, []), wordpress.send(request, [])

    assert (lost.outcome, lost.wait, again.outcome) == ("refused", 0.0, "sent")
    assert len(site.posts) == 1


def test_a_site_that_is_being_updated_is_waited_for(site, monkeypatch):
    monkeypatch.setattr(site, "_create", lambda _call: Reply(503, b"<html>Maintenance</html>", {"Retry-After": "600"}))
    receipt = channel_of(site).send(request_of(channel_of(site)), [])

    assert (receipt.outcome, receipt.wait) == ("refused", 600.0)


@settings(max_examples=examples(2_000))
@given(
    st.sampled_from([429, 503]),
    st.dictionaries(
        st.sampled_from(["retry-after", "date"]),
        st.text(max_size=20) | st.floats().map(str) | st.integers(-(10**12), 10**12).map(str),
    ),
)
def test_no_header_makes_a_wait_below_zero_or_breaks_anything(status, headers):
    wait = until(status, headers)

    assert wait is None or wait >= 0
    assert status == 503 or wait is not None
