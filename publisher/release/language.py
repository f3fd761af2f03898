"""What the parser knows of a language: one TOML file each in `languages/`, read when a release needs it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

from publisher.text.patterns import later

_SIGNS = ("'''", '"""', "'", '"')
_FOLDER = Path(__file__).parent / "languages"
_FIRST_GUESS = "en"
_SAMPLE_WORDS = 400
_WORD = later(r"[^\W\d_]+")
_CERTAIN = 0.22
_LEAST = 0.05
_LEAST_OF_OTHERS = 0.18
_BESIDE_OTHERS = 0.08
_FEWEST_WORDS = 30
_NOUNS_ARE_CAPITAL = frozenset({"de"})


@dataclass(frozen=True, eq=False)  # there is one object a language, which much is remembered by
class Language:
    """The word lists of one language, in lower case. Those of a language without a file are empty.

    `months` gives the number of a month's name, long or short.
    """

    code: str
    lists: dict[str, tuple[str, ...]]

    def words(self, name: str) -> frozenset[str]:
        known = self._sets.get(name)
        if known is None:
            known = self._sets[name] = frozenset(self.lists.get(name, ()))
        return known

    def any_of(self, *names: str) -> frozenset[str]:
        """The words of several lists together."""
        known = self._unions.get(names)
        if known is None:
            known = self._unions[names] = frozenset().union(*(self.words(name) for name in names))
        return known

    def phrases(self, name: str) -> tuple[str, ...]:
        """The entries of a list, longest first, so that the first that fits is the one meant."""
        known = self._sorted.get(name)
        if known is None:
            known = self._sorted[name] = tuple(sorted(self.lists.get(name, ()), key=lambda entry: -len(entry)))
        return known

    @cached_property
    def verb_phrases(self) -> dict[str, list[tuple[str, ...]]]:
        """The reporting verbs of several words, by their first word."""
        found: dict[str, list[tuple[str, ...]]] = {}
        for phrase in self.phrases("reporting_verbs"):
            if " " in phrase:
                parts = tuple(phrase.split())
                found.setdefault(parts[0], []).append(parts)
        return found

    @cached_property
    def _sets(self) -> dict[str, frozenset[str]]:
        return {}

    @cached_property
    def _unions(self) -> dict[tuple[str, ...], frozenset[str]]:
        return {}

    @cached_property
    def _sorted(self) -> dict[str, tuple[str, ...]]:
        return {}

    @cached_property
    def months(self) -> dict[str, int]:
        return {name: number for number, names in enumerate(self.lists.get("months", ()), 1) for name in names.split()}

    @cached_property
    def equivalents(self) -> dict[str, frozenset[str]]:
        """Of a role, those that mean the same."""
        found: dict[str, frozenset[str]] = {}
        for entry in self.lists.get("same_roles", ()):
            together = frozenset(entry.split())
            for word in together:
                found[word] = found.get(word, frozenset()) | together
        return found

    @property
    def nouns_are_capital(self) -> bool:
        """Whether a capital says nothing about a word within a sentence."""
        return self.code in _NOUNS_ARE_CAPITAL

    @cached_property
    def role_endings(self) -> tuple[str, ...]:
        return self.lists.get("role_endings", ())

    @cached_property
    def role_words(self) -> frozenset[str]:
        """Single words that a person's role may be, or a form of address before a name."""
        return frozenset(entry for name in ("roles", "honorifics") for entry in self.lists.get(name, ()))

    @cached_property
    def short_forms(self) -> frozenset[str]:
        """Words that a full stop may follow without ending the sentence."""
        names = ("abbreviations", "honorifics", "degrees")
        return frozenset(entry for name in names for entry in self.lists.get(name, ()))


@cache
def available() -> tuple[str, ...]:
    return tuple(sorted(path.stem for path in _FOLDER.glob("*.toml")))


@cache
def load(code: str) -> Language:
    """The language with this code (`de`, `de-AT`); without word lists where there is no file for it."""
    base = code.strip().lower().replace("_", "-").split("-", 1)[0]
    if not base.isalpha() or not (_FOLDER / f"{base}.toml").is_file():
        return Language(code, {})
    return Language(base, {name: _entries(value) for name, value in _values(base).items()})


@cache
def everywhere(name: str) -> dict[str, tuple[str, ...]]:
    """One list of every language, by code."""
    return {code: _entries(_values(code).get(name, "")) for code in available()}


@cache
def _values(code: str) -> dict[str, str]:
    """What stands in a language's file, list by list.

    The file is TOML of the plainest kind, names and texts without escapes, which needs no parser of TOML: that would
    take a fiftieth of a whole run. A test compares.
    """
    text = (_FOLDER / f"{code}.toml").read_text(encoding="utf-8")
    found: dict[str, str] = {}
    at = 0
    while (equals := text.find(" = ", at)) >= 0:
        name = text[text.rfind("\n", 0, equals) + 1 : equals]
        start = equals + len(" = ")
        if not name.isidentifier():  # a comment
            at = start
            continue
        sign = next((sign for sign in _SIGNS if text.startswith(sign, start)), "\n")
        end = text.find(sign, start + len(sign))
        found[name] = text[start + len(sign) : end]
        at = end + len(sign)
    return found


def _entries(value: str) -> tuple[str, ...]:
    return tuple(part for entry in value.split(",") if (part := " ".join(entry.split())))


UNKNOWN = Language("und", {})
"""A language without a file: names and marks are all that can be read."""


def guess(text: str) -> tuple[str, bool]:
    """The code of the language whose small words are the most frequent in the text, English where none is.

    With it comes whether the text is in that language, as far as its small words tell.
    """
    words = _WORD.findall(text[: _SAMPLE_WORDS * 8])[:_SAMPLE_WORDS]
    counts = Counter(map(str.lower, words))
    total = len(words)

    def share(code: str) -> float:
        return sum(counts[word] for word in load(code).words("stop_words")) / total if total else 0.0

    if share(_FIRST_GUESS) >= _CERTAIN:
        return _FIRST_GUESS, True
    best = max(available(), key=lambda code: (share(code), code == _FIRST_GUESS))
    if total < _FEWEST_WORDS or best == _FIRST_GUESS:
        return (best, True) if share(best) >= _LEAST else (_FIRST_GUESS, total < _FEWEST_WORDS or share(best) > 0)
    return (best, True) if share(best) >= _LEAST_OF_OTHERS else (_FIRST_GUESS, share(_FIRST_GUESS) >= _BESIDE_OTHERS)
