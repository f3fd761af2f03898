"""A Matrix homeserver: one account with several sessions, rooms, events that it measures, images.

It answers as Synapse 1.163 does, down to the words, where a test has them.
"""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, datetime
from typing import Any
from urllib.parse import unquote

from recounts.common import read_html
from recounts.matrix import TAGS
from servers.base import Call, Posted, Reply, Server

_TEXT = {"msgtype", "body", "format", "formatted_body", "m.mentions"}
_IMAGE = {"url", "filename", "info"}


class MatrixServer(Server):
    """Changes for a test: `joined`, `state` (content by event type), `upload_size`, `filters` (False: it gives out
    everybody's events, whatever is asked for), `remembers` (False: it has forgotten transaction ids), `more` (what
    stands differently in an event that it gives out, by id), `made` (when each event was, in milliseconds).
    """

    access_token = "syt_cHJlc3M_matrix-token_81x"
    other_token = "syt_cHJlc3M_another-session_4Qd"
    user = "@press:social.example"
    room = "!aBcDeF:social.example"
    alias = "#news:social.example"

    def __init__(self) -> None:
        self.joined = True
        self.filters = True
        self.remembers = True
        self.upload_size: int | None = 50_000_000
        self.state: dict[str, Any] = {
            "m.room.power_levels": {"users_default": 0, "events_default": 0},
            "m.room.create": {"sender": "@boss:social.example", "content": {"room_version": "10"}},
        }
        self.media: dict[str, tuple[str, str, bytes]] = {}
        self.made: dict[str, int] = {}
        self.more: dict[str, dict[str, Any]] = {}
        self.senders: dict[str, str] = {}
        self.sessions: dict[str, tuple[str, str]] = {}
        super().__init__()

    def settings(self) -> dict[str, Any]:
        return {"type": "matrix", "access_token": self.access_token, "room": self.room, "api_url": self.url}

    def publishes(self, call: Call) -> bool:
        return call.method == "PUT" and "/send/m.room.message/" in call.path

    def too_many(self) -> Reply:
        body = {"errcode": "M_LIMIT_EXCEEDED", "error": "Too Many Requests", "retry_after_ms": 4500}
        return Reply(429, body, {"Retry-After": "5"})

    def too_many_unsaid(self) -> Reply:
        return _no(429, "M_LIMIT_EXCEEDED", "Too Many Requests")

    def expired(self) -> Reply:
        return _no(401, "M_UNKNOWN_TOKEN", "Invalid access token passed.")

    def answer(self, call: Call) -> Reply:
        token = call.headers.get("authorization", "").removeprefix("Bearer ")
        if token not in (self.access_token, self.other_token):
            return self.expired()
        path = [call.method, *map(unquote, call.path.removeprefix("/_matrix/").split("/"))]
        match path:
            case ["GET", "client", "v3", "directory", "room", alias]:
                known = {"room_id": self.room, "servers": ["social.example"]}
                return Reply(200, known) if alias == self.alias else _no(404, "M_NOT_FOUND", "Room alias not found")
            case ["POST", "media", "v3", "upload"]:
                return self._upload(call)
            case ["GET", *_]:
                return self._told(path[1:], call, token)
            case ["PUT", "client", "v3", "rooms", room, "send", "m.room.message", transaction]:
                return self._create(call, token, transaction) if self._is_in(room) else self._not_in(room)
        return _no(404, "M_UNRECOGNIZED", "Unrecognized request")

    def _told(self, path: list[str], call: Call, token: str) -> Reply:
        match path:
            case ["client", "v1", "media", "config"]:
                found: Any = {} if self.upload_size is None else {"m.upload.size": self.upload_size}
            case ["client", "v3", "account", "whoami"]:
                found = {"user_id": self.user, "device_id": token[-3:], "is_guest": False}
            case ["client", "v3", "joined_rooms"]:
                found = {"joined_rooms": [self.room] if self.joined else []}
            case ["client", "v3", "rooms", room, *_] if not self._is_in(room):
                return self._not_in(room)
            case ["client", "v3", "rooms", _, "messages"]:
                return self._messages(call, token)
            case ["client", "v3", "rooms", _, "state", kind]:
                found = self.state.get(kind)
            case _:
                return _no(404, "M_UNRECOGNIZED", "Unrecognized request")
        return _no(404, "M_NOT_FOUND", "Event not found.") if found is None else Reply(200, found)

    def _is_in(self, room: str) -> bool:
        return self.joined and room == self.room

    def _not_in(self, room: str) -> Reply:
        return _no(403, "M_FORBIDDEN", f"User {self.user} not in room {room}")

    def _create(self, call: Call, token: str, transaction: str) -> Reply:
        session = (token, transaction)
        standing = next((event for event, known in self.sessions.items() if known == session), None)
        if standing and self.remembers:
            return Reply(200, {"event_id": standing})
        content = call.json()
        if flaw := self._against(content):
            return _no(400, "M_BAD_JSON", flaw)
        levels = self.state.get("m.room.power_levels", {})
        if levels.get("events_default", 0) > levels.get("users", {}).get(self.user, 0):
            return _no(403, "M_FORBIDDEN", "You don't have permission to post that to the room.")
        if len(self._as_sent(content)) > 65_536:
            return _no(413, "M_TOO_LARGE", "event too large")
        post = self.post(content)
        self.sessions[post.id] = session
        return Reply(200, {"event_id": post.id})

    def post(self, content: dict[str, Any], sender: str = "") -> Posted:
        """What is sent now, here or by somebody else; by the account itself from a session that nobody asked."""
        number = "$" + hashlib.sha256(f"{len(self.posts)}".encode()).hexdigest()[:43]
        self.made[number] = int(datetime.now(UTC).timestamp() * 1000)
        self.senders[number] = sender or self.user
        name, _, image = self.media.get(content.get("url", ""), ("", "", b""))
        relation = content.get("m.relates_to", {})
        media = ((name, image),) if image else ()
        post = Posted(number, content.get("body", ""), relation.get("event_id"), media, raw=content)
        self.posts.append(post)
        return post

    def _against(self, content: dict[str, Any]) -> str:
        image = content.get("msgtype") == "m.image"
        known = _TEXT | (_IMAGE if image else set())
        if content.get("msgtype") not in ("m.text", "m.image") or set(content) - {"m.relates_to"} != known:
            return f"these are not the fields of a message: {sorted(content)}"
        if not all(isinstance(content[name], str) and content[name].strip() for name in ("body", "formatted_body")):
            return "'body' not a string type"
        if content["format"] != "org.matrix.custom.html" or read_html(content["formatted_body"], TAGS)[1]:
            return "formatted_body is no HTML that clients show"
        if set(content["m.mentions"]) != {"user_ids"}:
            return "m.mentions names no accounts"
        return (image and self._against_image(content)) or self._against_relation(content.get("m.relates_to"))

    def _against_image(self, content: dict[str, Any]) -> str:
        if content["url"] not in self.media or content["filename"] == content["body"]:
            return "url names no image, or the caption is none"
        return "" if set(content["info"]) == {"mimetype", "size", "w", "h"} else "info does not say what the image is"

    def _against_relation(self, relation: Any) -> str:
        if relation is None:
            return ""
        standing = {post.id: post.reply_to for post in self.posts}
        root, answered = relation["event_id"], relation["m.in_reply_to"]["event_id"]
        if (relation["rel_type"], relation["is_falling_back"]) != ("m.thread", True) or len(relation) != 4:
            return "this is no relation of a thread"
        if standing.get(root, "") is not None:
            return "Can't send relation to unknown event, or start a thread from one that has a relation"
        return "" if answered in standing else "Can't send relation to unknown event"

    def _as_sent(self, content: dict[str, Any]) -> bytes:
        """The event as other servers get it."""
        event = {
            "auth_events": ["$" + "a" * 43] * 3,
            "prev_events": ["$" + "p" * 43],
            "depth": 4711,
            "hashes": {"sha256": "h" * 43},
            "signatures": {"social.example": {"ed25519:a_bCdE": "s" * 86}},
            "origin_server_ts": 1_795_530_456_352,
            "room_id": self.room,
            "sender": self.user,
            "type": "m.room.message",
            "content": content,
        }
        return json.dumps(event, ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode()

    def _messages(self, call: Call, token: str) -> Reply:
        wanted = json.loads(call.query["filter"])
        if set(call.query) - {"from"} != {"dir", "limit", "filter"} or call.query["dir"] != "b":
            return _no(400, "M_INVALID_PARAM", "Query parameter is not known")
        shown = [self._shown(post, token) for post in reversed(self.posts)]
        if self.filters:
            shown = [event for event in shown if event["sender"] in wanted["senders"]]
            shown = [event for event in shown if event["type"] in wanted["types"]]
        start, most = int(call.query.get("from", "t0")[1:]), int(call.query["limit"])
        end = start + most
        further = {"end": f"t{end}"} if end < len(shown) else {}
        return Reply(200, {"start": f"t{start}", "chunk": shown[start:end], **further})

    def _shown(self, post: Posted, token: str) -> dict[str, Any]:
        session, transaction = self.sessions.get(post.id, ("", ""))
        return {
            "event_id": post.id,
            "room_id": self.room,
            "sender": self.senders[post.id],
            "type": "m.room.message",
            "origin_server_ts": self.made[post.id],
            "content": post.raw,
            "unsigned": {"age": 17, **({"transaction_id": transaction} if session == token else {})},
            **self.more.get(post.id, {}),
        }

    def _upload(self, call: Call) -> Reply:
        if self.upload_size is not None and len(call.body) > self.upload_size:
            return _no(413, "M_TOO_LARGE", "Upload request body is too large")
        if not call.body or not call.mime.startswith("image/"):
            return _no(400, "M_UNKNOWN", "Upload request missing 'Content-Type', or its body")
        address = f"mxc://social.example/{hashlib.sha256(call.body).hexdigest()[:24]}"
        self.media[address] = (call.query.get("filename", ""), call.mime, call.body)
        return Reply(200, {"content_uri": address})


def _no(status: int, code: str, error: str) -> Reply:
    return Reply(status, {"errcode": code, "error": error})
