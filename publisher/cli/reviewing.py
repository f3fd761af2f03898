"""channels.yaml for a command that only reads a release."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from publisher.errors import PublishError

if TYPE_CHECKING:
    from publisher.cli.output import Output
    from publisher.config.model import Config

_DEFAULT = "channels.yaml"


def organisation_known(path: str | None, out: Output) -> Config | None:
    """channels.yaml, if it is there and right. A wrong one is named in one line, and releases are read without it.

    Raises:
        PublishError: The file that was asked for by its path is not there.
    """
    if path is None and not Path(_DEFAULT).exists():
        return None
    from publisher.config.loading import load_config  # noqa: PLC0415 -- most folders have no such file

    try:
        return load_config(path)
    except PublishError as error:
        if path is not None and not Path(path).exists():
            raise
        where = f"{error.where}: " if error.where else ""
        out.remark(f"note: {where}{error.message}, so the release was not held against it")
        return None
