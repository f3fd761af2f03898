"""`publish FILE`."""

from __future__ import annotations

from typing import Annotated

import typer

from publisher.cli.options import AsJson, ConfigPath, File, Only, Plain, Skip


def send(
    file: File,
    *,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Show exactly what would be sent; touch neither network nor ledger.")
    ] = False,
    only: Only = None,
    skip: Skip = None,
    at: Annotated[
        str | None,
        typer.Option(
            "--at",
            metavar="WHEN",
            help='Schedule it for then, as in "2026-12-01 09:00"; or `now`, whatever time the release has.',
        ),
    ] = None,
    config: ConfigPath = None,
    accept_warnings: Annotated[
        bool, typer.Option("--accept-warnings", help="Publish in spite of what the review calls an error.")
    ] = False,
    all_or_nothing: Annotated[
        bool, typer.Option("--all-or-nothing", help="Begin nothing unless every channel is ready.")
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Ask nothing (nor without a terminal).")] = False,
    json: AsJson = False,
    plain: Plain = False,
) -> None:
    """Publish a release to every enabled channel, each post once; a second run sends only what is missing.

    With --at, or where its front matter has a `publish_at` to come, it is scheduled: `publish due` sends it then.
    """
    from publisher.cli.output import Output  # noqa: PLC0415 -- commands load what they need when they run
    from publisher.cli.planning import planned  # noqa: PLC0415

    out = Output(json=json, plain=plain)
    plan, settings, times = planned(file, config, out, only=only, skip=skip, at=at, for_sending=not dry_run)
    if dry_run:
        from publisher.cli.shown import head_of  # noqa: PLC0415 -- as above

        out.preview(plan, head_of(plan, times, settings.organisation.timezone), "Dry run, nothing was sent")
        return
    from publisher.delivery.plan import refuse_errors  # noqa: PLC0415

    if not accept_warnings:
        refuse_errors(plan.release)
    if times.at:
        from publisher.cli.scheduling import schedule_release  # noqa: PLC0415 -- as above

        schedule_release(plan, settings, times, out)
        return
    from publisher.cli.running import missing, run  # noqa: PLC0415 -- the ledger is only for sending

    if not yes and out.interactive and (todo := missing(plan, settings)) and not _agreed(plan.release.headline, todo):
        out.say("Nothing was sent.")
        return
    raise typer.Exit(run(plan, settings, times, out, all_or_nothing=all_or_nothing))


def _agreed(headline: str, todo: list[str]) -> bool:
    typer.echo(f"“{headline}”\ngoes to {', '.join(todo)}.", err=True)
    try:
        return typer.confirm("Publish now?", err=True)
    except typer.Abort:
        typer.echo("", err=True)
        return False
