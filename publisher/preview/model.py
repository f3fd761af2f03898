"""What a preview shows: of the release, and of each channel its variant, what it can carry, and the requests."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from publisher.channels.base import Request
from publisher.channels.look import NEUTRAL, Look
from publisher.compose.model import Capabilities, Limit, Post, Variant
from publisher.release.model import Release
from publisher.text.patterns import later
from publisher.text.rich import RichText

_CONTROL = later(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029]")
_LAST_WORDS = 4
_PICTURES = 0x2400  # of the control characters, from U+0000 on


@dataclass(frozen=True, eq=False, repr=False)
class Head:
    """What stands above the channels: the release, and when it would go out and its embargo ends, in words."""

    release: Release
    times: Sequence[str] = ()

    @property
    def findings(self) -> list[tuple[str, str]]:
        """What the review found, each with how serious it is: `error` or `warning`. Errors come first."""
        found = sorted(self.release.findings, key=lambda finding: finding.severity != "error")
        return [(finding.severity, str(finding)) for finding in found]


@dataclass(frozen=True, eq=False, repr=False)
class Shown:
    """One channel's part of a preview.

    `notes` say what to know before it goes out, a line each; of those about one post, `places` says about which. `by`
    is under whose name the posts stand, and `look` how the network shows them.
    """

    variant: Variant
    capabilities: Capabilities
    requests: Sequence[Request]
    notes: Sequence[str] = ()
    places: Mapping[str, int] = field(default_factory=dict)
    by: str = ""
    look: Look = NEUTRAL

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

    def warnings_on(self, post: int | None) -> list[str]:
        """The warnings about one post, counted from 0; with None those about all of them."""
        return [warning for warning in self.variant.warnings if self.variant.places.get(warning) == post]

    def notes_on(self, post: int | None) -> list[str]:
        """The notes about one post, counted from 0; with None those about all of them."""
        return [note for note in self.notes if self.places.get(note) == post]

    @property
    def kind(self) -> str:
        """The type, where the channel has another name, the layout, and how many posts and recipients it has."""
        variant = self.variant
        named = "" if variant.channel == variant.type else f"{variant.type}, "
        readers = f", {plural(len(self.recipients), 'recipient')}" if self.recipients else ""
        return f"{named}{variant.layout}, {plural(len(variant.posts), 'post')}{readers}"


NO_LIMIT_TO_SPEAK_OF = 1_000_000


def extent(post: Post, limit: Limit, between: str = "of") -> str:
    """How long a post is, and of how much: `173 of 300 graphemes`; of a page only how long."""
    count = limit.count(post.text)
    if limit.most >= NO_LIMIT_TO_SPEAK_OF:
        return f"{count:,} {limit.unit}"
    return f"{count:,} {between} {limit.most:,} {limit.unit}"


def excess(post: Post, limit: Limit) -> int:
    """By how much a post is over its limit, in the limit's unit; 0 where it fits."""
    return max(limit.count(post.text) - limit.most, 0)


def mentions(text: RichText) -> list[str]:
    """Whose owners a text notifies, each once: as it names them, with the account where it shows another name."""
    said: dict[str, str] = {}
    for span in text.spans:
        if span.mention:
            said.setdefault(span.mention, span.text)
    return [
        name if account.lstrip("@").casefold() in name.casefold() else f"{name} ({account})"
        for account, name in said.items()
    ]


def hidden_links(text: RichText) -> list[tuple[str, str]]:
    """The links that show something else than their address, each once: what they show, and where they lead."""
    said: dict[str, str] = {}
    for span in text.spans:
        if span.link:
            said[span.link] = said.get(span.link, "") + span.text
    return [(shown, address) for address, shown in said.items() if _bare(address) not in _bare(shown)]


def _bare(address: str) -> str:
    return address.partition("://")[2].rstrip("/") or address.rstrip("/")


def folded(text: str, look: Look) -> str:
    """Where the network folds a text, in words: behind what, and what it writes there; empty where it shows all."""
    at = look.fold.at(text) if look.fold else None
    if not look.fold or at is None:
        return ""
    last = " ".join(text[:at].split()[-_LAST_WORDS:])
    return f"folded behind “{last}” (the network shows the rest on “{look.fold.words}”)"


def plural(count: int, noun: str) -> str:
    return f"{count} {noun}" if count == 1 else f"{count:,} {noun}s"


def totals(shown: Iterable[Shown]) -> str:
    """What a preview came to: `3 channels, 6 posts`, and how many warnings, where there are any."""
    each = list(shown)
    warnings = sum(len(one.variant.warnings) for one in each)
    came_to = [plural(len(each), "channel"), plural(sum(len(one.variant.posts) for one in each), "post")]
    return ", ".join([*came_to, *([plural(warnings, "warning")] if warnings else [])])


def stops(release: Release) -> str:
    """That the review found errors, which hold a release back, as a sentence; empty where it found none."""
    errors = sum(finding.severity == "error" for finding in release.findings)
    return f"The review found {plural(errors, 'error')}: that stops a publish." if errors else ""


def visible(text: str) -> str:
    """The text with a visible sign for each character that would make a terminal do something, line feeds kept."""
    return _CONTROL.sub(_sign, text)


def _sign(match: re.Match[str]) -> str:
    code = ord(match.group())
    return chr(_PICTURES + code) if code < 0x20 else "\u2421" if code == 0x7F else "\ufffd"
