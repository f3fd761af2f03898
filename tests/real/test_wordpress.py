"""The WordPress channel on WordPress itself: slugs, roles, the library of images."""

from __future__ import annotations

from pathlib import Path

import httpx
import pytest
from channels.test_wordpress_content import article
from real.planning import image, stamped
from real.servers.between import wire
from servers.base import picture

from publisher.channels.base import ChannelError
from publisher.channels.wordpress import WordPress
from publisher.compose.model import Post, Variant
from publisher.documents.model import Block
from publisher.text.rich import as_rich

SLUG = "weirs-and-locks"


def channel(site, role="author", **changes):
    return WordPress("wordpress", WordPress.Settings(**site.settings(role, **changes)), Path())


def planned(wordpress, *blocks, **changes):
    page = article(*(blocks or ("We said “so” & [more] <that>.",)), **changes)
    [request] = stamped(wordpress, Variant("wordpress", "wordpress", "article", "en", (Post(as_rich("")),), None, page))
    return request


@pytest.mark.parametrize("role", ["author", "editor"])
def test_a_release_stands_on_the_site_with_its_image(wordpress_site, tmp_path, role):
    wordpress = channel(wordpress_site, role)
    account = wordpress.whoami()
    quay = image(tmp_path)
    receipt = wordpress.send(planned(wordpress, "One", Block("image", src=quay.path), media=(quay,)), [])
    [post], [file] = wordpress_site.posts(), wordpress_site.media()
    page = httpx.get(receipt.url, trust_env=False).text

    assert account.handle == role
    assert (receipt.outcome, receipt.id) == ("sent", str(post["id"]))
    assert receipt.url == wordpress.permalink(SLUG) == post["link"]
    assert (post["slug"], post["status"], post["featured_media"]) == (SLUG, "publish", file["id"])
    assert file["alt_text"] == "What quay.png shows"
    assert httpx.get(file["source_url"], trust_env=False).content == picture("quay.png")
    assert f'<figure><img src="{file["source_url"]}" alt="What quay.png shows"></figure>' in post["content"]["raw"]
    assert "Weirs &#038; Locks" in page or "Weirs &amp; Locks" in page


def test_a_repeat_finds_the_post_and_makes_no_second_one(wordpress_site):
    """WordPress itself would put a second post under `weirs-and-locks-2`, and say that all is well."""
    wordpress = channel(wordpress_site)
    request = planned(wordpress)
    receipts = [wordpress.send(request, []) for _ in range(3)]

    assert {(receipt.outcome, receipt.id) for receipt in receipts} == {("sent", receipts[0].id)}
    assert wordpress.find(request).id == receipts[0].id
    assert [post["slug"] for post in wordpress_site.posts()] == [SLUG]


def test_a_draft_is_found_as_well(wordpress_site):
    wordpress = channel(wordpress_site, status="draft")
    wordpress.whoami()
    request = planned(wordpress)
    receipts = [wordpress.send(request, []) for _ in range(2)]

    assert [receipt.outcome for receipt in receipts] == ["sent"] * 2
    assert [(post["slug"], post["status"]) for post in wordpress_site.posts()] == [(SLUG, "draft")]


def test_a_post_whose_answer_was_lost_is_found(wordpress_site):
    with wire(wordpress_site.port) as between:
        wordpress = channel(wordpress_site, api_url=between.url, permalink=f"{wordpress_site.url}/{{slug}}/")
        request = planned(wordpress)
        never = wordpress.find(request)
        between.cut("POST /wp-json/wp/v2/posts")
        lost = wordpress.send(request, [])
        found = wordpress.find(request)
        again = wordpress.send(request, [])

    assert (never, lost.outcome, between.lost) == (None, "unknown", 1)
    assert (found.outcome, again.id) == ("sent", found.id)
    assert [post["slug"] for post in wordpress_site.posts()] == [SLUG]


def test_a_slug_that_somebody_elses_post_has_is_refused(wordpress_site):
    other = channel(wordpress_site, "editor")
    other.send(planned(other, "Something else altogether."), [])
    wordpress = channel(wordpress_site)
    receipt = wordpress.send(planned(wordpress), [])

    assert receipt.outcome == "refused"
    assert "slug" in receipt.error
    assert [post["slug"] for post in wordpress_site.posts()] == [SLUG]


def test_a_contributor_who_is_to_publish_is_told_beforehand_and_posts_nothing(wordpress_site):
    wordpress = channel(wordpress_site, "contributor")
    receipt = wordpress.send(planned(wordpress), [])

    with pytest.raises(ChannelError, match=r"contributor lacks .*Author or Editor"):
        wordpress.whoami()
    assert receipt.outcome == "refused"
    assert wordpress_site.posts() == []


def test_a_password_that_is_none_is_refused(wordpress_site):
    wordpress = channel(wordpress_site, application_password="aaaa bbbb cccc dddd")
    receipt = wordpress.send(planned(wordpress), [])

    assert receipt.outcome == "refused"
    with pytest.raises(ChannelError, match="application_password"):
        wordpress.whoami()
    assert wordpress_site.posts() == []
