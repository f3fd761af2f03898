"""Bad input gives one clear line, exit code 2, and leaves everything as it was."""

from __future__ import annotations

import json
import os

import pytest
from forks import forked
from selectolax.lexbor import LexborHTMLParser

GOOD = "A Headline That Says Enough\n\n(Aller)—The first paragraph says what happened today in Aller.\n"


@pytest.fixture
def desk(tmp_path):
    (tmp_path / "good.md").write_text(GOOD)
    (tmp_path / "channels.yaml").write_text("channels:\n  newsroom: {folder: site}\n")
    return tmp_path


def run(folder, *words):
    return forked(words, folder=folder, env={key: value for key, value in os.environ.items() if key != "UNSET_TOKEN"})


def files(folder):
    return {path: path.stat().st_size for path in folder.rglob("*")}


RELEASES = {
    "empty.md": (b"", "empty"),
    "blank.md": (b"  \n\n \n", "empty"),
    "binary.md": (b"%PDF-1.4\x00\x01\x02\x00\x00", "text"),
    "scan.docx": (b"%PDF-1.4 text", "a PDF"),
    "broken.docx": (b"PK\x03\x04 and then nothing", "damaged"),
    "old.docx": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 text", "old Word document (.doc)"),
    "empty.html": (b"<html><body><script>1</script></body></html>", "no text"),
    "large.md": (b"word " * 10_500_000, "large"),
    "release.pdf": (b"text", ".pdf"),
    "twice.md": (b"---\nslug: a\nslug: b\n---\n\n" + GOOD.encode(), "twice"),
    "odd.md": (b"---\nheadlin: a\n---\n\n" + GOOD.encode(), "headline"),
}


@pytest.mark.parametrize("command", [[], ["--dry-run"], ["parse"], ["preview"]])
@pytest.mark.parametrize("name", [*RELEASES, "missing.md", "folder.md"])
def test_a_release_that_cannot_be_read(desk, name, command):
    """Empty, binary, damaged, 50 MB, missing, a folder, an unknown ending, broken front matter."""
    if name == "folder.md":
        (desk / name).mkdir()
    elif name != "missing.md":
        (desk / name).write_bytes(RELEASES[name][0])
    before = files(desk)
    words = [*command, name] if command and command[0] != "--dry-run" else [name, *command]
    result = run(desk, *words)

    assert result.returncode == 2
    assert len(result.stderr.strip().splitlines()) == 1, result.stderr
    assert name in result.stderr
    assert RELEASES.get(name, (b"", ""))[1] in result.stderr
    assert result.stdout == ""
    assert files(desk) == before


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("channels:\n  newsroom: {}\n  newsroom: {}\n", "channels.yaml:3:3: "),
        (
            "channels:\n  newsrom: {}\n",
            "channels.yaml:2:3: there is no channel type `newsrom`. Did you mean `newsroom`?",
        ),
        (
            "channels:\n  newsroom: {}\n  telegram:\n    token: ${UNSET_TOKEN}\n    chat: '@c'\n",
            "channels.yaml:4:12: the variable UNSET_TOKEN is not set",
        ),
        ("channels:\n  newsroom: {enabled: false}\n", "no channel is switched on"),
        ("", "no channel is switched on"),
        ("channels: [\n", "not valid YAML"),
        (
            "channels:\n  newsroom: {}\n  telegram: {token: '1:a', chat: '@a', api_url: api.telegram.org}\n",
            "channels.yaml:3:49: `api_url`: this is no web address; write it whole",
        ),
        ("channels:\n\tnewsroom: {}\n", "there is a tab here. Use spaces instead"),
        ("channels:\n  newsroom: {title: “Rivers”}\n", "channels.yaml:2:21: there are curly quotation marks here"),
        ("channels:\n  newsroom: {title: 2026-13-45}\n", "`2026-13-45` is no value. Put it in quotes"),
        ("channels:\n  newsroom: {hashtags: '#a'}\n", "`hashtags` should be a list. Write it like [one, two]"),
        ("channels:\n  newsroom: {layout: artikle}\n", "`layout` cannot be `artikle`. Did you mean `article`?"),
        ("channels:\n  newsroom: {sections: [quote]}\n", "`sections[1]` cannot be `quote`. Did you mean `quotes`?"),
        ("channels:\n  newsroom: {numbering: maybe}\n", "`numbering` should be true or false"),
        ("channels:\n  newsroom: {utm: x}\n", "`utm` should be a block. Write its keys below it, one a line"),
        (
            "channels:\n  newsroom: {utm: {src: x}}\n",
            "unknown key `src`. Did you mean `source`?",
        ),
        ("channels:\n  newsroom: {title: 5}\n", "`title` should be text on one line. Put it in quotes"),
        ("channels:\n  newsroom: {enabled: n}\n", "no channel is switched on"),
        ("defaults: {layout: threat}\nchannels:\n  newsroom:\n", "channels.yaml:1:20: `layout`"),
        ("defaults: {sections: [lead]}\nchannels:\n  newsroom:\n", "channels.yaml:1:23: `sections[1]`"),
        ("channels:\n  newsroom: {layout: thread}\n", "channels.yaml:2:22: a channel of type newsroom has no layout"),
    ],
)
def test_a_channels_yaml_with_a_mistake(desk, text, says):
    (desk / "channels.yaml").write_text(text)
    before = files(desk)
    result = run(desk, "good.md")

    assert result.returncode == 2
    assert says in result.stderr
    assert len(result.stderr.strip().splitlines()) == 1, result.stderr
    assert files(desk) == before


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["good.md", "--frobnicate"], "--frobnicate"),
        (["good.md", "--config", "none.yaml"], "none.yaml: there is no such file"),
        (["resolve", "good.md", "newsroom"], "--sent URL or --not-sent"),
        (["resolve", "good.md", "newsroom", "--not-sent"], "knows nothing of this release"),
        (["status", "good.md"], "knows nothing of this release"),
        (["parse"], "FILE"),
        (["statsu"], "Did you mean `status`?"),
        (["my", "good.md"], "there is no such file, nor such a command"),
        (["good.md", "copy.md"], "goes into quotation marks"),
        (["good.md", "--only", ""], "--only names no channel"),
        (["good.md", "--only", ","], "--only names no channel"),
        (["good.md", "--only", "newsroom", "--skip", "newsroom"], "no channel is left"),
        (["status", "none.md"], "there is no such file"),
    ],
)
def test_a_command_that_cannot_be_carried_out(desk, words, says):
    before = files(desk)
    result = run(desk, *words)

    assert result.returncode == 2
    assert says in result.stderr
    assert "Traceback" not in result.stderr
    assert len(result.stderr.strip().splitlines()) == 1, result.stderr
    assert files(desk) == before


def test_a_ledger_that_cannot_be_written_stops_before_anything_is_sent(desk):
    """What cannot be recorded is not sent."""
    (desk / ".publish").write_text("a file where the folder should be")
    result = run(desk, "good.md")

    assert result.returncode == 2
    assert "the ledger cannot be used" in result.stderr
    assert not (desk / "site").exists()


def test_an_embargo_holds(desk):
    (desk / "good.md").write_text(f"---\nembargo: 2999-01-01T09:00:00Z\n---\n\n{GOOD}")
    result = run(desk, "good.md")

    assert result.returncode == 2
    assert "under embargo until" in result.stderr
    assert not (desk / "site").exists()


@pytest.mark.parametrize(
    ("top", "says"),
    [
        ("EMBARGOED UNTIL 26 NOVEMBER 2999, 09:00 CET\n\n", "under embargo until Tuesday, 26 November 2999"),
        ("SPERRFRIST: 26. November 2999, 9 Uhr\n\n", "under embargo until Tuesday, 26 November 2999"),
        ("EMBARGOED UNTIL THE MINISTER SPEAKS\n\n", "the time in `embargo` cannot be taken"),
        ("\n\n---\nembargo: 2999-01-01T09:00:00Z\n---\n\n", "under embargo until"),
        ("---\nembargo:\n---\n\n", "`embargo` is empty"),
        ("---\nembargo: 2999-01-01T09:00:00Z\n\n", "the front matter is never closed"),
        ("slug: a\nembargo: 2999-01-01T09:00:00Z\n\n", "begins like front matter"),
        ("---\nmedia: [{path: picture.tiff, alt: A picture}]\n---\n\n", "picture.tiff is no image that can go along"),
        ("---\ndraft: true\n---\n\n", "this is a draft"),
        ("---\nlanguage: Deutsch\n---\n\n", "`language` must be a language code"),
        ("---\nlink: see our page\n---\n\n", "`link` must be a whole web address"),
    ],
)
def test_a_release_that_is_to_be_held_back_is_held_back(desk, top, says):
    """However the embargo is written, and where the front matter has a slip that would hide it."""
    (desk / "good.md").write_text(top + GOOD)
    result = run(desk, "good.md")

    assert result.returncode == 2, result.stdout
    assert says in result.stderr
    assert not (desk / "site").exists()


def test_an_error_of_the_review_stops_a_publish_until_it_is_accepted(desk):
    """The release says TK where a name should stand."""
    (desk / "draft.md").write_text(GOOD + "\nThe new bridge was paid for by TK and opens in May.\n")
    before = files(desk)

    refused = run(desk, "draft.md")
    shown = run(desk, "draft.md", "--dry-run")

    assert refused.returncode == 2
    assert "draft.md:5: placeholder text is left" in refused.stderr.splitlines()[-1]
    assert "--accept-warnings" in refused.stderr.splitlines()[-1]
    assert files(desk) == before
    assert shown.returncode == 0
    assert "error: line 5: placeholder text is left" in shown.stdout
    assert run(desk, "draft.md", "--accept-warnings").returncode == 0


def test_one_file_that_cannot_be_read_does_not_hide_the_others(desk):
    """`parse` of several files: a line each, in the order given, and the exit code says that one failed."""
    (desk / "empty.md").write_text("")

    result = run(desk, "parse", "--json", "good.md", "empty.md", "good.md")
    lines = [json.loads(line) for line in result.stdout.splitlines()]

    assert result.returncode == 2
    assert [line["file"] for line in lines] == ["good.md", "empty.md", "good.md"]
    assert "empty" in lines[1]["error"]
    assert lines[2]["headline"] == "A Headline That Says Enough"
    assert "empty.md" in result.stderr


HOSTILE = """<html><head><title>x</title><script>alert(0)</script></head><body>
<h1>A Mill <script>alert(1)</script>Grinds
&lt;script&gt;alert(2)&lt;/script&gt; Again</h1>
<p>OAKVALE, May 3, 2026 – The old mill <a href="https://a.example/'&quot;><script>alert(3)</script>">grinds</a> again,
the <a href=" java&#10;script:alert(5)">town</a> <a href="javascript:alert(4)">said</a>.
<img src="https://a.example/x.png" onerror=alert(6) alt='"><script>alert(7)</script>'></p>
<p onclick="alert(8)">“We &lt;img src=x onerror=alert(9)&gt; are glad of all its bread,” said Jane Doe, mayor.</p>
<svg onload=alert(10)></svg><iframe srcdoc="<script>alert(11)</script>"></iframe>
<p>Contact: Jane Doe, jane@mill.example</p></body></html>"""


def test_nothing_of_a_page_with_scripts_runs_on_the_newsroom(desk):
    """What was a script is gone, what looks like one is text, and no link leads to one."""
    (desk / "page.html").write_text(HOSTILE)

    result = run(desk, "page.html", "--yes")
    pages = [LexborHTMLParser(path.read_text()) for path in (desk / "site").rglob("*.html")]

    assert result.returncode == 0, result.stderr
    assert len(pages) == 3  # the release, the front, and the year
    for page in pages:
        nodes = page.css("*")
        assert not page.css("script:not([type='application/ld+json']), svg, iframe")
        assert all(json.loads(node.text())["@type"] for node in page.css("script"))
        assert not [name for node in nodes for name in node.attributes if name.startswith("on")]
        assert not [node for node in nodes if "script:" in "".join((node.attributes.get("href") or "").split())]
