"""Before its embargo ends no sentence of a release leaves this machine or lies readable on it; a minute later all do.

The sample under embargo, on every channel there is, by whatever command somebody may try.
"""

import base64
import json
import os
import re
import shutil
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import quote, quote_plus

import pytest
from crash.networks import NETWORKS, Scene
from ruamel.yaml import YAML
from servers.email import MailServer

ROOT = Path(__file__).parents[1]
SAMPLE, IMAGE = ROOT / "releases/embargoed-report.md", ROOT / "releases/images/corvane-readings.png"
FRONT = "embargo: 2027-03-22T06:00-07:00\n"
LINE = "EMBARGOED UNTIL 6 A.M. PDT, MARCH 22, 2027"
ENDS = datetime(2027, 3, 22, 13, tzinfo=UTC)
BEFORE, LAST, AFTER = ENDS - timedelta(hours=20), ENDS - timedelta(minutes=1), ENDS + timedelta(minutes=1)
EARLY = str(ENDS - timedelta(hours=1))
SHOW_IMAGES = set(NETWORKS) - {"slack", "slack-webhook"}
PICTURES = (b"\x89PNG", b"\xff\xd8\xff\xe0", b"WEBPVP8", b"iVBORw0KGgo", b"/9j/4AAQSkZJ")
PROGRAM = """
import contextlib, io, json, sys, time_machine
from publisher.cli import main
time_machine.travel(sys.argv[1], tick=True).start()
answers = []
for words in json.loads(sys.argv[2]):
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        try:
            main(words)
        except SystemExit as left:
            answers.append((left.code, out, err))
print(json.dumps([(code, out.getvalue(), err.getvalue()) for code, out, err in answers]))
"""
"""`publish` several times over in one process, whose clock shows another time."""


def printed(text):
    """The sample with its embargo as a line over the headline."""
    assert FRONT in text
    return text.replace(FRONT, "").replace("\n# Nine", f"\n{LINE}\n\n# Nine")


def fragments():
    """A stretch of letters and spaces from every sentence, headline, caption and list item: no encoding changes it."""
    body = SAMPLE.read_text(encoding="utf-8").split("---\n", 2)[2].replace("## About the Corvane Rivers Alliance", "")
    sentences = [each for line in body.splitlines() for each in re.split(r"(?<=[.!?”]) ", line) if each.strip()]
    found = [max(re.findall(r"[A-Za-z ]+", each), key=len).strip() for each in sentences]
    return [each for each in found if len(each) >= 12]


def traces(content):
    """What of the release can be found in some bytes, in any of the forms that it may be written in."""
    packed = re.sub(rb"=?\r?\n", b"", content)
    return [each for each in fragments() for form in forms(each) if form in content or form in packed]


def forms(text):
    raw = text.encode()
    yield from (raw, quote(text).encode(), quote_plus(text).encode(), text.encode("utf-16-le"), text.upper().encode())
    for shift in range(3):  # base64 writes three bytes at a time
        yield base64.b64encode(raw[shift : shift + (len(raw) - shift) // 3 * 3])


class Office(Scene):
    """A folder of releases with the sample in it, and every channel; the press list may have it early.

    Args:
        folder: To be made.
        text: The sample, or another writing of it.
    """

    def __init__(self, folder, text):
        super().__init__(folder, tuple(NETWORKS), lambda _call, _moment: False)
        self.list = self.servers["press-list"] = MailServer()
        (folder / "release.md").unlink()
        (folder / "harbour.png").unlink()
        (folder / "releases/images").mkdir(parents=True)
        self.file = folder / "releases/report.md"
        self.file.write_text(text, encoding="utf-8")
        shutil.copy(IMAGE, folder / "releases/images")
        blocks = {kind: NETWORKS[kind].block(self.servers.get(kind)) for kind in NETWORKS}
        chosen = {"type": "email", **self.list.settings(), "to": ["ann@paper.example"], "embargo": "allow"}
        organisation = {"name": "Corvane Rivers Alliance", "timezone": "America/Los_Angeles"}
        self.temporary = folder / "temporary"
        self.temporary.mkdir()
        with (folder / "channels.yaml").open("w", encoding="utf-8") as file:
            YAML().dump({"organisation": organisation, "channels": {**blocks, "press-list": chosen}}, file)

    def publish(self, moment, *commands):
        """The exit code, output and errors of each command, one after the other from that moment on."""
        self.servers["x"].clock = moment.timestamp
        run = subprocess.run(
            [sys.executable, "-c", PROGRAM, str(moment), json.dumps(commands)],
            cwd=self.folder,
            env={**os.environ, "TMPDIR": str(self.temporary)},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=240,
            check=False,
        )
        assert run.returncode == 0, run.stderr
        assert "Traceback" not in run.stdout
        return json.loads(run.stdout)

    def leaks(self, *but):
        """Where something of the release, or an image, can be found: on the disk, or at a server."""
        own = {self.file, self.folder / "releases/images" / IMAGE.name}
        places = {str(path): path.read_bytes() for path in self.folder.rglob("*") if path.is_file() and path not in own}
        places |= {name: arrived(server) for name, server in self.servers.items() if name not in but}
        return {
            place: found
            for place, content in places.items()
            if (found := traces(content) + [each for each in PICTURES if each in content])
        }


def arrived(server):
    """All that a server was told."""
    if isinstance(server, MailServer):
        return b"\n".join(server.raw)
    calls = server.requests
    return b"\n".join(
        part for call in calls for part in (call.url.encode(), json.dumps(call.headers).encode(), call.body)
    )


@pytest.fixture
def office(tmp_path, request):
    text = SAMPLE.read_text(encoding="utf-8")
    office = Office(tmp_path / "office", getattr(request, "param", str)(text))
    yield office
    office.close()


def test_what_is_searched_for_would_be_found():
    """In whatever form it lay there."""
    assert len(fragments()) >= 20
    text = SAMPLE.read_text(encoding="utf-8")
    assert set(traces(text.encode())) == set(fragments())
    for shift in ("", "a", "ab"):
        assert set(traces(base64.encodebytes((shift + text).encode()))) == set(fragments())
    assert set(traces(quote_plus(text).encode())) == set(fragments())


@pytest.mark.parametrize("office", [str, printed], indirect=True, ids=["front matter", "printed line"])
def test_before_the_time_no_sentence_can_be_found_and_a_minute_after_it_is_everywhere(office):
    """Refused by every way that leads to the public early, and shown to nobody but whoever asks."""
    file = "releases/report.md"
    before = [
        ((file, "--yes"), 2),
        ((file, "--yes", "--accept-warnings", "--all-or-nothing"), 2),
        ((file, "--only", "newsroom"), 2),
        ((file, "--only", "slack,discord,matrix"), 2),
        ((file, "--dry-run"), 0),
        ((file, "--dry-run", "--json"), 0),
        (("preview", file, "--json"), 0),
        (("parse", file, "--json"), 0),
        ((file, "--at", EARLY), 2),
        (("due",), 0),
        (("status",), 0),
        (("check",), 0),
    ]
    answers = office.publish(BEFORE, *(words for words, _ in before))
    assert [(words, code) for (words, _), (code, _, _) in zip(before, answers, strict=True)] == before
    assert "is under embargo until Monday, 22 March 2027, 06:00 PDT" in answers[0][2]
    assert "would go out on Monday, 22 March 2027, 05:00 PDT, but is under embargo" in answers[8][2]
    assert not (office.folder / "site").exists()
    assert office.leaks() == {}

    scheduled = [
        ((file, "--at", str(ENDS)), 0),
        (("due",), 0),
        (("due", "--json"), 0),
        (("schedule",), 0),
        (("schedule", "--json"), 0),
        (("status", "--history"), 0),
        (("status", file, "--json"), 0),
        (("preview", file, "--frozen", "--json"), 0),
        (("check", "--due", "24h"), 0),
        (("reconcile",), 0),
        (("freeze", "--reason", "a rehearsal"), 0),
        (("due",), 0),
        (("unfreeze",), 0),
        ((file, "--yes"), 2),
        ((file, "--only", "newsroom"), 2),
        ((file, "--at", EARLY), 2),
        (("cancel", file), 0),
        ((file, "--at", str(ENDS)), 0),
    ]
    answers = office.publish(BEFORE, *(words for words, _ in scheduled))
    assert [(words, code) for (words, _), (code, _, _) in zip(scheduled, answers, strict=True)] == scheduled, answers
    assert office.publish(LAST, ("due",)) == [[0, "", ""]]
    assert not any(office.standing(kind) for kind in NETWORKS)
    assert office.leaks() == {}

    ((code, said, _),) = office.publish(AFTER, ("due",))
    assert code == 0, said
    is_everywhere(office)
    assert "EMBARGO" not in said.upper()


def is_everywhere(office):
    assert set(office.servers) <= set(office.leaks())  # by the same search that found nothing before
    headline = "Nine of Ten Days on the Corvane Are Now Safe for Swimmers"
    for kind in NETWORKS:
        found = office.standing(kind)
        assert headline in json.dumps([str(each) for each in found]), kind
        if kind in SHOW_IMAGES:
            assert any(each.images for each in found), kind
    site = office.folder / "site"
    page = (site / "river-report-2027/index.html").read_text(encoding="utf-8")
    assert [each for each in fragments() if each not in page] == []
    for name in ("index.html", "feed.xml"):
        assert headline in (site / name).read_text(encoding="utf-8"), name
    assert any(path.suffix in (".png", ".jpg", ".webp") for path in site.rglob("*"))
    for kind in ("wordpress", "email"):  # and on the page above; elsewhere stands what there is room for
        words = [" ".join(each.words.split()) for each in office.standing(kind)]
        assert all(fragment in each for each in words for fragment in fragments()[:-1]), kind
    assert [reader for reader, _ in office.list.mails] == ["ann@paper.example"]


def test_the_press_list_has_it_early_with_the_notice_first_and_nobody_else_does(office):
    """A newsroom that stands there already goes on without a word of it; and the list gets it once."""
    other = office.folder / "other.txt"
    other.write_text("Harbour Festival Opens on Saturday\n\nALLER, March 20, 2027 - The gates open at noon.\n")
    answers = office.publish(
        BEFORE,
        ("other.txt", "--only", "newsroom", "--accept-warnings"),
        ("releases/report.md", "--only", "press-list", "--yes"),
        ("releases/report.md", "--at", str(ENDS)),
        ("due",),
    )
    assert [code for code, _, _ in answers] == [0, 0, 0, 0], answers
    ((reader, mail),) = office.list.mails
    assert reader == "ann@paper.example"
    assert mail["subject"].startswith("EMBARGOED until Mar 22, 2027, 6:00 AM PDT: Nine of Ten")
    text = mail.get_body(("plain",)).get_content()
    assert text.lstrip().startswith("EMBARGOED until Monday, March 22, 2027 at 6:00")
    assert traces(text.encode())
    assert (office.folder / "site/feed.xml").exists()
    assert office.leaks("press-list") == {}

    ((code, said, _),) = office.publish(AFTER, ("due",))
    assert code == 0, said
    is_everywhere(office)


def test_what_a_network_answers_to_an_early_post_lies_nowhere_readable(office):
    """Discord says the whole message back, and the ledger keeps what a network says."""
    file = office.folder / "channels.yaml"
    file.write_text(file.read_text().replace("  discord:\n", "  discord:\n    embargo: allow\n"))
    words = ("releases/report.md", "--only", "discord", "--yes")
    ((code, said, _), (_, history, _)) = office.publish(BEFORE, words, ("status", "--history"))

    assert code == 0, said
    assert traces(history.encode())
    assert office.leaks("discord") == {}


def test_what_is_wrong_with_a_release_in_the_folder_lies_nowhere_readable(office):
    """The remark quotes a sentence, for the person who is to put it right."""
    piece = "Put a holding tank under"
    text = office.file.read_text(encoding="utf-8").replace(FRONT, f"{FRONT}publish_at: {ENDS.isoformat()}\n")
    office.file.write_text(text.replace(piece, f"[insert date] {piece}"), encoding="utf-8")
    ((code, said, _), (_, shown, _)) = office.publish(BEFORE, ("due",), ("schedule",))

    assert code == 2
    assert piece in said
    assert piece in shown
    found = [path for path in office.folder.rglob("*") if path.is_file() and piece.encode() in path.read_bytes()]
    assert found == [office.file]
    assert office.leaks() == {}


@pytest.mark.parametrize("how", ["front matter", "folder"])
def test_a_publish_at_before_the_end_is_refused(tmp_path, how):
    """By `publish FILE`, and by `publish due` where it lies in the folder of releases; it goes nowhere."""
    text = SAMPLE.read_text(encoding="utf-8").replace(FRONT, f"{FRONT}publish_at: {EARLY}\n")
    office = Office(tmp_path / "office", text)
    words = ("releases/report.md", "--yes") if how == "front matter" else ("due",)
    ((code, said, errors), *more) = office.publish(BEFORE, words, ("schedule",))
    later = office.publish(ENDS - timedelta(minutes=59), ("due",))

    assert code == 2
    assert "would go out on Monday, 22 March 2027, 05:00 PDT, but is under embargo until" in said + errors
    assert "06:00 PDT" in said + errors
    assert how == "front matter" or more[0][0] == 3
    assert "Published" not in later[0][1]
    assert not (office.folder / "site").exists()
    assert office.leaks() == {}
    office.close()
