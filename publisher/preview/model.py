"""What a preview shows of one channel: its variant, what it can carry, and the requests that will be sent."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from publisher.channels.base import Request
from publisher.compose.model import Capabilities, Limit, Post, Variant


@dataclass(frozen=True, eq=False, repr=False)
class Shown:
    """One channel's part of a preview; `notes` say what to know before it goes out, a line each."""

    variant: Variant
    capabilities: Capabilities
    requests: Sequence[Request]
    notes: Sequence[str] = ()

    @property
    def recipients(self) -> list[str]:
        """Whom the post goes to, where each gets a request of their own; else empty."""
        return [request.recipient for request in self.requests if request.recipient]

    def posts(self) -> Iterator[tuple[Post, Request, Limit]]:
        """Each post with its request and the limit that is shown for it, the first of those that hold.

        Of requests that differ in their recipient alone the first one stands for all.
        """
        shown = self.requests[:1] if self.recipients else self.requests
        for post, request in zip(self.variant.posts, shown, strict=True):
            yield post, request, self.capabilities.limits_for(self.variant.layout, media=bool(post.media))[0]


NO_LIMIT_TO_SPEAK_OF = 1_000_000


def extent(post: Post, limit: Limit, between: str = "of") -> str:
    """How long a post is, and of how much: `173 of 300 graphemes`; of a page only how long."""
    count = limit.count(post.text)
    if limit.most >= NO_LIMIT_TO_SPEAK_OF:
        return f"{count:,} {limit.unit}"
    return f"{count:,} {between} {limit.most:,} {limit.unit}"


def plural(count: int, noun: str) -> str:
    return f"{count} {noun}" if count == 1 else f"{count:,} {noun}s"
