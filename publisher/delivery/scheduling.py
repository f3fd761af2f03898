"""Freezing a plan until its time, and seeing then whether it would still be the same, byte for byte."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, select, update

from publisher.config.model import Config
from publisher.delivery import calendar, rows, schema
from publisher.delivery.ledger import Ledger
from publisher.delivery.model import DeliveryRow, ReleaseRow
from publisher.delivery.plan import Plan, make_plan
from publisher.delivery.recording import Show, fingerprints_of, record
from publisher.delivery.times import Times
from publisher.documents import read
from publisher.errors import PublishError
from publisher.release import parse
from publisher.release.embargo_time import embargo_ends
from publisher.release.model import Release
from publisher.release.moments import UnclearTimeError, local, read_time


def freeze(
    plan: Plan, times: Times, config: Config, ledger: Ledger, show: Show, *, origin: str = "person"
) -> ReleaseRow:
    """Put a plan on the schedule, or a new one in the place of an earlier one.

    Args:
        plan: Made for sending.
        times: When it is to go out, among them.
        config: channels.yaml.
        ledger: Open, and writable.
        show: How it looks.
        origin: Who asked for it: a `person`, or the `folder` of releases.

    Returns:
        The ledger's row, with the deliveries that are on the schedule now.

    Raises:
        AlreadyOutError: All of it went out already.
        PublishError: It has no time to come or no file, or is going out right now.
    """
    file = plan.release.file
    if times.at is None:
        raise PublishError("there is no time to come at which it could go out", where=file)
    if file == "-":
        hint = "Save the release as a file: it is read again when its time has come"
        raise PublishError("what comes from standard input cannot be scheduled", hint=hint)
    at, shown = times.at, show(plan)
    late = plan.release.max_late or config.max_late
    channels = [planned.channel.name for planned in plan.deliveries]
    common = {
        "file": from_folder(config.folder, file),
        "made_from": made_from(plan, config),
        "channels": channels,
        "config": Path(config.file).name,
        "embargo": times.embargo.isoformat() if times.embargo else None,
        "late": late.total_seconds(),
        "origin": origin,
    }

    def also(connection: Connection, number: int, fingerprints: Mapping[str, list[str]]) -> None:
        _refuse_in_hand(connection, number, ledger, file)
        _refuse_begun(connection, number, fingerprints, file)
        content = {
            name: {**common, "fingerprints": each, "shown": shown.get(name)} for name, each in fingerprints.items()
        }
        calendar.put(connection, number, at, content)

    number = record(plan, ledger, also).release_id
    release = ledger.release(number)
    kept = tuple(row for row in release.deliveries if row.channel in channels and row.next_at)
    if not kept:
        raise AlreadyOutError("all of it is published already; nothing was scheduled", where=file)
    return replace(release, deliveries=kept)


def by_hand(plan: Plan, ledger: Ledger, times: Times, zone: str) -> Callable[..., None]:
    """What a run that a person starts writes into the ledger beside its plan: what was held is so no longer.

    What is on the schedule stays there until it is out: a run that fails loses no time that was agreed.

    Raises, when it is called:
        PublishError: The release is on the schedule for later, and now was not asked for.
    """
    names = {planned.channel.name for planned in plan.deliveries}

    def also(connection: Connection, number: int, _: object) -> None:
        mine = [row for row in _deliveries(connection, number) if row.channel in names]
        later = [row for row in mine if row.next_at and row.due_at and row.due_at > times.now]
        if later and not times.at_once:
            when = local(min(row.due_at for row in later if row.due_at), zone)
            raise PublishError(
                f"this release is scheduled for {when}, on {', '.join(row.channel for row in later)}; nothing was sent",
                where=plan.release.file,
                hint="`--at now` sends it now, `--at WHEN` moves it, `publish cancel FILE` takes it off the schedule",
            )
        ids = [row.id for row in mine]
        calendar.unhold(connection, [row.id for row in mine if row.hold])
        _mark(connection, ids, ledger)

    return also


def when_due(release: ReleaseRow, ledger: Ledger, now: datetime) -> Callable[..., None]:
    """What a run of the schedule writes beside its plan: nothing, but it sees that nobody moved the release meanwhile.

    Raises, when it is called:
        NotDueError: Somebody did.
        PublishError: What the plan says would be entered as another release.
    """
    ids = [row.id for row in release.deliveries]

    def also(connection: Connection, number: int, _: object) -> None:
        table = schema.deliveries
        if number != release.id:
            slug = connection.scalar(select(schema.releases.c.slug).where(schema.releases.c.id == number))
            message = f"its slug, `{slug}`, is now that of another release"
            raise PublishError(message, where=release.file, hint="Give it the one back that it was scheduled with")
        still = table.c.id.in_(ids) & (table.c.release_id == number) & (table.c.next_at <= now)
        if set(connection.scalars(select(table.c.id).where(still))) != set(ids):
            raise NotDueError("it was taken off the schedule, or moved, at the last moment", where=release.file)
        _mark(connection, ids, ledger)

    return also


class AlreadyOutError(PublishError):
    """There is nothing left to be scheduled; what was asked is done."""

    exit_code = 0


class NotDueError(PublishError):
    """Somebody moved a release, or took it off the schedule, while it was being made ready."""


def made_from(plan: Plan, config: Config) -> dict[str, str]:
    """The SHA-256 of each file that a plan was made from, by its path from the folder of channels.yaml.

    A file that is not there has none.
    """
    files = [plan.release.file, *([config.file] if config.found else [])]
    for planned in plan.deliveries:
        files += [upload.path for request in planned.requests for upload in request.uploads]
        files += [str(path) for path in planned.channel.reads()]
    return {from_folder(config.folder, file): _sha256(Path(file)) for file in dict.fromkeys(files)}


def changed_files(made: Mapping[str, str], folder: Path) -> list[str]:
    """Which of the files that a plan was made from are no longer as they were."""
    return [path for path, digest in made.items() if _sha256(folder / path) != digest]


def plan_again(frozen: Mapping[str, Any], config: Config, due_at: datetime) -> Plan:
    """The plan that file and channels.yaml give now, for the channels that it was frozen for.

    Raises:
        PublishError: They give none.
    """
    release = parse(read(str(config.folder / frozen["file"])))
    embargo = datetime.fromisoformat(frozen["embargo"]) if frozen["embargo"] else None
    notice = embargo if embargo and due_at < embargo else None
    return make_plan(release, config, only=frozen["channels"], for_sending=True, embargo=notice)


def difference(
    plan: Plan, rows_due: Sequence[DeliveryRow], frozen: Mapping[str, Mapping[str, Any]], config: Config
) -> str | None:
    """What a plan would say other than what was frozen, in one line; None where it is the same, byte for byte."""
    now = fingerprints_of(plan)
    other = [row.channel for row in rows_due if now.get(row.channel) != frozen[row.channel]["fingerprints"]]
    if not other:
        return None
    changed = changed_files(frozen[other[0]]["made_from"], config.folder)
    because = f", as {_listed(changed)} changed since it was scheduled" if changed else ""
    return f"it would no longer say what was scheduled on {', '.join(other)}{because}"


def second_thoughts(release: Release, frozen: Mapping[str, Any], config: Config, due_at: datetime) -> str | None:
    """Why a file that changed holds its release back, though its posts are the same; None where it does not.

    A draft, an embargo and another time show in no post.
    """
    file, zone = frozen["file"], config.organisation.timezone
    if frozen["made_from"].get(file) == _sha256(config.folder / file):
        return None
    since = f", as {file} changed since it was scheduled"
    if release.draft:
        return f"its front matter says that it is a draft{since}"
    try:
        at = None if release.publish_at is None else read_time(release.publish_at, zone)
        embargo = embargo_ends(release, zone, due_at)
    except UnclearTimeError as error:
        return f"its times can no longer be understood ({error.reason}){since}"
    if at is not None and at != due_at:
        return f"its `publish_at` says {local(at, zone)}{since}"
    before = datetime.fromisoformat(frozen["embargo"]) if frozen["embargo"] else None
    if embargo is not None and embargo > due_at and embargo != before:
        return f"it is under embargo until {local(embargo, zone)}{since}"
    return None


def lateness(frozen: Mapping[str, Any]) -> timedelta:
    """How late a delivery may go out."""
    return timedelta(seconds=frozen["late"])


def _refuse_in_hand(connection: Connection, number: int, ledger: Ledger, file: str) -> None:
    for row in connection.execute(select(schema.deliveries).where(schema.deliveries.c.release_id == number)):
        if row.taken_by != ledger.sender and calendar.lives(connection, row.taken_by):
            hint = "`publish status FILE` shows how far it came; `publish freeze` stops it"
            raise PublishError(
                "another run is sending this release right now; nothing was scheduled", where=file, hint=hint
            )


def _refuse_begun(connection: Connection, number: int, fingerprints: Mapping[str, list[str]], file: str) -> None:
    """Let nobody schedule the end of a thread that began otherwise: what stands in the ledger is what would go out."""
    for row in _deliveries(connection, number):
        posts = rows.posts_of(connection, [row.id])[row.id]
        stored = {post.digest for post in posts}
        if all(post.status == "sent" or post.request.recipient for post in posts):
            continue  # nothing of it is left, or each is a message of its own
        if not set(fingerprints.get(row.channel, ())) <= stored:
            hint = "Put channels.yaml back as it was then, or finish it now: `publish FILE --at now`"
            raise PublishError(f"a part of it is out on {row.channel}, with other words around", where=file, hint=hint)


def _deliveries(connection: Connection, number: int) -> list[DeliveryRow]:
    table = schema.deliveries
    mine = select(table).where(table.c.release_id == number).order_by(table.c.id)
    return [rows.delivery_row(row) for row in connection.execute(mine)]


def _mark(connection: Connection, ids: Sequence[int], ledger: Ledger) -> None:
    ledger.beat_in(connection)
    table = schema.deliveries
    connection.execute(update(table).where(table.c.id.in_(ids)).values(taken_by=ledger.sender))


def from_folder(folder: Path, file: str) -> str:
    """A path as it is found again from the folder of channels.yaml, wherever that is checked out."""
    whole, base = Path(os.path.realpath(file)), Path(os.path.realpath(folder))
    return whole.relative_to(base).as_posix() if whole.is_relative_to(base) else str(whole)


def _sha256(file: Path) -> str:
    try:
        return hashlib.sha256(file.read_bytes()).hexdigest()
    except OSError:
        return ""


def _listed(paths: Sequence[str]) -> str:
    return paths[0] if len(paths) == 1 else f"{', '.join(paths[:-1])} and {paths[-1]}"
