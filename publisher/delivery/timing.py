"""Whether a release may go out now."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

from publisher.errors import PublishError
from publisher.release.model import Release


def refuse_early(release: Release, timezone: str, now: datetime | None = None) -> None:
    """Hold a release that is a draft, or whose embargo or publish time has not come or cannot be read.

    Args:
        release: As parsed.
        timezone: The organisation's zone, for times without one of their own.
        now: The present, with zone; the clock's by default.

    Raises:
        PublishError: It is too early, or nobody can tell.
    """
    now = now or datetime.now(UTC)
    if release.draft:
        raise PublishError(
            "the front matter says that this is a draft; nothing was sent",
            where=release.file,
            hint="Take that line out when it is ready",
        )
    for name, moment, coming in (
        ("embargo", release.embargo, "Publish again after that time"),
        ("publish_at", release.publish_at, "Publish again at that time, or remove `publish_at` to publish now"),
    ):
        if moment is None:
            continue
        due = _moment(moment, timezone)
        if due is None:
            raise PublishError(
                f"the `{name}` of the release cannot be read as a time ({moment}); nothing was sent",
                where=release.file,
                hint=f"Write it in the front matter with its zone, like `{name}: 2026-12-01T09:00:00+01:00`",
            )
        if due > now:
            local = due.astimezone(ZoneInfo(timezone)).strftime("%A, %d %B %Y, %H:%M %Z")
            until = "is under embargo until" if name == "embargo" else "is to be published on"
            raise PublishError(f"the release {until} {local}; nothing was sent", where=release.file, hint=coming)


def _moment(written: datetime | str, timezone: str) -> datetime | None:
    moment: object = written
    if isinstance(written, str):
        try:
            moment = datetime.fromisoformat(written.strip())
        except ValueError:
            return None
    if isinstance(moment, date) and not isinstance(moment, datetime):
        moment = datetime.combine(moment, time())
    if not isinstance(moment, datetime):
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=ZoneInfo(timezone))
