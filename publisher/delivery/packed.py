"""Columns whose words are packed: no search through a disk, a backup or a server's log finds an embargoed sentence.

It is no secret: whoever may read the ledger can unpack it. What an earlier version wrote plainly is read as it is.
"""

from __future__ import annotations

import base64
import json
import zlib
from typing import Any

from sqlalchemy import JSON, Dialect, Text
from sqlalchemy.types import TypeDecorator

_MARK = "zlib:"
_LEVEL = 6


class PackedText(TypeDecorator[str]):
    """Text, packed."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        return None if value is None else pack(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> str | None:
        return None if value is None else unpack(value)


class PackedJSON(TypeDecorator[Any]):
    """A value as JSON, packed into a string of JSON."""

    impl = JSON
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:
        return None if value is None else pack(json.dumps(value, ensure_ascii=False, default=str))

    def process_result_value(self, value: Any, dialect: Dialect) -> Any:
        return json.loads(unpack(value)) if isinstance(value, str) and value.startswith(_MARK) else value


def pack(text: str) -> str:
    """`zlib:`, and the text compressed, in letters."""
    raw = text.encode(errors="surrogatepass")
    return _MARK + base64.b64encode(zlib.compress(raw, _LEVEL)).decode("ascii")


def unpack(text: str) -> str:
    """The reverse of `pack`; a text that was never packed stays as it is.

    Raises:
        ValueError: It is damaged.
    """
    if not text.startswith(_MARK):
        return text
    try:
        return zlib.decompress(base64.b64decode(text.removeprefix(_MARK))).decode(errors="surrogatepass")
    except zlib.error as error:
        raise ValueError("a packed text is damaged") from error
