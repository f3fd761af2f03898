"""A first look whether there is anything to do, for a command that runs every minute and mostly has nothing to do.

It uses the standard library alone, and reads neither channels.yaml nor a release: a note that the last whole run left
says where the ledger lies, and of which channels.yaml that is true. In any doubt there is something to do.
"""

from __future__ import annotations

import json
import os
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from publisher.delivery.folder import walk

if TYPE_CHECKING:
    from publisher.config.model import Config

VERSION = 3
"""The version of the ledger's tables, of which some are read here."""

IS_DUE = "SELECT 1 FROM deliveries WHERE next_at <= ? LIMIT 1"
_NOTE = ".publish/due.json"
_KIND = 1

State = tuple[Any, ...]
"""What tells whether channels.yaml is another than before."""


def nothing_to_do(config_path: str | None) -> bool:
    """Whether nothing is due, and nothing changed in the folder of releases.

    Args:
        config_path: What `--config` says.
    """
    from sqlite3 import Error, connect  # noqa: PLC0415 -- commands load what they need when they run

    file = Path(config_path or "channels.yaml")
    try:
        note = json.loads((file.parent / _NOTE).read_bytes())
        ledger = Path(note["ledger"])
        if note["kind"] != _KIND or note["channels.yaml"] != list(state_of(file)) or not ledger.is_file():
            return False
        with closing(connect(f"{ledger.absolute().as_uri()}?mode=ro", uri=True, timeout=5)) as connection:
            version = connection.execute("SELECT version FROM ledger").fetchall()
            now = datetime.now(UTC).strftime("%Y-%m-%d %H:%M:%S.%f")
            if version != [(VERSION,)] or connection.execute(IS_DUE, (now,)).fetchone():
                return False
            known = {
                row[:3]: row[3:]
                for row in connection.execute("SELECT path, size, mtime_ns, state, publish_at FROM files")
            }
    except (OSError, ValueError, LookupError, TypeError, Error):
        return False
    if any(state == "problem" and publish_at for state, publish_at in known.values()):
        return False
    return set(known) == {tuple(seen) for seen in walk(file.parent / note["releases"], note["releases"])}


def leave_note(config: Config, ledger: str, state: State) -> None:
    """Say where the ledger lies, for the next look; where that may hang on more than channels.yaml, say nothing.

    Args:
        config: channels.yaml.
        ledger: SQLite's file.
        state: Of channels.yaml, from before it was read: what changed meanwhile is to be seen by the next look.
    """
    place = config.folder / _NOTE
    written = config.located.data.get("ledger") or ""
    releases = config.located.data.get("releases") or ""
    note = {"kind": _KIND, "channels.yaml": state, "ledger": os.path.abspath(ledger), "releases": config.releases}  # noqa: PTH100 -- no link is followed
    text = json.dumps(note)
    try:
        if "$" in f"{written}{releases}" or not Path(ledger).is_file():
            place.unlink(missing_ok=True)
            return
        if place.is_file() and place.read_text(encoding="utf-8") == text:
            return
        place.parent.mkdir(exist_ok=True)
        temporary = place.with_suffix(f".{os.getpid()}")
        temporary.write_text(text, encoding="utf-8")
        temporary.replace(place)
    except OSError:
        return  # the next run only takes longer


def state_of(file: Path) -> State:
    """The name, size and time of change of channels.yaml; only the name where there is none."""
    try:
        known = file.stat()
    except FileNotFoundError:
        return (file.name,)
    return (file.name, known.st_size, known.st_mtime_ns)
