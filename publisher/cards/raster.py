"""A drawing as a PNG."""

from __future__ import annotations

from publisher.cards.drawing import Drawing


def png(drawing: Drawing) -> bytes:
    """The pixels. No font of this machine is looked at, and nothing is written into the file but the pixels."""
    import resvg_py  # noqa: PLC0415 -- only where a card is drawn

    return bytes(
        resvg_py.svg_to_bytes(
            svg_string=drawing.svg, skip_system_fonts=True, font_files=[str(file) for file in drawing.fonts]
        )
    )
