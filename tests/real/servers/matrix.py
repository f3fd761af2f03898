"""Matrix Synapse, on SQLite, with no other homeserver to talk to."""

from __future__ import annotations

import hashlib
import hmac
import json
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx
import pytest
from real.servers.process import Process, answers, free_port, installed, run

NAME = "aller.example"
_PLENTY = {"per_second": 1000, "burst_count": 1000}


@dataclass(frozen=True)
class Session:
    """An account of the homeserver, logged in on one device."""

    server: Synapse
    user: str
    token: str

    def settings(self, room: str, **changes: str) -> dict[str, str]:
        return {"access_token": self.token, "room": room, "api_url": self.server.url, **changes}

    def call(self, method: str, path: str, body: dict[str, Any] | None = None, **query: str) -> dict[str, Any]:
        return self.server.call(method, path, body, self.token, **query)

    def room(self) -> str:
        """A new public room, by its id; this account may do everything there."""
        made = self.call("POST", "/_matrix/client/v3/createRoom", {"preset": "public_chat"})
        return str(made["room_id"])

    def messages(self, room: str) -> list[dict[str, Any]]:
        """Every message of the room, the earliest first."""
        path = f"/_matrix/client/v3/rooms/{quote(room)}/messages"
        events = self.call("GET", path, dir="f", limit="500")["chunk"]
        return [event for event in events if event["type"] == "m.room.message"]

    def file(self, uri: str) -> bytes:
        """What `mxc://server/id` leads to."""
        url = f"{self.server.url}/_matrix/client/v1/media/download/{uri.removeprefix('mxc://')}"
        headers = {"Authorization": f"Bearer {self.token}"}
        answer = httpx.get(url, headers=headers, timeout=30, trust_env=False)
        assert answer.is_success, answer.text
        return answer.content


class Synapse:
    def __init__(self, folder: Path) -> None:
        self.port, self._secret = free_port(), secrets.token_hex(16)
        self.url, self._users = f"http://127.0.0.1:{self.port}", 0
        config = folder / "homeserver.yaml"
        config.write_text(json.dumps(self._config(folder)))  # which is YAML, too
        command = [installed("synapse/bin/python"), "-m", "synapse.app.homeserver", "--config-path", config]
        run([*command, "--generate-keys"])
        ready = f"{self.url}/_matrix/client/versions"
        self._process = Process(command, folder / "synapse.log", lambda: answers(ready), folder=folder)
        self.admin = self.session(admin=True)

    def _config(self, folder: Path) -> dict[str, Any]:
        return {
            "server_name": NAME,
            "public_baseurl": f"{self.url}/",
            "listeners": [
                {
                    "port": self.port,
                    "bind_addresses": ["127.0.0.1"],
                    "type": "http",
                    "resources": [{"names": ["client", "media"]}],
                }
            ],
            "database": {"name": "sqlite3", "args": {"database": str(folder / "synapse.db")}},
            "media_store_path": str(folder / "media"),
            "signing_key_path": str(folder / "signing.key"),
            "pid_file": str(folder / "synapse.pid"),
            "registration_shared_secret": self._secret,
            "report_stats": False,
            "trusted_key_servers": [],
            "suppress_key_server_warning": True,
            "rc_message": _PLENTY,
            "rc_room_creation": _PLENTY,
            "rc_login": dict.fromkeys(("address", "account", "failed_attempts"), _PLENTY),
            "rc_joins": {"local": _PLENTY},
        }

    def session(self, *, admin: bool = False) -> Session:
        """A new account. Source: https://element-hq.github.io/synapse/latest/admin_api/register_api.html."""
        self._users += 1
        name, password, role = f"press{self._users}", secrets.token_hex(8), "admin" if admin else "notadmin"
        nonce = str(self.call("GET", "/_synapse/admin/v1/register")["nonce"])
        signed = f"{nonce}\0{name}\0{password}\0{role}".encode()
        mac = hmac.new(self._secret.encode(), signed, hashlib.sha1).hexdigest()
        body = {"nonce": nonce, "username": name, "password": password, "admin": admin, "mac": mac}
        made = self.call("POST", "/_synapse/admin/v1/register", body)
        return Session(self, str(made["user_id"]), str(made["access_token"]))

    def limit(self, session: Session, per_second: int) -> None:
        """Let an account send so many messages a second, one at once."""
        path = f"/_synapse/admin/v1/users/{quote(session.user)}/override_ratelimit"
        self.admin.call("POST", path, {"messages_per_second": per_second, "burst_count": 1})

    def call(
        self, method: str, path: str, body: dict[str, Any] | None = None, token: str = "", **query: str
    ) -> dict[str, Any]:
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        url = self.url + path
        answer = httpx.request(method, url, json=body, headers=headers, params=query, timeout=30, trust_env=False)
        assert answer.is_success, answer.text
        return dict(answer.json())

    def stop(self) -> None:
        self._process.stop()


@pytest.fixture(scope="session")
def synapse(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Synapse]:
    server = Synapse(tmp_path_factory.mktemp("synapse"))
    yield server
    server.stop()
