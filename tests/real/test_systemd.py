"""The units of docs/scheduling, as systemd itself reads them."""

import shutil
import subprocess
from pathlib import Path

import pytest

UNITS = Path(__file__).parents[2] / "docs/scheduling"


def verify(folder):
    """What `systemd-analyze verify` says of the units in a folder, and its exit code."""
    files = sorted(str(path) for path in folder.iterdir())
    command = ["systemd-analyze", "verify", "--man=no", *files]
    run = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    return run.stdout + run.stderr, run.returncode


@pytest.fixture
def units(tmp_path):
    """Copies in which the paths are ones that exist here."""
    program, press = tmp_path / "publish", tmp_path / "press"
    shutil.copy("/bin/true", program)
    press.mkdir()
    folder = tmp_path / "units"
    folder.mkdir()
    for path in (*UNITS.glob("*.service"), *UNITS.glob("*.timer")):
        text = path.read_text(encoding="utf-8")
        assert path.suffix == ".timer" or ("=/opt/publish/bin/publish " in text and "=/srv/press\n" in text)
        text = text.replace("/opt/publish/bin/publish", str(program)).replace("/srv/press", str(press))
        (folder / path.name).write_text(text, encoding="utf-8")
    return folder


def test_systemd_has_nothing_to_say_against_the_units(units):
    assert sorted(path.name for path in units.iterdir()) == [
        "publish-due.service",
        "publish-due.timer",
        "publish-watch.service",
    ]
    assert verify(units) == ("", 0)


def test_it_would_say_so_if_it_had(units):
    """A key that is misspelled is noticed, so silence means something."""
    service = units / "publish-due.service"
    service.write_text(service.read_text().replace("TimeoutStopSec", "TimoutStopSec"), encoding="utf-8")

    assert "TimoutStopSec" in verify(units)[0]
