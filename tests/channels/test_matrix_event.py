"""What an event on Matrix holds: text, HTML, an image, whom it notifies, and how long all that is."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from compose.test_layouts import ADDRESS, ALL, RELEASE, releases
from examples import examples
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError
from recounts.matrix import event_bytes, faults
from text.rich_texts import rich_texts

from publisher.channels.matrix import Matrix
from publisher.channels.matrix_event import GROWTH, MOST, RESERVE
from publisher.compose.composing import Wishes, compose
from publisher.compose.model import Post, Variant
from publisher.config.model import Organisation
from publisher.release.model import Media, Quote
from publisher.text.html import clean
from publisher.text.rich import RichText, Span, as_rich, join

PICTURE = Media("folder/quay.png", "A quay")


def offline(**changes):
    own = {"access_token": "${MATRIX_TOKEN}", "room": "!aBc:example.org", "api_url": "https://matrix.example.org/"}
    return Matrix("matrix", Matrix.Settings(**{**own, **changes}), Path())


def variant(*posts):
    return Variant("matrix", "matrix", "thread", "en", tuple(posts), ADDRESS)


def rendered(*texts, media=(), matrix=None):
    posts = [Post(as_rich(text), () if index else media) for index, text in enumerate(texts)]
    return (matrix or offline()).render(variant(*posts))


def test_a_request_is_complete_and_holds_no_secret():
    text = join([as_rich("Quay & crane <agree>").marked(bold=True), "One\nTwo"], "\n\n")
    first, second = rendered(text, "Two", media=(PICTURE,))

    assert first.as_json() == {
        "method": "PUT",
        "url": "https://matrix.example.org/_matrix/client/v3/rooms/%21aBc%3Aexample.org/send/m.room.message/{txnId}",
        "headers": {"Authorization": "Bearer •••", "Content-Type": "application/json"},
        "json": {
            "msgtype": "m.image",
            "body": "Quay & crane <agree>\n\nOne\nTwo",
            "format": "org.matrix.custom.html",
            "formatted_body": "<p><strong>Quay &amp; crane &lt;agree&gt;</strong></p><p>One<br>Two</p>",
            "m.mentions": {"user_ids": []},
        },
        "uploads": ({"path": "folder/quay.png", "mime": "image/png", "alt": "A quay", "sha256": ""},),
    }
    assert (second.json["msgtype"], second.uploads, second.reply_to) == ("m.text", (), 0)


def test_a_rooms_address_stands_encoded_in_the_request_until_its_id_is_asked_for():
    [request] = rendered("One", matrix=offline(room="#press/all:example.org"))

    assert "/rooms/%23press%2Fall%3Aexample.org/send/" in request.url


def test_a_brief_says_all_of_a_release_in_one_message():
    composed = compose(RELEASE, Matrix.capabilities, Wishes("matrix", "matrix", sections=ALL), ADDRESS)
    [request] = offline().render(composed)

    assert composed.layout == "brief"
    assert composed.warnings == ()
    assert request.json["body"] == composed.posts[0].text.plain
    assert f'<a href="{ADDRESS}">' in request.json["formatted_body"]


def test_whoever_is_mentioned_is_notified_and_nobody_else():
    """Not by `@room`, nor by an id that somebody wrote into the text: `m.mentions` is there, and says who."""
    quote = Quote(("We ask @room and @bob:aller.example for a plan.",), "Ana Ruiz", None)
    wishes = Wishes("matrix", "matrix", handles={"Ana Ruiz": "@ana:aller.example"})
    [request] = offline().render(compose(replace(RELEASE, quotes=(quote,)), Matrix.capabilities, wishes, ADDRESS))

    assert "Ana Ruiz (@ana:aller.example)" in request.json["body"]
    assert '<a href="https://matrix.to/#/@ana:aller.example">@ana:aller.example</a>' in request.json["formatted_body"]
    assert request.json["m.mentions"] == {"user_ids": ["@ana:aller.example"]}


@pytest.mark.parametrize(
    "account", ["@ana", "ana:aller.example", "@ana:", "4711", "@a b:aller.example", "@x:" + "y" * 300]
)
def test_an_account_that_is_none_here_is_named_and_not_notified(account):
    matrix = offline()
    matrix.organisation = Organisation(mentions={"Ana Ruiz": {"matrix": account}, "Tom Beck": {"matrix": "@tom"}})
    requests = rendered(RichText((Span("Ana Ruiz ("), Span(account, mention=account), Span(")"))), matrix=matrix)

    assert requests[0].json["m.mentions"] == {"user_ids": []}
    assert matrix.notes(requests) == [
        f"Ana Ruiz is not notified: {account} under organisation.mentions is no id like @name:example.org"
    ]


def test_accounts_of_other_networks_are_not_remarked_on():
    matrix = offline()
    matrix.organisation = Organisation(mentions={"Ana Ruiz": {"x": "@ana"}, "Tom": {"matrix": "@tom:a.example"}})

    assert matrix.notes(rendered("Ana Ruiz and Tom", matrix=matrix)) == []


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("<script>alert(1)</script>", "&lt;script&gt;alert(1)&lt;/script&gt;"),
        ("@room @everyone <!channel>", "@room @everyone &lt;!channel&gt;"),
        ("_a_ *b* [c](https://d.example) `e`", None),
        ("\u202e\u202e\u202etfel ot thgir", None),
        ("e" + "\u0301" * 300, None),
        ("a\x00b\ud800c\x1b[31m", "a\ufffdb\ufffdc\ufffd[31m"),
    ],
)
def test_signs_that_are_markup_or_harm_elsewhere_do_none_here(text, html):
    [request] = rendered(text)

    assert request.json["body"] == clean(text)
    assert html is None or request.json["formatted_body"] == html
    assert "<script" not in request.json["formatted_body"]


@settings(max_examples=examples(300))
@given(rich_texts.filter(lambda text: text.plain.strip()), st.booleans())
def test_a_text_keeps_to_the_tags_that_apps_show_and_counts_at_least_what_it_will_be(text, image):
    post = Post(text, (PICTURE,) if image else ())
    [request] = offline().render(variant(post))

    assert [
        fault for fault in faults(request, Post(as_rich(clean(text.plain)), post.media), ()) if "notified" not in fault
    ] == []
    assert event_bytes(request.json, image=image) <= Matrix.capabilities.limits[0].count(text)


@settings(max_examples=examples(100))
@given(releases, st.sampled_from(["brief", "single", "thread"]), st.booleans(), st.integers(0, 3))
def test_no_event_is_ever_over_the_limit_or_empty(release, layout, numbering, much):
    """Whatever the release, by a count of another make; and the same release gives the same requests."""
    long = (
        tuple(replace(quote, pieces=quote.pieces * (40 * much)) for quote in release.quotes) if much else release.quotes
    )
    given_release = replace(release, quotes=long)
    wishes = Wishes("matrix", "matrix", layout=layout, sections=ALL, numbering=numbering)
    composed = compose(given_release, Matrix.capabilities, wishes, ADDRESS)
    requests = offline().render(composed)

    assert requests == offline().render(compose(given_release, Matrix.capabilities, wishes, ADDRESS))
    assert [
        fault for request, post in zip(requests, composed.posts, strict=True) for fault in faults(request, post, ())
    ] == []


def test_a_release_that_is_far_too_long_is_cut_to_what_an_event_takes():
    """Plain text and HTML both count, each character in its bytes."""
    said = Quote(
        (" ".join(f"Wir müssen {number} Flüsse säubern & schützen." for number in range(3000)),), "Ana Ruiz", None
    )
    release = replace(RELEASE, quotes=(said,))
    [request] = offline().render(compose(release, Matrix.capabilities, Wishes("matrix", "matrix"), ADDRESS))

    assert 50_000 < event_bytes(request.json, image=True) <= 65_536
    assert "[…]" in request.json["body"]


def test_a_headline_of_5000_characters_stands_whole():
    [request] = offline().render(
        compose(replace(RELEASE, headline="Long " * 1000), Matrix.capabilities, Wishes("matrix", "matrix"), ADDRESS)
    )

    assert request.json["body"].count("Long") == 1000


@pytest.mark.parametrize(
    "room", ["#press:example.org", "!aBc:example.org", "!31hneApxJ_1o-63DmFrpeqnkFfWppnzWso1JvH3ogLM", "${ROOM}"]
)
def test_a_room_is_named_by_its_address_or_its_id(room):
    assert offline(room=room).settings.room == room


@pytest.mark.parametrize(
    "room", ["", "press", "#press", "@press:example.org", "#pr ess:example.org", "https://matrix.to/#/#a:b", "!"]
)
def test_anything_else_is_no_room(room):
    with pytest.raises(ValidationError, match="this is no room"):
        offline(room=room)


LEAST = 300  # bytes of a content that says nothing
COSTLY = ["&", '"', "<", "\n", "\n\n", "é", "漢", "😀", "http://a.org/?b&c&d&e", "a.org b.org ", "@room", "\\"]


@settings(max_examples=examples(1_000))
@given(rich_texts | st.lists(st.sampled_from(COSTLY), min_size=1, max_size=40).map(lambda said: as_rich("".join(said))))
def test_a_text_that_is_not_counted_is_certainly_short_enough(text):
    """What spares the counting never takes more for granted than a count would find."""
    [limit] = offline().capabilities.limits
    passes = next(most for most in range(0, 10**7, 64) if replace(limit, most=most, count=_too_long).holds(text))

    assert limit.count(text) - RESERVE - LEAST <= passes * 14 / GROWTH
    assert MOST * 14 / GROWTH + RESERVE + LEAST <= MOST


def _too_long(_text):
    return 10**9
