"""The content id of a record, as the network will compute it: known before the record stands there. Pure."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping
from typing import Any

_DAG_CBOR = b"\x01\x71\x12\x20"
"""CID version 1, codec dag-cbor, SHA-256 of 32 bytes."""


def record_cid(record: Mapping[str, Any]) -> str:
    """The CID of a record just as it goes out as JSON; a `$link` in it is a CID, and no number is a float.

    Sources: https://atproto.com/specs/data-model, https://ipld.io/specs/codecs/dag-cbor/spec/.

    Raises:
        ValueError: It holds what a record cannot.
    """
    import libipld  # noqa: PLC0415 -- a dry run never gets here

    digest = hashlib.sha256(libipld.encode_dag_cbor(_linked(record))).digest()
    return "b" + base64.b32encode(_DAG_CBOR + digest).decode().lower().rstrip("=")


def _linked(value: Any) -> Any:
    """The value with each link as the bytes of its CID, which the encoder takes for one."""
    if isinstance(value, Mapping):
        if set(value) == {"$link"}:
            return _bytes_of(value["$link"])
        return {name: _linked(inner) for name, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_linked(inner) for inner in value]
    if isinstance(value, float):
        raise ValueError("a record holds no floats")  # noqa: TRY004 -- as the encoder says of whatever else it cannot
    return value


def _bytes_of(cid: str) -> bytes:
    if not cid.startswith("b"):
        raise ValueError(f"{cid} is no CID in base 32")
    digits = cid[1:].upper()
    return base64.b32decode(digits + "=" * (-len(digits) % 8))
