"""Debian's WordPress on a MariaDB of its own, served by PHP itself."""

from __future__ import annotations

import json
import secrets
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from real.servers.process import Process, ServerError, answers, free_port, run, unprivileged

_DEBIAN = Path("/usr/share/wordpress")
_HERE = Path(__file__).parent
_DATABASE = "wordpress"
_HINT = "On Debian and Ubuntu: tools/servers, as root"
_CONFIG = """<?php
define('DB_NAME', 'wordpress');
define('DB_USER', 'root');
define('DB_PASSWORD', '');
define('DB_HOST', 'localhost:%(socket)s');
define('DB_CHARSET', 'utf8mb4');
define('DB_COLLATE', '');
define('WP_HOME', '%(url)s');
define('WP_SITEURL', '%(url)s');
define('WP_ENVIRONMENT_TYPE', 'local'); // application passwords, without https
define('WP_HTTP_BLOCK_EXTERNAL', true);
define('AUTOMATIC_UPDATER_DISABLED', true);
define('DISABLE_WP_CRON', true);
define('FS_METHOD', 'direct');
foreach (['AUTH', 'SECURE_AUTH', 'LOGGED_IN', 'NONCE'] as $name) {
    define($name . '_KEY', '%(secret)s' . $name);
    define($name . '_SALT', $name . '%(secret)s');
}
$table_prefix = 'wp_';
if (!defined('ABSPATH')) { define('ABSPATH', __DIR__ . '/'); }
require_once ABSPATH . 'wp-settings.php';
"""


def program(name: str) -> str:
    found = shutil.which(name) or shutil.which(name, path="/usr/sbin:/sbin")
    if not found:
        raise ServerError(f"{name} is missing. {_HINT}")
    return found


class WordPressSite:
    """A site with nothing on it, and three users: an editor, an author, and a contributor."""

    def __init__(self) -> None:
        if not _DEBIAN.is_dir():
            raise ServerError(f"WordPress is missing. {_HINT}")
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self._running: list[Process] = []
        # Not in pytest's own folders: only their owner may walk through those, and MariaDB wants no root.
        self._folder = Path(tempfile.mkdtemp(prefix="publish-wordpress-"))
        try:
            self._start()
        except BaseException:
            self.stop()
            raise

    def _start(self) -> None:
        self._folder.chmod(0o755)
        socket, files = self._database(), self._folder / "files"
        shutil.copytree(_DEBIAN, files, ignore_dangling_symlinks=True)
        config = _CONFIG % {"socket": socket, "url": self.url, "secret": secrets.token_hex(16)}
        (files / "wp-config.php").write_text(config)
        printed = run([program("php"), _HERE / "wordpress.php", files])
        self._passwords: dict[str, str] = json.loads(printed.splitlines()[-1])
        self._run(
            [
                program("php"),
                *("-d", "sendmail_path=/bin/true", "-d", "upload_max_filesize=20M", "-d", "post_max_size=30M"),
                *("-S", f"127.0.0.1:{self.port}", "-t", files, _HERE / "wordpress_router.php"),
            ],
            "php",
            lambda: answers(f"{self.url}/wp-json/wp/v2/types"),
            env={"PHP_CLI_SERVER_WORKERS": "4"},
        )

    def _database(self) -> Path:
        """The socket of a MariaDB that has an empty database, and root without a password."""
        user, folder = unprivileged(), self._folder / "mariadb"
        folder.mkdir()
        (self._folder / "run").mkdir()
        for each in (folder, self._folder / "run"):
            if user:
                shutil.chown(each, user)
        socket = self._folder / "run" / "mariadb.sock"
        owned = [f"--user={user}"] if user else []
        quick = ["--skip-name-resolve", "--auth-root-authentication-method=normal", "--skip-test-db"]
        run([program("mariadb-install-db"), "--no-defaults", f"--datadir={folder}", *quick, *owned])
        where = [f"--socket={socket}", f"--pid-file={socket.with_suffix('.pid')}", f"--datadir={folder}"]
        less = ["--skip-networking", "--skip-log-bin", "--innodb-flush-log-at-trx-commit=0"]
        query = [program("mariadb"), "--no-defaults", f"--socket={socket}", "--user=root"]

        def ready() -> bool:
            try:
                run([*query, f"--execute=create database if not exists {_DATABASE}"])
            except ServerError:
                return False
            return True

        self._run([program("mariadbd"), "--no-defaults", *where, *less, *owned], "mariadb", ready)
        return socket

    def _run(self, command: list[Any], name: str, ready: Any, env: dict[str, str] | None = None) -> None:
        self._running.append(Process(command, self._folder / f"{name}.log", ready, env=env))

    def settings(self, role: str = "author", **changes: str) -> dict[str, str]:
        known = {"username": role, "application_password": self._passwords[role], "api_url": self.url}
        return {**known, **changes}

    def posts(self, **query: str) -> list[dict[str, Any]]:
        """Every post, drafts and what waits for review too, the earliest first."""
        status = "publish,draft,pending,future,private"
        found: list[dict[str, Any]] = self.call("GET", "posts", status=status, context="edit", per_page="100", **query)
        return sorted(found, key=lambda post: int(post["id"]))

    def media(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.call("GET", "media", context="edit", per_page="100")
        return sorted(found, key=lambda file: int(file["id"]))

    def clear(self) -> None:
        """Take away all posts and files, so that the next test finds none."""
        for kind, items in (("posts", self.posts()), ("media", self.media())):
            for item in items:
                self.call("DELETE", f"{kind}/{item['id']}", force="true")

    def call(self, method: str, path: str, **query: str) -> Any:
        login = ("editor", self._passwords["editor"])
        url = f"{self.url}/wp-json/wp/v2/{path}"
        answer = httpx.request(method, url, params=query, auth=login, timeout=60, trust_env=False)
        assert answer.is_success, answer.text
        return answer.json()

    def stop(self) -> None:
        for process in reversed(self._running):
            process.stop()
        shutil.rmtree(self._folder, ignore_errors=True)


@pytest.fixture(scope="session")
def wordpress_process() -> Iterator[WordPressSite]:
    server = WordPressSite()
    yield server
    server.stop()


@pytest.fixture
def wordpress_site(wordpress_process: WordPressSite) -> WordPressSite:
    """The site, with nothing on it."""
    wordpress_process.clear()
    return wordpress_process
