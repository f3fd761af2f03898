"""The Mastodon channel on mastodon_mock, somebody else's reading of the API, with faults on demand."""

from __future__ import annotations

import html
import re
from pathlib import Path

import httpx
import pytest
from real.planning import image, planned, send_all
from real.servers.between import wire
from servers.base import picture

from publisher.channels.base import ChannelError
from publisher.channels.mastodon import Mastodon


def channel(server, **changes):
    return Mastodon("mastodon", Mastodon.Settings(**server.settings(**changes)), Path())


def texts(server):
    return [html.unescape(re.sub(r"<[^>]+>", "", post["content"])) for post in server.posts()]


def test_a_thread_stands_on_the_profile_with_its_image(mastodon_mock, tmp_path):
    mastodon = channel(mastodon_mock)
    mastodon.whoami()
    receipts = send_all(mastodon, planned(mastodon, "Häfen & Stadt 🎉 #Ruhe", "Two", "Three", media=(image(tmp_path),)))
    posts = mastodon_mock.posts()
    [attached] = posts[0]["media_attachments"]

    assert [(receipt.outcome, receipt.id) for receipt in receipts] == [("sent", str(post["id"])) for post in posts]
    assert texts(mastodon_mock) == ["Häfen & Stadt 🎉 #Ruhe", "Two", "Three"]
    assert [post["in_reply_to_id"] for post in posts] == [None, receipts[0].id, receipts[1].id]
    assert attached["description"] == "What quay.png shows"
    assert httpx.get(attached["url"], trust_env=False).content == picture("quay.png")


def test_the_same_key_is_one_post(mastodon_mock):
    mastodon = channel(mastodon_mock)
    [request] = planned(mastodon, "Once")
    receipts = [mastodon.send(request, []) for _ in range(3)]

    assert [receipt.id for receipt in receipts] == [receipts[0].id] * 3
    assert texts(mastodon_mock) == ["Once"]


def test_a_post_whose_answer_was_lost_is_found_among_ones_own(mastodon_mock):
    """And one whose request never arrived is not."""
    with wire(mastodon_mock.port) as between:
        mastodon = channel(mastodon_mock, api_url=between.url)
        one, two = planned(mastodon, "One", "Two")
        between.cut("POST /api/v1/statuses")
        lost = mastodon.send(one, [])
        found = mastodon.find(one)
        never = mastodon.find(two)
        rest = mastodon.send(two, [found])

    assert (lost.outcome, between.lost) == ("unknown", 1)
    assert (found.outcome, never, rest.outcome) == ("sent", None, "sent")
    assert [str(post["id"]) for post in mastodon_mock.posts()] == [found.id, rest.id]


def test_who_posts_too_much_is_told_how_long_to_wait(mastodon_mock):
    mastodon = channel(mastodon_mock)
    [request] = planned(mastodon, "Patience")
    mastodon_mock.misbehave({"type": "ratelimit", "status": 429})
    receipt = mastodon.send(request, [])

    assert receipt.outcome == "refused"
    assert receipt.wait is not None
    assert 0 < receipt.wait <= 301
    assert texts(mastodon_mock) == []
    assert mastodon.send(request, []).outcome == "sent"


@pytest.mark.parametrize(
    "effect", [{"type": "malformed"}, {"type": "malformed", "truncate": True}, {"type": "status", "status": 500}]
)
def test_an_answer_that_says_nothing_leaves_it_to_the_profile(mastodon_mock, effect):
    mastodon = channel(mastodon_mock)
    [request] = planned(mastodon, "Perhaps")
    mastodon_mock.misbehave(effect)
    receipt = mastodon.send(request, [])

    assert receipt.outcome == "unknown"
    assert mastodon.find(request) is None
    assert mastodon.send(request, []).outcome == "sent"
    assert texts(mastodon_mock) == ["Perhaps"]


def test_a_server_that_does_not_answer_leaves_it_to_the_profile(mastodon_mock):
    mastodon = channel(mastodon_mock)
    [request] = planned(mastodon, "At last")
    mastodon_mock.misbehave({"type": "timeout"})
    mastodon.timeouts = (30.0, 1.0)
    receipt = mastodon.send(request, [])
    mastodon.timeouts = (30.0, 60.0)

    assert receipt.outcome == "unknown"
    assert mastodon.find(request) is None
    assert mastodon.send(request, []).outcome == "sent"
    assert texts(mastodon_mock) == ["At last"]


def test_a_token_that_is_none_is_refused(mastodon_mock):
    mastodon = channel(mastodon_mock, access_token="another")
    receipt = mastodon.send(planned(mastodon, "No")[0], [])

    assert (receipt.outcome, receipt.wait) == ("refused", None)
    with pytest.raises(ChannelError, match="access_token"):
        mastodon.whoami()
    assert texts(mastodon_mock) == []
