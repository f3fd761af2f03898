"""Telegram's Bot API, called by python-telegram-bot."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Sequence
from typing import TYPE_CHECKING, Any

from publisher.channels.base import Receipt, Request
from publisher.channels.http import tls
from publisher.channels.images import Picture, file_name
from publisher.channels.overhearing import hear, leave
from publisher.channels.telegram_answers import NOT_TAKEN
from publisher.channels.wire import AnswerError, OddAnswerError, as_json, as_mapping, is_loopback, masked_logs

if TYPE_CHECKING:
    from telegram import Bot

_LOGGERS = ("httpx", "httpcore.http11", "httpcore.connection", "telegram.Bot", "telegram.request.BaseRequest")


class NotCalledError(Exception):
    """Something went wrong before anything was sent."""

    def __str__(self) -> str:
        cause = self.__cause__
        if type(cause).__name__ == "InvalidToken":
            return NOT_TAKEN
        return f"nothing was sent: {type(cause).__name__}; check token and api_url"


def number_of(receipt: Receipt) -> int:
    """The number of the message that another one answers.

    Raises:
        OddAnswerError: It is not known.
    """
    if not re.fullmatch(r"[0-9]+", receipt.id or "", re.ASCII):
        raise OddAnswerError("nothing was sent: the number of the message that this one answers is not known")
    return int(receipt.id or "")


def call(api_url: str, token: str, timeouts: tuple[float, float], work: Callable[[Bot], Awaitable[object]]) -> object:
    """The result of the call that `work` makes with a bot, as Telegram gave it, no connection kept from before.

    The library's own models want more fields than every server gives.

    Args:
        api_url: Where the Bot API is, without a slash at the end.
        token: Of the bot.
        timeouts: Seconds to connect, and to wait for an answer.
        work: Makes one call.

    Raises:
        AnswerError: Telegram said no.
        NotCalledError: Nothing was sent.
        telegram.error.TelegramError: It did not answer; see `wire.no_answer`.
    """
    import asyncio  # noqa: PLC0415 -- a dry run never gets here

    async def run() -> object:
        from telegram import Bot  # noqa: PLC0415

        results: list[object] = []
        calls: list[str] = []
        try:
            http = _http(timeouts, calls.append, results.append, trust_env=not is_loopback(api_url))
            try:
                await work(Bot(token, base_url=f"{api_url}/bot", request=http, get_updates_request=http))
            finally:
                await http.shutdown()
        except Exception as error:
            if not calls:
                raise NotCalledError(type(error).__name__) from error
            if not results:
                raise
        return results[-1]

    with masked_logs(_LOGGERS, (token,)):
        return asyncio.run(run())


async def post(bot: Bot, request: Request, pictures: Sequence[Picture], parent: int | None) -> object:
    """Send a request as rendered, with its images, as an answer to the message with this number."""
    from telegram import InputFile, InputMediaPhoto, LinkPreviewOptions, ReplyParameters  # noqa: PLC0415

    body = dict(request.json or {})
    chat = body["chat_id"]
    reply = None if parent is None else ReplyParameters(message_id=parent)
    files = [
        (picture.content, file_name(upload.path, picture.mime))
        for upload, picture in zip(request.uploads, pictures, strict=True)
    ]
    if "text" in body:
        preview = LinkPreviewOptions(**body["link_preview_options"])
        return await bot.send_message(
            chat, body["text"], parse_mode=body["parse_mode"], link_preview_options=preview, reply_parameters=reply
        )
    if "media" not in body:
        content, name = files[0]
        photo = InputFile(content, filename=name)
        return await bot.send_photo(
            chat, photo, caption=body["caption"], parse_mode=body["parse_mode"], reply_parameters=reply
        )
    album = []
    for item, (content, name) in zip(body["media"], files, strict=True):
        file = InputFile(content, filename=name, attach=True)
        file.attach_name = item["media"].removeprefix("attach://")
        album.append(InputMediaPhoto(file, caption=item.get("caption"), parse_mode=item.get("parse_mode")))
    return await bot.send_media_group(chat, album, reply_parameters=reply)


def _http(
    timeouts: tuple[float, float], calling: Callable[[str], None], result: Callable[[object], None], *, trust_env: bool
) -> Any:
    """The library's transport, which tells of each call before it is made, and of the result that it had."""
    from telegram.request import HTTPXRequest  # noqa: PLC0415 -- a dry run never gets here

    headers: dict[str, str] = {}

    async def keep(answer: Any) -> None:  # the library keeps nothing of an answer but status and body
        headers.update({name.lower(): value for name, value in answer.headers.items()})

    class Http(HTTPXRequest):
        async def do_request(self, url: str, *args: Any, **options: Any) -> tuple[int, bytes]:
            leave()
            calling(url)
            status, payload = await super().do_request(url, *args, **options)
            hear(status, payload, headers.get("date"))
            answer = as_mapping(as_json(payload))
            # The library folds the status and the parameters of a refusal into a message.
            if not 200 <= status < 300 or answer.get("ok") is not True:
                raise AnswerError(status, payload, headers)
            result(answer.get("result"))
            return status, payload

    connect, wait = timeouts
    return Http(
        connect_timeout=connect,
        read_timeout=wait,
        write_timeout=wait,
        media_write_timeout=wait,
        # A kept socket that the server has let go looks like a lost answer.
        httpx_kwargs={
            "trust_env": trust_env,
            "verify": tls(trust_env=trust_env),
            "headers": {"Connection": "close"},
            "event_hooks": {"response": [keep]},
        },
    )
