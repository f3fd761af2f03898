"""X, by its API v2 and an OAuth 1.0a user token, sent by tweepy."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
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
from publisher.channels.refusals import answered, redirects, too_many
from publisher.channels.times import dated, planned
from publisher.channels.wire import (
    AnswerError,
    answer_in,
    as_mapping,
    base_url,
    is_loopback,
    link_parts,
    masked_logs,
    no_answer,
    no_link,
    one_line,
    uploads,
)
from publisher.channels.x_answers import as_written, comparable, id_of, is_duplicate, is_since, phrase, until, words_of
from publisher.compose.model import Capabilities, ImageRules, Limit, Variant
from publisher.text.counting import weighted
from publisher.text.patterns import later
from publisher.text.twitter_text import find_cashtags, find_mentions, replied_to
from publisher.text.urls import find_urls

_TWEEPY_HOST = "https://api.twitter.com"  # a local variable of tweepy's BaseClient.request, 4.17
_LOGGERS = ("tweepy.client", "requests_oauthlib.oauth1_auth", "oauthlib.oauth1.rfc5849", "urllib3.connectionpool")
_TIMELINE = 100
_KEYS = "check consumer_key, consumer_secret, access_token and access_token_secret, and that the token may write"
_IMAGES = ImageRules(("image/jpeg", "image/png", "image/gif", "image/webp"), most_bytes=5_000_000)
_COST = 15  # thousandths of a dollar a post, since 2026-02-06
_COST_WITH_LINK = 200
_LINK = "https://x.com/NAME/status/NUMBER"
_ADDRESS = later(r"(?<!\w)https?://(?P<host>[^\s/?#]+)", re.IGNORECASE)


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
        read_back="the account's own timeline, its latest 100 posts",
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
        linking = sum(1 for text in texts if find_urls(text))
        bill = f"X bills {_dollars(linking * _COST_WITH_LINK + (len(texts) - linking) * _COST)} for this"
        if linking:
            bill += f": a post with a link costs {_dollars(_COST_WITH_LINK)}, one without {_dollars(_COST)}"
        notes = [f"{bill} (pay-per-use plans)"]
        named = (text[mention.start : mention.end] for text in texts for mention in find_mentions(text))
        if strangers := self.strangers(named):
            notes.append(f"{', '.join(strangers)} will be notified, being named so in the release")
        if texts and (name := replied_to(texts[0])):
            notes.append(f"a post that begins with @{name} is shown to few: begin with another word")
        if plain := dict.fromkeys(host for text in texts for host in _no_links(text)):
            notes.append(
                f"X makes no link of an address at {', '.join(plain)}, and counts it in full: it knows no such ending"
            )
        if any(len(find_cashtags(text)) > 1 for text in texts):
            notes.append("X takes one cashtag a post, and may refuse this one")
        return notes

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
        return Account(f"@{me['username']}", (me["id"],))

    def send(self, request: Request, after: Sequence[Receipt]) -> Receipt:
        with masked_logs(_LOGGERS, self._secrets()):
            try:
                body = self._body(request, after)
            except Exception as error:  # noqa: BLE001 -- whatever it was, nothing has been posted yet
                return Receipt("refused", error=self._outcome(error).error)
            try:
                answer = self._client().request("POST", "/2/tweets", json=body, user_auth=True).json()
                if post_id := id_of(as_mapping(answer).get("data")):
                    return self._sent(post_id)
                return Receipt("unknown", error="X answered without the number of a post")
            except Exception as error:  # noqa: BLE001 -- whatever it was, the post may stand there
                outcome, refusal = self._outcome(error), answer_in(error)
        if refusal and refusal.status == 403 and is_duplicate(refusal.answer):
            return self.find(request) or outcome
        return outcome

    def find(self, request: Request) -> Receipt | None:
        wanted = comparable(str((request.json or {})["text"]))
        with masked_logs(_LOGGERS, self._secrets()):
            try:
                parameters = {"max_results": _TIMELINE, "tweet.fields": "created_at,entities,text"}
                route = f"/2/users/{self._user()['id']}/tweets"
                answer = self._client().request("GET", route, params=parameters, user_auth=True).json()
                # X may leave out what it cannot read at the moment; only a stated number of posts is an answer.
                posts = answer["data"] if answer["meta"]["result_count"] else ()
                same = [post for post in posts if comparable(as_written(post)) == wanted]
                ours = {is_since(post, planned(request.key)): id_of(post) for post in reversed(same)}
            except Exception as error:  # noqa: BLE001 -- an unreadable timeline says nothing about the post
                return Receipt("unknown", error=f"the account's timeline cannot be read: {self._outcome(error).error}")
        if post_id := ours.get(True):
            return self._sent(post_id)
        if None in ours or True in ours:
            return Receipt("unknown", error="the same text stands on the account's timeline, of an unknown time")
        return None

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
            self._opened.session = _session(base_url(self.settings.api_url), self.timeouts)
        return self._opened

    def _user(self) -> Mapping[str, str]:
        if self._me is None:
            data = self._client().request("GET", "/2/users/me", user_auth=True).json()["data"]
            self._me = {"id": str(data["id"]), "username": str(data["username"])}
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
            f"{_TWEEPY_HOST}/2/media/upload",
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

    def _sent(self, post_id: str) -> Receipt:
        return Receipt("sent", id=post_id, url=f"https://x.com/i/web/status/{post_id}")

    def _outcome(self, error: Exception) -> Receipt:
        """What an error means. Source: https://docs.x.com/x-api/fundamentals/response-codes-and-errors.

        | answer | meaning |
        | --- | --- |
        | 3xx, 4xx | refused, in X's words |
        | 401 | refused, naming the settings to check |
        | 429 | refused, with the time at which to try again |
        | 5xx, anything else | unknown |
        | no connection | refused |
        """
        if isinstance(error, UploadError):
            return Receipt("refused", error=str(error))
        refusal = answer_in(error)
        if refusal is None:
            return no_answer(error, self.settings.api_url, self._secrets())
        status = refusal.status
        words = words_of(refusal.answer) or phrase(status)
        if not 300 <= status < 500:
            return Receipt("unknown", error=one_line(answered("X", status, words), self._secrets()))
        if status == 429:
            words = too_many("X", until(refusal.headers))
        elif status < 400:
            words = redirects(base_url(self.settings.api_url))
        elif status == 401:
            words = f"X does not take these keys ({phrase(status)}): {_KEYS}"
        elif status == 403 and "permission" in words.casefold():
            words += f" ({_KEYS})"
        elif "not been mentioned or otherwise engaged" in words:
            words += " (X takes no threads from this app: set layout: single)"
        return Receipt("refused", error=one_line(words, self._secrets()))


def _no_links(text: str) -> Iterator[str]:
    """The hosts of web addresses that X leaves as plain text and counts in full, such as those of an intranet."""
    links = {start for start, _ in find_urls(text)}
    return (match["host"] for match in _ADDRESS.finditer(text) if match.start() not in links)


def _dollars(thousandths: int) -> str:
    return f"${thousandths / 1000:.3f}"


def _session(api_url: str, timeouts: tuple[float, float]) -> Any:
    import requests  # noqa: PLC0415 -- a dry run never gets here

    class Session(requests.Session):
        """Sends what tweepy addresses to its built-in host to `api_url` instead, before anything is signed."""

        def request(self, method: Any, url: Any, *args: Any, **options: Any) -> requests.Response:
            address = api_url + str(url).removeprefix(_TWEEPY_HOST)
            options |= {"timeout": timeouts, "allow_redirects": False}
            try:
                answer = super().request(method, address, *args, **options)
            finally:
                self.close()  # a kept connection that the server has let go looks like a lost answer
            if not 200 <= answer.status_code < 300:  # tweepy fails on refusals in another form than it knows
                headers = {name.lower(): value for name, value in answer.headers.items()}
                raise AnswerError(answer.status_code, answer.content, headers)
            return answer

    session = Session()
    session.trust_env = not is_loopback(api_url)
    session.headers["Connection"] = "close"
    return session
