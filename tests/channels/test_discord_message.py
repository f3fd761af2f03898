"""What a message on Discord holds: embed or content, images, and whom it may notify."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest
from compose.test_layouts import ADDRESS, ALL, RELEASE, releases
from examples import examples
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError
from text.rich_texts import rich_texts

from publisher.channels.discord import Discord, DiscordWebhook
from publisher.channels.discord_message import length
from publisher.compose.composing import Wishes, compose
from publisher.compose.model import Part, Post, Variant, joined
from publisher.release.model import Media, Quote, Release
from publisher.text.discord_markdown import discord_markdown
from publisher.text.rich import RichText, Span, as_rich, join, link

HOOK = "https://discord.com/api/webhooks/4711/aB-c_9"
PICTURES = (Media("quay.png", "A quay"), Media("https://harbour.example/crane.jpg", "A crane"), Media("deck.jpeg", ""))


def bot(**changes):
    return Discord("discord", Discord.Settings(**{"token": "t0ken", "channel_id": "815", **changes}), Path())


def webhook(url=HOOK):
    return DiscordWebhook("discord-webhook", DiscordWebhook.Settings(url=url), Path())


def composed(channel, release=RELEASE, **wishes):
    variant = compose(release, channel.capabilities, Wishes(channel.name, channel.type, **wishes), ADDRESS)
    assert variant is not None
    return variant


def post(*parts, media=()):
    each = tuple(Part(section, as_rich(text)) for section, text in parts)
    return Post(joined(each), media, parts=each)


def rendered(channel, *posts, layout="brief", address=ADDRESS):
    return channel.render(Variant(channel.name, channel.type, layout, "en", posts, address))


def test_a_brief_is_an_embed_whose_title_leads_to_the_release():
    [request] = bot().render(composed(bot(), sections=("headline", "lede", "quotes", "link")))

    assert request.as_json() == {
        "method": "POST",
        "url": "https://discord.com/api/v10/channels/815/messages",
        "headers": {"Authorization": "Bot •••", "Content-Type": "application/json"},
        "json": {
            "embeds": [
                {
                    "title": RELEASE.headline,
                    "url": ADDRESS,
                    "description": (
                        f"{RELEASE.lede}\n\n"
                        "“The river carries what we throw into it, and it has carried enough. Every child in this "
                        "valley knows the smell of August, and none of us should have to explain it to them any "
                        "longer. We ask for a plan with dates in it.”\n— Ana Ruiz, mayor of Aller\n\n"
                        "“A plan without dates is a wish.”\n— Tom Beck, spokesman of the Fishers' League"
                    ),
                }
            ],
            "allowed_mentions": {"parse": [], "users": []},
        },
    }


def test_a_webhook_shows_its_host_and_nothing_more():
    [request] = webhook().render(composed(webhook()))

    assert request.url == "https://discord.com/•••?wait=true"
    assert request.headers == {"Content-Type": "application/json"}
    assert request.json == bot().render(composed(bot()))[0].json
    assert webhook("${DISCORD_WEBHOOK}").render(composed(webhook()))[0] == request


def test_a_single_post_is_content_and_its_link_is_bare():
    [request] = webhook().render(composed(webhook(), layout="single"))

    assert "embeds" not in request.json
    assert request.json["content"].startswith(f"**{RELEASE.headline}**\n\n")
    assert request.json["content"].endswith(f"\n\n{ADDRESS}")


def test_a_thread_answers_itself():
    requests = bot().render(composed(bot(), layout="thread"))

    assert [request.reply_to for request in requests] == [None, *range(len(requests) - 1)]
    assert all(request.json["content"] for request in requests)


@pytest.mark.parametrize(
    ("headline", "address", "embed"),
    [
        ("H" * 256, ADDRESS, {"title": "H" * 256, "url": ADDRESS, "description": "Lede"}),
        ("H" * 257, ADDRESS, {"description": f"{'H' * 257}\n\nLede\n\n{ADDRESS}"}),
        ("*" * 128, ADDRESS, {"title": r"\*" * 128, "url": ADDRESS, "description": "Lede"}),
        ("*" * 129, ADDRESS, {"description": r"\*" * 129 + f"\n\nLede\n\n{ADDRESS}"}),
        ("One\ntwo", ADDRESS, {"title": "One two", "url": ADDRESS, "description": "Lede"}),
        ("One", None, {"title": "One", "description": f"Lede\n\n{ADDRESS}"}),
        ("One", "ftp://a.example/b", {"title": "One", "description": f"Lede\n\n{ADDRESS}"}),
        ("One", f"{ADDRESS}{'x' * 2048}", {"title": "One", "description": f"Lede\n\n{ADDRESS}"}),
    ],
)
def test_a_headline_or_a_link_that_no_title_can_be_stands_in_the_text(headline, address, embed):
    said = post(("headline", headline), ("lede", "Lede"), ("link", link(ADDRESS)))
    [request] = rendered(bot(), said, address=address)

    assert request.json["embeds"] == [embed]


def test_a_text_of_ones_own_is_an_embed_without_a_title():
    [request] = rendered(bot(), post(("text", "Ours.")))

    assert request.json["embeds"] == [{"description": "Ours."}]


def test_a_headline_alone_is_a_title_alone():
    [request] = rendered(bot(), post(("headline", "Ours."), ("link", link(ADDRESS))))

    assert request.json["embeds"] == [{"title": "Ours.", "url": ADDRESS}]


def test_images_stand_in_the_embed_beside_it_and_below():
    """The first in the embed of the text, others on the web in embeds of their own, files as attachments."""
    [request] = rendered(bot(), post(("headline", "H"), media=PICTURES))

    assert request.headers["Content-Type"] == "multipart/form-data"
    assert request.json["embeds"] == [
        {"title": "H", "url": ADDRESS, "image": {"url": "attachment://image-1.png"}},
        {"image": {"url": "https://harbour.example/crane.jpg", "description": "A crane"}},
    ]
    assert request.json["attachments"] == [
        {"id": "0", "filename": "image-1.png", "description": "A quay"},
        {"id": "1", "filename": "image-2.jpg"},
    ]
    assert [(upload.path, upload.alt) for upload in request.uploads] == [("quay.png", "A quay"), ("deck.jpeg", "")]


def test_images_beside_a_content_are_attachments_and_embeds():
    [request] = rendered(webhook(), post(("headline", "H"), media=(PICTURES[1], PICTURES[0])), layout="single")

    assert request.json["content"] == "H"
    assert request.json["embeds"] == [{"image": {"url": "https://harbour.example/crane.jpg", "description": "A crane"}}]
    assert [each["filename"] for each in request.json["attachments"]] == ["image-1.png"]


def test_the_same_image_twice_is_two_attachments():
    [request] = rendered(bot(), post(("headline", "H"), media=(PICTURES[0],) * 2))

    assert [each["filename"] for each in request.json["attachments"]] == ["image-1.png", "image-2.png"]
    assert len(request.uploads) == 2


def test_only_who_is_mentioned_is_notified():
    mentions = [Span("@Ana", mention=each) for each in ("42", "@ana", "42", "007", "17")]
    text = RichText((Span("<@99> @everyone @here <@&5> "), *mentions))
    [request] = rendered(bot(), Post(text), layout="single")

    assert request.json["allowed_mentions"] == {"parse": [], "users": ["42", "17"]}
    assert set(re.findall(r"<@[!&]?[0-9]+>", request.json["content"])) == {"<@42>", "<@007>", "<@17>"}


@pytest.mark.parametrize("said", ["@everyone", "<!channel>", "_*[x](https://evil.example)", "<script>", "\u202e" * 400])
def test_no_word_of_a_release_does_anything(said):
    """Nothing is tagged, formatted or linked that the release did not mean to be."""
    release = Release("r.md", f"{said} speaks", "r", lede=f"{said}.", quotes=(Quote((f"All {said} of us.",), said),))
    for layout in ("brief", "single"):
        [request] = bot().render(composed(bot(), release, layout=layout))
        body = request.json
        shown = "\n".join(
            [body.get("content", ""), *(str(value) for each in body.get("embeds", ()) for value in each.values())]
        )

        assert body["allowed_mentions"] == {"parse": [], "users": []}
        assert "@everyone" not in shown
        assert not re.search(r"(?<!\\)\[x\]\(", shown)
        assert not re.search(r"(?<!\\)<!", shown)


def test_a_headline_of_5000_characters_leaves_room_for_the_link():
    release = Release("r.md", "Long " * 1000, "r", lede="Short.")
    [request] = bot().render(composed(bot(), release))
    [embed] = request.json["embeds"]

    assert "title" not in embed
    assert embed["description"].endswith(ADDRESS)
    assert len(embed["description"]) <= 4096


@given(st.lists(rich_texts | st.just(as_rich("\n\n")) | st.just(as_rich("\r")), max_size=6))
def test_a_text_is_as_long_as_its_markdown(parts):
    """Also where its parts are counted each for itself."""
    text = join(parts)

    assert length(text) == len(discord_markdown(text))


def over(body):
    """What in a message is over a limit of Discord's, by a count of its own."""
    sizes = [("content", len(body.get("content") or ""), 2000), ("embeds", len(body.get("embeds", ())), 10)]
    total = 0
    for embed in body.get("embeds", ()):
        title, description = (embed.get(key, "").strip() for key in ("title", "description"))
        total += len(title) + len(description)
        sizes += [
            ("title", len(title), 256),
            ("description", len(description), 4096),
            ("url", len(embed.get("url", "")), 2048),
        ]
    sizes += [("total", total, 6000), ("attachments", len(body.get("attachments", ())), 10)]
    sizes += [("alt", len(each.get("description", "")), 1024) for each in body.get("attachments", ())]
    return [(name, size) for name, size, most in sizes if size > most]


def has_something_to_say(body):
    embeds = body.get("embeds", ())
    return bool(body.get("content", "").strip()) or any(each.get("title") or each.get("description") for each in embeds)


@settings(max_examples=examples(100))
@given(
    releases,
    st.sampled_from(["brief", "single", "thread"]),
    st.booleans(),
    st.lists(st.sampled_from(PICTURES), max_size=14).map(tuple),
    st.sampled_from(["", "*_~`|<[\\", "@everyone", "<@1>", "# "]),
)
def test_no_message_is_over_a_limit_or_empty(release, layout, numbering, media, hostile):
    """Whatever the release, and however many characters its escapes add."""
    loud = replace(
        release, media=media, headline=(hostile * 300 or release.headline), lede=f"{release.lede} {hostile * 900}"
    )
    channel = webhook() if layout == "single" else bot()
    variant = composed(channel, loud, layout=layout, sections=ALL, numbering=numbering)
    requests = channel.render(variant)

    assert requests
    assert requests == channel.render(variant)
    for request in requests:
        assert over(request.json) == []
        assert has_something_to_say(request.json)


@pytest.mark.parametrize("channel_id", ["#news", "", "0", "12 34", "https://discord.com/channels/1/2", "٣"])
def test_a_channel_is_named_by_its_number(channel_id):
    with pytest.raises(ValidationError, match="this is no number of a channel"):
        bot(channel_id=channel_id)


@pytest.mark.parametrize(
    "url",
    [
        "",
        "https://discord.com/channels/1/2",
        f"{HOOK}/slack",
        f"{HOOK}#x",
        "https://user:pass@discord.com/api/webhooks/1/a",
        "discord.com/api/webhooks/1/a",
    ],
)
def test_what_is_no_webhook_is_refused_unseen(url):
    with pytest.raises(ValidationError, match="this is no webhook's address") as caught:
        webhook(url)

    error = caught.value.errors(include_url=False, include_input=False)[0]
    assert not url or url not in error["msg"]


@pytest.mark.parametrize(
    "url", [f"{HOOK}/", f"{HOOK}?thread_id=9", "http://127.0.0.1:80/api/v10/webhooks/1/a", "${HOOK}"]
)
def test_a_webhooks_address_may_have_these_forms(url):
    assert webhook(url).settings.url.get_secret_value() == url
