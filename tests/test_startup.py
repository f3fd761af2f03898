"""What needs no network and no ledger must not pay for them at start-up."""

import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from becoming_due import scheduled, text
from desk import Desk

ROOT = Path(__file__).parents[1]
SAMPLE = "releases/product-launch.md"

SLOW = {
    *("tweepy", "atproto", "atproto_client", "telegram"),
    *("requests", "requests_oauthlib", "httpx", "httpx2", "httpcore", "urllib3", "aiohttp", "websockets"),
    *("http.client", "ssl", "asyncio"),
    *("sqlalchemy", "sqlite3", "jinja2", "PIL", "cryptography", "babel"),
}


def imported_by(*arguments: str, folder: Path = ROOT) -> set[str]:
    """The modules, with the packages they lie in, that `python ARGUMENTS` imported."""
    command = [sys.executable, "-X", "importtime", *arguments]
    run = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=60, check=False)
    assert run.returncode == 0, run.stderr.splitlines()[-5:] + run.stdout.splitlines()[-5:]
    lines = [line for line in run.stderr.splitlines() if line.startswith("import time:")]
    names = {line.rpartition("|")[2].strip() for line in lines}
    return names | {name.partition(".")[0] for name in names}


@pytest.mark.parametrize(
    "arguments",
    [
        ["--help"],
        ["parse", SAMPLE, "--json"],
        [SAMPLE, "--dry-run"],
        [SAMPLE, "--dry-run", "--json"],
        ["preview", SAMPLE],
        ["preview", SAMPLE, "--json"],
    ],
    ids=" ".join,
)
def test_imports_no_sdk_no_database_and_no_http_client(arguments):
    names = imported_by("-m", "publisher", *arguments)

    assert "publisher" in names
    assert not names & SLOW


def test_nothing_due_imports_little_and_reads_no_release(tmp_path):
    """After a first whole run `publish due` looks at the ledger and at the files' times; it makes no connection."""
    desk = Desk(tmp_path, {"telegram": {"chat": "@harbour", "token": "1:A"}})
    (tmp_path / "releases").mkdir()
    for number in range(3):
        (tmp_path / f"releases/city-{number}.txt").write_text(text(number), encoding="utf-8")
    scheduled(desk, [datetime.now(UTC) + timedelta(days=1)])
    first = imported_by("-m", "publisher", "due", folder=tmp_path)
    names = imported_by("-m", "publisher", "due", folder=tmp_path)

    assert {"sqlalchemy", "pydantic"} <= first
    assert "sqlite3" in names
    assert not names & (
        SLOW - {"sqlite3"} | {"socket", "typer", "pydantic", "ruamel", "publisher.documents", "publisher.release"}
    )


def test_would_notice_such_an_import():
    names = imported_by("-c", "import sqlalchemy.sql, http.client")

    assert {"sqlalchemy", "http.client"} <= names & SLOW
