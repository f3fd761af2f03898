"""A WordPress site's REST API: what the channel asks of it, one call or a few at a time."""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePath
from typing import Any

from publisher.channels.base import Upload
from publisher.channels.http import Answer, call
from publisher.channels.images import UploadError, file_name, read_picture
from publisher.channels.wire import AnswerError, OddAnswerError, as_mapping, as_words, base_url
from publisher.channels.wordpress_answers import (
    TakenError,
    find_among,
    id_of,
    same_address,
    words_of,
)
from publisher.compose.model import ImageRules
from publisher.text.html import is_web_address

POSTS = "/wp/v2/posts"
IMAGES = ImageRules(("image/jpeg", "image/png", "image/gif", "image/webp"), most_bytes=10_000_000)

_EVERY = "publish,future,draft,pending,private"


def endpoint(api_url: str, path: str) -> str:
    return f"{base_url(api_url)}/wp-json{path}"


@dataclass(frozen=True, repr=False)
class Site:
    """A site and one of its users. `timeouts` are seconds to connect, and to wait for an answer.

    Raises:
        AnswerError: From every method: the site answered, but not with a success.
        OddAnswerError: From every method: nothing can be made of its answer.
        httpx.HTTPError: From every method: it did not answer.
    """

    api_url: str
    username: str
    password: str
    timeouts: tuple[float, float]

    @property
    def secrets(self) -> tuple[str, str]:
        """The password, and the form in which it goes over the wire."""
        return self.password, base64.b64encode(f"{self.username}:{self.password}".encode()).decode()

    def call(self, method: str, path: str, **more: Any) -> Answer:
        """One call. Source: https://developer.wordpress.org/rest-api/reference/."""
        secrets = self.secrets
        headers = {"Authorization": f"Basic {secrets[1]}"}
        url = endpoint(self.api_url, path)
        return call(method, url, headers=headers, timeouts=self.timeouts, secrets=secrets, **more)

    def user(self) -> Mapping[str, Any]:
        me = self.call("GET", "/wp/v2/users/me", query={"context": "edit"}).mapping
        if not id_of(me) or not as_words(me.get("username"), me.get("slug")):
            raise OddAnswerError("the site answered without naming the user; check api_url")
        return me

    def standing(self, wanted: Mapping[str, Any]) -> Mapping[str, Any] | None:
        """The post that says what is wanted, in whatever state; None where none does and its slug is free.

        Raises:
            TakenError: Another post has its slug.
        """
        slug, query = str(wanted["slug"]), {"status": _EVERY, "context": "edit"}
        posts, hidden = self._listed(POSTS, {**query, "slug": f"{slug},{slug}-2"})
        if hidden and self._listed(POSTS, {**query, "slug": slug})[1]:
            raise TakenError("a post that this user may not edit stands under this slug")
        return find_among(posts, wanted)

    def covering_page(self, slug: str, address: str) -> str | None:
        """The address of a page that readers would see in a post's place, as WordPress looks for pages first."""
        pages, _ = self._listed("/wp/v2/pages", {"slug": slug, "_fields": "link"})
        links = [as_words(page.get("link")) for page in pages]
        return next((link for link in links if "?" in address or same_address(link, address)), None)

    def latest(self, categories: Sequence[int]) -> list[tuple[str, str]]:
        """Slugs and links of the latest posts, in these categories where there are any."""
        query = {"per_page": "10", "_fields": "slug,link"}
        if categories:
            query["categories"] = ",".join(map(str, categories))
        posts, _ = self._listed(POSTS, query)
        known = [(as_words(post.get("slug")), as_words(post.get("link"))) for post in posts]
        return [(slug, link) for slug, link in known if slug and link]

    def uploaded(self, upload: Upload) -> tuple[str, str]:
        """The number and the address of an image, once it is in the site's library.

        Raises:
            UploadError: The file cannot go along, or the site does not take it.
        """
        name, picture = PurePath(upload.path).name, read_picture(upload, IMAGES)
        file = ("file", (file_name(name, picture.mime), picture.content, picture.mime))
        try:
            image = self.call("POST", "/wp/v2/media", form={"alt_text": upload.alt}, files=[file]).mapping
        except AnswerError as error:
            why = words_of(error.answer) or ("it is too large for this site" if error.status == 413 else "")
            if why and error.status not in (401, 403):
                raise UploadError(f"the site does not take the image {name}: {why}") from error
            raise
        address = as_words(image.get("source_url"))
        if not id_of(image) or not is_web_address(address):
            raise OddAnswerError(f"the site answered without an address for the image {name}")
        return id_of(image), address

    def _listed(self, path: str, query: Mapping[str, str]) -> tuple[list[Mapping[str, Any]], bool]:
        """The posts or pages that a query finds, and whether it finds only such as this user may not edit."""
        answer = self.call("GET", path, query=query)
        if not isinstance(answer.json, list):
            raise OddAnswerError("the site answered with something else than posts; check api_url")
        listed = [as_mapping(each) for each in answer.json]
        return listed, not listed and answer.headers.get("x-wp-total", "0") != "0"
