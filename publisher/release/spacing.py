"""Words that a web page ran together: `saidMayor Doe`, `Harbour CoalitionExecutive Director`."""

from __future__ import annotations

from collections.abc import Sequence

from publisher.release.language import Language
from publisher.release.marks import Marked
from publisher.text.patterns import later

_JOINT = later(
    r"(?<![^\W\d_])([^\W\d_A-ZÀ-ÖØ-Þ]{2,14})(?=[A-ZÀ-ÖØ-Þ])|(?<=[a-zà-öø-ÿ]{3})([A-ZÀ-ÖØ-Þ][a-zà-öø-ÿ]{2,20})\b"
)
_INSIDE = later(r"[A-ZÀ-ÖØ-Þ](?<=[^\W\d_A-ZÀ-ÖØ-Þ].)")


def may_run_together(text: str) -> bool:
    """Whether anywhere a small letter stands right before a capital."""
    return _INSIDE.search(text) is not None


def spaced(text: str, found: Sequence[Marked], language: Language) -> str | None:
    """The paragraph with a space put behind a reporting verb, or before a role, that runs into its neighbour.

    What stands between marks stays as it is. None where nothing is to be done.
    """
    parts: list[str] = []
    at = 0
    for start, end in _between(text, found):
        for joint in _JOINT.finditer(text, start, end):
            verb, role = joint.groups()
            if verb and verb in language.words("reporting_verbs"):
                place = joint.end()
            elif role and role.lower() in language.words("roles"):
                place = joint.start()
            else:
                continue
            parts.append(text[at:place])
            at = place
    if not parts:
        return None
    return " ".join([*parts, text[at:]])


def _between(text: str, found: Sequence[Marked]) -> list[tuple[int, int]]:
    """Where a paragraph is not between marks."""
    edges = [0, *(edge for stretch in found for edge in stretch.inside), len(text)]
    return list(zip(edges[::2], edges[1::2], strict=True))
