"""What Telegram's Bot API says: its refusals, the bot's rights in a chat, how fast it may post. Pure."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from publisher.channels.base import Receipt
from publisher.channels.pacing import first, retry_after, seconds, turned_away
from publisher.channels.refusals import answered, redirects, too_many
from publisher.channels.wire import AnswerError, as_mapping, as_words

NOT_TAKEN = "Telegram does not take this token: check `token`"
_WAIT = 60.0
"""Seconds, where a 429 does not say how many."""

_MAY_POST = "make the bot an administrator there that may post messages"
_ADVICE = {
    "chat not found": "check `chat`, and add the bot there",
    "bot was kicked": "add the bot there again",
    "bot is not a member": _MAY_POST,
    "rights": _MAY_POST,
    "chat_write_forbidden": _MAY_POST,
    "chat_admin_required": _MAY_POST,
    "member list is inaccessible": _MAY_POST,
    "bot was blocked": "whoever is behind `chat` has to start the bot",
    "can't initiate conversation": "whoever is behind `chat` has to start the bot",
}
"""By what a description holds, in lower case."""


def status_of(refusal: AnswerError) -> int:
    """The `error_code` of an answer, which counts before its status of HTTP."""
    code = as_mapping(refusal.answer).get("error_code")
    return code if isinstance(code, int) and not isinstance(code, bool) else refusal.status


def outcome_of(refusal: AnswerError, api_url: str) -> Receipt:
    """What a refusal means; `Telegram._outcome` has the table."""
    status, answer = status_of(refusal), as_mapping(refusal.answer)
    said = as_words(answer.get("description")) or ("" if answer else "not an answer of the Bot API")
    words = answered("Telegram", status, said)
    parameters = as_mapping(answer.get("parameters"))
    if status == 429:
        wait = first(seconds(parameters.get("retry_after")), retry_after(refusal.headers), default=_WAIT)
        return Receipt("refused", error=too_many("Telegram", math.ceil(wait)), wait=wait)
    if (later := turned_away(status, refusal.headers)) is not None:
        return Receipt("refused", error=words, wait=later)
    if not 300 <= status < 500:
        return Receipt("unknown", error=words)
    if status < 400:
        words = redirects(api_url)
    elif "migrate_to_chat_id" in parameters:
        words = f"{said}: set chat: {parameters['migrate_to_chat_id']}"
    elif answer and (status == 401 or (status == 404 and "method" not in said.casefold())):
        words = f"{NOT_TAKEN} ({said or status})"
    elif answer and said:
        advice = next((advice for words, advice in _ADVICE.items() if words in said.casefold()), "")
        words = f"{said}: {advice}" if advice else said
    return Receipt("refused", error=words)


def against_posting(chat: Mapping[str, Any], member: Mapping[str, Any]) -> str:
    """Why a bot could not post in a chat, in one line; empty where nothing speaks against it.

    Args:
        chat: As `getChat` has it.
        member: The bot itself, as `getChatMember` has it.

    Source: https://core.telegram.org/bots/api#chatmember, .../api#chatfullinfo.
    """
    kind, status = chat.get("type"), as_words(member.get("status"))
    if status in ("", "creator") or kind == "private":
        return ""
    if status in ("left", "kicked") or (status == "restricted" and member.get("is_member") is False):
        gone = "was removed from" if status == "kicked" else "is not in"
        return f"the bot {gone} the chat: add it there, as an administrator that may post messages"
    if kind == "channel":
        is_allowed = status == "administrator" and member.get("can_post_messages") is True
    elif status == "administrator":
        is_allowed = True
    else:
        rights = member if status == "restricted" else as_mapping(chat.get("permissions"))
        is_allowed = rights.get("can_send_messages") is not False
    return "" if is_allowed else f"the bot may not post in the chat: {_MAY_POST}"


def pause_after(chat: Mapping[str, Any], messages: int) -> float:
    """Seconds to the next message in a chat: one a second, and in a group twenty a minute; an album is several.

    Source: https://core.telegram.org/bots/faq#my-bot-is-hitting-limits-how-do-i-avoid-this.
    """
    return 3.0 * max(messages, 1) if chat.get("type") in ("group", "supergroup") else 1.0
