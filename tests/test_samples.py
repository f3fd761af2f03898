"""The sample releases are understood as their writers meant them, and channels.yaml takes them as it stands."""

import json
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
FILES = ["embargoed-report.md", "policy-statement.txt", "product-launch.md", "short-statement.md"]


@pytest.fixture(scope="module")
def understood():
    command = [sys.executable, "-m", "publisher", "parse", *(f"releases/{file}" for file in FILES), "--json"]
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)
    assert run.returncode == 0, run.stderr
    return dict(zip(FILES, map(json.loads, run.stdout.splitlines()), strict=True))


def voices(release):
    return [(quote["speaker"], quote["title"], len(quote["pieces"])) for quote in release["quotes"]]


def test_the_policy_statement(understood):
    release = understood["policy-statement.txt"]

    assert release["headline"] == "State Water Board Must Stop Waiving Sewage Limits on the Corvane"
    assert release["subheadline"] == "Rivers Alliance Sets Out Five Steps the Board Can Take Before the Spring Floods"
    assert release["dateline"] == {"place": "Salem", "date": None}
    assert release["lede"].startswith("The Corvane Rivers Alliance (CRA) today called on")
    assert voices(release) == [("Noor Castellanos", "CRA Policy Director", 2)] * 3
    assert release["actions_intro"] == "The plan asks the Board to:"
    assert release["actions"][0] == "End blanket waivers and decide each request in public"
    assert release["actions"][3] == "Pay for free well tests for every household within a mile of an overflow"
    assert len(release["actions"]) == 5
    assert release["boilerplate"].startswith("The Corvane Rivers Alliance (CRA) is an independent nonprofit")
    assert release["language"] == "en"
    assert release["warnings"] == []


def test_the_product_launch(understood):
    release = understood["product-launch.md"]

    assert release["slug"] == "creekcheck-launch"
    assert release["dateline"] == {"place": "PORTLAND, Ore.", "date": "2026-11-24"}
    assert voices(release) == [
        ("Amara Whitfield", "chief scientist of the Corvane Rivers Alliance", 2),
        ("Tobias Achterberg", "chief executive of Heron Instruments", 2),
        ("Amara Whitfield", "chief scientist of the Corvane Rivers Alliance", 2),
    ]
    assert "‘I can smell that something is wrong, but I can’t prove it,’" in release["quotes"][0]["text"]
    assert release["actions_intro"] == "Each kit contains:"
    assert len(release["actions"]) == 4
    assert release["boilerplate"].startswith("The Corvane Rivers Alliance is an independent nonprofit")
    assert release["contacts"] == [
        {"name": "Priya Lindqvist", "email": "press@corvanerivers.example", "phone": "+1 503 555 0142"}
    ]
    assert release["warnings"] == []


def test_the_short_statement(understood):
    release = understood["short-statement.md"]

    assert release["headline"] == "Statement on the Removal of the Tamarack Dam"
    assert release["media"] == [
        {
            "path": "images/tamarack-river.png",
            "alt": "Drawing of a blue river that winds down between green hills, with a low orange sun behind them.",
        }
    ]
    assert (ROOT / "releases" / release["media"][0]["path"]).read_bytes().startswith(b"\x89PNG")
    assert voices(release) == [("Joseph Halloran", "chair of the Corvane Rivers Alliance", 2)]


def test_the_report_under_embargo(understood):
    """It has no `publish_at`: `publish due` here takes nothing up by itself."""
    release = understood["embargoed-report.md"]

    assert datetime.fromisoformat(release["embargo"]) == datetime(2027, 3, 22, 13, tzinfo=UTC)
    assert release["publish_at"] is None
    assert release["dateline"] == {"place": "SALEM, Ore.", "date": "2027-03-22"}
    assert [(speaker, pieces) for speaker, _, pieces in voices(release)] == [
        ("Amara Whitfield", 1),
        ("Joseph Halloran", 2),
    ]
    assert len(release["actions"]) == 3
    assert (ROOT / "releases" / release["media"][0]["path"]).read_bytes().startswith(b"\x89PNG")
    assert release["warnings"] == []


@pytest.mark.parametrize("file", FILES)
def test_no_sample_is_over_a_limit_and_every_sample_has_something_to_show(file):
    command = [sys.executable, "-m", "publisher", "preview", f"releases/{file}", "--json"]
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)
    assert run.returncode == 0, run.stderr
    posts = [post for variant in json.loads(run.stdout)["variants"] for post in variant["posts"]]

    assert posts
    assert all(post["limit"] is None or post["count"] <= post["limit"] for post in posts)
