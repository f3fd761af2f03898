"""From a file and channels.yaml to a plan, with what is to be said about it on the way."""

from __future__ import annotations

from publisher.cli.options import names
from publisher.cli.output import Output
from publisher.config.loading import load_config
from publisher.config.model import Config
from publisher.delivery.plan import Plan, make_plan
from publisher.documents import read
from publisher.errors import PublishError
from publisher.release import parse


def planned(
    file: str,
    config_path: str | None,
    out: Output,
    *,
    only: list[str] | None,
    skip: list[str] | None,
    for_sending: bool,
) -> tuple[Plan, Config]:
    """Read, parse, compose and render.

    Raises:
        PublishError: From any of these steps.
    """
    release = parse(read(file))
    config = load_config(config_path)
    plan = make_plan(release, config, only=names(only, "--only"), skip=names(skip, "--skip"), for_sending=for_sending)
    _remark_on(plan, config, out, for_sending=for_sending)
    return plan, config


def _remark_on(plan: Plan, config: Config, out: Output, *, for_sending: bool) -> None:
    """What somebody should know of a plan before it is shown or sent."""
    release = plan.release
    if not config.found:
        out.remark("note: there is no channels.yaml here, so this is about a newsroom under site/ alone")
    for finding in release.findings:
        out.remark(f"{release.file}: {'error: ' if finding.severity == 'error' else ''}{finding}")
    for note in plan.notes:
        out.remark(f"note: {note}")
    if for_sending:  # a preview shows them with the posts
        for delivery in plan.deliveries:
            for warning in delivery.variant.warnings:
                out.remark(f"{delivery.channel.name}: {warning}")
    else:
        _remark_on_sending_later(plan, config, out)


def _remark_on_sending_later(plan: Plan, config: Config, out: Output) -> None:
    release = plan.release
    if release.embargo or release.publish_at or release.draft:
        from publisher.delivery.timing import refuse_early  # noqa: PLC0415 -- only where there is a time to look at

        try:
            refuse_early(release, config.organisation.timezone)
        except PublishError as error:
            out.remark(f"note: not to be sent yet: {error.message.removesuffix('; nothing was sent')}")
    taking_part = {delivery.channel.name for delivery in plan.deliveries}
    for block in config.blocks:
        if block.enabled and block.unset and block.name in taking_part:
            variables = ", ".join(sorted(set(block.unset.values())))
            out.remark(f"note: {block.name} cannot send before these variables are set: {variables}")
