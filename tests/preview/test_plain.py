"""A preview for screen readers, pipes and files: every fact in words, one a line."""

import json
import unicodedata

import pytest
from examples import examples
from hypothesis import given, settings
from hypothesis import strategies as st
from previewing import FIXTURES, one_post, plan_of

from publisher.cli.shown import as_kept, shown_of
from publisher.compose.model import Post
from publisher.preview.kept import plain_kept
from publisher.preview.model import visible
from publisher.preview.plain import plain_head, plain_preview


def lines_of(plan, head):
    return [*plain_head(head), *plain_preview(shown_of(plan))]


@pytest.mark.usefixtures("office")
def test_a_release_looks_as_in_the_fixture():
    assert "\n".join(lines_of(*plan_of())) + "\n" == (FIXTURES / "harbour.plain.txt").read_text(encoding="utf-8")


@pytest.mark.usefixtures("office")
def test_it_draws_nothing():
    """No character of a box, an arrow, or a block, which a screen reader would spell out."""
    drawn = {sign for line in lines_of(*plan_of()) for sign in line if 0x2190 <= ord(sign) <= 0x25FF}

    assert drawn == set()


@given(text=st.text())
@settings(max_examples=examples(400), deadline=None)
def test_the_text_of_a_post_stands_there_whole_and_says_nothing_to_a_terminal(text):
    shown = "\n".join(plain_preview([one_post(text)]))

    assert f"text:\n{visible(text)}\nLength: {len(text):,} of 1,000 characters" in shown
    assert {unicodedata.category(sign) for sign in shown if sign not in "\n\t"} & {"Cc", "Zl", "Zp"} == set()


@pytest.mark.usefixtures("office")
def test_errors_of_the_review_come_before_its_warnings():
    _, head = plan_of()
    severities = [line.partition(":")[0] for line in plain_head(head) if line.startswith(("error:", "warning:"))]

    assert severities == ["error", "warning"]


def test_a_warning_stands_with_the_post_that_it_is_about(office):
    text = (office / "harbour.md").read_text(encoding="utf-8")
    long = (
        "The harbour carries what we throw into it, and " + "everybody who lives beside it knows what " * 9 + "that is."
    )
    (office / "harbour.md").write_text(text.replace("We will count the days,", f"{long} We count,"), encoding="utf-8")
    plan, _ = plan_of(only=["bluesky"])
    (shown,) = shown_of(plan)
    about = [warning for warning in shown.variant.warnings if "longer than a post" in warning]
    placed = {shown.variant.places[warning] for warning in about}

    assert len(about) == 1
    assert ["[…]" in shown.variant.posts[at].text.plain for at in placed] == [True]


@pytest.mark.usefixtures("office")
def test_every_warning_is_shown_once():
    plan, head = plan_of()
    lines = lines_of(plan, head)

    for each in shown_of(plan):
        for warning in each.variant.warnings:
            assert lines.count(f"warning: {warning}") == 1


@pytest.mark.usefixtures("office")
def test_a_channel_of_many_recipients_sums_them_up():
    lines = lines_of(*plan_of(only=["press-list"]))

    assert "Channel press-list: email, article, 1 post, 250 recipients" in lines
    assert "note: goes to 250 recipients, one by one: desk0@paper.example, desk1@paper.example, " in "\n".join(lines)
    assert "desk9@paper.example" not in "\n".join(lines)


def test_what_the_ledger_keeps_is_told_like_a_preview(office):
    """Of what a preview tells only the type, the layout, the card's words and picture, and hidden links are missing."""
    assert office.is_dir()
    plan, _ = plan_of(only=["bluesky"])
    (kept,) = as_kept(plan).values()
    expected = list(plain_preview(shown_of(plan)))
    left_out = ("Card description", "Card picture", "Channel ")
    told = [line for line in plain_kept(json.loads(json.dumps(kept)), "held") if line != "Channel bluesky: held"]

    at = next(at for at, line in enumerate(expected) if line.startswith("Card picture"))
    del expected[at + 1]  # what is told of that picture
    assert told == [line for line in expected if not line.startswith(left_out)]


def test_what_an_earlier_version_kept_is_told_as_far_as_it_goes():
    """Which post is answered, who is notified, and which post a warning is about came later."""
    post = {"text": "Hi.", "count": 3, "limit": 300, "unit": "graphemes", "media": [], "card": None}
    kept = {"channel": "bluesky", "warnings": ["left out: a"], "notes": [], "posts": [post]}

    assert list(plain_kept(kept, "held")) == [
        "Channel bluesky: held",
        "warning: left out: a",
        "",
        "Post 1 of 1, text:",
        "Hi.",
        "Length: 3 of 300 graphemes",
        "",
    ]


def test_no_post_shows_what_goes_over_the_wire():
    """A reader sees no markup, no entity and no JSON, on any channel."""
    from every_channel import plan_for_every_channel

    from publisher.documents import read
    from publisher.release import parse

    plan = plan_for_every_channel(parse(read("releases/product-launch.md")))
    shown = shown_of(plan)

    assert len(shown) > 10
    for each in shown:
        words = "\n".join(plain_preview([each]))
        assert [sign for sign in ('{"', "<b>", "<a ", "&amp;", "**", "&lt;", "parse_mode") if sign in words] == []
        assert all(isinstance(post, Post) and post.text.plain in words for post, _, _ in each.posts())


def test_a_note_stands_with_the_post_that_it_is_about_and_the_bill_with_the_channel(office):
    text = (office / "harbour.md").read_text(encoding="utf-8")
    (office / "harbour.md").write_text(text.replace("a gauge in", "ask @jane_roe for a gauge in"), encoding="utf-8")
    channels = (office / "channels.yaml").read_text(encoding="utf-8")
    (office / "channels.yaml").write_text(channels.replace('account: "@aller"', "layout: thread"), encoding="utf-8")
    plan, _ = plan_of(only=["x"])
    (shown,) = shown_of(plan)
    last = len(shown.variant.posts) - 1

    assert "@jane_roe" in shown.variant.posts[last].text.plain
    assert [note.partition(" ")[0] for note in shown.notes_on(last)] == ["@jane_roe"]
    assert any(note.startswith("X bills") for note in shown.notes_on(None))


def test_an_image_that_stops_a_publish_is_named_with_the_post_that_carries_it(office):
    (office / "gauge.png").unlink()
    plan, _ = plan_of(only=["bluesky"])
    (shown,) = shown_of(plan)

    assert shown.warnings_on(0) == ["the image gauge.png is not there. This stops a publish"]
