"""Telegram through python-telegram-bot, against a stand-in that parses HTML as the Bot API does."""

from __future__ import annotations

import json
import logging
import threading
import traceback
from datetime import UTC, datetime
from pathlib import Path

import pytest
from examples import examples
from hypothesis import given, settings
from hypothesis import strategies as st
from sending import outcomes, patience, send_all
from servers.base import Reply, from_home, picture
from servers.specs import telegram_faults

from publisher.channels.base import ChannelError, Receipt
from publisher.channels.overhearing import overhear
from publisher.channels.telegram import Telegram
from publisher.channels.telegram_answers import outcome_of
from publisher.channels.wire import AnswerError
from publisher.compose.model import Post, Variant
from publisher.config.loading import load_config
from publisher.config.model import Organisation
from publisher.delivery.plan import make_plan
from publisher.errors import PublishError
from publisher.release.model import Media, Release
from publisher.text.rich import RichText, Span, as_rich, join, link

NOT_TAKEN = "Telegram does not take this token: check `token`"
CANONICAL = "https://harbour.example/quiet?a=1&b=2"
HEADLINE = join(
    [as_rich("Harbour & town agree on <quiet> nights 🎉").marked(bold=True), "\n\n", link(CANONICAL, "Read on")]
)


def refused(status, description, parameters=None):
    more = {"parameters": parameters} if parameters else {}
    return Reply(status, {"ok": False, "error_code": status, "description": description, **more})


def channel(server, **changes):
    return Telegram("telegram", Telegram.Settings(**{**server.settings(), **changes}), Path())


def offline(chat="@harbour_channel"):
    return Telegram("telegram", Telegram.Settings(token="${TELEGRAM_TOKEN}", chat=chat), Path())


def variant(*texts, media=()):
    posts = tuple(Post(as_rich(text), () if index else media) for index, text in enumerate(texts))
    return Variant("telegram", "telegram", "brief", "en", posts, CANONICAL)


def images(folder, *names):
    for name in names:
        (folder / name).write_bytes(picture(name))
    return tuple(Media(str(folder / name), "Never shown: the network has no field for it") for name in names)


def test_a_rendered_request_is_complete_and_holds_no_secret():
    first, second = offline().render(variant(HEADLINE, "Two"))

    assert first.method == "POST"
    assert first.url == "https://api.telegram.org/bot•••/sendMessage"
    assert first.json == {
        "chat_id": "@harbour_channel",
        "text": "<b>Harbour &amp; town agree on &lt;quiet&gt; nights 🎉</b>\n\n"
        '<a href="https://harbour.example/quiet?a=1&amp;b=2">Read on</a>',
        "parse_mode": "HTML",
        "link_preview_options": {"url": CANONICAL},
    }
    assert second.json["link_preview_options"] == {"is_disabled": True}
    assert (first.reply_to, second.reply_to) == (None, 0)


def test_the_preview_names_accounts_that_nobody_has_named_for_it():
    """Not the organisation's own, an address, a link to somewhere else, or what no account can be called."""
    telegram = offline()
    telegram.organisation = Organisation(mentions={"Ada Moor": {"telegram": "ada_moor"}})
    text = "<@everyone> asked @ada_moor & @Channel, @us, ada@moor.example and https://social.example/@somebody"
    told = "the text names @everyone, @Channel, and Telegram makes a link to whoever has that name"

    for media in ((), (Media("a.png"),), (Media("a.png"), Media("b.png"))):
        assert [note.partition(";")[0] for note in telegram.notes(telegram.render(variant(text, media=media)))] == [
            told
        ]
    assert telegram.notes(telegram.render(variant(HEADLINE, "Two @ada_moor"))) == ()


@pytest.mark.parametrize(("count", "method"), [(0, "sendMessage"), (1, "sendPhoto"), (2, "sendMediaGroup")])
def test_the_number_of_images_chooses_the_method(count, method):
    [request] = offline().render(variant(HEADLINE, media=(Media("a.png"),) * count))

    assert request.url.endswith(f"/{method}")
    assert len(request.uploads) == count


@pytest.mark.parametrize(("chat", "chat_id"), [("@a", "@a"), ("-100123", -100123), (-100123, -100123)])
def test_a_chat_may_be_a_name_or_a_number(chat, chat_id):
    [request] = offline(chat).render(variant("One"))

    assert request.json["chat_id"] == chat_id


def test_a_thread_stands_on_the_network_as_replies_to_itself(telegram_server):
    telegram = channel(telegram_server, api_url=f"{telegram_server.url}/")
    receipts = send_all(telegram, telegram.render(variant(HEADLINE, RichText((Span("Two", italic=True),)), "Three")))

    assert [receipt.outcome for receipt in receipts] == ["sent"] * 3
    assert [post.text for post in telegram_server.posts] == [HEADLINE.plain, "Two", "Three"]
    assert [post.reply_to for post in telegram_server.posts] == [None, receipts[0].id, receipts[1].id]
    assert telegram_server.posts[0].card == CANONICAL
    assert receipts[0].url == f"https://t.me/harbour_channel/{receipts[0].id}"
    assert {call.headers["connection"] for call in telegram_server.requests} == {"close"}
    assert len(telegram_server.requests) == 3


@pytest.mark.parametrize("names", [("a.png",), ("a.png", "b.jpg", "c.jpg")])
def test_images_carry_the_text_as_the_caption_of_the_first(telegram_server, tmp_path, names):
    telegram = channel(telegram_server)
    first, second = send_all(telegram, telegram.render(variant(HEADLINE, "Two", media=images(tmp_path, *names))))

    assert (first.outcome, second.outcome) == ("sent", "sent")
    assert telegram_server.posts[0].text == HEADLINE.plain
    assert telegram_server.posts[0].media == tuple(("", picture(name)) for name in names)
    assert telegram_server.posts[1].reply_to == first.id


@pytest.mark.parametrize("count", [1, 2])
def test_a_photo_and_an_album_tell_nothing_of_who_took_them_and_bear_names_that_fit(telegram_server, tmp_path, count):
    for name in ("a.jpg", "b.avif")[-count:]:
        (tmp_path / name).write_bytes(from_home(name))
    media = tuple(Media(str(tmp_path / name), "") for name in ("a.jpg", "b.avif")[-count:])
    telegram = channel(telegram_server)
    [receipt] = send_all(telegram, telegram.render(variant(HEADLINE, media=media)))
    files = list(telegram_server.requests[-1].form()[1].values())

    assert receipt.outcome == "sent"
    assert [(file.name, file.mime) for file in files] == [("a.jpg", "image/jpeg"), ("b.jpg", "image/jpeg")][-count:]
    assert not any(b"Jane Doe" in file.content for file in files)


def test_every_call_keeps_to_the_description_of_the_bot_api(telegram_server, tmp_path):
    telegram = channel(telegram_server)
    telegram.whoami()
    for names in ((), ("a.png",), ("a.png", "b.jpg")):
        send_all(telegram, telegram.render(variant(HEADLINE, "Two", media=images(tmp_path, *names))))

    assert len(telegram_server.requests) == 9
    assert [
        fault
        for call in telegram_server.requests
        for fault in telegram_faults(call.path.rsplit("/", 1)[-1], *(call.form() if call.body else ({}, {})))
    ] == []


def test_what_is_on_the_wire_is_what_was_rendered(telegram_server, tmp_path):
    telegram = channel(telegram_server)
    album, plain = telegram.render(variant(HEADLINE, "Two", media=images(tmp_path, "a.png", "b.png")))
    send_all(telegram, [album, plain])

    wire = [
        {name: json.loads(value) if value[:1] in "[{" else value for name, value in call.form()[0].items()}
        for call in telegram_server.requests
    ]
    wire[1].pop("reply_parameters")

    assert wire == [album.json, plain.json]


@pytest.mark.parametrize(
    ("chat", "chat_id", "url"),
    [
        (-1001234567890, -1001234567890, "https://t.me/c/1234567890/17"),
        (-4711, -4711, None),
    ],
)
def test_a_private_chat_has_a_link_only_where_telegram_has_one(telegram_server, chat, chat_id, url):
    telegram_server.chat, telegram_server.chat_id = str(chat), chat_id
    telegram = channel(telegram_server)
    [receipt] = send_all(telegram, telegram.render(variant("One")))

    assert (receipt.outcome, receipt.url) == ("sent", url)


@outcomes
def test_an_outcome_is_what_can_be_known(telegram_server, fault, outcome, standing):
    telegram_server.misbehave(fault)
    telegram = channel(telegram_server)
    telegram.timeouts = patience(fault)
    [request] = telegram.render(variant(HEADLINE))
    receipt = telegram.send(request, [])

    assert receipt.outcome == outcome
    assert receipt.error
    assert "\n" not in receipt.error
    assert len(telegram_server.posts) == standing


@pytest.mark.parametrize(
    ("change", "text", "words"),
    [
        ({"chat": "@elsewhere"}, "One", "Bad Request: chat not found: check `chat`, and add the bot there"),
        ({"token": "123456:revoked"}, "One", f"{NOT_TAKEN} (Unauthorized)"),
        ({"token": "${TELEGRAM_TOKEN}"}, "One", f"{NOT_TAKEN} (Not Found)"),
        ({}, "x" * 4097, "Bad Request: message is too long"),
    ],
)
def test_a_refusal_is_in_the_networks_words(telegram_server, change, text, words):
    telegram = channel(telegram_server, **change)
    [receipt] = send_all(telegram, telegram.render(variant(text)))

    assert (receipt.outcome, receipt.error) == ("refused", words)


def test_a_text_of_4096_emoji_is_not_too_long(telegram_server):
    telegram = channel(telegram_server)
    [receipt] = send_all(telegram, telegram.render(variant("😀" * 4096)))

    assert receipt.outcome == "sent"


@pytest.mark.parametrize(
    ("reply", "outcome", "wait"),
    [
        (refused(429, "Too Many Requests: retry after 30", {"retry_after": 30}), "refused", 30.0),
        (refused(429, "Too Many Requests"), "refused", 60.0),
        (Reply(429, b"<html>", {"Retry-After": "7"}), "refused", 7.0),
        (Reply(503, b"<html>", {"Retry-After": "9"}), "refused", 9.0),
        (Reply(503, b"<html>"), "unknown", None),
        (refused(500, "Internal Server Error: restart"), "unknown", None),
        (Reply(502, b"<html>", {"Retry-After": "9"}), "unknown", None),
        (refused(400, "Bad Request: message is too long"), "refused", None),
        (refused(403, "Forbidden: bot was kicked from the channel chat"), "refused", None),
    ],
)
def test_only_what_certainly_did_not_arrive_may_be_tried_again_and_after_how_long(
    telegram_server, monkeypatch, reply, outcome, wait
):
    monkeypatch.setattr(telegram_server, "answer", lambda _call: reply)
    telegram = channel(telegram_server)
    [receipt] = send_all(telegram, telegram.render(variant("One")))

    assert (receipt.outcome, receipt.wait) == (outcome, wait)


def test_a_rate_limit_says_when_to_try_again(telegram_server):
    telegram_server.misbehave("429")
    telegram = channel(telegram_server)
    [receipt] = send_all(telegram, telegram.render(variant("One")))

    assert receipt.error == "too many requests to Telegram; try again in 30 seconds"


@settings(max_examples=examples(500))
@given(st.none() | st.integers() | st.floats() | st.text() | st.booleans() | st.lists(st.integers()), st.text())
def test_whatever_a_rate_limit_says_the_pause_is_none_below_zero(asked, header):
    body = json.dumps({"ok": False, "error_code": 429, "parameters": {"retry_after": asked}}).encode()
    receipt = outcome_of(AnswerError(429, body, {"retry-after": header}), "https://telegram.example")

    assert receipt.outcome == "refused"
    assert receipt.wait is not None
    assert 0 <= receipt.wait < 10**8


@pytest.mark.parametrize(
    ("description", "advice"),
    [
        ("Forbidden: bot was kicked from the supergroup chat", "add the bot there again"),
        ("Forbidden: bot is not a member of the channel chat", "make the bot an administrator there"),
        ("Bad Request: need administrator rights in the channel chat", "make the bot an administrator there"),
        ("Bad Request: not enough rights to send text messages to the chat", "make the bot an administrator there"),
        ("Bad Request: chat not found", "check `chat`, and add the bot there"),
    ],
)
def test_what_a_person_can_put_right_in_the_chat_is_said(telegram_server, monkeypatch, description, advice):
    reply = refused(403 if description.startswith("F") else 400, description)
    monkeypatch.setattr(telegram_server, "answer", lambda _call: reply)
    telegram = channel(telegram_server)
    [receipt] = send_all(telegram, telegram.render(variant("One")))

    assert (receipt.outcome, receipt.wait) == ("refused", None)
    assert receipt.error.startswith(f"{description}: {advice}")


@pytest.mark.parametrize(
    ("kind", "names", "wait"),
    [("channel", (), 1.0), ("channel", ("a.png", "b.jpg"), 1.0), ("supergroup", (), 3.0), ("group", (), 3.0)],
)
def test_the_pause_after_a_message_is_the_one_that_telegram_asks_for(telegram_server, tmp_path, kind, names, wait):
    telegram_server.kind = kind
    telegram = channel(telegram_server)
    [receipt] = send_all(telegram, telegram.render(variant("One", media=images(tmp_path, *names))))

    assert (receipt.outcome, receipt.wait) == ("sent", wait)


def test_an_album_in_a_group_counts_as_many_messages(telegram_server, tmp_path):
    telegram_server.kind = "group"
    telegram = channel(telegram_server)
    [receipt] = send_all(telegram, telegram.render(variant("One", media=images(tmp_path, "a.png", "b.jpg"))))

    assert receipt.wait == 6.0


def test_what_telegram_answered_is_kept(telegram_server):
    telegram = channel(telegram_server)
    with overhear() as heard:
        send_all(telegram, telegram.render(variant("One")))
        telegram_server.misbehave("500_after")
        send_all(telegram, telegram.render(variant("One")))

    assert [words[:12] for words in heard.answers] == ['200 {"ok": t', "500 <html><h"]


def test_a_group_that_moved_is_refused_with_its_new_number(telegram_server, monkeypatch):
    description = "Bad Request: group chat was upgraded to a supergroup chat"
    body = {"ok": False, "error_code": 400, "description": description, "parameters": {"migrate_to_chat_id": -100987}}
    monkeypatch.setattr(telegram_server, "answer", lambda _call: Reply(400, body))
    telegram = channel(telegram_server)
    [receipt] = send_all(telegram, telegram.render(variant("One")))

    assert (receipt.outcome, receipt.error) == ("refused", f"{description}: set chat: -100987")


def test_a_bot_cannot_look_for_its_post(telegram_server):
    telegram = channel(telegram_server)
    receipt = telegram.find(telegram.render(variant("One"))[0])

    assert receipt is not None
    assert receipt.outcome == "unknown"
    assert telegram_server.requests == []


def test_a_server_that_is_down_refuses_and_takes_the_post_once_it_is_back(telegram_server):
    telegram = channel(telegram_server)
    first, second = telegram.render(variant("One", "Two"))
    receipt = telegram.send(first, [])
    telegram_server.stop()
    down = telegram.send(second, [receipt])
    telegram_server.start()
    up = telegram.send(second, [receipt])

    assert (receipt.outcome, down.outcome, up.outcome) == ("sent", "refused", "sent")
    assert (down.error or "").startswith(f"could not reach 127.0.0.1:{telegram_server.port}: ")


def test_a_failed_tls_handshake_refuses_the_post(telegram_server):
    telegram = channel(telegram_server, api_url=telegram_server.url.replace("http:", "https:"))
    [receipt] = send_all(telegram, telegram.render(variant("One")))

    assert receipt.outcome == "refused"
    assert "could not reach" in (receipt.error or "")


def test_it_sends_from_a_worker_thread(telegram_server):
    telegram = channel(telegram_server)
    receipts: list[Receipt] = []
    worker = threading.Thread(
        target=lambda: receipts.extend(send_all(telegram, telegram.render(variant("One", "Two"))))
    )
    worker.start()
    worker.join(10)

    assert [receipt.outcome for receipt in receipts] == ["sent", "sent"]


def test_the_bot_and_the_chat_may_both_be_meant_by_account(telegram_server):
    account = channel(telegram_server).whoami()

    assert account.handle == "@harbour_bot"
    assert all(
        account.is_called(name) for name in ("harbour_bot", "@harbour_channel", "Harbour News", "-1001234567890")
    )
    assert not account.is_called("@other_channel")


@pytest.mark.parametrize(
    ("kind", "member", "permissions", "words"),
    [
        ("channel", {"status": "administrator", "can_post_messages": False}, {}, "the bot may not post in the chat"),
        ("channel", {"status": "administrator"}, {}, "the bot may not post in the chat"),
        ("channel", {"status": "member"}, {}, "the bot may not post in the chat"),
        ("channel", {"status": "left"}, {}, "the bot is not in the chat"),
        ("supergroup", {"status": "kicked", "until_date": 0}, {}, "the bot was removed from the chat"),
        ("supergroup", {"status": "restricted", "is_member": False}, {}, "the bot is not in the chat"),
        ("supergroup", {"status": "restricted", "is_member": True, "can_send_messages": False}, {}, "the bot may not"),
        ("group", {"status": "member"}, {"can_send_messages": False}, "the bot may not post in the chat"),
    ],
)
def test_a_bot_that_may_not_post_is_noticed_before_it_has_to(telegram_server, kind, member, permissions, words):
    telegram_server.kind, telegram_server.member, telegram_server.permissions = kind, member, permissions
    with pytest.raises(ChannelError, match=words):
        channel(telegram_server).whoami()

    assert len(telegram_server.requests) == 3


@pytest.mark.parametrize(
    ("kind", "member", "permissions"),
    [
        ("channel", {"status": "creator"}, {}),
        ("group", {"status": "administrator"}, {"can_send_messages": False}),
        ("supergroup", {"status": "member"}, {"can_send_messages": True}),
        ("supergroup", {"status": "restricted", "is_member": True, "can_send_messages": True}, {}),
        ("private", {"status": "member"}, {}),
        ("channel", {}, {}),
    ],
)
def test_a_bot_that_may_post_is_let_through(telegram_server, kind, member, permissions):
    telegram_server.kind, telegram_server.member, telegram_server.permissions = kind, member, permissions

    assert channel(telegram_server).whoami().handle == "@harbour_bot"


@pytest.mark.parametrize("method", ["getChat", "getChatMember"])
def test_a_server_that_does_not_know_what_is_asked_beforehand_is_no_failure(telegram_server, monkeypatch, method):
    known = telegram_server.answer
    unknown = refused(404, "Not Found: method not found")
    monkeypatch.setattr(
        telegram_server, "answer", lambda call: unknown if call.path.endswith(f"/{method}") else known(call)
    )

    assert channel(telegram_server).whoami().handle == "@harbour_bot"


def test_a_bot_that_was_kicked_hears_so_beforehand(telegram_server, monkeypatch):
    known = telegram_server.answer
    kicked = refused(403, "Forbidden: bot was kicked from the channel chat")
    monkeypatch.setattr(
        telegram_server, "answer", lambda call: kicked if call.path.endswith("/getChat") else known(call)
    )
    with pytest.raises(ChannelError, match="bot was kicked from the channel chat: add the bot there again"):
        channel(telegram_server).whoami()


def test_no_token_gets_into_errors_tracebacks_or_logs(telegram_server, caplog):
    caplog.set_level(logging.DEBUG)
    telegram = channel(telegram_server)
    wrong = channel(telegram_server, token="987654:wrong-token")
    broken = channel(telegram_server)
    broken.settings = broken.settings.model_copy(update={"api_url": "http://127.0.0.1:notaport"})
    receipts: list[Receipt] = []
    for fault in ("garbage", "500_after", "close_after", "429"):
        telegram_server.misbehave(fault)
        receipts += send_all(telegram, telegram.render(variant("One")))
    receipts += send_all(wrong, wrong.render(variant("One"))) + send_all(broken, broken.render(variant("One")))
    telegram_server.stop()
    receipts += send_all(telegram, telegram.render(variant("One")))
    with pytest.raises(ChannelError) as caught:
        telegram.whoami()
    written = caplog.text + repr(receipts) + "".join(traceback.format_exception(caught.value)) + repr(telegram.settings)

    assert "/bot•••/sendMessage" in caplog.text
    assert "Traceback" not in caplog.text
    for secret in (telegram_server.token, "987654:wrong-token"):
        assert secret not in written


@pytest.mark.usefixtures("dead_proxies")
def test_proxies_of_the_environment_are_not_for_this_machine(telegram_server):
    telegram = channel(telegram_server)
    [receipt] = send_all(telegram, telegram.render(variant("One")))

    assert receipt.outcome == "sent"


@pytest.mark.parametrize(
    ("chat", "public"),
    [("@harbour_channel", True), ("harbour_channel", True), (-1001234567890, False), ("-1001234567890", False)],
)
def test_a_chat_by_name_is_public_and_one_by_number_is_not(chat, public):
    assert offline(chat).is_public is public
    assert Telegram.capabilities.audience == "public"


def test_under_embargo_a_chat_by_number_has_the_notice_and_one_by_name_is_refused(tmp_path):
    """A variable that is not set is not taken for a name."""
    file = tmp_path / "channels.yaml"
    release = Release("r.md", "Quiet nights", "quiet")

    for chat in ("-1001234567890", "${THE_CHAT}"):
        file.write_text(f"channels: {{telegram: {{token: '${{T}}', chat: '{chat}', embargo: allow}}}}")
        [planned] = make_plan(release, load_config(str(file)), embargo=datetime(2026, 12, 1, 9, tzinfo=UTC)).deliveries
        [request] = planned.requests
        assert request.json["text"].startswith("<b>EMBARGOED until Tuesday, December 1, 2026 at 9:00 AM Coordinated")
        assert "Time</b>\n\n<b>Quiet nights</b>" in request.json["text"]
    file.write_text("channels: {telegram: {token: '${T}', chat: '@harbour',\n  embargo: allow}}")
    with pytest.raises(PublishError, match="the public reads there") as caught:
        make_plan(release, load_config(str(file)))
    assert ":2:" in str(caught.value.where)
