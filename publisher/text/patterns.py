"""Regular expressions that are made when they are first used: a short run uses half of them, and most cost it more to
make than to use.
"""

from __future__ import annotations

import re
from functools import cached_property
from typing import Any, AnyStr, cast


class Later:
    """A pattern to come. It has the methods of `re.Pattern`, each kept once it was asked for."""

    def __init__(self, source: str | bytes, flags: int) -> None:
        self._source = source
        self._flags = flags

    @cached_property
    def made(self) -> re.Pattern[Any]:
        return re.compile(self._source, self._flags)

    def __getattr__(self, name: str) -> Any:
        value = self.__dict__[name] = getattr(self.made, name)
        return value


def later(source: AnyStr, flags: int = 0) -> re.Pattern[AnyStr]:
    """`re.compile`, put off until the pattern is used."""
    return cast("re.Pattern[AnyStr]", Later(source, flags))
