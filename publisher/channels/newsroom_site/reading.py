"""The entries that a folder holds. Of thousands only their short parts are kept in memory."""

from __future__ import annotations

import json
from pathlib import Path

from publisher.channels.newsroom_site.entry import Entry, check_files, check_slug
from publisher.channels.newsroom_site.listing import light

ENTRY = "entry.json"


def stored(folder: Path) -> dict[str, Entry]:
    """Every entry without its long parts, by slug.

    Raises:
        ValueError: One of them is damaged: which, and what to do, in one line.
        OSError: The folder could not be read.
    """
    return {path.parent.name: light(_read(path)) for path in sorted(folder.glob(f"[!.]*/{ENTRY}"))}


def whole(folder: Path, slug: str) -> Entry:
    """One entry with all its parts.

    Raises:
        ValueError: It is damaged.
        OSError: It could not be read.
    """
    return _read(folder / slug / ENTRY)


def as_stored(entry: Entry) -> bytes:
    """An entry as its file."""
    return (json.dumps(entry.as_json(), ensure_ascii=False, indent=2, sort_keys=True) + "\n").encode()


def _read(path: Path) -> Entry:
    try:
        entry = Entry.from_json(json.loads(path.read_bytes()) | {"slug": path.parent.name})
        check_slug(entry.slug)
        check_files(entry)
    except (ValueError, TypeError, RecursionError) as error:
        raise ValueError(f"{path} is damaged ({error}): restore it, or move its folder away") from None
    return entry
