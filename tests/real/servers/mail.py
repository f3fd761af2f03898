"""aiosmtpd as it comes, in a process of its own, delivering into a Maildir."""

from __future__ import annotations

import mailbox
import smtplib
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from real.servers.process import Process, free_port

LARGEST = 200_000
"""Bytes that a message may have."""


class MailProcess:
    def __init__(self, folder: Path) -> None:
        self.port, self._mails = free_port(), folder / "mails"
        command = [sys.executable, "-m", "aiosmtpd", "--nosetuid", "--size", str(LARGEST)]
        command += ["--listen", f"127.0.0.1:{self.port}", "--class", "aiosmtpd.handlers.Mailbox", str(self._mails)]
        self._process = Process(command, folder / "aiosmtpd.log", self._answers, folder=folder)

    def _answers(self) -> bool:
        try:
            with smtplib.SMTP("127.0.0.1", self.port, timeout=5) as session:
                return session.noop()[0] == 250
        except OSError:
            return False

    def settings(self, *to: str, **changes: Any) -> dict[str, Any]:
        known = {"host": "127.0.0.1", "port": self.port, "security": "none", "from": "press@aller.example"}
        return {**known, "to": list(to), **changes}

    def mails(self) -> list[mailbox.MaildirMessage]:
        """What was delivered, by recipient; `X-RcptTo` says whom the server was told to deliver it to."""
        return sorted(mailbox.Maildir(str(self._mails)), key=lambda mail: str(mail["X-RcptTo"]))

    def stop(self) -> None:
        self._process.stop()


@pytest.fixture
def mail_process(tmp_path: Path) -> Iterator[MailProcess]:
    server = MailProcess(tmp_path)
    yield server
    server.stop()
