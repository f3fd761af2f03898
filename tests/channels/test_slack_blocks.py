"""Slack's blocks: one form for each part of a post, and every limit of a message kept."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path

import pytest
from compose.test_layouts import ALL, releases
from effort import growth
from examples import examples
from hypothesis import given, settings
from hypothesis import strategies as st
from recounts.slack import in_units, message_faults

from publisher.channels.slack import Slack, SlackWebhook
from publisher.channels.slack_blocks import blocks_of, fallback, longest_sentence, size, texts_of
from publisher.compose.composing import Wishes, compose
from publisher.compose.model import Part, Post, Variant, joined
from publisher.errors import PublishError
from publisher.release.model import Media, Quote, Release
from publisher.text.rich import RichText, Span, as_rich, link

ADDRESS = "https://news.harbour.example/quiet?a=1&b=2"
SENTENCE = "The harbour carries what the town throws into it, and it has carried enough of it by now. "
PICTURE = Media("https://news.harbour.example/quay.png", "A quay at night")


def slack(**changes):
    return Slack("slack", Slack.Settings(token="${SLACK_TOKEN}", channel="C0123456789", **changes), Path())


def webhook(**changes):
    address = "https://hooks.slack.com/services/T0/B0/very-secret"
    return SlackWebhook("slack-webhook", SlackWebhook.Settings(**{"url": address, **changes}), Path())


def post(*parts, media=()):
    made = tuple(Part(section, as_rich(text)) for section, text in parts)
    return Post(joined(made), media, parts=made)


def variant(*posts, layout="brief"):
    return Variant("slack", "slack", layout, "en", posts, ADDRESS)


def kinds(blocks):
    return [block["type"] for block in blocks]


def words(blocks):
    return [text for block in blocks for text in texts_of(block)]


def faults(body):
    return list(message_faults(body))


def test_each_part_has_its_form():
    message = post(
        ("headline", RichText((Span("Harbour & town agree", bold=True),))),
        ("quotes", "“We listened & will go on.”\n— Ada Moor, mayor"),
        ("link", link(ADDRESS)),
        ("hashtags", RichText((Span("#Harbour", hashtag=True),))),
        ("number", "1/2"),
    )

    assert kinds(blocks_of(message)) == ["header", "section", "section", "context", "context"]
    assert words(blocks_of(message)) == [
        "Harbour & town agree",
        "“We listened &amp; will go on.”\n— Ada Moor, mayor",
        "<https://news.harbour.example/quiet?a=1&amp;b=2>",
        "#Harbour",
        "1/2",
    ]


@pytest.mark.parametrize("headline", ["Long " * 31, "A <b> in it", "&lt; is no entity", "🎉" * 76])
def test_a_headline_that_is_no_header_is_a_bold_line(headline):
    [block] = blocks_of(post(("headline", RichText((Span(headline, bold=True),)))))

    assert block["type"] == "section"
    assert block["text"]["text"].startswith("*")
    assert faults({"blocks": [block], "text": "x"}) == []


def test_what_is_longer_than_a_section_parts_between_paragraphs_then_lines_then_sentences():
    paragraphs = words(blocks_of(post(("lede", f"{SENTENCE * 20}\n\n{SENTENCE * 20}"))))
    listed = words(blocks_of(post(("actions", "\n".join(f"• {SENTENCE}" for _ in range(60))))))
    sentences = words(blocks_of(post(("quotes", f"“{SENTENCE * 60}”"))))

    assert (
        paragraphs == [(SENTENCE * 20).strip()] * 2
        or [text.strip() for text in paragraphs] == [(SENTENCE * 20).strip()] * 2
    )
    assert len(listed) == 2
    assert all(text.startswith("• ") for text in listed)
    assert len(sentences) == 2
    assert " ".join(sentences).split() == f"“{SENTENCE * 60}”".split()
    assert all(text.rstrip("”").rstrip().endswith("now.") for text in sentences)


def test_no_link_and_no_mention_is_divided():
    words_of_link = SENTENCE * 4
    line = RichText((Span(SENTENCE * 30), Span(words_of_link, link=ADDRESS), Span(" " + SENTENCE * 5)))
    first, second = words(blocks_of(post(("lede", line))))

    assert first.count("<") == 0
    assert second.startswith("<https://news.harbour.example/quiet?a=1&amp;b=2|The harbour")


def test_many_parts_share_sections_rather_than_be_too_many_blocks():
    message = post(("headline", "Sixty voices"), *(("quotes", f"“Voice number {at}.”\n— Ada Moor") for at in range(60)))
    blocks = blocks_of(message)

    assert kinds(blocks) == ["header", "section"]
    assert joined(message.parts).plain.endswith(blocks[1]["text"]["text"])


def test_images_stand_under_the_headline_with_their_alternative_text():
    blocks = blocks_of(post(("headline", "Quiet"), ("lede", "It is quiet."), media=(PICTURE, replace(PICTURE, alt=""))))

    assert kinds(blocks) == ["header", "image", "image", "section"]
    assert [block["alt_text"] for block in blocks[1:3]] == ["A quay at night", "Image"]
    assert blocks[1]["image_url"] == PICTURE.path


def test_a_long_alternative_text_is_shortened_and_named():
    channel = slack()
    requests = channel.render(variant(post(("lede", "Quiet."), media=(replace(PICTURE, alt="A quay " * 600),) * 4)))

    assert faults(requests[0].json) == []
    assert len(json.dumps(requests[0].json["blocks"])) < 5000
    assert channel.notes(requests)[0].startswith("the alternative text of https://news.harbour.example/quay.png is")
    assert channel.notes(channel.render(variant(post(("lede", "Quiet."), media=(PICTURE,))))) == []


def test_an_address_of_an_image_that_is_too_long_is_an_error():
    with pytest.raises(PublishError, match="the address of an image has 3,036 characters, and Slack takes 3,000"):
        blocks_of(post(("lede", "Quiet."), media=(Media("https://news.harbour.example/" + "a" * 3003 + ".png"),)))


def test_notifications_say_all_of_a_short_message_and_the_beginning_of_a_long_one():
    short = post(("headline", "Quiet & <calm>"), ("link", link(ADDRESS)))
    long = post(("headline", "Quiet & <calm>"), ("lede", SENTENCE * 50), ("link", link(ADDRESS)))
    said = "Quiet &amp; &lt;calm&gt;\n\nhttps://news.harbour.example/quiet?a=1&amp;b=2"

    assert fallback(short, ADDRESS) == said
    assert fallback(long, ADDRESS) == said
    assert len(fallback(Post(as_rich("漢" * 5000)), None).encode()) <= 4000


def test_a_rendered_request_is_complete_and_holds_no_secret():
    first, second = slack().render(variant(post(("headline", "Quiet")), post(("quotes", "“Yes.”")), layout="thread"))

    assert (first.method, first.url) == ("POST", "https://slack.com/api/chat.postMessage")
    assert first.headers == {"Authorization": "Bearer •••", "Content-Type": "application/json; charset=utf-8"}
    assert {name: first.json[name] for name in ("channel", "parse", "link_names", "unfurl_links", "unfurl_media")} == {
        "channel": "C0123456789",
        "parse": "none",
        "link_names": False,
        "unfurl_links": False,
        "unfurl_media": False,
    }
    assert "markdown_text" not in first.json
    assert first.json["metadata"] == second.json["metadata"]
    assert (first.reply_to, second.reply_to) == (None, 0)


def test_of_a_webhooks_address_only_the_host_is_shown():
    channel = webhook()
    [request] = channel.render(variant(post(("headline", "Quiet"))))

    assert request.url == "https://hooks.slack.com/•••"
    assert "very-secret" not in repr(channel.settings) + str(channel.whoami()) + json.dumps(request.as_json())
    assert channel.whoami().handle == "webhook at hooks.slack.com"
    assert (
        webhook(url="${SLACK_WEBHOOK}").render(variant(post(("lede", "One"))))[0].url == "https://hooks.slack.com/•••"
    )


@pytest.mark.parametrize(
    "address", ["hooks.slack.com/services/T0/very-secret", "https://hooks.slack.com", "very-secret"]
)
def test_a_webhooks_address_is_whole_and_a_mistake_in_it_is_not_repeated(address):
    with pytest.raises(ValueError, match="this is no webhook's address") as caught:
        webhook(url=address)

    assert "very-secret" not in str(caught.value)


def test_a_preview_of_the_link_is_there_only_where_it_is_asked_for():
    with_link, without = post(("link", link(ADDRESS))), post(("lede", "Quiet."))
    first, second = slack(link_card=True).render(variant(with_link, without))

    assert (first.json["unfurl_links"], first.json["unfurl_media"]) == (True, True)
    assert (second.json["unfurl_links"], second.json["unfurl_media"]) == (False, False)


HOSTILE = [
    "<!channel> @here @channel <@U012345> <https://evil.example|here>",
    "_*[Ada](https://a.example) `x` ~y~ :wave:",
    "<script>alert(1)</script> &lt;!here&gt;",
    "\u202eright to left" + "\u202e" * 200,
    "Zalgo" + "\u0301" * 500,
    "a\u2028b\rc\x00d\ud800e",
    "Long " * 1000,
]


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_words_are_only_words(text):
    release = Release(
        file="r.md", slug="r", headline=text, subheadline=text, lede=f"{text}.", quotes=(Quote((f"W{text}.",), text),)
    )
    for channel in (slack(), webhook()):
        composed = compose(release, channel.capabilities, Wishes("slack", "slack", sections=ALL), ADDRESS)
        for request in channel.render(composed):
            shown = json.dumps([request.json["text"], request.json["blocks"]], ensure_ascii=False)

            assert faults(request.json) == []
            assert not re.search(r"<!(?!date\^00000000)|<@", shown)
            assert request.json["parse" if channel.type == "slack" else "link_names"] in ("none", False)


def test_a_speaker_is_mentioned_by_the_id_of_the_account():
    release = Release(
        file="r.md", slug="r", headline="Quiet", quotes=(Quote(("We listened to all of you.",), "Ada Moor"),)
    )
    composed = compose(release, slack().capabilities, Wishes("s", "slack", handles={"Ada Moor": "U012345"}), ADDRESS)

    assert "Ada Moor (<@U012345>)" in "\n".join(words(blocks_of(composed.posts[0])))


marked = st.text(st.sampled_from("ab *_`~<>&@:é漢👩‍👧.!?\n"), max_size=300)
paragraphs_of = st.builds(lambda text, times: text * times, marked, st.integers(1, 60))
rich_texts = st.lists(
    st.builds(Span, text=paragraphs_of, bold=st.booleans(), italic=st.booleans(), link=st.none() | st.just(ADDRESS)),
    min_size=1,
    max_size=5,
).map(lambda spans: RichText(tuple(spans)).strip())


@settings(max_examples=examples(150), deadline=None)
@given(st.lists(st.tuples(st.sampled_from(["headline", "lede", "quotes", "text"]), rich_texts), min_size=1, max_size=6))
def test_a_text_within_the_limits_never_gives_a_message_over_one(parts):
    """Whatever the parts, the count of the whole text bounds what their blocks hold."""
    message = post(*((section, text) for section, text in parts if text.plain.strip()))
    if not message.parts:
        return
    body = {"blocks": blocks_of(message), "text": fallback(message, ADDRESS) or "x"}

    assert (
        sum(in_units(text) for text in words(body["blocks"])) <= max(size(message.text), 0)
        or size(message.text) > 12_000
    )
    if size(message.text) <= 12_000 and longest_sentence(message.text) <= 3000:
        assert faults(body) == []


@settings(max_examples=examples(200), deadline=None)
@given(releases, st.sampled_from(["single", "thread", "brief"]), st.booleans(), st.booleans())
def test_no_request_is_ever_over_a_limit_or_empty(release, layout, numbering, illustrated):
    """By a recount of its own, for any release; and rendering is deterministic."""
    release = replace(release, media=(PICTURE, replace(PICTURE, alt="Quay " * 900)) if illustrated else ())
    wishes = Wishes("slack", "slack", layout=layout, sections=ALL, numbering=numbering, hashtags=("Harbour",))
    for channel in (slack(), webhook()):
        if layout in channel.capabilities.layouts:
            composed = compose(release, channel.capabilities, wishes, ADDRESS)
            requests = channel.render(composed)

            assert [fault for request in requests for fault in faults(request.json)] == []
            assert requests == channel.render(composed)


@settings(max_examples=50, deadline=None)
@given(releases, st.integers(5, 60))
def test_long_releases_keep_within_the_limits_too(release, times):
    release = replace(
        release,
        lede=SENTENCE * times * 3,
        actions=tuple(SENTENCE + str(at) for at in range(times)),
        quotes=(*release.quotes, Quote((SENTENCE * times,), "Ada Moor"), Quote(("W" * 60 * times + ".",), "Ada Moor")),
    )
    channel = slack()
    composed = compose(release, channel.capabilities, Wishes("s", "slack", sections=ALL), ADDRESS)

    assert [fault for request in channel.render(composed) for fault in faults(request.json)] == []


@pytest.mark.parametrize("unit", ["*", "a ", SENTENCE, "• x\n", "\n\n", "*. A", "<"])
def test_twice_the_length_is_about_twice_the_work(unit):
    def work(length):
        text = as_rich(unit * (length // len(unit)))
        size(text)
        longest_sentence(text)
        blocks_of(Post(text))
        blocks_of(Post(RichText(tuple(Span(unit, bold=at % 2 == 0) for at in range(length // 10 // len(unit))))))

    assert growth(lambda: work(15_000), lambda: work(30_000), 2.9) < 2.9


NOTICE = "EMBARGOED until Tuesday, December 1, 2026 at 9:00 AM Central European Standard Time"


def test_an_embargos_notice_is_above_the_headline_and_images_below_both():
    made = blocks_of(post(("notice", NOTICE), ("headline", "Quiet nights"), ("lede", "It is."), media=(PICTURE,)))

    assert kinds(made) == ["section", "header", "image", "section"]
    assert words(made)[0] == NOTICE


@pytest.mark.parametrize("address", [ADDRESS, ADDRESS + "x" * 3_870], ids=["short", "long"])
def test_a_shortened_text_for_notifications_begins_with_the_whole_notice(address):
    """The link gives way to it."""
    text = fallback(
        post(("notice", NOTICE), ("headline", "Quiet nights"), ("lede", SENTENCE * 60), ("link", address)), address
    )

    assert text.startswith(f"{NOTICE}\n\nQuiet nights")
    assert (address.replace("&", "&amp;") in text) is (address == ADDRESS)
    assert len(text.encode()) <= 4_000
