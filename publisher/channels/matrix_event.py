"""What an event on Matrix holds, and how long it is. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from publisher.channels.images import Picture
from publisher.text.canonical import canonical_json
from publisher.text.html import clean
from publisher.text.matrix_html import USER_ID, matrix_html
from publisher.text.rich import RichText

MOST = 65_536
RESERVE = 6_144
"""Bytes kept free for what comes to the content on its way: sender, room, up to 20 events before it and 10 that allow
it, hashes, signatures, the two events that a thread names, and an image's address, name and measures."""

GROWTH = 16
"""No character takes more than 14 bytes of an event, in its plain text and, as part of a link, twice in its HTML; where
16 for each are within the limit, 14 and the reserve are."""

_LONGEST_ID = 255


def content_of(text: RichText, *, image: bool) -> dict[str, Any]:
    """A message in plain text and in HTML; with an image, its caption.

    `m.mentions` is always there, as whoever is not in it is not notified, whatever the text says (`@room`).

    Source: https://spec.matrix.org/latest/client-server-api/#mroommessage-msgtypes, .../#media-captions and
    .../#user-and-room-mentions.
    """
    return {
        "msgtype": "m.image" if image else "m.text",
        "body": clean(text.plain),
        "format": "org.matrix.custom.html",
        "formatted_body": matrix_html(text),
        "m.mentions": {"user_ids": _mentioned(text)},
    }


def event_bytes(text: RichText) -> int:
    """Bytes of the whole event as canonical JSON, plain text and HTML in it, with a reserve for what a server adds.

    Source: https://spec.matrix.org/latest/client-server-api/#size-limits.
    """
    return len(canonical_json(content_of(text, image=True))) + RESERVE


def with_image(content: Mapping[str, Any], uri: str, name: str, picture: Picture) -> dict[str, Any]:
    """The content with an image that the server has. That the name is there makes `body` the caption."""
    info = {"mimetype": picture.mime, "size": len(picture.content), "w": picture.width, "h": picture.height}
    return {**content, "url": uri, "filename": clean(name), "info": info}


def in_thread(content: Mapping[str, Any], root: str, latest: str) -> dict[str, Any]:
    """The content as the next event of a thread; where threads are not known, an answer to the latest one.

    Source: https://spec.matrix.org/latest/client-server-api/#threading.
    """
    relation = {
        "rel_type": "m.thread",
        "event_id": root,
        "is_falling_back": True,
        "m.in_reply_to": {"event_id": latest},
    }
    return {**content, "m.relates_to": relation}


def _mentioned(text: RichText) -> list[str]:
    """The accounts that the text mentions, each once."""
    ids = (span.mention for span in text.spans if span.mention and is_user_id(span.mention))
    return list(dict.fromkeys(ids))


def is_user_id(name: str) -> bool:
    return bool(re.fullmatch(USER_ID, name)) and len(name.encode(errors="replace")) <= _LONGEST_ID
