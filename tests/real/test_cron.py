"""The line of docs/scheduling/crontab under Debian's cron; nobody's crontab is touched."""

import os
import shlex
import shutil
import subprocess
import sys
import time
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from desk import Desk

ROOT = Path(__file__).parents[2]
AFTER_THE_MINUTE = 20
"""The release is due so many seconds after cron's first run, which thus has nothing to do."""
PATIENCE = 150
SETUP = """\
set -e
mount -t tmpfs -o mode=755 none /run
mount -t tmpfs -o mode=755 none /etc/cron.d
mount -t tmpfs -o mode=755 none /var/spool/cron
mkdir -m 1730 /var/spool/cron/crontabs
install -m 600 {crontab} /var/spool/cron/crontabs/root
mount --bind {empty} /etc/crontab
mount --bind {programs} /usr/sbin
exec /usr/sbin/cron -f
"""
OWN_MOUNTS = ["unshare", "--mount", "--fork", "--pid", "--kill-child"]
SENDMAIL = """\
#!/bin/sh
name={mails}/$$
cat > $name.part && mv $name.part $name.mail
"""


def the_line(desk):
    """The crontab of the docs with the paths of this machine, without its lines for the morning."""
    text = (ROOT / "docs/scheduling/crontab").read_text(encoding="utf-8")
    assert "/opt/publish/bin" in text
    text = text.replace("/opt/publish/bin", str(Path(sys.executable).parent)).replace("/srv/press", str(desk.folder))
    kept = [line for line in text.splitlines() if line.startswith(("MAILTO=", "PATH=", "* * * * * "))]
    assert len(kept) == 3
    return "\n".join([*kept[:2], f"PYTHONPATH={ROOT}", kept[2], ""])


@pytest.fixture
def desk(tmp_path):
    (tmp_path / "press").mkdir()
    return Desk(tmp_path / "press", {})


@pytest.fixture
def mails(tmp_path):
    (tmp_path / "mails").mkdir()
    return tmp_path / "mails"


@pytest.fixture
def cron(tmp_path, desk, mails):
    """Starts cron; a program in the place of sendmail collects what it mails."""
    if os.geteuid() != 0:
        pytest.skip("cron runs crontabs for root alone")
    programs, empty, crontab = tmp_path / "programs", tmp_path / "empty", tmp_path / "crontab"
    programs.mkdir()
    empty.touch()
    crontab.write_text(the_line(desk), encoding="utf-8")
    crontab.chmod(0o600)
    shutil.copy(shutil.which("cron", path="/usr/sbin:/sbin"), programs)
    sendmail = programs / "sendmail"
    sendmail.write_text(SENDMAIL.format(mails=shlex.quote(str(mails))), encoding="utf-8")
    sendmail.chmod(0o755)
    names = {"crontab": crontab, "empty": empty, "programs": programs}
    script = SETUP.format(**{name: shlex.quote(str(path)) for name, path in names.items()})
    command = [*OWN_MOUNTS, "sh", "-c", script] if has_own_mounts() else ["/usr/sbin/cron", "-f"]
    with ExitStack() as stack:
        if command[0] != OWN_MOUNTS[0]:
            stack.enter_context(in_place({"/var/spool/cron/crontabs/root": crontab, "/usr/sbin/sendmail": sendmail}))

        def start():
            with (tmp_path / "cron.log").open("wb") as log:
                process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
            stack.callback(process.wait, timeout=30)
            stack.callback(process.kill)  # in mounts of its own, all that cron began ends with it
            return process

        yield start


def has_own_mounts():
    return not subprocess.run([*OWN_MOUNTS, "true"], capture_output=True, timeout=30, check=False).returncode


@contextmanager
def in_place(files):
    """Put files where cron looks for them, in a container that lets nobody mount; nothing that is there is touched."""
    if there := [path for path in files if Path(path).exists()]:
        pytest.fail(f"nobody may mount here, and these are there already: {', '.join(there)}")
    with ExitStack() as stack:
        for path, source in files.items():
            stack.callback(Path(path).unlink)
            shutil.copy2(source, path)
        yield


def next_minute():
    """The minute that cron wakes up at, if it is started now: not one that is almost there."""
    return (datetime.now(UTC) + timedelta(seconds=65)).replace(second=0, microsecond=0)


def test_the_crontab_sends_a_release_in_the_minute_after_its_time_and_mails_only_then(tmp_path, desk, mails, cron):
    """Cron's first run has nothing to do and prints nothing; its second sends, and what it says is mailed."""
    due = next_minute() + timedelta(seconds=AFTER_THE_MINUTE)
    run = desk.run("release.txt", "--at", due.isoformat())
    assert run.returncode == 0, run.stderr
    process, until = cron(), time.monotonic() + PATIENCE
    while not (found := list(mails.glob("*.mail"))) and time.monotonic() < until:
        assert process.poll() is None, (tmp_path / "cron.log").read_text()
        time.sleep(0.2)

    assert len(found) == 1, (tmp_path / "cron.log").read_text()
    mail = found[0].read_text(encoding="utf-8")
    assert "To: press@your-organisation.example" in mail
    assert "five-cities-ask-for-a-clean-harbour-by-2030: Published: 1 channel, 1 post sent now." in mail
    page = desk.folder / "site/five-cities-ask-for-a-clean-harbour-by-2030/index.html"
    assert page.stat().st_mtime >= due.timestamp()
    note = desk.folder / ".publish/due.json"  # the first run that looked left it
    assert note.stat().st_mtime < due.timestamp()
