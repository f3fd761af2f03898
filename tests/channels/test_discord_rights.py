"""What a bot may do in its channel, asked before anything is posted."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from channels.test_discord import bot, hook, rendered
from examples import examples
from hypothesis import given, settings
from hypothesis import strategies as st

from publisher.channels.base import ChannelError
from publisher.channels.discord_rights import rights_missing

VIEW, SEND, EMBED, ATTACH, HISTORY = 0x400, 0x800, 0x4000, 0x8000, 0x10000
ALL = VIEW | SEND | EMBED | ATTACH | HISTORY


def overwrite(number, *, allow=0, deny=0):
    return {"id": number, "type": 0, "allow": str(allow), "deny": str(deny)}


def missing(server):
    with pytest.raises(ChannelError) as caught:
        bot(server).whoami()
    return str(caught.value)


def test_a_bot_with_every_right_is_ready_after_four_questions(discord_server):
    assert bot(discord_server).whoami().is_called("harbour_bot")
    assert len(discord_server.requests) == 4


@pytest.mark.parametrize(
    ("permissions", "lacks"),
    [
        (ALL & ~SEND, "Send Messages"),
        (ALL & ~EMBED & ~ATTACH, "Embed Links, Attach Files"),
        (ALL & ~HISTORY, "Read Message History"),
        (0, "Send Messages, Embed Links, Attach Files, Read Message History"),
    ],
)
def test_what_its_roles_do_not_give_is_named(discord_server, permissions, lacks):
    discord_server.permissions = str(permissions)

    assert missing(discord_server) == f"the bot lacks {lacks} in the channel 815: give its role these permissions"


@pytest.mark.parametrize(
    ("overwrites", "lacks"),
    [
        ([overwrite("1192", deny=SEND)], "Send Messages"),
        ([overwrite("77", deny=VIEW)], "View Channel"),
        ([overwrite("42", deny=ATTACH), overwrite("77", allow=ATTACH)], "Attach Files"),
        ([overwrite("88", allow=ALL), overwrite("1192", deny=EMBED)], "Embed Links"),
    ],
)
def test_what_the_channel_takes_away_is_named(discord_server, overwrites, lacks):
    discord_server.overwrites = overwrites

    assert f"the bot lacks {lacks} in the channel 815" in missing(discord_server)


@pytest.mark.parametrize(
    "overwrites",
    [
        [overwrite("1192", deny=ALL), overwrite("77", allow=ALL)],
        [overwrite("77", deny=ALL), overwrite("42", allow=ALL)],
        [overwrite("88", deny=ALL)],
    ],
)
def test_what_the_channel_gives_back_counts(discord_server, overwrites):
    discord_server.overwrites = overwrites

    assert bot(discord_server).whoami()


def test_an_administrator_may_everything(discord_server):
    discord_server.permissions, discord_server.overwrites = "8", [overwrite("77", deny=ALL)]

    assert bot(discord_server).whoami()


def test_in_a_thread_the_right_to_write_in_threads_counts(discord_server):
    discord_server.kind = 11
    discord_server.permissions = str(ALL & ~SEND | 1 << 38)
    assert bot(discord_server).whoami()

    discord_server.permissions = str(ALL)
    assert "lacks Send Messages in Threads" in missing(discord_server)

    discord_server.locked = True
    assert missing(discord_server) == "the thread 815 is locked: unlock it, or choose another channel"


def test_a_bot_in_time_out_is_said_to_be(discord_server):
    until = datetime.now(UTC) + timedelta(hours=2)
    discord_server.member = {"communication_disabled_until": until.isoformat()}

    assert missing(discord_server).startswith(f"the bot may not write before {until:%Y-%m-%d %H:%M} UTC")


def test_a_webhook_is_asked_for_once(discord_server):
    assert hook(discord_server).whoami()
    assert [call.method for call in discord_server.requests] == ["GET"]


@pytest.mark.parametrize("change", [{"edited_timestamp": "2026-12-01T09:00:00+00:00"}, {"flags": 4, "embeds": []}])
def test_a_message_that_somebody_changed_may_have_been_ours(discord_server, change):
    """Its text is another, or its embeds are taken away, and with them all that it said."""
    channel = bot(discord_server)
    [request] = rendered(channel, layout="brief")
    channel.send(request, [])
    discord_server.standing[-1] |= {"content": "", **change}
    if "flags" not in change:
        discord_server.standing[-1]["embeds"] = []
    found = channel.find(request)

    assert found is not None
    assert (found.outcome, found.error) == (
        "unknown",
        "a message was edited since, and may have been this one: look there",
    )


odd = st.recursive(
    st.none() | st.integers() | st.text(max_size=5) | st.booleans(),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["id", "roles", "user", "permissions", "permission_overwrites", "allow", "deny", "type"]),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)
objects = st.dictionaries(st.sampled_from(["roles", "user", "permission_overwrites"]), odd)


@settings(max_examples=examples(2_000))
@given(objects, objects, odd)
def test_no_answer_breaks_the_look_at_rights(channel, member, roles):
    assert all(isinstance(each, str) for each in rights_missing(channel, member, roles, "1192"))
