"""A Bluesky server (PDS): sessions, records and blobs, stricter than the reference about facets and references."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from datetime import datetime
from typing import Any

import regex
from servers.base import Call, Posted, Reply, Server
from servers.dag_cbor import blob_cid, record_cid

_POST = "app.bsky.feed.post"
_TID = re.compile(r"[234567abcdefghij][234567abcdefghijklmnopqrstuvwxyz]{12}")
_KNOWN = {"$type", "text", "facets", "langs", "embed", "reply", "createdAt", "tags", "labels"}
_FEATURES = {
    "app.bsky.richtext.facet#link": "uri",
    "app.bsky.richtext.facet#tag": "tag",
    "app.bsky.richtext.facet#mention": "did",
}
_URI = re.compile(r"\w+:(?://)?[^\s/]\S*")
_BLOB_MOST = 2_000_000
_CREATE = "com.atproto.repo.applyWrites#create"
_WRITE = {"$type", "collection", "rkey", "value"}
_WRITES_MOST = 200
_POINTS = 5_000
_POINTS_A_POST = 3


class BlueskyServer(Server):
    """`status` makes the account one that is not active, `points` are left until `reset` (seconds since 1970), and
    `commits` holds what each write made, together.
    """

    handle = "harbour.example"
    did = "did:plc:harbour7news2example3"
    app_password = "abcd-efgh-ijkl-mnop"

    def __init__(self) -> None:
        self.records: dict[str, dict[str, Any]] = {}
        self.blobs: dict[str, bytes] = {}
        self.tokens: set[str] = set()
        self.commits: list[list[str]] = []
        self.status = ""
        self.points = _POINTS
        self.reset = int(time.time()) + 3600
        self.known = {self.handle: self.did, "ada.example": "did:plc:adamoor2of3harbour4"}
        super().__init__()

    def settings(self) -> dict[str, str]:
        return {"type": "bluesky", "handle": self.handle, "app_password": self.app_password, "api_url": self.url}

    def publishes(self, call: Call) -> bool:
        return call.path.endswith((".createRecord", ".putRecord", ".applyWrites"))

    def too_many(self) -> Reply:
        body = {"error": "RateLimitExceeded", "message": "Rate Limit Exceeded"}
        return Reply(429, body, {"ratelimit-limit": "30", "ratelimit-remaining": "0", "retry-after": "287"})

    def _limits(self) -> dict[str, str]:
        left = {"ratelimit-limit": _POINTS, "ratelimit-remaining": self.points, "ratelimit-reset": self.reset}
        return {**{name: str(value) for name, value in left.items()}, "ratelimit-policy": f"{_POINTS};w=3600"}

    def expired(self) -> Reply:
        self.tokens.clear()
        return _error(400, "ExpiredToken", "Token has expired")

    def answer(self, call: Call) -> Reply:  # noqa: PLR0911 -- one answer a method
        method = call.path.removeprefix("/xrpc/com.atproto.")
        if (call.method, method) == ("POST", "server.createSession"):
            return self._session(call)
        if (call.method, method) == ("GET", "repo.getRecord"):
            return self._get(call)
        if (call.method, method) == ("GET", "identity.resolveHandle"):
            did = self.known.get(call.query.get("handle", ""))
            return Reply(200, {"did": did}) if did else _error(400, "InvalidRequest", "Unable to resolve handle")
        if call.headers.get("authorization", "").removeprefix("Bearer ") not in self.tokens:
            return _error(401, "AuthMissing", "Authentication Required")
        if (call.method, method) == ("GET", "server.getSession"):
            return Reply(200, {"email": "press@harbour.example", **self._account()})
        if (call.method, method) == ("POST", "repo.uploadBlob"):
            return self._upload(call)
        if (call.method, method) == ("POST", "repo.createRecord"):
            return self._create(call)
        if (call.method, method) == ("POST", "repo.applyWrites"):
            return self._apply(call)
        return _error(501, "MethodNotImplemented", "Method Not Implemented")

    def _account(self) -> dict[str, Any]:
        account = {"handle": self.handle, "did": self.did, "active": not self.status}
        return {**account, "status": self.status} if self.status else account

    def _session(self, call: Call) -> Reply:
        body = call.json()
        if body.get("identifier") not in (self.handle, self.did) or body.get("password") != self.app_password:
            return _error(401, "AuthenticationRequired", "Invalid identifier or password")
        token = f"access-{len(self.tokens) + len(self.requests)}"
        self.tokens.add(token)
        return Reply(200, {"accessJwt": token, "refreshJwt": f"refresh-{token}", **self._account()})

    def _get(self, call: Call) -> Reply:
        if call.query.get("repo") not in (self.handle, self.did):
            return _error(400, "InvalidRequest", f"Could not find repo: {call.query.get('repo')}")
        uri = f"at://{self.did}/{call.query.get('collection')}/{call.query.get('rkey')}"
        if uri not in self.records:
            return _error(400, "RecordNotFound", f"Could not locate record: {uri}")
        return Reply(200, {"uri": uri, "cid": record_cid(self.records[uri]), "value": self.records[uri]})

    def _upload(self, call: Call) -> Reply:
        if not call.mime.startswith("image/") or not call.body:
            return _error(400, "InvalidRequest", "Request encoding (Content-Type) required but not provided")
        link = blob_cid(call.body)
        self.blobs[link] = call.body
        blob = {"$type": "blob", "ref": {"$link": link}, "mimeType": call.mime, "size": len(call.body)}
        return Reply(200, {"blob": blob})

    def _create(self, call: Call) -> Reply:
        body = call.json()
        if unknown := set(body) - {"repo", "collection", "rkey", "record", "validate"}:
            return _error(400, "InvalidRequest", f"Input has unknown fields {sorted(unknown)}")
        write = {"collection": body.get("collection"), "rkey": body.get("rkey"), "value": body.get("record", {})}
        reply = self._write(body, [write])
        if reply.status != 200:
            return reply
        [result] = reply.body["results"]
        return Reply(200, {**result, "commit": reply.body["commit"]}, reply.headers)

    def _apply(self, call: Call) -> Reply:
        body = call.json()
        writes = body.get("writes")
        if not isinstance(writes, list) or set(body) - {"repo", "writes", "validate"}:
            return _error(400, "InvalidRequest", "Input must have the properties repo and writes, and no others")
        if any(write.get("$type") != _CREATE or set(write) - _WRITE for write in writes):
            return _error(400, "InvalidRequest", "Input/writes must be creations")
        if len(writes) > _WRITES_MOST:
            return _error(400, "InvalidRequest", f"Too many writes. Max: {_WRITES_MOST}")
        reply = self._write(body, writes)
        for result in reply.body.get("results", ()):
            result["$type"] = "com.atproto.repo.applyWrites#createResult"
        return reply

    def _write(self, body: dict[str, Any], writes: list[dict[str, Any]]) -> Reply:  # noqa: PLR0911 -- a refusal each
        """All of the writes, or none."""
        if body.get("repo") not in (self.handle, self.did):
            return _error(400, "InvalidRequest", "Account not found")
        if self.status:
            return _error(401, "AccountDeactivated", "Account is deactivated")
        if self.points < _POINTS_A_POST * len(writes):
            self.points = 0
            wait = str(max(self.reset - int(time.time()), 0))
            return Reply(429, self.too_many().body, {**self._limits(), "retry-after": wait})
        self.points -= _POINTS_A_POST * len(writes)
        new = [(f"at://{self.did}/{_POST}/{write.get('rkey')}", write["value"]) for write in writes]
        cids = {uri: record_cid(record) for uri, record in new}
        if body.get("validate") is not False:
            for number, write in enumerate(writes):
                if fault := self._fault_of(write, cids):
                    words = f"Invalid {_POST} record: {fault} at $.writes[{number}].record"
                    return _error(400, "InvalidRequest", words)
        if lost := [link for _, record in new for link in _links(record) if link not in self.blobs]:
            return _error(400, "BlobNotFound", f"Could not find blob: {lost[0]}")
        if len(cids) < len(new) or any(uri in self.records for uri in cids):
            return _error(500, "InternalServerError", "Internal Server Error")
        self.records.update(new)
        self.posts += [self._posted(uri, record) for uri, record in new]
        self.commits.append(list(cids))
        results = [{"uri": uri, "cid": cid, "validationStatus": "valid"} for uri, cid in cids.items()]
        commit = {"cid": record_cid({"commit": len(self.commits)}), "rev": writes[-1]["rkey"] if writes else ""}
        return Reply(200, {"commit": commit, "results": results}, self._limits())

    def _posted(self, uri: str, record: dict[str, Any]) -> Posted:
        embed = record.get("embed", {})
        images = tuple((image["alt"], self.blobs[image["image"]["ref"]["$link"]]) for image in embed.get("images", ()))
        parent = record.get("reply", {}).get("parent", {}).get("uri")
        return Posted(uri, record["text"], parent, images, embed.get("external", {}).get("uri"), record)

    def _fault_of(self, write: dict[str, Any], cids: dict[str, str]) -> str:
        record, rkey = write["value"], write.get("rkey")
        checks = (
            (write.get("collection") == record.get("$type") == _POST, "collection and $type differ"),
            (set(record) <= _KNOWN, f"unknown field {sorted(set(record) - _KNOWN)}"),
            (isinstance(rkey, str) and _TID.fullmatch(rkey), "rkey must be a TID"),
            (isinstance(record.get("text"), str), "text must be a string"),
            (len(regex.findall(r"\X", str(record.get("text")))) <= 300, "text must not be longer than 300 graphemes"),
            (len(str(record.get("text")).encode()) <= 3000, "text must not be longer than 3000 bytes"),
            (_is_datetime(record.get("createdAt")), "createdAt must be an RFC 3339 datetime"),
            (len(record.get("langs", ())) <= 3, "langs must not have more than 3 elements"),
            (_facets_hold(record), "facets must lie within the text, in order, each a link, a tag or a mention"),
            (self._reply_holds(record, cids), "reply must name records that exist, with their cid"),
            (_embed_holds(record), "embed must be one to four images, or an external card"),
        )
        return next((words for holds, words in checks if not holds), "")

    def _reply_holds(self, record: dict[str, Any], cids: dict[str, str]) -> bool:
        """Whether both ends stand in the repository or come with the same write, each with its true CID."""
        if "reply" not in record:
            return True
        ends = [record["reply"].get("root", {}), record["reply"].get("parent", {})]
        return all(self._is_true(end.get("uri"), end.get("cid"), cids) for end in ends)

    def _is_true(self, uri: Any, cid: Any, cids: dict[str, str]) -> bool:
        if uri in cids:
            return cids[uri] == cid
        return uri in self.records and record_cid(self.records[uri]) == cid


def _facets_hold(record: dict[str, Any]) -> bool:
    text = record["text"].encode() if isinstance(record.get("text"), str) else b""
    at = 0
    for facet in record.get("facets", ()):
        start, end = facet["index"]["byteStart"], facet["index"]["byteEnd"]
        if not at <= start < end <= len(text):
            return False
        try:
            text[start:end].decode()
        except UnicodeDecodeError:
            return False
        for feature in facet["features"]:
            value = feature.get(_FEATURES.get(feature.get("$type"), ""), "")
            wrong_did = "did" in feature and not re.fullmatch(r"did:[a-z]+:[\w.:%-]+", value)
            if not value or wrong_did or ("uri" in feature and not _URI.fullmatch(value)):
                return False
        at = end
    return True


def _embed_holds(record: dict[str, Any]) -> bool:
    embed = record.get("embed")
    if embed is None:
        return True
    if embed["$type"] == "app.bsky.embed.external":
        card = embed["external"]
        return (
            {"uri", "title", "description"} == set(card) - {"thumb"}
            and all(isinstance(value, str) for name, value in card.items() if name != "thumb")
            and card.get("thumb", {"size": 0})["size"] <= _BLOB_MOST
        )
    if embed["$type"] != "app.bsky.embed.images" or not 1 <= len(embed["images"]) <= 4:
        return False
    return all(isinstance(image.get("alt"), str) and image["image"]["size"] <= _BLOB_MOST for image in embed["images"])


def _links(value: Any) -> Iterator[str]:
    """The CIDs of all blobs that a record shows."""
    if isinstance(value, dict) and value.get("$type") == "blob":
        yield value["ref"]["$link"]
    elif isinstance(value, dict | list):
        for inner in value.values() if isinstance(value, dict) else value:
            yield from _links(inner)


def _error(status: int, name: str, message: str) -> Reply:
    return Reply(status, {"error": name, "message": message})


def _is_datetime(value: Any) -> bool:
    try:
        return "T" in value and datetime.fromisoformat(value).tzinfo is not None
    except (TypeError, ValueError):
        return False
