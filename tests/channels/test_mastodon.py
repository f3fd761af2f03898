"""Mastodon, against a stand-in that counts, escapes and links as its server does."""

from __future__ import annotations

import logging
import traceback
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from compose.test_layouts import ALL, releases
from examples import examples
from hypothesis import example, given, settings
from hypothesis import strategies as st
from sending import images, outcomes, patience, send_all
from servers.base import Reply, picture
from servers.mastodon import as_html, counted
from servers.specs import mastodon_faults

from publisher.channels.base import ChannelError, Receipt
from publisher.channels.mastodon import Mastodon
from publisher.channels.mastodon_answers import bare, comparable
from publisher.compose.composing import Wishes, compose
from publisher.compose.model import Post, Variant
from publisher.config.model import Organisation
from publisher.release.model import Media
from publisher.text.rich import RichText, Span, as_rich, join, link

CANONICAL = "https://harbour.example.org/quiet?a=1&b=2"
HEADLINE = join([as_rich("Harbour & town agree on <quiet> nights 🎉").marked(bold=True), "\n\n", link(CANONICAL)])


def offline(**changes):
    settings = {"access_token": "${MASTODON_TOKEN}", "api_url": "https://social.example/", **changes}
    return Mastodon("mastodon", Mastodon.Settings(**settings), Path())


SOON = datetime.now(UTC) + timedelta(hours=1)


def variant(*texts, media=()):
    posts = tuple(Post(as_rich(text), () if index else media) for index, text in enumerate(texts))
    return Variant("mastodon", "mastodon", "thread", "en", posts, CANONICAL)


def channel(server, **changes):
    mastodon = Mastodon("mastodon", Mastodon.Settings(**{**server.settings(), **changes}), Path())
    mastodon.processing = (0.0, 3)
    return mastodon


def planned(mastodon, *texts, media=(), at=None):
    at = at or datetime.now(UTC)
    requests = mastodon.render(variant(*texts, media=media))
    return [mastodon.stamp(request, at, f"{request.json}/{index}") for index, request in enumerate(requests)]


def test_a_rendered_request_is_complete_and_holds_no_secret():
    first, second = offline().render(variant(HEADLINE, "Two", media=(Media("a.png", "A quay"),)))

    assert first.method == "POST"
    assert first.url == "https://social.example/api/v1/statuses"
    assert first.headers == {"Authorization": "Bearer •••", "Content-Type": "application/json"}
    assert first.json == {
        "status": f"Harbour & town agree on <quiet> nights 🎉\n\n{CANONICAL}",
        "visibility": "public",
        "language": "en",
    }
    assert [(upload.path, upload.alt) for upload in first.uploads] == [("a.png", "A quay")]
    assert (first.reply_to, second.reply_to) == (None, 0)


def test_a_link_behind_words_leaves_the_words_alone():
    """The network knows no such links, and an address in the middle of a sentence is not what was written."""
    [request] = offline().render(variant(join(["See ", link(CANONICAL, "the plan"), "."])))

    assert request.json["status"] == "See the plan."


def test_a_channel_can_carry_what_its_settings_say_that_the_server_takes():
    can = offline(
        max_characters=5000, characters_reserved_per_url=40, max_media_attachments=16, description_limit=2000
    ).capabilities

    assert [limit.most for limit in can.limits] == [5000]
    assert can.limits[0].count(as_rich(CANONICAL)) == 40
    assert (can.media_max, can.alt_max) == (16, 2000)
    assert (Mastodon.capabilities.limits[0].most, Mastodon.capabilities.media_max) == (500, 4)


@pytest.mark.parametrize(
    ("visibility", "words"),
    [
        ("unlisted", "in no public timeline"),
        ("private", "only followers see the posts"),
        ("direct", "nobody sees the posts"),
    ],
)
def test_posts_that_not_everybody_sees_are_said_to_be_such(visibility, words):
    mastodon = offline(visibility=visibility)
    [request] = mastodon.render(variant("One"))

    assert request.json["visibility"] == visibility
    assert [words in note for note in mastodon.notes([request])] == [True]


@pytest.mark.parametrize(
    ("text", "strangers"),
    [
        ("Ada Moor (@ada@social.example) said so.", []),
        ("Ada Moor (@Ada@Social.example) said so.", []),
        ("Write to press@harbour.example or https://social.example/@bob.", []),
        ("Ask @bob, or @everyone!", ["@bob", "@everyone"]),
        ("Ask @b.ob@news.harbour.example. @bob", ["@b.ob@news.harbour.example", "@bob"]),
        ("@ada is another one", ["@ada"]),
        ("Nobody @ home, and 5 @ 3", []),
    ],
)
def test_whoever_would_be_notified_without_being_asked_for_is_named(text, strangers):
    mastodon = offline()
    mastodon.organisation = Organisation(mentions={"Ada Moor": {"mastodon": "@ada@social.example"}})
    notes = mastodon.notes(mastodon.render(variant("One", text)))

    assert [f"names {', '.join(strangers)}, and" in note for note in notes] == ([True] if strangers else [])


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script> & <!channel> _*[`~",
        "\u202e\u202e\u202etfel ot thgir",
        "e" + "\u0301" * 300,
        "\\u003c &lt; %3C {{ }} ${TOKEN}",
    ],
)
def test_signs_that_are_markup_elsewhere_stand_as_they_are(text):
    [request] = offline().render(variant(RichText((Span(text, bold=True, italic=True, code=True),))))

    assert request.json["status"] == text


@settings(max_examples=examples(300))
@given(releases, st.sampled_from(["thread", "single", "brief"]), st.booleans(), st.sampled_from([(500, 23), (300, 40)]))
def test_no_post_is_ever_over_the_servers_limit_or_empty(release, layout, numbering, server):
    """Whatever the release, by a count of another make; and the same release gives the same requests."""
    most, per_url = server
    mastodon = offline(max_characters=most, characters_reserved_per_url=per_url)
    wishes = Wishes("mastodon", "mastodon", layout=layout, sections=ALL, numbering=numbering)
    written = compose(release, mastodon.capabilities, wishes, CANONICAL)
    requests = mastodon.render(written)

    assert requests == mastodon.render(compose(release, mastodon.capabilities, wishes, CANONICAL))
    for request in requests:
        assert request.json["status"].strip()
        assert counted(request.json["status"], per_url) <= most


def test_a_thread_stands_on_the_network_as_answers_to_itself(mastodon_server):
    mastodon = channel(mastodon_server, api_url=f"{mastodon_server.url}/")
    receipts = send_all(mastodon, planned(mastodon, HEADLINE, "Two", "Three"))

    assert [receipt.outcome for receipt in receipts] == ["sent"] * 3
    assert [post.text for post in mastodon_server.posts] == [HEADLINE.plain, "Two", "Three"]
    assert [post.reply_to for post in mastodon_server.posts] == [None, receipts[0].id, receipts[1].id]
    assert receipts[0].url == f"https://social.example/@harbour_news/{receipts[0].id}"
    assert {call.headers["connection"] for call in mastodon_server.requests} == {"close"}


def test_what_is_on_the_wire_is_what_was_rendered(mastodon_server, tmp_path):
    mastodon = channel(mastodon_server)
    requests = planned(mastodon, HEADLINE, "Two", media=images(tmp_path, "a.png"))
    send_all(mastodon, requests)
    calls = [call for call in mastodon_server.requests if mastodon_server.publishes(call)]
    wire = [{key: value for key, value in call.json().items() if not key.endswith(("_id", "_ids"))} for call in calls]

    assert wire == [request.json for request in requests]
    assert [call.headers["idempotency-key"] for call in calls] == [request.key for request in requests]


@pytest.mark.parametrize("looks", [0, 1, 3])
def test_images_go_along_with_their_alternative_text_once_the_server_is_done_with_them(
    mastodon_server, tmp_path, looks
):
    mastodon_server.looks = looks
    mastodon = channel(mastodon_server)
    names = ("a.png", "b.jpg", "c.gif", "d.webp")
    first, second = send_all(mastodon, planned(mastodon, HEADLINE, "Two", media=images(tmp_path, *names)))

    assert (first.outcome, second.outcome) == ("sent", "sent")
    assert mastodon_server.posts[0].media == tuple((f"What {name} shows", picture(name)) for name in names)
    assert mastodon_server.posts[1].media == ()


def test_an_image_that_is_not_ready_in_time_refuses_the_post(mastodon_server, tmp_path):
    mastodon_server.looks = 4
    mastodon = channel(mastodon_server)
    [receipt] = send_all(mastodon, planned(mastodon, "One", media=images(tmp_path, "a.png")))

    assert receipt == Receipt("refused", error="the server is not done with the image a.png in time; try again")
    assert mastodon_server.posts == []


def test_an_image_that_the_server_cannot_work_on_refuses_the_post(mastodon_server, tmp_path, monkeypatch):
    mastodon_server.looks = 1
    error = "Error processing thumbnail for uploaded media"
    monkeypatch.setattr(mastodon_server, "_image", lambda _call: Reply(422, {"error": error}))
    mastodon = channel(mastodon_server)
    [receipt] = send_all(mastodon, planned(mastodon, "One", media=images(tmp_path, "a.png")))

    assert receipt == Receipt("refused", error=f"the server does not take the image a.png: {error}")
    assert mastodon_server.posts == []


@pytest.mark.parametrize("content", [b"", b"GIF89a", None])
def test_an_image_that_cannot_go_along_refuses_the_post(mastodon_server, tmp_path, content):
    mastodon = channel(mastodon_server)
    media = images(tmp_path, "a.png")
    if content is None:
        (tmp_path / "a.png").unlink()
    else:
        (tmp_path / "a.png").write_bytes(content)
    [receipt] = send_all(mastodon, planned(mastodon, "One", media=media))

    assert receipt.outcome == "refused"
    assert "a.png" in (receipt.error or "")
    assert mastodon_server.requests == []


@pytest.mark.parametrize("fault", ["close_after", "500_after", "garbage", "429"])
def test_a_failed_upload_refuses_the_post_because_nothing_was_posted(mastodon_server, tmp_path, fault):
    mastodon_server.misbehave(fault, on="/api/v2/media")
    mastodon = channel(mastodon_server)
    [receipt] = send_all(mastodon, planned(mastodon, "One", media=images(tmp_path, "a.png")))

    assert receipt.outcome == "refused"
    assert receipt.error
    assert mastodon_server.posts == []


def test_every_post_keeps_to_the_description_of_the_api(mastodon_server, tmp_path):
    mastodon = channel(mastodon_server, visibility="unlisted")
    send_all(mastodon, planned(mastodon, HEADLINE, "Two", media=images(tmp_path, "a.png")))
    bodies = [call.json() for call in mastodon_server.requests if mastodon_server.publishes(call)]

    assert [mastodon_faults(name, body) for name, body in zip(("MediaStatus", "TextStatus"), bodies, strict=True)] == [
        [],
        [],
    ]
    assert mastodon_faults("TextStatus", {"visibility": "all", "text": 1}) != []


@pytest.mark.parametrize("knows_keys", [True, False])
@outcomes
def test_an_outcome_is_what_can_be_known(mastodon_server, fault, outcome, standing, knows_keys):
    """And what cannot be known, the account's posts tell, whether the server knows keys or not."""
    mastodon_server.knows_keys = knows_keys
    mastodon_server.misbehave(fault)
    mastodon = channel(mastodon_server)
    mastodon.timeouts = patience(fault)
    [request] = planned(mastodon, HEADLINE)
    receipt = mastodon.send(request, [])
    mastodon.timeouts = (10.0, 60.0)

    assert receipt.outcome == outcome
    assert receipt.error
    assert "\n" not in receipt.error
    assert len(mastodon_server.posts) == standing
    if outcome == "unknown":
        found = mastodon.find(request)
        assert found == (
            Receipt("sent", id=mastodon_server.posts[0].id, url=f"https://social.example/@harbour_news/{found.id}")
            if standing
            else None
        )


def test_a_repeat_within_the_hour_is_the_post_that_stands_there_already(mastodon_server):
    mastodon = channel(mastodon_server)
    [request] = planned(mastodon, "One")
    first = mastodon.send(request, [])

    assert mastodon.send(request, []) == first
    assert len(mastodon_server.posts) == 1


def test_a_key_says_for_when_a_post_was_planned():
    at = datetime(2026, 12, 1, 10, tzinfo=timezone(timedelta(hours=1)))
    [one] = planned(offline(), "One", at=at)

    assert one.key.startswith("2026-12-01T09:00:00+00:00/")
    assert [one] == planned(offline(), "One", at=at)
    assert one.digest == planned(offline(), "One")[0].digest


words = st.text("a é<>&;\n🎉日@#/.", max_size=8) | st.sampled_from(
    [
        "https://harbour.example.org/a/long/path/that/is/cut?a=1&lt=2#top",
        "(http://harbour.example.org/)",
        "https://harbour.example/",
        "&amp;",
        "cafe\u0301",
        "@ada",
        "@ada@news.harbour.example",
        "press@harbour.example",
        "#Harbour",
        "\r\n",
        "\u200d\u202e",
    ]
)


@given(st.lists(words, max_size=8).map(" ".join))
@example("a@\né")
def test_a_post_is_known_again_whatever_the_server_makes_of_its_text(text):
    assert comparable(bare(as_html(text))) == comparable(text)


@pytest.mark.parametrize(
    ("text", "other"),
    [
        ("One 🎉", "One 🎊"),
        ("10 %", "100 %"),
        ("Two", "two"),
        ("@ada", "@bob"),
        ("https://harbour.example/1", "https://harbour.example/2"),
        ("One.", "One"),
        ("", "One"),
    ],
)
def test_another_text_is_another_post(text, other):
    assert comparable(bare(as_html(text))) != comparable(other)


def test_posts_of_a_thread_are_found_each_by_itself(mastodon_server):
    mastodon = channel(mastodon_server)
    requests = planned(mastodon, HEADLINE, "Two", "Three")
    receipts = send_all(mastodon, requests)

    assert [mastodon.find(request) for request in requests] == receipts
    assert mastodon.find(planned(mastodon, "Four")[0]) is None


def test_an_older_post_with_the_same_text_is_not_ours(mastodon_server):
    mastodon = channel(mastodon_server)
    old, new = planned(mastodon, "One", at=datetime.now(UTC) - timedelta(days=30)) + planned(mastodon, "One")
    sent = mastodon.send(old, [])
    mastodon_server.made[sent.id] -= timedelta(days=30)

    assert mastodon.find(new) is None
    assert mastodon.find(old) == sent


def test_a_clock_that_is_a_little_off_hides_no_post(mastodon_server):
    mastodon = channel(mastodon_server)
    [request] = planned(mastodon, "One")
    sent = mastodon.send(request, [])
    mastodon_server.made[sent.id] -= timedelta(minutes=3)

    assert mastodon.find(request) == sent


def test_a_post_is_found_behind_many_others(mastodon_server):
    """Up to five pages are read; where they do not reach back to the planning, nobody can tell."""
    mastodon = channel(mastodon_server)
    one, gone = planned(mastodon, "One")[0], planned(mastodon, "Gone")[0]
    sent = mastodon.send(one, [])
    for number in range(120):
        mastodon_server.post({"status": f"Later {number}"})

    assert mastodon.find(one) == sent
    assert mastodon.find(gone) is None

    for number in range(80):
        mastodon_server.post({"status": f"Still later {number}"})
    found = mastodon.find(gone)

    assert found is not None
    assert (found.outcome, found.error) == ("unknown", "the account has posted too much since this post was planned")


@pytest.mark.parametrize(
    ("more", "outcome"),
    [
        ({}, "sent"),
        ({"in_reply_to_id": "17"}, "unknown"),
        ({"content": "<p>One, put right</p>", "edited_at": "2026-11-24T13:05:00.000Z"}, "unknown"),
        ({"content": "<p>Another</p>"}, None),
        ({"reblog": {"id": "17"}}, None),
        ({"reblog": {"id": "17"}, "edited_at": "2026-11-24T13:05:00.000Z"}, None),
        ({"content": None}, None),
        ({"created_at": "2019-01-01T00:00:00.000Z"}, None),
        ({"created_at": None}, "unknown"),
        ({"created_at": "yesterday"}, "unknown"),
        ({"id": None}, "unknown"),
        ({"url": None}, "sent"),
    ],
)
def test_a_post_is_ours_only_where_that_can_be_told(mastodon_server, more, outcome):
    mastodon = channel(mastodon_server)
    [request] = planned(mastodon, "One")
    sent = mastodon.send(request, [])
    mastodon_server.more[sent.id] = more
    found = mastodon.find(request)

    assert (found.outcome if found else None) == outcome


@pytest.mark.parametrize(
    "answer",
    [
        Reply(500, b"<html>"),
        Reply(200, b"<html>"),
        Reply(200, {}),
        Reply(200, [7]),
        Reply(200, None),
        Reply(403, {"error": "This action is outside the authorized scopes"}),
    ],
)
def test_posts_that_cannot_be_read_say_nothing_about_this_one(mastodon_server, monkeypatch, answer):
    monkeypatch.setattr(mastodon_server, "_statuses", lambda _call: answer)
    mastodon = channel(mastodon_server)
    found = mastodon.find(planned(mastodon, "One")[0])

    assert found is not None
    assert found.outcome == "unknown"
    assert (found.error or "").startswith("the account's posts cannot be read: ")


def test_without_a_key_nobody_can_tell(mastodon_server):
    mastodon = channel(mastodon_server)
    found = mastodon.find(mastodon.render(variant("One"))[0])

    assert found == Receipt("unknown", error="it is not known when this post was planned")


@pytest.mark.parametrize(
    ("change", "text", "words"),
    [
        ({}, "x" * 501, "Validation failed: Text character limit of 500 exceeded"),
        ({}, " ", "Validation failed: Text can't be blank"),
        (
            {"access_token": "another"},
            "One",
            "127.0.0.1 does not take this token: check access_token (The access token is invalid)",
        ),
    ],
)
def test_a_refusal_is_in_the_servers_words(mastodon_server, change, text, words):
    mastodon = channel(mastodon_server, **change)
    [receipt] = send_all(mastodon, planned(mastodon, text))

    assert receipt == Receipt("refused", error=words)


def test_an_answer_to_a_post_that_is_gone_is_refused(mastodon_server):
    mastodon = channel(mastodon_server)
    _, second = planned(mastodon, "One", "Two")

    assert mastodon.send(second, [Receipt("sent", id="17")]) == Receipt(
        "refused", error="The post you are trying to reply to does not appear to exist."
    )
    assert mastodon.send(second, [Receipt("sent")]).outcome == "refused"
    assert len(mastodon_server.requests) == 1


@pytest.mark.parametrize(
    "text", ["👩‍👧" * 500, " ".join(["https://harbour.example.org/" + "x" * 200] * 20), "e\u0301" * 500]
)
def test_a_text_of_500_as_the_server_counts_is_not_too_long(mastodon_server, text):
    mastodon = channel(mastodon_server)
    [receipt] = send_all(mastodon, planned(mastodon, text))

    assert mastodon.capabilities.limits[0].count(as_rich(text)) <= 500
    assert receipt.outcome == "sent"


def test_a_token_that_may_not_write_is_said_to_be_one(mastodon_server):
    mastodon_server.scopes -= {"write:statuses"}
    mastodon = channel(mastodon_server)
    [receipt] = send_all(mastodon, planned(mastodon, "One"))

    assert receipt == Receipt(
        "refused",
        error="This action is outside the authorized scopes: make a token with read:accounts, read:statuses, "
        "write:media and write:statuses",
    )


@pytest.mark.parametrize(
    ("headers", "words", "wait"),
    [
        ({"X-RateLimit-Reset": f"{SOON:%Y-%m-%dT%H:%M:%S.000000Z}"}, "try again after 20", 240),
        ({"X-RateLimit-Reset": str(int(SOON.timestamp()))}, "try again after 20", 240),
        ({"X-RateLimit-Reset": "soon", "Retry-After": "90"}, "try again in 90 seconds", 90),
        ({"Retry-After": "9" * 40}, "try again in 5 minutes", 300),
        ({}, "try again in 5 minutes", 300),
    ],
)
def test_a_rate_limit_says_when_to_try_again(mastodon_server, monkeypatch, headers, words, wait):
    monkeypatch.setattr(mastodon_server, "_create", lambda _call: Reply(429, {"error": "Too many requests"}, headers))
    [receipt] = send_all(channel(mastodon_server), planned(channel(mastodon_server), "One"))

    assert receipt.outcome == "refused"
    assert (receipt.error or "").startswith(f"too many requests to 127.0.0.1; {words}")
    assert wait <= (receipt.wait or 0) <= 3700


@pytest.mark.parametrize("body", [{}, [], None, {"id": None}, {"id": True}, {"id": ""}, "17", {"params": {}}])
def test_a_success_without_a_number_is_unknown(mastodon_server, monkeypatch, body):
    monkeypatch.setattr(mastodon_server, "_create", lambda _call: Reply(200, body))
    [receipt] = send_all(channel(mastodon_server), planned(channel(mastodon_server), "One"))

    assert receipt == Receipt("unknown", error="the server answered without the number of a post")


@pytest.mark.parametrize(
    "body", [{}, [], None, "no", b"<html>no</html>", b"\xff\xfe", {"error": None}, {"error": {}}, {"error": " "}]
)
def test_a_refusal_is_one_whatever_its_body_looks_like(mastodon_server, monkeypatch, body):
    monkeypatch.setattr(mastodon_server, "_create", lambda _call: Reply(422, body))
    [receipt] = send_all(channel(mastodon_server), planned(channel(mastodon_server), "One"))

    assert receipt == Receipt("refused", error="127.0.0.1 answered 422")


def test_a_redirect_is_not_followed(mastodon_server, monkeypatch):
    target = {"Location": f"{mastodon_server.url}/api/v1/accounts/verify_credentials"}
    monkeypatch.setattr(mastodon_server, "_create", lambda _call: Reply(301, {}, target))
    [receipt] = send_all(channel(mastodon_server), planned(channel(mastodon_server), "One"))

    assert receipt == Receipt("refused", error=f"{mastodon_server.url} redirects elsewhere; check api_url")
    assert len(mastodon_server.requests) == 1


def test_a_server_that_is_down_refuses_and_takes_the_post_once_it_is_back(mastodon_server):
    mastodon = channel(mastodon_server)
    first, second = planned(mastodon, "One", "Two")
    receipt = mastodon.send(first, [])
    mastodon_server.stop()
    down = mastodon.send(second, [receipt])
    mastodon_server.start()
    up = mastodon.send(second, [receipt])

    assert (receipt.outcome, down.outcome, up.outcome) == ("sent", "refused", "sent")
    assert (down.error or "").startswith(f"could not reach 127.0.0.1:{mastodon_server.port}: ")


def test_a_failed_tls_handshake_refuses_the_post(mastodon_server):
    mastodon = channel(mastodon_server, api_url=mastodon_server.url.replace("http:", "https:"))
    [receipt] = send_all(mastodon, planned(mastodon, "One"))

    assert receipt.outcome == "refused"
    assert "could not reach" in (receipt.error or "")


def test_the_account_behind_the_token_is_named_with_its_server(mastodon_server):
    account = channel(mastodon_server).whoami()

    assert account.handle == "@harbour_news@social.example"
    assert all(
        account.is_called(name)
        for name in ("@Harbour_News@social.example", "harbour_news", "109301", "https://social.example/@harbour_news")
    )
    assert not account.is_called("@harbour_news@other.example")
    assert not account.is_called("")


@pytest.mark.parametrize(
    ("where", "name", "theirs", "mine"),
    [
        ("statuses", "max_characters", 400, 500),
        ("statuses", "max_media_attachments", 2, 4),
        ("statuses", "characters_reserved_per_url", 40, 23),
        ("media_attachments", "description_limit", 420, 1500),
    ],
)
def test_a_server_that_allows_less_than_is_set_is_noticed(mastodon_server, where, name, theirs, mine):
    """The setting is named, and with it put right all is well."""
    mastodon_server.configuration[where][name] = theirs
    with pytest.raises(ChannelError) as caught:
        channel(mastodon_server).whoami()

    assert str(caught.value) == (
        f"127.0.0.1 has {name}: {theirs}, and the channel {mine}; set {name}: {theirs} in channels.yaml"
    )
    assert channel(mastodon_server, **{name: theirs}).whoami().is_called("harbour_news")


@pytest.mark.parametrize(
    "answer",
    [
        Reply(404, {"error": "Record not found"}),
        Reply(200, {}),
        Reply(200, {"configuration": {"statuses": {"max_characters": "400"}, "media_attachments": None}}),
        Reply(200, {"configuration": {"statuses": {"max_characters": 5000}}, "domain": None}),
    ],
)
def test_a_server_that_says_less_of_itself_or_allows_more_is_taken(mastodon_server, monkeypatch, answer):
    mastodon = channel(mastodon_server)
    monkeypatch.setattr(
        mastodon_server,
        "answer",
        lambda call: answer if "instance" in call.path else mastodon_server._account(call),
    )

    assert mastodon.whoami().handle == "@harbour_news@127.0.0.1"


@pytest.mark.parametrize(("path", "fault"), [("verify", "500_after"), ("verify", "garbage"), ("instance", "429")])
def test_an_account_that_cannot_be_asked_for_is_an_error_in_one_line(mastodon_server, path, fault):
    mastodon_server.misbehave(fault, on=path)
    with pytest.raises(ChannelError) as caught:
        channel(mastodon_server).whoami()

    assert len(str(caught.value).splitlines()) == 1


@pytest.mark.parametrize(
    "url",
    [
        "https://social.example/@harbour_news/115603?x=1",
        "social.example/@harbour_news/115603/",
        " https://www.social.example/users/harbour_news/statuses/115603#top",
        "https://social.example/web/statuses/115603",
        "https://social.example/deck/@harbour_news/115603",
    ],
)
def test_a_link_of_a_post_gives_its_id(url):
    receipt = offline().receipt_for(url, offline().render(variant("One"))[0])

    assert (receipt.outcome, receipt.id) == ("sent", "115603")


@pytest.mark.parametrize(
    "url",
    [
        "",
        "115603",
        "https://social.example/@harbour_news",
        "https://social.example/@harbour_news/followers",
        "https://social.example/@harbour_news/media",
        "https://social.example/@ada@other.example/115603",
        "https://social.example/@harbour_news/١٨",
        "https://other.example/@harbour_news/115603",
        "https://[social.example/@harbour_news/115603",
    ],
)
def test_any_other_link_is_refused_in_one_line(url):
    with pytest.raises(ChannelError, match="is not the link of a post") as caught:
        offline().receipt_for(url, offline().render(variant("One"))[0])

    assert len(str(caught.value).splitlines()) == 1


def test_no_token_gets_into_errors_tracebacks_or_logs(mastodon_server, caplog, tmp_path):
    caplog.set_level(logging.DEBUG)
    mastodon = channel(mastodon_server)
    wrong = channel(mastodon_server, access_token="wrong-token-77")
    broken = channel(mastodon_server)
    broken.settings = broken.settings.model_copy(update={"api_url": "http://127.0.0.1:notaport"})
    receipts: list[Receipt | None] = []
    for fault in ("garbage", "500_after", "close_after", "429"):
        mastodon_server.misbehave(fault)
        receipts += send_all(mastodon, planned(mastodon, "One", media=images(tmp_path, "a.png")))
    for each in (wrong, broken):
        receipts += send_all(each, planned(each, "One"))
        receipts.append(each.find(planned(each, "One")[0]))
    mastodon_server.stop()
    with pytest.raises(ChannelError) as caught:
        mastodon.whoami()
    written = caplog.text + repr(receipts) + "".join(traceback.format_exception(caught.value)) + repr(mastodon.settings)

    assert "/api/v1/statuses" in caplog.text
    for secret in (mastodon_server.access_token, "wrong-token-77"):
        assert secret not in written


@pytest.mark.usefixtures("dead_proxies")
def test_proxies_of_the_environment_are_not_for_this_machine(mastodon_server):
    mastodon = channel(mastodon_server)
    [receipt] = send_all(mastodon, planned(mastodon, "One"))

    assert receipt.outcome == "sent"
