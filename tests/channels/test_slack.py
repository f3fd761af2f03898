"""Slack by bot and by webhook, against a stand-in that refuses what Slack would refuse."""

from __future__ import annotations

import json
import logging
import traceback
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from examples import examples
from hypothesis import given, settings
from hypothesis import strategies as st
from sending import patience, send_all
from servers.base import Reply
from servers.slack import SlackServer

from publisher.channels.base import ChannelError, Receipt, Request
from publisher.channels.slack import Slack, SlackWebhook
from publisher.channels.slack_api import seconds_to_wait
from publisher.channels.wire import AnswerError
from publisher.compose.model import Part, Post, Variant, joined
from publisher.text.rich import as_rich

AT = datetime(2026, 12, 1, 9, tzinfo=UTC)
LINK = "https://harbour.slack.com/archives/C0HARBOUR1/p1796115600001000"


@pytest.fixture
def server():
    running = SlackServer()
    yield running
    running.stop()
    assert not running.crashes, running.crashes[0]


def bot(server, **changes):
    return Slack("slack", Slack.Settings(**{**server.settings(), **changes}), Path())


def hook(server, **changes):
    return SlackWebhook("hook", SlackWebhook.Settings(**{**server.webhook_settings(), **changes}), Path())


def variant(*texts):
    parts = [(Part("headline", as_rich("Quiet nights")), Part("lede", as_rich(text))) for text in texts]
    return Variant("slack", "slack", "thread", "en", tuple(Post(joined(each), parts=each) for each in parts))


def planned(channel, *texts, release="r", at=AT):
    rendered = channel.render(variant(*texts))
    return [channel.stamp(request, at, f"{release}/{index}") for index, request in enumerate(rendered)]


def test_a_thread_stands_under_its_first_message(server):
    receipts = send_all(bot(server, api_url=f"{server.url}/api/"), planned(bot(server), "One", "Two", "Three"))

    assert [receipt.outcome for receipt in receipts] == ["sent"] * 3
    assert [post.text for post in server.posts] == [f"Quiet nights\n\n{word}" for word in ("One", "Two", "Three")]
    assert [post.reply_to for post in server.posts] == [None, receipts[0].id, receipts[0].id]
    assert receipts[0].url == LINK
    assert receipts[1].url.endswith("?thread_ts=1796115600.001000&cid=C0HARBOUR1")
    assert receipts[2].data == {"channel": "C0HARBOUR1"}
    assert {call.headers["connection"] for call in server.requests} == {"close"}


def test_what_is_on_the_wire_is_what_was_planned_with_a_key(server):
    [request] = planned(bot(server), "One")
    send_all(bot(server), [request])
    payload = request.json["metadata"]["event_payload"]

    assert server.requests[0].json() == request.json
    assert server.requests[0].headers["authorization"] == f"Bearer {server.token}"
    assert payload["key"] == request.key
    assert payload["planned"] == int(AT.timestamp())
    assert Request.from_json(json.loads(json.dumps(request.as_json()))) == request
    assert planned(bot(server), "One")[0] == request
    assert planned(bot(server), "One", release="s")[0].key != request.key


def test_a_webhook_posts_the_same_message_and_knows_nothing_more(server):
    [request] = planned(hook(server), "One")
    [receipt] = send_all(hook(server), [request])
    asked = hook(server).find(request)

    assert (receipt.outcome, receipt.id, receipt.url) == ("sent", None, None)
    assert server.posts[0].text == "Quiet nights\n\nOne"
    assert server.requests[0].json() == request.json
    assert asked.outcome == "unknown"
    assert len(server.requests) == 1


FAULTS = [
    ("close_before", "unknown", 0),
    ("close_after", "unknown", 1),
    ("500_after", "unknown", 1),
    ("garbage", "unknown", 1),
    ("slow", "unknown", 1),
    ("429", "refused", 0),
]


@pytest.mark.parametrize("make", [bot, hook])
@pytest.mark.parametrize(("fault", "outcome", "standing"), FAULTS)
def test_an_outcome_is_what_can_be_known(server, make, fault, outcome, standing):
    server.misbehave(fault)
    channel = make(server)
    channel.timeouts = patience(fault)
    [receipt] = send_all(channel, planned(channel, "One"))

    assert receipt.outcome == outcome
    assert receipt.error
    assert "\n" not in receipt.error
    assert len(server.posts) == standing


@pytest.mark.parametrize(("fault", "standing"), [("close_before", False), ("close_after", True), ("500_after", True)])
@pytest.mark.parametrize("number", [0, 1, 2])
@pytest.mark.parametrize("name", ["C0HARBOUR1", "#harbour-news"])
def test_what_became_of_a_message_is_read_from_channel_or_thread(server, fault, standing, number, name):
    """Among other messages, some of them of the same release, and over several pages."""
    slack = bot(server, channel=name)
    send_all(slack, planned(slack, "Another", "Two", release="other"))
    requests = planned(slack, "One", "Two", "Three")
    receipts = send_all(slack, requests[:number])
    server.misbehave(fault)
    lost = slack.send(requests[number], receipts)
    send_all(slack, planned(slack, "One", "Two", "Three", release="again"))
    found = bot(server, channel=name).find(requests[number])

    assert lost.outcome == "unknown"
    if standing:
        assert (found.outcome, found.url.startswith("https://harbour.slack.com/archives/")) == ("sent", True)
        assert [post.raw["metadata"]["event_payload"]["key"] for post in server.posts if post.id == found.id] == [
            requests[number].key
        ]
    else:
        assert found is None


def test_a_message_planned_long_after_its_thread_began_is_not_taken_for_lost(server):
    slack = bot(server)
    first, _ = planned(slack, "One", "Two")
    send_all(slack, [first])
    _, second = planned(slack, "One", "Two", at=AT + timedelta(days=9))
    found = slack.find(second)

    assert found.outcome == "unknown"
    assert "first message of its thread" in found.error


@pytest.mark.parametrize("error", ["missing_scope", "ratelimited", "not_in_channel", "internal_error"])
def test_where_the_history_cannot_be_read_nothing_is_known(server, error):
    server.refuses["conversations.history"] = error
    found = bot(server).find(planned(bot(server), "One")[0])

    assert found.outcome == "unknown"
    assert found.error.startswith("the message cannot be looked up: ")


def test_a_history_with_no_end_is_not_read_for_ever(server):
    server.page = 0
    slack = bot(server)
    send_all(slack, planned(slack, "Another", release="other"))
    found = slack.find(planned(slack, "One")[0])

    assert found.outcome == "unknown"
    assert "too many messages" in found.error
    assert len(server.requests) < 30


def test_a_part_of_a_history_is_no_proof(server, monkeypatch):
    monkeypatch.setattr(server, "answer", lambda _: Reply(200, {"ok": True, "messages": [], "has_more": True}))
    found = bot(server).find(planned(bot(server), "One")[0])

    assert found.outcome == "unknown"


def test_a_channel_that_the_app_is_not_in_cannot_be_read_by_name(server):
    found = bot(server, channel="#elsewhere").find(planned(bot(server), "One")[0])

    assert found.outcome == "unknown"
    assert "the app is in no channel #elsewhere: give the channel's id" in found.error


def test_a_message_counts_as_sent_without_its_link(server):
    server.refuses["chat.getPermalink"] = "internal_error"
    [receipt] = send_all(bot(server), planned(bot(server), "One"))

    assert (receipt.outcome, receipt.id, receipt.url) == ("sent", server.posts[0].id, None)


@pytest.mark.parametrize(
    ("error", "outcome", "words"),
    [
        ("not_in_channel", "refused", "the app is not in C0HARBOUR1 (not_in_channel): invite it there"),
        ("missing_scope", "refused", "the app may not do this (missing_scope): add channels:history under OAuth"),
        ("token_revoked", "refused", "Slack does not take this token (token_revoked): check `token`"),
        ("is_archived", "refused", "Slack refused: is_archived"),
        ("a_new_error", "refused", "Slack refused: a_new_error"),
        ("message_limit_exceeded", "refused", "too many requests to Slack; try again in 60 seconds"),
        ("internal_error", "unknown", "Slack answered internal_error"),
        ("fatal_error", "unknown", "Slack answered fatal_error"),
        ("request_timeout", "unknown", "Slack answered request_timeout"),
        ("service_unavailable", "unknown", "Slack answered service_unavailable"),
    ],
)
def test_a_no_with_status_200_is_a_no(server, error, outcome, words):
    server.refuses["chat.postMessage"] = error
    [receipt] = send_all(bot(server), planned(bot(server), "One"))

    assert receipt.outcome == outcome
    assert receipt.error.startswith(words)
    assert server.posts == []


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (
            {"channel": "C0ELSEWHERE"},
            "there is no channel C0ELSEWHERE for the app (channel_not_found): check `channel`",
        ),
        ({"token": "xoxb-wrong"}, "Slack does not take this token (invalid_auth): check `token`"),
    ],
)
def test_a_wrong_setting_is_named(server, change, words):
    slack = bot(server, **change)
    [receipt] = send_all(slack, planned(slack, "One"))

    assert receipt.outcome == "refused"
    assert receipt.error.startswith(words)


def test_blocks_that_slack_does_not_take_are_refused_in_its_words(server):
    [request] = planned(bot(server), "One")
    request.json["blocks"][1]["text"]["text"] = "x" * 3001
    [receipt] = send_all(bot(server), [request])

    assert receipt.outcome == "refused"
    assert receipt.error.startswith("Slack refused: invalid_blocks ([ERROR] section: 3001 characters")


@pytest.mark.parametrize(
    ("answer", "outcome", "words"),
    [
        ("400 invalid_payload", "refused", "Slack refused: invalid_payload"),
        ("403 action_prohibited", "refused", "Slack refused: action_prohibited: an administrator does not allow it"),
        ("404 no_service", "refused", "Slack refused: no_service: the webhook was switched off"),
        ("410 channel_is_archived", "refused", "Slack refused: channel_is_archived: its channel is archived"),
        ("302 ", "refused", "the webhook's address redirects elsewhere; check url"),
        ("500 rollup_error", "unknown", "Slack answered 500"),
    ],
)
def test_a_webhooks_no_is_in_slacks_words(server, answer, outcome, words):
    server.refuses["webhook"] = answer
    [receipt] = send_all(hook(server), planned(hook(server), "One"))

    assert receipt.outcome == outcome
    assert receipt.error.startswith(words)


def test_a_rate_limit_says_when_to_try_again(server):
    for make in (bot, hook):
        server.misbehave("429")
        [receipt] = send_all(make(server), planned(make(server), "One"))

        assert (receipt.error, receipt.wait) == ("too many requests to Slack; try again in 30 seconds", 30.0)


@pytest.mark.parametrize("make", [bot, hook])
@pytest.mark.parametrize(
    ("reply", "outcome", "wait"),
    [
        (Reply(429, b"<html>"), "refused", 60.0),
        (Reply(429, b"<html>", {"Retry-After": "soon"}), "refused", 60.0),
        (Reply(503, b"<html>", {"Retry-After": "20"}), "refused", 20.0),
        (Reply(503, b"<html>"), "unknown", None),
        (Reply(500, b"<html>", {"Retry-After": "20"}), "unknown", None),
    ],
)
def test_only_what_certainly_did_not_arrive_may_be_tried_again(  # noqa: PLR0917 -- a table's columns
    server, monkeypatch, make, reply, outcome, wait
):
    monkeypatch.setattr(server, "answer", lambda _: reply)
    [receipt] = send_all(make(server), planned(make(server), "One"))

    assert (receipt.outcome, receipt.wait) == (outcome, wait)


@pytest.mark.parametrize("make", [bot, hook])
def test_a_message_is_followed_by_the_pause_of_a_second_that_slack_asks_for(server, make):
    [receipt] = send_all(make(server), planned(make(server), "One"))

    assert (receipt.outcome, receipt.wait) == ("sent", 1.0)


@settings(max_examples=examples(500))
@given(st.text(), st.binary())
def test_whatever_a_rate_limit_says_the_pause_is_none_below_zero(header, body):
    wait = seconds_to_wait(AnswerError(429, body, {"retry-after": header}))

    assert 0 <= wait < 10**8


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"scopes": "channels:history"}, "add chat:write under OAuth"),
        ({"scopes": "chat:write,chat:write.public"}, "add channels:history"),
        ({"known": {"is_member": False}}, "the app is not in C0HARBOUR1"),
        ({"known": {"is_member": True, "is_archived": True}}, "the channel C0HARBOUR1 is archived"),
        (
            {"scopes": "chat:write,channels:history", "refuses": {"conversations.history": "not_in_channel"}},
            "the app is not in C0HARBOUR1",
        ),
        ({"refuses": {"conversations.info": "channel_not_found"}}, "there is no channel C0HARBOUR1"),
    ],
)
def test_an_app_that_may_not_post_or_look_is_noticed_beforehand(server, changes, words):
    for name, value in changes.items():
        setattr(server, name, value)
    with pytest.raises(ChannelError, match=words):
        bot(server).whoami()

    assert len(server.requests) <= 2
    assert server.posts == []


@pytest.mark.parametrize("scopes", ["", "chat:write,groups:history", "chat:write,channels:history,channels:read"])
def test_an_app_that_may_post_is_let_through(server, scopes):
    server.scopes = scopes
    server.refuses["conversations.info"] = "missing_scope"

    assert bot(server).whoami().handle == "@press_bot in Harbour"


@pytest.mark.parametrize("number", [0, 1])
def test_a_message_whose_metadata_slack_does_not_show_is_not_taken_for_lost(server, number):
    slack = bot(server)
    requests = planned(slack, "One", "Two")
    send_all(slack, requests)
    server.keeps_metadata = False
    found = slack.find(requests[number])

    assert found.outcome == "unknown"


def test_an_address_that_redirects_is_named(server, monkeypatch):
    monkeypatch.setattr(server, "answer", lambda _: Reply(302, b"", {"Location": "https://elsewhere.example"}))
    [receipt] = send_all(bot(server), planned(bot(server), "One"))

    assert (receipt.outcome, receipt.error) == ("refused", f"{server.url}/api redirects elsewhere; check api_url")


@pytest.mark.parametrize("make", [bot, hook])
def test_a_server_that_is_down_refuses_and_takes_the_message_once_it_is_back(server, make):
    channel = make(server)
    requests = planned(channel, "One")
    server.stop()
    down = send_all(channel, requests)[0]
    server.start()
    up = send_all(channel, requests)[0]

    assert (down.outcome, up.outcome) == ("refused", "sent")
    assert down.error.startswith(f"could not reach 127.0.0.1:{server.port}: ")


def test_a_reply_without_the_message_that_it_answers_is_not_sent(server):
    _, second = planned(bot(server), "One", "Two")
    receipt = bot(server).send(second, [Receipt("sent", id=None)])

    assert receipt.outcome == "refused"
    assert server.requests == []


def test_bot_and_workspace_may_be_meant_by_account(server):
    account = bot(server).whoami()

    assert account.handle == "@press_bot in Harbour"
    assert all(account.is_called(name) for name in ("@press_bot", "harbour", "harbour.slack.com", "T0HARBOUR"))
    assert not account.is_called("tideway.slack.com")
    with pytest.raises(ChannelError, match="Slack does not take this token"):
        bot(server, token="xoxb-wrong").whoami()


@pytest.mark.parametrize(
    ("link", "number"),
    [
        (LINK, "1796115600.001000"),
        (f"{LINK}?thread_ts=1796115500.000100&cid=C0HARBOUR1", "1796115600.001000"),
        (LINK.removeprefix("https://"), "1796115600.001000"),
    ],
)
def test_the_link_of_a_message_that_a_person_saw_tells_which_it_is(server, link, number):
    for channel in (bot(server), hook(server)):
        receipt = channel.receipt_for(link, planned(channel, "One")[0])

        assert (receipt.outcome, receipt.id, receipt.data) == ("sent", number, {"channel": "C0HARBOUR1"})


@pytest.mark.parametrize(
    "link",
    [
        "https://harbour.slack.com/archives/C0HARBOUR1",
        "https://harbour.slack.com.evil.example/archives/C0HARBOUR1/p1796115600001000",
        "https://evil.example/archives/C0HARBOUR1/p1796115600001000",
        "https://harbour.slack.com/archives/C0ELSEWHERE/p1796115600001000",
        "",
    ],
)
def test_another_link_is_none_of_its_messages(server, link):
    with pytest.raises(ChannelError):
        bot(server).receipt_for(link, planned(bot(server), "One")[0])


def test_no_secret_gets_into_errors_tracebacks_or_logs(server, caplog):
    caplog.set_level(logging.DEBUG)
    secrets = [server.token, "xoxb-wrong-token", server.webhook, "webhook_secret_Zx81", "wrong_secret"]
    channels = [bot(server), bot(server, token="xoxb-wrong-token"), hook(server)]
    channels.append(hook(server, url=f"{server.url}/services/T0/B0/wrong_secret"))
    receipts: list[Receipt] = []
    for fault in ("garbage", "500_after", "close_after", "429", "expired"):
        for channel in channels:
            server.misbehave(fault)
            receipts += send_all(channel, planned(channel, "One"))
            receipts.append(channel.find(planned(channel, "One")[0]))
    server.stop()
    for channel in channels:
        receipts += send_all(channel, planned(channel, "One"))
    with pytest.raises(ChannelError) as caught:
        channels[0].whoami()
    shown = [repr(channel.settings) + repr(planned(channel, "One")) for channel in channels]
    written = caplog.text + repr(receipts) + "".join(shown) + "".join(traceback.format_exception(caught.value))

    assert "chat.postMessage" in caplog.text
    assert "Traceback" not in caplog.text
    assert [secret for secret in secrets if secret in written] == []


@pytest.mark.usefixtures("dead_proxies")
def test_proxies_of_the_environment_are_not_for_this_machine(server):
    assert [send_all(make(server), planned(make(server), "One"))[0].outcome for make in (bot, hook)] == ["sent"] * 2
