"""The head of a mail, read from the very message that will be sent."""

from __future__ import annotations

from publisher.channels.base import Request

SHOWN = ("From", "To", "Reply-To", "Subject")


def head_of(request: Request, recipients: int = 1) -> list[tuple[str, str]]:
    """Names and values of the headers that a reader sees, decoded (RFC 5322, RFC 2047).

    Args:
        request: One whose `text` is a message.
        recipients: How many get one of their own like it.
    """
    from email import message_from_string, policy  # noqa: PLC0415 -- only where there is mail

    message = message_from_string(request.text or "", policy=policy.default)
    found = [(name, " ".join(str(message[name]).split())) for name in SHOWN if message[name]]
    more = f", and {recipients - 1:,} more, each by a mail of their own" if recipients > 1 else ""
    return [(name, value + more if name == "To" else value) for name, value in found]
