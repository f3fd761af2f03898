"""The shipped fonts, and which of them draws what. tools/card_fonts.py makes them.

No font of the machine is ever used, so that the same words give the same image everywhere.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cache, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import uharfbuzz

FOLDER = Path(__file__).parent / "fonts"
_BASE = "Noto Sans"
_SYMBOLS = ("Noto Sans Math", "Noto Sans Symbols", "Noto Sans Symbols2")
_EAST_ASIAN = ("Noto Sans CJK JP", "Noto Sans CJK KR", "Noto Sans CJK SC", "Noto Sans CJK TC")


@dataclass(frozen=True, eq=False, repr=False)
class Face:
    """One face of a font file: `family` and `weight` are how SVG asks for it, `codes` the characters it can draw."""

    family: str
    weight: int
    file: Path
    font: uharfbuzz.Font = field(hash=False)
    codes: frozenset[int] = field(hash=False)

    @property
    def is_east_asian(self) -> bool:
        return self.family in _EAST_ASIAN

    def draws(self, cluster: str) -> bool:
        """Whether it has a glyph for all of a cluster, as it stands there, composed or taken apart."""
        if len(cluster) == 1 and ord(cluster) in self.codes:
            return True
        return any(
            all(ord(letter) in self.codes or _is_ignorable(letter) for letter in form)
            for form in (cluster, unicodedata.normalize("NFC", cluster), unicodedata.normalize("NFD", cluster))
        )


@dataclass(frozen=True, eq=False, repr=False)
class Run:
    """Letters that one face draws."""

    face: Face
    text: str


class NoGlyphError(Exception):
    """A character that no shipped font has: it would be drawn as an empty box."""

    def __init__(self, cluster: str) -> None:
        names = ", ".join(f"U+{ord(letter):04X} {unicodedata.name(letter, 'without a name')}" for letter in cluster[:3])
        shown = f"“{cluster[:3]}”, " if cluster.isprintable() else ""
        super().__init__(f"no font here has {shown}{names}")


@cache
def faces(language: str, *, bold: bool = False) -> tuple[Face, ...]:
    """The faces in the order in which they are tried for a text in this language, a bold one first where it is asked
    for and there.
    """
    wanted = 700 if bold else 400
    best: dict[str, Face] = {}
    for face in _catalogue():
        if face.weight == wanted or face.family not in best:
            best[face.family] = face
    own = _east_asian(language)
    order = [own or _BASE]
    order += [family for family in best if family not in (*_EAST_ASIAN, *_SYMBOLS, *order)]
    order += [family for family in (*_SYMBOLS, "Noto Sans CJK SC", *_EAST_ASIAN) if family not in order]
    return tuple(best[family] for family in dict.fromkeys(order))


def _east_asian(language: str) -> str:
    subtags = language.lower().replace("_", "-").split("-")
    if subtags[0] in {"zh", "yue", "cmn", "wuu", "nan", "hak"}:
        traditional = subtags[0] in {"yue", "nan", "hak"} or {"hant", "tw", "hk", "mo"} & set(subtags)
        return "Noto Sans CJK TC" if traditional else "Noto Sans CJK SC"
    return {"ja": "Noto Sans CJK JP", "ko": "Noto Sans CJK KR"}.get(subtags[0], "")


@cache
def _catalogue() -> tuple[Face, ...]:
    """Every face, in the order of the files' names."""
    return tuple(face for file in sorted(FOLDER.glob("*.tt[cf]")) for face in _of_file(file))


def _of_file(file: Path) -> Iterable[Face]:
    import uharfbuzz as hb  # noqa: PLC0415 -- only where a card is drawn

    blob = hb.Blob.from_file_path(str(file))
    for number in range(len(_EAST_ASIAN) if file.suffix == ".ttc" else 1):
        face = hb.Face(blob, number)
        names = (hb.OTNameIdPredefined.TYPOGRAPHIC_FAMILY, hb.OTNameIdPredefined.FONT_FAMILY)
        family = next(filter(None, map(face.get_name, names)), "") or ""
        weight = 700 if file.stem.endswith("-Bold") else 400
        yield Face(family, weight, file, hb.Font(face), frozenset(face.unicodes))


def in_runs(clusters: Sequence[str], order: tuple[Face, ...]) -> list[Run]:
    """Clusters (what a reader takes for one character) parted by the face that draws them.

    White space stays with what stands before it, where that face has it.

    Raises:
        NoGlyphError: No face draws one of them.
    """
    runs: list[Run] = []
    for cluster in clusters:
        face = runs[-1].face if runs and cluster.isspace() and runs[-1].face.draws(cluster) else None
        face = face or _drawing(cluster, order)
        if runs and runs[-1].face is face:
            runs[-1] = Run(face, runs[-1].text + cluster)
        else:
            runs.append(Run(face, cluster))
    return runs


@lru_cache(maxsize=4096)
def _drawing(cluster: str, order: tuple[Face, ...]) -> Face:
    for face in order:
        if face.draws(cluster):
            return face
    raise NoGlyphError(cluster)


@dataclass(frozen=True)
class Extent:
    """How far a text reaches, for a font size of 1: along the line, above its baseline, and below it."""

    width: float = 0.0
    above: float = 0.0
    below: float = 0.0

    def __add__(self, other: Extent) -> Extent:
        return Extent(self.width + other.width, max(self.above, other.above), max(self.below, other.below))


def extent(runs: Iterable[Run]) -> Extent:
    """The extent of runs, shaped as they will be drawn.

    Raises:
        NoGlyphError: Shaping asks for a glyph that the font has not.
    """
    total = Extent()
    for run in runs:
        total += _shaped(run.face, run.text)
    return total


@lru_cache(maxsize=4096)
def _shaped(face: Face, text: str) -> Extent:
    import uharfbuzz as hb  # noqa: PLC0415 -- only where a card is drawn

    buffer = hb.Buffer()
    buffer.add_str(text)
    buffer.guess_segment_properties()
    hb.shape(face.font, buffer)
    width = above = below = 0
    glyphs: Any = zip(buffer.glyph_infos, buffer.glyph_positions, strict=True)
    for glyph, place in glyphs:
        if glyph.codepoint == 0:
            raise NoGlyphError(text)
        width += place.x_advance
        if known := face.font.get_glyph_extents(glyph.codepoint):
            above = max(above, known.y_bearing + place.y_offset)
            below = max(below, -(known.y_bearing + known.height + place.y_offset))
    size = face.font.face.upem
    return Extent(width / size, above / size, below / size)


def _is_ignorable(letter: str) -> bool:
    """Letters that shape others and show nothing themselves: joiners, variation selectors, direction marks."""
    code = ord(letter)
    return code in {0x34F, 0x61C, 0x180E, 0x2060, 0xFEFF, 0xAD} or 0x200B <= code <= 0x200F or 0xFE00 <= code <= 0xFE0F
