"""The Matrix channel on Synapse: what a homeserver keeps, repeats, refuses and slows down."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from real.planning import image, planned, send_all
from real.servers.between import wire
from servers.base import picture

from publisher.channels.base import ChannelError
from publisher.channels.matrix import Matrix


@pytest.fixture
def press(synapse):
    return synapse.session()


@pytest.fixture
def room(press):
    return press.room()


def channel(session, room, **changes):
    return Matrix("matrix", Matrix.Settings(**session.settings(room, **changes)), Path())


def texts(session, room):
    return [event["content"]["body"] for event in session.messages(room)]


def test_a_thread_stands_in_the_room_with_its_image(press, room, tmp_path):
    matrix = channel(press, room)
    account = matrix.whoami()
    receipts = send_all(matrix, planned(matrix, "Häfen 🎉 einig", "Two", "Three", media=(image(tmp_path),)))
    first, *rest = press.messages(room)

    assert account.handle == press.user
    assert [receipt.outcome for receipt in receipts] == ["sent"] * 3
    assert [receipt.id for receipt in receipts] == [event["event_id"] for event in press.messages(room)]
    assert first["content"]["msgtype"] == "m.image"
    assert first["content"]["body"] == "Häfen 🎉 einig"
    assert press.file(first["content"]["url"]) == picture("quay.png")
    assert [event["content"]["body"] for event in rest] == ["Two", "Three"]
    assert [event["content"]["m.relates_to"] for event in rest] == [
        {
            "rel_type": "m.thread",
            "event_id": receipts[0].id,
            "is_falling_back": True,
            "m.in_reply_to": {"event_id": before.id},
        }
        for before in receipts[:2]
    ]


def test_the_same_transaction_is_one_message(press, room):
    matrix = channel(press, room)
    [request] = planned(matrix, "Once")
    receipts = [matrix.send(request, []) for _ in range(3)]

    assert [receipt.id for receipt in receipts] == [receipts[0].id] * 3
    assert texts(press, room) == ["Once"]


def test_a_message_whose_answer_was_lost_is_found(press, room):
    """And one whose request never arrived is not."""
    with wire(press.server.port) as between:
        matrix = channel(press, room, api_url=between.url)
        one, two = planned(matrix, "One", "Two")
        between.cut("/send/m.room.message/")
        lost = matrix.send(one, [])
        found = matrix.find(one)
        never = matrix.find(two)
        rest = matrix.send(two, [found])

    assert (lost.outcome, between.lost) == ("unknown", 1)
    assert (found.outcome, never, rest.outcome) == ("sent", None, "sent")
    assert [event["event_id"] for event in press.messages(room)] == [found.id, rest.id]


def test_who_is_not_in_the_room_is_told_beforehand_and_posts_nothing(synapse, press, room):
    stranger = synapse.session()
    matrix = channel(stranger, room)
    receipt = matrix.send(planned(matrix, "Uninvited")[0], [])

    with pytest.raises(ChannelError, match="room"):
        matrix.whoami()
    assert (receipt.outcome, receipt.wait) == ("refused", None)
    assert texts(press, room) == []


def test_who_may_not_write_in_the_room_is_told_beforehand_and_posts_nothing(synapse, press, room):
    reader = synapse.session()
    reader.call("POST", f"/_matrix/client/v3/join/{room}", {})
    press.call(
        "PUT",
        f"/_matrix/client/v3/rooms/{room}/state/m.room.power_levels",
        {"events_default": 50},
    )
    matrix = channel(reader, room)
    receipt = matrix.send(planned(matrix, "Hush")[0], [])

    with pytest.raises(ChannelError):
        matrix.whoami()
    assert (receipt.outcome, receipt.wait) == ("refused", None)
    assert texts(press, room) == []


def test_a_token_that_no_longer_holds_is_refused(press, room):
    matrix = channel(press, room)
    [request] = planned(matrix, "Late")
    press.call("POST", "/_matrix/client/v3/logout", {})
    receipt = matrix.send(request, [])

    assert (receipt.outcome, receipt.wait) == ("refused", None)
    with pytest.raises(ChannelError, match="access_token"):
        matrix.whoami()


def test_who_sends_too_much_is_told_how_long_to_wait(synapse, press, room):
    """The homeserver says so in `retry_after_ms`; what it turned away does not stand there."""
    synapse.limit(press, 1)
    matrix = channel(press, room)
    requests = [replace(request, reply_to=None) for request in planned(matrix, *map(str, range(20)))]
    receipts = [matrix.send(request, []) for request in requests]
    turned_away = [receipt for receipt in receipts if receipt.outcome == "refused"]

    assert {receipt.outcome for receipt in receipts} == {"sent", "refused"}
    assert all(receipt.wait is not None and receipt.wait > 0 for receipt in turned_away)
    assert texts(press, room) == [str(index) for index, receipt in enumerate(receipts) if receipt.outcome == "sent"]
