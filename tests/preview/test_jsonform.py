"""A preview as data."""

import json

from previewing import plan_of

from publisher.cli.shown import as_kept, as_sent, shown_of
from publisher.preview.jsonform import preview_json


def test_each_post_tells_what_it_answers_whom_it_notifies_and_what_to_look_at(office):
    (office / "gauge.png").unlink()
    plan, _ = plan_of(only=["bluesky"])
    [variant] = json.loads(json.dumps(preview_json(plan.release, shown_of(plan))))["variants"]
    missing = "the image gauge.png is not there. This stops a publish"

    assert [post["replies_to"] for post in variant["posts"]] == [None, 0, 1, 2]
    assert [post["mentions"] for post in variant["posts"]] == [[], ["@ana.aller.example"], [], []]
    assert [post["warnings"] for post in variant["posts"]] == [[missing], [], [], []]
    assert variant["warnings"] == [missing]


def test_what_is_kept_of_posts_that_are_sent_leaves_out_what_the_ledger_has_already(office):
    """The requests, and a list of thousands of recipients."""
    assert office.is_dir()
    plan, _ = plan_of()
    kept, whole = as_sent(plan), as_kept(plan)

    assert "desk249@paper.example" in json.dumps(whole)
    assert "desk249@paper.example" not in json.dumps(kept)
    assert [post["text"] for post in kept["bluesky"]["posts"]] == [post["text"] for post in whole["bluesky"]["posts"]]
