"""LinkedIn's API for one page: versions, scopes, roles, images in three steps, texts that are taken once."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any
from urllib.parse import unquote

from recounts.linkedin import read
from servers.base import Call, Posted, Reply, Server

_FIELDS = {
    "author",
    "commentary",
    "visibility",
    "distribution",
    "lifecycleState",
    "isReshareDisabledByAuthor",
    "content",
}
_DISTRIBUTION = {"feedDistribution": "MAIN_FEED", "targetEntities": [], "thirdPartyDistributionChannels": []}
_SIGNATURES = {b"\x89PNG": "image/png", b"\xff\xd8\xff": "image/jpeg", b"GIF8": "image/gif"}


class LinkedInServer(Server):
    """`scopes` are what the token may do, `role` what its member is on the page; `looks` is how often an image must be
    asked for until it is ready; `made` is when each post was, in milliseconds; `more` changes how a post is given out.
    """

    token = "AQX-linkedin-token-4711"
    number = 5515715
    vanity = "harbour-trust"
    versions = ("202607", "202610")

    def __init__(self) -> None:
        self.scopes = {"w_organization_social", "r_organization_social", "rw_organization_admin"}
        self.role = "ADMINISTRATOR"
        self.looks = 0
        self.image_status = "AVAILABLE"
        self.takes_twice = False
        self.images: dict[str, dict[str, Any]] = {}
        self.made: dict[str, int] = {}
        self.more: dict[str, dict[str, Any]] = {}
        super().__init__()

    @property
    def page(self) -> str:
        return f"urn:li:organization:{self.number}"

    def settings(self) -> dict[str, Any]:
        return {"type": "linkedin", "access_token": self.token, "organization": self.number, "api_url": self.url}

    def publishes(self, call: Call) -> bool:
        return (call.method, call.path) == ("POST", "/rest/posts")

    def too_many(self) -> Reply:
        message = "Resource level throttle APPLICATION DAY limit for calls to this resource is reached."
        body = {"status": 429, "serviceErrorCode": 101, "code": "TOO_MANY_REQUESTS", "message": message}
        return Reply(429, body, {"Retry-After": "30"})

    def expired(self) -> Reply:
        message = "The token used in the request has expired"
        return Reply(
            401, {"status": 401, "serviceErrorCode": 65602, "code": "EXPIRED_ACCESS_TOKEN", "message": message}
        )

    def answer(self, call: Call) -> Reply:
        version = call.headers.get("linkedin-version", "")
        if call.headers.get("authorization") != f"Bearer {self.token}":
            return _no(401, "INVALID_ACCESS_TOKEN", "Invalid access token")
        if call.method == "PUT":
            return self._take(call)
        if version not in self.versions:
            return _no(426, "NONEXISTENT_VERSION", f"Requested version {version} is not active")
        return self._routed(call)

    def _routed(self, call: Call) -> Reply:
        if call.headers.get("x-restli-protocol-version") != "2.0.0" or ":" in call.path:
            return _no(400, "ILLEGAL_ARGUMENT", "Syntax exception in path variables")
        routes = (
            ("GET", r"/rest/organizations/(\d+)", "rw_organization_admin", self._organization),
            ("GET", r"/rest/organizationAcls()", "rw_organization_admin", self._roles),
            ("POST", r"/rest/images()", "w_organization_social", self._begin),
            ("GET", r"/rest/images/(.+)", "r_organization_social", self._image),
            ("POST", r"/rest/posts()", "w_organization_social", self._create),
            ("GET", r"/rest/posts()", "r_organization_social", self._posts),
            ("GET", r"/rest/posts/(.+)", "r_organization_social", self._post),
        )
        for method, path, scope, make in routes:
            if call.method == method and (found := re.fullmatch(path, call.path)):
                if scope not in self.scopes:
                    return _no(403, "ACCESS_DENIED", f"Not enough permissions to access: {method} {call.path}")
                return make(call, unquote(found[1]))
        return _no(404, "RESOURCE_NOT_FOUND", f"No virtual resource found for {call.path}")

    def _organization(self, _call: Call, number: str) -> Reply:
        if self.role != "ADMINISTRATOR" or number != str(self.number):
            return _no(403, "ACCESS_DENIED", "Member does not have permission to view this organization")
        return Reply(200, {"id": self.number, "localizedName": "Harbour Trust", "vanityName": self.vanity})

    def _roles(self, call: Call, _part: str) -> Reply:
        if call.query.get("q") != "roleAssignee" or call.headers.get("x-restli-method") != "FINDER":
            return _no(400, "ILLEGAL_ARGUMENT", "no such finder")
        role = {"organization": self.page, "role": self.role, "state": "APPROVED", "roleAssignee": "urn:li:person:a1"}
        other = {**role, "organization": "urn:li:organization:99", "role": "ADMINISTRATOR"}
        return Reply(200, {"paging": {"start": 0, "count": 100}, "elements": [other, role]})

    def _begin(self, call: Call, _part: str) -> Reply:
        wanted = {"initializeUploadRequest": {"owner": self.page}}
        if call.query != {"action": "initializeUpload"} or call.json() != wanted:
            return _no(400, "INVALID_URN_ID", "owner is not one for whom you may upload")
        urn = f"urn:li:image:C4E10AQ{len(self.images):04}"
        self.images[urn] = {"content": b"", "looks": self.looks}
        url = f"{self.url}/dms-uploads/{len(self.images) - 1}?sig=a%2Bb"
        return Reply(200, {"value": {"uploadUrlExpiresAt": 1_900_000_000_000, "uploadUrl": url, "image": urn}})

    def _take(self, call: Call) -> Reply:
        number = int(call.path.rpartition("/")[2])
        if call.query != {"sig": "a+b"} or number >= len(self.images):
            return Reply(403, b"signature does not match")
        known = next((mime for sign, mime in _SIGNATURES.items() if call.body.startswith(sign)), "")
        if not known or call.mime != known:
            return Reply(415, {"status": 415, "code": "UNSUPPORTED_MEDIA_TYPE", "message": "not an image"})
        self.images[list(self.images)[number]]["content"] = call.body
        return Reply(201, b"")

    def _image(self, _call: Call, urn: str) -> Reply:
        image = self.images[urn]
        image["looks"] -= 1
        return Reply(200, {"id": urn, "status": "PROCESSING" if image["looks"] >= 0 else self.image_status})

    def _create(self, call: Call, _part: str) -> Reply:
        body = call.json()
        if refusal := _against_text(body, self.page) or self._against_content(body.get("content", {})):
            return _no(400, *refusal)
        standing = next((post.id for post in self.posts if post.raw["commentary"] == body["commentary"]), None)
        if standing and not self.takes_twice:
            return _duplicate(standing)
        return Reply(201, b"", {"x-restli-id": self.post(body).id, "x-linkedin-id": "old"})

    def post(self, body: dict[str, Any]) -> Posted:
        """What is posted now, here or by somebody else in the page's name: cut where the markup breaks."""
        now = int(datetime.now(UTC).timestamp() * 1000)
        urn = f"urn:li:{'ugcPost' if 'content' in body else 'share'}:{7_000_000_000_000_000_000 + len(self.posts)}"
        content = body.get("content", {})
        article = content.get("article", {})
        images = content.get("multiImage", {}).get("images") or [content[key] for key in content if key == "media"]
        if "thumbnail" in article:
            images = [{"id": article["thumbnail"]}]
        media = tuple((each.get("altText", ""), self.images[each["id"]]["content"]) for each in images)
        text, wrong = read(body["commentary"])
        post = Posted(urn, "" if wrong else text, None, media, article.get("source"), body)
        self.posts.append(post)
        self.made[urn] = now
        return post

    def _against_content(self, content: dict[str, Any]) -> tuple[str, str] | None:
        images, article = content.get("multiImage", {}).get("images"), content.get("article")
        if images is not None and not 2 <= len(images) <= 20:
            return "INVALID_VALUE_FOR_FIELD", "multiImage takes 2 to 20 images"
        if article is not None and not (article.get("source") and article.get("title")):
            return "MISSING_FIELD", "source and title are required"
        ids = [each["id"] for each in images or [content[key] for key in content if key == "media"]]
        ids += [article["thumbnail"]] if article and "thumbnail" in article else []
        if any(not self.images.get(urn, {}).get("content") for urn in ids):
            return "MEDIA_ASSET_WAITING_UPLOAD", "Media asset is waiting upload"
        return None

    def _shown(self, post: Posted) -> dict[str, Any]:
        made = self.made[post.id]
        return {
            "id": post.id,
            **post.raw,
            "commentary": re.sub(r"(?<!\S)\\#(\w+)", r"{hashtag|\\#|\1}", post.raw["commentary"]),
            "createdAt": made,
            "publishedAt": made,
            "lastModifiedAt": made,
            "lifecycleStateInfo": {"isEditedByAuthor": False},
            **self.more.get(post.id, {}),
        }

    def _posts(self, call: Call, _part: str) -> Reply:
        query = dict(call.query)
        start, count = int(query.pop("start", 0)), int(query.pop("count", 10))
        if query != {"q": "author", "author": self.page, "sortBy": "LAST_MODIFIED"} or count > 100:
            return _no(400, "ILLEGAL_ARGUMENT", f"no such query: {call.query}")
        if "urn%3Ali%3Aorganization%3A" not in call.url or call.headers.get("x-restli-method") != "FINDER":
            return _no(400, "ILLEGAL_ARGUMENT", "Invalid query parameters passed to request")
        latest = sorted(map(self._shown, self.posts[::-1]), key=lambda post: -(post["lastModifiedAt"] or 0))
        return Reply(200, {"paging": {"start": start, "count": count}, "elements": latest[start : start + count]})

    def _post(self, _call: Call, urn: str) -> Reply:
        found = next((post for post in self.posts if post.id == urn), None)
        return Reply(200, self._shown(found)) if found else _no(404, "NOT_FOUND", "Could not find entity")


def _against_text(body: dict[str, Any], page: str) -> tuple[str, str] | None:
    if set(body) - _FIELDS or body.get("distribution") != _DISTRIBUTION:
        return "ILLEGAL_ARGUMENT", "unknown fields"
    if body.get("author") != page or body.get("lifecycleState") != "PUBLISHED":
        return "INVALID_URN_ID", "author is not one for whom you may post"
    if len(body["commentary"].encode("utf-16-le")) > 6000:
        return "FIELD_LENGTH_TOO_LONG", "commentary exceeds 3000 characters"
    if not body["commentary"].strip() and not body.get("content"):
        return "MISSING_FIELD", "commentary is empty"
    return None


def _no(status: int, code: str, message: str) -> Reply:
    return Reply(status, {"status": status, "code": code, "message": message})


def _duplicate(urn: str) -> Reply:
    error = {"description": "Duplicate post is detected", "input": {}, "code": "DUPLICATE_POST"}
    words = f"com.linkedin.content.common.exception.BadRequestResponseException: Content is a duplicate of {urn}"
    return Reply(422, {"message": words, "errorDetails": {"inputErrors": [error]}, "status": 422})
