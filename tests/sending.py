"""What the channels' tests have in common: images, sending a thread, and what each fault of a network means."""

from __future__ import annotations

import pytest
from servers.base import picture

from publisher.channels.base import Receipt
from publisher.release.model import Media

outcomes = pytest.mark.parametrize(
    ("fault", "outcome", "standing"),
    [
        ("close_before", "unknown", 0),
        ("close_after", "unknown", 1),
        ("500_after", "unknown", 1),
        ("garbage", "unknown", 1),
        ("slow", "unknown", 1),
        ("429", "refused", 0),
        ("expired", "refused", 0),
    ],
)
"""What can be known of a post behind each of `servers.base.Fault`, and how many stand there."""


answers = pytest.mark.parametrize(
    ("status", "headers", "meaning"),
    [
        (503, {"Retry-After": "7"}, ("refused", 7.0)),
        (503, {"Retry-After": "soon"}, ("unknown", None)),
        (503, {}, ("unknown", None)),
        (500, {"Retry-After": "7"}, ("unknown", None)),
        (502, {}, ("unknown", None)),
        (504, {}, ("unknown", None)),
        (429, {"Retry-After": "7"}, ("refused", 7.0)),
        (400, {}, ("refused", None)),
        (403, {}, ("refused", None)),
        (404, {}, ("refused", None)),
    ],
)
"""What an answer of a network that speaks HTTP means: the outcome, and the seconds after which it is tried again."""


def patience(fault):
    """Seconds to connect, and to wait: little only for a server that is slow on purpose, as a busy machine is, too."""
    return 30.0, 0.3 if fault == "slow" else 30.0


def send_all(channel, requests):
    """The receipts of a thread, each post sent with those before it."""
    receipts: list[Receipt] = []
    for request in requests:
        receipts.append(channel.send(request, receipts))
    return receipts


def images(folder, *names):
    """Small images by their names, as files in the folder, each with an alternative text."""
    for name in names:
        (folder / name).write_bytes(picture(name))
    return tuple(Media(str(folder / name), f"What {name} shows") for name in names)
