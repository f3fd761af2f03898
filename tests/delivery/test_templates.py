"""A template named in channels.yaml writes the posts, and a mistake in it is shown before anything else happens."""

import pytest

from publisher.config.loading import load_config
from publisher.delivery.plan import make_plan
from publisher.documents import read_text
from publisher.errors import PublishError
from publisher.release import parse

RELEASE = """\
# Five Cities Ask for a Clean River

ALLER, Nov. 24, 2026 — Five cities on the Aller have written to the ministry today.

“A plan without dates is a wish,” said Ana Ruiz, mayor of Aller.
"""
BLUESKY = "handle: a.example, app_password: secret"


@pytest.fixture
def plan(tmp_path):
    def made(template, *, settings="", front="", kind=f"bluesky: {{{BLUESKY}"):
        (tmp_path / "t.txt").write_bytes(template if isinstance(template, bytes) else template.encode())
        (tmp_path / "channels.yaml").write_text(f"channels:\n  {kind}, template: t.txt{settings}}}\n")
        release = parse(read_text(front + RELEASE, file="release.md", markdown=True))
        [delivery] = make_plan(release, load_config(str(tmp_path / "channels.yaml"))).deliveries
        return delivery.variant

    return made


def texts(variant):
    return [post.text.plain for post in variant.posts]


def test_a_template_writes_the_posts(plan):
    variant = plan("{{ release.headline }}!\n---\n{{ quote(release.quotes[0]) }}\n")

    assert texts(variant) == [
        "Five Cities Ask for a Clean River!",
        "“A plan without dates is a wish.”\n— Ana Ruiz, mayor of Aller",
    ]


def test_several_posts_are_a_thread_and_are_numbered_where_that_is_asked_for(plan):
    variant = plan("One\n---\nTwo", settings=", layout: single, numbering: true")

    assert variant.layout == "thread"
    assert texts(variant) == ["One\n\n1/2", "Two\n\n2/2"]


def test_the_number_of_a_post_needs_room_too(plan):
    with pytest.raises(PublishError, match="post 1 of this template"):
        plan("x" * 295 + "\n---\nTwo", settings=", numbering: true")


@pytest.mark.parametrize(
    ("front", "expected"),
    [
        ("---\nvariants: {bluesky: Our own words.}\n---\n", ["Our own words."]),
        ("---\nvariants: {bluesky: {sections: [headline]}}\n---\n", ["Five Cities Ask for a Clean River"]),
        ("---\nvariants: {bluesky: {hashtags: [River]}}\n---\n", ["From the template #River"]),
    ],
)
def test_what_the_release_says_of_a_channel_stands_before_its_template(plan, front, expected):
    assert texts(plan("From the template {{ hashtags|join(' ') }}", front=front)) == expected


@pytest.mark.parametrize(
    ("template", "says"),
    [
        ("One\n{{ release.heading }}", "t.txt:2: the release has no `heading`. Did you mean `headline`?"),
        ("One\n{% for a in release.quotes %}", "t.txt:"),
        ("x" * 301, "t.txt: what this template writes has 301 graphemes, and 300 is the limit. Shorten it"),
        ("a\n---\n" + "x" * 301, "t.txt: post 2 of this template has 301 graphemes, and 300 is the limit"),
        ("{% if release.boilerplate %}About{% endif %}", "t.txt: this template writes nothing for this release"),
        (b"\xff\xfe\xfa", "channels.yaml:2:64: the template t.txt is not in UTF-8"),
    ],
)
def test_a_template_that_will_not_do_is_named_with_the_place(plan, template, says):
    with pytest.raises(PublishError) as caught:
        plan(template)

    assert says in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_template_that_is_not_there_is_named_with_its_line(tmp_path):
    block = "\n    ".join(["channels:\n  bluesky:", *BLUESKY.split(", "), "template: no.txt"])
    (tmp_path / "channels.yaml").write_text(f"{block}\n")
    with pytest.raises(PublishError, match=r"channels\.yaml:5:15: there is no template no\.txt"):
        make_plan(parse(read_text(RELEASE, file="r.md", markdown=True)), load_config(str(tmp_path / "channels.yaml")))


def test_a_newsroom_takes_no_template(plan):
    with pytest.raises(PublishError, match="publishes the whole release"):
        plan("One", kind="newsroom: {folder: site")
