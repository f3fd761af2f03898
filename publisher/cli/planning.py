"""From a file and channels.yaml to a plan, with what is to be said about it on the way."""

from __future__ import annotations

from datetime import UTC, datetime

from publisher.cli.options import names
from publisher.cli.output import Output
from publisher.config.loading import load_config
from publisher.config.model import Config
from publisher.delivery.plan import Plan, make_plan
from publisher.delivery.times import Times
from publisher.documents import read
from publisher.errors import PublishError
from publisher.release import parse
from publisher.release.model import Release


def planned(
    file: str,
    config_path: str | None,
    out: Output,
    *,
    only: list[str] | None,
    skip: list[str] | None,
    at: str | None = None,
    for_sending: bool,
) -> tuple[Plan, Config, Times]:
    """Read, parse, compose and render, for the time at which it is to go out.

    Raises:
        PublishError: From any of these steps; where it is to be sent, also because that would be too early.
    """
    release = parse(read(file))
    config = load_config(config_path)
    times, early = _times(release, config, at)
    if early and for_sending:
        raise early
    plan = make_plan(
        release,
        config,
        only=names(only, "--only"),
        skip=names(skip, "--skip"),
        for_sending=for_sending,
        embargo=times.notice,
    )
    early = early or _early(plan, times, config)
    _remark_on(plan, config, out, early, for_sending=for_sending)
    if times.at and out.json and not for_sending and not early:
        from publisher.release.moments import local  # noqa: PLC0415 -- only where there is a time to tell

        out.remark(f"note: it will be scheduled for {local(times.at, config.organisation.timezone)}")
    if early and for_sending:
        raise early
    return plan, config, times


def _times(release: Release, config: Config, at: str | None) -> tuple[Times, PublishError | None]:
    """The release's times; where they cannot be had, why."""
    now = datetime.now(UTC)
    if not (at or release.embargo or release.publish_at or release.draft):
        return Times(now), None
    from publisher.delivery.timing import read_times  # noqa: PLC0415 -- only where there is a time to read

    try:
        return read_times(release, config.organisation, now, at), None
    except PublishError as error:
        return Times(now), error


def why_not_yet(plan: Plan, config: Config, times: Times, at: str | None = None) -> str:
    """Why a plan is not to be sent as it stands, in one line; empty where it may be."""
    early = _times(plan.release, config, at)[1] or _early(plan, times, config)
    return early.message.removesuffix("; nothing was sent") if early else ""


def _early(plan: Plan, times: Times, config: Config) -> PublishError | None:
    if times.notice is None:
        return None
    from publisher.delivery.timing import refuse_embargoed  # noqa: PLC0415 -- only where there is an embargo

    try:
        channels = [delivery.channel for delivery in plan.deliveries]
        refuse_embargoed(channels, times, plan.release, config.organisation.timezone)
    except PublishError as error:
        return error
    return None


def _remark_on(plan: Plan, config: Config, out: Output, early: PublishError | None, *, for_sending: bool) -> None:
    """What somebody should know of a plan before it is shown or sent."""
    release = plan.release
    if not config.found:
        out.remark("note: there is no channels.yaml here, so this is about a newsroom under site/ alone")
    for finding in release.findings if for_sending or out.json else ():  # a preview has them on top
        out.remark(f"{release.file}: {'error: ' if finding.severity == 'error' else ''}{finding}")
    for note in plan.notes:
        out.remark(f"note: {note}")
    if for_sending:  # a preview shows them with the posts
        for delivery in plan.deliveries:
            for warning in delivery.variant.warnings:
                out.remark(f"{delivery.channel.name}: {warning}")
        return
    if early:
        out.remark(f"note: not to be sent yet: {early.message.removesuffix('; nothing was sent')}")
    _remark_on_unset(plan, config, out)


def _remark_on_unset(plan: Plan, config: Config, out: Output) -> None:
    taking_part = {delivery.channel.name for delivery in plan.deliveries}
    for block in config.blocks:
        if block.enabled and block.unset and block.name in taking_part:
            variables = ", ".join(sorted(set(block.unset.values())))
            out.remark(f"note: {block.name} cannot send before these variables are set: {variables}")
