"""`publish preview` and `publish parse`."""

from __future__ import annotations

from typing import Annotated

import typer

from publisher.cli.options import AsJson, ConfigPath, File, Only, Plain, Skip, names
from publisher.errors import PublishError


def preview(
    file: File,
    *,
    only: Only = None,
    skip: Skip = None,
    frozen: Annotated[
        bool, typer.Option("--frozen", help="Show what is on the schedule, as it was when it was put there.")
    ] = False,
    diff: Annotated[
        bool, typer.Option("--diff", help="Show only what differs from what was sent or scheduled before.")
    ] = False,
    html: Annotated[
        str | None,
        typer.Option("--html", metavar="PATH", help="Write it as one page, to be mailed; - for standard output."),
    ] = None,
    show: Annotated[bool, typer.Option("--open", help="Show it as a page in the browser.")] = False,
    config: ConfigPath = None,
    plain: Plain = False,
    json: AsJson = False,
) -> None:
    """Show what each channel would say. Needs no credentials, and touches neither network nor ledger.

    --frozen and --diff read the ledger.
    """
    from publisher.cli.output import Output  # noqa: PLC0415 -- commands load what they need when they run

    out = Output(json=json, plain=plain)
    if diff and (html is not None or show):
        raise PublishError("a page shows what the file says now, not what differs", hint="Leave out --diff")
    if frozen and diff:
        raise PublishError("--frozen and --diff are two things", hint="Ask for one after the other")
    if frozen and (html is not None or show):
        raise PublishError("a page shows what the file says now, not what is frozen", hint="Leave out --frozen")
    if frozen:
        from publisher.cli.scheduling import show_frozen  # noqa: PLC0415

        show_frozen(file, names(only, "--only"), config, out)
        return
    from publisher.cli.planning import planned, why_not_yet  # noqa: PLC0415
    from publisher.cli.shown import head_of  # noqa: PLC0415

    plan, settings, times = planned(file, config, out, only=only, skip=skip, for_sending=False)
    if diff:
        from publisher.cli.comparing import compare  # noqa: PLC0415 -- as above

        compare(plan, settings, times, out, chosen=names(only, "--only"), skipped=names(skip, "--skip"))
        return
    if json or (html is None and not show):
        out.preview(plan, head_of(plan, times, settings.organisation.timezone), "Preview")
    if html is not None or show:
        from publisher.cli.paging import hand_over, page_of  # noqa: PLC0415

        page, embargo = page_of(plan, settings, times, why_not_yet(plan, settings, times))
        hand_over(page, html, plan.release.slug, out, embargo=embargo, show=show)


def parse(
    files: Annotated[
        list[str], typer.Argument(metavar="FILE...", help="Releases: .docx, .html, .md or .txt; - for input.")
    ],
    *,
    config: ConfigPath = None,
    json: AsJson = False,
) -> None:
    """Show releases as they are understood; with --json one object a line, in the order given.

    A file that cannot be read has its reason under `error`; the others are shown all the same.
    """
    from publisher.cli.output import Output  # noqa: PLC0415 -- commands load what they need when they run
    from publisher.cli.reviewing import organisation_known  # noqa: PLC0415
    from publisher.documents import read  # noqa: PLC0415
    from publisher.preview.reading import reading  # noqa: PLC0415
    from publisher.release import as_json  # noqa: PLC0415
    from publisher.release import parse as parse_release  # noqa: PLC0415

    out = Output(json=json)
    known = organisation_known(config, out)
    unreadable = 0
    for file in files:
        try:
            release = parse_release(read(file))
        except PublishError as error:
            unreadable += 1
            out.remark(f"publish: {error}")
            if json:  # a line for each file, so that the second line is always about the second file
                out.data({"file": file, "error": str(error)})
            continue
        if known is not None:
            from publisher.delivery.beside import beside_organisation  # noqa: PLC0415 -- only beside channels.yaml

            release = beside_organisation(release, known)
        if json:
            out.data(as_json(release))
        else:
            for line in reading(release):
                out.say(line)
    if unreadable:
        raise typer.Exit(PublishError.exit_code)
