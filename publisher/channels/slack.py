"""Slack: by the bot of an app (Web API), or by an incoming webhook."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Annotated, Any
from urllib.parse import urlsplit

from pydantic import AfterValidator, ConfigDict, Field, SecretStr

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
from publisher.channels.slack_api import JSON, TIMESTAMP, UnusableError, WebApi, place_of, wait
from publisher.channels.slack_blocks import (
    ALT_CUT,
    IMAGE_LIMITS,
    LIMITS,
    MOST_ALT,
    MOST_IMAGES,
    blocks_of,
    fallback,
)
from publisher.channels.wire import (
    answer_in,
    as_mapping,
    as_words,
    base_url,
    link_parts,
    no_answer,
    no_link,
    one_line,
)
from publisher.compose.model import Capabilities, Post, Variant
from publisher.text.patterns import later

_EVENT = "press_release"
_LINK = "https://WORKSPACE.slack.com/archives/CHANNEL/pNUMBER"
_HOST = later(r"[a-z0-9.-]+\.slack(?:-gov)?\.com")
_PLACE = later(r"archives/([A-Z][A-Z0-9]+)/p([0-9]{1,10})([0-9]{6})", re.ASCII)
_ID = later(r"[CDG][A-Z0-9]{6,}", re.ASCII)
_CLOCKS_DIFFER = 24 * 60 * 60
_WEBHOOK_ADVICE = {
    "no_service": ": the webhook was switched off or its address is wrong; check url",
    "no_team": ": the address is wrong; check url",
    "invalid_token": ": the address is wrong; check url",
    "channel_not_found": ": its channel is gone; make another webhook",
    "channel_is_archived": ": its channel is archived; make another webhook",
    "action_prohibited": ": an administrator does not allow it",
    "posting_to_general_channel_denied": ": only administrators may post in that channel",
}


class SlackSettings(ChannelSettings):
    token: SecretStr = Field(description="Bot User OAuth Token of the app (`xoxb-…`).")
    channel: str = Field(description="The channel, by its id (`C0123456789`) or as `#name`; the app must be in it.")
    api_url: WebAddress = Field(default="https://slack.com/api", description="Where the Web API is.")


def _webhook_address(value: SecretStr) -> SecretStr:
    address = value.get_secret_value()
    if "${" not in address and not re.fullmatch(r"https?://[^\s/?#@]+/[^\s?#]+", address):
        raise ValueError("this is no webhook's address; copy it whole, like https://hooks.slack.com/services/…")
    return value


class SlackWebhookSettings(ChannelSettings):
    model_config = ConfigDict(hide_input_in_errors=True)

    url: Annotated[SecretStr, AfterValidator(_webhook_address)] = Field(
        description="The webhook's whole address; whoever knows it can post."
    )


class Slack(Channel):
    type = "slack"
    Settings = SlackSettings
    settings: SlackSettings
    capabilities = Capabilities(
        layouts=("brief", "single", "thread"),
        limits=LIMITS,
        media_limits=IMAGE_LIMITS,
        media_max=MOST_IMAGES,
        media_from=("web",),
        alt_max=MOST_ALT,
        mentions="id",
        readable=True,
        settles_seconds=15.0,
        idempotency="none; each message carries a key",
        read_back="by the key, in the channel's history",
        edit="at any time, where the workspace lets it",
        delete="at any time",
    )
    timeouts = (10.0, 60.0)
    """Seconds to connect, and to wait for an answer."""

    def render(self, variant: Variant) -> list[Request]:
        thread = _thread(variant)
        return [
            Request(
                "POST",
                f"{base_url(self.settings.api_url)}/chat.postMessage",
                headers={"Authorization": f"Bearer {MASK}", "Content-Type": JSON},
                json={
                    "channel": self.settings.channel.strip(),
                    **_message(post, variant, unfurl=self.settings.link_card is True),
                    "parse": "none",
                    "metadata": {"event_type": _EVENT, "event_payload": {"thread": thread}},
                },
                reply_to=0 if index else None,
            )
            for index, post in enumerate(variant.posts)
        ]

    def notes(self, requests: Sequence[Request]) -> Sequence[str]:
        return _notes(requests)

    def stamp(self, request: Request, at: datetime, seed: str) -> Request:
        stamped = super().stamp(request, at, seed)
        body = dict(request.json or {})
        payload = {**body["metadata"]["event_payload"], "key": stamped.key, "planned": int(at.timestamp())}
        body["metadata"] = {**body["metadata"], "event_payload": payload}
        return replace(stamped, json=body)

    def whoami(self) -> Account:
        try:
            me = self._api().call("POST", "auth.test")
        except Exception as error:
            raise ChannelError(self._outcome(error).error) from error
        user, team = as_words(me.get("user"), "a bot"), as_words(me.get("team"), "a workspace")
        host = urlsplit(as_words(me.get("url"))).hostname
        names = (user, team, host, me.get("user_id"), me.get("team_id"), me.get("bot_id"))
        return Account(f"@{user} in {team}", tuple(str(name) for name in names if name))

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
        return self._sent(*place)

    def find(self, request: Request) -> Receipt | None:
        try:
            channel = self._channel_id()
            found = self._message_of(request, channel)
            return self._sent(*place_of(found, channel)) if found else None
        except Exception as error:  # noqa: BLE001 -- anything but a clear answer says nothing about the message
            return Receipt("unknown", error=f"the message cannot be looked up: {self._outcome(error).error}")

    def receipt_for(self, url: str, request: Request) -> Receipt:
        channel, timestamp = _permalink_place(url)
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
        raise UnusableError(f"the app is in no channel {own}: give the channel's id, as in C0123456789")

    def _message_of(self, request: Request, channel: str) -> Mapping[str, Any] | None:
        """The message with the request's key, in the channel or in the threads that may be its own."""
        stamped = as_mapping((request.json or {})["metadata"]["event_payload"])
        wanted = {"channel": channel, "include_all_metadata": "true"}
        since = {"oldest": f"{stamped['planned'] - _CLOCKS_DIFFER}.000000"}
        threads: list[str] = []
        for message in self._api().all("messages", "conversations.history", {**wanted, **since}):
            payload = _payload(message)
            if payload.get("key") == request.key:
                return message
            if payload.get("thread") == stamped["thread"]:
                threads.append(as_words(message.get("ts")))
        if request.reply_to is None:
            return None
        if not threads:
            raise UnusableError("the first message of its thread is not among the channel's latest")
        for thread in threads:
            for message in self._api().all("messages", "conversations.replies", {**wanted, "ts": thread}):
                if _payload(message).get("key") == request.key:
                    return message
        return None


class SlackWebhook(Channel):
    type = "slack-webhook"
    Settings = SlackWebhookSettings
    settings: SlackWebhookSettings
    capabilities = Capabilities(
        layouts=("brief", "single"),
        limits=LIMITS,
        media_limits=IMAGE_LIMITS,
        media_max=MOST_IMAGES,
        media_from=("web",),
        alt_max=MOST_ALT,
        mentions="id",
        idempotency="none",
        read_back="none: a webhook only posts",
        edit="no",
        delete="by hand, in Slack",
    )
    timeouts = (10.0, 60.0)
    """Seconds to connect, and to wait for an answer."""

    def render(self, variant: Variant) -> list[Request]:
        return [
            Request(
                "POST",
                _masked(self.settings.url.get_secret_value()),
                headers={"Content-Type": JSON},
                json=_message(post, variant, unfurl=self.settings.link_card is True),
            )
            for post in variant.posts
        ]

    def notes(self, requests: Sequence[Request]) -> Sequence[str]:
        return _notes(requests)

    def whoami(self) -> Account:
        host = urlsplit(self.settings.url.get_secret_value()).netloc
        return Account(f"webhook at {host}", (host,))

    def send(self, request: Request, after: Sequence[Receipt]) -> Receipt:
        from publisher.channels.http import call  # noqa: PLC0415 -- a dry run never gets here

        url = self.settings.url.get_secret_value()
        try:
            answer = call(
                "POST",
                url,
                headers=request.headers,
                json=request.json,
                timeouts=self.timeouts,
                secrets=self._secrets(),
            )
        except Exception as error:  # noqa: BLE001 -- whatever it was, the message may stand there
            return self._outcome(error)
        if answer.body.strip() != b"ok":
            return Receipt("unknown", error="what answered is no webhook of Slack's; check url")
        return Receipt("sent")

    def receipt_for(self, url: str, request: Request) -> Receipt:
        channel, timestamp = _permalink_place(url)
        return Receipt("sent", id=timestamp, url=url.strip(), data={"channel": channel})

    def _secrets(self) -> tuple[str, ...]:
        url = self.settings.url.get_secret_value()
        return (url, urlsplit(url).path.strip("/"))

    def _outcome(self, error: Exception) -> Receipt:
        """What an error means. Source: https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks.

        | answer | meaning |
        | --- | --- |
        | 400, 403, 404, 410, other 4xx | refused, in Slack's words |
        | 429 | refused, with the seconds to wait |
        | 3xx | refused |
        | 5xx, anything else | unknown |
        | no connection | refused |
        """
        secrets = self._secrets()
        answered = answer_in(error)
        if answered is None:
            return no_answer(error, _masked(self.settings.url.get_secret_value()), secrets)
        status, said = answered.status, answered.text
        if status >= 500:
            return Receipt("unknown", error=one_line(f"Slack answered {status}", secrets))
        if status == 429:
            words = wait(answered)
        elif status < 400:
            words = "the webhook's address redirects elsewhere; check url"
        else:
            words = f"Slack refused: {said or status}{_WEBHOOK_ADVICE.get(said, '')}"
        return Receipt("refused", error=one_line(words, secrets))


def _thread(variant: Variant) -> str:
    """What the posts of one thread have in common, so that the first is found when one of the others is looked for."""
    return hashlib.sha256("\n".join(post.text.plain for post in variant.posts).encode(errors="replace")).hexdigest()[
        :16
    ]


def _message(post: Post, variant: Variant, *, unfurl: bool) -> dict[str, Any]:
    """The arguments that make a message, by bot or webhook: nothing in its text is looked for names to notify.

    Source: https://docs.slack.dev/reference/methods/chat.postMessage.
    """
    preview = unfurl and bool(variant.link) and any(span.link == variant.link for span in post.text.spans)
    return {
        "text": fallback(post, variant.link),
        "blocks": blocks_of(post),
        "link_names": False,
        "unfurl_links": preview,
        "unfurl_media": preview,
    }


def _notes(requests: Sequence[Request]) -> list[str]:
    blocks = [block for request in requests for block in (request.json or {})["blocks"]]
    return [
        f"the alternative text of {block['image_url']} is shortened to {len(block['alt_text'])} characters"
        for block in blocks
        if block["type"] == "image" and block["alt_text"].endswith(ALT_CUT)
    ]


def _masked(url: str) -> str:
    """The webhook's address with nothing shown but scheme and host."""
    parts = urlsplit(url)
    if "${" in url or not parts.hostname:
        return f"https://hooks.slack.com/{MASK}"
    return f"{parts.scheme}://{parts.netloc}/{MASK}"


def _payload(message: Mapping[str, Any]) -> Mapping[str, Any]:
    """What a message of ours carries unseen; empty for the others."""
    metadata = as_mapping(message.get("metadata"))
    return as_mapping(metadata.get("event_payload")) if metadata.get("event_type") == _EVENT else {}


def _permalink_place(url: str) -> tuple[str, str]:
    """The channel and the timestamp of the message that a link leads to.

    Raises:
        ChannelError: It is not the link of a message.
    """
    host = (urlsplit(url.strip()).hostname or "") if "://" in url else url.strip().partition("/")[0]
    found = _HOST.fullmatch(host) and _PLACE.fullmatch("/".join(link_parts(url, (host,), _LINK)))
    if not found:
        raise no_link(url, _LINK)
    return found[1], f"{found[2]}.{found[3]}"
