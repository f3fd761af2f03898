"""JSON in the one form that is signed, hashed and measured on Matrix."""

from __future__ import annotations

import json

_MOST = 2**53 - 1


def canonical_json(value: object) -> bytes:
    """The value as canonical JSON: keys in order of their code points, no white space, UTF-8, whole numbers only.

    An event may have 65,536 bytes of it, signatures included.

    Source: Matrix specification, appendices, "Canonical JSON".

    Raises:
        ValueError: The value has no canonical form: a number that is not whole, or not within ±(2^53 - 1); a key
            that is no string; half a surrogate pair.
        TypeError: The value is not JSON at all.
    """
    _check(value)
    return json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"), sort_keys=True).encode()


def _check(value: object) -> None:
    if isinstance(value, float) or (isinstance(value, int) and abs(value) > _MOST):
        raise ValueError(f"canonical JSON has whole numbers within ±(2^53 - 1) only, not {value!r}")
    if isinstance(value, dict):
        for key, inner in value.items():
            if not isinstance(key, str):
                raise ValueError(f"a key of JSON is a string, not {key!r}")  # noqa: TRY004 -- JSON in wrong form
            _check(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            _check(inner)
