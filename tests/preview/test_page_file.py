"""`publish preview --html` and `--open`: where the page goes, and who may read it."""

import json
import os
import stat
import sys
from pathlib import Path
from shutil import rmtree

import pytest
from desk import RELEASE, Desk

from publisher.cli.output import Output
from publisher.cli.paging import hand_over, write
from publisher.errors import PublishError

PAGE = '<!DOCTYPE html>\n<meta name="generator" content="publish preview">\n<p>Words</p>\n'
UNDER_EMBARGO = f"EMBARGOED UNTIL 1 December 2099, 09:00 CET\n\n{RELEASE}"


@pytest.fixture
def desk(tmp_path):
    return Desk(tmp_path, {"linkedin": {"organization": 1, "access_token": "a"}})


def mode(path):
    return stat.S_IMODE(path.stat().st_mode)


def test_a_page_is_written_and_the_last_line_says_where(desk):
    run = desk.run("preview", "release.txt", "--html", "page.html")
    page = (desk.folder / "page.html").read_text(encoding="utf-8")

    assert run.returncode == 0
    assert run.stdout.splitlines()[-1] == "Page written to page.html."
    assert page.startswith("<!DOCTYPE html>")
    assert "Five Cities Ask for a Clean Harbour" in page
    assert "Under embargo" not in page
    assert mode(desk.folder / "page.html") == 0o666 & ~_umask()


def test_the_same_file_gives_the_same_page_again_in_the_place_of_the_first(desk):
    desk.run("preview", "release.txt", "--html", "page.html")
    first = (desk.folder / "page.html").read_bytes()
    desk.run("preview", "release.txt", "--html", "page.html")

    assert (desk.folder / "page.html").read_bytes() == first
    assert sorted(path.name for path in desk.folder.iterdir() if "page" in path.name) == ["page.html"]


def test_nobody_else_may_read_a_page_under_embargo(desk):
    (desk.folder / "release.txt").write_text(UNDER_EMBARGO, encoding="utf-8")
    run = desk.run("preview", "release.txt", "--html", "page.html")

    assert mode(desk.folder / "page.html") == 0o600
    assert "It holds a release under embargo" in run.stdout.splitlines()[-1]
    assert "Under embargo" in (desk.folder / "page.html").read_text(encoding="utf-8")


def test_the_page_may_go_to_standard_output_and_nothing_else_does(desk):
    run = desk.run("preview", "release.txt", "--html", "-")

    assert run.stdout.startswith("<!DOCTYPE html>")
    assert run.stdout.endswith("</html>\n")
    assert "Page written to standard output." in run.stderr


def test_json_and_a_page_go_together(desk):
    """And both name what would be approved by the same hash."""
    run = desk.run("preview", "release.txt", "--html", "page.html", "--json")

    assert json.loads(run.stdout)["digest"] in (desk.folder / "page.html").read_text(encoding="utf-8")
    assert "Page written to page.html." in run.stderr


def test_open_shows_a_private_page_in_the_browser_and_says_where_it_is(desk, tmp_path, monkeypatch):
    monkeypatch.setenv("BROWSER", f"{sys.executable} -c \"open('{tmp_path}/opened','w').write('%s')\"")
    run = desk.run("preview", "release.txt", "--open")
    page = Path(run.stdout.splitlines()[-1].removeprefix("Opened in the browser: ").removesuffix("."))
    modes = mode(page), mode(page.parent)
    content = page.read_text(encoding="utf-8")
    rmtree(page.parent)

    assert (tmp_path / "opened").read_text(encoding="utf-8") == page.as_uri()
    assert page.parent.name.startswith("publish-")
    assert modes == (0o600, 0o700)
    assert "Five Cities Ask for a Clean Harbour" in content


def test_without_a_browser_the_page_is_there_all_the_same(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr("webbrowser.open", lambda _: False)
    hand_over(PAGE, str(tmp_path / "page.html"), "r", Output(), embargo=False, show=True)

    assert (tmp_path / "page.html").read_text(encoding="utf-8") == PAGE
    assert "No browser could be opened" in capsys.readouterr().out


@pytest.mark.parametrize("name", ["release.txt", "channels.yaml"])
def test_what_is_no_page_of_ours_stays_as_it_is(desk, name):
    before = (desk.folder / name).read_bytes()
    run = desk.run("preview", "release.txt", "--html", name)

    assert run.returncode == 2
    assert "this is no preview page, and stays as it is" in run.stderr
    assert (desk.folder / name).read_bytes() == before


@pytest.mark.parametrize("place", ["there/is/none/page.html", ".", "name\0.html", "n" * 300])
def test_a_place_that_takes_no_page_is_an_error_in_one_line(tmp_path, place):
    with pytest.raises(PublishError) as error:
        write(tmp_path / place, PAGE, private=False)

    assert "\n" not in str(error.value)
    assert list(tmp_path.iterdir()) == []


def test_a_page_that_cannot_be_finished_leaves_the_earlier_one(tmp_path, monkeypatch):
    write(tmp_path / "page.html", PAGE, private=False)
    monkeypatch.setattr(
        "pathlib.Path.replace", lambda *_: (_ for _ in ()).throw(OSError(28, "No space left on device"))
    )
    with pytest.raises(PublishError, match="No space left"):
        write(tmp_path / "page.html", PAGE * 2, private=False)

    assert [path.read_text(encoding="utf-8") for path in tmp_path.iterdir()] == [PAGE]


def test_what_is_frozen_has_no_page(desk):
    run = desk.run("preview", "release.txt", "--frozen", "--html", "page.html")

    assert run.returncode == 2
    assert "Leave out --frozen" in run.stderr


def _umask():
    mask = os.umask(0)
    os.umask(mask)
    return mask
