"""Do the credentials behind a channel hold, and will they still when something is due?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import partial
from typing import Any, Literal

from pydantic import SecretStr

from publisher.channels.base import Channel, ChannelError, ChannelSettings
from publisher.channels.registry import build
from publisher.config.model import Block, Config
from publisher.config.secrets import mask
from publisher.delivery.calendar import Coming
from publisher.errors import PublishError
from publisher.release.moments import first_instant, local, weekday_and_day, zone_named

CODES: Mapping[str, int] = {"wrong": 2, "failed": 1, "ends": 1}
"""The exit codes of what is not well."""


@dataclass(frozen=True)
class Checked:
    """What asking a channel came to.

    `ends`: the credentials hold now, but run out before something is due. `error` is why, in one line. `expires`, with
    zone, is when they run out, as far as that is known; `by_setting` says that channels.yaml told it, which knows the
    day alone. `renew` are the keys of the channel's settings that are its credentials. `coming` is what is due there,
    the earliest first, and `hit` the first of it that will not go out.
    """

    channel: str
    type: str
    status: Literal["works", "ends", "failed", "wrong", "off"]
    account: str = ""
    error: str = ""
    expires: datetime | None = None
    by_setting: bool = False
    renew: tuple[str, ...] = ()
    coming: tuple[Coming, ...] = ()
    hit: Coming | None = None

    @property
    def code(self) -> int:
        return CODES.get(self.status, 0)

    def end(self, zone: str) -> str:
        """The day on which the credentials run out, in words, with the time where it is known."""
        if self.expires is None:
            return ""
        if self.by_setting:
            return weekday_and_day(self.expires.astimezone(zone_named(zone)))
        return local(self.expires, zone)

    def as_json(self) -> dict[str, Any]:
        """As `publish check --json` has it; with what is due where that was asked for."""
        data: dict[str, Any] = {"channel": self.channel, "type": self.type, "status": self.status}
        data |= {"account": self.account} if self.account else {}
        data |= {"error": self.error} if self.error else {}
        data |= {"expires": self.expires.isoformat()} if self.expires else {}
        if self.coming:
            at = self.hit or self.coming[-1]
            data |= {"due_at": at.at.isoformat(), "release": at.slug, "renew": list(self.renew if self.code else ())}
        return data


def ask_all(config: Config, blocks: Sequence[Block]) -> list[Checked]:
    """Ask the networks, all at once, whose the credentials of these channels are. Posts nothing."""
    with ThreadPoolExecutor(max_workers=max(len(blocks), 1)) as pool:
        return list(pool.map(partial(_ask, config), blocks))


def ask_due(config: Config, coming: Sequence[Coming]) -> list[Checked]:
    """Ask the channels that something is due on whether it will go out there then.

    Args:
        config: channels.yaml.
        coming: What is due, the earliest first.
    """
    due: dict[str, list[Coming]] = {}
    for each in coming:
        due.setdefault(each.channel, []).append(each)
    blocks = {block.name: block for block in config.blocks}
    on = [blocks[name] for name in due if name in blocks and blocks[name].enabled]
    asked = {found.channel: found for found in ask_all(config, on)}
    return [_beside(asked.get(name) or _gone(name, blocks.get(name)), tuple(rows)) for name, rows in due.items()]


def _ask(config: Config, block: Block) -> Checked:
    unasked = Checked(block.name, block.type, "wrong")
    try:
        channel = build(config, block, for_sending=True)
    except PublishError as error:
        return replace(unasked, error=mask(str(error)))
    unasked = _with_end(replace(unasked, renew=_secrets(channel.settings)), channel, None)
    try:
        account = channel.whoami()
    except ChannelError as error:
        return replace(unasked, status="failed", error=mask(str(error)))
    except Exception as error:  # noqa: BLE001 -- a channel that cannot even say who it is cannot be used
        return replace(unasked, status="failed", error=f"it could not be asked for its account: {type(error).__name__}")
    finally:
        channel.close()
    wanted = channel.settings.account
    if wanted and not account.is_called(wanted):
        return replace(unasked, error=f"the credentials belong to {account.handle}, not to {wanted}")
    return _with_end(replace(unasked, status="works", account=account.handle), channel, account.expires)


def _with_end(checked: Checked, channel: Channel, told: datetime | None) -> Checked:
    """With the time at which the credentials run out: the network's word, else that of channels.yaml."""
    day = channel.settings.expires
    if told is not None or day is None or channel.organisation is None:
        return replace(checked, expires=told, by_setting=False)
    begins = first_instant(date.fromisoformat(day), channel.organisation.timezone)
    return replace(checked, expires=begins, by_setting=True)


def _secrets(settings: ChannelSettings) -> tuple[str, ...]:
    return tuple(name for name, value in settings.__dict__.items() if isinstance(value, SecretStr))


def _gone(name: str, block: Block | None) -> Checked:
    why = "there is no such channel in channels.yaml any more" if block is None else "it is switched off"
    return Checked(name, block.type if block else "", "wrong", error=why)


def _beside(checked: Checked, coming: tuple[Coming, ...]) -> Checked:
    """A channel beside what is due there."""
    checked = replace(checked, coming=coming)
    if checked.status != "works":
        return replace(checked, hit=coming[0])
    hit = next((each for each in coming if checked.expires and checked.expires <= each.at), None)
    return replace(checked, status="ends", hit=hit) if hit else checked
