"""What a bot may do in a channel of Discord, by its roles and what the channel changes of them. Pure.

Source: https://docs.discord.com/developers/topics/permissions.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from publisher.channels.discord_answers import number_of
from publisher.channels.times import moment
from publisher.channels.wire import as_mapping
from publisher.text.patterns import later

THREADS = frozenset({10, 11, 12})
_TAKES_NO_MESSAGES = {"4": "a category", "14": "a directory", "15": "a forum", "16": "a media channel"}
_ADMINISTRATOR = 1 << 3
_VIEW = 1 << 10
_SEND = 1 << 11
_NEEDED = {
    _VIEW: "View Channel",
    _SEND: "Send Messages",
    1 << 14: "Embed Links",
    1 << 15: "Attach Files",
    1 << 16: "Read Message History",
}
_SEND_IN_THREADS = 1 << 38
_BITS = later(r"[0-9]{1,40}")


def unfit(channel: Mapping[str, Any], place: str) -> str:
    """Why nobody can write in a channel, in one line; empty where one can."""
    if kind := _TAKES_NO_MESSAGES.get(str(channel.get("type"))):
        return f"the channel {place} is {kind}: choose a text channel"
    if as_mapping(channel.get("thread_metadata")).get("locked") is True:
        return f"the thread {place} is locked: unlock it, or choose another channel"
    return ""


def against(channel: Mapping[str, Any], member: Mapping[str, Any], roles: object, server: str, place: str) -> str:
    """What keeps a bot from writing in a channel, in one line; empty where nothing is known to."""
    if until := silenced_until(member):
        return f"the bot may not write before {until:%Y-%m-%d %H:%M} UTC: a moderator gave it a time-out"
    if isinstance(roles, list) and roles and (missing := rights_missing(channel, member, roles, server)):
        return f"the bot lacks {', '.join(missing)} in the channel {place}: give its role these permissions"
    return ""


def rights_missing(channel: Mapping[str, Any], member: Mapping[str, Any], roles: object, server: str) -> list[str]:
    """What a bot lacks of what sending and looking back need, as Discord calls it.

    Args:
        channel: The one that it posts in; of a thread, the channel that the thread is in, with the thread's `type`.
        member: The bot, as a member of the server.
        roles: Of the server, each with its permissions.
        server: Its number, which is that of the role that everybody has.
    """
    held = member.get("roles")
    mine = {server, *(str(number) for number in (held if isinstance(held, list) else ()))}
    base = _any(each.get("permissions") for each in _listed(roles) if number_of(each, "id") in mine)
    if base & _ADMINISTRATOR:
        return []
    bot = number_of(as_mapping(member.get("user")), "id")
    changes = _listed(channel.get("permission_overwrites"))
    everybody = [each for each in changes if number_of(each, "id") == server]
    by_role = [each for each in changes if number_of(each, "id") in mine - {server}]
    own = [each for each in changes if number_of(each, "id") == bot]
    for group in (everybody, by_role, own):
        base = base & ~_any(each.get("deny") for each in group) | _any(each.get("allow") for each in group)
    if not base & _VIEW:
        return [_NEEDED[_VIEW]]
    needed = dict(_NEEDED)
    if channel.get("type") in THREADS:
        needed.pop(_SEND)
        needed[_SEND_IN_THREADS] = "Send Messages in Threads"
    return [name for bit, name in needed.items() if not base & bit]


def silenced_until(member: Mapping[str, Any]) -> datetime | None:
    """Until when a moderator keeps the bot from writing; None where nobody does."""
    until = moment(member.get("communication_disabled_until"))
    return until if until and until > datetime.now(UTC) else None


def _listed(value: object) -> Sequence[Mapping[str, Any]]:
    return [as_mapping(each) for each in value] if isinstance(value, list) else ()


def _any(written: Iterable[object]) -> int:
    """All bits that are set in one of these numbers."""
    bits = 0
    for each in map(str, written):
        bits |= int(each) if _BITS.fullmatch(each) else 0
    return bits
