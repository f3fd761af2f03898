"""What a channel can do, in words."""

from __future__ import annotations

from typing import Any

from publisher.compose.model import Capabilities
from publisher.preview.model import NO_LIMIT_TO_SPEAK_OF


def features(capabilities: Capabilities) -> dict[str, Any]:
    """A channel type's capabilities as short entries, its default layout first."""
    limits = [_bound(limit.most, limit.unit) for limit in capabilities.limits]
    in_layout = [
        f"{_bound(limit.most, limit.unit)} as {layout}"
        for layout, limits_there in capabilities.layout_limits.items()
        for limit in limits_there
    ]
    with_image = [f"{_bound(limit.most, limit.unit)} with an image" for limit in capabilities.media_limits]
    return {
        "layouts": list(capabilities.layouts),
        "limits": limits + in_layout + with_image,
        "images": capabilities.media_max,
        "alternative text": _bound(capabilities.alt_max, "characters") if capabilities.alt_max else "no",
        "link card": "yes" if capabilities.card else "no",
        "audience": capabilities.audience,
        "gives the canonical link": "yes" if capabilities.canonical else "no",
        "repeats recognised by": capabilities.idempotency,
        "asked what became of a post": capabilities.read_back,
        "edit": capabilities.edit,
        "delete": capabilities.delete,
    }


def _bound(most: int, unit: str) -> str:
    return "any length" if most >= NO_LIMIT_TO_SPEAK_OF else f"{most:,} {unit}"
