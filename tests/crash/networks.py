"""A stand-in for each channel type, what it is told to publish, and how one sees what stands there."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from servers.base import Posted, picture
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

from publisher.channels.registry import load_type, types

RELEASE = """\
---
link: https://news.aller.example/harbour/
media:
  - {path: harbour.png, alt: A chart of the harbour.}
  - {path: https://news.aller.example/gauge.png, alt: A gauge at the quay.}
---

# Five Cities Ask for a Clean Harbour by 2030

ALLER, Dec. 1, 2026 — Five cities on the Aller have written to the ministry today and ask for a plan.

“The harbour carries what we throw into it,” said Mayor Ana Ruiz. “We ask for a plan with dates in it.”

The cities ask for:

- a plan by June
- a gauge in every city

“We will count the days,” said Tom Beck of the harbour board. “They are long and we are patient.”

Contact: Jane Doe, press@aller.example
"""
_TIME = re.compile(rb"\d{4}-\d\d-\d\d(?:T[\d:+Z.-]*)?|\w{3}, \d\d \w{3} \d{4} [\d:]{8} [+-]\d{4}|\b\w+ \d{1,2}, \d{4}")


@dataclass(frozen=True)
class Standing:
    """One post as a reader finds it: its words, its images and its card; `answers` is the place of the post before."""

    words: str
    images: tuple[tuple[str, bytes], ...] = ()
    card: str | None = None
    answers: int | None = None


@dataclass(frozen=True)
class Network:
    """A channel type.

    `settings` is its block in channels.yaml, from the server; `posts` how many it makes of the release; `link` the
    address that a person finds a post at, by its number in the order of arrival.
    """

    server: Callable[[], Any] | None
    settings: Callable[[Any], Mapping[str, Any]]
    posts: int = 3
    own: Mapping[str, Any] = field(default_factory=dict)
    link: Callable[[Any, int], str] = lambda _server, _number: ""

    def block(self, server: Any) -> dict[str, Any]:
        return {**self.settings(server), **self.own}


def readable(kind: str) -> bool:
    """Whether the channel says that its network can be asked what became of a post."""
    return load_type(types()[kind]).capabilities.readable


_THREAD = {"layout": "thread", "sections": ["headline", "quotes"]}
_NEWSROOM = {"type": "newsroom", "folder": "site", "base_url": "https://news.aller.example"}
_READERS = ["ana@rivers.example", "bo@rivers.example", "cy@rivers.example"]
_WORKSPACE = "https://harbour.slack.com/archives/C0HARBOUR1/p"

NETWORKS: Mapping[str, Network] = {
    "newsroom": Network(None, lambda _server: _NEWSROOM, posts=1),
    "wordpress": Network(WordPressServer, WordPressServer.settings, posts=1),
    "x": Network(XServer, XServer.settings, own=_THREAD),
    "bluesky": Network(BlueskyServer, BlueskyServer.settings, own=_THREAD),
    "telegram": Network(
        TelegramServer,
        TelegramServer.settings,
        own=_THREAD,
        link=lambda server, number: f"https://t.me/harbour_channel/{server.posts[number].id}",
    ),
    "mastodon": Network(MastodonServer, MastodonServer.settings, own=_THREAD),
    "slack": Network(SlackServer, SlackServer.settings, own=_THREAD),
    "slack-webhook": Network(
        SlackServer,
        SlackServer.webhook_settings,
        posts=1,
        link=lambda server, number: _WORKSPACE + server.posts[number].id.replace(".", ""),
    ),
    "discord": Network(DiscordServer, DiscordServer.settings, own=_THREAD),
    "discord-webhook": Network(
        DiscordServer,
        DiscordServer.hook_settings,
        posts=1,
        link=lambda server, number: f"https://discord.com/channels/5/{server.channel_id}/{server.posts[number].id}",
    ),
    "matrix": Network(MatrixServer, MatrixServer.settings, own=_THREAD),
    "email": Network(MailServer, lambda server: {"type": "email", **server.settings(), "to": _READERS}),
    "linkedin": Network(LinkedInServer, LinkedInServer.settings, posts=1),
}


FORGETFUL: Mapping[str, str] = {
    "x": "takes_twice",
    "mastodon": "knows_keys",
    "discord": "remembers",
    "matrix": "remembers",
    "linkedin": "takes_twice",
}
"""Those of the networks that know a repeat by themselves, for a while; what to turn round for one that does not."""


class Scene:
    """A folder with the release and channels.yaml, and the stand-ins that it leads to, each with nothing on it.

    Args:
        folder: To be made.
        kinds: The channel types.
        witness: Told of the requests.
        forgetful: The networks are to take for new what comes twice.
    """

    def __init__(
        self, folder: Path, kinds: tuple[str, ...], witness: Callable[[Any, Any], bool], *, forgetful: bool = False
    ) -> None:
        self.folder = folder
        self.kinds = kinds
        self.servers = {kind: NETWORKS[kind].server() for kind in kinds if NETWORKS[kind].server}
        for kind, server in self.servers.items():
            server.witness = witness
            if forgetful and (name := FORGETFUL.get(kind)):
                setattr(server, name, not getattr(server, name))
        folder.mkdir(parents=True)
        (folder / "release.md").write_text(RELEASE, encoding="utf-8")
        (folder / "harbour.png").write_bytes(picture("harbour.png"))
        blocks = {kind: NETWORKS[kind].block(self.servers.get(kind)) for kind in kinds}
        with (folder / "channels.yaml").open("w", encoding="utf-8") as file:
            YAML().dump({"organisation": {"name": "League of Aller Cities"}, "channels": blocks}, file)

    def close(self) -> None:
        for server in self.servers.values():
            server.stop()
            assert not getattr(server, "crashes", []), server.crashes[0]

    def settle(self) -> None:
        """Let the stand-ins apply, or lose, what a run that is dead had sent."""
        for server in self.servers.values():
            server.settle()

    def standing(self, kind: str) -> list[Standing]:
        """What a reader finds, in the order in which it came."""
        if kind == "newsroom":
            return _files(self.folder / "site")
        server = self.servers[kind]
        if isinstance(server, MailServer):  # in no order: recipients do not wait for one another
            return sorted((_mail(recipient, mail) for recipient, mail in server.mails), key=lambda mail: mail.words)
        if isinstance(server, WordPressServer):
            return [_page(entry, server) for entry in server.stored.values()]
        return [_post(post, server.posts) for post in server.posts]

    def stands(self, kind: str, post: Mapping[str, Any]) -> str | None:
        """The link to a post of `--json` which a person goes and looks for; None where it is not there."""
        server = self.servers[kind]
        if isinstance(server, MailServer):
            reader = post["recipient"]
            return f"mailto:{reader}" if reader in server.recipients else None
        number = post["index"]
        return NETWORKS[kind].link(server, number) if number < len(server.posts) else None


def _post(post: Posted, posts: list[Posted]) -> Standing:
    known = [other.id for other in posts]
    answers = None if post.reply_to is None else known.index(post.reply_to)
    return Standing(post.text, post.media, post.card, answers)


def _page(entry: Mapping[str, Any], server: WordPressServer) -> Standing:
    shown = [
        image
        for number, image in server.images.items()
        if image["url"] in entry["content"] or number == entry["featured_media"]
    ]
    images = tuple((image["alt"], image["content"]) for image in shown)
    return Standing(f"{server.link(entry)}\n{entry['title']}\n{entry['content']}".replace(server.url, ""), images)


def _mail(recipient: str, mail: Any) -> Standing:
    parts = [part for part in mail.walk() if not part.is_multipart()]
    words = "\n".join(part.get_content() for part in parts if part.get_content_maintype() == "text")
    images = tuple(
        (str(part["content-id"]), part.get_content()) for part in parts if part.get_content_maintype() == "image"
    )
    return Standing(f"{recipient}\n{mail['subject']}\n{words}", images)


def _files(folder: Path) -> list[Standing]:
    """The folder's files but its lock, without the times in them."""
    found = [path for path in sorted(folder.rglob("*")) if path.is_file() and path.name != ".publish-lock"]
    return [Standing(str(path.relative_to(folder)), (("", _TIME.sub(b"(time)", path.read_bytes())),)) for path in found]
