"""Keeping credentials out of whatever is shown or stored.

Channels never put a secret into a request, a receipt or an error. This is the net under them: the values of all secret
settings of this process, to be taken out of texts that other people's code made (exceptions, a network's own words).
"""

from __future__ import annotations

from urllib.parse import quote, quote_plus

MASK = "•••"
"""Stands where a secret would: in a request that is shown, in a text that was masked."""

_SHORTEST = 4
_known: set[str] = set()


def remember(secret: str) -> None:
    """From now on `mask` takes this value out, as it is and as it stands in a URL."""
    if len(secret) >= _SHORTEST:
        _known.update({secret, quote(secret, safe=""), quote_plus(secret)})


def mask(text: str) -> str:
    """The text without any secret."""
    for secret in sorted(_known, key=len, reverse=True):
        text = text.replace(secret, MASK)
    return text
