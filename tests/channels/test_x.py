"""X through tweepy, against a stand-in that checks every signature."""

from __future__ import annotations

import logging
import traceback
import unicodedata
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sending import outcomes, patience, send_all
from servers.base import Reply, from_home, picture
from servers.specs import x_faults
from servers.x import shown

from publisher.channels.base import ChannelError
from publisher.channels.x import X
from publisher.channels.x_timeline import as_written, comparable
from publisher.compose.model import Post, Variant
from publisher.config.model import Organisation
from publisher.release.model import Media
from publisher.text.rich import RichText, Span, as_rich, join, link

AT = datetime.now(UTC)
HEADLINE = join(["Harbour & town agree on <quiet> nights 🎉 ", link("https://harbour.example/quiet")])
NOT_TAKEN = (
    "X does not take these keys (401 Unauthorized): check consumer_key, consumer_secret, access_token and "
    "access_token_secret, and that the token may write"
)
SECOND = RichText((Span("“We listened,” said Ada Moor. ", bold=True), Span("#Harbour", hashtag=True)))


def channel(server, **changes):
    return X("x", X.Settings(**{**server.settings(), **changes}), Path())


def variant(*texts, media=()):
    posts = tuple(Post(as_rich(text), media if not index else ()) for index, text in enumerate(texts))
    return Variant("x", "x", "thread", "en", posts)


def planned(x, *texts, media=()):
    return [
        x.stamp(request, AT, f"seed/{index}") for index, request in enumerate(x.render(variant(*texts, media=media)))
    ]


def secrets(server):
    return [server.consumer_key, server.consumer_secret, server.access_token, server.access_token_secret]


def test_a_rendered_request_is_complete_and_holds_no_secret():
    settings = X.Settings(
        consumer_key="${X_KEY}",
        consumer_secret="${X_SECRET}",
        access_token="${X_TOKEN}",
        access_token_secret="${X_TOKEN_SECRET}",
    )
    first, second = X("x", settings, Path()).render(variant(HEADLINE, SECOND))

    assert first.method == "POST"
    assert first.url == "https://api.x.com/2/tweets"
    assert first.headers == {"Authorization": "OAuth •••", "Content-Type": "application/json"}
    assert first.json == {"text": "Harbour & town agree on <quiet> nights 🎉 https://harbour.example/quiet"}
    assert (first.reply_to, second.reply_to) == (None, 0)


def notes(*texts):
    settings = X.Settings(consumer_key="k", consumer_secret="s", access_token="t", access_token_secret="u")
    x = X("x", settings, Path())
    x.organisation = Organisation(mentions={"Ada Moor": {"x": "@ada_moor"}})
    return x.notes(x.render(variant(*texts)))


def test_the_preview_names_an_address_of_which_x_makes_no_link():
    """As of a newsroom in an intranet, or on this machine."""
    _, told = notes("Read https://press.harbour.lan/quiet", "and http://localhost:8000/a")

    assert told.startswith("X makes no link of an address at press.harbour.lan, localhost:8000, and counts it in full")
    assert len(notes("Read https://harbour.org/quiet?a=b#c, HTTPS://news.harbour.org/. Or harbour.org")) == 1


def test_the_preview_tells_what_the_posts_cost():
    assert notes("One", "Two") == ["X bills $0.030 for this (pay-per-use plans)"]
    assert notes("One https://harbour.org/a", "Two")[0].startswith(
        "X bills $0.215 for this: a post with a link costs $0.200"
    )


def test_the_preview_names_whom_a_post_would_notify_on_nobodys_order():
    """An @name in the release itself tags its owner; a speaker's own handle is meant to."""
    said = notes("— Ada Moor (@ada_moor) and @Stranger, mail to press@harbour.org")

    assert said[1:] == ["@Stranger will be notified, being named so in the release"]
    assert notes("@Stranger says so")[2:] == [
        "a post that begins with @Stranger is shown to few: begin with another word"
    ]
    assert notes("$ABC and $DEF rose")[1:] == ["X takes one cashtag a post, and may refuse this one"]


def test_a_thread_stands_on_the_network_as_replies_to_itself(x_server):
    x = channel(x_server)
    receipts = send_all(x, planned(x, HEADLINE, SECOND, "Three"))

    assert [receipt.outcome for receipt in receipts] == ["sent"] * 3
    assert [post.text for post in x_server.posts] == [HEADLINE.plain, SECOND.plain, "Three"]
    assert [post.reply_to for post in x_server.posts] == [None, receipts[0].id, receipts[1].id]
    assert receipts[0].url == f"https://x.com/i/web/status/{x_server.posts[0].id}"
    for call in x_server.requests:
        assert call.headers["connection"] == "close"


def test_the_signature_is_made_over_the_address_that_is_called(x_server):
    x = channel(x_server, api_url=f"{x_server.url}/")
    [receipt] = send_all(x, planned(x, "One"))
    forged = send_all(channel(x_server, consumer_secret="another"), planned(x, "Two"))

    assert receipt.outcome == "sent"
    assert x_server.requests[0].url == f"{x_server.url}/2/tweets"
    assert (forged[0].outcome, forged[0].error) == ("refused", NOT_TAKEN)


def test_images_go_along_with_their_alternative_text(x_server, tmp_path):
    for name in ("a.png", "b.jpg"):
        (tmp_path / name).write_bytes(picture(name))
    x = channel(x_server)
    media = (Media(str(tmp_path / "a.png"), "A quay at night"), Media(str(tmp_path / "b.jpg"), ""))
    [request] = planned(x, HEADLINE, media=media)
    [receipt] = send_all(x, [request])

    assert receipt.outcome == "sent"
    assert x_server.posts[0].media == (("A quay at night", picture("a.png")), ("", picture("b.jpg")))
    assert x.find(request) == receipt


def test_an_image_of_a_type_that_x_does_not_take_goes_out_as_a_jpeg_that_tells_nothing(x_server, tmp_path):
    (tmp_path / "a.avif").write_bytes(from_home("a.avif"))
    x = channel(x_server)
    [receipt] = send_all(x, planned(x, HEADLINE, media=(Media(str(tmp_path / "a.avif"), "A quay at night"),)))
    [upload] = [call for call in x_server.requests if call.path == "/2/media/upload"]
    file = upload.form()[1]["media"]

    assert receipt.outcome == "sent"
    assert (file.name, file.mime, file.content[:3]) == ("a.jpg", "image/jpeg", b"\xff\xd8\xff")
    assert b"Jane Doe" in from_home("a.avif")
    assert b"Jane Doe" not in file.content


def test_every_call_keeps_to_the_networks_own_document(x_server, tmp_path):
    (tmp_path / "a.png").write_bytes(picture("a.png"))
    x = channel(x_server)
    send_all(x, planned(x, HEADLINE, SECOND, media=(Media(str(tmp_path / "a.png"), "A quay at night"),)))
    schemas = {"/2/tweets": "CreatePostsRequest", "/2/media/metadata": "CreateMediaMetadataRequest"}
    bodies = [(schemas[call.path], call.json()) for call in x_server.requests if call.path in schemas]
    [upload] = [call for call in x_server.requests if call.path == "/2/media/upload"]

    assert [x_faults(schema, body) for schema, body in bodies] == [[], [], []]
    assert x_faults("MediaUploadRequest", {**upload.form()[0], "media": ""}) == []


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("gone.png", None, "cannot be read"),
        ("empty.png", b"", "the image empty.png is empty"),
        ("plan.pdf", b"x", "of a type that is not taken here"),
    ],
)
def test_an_image_that_cannot_go_along_refuses_the_post(x_server, tmp_path, name, content, words):
    if content is not None:
        (tmp_path / name).write_bytes(content)
    x = channel(x_server)
    [receipt] = send_all(x, planned(x, "One", media=(Media(str(tmp_path / name)),)))

    assert receipt.outcome == "refused"
    assert words in (receipt.error or "")
    assert x_server.posts == []


def test_an_image_that_changed_since_it_was_planned_refuses_the_post(x_server, tmp_path):
    (tmp_path / "a.png").write_bytes(picture("a.png"))
    x = channel(x_server)
    [request] = planned(x, "One", media=(Media(str(tmp_path / "a.png")),))
    receipt = x.send(replace(request, uploads=(replace(request.uploads[0], sha256="0" * 64),)), [])

    assert receipt.outcome == "refused"
    assert "not the one that was planned" in (receipt.error or "")


def test_a_failed_upload_refuses_the_post_because_nothing_was_posted(x_server, tmp_path):
    (tmp_path / "a.png").write_bytes(picture("a.png"))
    x_server.misbehave("close_after", on="/2/media/upload")
    x = channel(x_server)
    [receipt] = send_all(x, planned(x, "One", media=(Media(str(tmp_path / "a.png")),)))

    assert receipt.outcome == "refused"
    assert x_server.posts == []


@outcomes
def test_an_outcome_is_what_can_be_known(x_server, fault, outcome, standing):
    x_server.misbehave(fault)
    x = channel(x_server)
    x.timeouts = patience(fault)
    [request] = planned(x, HEADLINE)
    receipt = x.send(request, [])

    assert receipt.outcome == outcome
    assert receipt.error
    assert "\n" not in receipt.error
    assert len(x_server.posts) == standing
    if outcome == "unknown":
        found = x.find(request)
        assert (found.outcome if found else None) == ("sent" if standing else None)


def test_a_rate_limit_says_when_to_try_again(x_server):
    x_server.misbehave("429")
    receipt = channel(x_server).send(planned(channel(x_server), "One")[0], [])

    assert "too many requests to X; try again after" in (receipt.error or "")


def test_a_server_that_is_down_refuses_and_takes_the_post_once_it_is_back(x_server):
    x = channel(x_server)
    first, second = planned(x, "One", "Two")
    receipt = x.send(first, [])
    x_server.stop()
    down = x.send(second, [receipt])
    x_server.start()
    up = x.send(second, [receipt])

    assert (receipt.outcome, down.outcome, up.outcome) == ("sent", "refused", "sent")
    assert (down.error or "").startswith(f"could not reach 127.0.0.1:{x_server.port}: ")


def test_a_failed_tls_handshake_refuses_the_post(x_server):
    x = channel(x_server, api_url=x_server.url.replace("http:", "https:"))
    receipt = x.send(planned(x, "One")[0], [])

    assert receipt.outcome == "refused"
    assert "could not reach" in (receipt.error or "")
    x_server.crashes.clear()


words = st.text("a é<>&;\n🎉日", max_size=8) | st.sampled_from(
    ["https://harbour.example/?a=1&lt=2", "example.com/plan", "&amp;", "cafe\u0301", "http://harbour.example/", " "]
)


@given(st.lists(words, max_size=6).map(" ".join), st.lists(st.just("1"), max_size=2))
def test_a_post_is_known_again_whatever_the_timeline_makes_of_its_text(text, images):
    timeline = shown("1800000000000000001", unicodedata.normalize("NFC", text), images)

    assert comparable(as_written(timeline)) == comparable(text)


def test_a_duplicate_is_the_post_that_stands_there_already(x_server):
    x = channel(x_server)
    [request] = planned(x, HEADLINE)
    first = x.send(request, [])

    assert x.send(request, []) == first
    assert len(x_server.posts) == 1


def test_a_post_is_found_behind_all_that_was_posted_since(x_server):
    x = channel(x_server)
    [request] = planned(x, "One")
    first = x.send(request, [])
    for index in range(100):
        x.send(planned(x, f"Later {index}")[0], [])
    found = x.find(request)

    assert found is not None
    assert (found.outcome, found.id) == ("sent", first.id)


def test_a_timeline_that_cannot_be_read_says_nothing_about_the_post(x_server):
    x = channel(x_server)
    [request] = planned(x, "One")
    x_server.misbehave("500_after", on="/tweets")
    receipt = x.find(request)

    assert receipt is not None
    assert receipt.outcome == "unknown"


@pytest.mark.parametrize(
    "body", [{}, {"errors": [{"title": "Service Unavailable"}]}, {"meta": {"result_count": 1}}, []]
)
def test_an_incomplete_timeline_is_no_proof_that_the_post_is_not_there(x_server, monkeypatch, body):
    x = channel(x_server)
    monkeypatch.setattr(x_server, "_timeline", lambda _call: Reply(200, body))
    receipt = x.find(planned(x, "One")[0])

    assert receipt is not None
    assert receipt.outcome == "unknown"


def test_a_redirect_is_not_followed(x_server, monkeypatch):
    x = channel(x_server)
    monkeypatch.setattr(x_server, "_create", lambda _call: Reply(301, {}, {"Location": f"{x_server.url}/2/users/me"}))
    [receipt] = send_all(x, planned(x, "One"))

    assert (receipt.outcome, receipt.error) == ("refused", f"{x_server.url} redirects elsewhere; check api_url")
    assert len(x_server.requests) == 1


def test_a_post_that_is_not_on_the_timeline_is_not_there(x_server):
    x = channel(x_server)
    one, two = planned(x, "One", "Two")
    x.send(one, [])

    assert x.find(two) is None
    assert [post.text for post in x_server.posts] == ["One"]


def test_a_refused_self_reply_names_the_way_out(x_server):
    x_server.refuse_self_replies = True
    x = channel(x_server)
    first, second = send_all(x, planned(x, "One", "Two"))

    assert (first.outcome, second.outcome) == ("sent", "refused")
    assert "set layout: single" in (second.error or "")


def test_the_account_behind_the_credentials_is_named(x_server):
    account = channel(x_server).whoami()

    assert account.is_called("@Harbour_News")
    assert account.is_called("4711")
    assert not account.is_called("@someone_else")


def test_no_secret_gets_into_errors_tracebacks_or_logs(x_server, caplog):
    caplog.set_level(logging.DEBUG)
    wrong = channel(x_server, access_token_secret="a different/secret")
    with pytest.raises(ChannelError) as caught:
        wrong.whoami()
    receipts = [wrong.send(planned(wrong, "One")[0], [])]
    x_server.misbehave("garbage")
    x = channel(x_server)
    receipts += [x.send(request, []) for request in planned(x, "One")]
    receipts += send_all(x, planned(x, "One", HEADLINE))
    x_server.stop()
    receipts.append(x.send(planned(x, "Two")[0], []))
    written = caplog.text + repr(receipts) + "".join(traceback.format_exception(caught.value)) + repr(x.settings)

    assert "oauth" in caplog.text.lower()
    for secret in [*secrets(x_server), "a different/secret", "a%20different%2Fsecret"]:
        assert secret not in written


@pytest.mark.usefixtures("dead_proxies")
def test_proxies_of_the_environment_are_not_for_this_machine(x_server):
    x = channel(x_server)

    assert x.send(planned(x, "One")[0], []).outcome == "sent"
