"""`publish check`, `publish channels` and `publish schema`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

from publisher.cli.options import AsJson, ConfigPath
from publisher.errors import PublishError

if TYPE_CHECKING:
    from publisher.config.model import Block, Config


def check(*, config: ConfigPath = None, json: AsJson = False) -> None:
    """Is channels.yaml right, are the credentials alive, and whose are they? Posts nothing."""
    from concurrent.futures import ThreadPoolExecutor  # noqa: PLC0415 -- commands load what they need when they run

    from publisher.cli.output import Output  # noqa: PLC0415
    from publisher.config.loading import load_config  # noqa: PLC0415

    out = Output(json=json)
    settings = load_config(config)
    if not settings.found:
        out.remark("note: there is no channels.yaml here, so this is about a newsroom under site/ alone")
    blocks = [block for block in settings.blocks if block.enabled]
    if not blocks:
        raise PublishError("no channel is switched on", where=settings.file, hint="Set `enabled: true` on one of them")
    with ThreadPoolExecutor(max_workers=max(len(blocks), 1)) as pool:
        found = list(pool.map(lambda block: _check(settings, block), blocks))
    found += [
        {"channel": block.name, "type": block.type, "status": "off"} for block in settings.blocks if not block.enabled
    ]
    if json:
        out.data({"file": settings.file, "channels": found})
    else:
        for each in found:
            details = each.get("account") or each.get("error")
            out.say(f"{each['channel']}: {each['status']}" + (f", {details}" if details else ""))
    wrong = [each["channel"] for each in found if each["status"] in ("wrong", "failed")]
    out.say(f"Look at: {', '.join(wrong)}." if wrong else "Everything that is switched on works.")
    codes = {"wrong": 2, "failed": 1}
    raise typer.Exit(max((codes.get(str(each["status"]), 0) for each in found), default=0))


def _check(settings: Config, block: Block) -> dict[str, str]:
    from publisher.channels.base import ChannelError  # noqa: PLC0415
    from publisher.channels.registry import build  # noqa: PLC0415
    from publisher.config.secrets import mask  # noqa: PLC0415

    result = {"channel": block.name, "type": block.type}
    try:
        channel = build(settings, block, for_sending=True)
    except PublishError as error:
        return {**result, "status": "wrong", "error": mask(str(error))}
    try:
        account = channel.whoami()
    except ChannelError as error:
        return {**result, "status": "failed", "error": mask(str(error))}
    finally:
        channel.close()
    wanted = channel.settings.account
    if wanted and not account.is_called(wanted):
        mistake = f"the credentials belong to {account.handle}, not to {wanted}"
        return {**result, "status": "wrong", "error": mistake}
    return {**result, "status": "works", "account": account.handle}


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
