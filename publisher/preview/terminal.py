"""A preview in the terminal: a panel a post, a line from post to post."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence

from rich.box import ROUNDED, Box
from rich.cells import cell_len
from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.panel import Panel
from rich.text import Text

from publisher.channels.base import Request
from publisher.channels.look import Look
from publisher.compose.model import Card, Limit, Post
from publisher.preview.model import (
    NO_LIMIT_TO_SPEAK_OF,
    Head,
    Shown,
    excess,
    extent,
    folded,
    hidden_links,
    mentions,
    visible,
)
from publisher.preview.plain import NO_ALT, alt_text
from publisher.release.model import Media
from publisher.text.rich import RichText

_OPEN = Box("╭── \n│   \n├── \n│   \n├── \n├── \n│   \n╰── \n")
"""No edge on the right, for text that some terminals set wider, narrower, or from the right."""
_FRAME = 8  # columns that it takes, with the spaces around a label
_BAR = 10
_FROM_THE_RIGHT = frozenset({"R", "AL", "AN", "RLE", "RLO", "RLI", "LRE", "LRO", "LRI", "FSI", "PDF", "PDI"})
_JOINING = frozenset({"Mn", "Me", "Mc", "Cf", "So", "Cn", "Co", "Cs"})
_SEVERITY = {"error": "bold red", "warning": "yellow"}


def terminal_head(head: Head) -> Iterator[RenderableType]:
    """The release, its times, and what the review found in it, errors first."""
    yield Text(visible(head.release.headline), style="bold")
    yield from (Text(line, style="cyan") for line in head.times)
    for severity, finding in head.findings:
        yield Text.assemble((f"{severity}: ", _SEVERITY[severity]), visible(finding))
    yield Text()


def terminal_preview(shown: Sequence[Shown], *, width: int = 100, colour: bool = True) -> Iterator[RenderableType]:
    """Renderables for rich, channel by channel.

    Args:
        shown: The channels.
        width: The columns that there are.
        colour: Whether there are colours; without them no bar is drawn.
    """
    for each in shown:
        variant = each.variant
        head = Text(variant.channel, style="bold")
        head.append(f"  {each.kind.replace(', ', ' · ')}", style="dim not bold")
        yield head
        yield from _remarks(each.warnings_on(None), each.notes_on(None))
        for number, what in enumerate(each.posts(), start=1):
            if what[1].reply_to is not None:
                yield Text("  │", style="dim")
            yield _panel(each, number, what, width if colour else 0)
        yield Text()


def _panel(shown: Shown, number: int, what: tuple[Post, Request, Limit], width: int) -> Panel:
    post, request, limit = what
    warnings, notes = shown.warnings_on(number - 1), shown.notes_on(number - 1)
    parts: list[RenderableType] = [_text(post.text, shown.look), *_facts(post, shown.look)]
    over = excess(post, limit)
    if over:
        warnings = [f"{over:,} {limit.unit} too long", *warnings]
    if warnings or notes:
        parts += [Text(), *_remarks(warnings, notes)]
    place = f"{number}/{len(shown.variant.posts)}" if len(shown.variant.posts) > 1 else ""
    answers = "" if request.reply_to is None else f"replies to {request.reply_to + 1}"
    title = Text(" · ".join(filter(None, [place, answers, visible(shown.by)])))
    measure = Text(extent(post, limit))
    room = width - _FRAME - cell_len(measure.plain)
    if room > _BAR and limit.most < NO_LIMIT_TO_SPEAK_OF:
        measure = Text.assemble(*_bar(limit.count(post.text), limit.most), " ", measure)
    return Panel(
        Group(*parts),
        box=ROUNDED if _is_surely_as_wide(shown, post) else _OPEN,
        title=title or None,
        title_align="left",
        subtitle=measure,
        subtitle_align="right",
        border_style="red" if over else "green",
        padding=(0, 1),
    )


def _bar(count: int, most: int) -> list[tuple[str, str]]:
    """How full a post is, in tenths; only one that has no room left fills the bar."""
    full = min(count * _BAR // most, _BAR)
    return [("━" * full, "red" if count > most else "green"), ("━" * (_BAR - full), "bright_black")]


def _facts(post: Post, look: Look) -> Iterator[RenderableType]:
    """What goes along with a text, and what becomes of it."""
    told = [f"notifies {visible(name)}" for name in mentions(post.text)]
    told += [f"“{visible(words)}” leads to {visible(address)}" for words, address in hidden_links(post.text)]
    told += [visible(fold) for fold in [folded(post.text.plain, look)] if fold]
    if post.media or post.card:
        yield Text()
    for media in post.media:
        yield _image(media)
    if post.card:
        yield _card(post.card)
    if told:
        yield Text()
        yield from (Text(line, style="dim") for line in told)


def _image(media: Media) -> Group:
    words, style = (f"! {NO_ALT}", "yellow") if media.alt is None else (visible(alt_text(media.alt)), "cyan")
    return Group(Text(f"▣ {visible(media.path)}", style="cyan"), Padding(Text(words, style=style), (0, 0, 0, 2)))


def _card(card: Card) -> Panel:
    parts: list[RenderableType] = [Text(visible(card.title), style="bold")]
    parts += [Text(visible(card.description))] if card.description else []
    parts.append(Text(visible(card.url), style="dim"))
    parts += [_image(card.image)] if card.image else []
    box = ROUNDED if all(map(_has_sure_width, _words_of(card))) else _OPEN
    return Panel(Group(*parts), box=box, border_style="dim", title="link card", title_align="left")


def _words_of(card: Card) -> list[str]:
    image = [card.image.path, card.image.alt or ""] if card.image else []
    return [card.title, card.description, *image]


def _remarks(warnings: Sequence[str], notes: Sequence[str]) -> Iterator[Text]:
    yield from (Text(f"! {visible(warning)}", style="yellow") for warning in warnings)
    yield from (Text(visible(note), style="dim") for note in notes)


def _text(text: RichText, look: Look) -> Text:
    """A post as the network shows it; what is bold in the release is so only where readers see that."""
    shown = Text()
    link = look.accent[1]
    for span in text.spans:
        marks = [mark for mark, on in (("bold", span.bold), ("italic", span.italic)) if on and look.bold]
        marks += [f"{link} underline"] if span.link else [link] if span.hashtag or span.mention else []
        shown.append(visible(span.text), style=" ".join(marks))
    return shown


def _is_surely_as_wide(shown: Shown, post: Post) -> bool:
    """Whether every terminal sets what is in a post's panel as wide as is reckoned here."""
    said = [post.text.plain, shown.by, *shown.warnings_on(None), *shown.variant.warnings, *shown.notes]
    said += [part or "" for media in post.media for part in (media.path, media.alt)]
    said += _words_of(post.card) if post.card else []
    return all(map(_has_sure_width, said))


def _has_sure_width(text: str) -> bool:
    if text.isascii():
        return True
    return not any(
        unicodedata.bidirectional(sign) in _FROM_THE_RIGHT
        or unicodedata.category(sign) in _JOINING
        or sign >= "\U00010000"
        for sign in text
        if sign > "\u02ff"
    )
