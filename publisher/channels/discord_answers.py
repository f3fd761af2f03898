"""What Discord answers: its words, its numbers, its times."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from publisher.channels import pacing
from publisher.channels.times import moment
from publisher.channels.wire import AnswerError, as_id, as_mapping, as_words
from publisher.text.patterns import later

_NUMBER = later(r"[0-9]{1,20}")
_EPOCH = datetime(2015, 1, 1, tzinfo=UTC)  # a number is the milliseconds since, and 22 bits more
_WAIT = 60.0
_FIELDS_MOST = 5
_EMBEDS_GONE = 1 << 2
_PERMISSIONS = "View Channel, Send Messages, Embed Links, Attach Files and Read Message History"
_HINTS = {
    10003: "check `channel_id`",
    10008: "the message that this one answers is gone",
    10015: "the webhook is gone: make another and set `url`",
    40005: "make the images smaller",
    40333: "something on the way to Discord turns this program away",
    50001: "let the bot see the channel, and check `channel_id`",
    50013: f"give the bot's role {_PERMISSIONS}",
    50027: "check `url`",
    220001: "a forum takes no release: use a webhook of a text channel",
}


def number_of(answer: Mapping[str, Any], key: str) -> str:
    """The id under this key; empty where there is none."""
    number = as_id(answer.get(key))
    return number if _NUMBER.fullmatch(number) else ""


def words_of(answer: object) -> str:
    """Discord's own words in a refusal, with those on single fields; empty where there are none."""
    body = as_mapping(answer)
    said = as_words(body.get("message"))
    fields = list(_field_errors(body.get("errors")))
    shown = "; ".join(fields[:_FIELDS_MOST]) + (" …" if len(fields) > _FIELDS_MOST else "")
    return f"{said} ({shown})" if said and shown else said or shown


def _field_errors(errors: object) -> Iterator[str]:
    """`field: message` for each of them. Source: https://docs.discord.com/developers/reference#error-messages."""
    waiting = [("", as_mapping(errors))]
    while waiting:
        path, inner = waiting.pop()
        listed = inner.get("_errors")
        for each in listed if isinstance(listed, list) else ():
            if message := as_words(as_mapping(each).get("message")):
                yield f"{path}: {message}" if path else message
        below = [(f"{path}.{key}" if path else str(key), as_mapping(value)) for key, value in inner.items()]
        waiting.extend(reversed([each for each in below if each[1]]))


def hinted(answer: object, words: str) -> str:
    """The words of a refusal, with what to do where its code tells."""
    hint = _HINTS.get(code_of(answer))
    return f"{words}: {hint}" if hint else words


def code_of(answer: object) -> int:
    """The code of a refusal; 0 where it has none."""
    code = as_mapping(answer).get("code")
    return code if isinstance(code, int) else 0


def seconds_to_wait(answered: AnswerError) -> float:
    """How long a 429 asks to wait: by its body, or else its headers, whether it is about a route, all, or a slow mode.

    Source: https://docs.discord.com/developers/topics/rate-limits#exceeding-a-rate-limit.
    """
    headers = answered.headers
    said = pacing.seconds(as_mapping(answered.answer).get("retry_after"))
    reset = pacing.seconds(headers.get("x-ratelimit-reset-after"))
    return pacing.first(said, pacing.retry_after(headers), reset, default=_WAIT)


def pause(headers: Mapping[str, str]) -> float | None:
    """Seconds until the next message where the limit of this route is used up; None where it is not.

    Source: https://docs.discord.com/developers/topics/rate-limits#header-format.
    """
    spent = pacing.is_spent(headers.get("x-ratelimit-remaining"))
    return pacing.seconds(headers.get("x-ratelimit-reset-after")) if spent else None


def was_altered(message: Mapping[str, Any]) -> bool:
    """Whether a message may have said something else: it was edited, or somebody took its embeds away.

    Source: https://docs.discord.com/developers/resources/message#message-object-message-flags.
    """
    flags = message.get("flags")
    return bool(message.get("edited_timestamp")) or (isinstance(flags, int) and bool(flags & _EMBEDS_GONE))


def made_at(message: Mapping[str, Any]) -> datetime | None:
    """When a message was made, by its timestamp, or else its number; None where neither tells."""
    if made := moment(message.get("timestamp")):
        return made
    number = number_of(message, "id")
    try:
        return _EPOCH + timedelta(milliseconds=int(number) >> 22) if number else None
    except OverflowError:
        return None
