"""The layout `thread`: an opening post, then a post a quote, then the actions, split only between items."""

from __future__ import annotations

from collections.abc import Mapping

from publisher.compose.draft import Draft, excerpt, section_parts
from publisher.compose.model import Part, Section, joined
from publisher.compose.quotes import LEFT_OUT, over_posts
from publisher.compose.sections import BULLET, action_list
from publisher.text.cutting import Fits, partition, shorten
from publisher.text.rich import RichText, as_rich
from publisher.text.sentences import sentences

_OPENING: tuple[Section, ...] = ("headline", "subheadline", "lede", "link", "hashtags")
_FEW_WORDS = 60  # in characters
_Unit = tuple[str, str]  # what may stand in a post of its own, behind what parts it from the one before


def thread(draft: Draft) -> list[tuple[Part, ...]]:
    """The posts in order: what opens a thread in the first, then each other section in posts of its own."""
    first, pushed_out = _opening(draft)
    posts = [first] if first else []
    if not first:  # whatever comes first carries the images then
        draft.fits = draft.opening_fits
    for section in draft.sections:
        if section == "quotes":
            posts += section_parts(section, _quotes(draft))
        elif section in pushed_out or section not in _OPENING:
            for text in _actions(draft) if section == "actions" else _running_text(draft, section):
                _add(posts, Part(section, text), draft.opening_fits if first and len(posts) == 1 else draft.fits)
    return posts


def _add(posts: list[tuple[Part, ...]], part: Part, fits: Fits) -> None:
    """The part as a post of its own; one of a few words, such as a contact, under the post before it, if `fits`."""
    if posts and len(part.text.plain) <= _FEW_WORDS and fits(joined((*posts[-1], part))):
        posts[-1] = (*posts[-1], part)
    else:
        posts.append((part,))


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
        parts, left_out = over_posts(quote, draft.release.language, draft.handles, draft.fits)
        said = [part.plain for part in parts]
        for sentence in left_out:
            marked = next((each for each in said if LEFT_OUT in each), None)
            draft.warn(f"left out, and marked {LEFT_OUT}, being longer than a post: {excerpt(sentence)}", marked)
        if parts:
            draft.say_if_untitled(joined(Part("quotes", part) for part in parts), quote, said[-1])
        posts += parts
    return posts


def _actions(draft: Draft) -> list[RichText]:
    intro = draft.release.actions_intro or ""
    actions: list[_Unit] = []
    for action in draft.release.actions:
        actions += _of_action(draft, action, lead=f"{intro}\n" if intro and not actions else "")
    if intro and actions and not draft.fits(as_rich(f"{intro}\n{actions[0][1]}")):
        if draft.fits(as_rich(intro)):
            actions.insert(0, ("\n", intro))
        else:
            draft.warn(
                f"left out, for want of room: the line that introduces the actions, {excerpt(intro)}", actions[0][1]
            )
        intro = ""
    return _divided(actions, draft.fits, lead=intro)


def _of_action(draft: Draft, action: str, lead: str) -> list[_Unit]:
    """An action with its bullet; where it is longer than a post, its sentences, so that it may go on in the next.

    One with a sentence that is longer than a post is shortened, so that `lead` still fits above it.
    """
    if draft.fits(action_list(None, [action])):
        return [("\n", BULLET + action)]
    first, *others = sentences(action)
    if all(draft.fits(as_rich(said)) for said in (BULLET + first, *others)):
        return [("\n", BULLET + first), *((" ", said) for said in others)]
    beside, alone = (_shortened(draft, action, above) for above in (lead, ""))
    short = beside if 2 * len(beside) >= len(alone) else alone
    draft.warn(f"shortened, being longer than a post: {excerpt(action)}", short or None)
    return [("\n", BULLET + short)] if short else []


def _shortened(draft: Draft, action: str, lead: str) -> str:
    return shorten(as_rich(action), lambda text: draft.fits(as_rich(lead + BULLET + text.plain))).plain


def _running_text(draft: Draft, section: Section) -> list[RichText]:
    """A paragraph in posts of its own, divided between its lines, and a line longer than a post between sentences."""
    text = draft.paragraph(section)
    if not text or draft.fits(text):
        return [text] if text else []
    units: list[_Unit] = []
    for line in filter(str.strip, text.plain.split("\n")):
        between = "\n"
        for said in [line] if draft.fits(as_rich(line)) else sentences(line):
            if draft.fits(as_rich(said)):
                units.append((between, said))
                between = " "
            else:
                draft.warn(f"left out, being longer than a post: {excerpt(said)}")
    return _divided(units, draft.fits)


def _divided(units: list[_Unit], fits: Fits, lead: str = "") -> list[RichText]:
    """Units over as few posts as they need; `lead` stands on a line above the first. Each unit fits by itself."""

    def post(start: int, stop: int) -> RichText:
        text = "".join(f"{between}{said}" for between, said in units[start:stop]).lstrip()
        return as_rich(f"{lead}\n{text}" if lead and start == 0 else text)

    sizes = [len(said) + (len(lead) if at == 0 else 0) for at, (_, said) in enumerate(units)]
    return partition(sizes, post, fits) or []


def numbered(posts: list[tuple[Part, ...]]) -> list[tuple[Part, ...]]:
    """Each post with its place under it, `2/5`; a single post stays as it is."""
    if len(posts) < 2:
        return posts
    return [(*post, Part("number", as_rich(f"{at}/{len(posts)}"))) for at, post in enumerate(posts, start=1)]
