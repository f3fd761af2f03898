"""`publish release.md`, as a press officer runs it, to every real server at once; and again."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest
from real.planning import image
from ruamel.yaml import YAML
from servers.base import picture

HEADLINE = "Five Cities Ask for a Clean Harbour by 2030"
RELEASE = f"""\
---
media:
  - path: quay.png
    alt: The quay at low water
---
# {HEADLINE}

ALLER, December 1, 2026 – Five cities on the Aller have written to the ministry today and ask for a plan.

“The harbour carries what we throw into it. Every child in this valley knows the smell of August, and none of us \
should have to explain it to them any longer than we already have,” said Mayor Ana Ruiz. “We ask for a plan with \
dates in it. A plan without dates is a wish, and we have had thirty years of wishes, each of them printed on better \
paper.”

The cities ask for:

- a plan by June;
- a gauge in every city; and,
- money for two treatment works.

“We will count the days,” Ruiz said. “They are long & we are <patient>.”

The League of Aller Cities is a union of five towns. It was founded in 1998 and speaks for 90,000 people.
"""
READERS = ["ana@paper.example", "ben@paper.example"]


class Desk:
    """A press officer's folder, and what stands on the servers by now."""

    def __init__(self, folder, *, member, mastodon, press, site, mails):
        self.folder, self.member, self.mastodon, self.site, self.mails = folder, member, mastodon, site, mails
        self.press = press
        self.room = press.room()
        (folder / "release.md").write_text(RELEASE, encoding="utf-8")
        image(folder)
        channels = {
            "newsroom": {"folder": "site", "base_url": "https://news.aller.example"},
            "wordpress": site.settings(),
            "bluesky": member.settings(),
            "mastodon": {**mastodon.settings(), "layout": "thread"},
            "matrix": {**press.settings(self.room), "layout": "thread"},
            "email": mails.settings(*READERS),
        }
        with (folder / "channels.yaml").open("w", encoding="utf-8") as file:
            YAML().dump({"organisation": {"name": "League of Aller Cities"}, "channels": channels}, file)

    def publish(self):
        """The exit code, and each channel's delivery."""
        run = subprocess.run(
            [sys.executable, "-m", "publisher", "release.md", "--json"],
            cwd=self.folder,
            env={**os.environ, "NO_COLOR": "1"},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=180,
            check=False,
        )
        assert run.stdout, run.stderr
        (release,) = json.loads(run.stdout)["releases"]
        return run.returncode, {each["channel"]: each for each in release["deliveries"]}

    def standing(self):
        """What each server has, by channel: ids in the order of the posts."""
        pages = sorted(path.parent.name for path in self.folder.glob("site/*/index.html"))
        return {
            "newsroom": pages,
            "wordpress": [str(post["id"]) for post in self.site.posts()],
            "bluesky": [record["uri"] for record in self.member.records()],
            "mastodon": [str(post["id"]) for post in self.mastodon.posts()],
            "matrix": [event["event_id"] for event in self.press.messages(self.room)],
            "email": [mail["Message-ID"].strip("<>") for mail in self.mails.mails()],
        }


@pytest.fixture
def networks(member, mastodon_mock, synapse):
    return {"member": member, "mastodon": mastodon_mock, "press": synapse.session()}


@pytest.fixture
def desk(tmp_path, networks, wordpress_site, mail_process):
    return Desk(tmp_path, **networks, site=wordpress_site, mails=mail_process)


def test_a_release_stands_on_every_server_once_however_often_it_is_published(desk):
    """Threads are linked and each image has its words; the second run finds everything done, and sends nothing."""
    code, deliveries = desk.publish()
    standing = desk.standing()
    again, same = desk.publish()

    assert (code, again) == (0, 0)
    assert {name: each["status"] for name, each in deliveries.items()} == dict.fromkeys(standing, "sent")
    told = {name: [post["id"] for post in each["posts"]] for name, each in deliveries.items()}
    assert {name: told[name] for name in standing if name != "newsroom"} == {
        name: ids for name, ids in standing.items() if name != "newsroom"
    }
    assert {name: len(ids) for name, ids in standing.items() if name in ("newsroom", "wordpress", "email")} == {
        "newsroom": 1,
        "wordpress": 1,
        "email": len(READERS),
    }
    assert all(len(standing[name]) >= 3 for name in ("bluesky", "mastodon", "matrix"))
    assert desk.standing() == standing
    assert {name: each["posts"] for name, each in same.items()} == {
        name: each["posts"] for name, each in deliveries.items()
    }


def test_what_readers_find_there_is_the_release(desk):
    code, _ = desk.publish()
    [page], [file] = desk.site.posts(), desk.site.media()
    records, posts, events = desk.member.records(), desk.mastodon.posts(), desk.press.messages(desk.room)
    [blob] = [each["image"] for each in records[0]["value"]["embed"]["images"]]
    [attached] = posts[0]["media_attachments"]

    assert code == 0
    assert page["title"]["raw"] == HEADLINE
    assert "They are long &amp; we are &lt;patient&gt;." in page["content"]["raw"]
    assert file["alt_text"] == attached["description"] == records[0]["value"]["embed"]["images"][0]["alt"]
    assert file["alt_text"] == "The quay at low water"
    assert desk.member.blob(blob["ref"]["$link"]) == desk.press.file(events[0]["content"]["url"]) == picture("quay.png")
    assert records[0]["value"]["text"].startswith(HEADLINE)
    assert events[0]["content"]["body"].startswith(HEADLINE)
    assert [record["value"].get("reply", {}).get("parent", {}).get("uri") for record in records] == [
        None,
        *(record["uri"] for record in records[:-1]),
    ]
    assert [post["in_reply_to_id"] for post in posts] == [None, *(post["id"] for post in posts[:-1])]
    assert {mail["Subject"] for mail in desk.mails.mails()} == {HEADLINE}
