"""Discord, by a bot that may post in a channel, or by the webhook of a channel."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Annotated, Any
from urllib.parse import parse_qsl, urlsplit

from pydantic import AfterValidator, Field, SecretStr

from publisher.channels.base import MASK, Account, ChannelError, ChannelSettings, Receipt, Request, WebAddress
from publisher.channels.discord_answers import made_at, number_of, was_altered
from publisher.channels.discord_message import ALT_MOST, length, says_the_same
from publisher.channels.discord_poster import IMAGES, Poster, UnsentError, requests_of
from publisher.channels.discord_rights import THREADS, against, unfit
from publisher.channels.http import Answer
from publisher.channels.look import Look
from publisher.channels.times import SKEW, planned, shortly_dated
from publisher.channels.wire import AnswerError, as_mapping, as_words, base_url, one_line
from publisher.compose.model import Capabilities, Limit, Variant

_CONTENT_MOST = 2000
_DESCRIPTION_MOST = 4096  # the whole text keeps to it, so that title and description keep to theirs, and to 6,000
_WEBHOOK = r"https?://[\w.-]+(?::[0-9]{1,5})?/(?:[^\s?#]*/)?webhooks/[0-9]+/[\w.-]+/?(?:\?[^\s#]*)?"
_LATEST = 100
_NONCE_HASH = 12  # characters: a nonce has 25 at most


def _channel_number(value: int | str) -> int | str:
    if "${" not in str(value) and not re.fullmatch(r"[1-9][0-9]{0,19}", str(value)):
        raise ValueError(
            "this is no number of a channel; in Discord, right-click the channel and choose Copy Channel ID"
        )
    return value


def _webhook(value: SecretStr) -> SecretStr:
    address = value.get_secret_value()
    if "${" not in address and not re.fullmatch(_WEBHOOK, address, re.ASCII):
        raise ValueError("this is no webhook's address; in Discord, copy it with Copy Webhook URL")
    return value


class DiscordSettings(ChannelSettings):
    token: SecretStr = Field(description="Token of the bot, from the developer portal.")
    channel_id: Annotated[int | str, AfterValidator(_channel_number)] = Field(
        description="Number of the channel that the bot posts in (Copy Channel ID)."
    )
    api_url: WebAddress = Field(default="https://discord.com/api/v10", description="Where the API is.")


class DiscordWebhookSettings(ChannelSettings):
    url: Annotated[SecretStr, AfterValidator(_webhook)] = Field(
        description="Address of the webhook (Copy Webhook URL); whoever knows it can post."
    )


class Discord(Poster):
    type = "discord"
    Settings = DiscordSettings
    settings: DiscordSettings
    look = Look("message", accent=("#0f5fc4", "#4cb3ff"), bold=True, frame="bar", badge="APP")
    capabilities = Capabilities(
        layouts=("brief", "single", "thread"),
        limits=(Limit(_CONTENT_MOST, "characters", length),),
        layout_limits={"brief": (Limit(_DESCRIPTION_MOST, "characters", length),)},
        media_max=10,
        media_from=("file", "web"),
        images=IMAGES,
        alt_max=ALT_MOST,
        mentions="id",
        audience="chosen",
        readable=True,
        settles_seconds=15.0,
        idempotency="a nonce, for a few minutes",
        read_back="the channel's latest 100 messages",
        edit="at any time",
        delete="at any time",
    )
    credential = "token"

    def render(self, variant: Variant) -> list[Request]:
        requests = requests_of(variant, self.posting()[0], {"Authorization": f"Bot {MASK}"})
        return [replace(each, reply_to=index - 1) if index else each for index, each in enumerate(requests)]

    def stamp(self, request: Request, at: datetime, seed: str) -> Request:
        """The key, a nonce, is the planned time in milliseconds since 1970, in hexadecimal, a hyphen, and a hash.

        A repeat with the same nonce within a few minutes makes no second message.
        Source: https://docs.discord.com/developers/resources/message#create-message.
        """
        key = shortly_dated(super().stamp(request, at, seed).key[:_NONCE_HASH], at)
        return replace(request, key=key, json={**(request.json or {}), "nonce": key, "enforce_nonce": True})

    def whoami(self) -> Account:
        try:
            me = self._get("/users/@me").mapping
            channel = self.about()
            problem = self._against_posting(channel, number_of(me, "id"))
        except Exception as error:
            raise ChannelError(self.outcome(error).error) from error
        if problem:
            raise ChannelError(problem)
        self.server = number_of(channel, "guild_id")
        names = (number_of(me, "id"), as_words(me.get("global_name")), as_words(channel.get("name")))
        handle = as_words(me.get("username")) or number_of(me, "id") or "a bot"
        return Account(f"@{handle}", tuple(filter(None, (*names, str(self.settings.channel_id)))))

    def find(self, request: Request) -> Receipt | None:
        """Among the latest messages of the channel, by author, time and text: a message does not tell its nonce."""
        try:
            me = number_of(self._get("/users/@me").mapping, "id")
            messages = self._get(f"{self._channel()}/messages", query={"limit": str(_LATEST)}).json
            # Without the right to read there are no messages either, but a last one where somebody has ever written.
            is_new = messages == [] and self.about().get("last_message_id", "") is None
        except Exception as error:  # noqa: BLE001 -- what cannot be read says nothing about the message
            return Receipt("unknown", error=f"the channel cannot be read: {self.outcome(error).error}")
        if not me or not isinstance(messages, list) or not (messages or is_new):
            return Receipt("unknown", error="Discord shows no message here: allow the bot Read Message History")
        return self._among(messages, me, request)

    def _among(self, messages: Sequence[object], me: str, request: Request) -> Receipt | None:
        """Which of the messages is the bot's own for this request, the latest first."""
        since = planned(request.key)
        recent = [each for each in map(as_mapping, messages) if _is_since(each, since)]
        same = [each for each in recent if _author(each) == me and says_the_same(each, request.json or {})]
        if ours := [each for each in same if since and made_at(each)]:
            return self.sent(ours[-1])
        if same or not since:
            return Receipt("unknown", error="whether it stands in the channel cannot be told by the time: look there")
        if any(_author(each) == me and was_altered(each) for each in recent):
            return Receipt("unknown", error="a message was edited since, and may have been this one: look there")
        if len(recent) >= _LATEST:
            return Receipt("unknown", error=f"{_LATEST} messages or more were made since: look in the channel")
        return None

    def _against_posting(self, channel: Mapping[str, Any], me: str) -> str:
        """What keeps the bot from posting in the channel, in one line; empty where nothing is known to."""
        place, server = str(self.settings.channel_id), number_of(channel, "guild_id")
        if (flaw := unfit(channel, place)) or not me or not server:
            return flaw
        try:
            member = self._get(f"/guilds/{server}/members/{me}").mapping
            roles = self._get(f"/guilds/{server}/roles").json
            if channel.get("type") in THREADS:
                around = self._get(f"/channels/{number_of(channel, 'parent_id')}").mapping
                channel = {**around, "type": channel["type"]}
        except AnswerError as error:
            if error.status in (403, 404):  # whatever else it may, the bot may not ask
                return ""
            raise
        return against(channel, member, roles, server, place)

    def receipt_for(self, url: str, request: Request) -> Receipt:
        receipt = super().receipt_for(url, request)
        if receipt.data["channel"] != str(self.settings.channel_id):
            raise ChannelError(f"{one_line(url)} is a message in another channel than {self.settings.channel_id}")
        return receipt

    def _channel(self) -> str:
        return f"/channels/{self.settings.channel_id}"

    def posting(self) -> tuple[str, Mapping[str, str]]:
        return f"{self.home()}{self._channel()}/messages", {}

    def about(self) -> Mapping[str, Any]:
        return self._get(self._channel()).mapping

    def _get(self, path: str, **options: Any) -> Answer:
        return self.call("GET", f"{self.home()}{path}", **options)

    def home(self) -> str:
        return base_url(self.settings.api_url)

    def authorization(self) -> Mapping[str, str]:
        token = self.settings.token.get_secret_value()
        if not re.fullmatch(r"[!-~]+", token):
            raise UnsentError("nothing was sent: this is no token of a bot; check `token`")
        return {"Authorization": f"Bot {token}"}

    def secrets(self) -> tuple[str, ...]:
        return (self.settings.token.get_secret_value(),)


class DiscordWebhook(Poster):
    type = "discord-webhook"
    Settings = DiscordWebhookSettings
    settings: DiscordWebhookSettings
    look = Discord.look
    capabilities = replace(
        Discord.capabilities,
        layouts=("brief", "single"),
        readable=False,
        settles_seconds=0.0,
        idempotency="none",
        read_back="none: a webhook cannot read its channel",
    )
    credential = "url"

    def render(self, variant: Variant) -> list[Request]:
        return requests_of(variant, f"{self.home()}/{MASK}?wait=true", {})

    def whoami(self) -> Account:
        try:
            webhook = self.about()
        except Exception as error:
            raise ChannelError(self.outcome(error).error) from error
        self.server = number_of(webhook, "guild_id")
        numbers = [number_of(webhook, key) for key in ("id", "channel_id", "guild_id")]
        return Account(as_words(webhook.get("name")) or "a webhook", tuple(filter(None, numbers)))

    def posting(self) -> tuple[str, Mapping[str, str]]:
        address, query = self._address()
        return address, {**query, "wait": "true"}

    def about(self) -> Mapping[str, Any]:
        return self.call("GET", self._address()[0]).mapping

    def home(self) -> str:
        parts = urlsplit(self.settings.url.get_secret_value())
        return f"{parts.scheme}://{parts.netloc}" if parts.netloc else "https://discord.com"

    def _address(self) -> tuple[str, Mapping[str, str]]:
        parts = urlsplit(self.settings.url.get_secret_value())
        return f"{self.home()}{parts.path.rstrip('/')}", dict(parse_qsl(parts.query))

    def secrets(self) -> tuple[str, ...]:
        """The address, whole and in the parts that a library may show."""
        whole = self.settings.url.get_secret_value()
        address = self._address()[0]
        path = urlsplit(address).path
        return tuple(filter(None, (whole, address, path, path.rpartition("/")[2])))


def _author(message: Mapping[str, Any]) -> str:
    return number_of(as_mapping(message.get("author")), "id")


def _is_since(message: Mapping[str, Any], planned_at: datetime | None) -> bool:
    """Whether a message may have been made after this time."""
    made = made_at(message)
    return made is None or planned_at is None or made >= planned_at - SKEW
