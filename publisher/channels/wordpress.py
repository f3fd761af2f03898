"""WordPress: a post on a site of one's own, by an application password of the user who posts."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Literal
from urllib.parse import quote, urlsplit

from pydantic import Field, PositiveInt, SecretStr, field_validator

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
from publisher.channels.look import Look
from publisher.channels.pacing import unposted
from publisher.channels.refusals import too_many
from publisher.channels.wire import (
    OddAnswerError,
    answer_in,
    as_words,
    base_url,
    is_loopback,
    link_parts,
    no_answer,
    no_link,
    one_line,
)
from publisher.channels.wordpress_answers import (
    TakenError,
    explained,
    id_of,
    is_refusal,
    rights_missing,
    same_address,
    until,
)
from publisher.channels.wordpress_content import fields_of, with_addresses
from publisher.channels.wordpress_site import IMAGES, POSTS, Site, endpoint
from publisher.compose.model import Capabilities, Limit, Variant
from publisher.errors import PublishError
from publisher.text.html import is_web_address

_SLUG = "{slug}"
_CHANGE_SLUG = "change `slug` in the front matter"


class WordPressSettings(ChannelSettings):
    username: str = Field(min_length=1, description="The user who posts, by the name used to log in.")
    application_password: SecretStr = Field(description="An application password of that user, not the one to log in.")
    status: Literal["publish", "draft"] = Field(
        default="publish",
        description="publish: the post is public at once; draft: it waits for somebody to publish it.",
    )
    api_url: WebAddress = Field(description="The site's address, as in https://www.example.org.")
    permalink: str | None = Field(
        default=None,
        description="The form of the posts' addresses, as in https://www.example.org/{slug}/, the default there.",
    )
    categories: tuple[PositiveInt, ...] = Field(default=(), description="Numbers of the categories to put posts in.")
    tags: tuple[PositiveInt, ...] = Field(default=(), description="Numbers of the tags to put on posts.")

    @field_validator("permalink")
    @classmethod
    def _has_a_slug(cls, form: str | None) -> str | None:
        if form and "${" not in form and not (form.count(_SLUG) == 1 and is_web_address(form.replace(_SLUG, "x"))):
            raise ValueError("this is no address with {slug} in it, such as https://www.example.org/{slug}/")
        return form


class WordPress(Channel):
    type = "wordpress"
    Settings = WordPressSettings
    settings: WordPressSettings
    look = Look("page", accent=("#135e96", "#72aee6"), avatar="none", bold=True)
    capabilities = Capabilities(
        layouts=("article",),
        limits=(Limit(1_000_000, "characters", lambda text: len(text.plain)),),
        media_max=50,
        media_from=("file", "web"),
        images=IMAGES,
        canonical=True,
        readable=True,
        settles_seconds=30.0,
        idempotency="none; the slug is looked for before each attempt",
        read_back="the post under its slug, drafts too",
        edit="at any time, in WordPress",
        delete="at any time, in WordPress",
    )
    """A site's PHP may go on for half a minute after the connection broke."""
    timeouts = (10.0, 60.0)
    """Seconds to connect, and to wait for an answer."""

    def __init__(self, name: str, settings: ChannelSettings, folder: Path) -> None:
        super().__init__(name, settings, folder)
        self.capabilities = replace(type(self).capabilities, canonical=self.settings.status == "publish")

    def permalink(self, slug: str) -> str | None:
        """Where the post will stand by the form that the settings give; a draft has no address yet."""
        form = self.settings.permalink or f"{base_url(self.settings.api_url)}/{_SLUG}/"
        return form.replace(_SLUG, quote(slug, safe="")) if self.capabilities.canonical else None

    def render(self, variant: Variant) -> list[Request]:
        if variant.article is None:
            raise PublishError(
                "WordPress gets the whole release, not a text of its own",
                where=variant.channel,
                hint="Remove its text from `variants:`",
            )
        own = self.settings
        fields, uploads = fields_of(variant.article)
        terms = {"categories": list(own.categories), "tags": list(own.tags)}
        return [
            Request(
                "POST",
                endpoint(own.api_url, POSTS),
                headers={"Authorization": f"Basic {MASK}", "Content-Type": "application/json"},
                json={**fields, "status": own.status, **{name: ids for name, ids in terms.items() if ids}},
                uploads=uploads,
            )
        ]

    def notes(self, requests: Sequence[Request]) -> Sequence[str]:
        """Who will not see the post, and who might see the password."""
        own, found = self.settings, []
        if own.status == "draft":
            found.append("status is draft: the post waits in WordPress for somebody to publish it")
        if own.api_url.startswith("http://") and not is_loopback(own.api_url):
            found.append("api_url has no https: whoever is on the way can read the application password")
        return found

    def whoami(self) -> Account:
        """Which user is behind the credentials, once that user may do what sending needs.

        Raises:
            ChannelError: As in `Channel.whoami`; or a right is missing, or `permalink` does not fit the site.
        """
        try:
            me, misfit = self._site.user(), self._misfit()
        except Exception as error:
            raise ChannelError(self._outcome(error).error) from error
        names = [name for key in ("username", "slug", "name", "email") if (name := as_words(me.get(key)))]
        missing = rights_missing(me.get("capabilities"), publishing=self.settings.status == "publish")
        if missing:
            raise ChannelError(f"the user {names[0]} lacks {', '.join(missing)}: make it an Author or Editor")
        if misfit:
            raise ChannelError(misfit)
        return Account(names[0], tuple(names[1:]))

    def send(self, request: Request, after: Sequence[Receipt]) -> Receipt:
        """Look under the slug first: WordPress would put a second post under another one, and say that all is well."""
        site, wanted = self._site, request.json or {}
        try:
            if standing := site.standing(wanted):
                return self._receipt(standing, wanted)
            self._refuse_unseen(str(wanted["slug"]))
            body = self._body(request)
        except Exception as error:  # noqa: BLE001 -- whatever it was, nothing has been posted yet
            return unposted(self._outcome(error))
        try:
            post = site.call("POST", POSTS, json=body).mapping
        except Exception as error:  # noqa: BLE001 -- whatever it was, the post may stand there
            return self._outcome(error)
        slug = as_words(post.get("slug"))
        if id_of(post) and slug and slug != wanted["slug"]:
            return self._taken_back(post, wanted)
        return self._receipt(post, wanted)

    def find(self, request: Request) -> Receipt | None:
        wanted = request.json or {}
        try:
            standing = self._site.standing(wanted)
        except TakenError as error:
            return Receipt("unknown", error=one_line(error))
        except Exception as error:  # noqa: BLE001 -- a site that cannot be asked says nothing about this post
            return Receipt("unknown", error=f"the site's posts cannot be read: {self._outcome(error).error}")
        return self._receipt(standing, wanted) if standing else None

    def receipt_for(self, url: str, request: Request) -> Receipt:
        slug = str((request.json or {})["slug"])
        example = self.permalink(slug) or f"{base_url(self.settings.api_url)}/{slug}/"
        hosts = {urlsplit(address).hostname or "" for address in (example, self.settings.api_url)}
        parts = link_parts(url, [host.removeprefix("www.") for host in hosts], example)
        number = re.search(r"[?&]p=([0-9]+)", url)
        if not parts and not number:
            raise no_link(url, example)
        return Receipt("sent", id=number[1] if number else parts[-1], url=url.strip())

    @property
    def _site(self) -> Site:
        own = self.settings
        return Site(own.api_url, own.username, own.application_password.get_secret_value(), self.timeouts)

    def _refuse_unseen(self, slug: str) -> None:
        """Look whether readers would find the post where the other channels' links will lead.

        Raises:
            TakenError: A page stands there.
            OddAnswerError: `permalink` does not fit the site.
        """
        address = self.permalink(slug)
        if address and (page := self._site.covering_page(slug, address)):
            raise TakenError(f"another page stands under this slug ({page})")
        if misfit := self._misfit():
            raise OddAnswerError(misfit)

    def _misfit(self) -> str | None:
        """What to change where none of the latest posts has an address of the form that the settings give."""
        if self._leads_anywhere():
            return None
        latest = self._site.latest(self.settings.categories)
        if not latest or any(same_address(link, self.permalink(slug) or "") for slug, link in latest):
            return None
        slug, link = latest[0]
        return (
            f"posts stand there at addresses such as {link}, not {self.permalink(slug)}: set permalink to that form, "
            f"or to {base_url(self.settings.api_url)}/?name={_SLUG}, which leads to a post wherever it stands"
        )

    def _leads_anywhere(self) -> bool:
        """Whether there is no address to compare: WordPress redirects one with `?name=` to the post's own."""
        return "?" in (self.permalink("slug") or "?")

    def _body(self, request: Request) -> dict[str, Any]:
        body = dict(request.json or {})
        images = [self._site.uploaded(upload) for upload in request.uploads]
        if images:
            body["content"] = with_addresses(str(body["content"]), [address for _, address in images])
            body["featured_media"] = int(images[0][0])
        return body

    def _taken_back(self, post: Mapping[str, Any], wanted: Mapping[str, Any]) -> Receipt:
        """Delete what has just been put under another slug than was asked for: somebody else was quicker."""
        link = as_words(post.get("link"), post.get("slug"))
        try:
            self._site.call("DELETE", f"{POSTS}/{id_of(post)}", query={"force": "true"})
        except Exception as error:  # noqa: BLE001 -- whatever it was, the post may still stand there
            words = f"the post stands at {link}, as its slug was taken; delete it there ({self._outcome(error).error})"
            return Receipt("unknown", error=one_line(words))
        try:
            if standing := self._site.standing(wanted):
                return self._receipt(standing, wanted)
        except Exception as error:  # noqa: BLE001 -- whatever it was, the post is gone
            return Receipt("refused", error=self._outcome(error).error)
        return Receipt("refused", error=f"the site gives this slug to no post; {_CHANGE_SLUG}")

    def _receipt(self, post: Mapping[str, Any], wanted: Mapping[str, Any]) -> Receipt:
        """What it means that this post stands there: `sent` only where readers see it, and where links will lead."""
        number, link, status = id_of(post), as_words(post.get("link")), as_words(post.get("status"))
        told = self.permalink(str(wanted["slug"]))
        error = ""
        if not number or not status:
            error = "the site answered without the number of a post"
        elif wanted["status"] == "publish" and status != "publish":
            error = f"the post is there, but as {status}: publish it in WordPress"
        elif wanted["status"] == "publish" and post.get("slug") != wanted["slug"]:
            error = f"the post stands at {link}, as its slug was taken: delete it there, and {_CHANGE_SLUG}"
        elif told and not self._leads_anywhere() and not same_address(link, told):
            error = f"the post stands at {link}, and other channels would link to {told}: set permalink"
        if error:
            return Receipt("unknown", error=one_line(error))
        return Receipt("sent", id=number, url=link or None)

    def _outcome(self, error: Exception) -> Receipt:
        """What an error means.

        | answer | meaning |
        | --- | --- |
        | 3xx, 4xx | refused, in the site's words |
        | 401 | refused, naming the settings to check |
        | 403 | refused, naming the roles that may do it |
        | 404 without WordPress's words | refused, naming what to check |
        | 500 with `db_insert_error` | refused: nothing was put in |
        | 429 | refused, for as long as Retry-After says, or 5 minutes |
        | 503 with Retry-After | refused, until then |
        | any other 5xx, anything else | unknown |
        | no connection | refused, to be tried again |

        Source: https://developer.wordpress.org/reference/classes/wp_rest_posts_controller/create_item/.
        """
        own, secrets = self.settings, self._site.secrets
        if isinstance(error, TakenError):
            return Receipt("refused", error=one_line(f"{error}; {_CHANGE_SLUG}", secrets))
        if isinstance(error, UploadError | OddAnswerError):
            return Receipt("refused", error=one_line(error, secrets))
        answered = answer_in(error)
        if answered is None:
            return no_answer(error, own.api_url, secrets)
        status, wait = answered.status, until(answered.status, answered.headers)
        if status == 429:
            words = too_many(urlsplit(own.api_url).hostname or own.api_url, math.ceil(wait or 0))
        else:
            words = explained(status, answered.answer, own.api_url, own.username)
        refused = wait is not None or is_refusal(status, answered.answer)
        return Receipt("refused" if refused else "unknown", error=one_line(words, secrets), wait=wait)
