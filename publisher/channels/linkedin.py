"""LinkedIn, the page of an organisation, by the Posts API and an access token of a member who may post there."""

from __future__ import annotations

import re
import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import PurePath
from typing import Annotated, Any
from urllib.parse import quote, unquote

from pydantic import AfterValidator, Field, SecretStr

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
from publisher.channels.images import UploadError, read_picture
from publisher.channels.linkedin_answers import (
    POST,
    OddAnswerError,
    code_of,
    duplicated,
    find_among,
    link_of,
    made_at,
    role_in,
    upload_of,
    wait,
    words_of,
)
from publisher.channels.linkedin_post import (
    IMAGES,
    LIMITS,
    MOST_ALT,
    MOST_IMAGES,
    body_of,
    pictures_of,
    reading,
    says_the_same,
    with_images,
)
from publisher.channels.wire import (
    AnswerError,
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
from publisher.compose.model import Capabilities, Variant
from publisher.text.little_text import is_entity

_VERSION = "202607"  # set in November 2026; each is supported for a year at least, this one until July 2027
_PAGE = 50
_PAGES = 5
_SKEW = timedelta(minutes=5)  # between this machine's clock and LinkedIn's
_LINK = "https://www.linkedin.com/feed/update/urn:li:share:NUMBER/"
_RIGHTS = "the token needs w_organization_social, and whoever made it must be super admin or content admin of the page"


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
                headers={**self._headers(MASK), "Content-Type": "application/json"},
                json=body_of(post, self._author()),
                uploads=uploads(pictures_of(post)),
            )
            for post in variant.posts
        ]

    def notes(self, requests: Sequence[Request]) -> Sequence[str]:
        """Whom the texts were to mention, but do not, because channels.yaml gives no id."""
        said = "\n".join(reading(str((request.json or {})["commentary"])) for request in requests)
        known = self.organisation.mentions if self.organisation else {}
        accounts = {name: (ids.get(self.name) or ids.get(self.type) or "").strip() for name, ids in known.items()}
        wrong = [name for name, urn in accounts.items() if urn and name in said and not is_entity(urn)]
        how = "write urn:li:organization:NUMBER or urn:li:person:ID under organisation.mentions"
        return [f"{name} will not be mentioned: {how}" for name in wrong]

    def stamp(self, request: Request, at: datetime, seed: str) -> Request:
        """The key is the planned time in ISO 8601, a slash, and a hash: an older post of the same text is not ours."""
        stamped = super().stamp(request, at, seed)
        return replace(stamped, key=f"{at.astimezone(UTC).isoformat(timespec='seconds')}/{stamped.key}")

    def whoami(self) -> Account:
        """Which page it is, as far as the token may know.

        Only a super admin may ask what a page is called; any other member, what their role there is.

        Raises:
            ChannelError: As in `Channel.whoami`; or the member has no role on the page that lets them post.
        """
        author, number = self._author(), self._author().rpartition(":")[2]
        try:
            page = self._call("GET", f"/rest/organizations/{number}").mapping
        except Exception as error:
            answered = answer_in(error)
            if answered is None or answered.status not in (403, 404):
                raise ChannelError(self._outcome(error).error) from error
            self._check_role(author)
            return Account(author, (number,))
        name, vanity = as_words(page.get("localizedName")), as_words(page.get("vanityName"))
        if str(page.get("id")) != number and author not in (page.get("id"), page.get("$URN")):
            raise ChannelError("LinkedIn answered with another page than the one asked for; check api_url")
        home = (
            (vanity, f"linkedin.com/company/{vanity}", f"https://www.linkedin.com/company/{vanity}") if vanity else ()
        )
        return Account(name or vanity or author, tuple(filter(None, (*home, name, author, number))))

    def send(self, request: Request, after: Sequence[Receipt]) -> Receipt:
        try:
            body = with_images(request.json or {}, [self._uploaded(upload) for upload in request.uploads])
        except Exception as error:  # noqa: BLE001 -- whatever it was, nothing has been posted yet
            return Receipt("refused", error=self._outcome(error).error)
        try:
            answer = self._call("POST", "/rest/posts", json=body)
        except Exception as error:  # noqa: BLE001 -- whatever it was, the post may stand there
            answered = answer_in(error)
            urn = duplicated(answered) if answered else ""
            return self._repeated(request, urn) if urn else self._outcome(error)
        urn = answer.headers.get("x-restli-id", "")
        if answer.status != 201 or not POST.fullmatch(urn):
            return Receipt("unknown", error="LinkedIn answered without the id of a post")
        return self._sent(urn)

    def find(self, request: Request) -> Receipt | None:
        """Look through what the page has posted since the request was planned. An edited post may have been ours."""
        since = _planned(request)
        if since is None:
            return Receipt("unknown", error="it is not known when this post was planned")
        try:
            posts, complete = self._posts_since(since - _SKEW)
        except Exception as error:  # noqa: BLE001 -- posts that cannot be read say nothing about this one
            return Receipt("unknown", error=f"the page's posts cannot be read: {self._why_unread(error)}")
        found = find_among(posts, str((request.json or {})["commentary"]))
        if isinstance(found, str):
            return Receipt("unknown", error=found)
        if found is None and not complete:
            return Receipt("unknown", error="the page has posted too much since this post was planned")
        return None if found is None else self._sent(str(found["id"]))

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

    def _headers(self, token: str) -> dict[str, str]:
        return {
            "Authorization": f"Bearer {token}",
            "LinkedIn-Version": str(self.settings.version),
            "X-Restli-Protocol-Version": "2.0.0",
        }

    def _call(self, method: str, path: str, **more: Any) -> Answer:
        """One call of the API, or of an address that LinkedIn gave for an image."""
        token = self.settings.access_token.get_secret_value()
        headers = {**self._headers(token), **more.pop("headers", {})}
        url = path if "://" in path else base_url(self.settings.api_url) + path
        return call(method, url, headers=headers, timeouts=self.timeouts, secrets=(token,), **more)

    def _check_role(self, author: str) -> None:
        query = {"q": "roleAssignee", "state": "APPROVED", "count": "100"}
        finder = {"X-RestLi-Method": "FINDER"}
        try:
            role = role_in(self._call("GET", "/rest/organizationAcls", query=query, headers=finder).json, author)
        except Exception as error:
            words = self._outcome(error).error
            answered = answer_in(error)
            if answered is not None and answered.status == 403:
                words = "this token may not say which page it is for: make it with rw_organization_admin as well"
            raise ChannelError(words) from error
        if role != "yes":
            raise ChannelError(f"whoever made this token may not post as {author}: {_RIGHTS}")

    def _uploaded(self, upload: Upload) -> str:
        """The id of an image, once LinkedIn has it, and has made of it what it shows.

        Where the token may not look at the image, it is taken to be well.
        """
        name, picture = PurePath(upload.path).name, read_picture(upload, IMAGES)
        asked = {"initializeUploadRequest": {"owner": self._author()}}
        answer = self._call("POST", "/rest/images", query={"action": "initializeUpload"}, json=asked)
        url, urn = upload_of(answer.json, base_url(self.settings.api_url))
        try:
            self._call("PUT", url, headers={"Content-Type": picture.mime}, content=picture.content)
        except AnswerError as error:
            if error.status in (413, 415, 422):
                said = words_of(error.answer) or error.status
                raise UploadError(f"LinkedIn does not take the image {name} ({said})") from error
            raise
        pause, looks = self.processing
        for look in range(looks):
            try:
                status = self._call("GET", f"/rest/images/{quote(urn, safe='')}").mapping.get("status")
            except AnswerError:
                break
            if status == "PROCESSING_FAILED":
                raise UploadError(f"LinkedIn can make nothing of the image {name}; save it anew, or take another")
            if status not in ("PROCESSING", "WAITING_UPLOAD"):
                break
            if look + 1 < looks:
                time.sleep(pause)
        return urn

    def _repeated(self, request: Request, urn: str) -> Receipt:
        """What became of a post that LinkedIn refuses because the same text stands there already, as this post."""
        secrets = (self.settings.access_token.get_secret_value(),)
        known = f"LinkedIn says that this text stands there already, at {link_of(urn)}"
        try:
            post = self._call("GET", f"/rest/posts/{quote(urn, safe='')}").mapping
        except Exception as error:  # noqa: BLE001 -- a post that cannot be looked at may be ours
            answered = answer_in(error)
            if answered is not None and answered.status in (404, 410):
                words = "LinkedIn takes a text once in ten minutes or so, and the post that had this one is gone: wait"
                return Receipt("refused", error=words)
            words = f"{known}, and that cannot be looked at: {self._why_unread(error)}"
            return Receipt("unknown", error=one_line(words, secrets))
        made, since = made_at(post), _planned(request)
        same = says_the_same(str(post.get("commentary") or ""), str((request.json or {})["commentary"]))
        if same and post.get("author") == self._author():
            if made is None or since is None or made >= since - _SKEW:
                return self._sent(urn)
            return Receipt("refused", error=f"{known}, since before this release was planned: change the text, or wait")
        return Receipt("refused", error=f"{known}, but that is another post: change the text, or wait ten minutes")

    def _posts_since(self, earliest: datetime) -> tuple[list[Mapping[str, Any]], bool]:
        """The page's own posts made since then, the latest change first, and whether these are all."""
        found: list[Mapping[str, Any]] = []
        query = {"q": "author", "author": self._author(), "count": str(_PAGE), "sortBy": "LAST_MODIFIED"}
        for page in range(_PAGES):
            query["start"] = str(page * _PAGE)
            answer = self._call("GET", "/rest/posts", query=query, headers={"X-RestLi-Method": "FINDER"})
            elements = answer.mapping.get("elements")
            if not isinstance(elements, list):
                raise OddAnswerError("LinkedIn answered with something else than posts")
            for post in map(as_mapping, elements):
                made, changed = made_at(post), made_at(post, "lastModifiedAt")
                if made is None or not POST.fullmatch(str(post.get("id"))):
                    raise OddAnswerError("LinkedIn answered with a post that has no time or no id")
                if (changed or made) < earliest:
                    return found, True
                if made >= earliest:
                    found.append(post)
            if not elements:
                return found, True
        return found, False

    def _sent(self, urn: str) -> Receipt:
        return Receipt("sent", id=urn, url=link_of(urn))

    def _why_unread(self, error: Exception) -> str:
        answered = answer_in(error)
        if answered is not None and answered.status == 403:
            return "the token may not read them; make it with r_organization_social as well"
        return self._outcome(error).error or ""

    def _outcome(self, error: Exception) -> Receipt:
        """What an error means.

        Source: https://learn.microsoft.com/en-us/linkedin/shared/api-guide/concepts/error-handling, and
        .../marketing/community-management/shares/posts-api.

        | answer | meaning |
        | --- | --- |
        | 3xx, 4xx | refused, in LinkedIn's words |
        | 401 | refused: the token is over, or was taken back |
        | 403 | refused, naming the rights that are needed |
        | 422 naming a post of which this is a duplicate | that post is looked at; see `_repeated` |
        | 426 | refused, naming the setting `version` |
        | 429 | refused, with the time at which to try again |
        | 5xx, anything else | unknown |
        | no connection | refused |
        """
        secrets = (self.settings.access_token.get_secret_value(),)
        if isinstance(error, UploadError | OddAnswerError):
            return Receipt("refused", error=one_line(error, secrets))
        answered = answer_in(error)
        if answered is None:
            return no_answer(error, self.settings.api_url, secrets)
        status, said, code = answered.status, words_of(answered.answer), code_of(answered.answer)
        words = f"LinkedIn answered {status}: {said}" if said else f"LinkedIn answered {status}"
        if not 300 <= status < 500:
            return Receipt("unknown", error=one_line(words, secrets))
        if status < 400:
            words = f"{base_url(self.settings.api_url)} redirects elsewhere; check api_url"
        elif status == 401:
            words = f"LinkedIn does not take this token any more ({said or status}): make another, and set access_token"
        elif status == 403:
            words = f"{said or words}: {_RIGHTS}"
        elif status == 426 or code == "NONEXISTENT_VERSION":
            words = (
                f"LinkedIn does not know version {self.settings.version} of its API (any more): set version to a "
                "newer one"
            )
        elif status == 429:
            words = f"too many requests to LinkedIn; {wait(answered.headers)}"
        elif said:
            words = said
        return Receipt("refused", error=one_line(words, secrets))


def _planned(request: Request) -> datetime | None:
    """When a request was planned, by its key."""
    try:
        at = datetime.fromisoformat(request.key.partition("/")[0])
    except ValueError:
        return None
    return at if at.tzinfo else at.replace(tzinfo=UTC)
