"""Mastodon, against a stand-in that counts, escapes and links as its server does."""

from __future__ import annotations

from pathlib import Path

import pytest
import regex
from compose.test_layouts import ALL, releases
from hypothesis import given, settings
from hypothesis import strategies as st

from publisher.channels.mastodon import Mastodon
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


def variant(*texts, media=()):
    posts = tuple(Post(as_rich(text), () if index else media) for index, text in enumerate(texts))
    return Variant("mastodon", "mastodon", "thread", "en", posts, CANONICAL)


def counted(text, per_url=23):
    """Clusters, where an address that stands between white space is `per_url` of them."""
    return len(regex.findall(r"\X", regex.sub(r"(?<!\S)https://\S+\w/?(?!\S)", "x" * per_url, text)))


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


@settings(max_examples=300)
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
