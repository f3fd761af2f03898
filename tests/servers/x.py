"""X, API v2: as strict as the network about signatures, fields, replies and duplicates."""

from __future__ import annotations

import html
import re
import time
import unicodedata
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import unquote

from oauthlib.common import Request as Signed
from oauthlib.oauth1.rfc5849 import signature
from servers.base import Call, Posted, Reply, Server

signature.log.disabled = True  # it would write the stand-in's secrets into the logs that tests look through
_PARAMETER = re.compile(r'(\w+)="([^"]*)"')
_LINK = re.compile(r"https?://\S+|(?<!\S)example\.(?:com|org)(?:/\S*)?")
_FIELDS = {"text", "media", "reply", "quote_tweet_id", "reply_settings", "made_with_ai", "community_id", "poll"}
_LIGHT = (range(4352), range(8192, 8206), range(8208, 8224), range(8242, 8248))
_MOST = 280
_EPOCH = 1_288_834_974_657  # milliseconds since 1970; an id is the time since, and 22 bits more
_IMAGES_MOST = 4
_ALT_MOST = 1000


class XServer(Server):
    """`refuse_self_replies` makes it answer threads as it answers self-serve apps; `access` is what the token may do,
    `left` how many posts the limit of the route still has, and `edited` are the posts that were changed. It holds
    signatures against `clock`.
    """

    consumer_key = "ck-Kq3vY0"
    consumer_secret = "cs/9+secret=zW"
    access_token = "4711-at-Jd8"
    access_token_secret = "ats&secret/Lm2"
    user_id = "4711"
    username = "harbour_news"

    def __init__(self) -> None:
        self.refuse_self_replies = False
        self.takes_twice = False
        self.access = "read-write"
        self.left = 99
        self.edited: set[str] = set()
        self.media: dict[str, dict[str, Any]] = {}
        self.made: dict[str, datetime] = {}
        self.clock: Callable[[], float] = time.time
        self._nonces: set[str] = set()
        super().__init__()

    def settings(self) -> dict[str, str]:
        names = ("consumer_key", "consumer_secret", "access_token", "access_token_secret")
        return {"type": "x", **{name: getattr(self, name) for name in names}, "api_url": self.url}

    def publishes(self, call: Call) -> bool:
        return (call.method, call.path) == ("POST", "/2/tweets")

    def too_many(self) -> Reply:
        body = {"title": "Too Many Requests", "detail": "Too Many Requests", "type": "about:blank", "status": 429}
        return Reply(429, body, {"x-rate-limit-remaining": "0", "x-rate-limit-reset": str(int(time.time()) + 300)})

    def expired(self) -> Reply:
        return _problem(401, "Unauthorized", "Unauthorized")

    def answer(self, call: Call) -> Reply:  # noqa: PLR0911 -- one refusal a rule
        if not self._signed(call):
            return self.expired()
        match (call.method, call.path):
            case ("POST", "/2/tweets"):
                return self._create(call)
            case ("GET", "/2/users/me"):
                me = {"id": self.user_id, "name": "Harbour News", "username": self.username}
                return Reply(200, {"data": me}, {"x-access-level": self.access})
            case ("GET", path) if path == f"/2/users/{self.user_id}/tweets":
                return self._timeline(call)
            case ("POST", "/2/media/upload"):
                return self._upload(call)
            case ("POST", "/2/media/metadata"):
                return self._describe(call)
        return _problem(404, "Not Found", "Not Found")

    def _signed(self, call: Call) -> bool:
        header = call.headers.get("authorization", "")
        given = dict(_PARAMETER.findall(header))
        stamp = int(given.get("oauth_timestamp") or 0)
        if (
            not header.startswith("OAuth ")
            or given.get("oauth_consumer_key") != self.consumer_key
            or given.get("oauth_token") != self.access_token
            or given.get("oauth_signature_method") != "HMAC-SHA1"
            or given.get("oauth_nonce") in self._nonces
            or abs(self.clock() - stamp) > 300
        ):
            return False
        self._nonces.add(given["oauth_nonce"])
        signed = Signed(call.url, call.method)
        signed.params = signature.collect_parameters(signed.uri_query, headers={"Authorization": header})
        signed.signature = unquote(given["oauth_signature"])
        return signature.verify_hmac_sha1(signed, self.consumer_secret, self.access_token_secret)

    def _create(self, call: Call) -> Reply:  # noqa: PLR0911 -- one refusal a rule
        body = call.json()
        if unknown := set(body) - _FIELDS:
            return _problem(400, "Invalid Request", f"[{min(unknown)}] is not a known field")
        text = body.get("text", "")
        images = body.get("media", {}).get("media_ids", [])
        if not text.strip() and not images:
            return _problem(400, "Invalid Request", "The text must not be empty")
        if _weight(text) > _MOST:
            return _problem(400, "Invalid Request", f"The text is over the limit: {_weight(text)}")
        if len(images) > _IMAGES_MOST or any(image not in self.media for image in images):
            return _problem(400, "Invalid Request", "Your media IDs are invalid")
        answered = body.get("reply", {}).get("in_reply_to_tweet_id")
        if answered is not None and (refusal := self._refusal(answered)):
            return refusal
        if text in {post.raw["text"] for post in self.posts} and not self.takes_twice:
            return _problem(403, "Forbidden", "You are not allowed to create a Tweet with duplicate content.")
        now = datetime.now(UTC)
        post_id = str((int(now.timestamp() * 1000) - _EPOCH << 22) + len(self.posts))
        self.made[post_id] = now
        media = tuple((self.media[image]["alt"], self.media[image]["content"]) for image in images)
        self.posts.append(Posted(post_id, text, answered, media, raw=body))
        self.left = max(self.left - 1, 0)
        limit = {"x-rate-limit-remaining": str(self.left), "x-rate-limit-reset": str(int(time.time()) + 300)}
        return Reply(201, {"data": {"id": post_id, "text": shown(post_id, text, images)["text"]}}, limit)

    def _refusal(self, answered: str) -> Reply | None:
        if answered not in {post.id for post in self.posts}:
            return _problem(
                403, "Forbidden", "You attempted to reply to a Tweet that is deleted or not visible to you."
            )
        if self.refuse_self_replies:
            words = (
                "Reply to this conversation is not allowed because you have not been mentioned or otherwise engaged "
                "by the author of the post you are replying to."
            )
            return _problem(403, "Forbidden", words)
        return None

    def _timeline(self, call: Call) -> Reply:
        most = int(call.query.get("max_results", "10"))
        if not 5 <= most <= 100:
            return _problem(400, "Invalid Request", "The `max_results` query parameter value is not between 5 and 100")
        since = datetime.fromisoformat(call.query.get("start_time", "2006-03-21T00:00:00Z"))
        start = int(call.query.get("pagination_token", "0"))
        known = [post for post in self.posts[::-1] if self.made[post.id] >= since]
        latest = known[start : start + most]
        if not latest:
            return Reply(200, {"meta": {"result_count": 0}})
        data = [shown(post.id, post.text, post.raw.get("media", {}).get("media_ids", [])) for post in latest]
        for post in data:
            post["edit_history_tweet_ids"] = ["17", post["id"]] if post["id"] in self.edited else [post["id"]]
            if "created_at" in call.query.get("tweet.fields", "").split(","):
                post["created_at"] = f"{self.made[post['id']]:%Y-%m-%dT%H:%M:%S}.000Z"
        more = {"next_token": str(start + most)} if len(known) > start + most else {}
        return Reply(200, {"data": data, "meta": {"result_count": len(data), **more}})

    def _upload(self, call: Call) -> Reply:
        fields, files = call.form()
        if set(fields) != {"media_category"} or set(files) != {"media"}:
            return _problem(400, "Invalid Request", "media and media_category are required, and nothing else is known")
        if not files["media"].mime.startswith("image/") or not files["media"].content:
            return _problem(400, "Invalid Request", "The media could not be read")
        media_id = str(1_900_000_000_000_000_001 + len(self.media))
        self.media[media_id] = {"content": files["media"].content, "alt": ""}
        return Reply(200, {"data": {"id": media_id, "media_key": f"3_{media_id}", "expires_after_secs": 86400}})

    def _describe(self, call: Call) -> Reply:
        body = call.json()
        alt = body.get("metadata", {}).get("alt_text", {}).get("text", "")
        if body.get("id") not in self.media or not 0 < len(alt) <= _ALT_MOST:
            return _problem(400, "Invalid Request", "The alternative text must have 1 to 1000 characters")
        self.media[body["id"]]["alt"] = alt
        return Reply(200, {"data": {"id": body["id"], "associated_metadata": body["metadata"]}})


def shown(post_id: str, text: str, images: list[str]) -> dict[str, Any]:
    """A post as the timeline shows it: t.co links, one more for its images, and `&`, `<`, `>` escaped."""
    urls: list[dict[str, Any]] = []
    parts: list[str] = []
    at = 0
    for match in _LINK.finditer(text):
        address = match.group() if match.group().startswith("http") else f"http://{match.group()}"
        urls.append({"url": f"https://t.co/{post_id[-3:]}{len(urls):07}", "expanded_url": address})
        parts += [html.escape(text[at : match.start()], quote=False), urls[-1]["url"]]
        at = match.end()
    parts.append(html.escape(text[at:], quote=False))
    if images:
        short = f"https://t.co/{post_id[-3:]}pic"
        parts.append(f" {short}")
        page = f"https://x.com/{XServer.username}/status/{post_id}/photo/1"
        urls += [{"url": short, "expanded_url": page, "media_key": f"3_{image}"} for image in images]
    return {"id": post_id, "text": "".join(parts), **({"entities": {"urls": urls}} if urls else {})}


def _problem(status: int, title: str, detail: str) -> Reply:
    body: Mapping[str, Any] = {"title": title, "detail": detail, "type": "about:blank", "status": status}
    return Reply(status, body)


def _weight(text: str) -> int:
    """Weighted characters, emoji sequences counted sign by sign, which is never too few."""
    links = _LINK.findall(text)
    rest = _LINK.sub("", unicodedata.normalize("NFC", text))
    return 23 * len(links) + sum(1 if any(ord(sign) in light for light in _LIGHT) else 2 for sign in rest)
