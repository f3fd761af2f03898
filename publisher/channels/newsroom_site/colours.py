"""The organisation's colours as custom properties, by day and by night, and whether text can be read in them. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from publisher.config.contrast import ENOUGH, blended, contrast

LIGHT = {"paper": "#fbfaf7", "ink": "#1b1a18", "quiet": "#5b5850", "rule": "#d8d3c7", "accent": "#8c1d18"}
DARK = {"paper": "#151412", "ink": "#ebe7de", "quiet": "#aaa598", "rule": "#3a3731", "accent": "#f3a494"}
"""The colours of style.css."""

_QUIET = (0.7, 0.8, 0.9, 1.0)
_RULE = 0.2
_STEPS = 20


@dataclass(frozen=True)
class Palette:
    """The colours that were asked for, each `#rrggbb` by its name in style.css; the others are derived, or ours."""

    light: Mapping[str, str] = field(default_factory=dict)
    dark: Mapping[str, str] = field(default_factory=dict)

    def css(self) -> str:
        """Custom properties for screens, empty where no colour was asked for; print keeps its own."""
        light, dark = self._schemes()
        parts = []
        if light:
            parts.append(f"@media screen {{ :root {{ {_properties(light)} }} }}\n")
        if light or dark:
            night = {name: (dark or {}).get(name, DARK[name]) for name in light} | dark
            parts.append(f"@media screen and (prefers-color-scheme: dark) {{ :root {{ {_properties(night)} }} }}\n")
        return "".join(parts)

    def remarks(self) -> Iterator[str]:
        """Which colours are hard to read, a line each."""
        light, dark = self._schemes()
        for given, ours, when in ((light, LIGHT, "by day"), (dark, DARK, "by night")):
            scheme = {**ours, **given}
            paper = scheme["paper"]
            for name in ("ink", "quiet", "accent"):
                found = contrast(scheme[name], paper)
                if given and found < ENOUGH:
                    yield (
                        f"the colour `{name}` ({scheme[name]}) is hard to read on the paper ({paper}) {when}: "
                        f"a contrast of {int(found * 10) / 10:g} to 1, where readers need {ENOUGH:g} to 1 (WCAG AA)"
                    )

    def _schemes(self) -> tuple[dict[str, str], dict[str, str]]:
        light, dark = _derived(self.light, LIGHT), _derived(self.dark, DARK)
        if "accent" in light and "accent" not in dark:
            dark["accent"] = _readable(light["accent"], {**DARK, **dark})
        return light, dark


def _derived(given: Mapping[str, str], ours: Mapping[str, str]) -> dict[str, str]:
    """What was asked for, and what follows from another ink or paper."""
    found = dict(given)
    if "ink" in given or "paper" in given:
        ink, paper = (given.get(name, ours[name]) for name in ("ink", "paper"))
        tones = [blended(ink, paper, share) for share in _QUIET]
        found.setdefault("quiet", next((tone for tone in tones if contrast(tone, paper) >= ENOUGH), ink))
        found.setdefault("rule", blended(ink, paper, _RULE))
    return found


def _readable(colour: str, scheme: Mapping[str, str]) -> str:
    """The colour as near to itself as can be read on the paper, on its way to the ink."""
    tones = [blended(scheme["ink"], colour, step / _STEPS) for step in range(_STEPS + 1)]
    return next((tone for tone in tones if contrast(tone, scheme["paper"]) >= ENOUGH), scheme["ink"])


def _properties(colours: Mapping[str, str]) -> str:
    return " ".join(f"--{name}: {colours[name]};" for name in LIGHT if name in colours)
