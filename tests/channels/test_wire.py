"""What the channels share never shows a secret and never loads a network library to render."""

from __future__ import annotations

import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from publisher.channels.base import MASK
from publisher.channels.wire import certainly_unsent, is_loopback, mask, one_line


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
