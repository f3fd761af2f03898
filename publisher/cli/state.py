"""`publish status` and `publish resolve`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from publisher.cli.options import AsJson, ConfigPath, File
from publisher.errors import PublishError

if TYPE_CHECKING:
    from publisher.delivery.model import DeliveryRow, Event, ReleaseRow


def status(
    file: Annotated[str | None, typer.Argument(metavar="[FILE]", help="One release; all of them by default.")] = None,
    *,
    history: Annotated[
        bool, typer.Option("--history", help="Also what happened to each post, and the network's own answers.")
    ] = False,
    config: ConfigPath = None,
    json: AsJson = False,
) -> None:
    """Show what went where, with links. Leaves with 0, 1 or 3 as `publish` does."""
    from publisher.cli.opening import known_ledger, release_of, settings_at  # noqa: PLC0415 -- when it runs
    from publisher.cli.output import Output  # noqa: PLC0415
    from publisher.delivery.model import by_post, exit_code  # noqa: PLC0415

    out = Output(json=json)
    settings = settings_at(config)
    found: list[ReleaseRow] = []
    events: dict[int, list[Event]] = {}
    with known_ledger(settings, file, create=False) as ledger:
        if ledger:
            found = [release_of(file, ledger)] if file else ledger.releases()
            posts = [post for release in found for row in release.deliveries for post in row.posts]
            events = by_post(ledger.events(posts)) if history else {}
    if json:
        out.data({"releases": [release.as_json(events if history else None) for release in found]})
    else:
        for line in _lines(found, events, settings.organisation.timezone):
            out.say(line)
    raise typer.Exit(exit_code([row for release in found for row in release.deliveries]))


def _lines(found: Sequence[ReleaseRow], events: Mapping[int, Sequence[Event]], zone: str) -> Iterator[str]:
    for release in found:
        yield f"{release.headline} ({release.slug})"
        for row in release.deliveries:
            yield f"  {row.channel}: {_state(row, zone)}"
            for post in row.posts:
                if details := " ".join(part for part in (post.url, post.error) if part):
                    yield f"    {post.index + 1}. {details}"
                for event in events.get(post.id, ()):
                    yield f"      {event}"
    if not found:
        yield "Nothing has been published yet."


def _state(row: DeliveryRow, zone: str) -> str:
    """A delivery's state, with its time where it waits for one, and why where it is held as a whole."""
    if row.status == "held" and row.hold:
        return f"{row.progress}: {row.hold}"
    if row.next_at and row.due_at:
        from publisher.release.moments import local  # noqa: PLC0415 -- only where there is a time to tell

        return f"{row.progress} for {local(row.due_at, zone)}"
    return row.progress


def resolve(
    file: File,
    name: Annotated[str, typer.Argument(metavar="CHANNEL", help="The channel's name.")],
    *,
    sent: Annotated[
        str | None, typer.Option("--sent", metavar="URL", help="It stands there; this is its link.")
    ] = None,
    not_sent: Annotated[
        bool, typer.Option("--not-sent", help="It does not stand there; the next run sends it.")
    ] = False,
    config: ConfigPath = None,
) -> None:
    """Say what became of the post of a channel whose outcome is unknown."""
    from publisher.channels.registry import build  # noqa: PLC0415 -- commands load what they need when they run
    from publisher.cli.opening import known_ledger, release_of, settings_at  # noqa: PLC0415
    from publisher.cli.output import Output  # noqa: PLC0415
    from publisher.config.located import nearest  # noqa: PLC0415
    from publisher.delivery.resolving import resolve as settle  # noqa: PLC0415

    if (sent is None) == (not not_sent):
        raise PublishError("say either --sent URL or --not-sent")
    settings = settings_at(config)
    with known_ledger(settings, file, create=False) as ledger:
        block = next((block for block in settings.blocks if block.name == name), None)
        if ledger is None or block is None:
            names = [block.name for block in settings.blocks]
            raise PublishError(f"there is no channel `{name}`", where=settings.file, hint=nearest(name, names))
        channel = build(settings, block, for_sending=not block.unset)
        try:
            ledger.give_up_dead_claims()
            number = settle(release_of(file, ledger), channel, sent, ledger)
        finally:
            channel.close()
    word = "sent" if sent else "not sent; the next run sends it"
    Output().say(f"{name}, post {number}: {word}.")
