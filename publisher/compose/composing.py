"""One release and one channel's wishes into a `Variant`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import groupby
from pathlib import PurePath
from typing import Any, cast, get_args

from publisher.compose.draft import BREAK, Draft
from publisher.compose.model import (
    Article,
    Capabilities,
    Card,
    Layout,
    Limit,
    Post,
    Section,
    Variant,
)
from publisher.compose.onepost import first_sentences, one_post
from publisher.compose.quotes import spoken, within
from publisher.compose.sections import BULLET, as_hashtags, contact_line
from publisher.compose.thread import numbered, thread
from publisher.config.located import nearest
from publisher.documents.model import Block
from publisher.errors import PublishError
from publisher.release.model import Media, Release
from publisher.text.cutting import shorten
from publisher.text.rich import RichText, as_rich, join, link

SECTIONS: Mapping[Layout, tuple[Section, ...]] = {
    "single": ("headline", "quotes", "link", "hashtags"),
    "thread": ("headline", "link", "hashtags", "quotes", "actions"),
    "brief": ("headline", "subheadline", "lede", "quotes", "actions", "link", "hashtags"),
    "article": ("headline", "subheadline", "lede", "quotes", "actions", "boilerplate", "contact"),
}
"""What each layout says, in this order, unless channels.yaml or the release chooses otherwise."""

_CARD_DESCRIPTION = 300
_NUMBER_ROOM = "\n\n999/999"
_LONG_THREAD = 25
_OVERRIDES: Mapping[str, type] = {"layout": str, "sections": list, "hashtags": list, "numbering": bool}
_OVERRIDE_HINT = "Write a text in quotes, false, or {sections: [headline, link]}"


@dataclass(frozen=True, eq=False, repr=False)
class Wishes:
    """What channels.yaml asks of one channel's variant. `handles` maps names to handles on this network."""

    channel: str
    type: str
    layout: Layout | None = None
    sections: tuple[Section, ...] | None = None
    hashtags: tuple[str, ...] = ()
    handles: Mapping[str, str] = field(default_factory=dict)
    numbering: bool = False


def compose(release: Release, capabilities: Capabilities, wishes: Wishes, address: str | None = None) -> Variant | None:
    """What one channel will say. Pure.

    Args:
        release: As parsed; its front matter's `variants` win over `wishes`.
        capabilities: What the channel can carry, and how it counts.
        wishes: The channel's own settings and the organisation's.
        address: The canonical link of the release, None where there is none.

    Returns:
        The variant; None where the release's front matter switches this channel off.

    Raises:
        PublishError: The release's own text for this channel is over a limit, or asks for what it cannot do.
    """
    override = _override(release, wishes)
    if override is False:
        return None
    if isinstance(override, Mapping):
        wishes = _overridden(wishes, override, release.file)
    layout = wishes.layout or capabilities.layouts[0]
    if layout not in capabilities.layouts:
        raise PublishError(
            f"channel {wishes.channel} has no layout {layout}",
            where=release.file,
            hint=f"It can do: {', '.join(capabilities.layouts)}",
        )
    warnings: list[str] = []
    media = _media(release, capabilities, warnings)
    limits = capabilities.limits_for(media=bool(media))
    draft = Draft(
        release=release,
        sections=wishes.sections or _by_default(release, layout),
        fits=within(tuple(_reserving(limit) for limit in limits) if wishes.numbering else limits),
        address=release.link or address,
        hashtags=as_hashtags((*wishes.hashtags, *release.hashtags)),
        handles=wishes.handles,
        warnings=warnings,
    )
    if draft.address and not draft.fits(link(draft.address)):
        draft.warn(f"left out, being longer than a post: the link {draft.address}")
        draft.address = None
    if layout == "article":
        return _article(draft, wishes, media)
    own = _own_text(release, override, limits, wishes.channel) if isinstance(override, str) else None
    texts = [own] if own else _written(draft, layout)
    if wishes.numbering:
        texts = numbered(texts)
    if len(texts) > _LONG_THREAD:
        draft.warn(f"this is a thread of {len(texts)} posts; choose fewer `sections`, or another layout")
    if "link" in draft.sections and not draft.address and not own:
        draft.warn("no link: give the newsroom a base_url, or the release a `link`")
    card = None
    if capabilities.card and draft.address and not media:
        card = Card(draft.address, release.headline, _summary(release))
    posts = [Post(text) for text in texts]
    posts[:1] = [replace(post, media=media, card=card) for post in posts[:1]]
    return Variant(
        channel=wishes.channel,
        type=wishes.type,
        layout=layout,
        language=release.language,
        posts=tuple(posts),
        link=draft.address,
        warnings=tuple(warnings),
    )


def _by_default(release: Release, layout: Layout) -> tuple[Section, ...]:
    """The layout's own sections; a release that has neither quotes nor actions says its lede instead."""
    sections = SECTIONS[layout]
    if "lede" in sections or release.quotes or release.actions:
        return sections
    return (sections[0], "lede", *sections[1:])


def _written(draft: Draft, layout: Layout) -> list[RichText]:
    texts = thread(draft) if layout == "thread" else one_post(draft, quotes_most=1 if layout == "single" else None)
    texts = [text.strip() for text in texts if text.strip()]
    if not texts:
        draft.warn("of the chosen sections the release has none, so that its headline and link stand here")
        draft.sections = ("headline", "link")
        texts = one_post(draft)
    return texts


def _override(release: Release, wishes: Wishes) -> object:
    """The front matter's word on this channel, by its name or else its type: a text, wishes, False, or nothing.

    Raises:
        PublishError: It is something else.
    """
    for key in (wishes.channel, wishes.type):
        if key in release.variants:
            said = release.variants[key]
            if not (said is None or isinstance(said, bool | str | Mapping)):
                raise PublishError(f"`{key}` under `variants` is no text", where=release.file, hint=_OVERRIDE_HINT)
            return said
    return None


def _overridden(wishes: Wishes, override: Mapping[str, object], file: str) -> Wishes:
    """The wishes with what the front matter says of this channel.

    Raises:
        PublishError: It names a key or a section that there is not, or gives a value of the wrong kind.
    """
    where = f"`variants` for {wishes.channel}"
    for key, value in override.items():
        if key not in _OVERRIDES:
            raise PublishError(f"{where}: unknown key `{key}`", where=file, hint=nearest(str(key), list(_OVERRIDES)))
        if not isinstance(value, _OVERRIDES[key]):
            raise PublishError(f"{where}: `{key}` has the wrong kind of value", where=file, hint=_OVERRIDE_HINT)
    for section in cast("list[object]", override.get("sections", [])):
        if section not in get_args(Section):
            known = list(get_args(Section))
            raise PublishError(f"{where}: unknown section `{section}`", where=file, hint=nearest(str(section), known))
    return replace(wishes, **cast("dict[str, Any]", override))


def _own_text(release: Release, text: str, limits: tuple[Limit, ...], channel: str) -> RichText:
    rich = as_rich(text.strip())
    if not rich:
        raise PublishError(
            f"the text for {channel} under `variants` is empty", where=release.file, hint="`false` switches it off"
        )
    for limit in limits:
        if (count := limit.count(rich)) > limit.most:
            raise PublishError(
                f"the text for {channel} under `variants` has {count} {limit.unit}, and {limit.most} is the limit",
                where=release.file,
                hint="Shorten it",
            )
    return rich


def _reserving(limit: Limit) -> Limit:
    return replace(limit, count=lambda text: limit.count(text + _NUMBER_ROOM))


def _summary(release: Release) -> str:
    """A sentence or two for a card or a feed: the lede as far as it says something, else what follows it."""

    def short(text: RichText) -> bool:
        return len(text.plain) <= _CARD_DESCRIPTION

    lede = as_rich(release.lede or "")
    if lede.plain.rstrip().endswith(":"):  # "… released the following statement:"
        said = next((" ".join(spoken(quote).sentences) for quote in release.quotes if quote.speaker), "")
        lede = as_rich(release.subheadline or said or release.lede or "")
    return (first_sentences(lede, short) or shorten(lede, short)).plain or release.subheadline or ""


def _media(release: Release, capabilities: Capabilities, warnings: list[str]) -> tuple[Media, ...]:
    """The images this channel can carry, their paths resolved against the release file; a warning for each other."""
    if not capabilities.media_max:
        warnings.extend(f"left out, as this channel takes no images: {media.path}" for media in release.media)
        return ()
    usable: list[Media] = []
    for media in release.media:
        if "://" in media.path and capabilities.layouts != ("article",):
            warnings.append(f"left out, as it is on the web and not a file beside the release: {media.path}")
        elif capabilities.media_types and media.mime not in capabilities.media_types:
            warnings.append(f"left out, as this channel does not take such a file: {media.path}")
        elif len(usable) == capabilities.media_max:
            warnings.append(f"left out, as a post takes {capabilities.media_max} images: {media.path}")
        else:
            usable.append(replace(media, path=resolved(media.path, release.file)))
    return tuple(usable)


def resolved(path: str, file: str) -> str:
    """A path as written in a release, seen from where `publish` runs; an address stays as it is."""
    return path if "://" in path or file == "-" else str(PurePath(file).parent / path)


def _article(draft: Draft, wishes: Wishes, media: tuple[Media, ...]) -> Variant:
    release = draft.release
    article = Article(
        slug=release.slug,
        language=release.language,
        headline=release.headline,
        subheadline=release.subheadline,
        dateline=release.dateline,
        summary=_summary(release),
        body=tuple(
            replace(block, src=resolved(block.src, release.file)) if block.src else block for block in release.body
        ),
        boilerplate=release.boilerplate,
        contacts=release.contacts,
        media=media,
    )
    reading = join(
        [
            as_rich(article.headline).marked(bold=True),
            as_rich(article.subheadline or "").marked(italic=True),
            *_paragraphs(article.body),
            article.boilerplate or "",
            *(contact_line(contact) for contact in article.contacts),
        ],
        BREAK,
    )
    if not draft.fits(reading):
        raise PublishError(f"the release is too long for {wishes.channel}", where=release.file, hint="Shorten it")
    return Variant(
        channel=wishes.channel,
        type=wishes.type,
        layout="article",
        language=release.language,
        posts=(Post(reading, media),),
        link=draft.address,
        article=article,
        warnings=tuple(draft.warnings),
    )


def _paragraphs(body: Iterable[Block]) -> Iterator[RichText]:
    """The body in plain paragraphs, a list as one of them."""
    for kind, blocks in groupby(body, key=lambda block: block.kind):
        if kind == "item":
            yield join((as_rich(BULLET) + block.text for block in blocks), "\n")
        elif kind != "image":
            yield from (block.text for block in blocks)
