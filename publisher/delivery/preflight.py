"""A look at every channel before the first post of a run: is it there, whose is it, may it post?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta
from functools import partial

from publisher.channels.base import Account, Channel, ChannelError
from publisher.channels.overhearing import overhear
from publisher.channels.pacing import first, retry_after
from publisher.channels.wire import answer_in, is_no_answer
from publisher.delivery.model import DeliveryRow
from publisher.delivery.pace import Pace, pause_before
from publisher.delivery.plan import Planned
from publisher.errors import PublishError

_OPEN = frozenset({"planned", "refused", "unknown", "sending"})


@dataclass(frozen=True)
class Looked:
    """What the look at every channel came to, by its name.

    `lost` is why a channel cannot be used now, in one line; `skews` how far this machine's clock is ahead of its
    network's, where that told its time.
    """

    lost: Mapping[str, str]
    skews: Mapping[str, timedelta]


def look(plans: Sequence[Planned], rows: Mapping[str, DeliveryRow], pace: Pace) -> Looked:
    """Ask every channel that has something to send who it is, all at once.

    Args:
        plans: The run's.
        rows: What the ledger has of each, by the channel's name.
        pace: The run's. A network that gives no answer, or none of use, is asked again as often as a post would be.

    Returns:
        Which channels cannot be used now: not reached, credentials or rights that do not hold. Only these are lost.

    Raises:
        PublishError: The credentials of one belong to another account than channels.yaml names.
    """
    asked = [plan.channel for plan in plans if any(post.status in _OPEN for post in rows[plan.channel.name].posts)]
    if not asked:
        return Looked({}, {})
    skews: dict[str, timedelta] = {}
    with ThreadPoolExecutor(max_workers=len(asked)) as pool:
        found = pool.map(partial(_whoami, pace=pace, skews=skews), asked)
        answers = dict(zip([channel.name for channel in asked], found, strict=True))
    for channel in asked:
        account, wanted = answers[channel.name], channel.settings.account
        if isinstance(account, Account) and wanted and not account.is_called(wanted):
            raise PublishError(
                f"the credentials of {channel.name} belong to {account.handle}, not to {wanted}; nothing was sent",
                hint="Put the right credentials in, or the right `account` in channels.yaml",
            )
    return Looked({name: answer for name, answer in answers.items() if isinstance(answer, str)}, skews)


def _whoami(channel: Channel, pace: Pace, skews: dict[str, timedelta]) -> Account | str:
    attempt = 1
    while True:
        try:
            return _asked(channel, skews)
        except ChannelError as error:
            wait = _wait(error)
            pause = None if wait is None else pause_before(attempt, wait)
            if pause is None or not pace.pause(pause):
                return str(error)
            attempt += 1
        except Exception as error:  # noqa: BLE001 -- a channel that cannot even say who it is cannot be used
            return f"it could not be asked for its account: {type(error).__name__}"


def _asked(channel: Channel, skews: dict[str, timedelta]) -> Account:
    with overhear() as heard:
        account = channel.whoami()
    if heard.skew is not None:
        skews[channel.name] = heard.skew
    return account


def _wait(error: ChannelError) -> float | None:
    """How long to wait before asking again, which harms nothing; None where the network's answer will not change."""
    if error.__cause__ is None:
        return None
    refusal = answer_in(error.__cause__)
    if refusal is None:
        return 0.0 if is_no_answer(error.__cause__) else None
    if refusal.status == 429:
        return retry_after(refusal.headers)
    return first(retry_after(refusal.headers), default=0.0) if refusal.status >= 500 else None
