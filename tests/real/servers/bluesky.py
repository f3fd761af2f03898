"""Bluesky's own personal data server (PDS), in Node, with a directory of identities beside it."""

from __future__ import annotations

import json
import os
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
from real.servers.process import Process, answers, free_port, installed

_PROGRAM = Path(__file__).with_name("bluesky.mjs")


@dataclass(frozen=True)
class Member:
    """An account on the PDS, as channels.yaml names it."""

    pds: PDS
    handle: str
    did: str
    password: str
    token: str

    def settings(self, **changes: str) -> dict[str, str]:
        return {"handle": self.handle, "app_password": self.password, "api_url": self.pds.url, **changes}

    def revision(self) -> str:
        """Of the latest commit in the account's repository; each commit has one of its own."""
        return str(self.pds.query("com.atproto.sync.getLatestCommit", did=self.did)["rev"])

    def commits_since(self, revision: str) -> list[tuple[str, list[str]]]:
        """Each later commit, as the server tells the network of it: its revision, and the addresses that it writes."""
        import libipld
        from websockets.sync.client import connect

        latest = self.revision()
        found: list[tuple[str, list[str]]] = []
        stream = f"ws://127.0.0.1:{self.pds.port}/xrpc/com.atproto.sync.subscribeRepos?cursor=0"
        with connect(stream, proxy=None, max_size=None) as events:
            while revision < latest and (not found or found[-1][0] != latest):
                kind, event = libipld.decode_dag_cbor_multi(events.recv(timeout=30))
                if kind.get("t") == "#commit" and event["repo"] == self.did and event["rev"] > revision:
                    uris = [f"at://{self.did}/{change['path']}" for change in event["ops"]]
                    found.append((str(event["rev"]), sorted(uris)))
        return found

    def records(self) -> list[dict[str, Any]]:
        """Every post with `uri`, `cid` and `value`, in the order of their keys."""
        query = {"repo": self.did, "collection": "app.bsky.feed.post", "limit": "100", "reverse": "true"}
        found: list[dict[str, Any]] = self.pds.query("com.atproto.repo.listRecords", **query)["records"]
        return found

    def blob(self, cid: str) -> bytes:
        """An uploaded file's bytes."""
        return self.pds.get("com.atproto.sync.getBlob", did=self.did, cid=cid).content


class PDS:
    """One world a start: the identities are kept in memory. `limits`: whether it counts requests."""

    def __init__(self, folder: Path, *, limits: bool = False) -> None:
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        home = installed("bluesky/installed.stamp").parent
        (node,) = home.glob("node_modules/node-linux-*/bin/node")
        own = {"pds": self.port, "plc": free_port(), "folder": str(folder), "password": secrets.token_hex(16)}
        self._process = Process(
            # A program that is handed over as text finds its packages from the folder where it runs.
            [node, "--input-type=module", "--eval", _PROGRAM.read_text(), json.dumps({**own, "limits": limits})],
            folder / "pds.log",
            lambda: answers(f"{self.url}/xrpc/_health"),
            folder=home,
            env={"LOG_ENABLED": os.environ.get("LOG_ENABLED", "false"), "NODE_ENV": "development"},
        )
        self._members = 0

    def member(self) -> Member:
        """A new account, with the app password that a press officer would make for the program."""
        self._members += 1
        handle, password = f"press{self._members}.test", secrets.token_hex(8)
        made = self.call(
            "com.atproto.server.createAccount",
            {"handle": handle, "email": f"press{self._members}@aller.example", "password": password},
        )
        token = str(made["accessJwt"])
        own = self.call("com.atproto.server.createAppPassword", {"name": "publish"}, token)
        return Member(self, handle, str(made["did"]), str(own["password"]), token)

    def call(self, nsid: str, body: dict[str, Any], token: str = "") -> dict[str, Any]:
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        answer = httpx.post(f"{self.url}/xrpc/{nsid}", json=body, headers=headers, timeout=30, trust_env=False)
        assert answer.is_success, answer.text
        return dict(answer.json())

    def get(self, nsid: str, **query: str) -> httpx.Response:
        answer = httpx.get(f"{self.url}/xrpc/{nsid}", params=query, timeout=30, trust_env=False)
        assert answer.is_success, answer.text
        return answer

    def query(self, nsid: str, **query: str) -> dict[str, Any]:
        return dict(self.get(nsid, **query).json())

    def stop(self) -> None:
        self._process.stop()


@pytest.fixture(scope="session")
def pds(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PDS]:
    server = PDS(tmp_path_factory.mktemp("pds"))
    yield server
    server.stop()


@pytest.fixture
def member(pds: PDS) -> Member:
    """A new account on the PDS, with no posts."""
    return pds.member()
