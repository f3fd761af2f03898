"""The page: everything that it shows, filled into its template. The same plan gives the same bytes."""

from __future__ import annotations

import hashlib
import re
from base64 import b64encode
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from publisher.channels.base import Request
from publisher.channels.look import NEUTRAL, Look
from publisher.compose.model import Limit, Post
from publisher.preview.model import NO_LIMIT_TO_SPEAK_OF, extent, plural
from publisher.preview.page.article import pieces
from publisher.preview.page.mail import head_of
from publisher.preview.page.model import Column, Occasion
from publisher.preview.page.pictures import Pictures
from publisher.preview.page.quoted import Use, named, uses
from publisher.preview.page.text import anchor, halves, linked_text, text_html
from publisher.release.model import Media, Release
from publisher.text.direction import direction
from publisher.text.html import clean, escape, is_address

if TYPE_CHECKING:
    from jinja2 import Environment
    from markupsafe import Markup

MARK = "publish preview"
"""Names the program that made the page, near its top: a file without it is somebody else's."""

_HERE = Path(__file__).parent
_COLOUR = r"#[0-9a-f]{6}"
_LANGUAGE = r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8})*"


def page_html(release: Release, columns: Sequence[Column], occasion: Occasion) -> str:
    """One self-contained page, which needs no script and asks for nothing outside itself.

    Each post has an element with `data-channel` (its name), `data-post` (its number) and `data-text`, whose text
    content, figures aside, is the text of that post; a fold hides some of it until the reader asks for it.
    """
    pictures = Pictures(column.shown.variant for column in columns)
    found = uses(release, columns)
    style = f"{(_HERE / 'style.css').read_text(encoding='utf-8')}{''.join(_rules(columns))}"
    shown = [_column(number, column, found, pictures) for number, column in enumerate(columns, start=1)]
    language = release.language if re.fullmatch(_LANGUAGE, release.language) else "en"
    template = _environment().get_template("page.html.j2")
    return template.render(
        mark=MARK,
        style=style,
        style_hash=b64encode(hashlib.sha256(style.encode()).digest()).decode(),
        release=release,
        language=language,
        dir=direction(language),
        occasion=occasion,
        initials=initials(occasion.sender),
        columns=shown,
        quotes=[_quote(number, release, found, columns) for number in range(1, len(release.quotes) + 1)],
        errors=[finding for finding in release.findings if finding.severity == "error"],
        warnings=[finding for finding in release.findings if finding.severity != "error"],
        pictures=pictures.all,
    )


def _column(number: int, column: Column, found: Sequence[Use], pictures: Pictures) -> dict[str, Any]:
    shown, variant = column.shown, column.shown.variant
    said = [use for use in found if use.channel == number]
    posts = [
        {
            **_post(column, post, request, pictures),
            **_length(post, limit),
            "number": at,
            "warnings": shown.warnings_on(at - 1),
            "notes": shown.notes_on(at - 1),
            "quotes": [use.quote for use in said if use.post == at],
        }
        for at, (post, request, limit) in enumerate(shown.posts(), start=1)
    ]
    return {
        "number": number,
        "name": column.name,
        "type": variant.type,
        "layout": variant.layout,
        "look": column.look,
        "language": variant.language if re.fullmatch(_LANGUAGE, variant.language) else "en",
        "dir": direction(variant.language),
        "byline": "" if "${" in column.byline else column.byline,
        "address": column.address or "",
        "link": variant.link if is_address(variant.link) else "",
        "extent": plural(len(posts), "post"),
        "all_warnings": variant.warnings,
        "warnings": shown.warnings_on(None),
        "notes": shown.notes_on(None),
        "posts": posts,
    }


def _post(column: Column, post: Post, request: Request, pictures: Pictures) -> dict[str, Any]:
    variant, look = column.shown.variant, column.look
    article = pieces(variant, variant.article) if variant.article else []
    first, rest = halves(post.text, None if article else look.fold)
    return {
        "first": text_html(first, bold=look.bold),
        "rest": text_html(rest, bold=look.bold) if rest else "",
        "article": [(piece, _picture(piece.picture, pictures)) for piece in article],
        "pictures": [] if article else [_picture(media, pictures) for media in post.media],
        "card": _card(post, pictures),
        "head": head_of(request, len(column.shown.recipients)) if look.shape == "mail" else [],
    }


def _length(post: Post, limit: Limit) -> dict[str, Any]:
    count = limit.count(post.text)
    return {
        "extent": extent(post, limit),
        "count": count,
        "most": limit.most if limit.most < NO_LIMIT_TO_SPEAK_OF else 0,
        "over": count > limit.most,
    }


def _card(post: Post, pictures: Pictures) -> dict[str, Any] | None:
    card = post.card
    if card is None:
        return None
    host = re.sub(r"\Ahttps?://(?:www\.)?", "", card.url).partition("/")[0]
    return {"card": card, "host": host, "picture": _picture(card.image, pictures)}


def _picture(media: Media | None, pictures: Pictures) -> dict[str, Any] | None:
    if media is None:
        return None
    found = pictures.of(media)
    problem = found if isinstance(found, str) else ""
    return {"media": media, "image": None if problem else found, "problem": problem}


def _quote(number: int, release: Release, found: Sequence[Use], columns: Sequence[Column]) -> dict[str, Any]:
    quote = release.quotes[number - 1]
    used = [
        (use, columns[use.channel - 1].name, len(columns[use.channel - 1].shown.variant.posts))
        for use in found
        if use.quote == number
    ]
    channels = dict.fromkeys(use.channel for use, _, _ in used)
    return {"number": number, "pieces": quote.pieces, "by": named(quote), "uses": used, "channels": list(channels)}


def initials(name: str) -> str:
    """One letter or two to stand for a picture: of the first word and the last."""
    words: list[str] = re.findall(r"\w+", name) or [""]
    return (words[0][:1] + (words[-1][:1] if len(words) > 1 else "")).upper()


def _rules(columns: Sequence[Column]) -> Iterator[str]:
    """The rules that name a channel: its colours, and when it is to be seen.

    What the address of the page points at chooses the channel, and each place that belongs to one has its `in-NUMBER`.
    So a link into a channel that is not seen gets there, and the way back does not lose it.
    """
    for number, column in enumerate(columns, start=1):
        light, dark = column.look.accent if _is_sound(column.look) else NEUTRAL.accent
        yield f".look-{number} {{ --light: {light}; --dark: {dark} }}\n"
    yield "@media screen {\n@supports selector(:has(a)) {\n.channel { display: none }\n"
    for number in range(1, len(columns) + 1):
        chosen = f"body:has(.in-{number}:target)"
        unless = "body:not(:has(.in:target))" if number == 1 else chosen
        yield f"{chosen} .channel-{number}, {unless} .channel-{number} {{ display: block }}\n"
        yield f"{chosen} .tab-{number}, {unless} .tab-{number} {{ background: var(--ink); color: var(--paper) }}\n"
    every = "body:has(.in-all:target)"
    yield f"{every} .channel {{ display: block }}\n{every} .tab-all {{ background: var(--ink); color: var(--paper) }}\n"
    yield "}\n}\n"


def _is_sound(look: Look) -> bool:
    return all(re.fullmatch(_COLOUR, colour) for colour in look.accent)


@cache
def _environment() -> Environment:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined  # noqa: PLC0415 -- only a page needs it
    from markupsafe import Markup  # noqa: PLC0415

    def cleaned(value: object) -> object:
        return clean(value) if isinstance(value, str) and not isinstance(value, Markup) else value

    environment = Environment(
        loader=FileSystemLoader(_HERE),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=cleaned,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters |= {"linked": linked_text, "mailto": _mailto}
    return environment


def _mailto(address: str) -> Markup:
    from markupsafe import Markup  # noqa: PLC0415

    link = f"mailto:{address.strip()}"
    return Markup(anchor(link, escape(address)) if is_address(link) else escape(address))  # noqa: S704 -- escaped here
