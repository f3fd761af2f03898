"""Records of `app.bsky.feed.post`: made from a post, and completed with what only the network knows."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from publisher.compose.model import Post
from publisher.text.facets import facets

COLLECTION = "app.bsky.feed.post"
_TID_ALPHABET = "234567abcdefghijklmnopqrstuvwxyz"
_IMAGES = "app.bsky.embed.images"
_EXTERNAL = "app.bsky.embed.external"
_MENTION = "app.bsky.richtext.facet#mention"


def record_of(post: Post, language: str) -> dict[str, Any]:
    """The record of a post, complete but for its time, the images' blobs, and the DIDs of those whom it mentions.

    A mention's `did` holds the handle; `mentioned` lists them, and `completed` puts in what the network answers.
    Source: lexicon app.bsky.feed.post.
    """
    text, found = facets(post.text)
    record: dict[str, Any] = {"$type": COLLECTION, "text": text}
    if found:
        record["facets"] = found
    if language:
        record["langs"] = [language]
    if post.media:
        images = [{"alt": item.alt or ""} for item in post.media]  # the blob joins each once it is uploaded
        record["embed"] = {"$type": _IMAGES, "images": images}
    elif post.card:
        card = {"uri": post.card.url, "title": post.card.title, "description": post.card.description}
        record["embed"] = {"$type": _EXTERNAL, "external": card}
    return record


def mentioned(record: Mapping[str, Any]) -> list[str]:
    """The handles that a record mentions, without their `@`, each once."""
    return list(dict.fromkeys(feature["did"].removeprefix("@") for feature in _mentions(record)))


def completed(record: Mapping[str, Any], blobs: Sequence[Mapping[str, Any]], dids: Mapping[str, str]) -> dict[str, Any]:
    """The record with the blobs of its images in their order, and with DIDs for the handles that it mentions.

    A blob is `image` (what uploadBlob answered) and, where known, `aspectRatio`.
    """
    done = dict(record)
    embed = dict(record.get("embed", {}))
    if blobs and embed.get("$type") == _IMAGES:
        done["embed"] = {
            **embed,
            "images": [{**each, **blob} for each, blob in zip(embed["images"], blobs, strict=True)],
        }
    elif blobs:
        done["embed"] = {**embed, "external": {**embed["external"], "thumb": blobs[0]["image"]}}
    if dids and "facets" in record:
        done["facets"] = [_with_did(facet, dids) for facet in record["facets"]]
    return done


def _mentions(record: Mapping[str, Any]) -> Iterator[Mapping[str, str]]:
    for facet in record.get("facets", ()):
        yield from (feature for feature in facet["features"] if feature["$type"] == _MENTION)


def _with_did(facet: Mapping[str, Any], dids: Mapping[str, str]) -> dict[str, Any]:
    features = [
        {**feature, "did": dids[feature["did"].removeprefix("@")]} if feature["$type"] == _MENTION else feature
        for feature in facet["features"]
    ]
    return {**facet, "features": features}


def tid(moment: datetime, seed: str) -> str:
    """A record key: 53 bits of microseconds since 1970, and 10 bits of a clock id that is drawn from the seed.

    The microseconds within the moment's millisecond come from the seed too, so that two releases planned for the same
    second differ in more than the clock id. Source: https://atproto.com/specs/tid.
    """
    drawn = int.from_bytes(hashlib.sha256(seed.encode()).digest()[:4], "big")
    milliseconds = (moment - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(milliseconds=1)
    number = (milliseconds * 1000 + (drawn >> 10) % 1000) << 10 | drawn & 0x3FF
    return "".join(_TID_ALPHABET[number >> shift & 31] for shift in range(60, -1, -5))
