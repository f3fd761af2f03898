"""`publish check`, `publish channels` and `publish schema`."""

from __future__ import annotations

from typing import Annotated

import typer

from publisher.cli.options import AsJson, ConfigPath
from publisher.errors import PublishError


def check(
    *,
    due: Annotated[
        str | None,
        typer.Option(
            "--due",
            metavar="TIME",
            help="Only the channels that something is due on within this time, such as 24h, and only what is not well.",
        ),
    ] = None,
    config: ConfigPath = None,
    json: AsJson = False,
) -> None:
    """Are channels.yaml and the ledger right, are the credentials alive, whose, and until when? Posts nothing."""
    from publisher.cli.output import Output  # noqa: PLC0415 -- commands load what they need when they run
    from publisher.config.loading import load_config  # noqa: PLC0415

    out = Output(json=json)
    settings = load_config(config)
    if due is not None:
        from publisher.cli.checking import check_due  # noqa: PLC0415 -- as above

        raise typer.Exit(check_due(settings, due, out))
    if not settings.found:
        out.remark("note: there is no channels.yaml here, so this is about a newsroom under site/ alone")
    blocks = [block for block in settings.blocks if block.enabled]
    if not blocks:
        raise PublishError("no channel is switched on", where=settings.file, hint="Set `enabled: true` on one of them")
    from publisher.cli.checking import ledger_of, line  # noqa: PLC0415 -- as above
    from publisher.delivery.credentials import Checked, ask_all  # noqa: PLC0415

    ledger = ledger_of(settings)
    found = ask_all(settings, blocks)
    found += [Checked(block.name, block.type, "off") for block in settings.blocks if not block.enabled]
    if json:
        out.data({"file": settings.file, "ledger": ledger.as_json(), "channels": [each.as_json() for each in found]})
    else:
        for each in found:
            out.say(line(each, settings.organisation.timezone))
        out.say(str(ledger))
    wrong = [*(each.channel for each in found if each.code), *(["the ledger"] if ledger.code else [])]
    out.say(f"Look at: {', '.join(wrong)}." if wrong else "Everything that is switched on works.")
    raise typer.Exit(max(ledger.code, *(each.code for each in found)))


def channels(*, json: AsJson = False) -> None:
    """List the channel types, where they come from, and what each can do."""
    from publisher.channels.registry import load_type, types  # noqa: PLC0415
    from publisher.cli.output import Output  # noqa: PLC0415
    from publisher.preview.matrix import features  # noqa: PLC0415

    out = Output(json=json)
    found = [
        {
            "type": point.name,
            "from": f"{point.dist.name} {point.dist.version}" if point.dist else point.value,
            **features(load_type(point).capabilities),
        }
        for point in types().values()
    ]
    if json:
        out.data({"channels": found})
        return
    for each in found:
        out.say(f"{each['type']} ({each['from']})")
        for name, value in each.items():
            if name not in ("type", "from"):
                out.say(f"  {name}: {', '.join(value) if isinstance(value, list) else value}")


def schema() -> None:
    """Print the JSON Schema of channels.yaml, for editors that check while one types."""
    from json import dumps  # noqa: PLC0415

    from publisher.channels.schema import json_schema  # noqa: PLC0415

    typer.echo(dumps(json_schema(), indent=2, ensure_ascii=False))
