"""The files of a folder of releases, with what tells whether they changed. Uses nothing that takes time to import."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

ENDINGS = (".md", ".markdown", ".txt", ".docx", ".html", ".htm")


class Seen(NamedTuple):
    """A file at one look: its path from the folder of channels.yaml, with /; its size in bytes; when it changed."""

    path: str
    size: int
    mtime_ns: int


def walk(folder: Path, name: str) -> Iterator[Seen]:
    """Every release in a folder and those in it; hidden ones are left out. Nothing is opened.

    Args:
        folder: Where to look; it need not be there.
        name: The same, from the folder of channels.yaml.
    """
    try:
        entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
    except OSError:
        return
    for entry in entries:
        if entry.name.startswith((".", "~")):
            continue
        path = f"{name}/{entry.name}"
        try:
            if entry.is_dir(follow_symlinks=False):
                yield from walk(Path(entry.path), path)
            elif entry.name.lower().endswith(ENDINGS) and entry.is_file():
                known = entry.stat()
                yield Seen(path, known.st_size, known.st_mtime_ns)
        except OSError:
            continue  # it went away meanwhile
