"""The docs say what the program does, and their links lead somewhere."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from publisher.channels.base import ChannelSettings
from publisher.channels.registry import load_type, types

ROOT = Path(__file__).parents[1]
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").rglob("*.md"))]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_link_within_the_project_leads_to_a_file(page):
    text = re.sub(r"```.*?```", "", page.read_text(encoding="utf-8"), flags=re.DOTALL)
    targets = [target.partition("#")[0] for target in re.findall(r"\]\(([^)\s]+)\)", text) if "://" not in target]

    assert [target for target in targets if target and not (page.parent / target).exists()] == []


OWN = [name for name, point in types().items() if point.value.startswith("publisher.")]
COMMON = ("channels.yaml", "What stands there", "What cannot be done", "When something goes wrong")


@pytest.mark.parametrize("name", OWN)
def test_a_channels_page_has_the_common_headings_in_their_order(name):
    """What is peculiar to a channel may stand between; only what cannot be done may be missing."""
    page = (ROOT / f"docs/channels/{name}.md").read_text(encoding="utf-8")
    found = [heading for heading in re.findall(r"^## (.*)$", page, re.MULTILINE) if heading in COMMON]

    assert found == [heading for heading in COMMON if heading in found or heading != "What cannot be done"]


@pytest.mark.parametrize("name", OWN)
def test_a_channels_page_explains_each_of_its_settings(name):
    page = (ROOT / f"docs/channels/{name}.md").read_text(encoding="utf-8")
    fields = load_type(types()[name]).Settings.model_fields.items()
    own = {field.alias or name for name, field in fields} - set(ChannelSettings.model_fields)

    assert own
    assert [key for key in sorted(own) if f"`{key}`" not in page] == []


def test_the_page_on_channels_yaml_explains_each_common_setting():
    page = (ROOT / "docs/channels-yaml.md").read_text(encoding="utf-8")

    assert [key for key in ChannelSettings.model_fields if f"`{key}`" not in page] == []


def test_generated_parts_are_what_would_be_generated_now():
    """The picture of a dry run, and the table of channels (`make docs` writes them)."""
    run = subprocess.run(
        [sys.executable, "tools/generate", "--check"], cwd=ROOT, capture_output=True, text=True, timeout=60, check=False
    )

    assert run.returncode == 0, run.stderr


def test_readme_names_every_command():
    from publisher.cli.app import COMMANDS

    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert [name for name in COMMANDS if name != "send" and f"`publish {name}" not in readme] == []
