"""X, by its API v2 and an OAuth 1.0a user token, sent by tweepy."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import PurePath
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
    Upload,
    WebAddress,
)
from publisher.channels.images import UploadError, file_name, read_picture
from publisher.channels.look import Look
from publisher.channels.pacing import turned_away, unposted
from publisher.channels.refusals import answered, redirects, too_many
from publisher.channels.times import SKEW, dated, planned
from publisher.channels.wire import (
    OddAnswerError,
    answer_in,
    as_mapping,
    base_url,
    link_parts,
    masked_logs,
    no_answer,
    no_link,
    one_line,
    uploads,
)
from publisher.channels.x_answers import id_of, is_capped, is_duplicate, pause, phrase, until, words_of
from publisher.channels.x_notes import notes_on
from publisher.channels.x_session import TWEEPY_HOST, headers_of, session
from publisher.channels.x_timeline import FIELDS, find_among
from publisher.compose.model import Capabilities, ImageRules, Limit, Variant
from publisher.text.counting import weighted
from publisher.text.twitter_text import find_mentions

_LOGGERS = ("tweepy.client", "requests_oauthlib.oauth1_auth", "oauthlib.oauth1.rfc5849", "urllib3.connectionpool")
_PAGE = 100
_PAGES = 5
_KEYS = "check consumer_key, consumer_secret, access_token and access_token_secret, and that the token may write"
_WRITING = "in the developer portal, give the app Read and write, then make access_token anew"
_IMAGES = ImageRules(("image/jpeg", "image/png", "image/gif", "image/webp"), most_bytes=5_000_000)
_LINK = "https://x.com/NAME/status/NUMBER"


class XSettings(ChannelSettings):
    consumer_key: SecretStr = Field(description="API key of the app, from the developer portal.")
    consumer_secret: SecretStr = Field(description="API key secret of the app.")
    access_token: SecretStr = Field(description="Access token of the account that posts, with write permission.")
    access_token_secret: SecretStr = Field(description="Access token secret of the account that posts.")
    api_url: WebAddress = Field(default="https://api.x.com", description="Where the API is.")


class X(Channel):
    type = "x"
    Settings = XSettings
    settings: XSettings
    look = Look(accent=("#0f6fb8", "#2ba3f7"), thread_line=True)
    """No fold: what has 280 characters is shown whole."""
    capabilities = Capabilities(
        layouts=("single", "thread"),
        limits=(Limit(280, "weighted characters", weighted),),
        media_max=4,
        images=_IMAGES,
        alt_max=1000,
        mentions="handle",
        readable=True,
        settles_seconds=15.0,
        idempotency="none; a duplicate text is refused",
        read_back="the account's own timeline since this one was planned, up to 500 posts",
        edit="30 minutes and 5 edits, each with a new id",
        delete="at any time",
    )
    timeouts = (10.0, 60.0)
    """Seconds to connect, and to wait for an answer."""

    _opened: Any = None
    _me: Mapping[str, str] | None = None

    def render(self, variant: Variant) -> list[Request]:
        return [
            Request(
                "POST",
                f"{base_url(self.settings.api_url)}/2/tweets",
                headers={"Authorization": f"OAuth {MASK}", "Content-Type": "application/json"},
                json={"text": post.text.plain},
                uploads=uploads(post.media),
                reply_to=index - 1 if index else None,
            )
            for index, post in enumerate(variant.posts)
        ]

    def notes(self, requests: Sequence[Request]) -> Sequence[str]:
        """What the posts cost, and whom they notify without being asked to.

        Source: https://docs.x.com/x-api/getting-started/pricing.
        """
        texts = [str((request.json or {})["text"]) for request in requests]
        named = (text[mention.start : mention.end] for text in texts for mention in find_mentions(text))
        return notes_on(texts, self.strangers(named))

    def stamp(self, request: Request, at: datetime, seed: str) -> Request:
        """The key is the planned time in ISO 8601, a slash, and a hash: an older post of the same text is not ours."""
        stamped = super().stamp(request, at, seed)
        return replace(stamped, key=dated(stamped.key, at))

    def whoami(self) -> Account:
        with masked_logs(_LOGGERS, self._secrets()):
            try:
                me = self._user()
            except Exception as error:
                raise ChannelError(self._outcome(error).error) from error
        if me["access"] == "read":
            raise ChannelError(f"X lets this access token only read: {_WRITING}")
        return Account(f"@{me['username']}", (me["id"],))

    def send(self, request: Request, after: Sequence[Receipt]) -> Receipt:
        with masked_logs(_LOGGERS, self._secrets()):
            try:
                body = self._body(request, after)
            except Exception as error:  # noqa: BLE001 -- whatever it was, nothing has been posted yet
                return unposted(self._outcome(error))
            try:
                answer = self._client().request("POST", "/2/tweets", json=body, user_auth=True)
                if post_id := id_of(as_mapping(answer.json()).get("data")):
                    return replace(self._sent(post_id), wait=pause(headers_of(answer)))
                return Receipt("unknown", error="X answered without the number of a post")
            except Exception as error:  # noqa: BLE001 -- whatever it was, the post may stand there
                outcome, refusal = self._outcome(error), answer_in(error)
        if refusal and refusal.status == 403 and is_duplicate(refusal.answer):
            return self._duplicate(request, outcome)
        return outcome

    def find(self, request: Request) -> Receipt | None:
        """Look through the account's timeline since the post was planned. An edited post may have been ours."""
        since = planned(request.key)
        with masked_logs(_LOGGERS, self._secrets()):
            try:
                me = self._user()
                posts, complete = self._posts_since(since - SKEW if since else None)
                found = find_among(posts, str((request.json or {})["text"]), since, me["username"])
            except Exception as error:  # noqa: BLE001 -- an unreadable timeline says nothing about the post
                return Receipt("unknown", error=f"the account's timeline cannot be read: {self._outcome(error).error}")
        if isinstance(found, str):
            return Receipt("unknown", error=found)
        if found is None and not complete:
            return Receipt("unknown", error="the account has posted too much since this post was planned")
        return None if found is None else self._sent(id_of(found))

    def receipt_for(self, url: str, request: Request) -> Receipt:
        parts = link_parts(url, ("x.com", "twitter.com"), _LINK)
        at = next((at for at, part in enumerate(parts[:-1]) if at and part in {"status", "statuses"}), None)
        if at is None or not re.fullmatch(r"[0-9]+", parts[at + 1]):
            raise no_link(url, _LINK)
        return Receipt("sent", id=parts[at + 1], url=url.strip())

    def close(self) -> None:
        if self._opened is not None:
            self._opened.session.close()
            self._opened = None

    def _secrets(self) -> tuple[str, ...]:
        own = self.settings
        values = (own.consumer_key, own.consumer_secret, own.access_token, own.access_token_secret)
        return tuple(value.get_secret_value() for value in values)

    def _client(self) -> Any:
        if self._opened is None:
            import tweepy  # noqa: PLC0415 -- a dry run never gets here

            key, secret, token, token_secret = self._secrets()
            self._opened = tweepy.Client(
                consumer_key=key, consumer_secret=secret, access_token=token, access_token_secret=token_secret
            )
            self._opened.session = session(base_url(self.settings.api_url), self.timeouts)
        return self._opened

    def _user(self) -> Mapping[str, str]:
        if self._me is None:
            answer = self._client().request("GET", "/2/users/me", user_auth=True)
            data, access = answer.json()["data"], headers_of(answer).get("x-access-level", "")
            self._me = {"id": str(data["id"]), "username": str(data["username"]), "access": access.strip().lower()}
        return self._me

    def _body(self, request: Request, after: Sequence[Receipt]) -> dict[str, Any]:
        body = dict(request.json or {})
        if request.uploads:
            body["media"] = {"media_ids": [self._uploaded(upload) for upload in request.uploads]}
        if request.reply_to is not None:
            body["reply"] = {"in_reply_to_tweet_id": after[request.reply_to].id}
        return body

    def _uploaded(self, upload: Upload) -> str:
        import tweepy  # noqa: PLC0415 -- a dry run never gets here

        picture, name = read_picture(upload, _IMAGES), PurePath(upload.path).name
        client = self._client()
        # tweepy 4.17 has no call for the media endpoints of API v2.
        answer = client.session.request(
            "POST",
            f"{TWEEPY_HOST}/2/media/upload",
            data={"media_category": "tweet_image"},
            files={"media": (file_name(name, picture.mime), picture.content, picture.mime)},
            auth=tweepy.OAuth1UserHandler(*self._secrets()).apply_auth(),
        )
        media_id = id_of(as_mapping(answer.json()).get("data"))
        if not media_id:
            raise UploadError(f"X answered without a number for the image {name}")
        if upload.alt:
            described = {"id": media_id, "metadata": {"alt_text": {"text": upload.alt}}}
            client.request("POST", "/2/media/metadata", json=described, user_auth=True)
        return media_id

    def _posts_since(self, earliest: datetime | None) -> tuple[list[Mapping[str, Any]], bool]:
        """The account's own posts since then, the latest first, and whether these are all.

        Source: https://docs.x.com/x-api/users/get-posts. Each post that is read costs, so no older one is asked for.
        """
        found: list[Mapping[str, Any]] = []
        query: dict[str, Any] = {"max_results": _PAGE, "tweet.fields": FIELDS}
        if earliest:
            query["start_time"] = f"{earliest.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
        for _ in range(_PAGES):
            answer = self._client().request(
                "GET", f"/2/users/{self._user()['id']}/tweets", params=query, user_auth=True
            )
            page, meta = answer.json(), answer.json()["meta"]
            # X may leave out what it cannot read at the moment; only a stated number of posts is an answer.
            posts = [as_mapping(post) for post in page["data"]] if meta["result_count"] else []
            if len(posts) != meta["result_count"] or page.get("errors"):
                raise OddAnswerError("X left out a part of it")
            found += posts
            if not meta.get("next_token"):
                return found, True
            query["pagination_token"] = meta["next_token"]
        return found, False

    def _duplicate(self, request: Request, refusal: Receipt) -> Receipt:
        """What became of a post that X refuses because its text stands there already."""
        found = self.find(request)
        return refusal if found is None else found

    def _sent(self, post_id: str) -> Receipt:
        return Receipt("sent", id=post_id, url=f"https://x.com/i/web/status/{post_id}")

    def _outcome(self, error: Exception) -> Receipt:
        """What an error means. Source: https://docs.x.com/x-api/fundamentals/response-codes-and-errors.

        | answer | meaning |
        | --- | --- |
        | 3xx, 4xx | refused, in X's words |
        | 401 | refused, naming the settings to check |
        | 403 for a duplicate | the timeline says whether that is this post; refused where it is not |
        | 403 for an answer to a post of one's own | refused, naming `layout: single` |
        | 429 | refused, until the time that its headers name, or for 15 minutes |
        | 429 for a usage cap | refused |
        | 503 with Retry-After | refused, until then |
        | any other 5xx, anything else | unknown |
        | no connection | refused, to be tried again |
        """
        if isinstance(error, UploadError | OddAnswerError):
            return Receipt("refused", error=one_line(error, self._secrets()))
        refusal = answer_in(error)
        if refusal is None:
            return no_answer(error, self.settings.api_url, self._secrets())
        status, wait = refusal.status, turned_away(refusal.status, refusal.headers)
        words = words_of(refusal.answer) or phrase(status)
        if not 300 <= status < 500:
            told = one_line(answered("X", status, words), self._secrets())
            return Receipt("unknown" if wait is None else "refused", error=told, wait=wait)
        if status == 429 and not is_capped(refusal.answer):
            moment, wait = until(refusal.headers)
            words = too_many("X", moment)
        elif status < 400:
            words = redirects(base_url(self.settings.api_url))
        elif status == 401:
            words = f"X does not take these keys ({phrase(status)}): {_KEYS}"
        elif status == 403 and "permission" in words.casefold():
            words += f" ({_KEYS})"
        elif "not been mentioned or otherwise engaged" in words:
            words += " (X takes no threads from this app: set layout: single)"
        return Receipt("refused", error=one_line(words, self._secrets()), wait=wait)
