"""mastodon_mock: somebody else's picture of Mastodon's API, with a memory and faults on demand. No real Mastodon."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from real.servers.process import Process, answers, free_port, installed

_TOKEN = "mock_token"
_FAULTS = "/api/v1/_mock/faults"


class MastodonMock:
    def __init__(self, folder: Path) -> None:
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self._process = Process(
            [
                installed("mastodon_mock/bin/mastodon_mock"),
                *("serve", "--in-memory", "--host", "127.0.0.1", "--port", str(self.port)),
            ],
            folder / "mastodon.log",
            lambda: answers(f"{self.url}/api/v2/instance"),
            folder=folder,
        )

    def settings(self, **changes: str) -> dict[str, str]:
        return {"access_token": _TOKEN, "api_url": self.url, **changes}

    def posts(self) -> list[dict[str, Any]]:
        """What the account has posted, the earliest first."""
        me = self.call("GET", "/api/v1/accounts/verify_credentials")
        found: list[dict[str, Any]] = self.call("GET", f"/api/v1/accounts/{me['id']}/statuses?limit=40")
        return sorted(found, key=lambda post: int(post["id"]))

    def misbehave(self, effect: dict[str, Any], times: int = 1) -> None:
        """What becomes of the next posts. All but `timeout` strike before anything is posted."""
        match = {"methods": ["POST"], "path": "/api/v1/statuses"}
        self.call("POST", _FAULTS, {"match": match, "effect": effect, "count": times})

    def behave(self) -> None:
        self.call("DELETE", _FAULTS)

    def clear(self) -> None:
        """Take away all posts, so that the next test finds none."""
        self.behave()
        for post in self.posts():
            self.call("DELETE", f"/api/v1/statuses/{post['id']}")

    def call(self, method: str, path: str, body: dict[str, Any] | None = None) -> Any:
        headers = {"Authorization": f"Bearer {_TOKEN}"}
        answer = httpx.request(method, self.url + path, json=body, headers=headers, timeout=60, trust_env=False)
        assert answer.is_success, answer.text
        return answer.json() if answer.content else None

    def stop(self) -> None:
        self._process.stop()


@pytest.fixture(scope="session")
def mastodon_process(tmp_path_factory: pytest.TempPathFactory) -> Iterator[MastodonMock]:
    server = MastodonMock(tmp_path_factory.mktemp("mastodon"))
    yield server
    server.stop()


@pytest.fixture
def mastodon_mock(mastodon_process: MastodonMock) -> Iterator[MastodonMock]:
    """The server, with no posts and no faults."""
    mastodon_process.clear()
    yield mastodon_process
    mastodon_process.behave()
