"""Which way a language is written."""

from __future__ import annotations

_RTL_LANGUAGES = frozenset("ar arc azb ckb dv fa glk he ks lrc mzn nqo pnb ps sd sdh syr ug ur yi".split())
_RTL_SCRIPTS = frozenset(("arab", "hebr", "thaa", "syrc", "nkoo", "rohg", "adlm"))


def direction(language: str) -> str:
    """`rtl` or `ltr`, by the script in the language tag (BCP 47) or else by the language."""
    subtags = language.lower().replace("_", "-").split("-")
    script = next((subtag for subtag in subtags[1:] if len(subtag) == 4 and subtag.isalpha()), None)
    if script:
        return "rtl" if script in _RTL_SCRIPTS else "ltr"
    return "rtl" if subtags[0] in _RTL_LANGUAGES else "ltr"
