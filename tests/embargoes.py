"""The tables of embargoes: which lines hold a release back, and until when."""

from __future__ import annotations

from pathlib import Path

import pytest

FOLDER = Path(__file__).parent / "release"


def found():
    """Of `embargo_found.txt`: a line, the language of its release, and whether it holds that back."""
    code = ""
    for row in (FOLDER / "embargo_found.txt").read_text(encoding="utf-8").splitlines():
        if row.startswith("["):
            code = row.strip("[]")
        elif row.startswith(("+ ", "- ")):
            yield pytest.param(row[2:], code, row[0] == "+", id=f"{code} {row}")


def timed():
    """Of `embargo_lines.txt`: a line, its language and zone, and what is expected of it."""
    language = zone = line = ""
    _, start, rows = (FOLDER / "embargo_lines.txt").read_text(encoding="utf-8").partition("[")
    for row in f"{start}{rows}".splitlines():
        if row.startswith("["):
            language, zone = row.strip("[]").split()
        elif row.startswith(("= ", "? ")):
            yield pytest.param(line, language, zone, row[0], row[2:], id=f"{language} {line}")
        elif row:
            line = row
