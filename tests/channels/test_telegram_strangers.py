"""Bot API servers that say less than Telegram's own, and what goes wrong before anything is sent."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from pydantic import SecretStr
from servers.base import Reply, picture

from publisher.channels.base import ChannelError, Receipt
from publisher.channels.telegram import Telegram
from publisher.compose.model import Post, Variant
from publisher.release.model import Media
from publisher.text.rich import as_rich

NOT_TAKEN = "Telegram does not take this token: check `token`"


def channel(server, **changes):
    return Telegram("telegram", Telegram.Settings(**{**server.settings(), **changes}), Path())


def rendered(telegram, *texts, media=()):
    posts = tuple(Post(as_rich(text), () if index else media) for index, text in enumerate(texts))
    return telegram.render(Variant("telegram", "telegram", "thread", "en", posts))


def sent(telegram, text="One"):
    return telegram.send(rendered(telegram, text)[0], [])


@pytest.mark.parametrize(
    ("result", "url"),
    [
        ({"message_id": 17}, "https://t.me/harbour_channel/17"),
        ({"message_id": 17, "chat": {}}, "https://t.me/harbour_channel/17"),
        ({"message_id": 17, "chat": {"id": -1001234567890}}, "https://t.me/c/1234567890/17"),
        ({"message_id": 17, "date": "now", "chat": None, "from": 7}, "https://t.me/harbour_channel/17"),
    ],
)
def test_a_message_is_sent_once_telegram_has_given_it_a_number(telegram_server, monkeypatch, result, url):
    monkeypatch.setattr(telegram_server, "answer", lambda _call: Reply(200, {"ok": True, "result": result}))
    receipt = sent(channel(telegram_server))

    assert (receipt.outcome, receipt.id, receipt.url) == ("sent", "17", url)


@pytest.mark.parametrize("result", [True, None, {}, [], {"message_id": None}, {"message_id": True}, [7]])
def test_a_success_without_a_number_is_unknown(telegram_server, monkeypatch, result):
    monkeypatch.setattr(telegram_server, "answer", lambda _call: Reply(200, {"ok": True, "result": result}))
    receipt = sent(channel(telegram_server))

    assert receipt.outcome == "unknown"
    assert receipt.error


def test_an_album_is_known_by_its_first_message(telegram_server, monkeypatch, tmp_path):
    result = [{"message_id": 17}, {"message_id": 18}]
    monkeypatch.setattr(telegram_server, "answer", lambda _call: Reply(200, {"ok": True, "result": result}))
    media = tuple(Media(str(tmp_path / name)) for name in ("a.png", "b.png"))
    for item in media:
        Path(item.path).write_bytes(picture("a.png"))
    telegram = channel(telegram_server)
    receipt = telegram.send(rendered(telegram, "One", media=media)[0], [])

    assert (receipt.outcome, receipt.id) == ("sent", "17")


@pytest.mark.parametrize(
    ("status", "body", "outcome"),
    [
        (200, {"ok": False, "error_code": 400, "description": "Bad Request: no"}, "refused"),
        (500, {"ok": False, "error_code": 400, "description": "Bad Request: no"}, "refused"),
        (200, {"ok": False, "error_code": 500, "description": "Bad Request: no"}, "unknown"),
        (200, {"ok": False, "description": "Bad Request: no"}, "unknown"),
        (400, [], "refused"),
        (400, None, "refused"),
        (400, {"description": {}, "parameters": []}, "refused"),
    ],
)
def test_the_error_code_of_an_answer_decides(telegram_server, monkeypatch, status, body, outcome):
    monkeypatch.setattr(telegram_server, "answer", lambda _call: Reply(status, body))
    receipt = sent(channel(telegram_server))

    assert receipt.outcome == outcome
    assert receipt.error


@pytest.mark.parametrize("number", [None, "", "seventeen", "1.5", "-3"])
def test_a_reply_to_a_message_without_a_number_is_refused_unsent(telegram_server, number):
    telegram = channel(telegram_server)
    receipt = telegram.send(rendered(telegram, "One", "Two")[1], [Receipt("sent", id=number)])

    assert receipt.outcome == "refused"
    assert (receipt.error or "").startswith("nothing was sent: ")
    assert telegram_server.requests == []


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"token": ""}, NOT_TAKEN),
        ({"token": "1:a b"}, NOT_TAKEN),
        ({"api_url": "http://127.0.0.1:notaport"}, "could not reach 127.0.0.1:notaport: this is no web address"),
        ({"api_url": "http://127.0.0.1:99999"}, "could not reach 127.0.0.1:99999: "),
        ({"api_url": "127.0.0.1"}, "could not reach 127.0.0.1: "),
        ({"token": "1:a\x00b"}, "could not reach 127.0.0.1:"),
    ],
)
def test_what_fails_before_the_call_is_refused(telegram_server, changes, words):
    """Also where an address slipped past the settings' own check."""
    telegram = channel(telegram_server)
    secret = {key: SecretStr(value) if key == "token" else value for key, value in changes.items()}
    telegram.settings = telegram.settings.model_copy(update=secret)
    receipt = sent(telegram)

    assert receipt.outcome == "refused"
    assert (receipt.error or "").startswith(words)
    assert telegram_server.posts == []


@pytest.mark.parametrize(
    "reply",
    [
        Reply(404, {"ok": False, "error_code": 404, "description": "Not Found: method not found"}),
        Reply(404, b"<html>no</html>"),
        Reply(200, {"ok": True, "result": {}}),
        Reply(200, {"ok": True, "result": {"id": -1001234567890}}),
        Reply(200, {"ok": True, "result": True}),
    ],
)
def test_a_server_that_says_little_of_the_chat_still_tells_who_the_bot_is(telegram_server, monkeypatch, reply):
    known = telegram_server.answer
    monkeypatch.setattr(telegram_server, "answer", lambda call: reply if call.path.endswith("getChat") else known(call))
    account = channel(telegram_server).whoami()

    assert account.handle == "@harbour_bot"
    assert account.is_called("@harbour_channel")


def test_a_bot_that_says_only_its_number_is_called_by_it(telegram_server, monkeypatch):
    known = telegram_server.answer
    me = Reply(200, {"ok": True, "result": {"id": 123456}})
    monkeypatch.setattr(telegram_server, "answer", lambda call: me if call.path.endswith("getMe") else known(call))

    assert channel(telegram_server).whoami().is_called("123456")


def test_a_chat_that_does_not_exist_is_told(telegram_server):
    with pytest.raises(ChannelError, match="chat not found"):
        channel(telegram_server, chat="@elsewhere").whoami()


@pytest.mark.parametrize(
    ("url", "chat"),
    [
        ("https://t.me/harbour_channel/17", "@harbour_channel"),
        ("https://t.me/harbour_channel/17?single", "@harbour_channel"),
        ("t.me/s/harbour_channel/17", "@harbour_channel"),
        ("https://t.me/harbour_channel/3/17", "@harbour_channel"),
        ("https://t.me/c/1234567890/17", "-1001234567890"),
        ("https://telegram.me/c/1234567890/3/17?thread=3", "-1001234567890"),
    ],
)
def test_a_link_of_a_message_gives_its_number(telegram_server, url, chat):
    telegram = channel(telegram_server)
    receipt = telegram.receipt_for(url, rendered(telegram, "One")[0])

    assert (receipt.outcome, receipt.id, receipt.data["chat"]) == ("sent", "17", chat)


@pytest.mark.parametrize(
    "url",
    ["", "17", "https://t.me/harbour_channel", "https://t.me/c/17", "https://t.me/a/b", "https://harbour.example/a/17"],
)
def test_any_other_link_is_refused_in_one_line(telegram_server, url):
    telegram = channel(telegram_server)
    with pytest.raises(ChannelError, match="is not the link of a post") as caught:
        telegram.receipt_for(url, rendered(telegram, "One")[0])

    assert len(str(caught.value).splitlines()) == 1


def test_a_message_found_by_its_link_can_be_answered(telegram_server):
    telegram = channel(telegram_server)
    one, two = rendered(telegram, "One", "Two")
    first = telegram.send(one, [])
    second = telegram.send(two, [telegram.receipt_for(f"{first.url}?single", one)])
    [call] = [call for call in telegram_server.requests if "reply_parameters" in call.form()[0]]

    assert second.outcome == "sent"
    assert json.loads(call.form()[0]["reply_parameters"]) == {"message_id": 17}
