"""Finding channel types by their entry points, and building channels from blocks of channels.yaml."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib.metadata import EntryPoint, PackageNotFoundError, distribution, entry_points
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import SecretStr

from publisher.channels.base import Channel, ChannelSettings
from publisher.compose.model import LAYOUTS
from publisher.config.loading import refuse_unset, unset_variable
from publisher.config.located import nearest, validate
from publisher.config.model import Block, Config
from publisher.config.secrets import remember
from publisher.errors import PublishError

if TYPE_CHECKING:
    from publisher.compose.templates import Template

GROUP = "publisher.channels"


def types() -> Mapping[str, EntryPoint]:
    """Every channel type that is installed, built in or from another package, by name."""
    return {point.name: point for point in sorted(entry_points(group=GROUP), key=lambda point: point.name)}


def _named(name: str) -> EntryPoint | None:
    """The built-in type with this name, else that of another package: to look into every package takes a while."""
    return _own_types().get(name) or types().get(name)


@cache
def _own_types() -> Mapping[str, EntryPoint]:
    try:
        own = distribution("publisher").entry_points
    except PackageNotFoundError:
        return types()
    return {point.name: point for point in own if point.group == GROUP}


def load_type(point: EntryPoint) -> type[Channel]:
    """Import a channel type.

    Raises:
        PublishError: Its package is broken, or what it names is no channel.
    """
    try:
        found = point.load()
    except Exception as error:
        raise PublishError(
            f"the channel type {point.name} cannot be loaded: {type(error).__name__}: {error}", where=point.value
        ) from error
    if not (isinstance(found, type) and issubclass(found, Channel)):
        raise PublishError(f"the channel type {point.name} is no channel", where=point.value)
    return found


def build(config: Config, block: Block, *, for_sending: bool) -> Channel:
    """A channel from its block, with the file's `defaults` where the block is silent.

    Args:
        config: channels.yaml.
        block: One of its blocks.
        for_sending: Whether something is to be sent: an unset variable is an error then, and stays as written else.

    Raises:
        PublishError: Unknown type, unknown key, wrong or missing value, unset variable: each with its line.
    """
    place = ("channels", block.name)
    point = _named(block.type)
    if point is None:
        key = "type" in (config.located.data.get("channels", {}).get(block.name) or {})
        raise PublishError(
            f"there is no channel type `{block.type}`",
            where=config.located.where((*place, "type") if key else place, key=not key),
            hint=nearest(block.type, list(types())),
        )
    channel_type = load_type(point)
    if for_sending:
        refuse_unset(config)
        for path, variable in block.unset.items():
            raise unset_variable(config.located.where((*place, *path)), variable, config.env_remark)
    defaults: dict[str, Any] = config.defaults.model_dump(exclude_none=True, exclude_defaults=True)
    layouts = channel_type.capabilities.layouts
    if defaults.get("layout") in LAYOUTS and defaults["layout"] not in layouts:
        defaults.pop("layout")
    validate(ChannelSettings, config.located, ("defaults",), defaults)
    data = {**defaults, **block.data, "type": block.type}
    settings = validate(channel_type.Settings, config.located, place, data)
    if settings.layout and settings.layout not in layouts:
        raise PublishError(
            f"a channel of type {block.type} has no layout {settings.layout}",
            where=config.located.where((*place, "layout")),
            hint=f"It can do: {', '.join(layouts)}",
        )
    for value in settings.__dict__.values():
        if isinstance(value, SecretStr) and for_sending:
            remember(value.get_secret_value())
    channel = channel_type(block.name, settings, config.folder)
    if settings.embargo and channel.is_public:
        raise PublishError(
            f"`embargo: allow` is not for {block.name}: the public reads there",
            where=config.located.where((*place, "embargo")),
            hint="Take it out; only what goes to people you chose, such as a press list, may carry it that early",
        )
    channel.organisation = config.organisation
    if settings.template:
        channel.template = _template(config, settings.template, config.located.where((*place, "template")))
    return channel


def _template(config: Config, path: str, where: str) -> Template:
    """The template at a path from the folder of channels.yaml, checked.

    Raises:
        PublishError: It cannot be read, or has a mistake.
    """
    from publisher.compose.templates import MOST_SOURCE, load_template  # noqa: PLC0415 -- most channels have none

    file = config.folder / Path(path).expanduser()
    try:
        if not file.is_file():
            raise PublishError(f"there is no template {path}", where=where, hint="Correct its path")
        if file.stat().st_size > 4 * MOST_SOURCE:  # UTF-8 has four bytes a character at most
            raise PublishError(f"the template {path} is too large", where=where, hint="Shorten it")
        return load_template(file.read_text(encoding="utf-8-sig"), str(file))
    except UnicodeDecodeError:
        raise PublishError(f"the template {path} is not in UTF-8", where=where, hint="Save it as UTF-8") from None
    except OSError as error:
        raise PublishError(f"the template {path} cannot be read: {error.strerror}", where=where) from None
