"""Where each recipient gets a post of their own, the ledger has a row for each, and none of them waits for another."""

import json
import os
import subprocess
import sys

import pytest
from entries import record_delivery, record_release

from publisher.channels.base import Receipt, Request
from publisher.delivery.ledger import Ledger
from publisher.delivery.model import exit_code
from publisher.delivery.resolving import resolve
from publisher.errors import PublishError

CHANNEL = """
from publisher.channels.base import Account, Channel, ChannelSettings, Receipt, Request
from publisher.compose.model import Capabilities, Limit


class Settings(ChannelSettings):
    to: tuple[str, ...]


class Letters(Channel):
    type = "letters"
    Settings = Settings
    capabilities = Capabilities(layouts=("brief",), limits=(Limit(9000, "characters", lambda text: len(text.plain)),))

    def render(self, variant):
        text = variant.posts[0].text.plain
        return [Request("POST", "letter", text=text, recipient=who) for who in self.settings.to]

    def whoami(self):
        return Account("us")

    def send(self, request, after):
        if "moved" in request.recipient:
            return Receipt("refused", error=f"{request.recipient} has moved")
        if "lost" in request.recipient:
            return Receipt("unknown", error="the post office says nothing")
        with (self.folder / "box.txt").open("a", encoding="utf-8") as file:
            file.write(f"{request.recipient} {request.key}\\n")
        return Receipt("sent", id=request.recipient)

    def receipt_for(self, url, request):
        return Receipt("sent", id=url)
"""


@pytest.fixture
def publish(tmp_path):
    """`publish ARGUMENTS` with a channel that sends each recipient a letter, and the letters it has sent."""
    info = tmp_path / "site-packages/publish_letters-1.dist-info"
    info.mkdir(parents=True)
    (info.parent / "publish_letters.py").write_text(CHANNEL)
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: publish-letters\nVersion: 1\n")
    (info / "entry_points.txt").write_text("[publisher.channels]\nletters = publish_letters:Letters\n")
    (tmp_path / "r.md").write_text("# A Headline That Says Enough\n\nALLER - The first paragraph says it all.\n")
    path = os.pathsep.join(filter(None, (str(info.parent), os.environ.get("PYTHONPATH"))))

    def run(to, *arguments):
        (tmp_path / "channels.yaml").write_text(f"channels:\n  letters: {{to: {json.dumps(to)}}}\n")
        return subprocess.run(
            [sys.executable, "-m", "publisher", *arguments],
            cwd=tmp_path,
            env={**os.environ, "PYTHONPATH": path},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    box = tmp_path / "box.txt"
    run.box = lambda: [line.split()[0] for line in box.read_text().splitlines()] if box.exists() else []
    return run


def test_whom_it_does_not_reach_keeps_nobody_else_waiting(publish):
    """One is refused and one unknown: the others have it, once; each row names its recipient."""
    run = publish(["a", "moved", "lost", "b"], "r.md", "--json")

    (delivery,) = json.loads(run.stdout)["releases"][0]["deliveries"]
    assert run.returncode == 3
    assert publish.box() == ["a", "b"]
    assert [(post["recipient"], post["status"]) for post in delivery["posts"]] == [
        ("a", "sent"),
        ("moved", "refused"),
        ("lost", "held"),
        ("b", "sent"),
    ]
    assert "letters, to moved: refused: moved has moved" in run.stderr
    assert "--sent mailto:lost (or --not-sent)" in run.stderr


def test_a_list_may_be_corrected_and_grow(publish):
    """Whoever was refused and is off the list is forgotten, whoever is new gets it, and nobody gets it twice."""
    publish(["a", "moved", "b"], "r.md")
    again = publish(["new", "b", "a"], "r.md", "--json")

    (delivery,) = json.loads(again.stdout)["releases"][0]["deliveries"]
    assert again.returncode == 0
    assert publish.box() == ["a", "b", "new"]
    assert [post["recipient"] for post in delivery["posts"]] == ["a", "b", "new"]


def test_each_has_a_key_that_the_place_on_the_list_does_not_change(publish, tmp_path):
    publish(["a", "moved"], "r.md")
    publish(["b", "a"], "r.md")
    first = (tmp_path / "box.txt").read_text().split()
    (tmp_path / "box.txt").unlink()
    (tmp_path / ".publish/ledger.db").unlink()
    publish(["b", "a"], "r.md")
    second = (tmp_path / "box.txt").read_text().split()

    assert dict(zip(first[::2], first[1::2], strict=True)) == dict(zip(second[::2], second[1::2], strict=True))
    assert first[1] != first[3]


def test_a_preview_shows_the_post_once_and_names_everybody(publish):
    shown = json.loads(publish(["a", "b", "c"], "preview", "r.md", "--json").stdout)["variants"][0]
    plain = publish(["a", "b", "c"], "preview", "r.md").stdout

    assert shown["recipients"] == ["a", "b", "c"]
    assert [post["request"]["recipient"] for post in shown["posts"]] == ["a"]
    assert plain.count("\nPost 1 of 1, text:\nA Headline That Says Enough") == plain.count("\nPost ") == 1


def test_a_comparison_names_who_is_new_on_the_list_and_who_is_gone(publish):
    """Who got nothing before is new, though the list had them."""
    publish(["a", "b", "moved"], "r.md", "--yes")
    run = publish(["b", "moved", "c"], "preview", "r.md", "--diff")

    assert run.returncode == 0, run.stderr
    assert "2 recipients new: moved, c\n" in run.stdout
    assert "1 recipient no longer on the list: a\n" in run.stdout
    assert "was: " not in run.stdout
    same = publish(["a", "b"], "preview", "r.md", "--diff").stdout
    assert same.startswith("Channel letters: the same (2 of 3 posts sent")


@pytest.fixture
def ledger(tmp_path):
    ledger = Ledger("sqlite:///ledger.db", tmp_path)
    yield ledger
    ledger.close()


def entered(ledger, *names):
    release = record_release(ledger, None, slug="s", file="f.md", headline="H", digest="d", content={})
    requests = [(Request("POST", "u", text="t", key=name, recipient=name), name) for name in names]
    record_delivery(ledger, release, channel="letters", kind="letters", layout="brief", requests=requests)
    return ledger.release(release)


def test_a_post_whose_outcome_is_not_known_stays_though_its_recipient_is_off_the_list(ledger):
    posts = entered(ledger, "a", "b").deliveries[0].posts
    ledger.change(posts[0], "held")

    (delivery,) = entered(ledger, "c").deliveries
    assert [(post.request.recipient, post.status) for post in delivery.posts] == [("a", "held"), ("c", "planned")]
    assert exit_code([delivery]) == 3


def test_a_person_says_who_has_got_it(ledger):
    """`mailto:` names whose post is meant, be it not the first that is open."""

    class Letters:
        name = "letters"

        def receipt_for(self, url, request):
            return Receipt("sent", id=f"{url} {request.recipient}")

    release = entered(ledger, "a", "b")
    for post in release.deliveries[0].posts:
        ledger.change(post, "held")
    release = ledger.release(release.id)

    assert resolve(release, Letters(), "mailto:b", ledger) == 2
    after = ledger.release(release.id).deliveries[0].posts
    assert [(post.status, post.remote_id) for post in after] == [("held", None), ("sent", "mailto:b b")]
    with pytest.raises(PublishError, match="no post of this release is unknown or held"):
        resolve(release, Letters(), "mailto:c", ledger)
