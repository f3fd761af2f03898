"""Slack's Web API: one app in a workspace, the channels that it sees, and incoming webhooks."""

from __future__ import annotations

import re
from typing import Any

from recounts.slack import message_faults, texts_of
from servers.base import Call, Posted, Reply, Server

_EPOCH = 1_796_115_600  # 2026-12-01 09:00 UTC
_ARGUMENTS = {
    "auth.test": set(),
    "chat.postMessage": {
        "channel",
        "text",
        "blocks",
        "metadata",
        "parse",
        "link_names",
        "unfurl_links",
        "unfurl_media",
        "thread_ts",
    },
    "conversations.info": {"channel"},
    "chat.getPermalink": {"channel", "message_ts"},
    "conversations.history": {"channel", "oldest", "limit", "cursor", "include_all_metadata"},
    "conversations.replies": {"channel", "ts", "limit", "cursor", "include_all_metadata"},
    "users.conversations": {"types", "exclude_archived", "limit", "cursor"},
}  # fmt: skip -- a line a method
_IN_WEBHOOKS = {"text", "blocks", "link_names", "unfurl_links", "unfurl_media"}
_WORKSPACE = "https://harbour.slack.com"


class SlackServer(Server):
    """`lifetime` is what `auth.test` adds for an app with token rotation: `expires_in`, in seconds."""

    token = "xoxb-17-53-bot_token_Zx81"
    channel = "C0HARBOUR1"
    name = "harbour-news"
    webhook = "/services/T0HARBOUR/B0HOOK/webhook_secret_Zx81"
    page = 2
    """How many messages a page of the history has at most: fewer than were asked for, as the API allows."""

    def __init__(self) -> None:
        self.refuses: dict[str, str] = {}
        self.scopes: str = "chat:write,channels:history,channels:read"
        self.known: dict[str, Any] = {"is_member": True, "is_archived": False}
        self.keeps_metadata = True
        self.lifetime: dict[str, int] = {}
        super().__init__()

    def settings(self) -> dict[str, Any]:
        return {"type": "slack", "token": self.token, "channel": self.channel, "api_url": f"{self.url}/api"}

    def webhook_settings(self) -> dict[str, Any]:
        return {"type": "slack-webhook", "url": f"{self.url}{self.webhook}"}

    def publishes(self, call: Call) -> bool:
        return call.path in ("/api/chat.postMessage", self.webhook)

    def too_many(self) -> Reply:
        return Reply(429, {"ok": False, "error": "ratelimited"}, {"Retry-After": "30"})

    def expired(self) -> Reply:
        """Of the app's token, or of the webhook."""
        return Reply(403, b"invalid_token") if self.requests[-1].path == self.webhook else _no("token_expired")

    def answer(self, call: Call) -> Reply:  # noqa: PLR0911 -- one refusal a rule
        if call.path.startswith("/services/"):
            return self._hook(call)
        method = call.path.removeprefix("/api/")
        if method not in _ARGUMENTS:
            return _no("unknown_method")
        if call.headers.get("authorization") != f"Bearer {self.token}":
            return _no("invalid_auth" if "authorization" in call.headers else "not_authed")
        if method in self.refuses:
            return _no(self.refuses[method])
        arguments = call.json() if call.method == "POST" and call.body else call.query
        if unknown := set(arguments) - _ARGUMENTS[method]:
            return _no("invalid_arguments", messages=[f"unknown argument {min(unknown)}"])
        match method:
            case "auth.test":
                reply = _yes(
                    url=f"{_WORKSPACE}/",
                    team="Harbour",
                    user="press_bot",
                    team_id="T0HARBOUR",
                    user_id="U0BOT17",
                    bot_id="B0BOT17",
                    **self.lifetime,
                )  # fmt: skip -- as the API answers
                return Reply(200, reply.body, {"X-OAuth-Scopes": self.scopes})
            case "chat.postMessage":
                return self._post(call, arguments)
            case "users.conversations":
                return self._pages("channels", [{"id": f"C{at}", "name": f"other-{at}"} for at in range(3)]
                                   + [{"id": self.channel, "name": self.name}], arguments)  # fmt: skip
            case _:
                return self._read(method, arguments)

    def _post(self, call: Call, body: dict[str, Any]) -> Reply:
        if "charset=utf-8" not in call.headers["content-type"] or not body:
            return _no("invalid_post_type")
        if body.get("channel") not in (self.channel, f"#{self.name}", self.name):
            return _no("channel_not_found")
        if refusal := _refusal(body):
            return refusal
        root = body.get("thread_ts")
        if root is not None and root not in {post.id for post in self.posts if post.reply_to is None}:
            return _no("cannot_reply_to_message")
        metadata = body.get("metadata", {})
        if metadata and not (
            re.fullmatch(r"\w+", metadata["event_type"])
            and all(isinstance(value, str | int | bool) for value in metadata["event_payload"].values())
        ):
            return _no("invalid_metadata_format")
        timestamp = self._stand(body, root)
        return _yes(channel=self.channel, ts=timestamp, message={"type": "message", "ts": timestamp})

    def _stand(self, body: dict[str, Any], root: str | None) -> str:
        timestamp = f"{_EPOCH + len(self.posts)}.{1000 + len(self.posts):06}"
        text = "\n\n".join(texts_of(body["blocks"]))
        images = tuple((block["alt_text"], b"") for block in body["blocks"] if block["type"] == "image")
        self.posts.append(Posted(timestamp, text, root, images, raw=body))
        return timestamp

    def _hook(self, call: Call) -> Reply:
        if call.path != self.webhook:
            return Reply(404, b"no_service")
        if error := self.refuses.get("webhook"):
            status, _, word = error.partition(" ")
            return Reply(int(status), word.encode())
        body = call.json()
        if set(body) - _IN_WEBHOOKS or _refusal(body):
            return Reply(400, b"invalid_payload")
        self._stand(body, None)
        return Reply(200, b"ok")

    def _read(self, method: str, query: dict[str, str]) -> Reply:
        if query["channel"] != self.channel:  # reading wants the id
            return _no("channel_not_found")
        if method == "chat.getPermalink":
            post = next((post for post in self.posts if post.id == query["message_ts"]), None)
            if post is None:
                return _no("message_not_found")
            link = f"{_WORKSPACE}/archives/{self.channel}/p{post.id.replace('.', '')}"
            thread = f"?thread_ts={post.reply_to}&cid={self.channel}" if post.reply_to else ""
            return _yes(channel=self.channel, permalink=link + thread)
        if method == "conversations.info":
            return _yes(channel={"id": self.channel, "name": self.name, **self.known})
        if method == "conversations.history":
            oldest = float(query.get("oldest", "0"))
            listed = [post for post in reversed(self.posts) if post.reply_to is None and float(post.id) > oldest]
        else:
            listed = [post for post in self.posts if query["ts"] in (post.id, post.reply_to)]
        if not listed and method == "conversations.replies":
            return _no("thread_not_found")
        return self._pages("messages", [self._message(post, query) for post in listed], query)

    def _message(self, post: Posted, query: dict[str, str]) -> dict[str, Any]:
        known = {"type": "message", "ts": post.id, "text": post.raw["text"], "bot_id": "B0BOT17"}
        if query.get("include_all_metadata") == "true" and "metadata" in post.raw and self.keeps_metadata:
            known["metadata"] = post.raw["metadata"]
        return known

    def _pages(self, what: str, listed: list[dict[str, Any]], query: dict[str, str]) -> Reply:
        if not 1 <= int(query["limit"]) <= 999:
            return _no("invalid_limit")
        start = int(query.get("cursor", "0"))
        stop = start + self.page
        more = stop < len(listed)
        return _yes(
            **{what: listed[start:stop], "has_more": more},
            response_metadata={"next_cursor": str(stop) if more else ""},
        )


def _refusal(body: dict[str, Any]) -> Reply | None:
    """What Slack has against a message."""
    faults = list(message_faults(body))
    if "markdown_text" in body:
        return _no("markdown_text_conflict")
    return _no("invalid_blocks", messages=[f"[ERROR] {fault}" for fault in faults]) if faults else None


def _yes(**answer: Any) -> Reply:
    return Reply(200, {"ok": True, **answer})


def _no(error: str, messages: list[str] | None = None) -> Reply:
    more: dict[str, Any] = {"needed": "channels:history", "provided": "chat:write"} if error == "missing_scope" else {}
    if messages:
        more["response_metadata"] = {"messages": messages}
    return Reply(200, {"ok": False, "error": error, **more})
