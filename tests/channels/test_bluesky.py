"""Bluesky through the atproto SDK, against a stand-in that checks records as strictly as the lexicon."""

from __future__ import annotations

import logging
import re
import traceback
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sending import answers, outcomes, patience, send_all
from servers import dag_cbor
from servers.base import Reply, picture
from servers.specs import bluesky_faults

from publisher.channels.base import ChannelError, Receipt
from publisher.channels.bluesky import Bluesky
from publisher.channels.bluesky_cid import record_cid
from publisher.channels.bluesky_server import call
from publisher.channels.overhearing import overhear
from publisher.compose.model import Card, Post, Variant
from publisher.config.model import Organisation
from publisher.release.model import Media
from publisher.text.rich import RichText, Span, as_rich, join, link

AT = datetime(2026, 12, 1, 9, tzinfo=UTC)
TID = re.compile(r"[234567abcdefghij][234567abcdefghijklmnopqrstuvwxyz]{12}")
HEADLINE = join(["Häfen & Stadt einigen sich 🎉 ", link("https://harbour.example/quiet", "Read on")])
SECOND = RichText((Span("“We listened,” said Ada Moor. ", bold=True), Span("#Harbour", hashtag=True)))
CARD = Card("https://harbour.example/quiet", "Quiet nights", "Harbour and town agree.")


def channel(server, **changes):
    return Bluesky("bluesky", Bluesky.Settings(**{**server.settings(), **changes}), Path())


def offline():
    return Bluesky("bluesky", Bluesky.Settings(handle="@harbour.example", app_password="${BLUESKY}"), Path())


def variant(*texts, media=(), card=None):
    posts = tuple(
        Post(as_rich(text), () if index else media, None if index else card) for index, text in enumerate(texts)
    )
    return Variant("bluesky", "bluesky", "thread", "de", posts)


def planned(bluesky, *texts, media=(), card=None, at=AT):
    rendered = bluesky.render(variant(*texts, media=media, card=card))
    return [bluesky.stamp(request, at, f"seed/{index}") for index, request in enumerate(rendered)]


def test_a_rendered_request_is_complete_and_holds_no_secret():
    first, second = offline().render(variant(HEADLINE, SECOND, card=CARD))

    assert (first.method, first.url) == ("POST", "https://bsky.social/xrpc/com.atproto.repo.applyWrites")
    assert first.headers == {"Authorization": "Bearer •••", "Content-Type": "application/json"}
    assert first.json == {
        "repo": "harbour.example",
        "writes": [
            {
                "$type": "com.atproto.repo.applyWrites#create",
                "collection": "app.bsky.feed.post",
                "value": {
                    "$type": "app.bsky.feed.post",
                    "text": "Häfen & Stadt einigen sich 🎉 Read on",
                    "facets": [
                        {
                            "index": {"byteStart": 33, "byteEnd": 40},
                            "features": [
                                {"$type": "app.bsky.richtext.facet#link", "uri": "https://harbour.example/quiet"},
                            ],
                        }
                    ],
                    "langs": ["de"],
                    "embed": {
                        "$type": "app.bsky.embed.external",
                        "external": {
                            "uri": "https://harbour.example/quiet",
                            "title": "Quiet nights",
                            "description": "Harbour and town agree.",
                        },
                    },
                },
            }
        ],
    }
    assert (first.reply_to, second.reply_to) == (None, 0)


def test_a_thread_stands_on_the_network_with_root_and_parent(bluesky_server):
    bluesky = channel(bluesky_server, api_url=f"{bluesky_server.url}/")
    requests = planned(bluesky, HEADLINE, SECOND, "Drei", card=CARD)
    receipts = send_all(bluesky, requests)
    root, parent = bluesky_server.posts[2].raw["reply"].values()

    assert [receipt.outcome for receipt in receipts] == ["sent"] * 3
    assert [post.text for post in bluesky_server.posts] == [HEADLINE.plain, SECOND.plain, "Drei"]
    assert [post.reply_to for post in bluesky_server.posts] == [None, receipts[0].id, receipts[1].id]
    assert root == {"uri": receipts[0].id, "cid": receipts[0].data["cid"]}
    assert parent == {"uri": receipts[1].id, "cid": receipts[1].data["cid"]}
    assert bluesky_server.posts[0].card == CARD.url
    assert receipts[0].url == f"https://bsky.app/profile/harbour.example/post/{requests[0].key}"


def test_the_record_on_the_wire_is_the_rendered_one(bluesky_server):
    bluesky = channel(bluesky_server)
    requests = planned(bluesky, HEADLINE, SECOND, card=CARD)
    bluesky.send_thread(requests, [])
    [sent] = [call.json() for call in bluesky_server.requests if call.path.endswith("applyWrites")]
    for write in sent["writes"]:
        write["value"].pop("reply", None)

    assert sent == {"repo": "harbour.example", "writes": [write for each in requests for write in each.json["writes"]]}


def test_every_record_keeps_to_the_lexicon(bluesky_server, tmp_path):
    (tmp_path / "a.png").write_bytes(picture("a.png"))
    bluesky = channel(bluesky_server)
    media = (Media(str(tmp_path / "a.png"), "Ein Kai bei Nacht"),)
    send_all(bluesky, planned(bluesky, HEADLINE, SECOND, card=CARD))
    send_all(bluesky, planned(bluesky, HEADLINE, media=media, at=AT + timedelta(days=1)))

    assert [bluesky_faults(post.raw) for post in bluesky_server.posts] == [[], [], []]


def test_one_session_serves_a_whole_thread_and_no_profile_is_asked_for(bluesky_server):
    bluesky = channel(bluesky_server)
    send_all(bluesky, planned(bluesky, "Eins", "Zwei", "Drei"))
    names = [call.path.rsplit(".", 1)[-1] for call in bluesky_server.requests]

    assert names == ["createSession", "applyWrites", "applyWrites", "applyWrites"]
    assert {call.headers["connection"] for call in bluesky_server.requests} == {"close"}


def in_one(bluesky, requests, after=()):
    return bluesky.send_thread(requests, list(after))


def test_a_thread_is_one_commit_with_content_ids_of_our_own(bluesky_server, tmp_path):
    """The stand-in works each id out by an encoder of its own, and takes no reference to another one."""
    (tmp_path / "a.png").write_bytes(picture("a.png"))
    bluesky = channel(bluesky_server)
    requests = planned(bluesky, HEADLINE, ADA, "Drei", media=(Media(str(tmp_path / "a.png"), "Ein Kai"),))
    receipts = in_one(bluesky, requests)

    assert [receipt.outcome for receipt in receipts] == ["sent"] * 3
    assert [call.path.rsplit(".", 1)[-1] for call in bluesky_server.requests].count("applyWrites") == 1
    assert bluesky_server.commits == [[receipt.id for receipt in receipts]]
    assert [post.reply_to for post in bluesky_server.posts] == [None, receipts[0].id, receipts[1].id]
    for post, receipt in zip(bluesky_server.posts, receipts, strict=True):
        assert record_cid(post.raw) == receipt.data["cid"]


def test_sending_a_thread_again_writes_nothing(bluesky_server):
    """Its record keys are taken, which is the server's own error: unknown, and each post is found."""
    bluesky = channel(bluesky_server)
    requests = planned(bluesky, "Eins", "Zwei", "Drei")
    first = in_one(bluesky, requests)
    again = in_one(bluesky, requests)

    assert [receipt.outcome for receipt in again] == ["unknown"] * 3
    assert [bluesky.find(request) for request in requests] == first
    assert len(bluesky_server.posts) == 3


@pytest.mark.parametrize("fault", ["close_after", "500_after", "garbage"])
def test_a_lost_answer_leaves_all_or_nothing_to_be_found(bluesky_server, fault):
    bluesky = channel(bluesky_server)
    requests = planned(bluesky, "Eins", "Zwei")
    bluesky_server.misbehave(fault)

    assert [receipt.outcome for receipt in in_one(bluesky, requests)] == ["unknown"] * 2
    assert [bluesky.find(request).outcome for request in requests] == ["sent"] * 2


def test_one_post_that_the_server_does_not_take_keeps_the_whole_thread_back(bluesky_server):
    bluesky = channel(bluesky_server)
    requests = planned(bluesky, "Eins", "é" * 301)

    assert [receipt.outcome for receipt in in_one(bluesky, requests)] == ["refused"] * 2
    assert bluesky_server.posts == []


def as_before(request):
    """The request as an earlier version of this program left it in a ledger: a `createRecord` of its own."""
    record = request.json["writes"][0]["value"]
    body = {"repo": "harbour.example", "collection": record["$type"], "rkey": request.key, "record": record}
    return replace(request, url=request.url.replace("applyWrites", "createRecord"), json=body)


@pytest.mark.parametrize("told", [True, False])
def test_what_is_left_of_a_thread_answers_what_stands(bluesky_server, told):
    """Also where an earlier version of this program sent the first post by `createRecord`, and its answer was lost."""
    bluesky = channel(bluesky_server)
    one, two, three = planned(bluesky, "Eins", "Zwei", "Drei")
    call(bluesky._open().client, "com.atproto.repo.createRecord", as_before(one).json)
    first = bluesky.find(as_before(one))
    rest = in_one(bluesky, [as_before(two), three], [first if told else Receipt("sent", id=first.id)])

    assert [receipt.outcome for receipt in rest] == ["sent"] * 2
    assert [bluesky.find(request) for request in (one, as_before(two), three)] == [first, *rest]
    assert [post.reply_to for post in bluesky_server.posts] == [None, first.id, rest[0].id]
    assert {post.raw["reply"]["root"]["uri"] for post in bluesky_server.posts[1:]} == {first.id}


def test_a_post_whose_answered_one_does_not_stand_is_refused(bluesky_server):
    bluesky = channel(bluesky_server)
    _, two, three = planned(bluesky, "Eins", "Zwei", "Drei")

    for requests in ([two], [three, two]):
        receipts = in_one(bluesky, requests)
        assert {receipt.outcome for receipt in receipts} == {"refused"}
        assert "does not stand on Bluesky yet" in (receipts[0].error or "")
    assert bluesky_server.posts == []


def test_a_handle_that_nobody_has_stops_a_thread_before_anything_goes_up(bluesky_server, tmp_path):
    (tmp_path / "a.png").write_bytes(picture("a.png"))
    bluesky = channel(bluesky_server)
    nobody = RichText((Span("@nobody.example", mention="@nobody.example"),))
    receipts = in_one(bluesky, planned(bluesky, "Eins", nobody, media=(Media(str(tmp_path / "a.png"), "Ein Kai"),)))

    assert [(receipt.outcome, receipt.wait) for receipt in receipts] == [("refused", None)] * 2
    assert (bluesky_server.posts, bluesky_server.blobs) == ([], {})


@pytest.mark.parametrize(
    "change",
    [
        {"text": "Zwei, anders"},
        {"createdAt": "2026-12-01T09:00:00.002Z"},
        {"reply": None},
        {"reply": {"root": {"uri": "at://did:plc:other/a/b"}, "parent": {"uri": "at://did:plc:other/a/b"}}},
        {"reply": {"root": {"uri": "at://did:plc:harbour7news2example3/a/b"}}},
        {"reply": []},
    ],
)
def test_a_record_under_our_key_that_is_not_ours_is_told_with_its_link(bluesky_server, change):
    bluesky = channel(bluesky_server)
    requests = planned(bluesky, "Eins", "Zwei")
    _, second = in_one(bluesky, requests)
    stored = bluesky_server.records[second.id]
    stored.update(change)
    if stored["reply"] is None:
        del stored["reply"]

    error = f"a post with another content stands under this one's key; look at {second.url}"
    assert bluesky.find(requests[1]) == Receipt("unknown", error=error)


def test_an_answer_to_a_post_is_not_taken_for_the_first_of_a_thread(bluesky_server):
    bluesky = channel(bluesky_server)
    one, two = planned(bluesky, "Eins", "Zwei")
    in_one(bluesky, [one, two])

    assert bluesky.find(replace(two, reply_to=None)).outcome == "unknown"
    assert bluesky.find(replace(two, reply_to=1)).outcome == "unknown"


@answers
def test_an_answer_means_what_its_status_and_headers_say(bluesky_server, monkeypatch, status, headers, meaning):
    bluesky = channel(bluesky_server)
    low = {name.lower(): value for name, value in headers.items()}
    monkeypatch.setattr(bluesky_server, "_apply", lambda _call: Reply(status, {}, low))
    receipts = in_one(bluesky, planned(bluesky, "Eins", "Zwei"))

    assert [(receipt.outcome, receipt.wait) for receipt in receipts] == [meaning] * 2


@pytest.mark.parametrize("path", ["createSession", "resolveHandle", "uploadBlob"])
@pytest.mark.parametrize(("fault", "wait"), [("500_after", 0.0), ("close_after", 0.0), ("slow", 0.0), ("503", 20.0)])
def test_what_fails_before_the_write_may_simply_be_tried_again(bluesky_server, tmp_path, path, fault, wait):
    """Nothing was posted yet, and the same image twice is one image to the server."""
    (tmp_path / "a.png").write_bytes(picture("a.png"))
    bluesky = channel(bluesky_server)
    bluesky.timeouts = patience(fault)
    requests = planned(bluesky, "Eins", ADA, media=(Media(str(tmp_path / "a.png"), "Ein Kai"),))
    bluesky_server.misbehave(fault, on=path)
    failed = in_one(bluesky, requests)
    bluesky.timeouts = (30.0, 30.0)

    assert [(receipt.outcome, receipt.wait) for receipt in failed] == [("refused", wait)] * 2
    assert [receipt.outcome for receipt in in_one(bluesky, requests)] == ["sent"] * 2
    assert (len(bluesky_server.posts), len(bluesky_server.blobs)) == (2, 1)


def test_the_points_that_the_server_has_left_set_the_pace(bluesky_server):
    """A post costs three of them; where fewer are left, the pause is until there are new ones."""
    bluesky_server.points = 8
    bluesky = channel(bluesky_server)
    one, two, three = planned(bluesky, "Eins", "Zwei", "Drei")
    [first] = in_one(bluesky, [one])
    [second] = in_one(bluesky, [two], [first])
    [third] = in_one(bluesky, [three], [first, second])

    assert [receipt.outcome for receipt in (first, second, third)] == ["sent", "sent", "refused"]
    assert first.wait is None
    assert 3000 < second.wait <= 3600
    assert 3000 < third.wait <= 3600


def test_a_rate_limit_that_names_no_time_to_wait_is_read_by_its_reset(bluesky_server, monkeypatch):
    headers = {"ratelimit-reset": str(bluesky_server.reset)}
    monkeypatch.setattr(bluesky_server, "_apply", lambda _call: Reply(429, {}, headers))
    [receipt] = in_one(channel(bluesky_server), planned(channel(bluesky_server), "Eins"))

    assert receipt.outcome == "refused"
    assert 3000 < receipt.wait <= 3600


@pytest.mark.parametrize(("status", "name"), [(400, "ExpiredToken"), (400, "InvalidToken"), (401, "AuthMissing")])
def test_a_session_that_is_over_is_tried_anew_but_a_wrong_password_is_not(bluesky_server, monkeypatch, status, name):
    bluesky = channel(bluesky_server)
    known = bluesky_server._apply
    monkeypatch.setattr(bluesky_server, "_apply", lambda _call: Reply(status, {"error": name, "message": "No more"}))
    requests = planned(bluesky, "Eins", "Zwei")
    over = Receipt("refused", error="the session is over (No more)", wait=0.0)

    assert in_one(bluesky, requests) == [over] * 2
    monkeypatch.setattr(bluesky_server, "_apply", known)
    bluesky_server.app_password = "changed-pass-word"
    [first, _] = in_one(bluesky, requests)
    assert (first.outcome, first.wait) == ("refused", None)
    assert "check handle and app_password" in (first.error or "")


def test_the_networks_own_answers_are_kept_and_no_session_among_them(bluesky_server, tmp_path):
    (tmp_path / "a.png").write_bytes(picture("a.png"))
    bluesky = channel(bluesky_server)
    [request] = planned(bluesky, "Eins", media=(Media(str(tmp_path / "a.png"), "Ein Kai"),))
    with overhear() as heard:
        bluesky.whoami()
        in_one(bluesky, [request])
        in_one(bluesky, [request])

    assert [answer[:12] for answer in heard.answers] == ['200 {"blob":', '200 {"commit', '200 {"blob":', '500 {"error"']
    assert not any("access-" in answer or "@" in answer for answer in heard.answers)


@pytest.mark.parametrize(("left", "wait"), [("3", None), ("2", 60.0), ("0", 60.0), ("", None), ("x", None)])
def test_the_pause_after_the_last_post_that_the_rate_limit_allows_is_asked_for(bluesky_server, monkeypatch, left, wait):
    known = bluesky_server._apply
    reset = str(int((datetime.now(UTC) + timedelta(seconds=60)).timestamp()))
    headers = {"ratelimit-remaining": left, "ratelimit-reset": reset}
    monkeypatch.setattr(bluesky_server, "_apply", lambda call: replace(known(call), headers=headers))
    [receipt] = in_one(channel(bluesky_server), planned(channel(bluesky_server), "Eins"))

    assert receipt.outcome == "sent"
    assert receipt.wait is None if wait is None else 0 <= receipt.wait <= 60


@pytest.mark.parametrize("since", ["before", "after"])
def test_an_account_that_is_not_active_is_noticed_beforehand(bluesky_server, since):
    """By the answer to the log-in, or, where a session is open already, by the server's word on that session."""
    bluesky = channel(bluesky_server)
    if since == "after":
        bluesky.whoami()
    bluesky_server.status = "deactivated"

    with pytest.raises(ChannelError, match=r"@harbour\.example cannot post: Bluesky says that it is deactivated"):
        bluesky.whoami()
    [receipt] = in_one(bluesky, planned(bluesky, "Eins"))
    assert receipt == Receipt("refused", error="Account is deactivated")


_TEXTS = st.text(st.characters(exclude_categories=("Cs",)), max_size=40)
_LINKS = st.binary(min_size=32, max_size=32).map(lambda digest: {"$link": dag_cbor.blob_cid(digest)})
_DATA = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**63 - 1) | _TEXTS | _LINKS,
    lambda inner: st.lists(inner, max_size=30) | st.dictionaries(_TEXTS.filter(lambda name: name[:1] != "$"), inner),
    max_leaves=60,
)


KNOWN = {
    "$type": "app.bsky.feed.post",
    "text": "Häfen 🎉 @ada.example",
    "createdAt": "2026-12-01T09:00:00.001Z",
    "langs": ["de"],
    "facets": [
        {
            "index": {"byteStart": 12, "byteEnd": 24},
            "features": [{"$type": "app.bsky.richtext.facet#mention", "did": "did:plc:adamoor2of3harbour4"}],
        }
    ],
    "embed": {
        "$type": "app.bsky.embed.images",
        "images": [
            {
                "alt": "Ein Kai",
                "image": {
                    "$type": "blob",
                    "ref": {"$link": "bafkreib24t7uzywcmqjrnfxmgnznyzhe3k2x54yxzhyg35wvcxq3ow2gwi"},
                    "mimeType": "image/png",
                    "size": 70000,
                },
                "aspectRatio": {"width": 8, "height": 6},
            }
        ],
    },
    "reply": {
        end: {
            "uri": "at://did:plc:harbour7news2example3/app.bsky.feed.post/3mcaaaaaaaa22",
            "cid": "bafyreihzoipptois4wjestfu5mazpsvky7cgfzvq7q5qnuemunsjlbx7ni",
        }
        for end in ("root", "parent")
    },
}


def test_a_content_id_is_the_one_that_the_reference_server_works_out():
    """By `cidForCbor(encode(jsonToLex(KNOWN)))` of @atproto/lex-data, lex-cbor and lex-json, as PDS 0.5.35 has them."""
    known = "bafyreibcatvepxpjnny7k6gqpesbyek6pswxudhoxtihaxlgrzistzcnpy"

    assert record_cid(KNOWN) == dag_cbor.record_cid(KNOWN) == known


@pytest.mark.parametrize("value", [1.5, 2.0, float("nan"), 2**64, {"$link": "Qm"}, {1: 2}])
def test_what_no_record_can_hold_has_no_content_id(value):
    with pytest.raises((ValueError, TypeError)):
        record_cid({"value": value})


@given(st.dictionaries(_TEXTS.filter(lambda name: name[:1] != "$"), _DATA, max_size=30))
def test_a_content_id_is_the_one_that_another_encoder_works_out(record):
    """Whatever stands in the record: the stand-in's encoder is written from the specification, ours is libipld."""
    assert record_cid(record) == dag_cbor.record_cid(record)


def test_images_go_along_with_their_alternative_text(bluesky_server, tmp_path):
    for name in ("a.png", "b.jpg"):
        (tmp_path / name).write_bytes(picture(name))
    bluesky = channel(bluesky_server)
    media = (Media(str(tmp_path / "a.png"), "Ein Kai bei Nacht"), Media(str(tmp_path / "b.jpg")))
    [receipt] = send_all(bluesky, planned(bluesky, HEADLINE, media=media, card=CARD))

    assert receipt.outcome == "sent"
    assert bluesky_server.posts[0].media == (("Ein Kai bei Nacht", picture("a.png")), ("", picture("b.jpg")))


def test_a_link_card_has_its_picture_and_keeps_to_the_lexicon(bluesky_server, tmp_path):
    (tmp_path / "a.png").write_bytes(picture("a.png"))
    bluesky = channel(bluesky_server)
    card = replace(CARD, image=Media(str(tmp_path / "a.png"), "Ein Kai bei Nacht"))
    [receipt] = send_all(bluesky, planned(bluesky, HEADLINE, card=card))
    external = bluesky_server.posts[0].raw["embed"]["external"]

    assert receipt.outcome == "sent"
    assert bluesky_server.blobs[external["thumb"]["ref"]["$link"]] == picture("a.png")
    assert (external["uri"], external["title"], external["description"]) == (CARD.url, CARD.title, CARD.description)
    assert bluesky_faults(bluesky_server.posts[0].raw) == []


ADA = RichText((Span("— Ada Moor ("), Span("@ada.example", mention="@ada.example"), Span(")")))


def test_a_mention_tags_the_account_behind_the_handle(bluesky_server):
    """The preview shows the handle; on its way out the network's own identity for it takes its place."""
    bluesky = channel(bluesky_server)
    [request] = planned(bluesky, ADA)
    [receipt] = send_all(bluesky, [request])
    [facet] = bluesky_server.posts[0].raw["facets"]
    start, end = facet["index"]["byteStart"], facet["index"]["byteEnd"]

    assert receipt.outcome == "sent"
    assert request.json["writes"][0]["value"]["facets"][0]["features"][0]["did"] == "@ada.example"
    assert facet["features"][0]["did"] == bluesky_server.known["ada.example"]
    assert bluesky_server.posts[0].text.encode()[start:end] == b"@ada.example"
    assert bluesky_faults(bluesky_server.posts[0].raw) == []


def test_a_handle_that_nobody_has_is_noticed_before_anything_is_public(bluesky_server):
    bluesky = channel(bluesky_server)
    bluesky.organisation = Organisation(mentions={"Ada Moor": {"bluesky": "@ada.exampel"}, "Tom": {"x": "@tom"}})

    with pytest.raises(ChannelError, match=r"nobody here is called @ada\.exampel: correct it"):
        bluesky.whoami()


def test_an_image_over_a_megabyte_goes_along_smaller_and_the_record_tells_its_shape(bluesky_server, tmp_path):
    from PIL import Image

    Image.effect_noise((1600, 1200), 90).save(tmp_path / "a.png")
    bluesky = channel(bluesky_server)
    [receipt] = send_all(bluesky, planned(bluesky, "Eins", media=(Media(str(tmp_path / "a.png"), "Rauschen"),)))
    record = bluesky_server.posts[0].raw
    [image] = record["embed"]["images"]
    sent = Image.open(BytesIO(bluesky_server.posts[0].media[0][1]))

    assert receipt.outcome == "sent"
    assert (tmp_path / "a.png").stat().st_size > 1_000_000 >= image["image"]["size"]
    assert (image["image"]["mimeType"], sent.format) == ("image/jpeg", "JPEG")
    assert (image["aspectRatio"]["width"], image["aspectRatio"]["height"]) == sent.size
    assert bluesky_faults(record) == []


def test_a_failed_upload_or_log_in_refuses_the_post_because_nothing_was_posted(bluesky_server, tmp_path):
    (tmp_path / "a.png").write_bytes(picture("a.png"))
    bluesky = channel(bluesky_server)
    [request] = planned(bluesky, "Eins", media=(Media(str(tmp_path / "a.png")),))
    for path in ("createSession", "uploadBlob"):
        bluesky_server.misbehave("close_after", on=path)
        assert bluesky.send(request, []).outcome == "refused"

    assert bluesky.send(request, []).outcome == "sent"
    assert len(bluesky_server.posts) == 1


@outcomes
def test_an_outcome_is_what_can_be_known(bluesky_server, fault, outcome, standing):
    bluesky_server.misbehave(fault)
    bluesky = channel(bluesky_server)
    bluesky.timeouts = patience(fault)
    [request] = planned(bluesky, HEADLINE)
    receipt = bluesky.send(request, [])

    assert receipt.outcome == outcome
    assert receipt.error
    assert "\n" not in receipt.error
    assert len(bluesky_server.posts) == standing
    found = bluesky.find(request)
    assert (found.outcome if found else None) == ("sent" if standing else None)


def test_a_rate_limit_says_when_to_try_again(bluesky_server):
    bluesky_server.misbehave("429")
    bluesky = channel(bluesky_server)
    receipt = bluesky.send(planned(bluesky, "Eins")[0], [])

    assert receipt.error == "too many requests to Bluesky; try again in 287 seconds"


def test_a_session_that_is_over_is_opened_anew_by_the_next_call(bluesky_server):
    bluesky = channel(bluesky_server)
    one, two = planned(bluesky, "Eins", "Zwei")
    first = bluesky.send(one, [])
    bluesky_server.misbehave("expired")

    assert bluesky.send(two, [first]).outcome == "refused"
    assert bluesky.send(two, [first]).outcome == "sent"


def test_a_session_is_renewed_before_it_runs_out(bluesky_server, monkeypatch):
    bluesky = channel(bluesky_server)
    one, two = planned(bluesky, "Eins", "Zwei")
    first = bluesky.send(one, [])
    monkeypatch.setattr("publisher.channels.bluesky._SESSION_SECONDS", -1)
    second = bluesky.send(two, [first])

    assert second.outcome == "sent"
    assert sum(call.path.endswith("createSession") for call in bluesky_server.requests) == 2


@pytest.mark.parametrize("text", ["é" * 301, "👩\u200d👩\u200d👧\u200d👦" * 130])
def test_a_text_over_either_limit_is_refused_in_the_servers_words(bluesky_server, text):
    bluesky = channel(bluesky_server)
    [receipt] = send_all(bluesky, planned(bluesky, text))
    over = [limit for limit in bluesky.capabilities.limits if limit.count(as_rich(text)) > limit.most]

    assert receipt.outcome == "refused"
    assert [limit.unit in (receipt.error or "") for limit in over] == [True]


def test_sending_twice_leaves_one_post_that_is_found_by_its_key(bluesky_server):
    bluesky = channel(bluesky_server)
    [request] = planned(bluesky, HEADLINE)
    first = bluesky.send(request, [])
    again = bluesky.send(request, [])

    assert (first.outcome, again.outcome) == ("sent", "unknown")
    assert bluesky.find(request) == first
    assert len(bluesky_server.posts) == 1


def test_another_post_under_the_same_key_is_not_taken_for_ours(bluesky_server):
    bluesky = channel(bluesky_server)
    bluesky.send(planned(bluesky, "Eins")[0], [])
    receipt = bluesky.find(planned(bluesky, "Etwas anderes")[0])

    assert receipt is not None
    assert receipt.outcome == "unknown"


def test_a_server_that_is_down_refuses_and_takes_the_post_once_it_is_back(bluesky_server):
    bluesky = channel(bluesky_server)
    first, second = planned(bluesky, "Eins", "Zwei")
    receipt = bluesky.send(first, [])
    bluesky_server.stop()
    down = bluesky.send(second, [receipt])
    bluesky_server.start()
    up = bluesky.send(second, [receipt])

    assert (receipt.outcome, down.outcome, up.outcome) == ("sent", "refused", "sent")
    assert (down.error or "").startswith(f"could not reach 127.0.0.1:{bluesky_server.port}: ")


def test_a_failed_tls_handshake_refuses_the_post(bluesky_server):
    bluesky = channel(bluesky_server, api_url=bluesky_server.url.replace("http:", "https:"))
    receipt = bluesky.send(planned(bluesky, "Eins")[0], [])

    assert receipt.outcome == "refused"
    assert "could not reach" in (receipt.error or "")


@given(st.integers(946_684_800_000_000, 7_258_118_400_000_000), st.text(max_size=20), st.sampled_from([-11, 0, 5.75]))
def test_the_keys_of_a_thread_are_valid_differ_and_ascend(microseconds, seed, offset):
    bluesky = offline()
    at = (datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=microseconds)).astimezone(
        timezone(timedelta(hours=offset))
    )
    rendered = bluesky.render(variant(*["x"] * 25))
    stamped = [bluesky.stamp(request, at, f"{seed}/{index}") for index, request in enumerate(rendered)]
    keys = [request.key for request in stamped]

    assert all(TID.fullmatch(key) for key in keys)
    assert keys == sorted(set(keys))
    assert [bluesky.stamp(request, at, f"{seed}/{index}") for index, request in enumerate(rendered)] == stamped


def test_a_key_says_when_and_the_record_says_so_too():
    bluesky = offline()
    later = planned(bluesky, "x", at=AT + timedelta(seconds=1))[0]
    [now] = planned(bluesky, "x", at=AT.astimezone(timezone(timedelta(hours=-8))))

    assert now.key < later.key
    assert now.json["writes"][0]["rkey"] == now.key
    assert now.json["writes"][0]["value"]["createdAt"] == "2026-12-01T09:00:00.000Z"


def test_releases_that_are_planned_for_the_same_second_get_different_keys():
    bluesky = offline()
    [rendered] = bluesky.render(variant("x"))
    keys = {bluesky.stamp(rendered, AT, f"release {number}").key for number in range(200)}

    assert len(keys) == 200


def test_the_account_behind_the_credentials_is_named(bluesky_server):
    account = channel(bluesky_server).whoami()

    assert account.is_called("@harbour.example")
    assert account.is_called(bluesky_server.did)
    assert not account.is_called("@other.example")


def test_no_secret_gets_into_errors_tracebacks_or_logs(bluesky_server, caplog):
    caplog.set_level(logging.DEBUG)
    wrong = channel(bluesky_server, app_password="wrong-pass-word")
    with pytest.raises(ChannelError, match="Invalid identifier or password") as caught:
        wrong.whoami()
    receipts = [wrong.send(planned(wrong, "Eins")[0], [])]
    bluesky_server.misbehave("garbage")
    bluesky = channel(bluesky_server)
    receipts += send_all(bluesky, planned(bluesky, "Eins"))
    bluesky_server.stop()
    receipts.append(bluesky.send(planned(bluesky, "Zwei")[0], []))
    written = caplog.text + repr(receipts) + "".join(traceback.format_exception(caught.value)) + repr(bluesky.settings)

    assert "createSession" in caplog.text
    for secret in [bluesky_server.app_password, "wrong-pass-word", *bluesky_server.tokens]:
        assert secret not in written


@pytest.mark.usefixtures("dead_proxies")
def test_proxies_of_the_environment_are_not_for_this_machine(bluesky_server):
    bluesky = channel(bluesky_server)

    assert bluesky.send(planned(bluesky, "Eins")[0], []).outcome == "sent"
