"""What the commands that look into the ledger begin with."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from publisher.config.loading import load_config, refuse_unset
from publisher.errors import PublishError

if TYPE_CHECKING:
    from publisher.config.model import Config
    from publisher.delivery.ledger import Ledger
    from publisher.delivery.model import ReleaseRow


def settings_at(config_path: str | None) -> Config:
    """channels.yaml, for a command that needs the ledger.

    Raises:
        PublishError: It is wrong, or more than its channels hangs on a variable that is not set.
    """
    config = load_config(config_path)
    refuse_unset(config)
    return config


@contextmanager
def known_ledger(config: Config, file: str | None = None, *, create: bool = True) -> Iterator[Ledger | None]:
    """The ledger, while it is open; None where nothing was ever entered, and no release is asked about.

    Args:
        config: channels.yaml.
        file: The release that is asked about: its file or its slug.
        create: Whether it is to be written to.

    Raises:
        PublishError: The file is not there, the ledger knows nothing of it, or cannot be opened.
    """
    from publisher.delivery.ledger import Ledger  # noqa: PLC0415 -- not before it is clear that there is one

    if file:
        refuse_missing(file)
    if not Ledger.exists(config.ledger, config.folder):
        if file:
            raise not_published(file)
        yield None
        return
    ledger = Ledger(config.ledger, config.folder, create=create)
    try:
        yield ledger
    finally:
        ledger.close()


@contextmanager
def known_release(config: Config, file: str, *, create: bool = True) -> Iterator[tuple[ReleaseRow, Ledger]]:
    """The ledger's row of a release, and the ledger, while it is open.

    Args:
        config: channels.yaml.
        file: Its file or its slug.
        create: Whether the ledger is to be written to.

    Raises:
        PublishError: The file is not there, the ledger knows nothing of it, or cannot be opened.
    """
    with known_ledger(config, file, create=create) as ledger:
        if ledger is None:
            raise not_published(file)
        yield release_of(file, ledger), ledger


def release_of(file: str, ledger: Ledger) -> ReleaseRow:
    """The ledger's row for a release file, by the slug it has now or the path it had then."""
    from publisher.delivery.recording import find_release  # noqa: PLC0415 -- only where a release is asked about
    from publisher.documents import read  # noqa: PLC0415
    from publisher.release import parse  # noqa: PLC0415

    slug = parse(read(file)).slug if Path(file).is_file() else file
    found = find_release(file, slug, ledger)
    if found is None:
        raise not_published(file)
    return found


def refuse_missing(file: str) -> None:
    """Refuse a file that is not there; a slug, which has no ending, may stand in its place."""
    if Path(file).suffix and not Path(file).exists():
        raise PublishError("there is no such file", where=file, hint="Check the name and the folder")


def not_published(file: str) -> PublishError:
    return PublishError(
        "the ledger knows nothing of this release", where=file, hint="`publish status` lists what it knows"
    )
