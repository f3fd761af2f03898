"""What LinkedIn is sent, and how its own version of a text compares with it."""

from __future__ import annotations

from pathlib import Path

import pytest
from compose.test_layouts import ALL, releases
from examples import examples
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError
from recounts.linkedin import faults, read
from text.rich_texts import rich_texts

from publisher.channels.linkedin import LinkedIn
from publisher.channels.linkedin_post import is_cut, length, reading, says_the_same, units, with_images
from publisher.channels.wire import pictures_of
from publisher.compose.composing import Wishes, compose
from publisher.compose.model import Card, Post, Variant
from publisher.config.model import Organisation
from publisher.release.model import Media
from publisher.text.little_text import little_text
from publisher.text.rich import RichText, Span, as_rich, join, link

ADDRESS = "https://harbour.example/quiet_nights/(2026)?a=1&b=2"
CARD = Card(ADDRESS, "Quiet nights", "The cranes stop at ten.")
ORGANISATION = "urn:li:organization:5515715"


def offline(**changes):
    settings = {"access_token": "${LINKEDIN_TOKEN}", "organization": 5515715, **changes}
    return LinkedIn("linkedin", LinkedIn.Settings(**settings), Path())


def variant(text, media=(), card=None):
    return Variant("linkedin", "linkedin", "brief", "en", (Post(as_rich(text), media, card),), ADDRESS)


def rendered(text="One", media=(), card=None, **changes):
    [request] = offline(**changes).render(variant(text, media, card))
    return request


def test_a_rendered_request_is_complete_and_holds_no_secret():
    request = rendered("Quiet nights (at last)", api_url="https://api.example/")

    assert (request.method, request.url) == ("POST", "https://api.example/rest/posts")
    assert request.headers == {
        "Authorization": "Bearer •••",
        "Content-Type": "application/json",
        "LinkedIn-Version": "202607",
        "X-Restli-Protocol-Version": "2.0.0",
    }
    assert request.json == {
        "author": ORGANISATION,
        "commentary": r"Quiet nights \(at last\)",
        "visibility": "PUBLIC",
        "distribution": {"feedDistribution": "MAIN_FEED", "targetEntities": [], "thirdPartyDistributionChannels": []},
        "lifecycleState": "PUBLISHED",
        "isReshareDisabledByAuthor": False,
    }
    assert request.uploads == ()


@pytest.mark.parametrize("organization", [5515715, "5515715", ORGANISATION])
def test_a_page_is_named_by_its_number_or_its_urn(organization):
    assert rendered(organization=organization).json["author"] == ORGANISATION


@pytest.mark.parametrize(
    ("key", "value", "words"),
    [
        ("organization", "harbour-trust", "no page of an organisation"),
        ("organization", "urn:li:person:5515715", "no page of an organisation"),
        ("organization", "0", "no page of an organisation"),
        ("organization", "٥٥١", "no page of an organisation"),
        ("organization", "5515715/rest", "no page of an organisation"),
        ("version", "2026-07", "no version of the API"),
        ("version", 202613, "no version of the API"),
        ("version", "20260701", "no version of the API"),
    ],
)
def test_a_setting_that_cannot_be_right_is_refused(key, value, words):
    with pytest.raises(ValidationError, match=words):
        offline(**{key: value})


def test_a_version_may_be_a_number_and_a_setting_a_variable():
    assert rendered(version=202611).headers["LinkedIn-Version"] == "202611"
    assert rendered(organization="${PAGE}").json["author"] == "urn:li:organization:${PAGE}"


def test_one_image_is_the_content_and_several_stand_side_by_side():
    one = (Media("a.png", "A quay"),)
    three = (*one, Media("b.jpg", ""), Media("c.gif", None))

    assert rendered(media=one).json["content"] == {"media": {"altText": "A quay"}}
    assert rendered(media=three).json["content"] == {"multiImage": {"images": [{"altText": "A quay"}, {}, {}]}}
    assert [(upload.path, upload.alt) for upload in rendered(media=three).uploads] == [
        ("a.png", "A quay"),
        ("b.jpg", ""),
        ("c.gif", ""),
    ]


def test_the_ids_of_images_join_them_in_their_order():
    two = rendered(media=(Media("a.png", "A quay"), Media("b.jpg", None))).json

    assert with_images(two, ["urn:li:image:1", "urn:li:image:2"])["content"] == {
        "multiImage": {"images": [{"id": "urn:li:image:1", "altText": "A quay"}, {"id": "urn:li:image:2"}]}
    }
    assert with_images(rendered(media=(Media("a.png", "A quay"),)).json, ["urn:li:image:1"])["content"] == {
        "media": {"id": "urn:li:image:1", "altText": "A quay"}
    }
    assert with_images(rendered().json, []) == rendered().json


def test_a_link_card_says_all_that_it_shows_and_takes_its_picture():
    picture = Media("a.png", "A quay")
    request = rendered(card=Card(ADDRESS, "Quiet nights", "The cranes stop at ten.", picture))

    assert request.json["content"] == {
        "article": {"source": ADDRESS, "title": "Quiet nights", "description": "The cranes stop at ten."}
    }
    assert [upload.path for upload in request.uploads] == ["a.png"]
    assert with_images(request.json, ["urn:li:image:1"])["content"]["article"]["thumbnail"] == "urn:li:image:1"
    assert rendered(card=CARD).uploads == ()


def test_images_stand_in_the_place_of_a_card():
    request = rendered(media=(Media("a.png", "A quay"),), card=CARD)

    assert set(request.json["content"]) == {"media"}
    assert pictures_of(Post(as_rich("One"), (Media("a.png"),), CARD)) == (Media("a.png"),)


@pytest.mark.parametrize(
    ("title", "description", "shown"),
    [
        (f"https://harbour.org/{'x' * 600}", "", f"https://harbour.org/{'x' * 380}"),
        ("Word " * 1000, "", "Word " * 79 + "Word…"),
        ("x" * 5000, "", "x" * 399 + "…"),
        ("", "The cranes stop.", "The cranes stop."),
        (" ", "", ADDRESS),
    ],
)
def test_a_card_has_a_title_that_is_no_longer_than_400_characters(title, description, shown):
    assert rendered(card=Card(ADDRESS, title, description)).json["content"]["article"]["title"] == shown


def test_a_card_is_plain_text():
    """Only the post's own text is in LinkedIn's markup."""
    card = Card(ADDRESS, "Quiet (at last) #1_a", "@all [x]", None)

    assert rendered(card=card).json["content"]["article"] == {
        "source": ADDRESS,
        "title": "Quiet (at last) #1_a",
        "description": "@all [x]",
    }


@pytest.mark.parametrize(
    "text",
    [
        "@everyone <!channel> <@U1> @[x](urn:li:person:a)",
        "_*[`~ {hashtag|\\#|a} \\",
        "<script>alert(1)</script>",
        "\u202e\u202e\u202etfel ot thgir",
        "e" + "\u0301" * 300,
        "${TOKEN} {{7*7}}",
    ],
)
def test_signs_of_the_markup_stand_as_they_are(text):
    commentary = rendered(RichText((Span(text, bold=True, italic=True, code=True),))).json["commentary"]

    assert read(commentary) == (text, [])
    assert "urn:" not in commentary or "@[" not in commentary
    assert reading(commentary) == text


def test_a_speaker_is_mentioned_by_id_and_by_no_other_name():
    linkedin = offline()
    linkedin.organisation = Organisation(
        mentions={
            "Ada Moor": {"linkedin": "urn:li:person:a1_B"},
            "Bo Lind": {"linkedin": "@bolind"},
            "Cy Ray": {"linkedin": "@cyray"},
        }
    )
    text = join([RichText((Span("Ada Moor", mention="urn:li:person:a1_B"),)), " and Bo Lind (@Bo Lind)"])
    [request] = linkedin.render(variant(text))

    assert request.json["commentary"] == r"@[Ada Moor](urn:li:person:a1\_B) and Bo Lind \(\@Bo Lind\)"
    [note] = linkedin.notes([request])
    assert note.startswith("Bo Lind will not be mentioned: write urn:li:organization:NUMBER")
    assert list(offline().notes([request])) == []


@given(rich_texts)
def test_a_text_is_counted_as_it_is_sent(text):
    written = little_text(text)

    assert length(text) == len(written)
    assert units(text) == len(written.encode("utf-16-le", "surrogatepass")) // 2


def test_escapes_and_templates_count():
    assert length(as_rich("a (b)")) == 7
    assert length(RichText((Span("#Öl", hashtag=True),))) == len(r"{hashtag|\#|Öl}")
    assert (length(as_rich("🎉")), units(as_rich("🎉"))) == (1, 2)
    assert length(link("https://a.example/b_c")) == 22


@settings(max_examples=examples(300))
@given(releases, st.sampled_from(["brief", "single"]), st.sampled_from([None, True, False]))
def test_no_post_is_ever_over_the_limit_or_empty(release, layout, card):
    """Whatever the release, by a count of another make; and the same release gives the same requests."""
    linkedin = offline()
    wishes = Wishes("linkedin", "linkedin", layout=layout, sections=ALL, link_card=card)
    written = compose(release, linkedin.capabilities, wishes, ADDRESS)
    requests = linkedin.render(written)

    assert requests == linkedin.render(compose(release, linkedin.capabilities, wishes, ADDRESS))
    for request, post in zip(requests, written.posts, strict=True):
        assert list(faults(request, post, [])) == []


@given(rich_texts)
def test_what_stands_there_reads_as_it_was_sent(text):
    assert reading(little_text(text)) == read(little_text(text))[0]
    assert says_the_same(little_text(text), little_text(text))


@pytest.mark.parametrize(
    ("standing", "ours"),
    [
        (r"See {hashtag|\#|Clean} now", r"See \#Clean now"),
        (r"See {hashtag|#|Clean} now", r"See {hashtag|\#|Clean} now"),
        ("One (two)", r"One \(two\)"),
        ("One\n two", "One\r\n\r\ntwo"),
        (r"@[Ada Moor](urn:li:person:a1)", "Ada Moor"),
        ("cafe\u0301", "caf\u00e9"),
        ("See https://lnkd.in/dX3_a. End", r"See https://harbour.example/quiet\_nights. End"),
        ("See https://lnkd.in/dX3_a\n\nEnd", "See https://harbour.example/\n\nEnd"),
    ],
)
def test_a_post_is_known_again_in_the_networks_own_writing(standing, ours):
    assert says_the_same(standing, ours)
    assert not is_cut(standing, ours) or "lnkd" in standing


@pytest.mark.parametrize(
    ("standing", "ours"),
    [
        ("One 🎉", "One 🎊"),
        ("One", "One."),
        ("one", "One"),
        ("", "One"),
        (r"\#One", "One"),
        ("See https://a.example/1", "See https://a.example/2"),
        ("See https://lnkd.in/a", "Look https://a.example/2"),
    ],
)
def test_another_text_is_another_post(standing, ours):
    assert not says_the_same(standing, ours)


def test_a_text_that_was_cut_is_told_from_another():
    assert is_cut("Va al repo", r"Va al repo \(durable\)")
    assert not is_cut("", "One")
    assert not is_cut("One", "One")
    assert not is_cut("One more", "One")
