"""`Variant`, what one channel will say, and `Capabilities`, what a channel can carry."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from publisher.documents.model import Block
from publisher.release.model import Contact, Dateline, Media
from publisher.text.rich import RichText

Layout = Literal["single", "thread", "brief", "article"]
LAYOUTS: tuple[Layout, ...] = ("single", "thread", "brief", "article")

Section = Literal["headline", "subheadline", "lede", "quotes", "actions", "link", "hashtags", "boilerplate", "contact"]


@dataclass(frozen=True)
class Limit:
    """A bound on the length of one post: at most `most` of `unit`, counted by `count` (the network's own rule)."""

    most: int
    unit: str
    count: Callable[[RichText], int]


@dataclass(frozen=True)
class Capabilities:
    """What a channel can carry, how it counts, and what it can do afterwards.

    `layouts` are those it takes, its default first. Every one of `limits` must hold for each post; the first is the one
    shown to people. `media_limits` replace `limits` for a post that carries an image (a caption), where set.
    `media_max` is the number of images a post may carry (0: none), `media_types` their MIME types, `alt_max` the length
    of an alternative text in characters (0: the network has none). `card` says that a link card with title and
    description is sent along; `mentions` that a handle written in the text becomes a mention by itself. `canonical`
    channels give the release its own address and go first. `repeatable` says that sending the same request again
    changes nothing, `readable` that the network can be asked what became of a post, and `settles_seconds` how long
    after sending its "not here" is not to be believed yet. The remaining fields are sentences for the feature matrix.
    """

    layouts: tuple[Layout, ...]
    limits: tuple[Limit, ...]
    media_limits: tuple[Limit, ...] = ()
    media_max: int = 0
    media_types: tuple[str, ...] = ()
    alt_max: int = 0
    card: bool = False
    mentions: bool = False
    canonical: bool = False
    repeatable: bool = False
    readable: bool = False
    settles_seconds: float = 0.0
    idempotency: str = "none"
    read_back: str = "none"
    edit: str = "no"
    delete: str = "no"

    def limits_for(self, *, media: bool) -> tuple[Limit, ...]:
        return self.media_limits if media and self.media_limits else self.limits


@dataclass(frozen=True)
class Card:
    """A link card as the network shows it under a post."""

    url: str
    title: str
    description: str


@dataclass(frozen=True)
class Post:
    """One post: what a reader sees, the images it carries, and its link card."""

    text: RichText
    media: tuple[Media, ...] = ()
    card: Card | None = None


@dataclass(frozen=True)
class Article:
    """The whole release, for a page: `body` as in `Release`, the dateline in its first paragraph."""

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


@dataclass(frozen=True)
class Variant:
    """What one channel will say: one post, a thread in order, or an article (then `posts` holds its plain reading).

    `channel` is the name in channels.yaml, `type` the channel's type; `link` is the canonical address of the release.
    `warnings` name what was left out or shortened, one line each.
    """

    channel: str
    type: str
    layout: Layout
    language: str
    posts: tuple[Post, ...]
    link: str | None = None
    article: Article | None = None
    warnings: tuple[str, ...] = ()
