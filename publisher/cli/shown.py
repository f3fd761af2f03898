"""A plan as it is shown, and as the ledger keeps it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from publisher.preview.model import Head, Shown

if TYPE_CHECKING:
    from publisher.channels.base import Channel
    from publisher.delivery.plan import Plan
    from publisher.delivery.times import Times


def shown_of(plan: Plan) -> list[Shown]:
    """What each channel will say."""
    return [
        Shown(
            each.variant,
            each.channel.capabilities,
            each.requests,
            each.notes,
            each.places,
            by=_name(each.channel),
            look=each.channel.look,
        )
        for each in plan.deliveries
    ]


def _name(channel: Channel) -> str:
    """Under whose name it posts, as far as channels.yaml says."""
    organisation = channel.organisation.name if channel.organisation else ""
    return " ".join(filter(None, [organisation, channel.settings.account]))


def head_of(plan: Plan, times: Times, zone: str) -> Head:
    """The release, with when it would go out and its embargo ends, where it has such times."""
    told: list[str] = []
    if times.at or times.embargo:
        from publisher.release.moments import local  # noqa: PLC0415 -- only where there is a time to tell

        told += [f"To be scheduled for {local(times.at, zone)}"] if times.at else []
        if times.embargo:
            over = " (over)" if times.embargo <= times.now else ""
            told.append(f"Under embargo until {local(times.embargo, zone)}{over}")
    return Head(plan.release, told)


def as_kept(plan: Plan) -> dict[str, Any]:
    """How the posts of each channel look, as `publish preview --json` has them."""
    from publisher.preview.jsonform import preview_json  # noqa: PLC0415 -- only where it is scheduled or sent

    return {variant["channel"]: variant for variant in preview_json(plan.release, shown_of(plan))["variants"]}


def as_sent(plan: Plan) -> dict[str, Any]:
    """The same for posts whose requests and recipients the ledger has beside them."""
    return {
        channel: {
            **{name: value for name, value in variant.items() if name != "recipients"},
            "posts": [{name: value for name, value in post.items() if name != "request"} for post in variant["posts"]],
        }
        for channel, variant in as_kept(plan).items()
    }
