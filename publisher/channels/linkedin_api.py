"""Calls of LinkedIn's API in the name of one page, and what becomes of them."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import PurePath
from typing import Any
from urllib.parse import quote

from publisher.channels.base import ChannelError, Receipt, Upload
from publisher.channels.http import Answer, call
from publisher.channels.images import UploadError, read_picture
from publisher.channels.linkedin_answers import (
    POST,
    RIGHTS,
    code_of,
    grants,
    made_at,
    until,
    upload_of,
    words_of,
)
from publisher.channels.linkedin_post import IMAGES
from publisher.channels.pacing import turned_away
from publisher.channels.refusals import answered, redirects, too_many
from publisher.channels.wire import AnswerError, OddAnswerError, answer_in, as_mapping, no_answer, one_line

_PAGE = 50
_PAGES = 5
_FINDER = {"X-RestLi-Method": "FINDER"}
_WORKED_ON = ("PROCESSING", "WAITING_UPLOAD")


@dataclass(frozen=True)
class Api:
    """`author` is the page, as `urn:li:organization:NUMBER`; `timeouts` are seconds to connect, and to wait."""

    url: str
    token: str = field(repr=False)
    version: str
    author: str
    timeouts: tuple[float, float]

    @property
    def secrets(self) -> tuple[str, ...]:
        return (self.token,)

    def headers(self, token: str) -> dict[str, str]:
        return {
            "Authorization": f"Bearer {token}",
            "LinkedIn-Version": self.version,
            "X-Restli-Protocol-Version": "2.0.0",
        }

    def call(self, method: str, path: str, *, headers: Mapping[str, str] | None = None, **more: Any) -> Answer:
        known = {**self.headers(self.token), **(headers or {})}
        return call(method, self.url + path, headers=known, timeouts=self.timeouts, secrets=self.secrets, **more)

    def may_post(self) -> bool:
        """Whether the member behind the token has a role on the page that lets them post.

        Raises:
            ChannelError: LinkedIn does not tell.
        """
        query = {"q": "roleAssignee", "state": "APPROVED", "count": "100"}
        try:
            return grants(self.call("GET", "/rest/organizationAcls", query=query, headers=_FINDER).json, self.author)
        except Exception as error:
            words, refusal = self.outcome(error).error, answer_in(error)
            if refusal is not None and refusal.status in (403, 404):
                words = "this token may not say which page it is for: make it with rw_organization_admin as well"
            raise ChannelError(words) from error

    def uploaded(self, upload: Upload, processing: tuple[float, int]) -> str:
        """The id of an image, once LinkedIn has made of it what it shows.

        A post with an image that comes to nothing is seen by nobody. Where the token may not look at the image, or
        LinkedIn is long about it, it is taken to be well.

        Args:
            upload: As planned.
            processing: Seconds between two looks at an image that LinkedIn still works on, and how many of them.
        """
        name, picture = PurePath(upload.path).name, read_picture(upload, IMAGES)
        asked = {"initializeUploadRequest": {"owner": self.author}}
        answer = self.call("POST", "/rest/images", query={"action": "initializeUpload"}, json=asked)
        url, urn = upload_of(answer.json, self.url)
        headers = {"Authorization": f"Bearer {self.token}", "Content-Type": picture.mime}
        secrets = (*self.secrets, url)
        try:
            call("PUT", url, headers=headers, content=picture.content, timeouts=self.timeouts, secrets=secrets)
        except AnswerError as error:
            if error.status in (413, 415, 422):
                said = words_of(error.answer) or error.status
                raise UploadError(f"LinkedIn does not take the image {name} ({said})") from error
            raise
        if self._status(urn, processing) == "PROCESSING_FAILED":
            raise UploadError(f"LinkedIn can make nothing of the image {name}; save it anew, or take another")
        return urn

    def _status(self, image: str, processing: tuple[float, int]) -> str:
        """What LinkedIn says of an image in the end; empty where the token may not ask."""
        pause, looks = processing
        status = ""
        for look in range(looks):
            if look:
                time.sleep(pause)
            try:
                status = str(self.call("GET", f"/rest/images/{quote(image, safe='')}").mapping.get("status"))
            except AnswerError:
                return ""
            if status not in _WORKED_ON:
                break
        return status

    def post(self, urn: str) -> Mapping[str, Any]:
        """The post with this id, which has a `commentary`."""
        found = self.call("GET", f"/rest/posts/{quote(urn, safe='')}").mapping
        if not isinstance(found.get("commentary"), str):
            raise OddAnswerError("LinkedIn answered with something else than a post")
        return found

    def posts_since(self, earliest: datetime) -> tuple[list[Mapping[str, Any]], bool]:
        """The page's own posts made since then, the latest change first, and whether these are all."""
        found: list[Mapping[str, Any]] = []
        seen: set[str] = set()
        query = {"q": "author", "author": self.author, "count": str(_PAGE), "sortBy": "LAST_MODIFIED"}
        for page in range(_PAGES):
            answer = self.call("GET", "/rest/posts", query={**query, "start": str(page * _PAGE)}, headers=_FINDER)
            elements = answer.mapping.get("elements")
            if not isinstance(elements, list):
                raise OddAnswerError("LinkedIn answered with something else than posts")
            posts = list(map(as_mapping, elements))
            made = [made_at(post) for post in posts]
            if any(at is None or not POST.fullmatch(str(post.get("id"))) for at, post in zip(made, posts, strict=True)):
                raise OddAnswerError("LinkedIn answered with a post that has no time or no id")
            found += [post for at, post in zip(made, posts, strict=True) if at and at >= earliest]
            changed = [made_at(post, "lastModifiedAt") or at for at, post in zip(made, posts, strict=True)]
            if any(at and at < earliest for at in changed) or {post["id"] for post in posts} <= seen:
                return found, True
            seen |= {post["id"] for post in posts}
        return found, False

    def why_unread(self, error: Exception) -> str:
        """Why posts cannot be looked at, in one line."""
        refusal = answer_in(error)
        if refusal is not None and refusal.status == 403:
            return "the token may not read posts; make it with r_organization_social as well"
        return self.outcome(error).error or ""

    def outcome(self, error: Exception) -> Receipt:
        """What an error means.

        Source: https://learn.microsoft.com/en-us/linkedin/shared/api-guide/concepts/error-handling, and
        .../marketing/community-management/shares/posts-api.

        | answer | meaning |
        | --- | --- |
        | 3xx, 4xx | refused, in LinkedIn's words |
        | 401 | refused: the token is over, or was taken back |
        | 403 | refused, naming the rights that are needed |
        | 422 naming a post of which this is a duplicate | that post is looked at before anything is said |
        | 426 | refused, naming the setting `version` |
        | 429 | refused, until its quotas begin anew |
        | 503 with Retry-After | refused, until then |
        | any other 5xx, anything else | unknown |
        | no connection | refused, to be tried again |
        """
        if isinstance(error, UploadError | OddAnswerError):
            return Receipt("refused", error=one_line(error, self.secrets))
        refusal = answer_in(error)
        if refusal is None:
            return no_answer(error, self.url, self.secrets)
        status, said = refusal.status, words_of(refusal.answer)
        words, wait = answered("LinkedIn", status, said), turned_away(status, refusal.headers)
        if not 300 <= status < 500:
            return Receipt("unknown" if wait is None else "refused", error=one_line(words, self.secrets), wait=wait)
        if status < 400:
            words = redirects(self.url)
        elif status == 401:
            words = f"LinkedIn does not take this token any more ({said or status}): make another, and set access_token"
        elif status == 403:
            words = f"{said or words}: {RIGHTS}"
        elif status == 426 or code_of(refusal.answer) == "NONEXISTENT_VERSION":
            words = f"LinkedIn does not know version {self.version} of its API (any more): set version to a newer one"
        elif status == 429:
            again, wait = until(refusal.headers)
            words = too_many("LinkedIn", again)
        elif said:
            words = said
        return Receipt("refused", error=one_line(words, self.secrets), wait=wait)
