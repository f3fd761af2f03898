"""When a release is to go out, and whether it may: its time, its embargo, and what is too early."""

from __future__ import annotations

from datetime import datetime

from publisher.channels.base import Channel
from publisher.config.model import Organisation
from publisher.delivery.times import Times
from publisher.errors import PublishError
from publisher.release.embargo_time import embargo_ends
from publisher.release.model import Release
from publisher.release.moments import UnclearTimeError, local, read_time


def read_times(release: Release, organisation: Organisation, now: datetime, at: str | None = None) -> Times:
    """The times of a release.

    Args:
        release: As parsed.
        organisation: Its zone is that of times without one of their own.
        now: The present, with zone.
        at: What `--at` says: a time, or `now`, whatever time the release has; None where it is not given.

    Raises:
        PublishError: It is a draft; or a time cannot be read, is past, or contradicts another.
    """
    zone = organisation.timezone
    if release.draft:
        raise PublishError(
            "the front matter says that this is a draft; nothing was sent",
            where=release.file,
            hint="Take that line out when it is ready",
        )
    try:
        embargo = embargo_ends(release, zone, now)
    except UnclearTimeError as error:
        raise _unclear("embargo", release.embargo, error, release.file) from error
    if at is not None and at.strip().lower() == "now":
        return Times(now, None, embargo, at_once=True)
    asked = _read("--at", at, zone, "")
    own = _read("publish_at", release.publish_at, zone, release.file)
    if asked and own and asked != own:
        raise PublishError(
            f"--at says {local(asked, zone)}, and `publish_at` in the release {local(own, zone)}; nothing was sent",
            where=release.file,
            hint="Make them the same, or take one of them out",
        )
    if asked and asked <= now:
        hint = "Name a time to come, or leave --at out to publish now"
        raise PublishError(f"{local(asked, zone)} is past; nothing was sent", where="--at", hint=hint)
    due = asked or own
    return Times(now, due if due and due > now else None, embargo)


def refuse_embargoed(channels: list[Channel], times: Times, release: Release, zone: str) -> None:
    """Keep a release under embargo from every channel that the public sees.

    Raises:
        PublishError: It would get to one before its time.
    """
    if times.notice is None:
        return
    early = [channel.name for channel in channels if not may_carry(channel)]
    if not early:
        return
    until = local(times.notice, zone)
    allowed = [channel.name for channel in channels if channel.name not in early]
    only = f", or name those that may have it before, with --only {','.join(allowed)}" if allowed else ""
    when = f"would go out on {local(times.at, zone)}, but " if times.at else ""
    raise PublishError(
        f"the release {when}is under embargo until {until}, and {', '.join(early)} must not have it before; "
        "nothing was sent",
        where=release.file,
        hint=f'Schedule it, with --at "{times.notice.isoformat()}"{only}',
    )


def may_carry(channel: Channel) -> bool:
    """Whether a channel may carry a release under embargo."""
    return channel.settings.embargo == "allow" and not channel.is_public


def _read(name: str, written: datetime | str | None, zone: str, file: str) -> datetime | None:
    if written is None:
        return None
    try:
        return read_time(written, zone)
    except UnclearTimeError as error:
        raise _unclear(name, written, error, file) from error


def _unclear(name: str, written: object, error: UnclearTimeError, file: str) -> PublishError:
    said = " ".join(str(written).split())
    message = f"the time in `{name}` cannot be taken ({said}): {error.reason}; nothing was sent"
    return PublishError(message, where=file, hint=error.hint)
