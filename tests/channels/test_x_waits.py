"""How long X wants to be left alone, what it certainly did not take, and which post is nobody's to say."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from pathlib import Path

import pytest
from examples import examples
from hypothesis import given, settings
from hypothesis import strategies as st
from sending import images, send_all
from servers.base import Reply

from publisher.channels.base import ChannelError
from publisher.channels.overhearing import overhear
from publisher.channels.x import X
from publisher.channels.x_answers import pause, until
from publisher.channels.x_timeline import find_among
from publisher.compose.model import Post, Variant
from publisher.text.rich import as_rich

NOW = datetime.now(UTC)


def channel(server):
    return X("x", X.Settings(**server.settings()), Path())


def planned(x, *texts, media=()):
    posts = tuple(Post(as_rich(text), media if not index else ()) for index, text in enumerate(texts))
    requests = x.render(Variant("x", "x", "thread", "en", posts))
    return [x.stamp(request, NOW, f"seed/{index}") for index, request in enumerate(requests)]


def answering(monkeypatch, server, status, body=None, **headers):
    known = {name.replace("_", "-"): str(value) for name, value in headers.items()}
    monkeypatch.setattr(server, "_create", lambda _call: Reply(status, body or {}, known))


def in_seconds(count):
    return int(time.time()) + count


def test_a_rate_limit_is_waited_for_until_its_window_ends(x_server):
    x_server.misbehave("429")
    receipt = channel(x_server).send(planned(channel(x_server), "One")[0], [])

    assert receipt.outcome == "refused"
    assert 240 < (receipt.wait or 0) <= 301


def test_a_limit_for_a_day_is_waited_for_where_that_is_the_one_that_is_used_up(x_server, monkeypatch):
    answering(
        monkeypatch,
        x_server,
        429,
        x_rate_limit_remaining=12,
        x_rate_limit_reset=in_seconds(300),
        x_user_limit_24hour_remaining=0,
        x_user_limit_24hour_reset=in_seconds(7200),
    )
    receipt = channel(x_server).send(planned(channel(x_server), "One")[0], [])

    assert 7100 < (receipt.wait or 0) <= 7201


def test_a_rate_limit_without_a_time_is_waited_for_as_long_as_a_window_lasts(x_server, monkeypatch):
    answering(monkeypatch, x_server, 429)

    assert channel(x_server).send(planned(channel(x_server), "One")[0], []).wait == 900.0


def test_no_waiting_helps_against_a_usage_cap(x_server, monkeypatch):
    capped = {
        "title": "UsageCapExceeded",
        "type": "https://api.x.com/2/problems/usage-capped",
        "detail": "Cap exceeded",
    }
    answering(monkeypatch, x_server, 429, capped)
    receipt = channel(x_server).send(planned(channel(x_server), "One")[0], [])

    assert (receipt.outcome, receipt.error, receipt.wait) == ("refused", "Cap exceeded", None)


@pytest.mark.parametrize(
    ("status", "headers", "meaning"),
    [
        (503, {"retry_after": 7}, ("refused", 7.0)),
        (503, {}, ("unknown", None)),
        (503, {"retry_after": "soon"}, ("unknown", None)),
        (500, {"retry_after": 7}, ("unknown", None)),
        (502, {}, ("unknown", None)),
        (504, {}, ("unknown", None)),
        (400, {}, ("refused", None)),
        (403, {}, ("refused", None)),
        (404, {}, ("refused", None)),
        (307, {}, ("refused", None)),
    ],
)
def test_only_what_certainly_did_not_arrive_is_to_be_sent_again(x_server, monkeypatch, status, headers, meaning):
    answering(monkeypatch, x_server, status, **headers)
    receipt = channel(x_server).send(planned(channel(x_server), "One")[0], [])

    assert (receipt.outcome, receipt.wait) == meaning


def test_the_last_post_that_a_limit_allows_says_how_long_to_pause(x_server):
    x_server.left = 2
    first, second = send_all(channel(x_server), planned(channel(x_server), "One", "Two"))

    assert (first.outcome, first.wait) == ("sent", None)
    assert second.outcome == "sent"
    assert 240 < (second.wait or 0) <= 301


@pytest.mark.parametrize("fault", ["close_before", "close_after", "500_after", "garbage"])
def test_an_upload_whose_answer_is_lost_is_repeated(x_server, tmp_path, fault):
    x_server.misbehave(fault, on="/2/media/upload")
    x = channel(x_server)
    [request] = planned(x, "One", media=images(tmp_path, "a.png"))
    lost, again = x.send(request, []), x.send(request, [])

    assert (lost.outcome, again.outcome) == ("refused", "sent")
    assert lost.wait == 0.0
    assert len(x_server.posts) == 1


def test_a_rate_limit_on_uploads_is_waited_for(x_server, tmp_path):
    x_server.misbehave("429", on="/2/media/upload")
    x = channel(x_server)
    receipt = x.send(planned(x, "One", media=images(tmp_path, "a.png"))[0], [])

    assert 240 < (receipt.wait or 0) <= 301


def test_what_x_answers_is_overheard(x_server):
    x = channel(x_server)
    with overhear() as heard:
        x.send(planned(x, "One")[0], [])
        x_server.misbehave("429")
        x.send(planned(x, "Two")[0], [])

    assert heard.answers[0].startswith('201 {"data"')
    assert heard.answers[1].startswith("429 {")


def test_a_token_that_may_only_read_is_found_before_anything_is_posted(x_server):
    x_server.access = "read"

    with pytest.raises(ChannelError, match=r"only read: in the developer portal, give the app Read and write"):
        channel(x_server).whoami()


def test_the_rest_of_a_thread_that_x_does_not_take_is_refused_for_good(x_server):
    x_server.refuse_self_replies = True
    x = channel(x_server)
    first, second = send_all(x, planned(x, "One", "Two"))

    assert (first.outcome, second.outcome, second.wait) == ("sent", "refused", None)
    assert "set layout: single" in (second.error or "")
    assert [post.text for post in x_server.posts] == ["One"]


def test_an_edited_post_may_have_been_ours(x_server):
    x = channel(x_server)
    one, two = planned(x, "One", "Two")
    x_server.edited.add(x.send(one, []).id)
    found = x.find(two)

    assert found is not None
    assert (found.outcome, found.error) == (
        "unknown",
        "a post was edited since this one was planned, and may have been this one",
    )


def test_a_timeline_longer_than_what_is_read_cannot_tell(x_server, monkeypatch):
    x = channel(x_server)
    one, two = planned(x, "One", "Two")
    x.send(one, [])
    monkeypatch.setattr("publisher.channels.x._PAGE", 5)
    for index in range(25):
        x.send(planned(x, f"Later {index}")[0], [])
    found = x.find(two)

    assert found is not None
    assert (found.outcome, found.error) == ("unknown", "the account has posted too much since this post was planned")


def test_a_timeline_with_a_gap_cannot_tell(x_server, monkeypatch):
    body = {"data": [], "meta": {"result_count": 1}}
    monkeypatch.setattr(x_server, "_timeline", lambda _call: Reply(200, body))
    found = channel(x_server).find(planned(channel(x_server), "One")[0])

    assert found is not None
    assert found.outcome == "unknown"


def shown(text, **more):
    return {"id": "17", "text": text, "created_at": f"{NOW:%Y-%m-%dT%H:%M:%S}.000Z", **more}


@pytest.mark.parametrize(
    ("post", "text", "outcome"),
    [
        (shown("Read https://t.co/a1"), "Read https://harbour.org/a", "unknown"),
        (shown("https://t.co/a1"), "https://harbour.org/a", "unknown"),
        (shown("Read", entities={"urls": []}), "Read https://harbour.org/a", "unknown"),
        (shown("@harbour_news One"), "One", "sent"),
        (shown("@another One"), "One", "none"),
        (shown("ONE"), "One", "none"),
        (shown("One\u200b  \n two"), "One two", "sent"),
        (shown("", attachments={"media_keys": ["3_1"]}), "", "unknown"),
        (shown("One"), "", "none"),
    ],
)
def test_a_post_that_may_be_ours_in_another_form_is_not_called_absent(post, text, outcome):
    found = find_among([post], text, NOW, "harbour_news")

    assert ("unknown" if isinstance(found, str) else "sent" if found else "none") == outcome


@settings(max_examples=examples(2_000))
@given(
    st.dictionaries(
        st.sampled_from(
            [f"{a}-{b}" for a in ("x-rate-limit", "x-app-limit-24hour") for b in ("reset", "remaining")] + ["date"]
        ),
        st.text(max_size=20) | st.integers(-(10**12), 10**12).map(str) | st.just("0"),
    )
)
def test_no_header_makes_a_wait_below_zero_or_breaks_anything(headers):
    wait = pause(headers)

    assert wait is None or wait >= 0
    assert until(headers)[1] >= 0
