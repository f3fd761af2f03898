"""Files that are finished beside their places, and then swapped in, one rename each."""

from __future__ import annotations

import os
import shutil
from collections.abc import Collection, Iterable, Mapping
from pathlib import Path
from types import TracebackType
from typing import Self

from publisher.channels.newsroom_site.disk import sync_file, sync_folder, write_durably
from publisher.channels.newsroom_site.site import MARK, STYLE

_STAGE = ".publish-stage"
_HEAD = 1000


class UnfinishedError(OSError):
    """The page may stand already, and what belongs to it may not."""


class Stage:
    """A folder beside the pages, there while files are made ready. Only who holds the lock may have one.

    Args:
        folder: The newsroom's.
        many: Whether there will be many files, so that they are synced all at once.
    """

    def __init__(self, folder: Path, *, many: bool = False) -> None:
        self._folder = folder
        self._many = many
        self._stage = folder / _STAGE
        self._swaps: list[tuple[Path, Path]] = []
        self._count = 0

    def __enter__(self) -> Self:
        if self._stage.exists():
            shutil.rmtree(self._stage)
        self._stage.mkdir()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        shutil.rmtree(self._stage, ignore_errors=True)

    def put(self, files: Mapping[str, bytes]) -> int:
        """Make files ready, by path from the folder, where they differ from what stands there; how many did.

        Raises:
            OSError: A file could not be written.
        """
        before = self._count
        for name, data in files.items():
            target = self._folder / name
            if not same(target, data):
                self._swaps.append((self._written(data), target))
        return self._count - before

    def put_page(self, slug: str, files: Mapping[str, bytes], *, is_new: bool) -> int:
        """Make a page ready: a new one as a whole folder."""
        if not is_new:
            return self.put(files)
        page = self._stage / "page"
        page.mkdir()
        for name, data in files.items():
            write_durably(page / Path(name).name, data)
        sync_folder(page)
        self._swaps.append((page, self._folder / slug))
        return 1

    def swap(self) -> None:
        """Rename what is ready into place, in the order in which it was put.

        Raises:
            UnfinishedError: Stopped half way.
            OSError: Stopped before a reader could see anything.
        """
        visible = False
        if self._many:
            for source, _ in self._swaps:
                sync_file(source)
        folders: dict[Path, None] = {}
        try:
            for source, target in self._swaps:
                if not target.parent.exists():
                    target.parent.mkdir()
                    sync_folder(self._folder)
                source.replace(target)
                visible = visible or not _is_quiet(target, self._folder)
                folders[target.parent] = None
                if not self._many:
                    sync_folder(target.parent)
            for folder in folders if self._many else ():
                sync_folder(folder)
        except OSError as error:
            if visible:
                raise UnfinishedError(error.errno, error.strerror, error.filename) from error
            raise
        self._swaps.clear()

    def drop(self, names: Iterable[str]) -> None:
        """Remove files, by path from the folder.

        Raises:
            UnfinishedError: One could not be removed.
        """
        try:
            for name in names:
                (self._folder / name).unlink(missing_ok=True)
        except OSError as error:
            raise UnfinishedError(error.errno, error.strerror, error.filename) from error

    def _written(self, data: bytes) -> Path:
        path = self._stage / str(self._count)
        if self._many:
            path.write_bytes(data)
        else:
            write_durably(path, data)
        self._count += 1
        return path


def check_ours(folder: Path, names: Iterable[str], known: Collection[str]) -> None:
    """Refuse to write over what somebody else has made.

    Args:
        folder: The newsroom's.
        names: The files to write, by path from there.
        known: Those that are known to be the newsroom's, though they may bear no mark.

    Raises:
        ValueError: One is there already, and not the newsroom's.
    """
    for name in names:
        path = folder / name
        if name not in known and os.path.lexists(path):
            with path.open("rb") as file:
                if MARK.encode() not in file.read(_HEAD):
                    raise ValueError(
                        f"{path} was not written by this newsroom: give the newsroom a `folder:` of its own"
                    )


def same(path: Path, data: bytes) -> bool:
    return path.is_file() and path.read_bytes() == data


def _is_quiet(target: Path, folder: Path) -> bool:
    """Whether the file changes nothing that a page says: the style sheet, the logo."""
    return target.parent == folder and (target.name == STYLE or target.name.startswith("logo."))
