"""What a Matrix homeserver says: its events, its rooms' levels, its errors. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from publisher.channels.pacing import first, retry_after, seconds
from publisher.channels.wire import AnswerError, OddAnswerError, as_mapping, as_words

_NO_HOMESERVER = frozenset({"", "M_UNRECOGNIZED"})
_WAIT = 60.0
_CREATORS_RULE_FROM = 12
_SAME = ("msgtype", "body", "formatted_body")


def id_in(answer: Mapping[str, Any], key: str, sigil: str) -> str:
    """The id under this key, which begins with its sigil (`@`, `!`, `$`); empty where there is none."""
    found = answer.get(key)
    is_id = isinstance(found, str) and found.startswith(sigil) and re.fullmatch(r".[!-~]{1,254}", found)
    return str(found) if is_id else ""


def errcode(answered: AnswerError) -> str:
    return as_words(as_mapping(answered.answer).get("errcode"))


def words_of(answered: AnswerError) -> str:
    """The homeserver's own words in a refusal; empty where there are none."""
    return as_words(as_mapping(answered.answer).get("error"), errcode(answered))


def no_homeserver(answered: AnswerError) -> bool:
    """Whether what answered does not know Matrix's paths, as the website of the same name does not."""
    return answered.status in (404, 405) and errcode(answered) in _NO_HOMESERVER


def seconds_to_wait(answered: AnswerError) -> float:
    """How long a 429 asks to wait: by its header, or else by its body, which older servers have.

    Source: https://spec.matrix.org/latest/client-server-api/#rate-limiting.
    """
    thousandths = seconds(as_mapping(answered.answer).get("retry_after_ms"))
    return first(retry_after(answered.headers), None if thousandths is None else thousandths / 1000, default=_WAIT)


def may_post(levels: Mapping[str, Any], creation: Mapping[str, Any], user: str) -> bool:
    """Whether a user's level in a room is enough for messages.

    Args:
        levels: The content of `m.room.power_levels`; empty where the room has none.
        creation: The event `m.room.create`, whose room version says whether its creators may do everything.
        user: The user's id.

    Source: https://spec.matrix.org/latest/client-server-api/#mroompower_levels, and .../rooms/v12/.
    """
    made = as_mapping(creation.get("content"))
    more = made.get("additional_creators")
    creators = [creation.get("sender"), *(more if isinstance(more, list) else ())]
    if _whole(made.get("room_version"), 1) >= _CREATORS_RULE_FROM and user in creators:
        return True
    own = as_mapping(levels.get("users")).get(user, levels.get("users_default", 0))
    wanted = as_mapping(levels.get("events")).get("m.room.message", levels.get("events_default", 0))
    return _whole(own, 0) >= _whole(wanted, 0)


def _whole(value: object, otherwise: int) -> int:
    """A whole number; rooms of early versions may have it in digits."""
    return int(str(value)) if re.fullmatch(r"-?[0-9]{1,16}", str(value), re.ASCII) else otherwise


def sent_at(event: Mapping[str, Any]) -> int:
    """When an event was sent, in milliseconds since 1970.

    Raises:
        OddAnswerError: It does not say.
    """
    at = event.get("origin_server_ts")
    if not isinstance(at, int) or isinstance(at, bool) or not id_in(event, "event_id", "$"):
        raise OddAnswerError("the homeserver answered with an event that has no time or no id")
    return at


def find_among(
    events: Sequence[Mapping[str, Any]], key: str, content: Mapping[str, Any], *, answers: bool
) -> Mapping[str, Any] | str | None:
    """The event that a request made; why it cannot be told, in one line; None where none is it.

    A homeserver shows the transaction id to the session that sent the event; from any other, time and content tell.

    Args:
        events: All that may be it, the account's own, the latest first.
        key: The request's transaction id.
        content: As it was to be sent.
        answers: Whether it was to go into a thread.
    """
    if ours := [event for event in events if _transaction(event) == key]:
        return ours[0]
    strange: list[Mapping[str, Any]] = [event for event in reversed(events) if not _transaction(event)]
    same = [event for event in strange if _says_the_same(as_mapping(event.get("content")), content)]
    for event in same:
        if (_relation(event) == "m.thread") is answers:
            return event
    if same:
        return "the same text stands in the room, but not in this thread"
    if any(_was_edited(event) for event in strange):
        return "a message was edited since this one was planned, and may have been this one"
    if any(not as_mapping(event.get("content")) for event in strange):
        return "a message was taken back since this one was planned, and may have been this one"
    return None


def _transaction(event: Mapping[str, Any]) -> str:
    return as_words(as_mapping(event.get("unsigned")).get("transaction_id"))


def _was_edited(event: Mapping[str, Any]) -> bool:
    """Whether a homeserver says so; some then give the new text for the old one.

    Source: https://spec.matrix.org/latest/client-server-api/#server-side-aggregation-of-mreplace-relationships.
    """
    return "m.replace" in as_mapping(as_mapping(event.get("unsigned")).get("m.relations"))


def _says_the_same(content: Mapping[str, Any], wanted: Mapping[str, Any]) -> bool:
    return all(content.get(name) == wanted.get(name) for name in _SAME)


def _relation(event: Mapping[str, Any]) -> str:
    return as_words(as_mapping(as_mapping(event.get("content")).get("m.relates_to")).get("rel_type"))
