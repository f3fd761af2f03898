"""`publish reconcile`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from publisher.cli.options import AsJson, ConfigPath

if TYPE_CHECKING:
    from publisher.delivery.reconciling import Finding


_ENDS = {
    0: "Every post that was in doubt stands.",
    1: "Not everything is out: run `publish FILE` again to send what is missing, and only that.",
    3: "A person must look at the posts named above.",
}


def reconcile(
    file: Annotated[str | None, typer.Argument(metavar="[FILE]", help="One release; all of them by default.")] = None,
    *,
    config: ConfigPath = None,
    json: AsJson = False,
) -> None:
    """Ask the networks what became of posts whose outcome is unknown. Sends nothing."""
    from publisher.cli.opening import known_ledger, release_of, settings_at  # noqa: PLC0415 -- when it runs
    from publisher.cli.output import Output  # noqa: PLC0415
    from publisher.delivery.model import exit_code  # noqa: PLC0415
    from publisher.delivery.pace import Pace  # noqa: PLC0415
    from publisher.delivery.reconciling import reconcile as ask_networks  # noqa: PLC0415

    out = Output(json=json)
    settings = settings_at(config)
    found: list[Finding] = []

    def tell(finding: Finding) -> None:
        found.append(finding)
        for line in _lines(finding):
            out.say(line)

    with known_ledger(settings, file) as ledger:
        if ledger is None:
            if json:
                out.data({"releases": []})
            out.say("Nothing has been published yet.")
            return
        releases = [release_of(file, ledger)] if file else ledger.releases()
        ask_networks(releases, settings, ledger, tell, Pace(settings.deadline * 60))
        after = [ledger.release(release.id) for release in releases]
    asked = {(finding.release.id, finding.channel) for finding in found}
    rows = [row for release in after for row in release.deliveries if (release.id, row.channel) in asked]
    if json:
        out.data({"releases": [release.as_json() for release in after]})
    code = exit_code(rows)
    out.say(_ENDS[code] if found else "No outcome is unknown.")
    raise typer.Exit(code)


def _lines(finding: Finding) -> list[str]:
    from publisher.cli.closing import way_on  # noqa: PLC0415 -- as above

    post = finding.post
    which = f", to {post.request.recipient}" if post.request.recipient else f", post {post.index + 1}"
    place = f"{finding.release.headline}: {finding.channel}{which if finding.of > 1 else ''}"
    reason = finding.why or post.error
    match post.status:
        case "sent":
            return [f"{place}: it stands there{f': {post.url}' if post.url else ''}"]
        case "planned" | "refused":
            return [f"{place}: it is not there; the next run sends it"]
        case "sending":
            return [f"{place}: {reason or 'another run is sending it'}"]
        case _:
            word = "held for a person" if post.status == "held" else "still unknown"
            return [
                f"{place}: {word}{f': {reason}' if reason else ''}",
                way_on(finding.release.file, finding.channel, post),
            ]
