"""What the pages were last built with, so that a publication knows which of them have become others.

`.publish-state.json` is written last. It is a convenience: without it a publication writes what is next to its own
page, and `publish rebuild` all.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

STATE = ".publish-state.json"


@dataclass(frozen=True)
class Built:
    """What a page was built with: digests of the look, and of what stands around it."""

    look: str
    around: str


@dataclass(frozen=True)
class State:
    """`pages` by slug; `files` are those that belong to the whole newsroom, by path from its folder.

    The sheets of the index have a digest of what they show; it is empty for any other file.
    """

    pages: Mapping[str, Built] = field(default_factory=dict)
    files: Mapping[str, str] = field(default_factory=dict)

    def as_bytes(self) -> bytes:
        pages = {slug: [built.look, built.around] for slug, built in sorted(self.pages.items())}
        return f'{{"files": {_lines(self.files)},\n"pages": {_lines(pages)}}}\n'.encode()


def read_state(folder: Path) -> State:
    """The state, empty where there is none or nobody can read it.

    Raises:
        OSError: The folder could not be read.
    """
    try:
        data = json.loads((folder / STATE).read_bytes())
        pages = {str(slug): Built(str(look), str(around)) for slug, (look, around) in data["pages"].items()}
        return State(pages, {str(name): str(digest) for name, digest in data["files"].items()})
    except (FileNotFoundError, ValueError, TypeError, KeyError, AttributeError):
        return State()


def _lines(values: Mapping[str, object]) -> str:
    """A JSON object with a line for each key, so that versions of it compare well."""
    inner = ",\n".join(f" {json.dumps(key)}: {json.dumps(values[key])}" for key in sorted(values))
    return f"{{\n{inner}\n}}"
