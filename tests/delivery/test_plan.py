"""A plan says which channel will say what, and what is odd about it."""

import os
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import pytest
from servers.base import from_home, picture

from publisher.config.loading import load_config
from publisher.delivery.plan import make_plan, with_files
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
    assert shown.deliveries[0].variant.warnings[-1] == "the image none.png is not there. This stops a publish"
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


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (os.mkfifo, "a.png is no file"),
        (os.mkdir, "a.png is a folder"),
        (lambda path: path.symlink_to(path), r"a.png cannot be read \(Too many levels of symbolic links\)"),
    ],
)
def test_what_is_no_file_is_named_and_never_opened(config, tmp_path, make, words):
    make(tmp_path / "a.png")
    pictured = replace(release(media=(Media("a.png", "A river"),)), file=str(tmp_path / "r.md"))

    with pytest.raises(PublishError, match=words):
        make_plan(pictured, config(f"{{newsroom: {{}}, x: {X}}}}}"), for_sending=True)


def test_what_is_done_to_an_image_is_told_beforehand_and_planned(config, tmp_path):
    """The type is that of what goes out, the SHA-256 that of the file as it lies there."""
    (tmp_path / "a.avif").write_bytes(from_home("a.avif"))
    pictured = replace(release(media=(Media("a.avif", "A river"),)), file=str(tmp_path / "r.md"))
    page, post = make_plan(pictured, config(f"{{newsroom: {{}}, x: {X}}}}}")).deliveries
    [planned] = with_files(post.requests, post.channel.capabilities.images)
    [upload] = planned.uploads

    assert page.notes[-1] == "a.avif goes without its data on place, camera and people"
    assert post.notes[-1] == "a.avif is made a JPEG; goes without its data on place, camera and people"
    assert (upload.mime, upload.path) == ("image/jpeg", str((tmp_path / "a.avif").resolve()))
    assert upload.sha256 == sha256((tmp_path / "a.avif").read_bytes()).hexdigest()


def test_another_boilerplate_than_the_approved_one_is_remarked_on(config):
    ours = config("{newsroom: {}}", "{boilerplate: We  guard rivers.}")

    same = make_plan(release(boilerplate="We guard\nrivers."), ours).release
    other = make_plan(release(boilerplate="We guard lakes."), ours).release

    assert same.findings == ()
    assert [finding.rule for finding in other.findings] == ["boilerplate"]
    assert "here “We guard lakes.”, there “We guard rivers.”" in other.warnings[0]


def test_a_handle_stands_only_where_channels_yaml_names_one_for_the_network(config):
    """No handle: the plain name. A channel's own name wins over its type, and an @ may be left out."""
    from publisher.release.model import Quote

    ours = config(
        f"{{x: {X}}}, bluesky: {{handle: a.example, app_password: b}}, town: {{type: bluesky, handle: b.example, "
        "app_password: b}}",
        "{mentions: {Ana Ruiz: {x: ana, town: '@ana.example'}}}",
    )
    x, bluesky, town = make_plan(release(quotes=(Quote(("It is ours.",), "Ana Ruiz"),)), ours).deliveries

    assert "— Ana Ruiz (@ana)" in x.variant.posts[0].text.plain
    assert bluesky.variant.posts[1].text.plain == "“It is ours.”\n— Ana Ruiz"
    assert town.variant.posts[1].text.plain == "“It is ours.”\n— Ana Ruiz (@ana.example)"


def test_a_channel_that_the_release_switches_off_gives_no_link(config):
    """Its page will never be there: the next channel's is linked to, or the release's own link, else none."""
    written = f"{{x: {X}}}, newsroom: {{base_url: 'https://news.example'}}"
    off = release(variants={"newsroom": False})

    for chosen in ([], ["x"]):
        alone = make_plan(off, config(f"{written}}}"), only=chosen)
        assert "https://" not in alone.deliveries[0].variant.posts[0].text.plain
    assert any("no page of this release to link to" in note for note in make_plan(off, config(f"{written}}}")).notes)

    both = config(f"{{town: {{type: newsroom, base_url: 'https://town.example'}}, {written[1:]}}}")
    other = make_plan(release(variants={"town": False}), both)
    assert other.deliveries[0].variant.link == "https://news.example/river/"


def test_a_release_with_a_link_of_its_own_links_to_no_page_of_a_channel(config):
    own = release(link="https://rivers.example/weir")
    plan = make_plan(own, config(f"{{x: {X}}}, newsroom: {{base_url: 'https://news.example'}}}}"), only=["x"])

    assert plan.deliveries[0].variant.link == "https://rivers.example/weir"
    assert plan.notes == ()


def test_a_preview_says_that_a_file_that_is_no_image_stops_a_publish(config):
    pictured = release(media=(Media("photo.heic", "A river"),))

    assert "photo.heic is no image that can go along, and stops a publish. Use avif, " in " ".join(
        make_plan(pictured, config("{newsroom: {}}")).notes
    )
    with pytest.raises(PublishError, match=r"r.md: photo.heic is no image that can go along"):
        make_plan(pictured, config("{newsroom: {}}"), for_sending=True)


def test_a_page_gets_the_organisations_boilerplate_where_the_release_has_none_and_the_preview_says_so(config):
    ours = config("{newsroom: {}}", "{name: Rivers, boilerplate: We are <us>.}")
    (page,) = make_plan(release(), ours).deliveries
    (own,) = make_plan(release(boilerplate="Its own."), ours).deliveries

    assert page.requests[0].json["boilerplate"] == "<p>We are &lt;us&gt;.</p>"
    assert page.variant.posts[0].text.plain.endswith("We are <us>.")
    assert own.requests[0].json["boilerplate"] == "<p>Its own.</p>"
