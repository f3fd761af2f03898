"""A plan says which channel will say what, and what is odd about it."""

from dataclasses import replace
from pathlib import Path

import pytest
from servers.base import picture

from publisher.config.loading import load_config
from publisher.delivery.plan import make_plan
from publisher.errors import PublishError
from publisher.release.model import Media, Release

X = "{consumer_key: a, consumer_secret: b, access_token: c, access_token_secret: d"


@pytest.fixture
def config(tmp_path):
    def write(channels, organisation="{name: Rivers}"):
        file = Path(tmp_path / "channels.yaml")
        file.write_text(f"organisation: {organisation}\nchannels: {channels}\n")
        return load_config(str(file))

    return write


def release(**more):
    return Release(file="r.md", headline="A River Is Ours", slug="river", lede="It is.", **more)


def test_the_newsrooms_address_is_the_link_of_the_others(config):
    plan = make_plan(release(), config(f"{{x: {X}}}, newsroom: {{base_url: 'https://news.example/'}}}}"))

    assert [planned.variant.link for planned in plan.deliveries] == ["https://news.example/river/"] * 2
    assert "https://news.example/river/" in plan.deliveries[0].variant.posts[0].text.plain


def test_a_link_to_a_page_that_is_left_out_is_remarked_on(config):
    plan = make_plan(release(), config(f"{{x: {X}}}, newsroom: {{base_url: 'https://news.example'}}}}"), only=["x"])

    assert plan.deliveries[0].variant.link == "https://news.example/river/"
    assert "the link leads to newsroom" in plan.notes[0]


def test_a_channel_that_is_off_may_be_looked_at_but_not_sent_to(config):
    off = config(f"{{x: {X}, enabled: false}}, newsroom: {{}}}}")

    assert [planned.channel.name for planned in make_plan(release(), off, only=["x"]).deliveries] == ["x"]
    with pytest.raises(PublishError, match="the channel `x` is switched off"):
        make_plan(release(), off, only=["x"], for_sending=True)


def test_a_missing_image_stops_a_publish_and_warns_a_preview(config):
    pictured = release(media=(Media("none.png", "A river"),))

    shown = make_plan(pictured, config("{newsroom: {}}"))
    assert "none.png" in shown.deliveries[0].variant.warnings[-1]
    with pytest.raises(PublishError, match=r"r.md: the image none.png is not there"):
        make_plan(pictured, config("{newsroom: {}}"), for_sending=True)


@pytest.mark.parametrize(
    ("content", "alt", "says"),
    [
        (b"", "A river", "newsroom: the image a.png is empty"),
        (b"no picture", "A river", "newsroom: the image a.png is not a PNG"),
        (picture("a.png")[:-1], "A river", "newsroom: the image a.png is cut off"),
        (picture("a.png"), "r" * 1001, "x: the alternative text"),
    ],
)
def test_an_image_that_a_network_would_refuse_stops_a_publish_before_anything_is_public(
    config, tmp_path, content, alt, says
):
    (tmp_path / "a.png").write_bytes(content)
    pictured = replace(release(media=(Media("a.png", alt),)), file=str(tmp_path / "r.md"))

    with pytest.raises(PublishError, match=says):
        make_plan(pictured, config(f"{{newsroom: {{}}, x: {X}}}}}"), for_sending=True)


def test_another_boilerplate_than_the_approved_one_is_remarked_on(config):
    ours = config("{newsroom: {}}", "{boilerplate: We  guard rivers.}")

    same = make_plan(release(boilerplate="We guard\nrivers."), ours).release
    other = make_plan(release(boilerplate="We guard lakes."), ours).release

    assert same.findings == ()
    assert [finding.rule for finding in other.findings] == ["boilerplate"]
    assert "here “We guard lakes.”, there “We guard rivers.”" in other.warnings[0]


def test_handles_stand_only_where_the_network_makes_mentions_of_them(config):
    from publisher.release.model import Quote

    ours = config(
        f"{{x: {X}}}, bluesky: {{handle: a.example, app_password: b}}}}",
        "{mentions: {Ana Ruiz: {x: '@ana', bluesky: '@ana.example'}}}",
    )
    x, bluesky = make_plan(release(quotes=(Quote(("It is ours.",), "Ana Ruiz"),)), ours).deliveries

    assert "— Ana Ruiz (@ana)" in x.variant.posts[0].text.plain
    assert bluesky.variant.posts[1].text.plain == "“It is ours.”\n— Ana Ruiz"
