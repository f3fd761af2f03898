"""A release held against channels.yaml, and against the files beside it."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from publisher.documents import read, read_text
from publisher.release import parse
from publisher.release.review import with_organisation

ROOT = Path(__file__).parents[2]
APPROVED = 'The Mill is a nonprofit that has ground bread for Keld since 1998 - and keeps its "old wheel" turning.'
NEWS = "The Mill Grinds Again\n\nKELD, Nov. 3, 2026 – The mill grinds again, and everybody may come and watch.\n\n"
CONTACT = "\n\nContact: Ida Brandt, ida@mill.example\n"


def findings(text, boilerplate=APPROVED, *, zoned=True):
    release = parse(read_text(text, file="x.txt", markdown=False))
    release = with_organisation(release, boilerplate=boilerplate, zoned=zoned, file="channels.yaml")
    return [finding.what for finding in release.findings]


def test_the_approved_words_pass_whatever_marks_are_between_them():
    own = APPROVED.replace(" - ", " – ").replace(' "old wheel"', " “old\u00a0wheel”")

    assert findings(f"{NEWS}About the Mill\n\n{own}{CONTACT}") == []


def test_one_of_several_about_sections_is_enough():
    about = f"About the Bakery\n\nThe Bakery is a company that sells bread.\n\nAbout the Mill\n\n{APPROVED}"

    assert findings(f"{NEWS}{about}{CONTACT}") == []


def test_a_difference_is_shown_on_both_sides():
    own = APPROVED.replace("1998", "1996")

    (told,) = findings(f"{NEWS}About the Mill\n\n{own}{CONTACT}")

    assert told.startswith("the boilerplate is not the one in channels.yaml: ")
    assert "here “…for Keld since 1996 and keeps its " in told
    assert "there “…for Keld since 1998 and keeps its " in told


def test_words_that_are_missing_at_its_end_are_named():
    own = APPROVED.partition(" - ")[0]

    (told,) = findings(f"{NEWS}About the Mill\n\n{own}{CONTACT}")

    assert "here it ends with “…Keld since 1998”" in told
    assert "there “…Keld since 1998 and keeps its " in told


@pytest.mark.parametrize("about", ["", "About the Bakery\n\nThe Bakery is a company, sold bread to Ruhl for years."])
def test_a_missing_boilerplate_is_named(about):
    assert findings(f"{NEWS}{about}{CONTACT}") == [
        "the boilerplate of channels.yaml is missing (“The Mill is a nonprofit that…”)"
    ]


def test_an_organisation_without_a_boilerplate_misses_none():
    assert findings(NEWS + CONTACT, None) == []


def test_a_time_without_zone_needs_one_in_channels_yaml():
    text = f"---\npublish_at: 2026-12-01 09:00\n---\n{NEWS}{CONTACT}"

    assert findings(text, None, zoned=True) == []
    assert findings(text, None, zoned=False) == [
        "`publish_at: 2026-12-01 09:00` has no time zone, and channels.yaml names none: it is taken for UTC"
    ]
    assert findings(text.replace("09:00", "09:00Z"), None, zoned=False) == []


def run(folder, *arguments):
    command = [sys.executable, "-m", "publisher", "parse", *arguments]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=60, check=False)


def test_parse_takes_the_channels_yaml_that_is_there(tmp_path):
    (tmp_path / "release.txt").write_text(NEWS + CONTACT, encoding="utf-8")
    (tmp_path / "channels.yaml").write_text(f"organisation:\n  boilerplate: '{APPROVED}'\n", encoding="utf-8")

    rules = [finding["rule"] for finding in json.loads(run(tmp_path, "release.txt", "--json").stdout)["findings"]]

    assert rules == ["boilerplate"]


def test_parse_reads_on_beside_a_wrong_channels_yaml_and_says_so(tmp_path):
    (tmp_path / "release.txt").write_text(NEWS + CONTACT, encoding="utf-8")
    (tmp_path / "wrong.yaml").write_text("organisation: {nme: The Mill}\n", encoding="utf-8")

    told = run(tmp_path, "release.txt", "--config", "wrong.yaml")
    nowhere = run(tmp_path, "release.txt", "--config", "nowhere.yaml")

    assert told.returncode == 0
    assert "The Mill Grinds Again" in told.stdout
    assert told.stderr == "note: wrong.yaml:1:16: unknown key `nme`, so the release was not held against it\n"
    assert nowhere.returncode == 2
    assert "nowhere.yaml: there is no such file" in nowhere.stderr


def test_files_are_looked_for_beside_the_release(tmp_path):
    (tmp_path / "wheel new.jpg").touch()
    path = tmp_path / "release.md"
    path.write_text(
        f"# Bread\n\n![Wheel](wheel%20new.jpg)\n\n![Gone](sub/gone.jpg)\n\n[a](%00) [b]({'b' * 400})\n",
        encoding="utf-8",
    )

    errors = [(finding.line, finding.what) for finding in read(str(path)).findings if finding.severity == "error"]

    assert errors == [(5, "there is no image sub/gone.jpg")]
