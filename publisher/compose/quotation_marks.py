"""How each language opens and closes a quote. Source: Unicode CLDR, `delimiters`, with no-break spaces for French."""

from __future__ import annotations

from collections.abc import Mapping

Marks = tuple[str, str]

_CURLY = (("“", "”"), ("‘", "’"))
_LOW_HIGH = (("„", "“"), ("‚", "‘"))
_LOW_RIGHT = (("„", "”"), ("‚", "’"))
_LOW_POINTED = (("„", "”"), ("«", "»"))
_POINTED_CURLY = (("«", "»"), ("“", "”"))
_POINTED = (("«", "»"), ("‹", "›"))
_POINTED_LOW = (("«", "»"), ("„", "“"))
_RIGHT = (("”", "”"), ("’", "’"))
_CORNERS = (("「", "」"), ("『", "』"))
_FRENCH = (("«\u00a0", "\u00a0»"), ("“", "”"))

_BY_LANGUAGE: Mapping[str, tuple[Marks, Marks]] = {
    "ar": _POINTED_CURLY,
    "bg": _LOW_HIGH,
    "ca": _POINTED_CURLY,
    "cs": _LOW_HIGH,
    "de": _LOW_HIGH,
    "de-ch": _POINTED,
    "de-li": _POINTED,
    "el": _POINTED_CURLY,
    "es": _POINTED_CURLY,
    "et": (("„", "“"), ("«", "»")),
    "fa": _POINTED,
    "fi": _RIGHT,
    "fr": _FRENCH,
    "fr-ch": _POINTED,
    "he": _RIGHT,
    "hr": _LOW_RIGHT,
    "hu": (("„", "”"), ("»", "«")),
    "is": _LOW_HIGH,
    "it": _POINTED_CURLY,
    "it-ch": _POINTED,
    "ja": _CORNERS,
    "lt": _LOW_HIGH,
    "mk": _LOW_HIGH,
    "nb": _POINTED_CURLY,
    "nn": _POINTED_CURLY,
    "no": _POINTED_CURLY,
    "pl": _LOW_POINTED,
    "pt-pt": _POINTED_CURLY,
    "ro": _LOW_POINTED,
    "ru": _POINTED_LOW,
    "sk": _LOW_HIGH,
    "sl": _LOW_HIGH,
    "sq": _POINTED_CURLY,
    "sr": _LOW_RIGHT,
    "sv": _RIGHT,
    "uk": _POINTED_LOW,
    "zh-hant": _CORNERS,
    "zh-hk": _CORNERS,
    "zh-tw": _CORNERS,
}


def marks(language: str, said: str = "") -> Marks:
    """The opening and closing quotation mark of a language, English ones where it is not known.

    Args:
        language: A BCP 47 tag; the region counts where it has a style of its own.
        said: The words to go between them. Where these hold the same marks for a quotation of their own, the
            language's second pair is taken, so that nobody takes the end of the inner one for the end of the outer.
    """
    tag = language.lower().replace("_", "-")
    subtags = tag.split("-")
    known = (_BY_LANGUAGE.get(key) for key in (tag, "-".join(subtags[:2]), subtags[0]))
    first, second = next((pair for pair in known if pair), _CURLY)
    inside = {mark.strip() for mark in first} & set(said)
    taken = inside - {"’"}  # which is an apostrophe far more often
    return second if taken else first
