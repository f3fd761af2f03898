"""Send a press release out into the world: read, parse, compose, render, deliver.

    from publisher import load_config, make_plan, parse, read

    release = parse(read("release.md"))
    plan = make_plan(release, load_config())

`make_plan` composes and renders for every channel; `publisher.compose.compose` writes one channel's variant, `render`
gives its requests, and `deliver` sends a plan that was made for sending. Nothing is imported before it is asked for.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from publisher.channels.base import Channel, Receipt, Request
    from publisher.channels.registry import build
    from publisher.compose.model import Capabilities, Variant
    from publisher.config.loading import load_config
    from publisher.delivery.ledger import Ledger
    from publisher.delivery.plan import Plan, make_plan
    from publisher.delivery.run import Result, deliver
    from publisher.documents import Document, read
    from publisher.errors import PublishError
    from publisher.release import Release, as_json, parse

_HOMES = {
    "Capabilities": "publisher.compose.model",
    "Channel": "publisher.channels.base",
    "Document": "publisher.documents",
    "Ledger": "publisher.delivery.ledger",
    "Plan": "publisher.delivery.plan",
    "PublishError": "publisher.errors",
    "Receipt": "publisher.channels.base",
    "Release": "publisher.release",
    "Request": "publisher.channels.base",
    "Result": "publisher.delivery.run",
    "Variant": "publisher.compose.model",
    "as_json": "publisher.release",
    "build": "publisher.channels.registry",
    "deliver": "publisher.delivery.run",
    "load_config": "publisher.config.loading",
    "make_plan": "publisher.delivery.plan",
    "parse": "publisher.release",
    "read": "publisher.documents",
}

__all__ = [
    "Capabilities",
    "Channel",
    "Document",
    "Ledger",
    "Plan",
    "PublishError",
    "Receipt",
    "Release",
    "Request",
    "Result",
    "Variant",
    "as_json",
    "build",
    "deliver",
    "load_config",
    "make_plan",
    "parse",
    "read",
    "render",
]


def render(variant: Variant, channel: Channel) -> list[Request]:
    """The requests that would send a variant on a channel, one a post. Pure."""
    return channel.render(variant)


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)
