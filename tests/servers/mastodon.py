"""A Mastodon server: one account, its posts as HTML, keys for repeats, images that take a while."""

from __future__ import annotations

import html
import re
from datetime import UTC, datetime, timedelta
from typing import Any

import regex
from servers.base import Call, Posted, Reply, Server

_FIELDS = {"status", "visibility", "language", "media_ids", "in_reply_to_id", "sensitive", "spoiler_text"}
_VISIBILITIES = {"public", "unlisted", "private", "direct"}
_TOKENS = re.compile(
    r"(?P<url>(?<![^\s(])https?://[\w.-]+\.(?:com|org)(?:/(?:[^\s<>]*[\w/])?)?)|(?P<account>(?<![\w/=])@\w+(?:@[\w.-]*\w)?)|(?P<tag>(?<!\S)#\w+)"
)
_EPOCH = datetime(2026, 1, 1, tzinfo=UTC)
_HOUR = timedelta(hours=1)
_WINDOW = timedelta(minutes=5)


class MastodonServer(Server):
    """What it allows is in `configuration`.

    `left` is how many requests its limit still has;
    `knows_keys` False makes it a server of another make; `looks` is how often an image must be asked for until it is
    ready; `scopes` are what the token may do; `made` is when each post was.
    """

    access_token = "ZkT4-mastodon-token-81x"
    user_id = "109301"
    username = "harbour_news"
    domain = "social.example"

    def __init__(self) -> None:
        self.knows_keys = True
        self.left = 299
        self.tells_scopes = True
        self.account: dict[str, Any] = {}
        self.looks = 0
        self.scopes = {"read:accounts", "read:statuses", "write:media", "write:statuses"}
        self.media: dict[str, dict[str, Any]] = {}
        self.made: dict[str, datetime] = {}
        self.more: dict[str, dict[str, Any]] = {}
        self.configuration = {
            "statuses": {"max_characters": 500, "max_media_attachments": 4, "characters_reserved_per_url": 23},
            "media_attachments": {"description_limit": 1500},
        }
        self._keys: dict[str, str] = {}
        super().__init__()

    def settings(self) -> dict[str, Any]:
        return {"type": "mastodon", "access_token": self.access_token, "api_url": self.url}

    def publishes(self, call: Call) -> bool:
        return (call.method, call.path) == ("POST", "/api/v1/statuses")

    def too_many(self) -> Reply:
        headers = {
            "X-RateLimit-Remaining": "0",
            "X-RateLimit-Reset": _reset(),
        }
        return Reply(429, {"error": "Too many requests"}, headers)

    def expired(self) -> Reply:
        return _no(401, "The access token is invalid")

    def answer(self, call: Call) -> Reply:
        if (call.method, call.path) == ("GET", "/api/v2/instance"):
            return Reply(200, {"domain": self.domain, "version": "4.5.0", "configuration": self.configuration})
        if call.headers.get("authorization") != f"Bearer {self.access_token}":
            return self.expired()
        routes = (
            ("GET", "/api/v1/accounts/verify_credentials", "read:accounts", self._account),
            ("GET", "/api/v1/apps/verify_credentials", "", self._application),
            ("GET", f"/api/v1/accounts/{self.user_id}/statuses", "read:statuses", self._statuses),
            ("POST", "/api/v1/statuses", "write:statuses", self._create),
            ("POST", "/api/v2/media", "write:media", self._upload),
            ("GET", "/api/v1/media/", "write:media", self._image),
        )
        for method, path, scope, make in routes:
            if call.method == method and (call.path == path or (path.endswith("/") and call.path.startswith(path))):
                return (
                    make(call)
                    if not scope or scope in self.scopes
                    else _no(403, "This action is outside the authorized scopes")
                )
        return _no(404, "Record not found")

    def _account(self, _call: Call) -> Reply:
        url = f"https://{self.domain}/@{self.username}"
        names = {"username": self.username, "acct": self.username, "display_name": "Harbour News"}
        return Reply(200, {"id": self.user_id, **names, "url": url, **self.account})

    def _application(self, _call: Call) -> Reply:
        """Scopes that are an application's, as servers tell since 4.3; an older one wants the scope `read` for it."""
        scopes = {"scopes": sorted(self.scopes)} if self.tells_scopes else {}
        return Reply(200, {"id": "17", "name": "publish", "website": None, **scopes})

    def _create(self, call: Call) -> Reply:
        body = call.json()
        key = call.headers.get("idempotency-key", "")
        standing = self._keys.get(key) if self.knows_keys else None
        if standing and datetime.now(UTC) - self.made[standing] < _HOUR:
            return Reply(200, self._shown(next(post for post in self.posts if post.id == standing)))
        if refusal := self._against_text(body) or self._against_images(body.get("media_ids", [])):
            return _no(422, refusal)
        answered = body.get("in_reply_to_id")
        if answered is not None and answered not in {post.id for post in self.posts}:
            return _no(404, "The post you are trying to reply to does not appear to exist.")
        post = self.post(body)
        self._keys[key] = post.id
        self.left = max(self.left - 1, 0)
        limit = {"X-RateLimit-Remaining": str(self.left), "X-RateLimit-Reset": _reset()}
        return Reply(200, self._shown(post), limit)

    def post(self, body: dict[str, Any]) -> Posted:
        """What is posted now, here or by somebody else in the account's name."""
        now = datetime.now(UTC)
        number = str((int((now - _EPOCH).total_seconds() * 1000) << 16) + len(self.posts))
        self.made[number] = now
        media = tuple((self.media[image]["alt"], self.media[image]["content"]) for image in body.get("media_ids", []))
        post = Posted(number, body.get("status", "").strip(), body.get("in_reply_to_id"), media, raw=body)
        self.posts.append(post)
        return post

    def _against_text(self, body: dict[str, Any]) -> str:
        allowed, text = self.configuration["statuses"], body.get("status", "")
        if unknown := set(body) - _FIELDS:
            return f"{min(unknown)} is not a known field"
        if body.get("visibility", "public") not in _VISIBILITIES:
            return "Validation failed: Visibility is not included in the list"
        if not re.fullmatch(r"[a-z]{2,3}(-[A-Za-z]+)?", body.get("language", "en")):
            return "Validation failed: Language is invalid"
        if not text.strip() and not body.get("media_ids"):
            return "Validation failed: Text can't be blank"
        if counted(text, allowed["characters_reserved_per_url"]) > allowed["max_characters"]:
            return f"Validation failed: Text character limit of {allowed['max_characters']} exceeded"
        return ""

    def _against_images(self, images: list[str]) -> str:
        if len(images) > (most := self.configuration["statuses"]["max_media_attachments"]):
            return f"Validation failed: Cannot attach more than {most} files"
        if any(image not in self.media for image in images):
            return "Validation failed: Media IDs are invalid"
        if any(self.media[image]["looks"] for image in images):
            return "Cannot attach files that have not finished processing. Try again in a moment!"
        return ""

    def _shown(self, post: Posted) -> dict[str, Any]:
        return {
            "id": post.id,
            "created_at": f"{self.made[post.id]:%Y-%m-%dT%H:%M:%S}.000Z",
            "edited_at": None,
            "in_reply_to_id": post.reply_to,
            "visibility": post.raw.get("visibility", "public"),
            "reblog": None,
            "content": as_html(post.text),
            "uri": f"https://{self.domain}/users/{self.username}/statuses/{post.id}",
            "url": f"https://{self.domain}/@{self.username}/{post.id}",
            **self.more.get(post.id, {}),
        }

    def _statuses(self, call: Call) -> Reply:
        if unknown := set(call.query) - {"limit", "max_id", "exclude_reblogs"}:
            return _no(422, f"{min(unknown)} is not known")
        before = int(call.query.get("max_id") or 10**30)
        latest = [post for post in self.posts[::-1] if int(post.id) < before]
        return Reply(200, [self._shown(post) for post in latest[: min(int(call.query.get("limit", 20)), 40)]])

    def _upload(self, call: Call) -> Reply:
        fields, files = call.form()
        if set(files) != {"file"} or set(fields) - {"description", "focus"}:
            return _no(422, "file is required, and nothing else but description and focus is known")
        if not files["file"].mime.startswith("image/") or not files["file"].content:
            return _no(422, "Validation failed: File content type is invalid, File is invalid")
        alt = fields.get("description", "")
        if len(alt) > (most := self.configuration["media_attachments"]["description_limit"]):
            return _no(422, f"Validation failed: Description is too long (maximum is {most} characters)")
        number = str(220_000 + len(self.media))
        self.media[number] = {"alt": alt, "content": files["file"].content, "looks": self.looks}
        return Reply(202 if self.looks else 200, self._attachment(number))

    def _image(self, call: Call) -> Reply:
        number = call.path.rpartition("/")[2]
        if number not in self.media:
            return _no(404, "Record not found")
        self.media[number]["looks"] -= 1
        return Reply(206 if self.media[number]["looks"] else 200, self._attachment(number))

    def _attachment(self, number: str) -> dict[str, Any]:
        ready = not self.media[number]["looks"]
        url = f"https://{self.domain}/media/{number}" if ready else None
        return {"id": number, "type": "image", "url": url, "description": self.media[number]["alt"] or None}


def _reset() -> str:
    return f"{datetime.now(UTC) + _WINDOW:%Y-%m-%dT%H:%M:%S.%f}Z"


def _no(status: int, error: str) -> Reply:
    return Reply(status, {"error": error})


def counted(text: str, per_url: int) -> int:
    """Grapheme clusters; a link is so many of them, and an account counts without its server."""

    def price(found: re.Match[str]) -> str:
        if found["url"]:
            return "x" * per_url
        return "@" + found["account"].split("@")[1] if found["account"] else found[0]

    return len(regex.findall(r"\X", _TOKENS.sub(price, text)))


def as_html(text: str) -> str:
    """A post as the server gives it out: paragraphs, links with parts that no reader sees, accounts and tags."""
    parts: list[str] = []
    at = 0
    for found in _TOKENS.finditer(text):
        parts += [html.escape(text[at : found.start()]), _linked(found)]
        at = found.end()
    whole = "".join([*parts, html.escape(text[at:])]).strip()
    paragraphs = re.split(r"\n\n+", whole)
    return "".join(f"<p>{'<br />'.join(paragraph.split(chr(10)))}</p>" for paragraph in paragraphs)


def _linked(found: re.Match[str]) -> str:
    if account := found["account"]:
        name = account.split("@")[1]
        return f'<span class="h-card"><a href="https://x.example/@{name}" class="u-url">@<span>{name}</span></a></span>'
    if tag := found["tag"]:
        return (
            f'<a href="https://x.example/tags/{tag[1:]}" class="mention hashtag" rel="tag">#<span>{tag[1:]}</span></a>'
        )
    scheme, _, rest = found["url"].partition("://")
    shown, hidden = html.escape(rest[:30]), html.escape(rest[30:])
    return (
        f'<a href="{html.escape(found["url"])}" rel="nofollow noopener"><span class="invisible">{scheme}://</span>'
        f'<span class="ellipsis">{shown}</span><span class="invisible">{hidden}</span></a>'
    )
