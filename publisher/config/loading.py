"""Reading channels.yaml."""

from __future__ import annotations

import os
from pathlib import Path

from publisher.config.located import Located, load, validate
from publisher.config.model import DEFAULT_LEDGER, Block, Config, Defaults, Organisation, Top
from publisher.config.variables import expand, read_env
from publisher.errors import PublishError

DEFAULT_FILE = "channels.yaml"
_MOST_BYTES = 1_000_000
_OFF = ("false", "f", "no", "n", "off", "0", "0.0")  # as pydantic reads it


def load_config(path: str | None = None) -> Config:
    """Read channels.yaml.

    Args:
        path: The file; None for `channels.yaml` here, and, where there is none, for a newsroom under `site/` alone.

    Raises:
        PublishError: The file is missing, unreadable or wrong: file, line, column, what is wrong, what to do.
    """
    file = Path(path or DEFAULT_FILE)
    if path is None and not file.exists():
        newsroom = Block("newsroom", "newsroom", enabled=True, data={})
        return Config(
            Located(DEFAULT_FILE, {}), Path(), Organisation(), DEFAULT_LEDGER, Defaults(), (newsroom,), found=False
        )
    located = load(_text(file), str(file))
    variables, remark = read_env(file.parent / ".env")
    data, unset = expand(located.data, {**variables, **os.environ})
    top = validate(Top, located, data={key: value for key, value in data.items() if value is not None})
    elsewhere = {where: name for where, name in unset.items() if where[0] != "channels"}
    blocks = []
    for name, settings in top.channels.items():
        block = {**(settings or {})}
        kind = block.pop("type", name)
        blocks.append(
            Block(
                name=name,
                type=str(kind),
                enabled=str(block.get("enabled", True)).lower() not in _OFF,
                data=block,
                unset={place[2:]: variable for place, variable in unset.items() if place[:2] == ("channels", name)},
            )
        )
    return Config(
        located,
        file.parent,
        top.organisation,
        top.ledger,
        top.defaults,
        tuple(blocks),
        deadline=top.deadline,
        releases=top.releases,
        max_late=top.max_late,
        unset=elsewhere,
        env_remark=remark,
    )


def refuse_unset(config: Config) -> None:
    """Refuse a file of which more than its channels hangs on a variable that is not set; a preview only looks.

    Raises:
        PublishError: It does.
    """
    for where, name in config.unset.items():
        raise unset_variable(config.located.where(where), name, config.env_remark)


def unset_variable(where: str, name: str, remark: str = "") -> PublishError:
    """The error for a variable that has no value; `remark` is what is odd about `.env`."""
    hint = "Set it in the environment, or in a file `.env` beside channels.yaml"
    return PublishError(f"the variable {name} is not set", where=where, hint=f"{hint} ({remark})" if remark else hint)


def _text(file: Path) -> str:
    try:
        if file.stat().st_size > _MOST_BYTES:
            raise PublishError("this file is too large to be a channels.yaml", where=str(file))
        return file.read_bytes().decode().removeprefix("\ufeff")
    except FileNotFoundError:
        raise PublishError("there is no such file", where=str(file), hint="Name the right one with --config") from None
    except UnicodeDecodeError:
        raise PublishError("the file is not in UTF-8", where=str(file), hint="Save it as UTF-8") from None
    except OSError as error:
        raise PublishError(f"cannot be read: {error.strerror}", where=str(file)) from None
