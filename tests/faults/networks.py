"""The networks as the matrix sees them: a stand-in, a channel that talks to it, and three posts to be sent."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from faults.rules import Traits
from servers.bluesky import BlueskyServer
from servers.discord import DiscordServer
from servers.email import MailServer
from servers.linkedin import LinkedInServer
from servers.mastodon import MastodonServer
from servers.matrix import MatrixServer
from servers.slack import SlackServer
from servers.telegram import TelegramServer
from servers.wordpress import WordPressServer
from servers.x import XServer

from publisher.channels.base import Channel
from publisher.channels.registry import load_type, types
from publisher.compose.composing import compose
from publisher.compose.model import Post, Variant
from publisher.compose.wishes import Wishes
from publisher.release.model import Release
from publisher.text.rich import as_rich

TEXTS = ("Five cities ask for a clean harbour.", "They want a plan with dates in it.", "They will count the days.")
READERS = ("ana@radio.example", "ben@paper.example", "cem@wire.example")


def _no_link(_server: Any, _id: str) -> str:
    raise AssertionError("nobody has to look here")


@dataclass(frozen=True)
class Network:
    """`type` is the channel's; `settings` are for the stand-in; `idempotent` says whether it takes no post twice.

    `link` is where a person sees a post by its id.
    """

    type: str
    server: Callable[[], Any]
    settings: Callable[[Any], dict[str, Any]] = lambda server: server.settings()
    idempotent: bool = False
    link: Callable[[Any, str], str] = _no_link

    @property
    def traits(self) -> Traits:
        can = load_type(types()[self.type]).capabilities
        return Traits(can.readable, can.atomic, self.idempotent, can.settles_seconds)

    def channel(self, server: Any) -> Channel:
        kind = load_type(types()[self.type])
        return kind(self.type, kind.Settings.model_validate(self.settings(server)), Path())

    def variant(self, channel: Channel, release: Release) -> Variant:
        """A thread of three posts where the network has threads, else the release in one."""
        if "thread" in channel.capabilities.layouts:
            return Variant(channel.name, channel.type, "thread", "en", tuple(Post(as_rich(text)) for text in TEXTS))
        made = compose(release, channel.capabilities, Wishes(channel.name, channel.type), "https://aller.example/r/")
        assert made
        return made

    def hangs_together(self, server: Any) -> bool:
        """Whether each post of a thread but the first answers one before it."""
        if isinstance(server, MailServer):
            return True
        ids: list[str | None] = [post.id for post in server.posts]
        answered = [post.reply_to for post in server.posts]
        return all(to in ids[:at] if at else to is None for at, to in enumerate(answered))

    def standing(self, server: Any, posts: int) -> list[int]:
        """How often each post stands there."""
        if isinstance(server, MailServer):
            return [server.recipients.count(reader) for reader in READERS]
        if posts == 1:
            return [len(server.posts)]
        return [sum(text in post.text for post in server.posts) for text in TEXTS]


def _mail(server: MailServer) -> dict[str, Any]:
    return {**server.settings(), "type": "email", "to": list(READERS)}


def _discord(server: DiscordServer, number: str) -> str:
    return f"https://discord.com/channels/{server.server_id}/{server.channel_id}/{number}"


def _slack(server: SlackServer, timestamp: str) -> str:
    return f"https://harbour.slack.com/archives/{server.channel}/p{timestamp.replace('.', '')}"


NETWORKS = (
    Network("wordpress", WordPressServer),
    Network("x", XServer, idempotent=True),
    Network("bluesky", BlueskyServer, idempotent=True),
    Network("telegram", TelegramServer, link=lambda _server, number: f"https://t.me/harbour_channel/{number}"),
    Network("mastodon", MastodonServer, idempotent=True),
    Network("slack", SlackServer),
    Network("slack-webhook", SlackServer, lambda server: server.webhook_settings(), link=_slack),
    Network("discord", DiscordServer, idempotent=True),
    Network("discord-webhook", DiscordServer, lambda server: server.hook_settings(), link=_discord),
    Network("matrix", MatrixServer, idempotent=True),
    Network("email", MailServer, _mail, link=lambda _server, reader: f"mailto:{reader}"),
    Network("linkedin", LinkedInServer, idempotent=True),
)
