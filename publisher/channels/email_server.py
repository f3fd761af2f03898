"""A connection to a mail server, kept over several messages, and what its answers mean."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from publisher.channels.overhearing import hear, leave
from publisher.channels.wire import no_answer, one_line

if TYPE_CHECKING:
    import smtplib

_MOST_MESSAGES = 50
"""Over one connection; servers hang up after some hundred."""
_AGAIN = {421: 60.0, 450: 300.0, 451: 300.0}
"""Seconds after which a temporary no may be a yes: of a server that hangs up on a connection, and of one that lets
strangers wait (greylisting: 5 minutes by RFC 6647, section 4.2, is common). A full server (452) takes longer."""

_NAME = "[127.0.0.1]"  # of this machine, in EHLO: RFC 5321 takes an address for it, and it gives nothing away


class RefusedError(Exception):
    """The message certainly did not arrive: one line. `for_all` says that another one would fare no better now.

    `wait` is the seconds after which the same may be tried again; None where that makes no sense within this run.
    """

    def __init__(self, words: str, *, for_all: bool = False, wait: float | None = None) -> None:
        super().__init__(words)
        self.for_all = for_all
        self.wait = wait


class LostError(Exception):
    """The server did not say whether it has the message: one line."""


@dataclass
class Server:
    """A mail server for one sender; `security` is `tls`, `starttls` or `none`.

    `timeouts` are seconds to connect, for an answer to a command, and for the answer to a whole message: ten minutes by
    RFC 5321, section 4.5.3.2.6, as who hangs up earlier may have mailed all the same.
    """

    host: str
    port: int
    security: str
    username: str = ""
    password: str = field(default="", repr=False)
    timeouts: tuple[float, float, float] = (20.0, 120.0, 600.0)
    _smtp: smtplib.SMTP | None = field(default=None, repr=False)
    _messages: int = 0

    @property
    def url(self) -> str:
        return f"{'smtps' if self.security == 'tls' else 'smtp'}://{self.host}:{self.port}"

    def greet(self, sender: str) -> None:
        """Connect, log in, ask whether mail from this address would be taken, and take leave again.

        The last starts a message that is given up at once, and that nobody gets: RFC 5321, section 4.1.1.5.

        Raises:
            RefusedError: Any of that fails.
        """
        self.close()
        import smtplib  # noqa: PLC0415 -- only where something is mailed

        smtp = self._open()
        try:
            self._expect(smtp.mail(sender), (250,), f"does not take mail from {sender}", for_all=True)
        except (OSError, smtplib.SMTPException) as error:
            self._drop()
            raise RefusedError(self._broken(error), for_all=True, wait=0.0) from error
        finally:
            self.close()

    def mail(self, sender: str, recipient: str, message: bytes) -> str:
        """Send one message to one recipient. Returns the server's words.

        Args:
            sender: Address that a failure is reported to (RFC 5321, section 4.1.1.2).
            recipient: The one address that it goes to.
            message: Whole, with CRLF at the end of each line.

        Raises:
            RefusedError: It certainly did not arrive.
            LostError: Nobody can tell whether it did.
        """
        import smtplib  # noqa: PLC0415 -- only where something is mailed

        smtp = self._ready()
        try:
            size = [f"SIZE={len(message)}"] if smtp.has_extn("size") else []  # RFC 1870: a no comes before the message
            self._expect(smtp.mail(sender, size), (250,), f"does not take mail from {sender}", for_all=True)
            self._expect(smtp.rcpt(recipient), (250, 251), f"does not take mail for {recipient}")
            self._expect(smtp.docmd("DATA"), (354,), "takes no message now")
            self._wait(self.timeouts[2])
            smtp.send(re.sub(rb"(?m)^\.", b"..", message))
        except (OSError, smtplib.SMTPException) as error:  # before the final dot there is no message (section 4.1.1.4)
            self._drop()
            raise RefusedError(self._broken(error), wait=0.0) from error
        leave()
        try:
            smtp.send(b".\r\n")
            code, said = smtp.getreply()
            hear(code, said)
        except (OSError, smtplib.SMTPException) as error:
            self._drop()
            raise LostError(self._broken(error)) from error
        if not 200 <= code < 300:
            self._refuse_message(code, said)
        self._wait(self.timeouts[1])
        self._messages += 1
        return self._words(code, said)

    def close(self) -> None:
        """Take leave of the server, if it still listens."""
        if self._smtp is not None:
            with suppress(Exception):
                self._wait(self.timeouts[0])
                self._smtp.quit()
        self._drop()

    def _refuse_message(self, code: int, said: bytes) -> None:
        if 400 <= code < 600:
            self._expect((code, said), (), "does not take this message")
        self._drop()
        raise LostError(self._one_line(f"{self.host} answered what no mail server should: {self._words(code, said)}"))

    def _ready(self) -> smtplib.SMTP:
        """A connection that answers, the one from before if it still does."""
        import smtplib  # noqa: PLC0415 -- only where something is mailed

        if self._smtp is not None and self._messages < _MOST_MESSAGES:
            with suppress(OSError, smtplib.SMTPException):
                if self._smtp.rset()[0] == 250:
                    return self._smtp
        self.close()
        return self._open()

    def _open(self) -> smtplib.SMTP:
        """A connection, secured and logged in.

        Raises:
            RefusedError: None came about.
        """
        import smtplib  # noqa: PLC0415 -- only where something is mailed
        import ssl  # noqa: PLC0415

        made: smtplib.SMTP
        try:
            if self.security == "tls":
                context = ssl.create_default_context()
                made = smtplib.SMTP_SSL(self.host, self.port, _NAME, timeout=self.timeouts[0], context=context)
            else:
                made = smtplib.SMTP(self.host, self.port, _NAME, timeout=self.timeouts[0])
            self._smtp = made
            self._wait(self.timeouts[1])
            self._expect(made.ehlo(), (250,), "does not speak ESMTP", for_all=True)
            if self.security == "starttls":
                made.starttls(context=ssl.create_default_context())
                self._expect(made.ehlo(), (250,), "does not speak ESMTP", for_all=True)
            if self.username:
                self._log_in(made)
        except smtplib.SMTPNotSupportedError as error:
            self._drop()
            hint = "offers no STARTTLS; set port and security as your provider says"
            raise RefusedError(self._one_line(f"{self.host} {hint}"), for_all=True) from error
        except smtplib.SMTPResponseException as error:
            self._drop()
            words = f"{self.host} answered {self._words(error.smtp_code, error.smtp_error)}{_when(error.smtp_code)}"
            hear(error.smtp_code, self._words(0, error.smtp_error))
            raise RefusedError(self._one_line(words), for_all=True, wait=_AGAIN.get(error.smtp_code)) from error
        except (OSError, smtplib.SMTPException) as error:
            self._drop()
            hint = "; check host, port and security" if isinstance(error, ssl.SSLError) else ""
            raise RefusedError(self._broken(error) + hint, for_all=True, wait=0.0) from error
        self._messages = 0
        return made

    def _log_in(self, smtp: smtplib.SMTP) -> None:
        import smtplib  # noqa: PLC0415 -- only where something is mailed

        try:
            smtp.login(self.username, self.password)
        except smtplib.SMTPAuthenticationError as error:
            said = self._words(error.smtp_code, error.smtp_error)
            what = "cannot check the log-in" if _when(error.smtp_code) else "does not take the log-in"
            hint = _when(error.smtp_code) or "; check username and password"
            words = f"{self.host} {what} ({said}){hint}"
        except UnicodeEncodeError:
            words = "username and password can have letters of ASCII only; give the account another password"
        except smtplib.SMTPResponseException:
            raise
        except smtplib.SMTPServerDisconnected as error:
            words = f"{self._broken(error)} at the log-in; check username and password"
        except smtplib.SMTPException:
            words = f"{self.host} offers no log-in that is known here; check host, port and security"
        else:
            return
        self._drop()
        raise RefusedError(self._one_line(words), for_all=True) from None

    def _expect(
        self, answer: tuple[int, bytes], wanted: Sequence[int], otherwise: str, *, for_all: bool = False
    ) -> None:
        code, said = answer
        if code in wanted:
            return
        hear(code, self._words(0, said))
        if code == 421 or not 400 <= code < 600:
            self._drop()
        words = f"{self.host} {otherwise} ({self._words(code, said)}){_when(code)}"
        raise RefusedError(self._one_line(words), for_all=for_all, wait=_AGAIN.get(code))

    def _wait(self, seconds: float) -> None:
        if self._smtp is not None and self._smtp.sock is not None:
            self._smtp.sock.settimeout(seconds)

    def _drop(self) -> None:
        if self._smtp is not None:
            self._smtp.close()
        self._smtp = None

    def _broken(self, error: BaseException) -> str:
        return no_answer(error, self.url, self._secrets()).error or ""

    def _words(self, code: int, said: bytes | str) -> str:
        text = said.decode(errors="replace") if isinstance(said, bytes) else said
        return self._one_line(f"{code} {text}" if code > 0 else text or "nothing")

    def _one_line(self, words: str) -> str:
        return one_line(words, self._secrets())

    def _secrets(self) -> tuple[str, ...]:
        """The password, and what the ways to log in make of it, as a server may quote them."""
        return tuple(_spellings(self.username, self.password)) if self.password else ()


def _spellings(username: str, password: str) -> Iterator[str]:
    yield password
    yield from (base64.b64encode(text.encode()).decode() for text in (password, f"\0{username}\0{password}"))


def _when(code: int) -> str:
    """What to do about a temporary no; empty for another. Source: RFC 5321, section 4.5.4.1 (30 minutes at least)."""
    return "; try again in half an hour" if 400 <= code < 500 else ""
