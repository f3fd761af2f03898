"""Mastodon, and other servers that speak its API, by an access token of the account that posts."""

from __future__ import annotations

import re
import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial
from pathlib import Path, PurePath
from typing import Any, Literal
from urllib.parse import urlsplit

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
from publisher.channels.http import Answer, call
from publisher.channels.images import UploadError, file_name, read_picture
from publisher.channels.mastodon_answers import (
    accounts_in,
    find_among,
    id_of,
    more_than_allowed,
    pause,
    until,
    words_of,
)
from publisher.channels.pacing import turned_away, unposted
from publisher.channels.refusals import answered, redirects, too_many
from publisher.channels.times import SKEW, dated, moment, planned
from publisher.channels.wire import (
    AnswerError,
    OddAnswerError,
    answer_in,
    as_mapping,
    as_words,
    base_url,
    link_parts,
    no_answer,
    no_link,
    one_line,
    uploads,
)
from publisher.compose.model import Capabilities, ImageRules, Limit, Variant
from publisher.text.mastodon_text import mastodon_characters

_IMAGES = ImageRules(
    ("image/jpeg", "image/png", "image/gif", "image/webp"), most_bytes=16_777_216, most_pixels=33_177_600
)
_UNIT = "characters"
_PAGE = 40
_PAGES = 5
_NOT_TAKEN = "does not take this token: check access_token"
_SEEN_BY = {
    "unlisted": "visibility is unlisted: the posts stand on the profile, and in no public timeline or search",
    "private": "visibility is private: only followers see the posts",
    "direct": "visibility is direct: nobody sees the posts but the accounts that they mention",
}


class MastodonSettings(ChannelSettings):
    access_token: SecretStr = Field(description="Access token of an application of the account that posts.")
    visibility: Literal["public", "unlisted", "private", "direct"] = Field(
        default="public", description="Who sees the posts: public, unlisted, private (followers) or direct."
    )
    api_url: WebAddress = Field(description="The account's server, as in https://mastodon.example.")
    max_characters: int = Field(default=500, ge=100, description="The longest post that the server takes.")
    characters_reserved_per_url: int = Field(default=23, ge=1, description="What a link counts there.")
    max_media_attachments: int = Field(default=4, ge=0, description="How many images a post may have there.")
    description_limit: int = Field(default=1500, ge=1, description="The longest alternative text there, in characters.")


class Mastodon(Channel):
    type = "mastodon"
    Settings = MastodonSettings
    settings: MastodonSettings
    capabilities = Capabilities(
        layouts=("thread", "single", "brief"),
        limits=(Limit(500, _UNIT, mastodon_characters),),
        media_max=4,
        images=_IMAGES,
        alt_max=1500,
        mentions="handle",
        readable=True,
        settles_seconds=15.0,
        idempotency="a key of our own, for an hour, on servers that know it",
        read_back="the account's own posts since this one was planned, up to 200",
        edit="at any time",
        delete="at any time",
    )
    """With what a server allows by default; a channel's own have what its settings say."""
    timeouts = (10.0, 60.0)
    """Seconds to connect, and to wait for an answer."""
    processing = (1.0, 60)
    """Seconds between two looks at an image that the server still works on, and how many of them."""

    _me: Mapping[str, str] | None = None

    def __init__(self, name: str, settings: ChannelSettings, folder: Path) -> None:
        super().__init__(name, settings, folder)
        own = self.settings
        count = partial(mastodon_characters, per_url=own.characters_reserved_per_url)
        self.capabilities = replace(
            type(self).capabilities,
            limits=(Limit(own.max_characters, _UNIT, count),),
            media_max=own.max_media_attachments,
            alt_max=own.description_limit,
        )

    def render(self, variant: Variant) -> list[Request]:
        language = {"language": variant.language} if variant.language else {}
        return [
            Request(
                "POST",
                f"{base_url(self.settings.api_url)}/api/v1/statuses",
                headers={"Authorization": f"Bearer {MASK}", "Content-Type": "application/json"},
                json={"status": post.text.plain, "visibility": self.settings.visibility, **language},
                uploads=uploads(post.media),
                reply_to=index - 1 if index else None,
            )
            for index, post in enumerate(variant.posts)
        ]

    def notes(self, requests: Sequence[Request]) -> Sequence[str]:
        """Who sees the posts, where not everybody does, and whom they notify without anybody having said so."""
        own = self.settings
        found = [_SEEN_BY[own.visibility]] if own.visibility in _SEEN_BY else []
        named = (name for request in requests for name in accounts_in(str((request.json or {})["status"])))
        if strangers := self.strangers(named):
            found.append(
                f"the text names {', '.join(strangers)}, and whoever has that name on the network is notified; "
                "take the @ away, or name them under organisation.mentions"
            )
        return found

    def stamp(self, request: Request, at: datetime, seed: str) -> Request:
        """The key is the planned time in ISO 8601, a slash, and a hash: an older post of the same text is not ours."""
        stamped = super().stamp(request, at, seed)
        return replace(stamped, key=dated(stamped.key, at))

    def whoami(self) -> Account:
        """Which account is behind the credentials, once the server allows what the settings say.

        Raises:
            ChannelError: As in `Channel.whoami`; or the server allows less, naming the setting.
        """
        try:
            me, instance = self._user(), self._instance()
        except Exception as error:
            raise ChannelError(self._outcome(error).error) from error
        if flaw := more_than_allowed(self.settings.model_dump(), as_mapping(instance.get("configuration"))):
            raise ChannelError(f"{self._host()} {flaw}")
        hosts = dict.fromkeys((as_words(instance.get("domain"), self._host()), self._host()))
        handle, *others = (f"@{me['acct']}@{host}" for host in hosts)
        return Account(handle, tuple(filter(None, (*others, me["acct"], me["id"], me["url"]))))

    def send(self, request: Request, after: Sequence[Receipt]) -> Receipt:
        try:
            body = self._body(request, after)
        except Exception as error:  # noqa: BLE001 -- whatever it was, nothing has been posted yet
            return unposted(self._outcome(error))
        try:
            answer = self._call("POST", "/api/v1/statuses", json=body, headers={"Idempotency-Key": request.key})
        except Exception as error:  # noqa: BLE001 -- whatever it was, the post may stand there
            return self._outcome(error)
        receipt = self._sent(answer.mapping)
        return replace(receipt, wait=pause(answer.headers)) if receipt.outcome == "sent" else receipt

    def find(self, request: Request) -> Receipt | None:
        """Look through what the account has posted since the request was planned.

        An edited post may have been ours. A post with our text that answers nothing is not ours where ours answers one,
        and the other way round.
        """
        since = planned(request.key)
        if since is None:
            return Receipt("unknown", error="it is not known when this post was planned")
        try:
            posts, complete = self._posts_since(since - SKEW)
        except Exception as error:  # noqa: BLE001 -- posts that cannot be read say nothing about this one
            return Receipt("unknown", error=f"the account's posts cannot be read: {self._outcome(error).error}")
        found = find_among(posts, str((request.json or {})["status"]), answers=request.reply_to is not None)
        if isinstance(found, str):
            return Receipt("unknown", error=found)
        if found is None and not complete:
            return Receipt("unknown", error="the account has posted too much since this post was planned")
        return None if found is None else self._sent(found)

    def receipt_for(self, url: str, request: Request) -> Receipt:
        host = self._host()
        example = f"https://{host}/@NAME/NUMBER"
        parts = link_parts(url, (host, host.removeprefix("www.").removeprefix("mobile.")), example)
        found = re.fullmatch(
            r"(?:(?:deck/)?@[\w.-]+(?:/statuses)?|users/[\w.-]+/statuses|web/statuses|notice)/([0-9]+|[0-9A-Za-z]{18,})",
            "/".join(parts),
            re.ASCII,
        )
        if not found:
            raise no_link(url, example)
        return Receipt("sent", id=found[1], url=url.strip())

    def _host(self) -> str:
        return urlsplit(self.settings.api_url).hostname or self.settings.api_url

    def _call(self, method: str, path: str, **more: Any) -> Answer:
        token = self.settings.access_token.get_secret_value()
        headers = {"Authorization": f"Bearer {token}", **more.pop("headers", {})}
        url = base_url(self.settings.api_url) + path
        return call(method, url, headers=headers, timeouts=self.timeouts, secrets=(token,), **more)

    def _user(self) -> Mapping[str, str]:
        if self._me is None:
            me = self._call("GET", "/api/v1/accounts/verify_credentials").mapping
            if not id_of(me) or not as_words(me.get("acct")):
                raise OddAnswerError("the server answered without naming the account; check api_url")
            self._me = {"id": id_of(me), "acct": me["acct"].strip(), "url": as_words(me.get("url"))}
        return self._me

    def _instance(self) -> Mapping[str, Any]:
        """What the server says of itself; empty where it is of an older make and says nothing."""
        try:
            return self._call("GET", "/api/v2/instance").mapping
        except AnswerError as error:
            if error.status in (404, 410):
                return {}
            raise

    def _body(self, request: Request, after: Sequence[Receipt]) -> dict[str, Any]:
        body = dict(request.json or {})
        if request.reply_to is not None:
            parent = after[request.reply_to].id
            if not parent:
                raise OddAnswerError("nothing was sent: the number of the post that this one answers is not known")
            body["in_reply_to_id"] = parent
        if request.uploads:
            body["media_ids"] = [self._uploaded(upload) for upload in request.uploads]
        return body

    def _uploaded(self, upload: Upload) -> str:
        """The number of an image, once the server is done with it."""
        name, picture = PurePath(upload.path).name, read_picture(upload, _IMAGES)
        file = ("file", (file_name(name, picture.mime), picture.content, picture.mime))
        form = {"description": upload.alt} if upload.alt else None
        pause, looks = self.processing
        try:
            answer = self._call("POST", "/api/v2/media", form=form, files=[file])
            number = id_of(answer.mapping)
            if not number:
                raise OddAnswerError(f"the server answered without a number for the image {name}")
            while answer.status != 200 and looks:
                looks -= 1
                time.sleep(pause)
                answer = self._call("GET", f"/api/v1/media/{number}")
        except AnswerError as error:
            if error.status == 422:
                raise UploadError(f"the server does not take the image {name}: {words_of(error.answer)}") from error
            raise
        if answer.status != 200:
            raise UploadError(f"the server is not done with the image {name} in time; try again")
        return number

    def _posts_since(self, earliest: datetime) -> tuple[list[Mapping[str, Any]], bool]:
        """The account's own posts since then, the latest first, and whether these are all."""
        found: list[Mapping[str, Any]] = []
        query = {"limit": str(_PAGE), "exclude_reblogs": "true"}
        for _ in range(_PAGES):
            page = self._call("GET", f"/api/v1/accounts/{self._user()['id']}/statuses", query=query).json
            if not isinstance(page, list):
                raise OddAnswerError("the server answered with something else than posts")
            for post in map(as_mapping, page):
                made = moment(post.get("created_at"))
                if made is None or not id_of(post):
                    raise OddAnswerError("the server answered with a post that has no time or no number")
                if made < earliest:
                    return found, True
                found.append(post)
            if not page:
                return found, True
            query["max_id"] = id_of(found[-1])
        return found, False

    def _sent(self, post: Mapping[str, Any]) -> Receipt:
        number = id_of(post)
        if not number:
            return Receipt("unknown", error="the server answered without the number of a post")
        url = next((each for each in (post.get("url"), post.get("uri")) if str(each).startswith("http")), None)
        return Receipt("sent", id=number, url=url)

    def _outcome(self, error: Exception) -> Receipt:
        """What an error means. Source: https://docs.joinmastodon.org/methods/statuses/#create.

        | answer | meaning |
        | --- | --- |
        | 3xx, 4xx | refused, in the server's words |
        | 401 | refused, naming the setting to check |
        | 403 for want of a scope | refused, naming the scopes |
        | 429 | refused, until the time that its headers name, or for 5 minutes |
        | 503 with Retry-After | refused, until then |
        | any other 5xx, anything else | unknown |
        | no connection | refused, to be tried again |
        """
        secrets = (self.settings.access_token.get_secret_value(),)
        if isinstance(error, UploadError | OddAnswerError):
            return Receipt("refused", error=one_line(error, secrets))
        refusal = answer_in(error)
        if refusal is None:
            return no_answer(error, self.settings.api_url, secrets)
        status, host, said = refusal.status, self._host(), words_of(refusal.answer)
        wait = turned_away(status, refusal.headers)
        words = answered(host, status, said)
        if not 300 <= status < 500:
            return Receipt("unknown" if wait is None else "refused", error=one_line(words, secrets), wait=wait)
        if status < 400:
            words = redirects(base_url(self.settings.api_url))
        elif status == 401:
            words = f"{host} {_NOT_TAKEN} ({said or status})"
        elif status == 429:
            again, wait = until(refusal.headers)
            words = too_many(host, again)
        elif status == 403 and "scope" in said.casefold():
            words = f"{said}: make a token with read:accounts, read:statuses, write:media and write:statuses"
        elif said:
            words = said
        return Receipt("refused", error=one_line(words, secrets), wait=wait)
