"""An approval names what will go out by one hash, which anything else would not have."""

from dataclasses import replace
from pathlib import Path

import pytest
from servers.base import picture

from publisher.config.loading import load_config
from publisher.delivery.approval import plan_digest
from publisher.delivery.plan import make_plan
from publisher.delivery.recording import release_digest
from publisher.release.model import Media, Release

CHANNELS = """organisation: {name: Rivers}
channels:
  newsroom: {base_url: "https://news.example"}
  x: {consumer_key: a, consumer_secret: b, access_token: c, access_token_secret: d}
"""
SAID = Release(file="r.md", headline="A River Is Ours", slug="river", lede="It is.")


def digest(folder, release=SAID, channels=CHANNELS, **chosen):
    file = Path(folder / "channels.yaml")
    file.write_text(channels)
    return plan_digest(make_plan(release, load_config(str(file)), **chosen))


@pytest.fixture
def pictured(tmp_path):
    def at(name, content=None):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(content or picture("red.png"))
        return replace(SAID, media=(Media(str(path), "A river"),))

    return at


def test_the_same_release_has_the_same_hash_whenever_it_goes_out_and_however_channels_yaml_is_laid_out(tmp_path):
    first, *rest = CHANNELS.splitlines(keepends=True)
    turned = "".join([first, rest[0], rest[2], rest[1]])

    assert digest(tmp_path) == digest(tmp_path, replace(SAID, publish_at="2027-01-01 09:00")) == digest(tmp_path)
    assert digest(tmp_path, channels=turned) == digest(tmp_path)


@pytest.mark.parametrize(
    "changed",
    [
        {"headline": "A River Is Theirs"},
        {"lede": "It was."},
        {"variants": {"x": "Our river."}},
        {"link": "https://a.example/"},
    ],
)
def test_another_word_gives_another_hash(tmp_path, changed):
    assert digest(tmp_path, replace(SAID, **changed)) != digest(tmp_path)


def test_another_choice_of_channels_gives_another_hash(tmp_path):
    assert len({digest(tmp_path), digest(tmp_path, only=["x"]), digest(tmp_path, only=["newsroom"])}) == 3


def test_an_image_counts_by_its_bytes_and_its_description_and_not_by_where_it_lies(tmp_path, pictured):
    here = digest(tmp_path, pictured("a/river.png"))

    assert digest(tmp_path, pictured("b/river.png")) == here
    assert digest(tmp_path, pictured("a/river.png", picture("red.png") + b"\0")) != here
    described = pictured("a/river.png")
    assert digest(tmp_path, replace(described, media=(replace(described.media[0], alt="A lake"),))) != here


def test_an_image_that_is_not_there_is_not_the_same_as_none(tmp_path):
    gone = replace(SAID, media=(Media("gone.png", "A river"),))

    assert digest(tmp_path, gone) != digest(tmp_path)


def test_a_release_that_is_out_has_the_digest_that_it_always_had():
    """Another one, in a new version of the program, would make a changed release of everything that was sent before."""
    known = "1a2ec643909ff6e08ce0c04e70ca7800aa148e4a910c50de42c4c82a0f379cee"

    assert release_digest(SAID, []) == known
    assert release_digest(replace(SAID, edition_of="ein-fluss"), []) != known
