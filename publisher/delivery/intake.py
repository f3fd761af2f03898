"""The folder of releases: new and changed files whose `publish_at` has come, or is coming, go on the schedule."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from sqlalchemy import bindparam, delete, insert, select

from publisher.config.durations import in_words
from publisher.config.model import Config
from publisher.delivery import calendar, scheduling, schema
from publisher.delivery.beside import beside_organisation
from publisher.delivery.brake import was_on
from publisher.delivery.folder import Seen, walk
from publisher.delivery.ledger import Ledger
from publisher.delivery.model import DeliveryRow, ReleaseRow
from publisher.delivery.plan import make_plan, refuse_errors
from publisher.delivery.recording import Show, known_release, refuse_changed
from publisher.delivery.timing import read_times, refuse_embargoed
from publisher.documents import read
from publisher.errors import PublishError
from publisher.release import parse
from publisher.release.model import Release
from publisher.release.moments import UnclearTimeError, local, read_time

_HISTORY = timedelta(days=7)
"""A file first seen so long after its time is one of the past; it is named, but does not go on the schedule."""
_BY_A_PERSON = (
    "it changed since a person scheduled it, and will be held when its time comes; `publish FILE` takes the new text"
)
_STAYS_HELD = "it changed, and stays held: `publish FILE` sends it now, another `publish_at` schedules it anew"
_FRESH_SECONDS = 1.0
"""A file that changed within this time may be half written still."""


@dataclass(frozen=True)
class News:
    """What became of one file, in a line; `code` is that of a run: 0, 2 for a file to be put right, 3 for a person."""

    path: str
    line: str
    code: int = 0
    release: ReleaseRow | None = None


@dataclass(frozen=True)
class _File:
    """A file as the ledger has it: idle, on the schedule, taken off by a person, with a problem, or of long ago."""

    seen: Seen
    digest: str
    publish_at: str | None = None
    slug: str | None = None
    state: str = "idle"
    problem: str | None = None


def take_up(config: Config, ledger: Ledger, show: Show) -> Iterator[News]:
    """Put on the schedule what is new in the folder, and change there what changed.

    Only files whose size or time of change differs from the last look are read, and those that had a problem which lies
    perhaps outside of them, until their time is over.
    """
    known = _known(ledger)
    found, changed = _changed(config, known)
    if any(time.time() - seen.mtime_ns / 1e9 < _FRESH_SECONDS for seen in changed):
        time.sleep(_FRESH_SECONDS)
        found, changed = _changed(config, known)
    again = [
        found[path] for path, file in known.items() if path in found and file.state == "problem" and file.publish_at
    ]
    intake = _Intake(config, ledger, show, found)
    try:
        for seen in dict.fromkeys([*changed, *again]):
            if news := intake.look(seen, known.get(seen.path)):
                yield news
    finally:
        gone = {path: file for path, file in known.items() if path not in found}
        intake.remember([path for path, file in gone.items() if not _may_come_back(file, config)])


def _changed(config: Config, known: Mapping[str, _File]) -> tuple[dict[str, Seen], list[Seen]]:
    """The files that are there, and those of them that changed."""
    found = {seen.path: seen for seen in walk(config.folder / config.releases, config.releases)}
    return found, [seen for path, seen in found.items() if path not in known or known[path].seen != seen]


def _may_come_back(file: _File, config: Config) -> bool:
    """Whether a file that is gone is one that a person took off, and would go on the schedule if it came back."""
    if file.state != "cancelled" or not file.publish_at:
        return False
    return datetime.fromisoformat(file.publish_at) > datetime.now(UTC) - max(config.max_late, _HISTORY)


def cancelled(ledger: Ledger, config: Config, path: str, slug: str, due_at: datetime | None) -> None:
    """Remember that a person took a file off the schedule, so that it does not come back at this time by itself."""
    seen = next((each for each in walk(config.folder / config.releases, config.releases) if each.path == path), None)
    file = _known(ledger).get(path)  # in this folder it may not be there at all
    if seen is not None:
        file = _File(seen, hashlib.sha256(_bytes(config, seen) or b"").hexdigest())
    if file is not None and due_at is not None:
        _remember(ledger, [replace(file, publish_at=_written(due_at), slug=slug, state="cancelled", problem=None)])


def problems(ledger: Ledger) -> list[tuple[str, str]]:
    """Files with a publish time that are not on the schedule, and why; those of long ago are none."""
    files = sorted(_known(ledger).items())
    return [(path, file.problem) for path, file in files if file.problem and file.state == "problem"]


class _Intake:
    """One look at the folder: what each file is, and what follows from that."""

    def __init__(self, config: Config, ledger: Ledger, show: Show, there: Collection[str]) -> None:
        self._config = config
        self._ledger = ledger
        self._show = show
        self._there = there
        self._zone = config.organisation.timezone
        self._now = datetime.now(UTC)
        self._looked: list[_File] = []

    def look(self, seen: Seen, before: _File | None) -> News | None:
        """Read a file, where it changed, and do what is to be done about it."""
        data = _bytes(self._config, seen)
        digest = hashlib.sha256(data).hexdigest() if data is not None else ""
        if before is not None and before.digest == digest and before.state != "problem":
            self._looked.append(replace(before, seen=seen))
            return None
        if data is not None and _says_no_time(seen, data) and (before is None or before.state == "idle"):
            self._looked.append(_File(seen, digest))
            return None
        file, news = self._read(_File(seen, digest), before)
        self._looked.append(file)
        return None if file.problem and before and before.problem == file.problem else news

    def remember(self, gone: Sequence[str]) -> None:
        """Write down how the files were found."""
        _remember(self._ledger, self._looked, gone)

    def _read(self, file: _File, before: _File | None) -> tuple[_File, News | None]:
        try:
            release = parse(read(str(self._config.folder / file.seen.path)))
        except PublishError as error:
            return _problem(file, _said(error), 2)
        file = replace(file, slug=release.slug)
        if release.publish_at is None or release.draft:
            return self._take_off(release, file)
        try:
            at = read_time(release.publish_at, self._zone)
        except UnclearTimeError as error:
            return _problem(file, f"its `publish_at` cannot be taken: {error.reason}. {error.hint}", 2)
        file = replace(file, publish_at=_written(at))
        if before and before.state == "cancelled" and before.publish_at == file.publish_at:
            return replace(file, state="cancelled"), None
        known = known_release(release, self._ledger)
        return self._beside(known, release, file) if known and known.deliveries else self._enter(release, at, file)

    def _take_off(self, release: Release, file: _File) -> tuple[_File, News | None]:
        """A file that has no time any more: what the folder had put on the schedule is taken off."""
        known = known_release(release, self._ledger)
        if known is None or self._origins(known) != {"folder"} or not calendar.cancel(self._ledger, known):
            return file, None
        why = "it is a draft now" if release.draft else "it has no `publish_at` any more"
        return file, News(file.seen.path, f"taken off the schedule, as {why}")

    def _beside(self, known: ReleaseRow, release: Release, file: _File) -> tuple[_File, News | None]:
        """A file whose release the ledger knows: on the schedule, or out."""
        on_schedule = [row for row in known.deliveries if row.next_at or row.hold]
        at = read_time(release.publish_at or "", self._zone)
        if "person" in self._origins(known):
            news = None if self._is_as_frozen(file, on_schedule) else News(file.seen.path, _BY_A_PERSON, 3)
            return replace(file, state="scheduled"), news
        if any(row.hold and row.due_at == at for row in on_schedule):
            return replace(file, state="scheduled"), News(file.seen.path, _STAYS_HELD, 3)
        was_due = any(row.next_at and row.due_at and row.due_at <= self._now for row in on_schedule)
        if was_due and at <= self._now:
            return replace(file, state="scheduled"), None  # it is due, or tried again, and held where it changed
        if not on_schedule and at <= self._now and all(row.status == "sent" for row in known.deliveries):
            return self._once_out(release, file)
        return self._enter(release, at, file)

    def _enter(self, release: Release, at: datetime, file: _File) -> tuple[_File, News | None]:
        """A file that goes on the schedule, or to another time there."""
        late = release.max_late or self._config.max_late
        past = f"its time was {local(at, self._zone)}, {in_words(self._now - at)} ago, and nothing was sent"
        if at < self._now - max(late, _HISTORY):
            _, news = _problem(file, f"{past}. `publish FILE` sends it now", 3)
            return replace(file, publish_at=None, state="past", problem=news.line), news
        if other := self._namesake(file):
            return _problem(file, f"{other} has the same slug, `{file.slug}`: give one of them another", 2)
        try:
            return self._entered(file, self._freeze(release, at), at)
        except scheduling.AlreadyOutError:
            return file, None
        except PublishError as error:
            if at < self._now - late:
                return _problem(replace(file, publish_at=None), f"{past}: {_said(error)}", 3)
            return _problem(file, _said(error), error.exit_code)

    def _entered(self, file: _File, row: ReleaseRow, at: datetime) -> tuple[_File, News | None]:
        """A file that is on the schedule now."""
        if at <= self._now and was_on(self._ledger, at):  # by a run at its time it would have been held
            calendar.hold(self._ledger, [each.id for each in row.deliveries], calendar.BRAKED)
            return replace(file, state="scheduled"), News(
                file.seen.path, f"HELD for a person: {calendar.BRAKED}", 3, row
            )
        channels = ", ".join(each.channel for each in row.deliveries)
        news = News(file.seen.path, f"scheduled for {local(at, self._zone)}, on {channels}", release=row)
        return replace(file, state="scheduled"), news if at > self._now else None

    def _freeze(self, release: Release, at: datetime) -> ReleaseRow:
        config = self._config
        times = replace(read_times(release, config.organisation, self._now), at=at)
        refuse_errors(beside_organisation(release, config))
        plan = make_plan(release, config, for_sending=True, embargo=times.notice)
        try:
            refuse_embargoed([planned.channel for planned in plan.deliveries], times, release, self._zone)
            return scheduling.freeze(plan, times, config, self._ledger, self._show, origin="folder")
        finally:
            plan.close()

    def _once_out(self, release: Release, file: _File) -> tuple[_File, News | None]:
        """A file whose release went out before: nothing to do, unless it would say something else now."""
        try:
            plan = make_plan(release, self._config, for_sending=True)
            plan.close()
            refuse_changed(plan, self._ledger)
        except PublishError as error:
            return _problem(replace(file, publish_at=None), _said(error), 3)
        return file, None

    def _origins(self, known: ReleaseRow) -> set[str | None]:
        """Who put on the schedule what is on it, or held."""
        on_schedule = [row for row in known.deliveries if row.next_at or row.hold]
        return {calendar.frozen(self._ledger, row).get("origin") for row in on_schedule}

    def _is_as_frozen(self, file: _File, on_schedule: Sequence[DeliveryRow]) -> bool:
        """Whether a file is the very one that each of these deliveries was made from."""
        made = (calendar.frozen(self._ledger, row).get("made_from", {}) for row in on_schedule)
        return all(each.get(file.seen.path) == file.digest for each in made)

    def _namesake(self, file: _File) -> str | None:
        """Another file of the folder with the same slug that is on the schedule; one that was renamed is no other."""
        files = {**_known(self._ledger), **{each.seen.path: each for each in self._looked}}
        others = (path for path, other in files.items() if other.slug == file.slug and other.state == "scheduled")
        return next((path for path in others if path != file.seen.path and path in self._there), None)


def _problem(file: _File, line: str, code: int) -> tuple[_File, News]:
    return replace(file, state="problem", problem=line), News(file.seen.path, line, code)


def _said(error: PublishError) -> str:
    return f"{error.message}. {error.hint}" if error.hint else error.message


def _bytes(config: Config, seen: Seen) -> bytes | None:
    """What stands in a file; None where it cannot be read."""
    try:
        return (config.folder / seen.path).read_bytes()
    except OSError:
        return None


def _says_no_time(seen: Seen, data: bytes) -> bool:
    """Whether a file certainly has no `publish_at`, so that it need not be understood; Word's are packed."""
    return not seen.path.lower().endswith(".docx") and b"publish_at" not in data and b"\0" not in data


def _written(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat()


def _known(ledger: Ledger) -> Mapping[str, _File]:
    if ledger.is_bare:
        return {}
    with ledger.reading() as connection:
        return {
            row.path: _File(
                Seen(row.path, row.size, row.mtime_ns), row.digest, row.publish_at, row.slug, row.state, row.problem
            )
            for row in connection.execute(select(schema.files))
        }


def _remember(ledger: Ledger, files: Sequence[_File], gone: Sequence[str] = ()) -> None:
    """Write down how files were found, and leave out those that are not there any more."""
    if not files and not gone:
        return
    values = [
        {
            "path": file.seen.path,
            "size": file.seen.size,
            "mtime_ns": file.seen.mtime_ns,
            "digest": file.digest,
            "publish_at": file.publish_at,
            "slug": file.slug,
            "state": file.state,
            "problem": file.problem,
        }
        for file in files
    ]
    table = schema.files
    with ledger.writing() as connection:
        leave_out = delete(table).where(table.c.path == bindparam("gone"))
        connection.execute(leave_out, [{"gone": path} for path in (*gone, *(file.seen.path for file in files))])
        if values:
            connection.execute(insert(table), values)
