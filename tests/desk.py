"""A press officer's folder, and `publish` to run in it, as often and as many at once as a test wants."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from contextlib import closing
from sqlite3 import connect

from forks import forked
from ruamel.yaml import YAML

from publisher.delivery.packed import unpack

RELEASE = """\
Five Cities Ask for a Clean Harbour by 2030

An Open Letter to the Ministry

(Aller)—Five cities on the Aller have written to the ministry today and ask for a plan.

“The harbour carries what we throw into it. Every child in this valley knows the smell of August, and none of us \
should have to explain it to them any longer than we already have,” said Mayor Ana Ruiz. “We ask for a plan with \
dates in it. A plan without dates is a wish, and we have had thirty years of wishes, each of them printed on better \
paper.”

The cities ask for:

  • a plan by June;
  • a gauge in every city; and,
  • money for two treatment works.

“We will count the days,” Ruiz said. “They are long & we are <patient>.”

The League of Aller Cities is a union of five towns. It was founded in 1998 and speaks for 90,000 people.
"""


class Desk:
    """A press officer's folder, with a release and channels.yaml, and `publish` to run in it."""

    def __init__(self, folder, channels):
        self.folder = folder
        (folder / "release.txt").write_text(RELEASE, encoding="utf-8")
        self.configure(channels)

    def configure(self, channels, **more):
        newsroom = {"folder": "site", "base_url": "https://news.aller.example"}
        data = {"organisation": {"name": "League of Aller Cities"}, "channels": {"newsroom": newsroom, **channels}}
        data |= more
        with (self.folder / "channels.yaml").open("w", encoding="utf-8") as file:
            YAML().dump(data, file)

    def command(self, *words, hook=""):
        """`publish` with these words; `hook` is Python that its process runs first."""
        program = ["-c", f"{hook}\nfrom publisher.cli import main\nmain()"] if hook else ["-m", "publisher"]
        return [sys.executable, *program, *words]

    def run(self, *words, env=None, hook=""):
        """Run `publish` with these words to its end, with its output as text."""
        return forked(words, folder=self.folder, env={**os.environ, **(env or {})}, hook=hook)

    def at(self, moment, *words, env=None):
        """`publish` with these words, in a process whose clock shows that moment, and goes on."""
        return self.run(*words, env=env, hook=clock(moment))

    def start(self, *words, hook=""):
        """`publish` as a process of its own, that writes into one pipe."""
        return subprocess.Popen(
            self.command(*words, hook=hook),
            cwd=self.folder,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def publish(self, *words):
        """Run `publish release.txt --json`; returns the exit code and each channel's delivery."""
        run = self.run("release.txt", "--json", *words)
        assert run.stdout, run.stderr
        (release,) = json.loads(run.stdout)["releases"]
        return run.returncode, {delivery["channel"]: delivery for delivery in release["deliveries"]}

    def ledger(self):
        """Every word in the ledger, unpacked."""
        with closing(connect(self.folder / ".publish/ledger.db")) as connection:
            tables = [name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
            found = [row for name in tables for row in connection.execute(f"SELECT * FROM {name}")]  # noqa: S608 -- ours
        values = [value for row in found for value in row if isinstance(value, str)]
        return "\n".join(unpack(value.strip('"')) for value in values)

    def everything(self):
        """The bytes of every file here."""
        return {path: path.read_bytes() for path in sorted(self.folder.rglob("*")) if path.is_file()}


def clock(moment):
    """Python that sets a process's clock, for a hook; a moment without a zone is one of UTC's."""
    return f"import time_machine; time_machine.travel({str(moment)!r}, tick=True).start()"


def chain(server):
    """Whether each post of the server answers the one before it."""
    return [post.reply_to for post in server.posts] == [None, *(post.id for post in server.posts[:-1])]


def doubles(server):
    """The texts that stand more than once."""
    texts = [post.text for post in server.posts]
    return [text for text in texts if texts.count(text) > 1]
