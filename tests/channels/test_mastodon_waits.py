"""How long a Mastodon server wants to be left alone, and what it certainly did not take."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from examples import examples
from hypothesis import given, settings
from hypothesis import strategies as st
from sending import answers, images
from servers.base import Reply

from publisher.channels.base import ChannelError
from publisher.channels.mastodon import Mastodon
from publisher.channels.mastodon_answers import find_among, pause, until
from publisher.channels.overhearing import overhear
from publisher.compose.model import Post, Variant
from publisher.text.rich import as_rich


def request_of(mastodon, text="One", media=()):
    [request] = mastodon.render(Variant("mastodon", "mastodon", "single", "en", (Post(as_rich(text), media),)))
    return mastodon.stamp(request, datetime.now(UTC), f"seed of {text}")


def channel_of(server):
    return Mastodon("mastodon", Mastodon.Settings(**server.settings()), Path())


@answers
def test_only_what_certainly_did_not_arrive_is_to_be_sent_again(mastodon_server, monkeypatch, status, headers, meaning):
    monkeypatch.setattr(mastodon_server, "_create", lambda *_: Reply(status, {}, headers))
    channel = channel_of(mastodon_server)
    receipt = channel.send(request_of(channel), [])

    assert (receipt.outcome, receipt.wait) == meaning


@pytest.mark.parametrize("fault", ["close_before", "close_after", "500_after", "garbage"])
def test_an_upload_whose_answer_is_lost_is_repeated(mastodon_server, tmp_path, fault):
    mastodon_server.misbehave(fault, on="/api/v2/media")
    mastodon = channel_of(mastodon_server)
    request = request_of(mastodon, media=images(tmp_path, "a.png"))
    lost, again = mastodon.send(request, []), mastodon.send(request, [])

    assert (lost.outcome, again.outcome) == ("refused", "sent")
    assert lost.wait == (None if fault == "garbage" else 0.0)
    assert len(mastodon_server.posts) == 1


def test_the_last_post_that_a_limit_allows_says_how_long_to_pause(mastodon_server):
    mastodon_server.left = 2
    mastodon = channel_of(mastodon_server)
    first, second = (mastodon.send(request_of(mastodon, text), []) for text in ("One", "Two"))

    assert (first.outcome, first.wait) == ("sent", None)
    assert second.outcome == "sent"
    assert 240 < (second.wait or 0) <= 301


@pytest.mark.parametrize(
    ("scopes", "missing"),
    [
        ({"read", "write"}, ""),
        ({"read", "write:statuses", "write:media"}, ""),
        ({"read", "write:statuses"}, "write:media"),
        ({"read:accounts", "write:media"}, "read:statuses, write:statuses"),
    ],
)
def test_a_token_that_may_do_too_little_is_found_before_anything_is_posted(mastodon_server, scopes, missing):
    mastodon_server.scopes = scopes | {"read:accounts"}
    mastodon = channel_of(mastodon_server)
    if missing:
        with pytest.raises(ChannelError, match=f"^the token lacks {missing}: make a token with read:accounts, "):
            mastodon.whoami()
    else:
        assert mastodon.whoami().is_called(mastodon_server.username)
    assert len(mastodon_server.requests) == 3


def test_a_server_that_tells_no_scopes_is_taken_at_its_word(mastodon_server):
    mastodon_server.tells_scopes = False

    assert channel_of(mastodon_server).whoami()


def test_a_suspended_account_is_found_before_anything_is_posted(mastodon_server):
    mastodon_server.account = {"suspended": True}

    with pytest.raises(ChannelError, match="the server has suspended the account harbour_news"):
        channel_of(mastodon_server).whoami()


def test_what_the_server_answers_is_overheard(mastodon_server):
    mastodon = channel_of(mastodon_server)
    with overhear() as heard:
        mastodon.send(request_of(mastodon), [])

    assert heard.last.startswith('200 {"id"')


def test_a_post_without_a_text_is_nobodys_to_say():
    assert isinstance(find_among([{"id": "1", "content": ""}], "", answers=False), str)
    assert find_among([{"id": "1", "content": "<p>One</p>"}], "", answers=False) is None


@settings(max_examples=examples(2_000))
@given(
    st.dictionaries(
        st.sampled_from(["x-ratelimit-reset", "x-ratelimit-remaining", "retry-after", "date"]),
        st.text(max_size=20) | st.datetimes().map(str) | st.integers(-(10**12), 10**12).map(str) | st.just("0"),
    )
)
def test_no_header_makes_a_wait_below_zero_or_breaks_anything(headers):
    wait = pause(headers)

    assert wait is None or wait >= 0
    assert until(headers)[1] >= 0
