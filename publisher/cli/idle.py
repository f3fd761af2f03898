"""`publish due` where nothing is due: looked at before anything that takes time to import."""

from __future__ import annotations

import sys
from collections.abc import Sequence


def is_idle(words: Sequence[str]) -> bool:
    """Whether these words ask for `publish due` alone, and it has nothing to do; then it is done.

    With any other option than --config and --json it is for the command itself to see.
    """
    if not words or words[0] != "due":
        return False
    config, json, rest = None, False, list(words[1:])
    while rest:
        word = rest.pop(0)
        if word == "--json":
            json = True
        elif word == "--config" and rest:
            config = rest.pop(0)
        elif word.startswith("--config="):
            config = word.partition("=")[2]
        else:
            return False
    from publisher.delivery.glance import nothing_to_do  # noqa: PLC0415 -- only for this command

    if not nothing_to_do(config):
        return False
    if json:
        sys.stdout.write('{"releases": []}\n')
    return True
