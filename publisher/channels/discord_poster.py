"""What a bot and a webhook on Discord have in common: they make messages in one channel, and read the answers."""

from __future__ import annotations

import json
import math
import re
from abc import abstractmethod
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import Any, ClassVar, Literal

from publisher.channels import http
from publisher.channels.base import Channel, Receipt, Request
from publisher.channels.discord_answers import hinted, number_of, pause, seconds_to_wait, words_of
from publisher.channels.discord_message import files, message
from publisher.channels.images import UploadError, file_name, read_picture
from publisher.channels.pacing import turned_away
from publisher.channels.refusals import answered, redirects, too_many
from publisher.channels.wire import (
    answer_in,
    as_mapping,
    link_parts,
    no_answer,
    no_link,
    one_line,
    uploads,
)
from publisher.compose.model import ImageRules, Variant

IMAGES = ImageRules(("image/png", "image/jpeg", "image/gif", "image/webp"), most_bytes=10 * 1024 * 1024)
_LINK = "https://discord.com/channels/SERVER/CHANNEL/MESSAGE"
_HOSTS = ("discord.com", "discordapp.com", "ptb.discord.com", "canary.discord.com")


class Poster(Channel):
    """What a bot and a webhook have in common: they make messages in one channel."""

    timeouts = (10.0, 60.0)
    """Seconds to connect, and to wait for an answer."""

    credential: ClassVar[Literal["token", "url"]]
    server: str | None = None

    @abstractmethod
    def posting(self) -> tuple[str, Mapping[str, str]]:
        """Where messages are made, secret and all, and the parameters of that address."""

    @abstractmethod
    def about(self) -> Mapping[str, Any]:
        """What Discord says of the channel, or of the webhook: both name the server that it belongs to."""

    @abstractmethod
    def home(self) -> str:
        """Where the API is, for people."""

    @abstractmethod
    def secrets(self) -> tuple[str, ...]:
        """What must not be shown."""

    def send(self, request: Request, after: Sequence[Receipt]) -> Receipt:
        try:
            address, query = self.posting()
            body = dict(request.json or {})
            if request.reply_to is not None:
                body["message_reference"] = {"message_id": _answered(after[request.reply_to])}
            content = _content(body, request)
        except Exception as error:  # noqa: BLE001 -- whatever it was, nothing has been sent yet
            return Receipt("refused", error=self.outcome(error).error)
        try:
            answer = self.call("POST", address, query=query, **content)
            receipt = self.sent(answer.mapping)
            return replace(receipt, wait=pause(answer.headers)) if receipt.outcome == "sent" else receipt
        except Exception as error:  # noqa: BLE001 -- whatever it was, the message may stand there
            outcome, refusal = self.outcome(error), answer_in(error)
        # Whoever sends elsewhere need not have stopped the message on its way there.
        return replace(outcome, outcome="unknown") if refusal and refusal.status < 400 else outcome

    def receipt_for(self, url: str, request: Request) -> Receipt:
        found = re.fullmatch(r"channels/([0-9]+|@me)/([0-9]+)/([0-9]+)", "/".join(link_parts(url, _HOSTS, _LINK)))
        if not found:
            raise no_link(url, _LINK)
        return Receipt("sent", id=found[3], url=url.strip(), data={"channel": found[2]})

    def call(self, method: str, url: str, **options: Any) -> http.Answer:
        headers = {"User-Agent": self._agent(), **self.authorization()}
        return http.call(method, url, headers=headers, timeouts=self.timeouts, secrets=self.secrets(), **options)

    def authorization(self) -> Mapping[str, str]:
        return {}

    def _agent(self) -> str:
        """Who asks; another form is turned away. Source: https://docs.discord.com/developers/reference#user-agent."""
        home = (self.organisation.url if self.organisation else None) or ""
        return f"DiscordBot ({home if re.fullmatch(r'https?://[!-~]+', home) else 'https://discord.com'}, 1)"

    def sent(self, answer: Mapping[str, Any]) -> Receipt:
        number, channel = number_of(answer, "id"), number_of(answer, "channel_id")
        if not number:
            return Receipt("unknown", error="Discord answered without the number of a message")
        if not self.server:
            with suppress(Exception):  # a message stands there also where no link to it can be given
                self.server = number_of(self.about(), "guild_id")
        url = f"https://discord.com/channels/{self.server}/{channel}/{number}" if self.server and channel else None
        return Receipt("sent", id=number, url=url, data={"channel": channel} if channel else {})

    def outcome(self, error: Exception) -> Receipt:
        """What an error means.

        Source: https://docs.discord.com/developers/topics/opcodes-and-status-codes, and .../topics/rate-limits.

        | answer | meaning |
        | --- | --- |
        | 4xx | refused, in Discord's words, with what to do where its code tells |
        | 400 with code 50035 | refused, naming each field that is wrong |
        | 401 | refused, naming the setting to check |
        | 404 with code 10015 (no such webhook), 10003 (no such channel) | refused, naming the setting to check |
        | 429 | refused, for as long as it says, or a minute |
        | 3xx | refused; unknown where a message was to be made |
        | 503 with Retry-After | refused, until then |
        | any other 5xx, anything else | unknown |
        | no connection | refused, to be tried again |
        """
        secrets = self.secrets()
        if isinstance(error, UploadError | UnsentError):
            return Receipt("refused", error=one_line(error, secrets))
        refusal = answer_in(error)
        if refusal is None:
            return no_answer(error, self.home(), secrets)
        status, said = refusal.status, words_of(refusal.answer)
        words, wait = answered("Discord", status, said), turned_away(status, refusal.headers)
        if not 300 <= status < 500:
            return Receipt("unknown" if wait is None else "refused", error=one_line(words, secrets), wait=wait)
        if status < 400:
            words = redirects(self.home(), "the address in channels.yaml")
        elif status == 429:
            wait = seconds_to_wait(refusal)
            words = too_many("Discord", math.ceil(wait))
        elif status == 401:
            words = f"Discord does not take this {self.credential} ({said or status}): check `{self.credential}`"
        else:
            words = hinted(refusal.answer, said or words)
        return Receipt("refused", error=one_line(words, secrets), wait=wait)


class UnsentError(Exception):
    """What keeps a message from being sent at all: one line."""


def requests_of(variant: Variant, address: str, headers: Mapping[str, str]) -> list[Request]:
    """A request a post. Where files go along, `json` is the part `payload_json` of a form."""
    requests = []
    for post in variant.posts:
        sent = uploads(files(post))
        mime = "multipart/form-data" if sent else "application/json"
        body = message(post, variant.layout, variant.link)
        requests.append(Request("POST", address, {**headers, "Content-Type": mime}, json=body, uploads=sent))
    return requests


def _content(body: Mapping[str, Any], request: Request) -> dict[str, Any]:
    """The body as `call` takes it. Source: https://docs.discord.com/developers/reference#uploading-files."""
    if not request.uploads:
        return {"json": body}
    pictures = [read_picture(upload, IMAGES) for upload in request.uploads]
    # An image that had to be made another type of is called so: Discord goes by the name.
    attachments = [
        {**each, "filename": file_name(each["filename"], picture.mime)}
        for each, picture in zip(body["attachments"], pictures, strict=True)
    ]
    names = {old["filename"]: new["filename"] for old, new in zip(body["attachments"], attachments, strict=True)}
    sent = {**body, "attachments": attachments}
    if embeds := body.get("embeds"):
        sent["embeds"] = [_renamed(embed, names) for embed in embeds]
    parts = [
        (f"files[{each['id']}]", (each["filename"], picture.content, picture.mime))
        for each, picture in zip(attachments, pictures, strict=True)
    ]
    return {"form": {"payload_json": json.dumps(sent, ensure_ascii=False)}, "files": parts}


def _renamed(embed: Mapping[str, Any], names: Mapping[str, str]) -> Mapping[str, Any]:
    """The embed with the name that the file which it shows goes out under."""
    scheme, _, name = str(as_mapping(embed.get("image")).get("url", "")).partition("://")
    return {**embed, "image": {"url": f"{scheme}://{names[name]}"}} if scheme == "attachment" else embed


def _answered(receipt: Receipt) -> str:
    if not re.fullmatch(r"[0-9]+", receipt.id or "", re.ASCII):
        raise UnsentError("nothing was sent: the number of the message that this one answers is not known")
    return str(receipt.id)
