"""What a release becomes as a WordPress post: whole, harmless, and at an address that is known before."""

from __future__ import annotations

from pathlib import Path

import pytest
from compose.test_layouts import releases
from hypothesis import assume, given, settings
from pydantic import ValidationError
from recounts.common import read_html
from recounts.wordpress import TAGS, faults

from publisher.channels.wordpress import WordPress
from publisher.channels.wordpress_content import with_addresses
from publisher.compose.composing import Wishes, compose
from publisher.compose.model import Article, Post, Variant
from publisher.documents.model import Block
from publisher.errors import PublishError
from publisher.release.model import Contact, Media
from publisher.text.rich import RichText, Span, as_rich, join, link

SITE = "https://www.rivers.example"
HOSTILE = [
    "<script>alert(1)</script>",
    "[gallery ids=1] [/caption]",
    "<!-- wp:html --><b>bold</b><!-- /wp:html -->",
    "&#91;gallery]",
    "\u202e\u202e\u202egnorw",
    "e" + "\u0301" * 300,
    "\ud800 \x00 \uffff",
    'src="cid:1-a.png"',
    "<!--more-->",
]


def offline(**changes):
    own = {"username": "press", "application_password": "${WORDPRESS_PASSWORD}", "api_url": SITE, **changes}
    return WordPress("wordpress", WordPress.Settings(**own), Path())


def article(*blocks, headline="Weirs & Locks", media=(), **changes):
    parts = {
        "slug": "weirs-and-locks",
        "language": "en",
        "headline": headline,
        "subheadline": None,
        "dateline": None,
        "summary": "Twelve weirs come down.",
        "body": tuple(Block("paragraph", as_rich(each)) if isinstance(each, str) else each for each in blocks),
        "boilerplate": None,
        "contacts": (),
        "media": media,
        **changes,
    }
    return Article(**parts)


def variant(*blocks, **changes):
    return Variant("wordpress", "wordpress", "article", "en", (Post(as_rich("")),), None, article(*blocks, **changes))


def rendered(*blocks, **changes):
    [request] = offline().render(variant(*blocks, **changes))
    return request


def content(*blocks, **changes):
    return rendered(*blocks, **changes).json["content"]


def test_a_rendered_request_is_complete_and_holds_no_secret():
    request = rendered(
        "We said so.",
        subheadline="Fish & people pass",
        boilerplate="We look after rivers: https://rivers.example",
        contacts=(Contact("Ada Moor", "press@rivers.example", "+44 20 7946 0000"), Contact()),
    )

    assert (request.method, request.url) == ("POST", f"{SITE}/wp-json/wp/v2/posts")
    assert request.headers == {"Authorization": "Basic •••", "Content-Type": "application/json"}
    assert request.json == {
        "title": "Weirs &amp; Locks",
        "content": "<p><em>Fish &amp; people pass</em></p>\n<p>We said so.</p>\n<hr>\n"
        '<p>We look after rivers: <a href="https://rivers.example">https://rivers.example</a></p>\n'
        '<p>Ada Moor<br><a href="mailto:press@rivers.example">press@rivers.example</a><br>+44 20 7946 0000</p>',
        "excerpt": "Twelve weirs come down.",
        "slug": "weirs-and-locks",
        "status": "publish",
    }
    assert request.uploads == ()


def test_what_the_settings_say_goes_along():
    [request] = offline(status="draft", categories=[5], tags=[7, 8], api_url=f"{SITE}/blog/").render(variant("One"))

    assert request.url == f"{SITE}/blog/wp-json/wp/v2/posts"
    assert (request.json["status"], request.json["categories"], request.json["tags"]) == ("draft", [5], [7, 8])


@pytest.mark.parametrize(
    ("changes", "address"),
    [
        ({}, f"{SITE}/weirs/"),
        ({"api_url": f"{SITE}/blog/"}, f"{SITE}/blog/weirs/"),
        ({"permalink": f"{SITE}/news/{{slug}}.html"}, f"{SITE}/news/weirs.html"),
        ({"permalink": f"{SITE}/?name={{slug}}"}, f"{SITE}/?name=weirs"),
        ({"status": "draft"}, None),
    ],
)
def test_the_address_is_known_before_the_post_exists(changes, address):
    """A draft has none, and so cannot be what the other channels link to."""
    wordpress = offline(**changes)

    assert wordpress.permalink("weirs") == address
    assert wordpress.capabilities.canonical == (address is not None)


@pytest.mark.parametrize(
    "form", [SITE, "{slug}", f"{SITE}/{{slug}}/{{slug}}", f"{SITE}/%postname%/", f"{SITE}/ {{slug}}"]
)
def test_an_address_without_a_place_for_the_slug_is_refused(form):
    with pytest.raises(ValidationError, match=r"no address with \{slug\} in it"):
        offline(permalink=form)


def test_a_text_of_its_own_is_refused():
    with pytest.raises(PublishError, match="the whole release"):
        offline().render(Variant("wordpress", "wordpress", "article", "en", (Post(as_rich("One")),)))


@pytest.mark.parametrize("text", HOSTILE)
def test_whatever_the_text_holds_stays_text(text):
    """Nothing in it begins a tag, a comment or a shortcode, in whatever place of the release it stands."""
    span = RichText((Span(text, bold=True, code=True), Span(text, link="https://rivers.example/[gallery]?a=1&b=2")))
    request = rendered(
        Block("paragraph", span),
        Block("heading", as_rich(text), level=2),
        Block("item", as_rich(text)),
        Block("quotation", as_rich(text)),
        Block("image", as_rich(text), src="a.png", alt=text),
        headline=text,
        subheadline=text,
        summary=text,
        boilerplate=text,
        contacts=(Contact(text, text, text),),
    )
    shown, wrong = read_html(request.json["content"], TAGS)
    title, marked = read_html(request.json["title"], {})

    assert wrong + marked == []
    assert "[" not in "".join(request.json[name] for name in ("title", "content", "excerpt"))
    assert request.json["content"].count('src="') == 1
    if text.isprintable():
        assert title == text
        assert shown.count(text) == 11


@pytest.mark.parametrize("url", ["https://video.example/watch?v=1", "http://rivers.example/a_(b)"])
@pytest.mark.parametrize("text", ["{}", "Watch:\n{}\nNow.", "See {}."])
def test_an_address_in_the_text_is_a_link_and_no_player(url, text):
    html = content(text.format(url))

    assert f'<a href="{url}">{url}</a>' in html
    assert read_html(html, TAGS) == (text.format(url).replace("\n", "\n\n"), [])


def test_a_link_and_code_stay_as_they_are():
    text = join([link(SITE, "our site: https://other.example"), RichText((Span(" https://code.example", code=True),))])

    assert content(Block("paragraph", text)) == (
        f'<p><a href="{SITE}">our site: https://other.example</a><code> https://code.example</code></p>'
    )


def test_images_stand_where_they_stand_in_the_release_and_the_first_one_on_top_by_the_theme():
    """The first is the featured image, so that only its place in the text, if it has one, shows it there again."""
    media = (Media("in/top.png", "Top"), Media("in/mid dle.jpg", "Middle\nof it"), Media("in/end.gif", ""))
    request = rendered("One", Block("image", as_rich("Caption"), src="in/mid dle.jpg"), "Two", media=media)

    assert [(upload.path, upload.mime, upload.alt) for upload in request.uploads] == [
        ("in/top.png", "image/png", "Top"),
        ("in/mid dle.jpg", "image/jpeg", "Middle of it"),
        ("in/end.gif", "image/gif", ""),
    ]
    assert request.json["content"] == (
        "<p>One</p>\n"
        '<figure><img src="cid:2-mid-dle.jpg" alt="Middle of it"><figcaption>Caption</figcaption></figure>\n'
        '<p>Two</p>\n<figure><img src="cid:3-end.gif" alt=""></figure>'
    )


def test_an_image_on_the_web_stays_there():
    media = (Media("https://img.rivers.example/[a].png", "A"), Media("https://img.rivers.example/b.png", "B"))

    assert rendered("One", media=media).uploads == ()
    assert content("One", media=media) == (
        '<figure><img src="https://img.rivers.example/&#91;a].png" alt="A"></figure>\n<p>One</p>\n'
        '<figure><img src="https://img.rivers.example/b.png" alt="B"></figure>'
    )


def test_an_image_that_only_the_text_names_goes_along_too():
    request = rendered(Block("image", src="a.png", alt="A quay"), Block("image", src="a.png"), media=())

    assert [(upload.path, upload.alt) for upload in request.uploads] == [("a.png", "A quay")]
    assert request.json["content"].count('src="cid:1-a.png"') == 2


def test_each_image_gets_its_address_and_nothing_else_changes():
    media = (Media("a.png", "A"), Media("x/a.png", "Other"))
    html = content('src="cid:1-a.png"', Block("image", src="a.png"), Block("image", src="x/a.png"), media=media)
    done = with_addresses(html, [f"{SITE}/up/1.png?a=1&b=[2]", f"{SITE}/up/2.png"])

    assert done == html.replace('src="cid:1-a.png" alt', f'src="{SITE}/up/1.png?a=1&amp;b=&#91;2]" alt').replace(
        'src="cid:2-a.png" alt', f'src="{SITE}/up/2.png" alt'
    )
    assert read_html(done, TAGS)[1] == []


def test_who_does_not_see_the_post_or_might_see_the_password_is_said():
    def said(**changes):
        wordpress = offline(**changes)
        return wordpress.notes(wordpress.render(variant("One")))

    assert said() == []
    assert said(api_url="http://127.0.0.1:8080") == []
    assert [note[:15] for note in said(status="draft", api_url="http://rivers.example")] == [
        "status is draft",
        "api_url has no ",
    ]


@settings(max_examples=200)
@given(releases)
def test_a_post_says_the_whole_release_in_harmless_html(release):
    """By a count of another make; and the same release gives the same request."""
    wordpress = offline()
    wishes = Wishes("wordpress", "wordpress")
    written = compose(release, wordpress.capabilities, wishes, None)
    assume(written.posts[0].text.plain.strip())
    requests = wordpress.render(written)

    assert requests == wordpress.render(compose(release, wordpress.capabilities, wishes, None))
    assert [list(faults(request, written.posts[0], set())) for request in requests] == [[]]
