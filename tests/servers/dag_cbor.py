"""DAG-CBOR and the CIDs made of it, written from the specification, so that a channel's are checked by another's hand.

Sources: RFC 8949, https://ipld.io/specs/codecs/dag-cbor/spec/, https://atproto.com/specs/data-model.
"""

from __future__ import annotations

import hashlib
from typing import Any

_DIGITS = "abcdefghijklmnopqrstuvwxyz234567"
_RAW, _RECORD = 0x55, 0x71


def record_cid(record: Any) -> str:
    """The CID of a record that is given as JSON."""
    return _cid(_RECORD, encode(record))


def blob_cid(content: bytes) -> str:
    return _cid(_RAW, content)


def encode(value: Any) -> bytes:
    """A JSON value of the AT Protocol in DAG-CBOR; `{"$link": CID}` is a link."""
    match value:
        case None | bool():
            return {False: b"\xf4", True: b"\xf5", None: b"\xf6"}[value]
        case int():
            return _head(0, value) if value >= 0 else _head(1, -1 - value)
        case str():
            return _head(3, len(value.encode())) + value.encode()
        case list():
            return _head(4, len(value)) + b"".join(map(encode, value))
        case {"$link": cid, **others} if not others:
            link = b"\0" + _undigested(cid[1:])
            return _head(6, 42) + _head(2, len(link)) + link
        case dict():
            names = sorted(value, key=lambda name: (len(name.encode()), name.encode()))
            return _head(5, len(names)) + b"".join(encode(name) + encode(value[name]) for name in names)
    raise TypeError(f"no record holds {value!r}")


def _head(major: int, number: int) -> bytes:
    if number < 24:
        return bytes([major << 5 | number])
    for detail, size in ((24, 1), (25, 2), (26, 4), (27, 8)):
        if number < 1 << 8 * size:
            return bytes([major << 5 | detail]) + number.to_bytes(size, "big")
    raise OverflowError(number)


def _cid(codec: int, content: bytes) -> str:
    """Version 1, SHA-256, in base 32."""
    return "b" + _digits(bytes([1, codec, 0x12, 32]) + hashlib.sha256(content).digest())


def _digits(content: bytes) -> str:
    bits = "".join(f"{byte:08b}" for byte in content)
    bits += "0" * (-len(bits) % 5)
    return "".join(_DIGITS[int(bits[at : at + 5], 2)] for at in range(0, len(bits), 5))


def _undigested(digits: str) -> bytes:
    bits = "".join(f"{_DIGITS.index(digit):05b}" for digit in digits)
    return bytes(int(bits[at : at + 8], 2) for at in range(0, len(bits) - 7, 8))
