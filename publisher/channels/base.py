"""The contract of a channel: pure `render`, and the few calls that talk to the network."""

from __future__ import annotations

import hashlib
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Literal

from publisher.channels.look import NEUTRAL, Look
from publisher.channels.settings import ChannelSettings, SettingsType, WebAddress
from publisher.compose.model import Capabilities, Variant
from publisher.config.model import Organisation
from publisher.config.secrets import MASK

if TYPE_CHECKING:
    from publisher.compose.templates import Template

__all__ = [
    "MASK",
    "Account",
    "Channel",
    "ChannelError",
    "ChannelSettings",
    "Outcome",
    "Rebuilt",
    "Receipt",
    "Request",
    "SettingsType",
    "Upload",
    "WebAddress",
]


@dataclass(frozen=True)
class Upload:
    """A file that goes with a request: path on this machine, MIME type, alternative text.

    In a rendered request `mime` is that of the file, and `sha256` (hex) is empty. Planning a delivery fills in the type
    that the image is sent as, and the SHA-256 of the file as it lies there, so that a changed file is noticed.
    """

    path: str
    mime: str
    alt: str = ""
    sha256: str = ""


@dataclass(frozen=True)
class Request:
    """What goes over the wire for one post, with `MASK` wherever the network gets a secret.

    Exactly one of `json`, `form` and `text` is the body (all empty: no body). `reply_to` is the index, in the same
    thread, of the post that this one answers; its id is only known once that one is sent. `key` is what makes a repeat
    recognisable to the network, and is given by `Channel.stamp` when the delivery is planned. `recipient` names the one
    reader whom it goes to, where each gets a request of its own; such requests do not wait for one another.
    """

    method: str
    url: str
    headers: Mapping[str, str] = field(default_factory=dict)
    json: Mapping[str, Any] | None = None
    form: Mapping[str, str] | None = None
    text: str | None = None
    uploads: tuple[Upload, ...] = ()
    reply_to: int | None = None
    key: str = ""
    recipient: str = ""

    def as_json(self) -> dict[str, Any]:
        """The request as plain data, empty parts left out."""
        return {name: value for name, value in asdict(self).items() if value not in (None, "", (), {})}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Request:
        return cls(**{**data, "uploads": tuple(Upload(**upload) for upload in data.get("uploads", ()))})

    @property
    def digest(self) -> str:
        """SHA-256, in hex, of everything that will be sent, the key left out: equal content has an equal digest."""
        import json  # noqa: PLC0415 -- a dry run asks for no digest

        content = self.as_json()
        content.pop("key", None)
        return hashlib.sha256(json.dumps(content, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


Outcome = Literal["sent", "refused", "unknown"]


@dataclass(frozen=True)
class Receipt:
    """What became of one request.

    `refused` means that the post certainly does not stand there: the network said a definite no, or could not be
    reached at all. `unknown` means that nobody can tell (time-out, reset, 5xx). `error` is one line in the network's
    own words, without secrets. `data` is what a later post or a correction needs besides `id`.

    `wait`, in seconds, is what the network asks for, by its rate-limit headers where it sends them: after a post that
    is `sent`, the pause before the next request; after one that is `refused`, the pause before this very request may be
    made again, because nothing of it arrived (no connection, 429, 503 with Retry-After). None: it asks for nothing, and
    a refusal is for good.
    """

    outcome: Outcome
    id: str | None = None
    url: str | None = None
    error: str | None = None
    data: Mapping[str, str] = field(default_factory=dict)
    wait: float | None = None


@dataclass(frozen=True)
class Account:
    """Whose credentials these are: `handle` as people write it, and the names that `account:` may equal it by.

    `expires`, with zone, is when the credentials run out, where the network tells; None: it does not, or they do not.
    """

    handle: str
    aliases: tuple[str, ...] = ()
    expires: datetime | None = None

    def is_called(self, name: str) -> bool:
        wanted = name.strip().lstrip("@").casefold()
        return any(known.lstrip("@").casefold() == wanted for known in (self.handle, *self.aliases))


@dataclass(frozen=True)
class Rebuilt:
    """What `Channel.rebuild` did: pages that were written, pages that were right already, other files written."""

    written: int
    right: int
    others: int = 0


class Channel(ABC):
    """One network. A subclass never loops over posts, retries, opens the ledger or swallows an error.

    Args:
        name: The block's name in channels.yaml.
        settings: The validated block, an instance of `Settings`.
        folder: The folder of channels.yaml, which relative paths in the settings start from.
    """

    type: ClassVar[str]
    Settings: ClassVar[SettingsType] = ChannelSettings
    capabilities: Capabilities
    look: ClassVar[Look] = NEUTRAL
    """How its posts look, for the preview."""
    organisation: Organisation | None = None
    """Whose channel this is, for one that signs with it; set by whoever builds the channel."""
    template: Template | None = None
    """What writes its posts, read and checked; set by whoever builds the channel."""

    def __init__(self, name: str, settings: ChannelSettings, folder: Path) -> None:
        self.name = name
        self.settings = settings
        self.folder = folder

    @property
    def is_public(self) -> bool:
        """Whether anybody may see what is posted here, so that nothing under embargo may be."""
        return self.capabilities.audience == "public"

    def byline(self) -> str:
        """The account that its posts stand under, as readers see it; empty where the settings do not tell. Pure."""
        return self.settings.account or ""

    def permalink(self, slug: str) -> str | None:
        """Where a canonical channel will show the release with this slug; None elsewhere. Pure."""
        return None

    def boilerplate(self) -> str | None:
        """What stands under a whole release that has no boilerplate of its own; None: nothing. Pure."""
        return None

    @abstractmethod
    def render(self, variant: Variant) -> list[Request]:
        """The requests for a variant, one a post, in order. Pure: no network, no secret, same input, same bytes.

        Where each recipient gets one of its own, the variant has one post, and the requests are one a recipient.
        """

    def notes(self, requests: Sequence[Request]) -> Sequence[str]:
        """What to know before these requests go out, a line each: what they cost, whom they notify.

        Pure, but that it may look at what the channel keeps on this machine. Asked about all of a thread, and about
        each post alone: a line that is told of one of them stands with that one.
        """
        return ()

    def reads(self) -> Sequence[Path]:
        """The files, beside the release's own, that its posts are made from: templates, lists. Pure."""
        logo = self.organisation.logo if self.organisation and self.settings.cards else None
        return [self.folder / Path(name).expanduser() for name in (self.settings.template, logo) if name]

    def stamp(self, request: Request, at: datetime, seed: str) -> Request:
        """The request with its key, and with the time where the network wants one inside. Pure.

        Args:
            request: As rendered.
            at: When the delivery was planned, with zone.
            seed: Differs for each post of each release on each channel, and is the same on every call for it.
        """
        return replace(request, key=hashlib.sha256(seed.encode()).hexdigest()[:32])

    @abstractmethod
    def whoami(self) -> Account:
        """Which account is behind the credentials, once it is clear that it may post where the settings say.

        Asked before the first post of a run, and by `publish check`: whatever the network tells of rights, membership,
        or limits without a post being made is looked at here.

        Raises:
            ChannelError: The network could not be reached, does not take the credentials, or does not let them post.
        """

    @abstractmethod
    def send(self, request: Request, after: Sequence[Receipt]) -> Receipt:
        """Send one stamped request. `after` holds the receipts of the posts before it in the thread."""

    def send_thread(self, requests: Sequence[Request], after: Sequence[Receipt]) -> list[Receipt]:
        """Send all that is left of a thread in one go, so that the network takes the whole of it or nothing.

        Called in place of `send` where `capabilities.atomic` says so, for a single post too.

        Args:
            requests: Stamped, in order; the first answers the last of `after`, where that is not empty.
            after: The receipts of the posts that stand already.

        Returns:
            A receipt a request, all with the same outcome.
        """
        raise NotImplementedError

    def find(self, request: Request) -> Receipt | None:
        """Did it arrive? A `sent` receipt: yes. None: the network says no. An `unknown` receipt: it cannot tell."""
        return Receipt("unknown", error="this network cannot be asked what became of a post")

    def receipt_for(self, url: str, request: Request) -> Receipt:
        """The receipt for a post that a person saw standing at this link, good enough to reply to it.

        Raises:
            ChannelError: The link is not one of a post on this network.
        """
        return Receipt("sent", id=url.rstrip("/").rpartition("/")[2], url=url)

    def check_upload(self, upload: Upload) -> str | None:
        """Why the network would not take this file, in one line; None where it will. Reads the file, nothing else."""
        if self.capabilities.images is None:
            return None
        from publisher.channels.images import image_problem  # noqa: PLC0415 -- only where a release has images

        return image_problem(upload, self.capabilities.images)

    def accounts(self) -> dict[str, str]:
        """Who has which account on this network by `organisation.mentions`: by the channel's name, else its type."""
        known = self.organisation.mentions if self.organisation else {}
        found = {name: (each.get(self.name) or each.get(self.type) or "").strip() for name, each in known.items()}
        return {name: account for name, account in found.items() if account}

    def strangers(self, named: Iterable[str]) -> list[str]:
        """Those of the handles in a text, each once, that `accounts` does not know: they notify whoever has them."""
        meant = {account.strip("@ ").casefold() for account in self.accounts().values()}
        return [handle for handle in dict.fromkeys(named) if handle.lstrip("@＠").casefold() not in meant]

    def rebuild(self, progress: Callable[[int, int], None]) -> Rebuilt:
        """Write anew, with today's settings, all that this channel shows, from what it keeps of each release.

        `publish rebuild` calls it on the channels that have it: those that keep such a thing.

        Args:
            progress: To be called with the pages done so far and the pages in all.

        Raises:
            ChannelError: It could not be written: one line.
        """
        raise NotImplementedError

    def close(self) -> None:
        """Let go of connections."""


class ChannelError(Exception):
    """A call other than `send` failed: one line in the network's own words, without secrets."""
