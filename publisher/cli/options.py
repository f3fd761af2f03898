"""The options that several commands share."""

from __future__ import annotations

from typing import Annotated

import typer

File = Annotated[
    str, typer.Argument(metavar="FILE", help="The release: .md, .markdown or .txt; - reads standard input.")
]
ConfigPath = Annotated[
    str | None,
    typer.Option("--config", metavar="PATH", help="channels.yaml elsewhere.", show_default="./channels.yaml"),
]
Only = Annotated[str, typer.Option("--only", metavar="A,B", help="Only these channels, by name.")]
Skip = Annotated[str, typer.Option("--skip", metavar="A,B", help="All channels but these, by name.")]
AsJson = Annotated[bool, typer.Option("--json", help="Machine-readable result on standard output.")]
Plain = Annotated[bool, typer.Option("--plain", help="Without frames and colours, for screen readers and files.")]


def names(text: str) -> list[str]:
    """`a, b` as a list of names."""
    return [name for name in (part.strip() for part in text.split(",")) if name]
