"""The options that several commands share."""

from __future__ import annotations

from typing import Annotated

import typer

from publisher.errors import PublishError

File = Annotated[
    str, typer.Argument(metavar="FILE", help="The release: .docx, .html, .md or .txt; - reads standard input.")
]
ConfigPath = Annotated[
    str | None,
    typer.Option("--config", metavar="PATH", help="channels.yaml elsewhere.", show_default="./channels.yaml"),
]
Only = Annotated[
    list[str] | None, typer.Option("--only", metavar="A,B", help="Only these channels, by name.", show_default=False)
]
Skip = Annotated[
    list[str] | None, typer.Option("--skip", metavar="A,B", help="All channels but these.", show_default=False)
]
AsJson = Annotated[bool, typer.Option("--json", help="Machine-readable result on standard output.")]
Plain = Annotated[bool, typer.Option("--plain", help="Without frames and colours, for screen readers and files.")]

WAYS_ON = "`publish FILE` sends it now, `publish FILE --at WHEN` schedules it anew, `publish cancel FILE` drops it."
"""What a person may do about a release that is held."""


def names(given: list[str] | None, option: str) -> list[str]:
    """`a, b` as a list of names; the option may also be given several times.

    Raises:
        PublishError: The option is there and names nothing, as where a script's variable is empty.
    """
    if given is None:
        return []
    found = [name for text in given for name in map(str.strip, text.split(",")) if name]
    if not found:
        raise PublishError(f"{option} names no channel", hint=f"Write {option} NAME, or leave it out for all")
    return found
