"""What a channel can do, in words."""

from __future__ import annotations

from typing import Any

from publisher.compose.model import Capabilities


def features(capabilities: Capabilities) -> dict[str, Any]:
    """A channel type's capabilities as short entries, its default layout first."""
    limits = [f"{limit.most:,} {limit.unit}" for limit in capabilities.limits]
    with_image = [f"{limit.most:,} {limit.unit} with an image" for limit in capabilities.media_limits]
    return {
        "layouts": list(capabilities.layouts),
        "limits": limits + with_image,
        "images": capabilities.media_max,
        "alternative text": f"{capabilities.alt_max:,} characters" if capabilities.alt_max else "no",
        "link card": "yes" if capabilities.card else "no",
        "gives the canonical link": "yes" if capabilities.canonical else "no",
        "repeats recognised by": capabilities.idempotency,
        "asked what became of a post": capabilities.read_back,
        "edit": capabilities.edit,
        "delete": capabilities.delete,
    }
