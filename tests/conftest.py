"""Stand-ins for the networks, on loopback, each with real sockets and a memory."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import settings
from servers.base import Server
from servers.bluesky import BlueskyServer
from servers.discord import DiscordServer
from servers.mastodon import MastodonServer
from servers.matrix import MatrixServer
from servers.telegram import TelegramServer
from servers.x import XServer

settings.register_profile("publish", deadline=None)  # a busy machine is no failure
settings.load_profile("publish")


def _running(server: Server) -> Iterator[Server]:
    yield server
    server.stop()
    assert not server.crashes, server.crashes[0]


@pytest.fixture
def x_server() -> Iterator[XServer]:
    yield from _running(XServer())


@pytest.fixture
def bluesky_server() -> Iterator[BlueskyServer]:
    yield from _running(BlueskyServer())


@pytest.fixture
def telegram_server() -> Iterator[TelegramServer]:
    yield from _running(TelegramServer())


@pytest.fixture
def mastodon_server() -> Iterator[MastodonServer]:
    yield from _running(MastodonServer())


@pytest.fixture
def matrix_server() -> Iterator[MatrixServer]:
    yield from _running(MatrixServer())


@pytest.fixture
def discord_server() -> Iterator[DiscordServer]:
    yield from _running(DiscordServer())


@pytest.fixture
def dead_proxies(monkeypatch: pytest.MonkeyPatch) -> None:
    """Proxies in the environment that lead nowhere."""
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
