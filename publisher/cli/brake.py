"""`publish freeze` and `publish unfreeze`."""

from __future__ import annotations

from typing import Annotated

import typer

from publisher.cli.options import WAYS_ON, AsJson, ConfigPath


def freeze(
    *,
    reason: Annotated[str | None, typer.Option("--reason", metavar="TEXT", help="Why, for whoever wonders.")] = None,
    config: ConfigPath = None,
    json: AsJson = False,
) -> None:
    """Put the brake on: nothing at all goes out until `publish unfreeze`, neither by cron nor by hand."""
    from publisher.cli.opening import settings_at  # noqa: PLC0415 -- commands load what they need when they run
    from publisher.cli.output import Output  # noqa: PLC0415
    from publisher.delivery import brake  # noqa: PLC0415
    from publisher.delivery.ledger import Ledger  # noqa: PLC0415

    out = Output(json=json)
    settings = settings_at(config)
    ledger = Ledger(settings.ledger, settings.folder)
    try:
        put_on = brake.pull(ledger, reason)
        left = brake.on_their_way(ledger)
    finally:
        ledger.close()
    if json:
        out.data({"frozen": {"at": put_on.at.isoformat(), "reason": put_on.reason}, "on_their_way": left})
    if left:
        out.say(
            f"On their way at that moment, and not to be called back: {', '.join(left)}. `publish status` shows them."
        )
    out.say("Nothing goes out any more. `publish unfreeze` lets it go on; what becomes due until then is held.")


def unfreeze(*, config: ConfigPath = None, json: AsJson = False) -> None:
    """Take the brake off. What became due meanwhile does not go out by itself: it is held for a person."""
    from publisher.cli.opening import settings_at  # noqa: PLC0415 -- as above
    from publisher.cli.output import Output  # noqa: PLC0415
    from publisher.delivery import calendar  # noqa: PLC0415
    from publisher.delivery.ledger import Ledger  # noqa: PLC0415

    out = Output(json=json)
    settings = settings_at(config)
    ledger = Ledger(settings.ledger, settings.folder)
    try:
        before, held = calendar.unfreeze(ledger)
    finally:
        ledger.close()
    if json:
        out.data({"frozen": None, "releases": [release.as_json() for release in held]})
    if before is None:
        out.say("Nothing was stopped: things go out as scheduled.")
        return
    for release in held:
        channels = ", ".join(row.channel for row in release.deliveries)
        out.say(f"held: {release.headline} ({release.slug}), {channels}")
    if held:
        out.say(WAYS_ON)
    out.say("Things go out again as scheduled." if not held else "Things go out again as scheduled, but for these.")
    raise typer.Exit(3 if held else 0)
