"""The hash by which a person approves what a preview showed."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from pathlib import Path

from publisher.channels.base import Request, Upload
from publisher.delivery.plan import Plan


def plan_digest(plan: Plan) -> str:
    """SHA-256, in hex, of everything that would go out: each channel's requests, each image by its bytes.

    Equal for equal plans wherever they are made, in whatever order the channels stand; another word, image, alternative
    text, channel or account gives another. Where a file lies counts for nothing, and so does the time: when it goes out
    is not what it says. An image that cannot be read counts by its path.
    """
    content = {
        each.channel.name: [each.channel.type, *(_with_bytes(request).digest for request in each.requests)]
        for each in plan.deliveries
    }
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()


def _with_bytes(request: Request) -> Request:
    return replace(request, uploads=tuple(map(_by_bytes, request.uploads)))


def _by_bytes(upload: Upload) -> Upload:
    try:
        return replace(upload, path="", sha256=hashlib.sha256(Path(upload.path).read_bytes()).hexdigest())
    except (OSError, ValueError):
        return upload
