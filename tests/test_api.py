"""What other programs may import from `publisher`."""

import subprocess
import sys

import publisher


def test_every_public_name_is_there():
    for name in publisher.__all__:
        assert getattr(publisher, name).__name__ == name


def test_the_five_rooms_can_be_walked_through(tmp_path):
    """Read, parse, plan, deliver: the same as the command line does."""
    (tmp_path / "r.md").write_text(
        "A Headline of Some Words\n\n(Aller)—The first paragraph tells what happened today.\n"
    )
    (tmp_path / "channels.yaml").write_text("channels: {newsroom: {folder: site}}\n")

    release = publisher.parse(publisher.read(str(tmp_path / "r.md")))
    config = publisher.load_config(str(tmp_path / "channels.yaml"))
    plan = publisher.make_plan(release, config, for_sending=True)
    ledger = publisher.Ledger(config.ledger, config.folder)
    result = publisher.deliver(plan, ledger)
    ledger.close()

    assert [row.status for row in result.deliveries] == ["sent"]
    assert publisher.render(plan.deliveries[0].variant, plan.deliveries[0].channel) == list(plan.deliveries[0].requests)
    assert (tmp_path / "site/a-headline-of-some-words/index.html").is_file()


def test_importing_the_package_imports_nothing_else():
    code = "import sys, publisher; print([name for name in sys.modules if name.startswith('publisher.')])"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=30, check=True)

    assert run.stdout.strip() == "[]"
