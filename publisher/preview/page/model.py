"""What the page is made from, besides the release."""

from __future__ import annotations

from dataclasses import dataclass

from publisher.channels.look import Look
from publisher.preview.model import Shown


@dataclass(frozen=True, eq=False, repr=False)
class Column:
    """One channel on the page: what it says, and under which account.

    `address` is where it gives the release a page of its own; None: it gives none.
    """

    shown: Shown
    byline: str = ""
    address: str | None = None

    @property
    def name(self) -> str:
        return self.shown.variant.channel

    @property
    def look(self) -> Look:
        return self.shown.look


@dataclass(frozen=True)
class Occasion:
    """What the preview is for.

    `digest` is the hash that an approval of it names. `sender` is the organisation. `goes_out` and `embargo` are times
    in words: when it is to go out (empty: when somebody publishes it), and until when it is under embargo (empty: it is
    not). `held` says why it cannot go out as it stands; `notes` are remarks about the plan as a whole, `skipped` the
    channels that the release switches off.
    """

    digest: str
    sender: str = ""
    goes_out: str = ""
    embargo: str = ""
    held: str = ""
    notes: tuple[str, ...] = ()
    skipped: tuple[str, ...] = ()
