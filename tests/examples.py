"""How many examples a property is tried with: all of them in the full run, a share of them while one works.

`PUBLISH_TESTS=full` has all there is. `PUBLISH_TESTS=ci` leaves out no case either, but tries what is left to chance a
quarter as often; without it, cases are sampled too.
"""

import os

_WANTED = os.environ.get("PUBLISH_TESTS", "")
FULL = _WANTED in ("full", "ci")
_CHANCE = 4 if _WANTED == "ci" else 1


def examples(count: int, share: int = 8) -> int:
    """`count` in the full run, a quarter of it in CI, else one in `share` of them; 20 at least."""
    return max(count // (_CHANCE if FULL else share), min(count, 20))


def rounds(count: int) -> int:
    """How often something left to chance is done again: `count` times in the full run, a quarter of it in CI."""
    return max(count // _CHANCE, 1) if FULL else 1
