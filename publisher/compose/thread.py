"""The layout `thread`: an opening post, then a post a quote, then the actions, split only between items."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from publisher.compose.draft import Draft, excerpt, section_parts
from publisher.compose.model import Part, Section, joined
from publisher.compose.quotes import LEFT_OUT, over_posts
from publisher.compose.sections import action_list
from publisher.text.cutting import Fits, partition, shorten
from publisher.text.rich import RichText, as_rich
from publisher.text.sentences import sentences

_OPENING: tuple[Section, ...] = ("headline", "subheadline", "lede", "link", "hashtags")


def thread(draft: Draft) -> list[tuple[Part, ...]]:
    """The posts in order: what opens a thread in the first, then each other section in posts of its own."""
    first, pushed_out = _opening(draft)
    posts = [first] if first else []
    if not first:  # whatever comes first carries the images then
        draft.fits = draft.opening_fits
    followers: dict[Section, Callable[[Draft], list[RichText]]] = {"quotes": _quotes, "actions": _actions}
    for section in draft.sections:
        if section in followers:
            posts += section_parts(section, followers[section](draft))
        elif section in pushed_out or section not in _OPENING:
            posts += section_parts(section, _running_text(draft, section))
    return posts


def _opening(draft: Draft) -> tuple[tuple[Part, ...], set[Section]]:
    """The first post, and the sections that found no room in it."""
    chosen: dict[Section, RichText] = {}

    def in_order(more: Mapping[Section, RichText]) -> tuple[Part, ...]:
        both = {**chosen, **more}
        return tuple(Part(name, both[name]) for name in draft.sections if name in both)

    def room(section: Section) -> Fits:
        return lambda text: draft.opening_fits(joined(in_order({section: text})))

    pushed_out: set[Section] = set()
    for section in ("link", "headline", *(name for name in draft.sections if name not in ("link", "headline"))):
        if section not in draft.sections or section not in _OPENING:
            continue
        if section == "headline":
            part = draft.headline(room(section))
        elif section == "hashtags":
            part = draft.tags(joined(in_order({})), room(section))
        else:
            part = draft.paragraph(section)
        if part and (section == "link" or room(section)(part)):
            chosen[section] = part
        elif part:
            pushed_out.add(section)
    return in_order({}), pushed_out


def _quotes(draft: Draft) -> list[RichText]:
    posts: list[RichText] = []
    for quote in draft.quotes():
        parts, too_long = over_posts(quote, draft.release.language, draft.handles, draft.fits)
        for sentence in too_long:
            draft.warn(f"left out, and marked {LEFT_OUT}, being longer than a post: {excerpt(sentence)}")
        posts += parts
    return posts


def _actions(draft: Draft) -> list[RichText]:
    intro = draft.release.actions_intro
    actions: list[str] = []
    for action in draft.release.actions:
        short = shorten(as_rich(action), lambda text: draft.fits(action_list(None, [text.plain]))).plain
        if short != action:
            draft.warn(f"shortened, being longer than a post: {excerpt(action)}")
        actions.append(short)
    if intro and actions and not draft.fits(action_list(intro, actions[:1])):
        draft.warn(f"left out, for want of room: the line that introduces the actions, {excerpt(intro)}")
        intro = None

    def post(start: int, stop: int) -> RichText:
        return action_list(intro if start == 0 else None, actions[start:stop])

    return partition([len(action) for action in actions], post, draft.fits) or []


def _running_text(draft: Draft, section: Section) -> list[RichText]:
    text = draft.paragraph(section)
    if not text:
        return []
    if draft.fits(text):
        return [text]
    lines = [line for line in text.plain.split("\n") if line.strip()]
    said, separator = (lines, "\n") if len(lines) > 1 else (sentences(text.plain), " ")
    short = [sentence for sentence in said if draft.fits(as_rich(sentence))]
    if len(short) < len(said):
        draft.warn(f"left out, being longer than a post: {excerpt(next(part for part in said if part not in short))}")
    sizes = [len(sentence) for sentence in short]
    return partition(sizes, lambda start, stop: as_rich(separator.join(short[start:stop])), draft.fits) or []


def numbered(posts: list[tuple[Part, ...]]) -> list[tuple[Part, ...]]:
    """Each post with its place under it, `2/5`; a single post stays as it is."""
    if len(posts) < 2:
        return posts
    return [(*post, Part("number", as_rich(f"{at}/{len(posts)}"))) for at, post in enumerate(posts, start=1)]
