"""LinkedIn, against a stand-in that is as strict about versions, rights and markup as its API."""

from __future__ import annotations

import logging
import traceback
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from sending import images, outcomes, patience
from servers.base import Reply, picture
from servers.linkedin import LinkedInServer

from publisher.channels.base import ChannelError, Receipt
from publisher.channels.linkedin import LinkedIn
from publisher.channels.linkedin_answers import OddAnswerError, upload_of
from publisher.compose.model import Card, Post, Variant
from publisher.text.rich import RichText, Span, as_rich, join, link

ADDRESS = "https://harbour.example.org/quiet_nights?a=1&b=2"
TEXT = join(
    [
        "Harbour & town agree on *quiet* nights (at last) 🎉",
        link(ADDRESS),
        RichText((Span("Ada Moor", mention="urn:li:person:a1_B"),)),
        RichText((Span("#Clean_Harbour", hashtag=True),)),
        "#1 of <many> things",
    ],
    "\n\n",
)
SHARE = "urn:li:share:7000000000000000000"


@pytest.fixture
def server():
    running = LinkedInServer()
    yield running
    running.stop()
    assert not running.crashes, running.crashes[0]


def channel(server, **changes):
    linkedin = LinkedIn("linkedin", LinkedIn.Settings(**{**server.settings(), **changes}), Path())
    linkedin.processing = (0.0, 3)
    return linkedin


def planned(linkedin, text=TEXT, media=(), card=None, at=None):
    post = Post(as_rich(text), media, card)
    [request] = linkedin.render(Variant("linkedin", "linkedin", "brief", "en", (post,), ADDRESS))
    return linkedin.stamp(request, at or datetime.now(UTC), "seed")


def body(linkedin, text):
    return dict(planned(linkedin, text).json)


def link_to(urn):
    return f"https://www.linkedin.com/feed/update/{urn}/"


def test_a_post_stands_on_the_page_as_it_was_written(server):
    linkedin = channel(server, api_url=f"{server.url}/", organization=f"urn:li:organization:{server.number}")
    receipt = linkedin.send(planned(linkedin), [])

    assert receipt == Receipt("sent", id=SHARE, url=link_to(SHARE))
    assert [post.text for post in server.posts] == [TEXT.plain]
    assert {call.headers["connection"] for call in server.requests} == {"close"}


def test_what_is_on_the_wire_is_what_was_rendered(server, tmp_path):
    linkedin = channel(server)
    request = planned(linkedin, media=images(tmp_path, "a.png", "b.jpg"))
    linkedin.send(request, [])
    call = server.requests[-1]
    wire = call.json()
    for each in wire["content"]["multiImage"]["images"]:
        each.pop("id")

    assert wire == request.json
    names = ("linkedin-version", "x-restli-protocol-version", "content-type")
    assert [call.headers[name] for name in names] == [
        {key.lower(): value for key, value in request.headers.items()}[name] for name in names
    ]


@pytest.mark.parametrize("names", [("a.png",), ("a.png", "b.jpg", "c.gif")])
@pytest.mark.parametrize("looks", [0, 2, 9])
def test_images_go_along_with_their_alternative_text_once_they_are_ready(server, tmp_path, names, looks):
    """Where LinkedIn is long about it, the post goes out all the same: it is seen as soon as the image is ready."""
    server.looks = looks
    linkedin = channel(server)
    receipt = linkedin.send(planned(linkedin, media=images(tmp_path, *names)), [])

    assert receipt.outcome == "sent"
    assert server.posts[0].media == tuple((f"What {name} shows", picture(name)) for name in names)


def test_a_link_card_goes_along_with_its_picture(server, tmp_path):
    linkedin = channel(server)
    [image] = images(tmp_path, "a.png")
    receipt = linkedin.send(planned(linkedin, card=Card(ADDRESS, "Quiet nights", "At ten.", image)), [])

    assert receipt.outcome == "sent"
    assert (server.posts[0].card, server.posts[0].media) == (ADDRESS, (("", picture("a.png")),))


def test_an_image_of_another_type_is_made_one_that_linkedin_takes(server, tmp_path):
    linkedin = channel(server)
    receipt = linkedin.send(planned(linkedin, media=images(tmp_path, "a.webp")), [])

    assert receipt.outcome == "sent"
    assert server.posts[0].media[0][1][:3] in (b"\x89PN", b"\xff\xd8\xff")


def test_an_image_that_comes_to_nothing_refuses_the_post(server, tmp_path):
    """LinkedIn would take such a post, and show it to nobody."""
    server.image_status = "PROCESSING_FAILED"
    linkedin = channel(server)
    receipt = linkedin.send(planned(linkedin, media=images(tmp_path, "a.png")), [])

    assert receipt == Receipt(
        "refused", error="LinkedIn can make nothing of the image a.png; save it anew, or take another"
    )
    assert server.posts == []


def test_a_token_that_may_not_look_at_images_sends_them_all_the_same(server, tmp_path):
    server.scopes = {"w_organization_social"}
    linkedin = channel(server)

    assert linkedin.send(planned(linkedin, media=images(tmp_path, "a.png")), []).outcome == "sent"


@pytest.mark.parametrize("content", [b"", b"GIF89a", None])
def test_an_image_that_cannot_go_along_refuses_the_post(server, tmp_path, content):
    linkedin = channel(server)
    media = images(tmp_path, "a.png")
    if content is None:
        (tmp_path / "a.png").unlink()
    else:
        (tmp_path / "a.png").write_bytes(content)
    receipt = linkedin.send(planned(linkedin, media=media), [])

    assert receipt.outcome == "refused"
    assert "a.png" in (receipt.error or "")
    assert server.requests == []


@pytest.mark.parametrize(
    ("on", "fault"),
    [
        *(("/rest/images", fault) for fault in ("close_after", "500_after", "garbage", "429", "expired")),
        *(("/dms-uploads", fault) for fault in ("close_before", "close_after", "500_after", "429", "expired")),
    ],
)
def test_a_failed_upload_refuses_the_post_because_nothing_was_posted(server, tmp_path, on, fault):
    server.misbehave(fault, on=on)
    linkedin = channel(server)
    receipt = linkedin.send(planned(linkedin, media=images(tmp_path, "a.png")), [])

    assert receipt.outcome == "refused"
    assert receipt.error
    assert server.posts == []


@pytest.mark.parametrize("status", [413, 415])
def test_an_image_that_linkedin_does_not_take_is_named(server, tmp_path, monkeypatch, status):
    monkeypatch.setattr(server, "_take", lambda _call: Reply(status, {"message": "not an image"}))
    linkedin = channel(server)
    receipt = linkedin.send(planned(linkedin, media=images(tmp_path, "a.png")), [])

    assert receipt == Receipt("refused", error="LinkedIn does not take the image a.png (not an image)")


def value(url, image="urn:li:image:C4E10AQ"):
    return {"value": {"uploadUrl": url, "image": image}}


@pytest.mark.parametrize(
    "url",
    [
        "https://www.linkedin.com/dms-uploads/C4E/0?ca=vector&sig=a-b_c",
        "https://linkedin.com/dms-uploads",
        "https://media-exp1.licdn.com:443/dms/image",
        "https://api.linkedin.com/rest/x",
    ],
)
def test_an_image_goes_to_linkedin(url):
    assert upload_of(value(url), "https://api.linkedin.com") == (url, "urn:li:image:C4E10AQ")


@pytest.mark.parametrize(
    "url",
    [
        "https://evil.example/dms-uploads",
        "http://www.linkedin.com/dms-uploads",
        "https://www.linkedin.com@evil.example/",
        "https://evil.example\\@www.linkedin.com/",
        "https://www.linkedin.com.evil.example/",
        "https://evillinkedin.com/",
        "https://www.linkedin.com:8443/",
        "https://www.linkedin.com",
        "https://www.linkedin.com/a b",
        "https://api.linkedin.com.evil.example/",
        "http://127.0.0.1/dms-uploads",
        "//www.linkedin.com/",
        "file:///etc/passwd",
    ],
)
def test_an_image_goes_nowhere_else_and_no_token_with_it(url):
    with pytest.raises(OddAnswerError, match="not its own"):
        upload_of(value(url), "https://api.linkedin.com")


@pytest.mark.parametrize("answer", [None, [], {}, {"value": {}}, value(""), value("https://linkedin.com/", "7"), "x"])
def test_an_answer_without_a_place_for_an_image_is_none(answer):
    with pytest.raises(OddAnswerError, match="without a place"):
        upload_of(answer, "https://api.linkedin.com")


def test_a_place_elsewhere_refuses_the_post(server, tmp_path, monkeypatch):
    monkeypatch.setattr(server, "_begin", lambda _call, _part: Reply(200, value("https://evil.example/x")))
    linkedin = channel(server)
    receipt = linkedin.send(planned(linkedin, media=images(tmp_path, "a.png")), [])

    assert receipt.outcome == "refused"
    assert len(server.requests) == 1


@outcomes
def test_an_outcome_is_what_can_be_known(server, fault, outcome, standing):
    """And what cannot be known, the page's posts tell."""
    server.misbehave(fault)
    linkedin = channel(server)
    linkedin.timeouts = patience(fault)
    request = planned(linkedin)
    receipt = linkedin.send(request, [])
    linkedin.timeouts = (10.0, 60.0)

    assert receipt.outcome == outcome
    assert receipt.error
    assert "\n" not in receipt.error
    assert len(server.posts) == standing
    if outcome == "unknown":
        assert linkedin.find(request) == (Receipt("sent", id=SHARE, url=link_to(SHARE)) if standing else None)


def test_a_repeat_is_the_post_that_stands_there_already(server):
    """LinkedIn refuses the same text, naming the post; that one is ours where it says the same, since we planned it."""
    server.misbehave("500_after")
    linkedin = channel(server)
    request = planned(linkedin)

    assert linkedin.send(request, []).outcome == "unknown"
    assert linkedin.send(request, []) == Receipt("sent", id=SHARE, url=link_to(SHARE))
    assert len(server.posts) == 1


@pytest.mark.parametrize(
    ("more", "outcome", "words"),
    [
        ({}, "sent", ""),
        ({"createdAt": None}, "sent", ""),
        ({"commentary": "Another text"}, "refused", "that is another post"),
        ({"author": "urn:li:organization:99"}, "refused", "that is another post"),
        ({"createdAt": 1_700_000_000_000}, "refused", "since before this release was planned"),
        ({"commentary": None}, "unknown", "cannot be looked at: LinkedIn answered with something else than a post"),
    ],
)
def test_the_post_that_is_repeated_is_looked_at(server, more, outcome, words):
    linkedin = channel(server)
    request = planned(linkedin)
    linkedin.send(request, [])
    server.more[SHARE] = more
    receipt = linkedin.send(request, [])

    assert receipt.outcome == outcome
    assert words in (receipt.error or "")
    assert outcome == "sent" or link_to(SHARE) in (receipt.error or "")


def test_the_post_that_is_repeated_may_be_gone(server, monkeypatch):
    linkedin = channel(server)
    request = planned(linkedin)
    linkedin.send(request, [])
    monkeypatch.setattr(server, "_post", lambda _call, _urn: Reply(404, {"message": "Could not find entity"}))
    receipt = linkedin.send(request, [])

    assert receipt.outcome == "refused"
    assert "is gone: wait" in (receipt.error or "")


def test_the_post_that_is_repeated_may_be_one_that_nobody_can_look_at(server):
    """Then it may be ours, and a person must look."""
    linkedin = channel(server)
    request = planned(linkedin)
    linkedin.send(request, [])
    server.scopes -= {"r_organization_social"}
    receipt = linkedin.send(request, [])

    assert receipt.outcome == "unknown"
    assert link_to(SHARE) in (receipt.error or "")
    assert "make it with r_organization_social as well" in (receipt.error or "")


@pytest.mark.parametrize(
    "message",
    [
        "Content is a duplicate of urn:li:person:782bbtaQ",
        "Something is wrong",
        "Content is a duplicate",
        "urn:li:share:1",
    ],
)
def test_any_other_422_is_refused_in_linkedins_words(server, monkeypatch, message):
    monkeypatch.setattr(server, "_create", lambda _call, _part: Reply(422, {"message": message, "status": 422}))
    linkedin = channel(server)

    assert linkedin.send(planned(linkedin), []) == Receipt("refused", error=message)
    assert len(server.requests) == 1


def test_a_key_says_for_when_a_post_was_planned():
    linkedin = channel(type("S", (), {"settings": lambda _self: {"access_token": "a", "organization": 1}})())
    at = datetime(2026, 12, 1, 10, tzinfo=timezone(timedelta(hours=1)))

    assert planned(linkedin, at=at).key.startswith("2026-12-01T09:00:00+00:00/")
    assert planned(linkedin, at=at) == planned(linkedin, at=at)
    assert planned(linkedin, at=at).digest == planned(linkedin).digest


def test_posts_are_found_each_by_itself(server):
    linkedin = channel(server)
    requests = [planned(linkedin, text) for text in (TEXT, "Two", "Three")]
    receipts = [linkedin.send(request, []) for request in requests]

    assert [linkedin.find(request) for request in requests] == receipts
    assert linkedin.find(planned(linkedin, "Four")) is None


def test_an_older_post_with_the_same_text_is_not_ours(server):
    server.takes_twice = True
    linkedin = channel(server)
    old = planned(linkedin, "One", at=datetime.now(UTC) - timedelta(days=30))
    new = planned(linkedin, "One")
    sent = linkedin.send(old, [])
    server.made[sent.id] -= 30 * 86_400_000

    assert linkedin.find(new) is None
    assert linkedin.find(old) == sent


def test_a_clock_that_is_a_little_off_hides_no_post(server):
    linkedin = channel(server)
    request = planned(linkedin, "One")
    sent = linkedin.send(request, [])
    server.made[sent.id] -= 180_000

    assert linkedin.find(request) == sent


def test_an_older_post_that_was_changed_now_hides_no_post(server):
    """Posts come by their latest change, and so older ones stand before ours."""
    linkedin = channel(server)
    older = linkedin.send(planned(linkedin, "Older"), [])
    request = planned(linkedin, "One")
    sent = linkedin.send(request, [])
    now = server.made[older.id]
    server.made[older.id] -= 30 * 86_400_000
    server.more[older.id] = {"lastModifiedAt": now + 60_000, "lifecycleStateInfo": {"isEditedByAuthor": True}}

    assert linkedin.find(request) == sent


def test_a_post_is_found_behind_many_others(server):
    """Up to five pages are read; where they do not reach back to the planning, nobody can tell."""
    linkedin = channel(server)
    one, gone = planned(linkedin, "One"), planned(linkedin, "Gone")
    sent = linkedin.send(one, [])
    for number in range(120):
        server.post(body(linkedin, f"Later {number}"))

    assert linkedin.find(one) == sent
    assert linkedin.find(gone) is None

    for number in range(130):
        server.post(body(linkedin, f"Still later {number}"))
    assert linkedin.find(gone) == Receipt("unknown", error="the page has posted too much since this post was planned")


@pytest.mark.parametrize(
    ("more", "outcome"),
    [
        ({}, "sent"),
        ({"commentary": "One, put right", "lifecycleStateInfo": {"isEditedByAuthor": True}}, "unknown"),
        ({"commentary": "One (or"}, "unknown"),
        ({"commentary": "Another"}, None),
        ({"commentary": None}, None),
        ({"lifecycleState": "PUBLISH_FAILED"}, None),
        ({"reshareContext": {"parent": "urn:li:share:1"}}, None),
        ({"createdAt": 1_500_000_000_000, "lastModifiedAt": 1_500_000_000_000}, None),
        ({"createdAt": None}, "unknown"),
        ({"createdAt": "yesterday"}, "unknown"),
        ({"createdAt": 10**30}, "unknown"),
        ({"id": None}, "unknown"),
        ({"id": "urn:li:share:../x"}, "unknown"),
    ],
)
def test_a_post_is_ours_only_where_that_can_be_told(server, more, outcome):
    linkedin = channel(server)
    request = planned(linkedin, "One (or two)")
    linkedin.send(request, [])
    server.more[SHARE] = more
    found = linkedin.find(request)

    assert (found.outcome if found else None) == outcome


@pytest.mark.parametrize(
    "answer",
    [Reply(500, b"<html>"), Reply(200, b"<html>"), Reply(200, {}), Reply(200, {"elements": [7]}), Reply(200, [])],
)
def test_posts_that_cannot_be_read_say_nothing_about_this_one(server, monkeypatch, answer):
    monkeypatch.setattr(server, "_posts", lambda _call, _part: answer)
    linkedin = channel(server)
    found = linkedin.find(planned(linkedin))

    assert found is not None
    assert found.outcome == "unknown"
    assert (found.error or "").startswith("the page's posts cannot be read: ")


def test_a_token_that_may_not_read_posts_is_said_to_be_one(server):
    server.scopes -= {"r_organization_social"}
    linkedin = channel(server)

    words = "the page's posts cannot be read: the token may not read posts; make it with r_organization_social as well"
    assert linkedin.find(planned(linkedin)) == Receipt("unknown", error=words)


def test_without_a_key_nobody_can_tell(server):
    linkedin = channel(server)

    assert linkedin.find(replace(planned(linkedin), key="")) == Receipt(
        "unknown", error="it is not known when this post was planned"
    )


@pytest.mark.parametrize(
    ("change", "text", "words"),
    [
        ({}, "x" * 3001, "commentary exceeds 3000 characters"),
        ({}, " ", "commentary is empty"),
        ({"organization": 99}, "One", "author is not one for whom you may post"),
        (
            {"access_token": "wrong-token"},
            "One",
            "LinkedIn does not take this token any more (Invalid access token): make another, and set access_token",
        ),
        (
            {"version": 202507},
            "One",
            "LinkedIn does not know version 202507 of its API (any more): set version to a newer one",
        ),
    ],
)
def test_a_refusal_is_in_linkedins_words_and_says_what_to_do(server, change, text, words):
    linkedin = channel(server, **change)

    assert linkedin.send(planned(linkedin, text), []) == Receipt("refused", error=words)


def test_a_token_that_may_not_post_is_said_to_be_one(server):
    server.scopes -= {"w_organization_social"}
    linkedin = channel(server)

    assert linkedin.send(planned(linkedin), []) == Receipt(
        "refused",
        error="Not enough permissions to access: POST /rest/posts: the token needs w_organization_social, and whoever "
        "made it must be super admin or content admin of the page",
    )


def test_a_new_version_is_taken_for_a_post_that_was_planned_with_an_older_one(server):
    request = planned(channel(server, version=202507))

    assert channel(server, version=202610).send(request, []).outcome == "sent"


@pytest.mark.parametrize(
    ("headers", "words", "wait"),
    [
        ({}, "its quotas are for a day and begin anew at midnight UTC", 86_400.0),
        ({"Retry-After": "90"}, "try again in 90 seconds", 90.0),
        ({"Retry-After": "9" * 40}, "its quotas are for a day and begin anew at midnight UTC", 86_400.0),
    ],
)
def test_a_rate_limit_says_when_to_try_again(server, monkeypatch, headers, words, wait):
    monkeypatch.setattr(server, "_create", lambda _call, _part: Reply(429, {"message": "throttle"}, headers))
    linkedin = channel(server)

    receipt = linkedin.send(planned(linkedin), [])

    assert receipt.outcome == "refused"
    assert 0 < (receipt.wait or 0) <= wait
    assert (receipt.error or "").startswith(f"too many requests to LinkedIn; {words}")


@pytest.mark.parametrize(
    "urn", ["", "7", "urn:li:share:", "urn:li:share:1/../2", "urn:li:activity:1", SHARE + "\u0661"]
)
def test_a_success_without_the_id_of_a_post_is_unknown(server, monkeypatch, urn):
    headers = {"x-restli-id": urn.encode().decode("latin-1")}
    monkeypatch.setattr(server, "_create", lambda _call, _part: Reply(201, b"", headers))
    linkedin = channel(server)

    assert linkedin.send(planned(linkedin), []) == Receipt(
        "unknown", error="LinkedIn answered without the id of a post"
    )


@pytest.mark.parametrize("status", [400, 404, 409, 422])
@pytest.mark.parametrize(
    "answer", [{}, [], None, "no", b"<html>no</html>", b"\xff\xfe", {"message": None}, {"message": {}}]
)
def test_a_refusal_is_one_whatever_its_body_looks_like(server, monkeypatch, status, answer):
    monkeypatch.setattr(server, "_create", lambda _call, _part: Reply(status, answer))
    linkedin = channel(server)

    assert linkedin.send(planned(linkedin), []) == Receipt("refused", error=f"LinkedIn answered {status}")


def test_a_redirect_is_not_followed(server, monkeypatch):
    target = {"Location": f"{server.url}/rest/organizations/{server.number}"}
    monkeypatch.setattr(server, "_create", lambda _call, _part: Reply(301, {}, target))
    linkedin = channel(server)

    assert linkedin.send(planned(linkedin), []) == Receipt(
        "refused", error=f"{server.url} redirects elsewhere; check api_url"
    )
    assert len(server.requests) == 1


def test_a_server_that_is_down_refuses_and_takes_the_post_once_it_is_back(server):
    linkedin = channel(server)
    request = planned(linkedin)
    server.stop()
    down = linkedin.send(request, [])
    server.start()

    assert down.outcome == "refused"
    assert (down.error or "").startswith(f"could not reach 127.0.0.1:{server.port}: ")
    assert linkedin.send(request, []).outcome == "sent"


def test_the_page_is_named_by_its_name_its_address_and_its_number(server):
    account = channel(server).whoami()

    assert account.handle == "Harbour Trust"
    assert all(
        account.is_called(name)
        for name in (
            "harbour trust",
            "@harbour-trust",
            "5515715",
            "urn:li:organization:5515715",
            "https://www.linkedin.com/company/harbour-trust",
        )
    )
    assert not account.is_called("other-trust")
    assert not account.is_called("")


@pytest.mark.parametrize("role", ["CONTENT_ADMIN", "CONTENT_ADMINISTRATOR", "DIRECT_SPONSORED_CONTENT_POSTER"])
def test_a_member_who_is_no_super_admin_may_post_all_the_same(server, role):
    server.role = role

    assert channel(server).whoami().handle == "urn:li:organization:5515715"


def test_a_member_who_may_not_post_as_the_page_is_noticed(server):
    server.role = "ANALYST"

    with pytest.raises(
        ChannelError, match=r"may not post as urn:li:organization:5515715: .* content admin of the page"
    ):
        channel(server).whoami()
    with pytest.raises(ChannelError, match="may not post as urn:li:organization:77"):
        channel(server, organization=77).whoami()


def test_a_token_that_may_not_say_which_page_it_is_for_is_told(server):
    server.scopes -= {"rw_organization_admin"}

    with pytest.raises(ChannelError, match="make it with rw_organization_admin as well"):
        channel(server).whoami()


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"access_token": "wrong-token"}, "make another, and set access_token"),
        ({"version": 202501}, "set version to a newer one"),
    ],
)
def test_a_token_or_a_version_that_is_over_is_noticed_beforehand(server, change, words):
    with pytest.raises(ChannelError, match=words):
        channel(server, **change).whoami()


@pytest.mark.parametrize("path", ["organizations", "organizationAcls"])
@pytest.mark.parametrize("fault", ["500_after", "garbage", "429", "close_before"])
def test_a_page_that_cannot_be_asked_for_is_an_error_in_one_line(server, path, fault):
    server.role = "CONTENT_ADMIN" if path == "organizationAcls" else server.role
    server.misbehave(fault, on=f"/rest/{path}")
    with pytest.raises(ChannelError) as caught:
        channel(server).whoami()

    assert len(str(caught.value).splitlines()) == 1


@pytest.mark.parametrize("answer", [{}, {"id": 77, "localizedName": "Other"}, {"id": 5515715}, {"localizedName": " "}])
def test_an_answer_that_names_no_page_is_an_error(server, monkeypatch, answer):
    monkeypatch.setattr(server, "_organization", lambda _call, _number: Reply(200, answer))

    with pytest.raises(ChannelError, match="without naming the page; check api_url"):
        channel(server).whoami()


@pytest.mark.parametrize(
    ("url", "urn"),
    [
        (link_to(SHARE), SHARE),
        ("linkedin.com/feed/update/urn:li:ugcPost:123?utm_source=share", "urn:li:ugcPost:123"),
        (" https://www.linkedin.com/feed/update/urn%3Ali%3Aactivity%3A123/ ", "urn:li:activity:123"),
        ("https://www.linkedin.com/posts/harbour-trust_quiet-nights-activity-123-AbC_", "urn:li:activity:123"),
        ("https://www.linkedin.com/posts/harbour-trust_share-123-AbCd/?utm_source=x", "urn:li:share:123"),
    ],
)
def test_a_link_of_a_post_gives_its_id(server, url, urn):
    linkedin = channel(server)

    assert linkedin.receipt_for(url, planned(linkedin)) == Receipt("sent", id=urn, url=url.strip())


@pytest.mark.parametrize(
    "url",
    [
        "",
        SHARE,
        "https://www.linkedin.com/company/harbour-trust/",
        "https://www.linkedin.com/feed/update/urn:li:share:x/",
        "https://www.linkedin.com/feed/update/urn:li:comment:1/",
        "https://other.example/feed/update/urn:li:share:1/",
        "https://[www.linkedin.com/feed/update/urn:li:share:1/",
    ],
)
def test_any_other_link_is_refused_in_one_line(server, url):
    linkedin = channel(server)
    with pytest.raises(ChannelError, match="is not the link of a post") as caught:
        linkedin.receipt_for(url, planned(linkedin))

    assert len(str(caught.value).splitlines()) == 1


def test_no_token_gets_into_errors_tracebacks_or_logs(server, caplog, tmp_path, monkeypatch):
    caplog.set_level(logging.DEBUG)
    linkedin = channel(server)
    wrong = channel(server, access_token="wrong-token-77")
    broken = channel(server)
    broken.settings = broken.settings.model_copy(update={"api_url": "http://127.0.0.1:notaport"})
    receipts: list[Receipt | None] = []
    for fault in ("garbage", "500_after", "close_after", "429"):
        server.misbehave(fault)
        receipts.append(linkedin.send(planned(linkedin, media=images(tmp_path, "a.png")), []))
    for each in (wrong, broken):
        receipts += [each.send(planned(each), []), each.find(planned(each))]
    with monkeypatch.context() as patch:
        echo = Reply(403, {"message": f"{server.token} may not"})
        patch.setattr(server, "answer", lambda _call: echo)
        receipts += [linkedin.send(planned(linkedin), []), linkedin.find(planned(linkedin))]
    server.stop()
    with pytest.raises(ChannelError) as caught:
        linkedin.whoami()
    written = caplog.text + repr(receipts) + "".join(traceback.format_exception(caught.value))
    written += repr(linkedin.settings) + repr(linkedin._api())

    assert "/rest/posts" in caplog.text
    for secret in (server.token, "wrong-token-77", "sig=a"):
        assert secret not in written


@pytest.mark.usefixtures("dead_proxies")
def test_proxies_of_the_environment_are_not_for_this_machine(server):
    linkedin = channel(server)

    assert linkedin.send(planned(linkedin), []).outcome == "sent"
