"""What a WordPress site says: its posts, its users' rights, its errors. Pure."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import unquote, urlsplit

from publisher.channels import pacing
from publisher.channels.wire import as_mapping, as_words, base_url
from publisher.text.patterns import later

_WAIT = 300.0
_TAG = later(r"<[^<>]*>")
_RIGHTS = ("edit_posts", "publish_posts", "upload_files")


class TakenError(Exception):
    """Another page stands where this one is to be: one line."""


def id_of(data: Mapping[str, Any]) -> str:
    """The number of a post or an image; empty where the answer names none."""
    number = data.get("id")
    return str(number) if isinstance(number, int) and not isinstance(number, bool) else ""


def words_of(answer: object) -> str:
    """The site's own words in a refusal, without their HTML; empty where it is not WordPress that answered."""
    import html  # noqa: PLC0415 -- a dry run never gets here

    body = as_mapping(answer)
    parameters = as_mapping(as_mapping(body.get("data")).get("params")).values()
    said = " ".join(filter(None, (as_words(body.get("message"), body.get("code")), *map(as_words, parameters))))
    return " ".join(html.unescape(_TAG.sub(" ", said)).split())


def explained(status: int, answer: object, api_url: str, username: str) -> str:
    """What a refusal means and what to do about it, in one line."""
    said = words_of(answer)
    site, host = base_url(api_url), urlsplit(api_url).hostname or api_url
    plain = f"{host} answered {status}: {said}" if said else f"{host} answered {status}"
    if 300 <= status < 400:
        return f"{site} redirects elsewhere: check api_url, and that Settings, Permalinks is not Plain"
    if status == 403 or (status == 400 and "forbidden" in said):
        whose = f"{said} The user {username} must be an Author or Editor"
        return whose if said else f"{plain}, and not as WordPress does: a firewall may stand before it"
    if status == 404 and not said:
        return f"there is no REST API at {site}/wp-json: check api_url, and that Settings, Permalinks is not Plain"
    known = {
        401: f"{host} does not take username and application_password: check both ({said or status})",
    }
    return known.get(status) or (said if said and status < 500 else plain)


def until(status: int, headers: Mapping[str, str]) -> float | None:
    """How many seconds a site or its host wants to be left alone; None where it does not want to be.

    WordPress knows no limit of its own, and answers 503 with Retry-After while it is being updated.
    Source: https://developer.wordpress.org/reference/functions/wp_maintenance/.
    """
    if status == 429:
        return pacing.first(pacing.retry_after(headers), default=_WAIT)
    return pacing.turned_away(status, headers)


def is_refusal(status: int, answer: object) -> bool:
    """Whether nothing was put in. WordPress also says no to a featured image after it has put in the post; and of a 5xx
    nothing is sure but its own word that the database took nothing.

    Source: https://developer.wordpress.org/reference/classes/wp_rest_posts_controller/create_item/.
    """
    code = as_mapping(answer).get("code")
    return code == "db_insert_error" or (300 <= status < 500 and code != "rest_invalid_featured_media")


def rights_missing(capabilities: object, *, publishing: bool) -> list[str]:
    """What a user may not do of what sending needs, as WordPress calls it.

    Source: https://wordpress.org/documentation/article/roles-and-capabilities/.
    """
    held = as_mapping(capabilities)
    return [right for right in _RIGHTS if not held.get(right) and (publishing or right != "publish_posts")]


def find_among(posts: Sequence[Mapping[str, Any]], wanted: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """The post that says the same as the one wanted; None where no post stands under its slug.

    Where the slug is taken, WordPress puts a post under the same one with -2 behind it; such posts count only where
    they say the same.

    Raises:
        TakenError: A post that says something else stands under the slug.
    """
    said = _said(wanted.get("title"), wanted.get("content"))
    for post in sorted(posts, key=lambda post: post.get("slug") != wanted["slug"]):
        if said == _said(as_mapping(post.get("title")).get("raw"), as_mapping(post.get("content")).get("raw")):
            return post
    for post in posts:
        if post.get("slug") == wanted["slug"]:
            raise TakenError(f"another page stands under this slug ({as_words(post.get('link'), 'without a link')})")
    return None


def same_address(one: str, other: str) -> bool:
    """Whether two addresses are one to a reader: with or without `www.`, by http or https, closing slash or none."""
    try:
        return _bare(one) == _bare(other)
    except ValueError:  # an address that is none
        return False


def _bare(address: str) -> tuple[str, str, str]:
    parts = urlsplit(address)
    return parts.netloc.casefold().removeprefix("www."), unquote(parts.path).rstrip("/"), parts.query


def _said(title: object, content: object) -> tuple[str, str]:
    return _comparable(title), _comparable(content)


def _comparable(markup: object) -> str:
    """What a reader sees, without what a site changes on the way: how signs are written, and white space."""
    from selectolax.lexbor import LexborHTMLParser  # noqa: PLC0415 -- a dry run never gets here

    body = LexborHTMLParser(f"<body>{markup}").body
    text = unicodedata.normalize("NFC", body.text() if body else "")
    return "".join(sign for sign in text if unicodedata.category(sign)[0] not in "ZC")
