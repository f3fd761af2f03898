"""The one family of errors that a press officer may see."""

from __future__ import annotations


class PublishError(Exception):
    """Something a person can put right: what is wrong, where, and what to do about it.

    Args:
        message: What is wrong, in one line, without a full stop.
        where: The place, as `file` or `file:line:column`; empty where there is none.
        hint: What to do, in one line; empty where the message says it.
    """

    exit_code = 2

    def __init__(self, message: str, *, where: str = "", hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.where = where
        self.hint = hint

    def __str__(self) -> str:
        line = f"{self.where}: {self.message}" if self.where else self.message
        return f"{line}. {self.hint}" if self.hint else line
