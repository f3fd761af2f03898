"""A preview in the terminal: a panel a post."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rich.console import Group, RenderableType
from rich.panel import Panel
from rich.text import Text

from publisher.compose.model import Limit, Post
from publisher.preview.model import Shown, extent, plural
from publisher.preview.plain import alt_text
from publisher.text.rich import RichText


def terminal_preview(shown: Sequence[Shown]) -> Iterator[RenderableType]:
    """Renderables for rich, channel by channel."""
    for each in shown:
        variant = each.variant
        kind = "" if variant.channel == variant.type else f"{variant.type} · "
        head = Text(variant.channel, style="bold")
        head.append(f"  {kind}{variant.layout} · {plural(len(variant.posts), 'post')}", style="dim not bold")
        yield head
        for number, (post, _, limit) in enumerate(each.posts(), start=1):
            yield _panel(post, limit, f"{number}/{len(variant.posts)}" if len(variant.posts) > 1 else "")
        for warning in variant.warnings:
            yield Text(f"! {warning}", style="yellow")
        for note in each.notes:
            yield Text(note, style="dim")
        yield Text()


def _panel(post: Post, limit: Limit, place: str) -> Panel:
    parts: list[RenderableType] = [_text(post.text)]
    parts += [Text(f"\n▣ {media.path}\n  {alt_text(media.alt)}", style="cyan") for media in post.media]
    if post.card:
        card = Text(post.card.title, style="bold")
        card.append(f"\n{post.card.description}", style="not bold")
        card.append(f"\n{post.card.url}", style="dim not bold")
        if post.card.image:
            card.append(f"\n▣ {post.card.image.path}", style="cyan not bold")
        parts.append(Panel(card, border_style="dim", title="link card", title_align="left"))
    return Panel(
        Group(*parts),
        title=place or None,
        title_align="left",
        subtitle=extent(post, limit, "/"),
        subtitle_align="right",
        border_style="green" if limit.count(post.text) <= limit.most else "red",
        padding=(0, 1),
    )


def _text(text: RichText) -> Text:
    shown = Text()
    for span in text.spans:
        marks = [mark for mark, on in (("bold", span.bold), ("italic", span.italic)) if on]
        marks += ["blue underline"] if span.link else ["blue"] if span.hashtag or span.mention else []
        shown.append(span.text, style=" ".join(marks))
    return shown
