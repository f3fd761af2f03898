"""What the channel asks of a Mastodon server, one call or a few at a time."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import PurePath
from typing import Any

from publisher.channels.base import Upload
from publisher.channels.http import Answer, call
from publisher.channels.images import UploadError, file_name, read_picture
from publisher.channels.mastodon_answers import id_of, words_of
from publisher.channels.times import moment
from publisher.channels.wire import AnswerError, OddAnswerError, as_mapping, as_words
from publisher.compose.model import ImageRules

IMAGES = ImageRules(
    ("image/jpeg", "image/png", "image/gif", "image/webp"), most_bytes=16_777_216, most_pixels=33_177_600
)
_PAGE = 40
_PAGES = 5


@dataclass(frozen=True)
class Server:
    """A server and one account's token. `timeouts` are seconds to connect, and to wait for an answer.

    Raises:
        AnswerError: From every method: the server answered, but not with a success.
        OddAnswerError: From every method: nothing can be made of its answer.
        httpx.HTTPError: From every method: it did not answer.
    """

    url: str
    token: str = field(repr=False)
    timeouts: tuple[float, float]

    def call(self, method: str, path: str, **more: Any) -> Answer:
        headers = {"Authorization": f"Bearer {self.token}", **more.pop("headers", {})}
        return call(method, self.url + path, headers=headers, timeouts=self.timeouts, secrets=(self.token,), **more)

    def user(self) -> Mapping[str, str]:
        """Id, name and page of the account behind the token."""
        me = self.call("GET", "/api/v1/accounts/verify_credentials").mapping
        if not id_of(me) or not as_words(me.get("acct")):
            raise OddAnswerError("the server answered without naming the account; check api_url")
        if me.get("suspended") is True:
            raise OddAnswerError(f"the server has suspended the account {me['acct'].strip()}: ask its moderators")
        return {"id": id_of(me), "acct": me["acct"].strip(), "url": as_words(me.get("url"))}

    def scopes(self) -> Sequence[str]:
        """What the application may do at most, whatever its token; empty where the server, of an older make, is silent.

        Source: https://docs.joinmastodon.org/methods/apps/#verify_credentials.
        """
        try:
            given = self.call("GET", "/api/v1/apps/verify_credentials").mapping.get("scopes")
        except AnswerError:
            return ()
        return [each for each in given if isinstance(each, str)] if isinstance(given, list) else ()

    def instance(self) -> Mapping[str, Any]:
        """What the server says of itself; empty where it is of an older make and says nothing."""
        try:
            return self.call("GET", "/api/v2/instance").mapping
        except AnswerError as error:
            if error.status in (404, 410):
                return {}
            raise

    def uploaded(self, upload: Upload, processing: tuple[float, int]) -> str:
        """The number of an image, once the server is done with it.

        Args:
            upload: As planned.
            processing: Seconds between two looks at an image that the server still works on, and how many of them.
        """
        name, picture = PurePath(upload.path).name, read_picture(upload, IMAGES)
        file = ("file", (file_name(name, picture.mime), picture.content, picture.mime))
        form = {"description": upload.alt} if upload.alt else None
        pause, looks = processing
        try:
            answer = self.call("POST", "/api/v2/media", form=form, files=[file])
            number = id_of(answer.mapping)
            if not number:
                raise OddAnswerError(f"the server answered without a number for the image {name}")
            while answer.status != 200 and looks:
                looks -= 1
                time.sleep(pause)
                answer = self.call("GET", f"/api/v1/media/{number}")
        except AnswerError as error:
            if error.status == 422:
                raise UploadError(f"the server does not take the image {name}: {words_of(error.answer)}") from error
            raise
        if answer.status != 200:
            raise UploadError(f"the server is not done with the image {name} in time; try again")
        return number

    def posts_since(self, account: str, earliest: datetime) -> tuple[list[Mapping[str, Any]], bool]:
        """The account's own posts since then, the latest first, and whether these are all."""
        found: list[Mapping[str, Any]] = []
        query = {"limit": str(_PAGE), "exclude_reblogs": "true"}
        for _ in range(_PAGES):
            page = self.call("GET", f"/api/v1/accounts/{account}/statuses", query=query).json
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
