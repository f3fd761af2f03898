"""Bluesky, or any server of the AT Protocol, sent by the atproto SDK."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from math import ceil
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
from publisher.channels.bluesky_answers import (
    is_not_there,
    name_of,
    pause_after,
    place_of,
    rkey_of,
    uri_of,
    wait_of,
    words_of,
)
from publisher.channels.bluesky_cid import record_cid
from publisher.channels.bluesky_record import COLLECTION, completed, mentioned, record_in, record_of, tid, write_of
from publisher.channels.bluesky_server import Session, ask, blobs_of, call, client_of, log_in, results_of
from publisher.channels.images import UploadError, read_picture
from publisher.channels.pacing import turned_away, unposted
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

_WRITE = "com.atproto.repo.applyWrites"
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
        atomic=True,
        idempotency="a record key of our own, for ever; a thread goes out whole",
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
        """Each post's own part of the one request that carries the thread."""
        return [
            Request(
                "POST",
                f"{base_url(self.settings.api_url)}/xrpc/{_WRITE}",
                headers={"Authorization": f"Bearer {MASK}", "Content-Type": "application/json"},
                json={"repo": self._handle(), "writes": [write_of(record_of(post, variant.language))]},
                uploads=uploads(pictures_of(post)),
                reply_to=index - 1 if index else None,
            )
            for index, post in enumerate(variant.posts)
        ]

    def stamp(self, request: Request, at: datetime, seed: str) -> Request:
        position = 0 if request.reply_to is None else request.reply_to + 1
        moment = at.astimezone(UTC) + timedelta(milliseconds=position)
        rkey = tid(moment, seed)
        created = f"{moment:%Y-%m-%dT%H:%M:%S}.{moment.microsecond // 1000:03}Z"
        write = write_of({**record_in(request.json or {}), "createdAt": created}, rkey)
        return replace(request, json={**(request.json or {}), "writes": [write]}, key=rkey)

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
        return self.send_thread([request], after)[0]

    def send_thread(self, requests: Sequence[Request], after: Sequence[Receipt]) -> list[Receipt]:
        """One commit with all the records, each answering the one before it by a content id that is computed here.

        Source: lexicon com.atproto.repo.applyWrites. A repeat finds its record keys taken and writes nothing.
        """
        with self._quietly():
            try:
                session = self._open()
                writes = self._writes(session.client, session.did, requests, after)
            except Exception as error:  # noqa: BLE001 -- whatever it was, nothing has been posted yet
                return [self._unposted(error)] * len(requests)
            try:
                said = call(session.client, _WRITE, {"repo": session.did, "writes": writes})
                sent = [self._sent(each) for each in results_of(said, len(writes))]
            except Exception as error:  # noqa: BLE001 -- whatever it was, the posts may stand there
                outcome, refusal = self._outcome(error), answer_in(error)
                # Whoever sends elsewhere need not have stopped the posts on their way there.
                if refusal and refusal.status < 400:
                    outcome = replace(outcome, outcome="unknown")
                return [outcome] * len(requests)
        return [*sent[:-1], replace(sent[-1], wait=pause)] if (pause := pause_after(said.headers)) else sent

    def find(self, request: Request) -> Receipt | None:
        with self._quietly():
            try:
                found = self._stored(self._open().client, request.key)
                theirs, ours = as_mapping(found.get("value")), record_in(request.json or {})
                if any(theirs.get(name) != ours.get(name) for name in ("text", "createdAt")):
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
                password = self.settings.app_password.get_secret_value()
                self._session = log_in(client, self._handle(), password)
            finally:
                if self._session is None:
                    client.request.close()
        return self._session

    def _stored(self, client: Any, rkey: str) -> Mapping[str, Any]:
        """The answer of `getRecord` for a post of this account."""
        place = {"repo": self._handle(), "collection": COLLECTION, "rkey": rkey}
        return ask(client, "com.atproto.repo.getRecord", place)

    def _writes(
        self, client: Any, did: str, requests: Sequence[Request], after: Sequence[Receipt]
    ) -> list[dict[str, Any]]:
        """What makes the records, with everything in them that only the network knows."""
        stand = [self._reference(client, receipt) for receipt in after]
        writes = []
        for request in requests:
            record = record_in(request.json or {})
            dids = {handle: self._did(client, handle) for handle in mentioned(record)}
            record = completed(
                record, blobs_of(client, [read_picture(each, _IMAGES) for each in request.uploads]), dids
            )
            if request.reply_to is not None:
                record["reply"] = {"root": stand[0], "parent": stand[request.reply_to]}
            stand.append({"uri": uri_of(did, request.key), "cid": record_cid(record)})
            writes.append(write_of(record, request.key))
        return writes

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

    def _sent(self, stored: Mapping[str, Any]) -> Receipt:
        uri, cid = as_words(stored.get("uri")), as_words(stored.get("cid"))
        if not uri.startswith("at://"):
            raise OddAnswerError("Bluesky answered without the address of a post")
        url = f"https://bsky.app/profile/{self._handle()}/post/{rkey_of(uri)}"
        return Receipt("sent", id=uri, url=url, data={"cid": cid} if cid else {})

    def _unposted(self, error: Exception) -> Receipt:
        """An error before anything was posted: images that are uploaded twice are the same to the network."""
        return unposted(self._outcome(error))

    def _outcome(self, error: Exception) -> Receipt:
        """What an error means. Source: https://docs.bsky.app/docs/api/com-atproto-repo-create-record.

        | answer | meaning |
        | --- | --- |
        | 4xx | refused, in the server's words |
        | 400 ExpiredToken, InvalidToken | refused; tried again at once with a new session |
        | 401 | refused, naming the settings to check |
        | 429 | refused, with the time to wait |
        | 503 with Retry-After | refused, with the time to wait |
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
        wait = turned_away(status, refusal.headers)
        if wait is not None:
            return Receipt("refused", error=one_line(words, secrets), wait=wait)
        if not 300 <= status < 500:
            return Receipt("unknown", error=one_line(words, secrets))
        if status < 400:
            words = redirects(base_url(self.settings.api_url))
        elif status == 429:
            wait = wait_of(refusal.headers)
            words = too_many("Bluesky", ceil(wait))
        elif name_of(refusal) in {"ExpiredToken", "InvalidToken"}:
            self.close()
            wait, words = 0.0, f"the session is over ({said}); run again"
        elif status == 401:
            self.close()
            words = f"Bluesky does not take this log-in ({said or status}): check handle and app_password"
        else:
            words = said or words
        return Receipt("refused", error=one_line(words, secrets), wait=wait)
