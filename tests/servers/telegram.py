"""The Telegram Bot API: one bot, and one channel that it may post in."""

from __future__ import annotations

import html
import json
import re
from html.parser import HTMLParser
from typing import Any

from servers.base import Call, File, Posted, Reply, Server

_TAGS = {"b", "strong", "i", "em", "u", "s", "code", "pre", "a", "blockquote", "tg-spoiler"}
_ENTITY = re.compile(r"&(?!(?:lt|gt|amp|quot|#\d+|#x[0-9a-fA-F]+);)")
_TEXT_MOST = 4096
_CAPTION_MOST = 1024
_ARGUMENTS = {
    "sendMessage": {"chat_id", "text", "parse_mode", "link_preview_options", "reply_parameters"},
    "sendPhoto": {"chat_id", "photo", "caption", "parse_mode", "reply_parameters"},
    "sendMediaGroup": {"chat_id", "media", "reply_parameters"},
    "getChat": {"chat_id"},
    "getChatMember": {"chat_id", "user_id"},
    "getMe": set(),
}


class TelegramServer(Server):
    token = "123456:AAF-bot_token_Zx81"
    chat = "@harbour_channel"
    chat_id = -1001234567890
    title = "Harbour News"
    bot = "harbour_bot"
    number = 123456
    kind = "channel"

    def __init__(self) -> None:
        self.member: dict[str, Any] = {"status": "administrator", "can_post_messages": True}
        self.permissions: dict[str, Any] = {}
        """What everybody in a group may do."""
        super().__init__()

    def settings(self) -> dict[str, Any]:
        return {"type": "telegram", "token": self.token, "chat": self.chat, "api_url": self.url}

    def publishes(self, call: Call) -> bool:
        return call.path.rsplit("/", 1)[-1].startswith("send")

    def too_many(self) -> Reply:
        return _refusal(429, "Too Many Requests: retry after 30", {"retry_after": 30})

    def too_many_unsaid(self) -> Reply:
        return _refusal(429, "Too Many Requests")

    def expired(self) -> Reply:
        return _refusal(401, "Unauthorized")

    def answer(self, call: Call) -> Reply:  # noqa: PLR0911 -- one refusal a rule
        found = re.fullmatch(r"/bot([^/]+)/(\w+)", call.path)
        if not found or not re.fullmatch(r"\d+:[\w-]+", found[1]):
            return _refusal(404, "Not Found")
        if found[1] != self.token:
            return self.expired()
        method = found[2]
        if method not in _ARGUMENTS:
            return _refusal(404, "Not Found: method not found")
        fields, files = call.form() if call.body else ({}, {})
        if unknown := (set(fields) | {name for name in files if name == "photo"}) - _ARGUMENTS[method]:
            return _refusal(400, f"Bad Request: unknown argument {min(unknown)}")
        if method == "getMe":
            me = {"id": self.number, "is_bot": True, "first_name": "Harbour", "username": self.bot}
            return Reply(200, {"ok": True, "result": me})
        if fields.get("chat_id") not in (self.chat, str(self.chat_id)):
            return _refusal(400, "Bad Request: chat not found")
        if method == "getChat":
            full = {"accent_color_id": 0, "max_reaction_count": 11, "accepted_gift_types": _GIFTS}
            more = {"permissions": self.permissions} if self.permissions else {}
            return Reply(200, {"ok": True, "result": {**self._chat(), **full, **more}})
        if method == "getChatMember":
            return self._member(fields)
        return self._send(method, fields, files)

    def _member(self, fields: dict[str, str]) -> Reply:
        if fields.get("user_id") != str(self.number):
            return _refusal(400, "Bad Request: user not found")
        user = {"id": self.number, "is_bot": True, "first_name": "Harbour", "username": self.bot}
        return Reply(200, {"ok": True, "result": {"user": user, **self.member}})

    def _chat(self) -> dict[str, Any]:
        names = {"username": self.chat.removeprefix("@")} if self.chat.startswith("@") else {}
        return {"id": self.chat_id, "type": self.kind, "title": self.title, **names}

    def _send(self, method: str, fields: dict[str, str], files: dict[str, File]) -> Reply:  # noqa: PLR0911 -- one refusal a rule
        answered = json.loads(fields.get("reply_parameters", "{}")).get("message_id")
        if answered is not None and str(answered) not in {post.id for post in self.posts}:
            return _refusal(400, "Bad Request: message to be replied not found")
        if method == "sendMediaGroup":
            items = json.loads(fields["media"])
            images = [files.get(item["media"].removeprefix("attach://")) for item in items]
            if not 2 <= len(items) <= 10 or None in images:
                return _refusal(400, "Bad Request: wrong number of items, or a file that was not attached")
            markup, mode = items[0].get("caption", ""), items[0].get("parse_mode")
        else:
            images = list(files.values()) if method == "sendPhoto" else []
            markup, mode = fields.get("caption" if images else "text", ""), fields.get("parse_mode")
            if method == "sendPhoto" and set(files) != {"photo"}:
                return _refusal(400, "Bad Request: there is no photo in the request")
        try:
            text, links = read_html(markup) if mode == "HTML" else (markup, [])
        except ValueError as error:
            return _refusal(400, f"Bad Request: can't parse entities: {error}")
        text = text.strip()
        if not images and not text:
            return _refusal(400, "Bad Request: message text is empty")
        if len(text) > (_CAPTION_MOST if images else _TEXT_MOST):
            return _refusal(400, f"Bad Request: message {'caption ' if images else ''}is too long")
        return self._posted(text, links, images, answered, fields, single=method != "sendMediaGroup")

    def _posted(
        self,
        text: str,
        links: list[str],
        images: list[Any],
        answered: int | None,
        fields: dict[str, str],
        *,
        single: bool,
    ) -> Reply:
        number = int(self.posts[-1].raw["last"]) + 1 if self.posts else 17
        last = number + max(len(images), 1) - 1
        preview = json.loads(fields.get("link_preview_options", "{}")).get("url")
        media = tuple(("", image.content) for image in images)
        reply_to = None if answered is None else str(answered)
        self.posts.append(Posted(str(number), text, reply_to, media, preview, {"last": last, "links": links, **fields}))
        messages = [{"message_id": at, "date": 1_790_000_000, "chat": self._chat()} for at in range(number, last + 1)]
        messages[0]["caption" if images else "text"] = text
        return Reply(200, {"ok": True, "result": messages[0] if single else messages})


_GIFTS = dict.fromkeys(
    ("unlimited_gifts", "limited_gifts", "unique_gifts", "premium_subscription", "gifts_from_channels"), False
)


def _refusal(status: int, description: str, parameters: dict[str, Any] | None = None) -> Reply:
    body: dict[str, Any] = {"ok": False, "error_code": status, "description": description}
    return Reply(status, {**body, "parameters": parameters} if parameters else body)


def read_html(markup: str) -> tuple[str, list[str]]:
    """The text after entity parsing, and the addresses of its links.

    Raises:
        ValueError: A tag or an entity that Telegram does not know, or tags that do not nest.
    """
    if fault := _ENTITY.search(markup):
        raise ValueError(f"unsupported entity at offset {fault.start()}")
    reader = _Reader(convert_charrefs=False)
    reader.feed(markup)
    reader.close()
    if reader.open:
        raise ValueError(f"can't find end tag corresponding to start tag {reader.open[-1]}")
    return "".join(reader.text), reader.links


class _Reader(HTMLParser):
    def __init__(self, *, convert_charrefs: bool) -> None:
        super().__init__(convert_charrefs=convert_charrefs)
        self.text: list[str] = []
        self.links: list[str] = []
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in _TAGS or (attrs and tag != "a"):
            raise ValueError(f"unsupported start tag {tag}")
        if "code" in self.open:
            raise ValueError("an entity within code")
        if tag == "a":
            self.links.append(dict(attrs).get("href") or "")
        self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            raise ValueError(f"unmatched end tag {tag}")

    def handle_data(self, data: str) -> None:
        if "<" in data:
            raise ValueError("a bare <")
        self.text.append(data)

    def handle_entityref(self, name: str) -> None:
        self.text.append(html.unescape(f"&{name};"))

    def handle_charref(self, name: str) -> None:
        self.text.append(html.unescape(f"&#{name};"))

    def handle_comment(self, data: str) -> None:
        raise ValueError("a comment")

    def handle_decl(self, decl: str) -> None:
        raise ValueError("a declaration")

    def unknown_decl(self, data: str) -> None:
        raise ValueError("a declaration")

    def handle_pi(self, data: str) -> None:
        raise ValueError("a processing instruction")
