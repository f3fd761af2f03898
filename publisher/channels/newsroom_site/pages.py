"""Entries as page and index. The same entries give the same bytes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlsplit

from publisher.channels.newsroom_site.entry import Entry
from publisher.channels.newsroom_site.facts import newest_first
from publisher.channels.newsroom_site.site import MARK, Site
from publisher.channels.newsroom_site.words import ENGLISH, words
from publisher.text.direction import direction
from publisher.text.html import clean, is_address

if TYPE_CHECKING:
    from jinja2 import Environment

_HERE = Path(__file__).parent


def page_html(entry: Entry, site: Site) -> bytes:
    link = entry.link if is_address(entry.link) else None
    own = site.permalink(entry.slug)
    pictures = [
        picture if not picture.is_file else replace(picture, src=f"{own}{picture.src}")
        for picture in entry.images
        if own or not picture.is_file
    ]
    return _filled(
        "page.html.j2",
        site,
        entry.language,
        up="../",
        entry=entry,
        canonical=link or own,
        picture=pictures[0] if pictures else None,
        updated=datetime.fromisoformat(entry.updated).date() if entry.updated else None,
        remote_images=any(not picture.is_file for picture in entry.images),
    )


def index_html(entries: Sequence[Entry], site: Site) -> bytes:
    return _filled(
        "index.html.j2", site, _common_language(entries), up="", entries=newest_first(entries), remote_images=False
    )


def style_css() -> bytes:
    return (_HERE / "style.css").read_bytes()


def _common_language(entries: Sequence[Entry]) -> str:
    languages = {entry.language for entry in entries}
    return languages.pop() if len(languages) == 1 else ENGLISH.language


def _filled(template: str, site: Site, language: str, **values: Any) -> bytes:
    from markupsafe import Markup  # noqa: PLC0415 -- comes with jinja2, which only a sending run needs

    speech = words(language)
    foreign = speech.language != language.lower().split("-")[0]
    text = (
        _environment()
        .get_template(template)
        .render(
            values,
            site=replace(site, title=clean(site.title)),
            language=language,
            dir=direction(language),
            words=speech,
            ui=Markup(f' lang="{speech.language}"') if foreign else "",  # noqa: S704 -- a language of `words`
            mark=MARK,
        )
    )
    return text.encode()


@cache
def _environment() -> Environment:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined  # noqa: PLC0415 -- only a sending run needs it

    environment = Environment(
        loader=FileSystemLoader(_HERE),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters |= {
        "date": lambda language, day: words(language).date(day),
        "direction": direction,
        "host": lambda address: urlsplit(address).netloc.removeprefix("www."),
        "mailto": _mailto,
        "quoted": lambda text: quote(text, safe=""),
        "spoken": lambda language: words(language).language,
        "tel": _tel,
    }
    return environment


def _mailto(address: str) -> str:
    name, at, host = address.strip().rpartition("@")
    link = f"mailto:{quote(name, safe='')}@{host}"
    return link if name and at and is_address(link) else ""


def _tel(number: str) -> str:
    """A `tel:` link (RFC 3966); empty where the number holds more than a number, such as an extension in words."""
    plus = "+" if number.startswith("+") else ""
    bare = number.replace("(0)", "") if plus else number
    digits = "".join(char for char in bare if char in "0123456789")
    if set(bare) - set("0123456789+-./() \N{NO-BREAK SPACE}\N{EN DASH}\N{NON-BREAKING HYPHEN}"):
        return ""
    return f"tel:{plus}{digits}" if 3 <= len(digits) <= 15 else ""
