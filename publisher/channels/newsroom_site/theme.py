"""The templates and the style sheet: ours, and what a theme of the user's puts in their place.

A theme's templates run in Jinja2's sandbox, with every value escaped, and see the same values as ours. `publish/NAME`
is ours from within a theme, so that one of its own may extend it.
"""

from __future__ import annotations

import hashlib
import json
import traceback
from collections.abc import Callable, Mapping
from email.utils import format_datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlsplit

from publisher.channels.newsroom_site import facts
from publisher.channels.newsroom_site.site import MARK, STYLE, Site
from publisher.channels.newsroom_site.words import words
from publisher.text.direction import direction
from publisher.text.html import escape, is_address

if TYPE_CHECKING:
    from jinja2 import Environment

OURS = Path(__file__).parent
TEMPLATES = ("base.html.j2", "page.html.j2", "index.html.j2")
_MOST_BYTES = 1_000_000


class ThemeError(ValueError):
    """A template or style sheet of the theme cannot be used: one line with file and line."""


def filled(template: str, site: Site, values: Mapping[str, Any]) -> bytes:
    """A template with these values.

    Raises:
        ThemeError: The theme's has a mistake.
    """
    if site.theme is None:
        return environment(None).get_template(template).render(values).encode()
    try:
        return environment(site.theme).get_template(template).render(values).encode()
    except Exception as error:  # noqa: BLE001 -- whatever a template of somebody's own can do
        raise _told(error, site.theme) from None


def check(site: Site) -> None:
    """Read the theme's templates and style sheet, without filling them.

    Raises:
        ThemeError: It is not there, or one of them has a mistake.
    """
    if site.theme is None:
        return
    if not site.theme.is_dir():
        raise ThemeError(f"{site.theme}: there is no such folder; `theme` names the folder of your templates")
    if not any((site.theme / name).is_file() for name in (*TEMPLATES, STYLE)):
        raise ThemeError(f"{site.theme} holds none of {', '.join((*TEMPLATES, STYLE))}: nothing would look different")
    try:
        for name in TEMPLATES:
            environment(site.theme).get_template(name)
    except Exception as error:  # noqa: BLE001 -- as above
        raise _told(error, site.theme) from None
    style_css(site)


def style_css(site: Site) -> bytes:
    """The style sheet: ours, the organisation's colours, and the theme's, or only the last two.

    Raises:
        ThemeError: The theme's cannot be read.
    """
    own = b""
    if site.theme and (site.theme / STYLE).is_file():
        own = _source(site.theme / STYLE)
    head = f"/* {MARK}: written anew at each publication. */\n\n".encode()
    ours = b"" if own and site.style == "replace" else (OURS / STYLE).read_bytes().removeprefix(head)
    return head + b"\n".join(filter(None, (ours, site.palette.css().encode(), own)))


def look(site: Site) -> str:
    """A digest of all that makes pages of the same releases look other; the style sheet and the logo are no part."""
    sources = [_source(folder / name) for folder in _folders(site.theme) for name in _templates(folder)]
    shown = [site.title, site.base_url, site.home, site.organisation, site.logo]
    digest = hashlib.sha256(json.dumps(shown).encode())
    for source in sources:
        digest.update(hashlib.sha256(source).digest())
    return digest.hexdigest()[:16]


def _folders(theme: Path | None) -> list[Path]:
    return [OURS, theme] if theme else [OURS]


def _templates(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.glob("*.html.j2"))


def _source(path: Path) -> bytes:
    try:
        data = path.read_bytes()
        data.decode()
    except OSError as error:
        raise ThemeError(f"{path}: {error.strerror}") from None
    except UnicodeDecodeError as error:
        raise ThemeError(f"{path}:{data.count(10, 0, error.start) + 1}: this is not UTF-8; save it so") from None
    if len(data) > _MOST_BYTES:
        raise ThemeError(f"{path} has more than {_MOST_BYTES:,} bytes")
    return data


def _told(error: Exception, theme: Path) -> ThemeError:
    """The error as one line with the file and line of the theme's template that it came from."""
    if isinstance(error, ThemeError):
        return error
    message = " ".join(str(getattr(error, "message", None) or error).split()) or type(error).__name__
    name, line = getattr(error, "filename", None), getattr(error, "lineno", None)
    if not (name and line):
        frames = [frame for frame in traceback.extract_tb(error.__traceback__) if Path(frame.filename).suffix == ".j2"]
        name, line = (frames[-1].filename, frames[-1].lineno) if frames else (str(theme), None)
    return ThemeError(f"{name}:{line}: {message}" if line else f"{name}: {message}")


@cache
def environment(theme: Path | None) -> Environment:
    """Ours alone, or with a theme's templates before ours. Every value is escaped."""
    import jinja2  # noqa: PLC0415 -- only a sending run needs it
    from jinja2.sandbox import ImmutableSandboxedEnvironment  # noqa: PLC0415 -- as above

    ours = jinja2.FileSystemLoader(OURS)
    own = [jinja2.FileSystemLoader(theme)] if theme else []
    kind = ImmutableSandboxedEnvironment if theme else jinja2.Environment
    environment = kind(
        loader=jinja2.ChoiceLoader([*own, ours, jinja2.PrefixLoader({"publish": ours})]),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters |= _FILTERS
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


def _path(name: str) -> str:
    """A path from the newsroom's folder as a link."""
    return quote(name)


@cache
def _language_name(language: str) -> str:
    """What a language calls itself; its code where nobody knows."""
    from babel import Locale, UnknownLocaleError  # noqa: PLC0415 -- only a page with several editions needs it

    try:
        name = Locale.parse(language, sep="-").get_display_name()
    except (UnknownLocaleError, ValueError, TypeError):
        name = None
    return f"{name[0].upper()}{name[1:]}" if name else language


_FILTERS: dict[str, Callable[..., Any]] = {
    # A plain `str`, so that a feed's template makes XML of it once more: readers take the element's text for HTML.
    "as_html": escape,
    "date": lambda language, day: words(language).date(day),
    "direction": direction,
    "host": lambda address: urlsplit(address).netloc.removeprefix("www."),
    "language_name": _language_name,
    "mailto": _mailto,
    "path": _path,
    "quoted": lambda text: quote(text, safe=""),
    "rfc_3339": facts.rfc_3339,
    "rfc_822": format_datetime,
    "spoken": lambda language: words(language).language,
    "tel": _tel,
}
