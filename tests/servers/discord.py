"""Discord, API v10: one channel, a bot that may post in it, and a webhook of it."""

from __future__ import annotations

import json
import re
import time
from datetime import UTC, datetime
from typing import Any

from servers.base import Call, File, Posted, Reply, Server

_AGENT = re.compile(r"DiscordBot \(https?://\S+, [\w.]+\)")
_ANYONES = {"content", "embeds", "attachments", "allowed_mentions", "flags"}
_FIELDS = {"bot": _ANYONES | {"nonce", "enforce_nonce", "message_reference"}, "webhook": _ANYONES}
_EMBED = {"title": 256, "description": 4096, "url": 2048}
_CONTENT_MOST, _EMBEDS_MOST, _FILES_MOST, _ALT_MOST, _FILE_BYTES = 2000, 6000, 10, 1024, 10 * 1024 * 1024
_NONCE_MOST = 25
_EPOCH = 1_420_070_400_000  # milliseconds since 1970; an id is the time since, and 22 bits more


class DiscordServer(Server):
    """`may_read` and `may_post` are the bot's permissions; `kind` is the type of the channel, and
    `left` how many messages the limit of the route still allows.
    """

    token = "MTA3.bot-token_Zx81"
    hook_id, hook_token = "4711", "hook-token_Kq3vY0"
    channel_id, server_id, bot_id, parent_id = "815", "1192", "42", "814"

    def __init__(self) -> None:
        self.may_read = self.may_post = True
        self.left = 5
        self.locked = False
        self.everyone, self.permissions = "1024", str(0x400 | 0x800 | 0x4000 | 0x8000 | 0x10000 | 1 << 38)
        self.overwrites: list[dict[str, Any]] = []
        self.member: dict[str, Any] = {}
        self.kind = 0
        self.standing: list[dict[str, Any]] = []
        self.remembers = True
        self._nonces: dict[str, dict[str, Any]] = {}
        super().__init__()

    def settings(self) -> dict[str, Any]:
        return {
            "type": "discord",
            "token": self.token,
            "channel_id": self.channel_id,
            "api_url": f"{self.url}/api/v10",
        }

    def hook_settings(self) -> dict[str, Any]:
        return {"type": "discord-webhook", "url": f"{self.url}/api/webhooks/{self.hook_id}/{self.hook_token}"}

    def publishes(self, call: Call) -> bool:
        return call.method == "POST"

    def too_many(self) -> Reply:
        body = {"message": "You are being rate limited.", "retry_after": 12.4, "global": False}
        return Reply(429, body, {"retry-after": "13"})

    def too_many_unsaid(self) -> Reply:
        return Reply(429, {"message": "You are being rate limited.", "global": False})

    def expired(self) -> Reply:
        return _refusal(401, 0, "401: Unauthorized")

    def answer(self, call: Call) -> Reply:
        if not _AGENT.fullmatch(call.headers.get("user-agent", "")):
            return _refusal(403, 40333, "internal network error")
        if found := re.fullmatch(r"/api/(?:v10/)?webhooks/(\d+)/([\w-]+)", call.path):
            return self._hook(call, found[1], found[2])
        if call.headers.get("authorization") != f"Bot {self.token}":
            return self.expired()
        if call.path == "/api/v10/users/@me":
            return Reply(200, {"id": self.bot_id, "username": "harbour_bot", "global_name": "Harbour", "bot": True})
        return self._told(call) or self._messages(call)

    def _messages(self, call: Call) -> Reply:
        if call.method == "GET":
            return self._latest(call)
        return self._post(call, "bot") if self.may_post else _refusal(403, 50013, "Missing Permissions")

    def _told(self, call: Call) -> Reply | None:  # noqa: PLR0911 -- one answer a place
        """What is told of the server and its channels; None where a call is about messages."""
        if call.path.startswith(f"/api/v10/guilds/{self.server_id}/"):
            return self._server(call.path.rpartition("/")[2])
        found = re.fullmatch(r"/api/v10/channels/(\d+)(/messages)?", call.path)
        if not found:
            return _refusal(404, 0, "404: Not Found")
        if found[1] == self.parent_id and not found[2]:
            return Reply(200, {"id": self.parent_id, "type": 0, "permission_overwrites": self.overwrites})
        if found[1] != self.channel_id:
            return _refusal(404, 10003, "Unknown Channel")
        if not found[2]:
            last = self.standing[-1]["id"] if self.standing else None
            place = {"id": self.channel_id, "guild_id": self.server_id, "last_message_id": last}
            place |= {"name": "news", "type": self.kind}
            if self.kind in {10, 11, 12}:
                metadata = {"archived": False, "locked": self.locked}
                return Reply(200, {**place, "parent_id": self.parent_id, "thread_metadata": metadata})
            return Reply(200, {**place, "permission_overwrites": self.overwrites})
        return None

    def _server(self, asked: str) -> Reply:
        if asked == self.bot_id:
            return Reply(200, {"user": {"id": self.bot_id}, "roles": ["77"], **self.member})
        roles = [{"id": self.server_id, "name": "@everyone", "permissions": self.everyone}]
        roles += [{"id": "77", "name": "press", "permissions": self.permissions}]
        return Reply(200, [*roles, {"id": "88", "name": "admins", "permissions": "8"}])

    def _hook(self, call: Call, number: str, token: str) -> Reply:
        if number != self.hook_id:
            return _refusal(404, 10015, "Unknown Webhook")
        if token != self.hook_token:
            return _refusal(401, 50027, "Invalid Webhook Token")
        if call.method == "GET":
            place = {"channel_id": self.channel_id, "guild_id": self.server_id, "application_id": None, "avatar": None}
            return Reply(200, {"id": number, "type": 1, "name": "Harbour News", "token": token, **place})
        reply = self._post(call, "webhook")
        return Reply(204) if reply.status == 200 and call.query.get("wait") != "true" else reply

    def _latest(self, call: Call) -> Reply:
        most = int(call.query.get("limit", "50"))
        if not 1 <= most <= 100:
            return _invalid({"limit": "int value should be between 1 and 100."})
        return Reply(200, self.standing[::-1][:most] if self.may_read else [])

    def _post(self, call: Call, who: str) -> Reply:  # noqa: PLR0911 -- one refusal a rule
        fields, given = call.form() if call.mime == "multipart/form-data" else ({}, {})
        body = json.loads(fields["payload_json"]) if fields else call.json()
        if unknown := set(body) - _FIELDS[who]:
            return _invalid({min(unknown): "not a known field"})
        content, embeds = (body.get("content") or "").strip(), body.get("embeds") or []
        if faults := _faults(content, embeds, body, given):
            return _invalid(faults)
        if not content and not embeds and not given:
            return _refusal(400, 50006, "Cannot send an empty message")
        answered = body.get("message_reference", {}).get("message_id")
        if answered is not None and answered not in {post.id for post in self.posts}:
            return _invalid({"message_reference": "Unknown message"})
        nonce = body.get("nonce")
        if nonce is not None and not (isinstance(nonce, str) and len(nonce) <= _NONCE_MOST):
            return _invalid({"nonce": f"Must be {_NONCE_MOST} or fewer in length."})
        if body.get("enforce_nonce") and self.remembers and nonce in self._nonces:
            return Reply(200, self._nonces[nonce])
        return self._made(content, embeds, body, given, who)

    def _made(
        self, content: str, embeds: list[dict[str, Any]], body: dict[str, Any], given: dict[str, File], who: str
    ) -> Reply:
        now = datetime.now(UTC)
        number = str((int(now.timestamp() * 1000) - _EPOCH << 22) + len(self.posts))
        attachments = body.get("attachments", [])
        media = tuple((each.get("description", ""), given[f"files[{each['id']}]"].content) for each in attachments)
        texts = [content, *(each.get(key, "") for each in embeds for key in ("title", "description"))]
        answered = body.get("message_reference", {}).get("message_id")
        card = next((each["url"] for each in embeds if "url" in each), None)
        self.posts.append(Posted(number, "\n\n".join(filter(None, texts)), answered, media, card, body))
        author = {"id": self.bot_id if who == "bot" else self.hook_id, "username": "harbour_bot", "bot": True}
        preview = [{"type": "article", "title": "A preview of the link"}] if "https://" in content else []
        message = {
            "id": number,
            "channel_id": self.channel_id,
            "content": content,
            "embeds": [{"type": "rich", **each} for each in embeds] + preview,
            "author": author,
            "timestamp": now.isoformat(),
            "edited_timestamp": None,
            "flags": 0,
        }
        self.standing.append(message)
        told = {**message, **({"nonce": body["nonce"]} if "nonce" in body else {})}
        if "nonce" in body:
            self._nonces[body["nonce"]] = told
        self.left = max(self.left - 1, 0)
        limit = {"X-RateLimit-Remaining": str(self.left), "X-RateLimit-Reset-After": "1.750"}
        return Reply(200, told, limit)

    def chatter(self, count: int) -> None:
        """Other people's messages, made now."""
        for _ in range(count):
            number = str((int(time.time() * 1000) - _EPOCH << 22) + len(self.standing))
            author = {"id": "7", "username": "a_reader"}
            made = datetime.now(UTC).isoformat()
            self.standing.append({"id": number, "content": "", "embeds": [], "author": author, "timestamp": made})


def _faults(content: str, embeds: list[dict[str, Any]], body: dict[str, Any], given: dict[str, File]) -> dict[str, str]:
    """What is wrong with a message, by its fields."""
    attachments = body.get("attachments", [])
    faults = _file_faults(attachments, given)
    for at, embed in enumerate(embeds):
        faults |= _embed_faults(f"embeds.{at}", embed, [each["filename"] for each in attachments])
    total = sum(len(embed.get(key, "").strip()) for embed in embeds for key in ("title", "description"))
    if total > _EMBEDS_MOST or len(embeds) > _FILES_MOST:
        faults["embeds"] = f"Embed size exceeds maximum size of {_EMBEDS_MOST}"
    if len(content) > _CONTENT_MOST:
        faults["content"] = f"Must be {_CONTENT_MOST} or fewer in length."
    if body.get("allowed_mentions", {}).get("parse") != []:
        faults["allowed_mentions"] = "this would notify people"
    return faults


def _embed_faults(place: str, embed: dict[str, Any], names: list[str]) -> dict[str, str]:
    faults: dict[str, str] = {}
    if unknown := set(embed) - {*_EMBED, "image"}:
        faults[f"{place}.{min(unknown)}"] = "not a known field"
    for key, most in _EMBED.items():
        if key in embed and not 0 < len(embed[key].strip()) <= most:
            faults[f"{place}.{key}"] = f"Must be {most} or fewer in length."
    image = embed.get("image", {}).get("url", "https://")
    if not image.startswith(("http://", "https://")) and image.removeprefix("attachment://") not in names:
        faults[f"{place}.image.url"] = "Not a well formed URL."
    return faults


def _file_faults(attachments: list[dict[str, Any]], given: dict[str, File]) -> dict[str, str]:
    faults: dict[str, str] = {}
    if len(attachments) > _FILES_MOST or {f"files[{each['id']}]" for each in attachments} != set(given):
        return {"attachments": "these are not the files"}
    for at, each in enumerate(attachments):
        file = given[f"files[{each['id']}]"]
        if file.name != each["filename"] or not 0 < len(file.content) <= _FILE_BYTES:
            faults[f"attachments.{at}.filename"] = "not a file that is taken"
        if len(each.get("description", "")) > _ALT_MOST:
            faults[f"attachments.{at}.description"] = f"Must be {_ALT_MOST} or fewer in length."
    return faults


def _refusal(status: int, code: int, message: str) -> Reply:
    return Reply(status, {"message": message, "code": code})


def _invalid(faults: dict[str, str]) -> Reply:
    errors: dict[str, Any] = {}
    for path, message in faults.items():
        inner = errors
        for part in path.split("."):
            inner = inner.setdefault(part, {})
        inner["_errors"] = [{"code": "BASE_TYPE_BAD", "message": message}]
    return Reply(400, {"message": "Invalid Form Body", "code": 50035, "errors": errors})
