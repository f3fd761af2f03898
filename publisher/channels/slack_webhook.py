"""Slack, by an incoming webhook, which posts in one channel and does nothing else."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator, ConfigDict, Field, SecretStr

from publisher.channels.base import MASK, Account, Channel, ChannelSettings, Receipt, Request
from publisher.channels.http import call
from publisher.channels.look import Look
from publisher.channels.pacing import turned_away
from publisher.channels.refusals import answered, redirects, too_many
from publisher.channels.slack_api import JSON, PAUSE, seconds_to_wait
from publisher.channels.slack_blocks import IMAGE_LIMITS, LIMITS, MOST_ALT, MOST_IMAGES
from publisher.channels.slack_message import message_of, notes_on, permalink_place
from publisher.channels.wire import answer_in, no_answer, one_line
from publisher.compose.model import Capabilities, Variant

_ADVICE = {
    "no_service": ": the webhook was switched off or its address is wrong; check url",
    "no_team": ": the address is wrong; check url",
    "invalid_token": ": the address is wrong; check url",
    "channel_not_found": ": its channel is gone; make another webhook",
    "channel_is_archived": ": its channel is archived; make another webhook",
    "action_prohibited": ": an administrator does not allow it",
    "posting_to_general_channel_denied": ": only administrators may post in that channel",
}


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


class SlackWebhook(Channel):
    type = "slack-webhook"
    Settings = SlackWebhookSettings
    settings: SlackWebhookSettings
    look = Look("message", accent=("#1264a3", "#37a9e4"), avatar="rounded", bold=True, badge="APP")
    """It may put "See more" on a long section, and does not say where (docs.slack.dev, section block, `expand`)."""
    capabilities = Capabilities(
        layouts=("brief", "single"),
        limits=LIMITS,
        media_limits=IMAGE_LIMITS,
        media_max=MOST_IMAGES,
        media_from=("web",),
        alt_max=MOST_ALT,
        mentions="id",
        audience="chosen",
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
                json=message_of(post, variant, unfurl=self.settings.link_card is True),
            )
            for post in variant.posts
        ]

    def notes(self, requests: Sequence[Request]) -> Sequence[str]:
        return notes_on(requests)

    def whoami(self) -> Account:
        host = urlsplit(self.settings.url.get_secret_value()).netloc
        return Account(f"webhook at {host}", (host,))

    def send(self, request: Request, after: Sequence[Receipt]) -> Receipt:
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
        return Receipt("sent", wait=PAUSE)

    def receipt_for(self, url: str, request: Request) -> Receipt:
        channel, timestamp = permalink_place(url)
        return Receipt("sent", id=timestamp, url=url.strip(), data={"channel": channel})

    def _secrets(self) -> tuple[str, ...]:
        url = self.settings.url.get_secret_value()
        return (url, urlsplit(url).path.strip("/"))

    def _outcome(self, error: Exception) -> Receipt:
        """What an error means. Source: https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks.

        | answer | meaning |
        | --- | --- |
        | 400, 403, 404, 410, other 4xx | refused, in Slack's words |
        | 429 | refused, until Retry-After, else a minute |
        | 503 with Retry-After | refused, until then |
        | 3xx | refused |
        | 5xx, anything else, no answer | unknown |
        | no connection | refused; the same again harms nothing |
        """
        secrets = self._secrets()
        refusal = answer_in(error)
        if refusal is None:
            return no_answer(error, _masked(self.settings.url.get_secret_value()), secrets)
        status, said = refusal.status, refusal.text
        if (later := turned_away(status, refusal.headers)) is not None:
            return Receipt("refused", error=one_line(answered("Slack", status), secrets), wait=later)
        if not 300 <= status < 500:
            return Receipt("unknown", error=one_line(answered("Slack", status), secrets))
        if status == 429:
            wait = seconds_to_wait(refusal)
            return Receipt("refused", error=one_line(too_many("Slack", math.ceil(wait)), secrets), wait=wait)
        if status < 400:
            words = redirects("the webhook's address", "url")
        else:
            words = f"Slack refused: {said or status}{_ADVICE.get(said, '')}"
        return Receipt("refused", error=one_line(words, secrets))


def _masked(url: str) -> str:
    """The webhook's address with nothing shown but scheme and host."""
    parts = urlsplit(url)
    if "${" in url or not parts.hostname:
        return f"https://hooks.slack.com/{MASK}"
    return f"{parts.scheme}://{parts.netloc}/{MASK}"
