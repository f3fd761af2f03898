"""The notice on top of a release that goes out under embargo, in the release's language. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from babel import Locale


@dataclass(frozen=True)
class Notice:
    """`text` is a paragraph of its own, with day, time and zone in full; `subject` is the same in short."""

    text: str
    subject: str


_NAMELESS = ("+", "-")
_NOT_USED = "\u2205" * 3  # what CLDR writes where a locale does without an abbreviation
_AMBIGUOUS = frozenset({"CDT", "CST", "IST", "PST"})
"""Abbreviations that the tz database uses for several offsets: Manila's PST is not that of Los Angeles."""
_NARROW = str.maketrans({"\u202f": " ", "\u00a0": " "})
_ENGLISH = Notice("EMBARGOED until {date} at {time} {zone}", "EMBARGOED until {date}, {time} {zone}")
_WORDS: Mapping[str, Notice] = {
    "en": _ENGLISH,
    "de": Notice("SPERRFRIST bis {date}, {time} Uhr ({zone})", "SPERRFRIST bis {date}, {time} Uhr {zone}"),
    "fr": Notice("SOUS EMBARGO jusqu’au {date} à {time} ({zone})", "SOUS EMBARGO jusqu’au {date}, {time} {zone}"),
    "es": Notice("EMBARGADO hasta el {date}, {time} ({zone})", "EMBARGADO hasta el {date}, {time} {zone}"),
    "it": Notice(
        "SOTTO EMBARGO fino alle ore {time} di {date} ({zone})", "SOTTO EMBARGO fino alle ore {time} {zone}, {date}"
    ),
}


def notice_of(until: datetime, language: str, zone: str) -> Notice:
    """The words of the notice; English where the language is none that has words here.

    Args:
        until: When the embargo ends, with zone; to the second.
        language: A BCP 47 tag; with a region (`de-AT`), dates are written as there.
        zone: Name of the time zone to say it in, as in `Europe/Berlin`.
    """
    from zoneinfo import ZoneInfo  # noqa: PLC0415 -- only under embargo

    from babel.dates import format_date, format_time  # noqa: PLC0415 -- only under embargo

    local = until.astimezone(ZoneInfo(zone))
    primary = language.replace("_", "-").partition("-")[0].lower()
    words = _WORDS.get(primary, _ENGLISH)
    locale = _locale(language, primary) if primary in _WORDS else _locale("en", "en")
    time = format_time(local, "medium" if local.second else "short", locale=locale)
    text = words.text.format(date=format_date(local, "full", locale), time=time, zone=_name(local, "long", locale))
    subject = words.subject.format(date=format_date(local, "medium", locale), time=time, zone=_short(local, locale))
    # Narrow and no-break spaces are lost or boxed on their way through many a mail client.
    return Notice(text.translate(_NARROW), subject.translate(_NARROW))


def _locale(language: str, primary: str) -> Locale:
    from babel import Locale, UnknownLocaleError  # noqa: PLC0415 -- only under embargo

    try:
        return Locale.parse(language.replace("_", "-"), sep="-")
    except (ValueError, UnknownLocaleError):  # a region or a variant that nobody knows
        return Locale(primary)


def _short(local: datetime, locale: Locale) -> str:
    """The zone's abbreviation: the locale's own, else the tz database's where it means one thing, else the offset."""
    from babel.dates import get_timezone_gmt  # noqa: PLC0415 -- only under embargo

    own = _name(local, "short", locale)
    if not own.startswith(_NAMELESS) and own != _name(local, "long", locale):
        return own
    known = local.tzname() or ""
    if known.isalpha() and known not in _AMBIGUOUS:
        return known
    return get_timezone_gmt(local, "long", locale=locale)


def _name(local: datetime, width: Literal["long", "short"], locale: Locale) -> str:
    """The zone's name at that time, as in `Central European Standard Time`; its offset where it has no name."""
    from babel.core import get_global  # noqa: PLC0415 -- only under embargo
    from babel.dates import get_timezone_name  # noqa: PLC0415 -- only under embargo

    variant = _variant(local)
    aliases, named = get_global("zone_aliases"), get_global("meta_zones")
    zone = str(local.tzinfo)
    canonical = aliases.get(zone, zone)
    if canonical not in named:  # Babel has the names of Asia/Kolkata under Asia/Calcutta, and does not find them there
        for old, new in aliases.items():
            if new == canonical and old in named:
                name = locale.meta_zones.get(named[old], {}).get(width, {}).get(variant)
                if isinstance(name, str) and name != _NOT_USED:
                    return name
    return get_timezone_name(local, width, locale=locale, zone_variant=variant)


def _variant(local: datetime) -> Literal["standard", "daylight"]:
    """Which of its zone's two names a time goes by.

    The tz database has zones whose standard time is the summer's (Dublin's, with a negative change in winter), which
    Babel takes for daylight saving time in winter, and so for an hour that it is not.
    """
    change = local.dst() or timedelta()
    if change:
        return "daylight" if change > timedelta() else "standard"
    others = (local.replace(month=month, day=1, hour=12).dst() or timedelta() for month in (1, 7))
    return "daylight" if min(others) < timedelta() else "standard"
