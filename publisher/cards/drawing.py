"""A card as SVG: where each thing stands on it. All measures are pixels."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from publisher.cards.colours import Palette
from publisher.cards.faces import Run, extent
from publisher.cards.setting import Block, Text
from publisher.cards.visual import Stretch, in_sight
from publisher.text.direction import direction

if TYPE_CHECKING:
    import jinja2

Shape = Literal["wide", "square"]
SIZES: Mapping[Shape, tuple[int, int]] = {"wide": (1200, 675), "square": (1080, 1080)}
MARGIN = 72
"""No letter stands nearer to an edge."""
_LARGEST: Mapping[Shape, int] = {"wide": 76, "square": 88}
SMALLEST = 36
"""The smallest size of a quote or headline: about 12 pixels on a phone that shows the card 390 pixels wide."""
_FOOT = 96
_BAR = 10
_BESIDE = 36
_NAMED = 36
_TITLED = 30
_MOST_LINES = 2
_SIGNED = 28


@dataclass(frozen=True, eq=False, repr=False)
class Look:
    """How an organisation's cards look: its colours, its name, and its logo as a `data:` address or ""."""

    colours: Palette
    organisation: str = ""
    logo: str = ""


@dataclass(frozen=True, eq=False, repr=False)
class Form:
    """What all tries at one card share: its shape and look, the release's language, which says on which side lines
    begin, and the organisation's name, set, where it has one.
    """

    shape: Shape
    look: Look
    language: str
    organisation: Text | None = None


@dataclass(frozen=True, eq=False, repr=False)
class Drawing:
    """A card ready to be made into pixels: its SVG, the fonts that it needs, and its size."""

    svg: str
    fonts: tuple[Path, ...]
    width: int
    height: int


def sizes(shape: Shape) -> range:
    return range(_LARGEST[shape], SMALLEST - 1, -2)


class Sheet:
    """The room on a card, and what was put there."""

    def __init__(self, form: Form) -> None:
        self.width, self.height = SIZES[form.shape]
        self.look = form.look
        self.rtl = direction(form.language) == "rtl"
        self.organisation = form.organisation
        self.has_foot = bool(form.look.logo or (form.organisation and form.organisation.plain))
        self.bottom = self.height - (_FOOT if self.has_foot else 0)
        self._letters: list[dict[str, Any]] = []
        self._boxes: list[dict[str, Any]] = []
        self._fonts: dict[Path, None] = {}

    def box(self, left: float, top: float, width: float, height: float, fill: str) -> None:
        """A filled rectangle; `left` is counted from where lines begin."""
        x = self.width - left - width if self.rtl else left
        self._boxes.append({"x": _px(x), "y": _px(top), "width": _px(width), "height": _px(height), "fill": fill})

    def put(self, block: Block, left: float, top: float, fill: str) -> float:
        """A block of text, the top of its first line's letters at `top`. Returns where its last line ends."""
        for number, line in enumerate(block.lines):
            x = self.width - left - line.width if self.rtl else left
            y = top + block.above + number * block.leading
            for stretch in in_sight(line.runs, rtl=self.rtl):
                self._set(stretch, x, y, block.size, fill)
                x += _width(stretch, stretch.text) * block.size
        return top + block.height

    def _set(self, stretch: Stretch, x: float, y: float, size: float, fill: str) -> None:
        """Letters from `x` on; white space at their ends takes its room and is not drawn."""
        bare = stretch.text.strip(" ")
        on_the_left = stretch.text.partition(bare)[2 if stretch.rtl else 0] if bare else ""
        x += _width(stretch, on_the_left) * size
        if bare:
            shown = {"x": _px(x), "y": _px(y), "size": _px(size), "fill": fill}
            self._letters.append({**shown, "face": stretch.face, "text": bare, "rtl": stretch.rtl})
            self._fonts[stretch.face.file] = None

    def drawing(self, ground: str) -> Drawing:
        """Everything, over its foot."""
        logo = self._foot(parted=ground == self.look.colours.paper) if self.has_foot else None
        svg = _template().render(
            width=self.width, height=self.height, ground=ground, boxes=self._boxes, letters=self._letters, logo=logo
        )
        return Drawing(svg, tuple(sorted(self._fonts)), self.width, self.height)

    def _foot(self, *, parted: bool) -> dict[str, str] | None:
        colours = self.look.colours
        self.box(0, self.bottom, self.width, _FOOT, colours.paper)
        if parted:
            self.box(MARGIN, self.bottom, self.width - 2 * MARGIN, 2, colours.accent)
        middle = self.bottom + _FOOT / 2
        room = self.width - 2 * MARGIN - (260 if self.look.logo else 0)
        if self.organisation and self.organisation.plain:
            name = self.organisation.largest(room, _FOOT - 24, range(_SIGNED, 15, -1))
            if name:
                self.put(name, MARGIN, middle - name.height / 2, colours.accent_on_paper)
        if not self.look.logo:
            return None
        x = MARGIN if self.rtl else self.width - MARGIN - 240
        align = "xMinYMid" if self.rtl else "xMaxYMid"
        return {
            "x": _px(x),
            "y": _px(middle - 28),
            "width": "240",
            "height": "56",
            "align": align,
            "href": self.look.logo,
        }


def draw_headline(headline: Text, form: Form) -> Drawing | None:
    """The headline large, on the accent colour; None where it does not fit."""
    sheet = Sheet(form)
    width, height = sheet.width - 2 * MARGIN, sheet.bottom - 2 * MARGIN
    block = headline.largest(width, height, sizes(form.shape))
    if block is None:
        return None
    sheet.put(block, MARGIN, (sheet.bottom - block.height) / 2, form.look.colours.on_accent)
    return sheet.drawing(form.look.colours.accent)


def draw_quote(quote: Text, speaker: Sequence[Text], form: Form) -> Drawing | None:
    """The quote beside a bar, its speaker and the title beneath; None where it does not fit.

    Args:
        quote: In its quotation marks.
        speaker: The name, and the title, where there is one.
        form: What the card is like.
    """
    sheet = Sheet(form)
    left = MARGIN + _BAR + _BESIDE
    width = sheet.width - left - MARGIN
    attribution = _attribution(speaker, width)
    if attribution is None:
        return None
    beneath = 34 + sum(block.height for block in attribution) + 14 * (len(attribution) - 1)
    block = quote.largest(width, sheet.bottom - 2 * MARGIN - beneath, sizes(form.shape))
    if block is None:
        return None
    colours = form.look.colours
    top = (sheet.bottom - block.height - beneath) / 2
    sheet.box(MARGIN, top, _BAR, block.height + beneath, colours.accent)
    below = sheet.put(block, left, top, colours.ink) + 34
    for part, fill in zip(attribution, (colours.ink, colours.quiet), strict=False):
        below = sheet.put(part, left, below, fill) + 14
    return sheet.drawing(colours.paper)


def _attribution(speaker: Sequence[Text], width: float) -> list[Block] | None:
    """The name and the title, each on two lines at most; None where one is longer."""
    blocks: list[Block] = []
    for text, size in zip(speaker, (_NAMED, _TITLED), strict=False):
        for each in (size, size - 4):
            block = text.block(width, each)
            if block.width <= width and len(block.lines) <= _MOST_LINES:
                blocks.append(block)
                break
        else:
            return None
    return blocks


def _width(stretch: Stretch, text: str) -> float:
    return extent([Run(stretch.face, text)]).width if text else 0.0


def _px(value: float) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".")


@cache
def _template() -> jinja2.Template:
    from jinja2 import Environment, StrictUndefined  # noqa: PLC0415 -- only where a card is drawn

    source = (Path(__file__).parent / "template.svg").read_text(encoding="utf-8")
    return Environment(autoescape=True, undefined=StrictUndefined).from_string(source)
