"""What needs no network and no ledger must not pay for them at start-up."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
SAMPLE = "releases/product-launch.md"

SLOW = {
    *("tweepy", "atproto", "atproto_client", "telegram"),
    *("requests", "requests_oauthlib", "httpx", "httpx2", "httpcore", "urllib3", "aiohttp", "websockets"),
    *("http.client", "ssl", "asyncio"),
    *("sqlalchemy", "sqlite3", "jinja2", "PIL", "cryptography", "babel"),
}


def imported_by(*arguments: str) -> set[str]:
    """The modules, with the packages they lie in, that `python ARGUMENTS` imported."""
    command = [sys.executable, "-X", "importtime", *arguments]
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)
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


def test_would_notice_such_an_import():
    names = imported_by("-c", "import sqlalchemy.sql, http.client")

    assert {"sqlalchemy", "http.client"} <= names & SLOW
