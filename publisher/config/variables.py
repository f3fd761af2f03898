"""`${VARIABLE}` and `.env`: how secrets come into channels.yaml without standing in it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path as FilePath
from typing import Any

from publisher.config.located import Path

_REFERENCE = re.compile(r"\$\{(?P<name>[A-Za-z_][A-Za-z0-9_]*)(?::-(?P<default>[^}]*))?\}")
_ASSIGNMENT = re.compile(r"\s*(?:export\s+)?(?P<name>[A-Za-z_][A-Za-z0-9_]*)\s*=\s*(?P<value>.*)")


def read_env(file: FilePath) -> tuple[dict[str, str], str]:
    """The assignments of a `.env` file: `NAME=value`, quotes around the value optional, `#` begins a comment.

    Returns:
        The variables, and a remark on the first line that is no assignment, or on a file that cannot be read; empty
        where all is well or there is no such file.
    """
    try:
        text = file.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        return {}, ""
    except UnicodeDecodeError:
        return {}, f"{file} is not in UTF-8 and was not read"
    except OSError as error:
        return {}, f"{file} cannot be read: {error.strerror}"
    found: dict[str, str] = {}
    odd = ""
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        match = _ASSIGNMENT.match(line.rstrip())
        if not match:
            odd = odd or f"line {number} of {file} is not NAME=value"
            continue
        value = match["value"]
        quoted = re.match(r"(['\"])(.*?)\1\s*(?:#.*)?$", value)
        found[match["name"]] = quoted[2] if quoted else re.split(r"\s#", value)[0].rstrip()
    return found, odd


def expand(data: Any, variables: Mapping[str, str], path: Path = ()) -> tuple[Any, dict[Path, str]]:
    """Replace the references in every string of the data.

    Returns:
        The data, and the name of the unset variable for each path whose string refers to one; such a string stays as
        it is written. An empty variable counts as unset.
    """
    unset: dict[Path, str] = {}
    if isinstance(data, Mapping):
        out: Any = {}
        for key, value in data.items():
            out[key], missing = expand(value, variables, (*path, key))
            unset |= missing
        return out, unset
    if isinstance(data, list):
        parts = [expand(value, variables, (*path, index)) for index, value in enumerate(data)]
        for _, missing in parts:
            unset |= missing
        return [value for value, _ in parts], unset
    if not isinstance(data, str):
        return data, unset

    def value_of(match: re.Match[str]) -> str:
        value = variables.get(match["name"]) or match["default"]
        if value is None:
            unset[path] = match["name"]
            return match.group()
        return value

    return _REFERENCE.sub(value_of, data), unset
