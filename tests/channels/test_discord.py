"""Discord by a bot and by a webhook, against a stand-in that counts and refuses as the API does."""

from __future__ import annotations

import json
import logging
import traceback
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from pydantic import SecretStr
from sending import images, outcomes, patience, send_all
from servers.base import Reply, picture

from publisher.channels.base import ChannelError, Receipt
from publisher.channels.discord import Discord, DiscordWebhook
from publisher.compose.model import Part, Post, Variant, joined
from publisher.config.model import Organisation
from publisher.release.model import Media
from publisher.text.rich import as_rich, link

ADDRESS = "https://harbour.example/quiet?a=1&b=2"
PARTS = (
    Part("headline", as_rich("Harbour & town agree on *quiet* nights 🎉").marked(bold=True)),
    Part("lede", as_rich("The cranes stop at ten.")),
    Part("link", link(ADDRESS)),
)
NOW = datetime(2026, 12, 1, 9, 0, 0, 123000, tzinfo=UTC)


def bot(server, **changes):
    return Discord("discord", Discord.Settings(**{**server.settings(), **changes}), Path())


def hook(server, **changes):
    settings = DiscordWebhook.Settings(**{**server.hook_settings(), **changes})
    return DiscordWebhook("discord-webhook", settings, Path())


def rendered(channel, *texts, layout="single", media=()):
    """Stamped requests for posts with these texts; by default one with a headline, a lede and a link."""
    posts = [Post(as_rich(text)) for text in texts] or [Post(joined(PARTS), parts=PARTS)]
    posts[0] = replace(posts[0], media=media)
    requests = channel.render(Variant(channel.name, channel.type, layout, "en", tuple(posts), ADDRESS))
    return [channel.stamp(each, datetime.now(UTC), f"seed {index}") for index, each in enumerate(requests)]


def sent(channel, *texts, **options):
    return send_all(channel, rendered(channel, *texts, **options))[-1]


both = pytest.mark.parametrize("channel", [bot, hook])


@both
@pytest.mark.parametrize("layout", ["brief", "single"])
def test_a_release_stands_there_with_its_link(discord_server, channel, layout):
    receipt = sent(channel(discord_server), layout=layout)
    [post] = discord_server.posts

    assert receipt == Receipt(
        "sent",
        id=post.id,
        url=f"https://discord.com/channels/1192/815/{post.id}",
        data={"channel": "815"},
    )
    assert r"Harbour & town agree on \*quiet\* nights 🎉" in post.text
    assert post.card == (ADDRESS if layout == "brief" else None)
    assert discord_server.requests[0].headers["connection"] == "close"


def test_a_thread_stands_there_as_replies_to_itself(discord_server):
    receipts = send_all(bot(discord_server), rendered(bot(discord_server), "One", "Two", "Three", layout="thread"))

    assert [receipt.outcome for receipt in receipts] == ["sent"] * 3
    assert [post.reply_to for post in discord_server.posts] == [None, receipts[0].id, receipts[1].id]


@both
@pytest.mark.parametrize("layout", ["brief", "single"])
@pytest.mark.parametrize("names", [("a.png",), ("a.png", "b.jpg", "c.webp", "d.gif")])
def test_images_go_along_with_their_alternative_text(discord_server, tmp_path, channel, layout, names):
    receipt = sent(channel(discord_server), layout=layout, media=images(tmp_path, *names))
    [post] = discord_server.posts

    assert receipt.outcome == "sent"
    assert post.media == tuple((f"What {name} shows", picture(name)) for name in names)


@both
@pytest.mark.parametrize("layout", ["brief", "single"])
def test_an_image_that_had_to_be_made_another_type_of_is_called_so(discord_server, tmp_path, channel, layout):
    from PIL import Image

    Image.new("RGB", (8, 6)).save(tmp_path / "quay.avif")
    receipt = sent(channel(discord_server), layout=layout, media=(Media(str(tmp_path / "quay.avif"), "A quay"),))
    [call] = [call for call in discord_server.requests if call.method == "POST"]
    [file] = call.form()[1].values()
    [post] = discord_server.posts

    assert receipt.outcome == "sent"
    assert post.media[0][0] == "A quay"
    assert (file.name, file.mime) in [("image-1.jpg", "image/jpeg"), ("image-1.png", "image/png")]
    assert "embeds" not in post.raw or post.raw["embeds"][0]["image"] == {"url": f"attachment://{file.name}"}


@both
def test_what_is_on_the_wire_is_what_was_rendered(discord_server, tmp_path, channel):
    speaker = channel(discord_server)
    [plain] = rendered(speaker)
    [with_image] = rendered(speaker, layout="brief", media=images(tmp_path, "a.png"))
    send_all(speaker, [plain, with_image])
    first, second = [call for call in discord_server.requests if call.method == "POST"]

    assert first.json() == plain.json
    assert json.loads(second.form()[0]["payload_json"]) == with_image.json
    assert {call.mime for call in (first, second)} == {"application/json", "multipart/form-data"}


def test_a_webhook_waits_for_the_answer_and_keeps_to_its_thread(discord_server):
    speaker = hook(discord_server, url=f"{discord_server.hook_settings()['url']}/?thread_id=99")
    receipt = sent(speaker)
    [call] = [call for call in discord_server.requests if call.method == "POST"]

    assert receipt.outcome == "sent"
    assert call.query == {"thread_id": "99", "wait": "true"}


@pytest.mark.parametrize(
    ("home", "agent"),
    [
        ("https://harbour.example", "DiscordBot (https://harbour.example, 1)"),
        (None, "DiscordBot (https://discord.com, 1)"),
        ("Harbour\r\nX-Evil: 1", "DiscordBot (https://discord.com, 1)"),
    ],
)
def test_who_asks_is_told_in_the_form_that_discord_wants(discord_server, home, agent):
    speaker = bot(discord_server)
    speaker.organisation = Organisation(url=home)
    receipt = sent(speaker)

    assert receipt.outcome == "sent"
    assert {call.headers["user-agent"] for call in discord_server.requests} == {agent}


def test_a_repeat_with_the_same_nonce_makes_no_second_message(discord_server):
    speaker = bot(discord_server)
    [request] = rendered(speaker)
    first, second = speaker.send(request, []), speaker.send(request, [])

    assert first == second
    assert len(discord_server.posts) == 1


def test_a_nonce_is_the_same_for_a_seed_and_short_enough():
    speaker = Discord("discord", Discord.Settings(token="t", channel_id="1"), Path())
    [request] = speaker.render(Variant("discord", "discord", "single", "en", (Post(as_rich("One")),)))
    stamped, again, other = (speaker.stamp(request, NOW, seed) for seed in ("a", "a", "b"))

    assert stamped == again
    assert stamped.json["nonce"] == stamped.key != other.key
    assert stamped.json["enforce_nonce"] is True
    assert len(stamped.key) <= 25


@both
@outcomes
def test_an_outcome_is_what_can_be_known(discord_server, channel, fault, outcome, standing):
    discord_server.misbehave(fault)
    speaker = channel(discord_server)
    speaker.timeouts = patience(fault)
    receipt = sent(speaker)

    assert receipt.outcome == outcome
    assert receipt.error
    assert "\n" not in receipt.error
    assert len(discord_server.posts) == standing


@pytest.mark.parametrize(
    ("channel", "change", "words"),
    [
        (bot, {"channel_id": 816}, "Unknown Channel: check `channel_id`"),
        (bot, {"token": "revoked"}, "Discord does not take this token (401: Unauthorized): check `token`"),
        (bot, {"token": "two words"}, "nothing was sent: this is no token of a bot; check `token`"),
        (bot, {"token": ""}, "nothing was sent: this is no token of a bot; check `token`"),
        (
            hook,
            {"url": "/api/webhooks/4712/other-token"},
            "Unknown Webhook: the webhook is gone: make another and set `url`",
        ),
        (
            hook,
            {"url": "/api/webhooks/4711/other-token"},
            "Discord does not take this url (Invalid Webhook Token): check `url`",
        ),
        (
            hook,
            {"url": "/elsewhere/webhooks/4711/other-token"},
            "Discord does not take this url (401: Unauthorized): check `url`",
        ),
    ],
)
def test_a_refusal_says_what_to_check(discord_server, channel, change, words):
    if "url" in change:
        change = {"url": discord_server.url + change["url"]}
    receipt = sent(channel(discord_server, **change))

    assert (receipt.outcome, receipt.error) == ("refused", words)


def test_a_bot_without_permission_is_told_which(discord_server):
    discord_server.may_post = False
    receipt = sent(bot(discord_server))

    assert receipt.outcome == "refused"
    assert (receipt.error or "").startswith("Missing Permissions: give the bot's role View Channel, Send Messages")


def test_a_field_that_is_wrong_is_named(discord_server):
    receipt = sent(bot(discord_server), "x" * 2001)

    assert (receipt.outcome, receipt.error) == (
        "refused",
        "Invalid Form Body (content: Must be 2000 or fewer in length.)",
    )


def test_2000_emoji_are_not_too_many(discord_server):
    assert sent(hook(discord_server), "😀" * 2000).outcome == "sent"


@pytest.mark.parametrize(
    ("reply", "outcome", "words"),
    [
        (Reply(429, {"retry_after": 0.2}), "refused", "too many requests to Discord; try again in 1 seconds"),
        (
            Reply(429, b"<html>", {"Retry-After": "7"}),
            "refused",
            "too many requests to Discord; try again in 7 seconds",
        ),
        (Reply(429, {"retry_after": "soon"}), "refused", "too many requests to Discord; try again in 60 seconds"),
        (Reply(403, b"<html>no</html>"), "refused", "Discord answered 403"),
        (Reply(400, {"message": {}, "code": "x", "errors": [1]}), "refused", "Discord answered 400"),
        (Reply(400, {"errors": {"_errors": [{"message": "No."}]}}), "refused", "No."),
        (
            Reply(400, {"errors": {str(n): {"_errors": [{"message": "No"}]} for n in range(9)}}),
            "refused",
            "0: No; 1: No; 2: No; 3: No; 4: No …",
        ),
        (
            Reply(302, None, {"Location": "/login"}),
            "unknown",
            "redirects elsewhere; check the address in channels.yaml",
        ),
        (Reply(503, {"message": "Service Unavailable"}), "unknown", "Discord answered 503: Service Unavailable"),
        (Reply(204), "unknown", "Discord answered without the number of a message"),
        (Reply(200, {"id": True}), "unknown", "Discord answered without the number of a message"),
        (Reply(200, ["17"]), "unknown", "Discord answered without the number of a message"),
    ],
)
def test_an_odd_answer_is_told_in_one_line(discord_server, monkeypatch, reply, outcome, words):
    monkeypatch.setattr(discord_server, "answer", lambda _call: reply)
    receipt = sent(hook(discord_server))

    assert receipt.outcome == outcome
    assert (receipt.error or "").endswith(words)


@pytest.mark.parametrize(
    "about", [Reply(500), Reply(200, {}), Reply(403, {"code": 50001}), Reply(200, {"guild_id": None})]
)
@both
def test_a_message_without_a_link_is_sent_all_the_same(discord_server, monkeypatch, channel, about):
    known = discord_server.answer
    monkeypatch.setattr(discord_server, "answer", lambda call: about if call.method == "GET" else known(call))
    receipt = sent(channel(discord_server))

    assert (receipt.outcome, receipt.url) == ("sent", None)


@pytest.mark.parametrize("number", [None, "", "seventeen", "-3"])
def test_a_reply_to_a_message_without_a_number_is_refused_unsent(discord_server, number):
    speaker = bot(discord_server)
    receipt = speaker.send(rendered(speaker, "One", "Two", layout="thread")[1], [Receipt("sent", id=number)])

    assert receipt.outcome == "refused"
    assert (receipt.error or "").startswith("nothing was sent: ")
    assert discord_server.requests == []


def test_a_reply_to_a_message_that_is_gone_is_refused(discord_server):
    speaker = bot(discord_server)
    receipt = speaker.send(rendered(speaker, "One", "Two", layout="thread")[1], [Receipt("sent", id="17")])

    assert receipt.outcome == "refused"
    assert "Unknown message" in (receipt.error or "")


def test_an_image_that_is_none_is_refused_unsent(discord_server, tmp_path):
    media = images(tmp_path, "a.png")
    Path(media[0].path).write_bytes(b"GIF89a")
    receipt = sent(bot(discord_server), media=media)

    assert receipt.outcome == "refused"
    assert "a.png" in (receipt.error or "")
    assert discord_server.requests == []


def test_a_server_that_is_down_refuses_and_takes_the_message_once_it_is_back(discord_server):
    speaker = bot(discord_server)
    [request] = rendered(speaker)
    discord_server.stop()
    down = speaker.send(request, [])
    discord_server.start()
    up = speaker.send(request, [])

    assert (down.outcome, up.outcome) == ("refused", "sent")
    assert (down.error or "").startswith(f"could not reach 127.0.0.1:{discord_server.port}: ")


@pytest.mark.parametrize("layout", ["brief", "single"])
def test_a_bot_finds_its_message_among_others(discord_server, layout):
    """Also where the link of a message has got a preview meanwhile."""
    speaker = bot(discord_server)
    [request] = rendered(speaker, layout=layout)
    discord_server.chatter(3)
    receipt = speaker.send(request, [])
    discord_server.chatter(90)

    assert speaker.find(request) == receipt


def test_each_message_of_a_thread_is_found_for_itself(discord_server):
    speaker = bot(discord_server)
    requests = rendered(speaker, "One", "Two", layout="thread")
    first, second = send_all(speaker, requests)

    assert [speaker.find(request) for request in requests] == [first, second]


def test_a_message_that_never_arrived_is_not_found(discord_server):
    speaker = bot(discord_server)
    discord_server.chatter(3)
    discord_server.misbehave("close_before")
    [request] = rendered(speaker)
    receipt = speaker.send(request, [])

    assert receipt.outcome == "unknown"
    assert speaker.find(request) is None


def test_what_others_or_the_same_bot_said_long_ago_is_not_taken_for_it(discord_server):
    speaker = bot(discord_server)
    [request] = rendered(speaker, "One")
    discord_server.chatter(1)
    discord_server.standing[0]["content"] = "One"
    speaker.send(request, [])
    later = speaker.stamp(request, datetime.now(UTC) + timedelta(minutes=6), "another")

    assert speaker.find(later) is None


def test_nobody_is_told_that_a_message_is_not_there_where_it_may_be(discord_server):
    """No permission, a key or a message without a time, too many messages since, no answer."""
    speaker = bot(discord_server)
    [request] = rendered(speaker, "One")
    speaker.send(request, [])
    discord_server.may_read = False
    answers = [speaker.find(request)]
    discord_server.may_read = True
    answers.append(speaker.find(replace(request, key="")))
    discord_server.standing[0]["timestamp"] = discord_server.standing[0]["id"] = "?"
    answers.append(speaker.find(request))
    discord_server.chatter(100)
    answers.append(speaker.find(request))
    discord_server.misbehave("close_before", on="/messages")
    answers.append(speaker.find(request))

    assert [answer and answer.outcome for answer in answers] == ["unknown"] * 5


def test_in_a_channel_where_nobody_has_ever_written_there_is_no_message(discord_server):
    """The channel itself says so, by its last message; without the right to read, it shows none and has a last one."""
    speaker = bot(discord_server)
    [request] = rendered(speaker, "One")
    never = speaker.find(request)
    discord_server.chatter(1)
    discord_server.may_read = False

    assert never is None
    assert speaker.find(request).outcome == "unknown"


def test_the_time_of_a_message_is_told_by_its_number_too(discord_server):
    speaker = bot(discord_server)
    [request] = rendered(speaker, "One")
    receipt = speaker.send(request, [])
    del discord_server.standing[0]["timestamp"]

    assert speaker.find(request) == receipt


def test_a_webhook_cannot_look_for_its_message(discord_server):
    speaker = hook(discord_server)
    receipt = speaker.find(rendered(speaker)[0])

    assert receipt is not None
    assert receipt.outcome == "unknown"
    assert discord_server.requests == []


@pytest.mark.parametrize(
    ("channel", "handle", "names"),
    [
        (bot, "@harbour_bot", ("harbour_bot", "Harbour", "42", "news", "815")),
        (hook, "Harbour News", ("harbour news", "4711", "815", "1192")),
    ],
)
def test_whose_credentials_these_are(discord_server, channel, handle, names):
    account = channel(discord_server).whoami()

    assert account.handle == handle
    assert all(account.is_called(name) for name in names)
    assert not account.is_called("@other")


@pytest.mark.parametrize(("kind", "name"), [(15, "a forum"), (4, "a category"), (16, "a media channel")])
def test_a_channel_that_takes_no_messages_is_noticed_beforehand(discord_server, kind, name):
    discord_server.kind = kind
    with pytest.raises(ChannelError, match=f"the channel 815 is {name}: choose a text channel"):
        bot(discord_server).whoami()


@pytest.mark.parametrize("channel", [bot, hook])
def test_credentials_that_are_not_taken_are_told(discord_server, channel):
    discord_server.misbehave("expired", on="/")
    with pytest.raises(ChannelError, match="Discord does not take this"):
        channel(discord_server).whoami()


def test_a_person_may_say_where_a_message_stands(discord_server):
    speaker = bot(discord_server)
    one, two = rendered(speaker, "One", "Two", layout="thread")
    first = speaker.send(one, [])
    told = speaker.receipt_for(f" {first.url}/ ", one)
    second = speaker.send(two, [told])

    assert told.id == first.id
    assert second.outcome == "sent"
    assert discord_server.posts[1].reply_to == first.id


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("", "is not the link of a post"),
        ("https://discord.com/channels/1192/815", "is not the link of a post"),
        ("https://harbour.example/channels/1192/815/17", "is not the link of a post"),
        ("https://discord.com/channels/1192/816/17", "is a message in another channel than 815"),
    ],
)
def test_any_other_link_is_refused(discord_server, url, why):
    speaker = bot(discord_server)
    with pytest.raises(ChannelError, match=why):
        speaker.receipt_for(url, rendered(speaker)[0])


@both
def test_no_secret_gets_into_errors_tracebacks_or_logs(discord_server, caplog, channel):
    caplog.set_level(logging.DEBUG)
    speaker, broken = channel(discord_server), channel(discord_server)
    unreachable = "http://127.0.0.1:9/api/webhooks/4711/" + discord_server.hook_token
    changes = {"api_url": "http://127.0.0.1:notaport"} if channel is bot else {"url": SecretStr(unreachable)}
    broken.settings = broken.settings.model_copy(update=changes)
    receipts: list[Receipt] = []
    for fault in ("garbage", "500_after", "close_after", "429", "expired"):
        discord_server.misbehave(fault)
        receipts.append(sent(speaker))
    receipts += [sent(speaker), sent(broken)]
    discord_server.stop()
    receipts.append(sent(speaker))
    with pytest.raises(ChannelError) as caught:
        speaker.whoami()
    written = caplog.text + repr(receipts) + "".join(traceback.format_exception(caught.value)) + repr(speaker.settings)

    assert "POST" in caplog.text
    assert "Traceback" not in caplog.text
    for secret in (discord_server.token, discord_server.hook_token, "/webhooks/4711"):
        assert secret not in written
