"""WordPress, against a site that makes slugs unique, filters HTML and knows no key for a repeat."""

from __future__ import annotations

import base64
import logging
import traceback
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from channels.test_wordpress_content import article
from compose.test_layouts import releases
from hypothesis import given, settings
from sending import patience
from servers.base import Reply, picture
from servers.wordpress import WordPressServer, kses

from publisher.channels.base import ChannelError, Receipt
from publisher.channels.wordpress import WordPress
from publisher.channels.wordpress_answers import TakenError, find_among, same_address, words_of
from publisher.channels.wordpress_content import with_addresses
from publisher.compose.composing import Wishes, compose
from publisher.compose.model import Post, Variant
from publisher.config.loading import load_config
from publisher.delivery.plan import make_plan
from publisher.documents.model import Block
from publisher.release.model import Media, Release
from publisher.text.rich import as_rich

SLUG = "weirs-and-locks"
CHANGE = "change `slug` in the front matter"
OFFLINE = {"username": "press", "application_password": "secret", "api_url": "https://www.rivers.example"}
ROLE = "The user press must be an Author or Editor"


@pytest.fixture
def site():
    server = WordPressServer()
    yield server
    server.stop()
    assert not server.crashes, server.crashes[0]


def channel(server, **changes):
    return WordPress("wordpress", WordPress.Settings(**{**server.settings(), **changes}), Path())


def planned(wordpress, *blocks, **changes):
    page = article(*(blocks or ("We said “so” & [more] <that>.",)), **changes)
    variant = Variant("wordpress", "wordpress", "article", "en", (Post(as_rich("")),), None, page)
    [request] = wordpress.render(variant)
    return wordpress.stamp(request, datetime.now(UTC), "seed")


def images(folder, *names):
    for name in names:
        (folder / name).write_bytes(picture(name))
    return tuple(Media(str(folder / name), f"What {name} shows") for name in names)


def made(server):
    """How often it was tried to put a post in."""
    return sum(map(server.publishes, server.requests))


@pytest.mark.parametrize("role", ["author", "editor"])
def test_a_release_stands_on_the_site_at_the_address_that_others_were_told(site, role):
    site.role = role
    wordpress = channel(site, api_url=f"{site.url}/", categories=[5], tags=[7])
    request = planned(wordpress)
    receipt = wordpress.send(request, [])

    assert receipt == Receipt("sent", id=site.posts[0].id, url=wordpress.permalink(SLUG))
    assert site.posts[0].text == "Weirs & Locks\nWe said “so” & [more] <that>."
    assert site.posts[0].raw == request.json
    assert {call.headers["connection"] for call in site.requests} == {"close"}


def test_images_go_into_the_library_and_from_there_into_the_text(site, tmp_path):
    wordpress = channel(site)
    top, middle = images(tmp_path, "a.png", "b.jpg")
    request = planned(wordpress, "One", Block("image", src=middle.path), media=(top, middle))
    receipt = wordpress.send(request, [])
    [first, second] = site.images.items()
    body = site.posts[0].raw

    assert receipt.outcome == "sent"
    assert [(image["name"], image["alt"], image["content"]) for _, image in (first, second)] == [
        ("a.png", "What a.png shows", picture("a.png")),
        ("b.jpg", "What b.jpg shows", picture("b.jpg")),
    ]
    assert body["featured_media"] == first[0]
    assert body["content"] == f'<p>One</p>\n<figure><img src="{second[1]["url"]}" alt="What b.jpg shows"></figure>'
    assert {name: body[name] for name in body if name not in ("content", "featured_media")} == {
        name: request.json[name] for name in request.json if name != "content"
    }


def test_an_image_that_lies_elsewhere_now_still_gets_its_place(site, tmp_path):
    """A plan holds each path in full; the order alone says which place is whose."""
    wordpress = channel(site)
    media = images(tmp_path, "a.png", "b.png")
    request = planned(wordpress, Block("image", src=media[1].path), media=media)
    (tmp_path / "b.png").rename(tmp_path / "c.png")
    moved = replace(request.uploads[1], path=str(tmp_path / "c.png"))
    receipt = wordpress.send(replace(request, uploads=(request.uploads[0], moved)), [])

    assert receipt.outcome == "sent"
    assert [image["url"] in site.posts[0].raw["content"] for image in site.images.values()] == [False, True]


@pytest.mark.parametrize("content", [b"", b"GIF89a", None])
def test_an_image_that_cannot_go_along_refuses_the_post(site, tmp_path, content):
    wordpress = channel(site)
    request = planned(wordpress, media=images(tmp_path, "a.png"))
    if content is None:
        (tmp_path / "a.png").unlink()
    else:
        (tmp_path / "a.png").write_bytes(content)
    receipt = wordpress.send(request, [])

    assert receipt.outcome == "refused"
    assert "a.png" in (receipt.error or "")
    assert (site.posts, site.images) == ([], {})


@pytest.mark.parametrize(
    ("reply", "words"),
    [
        (None, "The uploaded file exceeds the upload_max_filesize directive in php.ini."),
        (Reply(413, b"<html>"), "it is too large for this site"),
    ],
)
def test_an_image_that_the_host_does_not_take_is_named(site, tmp_path, monkeypatch, reply, words):
    site.most_bytes = 10
    if reply:
        monkeypatch.setattr(site, "_upload", lambda _call: reply)
    wordpress = channel(site)
    receipt = wordpress.send(planned(wordpress, media=images(tmp_path, "a.png")), [])

    assert receipt == Receipt("refused", error=f"the site does not take the image a.png: {words}")
    assert made(site) == 0


@pytest.mark.parametrize("fault", ["close_after", "500_after", "garbage", "429", "expired"])
def test_a_failed_upload_refuses_the_post_because_nothing_was_posted(site, tmp_path, fault):
    site.misbehave(fault, on="/media")
    wordpress = channel(site)
    receipt = wordpress.send(planned(wordpress, media=images(tmp_path, "a.png")), [])

    assert receipt.outcome == "refused"
    assert receipt.error
    assert made(site) == 0


@pytest.mark.parametrize(
    ("fault", "outcome", "standing"),
    [
        ("close_before", "unknown", 0),
        ("close_after", "unknown", 1),
        ("500_after", "unknown", 1),
        ("garbage", "unknown", 1),
        ("slow", "unknown", 1),
        ("429", "refused", 0),
        ("expired", "refused", 0),
    ],
)
def test_an_outcome_is_what_can_be_known(site, tmp_path, fault, outcome, standing):
    """And what cannot be known, the post under the slug tells, whatever the site made of its HTML."""
    site.misbehave(fault)
    wordpress = channel(site)
    wordpress.timeouts = patience(fault)
    request = planned(wordpress, 'It\'s [so] -- "really"...', media=images(tmp_path, "a.png", "b.png"))
    receipt = wordpress.send(request, [])
    wordpress.timeouts = (10.0, 60.0)

    assert receipt.outcome == outcome
    assert receipt.error
    assert "\n" not in receipt.error
    assert len(site.posts) == standing
    if outcome == "unknown":
        sent = Receipt("sent", id=site.posts[0].id, url=wordpress.permalink(SLUG)) if standing else None
        assert wordpress.find(request) == sent


def test_sending_again_finds_the_post_that_stands_there(site):
    wordpress = channel(site)
    request = planned(wordpress)
    first = wordpress.send(request, [])

    assert wordpress.send(request, []) == first
    assert made(site) == 1


@pytest.mark.parametrize("role", ["author", "editor"])
@pytest.mark.parametrize("status", ["publish", "draft", "pending", "private", "future"])
def test_another_post_under_the_slug_is_never_touched(site, role, status):
    """Not even where this user may not see it."""
    site.role = role
    site.put(SLUG, status=status)
    wordpress = channel(site)
    request = planned(wordpress)
    receipt, found = wordpress.send(request, []), wordpress.find(request)

    assert receipt.outcome == "refused"
    assert "stands under this slug" in (receipt.error or "")
    assert (receipt.error or "").endswith(CHANGE)
    assert found is not None
    assert (found.outcome, CHANGE in (found.error or "")) == ("unknown", False)
    assert made(site) == 0


def test_a_post_whose_slug_ends_in_a_number_is_another_one(site):
    site.put(f"{SLUG}-2")
    wordpress = channel(site)

    assert wordpress.send(planned(wordpress), []).outcome == "sent"


def test_a_page_that_would_cover_the_post_refuses_it(site):
    site.put(SLUG, type="page")
    wordpress = channel(site)

    assert wordpress.send(planned(wordpress), []) == Receipt(
        "refused", error=f"another page stands under this slug ({site.url}/{SLUG}/); {CHANGE}"
    )
    assert made(site) == 0


def test_a_page_elsewhere_is_in_nobodys_way(site):
    site.put(SLUG, type="page")
    site.structure = "/news/%postname%/"
    wordpress = channel(site, permalink=f"{site.url}/news/{{slug}}/")

    assert wordpress.send(planned(wordpress), []).outcome == "sent"


@pytest.mark.parametrize("status", ["draft", "pending", "private"])
def test_a_post_that_is_not_public_yet_is_waited_for(site, status):
    """The other channels would link to nothing; once somebody publishes it, all goes on."""
    site.keeps_as = status
    wordpress = channel(site)
    request = planned(wordpress)
    receipts = [wordpress.send(request, []), wordpress.find(request), wordpress.send(request, [])]
    site.stored[int(site.posts[0].id)]["status"] = "publish"

    error = f"the post is there, but as {status}: publish it in WordPress"
    assert receipts == [Receipt("unknown", error=error)] * 3
    assert wordpress.find(request) == Receipt("sent", id=site.posts[0].id, url=wordpress.permalink(SLUG))
    assert made(site) == 1


@pytest.mark.parametrize("role", ["author", "contributor"])
def test_a_draft_waits_in_wordpress(site, role):
    site.role = role
    wordpress = channel(site, status="draft")
    request = planned(wordpress)
    receipt = wordpress.send(request, [])

    assert receipt == Receipt("sent", id=site.posts[0].id, url=f"{site.url}/?p={site.posts[0].id}")
    assert wordpress.find(request) == receipt
    assert [call.path.rpartition("/")[2] for call in site.requests] == ["posts"] * 3


@pytest.mark.parametrize("structure", ["/2026/12/%postname%/", "/archives/%postname%"])
def test_addresses_of_another_form_than_the_settings_say_refuse_the_post(site, structure):
    site.put("older")
    site.structure = structure
    wordpress = channel(site)
    receipt = wordpress.send(planned(wordpress), [])
    older = site.url + structure.replace("%postname%", "older")

    assert receipt.outcome == "refused"
    assert (receipt.error or "").startswith(
        f"posts stand there at addresses such as {older}, not {site.url}/older/: set permalink to that form, or to "
    )
    with pytest.raises(ChannelError, match="set permalink"):
        wordpress.whoami()
    assert made(site) == 0

    by_name = channel(site, permalink=f"{site.url}/?name={{slug}}")

    assert by_name.send(planned(by_name), []) == Receipt(
        "sent", id=site.posts[0].id, url=site.url + structure.replace("%postname%", SLUG)
    )
    assert by_name.whoami().handle == "press"


def test_only_posts_of_the_same_categories_say_how_addresses_look(site):
    site.put("older", categories=[5])
    site.structure = "/news/%postname%/"

    assert channel(site, categories=[6]).whoami().handle == "press"
    assert channel(site, categories=[5, 6], permalink=f"{site.url}/news/{{slug}}").whoami().handle == "press"
    with pytest.raises(ChannelError):
        channel(site, categories=[5, 6]).whoami()


def test_a_first_post_at_another_address_stops_the_others_until_the_setting_is_right(site):
    site.structure = "/news/%postname%/"
    wordpress = channel(site)
    receipt = wordpress.send(planned(wordpress), [])
    right = channel(site, permalink=f"{site.url}/news/{{slug}}/")

    assert receipt == Receipt(
        "unknown",
        error=f"the post stands at {site.url}/news/{SLUG}/, and other channels would link to {site.url}/{SLUG}/: "
        "set permalink",
    )
    assert right.send(planned(right), []).outcome == "sent"
    assert made(site) == 1


def test_of_two_runs_at_once_the_later_one_takes_its_post_back(site):
    other, wordpress = channel(site), channel(site)
    request = planned(wordpress)

    def quicker():
        site.quicker = lambda: None
        body = request.json
        site.put(SLUG, body["title"], body["content"], author=1)

    site.quicker = quicker
    receipt = wordpress.send(request, [])

    assert receipt.outcome == "sent"
    assert receipt == other.find(request)
    assert [entry["slug"] for entry in site.stored.values()] == [SLUG]


def test_somebody_elses_post_that_was_quicker_keeps_the_slug(site):
    wordpress = channel(site)
    site.quicker = lambda: site.put(SLUG)
    receipt = wordpress.send(planned(wordpress), [])

    assert (receipt.outcome, (receipt.error or "").endswith(CHANGE)) == ("refused", True)
    assert [(entry["slug"], entry["author"]) for entry in site.stored.values()] == [(SLUG, 2)]


def test_a_post_that_cannot_be_taken_back_is_named(site):
    """Nothing more is sent until a person has deleted it."""
    site.role = "editor"
    wordpress = channel(site)
    request = planned(wordpress)
    site.quicker = lambda: site.put(SLUG)
    site.misbehave("close_before", on="/posts/")
    receipt = wordpress.send(request, [])
    found, again = wordpress.find(request), wordpress.send(request, [])

    assert receipt.outcome == "unknown"
    assert f"the post stands at {site.url}/{SLUG}-2/, as its slug was taken; delete it there" in (receipt.error or "")
    assert found == again
    assert (again.outcome, f"{SLUG}-2" in (again.error or "")) == ("unknown", True)
    assert made(site) == 1


@pytest.mark.parametrize("slug", ["feed", "2026"])
def test_a_slug_that_wordpress_keeps_for_itself_is_refused(site, slug):
    wordpress = channel(site)
    receipt = wordpress.send(planned(wordpress, slug=slug), [])

    assert receipt == Receipt("refused", error=f"the site gives this slug to no post; {CHANGE}")
    assert site.stored == {}


@pytest.mark.parametrize(
    ("change", "role", "words"),
    [
        (
            {"application_password": "another"},
            "author",
            "127.0.0.1 does not take username and application_password: check both (You are not currently logged in.)",
        ),
        ({"username": "pres"}, "author", "127.0.0.1 does not take username and application_password"),
        (
            {},
            "contributor",
            f"Sorry, you are not allowed to publish posts in this post type. {ROLE}",
        ),
        ({}, "subscriber", f"Invalid parameter(s): status Status is forbidden. {ROLE}"),
    ],
)
def test_a_refusal_says_what_to_change(site, change, role, words):
    site.role = role
    wordpress = channel(site, **change)
    receipt = wordpress.send(planned(wordpress), [])

    assert (receipt.outcome, (receipt.error or "")[: len(words)]) == ("refused", words)
    assert site.stored == {}


@pytest.mark.parametrize(
    ("reply", "outcome", "words"),
    [
        (Reply(400, {"code": "rest_invalid_param", "message": "<b>No</b> &amp; no"}), "refused", "No & no"),
        (
            Reply(403, b"<html>Blocked</html>"),
            "refused",
            "127.0.0.1 answered 403, and not as WordPress does: a firewall may stand before it",
        ),
        (
            Reply(301, b"", {"Location": "https://x.example"}),
            "refused",
            "{} redirects elsewhere: check api_url, and that Settings, Permalinks is not Plain",
        ),
        (
            Reply(404, b"<html>"),
            "refused",
            "there is no REST API at {}/wp-json: check api_url, and that Settings, Permalinks is not Plain",
        ),
        (Reply(404, {"code": "rest_no_route", "message": "No route"}), "refused", "No route"),
        (Reply(429, b""), "refused", "too many requests to 127.0.0.1; try again in 300 seconds"),
        (Reply(500, {"code": "db_insert_error", "message": "No"}), "refused", "127.0.0.1 answered 500: No"),
        (Reply(503, b"Briefly unavailable"), "unknown", "127.0.0.1 answered 503"),
        (Reply(400, {"code": "rest_invalid_featured_media", "message": "No image"}), "unknown", "No image"),
        (Reply(201, {}), "unknown", "the site answered without the number of a post"),
        (Reply(201, [7]), "unknown", "the site answered without the number of a post"),
        (Reply(201, {"id": True, "slug": "x"}), "unknown", "the site answered without the number of a post"),
    ],
)
def test_an_answer_is_what_it_means(site, monkeypatch, reply, outcome, words):
    monkeypatch.setattr(site, "_create", lambda _call: reply)
    wordpress = channel(site)

    receipt = wordpress.send(planned(wordpress), [])

    assert replace(receipt, wait=None) == Receipt(outcome, error=words.format(site.url))


@pytest.mark.parametrize(
    "reply", [Reply(200, b"<html>"), Reply(200, {}), Reply(500, b""), Reply(404, b""), Reply(403, {"code": "no"})]
)
def test_posts_that_cannot_be_read_say_nothing_about_this_one(site, monkeypatch, reply):
    """And as long as they cannot, nothing is sent."""
    monkeypatch.setattr(site, "_list", lambda _call, _kind: reply)
    wordpress = channel(site)
    request = planned(wordpress)
    found, receipt = wordpress.find(request), wordpress.send(request, [])

    assert found is not None
    assert found.outcome == "unknown"
    assert (found.error or "").startswith("the site's posts cannot be read: ")
    assert receipt.outcome == "refused"
    assert made(site) == 0


def test_a_site_that_cannot_be_reached_refuses_the_post(site):
    site.stop()
    wordpress = channel(site)
    receipt = wordpress.send(planned(wordpress), [])

    assert (receipt.outcome, "could not reach" in (receipt.error or "")) == ("refused", True)
    with pytest.raises(ChannelError, match="could not reach"):
        wordpress.whoami()


@pytest.mark.parametrize(
    ("status", "first", "link"),
    [
        ("publish", "wordpress", "https://www.rivers.example/weirs/"),
        ("publish", "newsroom", "https://news.rivers.example/weirs/"),
        ("draft", "wordpress", "https://news.rivers.example/weirs/"),
    ],
)
def test_the_first_page_in_channels_yaml_is_what_others_link_to(tmp_path, status, first, link):
    """A draft is nothing to link to."""
    blocks = {
        "wordpress": f"  wordpress: {{api_url: 'https://www.rivers.example', username: press, status: {status},"
        " application_password: secret}\n",
        "newsroom": "  newsroom: {base_url: 'https://news.rivers.example'}\n",
    }
    ordered = sorted(blocks, key=lambda name: name != first)
    (tmp_path / "channels.yaml").write_text("channels:\n" + "".join(blocks[name] for name in ordered))
    plan = make_plan(Release("r.md", "Weirs", "weirs"), load_config(str(tmp_path / "channels.yaml")))

    assert {planned.variant.link for planned in plan.deliveries} == {link}


def test_whoami_names_the_user(site):
    account = channel(site).whoami()

    assert account.handle == "press"
    assert all(account.is_called(name) for name in ("press", "press-office", "Press Office", "press@rivers.example"))
    assert not account.is_called("admin")


@pytest.mark.parametrize(
    ("role", "status", "missing"),
    [
        ("contributor", "publish", "publish_posts, upload_files"),
        ("contributor", "draft", "upload_files"),
        ("subscriber", "publish", "edit_posts, publish_posts, upload_files"),
    ],
)
def test_whoami_names_the_rights_that_are_missing(site, role, status, missing):
    site.role = role

    with pytest.raises(ChannelError) as caught:
        channel(site, status=status).whoami()
    assert str(caught.value) == f"the user press lacks {missing}: make it an Author or Editor"


@pytest.mark.parametrize("reply", [Reply(200, b"<html>"), Reply(200, {"id": 1}), Reply(401, b""), Reply(200, [])])
def test_a_user_that_cannot_be_read_is_an_error(site, monkeypatch, reply):
    monkeypatch.setattr(site, "_user", lambda _call: reply)

    with pytest.raises(ChannelError):
        channel(site).whoami()


@pytest.mark.parametrize("fault", ["close_after", "500_after", "expired", "garbage"])
def test_the_password_is_in_no_error_and_no_log(site, caplog, fault):
    caplog.set_level(logging.DEBUG)
    site.misbehave(fault)
    site.misbehave(fault, on="/users/me")
    wordpress = channel(site)
    receipt = wordpress.send(planned(wordpress), [])
    with pytest.raises(ChannelError) as caught:
        wordpress.whoami()
    seen = caplog.text + str(receipt) + "".join(traceback.format_exception(caught.value)) + repr(wordpress.settings)
    token = base64.b64encode(f"{site.username}:{site.password}".encode()).decode()

    assert [secret for secret in (site.password, token) if secret in seen] == []
    assert site.requests[0].headers["authorization"] == f"Basic {token}"


@pytest.mark.parametrize(
    ("url", "number"),
    [
        (f"https://www.rivers.example/{SLUG}/", SLUG),
        (f"rivers.example/2026/12/{SLUG}?utm_source=x", SLUG),
        ("https://www.rivers.example/?p=12", "12"),
        ("https://blog.rivers.example/?p=12&preview=true", "12"),
    ],
)
def test_a_person_may_name_the_post_by_its_address(site, url, number):
    changes = {"api_url": "https://www.rivers.example", "permalink": "https://blog.rivers.example/{slug}/"}
    wordpress = channel(site, **changes)

    assert wordpress.receipt_for(url, planned(wordpress)) == Receipt("sent", id=number, url=url)


@pytest.mark.parametrize("url", ["https://other.example/weirs/", "https://www.rivers.example/", "https://["])
def test_a_link_that_leads_elsewhere_is_refused(site, url):
    wordpress = channel(site, api_url="https://www.rivers.example")

    with pytest.raises(ChannelError, match=f"such a link is https://www.rivers.example/{SLUG}/"):
        wordpress.receipt_for(url, planned(wordpress))


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("https://www.rivers.example/a/", "http://rivers.example/a", True),
        ("https://rivers.example/a%C3%A9/", "https://Rivers.example/aé/", True),
        ("https://rivers.example/a/", "https://rivers.example/A/", False),
        ("https://rivers.example/a/", "https://rivers.example/2026/a/", False),
        ("https://rivers.example/?p=1", "https://rivers.example/?p=2", False),
        ("https://rivers.example:8080/a", "https://rivers.example/a", False),
        ("", "https://rivers.example/a", False),
        ("https://[", "https://rivers.example/a", False),
    ],
)
def test_two_addresses_are_one_where_they_are_to_a_reader(one, other, same):
    assert same_address(one, other) is same


def test_a_post_is_ours_by_what_it_says():
    def post(title, content, slug="a"):
        return {"title": {"raw": title}, "content": {"raw": content}, "slug": slug}

    wanted = {"title": "A &amp; B", "content": '<p>One &#91;x]</p><img src="cid:1-a.png" alt="">', "slug": "a"}
    ours = post("A & B", '<p>One\n&#091;x]</p>\n<img src="/1.png"/>')

    assert find_among([ours], wanted) is ours
    assert find_among([post("A", "<p>One</p>", "a-2"), ours], wanted) is ours
    assert find_among([{**ours, "slug": "a-2"}, ours], wanted) is ours
    assert find_among([post("A", "<p>One</p>", "a-2")], wanted) is None
    assert find_among([], wanted) is None
    for other in (post("A & B", "<p>Two</p>"), post("B", "<p>One [x]</p>"), {"slug": "a"}):
        with pytest.raises(TakenError, match="another page stands under this slug"):
            find_among([other], wanted)


@settings(max_examples=100)
@given(releases)
def test_a_post_is_known_again_whatever_the_site_makes_of_its_html(release):
    """And a post that says a word more is another one."""
    wordpress = WordPress("wordpress", WordPress.Settings(**OFFLINE), Path())
    [request] = wordpress.render(compose(release, wordpress.capabilities, Wishes("wordpress", "wordpress"), None))
    wanted = request.json
    addresses = [f"https://www.rivers.example/{number}.png" for number, _ in enumerate(request.uploads)]
    title, content = (kses(wanted["title"]), kses(with_addresses(wanted["content"], addresses)))
    ours = {"slug": wanted["slug"], "title": {"raw": title}, "content": {"raw": content.replace("\n", "\r\n")}}

    assert find_among([ours], wanted) is ours
    for other in ({**ours, "title": {"raw": f"{title} more"}}, {**ours, "content": {"raw": f"{content}<p>More</p>"}}):
        with pytest.raises(TakenError):
            find_among([other], wanted)


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        ({"message": "<strong>Error:</strong> a\nb &lt;c&gt;"}, "Error: a b <c>"),
        ({"code": "rest_no"}, "rest_no"),
        ({"message": 7}, ""),
        ([], ""),
        (None, ""),
    ],
)
def test_a_refusal_is_told_without_its_markup(answer, words):
    assert words_of(answer) == words
