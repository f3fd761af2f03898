"""One release and one channel's wishes into a `Variant`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from publisher.compose.article import article_of, plain_reading
from publisher.compose.carded import Dealer
from publisher.compose.draft import OPENING, Draft
from publisher.compose.links import link_card, with_utm
from publisher.compose.model import BREAK, Capabilities, Card, Layout, Limit, Part, Post, Section, Variant, joined
from publisher.compose.onepost import one_post
from publisher.compose.pictures import pictures
from publisher.compose.quotes import within
from publisher.compose.sections import as_hashtags
from publisher.compose.thread import numbered, thread
from publisher.compose.wishes import Wishes, overridden, override_of
from publisher.errors import PublishError
from publisher.release.model import Media, Release
from publisher.text.rich import EMPTY, RichText, as_rich, join

if TYPE_CHECKING:
    from publisher.compose.templates import Template

__all__ = ["SECTIONS", "Wishes", "compose"]

SECTIONS: Mapping[Layout, tuple[Section, ...]] = {
    "single": ("headline", "quotes", "link", "hashtags"),
    "thread": ("headline", "link", "hashtags", "quotes", "actions"),
    "brief": ("headline", "subheadline", "lede", "quotes", "actions", "link", "hashtags"),
    "article": ("headline", "subheadline", "lede", "quotes", "actions", "boilerplate", "contact"),
}
"""What each layout says, in this order, unless channels.yaml or the release chooses otherwise."""

_NUMBER_ROOM = f"{BREAK}999/999"
_LONG_THREAD = 25


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
        PublishError: The release's own text for this channel is over a limit, or asks for what it cannot do; or the
            notice of an embargo leaves no room for a post.
    """
    override = override_of(release, wishes)
    if override is False:
        return None
    if isinstance(override, Mapping):
        wishes = overridden(wishes, override, release.file)
    own = override if isinstance(override, str) else None
    has_own_text = own is not None or wishes.template is not None
    layout = _layout(release, capabilities, wishes, has_own_text=has_own_text)
    warnings: list[str] = []
    media = pictures(release, capabilities, warnings)
    about_images = dict.fromkeys(warnings, OPENING)
    notice = as_rich(wishes.notice.text).marked(bold=True) if wishes.notice else EMPTY
    limits = _Limits(capabilities, layout, notice, with_numbers=wishes.numbering)
    address = release.link or address
    draft = Draft(
        release=release,
        sections=wishes.sections or _by_default(release, layout),
        fits=within(limits.of(media=False, first=False)),
        opening_fits=within(limits.of(media=bool(media))),
        address=with_utm(address, wishes.utm, release.slug) if address else None,
        hashtags=as_hashtags((*release.hashtags, *wishes.hashtags)),
        handles=wishes.handles,
        warnings=warnings,
        beside=about_images,
    )
    draft.show_link(canonical=address, labelled=capabilities.labelled_links)
    _remark_on_early_link(draft, notice)
    if layout == "article":
        return _whole(draft, wishes, media, notice, _dealer(wishes, capabilities, layout))
    if own is not None:
        where = f"the text for {wishes.channel} under `variants`"
        texts = [_own_text(own, limits, where, release.file, has_media=bool(media))]
    elif wishes.template is not None:
        texts = _templated(draft, wishes.template, limits, has_media=bool(media))
        layout = _layout_for(len(texts), layout, capabilities, wishes)
    else:
        texts = _written(draft, layout)
    if wishes.numbering:
        texts = numbered(texts)
    if notice:
        texts = _under(notice, texts, limits.bare(media=bool(media)), wishes, release)
    if len(texts) > _LONG_THREAD:
        draft.warn(f"this is a thread of {len(texts)} posts; choose fewer `sections`, or another layout")
    if "link" in draft.sections and not draft.address and not has_own_text:
        draft.warn("no link: give the newsroom a base_url, or the release a `link`")
    posts = [Post(joined(parts), parts=parts) for parts in texts]
    has_card = capabilities.card and (has_own_text or wishes.link_card or "link" in draft.sections)
    dealer = _dealer(wishes, capabilities, layout)
    illustrated = _illustrated(posts, media, draft, dealer, wanted=wishes.link_card if has_card else False)
    return Variant(
        channel=wishes.channel,
        type=wishes.type,
        layout=layout,
        language=release.language,
        posts=illustrated,
        link=draft.address,
        warnings=tuple(warnings),
        places=draft.places(illustrated),
        notice=wishes.notice,
    )


def _dealer(wishes: Wishes, capabilities: Capabilities, layout: Layout) -> Dealer | None:
    if not wishes.cards or wishes.deck is None:
        return None
    return Dealer(wishes.deck, capabilities, capabilities.limits_for(layout, media=True))


def _remark_on_early_link(draft: Draft, notice: RichText) -> None:
    if notice and draft.address and not draft.release.link:
        draft.warn("the link leads to a page that is not there before the embargo ends")


def _layout(release: Release, capabilities: Capabilities, wishes: Wishes, *, has_own_text: bool) -> Layout:
    """The layout asked for, or the channel's own; for a text of somebody's own one that has posts.

    Raises:
        PublishError: The channel has no such layout.
    """
    layout = wishes.layout or capabilities.layouts[0]
    if layout not in capabilities.layouts:
        raise PublishError(
            f"channel {wishes.channel} has no layout {layout}",
            where=release.file,
            hint=f"It can do: {', '.join(capabilities.layouts)}",
        )
    if not has_own_text or layout != "article":
        return layout
    for able in capabilities.layouts:
        if able != "article":
            return able
    raise PublishError(
        f"{wishes.channel} publishes the whole release, not a text of its own",
        where=release.file,
        hint="Remove its text from `variants`, or its `template`",
    )


class _Limits:
    """The limits of a channel's posts, room for a number kept where the posts will have one, and in the first post for
    the notice, which no reading of the release gets hold of.
    """

    def __init__(self, capabilities: Capabilities, layout: Layout, notice: RichText, *, with_numbers: bool) -> None:
        self.capabilities = capabilities
        self.layout = layout
        self.above = notice + BREAK if notice else EMPTY
        self.with_numbers = with_numbers

    def bare(self, *, media: bool) -> tuple[Limit, ...]:
        return self.capabilities.limits_for(self.layout, media=media)

    def exact(self, *, media: bool, first: bool = True) -> tuple[Limit, ...]:
        limits = self.bare(media=media)
        return tuple(_reserving(limit, above=self.above) for limit in limits) if self.above and first else limits

    def of(self, *, media: bool, first: bool = True) -> tuple[Limit, ...]:
        limits = self.exact(media=media, first=first)
        return tuple(_reserving(limit, below=_NUMBER_ROOM) for limit in limits) if self.with_numbers else limits

    def named(self, what: str) -> str:
        """What is measured, in words, where the notice is measured with it."""
        return f"{what}, under the embargo notice," if self.above else what


def _reserving(limit: Limit, above: RichText = EMPTY, below: str = "") -> Limit:
    return replace(limit, count=lambda text: limit.count(above + text + below), growth=0)


def _by_default(release: Release, layout: Layout) -> tuple[Section, ...]:
    """The layout's own sections; a release that has neither quotes nor actions says its lede instead."""
    sections = SECTIONS[layout]
    if "lede" in sections or release.quotes or release.actions:
        return sections
    return (sections[0], "lede", *sections[1:])


def _written(draft: Draft, layout: Layout) -> list[tuple[Part, ...]]:
    posts = thread(draft) if layout == "thread" else one_post(draft, quotes_most=1 if layout == "single" else None)
    posts = [stripped for parts in posts if (stripped := _stripped(parts))]
    if not posts:
        draft.warn("of the chosen sections the release has none, so that its headline and link stand here")
        draft.sections = ("headline", "link")
        posts = one_post(draft)
    return posts


def _stripped(parts: tuple[Part, ...]) -> tuple[Part, ...]:
    return tuple(replace(part, text=text) for part in parts if (text := part.text.strip()))


def _under(
    notice: RichText, texts: list[tuple[Part, ...]], limits: tuple[Limit, ...], wishes: Wishes, release: Release
) -> list[tuple[Part, ...]]:
    """The posts with the notice on top of the first: whole, or not at all.

    Raises:
        PublishError: It leaves no room for a post.
    """
    first = (Part("notice", notice), *(texts[0] if texts else ()))
    _refuse_too_long(joined(first), limits, f"a post on {wishes.channel} with the embargo notice", release.file)
    if not texts and release.headline:
        raise PublishError(
            f"the embargo notice leaves no room for anything else on {wishes.channel}",
            where=release.file,
            hint="Take `embargo: allow` off it, or choose a layout with more room",
        )
    return [first, *texts[1:]] if texts else []


def _own_text(text: str, limits: _Limits, what: str, file: str, *, has_media: bool) -> tuple[Part, ...]:
    rich = as_rich(text.strip())
    if not rich:
        raise PublishError(f"{what} is empty", where=file, hint="`false` switches it off")
    _refuse_too_long(rich, limits.exact(media=has_media), limits.named(what), file)
    return (Part("text", rich),)


def _templated(draft: Draft, template: Template, limits: _Limits, *, has_media: bool) -> list[tuple[Part, ...]]:
    """What a template writes; a post of it that is too long is refused, not cut."""
    from publisher.compose.templates import posts  # noqa: PLC0415 -- most channels have none

    texts = posts(template, draft)
    if not texts:
        raise PublishError(
            "this template writes nothing for this release",
            where=template.name,
            hint="Give it a line that always stands",
        )
    for number, text in enumerate(texts, start=1):
        what = f"post {number} of this template" if len(texts) > 1 else "what this template writes"
        first = number == 1
        room = limits.of if len(texts) > 1 else limits.exact
        bounds = room(media=has_media and first, first=first)
        _refuse_too_long(text, bounds, limits.named(what) if first else what, template.name)
    return [(Part("text", text),) for text in texts]


def _refuse_too_long(text: RichText, limits: tuple[Limit, ...], what: str, where: str) -> None:
    for limit in limits:
        if (count := limit.count(text)) > limit.most:
            raise PublishError(
                f"{what} has {count:,} {limit.unit}, and {limit.most:,} is the limit", where=where, hint="Shorten it"
            )


def _layout_for(posts: int, layout: Layout, capabilities: Capabilities, wishes: Wishes) -> Layout:
    """Several posts are a thread.

    Raises:
        PublishError: This channel has no threads.
    """
    if posts == 1 or layout == "thread":
        return layout
    if "thread" in capabilities.layouts:
        return "thread"
    where = wishes.template.name if wishes.template else wishes.channel
    raise PublishError(f"this template writes {posts} posts, and {wishes.channel} takes one", where=where)


def _illustrated(
    posts: list[Post], media: tuple[Media, ...], draft: Draft, dealer: Dealer | None, *, wanted: bool | None
) -> tuple[Post, ...]:
    """The posts with images and link card, of which a post has one or the other.

    Args:
        posts: In order, without either.
        media: The release's images: they go with the first post.
        draft: What the posts were made from.
        dealer: Deals cards out to posts without an image.
        wanted: Whether there is a link card: one that is asked for goes with the first post, in the place of its
            images; None for one that takes no image's place, on the first post or the last.
    """
    linked = bool(draft.address) and wanted is not False
    thumb = media[0] if media else None
    images = [media if at == 0 else () for at in range(len(posts))]
    if dealer:
        first_is_taken = bool(media) or (linked and bool(wanted))
        if linked and wanted and not media:
            thumb = dealer.of_headline(draft)
        cards = dealer.images(posts, draft, without=0 if first_is_taken else None)
        images = [own or card for own, card in zip(images, cards, strict=True)]
    illustrated = [replace(post, media=own) for post, own in zip(posts, images, strict=True)]
    if not posts or not linked or not draft.address:
        return tuple(illustrated)
    card: Card = link_card(draft.release, draft.address, thumb)
    if wanted:
        for image in images[0]:
            if image != thumb:
                draft.warn(f"left out, as the link card stands in the place of the images: {image.path}", OPENING)
        illustrated[0] = replace(posts[0], card=card)
    elif (place := next((at for at in (0, len(posts) - 1) if not images[at]), None)) is not None:
        illustrated[place] = replace(posts[place], card=card)
    return tuple(illustrated)


def _whole(draft: Draft, wishes: Wishes, media: tuple[Media, ...], notice: RichText, dealer: Dealer | None) -> Variant:
    article = article_of(draft.release, media, draft.hashtags, wishes.boilerplate)
    if not media and dealer:
        article = replace(article, card=dealer.of_headline(draft))
    reading = plain_reading(article)
    if not draft.opening_fits(reading):
        raise PublishError(f"the release is too long for {wishes.channel}", where=draft.release.file, hint="Shorten it")
    posts = (Post(join([notice, reading], BREAK), media),)
    return Variant(
        channel=wishes.channel,
        type=wishes.type,
        layout="article",
        language=article.language,
        posts=posts,
        link=draft.address,
        article=article,
        warnings=tuple(draft.warnings),
        places=draft.places(posts),
        notice=wishes.notice,
    )
