"""Servers of the AT Protocol that answer in other forms than the reference server."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from servers.base import Reply

from publisher.channels.base import ChannelError, Receipt
from publisher.channels.bluesky import Bluesky
from publisher.compose.model import Post, Variant
from publisher.text.rich import as_rich

AT = datetime(2026, 12, 1, 9, tzinfo=UTC)


def channel(server, **changes):
    return Bluesky("bluesky", Bluesky.Settings(**{**server.settings(), **changes}), Path())


def planned(bluesky, *texts):
    rendered = bluesky.render(
        Variant("bluesky", "bluesky", "thread", "en", tuple(Post(as_rich(text)) for text in texts))
    )
    return [bluesky.stamp(request, AT, f"seed/{index}") for index, request in enumerate(rendered)]


def sent(bluesky, text="One"):
    [request] = planned(bluesky, text)
    return request, bluesky.send(request, [])


@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_a_redirected_post_is_unknown_and_nothing_follows_the_redirect(bluesky_server, monkeypatch, status):
    elsewhere = {"Location": f"{bluesky_server.url}/xrpc/elsewhere"}
    monkeypatch.setattr(bluesky_server, "_apply", lambda _call: Reply(status, {}, elsewhere))
    _, receipt = sent(channel(bluesky_server))

    assert (receipt.outcome, receipt.error) == ("unknown", f"{bluesky_server.url} redirects elsewhere; check api_url")
    assert [call.path.rsplit(".", 1)[-1] for call in bluesky_server.requests] == ["createSession", "applyWrites"]


def test_a_redirected_log_in_is_refused_and_the_password_stays_here(bluesky_server, monkeypatch):
    elsewhere = {"Location": f"{bluesky_server.url}/xrpc/elsewhere"}
    monkeypatch.setattr(bluesky_server, "_session", lambda _call: Reply(307, {}, elsewhere))
    _, receipt = sent(channel(bluesky_server))

    assert receipt.outcome == "refused"
    assert len(bluesky_server.requests) == 1


@pytest.mark.parametrize(
    "changes",
    [
        {"refreshJwt": None},
        {"handle": None},
        {"didDoc": {"id": 7, "service": "none"}},
        {"email": [], "active": "yes", "extra": {"a": 1}},
    ],
)
@pytest.mark.parametrize("mime", ["application/json", "text/plain", ""])
def test_a_log_in_needs_a_token_and_a_did_and_no_more(bluesky_server, monkeypatch, changes, mime):
    known = bluesky_server._session

    def odd(call):
        reply = known(call)
        body = {name: value for name, value in {**reply.body, **changes}.items() if value is not None}
        return Reply(reply.status, json.dumps(body).encode(), {"Content-Type": mime})

    monkeypatch.setattr(bluesky_server, "_session", odd)
    bluesky = channel(bluesky_server)
    _, receipt = sent(bluesky)

    assert receipt.outcome == "sent"
    assert bluesky.whoami().handle == "@harbour.example"


@pytest.mark.parametrize("body", [{}, [], {"accessJwt": "a"}, {"did": "did:plc:a"}, b"<html>Welcome</html>"])
def test_a_log_in_without_a_session_refuses_the_post(bluesky_server, monkeypatch, body):
    monkeypatch.setattr(bluesky_server, "_session", lambda _call: Reply(200, body))
    _, receipt = sent(channel(bluesky_server))

    assert (receipt.outcome, receipt.error) == ("refused", "Bluesky answered the log-in without a session")


@pytest.mark.parametrize("body", [[], ["no"], "no", None, {"error": 7, "message": {}}, b"<html>no</html>", b"\xff"])
def test_a_refusal_is_one_whatever_its_body_looks_like(bluesky_server, monkeypatch, body):
    monkeypatch.setattr(bluesky_server, "_apply", lambda _call: Reply(400, body))
    _, receipt = sent(channel(bluesky_server))

    assert receipt == Receipt("refused", error="Bluesky answered 400")


@pytest.mark.parametrize("retry", ["soon", "", "9" * 30, "-1"])
def test_an_odd_time_to_wait_leaves_a_rate_limit_what_it_is(bluesky_server, monkeypatch, retry):
    monkeypatch.setattr(bluesky_server, "_apply", lambda _call: Reply(429, {}, {"retry-after": retry}))
    _, receipt = sent(channel(bluesky_server))

    assert receipt == Receipt("refused", error="too many requests to Bluesky; try again in 300 seconds", wait=300.0)


def test_a_server_that_draws_the_record_key_itself_is_believed(bluesky_server, monkeypatch):
    uri = "at://did:plc:other/app.bsky.feed.post/own"
    monkeypatch.setattr(bluesky_server, "_apply", lambda _call: Reply(200, {"results": [{"uri": uri, "cid": "bafy"}]}))
    _, receipt = sent(channel(bluesky_server))

    assert (receipt.outcome, receipt.id, receipt.data["cid"]) == ("sent", uri, "bafy")
    assert (receipt.url or "").endswith("/post/own")


@pytest.mark.parametrize(
    "body", [{}, [], None, {"results": 7}, {"results": [{"cid": "bafy"}]}, {"results": [{"uri": 7, "cid": "bafy"}, {}]}]
)
def test_a_success_without_an_address_is_unknown(bluesky_server, monkeypatch, body):
    monkeypatch.setattr(bluesky_server, "_apply", lambda _call: Reply(200, body))
    _, receipt = sent(channel(bluesky_server))

    assert receipt.outcome == "unknown"


def test_a_post_whose_content_id_was_not_told_can_still_be_answered(bluesky_server):
    bluesky = channel(bluesky_server)
    one, two = planned(bluesky, "One", "Two")
    first = bluesky.send(one, [])
    second = bluesky.send(two, [Receipt("sent", id=first.id)])

    assert second.outcome == "sent"
    assert bluesky_server.posts[1].reply_to == first.id


def test_wrong_credentials_name_the_settings_to_check(bluesky_server):
    _, receipt = sent(channel(bluesky_server, app_password="wrong-pass-word"))

    assert receipt == Receipt(
        "refused",
        error="Bluesky does not take this log-in (Invalid identifier or password): check handle and app_password",
    )


@pytest.mark.parametrize(
    "form",
    [
        "https://bsky.app/profile/harbour.example/post/{key}",
        "bsky.app/profile/{did}/post/{key}?ref=share",
        "at://{did}/app.bsky.feed.post/{key}",
        "at://harbour.example/app.bsky.feed.post/{key}",
    ],
)
def test_a_link_of_a_post_gives_what_a_reply_needs(bluesky_server, form):
    bluesky = channel(bluesky_server)
    request, receipt = sent(bluesky)

    assert bluesky.receipt_for(form.format(key=request.key, did=bluesky_server.did), request) == receipt


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("https://bsky.app/profile/harbour.example/post/3zzzzzzzzzzzz", "there is no post at"),
        ("https://bsky.app/profile/other.example/post/3zzzzzzzzzzzz", "a post of another account"),
        ("https://bsky.app/profile/harbour.example", "is not the link of a post"),
        ("at://harbour.example/app.bsky.feed.like/3zzzzzzzzzzzz", "is not the link of a post"),
        ("https://harbour.example/profile/harbour.example/post/3zzzzzzzzzzzz", "is not the link of a post"),
    ],
)
def test_any_other_link_is_refused_in_one_line(bluesky_server, url, words):
    bluesky = channel(bluesky_server)
    with pytest.raises(ChannelError, match=words) as caught:
        bluesky.receipt_for(url, planned(bluesky, "One")[0])

    assert len(str(caught.value).splitlines()) == 1


def test_a_link_cannot_be_looked_up_while_the_server_is_down(bluesky_server):
    bluesky = channel(bluesky_server)
    bluesky_server.stop()
    with pytest.raises(ChannelError, match="connection refused"):
        bluesky.receipt_for("https://bsky.app/profile/harbour.example/post/3zzzzzzzzzzzz", planned(bluesky, "One")[0])
