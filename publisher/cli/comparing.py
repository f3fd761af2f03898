"""`publish preview FILE --diff`: next to what was sent, or put on the schedule, before."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from publisher.cli.shown import as_kept, shown_of
from publisher.config.loading import refuse_unset
from publisher.preview import changes
from publisher.preview.changes import ChannelChange, Side
from publisher.preview.model import stops

if TYPE_CHECKING:
    from datetime import datetime

    from publisher.cli.output import Output
    from publisher.config.model import Config
    from publisher.delivery.earlier import Earlier
    from publisher.delivery.plan import Plan
    from publisher.delivery.times import Times

_NO_LEDGER = "there is no ledger here yet, so nothing was sent or scheduled before"
_NOTHING = "nothing of this release was sent or scheduled before"


def compare(
    plan: Plan, config: Config, times: Times, out: Output, *, chosen: Sequence[str], skipped: Sequence[str]
) -> None:
    """Show how a plan differs from what the ledger has of its release, which is only read.

    Args:
        plan: Of what the release says now.
        config: channels.yaml.
        times: The release's.
        out: Where to.
        chosen: The channels that were chosen by name; none where all were.
        skipped: Those that were left out.

    Raises:
        PublishError: The ledger cannot be read.
    """
    known, remark = _known(plan, config)
    known = {name: each for name, each in known.items() if (not chosen or name in chosen) and name not in skipped}
    remark = remark or ("" if known else _NOTHING)
    found = _changes(_as_then(plan, config, times, known), known, config.organisation.timezone) if known else []
    if out.json:
        from publisher.preview.jsonform import preview_json  # noqa: PLC0415 -- only for JSON

        diff: dict[str, Any] = {"remark": remark, "channels": [each.as_json() for each in found]}
        out.data({**preview_json(plan.release, shown_of(plan)), "diff": diff})
        return
    if remark:
        out.say(f"Nothing to compare with: {remark}.")
        return
    _show(found, out)
    out.say(
        f"Compared with what was sent or scheduled before: {changes.closing(found)}. {stops(plan.release)}".rstrip()
    )


def _show(found: Sequence[ChannelChange], out: Output) -> None:
    told = list(changes.lines(found))
    if out.fancy:
        from rich.text import Text  # noqa: PLC0415 -- only for a terminal

        out.show(Text(changes.marked(line), style=changes.STYLES[line[0]]) for line in told)
        return
    for line in told:
        out.say(changes.plain(line))


def _known(plan: Plan, config: Config) -> tuple[Mapping[str, Earlier], str]:
    from publisher.cli.opening import known_ledger  # noqa: PLC0415 -- the ledger is only read for this
    from publisher.delivery.earlier import earlier  # noqa: PLC0415

    refuse_unset(config)
    with known_ledger(config, create=False) as ledger:
        if ledger is None or ledger.is_bare:
            return {}, _NO_LEDGER
        return earlier(plan, ledger), ""


def _as_then(plan: Plan, config: Config, times: Times, known: Mapping[str, Earlier]) -> Plan:
    """The plan with the notice of an embargo where it was on top, or will be, and nowhere else."""

    def notice(was: Earlier) -> datetime | None:
        return times.embargo if times.embargo and was.at and was.at < times.embargo else None

    taking_part = [each.channel.name for each in plan.deliveries]
    other = [name for name in taking_part if name in known and notice(known[name]) != times.notice]
    if not other:
        return plan
    from publisher.delivery.plan import make_plan  # noqa: PLC0415 -- only where there is an embargo

    then = make_plan(plan.release, config, only=other, embargo=None if times.notice else times.embargo)
    others = {each.channel.name: each for each in then.deliveries}
    return replace(plan, deliveries=tuple(others.get(each.channel.name, each) for each in plan.deliveries))


def _changes(plan: Plan, known: Mapping[str, Earlier], zone: str) -> list[ChannelChange]:
    from publisher.delivery.earlier import digests_of  # noqa: PLC0415 -- as above

    shown, digests = as_kept(plan), digests_of(plan)
    found = []
    for name in (each.channel.name for each in plan.deliveries):
        if name in known:
            was = known[name]
            before = Side(was.shown, was.digests)
            found.append(changes.changed(name, _told(was, zone), before, Side(shown[name], digests.get(name))))
        else:
            found.append(ChannelChange(name, "new"))
    gone = [each for name, each in known.items() if name not in shown]
    return [*found, *(ChannelChange(each.channel, "gone", _told(each, zone)) for each in gone)]


def _told(was: Earlier, zone: str) -> str:
    """What a channel got, or is to get, in words."""
    if was.at is None:
        return was.status
    from publisher.release.moments import local  # noqa: PLC0415 -- only where there is a time to tell

    moment = local(was.at.replace(second=0, microsecond=0), zone)
    return f"{was.status} {'for' if was.status == 'scheduled' else 'on'} {moment}"
