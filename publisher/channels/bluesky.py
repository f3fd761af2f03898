"""Bluesky, or any server of the AT Protocol, sent by the atproto SDK."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import monotonic
from typing import Any

from pydantic import Field, SecretStr

from publisher.channels.base import (
    MASK,
    Account,
    Channel,
    ChannelError,
    ChannelSettings,
    Receipt,
    Request,
    WebAddress,
)
from publisher.channels.bluesky_answers import is_not_there, name_of, place_of, rkey_of, seconds_to_wait, words_of
from publisher.channels.bluesky_record import COLLECTION, completed, mentioned, record_of, tid
from publisher.channels.bluesky_server import Session, ask, call, client_of, upload
from publisher.channels.images import UploadError, read_picture
from publisher.channels.refusals import answered, redirects, too_many
from publisher.channels.wire import (
    OddAnswerError,
    answer_in,
    as_mapping,
    as_words,
    base_url,
    masked_logs,
    no_answer,
    one_line,
    pictures_of,
    uploads,
)
from publisher.compose.model import Capabilities, ImageRules, Limit, Variant
from publisher.text.counting import graphemes, utf8_bytes

_LOGGERS = ("httpx", "httpcore.http11", "httpcore.connection")
_SESSION_SECONDS = 60 * 60  # an access token lives for two hours
_IMAGES = ImageRules(("image/jpeg", "image/png", "image/gif", "image/webp"), most_bytes=1_000_000)


class BlueskySettings(ChannelSettings):
    handle: str = Field(description="Handle of the account that posts, as in `press.example.org`.")
    app_password: SecretStr = Field(description="An app password of the account (Settings, Privacy and security).")
    api_url: WebAddress = Field(default="https://bsky.social", description="The account's server (PDS).")


class Bluesky(Channel):
    type = "bluesky"
    Settings = BlueskySettings
    settings: BlueskySettings
    capabilities = Capabilities(
        layouts=("thread", "single"),
        limits=(Limit(300, "graphemes", graphemes), Limit(3000, "bytes", utf8_bytes)),
        media_max=4,
        images=_IMAGES,
        alt_max=2000,
        card=True,
        labelled_links=True,
        mentions="handle",
        readable=True,
        idempotency="a record key of our own, for ever",
        read_back="by record key",
        edit="no",
        delete="at any time",
    )
    timeouts = (10.0, 60.0)
    """Seconds to connect, and to wait for an answer."""

    _session: Session | None = None

    def __init__(self, name: str, settings: ChannelSettings, folder: Path) -> None:
        super().__init__(name, settings, folder)
        self._dids: dict[str, str] = {}

    def render(self, variant: Variant) -> list[Request]:
        return [
            Request(
                "POST",
                f"{base_url(self.settings.api_url)}/xrpc/com.atproto.repo.createRecord",
                headers={"Authorization": f"Bearer {MASK}", "Content-Type": "application/json"},
                json={"repo": self._handle(), "collection": COLLECTION, "record": record_of(post, variant.language)},
                uploads=uploads(pictures_of(post)),
                reply_to=index - 1 if index else None,
            )
            for index, post in enumerate(variant.posts)
        ]

    def stamp(self, request: Request, at: datetime, seed: str) -> Request:
        position = 0 if request.reply_to is None else request.reply_to + 1
        moment = at.astimezone(UTC) + timedelta(milliseconds=position)
        rkey = tid(moment, seed)
        body = dict(request.json or {})
        body["rkey"] = rkey
        body["record"] = {**body["record"], "createdAt": f"{moment:%Y-%m-%dT%H:%M:%S}.{moment.microsecond // 1000:03}Z"}
        return replace(request, json=body, key=rkey)

    def whoami(self) -> Account:
        with self._quietly():
            try:
                session = self._open()
                for handle in self._known_handles():  # now, so that no thread breaks off for a slip in one of them
                    self._did(session.client, handle)
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
                return self._sent(call(client, "com.atproto.repo.createRecord", body))
            except Exception as error:  # noqa: BLE001 -- whatever it was, the post may stand there
                outcome, refusal = self._outcome(error), answer_in(error)
        # Whoever sends elsewhere need not have stopped the post on its way there.
        return replace(outcome, outcome="unknown") if refusal and refusal.status < 400 else outcome

    def find(self, request: Request) -> Receipt | None:
        with self._quietly():
            try:
                found = self._stored(self._open().client, request.key)
                if as_mapping(found.get("value")).get("text") != (request.json or {})["record"]["text"]:
                    return Receipt("unknown", error=f"another post stands under the record key {request.key}")
                return self._sent(found)
            except Exception as error:  # noqa: BLE001 -- anything but a clear answer says nothing about the post
                if is_not_there(error):
                    return None
                return Receipt("unknown", error=f"the post cannot be looked up: {self._outcome(error).error}")

    def receipt_for(self, url: str, request: Request) -> Receipt:
        whose, rkey = place_of(url)
        with self._quietly():
            try:
                session = self._open()
                own = {name.casefold() for name in (self._handle(), session.handle, session.did)}
                is_own = whose.removeprefix("@").casefold() in own
                receipt = self._sent(self._stored(session.client, rkey)) if is_own else None
            except Exception as error:
                words = f"there is no post at {one_line(url)}" if is_not_there(error) else self._outcome(error).error
                raise ChannelError(words) from error
        if receipt is None:
            raise ChannelError(f"{one_line(url)} is a post of another account than {self._handle()}")
        return receipt

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

    def _open(self) -> Session:
        """The session, opened by `createSession` alone: a log-in by the SDK would ask for a profile as well."""
        if self._session is not None and monotonic() - self._session.opened > _SESSION_SECONDS:
            self.close()
        if self._session is None:
            client = client_of(base_url(self.settings.api_url), self.timeouts)
            try:
                self._session = self._log_in(client)
            finally:
                if self._session is None:
                    client.request.close()
        return self._session

    def _log_in(self, client: Any) -> Session:
        login = {"identifier": self._handle(), "password": self.settings.app_password.get_secret_value()}
        account = call(client, "com.atproto.server.createSession", login)
        token, did = as_words(account.get("accessJwt")), as_words(account.get("did"))
        if not token or not did:
            raise OddAnswerError("Bluesky answered the log-in without a session")
        client.request.add_additional_header("Authorization", f"Bearer {token}")
        return Session(client, as_words(account.get("handle")) or self._handle(), did, token, monotonic())

    def _stored(self, client: Any, rkey: str) -> Mapping[str, Any]:
        """The answer of `getRecord` for a post of this account."""
        place = {"repo": self._handle(), "collection": COLLECTION, "rkey": rkey}
        return ask(client, "com.atproto.repo.getRecord", place)

    def _body(self, client: Any, request: Request, after: Sequence[Receipt]) -> dict[str, Any]:
        body = dict(request.json or {})
        dids = {handle: self._did(client, handle) for handle in mentioned(body["record"])}
        record = completed(body["record"], self._blobs(client, request), dids)
        if request.reply_to is not None:
            root, parent = after[0], after[request.reply_to]
            record["reply"] = {"root": self._reference(client, root), "parent": self._reference(client, parent)}
        return {**body, "record": record}

    def _reference(self, client: Any, receipt: Receipt) -> dict[str, str]:
        cid = receipt.data.get("cid") or as_words(self._stored(client, rkey_of(receipt.id or "")).get("cid"))
        if not receipt.id or not cid:
            raise OddAnswerError("the post that this one answers has no content id on Bluesky")
        return {"uri": receipt.id, "cid": cid}

    def _known_handles(self) -> list[str]:
        """The handles that posts of this channel may mention, by channels.yaml."""
        return [handle.removeprefix("@") for handle in self.accounts().values()]

    def _did(self, client: Any, handle: str) -> str:
        """Whose handle it is. Source: lexicon com.atproto.identity.resolveHandle."""
        if handle not in self._dids:
            try:
                answer = ask(client, "com.atproto.identity.resolveHandle", {"handle": handle})
            except Exception as error:
                refusal = answer_in(error)
                if refusal is None or refusal.status != 400:
                    raise
                raise UploadError(f"nobody here is called @{handle}: correct it under organisation.mentions") from error
            if not as_words(answer.get("did")).startswith("did:"):
                raise OddAnswerError(f"Bluesky answered without an identity for @{handle}")
            self._dids[handle] = str(answer["did"])
        return self._dids[handle]

    def _blobs(self, client: Any, request: Request) -> list[dict[str, Any]]:
        """The images, uploaded in their order: what the record says of each."""
        pictures = [read_picture(upload, _IMAGES) for upload in request.uploads]
        blobs = []
        for picture in pictures:
            if not (blob := upload(client, picture.content, picture.mime)):
                raise OddAnswerError("Bluesky answered without a reference for an image")
            blobs.append({"image": blob, "aspectRatio": {"width": picture.width, "height": picture.height}})
        return blobs

    def _sent(self, stored: Mapping[str, Any]) -> Receipt:
        uri, cid = as_words(stored.get("uri")), as_words(stored.get("cid"))
        if not uri.startswith("at://"):
            raise OddAnswerError("Bluesky answered without the address of a post")
        url = f"https://bsky.app/profile/{self._handle()}/post/{rkey_of(uri)}"
        return Receipt("sent", id=uri, url=url, data={"cid": cid} if cid else {})

    def _outcome(self, error: Exception) -> Receipt:
        """What an error means. Source: https://docs.bsky.app/docs/api/com-atproto-repo-create-record.

        | answer | meaning |
        | --- | --- |
        | 4xx | refused, in the server's words |
        | 401 | refused, naming the settings to check |
        | 429 | refused, with the time to wait |
        | 3xx | refused; unknown where a post was to be made |
        | 5xx (also for a record key that is taken), anything else | unknown |
        | no connection | refused |
        """
        secrets = self._secrets()
        if isinstance(error, UploadError):
            return Receipt("refused", error=str(error))
        if isinstance(error, OddAnswerError):
            return Receipt("unknown", error=one_line(error, secrets))
        refusal = answer_in(error)
        if refusal is None:
            return no_answer(error, self.settings.api_url, secrets)
        status, said = refusal.status, words_of(refusal)
        words = answered("Bluesky", status, said)
        if not 300 <= status < 500:
            return Receipt("unknown", error=one_line(words, secrets))
        if status < 400:
            words = redirects(base_url(self.settings.api_url))
        elif status == 429:
            words = too_many("Bluesky", seconds_to_wait(refusal))
        elif name_of(refusal) in {"ExpiredToken", "InvalidToken"}:
            self.close()
            words = f"the session is over ({said}); run again"
        elif status == 401:
            self.close()
            words = f"Bluesky does not take this log-in ({said or status}): check handle and app_password"
        else:
            words = said or words
        return Receipt("refused", error=one_line(words, secrets))
