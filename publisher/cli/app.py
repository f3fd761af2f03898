"""The application: which commands there are."""

from __future__ import annotations

from typing import Annotated

import typer

from publisher.cli import send, setup, show, state

app = typer.Typer(
    name="publish",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    help="Send a press release out into the world: `publish release.md`.",
    epilog="`publish FILE --help` shows how to publish, `publish FILE --dry-run` what would be said.",
)


def _version(asked: bool) -> None:  # noqa: FBT001 -- typer calls it so
    if asked:
        from importlib.metadata import version  # noqa: PLC0415 -- only when asked

        typer.echo(f"publish {version('publisher')}")
        raise typer.Exit


@app.callback()
def _group(
    *,
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version and leave.")
    ] = False,
    debug: Annotated[
        bool, typer.Option("--debug", help="Show where an error came from; works with every command.")
    ] = False,
) -> None:
    pass


app.command("send", hidden=True, help="Publish a release to every enabled channel.")(send.send)
app.command("preview", help="Show what each channel would say.")(show.preview)
app.command("parse", help="Show releases as they are understood.")(show.parse)
app.command("status", help="Show what went where, with links.")(state.status)
app.command("resolve", help="Say what became of a post whose outcome is unknown.")(state.resolve)
app.command("check", help="Check channels.yaml and the credentials behind it.")(setup.check)
app.command("channels", help="List the channel types and what each can do.")(setup.channels)
app.command("schema", help="Print the JSON Schema of channels.yaml.")(setup.schema)

COMMANDS = frozenset(command.name for command in app.registered_commands)
