"""A template at work. `Run.do` is all that it can call."""

from __future__ import annotations

from collections.abc import Mapping

from publisher.compose.templating.rules import Word, Work
from publisher.compose.templating.values import Refused
from publisher.compose.templating.words import FILTERS, HELPERS, SIGNS, TESTS
from publisher.errors import PublishError

DO = "_do"
"""The name of `Run.do` within a template, which no template can write."""
FAMILIES: Mapping[str, Mapping[str, Word]] = {"filter": FILTERS, "helper": HELPERS, "test": TESTS, "sign": SIGNS}


class Run:
    """One run of a template. `do` is all that the template can call."""

    def __init__(self, name: str, work: Work) -> None:
        self.name = name
        self.work = work

    def do(self, place: tuple[int, str, str], *values: object) -> object:
        """What one word of a template does to values.

        Args:
            place: The line it is on, and which word it is: its family and its name there.
            values: What it is to work on.

        Raises:
            PublishError: It cannot, or the template has done too much: with the line.
        """
        line, family, word = place
        try:
            return FAMILIES[family][word].apply(self.work, label(family, word), values)
        except Refused as refused:
            raise PublishError(refused.message, where=f"{self.name}:{line}", hint=refused.hint) from None


def label(family: str, word: str) -> str:
    if family == "sign" and word in ("for", "{{ }}"):
        return {"for": "a loop", "{{ }}": "{{ … }}"}[word]
    return f"`is {word}`" if family == "test" else f"`{word}`"
