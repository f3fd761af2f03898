"""Sending what is due: the work of `publish due`, a release after the other."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from publisher.config.durations import in_words
from publisher.config.model import Config
from publisher.delivery import calendar, scheduling
from publisher.delivery.database import damaged
from publisher.delivery.ledger import CancelledError, Ledger
from publisher.delivery.model import DeliveryRow, ReleaseRow, exit_code
from publisher.delivery.pace import Pace
from publisher.delivery.plan import Plan
from publisher.delivery.run import Result, Watcher, deliver
from publisher.delivery.timing import may_carry
from publisher.errors import PublishError
from publisher.release.moments import local

_FIRST_AGAIN = timedelta(minutes=1)
_LONGEST_AGAIN = timedelta(minutes=30)


@dataclass(frozen=True)
class Done:
    """What became of one release that was due.

    `result` is there where a run was made. `held` says why it is held for a person now; `trouble` why nothing could be
    made of it this time, and `again` when it is tried next.
    """

    release: ReleaseRow
    result: Result | None = None
    held: str | None = None
    trouble: str | None = None
    again: datetime | None = None

    @property
    def code(self) -> int:
        """As a run's exit code: 3 where a person must look."""
        if self.held or (self.result and self.result.broken):
            return 3
        if self.result:
            code = exit_code(self.result.deliveries)
            return max(code, 1) if self.again else code  # what was not begun is on the schedule still
        return 2 if self.trouble else 0


Frozen = Mapping[str, Mapping[str, Any]]
"""What each delivery was frozen with, by its channel."""


class Due:
    """The work on what is due.

    Args:
        config: channels.yaml.
        ledger: Open, and writable.
        watcher: Makes, for each release, whoever is told of each step.
        pace: Makes, for each release, its deadline; one that is stopped stops them all.
    """

    def __init__(
        self, config: Config, ledger: Ledger, watcher: Callable[[ReleaseRow], Watcher], pace: Callable[[], Pace]
    ) -> None:
        self._config = config
        self._ledger = ledger
        self._watcher = watcher
        self._pace = pace

    def send(self) -> Iterator[Done]:
        """Send what is due, the oldest first; what another run has in hand is left to it.

        Raises:
            PublishError: The ledger cannot be used.
        """
        self._ledger.give_up_dead_claims()
        for number in calendar.due(self._ledger, datetime.now(UTC)):
            pace = self._pace()
            if pace.stopped:
                return
            release = calendar.take(self._ledger, number, datetime.now(UTC))
            for part in self._apart(release) if release else ():
                with suppress(CancelledError):
                    if done := self._one(part, pace):
                        yield done

    def _apart(self, release: ReleaseRow) -> list[ReleaseRow]:
        """What was scheduled together, each for itself and the earliest first: it is planned again as it was then."""
        parts: dict[tuple[Any, ...], list[DeliveryRow]] = {}
        for row in sorted(release.deliveries, key=lambda row: (row.due_at or datetime.now(UTC), row.id)):
            frozen = calendar.frozen(self._ledger, row)
            parts.setdefault((row.due_at, frozen.get("file"), *frozen.get("channels", ())), []).append(row)
        return [replace(release, deliveries=tuple(part)) for part in parts.values()]

    def _one(self, release: ReleaseRow, pace: Pace) -> Done | None:
        frozen = {row.channel: calendar.frozen(self._ledger, row) for row in release.deliveries}
        name = Path(self._config.file).name
        if any(each.get("config", name) != name for each in frozen.values()):
            calendar.put_down(self._ledger, [row.id for row in release.deliveries])
            return None  # it belongs to another channels.yaml beside the same ledger, and to that one's run
        self._refuse_torn(release, frozen)
        if reason := self._refused(release, frozen):
            return self._hold(release, reason)
        first = frozen[release.deliveries[0].channel]
        try:
            plan = scheduling.plan_again(first, self._config, _due(release))
            reason = scheduling.second_thoughts(plan.release, first, self._config, _due(release))
            reason = reason or scheduling.difference(plan, release.deliveries, frozen, self._config)
        except PublishError as error:
            if changed := scheduling.changed_files(first["made_from"], self._config.folder):
                which = f"{', '.join(changed)} changed since it was scheduled"
                return self._hold(release, f"it can no longer be made ({error.message}), as {which}")
            return self._later(release, frozen, str(error))
        if reason or not self._may_go(plan, release, frozen):
            plan.close()
            return self._hold(release, reason or "it is under embargo still")
        return self._send(release, plan, frozen, pace)

    def _refuse_torn(self, release: ReleaseRow, frozen: Frozen) -> None:
        """Stop where posts that were frozen cannot be found: the index that leads to them may have lost them.

        A ledger that is too large to be checked whole (see `refuse_damaged`) would send those anew.

        Raises:
            PublishError: In their place.
        """
        for row in release.deliveries:
            if len(row.posts) < len(frozen[row.channel].get("fingerprints", ())):
                raise damaged(f"posts of {release.slug} on {row.channel} are missing in it", self._ledger.where)

    def _refused(self, release: ReleaseRow, frozen: Frozen) -> str | None:
        """Why a release that is due must not go out now."""
        zone, late_by = self._config.organisation.timezone, datetime.now(UTC) - _due(release)
        if brake := self._ledger.brake():
            return f"everything is stopped by `publish freeze`, {brake.told(zone)}"
        if not all("made_from" in each for each in frozen.values()):
            return "the ledger does not say what it was made from"
        most = min(map(scheduling.lateness, frozen.values()))
        if late_by > most:
            when = local(_due(release), zone)
            return f"its time was {when}, {in_words(late_by)} ago, and `max_late` is {in_words(most)}"
        return None

    def _send(self, release: ReleaseRow, plan: Plan, frozen: Frozen, pace: Pace) -> Done | None:
        names = {row.channel for row in release.deliveries}
        plan = replace(plan, deliveries=tuple(each for each in plan.deliveries if each.channel.name in names))
        also = scheduling.when_due(release, self._ledger, datetime.now(UTC))
        try:
            result = deliver(plan, self._ledger, self._watcher(release), pace=pace, also=also)
        except scheduling.NotDueError:
            return None
        except PublishError as error:
            return self._later(release, frozen, str(error))
        if result.broken:
            return Done(result.release, result)
        return self._after(replace(result, stopped=result.stopped or pace.stopped), frozen)

    def _may_go(self, plan: Plan, release: ReleaseRow, frozen: Frozen) -> bool:
        """A second look at the embargo: the clock may have been set back since."""
        ends = [datetime.fromisoformat(each["embargo"]) for each in frozen.values() if each["embargo"]]
        names = {row.channel for row in release.deliveries}
        over = all(end <= datetime.now(UTC) for end in ends)
        return over or all(may_carry(each.channel) for each in plan.deliveries if each.channel.name in names)

    def _after(self, result: Result, frozen: Frozen) -> Done:
        """Let go of what is finished; the rest is looked at again soon, or held once it is too late for that."""
        calendar.settle(self._ledger, [row.id for row in result.deliveries if _is_settled(row)])
        again, held = None, None
        brake, now = self._ledger.brake(), datetime.now(UTC)
        for row in result.deliveries:
            if _is_settled(row):
                continue
            at = now if result.stopped else _next(row, frozen[row.channel], now)
            if at is None or brake:
                why = "stopped by `publish freeze`" if brake else f"not finished in time: {_why(row)}"
                held = f"{row.channel}: {why}"
                calendar.hold(self._ledger, [row.id], why)
            else:
                calendar.try_again(self._ledger, row, at)
                again = min(again or at, at)
        left = self._only(result.release.id, {row.id for row in result.deliveries})
        return Done(left, replace(result, release=left, deliveries=left.deliveries), held=held, again=again)

    def _later(self, release: ReleaseRow, frozen: Frozen, trouble: str) -> Done | None:
        """Try again soon what may be put right without touching the release; hold it once it is too late for that."""
        now = datetime.now(UTC)
        moments = {row.id: _next(row, frozen[row.channel], now) for row in release.deliveries}
        if not all(moments.values()):
            return self._hold(release, f"not sent in time: {trouble}")
        for row in release.deliveries:
            calendar.try_again(self._ledger, row, moments[row.id] or now)
        again = min(at for at in moments.values() if at)
        return Done(self._only(release.id, set(moments)), trouble=trouble, again=again)

    def _hold(self, release: ReleaseRow, reason: str) -> Done | None:
        held = calendar.hold(self._ledger, [row.id for row in release.deliveries], reason)
        return Done(self._only(release.id, set(held)), held=reason) if held else None

    def _only(self, number: int, ids: Collection[int]) -> ReleaseRow:
        release = self._ledger.release(number)
        return replace(release, deliveries=tuple(row for row in release.deliveries if row.id in ids))


def _is_settled(row: DeliveryRow) -> bool:
    """Whether no later run will change it: all of it is sent, or a person must look at what is left."""
    return {post.status for post in row.posts} <= {"sent", "held"}


def _why(row: DeliveryRow) -> str:
    return next((post.error for post in row.posts if post.status != "sent" and post.error), row.progress)


def _next(row: DeliveryRow, frozen: Mapping[str, Any], now: datetime) -> datetime | None:
    """When a delivery is tried again, later each time; None where that would be too late.

    The deliveries of a release have the same `now`: one that links to a page must not be looked at before the page.
    """
    at = now + min(_FIRST_AGAIN * 2 ** min(row.tries, 10), _LONGEST_AGAIN)
    return at if row.due_at and at - row.due_at <= scheduling.lateness(frozen) else None


def _due(release: ReleaseRow) -> datetime:
    return min(row.due_at for row in release.deliveries if row.due_at)
