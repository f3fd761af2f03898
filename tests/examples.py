"""How many examples a property is tried with: all of them in the full run, a share of them while one works."""

import os

FULL = os.environ.get("PUBLISH_TESTS") == "full"


def examples(count: int, share: int = 8) -> int:
    """`count` in the full run, else one in `share` of them, and 20 at least."""
    return count if FULL else max(count // share, 20)
