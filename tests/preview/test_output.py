"""What a preview is like in the terminals that there are."""

import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest
from previewing import set_up

ROOT = Path(__file__).parents[2]


def in_a_terminal(folder, *words, columns=80, **environment):
    """What `publish` writes into a terminal of 24 lines, on which nobody types."""
    ours, theirs = pty.openpty()
    clean = {name: value for name, value in os.environ.items() if name not in ("NO_COLOR", "FORCE_COLOR", "COLUMNS")}
    env = {**clean, "TERM": "xterm-256color", "PYTHONPATH": str(ROOT), "COLUMNS": str(columns), **environment}
    command = [sys.executable, "-m", "publisher", *words]
    process = subprocess.Popen(command, cwd=folder, env=env, stdin=theirs, stdout=theirs, stderr=subprocess.DEVNULL)
    os.close(theirs)
    found = b""
    while True:
        try:
            read = os.read(ours, 65536)
        except OSError:  # Linux says so where all have hung up
            break
        if not read:
            break
        found += read
    os.close(ours)
    assert process.wait(60) == 0
    return found.decode().replace("\r\n", "\n")


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    made = tmp_path_factory.mktemp("office")
    set_up(made)
    return made


def test_a_terminal_gets_panels_in_colour(folder):
    shown = in_a_terminal(folder, "harbour.md", "--dry-run", "--only", "bluesky")

    assert "╭─" in shown
    assert "\x1b[32m" in shown
    assert "━" in shown
    assert shown.splitlines()[-1].startswith("Dry run, nothing was sent: 1 channel, 4 posts. The review found 1 error")


def test_no_color_is_obeyed(folder):
    """Frames stay; the bar, which is nothing without colour, does not."""
    shown = in_a_terminal(folder, "preview", "harbour.md", "--only", "bluesky", NO_COLOR="1")

    assert "╭─" in shown
    assert "\x1b[3" not in shown.replace("\x1b[3m", "")  # italics are no colour
    assert "━" not in shown


@pytest.mark.parametrize(("words", "term"), [((), "dumb"), (("--plain",), "xterm")])
def test_a_terminal_that_cannot_draw_and_plain_get_words_alone(folder, words, term):
    shown = in_a_terminal(folder, "preview", "harbour.md", "--only", "bluesky", *words, TERM=term)
    piped = subprocess.run(
        [sys.executable, "-m", "publisher", "preview", "harbour.md", "--only", "bluesky"],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )

    assert shown == piped.stdout
    assert "\x1b" not in shown
    assert "╭" not in shown
