"""A message on Slack, by bot or webhook: its arguments, what it carries unseen, and its link. Pure."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

from publisher.channels.base import Request
from publisher.channels.slack_blocks import ALT_CUT, blocks_of, fallback
from publisher.channels.wire import as_mapping, link_parts, no_link
from publisher.compose.model import Post, Variant
from publisher.text.patterns import later

EVENT = "press_release"
_LINK = "https://WORKSPACE.slack.com/archives/CHANNEL/pNUMBER"
_HOST = later(r"[a-z0-9.-]+\.slack(?:-gov)?\.com")
_PLACE = later(r"archives/([A-Z][A-Z0-9]+)/p([0-9]{1,10})([0-9]{6})", re.ASCII)


def message_of(post: Post, variant: Variant, *, unfurl: bool) -> dict[str, Any]:
    """The arguments that make a message, by bot or webhook: nothing in its text is looked for names to notify.

    Source: https://docs.slack.dev/reference/methods/chat.postMessage.
    """
    preview = unfurl and bool(variant.link) and any(span.link == variant.link for span in post.text.spans)
    return {
        "text": fallback(post, variant.link),
        "blocks": blocks_of(post),
        "link_names": False,
        "unfurl_links": preview,
        "unfurl_media": preview,
    }


def thread_of(variant: Variant) -> str:
    """What the posts of one thread have in common, so that the first is found when one of the others is looked for."""
    texts = "\n".join(post.text.plain for post in variant.posts)
    return hashlib.sha256(texts.encode(errors="replace")).hexdigest()[:16]


def notes_on(requests: Sequence[Request]) -> list[str]:
    """What is not shown as the release has it, a line each."""
    blocks = [block for request in requests for block in (request.json or {})["blocks"]]
    return [
        f"the alternative text of {block['image_url']} is shortened to {len(block['alt_text'])} characters"
        for block in blocks
        if block["type"] == "image" and block["alt_text"].endswith(ALT_CUT)
    ]


def payload_of(message: Mapping[str, Any]) -> Mapping[str, Any]:
    """What a message of ours carries unseen; empty for the others."""
    metadata = as_mapping(message.get("metadata"))
    return as_mapping(metadata.get("event_payload")) if metadata.get("event_type") == EVENT else {}


def permalink_place(url: str) -> tuple[str, str]:
    """The channel and the timestamp of the message that a link leads to.

    Raises:
        ChannelError: It is not the link of a message.
    """
    host = (urlsplit(url.strip()).hostname or "") if "://" in url else url.strip().partition("/")[0]
    found = _HOST.fullmatch(host) and _PLACE.fullmatch("/".join(link_parts(url, (host,), _LINK)))
    if not found:
        raise no_link(url, _LINK)
    return found[1], f"{found[2]}.{found[3]}"
