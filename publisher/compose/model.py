"""`Variant`, what one channel will say, and `Capabilities`, what a channel can carry."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal

from publisher.compose.notice import Notice
from publisher.documents.model import Block
from publisher.release.model import Contact, Dateline, Media, Quote
from publisher.text.rich import RichText, Span, join

Layout = Literal["single", "thread", "brief", "article"]
LAYOUTS: tuple[Layout, ...] = ("single", "thread", "brief", "article")

Section = Literal["headline", "subheadline", "lede", "quotes", "actions", "link", "hashtags", "boilerplate", "contact"]


@dataclass(frozen=True)
class Limit:
    """A bound on the length of one post: at most `most` of `unit`, counted by `count` (the network's own rule).

    `growth` spares the counting where that is long-winded: a text whose extent, times this, is within `most` has
    certainly not more than that by the rule. 0: every text is counted.
    """

    most: int
    unit: str
    count: Callable[[RichText], int]
    growth: int = 0

    def holds(self, text: RichText) -> bool:
        return self._certainly(text) or self.count(text) <= self.most

    def _certainly(self, text: RichText) -> bool:
        return bool(self.growth) and self.growth * sum(map(_extent, text.spans)) <= self.most


_MARKUP = 96  # code points that the marks around one span take in the wordiest markup, rounded up
_LINE = 8  # and what stands around a paragraph of plain text


def _extent(span: Span) -> int:
    if not (span.link or span.mention or span.hashtag or span.bold or span.italic or span.code):
        return len(span.text) + _LINE
    return len(span.text) + len(span.link or "") + len(span.mention or "") + _MARKUP


@dataclass(frozen=True)
class ImageRules:
    """Which image files a network takes: MIME types, size in bytes, and measures in pixels (0: no bound).

    `most_side` bounds the longer side, `most_sides` width and height together, `most_pixels` their product, and
    `most_ratio` the longer side over the shorter one. An image over a bound that another make of it can meet is made
    smaller, or into another type, before it is sent.
    """

    types: tuple[str, ...]
    most_bytes: int
    most_side: int = 0
    most_sides: int = 0
    most_pixels: int = 0
    most_ratio: int = 0


@dataclass(frozen=True)
class Capabilities:
    """What a channel can carry, how it counts, and what it can do afterwards.

    Attributes:
        layouts: Those it takes, its default first.
        limits: Every one must hold for each post; the first is the one shown to people.
        layout_limits: In place of `limits`, in a layout that the network bounds otherwise.
        media_limits: In place of both, for a post that carries an image (a caption).
        media_max: How many images a post may carry; 0 for none.
        media_from: Whether it takes them as files, by their address on the web, or both.
        images: What the files must be like; None for files of any kind.
        alt_max: The longest alternative text, in characters; 0 where the network has none.
        labelled_links: A link may show another text than its address, which then need not show its UTM parameters.
        card: A link card with title and description is sent along, in the place of images.
        mentions: How the network names an account: by a `handle` in the text, by an `id` that no reader sees, or not.
        audience: Whom its posts reach: the public, or people whom the organisation has chosen (a list, a room).
        canonical: It gives the release its own address, and goes first.
        repeatable: Sending the same request again changes nothing.
        atomic: A thread goes out in one request: the network takes all of it or nothing.
        readable: The network can be asked what became of a post.
        settles_seconds: How long after sending its "not here" is not to be believed yet.
        idempotency: This and the following are sentences for the feature matrix.
        read_back: How the network is asked.
        edit: What can be changed later.
        delete: What can be taken back.
    """

    layouts: tuple[Layout, ...]
    limits: tuple[Limit, ...]
    layout_limits: Mapping[Layout, tuple[Limit, ...]] = field(default_factory=dict)
    media_limits: tuple[Limit, ...] = ()
    media_max: int = 0
    media_from: tuple[Literal["file", "web"], ...] = ("file",)
    images: ImageRules | None = None
    alt_max: int = 0
    labelled_links: bool = False
    card: bool = False
    mentions: Literal["", "handle", "id"] = ""
    audience: Literal["public", "chosen"] = "public"
    canonical: bool = False
    repeatable: bool = False
    atomic: bool = False
    readable: bool = False
    settles_seconds: float = 0.0
    idempotency: str = "none"
    read_back: str = "none"
    edit: str = "no"
    delete: str = "no"

    def limits_for(self, layout: Layout, *, media: bool) -> tuple[Limit, ...]:
        """What bounds one post in this layout, with an image or without."""
        if media and self.media_limits:
            return self.media_limits
        return self.layout_limits.get(layout, self.limits)


@dataclass(frozen=True)
class Card:
    """A link card as the network shows it under a post; `image` is its picture, where the release has one."""

    url: str
    title: str
    description: str
    image: Media | None = None


@dataclass(frozen=True)
class Part:
    """What one section has to say in a post: a quote, the headline, a list. A section may have several.

    `text` stands for a text of somebody's own, `number` for the place in a thread, `notice` for that of an embargo.
    """

    section: Section | Literal["text", "number", "notice"]
    text: RichText


BREAK = "\n\n"
"""What stands between two parts of a post."""


def joined(parts: Iterable[Part]) -> RichText:
    """The parts as the text of one post, a blank line between them."""
    return join((part.text for part in parts), BREAK)


@dataclass(frozen=True)
class Post:
    """One post: what a reader sees, the images it carries, and its link card.

    `parts` are the same text by its sections, for a network whose messages have a form (a heading, blocks).
    """

    text: RichText
    media: tuple[Media, ...] = ()
    card: Card | None = None
    parts: tuple[Part, ...] = ()


@dataclass(frozen=True)
class Article:
    """The whole release, for a page: `body` as in `Release`, the dateline in its first paragraph.

    `keywords` are the hashtags without their `#`, `edition_of` is the slug of the release that this one is a
    translation of, and `card` is an image for link cards, which the page itself does not show.
    """

    slug: str
    language: str
    headline: str
    subheadline: str | None
    dateline: Dateline | None
    summary: str
    body: tuple[Block, ...]
    boilerplate: str | None
    contacts: tuple[Contact, ...]
    media: tuple[Media, ...]
    quotes: tuple[Quote, ...] = ()
    keywords: tuple[str, ...] = ()
    edition_of: str | None = None
    card: Media | None = None


@dataclass(frozen=True)
class Variant:
    """What one channel will say: one post, a thread in order, or an article (then `posts` holds its plain reading).

    `channel` is the name in channels.yaml, `type` the channel's type; `link` is the canonical address of the release.
    `warnings` name what was left out or shortened, one line each; of those about one post, `places` says about which,
    counted from 0. `notice` is an embargo's, where there is one: it is how the first post begins, and stands above the
    headline of an `article`.
    """

    channel: str
    type: str
    layout: Layout
    language: str
    posts: tuple[Post, ...]
    link: str | None = None
    article: Article | None = None
    warnings: tuple[str, ...] = ()
    places: Mapping[str, int] = field(default_factory=dict)
    notice: Notice | None = None
