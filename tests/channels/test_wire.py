"""What the channels share never shows a secret and never loads a network library to render."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
import unicodedata
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from publisher.channels.base import MASK
from publisher.channels.bluesky import Bluesky
from publisher.channels.telegram import Telegram
from publisher.channels.wire import certainly_unsent, is_loopback, mask, no_answer, one_line
from publisher.channels.x import X
from publisher.compose.model import Post, Variant
from publisher.config import secrets
from publisher.text.rich import as_rich


@pytest.mark.parametrize("module", ["x", "bluesky", "telegram", "wire"])
def test_a_channel_module_loads_no_network_library(module):
    command = [sys.executable, "-X", "importtime", "-c", f"import publisher.channels.{module}"]
    loaded = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60).stderr
    names = {line.rsplit("|", 1)[-1].strip().split(".")[0] for line in loaded.splitlines()}

    assert "publisher" in names
    assert not names & {"tweepy", "telegram", "atproto", "atproto_client", "requests", "httpx", "asyncio", "oauthlib"}


@given(st.text(max_size=40), st.text("ab/+ &%=\n", min_size=6, max_size=20).filter(str.strip))
def test_a_line_never_holds_a_secret_and_is_one_line(words, secret):
    line = one_line(f"{words} {secret} {words}", [secret])

    assert secret not in line.replace(MASK, "\0")
    assert len(line.splitlines()) <= 1
    assert len(line) <= 300


@pytest.mark.parametrize("form", ["a/b+c d", "a%2Fb%2Bc%20d", "a/b%2Bc%20d"])
def test_a_secret_is_masked_as_it_stands_in_an_address_too(form):
    assert mask(f"https://api.example/?key={form}&x=1", ["a/b+c d", ""]) == f"https://api.example/?key={MASK}&x=1"


@pytest.mark.parametrize(
    ("url", "here"),
    [
        ("http://127.0.0.1:8080", True),
        ("http://localhost", True),
        ("http://[::1]:3000", True),
        ("https://api.x.com", False),
        ("https://127.example", False),
        ("https://localhost.example", False),
    ],
)
def test_this_machine_is_told_from_others(url, here):
    assert is_loopback(url) is here


def test_a_connection_that_broke_later_may_have_carried_the_post():
    assert not certainly_unsent(ConnectionResetError(104, "Connection reset by peer"))
    assert not certainly_unsent(TimeoutError())


@given(st.text(max_size=60))
def test_a_line_holds_nothing_that_moves_a_terminal(words):
    line = one_line(f"\x1b[2J{words}\x1b]0;title\x07\x9b31m\u202e{words}\r")

    assert not [sign for sign in line if unicodedata.category(sign) in {"Cc", "Cs", "Zl", "Zp"} or sign == "\u202e"]


def test_commands_to_a_terminal_are_taken_out_whole_and_words_stay():
    link = "\x1b]8;;https://evil.example\x1b\\here\x1b]8;;\x1b\\"

    assert one_line(f"\x1b[31mNo\x1b[0m\r\n{link} \x1bc família 👩\u200d👧\x85") == "No here família 👩\u200d👧"


SECRET = "a\"b\\c/d é\n'+e"


@pytest.mark.parametrize(
    "form",
    [
        SECRET,
        json.dumps(SECRET)[1:-1],
        json.dumps(SECRET, ensure_ascii=False)[1:-1],
        repr(SECRET)[1:-1],
        ascii(SECRET)[1:-1],
        repr(SECRET.encode())[2:-1],
    ],
)
@pytest.mark.parametrize("remembered", [True, False])
def test_a_secret_is_masked_as_programs_write_it_too(monkeypatch, form, remembered):
    monkeypatch.setattr(secrets, "_known", set())
    if remembered:
        secrets.remember(SECRET)
    masked = secrets.mask(f"<{form}>") if remembered else mask(f"<{form}>", [SECRET])

    assert masked == f"<{MASK}>"


def test_of_two_secrets_the_longer_is_masked_first():
    assert mask("abcdef abcd", ["abcd", "abcdef"]) == f"{MASK} {MASK}"


SETTINGS = {
    X: dict.fromkeys(("consumer_key", "consumer_secret", "access_token", "access_token_secret"), "${KEY}"),
    Bluesky: {"handle": "harbour.example", "app_password": "${KEY}"},
    Telegram: {"token": "${KEY}", "chat": "@harbour"},
}


@pytest.mark.parametrize("kind", SETTINGS)
@pytest.mark.parametrize(
    ("host", "words"),
    [
        ("127.0.0.1:{closed}", "connection refused"),
        ("no-such-host.invalid", "there is no such host, or this machine is offline"),
        ("127.0.0.1:99999", ""),
    ],
)
def test_no_connection_is_told_in_plain_words(kind, host, words):
    with socket.create_server(("127.0.0.1", 0)) as unused:
        host = host.format(closed=unused.getsockname()[1])
    channel = kind(kind.type, kind.Settings(**SETTINGS[kind], api_url=f"http://{host}"), Path())
    texts = (Post(as_rich("One")),)
    [request] = channel.render(Variant(kind.type, kind.type, "single", "en", texts))
    receipt = channel.send(channel.stamp(request, datetime.now(UTC), "seed"), [])

    assert receipt.outcome == "refused"
    assert (receipt.error or "").startswith(f"could not reach {host}: {words}")
    assert "Errno" not in (receipt.error or "")


def test_a_connection_that_takes_too_long_is_no_answer_in_time():
    class ConnectTimeout(Exception):  # noqa: N818 -- as httpx calls it
        pass

    assert no_answer(ConnectTimeout(), "https://api.example", []).error == (
        "could not reach api.example: no answer in time"
    )
    assert no_answer(TimeoutError(), "https://api.example", []).error == "api.example gave no answer in time"
