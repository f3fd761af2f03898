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


def is_image(content: bytes, *, svg: bool) -> bool:
    """Whether a file is what it is called, so that it will be drawn and not left out in silence."""
    if svg:
        import resvg_py  # noqa: PLC0415 -- only where a card is drawn

        try:
            return bool(resvg_py.svg_to_bytes(svg_string=content.decode("utf-8-sig"), width=8, skip_system_fonts=True))
        except ValueError:
            return False
    from io import BytesIO  # noqa: PLC0415 -- only where a card is drawn

    from PIL import Image  # noqa: PLC0415

    try:
        with Image.open(BytesIO(content)) as image:
            image.verify()
    except (OSError, SyntaxError, ValueError):
        return False
    return True
