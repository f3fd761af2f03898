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

from publisher.channels import pacing
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
    idleness,
    is_not_there,
    is_session_over,
    meaning,
    pause,
    place_of,
    rkey_of,
)
from publisher.channels.bluesky_record import COLLECTION, completed, mentioned, record_of, tid
from publisher.channels.bluesky_server import Answer, Session, ask, blobs_of, call, client_of, did_of, session_now
from publisher.channels.bluesky_thread import Reference, Thread, answered_by, is_ours, record_in, thread_of, write_of
from publisher.channels.images import UploadError, read_picture
from publisher.channels.look import Fold, Look
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
from publisher.config.secrets import remember
from publisher.text.counting import graphemes, utf8_bytes

_LOGGERS = ("httpx", "httpcore.http11", "httpcore.connection")
_WRITE = "com.atproto.repo.applyWrites"
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
    look = Look(accent=("#0b64d2", "#4ca2ff"), thread_line=True, fold=Fold(25, "Show more"))
    """The app folds a text with so many line breaks. Source: bluesky-social/social-app, MAX_POST_LINES, Post.tsx."""
    capabilities = Capabilities(
        layouts=("thread", "single"),
        limits=(Limit(300, "graphemes", graphemes), Limit(3000, "bytes", utf8_bytes)),
        media_max=4,
        images=_IMAGES,
        alt_max=2000,
        card=True,
        labelled_links=True,
        mentions="handle",
        atomic=True,
        readable=True,
        idempotency="record keys of our own, for ever; a thread stands whole or not at all",
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

    def byline(self) -> str:
        return f"@{self._handle()}"

    def render(self, variant: Variant) -> list[Request]:
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
        body = {**(request.json or {}), "writes": [write_of({**record_in(request), "createdAt": created}, rkey)]}
        return replace(request, json=body, key=rkey)

    def whoami(self) -> Account:
        with self._quietly():
            try:
                session = self._open()
                idle = session.idle or idleness(session_now(session.client))
                for handle in self._known_handles():  # now, so that nobody learns of a slip while the release waits
                    self._did(session.client, handle)
            except Exception as error:
                raise ChannelError(self._outcome(error).error) from error
        if idle:
            raise ChannelError(one_line(f"the account @{session.handle} cannot post: Bluesky says that it is {idle}"))
        return Account(f"@{session.handle}", (session.did,))

    def send(self, request: Request, after: Sequence[Receipt]) -> Receipt:
        return self.send_thread([request], after)[0]

    def send_thread(self, requests: Sequence[Request], after: Sequence[Receipt]) -> list[Receipt]:
        with self._quietly():
            try:
                session = self._open()
                thread = self._thread(session, requests, after)
            except Exception as error:  # noqa: BLE001 -- whatever it was, nothing has been posted yet
                return [pacing.unposted(self._outcome(error))] * len(requests)
            try:
                return self._made(call(session.client, _WRITE, thread.body), thread)
            except Exception as error:  # noqa: BLE001 -- whatever it was, the posts may stand there
                outcome, refusal = self._outcome(error), answer_in(error)
        # Whoever sends elsewhere need not have stopped the posts on their way there.
        outcome = replace(outcome, outcome="unknown") if refusal and refusal.status < 400 else outcome
        return [outcome] * len(requests)

    def find(self, request: Request) -> Receipt | None:
        with self._quietly():
            try:
                session = self._open()
                found = self._stored(session.client, request.key)
                receipt = self._sent(found)
            except Exception as error:  # noqa: BLE001 -- anything but a clear answer says nothing about the post
                if is_not_there(error):
                    return None
                return Receipt("unknown", error=f"the post cannot be looked up: {self._outcome(error).error}")
        if is_ours(request, as_mapping(found.get("value")), session.did):
            return receipt
        return Receipt(
            "unknown", error=f"a post with another content stands under this one's key; look at {receipt.url}"
        )

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
        account = call(client, "com.atproto.server.createSession", login).body
        for name in ("accessJwt", "refreshJwt"):
            remember(as_words(account.get(name)))
        token, did = as_words(account.get("accessJwt")), as_words(account.get("did"))
        if not token or not did:
            raise OddAnswerError("Bluesky answered the log-in without a session")
        client.request.add_additional_header("Authorization", f"Bearer {token}")
        handle = as_words(account.get("handle")) or self._handle()
        return Session(client, handle, did, token, monotonic(), idleness(account))

    def _stored(self, client: Any, rkey: str) -> Mapping[str, Any]:
        """The answer of `getRecord` for a post of this account."""
        place = {"repo": self._handle(), "collection": COLLECTION, "rkey": rkey}
        return ask(client, "com.atproto.repo.getRecord", place)

    def _thread(self, session: Session, requests: Sequence[Request], after: Sequence[Receipt]) -> Thread:
        """What is to be written, once whom the posts mention, what they answer and what they show is known.

        Images go up last: where anything else is wrong, none of them lies about on the server.
        """
        records = [record_in(request) for request in requests]
        pictures = [[read_picture(upload, _IMAGES) for upload in request.uploads] for request in requests]
        client = session.client
        dids = {handle: self._did(client, handle) for record in records for handle in mentioned(record)}
        wanted = answered_by(requests, len(after))
        before = [self._reference(client, each) if at in wanted else None for at, each in enumerate(after)]
        whole = [
            completed(record, blobs_of(client, each), dids) for record, each in zip(records, pictures, strict=True)
        ]
        return thread_of(session.did, requests, whole, before)

    def _reference(self, client: Any, receipt: Receipt) -> Reference:
        cid = receipt.data.get("cid") or as_words(self._stored(client, rkey_of(receipt.id or "")).get("cid"))
        if not receipt.id or not cid:
            raise OddAnswerError("the post that this one answers has no content id on Bluesky")
        return Reference(receipt.id, cid)

    def _known_handles(self) -> list[str]:
        """The handles that posts of this channel may mention, by channels.yaml."""
        return [handle.removeprefix("@") for handle in self.accounts().values()]

    def _did(self, client: Any, handle: str) -> str:
        if handle not in self._dids:
            self._dids[handle] = did_of(client, handle)
        return self._dids[handle]

    def _made(self, answer: Answer, thread: Thread) -> list[Receipt]:
        """The receipts that the answer to a write is good for."""
        results = answer.body.get("results")
        if not isinstance(results, list) or len(results) != len(thread.posts):
            raise OddAnswerError("Bluesky answered without the addresses of the posts")
        wait = pause(answer.headers)
        return [
            replace(self._sent({"cid": post.cid, **as_mapping(each)}), wait=wait)
            for each, post in zip(results, thread.posts, strict=True)
        ]

    def _sent(self, stored: Mapping[str, Any]) -> Receipt:
        uri, cid = as_words(stored.get("uri")), as_words(stored.get("cid"))
        if not uri.startswith("at://"):
            raise OddAnswerError("Bluesky answered without the address of a post")
        url = f"https://bsky.app/profile/{self._handle()}/post/{rkey_of(uri)}"
        return Receipt("sent", id=uri, url=url, data={"cid": cid} if cid else {})

    def _outcome(self, error: Exception) -> Receipt:
        """What an error means. Source: https://docs.bsky.app/docs/api/com-atproto-repo-apply-writes.

        | answer | meaning | tried again |
        | --- | --- | --- |
        | 4xx | refused, in the server's words | no |
        | AccountDeactivated, AccountTakedown | refused, in the server's words | no |
        | 401 to the log-in | refused, naming the settings to check | no |
        | 401 to another call, ExpiredToken, InvalidToken | refused: the session is over | at once, in a new one |
        | 429 | refused | after Retry-After, else RateLimit-Reset |
        | 503 with Retry-After | refused | after that |
        | 3xx | refused; unknown where posts were to be made | no |
        | other 5xx (500: a record key that is taken), anything else | unknown; refused before the write | if refused |
        | no connection | refused | at once |
        """
        secrets = self._secrets()
        if isinstance(error, UploadError):
            return Receipt("refused", error=str(error))
        if isinstance(error, OddAnswerError):
            return Receipt("unknown", error=one_line(error, secrets))
        refusal = answer_in(error)
        if refusal is None:
            return no_answer(error, self.settings.api_url, secrets)
        outcome = meaning(refusal, base_url(self.settings.api_url), in_session=self._session is not None)
        if is_session_over(refusal):
            self.close()
        return replace(outcome, error=one_line(outcome.error, secrets))
