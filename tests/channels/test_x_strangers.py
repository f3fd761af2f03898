"""X's answers in other forms than its documents show, and posts that only look like ours."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from servers.base import Reply

from publisher.channels.base import ChannelError, Receipt, Request
from publisher.channels.x import X
from publisher.compose.model import Post, Variant
from publisher.text.rich import as_rich

NOW = datetime.now(UTC)
SNOWFLAKE_EPOCH = 1_288_834_974_657
DUPLICATE = "You are not allowed to create a Tweet with duplicate content."


def channel(server):
    return X("x", X.Settings(**server.settings()), Path())


def planned(x, text="One", at=NOW):
    [request] = x.render(Variant("x", "x", "single", "en", (Post(as_rich(text)),)))
    return x.stamp(request, at, "seed")


def snowflake(at):
    return str(int(at.timestamp() * 1000) - SNOWFLAKE_EPOCH << 22)


def timeline(monkeypatch, server, *posts):
    body = {"data": list(posts), "meta": {"result_count": len(posts)}}
    monkeypatch.setattr(server, "_timeline", lambda _call: Reply(200, body))


def test_a_key_says_for_when_a_post_was_planned():
    settings = dict.fromkeys(("consumer_key", "consumer_secret", "access_token", "access_token_secret"), "${KEY}")
    x = X("x", X.Settings(**settings), Path())
    one = planned(x, at=datetime(2026, 12, 1, 9, tzinfo=UTC))

    assert one.key.startswith("2026-12-01T09:00:00+00:00/")
    assert one.key == planned(x, at=datetime(2026, 12, 1, 9, tzinfo=UTC)).key
    assert one.digest == planned(x).digest


def test_an_older_post_with_the_same_text_is_not_ours(x_server):
    x = channel(x_server)
    x.send(planned(x), [])
    x_server.made[x_server.posts[0].id] -= timedelta(days=30)

    assert x.find(planned(x)) is None


def test_a_duplicate_of_an_older_post_is_refused_in_the_networks_words(x_server):
    x = channel(x_server)
    x.send(planned(x), [])
    x_server.made[x_server.posts[0].id] -= timedelta(days=30)
    receipt = x.send(planned(x), [])

    assert (receipt.outcome, receipt.error) == ("refused", DUPLICATE)


def test_a_clock_that_is_a_little_off_hides_no_post(x_server):
    x = channel(x_server)
    sent = x.send(planned(x), [])
    x_server.made[x_server.posts[0].id] = NOW - timedelta(minutes=3)

    assert x.find(planned(x)) == sent


@pytest.mark.parametrize(
    ("post", "outcome"),
    [
        ({"id": snowflake(NOW)}, "sent"),
        ({"id": snowflake(NOW), "created_at": None}, "sent"),
        ({"id": snowflake(NOW), "created_at": "2019-01-01T00:00:00.000Z"}, None),
        ({"id": "17", "created_at": f"{NOW:%Y-%m-%dT%H:%M:%S}.000Z"}, "sent"),
        ({"id": "17", "created_at": f"{NOW:%Y-%m-%dT%H:%M:%S}"}, "sent"),
        ({"id": "17"}, "unknown"),
        ({"id": "post-seventeen"}, "unknown"),
        ({"id": "9" * 30}, "unknown"),
        ({"id": snowflake(NOW - timedelta(days=30))}, "unknown"),
        ({"created_at": f"{NOW:%Y-%m-%dT%H:%M:%S}.000Z"}, "unknown"),
    ],
)
def test_a_post_is_ours_only_where_its_time_can_be_told(x_server, monkeypatch, post, outcome):
    x = channel(x_server)
    timeline(monkeypatch, x_server, {"text": "One", **post})
    found = x.find(planned(x))

    assert (found.outcome if found else None) == outcome


def test_of_an_old_and_a_new_post_the_new_one_is_ours(x_server, monkeypatch):
    x = channel(x_server)
    old = {"id": "1", "text": "One", "created_at": "2019-01-01T00:00:00.000Z"}
    timeline(monkeypatch, x_server, {"id": snowflake(NOW), "text": "One"}, old)
    found = x.find(planned(x))

    assert found is not None
    assert (found.outcome, found.id) == ("sent", snowflake(NOW))


def test_a_key_without_a_time_makes_no_post_ours(x_server):
    x = channel(x_server)
    request = planned(x)
    x.send(request, [])
    found = x.find(Request(request.method, request.url, json=request.json, key="0" * 32))

    assert found is not None
    assert found.outcome == "unknown"


@pytest.mark.parametrize(
    "body",
    [
        {"errors": [{"code": 187, "message": "Status is a duplicate."}]},
        {"errors": [{"message": "Status is a duplicate."}]},
        {"detail": DUPLICATE},
        {"errors": [{"detail": DUPLICATE}]},
    ],
)
def test_each_word_for_a_duplicate_is_known(x_server, monkeypatch, body):
    x = channel(x_server)
    sent = x.send(planned(x), [])
    monkeypatch.setattr(x_server, "_create", lambda _call: Reply(403, body))

    assert x.send(planned(x), []) == sent


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ([], "403 Forbidden"),
        ("no", "403 Forbidden"),
        (None, "403 Forbidden"),
        ({"errors": None}, "403 Forbidden"),
        ({"errors": {}, "detail": {}}, "403 Forbidden"),
        ({"detail": {}, "title": "Forbidden"}, "Forbidden"),
        ({"errors": [{"detail": "Not this text."}]}, "Not this text."),
        ({"errors": [{"message": "Not this text."}, {"code": 9}]}, "Not this text."),
        ({"errors": ["Not this text."], "title": "Forbidden"}, "Not this text."),
        ({"error": "Not this text."}, "Not this text."),
        (b"<html>no</html>", "403 Forbidden"),
        (b"\xff\xfe", "403 Forbidden"),
    ],
)
def test_a_refusal_is_one_whatever_its_body_looks_like(x_server, monkeypatch, body, words):
    monkeypatch.setattr(x_server, "_create", lambda _call: Reply(403, body))
    receipt = channel(x_server).send(planned(channel(x_server)), [])

    assert receipt == Receipt("refused", error=words)


def test_a_token_that_may_not_write_is_said_to_be_one(x_server, monkeypatch):
    detail = "Your client app is not configured with the appropriate oauth1 app permissions for this endpoint."
    monkeypatch.setattr(x_server, "_create", lambda _call: Reply(403, {"detail": detail}))
    receipt = channel(x_server).send(planned(channel(x_server)), [])

    assert receipt.outcome == "refused"
    assert (receipt.error or "").startswith(f"{detail} (check consumer_key")


@pytest.mark.parametrize("reset", ["9" * 40, "9" * 10, "-1", "1e9", "", "\u0663\u0664"])
def test_an_odd_time_to_wait_leaves_a_rate_limit_what_it_is(x_server, monkeypatch, reset):
    header = reset.encode().decode("latin-1")
    monkeypatch.setattr(x_server, "_create", lambda _call: Reply(429, {}, {"x-rate-limit-reset": header}))
    receipt = channel(x_server).send(planned(channel(x_server)), [])

    assert receipt.outcome == "refused"
    assert (receipt.error or "").startswith("too many requests to X; try again ")


@pytest.mark.parametrize("status", [200, 201])
@pytest.mark.parametrize("body", [{}, [], None, {"data": None}, {"data": {}}, {"data": {"id": None}}, {"data": "1"}])
def test_a_success_without_an_id_is_unknown(x_server, monkeypatch, status, body):
    monkeypatch.setattr(x_server, "_create", lambda _call: Reply(status, body))
    receipt = channel(x_server).send(planned(channel(x_server)), [])

    assert receipt.outcome == "unknown"
    assert receipt.error


@pytest.mark.parametrize(
    "url",
    [
        "https://x.com/harbour_news/status/1800?s=20",
        "https://x.com/i/web/status/1800",
        "https://www.twitter.com/harbour_news/status/1800/photo/1",
        " mobile.x.com/harbour_news/status/1800/ ",
        "https://x.com/harbour_news/statuses/1800#top",
    ],
)
def test_a_link_of_a_post_gives_its_id(x_server, url):
    receipt = channel(x_server).receipt_for(url, planned(channel(x_server)))

    assert (receipt.outcome, receipt.id) == ("sent", "1800")
    assert x_server.requests == []


@pytest.mark.parametrize(
    "url",
    [
        "",
        "1800",
        "https://x.com/harbour_news",
        "https://x.com/harbour_news/status/",
        "https://x.com/harbour_news/status/18a",
        "https://x.com/harbour_news/status/١٨",
        "https://x.com.example/harbour_news/status/1800",
        "https://[x.com/harbour_news/status/1800",
        "https://harbour.example/status/1800",
    ],
)
def test_any_other_link_is_refused_in_one_line(x_server, url):
    with pytest.raises(ChannelError, match="is not the link of a post") as caught:
        channel(x_server).receipt_for(url, planned(channel(x_server)))

    assert len(str(caught.value).splitlines()) == 1
