"""LinkedIn, the page of an organisation, by the Posts API and an access token of a member who may post there."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Annotated
from urllib.parse import unquote

from pydantic import AfterValidator, Field, SecretStr

from publisher.channels.base import MASK, Account, Channel, ChannelError, ChannelSettings, Receipt, Request, WebAddress
from publisher.channels.linkedin_answers import POST, RIGHTS, duplicated, find_among, link_of, made_at
from publisher.channels.linkedin_api import Api
from publisher.channels.linkedin_post import (
    IMAGES,
    LIMITS,
    MOST_ALT,
    MOST_IMAGES,
    body_of,
    reading,
    says_the_same,
    with_images,
)
from publisher.channels.look import Fold, Look
from publisher.channels.pacing import unposted
from publisher.channels.times import SKEW, dated, planned
from publisher.channels.wire import answer_in, as_words, base_url, link_parts, no_link, one_line, pictures_of, uploads
from publisher.compose.model import Capabilities, Variant
from publisher.text.little_text import is_entity

_VERSION = "202607"  # set in November 2026; each is supported for a year at least, this one until July 2027
_LINK = "https://www.linkedin.com/feed/update/urn:li:share:NUMBER/"


def _page(value: int | str) -> int | str:
    if "${" not in str(value) and not re.fullmatch(r"(?:urn:li:organization:)?[1-9][0-9]{0,18}", str(value), re.ASCII):
        raise ValueError("this is no page of an organisation; write its number, or urn:li:organization:NUMBER")
    return value


def _month(value: int | str) -> int | str:
    if "${" not in str(value) and not re.fullmatch(r"20[2-9][0-9](?:0[1-9]|1[0-2])", str(value), re.ASCII):
        raise ValueError(f"this is no version of the API; write its year and month, like {_VERSION}")
    return value


class LinkedInSettings(ChannelSettings):
    access_token: SecretStr = Field(description="Access token of a member who may post as the page; it lasts 60 days.")
    organization: Annotated[int | str, AfterValidator(_page)] = Field(
        description="The page: its number, or `urn:li:organization:` and its number."
    )
    api_url: WebAddress = Field(default="https://api.linkedin.com", description="Where the API is.")
    version: Annotated[int | str, AfterValidator(_month)] = Field(
        default=_VERSION, description="Version of the API, as year and month; LinkedIn supports each for a year."
    )


class LinkedIn(Channel):
    type = "linkedin"
    Settings = LinkedInSettings
    settings: LinkedInSettings
    look = Look(accent=("#0a66c2", "#71b7fb"), fold=Fold(3, "…more", columns=70))
    """Three lines are shown before "…more", about 210 characters at a desk and less on a phone. LinkedIn does not say
    so; source: John Espirian, "See more" breakpoints on LinkedIn posts, September 2024."""
    capabilities = Capabilities(
        layouts=("brief", "single"),
        limits=LIMITS,
        media_max=MOST_IMAGES,
        images=IMAGES,
        alt_max=MOST_ALT,
        card=True,
        mentions="id",
        readable=True,
        settles_seconds=60.0,
        idempotency="none; a text that was posted in the last ten minutes or so is refused, naming the post",
        read_back="the page's own posts since this one was planned, up to 250; needs r_organization_social",
        edit="the text, at any time",
        delete="at any time",
    )
    timeouts = (10.0, 60.0)
    """Seconds to connect, and to wait for an answer."""
    processing = (1.0, 20)
    """Seconds between two looks at an image that LinkedIn still works on, and how many of them."""

    def render(self, variant: Variant) -> list[Request]:
        return [
            Request(
                "POST",
                f"{base_url(self.settings.api_url)}/rest/posts",
                headers={**self._api().headers(MASK), "Content-Type": "application/json"},
                json=body_of(post, self._author()),
                uploads=uploads(pictures_of(post)),
            )
            for post in variant.posts
        ]

    def notes(self, requests: Sequence[Request]) -> Sequence[str]:
        """Whom the texts were to mention, but do not, because channels.yaml gives no id."""
        said = "\n".join(reading(_commentary(request)) for request in requests)
        wrong = [name for name, urn in self.accounts().items() if name in said and not is_entity(urn)]
        how = "write urn:li:organization:NUMBER or urn:li:person:ID under organisation.mentions"
        return [f"{name} will not be mentioned: {how}" for name in wrong]

    def stamp(self, request: Request, at: datetime, seed: str) -> Request:
        """The key is the planned time in ISO 8601, a slash, and a hash: an older post of the same text is not ours."""
        stamped = super().stamp(request, at, seed)
        return replace(stamped, key=dated(stamped.key, at))

    def whoami(self) -> Account:
        """Which page it is, as far as the token may know.

        Only a super admin may ask what a page is called; any other member, what their role there is.

        Raises:
            ChannelError: As in `Channel.whoami`; or the member has no role on the page that lets them post.
        """
        author, api = self._author(), self._api()
        number = author.rpartition(":")[2]
        try:
            page = api.call("GET", f"/rest/organizations/{number}").mapping
        except Exception as error:
            answered = answer_in(error)
            if answered is None or answered.status not in (403, 404):
                raise ChannelError(api.outcome(error).error) from error
            if not api.may_post():
                raise ChannelError(f"whoever made this token may not post as {author}: {RIGHTS}") from error
            return Account(author, (number,))
        name, vanity = as_words(page.get("localizedName")), as_words(page.get("vanityName"))
        if str(page.get("id", number)) != number or not (name or vanity):
            raise ChannelError("LinkedIn answered without naming the page; check api_url")
        home = (f"linkedin.com/company/{vanity}", f"https://www.linkedin.com/company/{vanity}") if vanity else ()
        return Account(name or vanity, tuple(filter(None, (*home, vanity, author, number))))

    def send(self, request: Request, after: Sequence[Receipt]) -> Receipt:
        api = self._api()
        try:
            ids = [api.uploaded(upload, self.processing) for upload in request.uploads]
            body = with_images(request.json or {}, ids)
        except Exception as error:  # noqa: BLE001 -- whatever it was, nothing has been posted yet
            return unposted(api.outcome(error))
        try:
            urn = api.call("POST", "/rest/posts", json=body).headers.get("x-restli-id", "")
        except Exception as error:  # noqa: BLE001 -- whatever it was, the post may stand there
            answered = answer_in(error)
            repeated = duplicated(answered) if answered else ""
            return self._repeated(api, request, repeated) if repeated else api.outcome(error)
        if not POST.fullmatch(urn):
            return Receipt("unknown", error="LinkedIn answered without the id of a post")
        return _sent(urn)

    def find(self, request: Request) -> Receipt | None:
        """Look through what the page has posted since the request was planned. An edited post may have been ours."""
        since = planned(request.key)
        if since is None:
            return Receipt("unknown", error="it is not known when this post was planned")
        api = self._api()
        try:
            posts, complete = api.posts_since(since - SKEW)
        except Exception as error:  # noqa: BLE001 -- posts that cannot be read say nothing about this one
            return Receipt("unknown", error=f"the page's posts cannot be read: {api.why_unread(error)}")
        found = find_among(posts, _commentary(request))
        if isinstance(found, str):
            return Receipt("unknown", error=found)
        if found is None and not complete:
            return Receipt("unknown", error="the page has posted too much since this post was planned")
        return None if found is None else _sent(str(found["id"]))

    def receipt_for(self, url: str, request: Request) -> Receipt:
        path = "/".join(link_parts(unquote(url), ("linkedin.com",), _LINK))
        found = re.fullmatch(
            r"(?:feed/update/urn:li:|posts/[^/]*?[-_])(share|ugcPost|activity)[:-]([0-9]{1,20})(?:-[\w-]*)?", path
        )
        if not found:
            raise no_link(url, _LINK)
        return Receipt("sent", id=f"urn:li:{found[1]}:{found[2]}", url=url.strip())

    def _author(self) -> str:
        return f"urn:li:organization:{str(self.settings.organization).rpartition(':')[2]}"

    def _api(self) -> Api:
        own = self.settings
        return Api(
            base_url(own.api_url), own.access_token.get_secret_value(), str(own.version), self._author(), self.timeouts
        )

    def _repeated(self, api: Api, request: Request, urn: str) -> Receipt:
        """What became of a post that LinkedIn refuses because the same text stands there already, as this post."""
        known = f"LinkedIn says that this text stands there already, at {link_of(urn)}"
        try:
            post = api.post(urn)
        except Exception as error:  # noqa: BLE001 -- a post that cannot be looked at may be ours
            answered = answer_in(error)
            if answered is None or answered.status not in (404, 410):
                words = f"{known}, and that cannot be looked at: {api.why_unread(error)}"
                return Receipt("unknown", error=one_line(words, api.secrets))
            words = "LinkedIn takes a text once in ten minutes or so, and the post that had this one is gone: wait"
            return Receipt("refused", error=words)
        if post.get("author") != self._author() or not says_the_same(post["commentary"], _commentary(request)):
            return Receipt("refused", error=f"{known}, but that is another post: change the text, or wait ten minutes")
        made, since = made_at(post), planned(request.key)
        if made is None or since is None or made >= since - SKEW:
            return _sent(urn)
        return Receipt("refused", error=f"{known}, since before this release was planned: change the text, or wait")


def _sent(urn: str) -> Receipt:
    return Receipt("sent", id=urn, url=link_of(urn))


def _commentary(request: Request) -> str:
    return str((request.json or {})["commentary"])
