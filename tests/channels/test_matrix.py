"""Matrix, against a stand-in that measures, relates and remembers as a homeserver does."""

from __future__ import annotations

import json
import logging
import math
import traceback
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from examples import examples
from hypothesis import given, settings
from hypothesis import strategies as st
from sending import outcomes, patience, send_all
from servers.base import Reply, picture

from publisher.channels.base import ChannelError, Receipt
from publisher.channels.matrix import Matrix
from publisher.channels.matrix_answers import find_among, may_post, seconds_to_wait
from publisher.channels.wire import AnswerError
from publisher.compose.model import Post, Variant
from publisher.release.model import Media
from publisher.text.rich import RichText, Span, as_rich, join, link

ME = "@press:social.example"
CANONICAL = "https://harbour.example.org/quiet?a=1&b=2"
HEADLINE = join([as_rich("Harbour & town agree on <quiet> nights 🎉").marked(bold=True), "\n\n", link(CANONICAL)])


def channel(server, **changes):
    return Matrix("matrix", Matrix.Settings(**{**server.settings(), **changes}), Path())


def offline(**changes):
    own = {"access_token": "t0ken", "room": "!aBc:social.example", "api_url": "https://matrix.social.example"}
    return Matrix("matrix", Matrix.Settings(**{**own, **changes}), Path())


def planned(matrix, *texts, media=(), at=None):
    posts = tuple(Post(as_rich(text), () if index else media) for index, text in enumerate(texts))
    requests = matrix.render(Variant("matrix", "matrix", "thread", "en", posts, CANONICAL))
    at = at or datetime.now(UTC)
    return [matrix.stamp(request, at, f"{request.json['body']}/{index}") for index, request in enumerate(requests)]


def image(folder, name="quay.png"):
    (folder / name).write_bytes(picture(name))
    return (Media(str(folder / name), f"What {name} shows"),)


def sending(server):
    return [call for call in server.requests if server.publishes(call)]


def test_a_thread_stands_in_the_room_below_its_first_message(matrix_server):
    """Each event names the root, and the one before it for those whose app knows no threads."""
    matrix = channel(matrix_server, api_url=f"{matrix_server.url}/")
    receipts = send_all(matrix, planned(matrix, HEADLINE, "Two", "Three"))
    relations = [post.raw.get("m.relates_to") for post in matrix_server.posts]

    assert [receipt.outcome for receipt in receipts] == ["sent"] * 3
    assert [post.text for post in matrix_server.posts] == [HEADLINE.plain, "Two", "Three"]
    assert relations == [None] + [
        {
            "rel_type": "m.thread",
            "event_id": receipts[0].id,
            "is_falling_back": True,
            "m.in_reply_to": {"event_id": receipts[index].id},
        }
        for index in (0, 1)
    ]
    assert receipts[2] == Receipt(
        "sent",
        id=matrix_server.posts[2].id,
        url=f"https://matrix.to/#/!aBcDeF:social.example/{matrix_server.posts[2].id}?via=social.example",
        data={"room": "!aBcDeF:social.example"},
    )
    assert {call.headers["connection"] for call in matrix_server.requests} == {"close"}


def test_what_is_on_the_wire_is_what_was_rendered(matrix_server, tmp_path):
    """But for what is only known then: the image's address, and the events of the thread."""
    matrix = channel(matrix_server)
    requests = planned(matrix, HEADLINE, "Two", media=image(tmp_path))
    send_all(matrix, requests)
    late = {"url", "filename", "info", "m.relates_to"}
    wire = [{name: value for name, value in call.json().items() if name not in late} for call in sending(matrix_server)]

    assert wire == [request.json for request in requests]
    assert [call.url for call in sending(matrix_server)] == [request.url for request in requests]


def test_an_address_of_a_room_is_resolved_when_it_is_sent_to(matrix_server):
    """The thread stays in the room that it began in, wherever the address leads later."""
    matrix = channel(matrix_server, room=matrix_server.alias)
    first, second = planned(matrix, "One", "Two")
    one = matrix.send(first, [])
    matrix_server.alias = "#elsewhere:social.example"
    two = matrix.send(second, [one])

    assert (one.outcome, two.outcome) == ("sent", "sent")
    assert "/rooms/%21aBcDeF%3Asocial.example/send/" in sending(matrix_server)[0].path
    assert matrix.send(planned(matrix, "Three")[0], []) == Receipt(
        "refused", error="127.0.0.1 knows no room #news:social.example; check room"
    )


def test_a_request_goes_to_the_room_that_it_was_planned_for(matrix_server):
    [request] = planned(channel(matrix_server), "One")
    moved = channel(matrix_server, room="!other:social.example")

    assert moved.send(request, []).outcome == "sent"
    assert moved.find(request).outcome == "sent"


def test_an_image_goes_along_with_the_text_as_its_caption(matrix_server, tmp_path):
    matrix = channel(matrix_server)
    [receipt] = send_all(matrix, planned(matrix, HEADLINE, media=image(tmp_path)))
    [post] = matrix_server.posts

    assert receipt.outcome == "sent"
    assert post.media == (("quay.png", picture("quay.png")),)
    assert (post.raw["body"], post.raw["filename"]) == (HEADLINE.plain, "quay.png")
    assert post.raw["info"] == {"mimetype": "image/png", "size": len(picture("quay.png")), "w": 8, "h": 6}


def test_an_image_is_made_to_fit_what_the_homeserver_takes(matrix_server, tmp_path):
    from PIL import Image

    noise = Image.effect_noise((600, 400), 90).convert("RGB")
    noise.save(tmp_path / "noise.png")
    most = 100_000
    matrix_server.upload_size = most
    matrix = channel(matrix_server, max_upload_size=most)
    [receipt] = send_all(matrix, planned(matrix, "One", media=(Media(str(tmp_path / "noise.png"), "Noise"),)))
    [(name, _, content)] = matrix_server.media.values()

    assert (tmp_path / "noise.png").stat().st_size > most
    assert receipt.outcome == "sent"
    assert len(content) <= most
    assert name == matrix_server.posts[0].raw["filename"]


@pytest.mark.parametrize("content", [b"", b"GIF89a", None])
def test_an_image_that_cannot_go_along_refuses_the_message(matrix_server, tmp_path, content):
    matrix = channel(matrix_server)
    media = image(tmp_path)
    if content is None:
        (tmp_path / "quay.png").unlink()
    else:
        (tmp_path / "quay.png").write_bytes(content)
    [receipt] = send_all(matrix, planned(matrix, "One", media=media))

    assert receipt.outcome == "refused"
    assert "quay.png" in (receipt.error or "")
    assert (matrix_server.media, matrix_server.posts) == ({}, [])


@pytest.mark.parametrize("fault", ["close_after", "500_after", "garbage", "429"])
def test_a_failed_upload_refuses_the_message_because_nothing_was_posted(matrix_server, tmp_path, fault):
    matrix_server.misbehave(fault, on="/upload")
    matrix = channel(matrix_server)
    [receipt] = send_all(matrix, planned(matrix, "One", media=image(tmp_path)))

    assert receipt.outcome == "refused"
    assert receipt.error
    assert matrix_server.posts == []


def test_an_image_that_the_homeserver_does_not_take_is_named(matrix_server, tmp_path):
    matrix_server.upload_size = 10
    matrix = channel(matrix_server)
    [receipt] = send_all(matrix, planned(matrix, "One", media=image(tmp_path)))

    assert receipt.error == "the homeserver does not take the image quay.png: Upload request body is too large"


@pytest.mark.parametrize("session", ["access_token", "other_token"])
@outcomes
def test_an_outcome_is_what_can_be_known(matrix_server, fault, outcome, standing, session):
    """And what cannot be known, the room tells, also to another session of the account."""
    matrix_server.misbehave(fault)
    matrix = channel(matrix_server)
    matrix.server.timeouts = patience(fault)
    [request] = planned(matrix, HEADLINE)
    receipt = matrix.send(request, [])

    assert receipt.outcome == outcome
    assert receipt.error
    assert "\n" not in receipt.error
    assert len(matrix_server.posts) == standing
    if outcome == "unknown":
        found = channel(matrix_server, access_token=getattr(matrix_server, session)).find(request)
        assert (found.id if found else None) == (matrix_server.posts[0].id if standing else None)


def test_a_repeat_by_the_same_session_is_the_message_that_stands_there_already(matrix_server):
    """By another session, or once the homeserver has forgotten, it is a second one: the room is read before that."""
    matrix = channel(matrix_server)
    [request] = planned(matrix, "One")
    first = matrix.send(request, [])

    assert matrix.send(request, []) == first
    assert len(matrix_server.posts) == 1

    matrix_server.remembers = False
    assert matrix.send(request, []).id != first.id
    assert not Matrix.capabilities.repeatable


def test_a_key_says_when_a_message_was_planned_and_is_another_for_each_plan():
    at = datetime(2026, 12, 1, 10, tzinfo=timezone(timedelta(hours=1)))
    [one] = planned(offline(), "One", at=at)
    [rendered] = offline().render(Variant("matrix", "matrix", "brief", "en", (Post(as_rich("One")),), CANONICAL))

    assert one.key.startswith(f"{1796115600000:x}-")
    assert one.url.endswith(f"/send/m.room.message/{one.key}")
    assert one.json == rendered.json
    assert [one] == planned(offline(), "One", at=at)
    assert one.key != planned(offline(), "One", at=at + timedelta(seconds=1))[0].key
    assert one.key != planned(offline(), "Two", at=at)[0].key


def test_messages_of_a_thread_are_found_each_by_itself(matrix_server):
    for session in ("access_token", "other_token"):
        matrix = channel(matrix_server, access_token=getattr(matrix_server, session))
        requests = planned(matrix, HEADLINE, "Same", "Same")
        receipts = send_all(matrix, requests)

        assert [matrix.find(request) for request in requests] == receipts
        assert matrix.find(planned(matrix, "Never")[0]) is None


def test_an_older_message_with_the_same_text_is_not_ours(matrix_server):
    matrix, other = channel(matrix_server), channel(matrix_server, access_token=matrix_server.other_token)
    old, new = planned(matrix, "One", at=datetime.now(UTC) - timedelta(days=30)) + planned(matrix, "One")
    sent = matrix.send(old, [])
    matrix_server.made[sent.id] -= 30 * 86_400_000

    assert (matrix.find(new), other.find(new)) == (None, None)
    assert (matrix.find(old), other.find(old)) == (sent, sent)


def test_a_clock_that_is_a_little_off_hides_no_message(matrix_server):
    matrix = channel(matrix_server, access_token=matrix_server.other_token)
    [request] = planned(matrix, "One")
    sent = matrix.send(request, [])
    matrix_server.made[sent.id] -= 180_000

    assert matrix.find(request) == sent


@pytest.mark.parametrize("filters", [True, False])
def test_a_message_is_found_behind_many_others(matrix_server, filters):
    """Up to five pages are read; where they do not reach back to the planning, nobody can tell."""
    matrix_server.filters = filters
    matrix = channel(matrix_server)
    one, gone = planned(matrix, "One")[0], planned(matrix, "Gone")[0]
    sent = matrix.send(one, [])
    for number in range(300):
        matrix_server.post({"msgtype": "m.text", "body": f"Later {number}"})
        if number < 100:
            matrix_server.post({"msgtype": "m.text", "body": "Gone"}, sender="@somebody:social.example")

    assert matrix.find(one) == sent
    assert matrix.find(gone) is None

    for number in range(250):
        matrix_server.post({"msgtype": "m.text", "body": f"Still later {number}"})

    assert matrix.find(gone) == Receipt(
        "unknown", error="the account has posted too much in the room since this one was planned"
    )


TEXT = {"msgtype": "m.text", "body": "One", "formatted_body": "One"}


@pytest.mark.parametrize(
    ("more", "outcome"),
    [
        ({}, "sent"),
        ({"unsigned": {"transaction_id": "another"}}, None),
        ({"unsigned": None}, "sent"),
        ({"content": {**TEXT, "m.relates_to": {"rel_type": "m.thread", "event_id": "$1"}}}, "unknown"),
        ({"content": {**TEXT, "m.relates_to": {"m.in_reply_to": {"event_id": "$1"}}}}, "sent"),
        ({"content": {"msgtype": "m.text", "body": "* One", "m.new_content": TEXT}}, None),
        ({"content": {**TEXT, "body": "Another"}}, None),
        ({"content": {}}, "unknown"),
        ({"content": None}, "unknown"),
        ({"content": {}, "unsigned": {"transaction_id": "another"}}, None),
        ({"sender": "@somebody:social.example"}, None),
        ({"type": "m.room.encrypted"}, None),
        ({"origin_server_ts": 17}, None),
        ({"origin_server_ts": None}, "unknown"),
        ({"origin_server_ts": "yesterday"}, "unknown"),
        ({"event_id": None}, "unknown"),
        ({"event_id": "17"}, "unknown"),
    ],
)
def test_a_message_of_another_session_is_ours_only_where_that_can_be_told(matrix_server, more, outcome):
    matrix = channel(matrix_server)
    [request] = planned(matrix, "One")
    sent = channel(matrix_server, access_token=matrix_server.other_token).send(request, [])
    matrix_server.more[sent.id] = more
    found = matrix.find(request)

    assert (found.outcome if found else None) == outcome


def test_a_message_that_was_taken_back_is_known_by_its_transaction(matrix_server):
    """It stood there once, and somebody did not want it: it is not sent again."""
    matrix = channel(matrix_server)
    [request] = planned(matrix, "One")
    sent = matrix.send(request, [])
    matrix_server.more[sent.id] = {"content": {}}

    assert matrix.find(request) == sent


@pytest.mark.parametrize(
    "answer",
    [
        Reply(500, b"<html>"),
        Reply(200, b"<html>"),
        Reply(200, {}),
        Reply(200, {"chunk": None}),
        Reply(200, [7]),
        Reply(200, None),
        Reply(403, {"errcode": "M_FORBIDDEN", "error": "Forbidden"}),
    ],
)
def test_a_room_that_cannot_be_read_says_nothing_about_this_message(matrix_server, monkeypatch, answer):
    monkeypatch.setattr(matrix_server, "_messages", lambda *_args: answer)
    found = channel(matrix_server).find(planned(channel(matrix_server), "One")[0])

    assert found is not None
    assert found.outcome == "unknown"
    assert (found.error or "").startswith("the room cannot be read: ")


def test_what_is_no_event_among_events_is_passed_over(matrix_server, monkeypatch):
    monkeypatch.setattr(matrix_server, "_messages", lambda *_args: Reply(200, {"chunk": [7, None, [], {}]}))

    assert channel(matrix_server).find(planned(channel(matrix_server), "One")[0]) is None


def test_pages_without_end_are_not_read_without_end(matrix_server, monkeypatch):
    monkeypatch.setattr(matrix_server, "_messages", lambda *_args: Reply(200, {"chunk": [], "end": "again"}))
    found = channel(matrix_server).find(planned(channel(matrix_server), "One")[0])

    assert found is not None
    assert found.outcome == "unknown"
    assert len(matrix_server.requests) == 6


def test_without_a_key_nobody_can_tell(matrix_server):
    matrix = channel(matrix_server)
    [request] = matrix.render(Variant("matrix", "matrix", "brief", "en", (Post(as_rich("One")),), None))

    assert matrix.find(request) == Receipt("unknown", error="it is not known when this message was planned")
    assert matrix_server.requests == []


@pytest.mark.parametrize(
    ("change", "text", "words"),
    [
        ({}, "x" * 33_000, "event too large"),
        ({}, " ", "'body' not a string type"),
        (
            {"access_token": "another"},
            "One",
            "127.0.0.1 does not take this token: check access_token (Invalid access token passed.)",
        ),
        ({"access_token": "tökén"}, "One", "this is no access token; check access_token"),
        ({"access_token": "two words\n"}, "One", "this is no access token; check access_token"),
        (
            {"room": "!other:a.example"},
            "One",
            f"User {ME} not in room !other:a.example: invite the account to the room, accept, and let it write there",
        ),
    ],
)
def test_a_refusal_is_in_the_servers_words(matrix_server, change, text, words):
    matrix = channel(matrix_server, **change)
    [receipt] = send_all(matrix, planned(matrix, text))

    assert receipt == Receipt("refused", error=words)


def test_an_account_that_may_not_write_is_refused(matrix_server):
    matrix_server.state["m.room.power_levels"] = {"events_default": 50}
    matrix = channel(matrix_server)
    [receipt] = send_all(matrix, planned(matrix, "One"))

    assert receipt.outcome == "refused"
    assert "You don't have permission to post" in (receipt.error or "")
    with pytest.raises(ChannelError, match=f"{ME} may not write in the room "):
        matrix.whoami()


def test_nothing_is_sent_to_an_encrypted_room(matrix_server):
    matrix_server.state["m.room.encryption"] = {"algorithm": "m.megolm.v1.aes-sha2"}
    matrix = channel(matrix_server)
    [receipt] = send_all(matrix, planned(matrix, "One"))

    assert receipt.outcome == "refused"
    assert "the room is encrypted" in (receipt.error or "")
    assert matrix_server.posts == []
    with pytest.raises(ChannelError, match="the room is encrypted"):
        matrix.whoami()


def test_an_answer_to_a_message_that_is_not_known_is_refused(matrix_server):
    matrix = channel(matrix_server)
    _, second = planned(matrix, "One", "Two")

    assert matrix.send(second, [Receipt("sent")]).error == (
        "nothing was sent: the message that this one answers is not known"
    )
    assert matrix.send(second, [Receipt("sent", id="$gone")]).outcome == "refused"
    assert matrix_server.posts == []


@pytest.mark.parametrize(
    ("headers", "body", "wait"),
    [
        ({"Retry-After": "7"}, {"retry_after_ms": 100}, 7.0),
        ({}, {"retry_after_ms": 4500}, 4.5),
        ({"Retry-After": "Wed, 21 Oct 2015 07:28:00 GMT"}, {"retry_after_ms": 900}, 0.0),
        ({"Retry-After": "9" * 40}, {}, 60.0),
        ({}, {"retry_after_ms": "soon"}, 60.0),
        ({}, {"retry_after_ms": -1}, 60.0),
        ({}, [], 60.0),
    ],
)
def test_a_rate_limit_says_how_long_to_wait(matrix_server, monkeypatch, headers, body, wait):
    monkeypatch.setattr(matrix_server, "_create", lambda *_args: Reply(429, body, headers))
    [receipt] = send_all(channel(matrix_server), planned(channel(matrix_server), "One"))
    words = f"too many requests to 127.0.0.1; try again in {math.ceil(wait)} seconds"

    assert receipt == Receipt("refused", error=words, wait=wait)


@settings(max_examples=examples(500))
@given(st.text(), st.none() | st.integers() | st.floats() | st.text() | st.booleans() | st.lists(st.integers()))
def test_whatever_a_rate_limit_says_the_pause_is_none_below_zero(header, asked):
    body = json.dumps({"errcode": "M_LIMIT_EXCEEDED", "retry_after_ms": asked}).encode()
    wait = seconds_to_wait(AnswerError(429, body, {"retry-after": header}))

    assert 0 <= wait < 10**8


@pytest.mark.parametrize(
    ("reply", "outcome", "wait"),
    [
        (Reply(503, b"<html>", {"Retry-After": "20"}), "refused", 20.0),
        (Reply(503, b"<html>"), "unknown", None),
        (Reply(500, b"<html>", {"Retry-After": "20"}), "unknown", None),
    ],
)
def test_a_busy_server_is_tried_again_only_where_it_says_when(matrix_server, monkeypatch, reply, outcome, wait):
    monkeypatch.setattr(matrix_server, "_create", lambda *_args: reply)
    [receipt] = send_all(channel(matrix_server), planned(channel(matrix_server), "One"))

    assert (receipt.outcome, receipt.wait) == (outcome, wait)


@pytest.mark.parametrize("fault", ["500_after", "close_before"])
@pytest.mark.parametrize("path", ["directory", "m.room.encryption"])
def test_what_fails_before_the_message_may_be_tried_again_at_once(matrix_server, fault, path):
    """Nothing stands in the room yet, whatever became of the question."""
    matrix_server.misbehave(fault, on=path)
    matrix = channel(matrix_server, room=matrix_server.alias)
    [first] = planned(matrix, "One")
    receipts = [matrix.send(first, []), matrix.send(first, [])]

    assert [(receipt.outcome, receipt.wait) for receipt in receipts] == [("refused", 0.0), ("sent", None)]
    assert len(matrix_server.posts) == 1


@pytest.mark.parametrize("body", [{}, [], None, {"event_id": None}, {"event_id": 17}, {"event_id": "17"}, "$17"])
def test_a_success_without_an_id_is_unknown(matrix_server, monkeypatch, body):
    monkeypatch.setattr(matrix_server, "_create", lambda *_args: Reply(200, body))
    [receipt] = send_all(channel(matrix_server), planned(channel(matrix_server), "One"))

    assert receipt == Receipt("unknown", error="the homeserver answered without the id of an event")


@pytest.mark.parametrize(
    "body", [{}, [], None, "no", b"<html>no</html>", b"\xff\xfe", {"errcode": None}, {"error": {}}]
)
def test_a_refusal_is_one_whatever_its_body_looks_like(matrix_server, monkeypatch, body):
    monkeypatch.setattr(matrix_server, "_create", lambda *_args: Reply(400, body))
    [receipt] = send_all(channel(matrix_server), planned(channel(matrix_server), "One"))

    assert receipt == Receipt("refused", error="127.0.0.1 answered 400")


@pytest.mark.parametrize("status", [301, 307, 308])
def test_a_redirect_is_not_followed(matrix_server, monkeypatch, status):
    target = {"Location": f"{matrix_server.url}/_matrix/client/v3/account/whoami"}
    monkeypatch.setattr(matrix_server, "_create", lambda *_args: Reply(status, {}, target))
    [receipt] = send_all(channel(matrix_server), planned(channel(matrix_server), "One"))

    assert receipt == Receipt("refused", error=f"{matrix_server.url} redirects elsewhere; check api_url")
    assert not any(call.path.endswith("whoami") for call in matrix_server.requests)


def test_a_link_is_given_also_where_the_accounts_server_cannot_be_asked_for(matrix_server):
    matrix_server.misbehave("500_after", on="whoami")
    [receipt] = send_all(channel(matrix_server), planned(channel(matrix_server), "One"))

    assert receipt.outcome == "sent"
    assert (receipt.url or "").endswith("?via=social.example")


def test_a_server_that_is_down_refuses_and_takes_the_message_once_it_is_back(matrix_server):
    matrix = channel(matrix_server)
    first, second = planned(matrix, "One", "Two")
    receipt = matrix.send(first, [])
    matrix_server.stop()
    down = matrix.send(second, [receipt])
    matrix_server.start()
    up = matrix.send(second, [receipt])

    assert (receipt.outcome, down.outcome, up.outcome) == ("sent", "refused", "sent")
    assert (down.error or "").startswith(f"could not reach 127.0.0.1:{matrix_server.port}: ")


def test_the_account_behind_the_token_is_named_once_it_may_write_in_the_room(matrix_server):
    account = channel(matrix_server, room=matrix_server.alias).whoami()

    assert account.handle == "@press:social.example"
    assert all(
        account.is_called(name)
        for name in ("press:social.example", "@Press", "#news:social.example", "!aBcDeF:social.example")
    )
    assert not account.is_called("@press:other.example")
    assert not account.is_called("")


def test_an_account_that_is_not_in_the_room_is_said_to_be_invited(matrix_server):
    matrix_server.joined = False
    with pytest.raises(ChannelError) as caught:
        channel(matrix_server, room=matrix_server.alias).whoami()

    assert str(caught.value) == (
        f"{ME} is not in the room #news:social.example: invite it, and accept the invitation in its name"
    )


@pytest.mark.parametrize(("size", "fine"), [(50_000_000, True), (10_000_000, True), (None, True), (9_999_999, False)])
def test_a_homeserver_that_takes_smaller_images_is_noticed(matrix_server, size, fine):
    """The setting is named, and with it put right all is well."""
    matrix_server.upload_size = size
    if not fine:
        with pytest.raises(ChannelError, match=f"set max_upload_size: {size} in channels.yaml"):
            channel(matrix_server).whoami()

    assert channel(matrix_server, **({} if fine else {"max_upload_size": size})).whoami().is_called("@press")


@pytest.mark.parametrize("path", ["", "/nothing"])
@pytest.mark.parametrize("body", [b"<html>Not found</html>", {"errcode": "M_UNRECOGNIZED", "error": "Unrecognized"}])
def test_a_website_that_is_no_homeserver_is_said_to_be_none(matrix_server, monkeypatch, path, body):
    monkeypatch.setattr(matrix_server, "answer", lambda _call: Reply(404, body))
    with pytest.raises(ChannelError, match="answered 404: no Matrix homeserver is there; check api_url"):
        channel(matrix_server, api_url=matrix_server.url + path).whoami()


@pytest.mark.parametrize("path", ["whoami", "joined_rooms", "directory", "power_levels", "media/config"])
@pytest.mark.parametrize("fault", ["500_after", "garbage", "429", "close_before"])
def test_what_cannot_be_asked_is_an_error_in_one_line(matrix_server, path, fault):
    matrix_server.misbehave(fault, on=path)
    matrix = channel(matrix_server, room=matrix_server.alias)
    if fault == "garbage" and path in ("power_levels", "media/config"):
        assert matrix.whoami().is_called("@press")
        return
    with pytest.raises(ChannelError) as caught:
        matrix.whoami()

    assert len(str(caught.value).splitlines()) == 1
    assert str(caught.value) != "None"


@pytest.mark.parametrize(
    ("levels", "creation", "may"),
    [
        ({}, {}, True),
        ({"events_default": 50}, {}, False),
        ({"events_default": 50, "users": {ME: 50}}, {}, True),
        ({"events_default": 50, "users_default": 60}, {}, True),
        ({"events_default": 0, "events": {"m.room.message": 10}}, {}, False),
        ({"events_default": 90, "events": {"m.room.message": 10}, "users": {ME: 10}}, {}, True),
        ({"users": {ME: -1}}, {}, False),
        ({"events_default": "50", "users": {ME: "50"}}, {}, True),
        ({"events_default": 50, "users": []}, {"sender": ME, "content": {"room_version": "11"}}, False),
        ({"events_default": 50}, {"sender": ME, "content": {"room_version": "12"}}, True),
        ({"events_default": 50}, {"sender": "@b:c", "content": {"room_version": "12"}}, False),
        (
            {"events_default": 50},
            {"sender": "@b:c", "content": {"room_version": "12", "additional_creators": [ME]}},
            True,
        ),
        ({"events_default": 50}, {"sender": ME, "content": {"room_version": "org.example.own"}}, False),
    ],
)
def test_whether_an_account_may_write_is_by_the_rooms_levels(levels, creation, may):
    assert may_post(levels, creation, ME) is may


EVENT = "$cG5SYKUSocW_trv2SrqBSwR6PQT7rnGgKK8IcsTVb-s"


@pytest.mark.parametrize(
    ("url", "room"),
    [
        (f"https://matrix.to/#/!aBc:social.example/{EVENT}?via=social.example&via=b.example", "!aBc:social.example"),
        (f" https://matrix.to/#/%21aBc%3Asocial.example/%24{EVENT[1:]}/ ", "!aBc:social.example"),
        (f"https://app.element.io/#/room/!aBc:social.example/{EVENT}", "!aBc:social.example"),
        (f"https://matrix.to/#/%23news:social.example/{EVENT}", None),
    ],
)
def test_a_link_of_a_message_gives_its_id(url, room):
    [request] = planned(offline(), "One")
    receipt = offline().receipt_for(url, request)

    assert (receipt.outcome, receipt.id, receipt.url) == ("sent", EVENT, url.strip())
    assert receipt.data.get("room") == room


@pytest.mark.parametrize(
    "url",
    [
        "",
        EVENT,
        "https://matrix.to/#/!aBc:social.example",
        f"https://matrix.to/#/{EVENT}",
        "https://matrix.to/#/!aBc:social.example/17",
        "https://matrix.to/#/!aBc:social.example/$",
        f"https://matrix.to/!aBc:social.example/{EVENT}",
        f"https://matrix.to/#/@press:social.example/{EVENT}",
        "https://[social.example/#/",
    ],
)
def test_any_other_link_is_refused_in_one_line(url):
    with pytest.raises(ChannelError, match="is not the link of a post") as caught:
        offline().receipt_for(url, planned(offline(), "One")[0])

    assert len(str(caught.value).splitlines()) == 1


def test_a_link_into_another_room_is_refused():
    with pytest.raises(ChannelError, match="is a message in another room than "):
        offline().receipt_for(f"https://matrix.to/#/!xYz:social.example/{EVENT}", planned(offline(), "One")[0])


def test_a_mention_notifies_and_everybody_else_is_left_alone(matrix_server):
    matrix = channel(matrix_server)
    text = RichText((Span("@room, ask "), Span("@ada:social.example", mention="@ada:social.example")))
    [receipt] = send_all(matrix, planned(matrix, text))

    assert receipt.outcome == "sent"
    assert matrix_server.posts[0].raw["m.mentions"] == {"user_ids": ["@ada:social.example"]}


def test_no_token_gets_into_errors_tracebacks_or_logs(matrix_server, caplog, tmp_path):
    caplog.set_level(logging.DEBUG)
    matrix = channel(matrix_server)
    wrong = channel(matrix_server, access_token="wrong-token-77")
    broken = channel(matrix_server)
    broken.server.url = "http://127.0.0.1:notaport"
    receipts: list[Receipt | None] = []
    for fault in ("garbage", "500_after", "close_after", "429"):
        matrix_server.misbehave(fault)
        receipts += send_all(matrix, planned(matrix, "One", media=image(tmp_path)))
    for each in (wrong, broken):
        receipts += send_all(each, planned(each, "One"))
        receipts.append(each.find(planned(each, "One")[0]))
    matrix_server.stop()
    with pytest.raises(ChannelError) as caught:
        matrix.whoami()
    written = caplog.text + repr(receipts) + "".join(traceback.format_exception(caught.value)) + repr(matrix.settings)

    assert "/send/m.room.message/" in caplog.text
    for secret in (matrix_server.access_token, "wrong-token-77"):
        assert secret not in written


@pytest.mark.usefixtures("dead_proxies")
def test_proxies_of_the_environment_are_not_for_this_machine(matrix_server):
    [receipt] = send_all(channel(matrix_server), planned(channel(matrix_server), "One"))

    assert receipt.outcome == "sent"


def test_a_message_that_somebody_edited_is_not_taken_for_lost():
    """Another session is told no transaction id, and a homeserver may give the new text for the old one."""
    told = {"event_id": "$a", "content": {"msgtype": "m.text", "body": "New"}, "unsigned": {}}
    wanted = {"msgtype": "m.text", "body": "Old"}
    edited = {**told, "unsigned": {"m.relations": {"m.replace": {"event_id": "$b"}}}}

    assert find_among([told], "key", wanted, answers=False) is None
    assert "edited" in str(find_among([told, edited], "key", wanted, answers=False))
    assert find_among([{**edited, "content": wanted}], "key", wanted, answers=False)["event_id"] == "$a"
