"""`publish rebuild`."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import typer

from publisher.cli.options import AsJson, ConfigPath, Only, names
from publisher.errors import PublishError

if TYPE_CHECKING:
    from publisher.channels.base import Channel
    from publisher.cli.output import Output
    from publisher.config.model import Config

_PATIENCE = 2.0
"""Seconds after which somebody wants to know how far it is."""


def rebuild(*, only: Only = None, config: ConfigPath = None, json: AsJson = False) -> None:
    """Write every page anew that is not as it would be today, from what is stored: a new theme, logo or colours.

    Nothing is published, and no release is read again.
    """
    from publisher.channels.base import ChannelError  # noqa: PLC0415 -- commands load what they need when they run
    from publisher.cli.output import Output  # noqa: PLC0415 -- as above
    from publisher.config.loading import load_config  # noqa: PLC0415 -- as above
    from publisher.config.secrets import mask  # noqa: PLC0415 -- as above

    out = Output(json=json)
    settings = load_config(config)
    found: list[dict[str, Any]] = []
    code = 0
    for channel in _channels(settings, names(only, "--only")):
        try:
            done = channel.rebuild(_telling(out, channel.name))
        except ChannelError as error:
            code = 1
            found.append({"channel": channel.name, "error": mask(str(error))})
            out.say(f"{channel.name}: not rebuilt. {mask(str(error))}")
        else:
            found.append({"channel": channel.name, "written": done.written, "right": done.right, "others": done.others})
            out.say(f"{channel.name}: {_told(done.written, done.right, done.others)}")
        finally:
            channel.close()
    if not found:
        raise PublishError("no channel here keeps pages", where=settings.file, hint="`type: newsroom` is one that does")
    if json:
        out.data({"channels": found})
    raise typer.Exit(code)


def _channels(config: Config, wanted: list[str]) -> list[Channel]:
    """The channels that keep what they could write anew, of those that are switched on."""
    from publisher.channels.base import Channel  # noqa: PLC0415 -- as above
    from publisher.channels.registry import build, load_type, types  # noqa: PLC0415 -- as above

    unknown = [name for name in wanted if name not in {block.name for block in config.blocks}]
    if unknown:
        raise PublishError(f"there is no channel called {unknown[0]}", where=config.file)
    blocks = [block for block in config.blocks if block.enabled and (not wanted or block.name in wanted)]
    known = types()
    able = [
        block for block in blocks if block.type not in known or load_type(known[block.type]).rebuild != Channel.rebuild
    ]
    return [build(config, block, for_sending=True) for block in able]


def _told(written: int, right: int, others: int) -> str:
    """The last line about a channel."""
    pages = f"{written:,} page{'' if written == 1 else 's'} written, {right:,} right already"
    return f"{pages}; {others:,} other file{'' if others == 1 else 's'} written."


def _telling(out: Output, name: str) -> Callable[[int, int], None]:
    """Says now and then how far it is, where it takes long."""
    said = time.monotonic()

    def progress(done: int, of: int) -> None:
        nonlocal said
        if time.monotonic() - said > _PATIENCE and done < of:
            said = time.monotonic()
            out.remark(f"{name}: {done:,} of {of:,} pages")

    return progress
