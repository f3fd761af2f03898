"""Threads as a delivery hands them to a channel, for tests that send them to a real server."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from servers.base import picture

from publisher.channels.base import Channel, Receipt, Request
from publisher.compose.model import Card, Post, Variant
from publisher.release.model import Media
from publisher.text.rich import RichText, as_rich


def planned(
    channel: Channel, *texts: str | RichText, media: tuple[Media, ...] = (), card: Card | None = None
) -> list[Request]:
    """The stamped requests of a thread; images or card go with its first post."""
    posts = tuple(
        Post(as_rich(text), () if index else media, None if index else card) for index, text in enumerate(texts)
    )
    return stamped(channel, Variant(channel.name, channel.type, "thread", "en", posts))


def stamped(channel: Channel, variant: Variant) -> list[Request]:
    """The requests of a variant, planned now, as no other delivery is."""
    at, seed = datetime.now(UTC), secrets.token_hex(8)
    return [channel.stamp(request, at, f"{seed}/{index}") for index, request in enumerate(channel.render(variant))]


def send_all(channel: Channel, requests: Sequence[Request]) -> list[Receipt]:
    """The receipts of a thread, each post sent with those before it, or all at once where the network can."""
    if channel.capabilities.atomic:
        return channel.send_thread(requests, [])
    receipts: list[Receipt] = []
    for request in requests:
        receipts.append(channel.send(request, receipts))
    return receipts


def image(folder: Path, name: str = "quay.png") -> Media:
    (folder / name).write_bytes(picture(name))
    return Media(str(folder / name), f"What {name} shows")
