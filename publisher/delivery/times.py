"""The times of a release as one noun."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class Times:
    """When a release is to go out (None: now), and when its embargo ends (None: it has none).

    `at_once` says that a person asked for now, whatever time it has or is scheduled for.
    """

    now: datetime
    at: datetime | None = None
    embargo: datetime | None = None
    at_once: bool = False

    @property
    def notice(self) -> datetime | None:
        """The end of the embargo, where it still holds when the release goes out."""
        return self.embargo if self.embargo and (self.at or self.now) < self.embargo else None
