"""The channel of docs/adding-a-channel.md works as printed there, found by its entry point."""

import json
import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
SAMPLE = ROOT / "releases/product-launch.md"


@pytest.fixture
def code():
    """The page's first block of code in each language."""
    page = (ROOT / "docs/adding-a-channel.md").read_text(encoding="utf-8")
    blocks = re.findall(r"^```(\w+)\n(.*?)^```$", page, re.MULTILINE | re.DOTALL)
    return dict(reversed(blocks))


@pytest.fixture
def publish(code, tmp_path):
    """`publish ARGUMENTS` in a folder with the page's channels.yaml, with the page's package installed."""
    project = tomllib.loads(code["toml"])["project"]
    site = tmp_path / "site-packages"
    info = site / f"{project['name'].replace('-', '_')}-{project['version']}.dist-info"
    info.mkdir(parents=True)
    (site / "publish_textfile.py").write_text(code["python"])
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {project['name']}\nVersion: {project['version']}\n")
    groups = [
        "\n".join([f"[{group}]", *(f"{name} = {target}" for name, target in points.items())])
        for group, points in project["entry-points"].items()
    ]
    (info / "entry_points.txt").write_text("\n".join(groups))
    (tmp_path / "channels.yaml").write_text(code["yaml"])

    def run(*arguments):
        return subprocess.run(
            [sys.executable, "-m", "publisher", *map(str, arguments)],
            cwd=tmp_path,
            env={**os.environ, "PYTHONPATH": str(site)},
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    return run


def test_it_is_listed_beside_the_built_in_channels(publish):
    run = publish("channels", "--json")

    assert run.returncode == 0, run.stderr
    assert "textfile" in run.stdout
    assert "bluesky" in run.stdout


def test_a_dry_run_shows_its_posts_and_writes_nothing(publish, tmp_path):
    before = sorted(tmp_path.rglob("*.txt"))

    run = publish(SAMPLE, "--dry-run")

    assert run.returncode == 0, run.stderr
    assert "textfile" in run.stdout
    assert sorted(tmp_path.rglob("*.txt")) == before


def test_its_posts_are_written_once_however_often_it_runs(publish, tmp_path):
    preview = json.loads(publish("preview", SAMPLE, "--json").stdout)
    posts = [post["text"] for post in preview["variants"][0]["posts"]]

    first = publish(SAMPLE, "--yes")
    second = publish(SAMPLE, "--yes")

    assert (first.returncode, second.returncode) == (0, 0), first.stderr + second.stderr
    assert len(posts) > 1
    assert (tmp_path / "posts.txt").read_text(encoding="utf-8") == "".join(f"{post}\n\n" for post in posts)
