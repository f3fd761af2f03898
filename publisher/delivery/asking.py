"""Asking a network what became of a post, and what follows from its answer."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from publisher.channels.base import Channel, Receipt, Request
from publisher.channels.overhearing import overhear
from publisher.channels.times import SKEW
from publisher.delivery.ledger import Ledger
from publisher.delivery.model import PostRow
from publisher.delivery.pace import Pace

_ASK_SECONDS = 2.0
_NOT_SEEN = "the network does not show it, but this machine's clock"


def find(channel: Channel, request: Request) -> Receipt | None:
    """What the network says of a post; an error there is no answer, whatever it was."""
    try:
        return channel.find(request)
    except Exception as error:  # noqa: BLE001 -- an answer that cannot be had is no answer, whatever the reason
        return Receipt("unknown", error=f"it could not be asked: {type(error).__name__}")


def ask(channel: Channel, post: PostRow, ledger: Ledger, pace: Pace) -> bool:
    """Ask the network what became of an `unknown` post: it stands, it may be sent again, or a person must look.

    A network that does not show yet what was just sent is asked until it must.

    Returns:
        Whether to look at the post again; False where it stays `unknown`, as the network may tell another time.
    """
    left = _settling(channel, post)
    while True:
        with overhear() as heard:
            found = find(channel, post.request)
        if found is not None or left <= 0:
            break
        if not pace.pause(min(left, _ASK_SECONDS)):
            return False
        left -= _ASK_SECONDS
    if found is not None and found.outcome == "sent":
        ledger.change(post, "sent", found, words="the network has it")
        return True
    if found is not None:
        if channel.capabilities.readable:
            return False
        reasons = "; ".join(reason for reason in (post.error, found.error) if reason)
        ledger.change(post, "held", Receipt("unknown", error=reasons))
        return True
    if flaw := _flaw_of_clocks(heard.skew, ledger, post):
        ledger.change(post, "held", Receipt("unknown", error=f"{_NOT_SEEN} {flaw}, so that it may stand there"))
        return True
    ledger.change(post, "planned", words="the network does not have it")
    return True


def _settling(channel: Channel, post: PostRow) -> float:
    """Seconds for which the network's "not here" is not to be believed; a clock that was set makes it no longer."""
    settles = channel.capabilities.settles_seconds
    since = (datetime.now(UTC) - (post.updated_at or datetime.now(UTC))).total_seconds()
    return min(settles - since, settles)


def _flaw_of_clocks(skew: timedelta | None, ledger: Ledger, post: PostRow) -> str | None:
    """Why a network that shows what was posted since some time may not show this post; None where nothing is wrong."""
    if flaw := flaw_of(skew):
        return f"is {flaw}"
    if flaw := ledger.clock_flaw(post):
        return f"was {flaw} when it was sent"
    return "was set back meanwhile" if ledger.clock_went_back(post, SKEW) else None


def flaw_of(skew: timedelta | None) -> str | None:
    """What is wrong with this machine's clock, in words; None where it is near enough to the network's, or unknown."""
    if skew is None or abs(skew) <= SKEW:
        return None
    minutes = f"{abs(skew).total_seconds() / 60:.0f} minutes"
    return f"{minutes} {'ahead of' if skew > timedelta() else 'behind'} the network's"
