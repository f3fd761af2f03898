"""`publish FILE --at`, `publish schedule` and `publish cancel`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Annotated, Any
from zoneinfo import ZoneInfo

import typer

from publisher.cli.options import WAYS_ON, AsJson, ConfigPath, Only, names
from publisher.errors import PublishError

if TYPE_CHECKING:
    from publisher.cli.output import Output
    from publisher.config.model import Config
    from publisher.delivery.brake import Brake
    from publisher.delivery.ledger import Ledger
    from publisher.delivery.model import DeliveryRow, ReleaseRow
    from publisher.delivery.plan import Plan
    from publisher.delivery.times import Times

_PATIENCE = timedelta(minutes=3)
"""Cron runs every minute; what is due for longer than this has been forgotten."""

File = Annotated[str, typer.Argument(metavar="FILE", help="The release, or its slug.")]


def schedule_release(plan: Plan, config: Config, times: Times, out: Output) -> None:
    """Put a plan on the schedule, and say so."""
    from publisher.cli.shown import as_kept  # noqa: PLC0415 -- commands load what they need when they run
    from publisher.delivery.ledger import Ledger  # noqa: PLC0415
    from publisher.delivery.scheduling import freeze  # noqa: PLC0415
    from publisher.release.moments import local  # noqa: PLC0415

    zone = config.organisation.timezone
    ledger = Ledger(config.ledger, config.folder)
    try:
        release = freeze(plan, times, config, ledger, as_kept)
        brake = ledger.brake()
    finally:
        ledger.close()
        plan.close()
    if out.json:
        out.data({"releases": [release.as_json()]})
    if brake:
        out.say(f"Everything is stopped by `publish freeze`, {brake.told(zone)}: it will not go out until that ends.")
    channels = ", ".join(row.channel for row in release.deliveries)
    at = next(row.due_at for row in release.deliveries if row.due_at)
    out.say(
        "`publish due`, run by cron, sends it then as it is now; if the file changes, schedule it again. "
        "`publish cancel FILE` takes it off."
    )
    out.say(f"Scheduled for {local(at, zone)}: {channels}.")


def schedule(*, config: ConfigPath = None, json: AsJson = False) -> None:
    """Show what is coming, by day, and what is held, and why. Leaves with 3 where something is held or overdue."""
    from publisher.cli.opening import known_ledger, settings_at  # noqa: PLC0415 -- as above
    from publisher.cli.output import Output  # noqa: PLC0415
    from publisher.delivery import calendar, intake  # noqa: PLC0415

    out = Output(json=json)
    settings = settings_at(config)
    found: list[ReleaseRow] = []
    problems: list[tuple[str, str]] = []
    brake = None
    with known_ledger(settings, create=False) as ledger:
        if ledger:
            found, problems, brake = calendar.coming(ledger), intake.problems(ledger), ledger.brake()
    zone = settings.organisation.timezone
    if json:
        data: dict[str, Any] = {"releases": [release.as_json() for release in found]}
        data["frozen"] = {"at": brake.at.isoformat(), "reason": brake.reason} if brake else None
        data["problems"] = [{"file": path, "problem": problem} for path, problem in problems]
        out.data(data)
    else:
        for line in _lines(found, problems, brake, zone):
            out.say(line)
    rows = [row for release in found for row in release.deliveries]
    held = problems or any(row.hold or _is_overdue(row) for row in rows)
    raise typer.Exit(3 if held else 0)


def _lines(
    found: Sequence[ReleaseRow], problems: Sequence[tuple[str, str]], brake: Brake | None, zone: str
) -> Iterator[str]:
    from publisher.preview.model import plural  # noqa: PLC0415 -- as above
    from publisher.release.moments import weekday_and_day  # noqa: PLC0415

    if brake:
        yield f"Everything is stopped by `publish freeze`, {brake.told(zone)}. `publish unfreeze` lets it go on."
    coming = [(release, row) for release in found for row in release.deliveries if not row.hold and row.due_at]
    held = [(release, row) for release in found for row in release.deliveries if row.hold]
    days: dict[str, dict[tuple[datetime, int], list[DeliveryRow]]] = {}
    releases = {release.id: release for release in found}
    for release, row in coming:
        if row.due_at:
            there = row.due_at.astimezone(ZoneInfo(zone))
            days.setdefault(weekday_and_day(there), {}).setdefault((there, release.id), []).append(row)
    for day, moments in days.items():
        yield day
        for (there, number), rows in moments.items():
            on = ", ".join(f"{row.channel}{_overdue(row)}" for row in rows)
            yield f"  {there:%H:%M %Z}  {releases[number].headline} ({releases[number].slug}): {on}"
    if held:
        yield "Held for a person"
        for release, row in held:
            yield f"  {release.headline} ({release.slug}), {row.channel}: {row.hold}"
        yield f"  {WAYS_ON}"
    if problems:
        yield "Files that are not on the schedule"
        for path, problem in problems:
            yield f"  {path}: {problem}"
    count = len({release.id for release, _ in coming})
    yield (
        f"{plural(count, 'release')} scheduled, {len({release.id for release, _ in held})} held."
        if found
        else "Nothing is scheduled."
    )


def _is_overdue(row: DeliveryRow) -> bool:
    begun = any(post.status in ("sending", "sent") for post in row.posts)
    return bool(row.next_at and row.next_at < datetime.now(UTC) - _PATIENCE and not begun)


def _overdue(row: DeliveryRow) -> str:
    """What is odd about a delivery on the schedule, in brackets; empty where nothing is."""
    if _is_overdue(row):
        return " (OVERDUE: does cron run `publish due`?)"
    return f" ({row.progress}, tried again soon)" if row.tries else ""


def cancel(file: File, *, only: Only = None, config: ConfigPath = None, json: AsJson = False) -> None:
    """Take a scheduled release off the schedule; what is held of it, too. What is out stays out."""
    from publisher.cli.opening import known_release, settings_at  # noqa: PLC0415 -- as above
    from publisher.cli.output import Output  # noqa: PLC0415
    from publisher.delivery import calendar, intake  # noqa: PLC0415

    out = Output(json=json)
    settings = settings_at(config)
    with known_release(settings, file) as (release, ledger):
        chosen = names(only, "--only")
        path = _path(release, settings, ledger)
        taken = calendar.cancel(ledger, release, chosen)
        if taken:
            due = next((row.due_at for row in taken if row.due_at), None)
            intake.cancelled(ledger, settings, path, release.slug, due)
    if not taken:
        hint = "`publish schedule` shows what is coming, `publish status` what went out"
        raise PublishError("this release is not on the schedule", where=file, hint=hint)
    if json:
        out.data({"releases": [{**release.as_json(), "deliveries": [row.as_json() for row in taken]}]})
    out_already = [row.channel for row in taken if any(post.status in ("sent", "sending") for post in row.posts)]
    if out_already:
        out.say(f"Something of it is out already, or on its way: {', '.join(out_already)}.")
    out.say(f"Taken off the schedule: {', '.join(row.channel for row in taken)}.")


def _path(release: ReleaseRow, config: Config, ledger: Ledger) -> str:
    """The release's file from the folder of channels.yaml, wherever that lay when it was scheduled."""
    from publisher.delivery import calendar  # noqa: PLC0415 -- as above
    from publisher.delivery.scheduling import from_folder  # noqa: PLC0415

    frozen = (calendar.frozen(ledger, row).get("file") for row in release.deliveries if row.next_at or row.hold)
    return next(filter(None, frozen), from_folder(config.folder, release.file))


def show_frozen(file: str, only: Sequence[str], config_path: str | None, out: Output) -> None:
    """Show what of a release is on the schedule or held, as it was when it was put there.

    Raises:
        PublishError: Nothing of it is.
    """
    from publisher.cli.opening import known_release, settings_at  # noqa: PLC0415 -- as above
    from publisher.delivery import calendar  # noqa: PLC0415
    from publisher.preview.kept import plain_kept  # noqa: PLC0415
    from publisher.release.moments import local  # noqa: PLC0415

    settings = settings_at(config_path)
    with known_release(settings, file, create=False) as (release, ledger):
        chosen = [row for row in release.deliveries if not only or row.channel in only]
        found = [(row, calendar.frozen(ledger, row)) for row in chosen if row.next_at or row.hold]
    if not found:
        hint = "`publish schedule` shows what is coming, `publish preview FILE` what the file would say now"
        raise PublishError("nothing of this release is on the schedule", where=file, hint=hint)
    if out.json:
        variants = [{**(frozen.get("shown") or {}), "due_at": row.due_at, "hold": row.hold} for row, frozen in found]
        out.data({"slug": release.slug, "variants": variants})
        return
    for row, frozen in found:
        when = local(row.due_at, settings.organisation.timezone) if row.due_at else ""
        state = f"held, {row.hold}" if row.hold else f"scheduled for {when}"
        for line in plain_kept(frozen.get("shown") or {"channel": row.channel}, state):
            out.say(line)
    out.say(f"Frozen: {', '.join(row.channel for row, _ in found)}.")
