"""Telegram, by a bot that may post in a channel or group, sent by python-telegram-bot."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Sequence
from html import unescape
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
from publisher.channels.images import Picture, UploadError, file_name, read_picture
from publisher.channels.wire import (
    AnswerError,
    answer_in,
    as_json,
    as_mapping,
    as_words,
    base_url,
    is_loopback,
    link_parts,
    masked_logs,
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

_LOGGERS = ("httpx", "httpcore.http11", "httpcore.connection", "telegram.Bot", "telegram.request.BaseRequest")
_IMAGES = ImageRules(("image/jpeg", "image/png", "image/webp"), most_bytes=10_000_000, most_sides=10_000, most_ratio=20)
_LINK = "https://t.me/NAME/NUMBER"
_TAG = later(r"<[^<>]*>")
_MENTION = later(r"(?<![\w@/.-])@[A-Za-z][A-Za-z0-9_]{3,31}(?!\w)")
"""A name as accounts and channels have it: https://core.telegram.org/method/account.checkUsername."""
_NOT_TAKEN = "Telegram does not take this token: check `token`"


class TelegramSettings(ChannelSettings):
    token: SecretStr = Field(description="Token of the bot, from @BotFather.")
    chat: int | str = Field(description="The channel or group, as `@name` or by its number; the bot must be an admin.")
    api_url: WebAddress = Field(default="https://api.telegram.org", description="Where the Bot API is.")


class Telegram(Channel):
    type = "telegram"
    Settings = TelegramSettings
    settings: TelegramSettings
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
        try:
            me = as_mapping(self._call(lambda bot: bot.get_me()))
        except Exception as error:
            raise ChannelError(self._outcome(error).error) from error
        try:
            chat = as_mapping(self._call(lambda bot: bot.get_chat(self._chat())))
        except Exception as error:
            answered = answer_in(error)
            if answered is None or _status(answered) != 404:  # a server that does not know the method
                raise ChannelError(self._outcome(error).error) from error
            chat = {}
        names = (me.get("id"), chat.get("username"), chat.get("title"), chat.get("id"), self._chat())
        handle = as_words(me.get("username"), me.get("first_name")) or str(me.get("id") or "a bot")
        return Account(f"@{handle}", tuple(dict.fromkeys(str(name) for name in names if name)))

    def send(self, request: Request, after: Sequence[Receipt]) -> Receipt:
        try:
            pictures = [read_picture(upload, _IMAGES) for upload in request.uploads]
            answered = None if request.reply_to is None else _number(after[request.reply_to])
        except Exception as error:  # noqa: BLE001 -- whatever it was, nothing has been sent yet
            return Receipt("refused", error=self._outcome(error).error)
        try:
            return self._sent(self._call(lambda bot: _post(bot, request, pictures, answered)))
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
        """The result of the call that `work` makes with a bot, as Telegram gave it, no connection kept from before.

        The library's own models want more fields than every server gives.
        """
        import asyncio  # noqa: PLC0415 -- a dry run never gets here

        token = self.settings.token.get_secret_value()

        async def run() -> object:
            from telegram import Bot  # noqa: PLC0415

            results: list[object] = []
            calls: list[str] = []
            try:
                trust_env = not is_loopback(self.settings.api_url)
                http = _http(self.timeouts, calls.append, results.append, trust_env=trust_env)
                url = f"{base_url(self.settings.api_url)}/bot"
                try:
                    await work(Bot(token, base_url=url, request=http, get_updates_request=http))
                finally:
                    await http.shutdown()
            except Exception as error:
                if not calls:
                    raise _NotCalledError(type(error).__name__) from error
                if not results:
                    raise
            return results[-1]

        with masked_logs(_LOGGERS, (token,)):
            return asyncio.run(run())

    def _sent(self, result: object) -> Receipt:
        first = as_mapping(result[0] if isinstance(result, list) and result else result)
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
        return Receipt("sent", id=str(message_id), url=url, data={"chat": number})

    def _outcome(self, error: Exception) -> Receipt:
        """What an error means. Source: https://core.telegram.org/bots/api#making-requests.

        The `error_code` of an answer counts before the status of HTTP.

        | answer | meaning |
        | --- | --- |
        | 3xx, 4xx | refused, in Telegram's words |
        | 401 | refused, naming the setting to check |
        | 429 | refused, with the seconds to wait |
        | 400 with `migrate_to_chat_id` | refused, with the chat's new number |
        | 5xx, anything else | unknown |
        | no connection, or no call made | refused |
        """
        secrets = (self.settings.token.get_secret_value(),)
        if isinstance(error, UploadError | _NotRepliableError):
            return Receipt("refused", error=one_line(error))
        answered = answer_in(error)
        if answered is None:
            outcome = no_answer(error, self.settings.api_url, secrets)
            if not isinstance(error, _NotCalledError):
                return outcome
            return Receipt("refused", error=outcome.error if outcome.outcome == "refused" else f"{error}")
        status, answer = _status(answered), as_mapping(answered.answer)
        said = as_words(answer.get("description")) or ("" if answer else "not an answer of the Bot API")
        words = f"Telegram answered {status}: {said}" if said else f"Telegram answered {status}"
        parameters = as_mapping(answer.get("parameters"))
        if not 300 <= status < 500:
            return Receipt("unknown", error=one_line(words, secrets))
        if status < 400:
            words = f"{base_url(self.settings.api_url)} redirects elsewhere; check api_url"
        elif "retry_after" in parameters:
            words = f"too many requests to Telegram; try again in {parameters['retry_after']} seconds"
        elif "migrate_to_chat_id" in parameters:
            words = f"{said}: set chat: {parameters['migrate_to_chat_id']}"
        elif answer and (status == 401 or (status == 404 and "method" not in said.casefold())):
            words = f"{_NOT_TAKEN} ({said or status})"
        elif answer and said:
            words = said
        return Receipt("refused", error=one_line(words, secrets))


class _NotRepliableError(Exception):
    """The message to answer has no number: one line."""


class _NotCalledError(Exception):
    """Something went wrong before anything was sent."""

    def __str__(self) -> str:
        cause = self.__cause__
        if type(cause).__name__ == "InvalidToken":
            return _NOT_TAKEN
        return f"nothing was sent: {type(cause).__name__}; check token and api_url"


def _number(receipt: Receipt) -> int:
    if not re.fullmatch(r"[0-9]+", receipt.id or "", re.ASCII):
        raise _NotRepliableError("nothing was sent: the number of the message that this one answers is not known")
    return int(receipt.id or "")


def _status(answered: AnswerError) -> int:
    code = as_mapping(answered.answer).get("error_code")
    return code if isinstance(code, int) and not isinstance(code, bool) else answered.status


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


async def _post(bot: Bot, request: Request, pictures: Sequence[Picture], answered: int | None) -> object:
    from telegram import InputFile, InputMediaPhoto, LinkPreviewOptions, ReplyParameters  # noqa: PLC0415

    body = dict(request.json or {})
    chat = body["chat_id"]
    reply = None if answered is None else ReplyParameters(message_id=answered)
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

    class Http(HTTPXRequest):
        async def do_request(self, url: str, *args: Any, **options: Any) -> tuple[int, bytes]:
            calling(url)
            status, payload = await super().do_request(url, *args, **options)
            answer = as_mapping(as_json(payload))
            # The library folds the status and the parameters of a refusal into a message.
            if not 200 <= status < 300 or answer.get("ok") is not True:
                raise AnswerError(status, payload, {})
            result(answer.get("result"))
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
