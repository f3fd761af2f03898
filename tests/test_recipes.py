"""docs/scheduling: what is there to be copied is what the program takes, and what its reader accepts."""

import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
import typer
from ruamel.yaml import YAML

from publisher.cli.app import COMMANDS, application

ROOT = Path(__file__).parents[1]
FOLDER = ROOT / "docs/scheduling"
PAGE = ROOT / "docs/scheduling.md"
RECIPES = sorted(FOLDER.iterdir())
WORKFLOWS = {
    "github.yml": ["vendor.github-workflows"],
    "gitlab-ci.yml": ["vendor.gitlab-ci", "--data-transform=gitlab-ci"],
}


def commands(text):
    """The words behind each `publish` that stands where a shell would look for a command, or systemd for a program."""
    found = re.findall(
        r"(?:^ {4}|^ExecStart=/opt/publish/bin/|run: |^ +- |&& |\$\()(publish(?: [^&|()#\n]+)?)",
        text.replace(" 2>&1", ""),
        re.MULTILINE,
    )
    return [shlex.split(line)[1:] for line in found]


def takes(words):
    """Have the program read the words, without doing what they say."""
    words = words if words[0] in COMMANDS else ["send", *words]
    command = typer.main.get_command(application()).commands[words[0]]
    command.make_context("publish", words[1:])


@pytest.mark.parametrize("recipe", [PAGE, *RECIPES], ids=lambda path: path.name)
def test_each_command_is_one_that_the_program_takes(recipe):
    found = commands(recipe.read_text(encoding="utf-8"))

    assert found or recipe.suffix == ".timer"
    for words in found:
        takes(words)


def test_a_command_that_the_program_does_not_take_would_be_noticed():
    (words,) = commands("* * * * * cd /srv/press && publish due --confg channels.yaml\n")

    with pytest.raises(Exception, match="--confg"):
        takes(words)


def test_each_recipe_is_offered_on_the_page_and_sends_what_is_due():
    page = PAGE.read_text(encoding="utf-8")

    assert [recipe.name for recipe in RECIPES if f"](scheduling/{recipe.name})" not in page] == []
    due = [recipe for recipe in RECIPES if ["due", "--config", "channels.yaml"] in commands(recipe.read_text())]
    assert [recipe.name for recipe in due] == ["crontab", "github.yml", "gitlab-ci.yml", "publish-due.service"]


def validate(path, schema):
    command = [Path(sys.executable).with_name("check-jsonschema"), "--builtin-schema", *schema, path]
    return subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)


@pytest.mark.parametrize("name", WORKFLOWS)
def test_a_workflow_is_one_by_its_published_schema(name):
    run = validate(FOLDER / name, WORKFLOWS[name])

    assert run.returncode == 0, run.stdout + run.stderr


@pytest.mark.parametrize(("name", "key"), [("github.yml", "runs-on"), ("gitlab-ci.yml", "resource_group")])
def test_a_workflow_with_a_mistake_would_be_noticed(name, key, tmp_path):
    (tmp_path / name).write_text((FOLDER / name).read_text().replace(f"{key}: ", f"{key}: [{{}}] #"), encoding="utf-8")

    assert validate(tmp_path / name, WORKFLOWS[name]).returncode == 1


def test_on_github_only_the_step_that_sends_has_secrets_and_runs_wait_for_each_other():
    """The ledger is where LEDGER_URL says, in no cache; what has a version is an action of GitHub's own."""
    workflow = YAML(typ="safe", pure=True).load(FOLDER / "github.yml")
    (job,) = workflow["jobs"].values()
    *before, last = job["steps"]

    assert last["run"].startswith("publish due ")
    assert last["env"]["LEDGER_URL"] == "${{ secrets.LEDGER_URL }}"
    assert "secrets." not in str({**workflow, "jobs": {**job, "steps": before}})
    assert [step["uses"].partition("/")[0] for step in before if "uses" in step] == ["actions", "actions"]
    assert all(
        re.fullmatch(r"actions/(checkout|setup-python)@v[0-9]+", step["uses"]) for step in before if "uses" in step
    )
    assert workflow["concurrency"] == {"group": "publish", "cancel-in-progress": False}
    assert workflow["permissions"] == {"contents": "read"}


def test_the_crontab_mails_and_finds_the_program():
    lines = (FOLDER / "crontab").read_text(encoding="utf-8").splitlines()
    jobs = [line for line in lines if line[:1] in "*0123456789" and line]

    assert {"MAILTO", "PATH"} == {line.partition("=")[0] for line in lines if re.match("[A-Z]+=", line)}
    assert [job.split(" ")[:5] for job in jobs] == [
        ["*"] * 5,
        *(["10", "7", "*", "*", "*"], ["12", "7", "*", "*", "*"]),
    ]
    assert all(" cd /srv/press && " in job and "%" not in job for job in jobs)
