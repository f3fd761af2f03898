"""The layout `thread`: an opening post, then a post a quote, then the actions, split only between items."""

from __future__ import annotations

from collections.abc import Callable

from publisher.compose.draft import BREAK, Draft, excerpt
from publisher.compose.model import Section
from publisher.compose.quotes import LEFT_OUT, over_posts
from publisher.compose.sections import action_list
from publisher.text.cutting import partition, shorten
from publisher.text.rich import RichText, as_rich, join
from publisher.text.sentences import sentences

_OPENING: tuple[Section, ...] = ("headline", "subheadline", "lede", "link", "hashtags")


def thread(draft: Draft) -> list[RichText]:
    """The posts in order: what opens a thread in the first, then each other section in posts of its own."""
    first, pushed_out = _opening(draft)
    posts = [first] if first else []
    followers: dict[Section, Callable[[Draft], list[RichText]]] = {"quotes": _quotes, "actions": _actions}
    for section in draft.sections:
        if section in followers:
            posts += followers[section](draft)
        elif section in pushed_out or section not in _OPENING:
            posts += _running_text(draft, section)
    return posts


def _opening(draft: Draft) -> tuple[RichText, set[Section]]:
    """The first post, and the sections that found no room in it."""
    chosen: dict[Section, RichText] = {}

    def with_part(section: Section, part: RichText) -> RichText:
        both = {**chosen, section: part}
        return join((both[name] for name in draft.sections if name in both), BREAK)

    pushed_out: set[Section] = set()
    for section in ("link", "headline", *(name for name in draft.sections if name not in ("link", "headline"))):
        if section not in draft.sections or section not in _OPENING:
            continue
        if section == "headline":
            part = draft.headline(lambda text: draft.fits(with_part("headline", text)))
        else:
            part = draft.paragraph(section)
        if part and (section == "link" or draft.fits(with_part(section, part))):
            chosen[section] = part
        elif part:
            pushed_out.add(section)
    return join((chosen[name] for name in draft.sections if name in chosen), BREAK), pushed_out


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


def numbered(posts: list[RichText]) -> list[RichText]:
    """Each post with its place under it, `2/5`; a single post stays as it is."""
    if len(posts) < 2:
        return posts
    return [post + f"{BREAK}{number}/{len(posts)}" for number, post in enumerate(posts, start=1)]
