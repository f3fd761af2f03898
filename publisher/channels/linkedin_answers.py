"""What LinkedIn answers: posts, refusals, addresses to which images go. Pure."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from publisher.channels import pacing
from publisher.channels.linkedin_post import is_cut, says_the_same
from publisher.channels.wire import AnswerError, OddAnswerError, as_mapping, as_words, is_loopback
from publisher.text.patterns import later

POST = later(r"urn:li:(?:share|ugcPost):[0-9]{1,20}")
_NAMED = later(r"duplicate of (urn:li:(?:share|ugcPost):[0-9]{1,20})(?![0-9])", re.IGNORECASE)
_IMAGE = later(r"urn:li:image:[A-Za-z0-9_-]{1,200}")
_HOME = later(r"https://(?:[a-z0-9-]{1,63}\.){0,5}(?:linkedin|licdn)\.com(?::443)?/[!-~]*")
RIGHTS = "the token needs w_organization_social, and whoever made it must be super admin or content admin of the page"
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MAY_POST = frozenset({"ADMINISTRATOR", "CONTENT_ADMIN", "CONTENT_ADMINISTRATOR", "DIRECT_SPONSORED_CONTENT_POSTER"})


def words_of(answer: object) -> str:
    """LinkedIn's own words in a refusal; empty where there are none."""
    body = as_mapping(answer)
    return as_words(body.get("message"), code_of(answer))


def code_of(answer: object) -> str:
    """The name of a refusal, as in `ACCESS_DENIED`; empty where it has none."""
    return as_words(as_mapping(answer).get("code"))


def duplicated(answered: AnswerError) -> str:
    """The post whose text a new one repeats, where that is why LinkedIn refuses it; empty else.

    Source: https://learn.microsoft.com/en-us/linkedin/marketing/community-management/shares/ugc-post-api (errors).
    """
    found = _NAMED.search(words_of(answered.answer)) if answered.status == 422 else None
    return found[1] if found else ""


def made_at(post: Mapping[str, Any], field: str = "createdAt") -> datetime | None:
    """A moment in milliseconds since 1970; None where there is none."""
    value = post.get(field)
    if not isinstance(value, int) or isinstance(value, bool):
        return None
    try:
        return _EPOCH + timedelta(milliseconds=value)
    except OverflowError:
        return None


def find_among(posts: Sequence[Mapping[str, Any]], commentary: str) -> Mapping[str, Any] | str | None:
    """The earliest of the posts that says this; why it cannot be told, in one line; None where none does.

    Args:
        posts: All that may be it, the latest first.
        commentary: As it was to be sent.
    """
    own = [post for post in posts[::-1] if not post.get("reshareContext") and _is_public(post)]
    for post in own:
        if says_the_same(str(post.get("commentary") or ""), commentary):
            return post
    if any(as_mapping(post.get("lifecycleStateInfo")).get("isEditedByAuthor") is True for post in own):
        return "a post was edited since this one was planned, and may have been this one"
    for post in own:
        if is_cut(str(post.get("commentary") or ""), commentary):
            return f"only the beginning of this post stands there: look at {link_of(str(post.get('id')))}"
    return None


def _is_public(post: Mapping[str, Any]) -> bool:
    return post.get("lifecycleState") not in {"DRAFT", "PUBLISH_FAILED"}


def link_of(urn: str) -> str:
    return f"https://www.linkedin.com/feed/update/{urn}/"


def upload_of(answer: object, api_url: str) -> tuple[str, str]:
    """Where an image is to be sent, and its id.

    The token goes along, so that it must be a place of LinkedIn's, or of whoever answers at `api_url`.
    Source: https://learn.microsoft.com/en-us/linkedin/marketing/community-management/shares/images-api.

    Raises:
        OddAnswerError: It is not, or there is none.
    """
    value = as_mapping(as_mapping(answer).get("value"))
    url, urn = as_words(value.get("uploadUrl")), as_words(value.get("image"))
    if not url or not _IMAGE.fullmatch(urn):
        raise OddAnswerError("LinkedIn answered without a place for the image")
    at_home = url.startswith(f"{api_url}/") or (is_loopback(api_url) and is_loopback(url))
    if not at_home and not _HOME.fullmatch(url):
        raise OddAnswerError("LinkedIn named a place for the image that is not its own; nothing was sent there")
    return url, urn


def grants(answer: object, organization: str) -> bool:
    """Whether the member behind a token may post as a page, by the roles that they have.

    Source: https://learn.microsoft.com/en-us/linkedin/marketing/community-management/organizations/
    organization-access-control-by-role.

    Raises:
        OddAnswerError: That is no list of roles.
    """
    elements = as_mapping(answer).get("elements")
    if not isinstance(elements, list):
        raise OddAnswerError("LinkedIn answered with something else than roles")
    return any(
        organization in (each.get("organization"), each.get("organizationTarget"))
        and each.get("state", "APPROVED") == "APPROVED"
        and each.get("role") in _MAY_POST
        for each in map(as_mapping, elements)
    )


def until(headers: Mapping[str, str]) -> tuple[int | str, float]:
    """When to try again after a 429, for people, and in seconds: a quota is for a day, and no header tells of it.

    Source: https://learn.microsoft.com/en-us/linkedin/shared/api-guide/concepts/rate-limits.
    """
    if (wait := pacing.retry_after(headers)) is not None:
        return math.ceil(wait), wait
    now = pacing.now(headers)
    midnight = (now + timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0)
    return "its quotas are for a day and begin anew at midnight UTC", (midnight - now).total_seconds()
