"""The application: which commands there are."""

from __future__ import annotations

from importlib import import_module
from typing import Annotated

import typer

COMMANDS = {
    "send": ("send", "Publish a release to every enabled channel."),
    "due": ("due", "Send what is due, for cron."),
    "schedule": ("scheduling", "Show what is coming, and what is held."),
    "cancel": ("scheduling", "Take a release off the schedule."),
    "freeze": ("brake", "Put the brake on: nothing goes out."),
    "unfreeze": ("brake", "Take the brake off."),
    "preview": ("show", "Show what each channel would say."),
    "parse": ("show", "Show releases as they are understood."),
    "status": ("state", "Show what went where, with links."),
    "resolve": ("state", "Say what became of a post whose outcome is unknown."),
    "reconcile": ("reconciling", "Ask the networks what became of unknown posts."),
    "check": ("setup", "Check channels.yaml and the credentials behind it."),
    "channels": ("setup", "List the channel types and what each can do."),
    "rebuild": ("rebuild", "Write the newsroom's pages anew, with today's look."),
    "schema": ("setup", "Print the JSON Schema of channels.yaml."),
}
"""Each command's module, and the line about it in the list of commands."""


def _version(asked: bool) -> None:  # noqa: FBT001 -- typer calls it so
    if asked:
        from importlib.metadata import version  # noqa: PLC0415 -- only when asked

        typer.echo(f"publish {version('publisher')}")
        raise typer.Exit


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


def application(command: str | None = None) -> typer.Typer:
    """The application with all its commands, or, as reading their signatures takes time, with the one that is asked."""
    app = typer.Typer(
        name="publish",
        no_args_is_help=True,
        pretty_exceptions_enable=False,
        context_settings={"help_option_names": ["--help", "-h"]},
        help="Send a press release out into the world: `publish release.md`.",
        epilog="`publish FILE --help` shows how to publish, `publish FILE --dry-run` what would be said.",
    )
    app.callback()(_group)
    for name in [command] if command in COMMANDS else COMMANDS:
        module, line = COMMANDS[name]
        function = getattr(import_module(f"publisher.cli.{module}"), name)
        app.command(name, hidden=name == "send", short_help=line)(function)
    return app
