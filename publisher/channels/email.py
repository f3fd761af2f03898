"""E-mail by SMTP: the whole release to a list of recipients, each by a message of their own."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import quote

from pydantic import AfterValidator, BeforeValidator, Field, SecretStr, model_validator

from publisher.channels.base import (
    Account,
    Channel,
    ChannelError,
    ChannelSettings,
    Receipt,
    Request,
)
from publisher.channels.email_content import html_of, plain_of, subject_of
from publisher.channels.email_message import body_of, content_id, filled, headers_of, token_of
from publisher.channels.email_recipients import Mailbox, Recipients, each_once, mailbox, read_list
from publisher.channels.email_server import LostError, RefusedError, Server
from publisher.channels.images import UploadError, read_picture
from publisher.channels.look import Look
from publisher.channels.wire import is_loopback, one_line
from publisher.channels.wire import uploads as uploads_of
from publisher.compose.model import Capabilities, ImageRules, Limit, Variant
from publisher.errors import PublishError

_IMAGES = ImageRules(("image/jpeg", "image/png", "image/gif"), most_bytes=2_000_000, most_side=1920)
_PORTS = {"tls": 465, "starttls": 587, "none": 25}
_HOST = r"[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?"
_UNSUBSCRIBE = r"https://[A-Za-z0-9.-]+(?::[0-9]{1,5})?(?:[/?](?:[!#-;=?-z~]|\{email\})*)?"
_LONGEST_HEADER = 998
_SHOWN = 3
_LONG_SUBJECT = 150
_UNSET = "${"


def _known_host(value: str) -> str:
    if _UNSET not in value and not re.fullmatch(_HOST, value):
        raise ValueError("this is no name of a mail server; write it like smtp.example.org, and the port under `port`")
    return value


def _known_address(value: str) -> str:
    if _UNSET not in value:
        mailbox(value)
    return value


def _known_page(value: str) -> str:
    if _UNSET not in value and not (re.fullmatch(_UNSUBSCRIBE, value) and "{email}" in value):
        raise ValueError(
            "this is no address for unsubscribing; write it with https:// and {email}, like "
            "https://example.org/unsubscribe?who={email}"
        )
    return value


def _as_list(value: object) -> object:
    return [value] if isinstance(value, str) else value


def _set(value: object) -> object:
    return None if isinstance(value, str) and _UNSET in value else value


Address = Annotated[str, AfterValidator(_known_address)]


class EmailSettings(ChannelSettings):
    host: Annotated[str, AfterValidator(_known_host)] = Field(description="The mail server that takes your mail.")
    port: Annotated[Annotated[int, Field(ge=1, le=65535)] | None, BeforeValidator(_set)] = Field(
        default=None, description="Its port; by default the one that belongs to `security`: 465, 587 or 25."
    )
    security: Literal["tls", "starttls", "none"] = Field(
        default="starttls", description="How the connection is secured: tls from the start, starttls, or none."
    )
    username: str | None = Field(default=None, description="To log in with; often the address that mail comes from.")
    password: SecretStr | None = Field(default=None, description="The password for it, or an app password.")
    sender: Address = Field(alias="from", description="Who writes, as in `Rivers Press <press@rivers.example>`.")
    to: Annotated[tuple[Address, ...], BeforeValidator(_as_list, json_schema_input_type=str | list[str])] = Field(
        default=(), description="Whom it goes to: an address, or a list of them."
    )
    recipients: str | None = Field(
        default=None, alias="list", min_length=1, description="A CSV file of recipients instead: email, name."
    )
    reply_to: Address | None = Field(default=None, description="Where answers go, if not to `from`.")
    unsubscribe: Annotated[str, AfterValidator(_known_page)] | None = Field(
        default=None, max_length=600, description="The page for one-click unsubscribing; {email} is who leaves."
    )

    @model_validator(mode="after")
    def _fit_together(self) -> EmailSettings:
        if bool(self.to) == bool(self.recipients):
            raise ValueError("say whom the mail goes to, either under `to` (addresses) or `list` (a CSV file)")
        if bool(self.username) != bool(self.password):
            raise ValueError("username and password go together: give both, or none")
        if self.password and self.security == "none" and not is_loopback(f"smtp://{self.host}"):
            raise ValueError("with `security: none` the password would be readable on its way; use tls or starttls")
        return self


class Email(Channel):
    type = "email"
    Settings = EmailSettings
    settings: EmailSettings
    look = Look("mail", avatar="none", bold=True)
    capabilities = Capabilities(
        layouts=("article", "brief"),
        limits=(Limit(10_000_000, "characters", lambda text: len(text.plain)),),
        media_max=5,
        media_from=("file", "web"),
        images=_IMAGES,
        alt_max=10_000_000,
        audience="chosen",
        idempotency="none; each recipient's message has a Message-ID of its own",
        read_back="none: mail cannot be asked for",
    )
    timeouts = (20.0, 120.0, 600.0)
    """Seconds to connect, for an answer to a command, and for the answer to a whole message."""

    _refused: tuple[Receipt, str] | None = None
    """What every message meets now, and the key of the one that found out and may look again."""

    def __init__(self, name: str, settings: ChannelSettings, folder: Path) -> None:
        super().__init__(name, settings, folder)
        self._flaw: PublishError | None = None
        self._listed = Recipients(())
        try:
            self._listed = self._read_recipients()
        except PublishError as error:  # which is a matter of this channel alone, and of a run that it takes part in
            self._flaw = error

    def render(self, variant: Variant) -> list[Request]:
        """The requests for a variant, one a recipient: the message whole, Date and Message-ID aside.

        Raises:
            PublishError: The list of recipients cannot be used.
        """
        if self._flaw:
            raise self._flaw
        sender, reply_to = self._sender, self.settings.reply_to
        plain = plain_of(variant)
        files = {media.path: media for media in variant.posts[0].media if "://" not in media.path}
        uploads = uploads_of(files.values())
        token = token_of(plain, *(upload.path for upload in uploads))
        addresses = {
            upload.path: f"cid:{content_id(number, token, sender.domain)}"
            for number, upload in enumerate(uploads, start=1)
        }
        body = body_of(plain, html_of(variant, addresses), uploads, token, sender.domain)
        subject = subject_of(variant)
        answers_to = _mailbox(reply_to) if reply_to else None
        found = []
        for to in self._listed.mailboxes:
            headers = headers_of(
                sender,
                to,
                subject,
                reply_to=answers_to,
                unsubscribe=self._unsubscribe(to.address),
                language=variant.language,
            )
            found.append(Request("SEND", self._server.url, text=headers + body, uploads=uploads, recipient=to.address))
        return found

    def notes(self, requests: Sequence[Request]) -> Sequence[str]:
        """How many it goes to, and what of the list and the settings somebody may not have meant."""
        addresses = [request.recipient for request in requests]
        shown = ", ".join(addresses[:_SHOWN])
        more = f" and {len(addresses) - _SHOWN:,} more" if len(addresses) > _SHOWN else ""
        one = len(addresses) == 1
        found = [f"goes to {shown}" if one else f"goes to {len(addresses):,} recipients, one by one: {shown}{more}"]
        if again := self._listed.repeated:
            found.append(f"{again:,} more {'address stands' if again == 1 else 'addresses stand'} there twice")
        if self.settings.security == "none" and not is_loopback(self._server.url):
            found.append("security is none: whoever is on the way can read the mail")
        return found

    def stamp(self, request: Request, at: datetime, seed: str) -> Request:
        """The key is the Message-ID; it and the date go into the message, so that a repeat has the same bytes."""
        from email.utils import format_datetime  # noqa: PLC0415 -- a dry run never gets here

        key = f"<{hashlib.sha256(seed.encode()).hexdigest()[:32]}@{self._sender.domain}>"
        head = f"Date: {format_datetime(at.astimezone(UTC))}\nMessage-ID: {key}\n"
        return replace(request, key=key, text=head + (request.text or ""))

    def whoami(self) -> Account:
        if self._flaw:
            raise ChannelError(str(self._flaw))
        try:
            self._server.greet(self._sender.address)
        except RefusedError as error:
            raise ChannelError(str(error)) from error
        return Account(self._sender.address, tuple(filter(None, (self._sender.name, self.settings.username))))

    def send(self, request: Request, after: Sequence[Receipt]) -> Receipt:
        """Mail one recipient's message.

        | what happened | meaning |
        | --- | --- |
        | no TLS, log-in or sender not taken | refused, as is every other message of this run |
        | no connection | the same; the same again harms nothing |
        | 5xx | refused, in the server's words |
        | 421 | refused, for a minute |
        | 450, 451 | refused, for five minutes: greylisting, or a mailbox that is busy |
        | 452, other 4xx | refused for now, and for longer than a run lasts |
        | the connection broke before the message's final dot | refused; the same again harms nothing |
        | it broke, or no answer came, behind that dot | unknown |

        Source: RFC 5321, sections 4.2.1, 4.1.1.4 and 4.5.3.2.
        """
        if self._refused and (self._refused[0].wait is None or self._refused[1] != request.key):
            return self._refused[0]
        try:
            images = [(upload, read_picture(upload, _IMAGES)) for upload in request.uploads]
            parts = [(replace(upload, mime=picture.mime), picture.content) for upload, picture in images]
            said = self._server.mail(self._sender.address, request.recipient, filled(request.text or "", parts))
        except UploadError as error:
            return Receipt("refused", error=one_line(error))
        except RefusedError as error:
            receipt = Receipt("refused", error=str(error), wait=error.wait)
            self._refused = (receipt, request.key) if error.for_all else None
            return receipt
        except LostError as error:
            return Receipt("unknown", error=f"mailing {request.recipient}: {error}")
        self._refused = None
        return Receipt("sent", id=request.key.strip("<>"), data={"answer": said})

    def find(self, request: Request) -> Receipt | None:
        return Receipt("unknown", error="a mail server cannot be asked what became of a message")

    def receipt_for(self, url: str, request: Request) -> Receipt:
        """The receipt for a message that a person knows to have arrived; `url` is `mailto:` and its recipient."""
        if url.strip().casefold() != f"mailto:{request.recipient}".casefold():
            raise ChannelError(f"{one_line(url)} is not whom this message goes to: mailto:{request.recipient}")
        return Receipt("sent", id=request.key.strip("<>"))

    def close(self) -> None:
        self._server.close()
        self._refused = None

    def _read_recipients(self) -> Recipients:
        """Who is listed; while a variable of it is not set, its name stands for them all.

        Raises:
            PublishError: The list cannot be used.
        """
        own = self.settings
        if own.recipients and _UNSET not in own.recipients:
            found = read_list(self.folder / Path(own.recipients).expanduser())
        else:
            found = each_once(map(_mailbox, own.to or (str(own.recipients),)))
        for each in found.mailboxes:
            if len(self._unsubscribe(each.address)) > _LONGEST_HEADER - len("List-Unsubscribe: <>"):
                raise PublishError(f"the address for unsubscribing is too long for {each.address}", where=self.name)
        return found

    def _unsubscribe(self, address: str) -> str:
        return (self.settings.unsubscribe or "").replace("{email}", quote(address, safe=""))

    @cached_property
    def _sender(self) -> Mailbox:
        return _mailbox(self.settings.sender)

    @cached_property
    def _server(self) -> Server:
        own = self.settings
        return Server(
            own.host,
            own.port or _PORTS[own.security],
            own.security,
            own.username or "",
            own.password.get_secret_value() if own.password else "",
            self.timeouts,
        )


def _mailbox(text: str) -> Mailbox:
    return Mailbox(text) if _UNSET in text else mailbox(text)
