"""Asking the networks what became of posts, without sending anything."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from publisher.channels.base import Channel
from publisher.channels.registry import build
from publisher.config.model import Config
from publisher.delivery.asking import ask, find
from publisher.delivery.claims import LEASE_SECONDS
from publisher.delivery.leases import Watch
from publisher.delivery.ledger import Ledger
from publisher.delivery.model import DeliveryRow, PostRow, ReleaseRow
from publisher.delivery.pace import Pace
from publisher.errors import PublishError

_OPEN = frozenset({"unknown", "held", "sending"})
_POLL_SECONDS = 0.5


@dataclass(frozen=True)
class Finding:
    """What a post turned out to be: the post as the ledger has it now, and why nobody could be asked, if so."""

    release: ReleaseRow
    channel: str
    of: int
    post: PostRow
    why: str | None = None


def reconcile(
    releases: Sequence[ReleaseRow], config: Config, ledger: Ledger, tell: Callable[[Finding], None], pace: Pace
) -> None:
    """Ask about every post whose outcome is unknown or held, each channel beside the others.

    Args:
        releases: The ledger's rows.
        config: channels.yaml, with the credentials.
        ledger: Open, and writable.
        tell: Told of each post, from several threads.
        pace: The run's.
    """
    ledger.give_up_dead_claims()
    tasks = [
        (release, row)
        for release in releases
        for row in release.deliveries
        if any(post.status in _OPEN for post in row.posts)
    ]
    if not tasks:
        return

    def one(task: tuple[ReleaseRow, DeliveryRow]) -> None:
        for finding in _of_delivery(*task, config, ledger, pace):
            tell(finding)

    with ThreadPoolExecutor(max_workers=min(len(tasks), 8)) as pool:
        for _ in pool.map(one, tasks):
            pass


def _of_delivery(
    release: ReleaseRow, row: DeliveryRow, config: Config, ledger: Ledger, pace: Pace
) -> Iterator[Finding]:
    channel = _channel(row, config)
    try:
        for post in row.posts:
            if post.status not in _OPEN:
                continue
            why = channel if isinstance(channel, str) else _settle(channel, post.id, ledger, pace)
            yield Finding(release, row.channel, len(row.posts), ledger.posts([post.id])[0], why)
    finally:
        if isinstance(channel, Channel):
            channel.close()


def _channel(row: DeliveryRow, config: Config) -> Channel | str:
    """The channel that a delivery went to; why it is not there, in one line."""
    block = next((block for block in config.blocks if block.name == row.channel), None)
    if block is None or block.type != row.type:
        return f"channels.yaml has no `{row.channel}` of type {row.type} any more"
    try:
        return build(config, block, for_sending=True)
    except PublishError as error:
        return str(error)


def _settle(channel: Channel, post_id: int, ledger: Ledger, pace: Pace) -> str | None:
    """Bring one post out of doubt as far as the network can. Returns why it could not be asked."""
    watch, waited = Watch(), 0.0
    while not pace.stopped:
        (post,) = ledger.posts([post_id])
        if post.status == "sending":
            holder = ledger.holder(post_id)
            if holder and watch.is_over(post_id, holder):
                ledger.give_up(post_id, holder)
            elif waited > 2 * LEASE_SECONDS:
                return "another run is sending it"
            pace.sleep(_POLL_SECONDS)
            waited += _POLL_SECONDS
        elif post.status == "unknown":
            ask(channel, post, ledger, pace)
            return None
        elif post.status == "held" and channel.capabilities.readable:
            found = find(channel, post.request)
            if found is not None and found.outcome == "sent":
                ledger.change(post, "sent", found, words="the network has it")
            return None
        else:
            return None
    return "stopped"
