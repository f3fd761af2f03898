"""What `publish check` says of a channel, and of those that something is due on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from publisher.cli.output import Output
from publisher.config.durations import read_duration
from publisher.config.loading import refuse_unset
from publisher.config.model import Config
from publisher.config.secrets import mask
from publisher.delivery import calendar
from publisher.delivery.credentials import Checked, ask_due
from publisher.delivery.ledger import Ledger
from publisher.errors import PublishError
from publisher.release.moments import local


def check_due(config: Config, within: str, out: Output) -> int:
    """Ask the channels that something is due on within a time, and say what is not well; nothing where all is.

    Args:
        config: channels.yaml.
        within: The time, as written.
        out: Of the command.

    Returns:
        The exit code.

    Raises:
        PublishError: The time cannot be read, or the ledger cannot be opened.
    """
    time = read_duration(within)
    if time is None:
        raise PublishError(f"{within!r} is no length of time", where="--due", hint="Write it like 24h, 90m or 2d")
    refuse_unset(config)
    now, zone = datetime.now(UTC), config.organisation.timezone
    coming, brake = [], None
    if Ledger.exists(config.ledger, config.folder):
        ledger = Ledger(config.ledger, config.folder, create=False)
        try:
            coming, brake = calendar.coming_until(ledger, now + time), ledger.brake()
        finally:
            ledger.close()
    found = ask_due(config, coming)
    if out.json:
        frozen = {"at": brake.at.isoformat(), "reason": brake.reason} if brake else None
        out.data({"file": config.file, "frozen": frozen, "channels": [each.as_json() for each in found]})
    if brake and coming:
        out.say(f"Everything is stopped by `publish freeze`, {brake.told(zone)}: what becomes due is held.")
    for each in found:
        if each.code:
            out.say(_news(each, zone, now))
    return max((each.code for each in found), default=0)


@dataclass(frozen=True)
class LedgerState:
    """How the ledger is: `works`, `new` where the first run makes it, `damaged` or `failed`; then with the reason."""

    status: str
    error: str = ""

    @property
    def code(self) -> int:
        """As an exit code."""
        return 2 if self.error else 0

    def as_json(self) -> dict[str, str]:
        return {"status": self.status, **({"error": self.error} if self.error else {})}

    def __str__(self) -> str:
        return f"ledger: {self.status}, {self.error}" if self.error else f"ledger: {self.status}"


def ledger_of(config: Config) -> LedgerState:
    """Open the ledger, and see whether its pages agree with each other: all of them, however large it is."""
    try:
        refuse_unset(config)
        if not Ledger.exists(config.ledger, config.folder):
            return LedgerState("new")
        ledger = Ledger(config.ledger, config.folder, create=False)
        try:
            ledger.refuse_damaged()
        except PublishError as error:
            return LedgerState("damaged", mask(str(error)))
        finally:
            ledger.close()
    except PublishError as error:
        return LedgerState("failed", mask(str(error)))
    return LedgerState("works")


def line(checked: Checked, zone: str) -> str:
    """A channel as `publish check` shows it."""
    said = f"{checked.channel}: {checked.status}"
    if checked.error:
        return f"{said}, {checked.error}"
    said += f", {checked.account}" if checked.account else ""
    if checked.expires is None:
        return said
    if checked.expires > datetime.now(UTC) or not checked.by_setting:
        return f"{said}, until {checked.end(zone)}"
    return f"{said}, though channels.yaml has it that its credentials ran out on {checked.end(zone)} (`expires`)"


def _news(checked: Checked, zone: str, now: datetime) -> str:
    """A channel that something will not go out on: what, when, why, and what to renew."""
    keys = " and ".join(f"`{name}`" for name in checked.renew)
    hit = checked.hit
    what = f"{hit.slug}, due on {local(hit.at, zone)}," if hit else "what is due"
    if checked.status == "ends":
        run = "run out" if checked.expires and checked.expires > now else "ran out"
        which = "`expires` in channels.yaml" if checked.by_setting else "the network"
        keys += " and `expires`" if checked.by_setting else ""
        why = f"its credentials {run} on {checked.end(zone)}, as {which} says. Renew {keys}"
    else:
        why = checked.error.rstrip(".")
        why += f". If it is the credentials, renew {keys}" if keys and checked.status == "failed" else ""
    more = len(checked.coming) - checked.coming.index(hit) - 1 if hit else 0
    others = f" (and {more} more)" if more else ""
    return f"{checked.channel}: {what} will not go out there{others}: {why}."
