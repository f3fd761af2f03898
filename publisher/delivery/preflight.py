"""A look at every channel before the first post of a run: is it there, whose is it, may it post?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor

from publisher.channels.base import Account, Channel, ChannelError
from publisher.delivery.model import DeliveryRow
from publisher.delivery.plan import Planned
from publisher.errors import PublishError

_OPEN = frozenset({"planned", "refused", "unknown", "sending"})


def look(plans: Sequence[Planned], rows: Mapping[str, DeliveryRow]) -> dict[str, str]:
    """Ask every channel that has something to send who it is, all at once.

    Args:
        plans: The run's.
        rows: What the ledger has of each, by the channel's name.

    Returns:
        Why a channel cannot be used now, by its name, in one line: not reached, credentials or rights that do not hold.
        Only that channel is lost.

    Raises:
        PublishError: The credentials of one belong to another account than channels.yaml names.
    """
    asked = [plan.channel for plan in plans if any(post.status in _OPEN for post in rows[plan.channel.name].posts)]
    if not asked:
        return {}
    with ThreadPoolExecutor(max_workers=len(asked)) as pool:
        answers = dict(zip([channel.name for channel in asked], pool.map(_whoami, asked), strict=True))
    for channel in asked:
        account, wanted = answers[channel.name], channel.settings.account
        if isinstance(account, Account) and wanted and not account.is_called(wanted):
            raise PublishError(
                f"the credentials of {channel.name} belong to {account.handle}, not to {wanted}; nothing was sent",
                hint="Put the right credentials in, or the right `account` in channels.yaml",
            )
    return {name: answer for name, answer in answers.items() if isinstance(answer, str)}


def _whoami(channel: Channel) -> Account | str:
    try:
        return channel.whoami()
    except ChannelError as error:
        return str(error)
    except Exception as error:  # noqa: BLE001 -- a channel that cannot even say who it is cannot be used
        return f"it could not be asked for its account: {type(error).__name__}"
