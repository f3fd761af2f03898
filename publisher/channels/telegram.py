"""Telegram, by a bot that may post in a channel or group, sent by python-telegram-bot."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from html import unescape
from pathlib import Path
from typing import TYPE_CHECKING, Any

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
from publisher.channels.images import UploadError, read_picture
from publisher.channels.look import Look
from publisher.channels.telegram_answers import against_posting, outcome_of, pause_after, status_of
from publisher.channels.telegram_bot import NotCalledError, call, number_of, post
from publisher.channels.wire import (
    OddAnswerError,
    answer_in,
    as_mapping,
    as_words,
    base_url,
    link_parts,
    no_answer,
    no_link,
    one_line,
    uploads,
)
from publisher.compose.model import Capabilities, ImageRules, Limit, Post, Variant
from publisher.text.counting import code_points
from publisher.text.patterns import later
from publisher.text.telegram_html import telegram_html

if TYPE_CHECKING:
    from telegram import Bot

_IMAGES = ImageRules(("image/jpeg", "image/png", "image/webp"), most_bytes=10_000_000, most_sides=10_000, most_ratio=20)
_LINK = "https://t.me/NAME/NUMBER"
_UNSET = "${"
_TAG = later(r"<[^<>]*>")
_MENTION = later(r"(?<![\w@/.-])@[A-Za-z][A-Za-z0-9_]{3,31}(?!\w)")
"""A name as accounts and channels have it: https://core.telegram.org/method/account.checkUsername."""


class TelegramSettings(ChannelSettings):
    token: SecretStr = Field(description="Token of the bot, from @BotFather.")
    chat: int | str = Field(description="The channel or group, as `@name` or by its number; the bot must be an admin.")
    api_url: WebAddress = Field(default="https://api.telegram.org", description="Where the Bot API is.")


class Telegram(Channel):
    type = "telegram"
    Settings = TelegramSettings
    settings: TelegramSettings
    look = Look("message", accent=("#0f6fa3", "#6ab7ef"), bold=True, frame="bubble")
    capabilities = Capabilities(
        layouts=("brief", "single", "thread"),
        limits=(Limit(4096, "characters", code_points),),
        media_limits=(Limit(1024, "characters", code_points),),
        media_max=10,
        images=_IMAGES,
        labelled_links=True,
        mentions="handle",
        idempotency="none",
        read_back="none: bots cannot read a channel",
        edit="at any time",
        delete="within 48 hours",
    )
    timeouts = (10.0, 60.0)
    """Seconds to connect, and to wait for an answer."""

    def __init__(self, name: str, settings: ChannelSettings, folder: Path) -> None:
        """Whoever is not in a chat finds it by its `@name` alone; one that goes by a number is taken for private."""
        super().__init__(name, settings, folder)
        if isinstance(chat := self._chat(), int) or _UNSET in chat:
            self.capabilities = replace(type(self).capabilities, audience="chosen")

    def byline(self) -> str:
        return str(self.settings.chat)

    def render(self, variant: Variant) -> list[Request]:
        return [self._request(post, variant, index - 1 if index else None) for index, post in enumerate(variant.posts)]

    def notes(self, requests: Sequence[Request]) -> Sequence[str]:
        """Whose accounts the texts would name without anybody having said so."""
        texts = [unescape(_TAG.sub("", _html(request))) for request in requests]
        strangers = self.strangers(match.group() for text in texts for match in _MENTION.finditer(text))
        if not strangers:
            return ()
        told = f"the text names {', '.join(strangers)}, and Telegram makes a link to whoever has that name"
        return [f"{told}; take the @ away, or name them under organisation.mentions"]

    def whoami(self) -> Account:
        """Which bot it is, once it is clear that it may post in the chat.

        Raises:
            ChannelError: As in `Channel.whoami`; or the bot is not in the chat, or may not post there.
        """
        me = self._asked(lambda bot: bot.get_me())
        chat = self._asked(lambda bot: bot.get_chat(self._chat()), known=False)
        number = me.get("id")
        if isinstance(number, int):
            member = self._asked(lambda bot: bot.get_chat_member(self._chat(), number), known=False)
            if why := against_posting(chat, member):
                raise ChannelError(why)
        names = (number, chat.get("username"), chat.get("title"), chat.get("id"), self._chat())
        handle = as_words(me.get("username"), me.get("first_name")) or str(number or "a bot")
        return Account(f"@{handle}", tuple(dict.fromkeys(str(name) for name in names if name)))

    def send(self, request: Request, after: Sequence[Receipt]) -> Receipt:
        try:
            pictures = [read_picture(upload, _IMAGES) for upload in request.uploads]
            parent = None if request.reply_to is None else number_of(after[request.reply_to])
        except Exception as error:  # noqa: BLE001 -- whatever it was, nothing has been sent yet
            return Receipt("refused", error=self._outcome(error).error)
        try:
            return self._sent(self._call(lambda bot: post(bot, request, pictures, parent)))
        except Exception as error:  # noqa: BLE001 -- whatever it was, the post may stand there
            return self._outcome(error)

    def receipt_for(self, url: str, request: Request) -> Receipt:
        parts = link_parts(url, ("t.me", "telegram.me", "telegram.dog"), _LINK)
        found = re.fullmatch(r"(?:s/)?([A-Za-z]\w+|c/([0-9]+))(?:/[0-9]+)?/([0-9]+)", "/".join(parts), re.ASCII)
        if not found:
            raise no_link(url, _LINK)
        chat = f"-100{found[2]}" if found[2] else f"@{found[1]}"
        return Receipt("sent", id=found[3], url=url.strip(), data={"chat": chat})

    def _chat(self) -> int | str:
        chat = self.settings.chat
        return int(chat) if isinstance(chat, str) and chat.removeprefix("-").isdecimal() else chat

    def _request(self, post: Post, variant: Variant, reply_to: int | None) -> Request:
        method, body = _method(telegram_html(post.text), len(post.media))
        if method == "sendMessage":
            links = {span.link for span in post.text.spans}
            shown = (
                variant.link if variant.link and (variant.link in links or variant.link in post.text.plain) else None
            )
            body["link_preview_options"] = {"url": shown} if shown else {"is_disabled": True}
        return Request(
            "POST",
            f"{base_url(self.settings.api_url)}/bot{MASK}/{method}",
            json={"chat_id": self._chat(), **body},
            uploads=uploads(post.media),
            reply_to=reply_to,
        )

    def _call(self, work: Callable[[Bot], Awaitable[object]]) -> object:
        token = self.settings.token.get_secret_value()
        return call(base_url(self.settings.api_url), token, self.timeouts, work)

    def _asked(self, work: Callable[[Bot], Awaitable[object]], *, known: bool = True) -> Mapping[str, Any]:
        """What Telegram told; empty where `known` says that not every server has the method, and this one has not."""
        try:
            return as_mapping(self._call(work))
        except Exception as error:
            refusal = answer_in(error)
            if not known and refusal is not None and status_of(refusal) == 404:
                return {}
            raise ChannelError(self._outcome(error).error) from error

    def _sent(self, result: object) -> Receipt:
        messages = result if isinstance(result, list) and result else [result]
        first = as_mapping(messages[0])
        message_id, chat = first.get("message_id"), as_mapping(first.get("chat"))
        if not isinstance(message_id, int | str) or not re.fullmatch(r"[0-9]+", str(message_id), re.ASCII):
            return Receipt("unknown", error="Telegram answered without the number of a message")
        number = str(chat.get("id") or self._chat())
        if name := as_words(chat.get("username")) or (number.removeprefix("@") if number.startswith("@") else ""):
            url: str | None = f"https://t.me/{name}/{message_id}"
        elif number.startswith("-100"):
            url = f"https://t.me/c/{number.removeprefix('-100')}/{message_id}"
        else:
            url = None
        wait = pause_after(chat, len(messages))
        return Receipt("sent", id=str(message_id), url=url, data={"chat": number}, wait=wait)

    def _outcome(self, error: Exception) -> Receipt:
        """What an error means. Source: https://core.telegram.org/bots/api#making-requests.

        The `error_code` of an answer counts before the status of HTTP.

        | answer | meaning |
        | --- | --- |
        | 3xx, 4xx | refused, in Telegram's words, and what to do where that is known |
        | 401, 404 without a method's name | refused, naming the setting to check |
        | 400 with `migrate_to_chat_id` | refused, with the chat's new number |
        | 429 | refused, until `retry_after` seconds (a minute where it names none) are over |
        | 503 with Retry-After | refused, until then |
        | 5xx, anything else, no answer | unknown |
        | no connection | refused; the same again harms nothing |
        | no call made | refused |
        """
        secrets = (self.settings.token.get_secret_value(),)
        if isinstance(error, UploadError | OddAnswerError):
            return Receipt("refused", error=one_line(error))
        if refusal := answer_in(error):
            receipt = outcome_of(refusal, base_url(self.settings.api_url))
            return replace(receipt, error=one_line(receipt.error, secrets))
        outcome = no_answer(error, self.settings.api_url, secrets)
        if isinstance(error, NotCalledError):
            return Receipt("refused", error=outcome.error if outcome.outcome == "refused" else f"{error}")
        return outcome


def _method(html: str, images: int) -> tuple[str, dict[str, Any]]:
    """The Bot API method for a post with so many images, and its arguments except the chat."""
    if images == 0:
        return "sendMessage", {"text": html, "parse_mode": "HTML"}
    if images == 1:
        return "sendPhoto", {"caption": html, "parse_mode": "HTML"}
    media: list[dict[str, str]] = [{"type": "photo", "media": f"attach://photo{index}"} for index in range(images)]
    media[0] |= {"caption": html, "parse_mode": "HTML"}
    return "sendMediaGroup", {"media": media}


def _html(request: Request) -> str:
    """The text of a message, or the caption of its images."""
    body = request.json or {}
    return str(
        body.get("text") or body.get("caption") or "".join(each.get("caption", "") for each in body.get("media", ()))
    )
