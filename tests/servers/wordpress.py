"""A WordPress site: users with roles, slugs that are made unique, a library of images, filtered HTML."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable
from typing import Any

from recounts.common import read_html
from recounts.wordpress import TAGS
from servers.base import Call, Posted, Reply, Server

_FIELDS = {"title", "content", "excerpt", "slug", "status", "categories", "tags", "featured_media"}
_STATUSES = {"publish", "future", "draft", "pending", "private"}
_RESERVED = re.compile(r"feed|rss|rss2|rdf|atom|embed|[0-9]{4}|[0-3]?[0-9]")
_SIGNATURES = {b"\x89PNG": "image/png", b"\xff\xd8\xff": "image/jpeg", b"GIF8": "image/gif", b"RIFF": "image/webp"}
_ROLES = {
    "subscriber": ["read"],
    "contributor": ["read", "edit_posts"],
    "author": ["read", "edit_posts", "publish_posts", "upload_files"],
    "editor": ["read", "edit_posts", "publish_posts", "upload_files", "edit_others_posts", "unfiltered_html"],
}


class WordPressServer(Server):
    """`role` is that of the one user; `structure` the form of the addresses.

    `keeps_as` makes a plugin that holds each post back in that status; `quicker` is called before a post is put in, as
    somebody else's run might come in between; `most_bytes` is the largest file that the host takes.
    """

    username = "press"
    password = "nQgJ TTnO a5Mz RrwA qpw6 kHny"

    def __init__(self) -> None:
        self.role = "author"
        self.structure = "/%postname%/"
        self.keeps_as = ""
        self.most_bytes = 2_000_000
        self.quicker: Callable[[], Any] = lambda: None
        self.stored: dict[int, dict[str, Any]] = {}
        self.images: dict[int, dict[str, Any]] = {}
        self._last = 0
        super().__init__()

    def settings(self) -> dict[str, Any]:
        own = {"username": self.username, "application_password": self.password, "api_url": self.url}
        return {"type": "wordpress", **own}

    def publishes(self, call: Call) -> bool:
        return (call.method, call.path) == ("POST", "/wp-json/wp/v2/posts")

    def too_many(self) -> Reply:
        """As a host's own limiter answers; WordPress has none."""
        return Reply(429, b"<html><h1>Too Many Requests</h1></html>", {"Retry-After": "30"})

    def expired(self) -> Reply:
        return _no(401, "rest_not_logged_in", "You are not currently logged in.")

    def may(self, right: str) -> bool:
        return right in _ROLES[self.role]

    def put(self, slug: str, title: str = "Older", content: str = "<p>Old</p>", **more: Any) -> dict[str, Any]:
        """A post or page that stands there already, by another user unless `author` is 1."""
        self._last += 1
        status = more.get("status", "publish")
        entry = {"id": self._last, "type": "post", "author": 2, "title": title, "content": content, "status": status}
        self.stored[self._last] = {**entry, "slug": slug, "excerpt": "", "categories": [1], **more}
        return self.stored[self._last]

    def link(self, entry: dict[str, Any]) -> str:
        if entry["type"] == "page":
            return f"{self.url}/{entry['slug']}/"
        if entry["status"] not in ("publish", "private"):
            return f"{self.url}/?p={entry['id']}"
        return self.url + self.structure.replace("%postname%", entry["slug"])

    def answer(self, call: Call) -> Reply:
        if not call.path.startswith("/wp-json/wp/v2/"):
            return Reply(404, b"<html>Not found</html>")
        given = call.headers.get("authorization", "").removeprefix("Basic ")
        name, _, password = base64.b64decode(given).decode().partition(":")
        if name != self.username or password.replace(" ", "") != self.password.replace(" ", ""):
            return self.expired()
        path = call.path.removeprefix("/wp-json/wp/v2/")
        if call.method == "DELETE" and path.startswith("posts/"):
            return self._delete(int(path.removeprefix("posts/")), call)
        routes = {
            ("GET", "users/me"): self._user,
            ("GET", "posts"): lambda call: self._list(call, "post"),
            ("GET", "pages"): lambda call: self._list(call, "page"),
            ("POST", "posts"): self._create,
            ("POST", "media"): self._upload,
        }
        if (call.method, path) in routes:
            return routes[call.method, path](call)
        return _no(404, "rest_no_route", "No route was found matching the URL and request method.")

    def _user(self, call: Call) -> Reply:
        me = {"id": 1, "name": "Press Office", "slug": "press-office"}
        if call.query.get("context") == "edit":
            rights = dict.fromkeys(_ROLES[self.role], True)
            me |= {"username": self.username, "email": "press@rivers.example", "capabilities": rights}
        return Reply(200, me)

    def _list(self, call: Call, kind: str) -> Reply:
        query = call.query
        statuses = set(query.get("status", "publish").split(","))
        if statuses != {"publish"} and not self.may("edit_posts"):
            return _no(400, "rest_invalid_param", "Invalid parameter(s): status", {"status": "Status is forbidden."})
        assert statuses <= _STATUSES
        found = [entry for entry in self.stored.values() if entry["type"] == kind and entry["status"] in statuses]
        if "slug" in query:
            found = [entry for entry in found if entry["slug"] in query["slug"].split(",")]
        if "categories" in query:
            wanted = {int(number) for number in query["categories"].split(",")}
            found = [entry for entry in found if wanted & set(entry["categories"])]
        found = found[::-1][: int(query.get("per_page", "10"))]
        editing = query.get("context") == "edit"
        seen = [entry for entry in found if not editing or entry["author"] == 1 or self.may("edit_others_posts")]
        fields = query["_fields"].split(",") if "_fields" in query else None
        shown = [self._shown(entry, editing=editing) for entry in seen]
        if fields:
            shown = [{name: entry[name] for name in fields} for entry in shown]
        return Reply(200, shown, {"X-WP-Total": str(len(found))})

    def _create(self, call: Call) -> Reply:
        body = call.json()
        status = body.get("status", "draft")
        if not self.may("edit_posts"):
            return _no(403, "rest_cannot_create", "Sorry, you are not allowed to create posts as this user.")
        if status == "publish" and not self.may("publish_posts"):
            return _no(403, "rest_cannot_publish", "Sorry, you are not allowed to publish posts in this post type.")
        if unknown := set(body) - _FIELDS:
            return _no(400, "rest_invalid_param", f"Invalid parameter(s): {', '.join(unknown)}")
        if not (body["title"] or body["content"] or body["excerpt"]):
            return _no(400, "empty_content", "Content, title, and excerpt are empty.")
        if len(body["title"].encode()) > 65_535:
            return _no(500, "db_insert_error", "Could not insert post into the database.")
        self.quicker()
        entry = self.put(
            self._unique(body["slug"]),
            self._filtered(body["title"]),
            self._filtered(body["content"]),
            excerpt=self._filtered(body["excerpt"]),
            status=self.keeps_as or status,
            author=1,
            categories=body.get("categories", [1]),
            tags=body.get("tags", []),
            featured_media=body.get("featured_media", 0),
        )
        media = tuple(
            (image["alt"], image["content"]) for image in self.images.values() if image["url"] in entry["content"]
        )
        text, _ = read_html(f"{entry['title']}\n{entry['content']}", TAGS)
        self.posts.append(Posted(str(entry["id"]), text, media=media, raw=body))
        return Reply(201, self._shown(entry, editing=True))

    def _unique(self, slug: str) -> str:
        """What `wp_unique_post_slug` makes of a slug."""
        taken = {entry["slug"] for entry in self.stored.values() if entry["type"] == "post"}
        if slug not in taken and not _RESERVED.fullmatch(slug):
            return slug
        number = 2
        while f"{slug}-{number}" in taken:
            number += 1
        return f"{slug}-{number}"

    def _filtered(self, markup: str) -> str:
        """Who may post any HTML posts it as it is."""
        return markup if self.may("unfiltered_html") else kses(markup)

    def _shown(self, entry: dict[str, Any], *, editing: bool) -> dict[str, Any]:
        def both(markup: str) -> dict[str, str]:
            rendered = {"rendered": markup.replace("...", "&#8230;").replace("--", "&#8212;")}
            return {"raw": markup, **rendered} if editing else rendered

        shown = {name: entry[name] for name in ("id", "type", "author", "slug", "status", "categories")}
        texts = {name: both(entry[name]) for name in ("title", "content", "excerpt")}
        return {**shown, **texts, "link": self.link(entry)}

    def _upload(self, call: Call) -> Reply:
        if not self.may("upload_files"):
            return _no(403, "rest_cannot_create", "Sorry, you are not allowed to create posts as this user.")
        fields, files = call.form()
        [file] = files.values()
        if len(file.content) > self.most_bytes:
            why = "The uploaded file exceeds the upload_max_filesize directive in php.ini."
            return _no(500, "rest_upload_unknown_error", why)
        if next((mime for start, mime in _SIGNATURES.items() if file.content.startswith(start)), "") != file.mime:
            return _no(500, "rest_upload_unknown_error", "Sorry, you are not allowed to upload this file type.")
        self._last += 1
        url = f"{self.url}/wp-content/uploads/2026/12/{self._last}-{file.name}"
        self.images[self._last] = {"alt": fields["alt_text"], "content": file.content, "url": url, "name": file.name}
        return Reply(201, {"id": self._last, "source_url": url, "alt_text": fields["alt_text"]})

    def _delete(self, number: int, call: Call) -> Reply:
        assert call.query.get("force") == "true"
        if self.stored[number]["author"] != 1:
            return _no(403, "rest_cannot_delete", "Sorry, you are not allowed to delete this post.")
        gone = self.stored.pop(number)
        self.posts = [post for post in self.posts if post.id != str(number)]
        return Reply(200, {"deleted": True, "previous": self._shown(gone, editing=True)})


def kses(markup: str) -> str:
    """What `wp_kses_post` makes of harmless HTML: numbers of characters get three digits."""
    assert read_html(markup, TAGS)[1] == []
    return re.sub(r"&#([0-9]{1,2});", lambda match: f"&#{int(match[1]):03};", markup)


def _no(status: int, code: str, message: str, params: dict[str, str] | None = None) -> Reply:
    data = {"status": status, **({"params": params} if params else {})}
    return Reply(status, {"code": code, "message": message, "data": data})
