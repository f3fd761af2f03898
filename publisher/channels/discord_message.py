"""A post as a message on Discord: the fields of the API, and how one that stands there compares."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from typing import Any

from publisher.channels.parts import parts_of
from publisher.channels.wire import as_mapping, as_words
from publisher.compose.model import Layout, Post, joined
from publisher.release.model import Media
from publisher.text.discord_markdown import discord_markdown
from publisher.text.html import clean
from publisher.text.patterns import later
from publisher.text.rich import RichText, Span, as_rich

TITLE_MOST = 256
ALT_MOST = 1024
_URL_MOST = 2048
_MENTIONS_MOST = 100
_ENDINGS = {"image/png": "png", "image/gif": "gif", "image/webp": "webp"}
_ID = later(r"[1-9][0-9]{0,19}")
_WEB = later(r"https?://[^\s/?#]\S*")


def length(text: RichText) -> int:
    """Code points of a text as Discord's Markdown: its marks, escapes and addresses count.

    Source: https://docs.discord.com/developers/resources/message#embed-object-embed-limits, and
    https://github.com/discord/discord-api-docs/issues/1315 on what a character is.
    """
    return sum(map(_length, parts_of(text)))


@lru_cache(maxsize=256)
def _length(spans: tuple[Span, ...]) -> int:
    return len(discord_markdown(RichText(spans)))


def message(post: Post, layout: Layout, link: str | None) -> dict[str, Any]:
    """The fields of a message. In the layout `brief` its text is an embed, else its content.

    Images on the web stand in embeds; those that are files are named under `attachments`, in the order of `files`.
    Source: https://docs.discord.com/developers/resources/message#create-message.
    """
    pictures = list(_named(post.media))
    attached = [(media, name) for media, name in pictures if name]
    body: dict[str, Any] = {}
    embeds: list[dict[str, Any]] = []
    if layout == "brief":
        embeds.append(_text_embed(post, link))
        if pictures:
            first, name = pictures.pop(0)
            embeds[0]["image"] = {"url": f"attachment://{name}"} if name else _picture(first)
    else:
        body["content"] = discord_markdown(post.text).strip()
    # Without an address of their own: of embeds with the same one only the first is shown.
    embeds += [{"image": _picture(media)} for media, name in pictures if not name]
    if embeds:
        body["embeds"] = embeds
    if attached:
        body["attachments"] = [
            {"id": str(number), "filename": name, **_described(media)} for number, (media, name) in enumerate(attached)
        ]
    body["allowed_mentions"] = {"parse": [], "users": _mentioned(post.text)}
    return body


def files(post: Post) -> list[Media]:
    """The images of a post that are files; the others are shown by their address."""
    return [media for media, name in _named(post.media) if name]


def says_the_same(standing: Mapping[str, Any], sent: Mapping[str, Any]) -> bool:
    """Whether a message that stands there says what was sent, as far as letters and digits go.

    Discord trims white space, and may add embeds of its own for the links in a message.
    """
    ours, theirs = _said(sent), _said(standing)
    return (_bare(ours) == _bare(theirs)) if _bare(ours) else ours == theirs


def _text_embed(post: Post, link: str | None) -> dict[str, Any]:
    """The text as an embed: the headline its title, which leads to the link; without a title the link stays below.

    A title would stand above the notice of an embargo, which goes first.
    """
    parts = post.parts
    embed: dict[str, Any] = {}
    noticed = any(part.section == "notice" for part in parts)
    title = "" if noticed else next((_title(part.text) for part in parts if part.section == "headline"), "")
    if title and len(title) <= TITLE_MOST:
        embed["title"] = title
        parts = tuple(part for part in parts if part.section != "headline")
        if link and len(link) <= _URL_MOST and _WEB.fullmatch(link):
            embed["url"] = link
            parts = tuple(part for part in parts if part.section != "link")
    if description := discord_markdown(joined(parts) if post.parts else post.text).strip():
        embed["description"] = description
    return embed


def _title(headline: RichText) -> str:
    return discord_markdown(as_rich(" ".join(headline.plain.split()))).strip()


def _named(pictures: Iterable[Media]) -> Iterator[tuple[Media, str]]:
    """Each image with the name of its attachment, empty for one on the web.

    In the name of an attachment Discord changes what is neither a letter nor a digit, and then does not find it.
    """
    number = 0
    for media in pictures:
        if "://" in media.path:
            yield media, ""
        else:
            number += 1
            yield media, f"image-{number}.{_ENDINGS.get(media.mime, 'jpg')}"


def _picture(media: Media) -> dict[str, Any]:
    return {"url": media.path, **_described(media)}


def _described(media: Media) -> dict[str, str]:
    alt = clean(media.alt or "")
    if not alt:
        return {}
    return {"description": alt if len(alt) <= ALT_MOST else f"{alt[: ALT_MOST - 1]}…"}


def _mentioned(text: RichText) -> list[str]:
    """The accounts that the text mentions, each once: nobody else is to be notified."""
    ids = (span.mention for span in text.spans if span.mention and _ID.fullmatch(span.mention))
    return list(dict.fromkeys(ids))[:_MENTIONS_MOST]


def _said(fields: Mapping[str, Any]) -> str:
    """Content, and the titles and descriptions of the embeds that are no previews of links."""
    embeds = fields.get("embeds")
    own = [
        embed
        for embed in (map(as_mapping, embeds) if isinstance(embeds, list) else ())
        if embed.get("type", "rich") == "rich"
    ]
    return "\n".join(
        _texts([fields.get("content"), *(embed.get(key) for embed in own for key in ("title", "description"))])
    )


def _texts(values: Iterable[object]) -> Iterator[str]:
    yield from (words for value in values if (words := as_words(value)))


def _bare(text: str) -> str:
    return "".join(sign for sign in text.casefold() if sign.isalnum())
