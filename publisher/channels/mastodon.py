"""Mastodon, and other servers that speak its API, by an access token of the account that posts."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial
from pathlib import Path
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
    WebAddress,
)
from publisher.channels.images import UploadError
from publisher.channels.look import Fold, Look
from publisher.channels.mastodon_answers import (
    accounts_in,
    find_among,
    id_of,
    more_than_allowed,
    pause,
    scopes_missing,
    until,
    words_of,
)
from publisher.channels.mastodon_server import IMAGES, Server
from publisher.channels.pacing import turned_away, unposted
from publisher.channels.refusals import answered, redirects, too_many
from publisher.channels.times import SKEW, dated, planned
from publisher.channels.wire import (
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
from publisher.compose.model import Capabilities, Limit, Variant
from publisher.text.mastodon_text import mastodon_characters

_UNIT = "characters"
_SCOPES = "make a token with read:accounts, read:statuses, write:media and write:statuses"
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
    look = Look(
        accent=("#563acc", "#8c8dff"), avatar="rounded", thread_line=True, fold=Fold(32, "Read more", columns=75)
    )
    """Its web pages fold at 706 pixels, 32 lines of 22. Source: mastodon/mastodon, MAX_HEIGHT in status_content. How
    many letters stand in a line differs by letter and device; these are about a desk's."""
    capabilities = Capabilities(
        layouts=("thread", "single", "brief"),
        limits=(Limit(500, _UNIT, mastodon_characters),),
        media_max=4,
        images=IMAGES,
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
            ChannelError: As in `Channel.whoami`; or the server allows less, naming the setting; or the account is
                suspended.
        """
        try:
            me, instance, scopes = self._user(), self._server.instance(), self._server.scopes()
        except Exception as error:
            raise ChannelError(self._outcome(error).error) from error
        if missing := scopes_missing(scopes):
            raise ChannelError(f"the token lacks {', '.join(missing)}: {_SCOPES}")
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
            answer = self._server.call("POST", "/api/v1/statuses", json=body, headers={"Idempotency-Key": request.key})
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
            posts, complete = self._server.posts_since(self._user()["id"], since - SKEW)
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

    @property
    def _server(self) -> Server:
        own = self.settings
        return Server(base_url(own.api_url), own.access_token.get_secret_value(), self.timeouts)

    def _user(self) -> Mapping[str, str]:
        if self._me is None:
            self._me = self._server.user()
        return self._me

    def _body(self, request: Request, after: Sequence[Receipt]) -> dict[str, Any]:
        body = dict(request.json or {})
        if request.reply_to is not None:
            parent = after[request.reply_to].id
            if not parent:
                raise OddAnswerError("nothing was sent: the number of the post that this one answers is not known")
            body["in_reply_to_id"] = parent
        if request.uploads:
            body["media_ids"] = [self._server.uploaded(upload, self.processing) for upload in request.uploads]
        return body

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
            words = f"{said}: {_SCOPES}"
        elif said:
            words = said
        return Receipt("refused", error=one_line(words, secrets), wait=wait)
