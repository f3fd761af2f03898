"""A Bluesky server (PDS): sessions, records and blobs, stricter than the reference about facets and references."""

from __future__ import annotations

import base64
import hashlib
import re
from datetime import datetime
from typing import Any

import regex
from servers.base import Call, Posted, Reply, Server

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


class BlueskyServer(Server):
    handle = "harbour.example"
    did = "did:plc:harbour7news2example3"
    app_password = "abcd-efgh-ijkl-mnop"

    def __init__(self) -> None:
        self.records: dict[str, dict[str, Any]] = {}
        self.blobs: dict[str, bytes] = {}
        self.tokens: set[str] = set()
        self.commits: dict[str, str] = {}
        self.revisions = 0
        self.known = {self.handle: self.did, "ada.example": "did:plc:adamoor2of3harbour4"}
        super().__init__()

    def settings(self) -> dict[str, str]:
        return {"type": "bluesky", "handle": self.handle, "app_password": self.app_password, "api_url": self.url}

    def publishes(self, call: Call) -> bool:
        return call.path.endswith((".createRecord", ".putRecord", ".applyWrites"))

    def too_many(self) -> Reply:
        body = {"error": "RateLimitExceeded", "message": "Rate Limit Exceeded"}
        return Reply(429, body, {"ratelimit-limit": "30", "ratelimit-remaining": "0", "retry-after": "287"})

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
        if (call.method, method) == ("POST", "repo.uploadBlob"):
            return self._upload(call)
        if (call.method, method) == ("POST", "repo.createRecord"):
            return self._create(call)
        if (call.method, method) == ("POST", "repo.applyWrites"):
            return self._apply(call)
        return _error(501, "MethodNotImplemented", "Method Not Implemented")

    def _session(self, call: Call) -> Reply:
        body = call.json()
        if body.get("identifier") not in (self.handle, self.did) or body.get("password") != self.app_password:
            return _error(401, "AuthenticationRequired", "Invalid identifier or password")
        token = f"access-{len(self.tokens) + len(self.requests)}"
        self.tokens.add(token)
        body = {"accessJwt": token, "refreshJwt": "refresh", "handle": self.handle, "did": self.did, "active": True}
        return Reply(200, body)

    def _get(self, call: Call) -> Reply:
        if call.query.get("repo") not in (self.handle, self.did):
            return _error(400, "InvalidRequest", f"Could not find repo: {call.query.get('repo')}")
        uri = f"at://{self.did}/{call.query.get('collection')}/{call.query.get('rkey')}"
        if uri not in self.records:
            return _error(400, "RecordNotFound", f"Could not locate record: {uri}")
        return Reply(200, {"uri": uri, "cid": _cid(self.records[uri]), "value": self.records[uri]})

    def _upload(self, call: Call) -> Reply:
        if not call.mime.startswith("image/") or not call.body:
            return _error(400, "InvalidRequest", "Request encoding (Content-Type) required but not provided")
        link = _content_id(b"\x01\x55", call.body)
        self.blobs[link] = call.body
        blob = {"$type": "blob", "ref": {"$link": link}, "mimeType": call.mime, "size": len(call.body)}
        return Reply(200, {"blob": blob})

    def _create(self, call: Call) -> Reply:
        body = call.json()
        if body.get("repo") not in (self.handle, self.did):
            return _error(400, "InvalidRequest", "Account not found")
        record, rkey = body.get("record", {}), body.get("rkey")
        if not set(body) <= {"repo", "collection", "rkey", "record", "validate"}:
            return _error(400, "InvalidRequest", "unknown input field")
        if fault := self._fault_of(body, record, rkey):
            return _error(400, "InvalidRequest", f"Invalid {_POST} record: {fault}")
        uri = f"at://{self.did}/{_POST}/{rkey}"
        if uri in self.records:
            return _error(500, "InternalServerError", "Internal Server Error")
        self._write(uri, record, self._commit())
        commit = {"cid": _cid(record), "rev": rkey}
        return Reply(200, {"uri": uri, "cid": _cid(record), "commit": commit, "validationStatus": "valid"})

    def _apply(self, call: Call) -> Reply:
        """All of it or nothing, in one commit; a record key that is taken is the server's own error, as on the PDS."""
        body = call.json()
        if body.get("repo") not in (self.handle, self.did):
            return _error(400, "InvalidRequest", "Account not found")
        writes = body.get("writes", [])
        if not writes or len(writes) > 200 or not set(body) <= {"repo", "writes", "validate", "swapCommit"}:
            return _error(400, "InvalidRequest", "Too many writes. Max: 200")
        before, taken = dict(self.records), False
        for index, write in enumerate(writes):
            record, rkey = write.get("value", {}), write.get("rkey")
            fault = self._fault_of(write, record, rkey)
            if set(write) != {"$type", "collection", "rkey", "value"}:
                fault = "unknown or missing field of a write"
            if write.get("$type") != "com.atproto.repo.applyWrites#create":
                fault = "this stand-in takes #create alone"
            if fault:
                self.records = before
                return _error(400, "InvalidRequest", f"Invalid {_POST} record at $.writes[{index}].value: {fault}")
            uri = f"at://{self.did}/{_POST}/{rkey}"
            taken = taken or uri in self.records
            self.records[uri] = record
        self.records = before
        if taken:
            return _error(500, "InternalServerError", "Internal Server Error")
        commit = self._commit()
        results = []
        for write in writes:
            uri = f"at://{self.did}/{_POST}/{write['rkey']}"
            self._write(uri, write["value"], commit)
            kind = "com.atproto.repo.applyWrites#createResult"
            results.append({"$type": kind, "uri": uri, "cid": _cid(write["value"]), "validationStatus": "valid"})
        return Reply(200, {"commit": {"cid": results[0]["cid"], "rev": commit}, "results": results})

    def _commit(self) -> str:
        """A new revision of the repository."""
        self.revisions += 1
        return f"3k{self.revisions:011}".translate(str.maketrans("0189", "2abc"))

    def _write(self, uri: str, record: dict[str, Any], commit: str) -> None:
        self.records[uri] = record
        self.commits[uri] = commit
        embed = record.get("embed", {})
        images = tuple((image["alt"], self.blobs[image["image"]["ref"]["$link"]]) for image in embed.get("images", ()))
        parent = record.get("reply", {}).get("parent", {}).get("uri")
        card = embed.get("external", {}).get("uri")
        self.posts.append(Posted(uri, record["text"], parent, images, card, record))

    def _fault_of(self, body: dict[str, Any], record: dict[str, Any], rkey: Any) -> str:
        checks = (
            (body.get("collection") == record.get("$type") == _POST, "collection and $type differ"),
            (set(record) <= _KNOWN, f"unknown field {sorted(set(record) - _KNOWN)}"),
            (isinstance(rkey, str) and _TID.fullmatch(rkey), "rkey must be a TID"),
            (isinstance(record.get("text"), str), "text must be a string"),
            (len(regex.findall(r"\X", str(record.get("text")))) <= 300, "text must not be longer than 300 graphemes"),
            (len(str(record.get("text")).encode()) <= 3000, "text must not be longer than 3000 bytes"),
            (_is_datetime(record.get("createdAt")), "createdAt must be an RFC 3339 datetime"),
            (len(record.get("langs", ())) <= 3, "langs must not have more than 3 elements"),
            (self._facets_hold(record), "facets must lie within the text, in order, each a link, a tag or a mention"),
            (self._reply_holds(record), "reply must name records that exist, with their cid"),
            (self._embed_holds(record), "embed must be images that were uploaded, or an external card"),
        )
        return next((words for holds, words in checks if not holds), "")

    def _facets_hold(self, record: dict[str, Any]) -> bool:
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

    def _reply_holds(self, record: dict[str, Any]) -> bool:
        if "reply" not in record:
            return True
        ends = [record["reply"].get("root", {}), record["reply"].get("parent", {})]
        return all(end.get("uri") in self.records and end["cid"] == _cid(self.records[end["uri"]]) for end in ends)

    def _embed_holds(self, record: dict[str, Any]) -> bool:
        embed = record.get("embed")
        if embed is None:
            return True
        if embed["$type"] == "app.bsky.embed.external":
            card = embed["external"]
            thumb = card.get("thumb")
            return (
                {"uri", "title", "description"} == set(card) - {"thumb"}
                and all(isinstance(value, str) for name, value in card.items() if name != "thumb")
                and (thumb is None or (thumb["size"] <= _BLOB_MOST and thumb["ref"]["$link"] in self.blobs))
            )
        if embed["$type"] != "app.bsky.embed.images" or not 1 <= len(embed["images"]) <= 4:
            return False
        return all(
            isinstance(image.get("alt"), str)
            and image["image"]["size"] <= _BLOB_MOST
            and image["image"]["ref"]["$link"] in self.blobs
            for image in embed["images"]
        )


def _error(status: int, name: str, message: str) -> Reply:
    return Reply(status, {"error": name, "message": message})


def _is_datetime(value: Any) -> bool:
    try:
        return "T" in value and datetime.fromisoformat(value).tzinfo is not None
    except (TypeError, ValueError):
        return False


def _cid(record: dict[str, Any]) -> str:
    return _content_id(b"\x01\x71", dag_cbor(record))


def _content_id(codec: bytes, content: bytes) -> str:
    digest = hashlib.sha256(content).digest()
    return "b" + base64.b32encode(codec + b"\x12\x20" + digest).decode().lower().rstrip("=")


def dag_cbor(value: Any) -> bytes:
    """JSON of the data model as DAG-CBOR, written from RFC 8949 and the DAG-CBOR specification alone."""
    if value is None or isinstance(value, bool):
        return {None: b"\xf6", False: b"\xf4", True: b"\xf5"}[value]
    if isinstance(value, int):
        return _head(0, value) if value >= 0 else _head(1, -1 - value)
    if isinstance(value, str):
        return _head(3, len(value.encode())) + value.encode()
    if isinstance(value, list):
        return _head(4, len(value)) + b"".join(map(dag_cbor, value))
    if set(value) == {"$link"}:
        link = value["$link"][1:].upper()
        raw = b"\0" + base64.b32decode(link + "=" * (-len(link) % 8))
        return _head(6, 42) + _head(2, len(raw)) + raw
    names = sorted(value, key=lambda name: (len(name.encode()), name.encode()))
    return _head(5, len(value)) + b"".join(dag_cbor(name) + dag_cbor(value[name]) for name in names)


def _head(major: int, number: int) -> bytes:
    if number < 24:
        return bytes([major << 5 | number])
    size = next(size for size in (1, 2, 4, 8) if number < 1 << 8 * size)
    return bytes([major << 5 | {1: 24, 2: 25, 4: 26, 8: 27}[size]]) + number.to_bytes(size, "big")
