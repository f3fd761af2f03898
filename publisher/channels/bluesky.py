"""Bluesky, or any server of the AT Protocol, sent by the atproto SDK."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from time import monotonic
from typing import Any

from pydantic import Field, SecretStr

from publisher.channels.base import MASK, Account, Channel, ChannelError, ChannelSettings, Receipt, Request
from publisher.channels.wire import (
    UploadError,
    base_url,
    is_loopback,
    masked_logs,
    no_answer,
    one_line,
    read_image,
    uploads,
)
from publisher.compose.model import Capabilities, Limit, Post, Variant
from publisher.text.counting import graphemes, utf8_bytes
from publisher.text.facets import facets

_COLLECTION = "app.bsky.feed.post"
_LOGGERS = ("httpx", "httpcore.http11", "httpcore.connection")
_IMAGE_MOST = 1_000_000
_SESSION_SECONDS = 60 * 60  # an access token lives for two hours
_TID_ALPHABET = "234567abcdefghijklmnopqrstuvwxyz"


class BlueskySettings(ChannelSettings):
    handle: str = Field(description="Handle of the account that posts, as in `press.example.org`.")
    app_password: SecretStr = Field(description="An app password of the account (Settings, Privacy and security).")
    api_url: str = Field(default="https://bsky.social", description="The account's server (PDS).")


@dataclass(frozen=True)
class _Session:
    client: Any
    handle: str
    did: str
    token: str
    opened: float


class Bluesky(Channel):
    type = "bluesky"
    Settings = BlueskySettings
    settings: BlueskySettings
    capabilities = Capabilities(
        layouts=("thread", "single"),
        limits=(Limit(300, "graphemes", graphemes), Limit(3000, "bytes", utf8_bytes)),
        media_max=4,
        media_types=("image/jpeg", "image/png", "image/gif", "image/webp"),
        alt_max=2000,
        card=True,
        readable=True,
        idempotency="a record key of our own, for ever",
        read_back="by record key",
        edit="no",
        delete="at any time",
    )
    timeouts = (10.0, 60.0)
    """Seconds to connect, and to wait for an answer."""

    _session: _Session | None = None

    def render(self, variant: Variant) -> list[Request]:
        return [
            Request(
                "POST",
                f"{base_url(self.settings.api_url)}/xrpc/com.atproto.repo.createRecord",
                headers={"Authorization": f"Bearer {MASK}", "Content-Type": "application/json"},
                json={"repo": self._handle(), "collection": _COLLECTION, "record": _record(post, variant.language)},
                uploads=uploads(post.media),
                reply_to=index - 1 if index else None,
            )
            for index, post in enumerate(variant.posts)
        ]

    def stamp(self, request: Request, at: datetime, seed: str) -> Request:
        position = 0 if request.reply_to is None else request.reply_to + 1
        moment = at.astimezone(UTC) + timedelta(milliseconds=position)
        rkey = _tid(moment, seed)
        body = dict(request.json or {})
        body["rkey"] = rkey
        body["record"] = {**body["record"], "createdAt": f"{moment:%Y-%m-%dT%H:%M:%S}.{moment.microsecond // 1000:03}Z"}
        return replace(request, json=body, key=rkey)

    def whoami(self) -> Account:
        with self._quietly():
            try:
                session = self._open()
            except Exception as error:
                raise ChannelError(self._outcome(error).error) from error
        return Account(f"@{session.handle}", (session.did,))

    def send(self, request: Request, after: Sequence[Receipt]) -> Receipt:
        with self._quietly():
            try:
                client = self._open().client
                body = self._body(client, request, after)
            except Exception as error:  # noqa: BLE001 -- whatever it was, nothing has been posted yet
                return Receipt("refused", error=self._outcome(error).error)
            try:
                # The SDK's own method would send the record as its models have it, with types that were not written.
                content = json.dumps(body, ensure_ascii=False).encode()
                answer = client.invoke_procedure(
                    "com.atproto.repo.createRecord", content=content, headers={"Content-Type": "application/json"}
                ).content
                return self._sent(answer["uri"], answer["cid"])
            except Exception as error:  # noqa: BLE001 -- whatever it was, the post may stand there
                return self._outcome(error)

    def find(self, request: Request) -> Receipt | None:
        body = request.json or {}
        place = {"repo": body["repo"], "collection": body["collection"], "rkey": request.key}
        with self._quietly():
            try:
                found = self._open().client.com.atproto.repo.get_record(place)
                if getattr(found.value, "text", None) != body["record"]["text"]:
                    return Receipt("unknown", error=f"another post stands under the record key {request.key}")
                return self._sent(found.uri, found.cid)
            except Exception as error:  # noqa: BLE001 -- anything but a clear answer says nothing about the post
                if _name(error) == "RecordNotFound":
                    return None
                return Receipt("unknown", error=f"the post cannot be looked up: {self._outcome(error).error}")

    def close(self) -> None:
        if self._session is not None:
            self._session.client.request.close()
            self._session = None

    def _handle(self) -> str:
        return self.settings.handle.strip().removeprefix("@")

    def _secrets(self) -> tuple[str, ...]:
        password = self.settings.app_password.get_secret_value()
        return (password, self._session.token) if self._session else (password,)

    @contextmanager
    def _quietly(self) -> Iterator[None]:
        with masked_logs(_LOGGERS, self._secrets()):
            yield

    def _open(self) -> _Session:
        """The session, opened by `createSession` alone: a log-in by the SDK would ask for a profile as well."""
        if self._session is not None and monotonic() - self._session.opened > _SESSION_SECONDS:
            self.close()
        if self._session is None:
            import httpx  # noqa: PLC0415 -- a dry run never gets here
            from atproto import Client  # noqa: PLC0415
            from atproto import Request as Http  # noqa: PLC0415

            connect, answer = self.timeouts
            http = Http(
                timeout=httpx.Timeout(answer, connect=connect),
                trust_env=not is_loopback(self.settings.api_url),
                # A kept socket that the server has let go looks like a lost answer.
                headers={"Connection": "close"},
                limits=httpx.Limits(max_keepalive_connections=0),
            )
            client = Client(base_url(self.settings.api_url), request=http)
            try:
                account = client.com.atproto.server.create_session(
                    {"identifier": self._handle(), "password": self.settings.app_password.get_secret_value()}
                )
            except Exception:
                http.close()
                raise
            http.add_additional_header("Authorization", f"Bearer {account.access_jwt}")
            self._session = _Session(client, account.handle, account.did, account.access_jwt, monotonic())
        return self._session

    def _body(self, client: Any, request: Request, after: Sequence[Receipt]) -> dict[str, Any]:
        body = dict(request.json or {})
        record = dict(body["record"])
        if request.uploads:
            record["embed"] = self._with_blobs(client, record["embed"], request)
        if request.reply_to is not None:
            record["reply"] = {"root": _reference(after[0]), "parent": _reference(after[request.reply_to])}
        return {**body, "record": record}

    def _with_blobs(self, client: Any, embed: Mapping[str, Any], request: Request) -> dict[str, Any]:
        contents = [
            read_image(upload, types=self.capabilities.media_types, most=_IMAGE_MOST) for upload in request.uploads
        ]
        images = []
        for image, upload, content in zip(embed["images"], request.uploads, contents, strict=True):
            # The SDK's own method hands bytes to httpx in a deprecated way.
            answer = client.invoke_procedure(
                "com.atproto.repo.uploadBlob", content=content, headers={"Content-Type": upload.mime}
            )
            images.append({**image, "image": answer.content["blob"]})
        return {**embed, "images": images}

    def _sent(self, uri: str, cid: str) -> Receipt:
        _, _, rkey = uri.rpartition("/")
        return Receipt("sent", id=uri, url=f"https://bsky.app/profile/{self._handle()}/post/{rkey}", data={"cid": cid})

    def _outcome(self, error: Exception) -> Receipt:
        """What an error means. Source: https://docs.bsky.app/docs/api/com-atproto-repo-create-record.

        | answer | meaning |
        | --- | --- |
        | 3xx, 4xx | refused, in the server's words |
        | 429 | refused, with the time to wait |
        | 5xx (also for a record key that is taken), anything else | unknown |
        | no connection | refused |
        """
        if isinstance(error, UploadError):
            return Receipt("refused", error=str(error))
        answer = getattr(error, "response", None)
        if answer is None:
            return no_answer(error, self.settings.api_url, self._secrets())
        name = _name(error)
        words = str(getattr(answer.content, "message", None) or name or answer.status_code)
        if answer.status_code >= 500:
            return Receipt(
                "unknown", error=one_line(f"Bluesky answered {answer.status_code}: {words}", self._secrets())
            )
        if name in {"ExpiredToken", "InvalidToken"}:
            self.close()
            words = f"the session is over ({words}); run again"
        if answer.status_code == 429:
            wait = getattr(error, "retry_after", None)
            words = f"too many requests to Bluesky; try again in {wait or 300:.0f} seconds"
        return Receipt("refused", error=one_line(words, self._secrets()))


def _name(error: Exception) -> str:
    """The lexicon's name of an error, as in `RecordNotFound`; empty where there is none."""
    return str(getattr(getattr(getattr(error, "response", None), "content", None), "error", None) or "")


def _record(post: Post, language: str) -> dict[str, Any]:
    text, found = facets(post.text)
    record: dict[str, Any] = {"$type": _COLLECTION, "text": text}
    if found:
        record["facets"] = found
    if language:
        record["langs"] = [language]
    if post.media:
        images = [{"alt": item.alt or ""} for item in post.media]  # the blob joins each once it is uploaded
        record["embed"] = {"$type": "app.bsky.embed.images", "images": images}
    elif post.card:
        card = {"uri": post.card.url, "title": post.card.title, "description": post.card.description}
        record["embed"] = {"$type": "app.bsky.embed.external", "external": card}
    return record


def _reference(receipt: Receipt) -> dict[str, str]:
    return {"uri": str(receipt.id), "cid": receipt.data["cid"]}


def _tid(moment: datetime, seed: str) -> str:
    """A record key: 53 bits of microseconds since 1970, and 10 bits of a clock id that is drawn from the seed.

    The microseconds within the moment's millisecond come from the seed too, so that two releases planned for the same
    second differ in more than the clock id. Source: https://atproto.com/specs/tid.
    """
    drawn = int.from_bytes(hashlib.sha256(seed.encode()).digest()[:4], "big")
    milliseconds = (moment - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(milliseconds=1)
    number = (milliseconds * 1000 + (drawn >> 10) % 1000) << 10 | drawn & 0x3FF
    return "".join(_TID_ALPHABET[number >> shift & 31] for shift in range(60, -1, -5))
