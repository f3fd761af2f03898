"""The Bluesky channel on Bluesky's own server (PDS): one commit a thread, and what is read back from it."""

from __future__ import annotations

from pathlib import Path

import pytest
from real.planning import image, planned, send_all
from real.servers.between import wire
from real.servers.bluesky import PDS
from servers.base import picture

from publisher.channels.base import ChannelError
from publisher.channels.bluesky import Bluesky
from publisher.channels.bluesky_cid import record_cid
from publisher.compose.model import Card
from publisher.config.model import Organisation
from publisher.release.model import Media
from publisher.text.rich import RichText, Span, join, link

CARD = Card("https://harbour.example/quiet", "Quiet nights", "Harbour and town agree.")


def channel(member, **changes):
    return Bluesky("bluesky", Bluesky.Settings(**member.settings(**changes)), Path())


def texts(member):
    return [record["value"]["text"] for record in member.records()]


def pieces(value):
    """What each facet of a post covers, by its byte offsets, and what it says of that."""
    raw = value["text"].encode()
    return [
        (raw[facet["index"]["byteStart"] : facet["index"]["byteEnd"]].decode(), feature)
        for facet in value["facets"]
        for feature in facet["features"]
    ]


def test_a_thread_is_one_commit(member):
    """The repository's revision counts commits: the keys of the records are in none but the one after ours."""
    bluesky = channel(member)
    account, before = bluesky.whoami(), member.revision()
    receipts = send_all(bluesky, planned(bluesky, "One", "Two", "Three"))
    after = member.revision()
    bluesky.close()
    records = member.records()

    assert account.is_called(member.handle)
    assert account.is_called(member.did)
    assert [receipt.outcome for receipt in receipts] == ["sent"] * 3
    assert [record["value"]["text"] for record in records] == ["One", "Two", "Three"]
    assert member.commits_since(before) == [(after, sorted(receipt.id for receipt in receipts))]


def test_posts_answer_each_other_by_the_content_ids_that_the_server_gives_them(member, tmp_path):
    bluesky = channel(member)
    texts = (join(["Häfen 🎉 ", link("https://harbour.example/quiet", "Read on")]), "Two", "Three")
    receipts = send_all(bluesky, planned(bluesky, *texts, media=(image(tmp_path),)))
    bluesky.close()
    records = member.records()
    references = [{"uri": record["uri"], "cid": record["cid"]} for record in records]

    assert [(receipt.id, receipt.data["cid"]) for receipt in receipts] == [
        (record["uri"], record["cid"]) for record in records
    ]
    assert [record_cid(record["value"]) for record in records] == [record["cid"] for record in records]
    assert [record["value"].get("reply") for record in records] == [
        None,
        {"root": references[0], "parent": references[0]},
        {"root": references[0], "parent": references[1]},
    ]


def test_a_repeat_writes_nothing(member):
    bluesky = channel(member)
    requests = planned(bluesky, "One", "Two", "Three")
    send_all(bluesky, requests)
    before, revision = member.records(), member.revision()
    again = send_all(bluesky, requests)
    found = [bluesky.find(request) for request in requests]
    bluesky.close()

    assert [receipt.outcome for receipt in again] == ["unknown"] * 3
    assert [receipt.id for receipt in found] == [record["uri"] for record in before]
    assert (member.records(), member.revision()) == (before, revision)


def test_a_thread_that_the_server_refuses_in_part_is_not_there_at_all(member):
    """Bluesky's lexicon allows 300 graphemes."""
    bluesky = channel(member)
    revision = member.revision()
    requests = planned(bluesky, "One", "x" * 301, "Three")
    receipts = send_all(bluesky, requests)
    found = [bluesky.find(request) for request in requests]
    bluesky.close()

    assert [(receipt.outcome, receipt.wait) for receipt in receipts] == [("refused", None)] * 3
    assert found == [None] * 3
    assert member.revision() == revision


def test_facets_cover_what_they_should(member, pds):
    """By bytes of UTF-8, behind umlauts and emoji: a link, a hashtag, and a mention with whose it is."""
    friend = pds.member()
    bluesky = channel(member)
    bluesky.organisation = Organisation(name="Harbour", mentions={"Ada Moor": {"bluesky": f"@{friend.handle}"}})
    text = RichText(
        (
            Span("Häfen 🎉🇩🇪 "),
            Span("weiter", link="https://harbour.example/über"),
            Span(" „é“ "),
            Span("#Harbour", hashtag=True),
            Span(" — "),
            Span(f"@{friend.handle}", mention=f"@{friend.handle}"),
        )
    )
    bluesky.whoami()
    [receipt] = send_all(bluesky, planned(bluesky, text))
    bluesky.close()
    [record] = member.records()

    assert receipt.outcome == "sent"
    assert record["value"]["text"] == text.plain
    assert [
        (covered, {key: value for key, value in said.items() if key != "$type"})
        for covered, said in pieces(record["value"])
    ] == [
        ("weiter", {"uri": "https://harbour.example/über"}),
        ("#Harbour", {"tag": "Harbour"}),
        (f"@{friend.handle}", {"did": friend.did}),
    ]


def test_an_image_stands_there_with_its_alternative_text_and_shape(member, tmp_path):
    bluesky = channel(member)
    media = (image(tmp_path, "quay.png"), Media(image(tmp_path, "weir.jpg").path, "A weir, seen from upstream 🎉"))
    [receipt] = send_all(bluesky, planned(bluesky, "Look", media=media))
    bluesky.close()
    [record] = member.records()
    first, second = record["value"]["embed"]["images"]

    assert receipt.outcome == "sent"
    assert (first["alt"], second["alt"]) == ("What quay.png shows", "A weir, seen from upstream 🎉")
    assert first["aspectRatio"] == second["aspectRatio"] == {"width": 8, "height": 6}
    assert [each["image"]["mimeType"] for each in (first, second)] == ["image/png", "image/jpeg"]
    assert [member.blob(each["image"]["ref"]["$link"]) for each in (first, second)] == [
        picture("quay.png"),
        picture("weir.jpg"),
    ]


def test_a_link_card_stands_there_with_its_picture(member, tmp_path):
    bluesky = channel(member)
    card = Card(CARD.url, CARD.title, CARD.description, image(tmp_path))
    [receipt] = send_all(bluesky, planned(bluesky, "Look", card=card))
    bluesky.close()
    [record] = member.records()
    external = record["value"]["embed"]["external"]

    assert receipt.outcome == "sent"
    assert (external["uri"], external["title"], external["description"]) == (CARD.url, CARD.title, CARD.description)
    assert member.blob(external["thumb"]["ref"]["$link"]) == picture("quay.png")


def test_a_thread_whose_answer_was_lost_is_found(member):
    """And one whose request never arrived is not."""
    with wire(member.pds.port) as between:
        bluesky = channel(member, api_url=between.url)
        thread, other = planned(bluesky, "One", "Two", "Three"), planned(bluesky, "Another")
        between.cut("com.atproto.repo.applyWrites")
        lost = send_all(bluesky, thread)
        found = [bluesky.find(request) for request in thread]
        never = bluesky.find(other[0])
        revision = member.revision()
        send_all(bluesky, thread)
        bluesky.close()

    assert ([receipt.outcome for receipt in lost], between.lost) == (["unknown"] * 3, 1)
    assert [(receipt.outcome, receipt.id) for receipt in found] == [
        ("sent", record["uri"]) for record in member.records()
    ]
    assert never is None
    assert texts(member) == ["One", "Two", "Three"]
    assert member.revision() == revision


def test_a_handle_that_nobody_has_is_told_beforehand(member):
    bluesky = channel(member)
    bluesky.organisation = Organisation(name="Harbour", mentions={"Ada Moor": {"bluesky": "@nobody.test"}})

    with pytest.raises(ChannelError, match=r"nobody here is called @nobody\.test"):
        bluesky.whoami()
    bluesky.close()


def test_a_password_that_is_none_is_refused(member):
    bluesky = channel(member, app_password="aaaa-bbbb-cccc-dddd")
    receipts = send_all(bluesky, planned(bluesky, "One", "Two"))

    assert [(receipt.outcome, receipt.wait) for receipt in receipts] == [("refused", None)] * 2
    with pytest.raises(ChannelError, match="app_password"):
        bluesky.whoami()
    assert texts(member) == []


def test_who_logs_in_too_often_is_told_how_long_to_wait(tmp_path):
    """30 log-ins in 5 minutes are what the server grants an account."""
    server = PDS(tmp_path, limits=True)
    try:
        member = server.member()
        outcomes = []
        for _ in range(32):
            bluesky = channel(member)
            try:
                bluesky.whoami()
            except ChannelError as error:
                outcomes.append(str(error))
            bluesky.close()
        [receipt] = send_all(bluesky, planned(bluesky, "One"))
        bluesky.close()
        posts = member.records()
    finally:
        server.stop()

    assert outcomes
    assert receipt.outcome == "refused"
    assert receipt.wait is not None
    assert 0 < receipt.wait <= 300
    assert posts == []
