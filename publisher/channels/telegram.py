"""Telegram, by a bot that may post in a channel or group, sent by python-telegram-bot."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Mapping, Sequence
from pathlib import PurePath
from typing import TYPE_CHECKING, Any, TypeVar

from pydantic import Field, SecretStr

from publisher.channels.base import MASK, Account, Channel, ChannelError, ChannelSettings, Receipt, Request
from publisher.channels.wire import (
    UploadError,
    base_url,
    is_loopback,
    masked_logs,
    no_answer,
    one_line,
    read_image,
    uploads,
)
from publisher.compose.model import Capabilities, Limit, Post, Variant
from publisher.text.counting import code_points
from publisher.text.telegram_html import telegram_html

if TYPE_CHECKING:
    from telegram import Bot, Message

_LOGGERS = ("httpx", "httpcore.http11", "httpcore.connection", "telegram.Bot", "telegram.request.BaseRequest")
_IMAGE_MOST = 10_000_000
_Answer = TypeVar("_Answer")


class TelegramSettings(ChannelSettings):
    token: SecretStr = Field(description="Token of the bot, from @BotFather.")
    chat: int | str = Field(description="The channel or group, as `@name` or by its number; the bot must be an admin.")
    api_url: str = Field(default="https://api.telegram.org", description="Where the Bot API is.")


class Telegram(Channel):
    type = "telegram"
    Settings = TelegramSettings
    settings: TelegramSettings
    capabilities = Capabilities(
        layouts=("brief", "single", "thread"),
        limits=(Limit(4096, "characters", code_points),),
        media_limits=(Limit(1024, "characters", code_points),),
        media_max=10,
        media_types=("image/jpeg", "image/png", "image/webp"),
        mentions=True,
        idempotency="none",
        read_back="none: bots cannot read a channel",
        edit="at any time",
        delete="within 48 hours",
    )
    timeouts = (10.0, 60.0)
    """Seconds to connect, and to wait for an answer."""

    def render(self, variant: Variant) -> list[Request]:
        return [self._request(post, variant, index - 1 if index else None) for index, post in enumerate(variant.posts)]

    def whoami(self) -> Account:
        async def ask(bot: Bot) -> Account:
            me = await bot.get_me()
            chat = await bot.get_chat(self._chat())
            names = (str(me.id), chat.username, chat.title, str(chat.id))
            return Account(f"@{me.username}", tuple(name for name in names if name))

        try:
            return self._call(ask)
        except Exception as error:
            raise ChannelError(self._outcome(error).error) from error

    def send(self, request: Request, after: Sequence[Receipt]) -> Receipt:
        try:
            contents = [
                read_image(upload, types=self.capabilities.media_types, most=_IMAGE_MOST) for upload in request.uploads
            ]
        except UploadError as error:
            return Receipt("refused", error=str(error))
        answered = None if request.reply_to is None else int(after[request.reply_to].id or 0)
        try:
            return self._sent(self._call(lambda bot: _post(bot, request, contents, answered)))
        except Exception as error:  # noqa: BLE001 -- whatever it was, the post may stand there
            return self._outcome(error)

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

    def _call(self, work: Callable[[Bot], Awaitable[_Answer]]) -> _Answer:
        """What `work` gets from a bot that lives for this one call, with no connection kept from an earlier one."""
        import asyncio  # noqa: PLC0415 -- a dry run never gets here

        token = self.settings.token.get_secret_value()

        async def run() -> _Answer:
            from telegram import Bot  # noqa: PLC0415

            http = _http(self.timeouts, trust_env=not is_loopback(self.settings.api_url))
            try:
                url = f"{base_url(self.settings.api_url)}/bot"
                return await work(Bot(token, base_url=url, request=http, get_updates_request=http))
            finally:
                await http.shutdown()

        with masked_logs(_LOGGERS, (token,)):
            return asyncio.run(run())

    def _sent(self, messages: Sequence[Message]) -> Receipt:
        first = messages[0]
        number = str(first.chat.id)
        if first.chat.username:
            url = f"https://t.me/{first.chat.username}/{first.message_id}"
        elif number.startswith("-100"):
            url = f"https://t.me/c/{number.removeprefix('-100')}/{first.message_id}"
        else:
            url = None
        return Receipt("sent", id=str(first.message_id), url=url, data={"chat": number})

    def _outcome(self, error: Exception) -> Receipt:
        """What an error means. Source: https://core.telegram.org/bots/api#making-requests.

        | answer | meaning |
        | --- | --- |
        | 4xx | refused, in Telegram's words |
        | 429 | refused, with the seconds to wait |
        | 400 with `migrate_to_chat_id` | refused, with the chat's new number |
        | 5xx, anything else | unknown |
        | no connection | refused |
        """
        secrets = (self.settings.token.get_secret_value(),)
        status: int | None = getattr(error, "status", None)
        if status is None:
            return no_answer(error, self.settings.api_url, secrets)
        answer: Mapping[str, Any] = getattr(error, "answer", {})
        words = str(answer.get("description") or status)
        parameters = answer.get("parameters") or {}
        if not 300 <= status < 500:
            return Receipt("unknown", error=one_line(f"Telegram answered {status}: {words}", secrets))
        if "retry_after" in parameters:
            words = f"too many requests to Telegram; try again in {parameters['retry_after']} seconds"
        elif "migrate_to_chat_id" in parameters:
            words = f"{words}: set chat: {parameters['migrate_to_chat_id']}"
        elif status == 404:
            words = f"{words}: Telegram does not know this bot token"
        return Receipt("refused", error=one_line(words, secrets))


def _method(html: str, images: int) -> tuple[str, dict[str, Any]]:
    """The Bot API method for a post with so many images, and its arguments except the chat."""
    if images == 0:
        return "sendMessage", {"text": html, "parse_mode": "HTML"}
    if images == 1:
        return "sendPhoto", {"caption": html, "parse_mode": "HTML"}
    media: list[dict[str, str]] = [{"type": "photo", "media": f"attach://photo{index}"} for index in range(images)]
    media[0] |= {"caption": html, "parse_mode": "HTML"}
    return "sendMediaGroup", {"media": media}


async def _post(bot: Bot, request: Request, contents: Sequence[bytes], answered: int | None) -> Sequence[Message]:
    from telegram import InputFile, InputMediaPhoto, LinkPreviewOptions, ReplyParameters  # noqa: PLC0415

    body = dict(request.json or {})
    chat = body["chat_id"]
    reply = None if answered is None else ReplyParameters(message_id=answered)
    names = [PurePath(upload.path).name for upload in request.uploads]
    if "text" in body:
        preview = LinkPreviewOptions(**body["link_preview_options"])
        return [
            await bot.send_message(
                chat, body["text"], parse_mode=body["parse_mode"], link_preview_options=preview, reply_parameters=reply
            )
        ]
    if "media" not in body:
        photo = InputFile(contents[0], filename=names[0])
        return [
            await bot.send_photo(
                chat, photo, caption=body["caption"], parse_mode=body["parse_mode"], reply_parameters=reply
            )
        ]
    album = []
    for item, content, name in zip(body["media"], contents, names, strict=True):
        file = InputFile(content, filename=name, attach=True)
        file.attach_name = item["media"].removeprefix("attach://")
        album.append(InputMediaPhoto(file, caption=item.get("caption"), parse_mode=item.get("parse_mode")))
    return await bot.send_media_group(chat, album, reply_parameters=reply)


def _http(timeouts: tuple[float, float], *, trust_env: bool) -> Any:
    from telegram.error import TelegramError  # noqa: PLC0415 -- a dry run never gets here
    from telegram.request import HTTPXRequest  # noqa: PLC0415

    class AnswerError(TelegramError):
        """The Bot API answered with something else than a result."""

        def __init__(self, status: int, answer: Mapping[str, Any]) -> None:
            super().__init__(f"the Bot API answered {status}")
            self.status = status
            self.answer = answer

    class Http(HTTPXRequest):
        """Keeps the status and the parameters of a refusal, which the library folds into a message."""

        async def do_request(self, *args: Any, **options: Any) -> tuple[int, bytes]:
            status, payload = await super().do_request(*args, **options)
            try:
                answer = json.loads(payload)
            except ValueError:
                answer = None
            if not isinstance(answer, dict):
                answer = {"description": "not an answer of the Bot API"}
            if status != 200 or answer.get("ok") is not True:
                raise AnswerError(status, answer)
            return status, payload

    connect, wait = timeouts
    return Http(
        connect_timeout=connect,
        read_timeout=wait,
        write_timeout=wait,
        media_write_timeout=wait,
        # A kept socket that the server has let go looks like a lost answer.
        httpx_kwargs={"trust_env": trust_env, "headers": {"Connection": "close"}},
    )
