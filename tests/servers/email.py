"""A mail server on loopback (aiosmtpd), which keeps what it took, with faults on demand."""

from __future__ import annotations

import asyncio
import socket
import ssl
import struct
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from ipaddress import ip_address
from pathlib import Path
from typing import Any, Literal

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session
from servers.base import Moment

Fault = Literal[
    "close_after",
    "reset_before",
    "reset_after",
    "silent_before",
    "silent_after",
    "slow",
    "429_bare",
    "503",
    "garbage",
    "truncated",
    "cut",
]
"""What `misbehave` makes of the next message, once all of it is here: as `servers.base.Fault`, as far as mail has that.

429_bare: it is turned away for now (450). 503: the server closes for now (421). Neither names a time.
"""

_SILENCE_SECONDS = 60.0
_NOT_NOW = "450 4.7.1 Too many messages, try again later"
_CLOSING = "421 4.3.2 Service not available, closing"


class MailServer:
    """Answers on `port` from the moment it exists; `stop` kills it, `start` brings it back on the same port.

    `answers` holds what to say in place of yes: to the command `MAIL`, `DATA` or `.` (the end of a message), or to a
    recipient, by the address.

    `witness` is told of each of the commands EHLO, MAIL, RCPT and DATA (with the message) as it arrives and, where it
    is applied, before it is answered; where it says True, the connection closes there and then.
    """

    slow_seconds = 1.0

    def __init__(self, security: str = "none", password: str = "", folder: Path | None = None) -> None:
        self.security = security
        self.password = password
        self.certificate = certificate(folder) if folder else None
        self.mails: list[tuple[str, EmailMessage]] = []
        self.raw: list[bytes] = []
        self.connections = 0
        self.log_ins = 0
        self.answers: dict[str, str] = {}
        self.faults: list[Fault] = []
        self.witness: Callable[[str, Moment], bool] = lambda _command, _moment: False
        self.open: set[SMTP] = set()
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port = free.getsockname()[1]
        self.start()

    def settings(self) -> dict[str, Any]:
        login = {"username": "press", "password": self.password} if self.password else {}
        known = {"host": "127.0.0.1", "port": self.port, "security": self.security}
        return {**known, "from": "press@rivers.example", **login}

    def misbehave(self, fault: Fault, times: int = 1) -> None:
        self.faults += [fault] * times

    def start(self) -> None:
        self._controller = _Controller(self)
        self._controller.start()

    def stop(self) -> None:
        self._controller.stop(no_assert=True)

    def settle(self) -> None:
        """Return when every connection that was made is closed again: what was on its way is applied, or lost."""
        with socket.create_connection(("127.0.0.1", self.port), 30) as last:  # taken in after those before it
            last.recv(1)
        for _ in range(3_000):
            if not self.open:
                return
            time.sleep(0.01)
        raise TimeoutError("a connection stays open")

    @property
    def recipients(self) -> list[str]:
        return [recipient for recipient, _ in self.mails]


class _Controller(Controller):
    def __init__(self, owner: MailServer) -> None:
        self.owner = owner
        self.context = None
        if owner.certificate:
            self.context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
            self.context.load_cert_chain(owner.certificate)
        wrapped = self.context if owner.security == "tls" else None
        super().__init__(_Handler(owner), "127.0.0.1", owner.port, ssl_context=wrapped, ready_timeout=20)

    def factory(self) -> SMTP:
        by_starttls = self.owner.security == "starttls"  # of TLS from the start aiosmtpd does not know
        login = {"authenticator": self._log_in, "auth_required": by_starttls, "auth_require_tls": by_starttls}
        return _Protocol(
            self.handler,
            enable_SMTPUTF8=False,
            tls_context=self.context if by_starttls else None,
            require_starttls=by_starttls,
            **(login if self.owner.password else {}),
        )

    def _log_in(self, *given: Any) -> AuthResult:
        self.owner.log_ins += 1
        login: LoginPassword = given[4]
        right = (login.login, login.password) == (b"press", self.owner.password.encode())
        return AuthResult(success=right, handled=False)


class _Protocol(SMTP):
    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.event_handler.owner.open.add(self)
        super().connection_made(transport)

    def connection_lost(self, error: Exception | None) -> None:
        self.event_handler.owner.open.discard(self)
        super().connection_lost(error)

    async def smtp_EHLO(self, hostname: str) -> None:  # noqa: N802 -- as aiosmtpd calls it
        self.event_handler.owner.connections += 1
        self.event_handler.noticed(self, "EHLO", "arrived")
        await super().smtp_EHLO(hostname)

    async def smtp_DATA(self, arg: str) -> None:  # noqa: N802
        if answer := self.event_handler.owner.answers.get("DATA"):
            await self.push(answer)
        else:
            await super().smtp_DATA(arg)


class _Handler:
    def __init__(self, owner: MailServer) -> None:
        self.owner = owner

    def noticed(self, server: SMTP, command: str, moment: Moment) -> None:
        if self.owner.witness(command, moment):
            server.transport.abort()
            raise ConnectionResetError  # which aiosmtpd takes for the client's

    async def handle_MAIL(  # noqa: N802
        self, server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        self.noticed(server, "MAIL", "arrived")
        if answer := self.owner.answers.get("MAIL"):
            return answer
        envelope.mail_from = address
        return "250 2.1.0 Ok"

    async def handle_RCPT(  # noqa: N802
        self, server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        self.noticed(server, "RCPT", "arrived")
        if answer := self.owner.answers.get(address):
            return answer
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 Ok"

    async def handle_DATA(self, server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        self.noticed(server, "DATA", "arrived")
        if answer := self.owner.answers.get("."):
            return answer
        fault = self.owner.faults.pop() if self.owner.faults else None
        early = await self._unapplied(server, fault)
        if early:
            return early
        content = bytes(envelope.original_content or b"")
        (recipient,) = envelope.rcpt_tos
        self.owner.raw.append(content)
        self.owner.mails.append((recipient, message_from_bytes(content, policy=policy.default)))
        self.noticed(server, "DATA", "applied")
        return await self._applied(server, fault) or f"250 2.0.0 Ok: queued as {len(self.owner.mails)}"

    async def _unapplied(self, server: SMTP, fault: Fault | None) -> str:
        match fault:
            case "reset_before":
                return self._broken(server)
            case "silent_before":
                await asyncio.sleep(_SILENCE_SECONDS)  # ends when the other side hangs up
        return {"429_bare": _NOT_NOW, "503": _CLOSING}.get(fault or "", "")

    async def _applied(self, server: SMTP, fault: Fault | None) -> str:
        match fault:
            case "close_after":
                server.transport.abort()
            case "reset_after":
                return self._broken(server)
            case "silent_after":
                await asyncio.sleep(_SILENCE_SECONDS)
            case "slow":
                await asyncio.sleep(self.owner.slow_seconds)
            case "cut":
                server.transport.write(b"25")
                server.transport.close()
        return {"garbage": "Please sign in to the mail", "truncated": "25"}.get(fault or "", "")

    @staticmethod
    def _broken(server: SMTP) -> str:
        connection = server.transport.get_extra_info("socket")
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        server.transport.abort()
        return "451 which nobody hears any more"


def certificate(folder: Path) -> Path:
    """A certificate for 127.0.0.1 that nobody has signed but itself, with its key, in one PEM file."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "mail.example")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder(issuer_name=name, subject_name=name, public_key=key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    file = folder / "certificate.pem"
    kind = serialization.PrivateFormat.PKCS8
    secret = key.private_bytes(serialization.Encoding.PEM, kind, serialization.NoEncryption())
    file.write_bytes(secret + made.public_bytes(serialization.Encoding.PEM))
    return file
