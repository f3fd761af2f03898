"""Slack, by the bot of an app (Web API), or by an incoming webhook (slack_webhook.py)."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from pydantic import Field, SecretStr

from publisher.channels.base import (
    MASK,
    Account,
    Channel,
    ChannelError,
    ChannelSettings,
    Receipt,
    Request,
    WebAddress,
)
from publisher.channels.look import Look
from publisher.channels.slack_api import JSON, PAUSE, TIMESTAMP, WebApi, against_scopes, place_of
from publisher.channels.slack_blocks import IMAGE_LIMITS, LIMITS, MOST_ALT, MOST_IMAGES
from publisher.channels.slack_message import EVENT, message_of, notes_on, payload_of, permalink_place, thread_of
from publisher.channels.slack_webhook import SlackWebhook
from publisher.channels.wire import AnswerError, OddAnswerError, as_mapping, as_words, base_url, one_line
from publisher.compose.model import Capabilities, Variant
from publisher.text.patterns import later

__all__ = ["Slack", "SlackSettings", "SlackWebhook"]

_ID = later(r"[CDG][A-Z0-9]{6,}", re.ASCII)
_CLOCKS_DIFFER = 24 * 60 * 60
_LONGEST_LIFE = 10 * 366 * 24 * 60 * 60


class SlackSettings(ChannelSettings):
    token: SecretStr = Field(description="Bot User OAuth Token of the app (`xoxb-…`).")
    channel: str = Field(description="The channel, by its id (`C0123456789`) or as `#name`; the app must be in it.")
    api_url: WebAddress = Field(default="https://slack.com/api", description="Where the Web API is.")


class Slack(Channel):
    type = "slack"
    Settings = SlackSettings
    settings: SlackSettings
    look = Look("message", accent=("#1264a3", "#37a9e4"), avatar="rounded", bold=True, badge="APP")
    """It may put "See more" on a long section, and does not say where (docs.slack.dev, section block, `expand`)."""
    capabilities = Capabilities(
        layouts=("brief", "single", "thread"),
        limits=LIMITS,
        media_limits=IMAGE_LIMITS,
        media_max=MOST_IMAGES,
        media_from=("web",),
        alt_max=MOST_ALT,
        mentions="id",
        audience="chosen",
        readable=True,
        settles_seconds=15.0,
        idempotency="none; each message carries a key",
        read_back="by the key, in the channel's history",
        edit="at any time, where the workspace lets it",
        delete="at any time",
    )
    timeouts = (10.0, 60.0)
    """Seconds to connect, and to wait for an answer."""

    def byline(self) -> str:
        return self.settings.channel

    def render(self, variant: Variant) -> list[Request]:
        thread = thread_of(variant)
        return [
            Request(
                "POST",
                f"{base_url(self.settings.api_url)}/chat.postMessage",
                headers={"Authorization": f"Bearer {MASK}", "Content-Type": JSON},
                json={
                    "channel": self.settings.channel.strip(),
                    **message_of(post, variant, unfurl=self.settings.link_card is True),
                    "parse": "none",
                    "metadata": {"event_type": EVENT, "event_payload": {"thread": thread}},
                },
                reply_to=0 if index else None,
            )
            for index, post in enumerate(variant.posts)
        ]

    def notes(self, requests: Sequence[Request]) -> Sequence[str]:
        return notes_on(requests)

    def stamp(self, request: Request, at: datetime, seed: str) -> Request:
        stamped = super().stamp(request, at, seed)
        body = dict(request.json or {})
        payload = {**body["metadata"]["event_payload"], "key": stamped.key, "planned": int(at.timestamp())}
        body["metadata"] = {**body["metadata"], "event_payload": payload}
        return replace(stamped, json=body)

    def whoami(self) -> Account:
        """Which bot it is, once it is clear that it may post in the channel, and read what stands there.

        Of an app with token rotation, whose tokens last twelve hours, the answer has the seconds that are left to the
        token: docs.slack.dev/authentication/using-token-rotation, and `AuthTestResponse` of Slack's own SDK.

        Raises:
            ChannelError: As in `Channel.whoami`; or a scope is missing, the app is not in the channel, or the channel
                is archived.
        """
        try:
            answer = self._api().answer("POST", "auth.test")
            scopes = answer.headers.get("x-oauth-scopes")
            why = against_scopes(scopes) or self._against_channel(scopes or "")
        except Exception as error:
            raise ChannelError(self._outcome(error).error) from error
        if why:
            raise ChannelError(one_line(why))
        me = answer.mapping
        user, team = as_words(me.get("user"), "a bot"), as_words(me.get("team"), "a workspace")
        host = urlsplit(as_words(me.get("url"))).hostname
        names = (user, team, host, me.get("user_id"), me.get("team_id"), me.get("bot_id"))
        aliases = tuple(str(name) for name in names if name)
        return Account(f"@{user} in {team}", aliases, _runs_out(me.get("expires_in"), datetime.now(UTC)))

    def send(self, request: Request, after: Sequence[Receipt]) -> Receipt:
        body = dict(request.json or {})
        if request.reply_to is not None:
            body["thread_ts"] = after[request.reply_to].id
            if not TIMESTAMP.fullmatch(body["thread_ts"] or ""):
                return Receipt("refused", error="nothing was sent: the message that this one answers is not known")
        try:
            answer = self._api().call("POST", "chat.postMessage", json=body)
            place = place_of(answer, as_words(answer.get("channel"), body["channel"]))
        except Exception as error:  # noqa: BLE001 -- whatever it was, the message may stand there
            return self._outcome(error)
        return replace(self._sent(*place), wait=PAUSE)

    def find(self, request: Request) -> Receipt | None:
        try:
            channel = self._channel_id()
            found = self._message_of(request, channel)
            return self._sent(*place_of(found, channel)) if found else None
        except Exception as error:  # noqa: BLE001 -- anything but a clear answer says nothing about the message
            return Receipt("unknown", error=f"the message cannot be looked up: {self._outcome(error).error}")

    def receipt_for(self, url: str, request: Request) -> Receipt:
        channel, timestamp = permalink_place(url)
        own = self.settings.channel.strip()
        if _ID.fullmatch(own) and own != channel:
            raise ChannelError(f"{one_line(url)} is a message in another channel than {own}")
        return Receipt("sent", id=timestamp, url=url.strip(), data={"channel": channel})

    def _api(self) -> WebApi:
        return WebApi(base_url(self.settings.api_url), self.settings.token.get_secret_value(), self.timeouts)

    def _outcome(self, error: Exception) -> Receipt:
        return self._api().outcome(error, self.settings.channel.strip())

    def _sent(self, channel: str, timestamp: str) -> Receipt:
        """The receipt of a message that stands there, with its link where Slack gives one now."""
        try:
            place = {"channel": channel, "message_ts": timestamp}
            link = self._api().call("GET", "chat.getPermalink", place).get("permalink")
        except Exception:  # noqa: BLE001 -- the message stands there, with a link or without
            link = None
        return Receipt("sent", id=timestamp, url=as_words(link) or None, data={"channel": channel})

    def _against_channel(self, scopes: str) -> str:
        """Why nothing could be posted in the channel, or read there; empty where nothing speaks against it."""
        own = self.settings.channel.strip()
        channel = self._channel_id()  # by a name only channels are found that the app is in, and no archived ones
        if channel != own:
            return ""
        if "channels:read" in scopes or "groups:read" in scopes:
            try:
                known = as_mapping(self._api().call("GET", "conversations.info", {"channel": channel}).get("channel"))
            except AnswerError as error:
                if as_words(as_mapping(error.answer).get("error")) != "missing_scope":
                    raise
            else:
                if known.get("is_archived") is True:
                    return f"the channel {own} is archived (is_archived): choose another"
                return (
                    f"the app is not in {own} (not_in_channel): invite it there"
                    if known.get("is_member") is False
                    else ""
                )
        self._api().call("GET", "conversations.history", {"channel": channel, "limit": "1"})
        return ""

    def _channel_id(self) -> str:
        """The id of the channel, which alone its history is known by."""
        own = self.settings.channel.strip()
        if _ID.fullmatch(own):
            return own
        name = own.removeprefix("#").casefold()
        kinds = {"types": "public_channel,private_channel", "exclude_archived": "true"}
        for channel in self._api().all("channels", "users.conversations", kinds):
            if str(channel.get("name")).casefold() == name:
                return as_words(channel.get("id"))
        raise OddAnswerError(f"the app is in no channel {own}: give the channel's id, as in C0123456789")

    def _message_of(self, request: Request, channel: str) -> Mapping[str, Any] | None:
        """The message with the request's key, in the channel or in the threads that may be its own."""
        stamped = as_mapping((request.json or {})["metadata"]["event_payload"])
        wanted = {"channel": channel, "include_all_metadata": "true"}
        since = {"oldest": f"{stamped['planned'] - _CLOCKS_DIFFER}.000000"}
        threads: list[str] = []
        for message in self._api().all("messages", "conversations.history", {**wanted, **since}):
            payload = payload_of(message)
            if payload.get("key") == request.key:
                return message
            _check_key(message, request)
            if payload.get("thread") == stamped["thread"]:
                threads.append(as_words(message.get("ts")))
        if request.reply_to is None:
            return None
        if not threads:
            raise OddAnswerError("the first message of its thread is not among the channel's latest")
        for thread in threads:
            for message in self._api().all("messages", "conversations.replies", {**wanted, "ts": thread}):
                if payload_of(message).get("key") == request.key:
                    return message
                _check_key(message, request)
        return None


def _runs_out(seconds: object, now: datetime) -> datetime | None:
    known = isinstance(seconds, int | float) and not isinstance(seconds, bool) and 0 <= seconds <= _LONGEST_LIFE
    return now + timedelta(seconds=seconds) if known and isinstance(seconds, int | float) else None


def _check_key(message: Mapping[str, Any], request: Request) -> None:
    """Hold on where our text stands without any key: its metadata may have been lost, and it may be this message."""
    if not payload_of(message) and as_words(message.get("text")) == as_words((request.json or {}).get("text")):
        raise OddAnswerError("the same text stands in the channel without the key that tells whose it is")
