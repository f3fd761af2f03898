"""Keeping credentials out of whatever is shown or stored.

Channels never put a secret into a request, a receipt or an error. This is the net under them: the values of all secret
settings of this process, to be taken out of texts that other people's code made (exceptions, a network's own words).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache
from urllib.parse import quote, quote_plus

MASK = "•••"
"""Stands where a secret would: in a request that is shown, in a text that was masked."""

_SHORTEST = 4
_known: set[str] = set()


def remember(secret: str) -> None:
    """From now on `mask` takes this value out, however it is written."""
    if len(secret) >= _SHORTEST:
        _known.add(secret)


def mask(text: str, secrets: Iterable[str] | None = None) -> str:
    """The text without any of the secrets (by default those of this process), in each form that they may stand in."""
    for form in _longest_first(frozenset(_known if secrets is None else secrets)):
        text = text.replace(form, MASK)
    return text


@lru_cache(maxsize=128)
def _longest_first(secrets: frozenset[str]) -> list[str]:
    forms = {form for secret in secrets for form in _forms(secret)}
    return sorted(forms, key=lambda form: (-len(form), form))


def _forms(secret: str) -> Iterator[str]:
    """As it is, in a URL, in JSON, and as Python shows a string or bytes."""
    if not secret:
        return
    import json  # noqa: PLC0415 -- only where there is something to mask

    raw = secret.encode(errors="surrogatepass")
    yield secret
    yield from (quote(raw, safe=""), quote(raw), quote_plus(raw))
    yield from (json.dumps(secret, ensure_ascii=escaped)[1:-1] for escaped in (True, False))
    yield from (repr(secret)[1:-1], ascii(secret)[1:-1], repr(raw)[2:-1])
