"""The content id of a record that the network has not seen yet, so that posts of one commit can answer each other.

A record is hashed as DAG-CBOR, an id of its own, CIDv1. Source: https://atproto.com/specs/data-model and
https://atproto.com/specs/cid.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping
from typing import Any

_RECORD = b"\x01\x71\x12\x20"  # version 1, DAG-CBOR, SHA-256 of 32 bytes


def record_cid(record: Mapping[str, Any]) -> str:
    """The id, as in `bafyrei…`, that every server gives this record; it is exactly the JSON that is sent.

    Args:
        record: JSON without floats and without null.
    """
    import libipld  # noqa: PLC0415 -- a dry run never gets here

    digest = hashlib.sha256(libipld.encode_dag_cbor(_as_data(record))).digest()
    return "b" + base64.b32encode(_RECORD + digest).decode("ascii").lower().rstrip("=")


def _as_data(value: Any) -> Any:
    """JSON in the data model: `$link` is a reference, which libipld knows by its bytes, and `$bytes` are bytes."""
    if isinstance(value, Mapping):
        if set(value) == {"$link"}:
            link = str(value["$link"])[1:].upper()
            return base64.b32decode(link + "=" * (-len(link) % 8))
        if set(value) == {"$bytes"}:
            written = str(value["$bytes"])
            return base64.b64decode(written + "=" * (-len(written) % 4))
        return {key: _as_data(part) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return [_as_data(part) for part in value]
    return value
