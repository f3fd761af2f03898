"""The newsroom's folder: whole files only, the same request twice, two writers at once, and nobody else's files."""

import errno
import hashlib
import json
import os
import stat
import subprocess
import sys
import threading
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace

import feedparser
import pytest
from hypothesis import given
from hypothesis import strategies as st
from selectolax.lexbor import LexborHTMLParser
from servers.base import picture

from publisher.channels.base import ChannelError, Request, Upload
from publisher.channels.newsroom import Newsroom, Settings
from publisher.channels.newsroom_site import staging, store
from publisher.channels.newsroom_site.entry import check_slug
from publisher.config.model import Organisation

WRITER = """
import json, os, sys
from pathlib import Path
from publisher.channels.base import Request
from publisher.channels.newsroom import Newsroom, Settings

folder, steps, requests = Path(sys.argv[1]), int(sys.argv[2]), json.loads(sys.argv[3])
rename = Path.replace
def counted(source, target):
    global steps
    if steps == 0:
        os._exit(9)
    steps -= 1
    return rename(source, target)
Path.replace = counted
room = Newsroom("newsroom", Settings(), folder)
for request in requests:
    receipt = room.send(Request.from_json(request), [])
    assert receipt.outcome == "sent", receipt.error
"""


def requested(slug="weirs", published="2026-11-12T12:00:00+00:00", uploads=(), **changes):
    entry = {
        "slug": slug,
        "language": "en",
        "headline": f"Headline of {slug}",
        "summary": "Summary.",
        "html": f"<p>Text of {slug}.</p>",
        "published": published,
        "images": [{"src": Path(upload.path).name, "alt": ""} for upload in uploads],
    }
    return Request("PUT", f"{slug}/", json=entry | changes, uploads=uploads)


def newsroom(folder):
    return Newsroom("newsroom", Settings(), folder)


def sent(room, request):
    receipt = room.send(request, [])
    assert receipt.outcome == "sent", receipt.error
    return receipt


def written(folder):
    """Every file but the lock: content and time of last change, in nanoseconds."""
    return {
        str(path.relative_to(folder)): (path.read_bytes(), path.stat().st_mtime_ns)
        for path in folder.rglob("*")
        if path.is_file() and path.name != ".publish-lock"
    }


def contents(folder):
    return {name: content for name, (content, _) in written(folder).items()}


def stored(folder, slug="weirs"):
    return json.loads((folder / "site" / slug / "entry.json").read_text(encoding="utf-8"))


_YOUNG = ("quotes", "text", "keywords", "edition_of", "card")
_STEPS = 15  # renames for a page that is new, and for one that changes
WEIR = picture("weir.png")


def image(folder, name="weir.png", content=WEIR):
    path = folder / name
    path.write_bytes(content)
    return Upload(str(path), "image/png", "", hashlib.sha256(content).hexdigest())


def started(folder, requests, steps=-1):
    arguments = [str(folder), str(steps), json.dumps([request.as_json() for request in requests])]
    return subprocess.Popen([sys.executable, "-c", WRITER, *arguments])


def test_the_same_request_again_touches_nothing(tmp_path):
    """A repeat, even one stamped later because the ledger was lost, leaves bytes and times of all files alone."""
    room = newsroom(tmp_path)
    first = sent(room, requested(uploads=(image(tmp_path),)))
    before = written(tmp_path / "site")
    again = sent(room, requested(uploads=(image(tmp_path),)))
    later = sent(room, requested(uploads=(image(tmp_path),), published="2026-12-24T09:00:00+01:00"))

    assert first == again == later
    assert written(tmp_path / "site") == before
    assert sorted(before) == [
        ".publish-state.json", "archive/2026.html", "atom.xml", "feed.json", "feed.xml", "index.html", "style.css",
        "weirs/entry.json", "weirs/index.html", "weirs/media-kit.zip", "weirs/ninjs.json", "weirs/release.txt",
        "weirs/weir.png",
    ]  # fmt: skip


def test_the_same_requests_give_the_same_bytes_anywhere(tmp_path):
    """Two newsrooms that were sent the same releases, in whatever order, hold the same files."""
    requests = [requested("a"), requested("b"), requested("c", "2026-11-13T08:00:00+00:00")]
    for name, order in (("one", requests), ("two", requests[::-1])):
        for request in order:
            sent(newsroom(tmp_path / name), request)

    assert contents(tmp_path / "one/site") == contents(tmp_path / "two/site")


def test_a_correction_is_dated_and_keeps_the_first_date(tmp_path):
    """Changed words of the same release replace the page; it says when it was updated, and keeps its place."""
    room = newsroom(tmp_path)
    sent(room, requested())
    sent(room, requested(html="<p>Put right.</p>", published="2026-11-14T08:00:00+00:00"))
    page = LexborHTMLParser((tmp_path / "site/weirs/index.html").read_text())

    assert (stored(tmp_path)["published"], stored(tmp_path)["updated"]) == (
        "2026-11-12T12:00:00+00:00",
        "2026-11-14T08:00:00+00:00",
    )
    assert page.css_first(".text").text().strip() == "Put right."
    assert page.css_first(".updated").text() == "Updated November 14, 2026"


def test_a_new_address_is_no_correction(tmp_path):
    """Where only the link changed, the page gets it, and no reader is told of an update."""
    room = newsroom(tmp_path)
    sent(room, requested())
    sent(room, requested(link="https://news.rivers.example/weirs/", published="2026-11-14T08:00:00+00:00"))

    assert stored(tmp_path)["updated"] is None
    assert "https://news.rivers.example/weirs/" in (tmp_path / "site/weirs/index.html").read_text()


def test_an_entry_of_an_older_version_is_read(tmp_path):
    """What it lacks is taken from the release when that is sent again, and no reader is told of an update."""
    room = newsroom(tmp_path)
    sent(room, requested())
    path = tmp_path / "site/weirs/entry.json"
    old = {key: value for key, value in stored(tmp_path).items() if key not in _YOUNG}
    path.write_text(json.dumps(old), encoding="utf-8")
    sent(room, requested("other"))
    sent(room, requested(text="Text of weirs.", quotes=[{"text": "Free.", "speaker": None, "title": None}]))

    assert stored(tmp_path)["text"] == "Text of weirs."
    assert stored(tmp_path)["updated"] is None


def test_a_page_without_a_dateline_bears_the_day_where_the_organisation_is(tmp_path):
    room = newsroom(tmp_path)
    room.organisation = Organisation(name="Rivers Alive", timezone="America/Los_Angeles")
    sent(room, room.stamp(requested(), datetime(2026, 11, 25, 2, 3, tzinfo=UTC), "seed"))

    assert stored(tmp_path)["published"] == "2026-11-24T18:03:00-08:00"
    assert '<time datetime="2026-11-24"' in (tmp_path / "site/weirs/index.html").read_text(encoding="utf-8")
    assert "Tue, 24 Nov 2026 18:03:00 -0800" in (tmp_path / "site/feed.xml").read_text(encoding="utf-8")


def test_another_release_is_never_overwritten(tmp_path):
    """The same slug with another headline and another text is refused, in words that say what to do."""
    room = newsroom(tmp_path)
    sent(room, requested())
    before = written(tmp_path / "site")
    receipt = room.send(requested(headline="Other", html="<p>Other.</p>"), [])

    assert receipt.outcome == "refused"
    assert receipt.error == ('another release, "Headline of weirs", stands at "weirs": give this one its own `slug:`')
    assert written(tmp_path / "site") == before
    assert room.find(requested(headline="Other", html="<p>Other.</p>")) is None


@pytest.mark.parametrize("name", ["index.html", "feed.xml", "style.css", "weirs/index.html"])
def test_what_somebody_else_wrote_is_never_overwritten(tmp_path, name):
    """A folder that holds another site's files is refused before anything is written."""
    path = tmp_path / "site" / name
    path.parent.mkdir(parents=True)
    path.write_text("<title>Our home page</title>")
    receipt = newsroom(tmp_path).send(requested(), [])

    assert receipt.outcome == "refused"
    assert str(path.parent if "/" in name else path) in receipt.error
    assert contents(tmp_path / "site") == {name: b"<title>Our home page</title>"}


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"slug": 1}', "\x00", '{"headline": ["x"]}'])
def test_a_damaged_entry_is_named(tmp_path, content):
    """A damaged entry.json stops the next publication with its path, and is not dropped from the index in silence."""
    room = newsroom(tmp_path)
    sent(room, requested("a"))
    index = (tmp_path / "site/index.html").read_bytes()
    (tmp_path / "site/a/entry.json").write_text(content)
    receipt = room.send(requested("b"), [])

    assert receipt.outcome == "refused"
    assert f"{tmp_path / 'site/a/entry.json'} is damaged" in receipt.error
    assert "\n" not in receipt.error
    assert (tmp_path / "site/index.html").read_bytes() == index


@pytest.mark.parametrize(
    "damage",
    [
        {"guid": 5},
        {"updated": 5},
        {"updated": "soon"},
        {"updated": "2026-11-12T12:00:00"},
        {"link": []},
        {"edition_of": ["a"]},
        {"subheadline": {}},
        {"dateline": {"place": 5, "date": None}},
        {"contacts": [{"name": 5}]},
        {"quotes": [{"text": "x", "speaker": 5}]},
        {"images": [{"src": 5}]},
        {"images": [{"src": "weir.png", "alt": 5}]},
        {"images": [{"src": "../../precious.png"}]},
        {"images": [{"src": "index.html"}]},
        {"card": {"src": "../b/card.png"}},
    ],
)
def test_a_part_of_an_entry_that_is_not_of_its_kind_is_damage(tmp_path, damage):
    """It stops publication and rebuild with its path, and no file outside of the page's folder is touched."""
    room = newsroom(tmp_path)
    sent(room, requested("a"))
    precious = tmp_path / "precious.png"
    precious.write_bytes(WEIR)
    path = tmp_path / "site/a/entry.json"
    path.write_text(json.dumps(stored(tmp_path, "a") | damage), encoding="utf-8")
    before = written(tmp_path / "site")
    with pytest.raises(ChannelError, match="is damaged") as rebuilt:
        room.rebuild(lambda _done, _of: None)

    for error in (str(rebuilt.value), room.send(requested("a"), []).error, room.send(requested("b"), []).error):
        assert error.startswith(f"{path} is damaged (")
    assert written(tmp_path / "site") == before
    assert precious.read_bytes() == WEIR


def test_a_state_file_takes_nothing_away_that_is_not_the_newsrooms(tmp_path):
    room = newsroom(tmp_path)
    sent(room, requested("a"))
    precious = tmp_path / "precious.html"
    precious.write_text("Ours.")
    path = tmp_path / "site/.publish-state.json"
    state = json.loads(path.read_bytes())
    state["files"] |= {"archive/../../precious.html": "", "archive/1999.html": "", "logo./../../precious.html": ""}
    path.write_text(json.dumps(state), encoding="utf-8")
    (tmp_path / "site/archive/1999.html").write_text("Of no mark.")
    room.rebuild(lambda _done, _of: None)

    assert precious.read_text() == "Ours."
    assert not (tmp_path / "site/archive/1999.html").exists()


@pytest.mark.parametrize(
    "slug",
    ["", ".", "..", "../x", "a/b", "a\\b", "c:", "C:\\x", "a b", "a\n", "a\x00", ".hidden", "-a", "a.", "CON",
     "nul.txt", "lpt1", "index.html", "Feed.xml", "style.css", "e\u0301", "a" * 201, "\ud800", "/etc", "~"],
)  # fmt: skip
def test_a_slug_is_a_plain_name(tmp_path, slug):
    """A slug that could leave the folder, or that some system reserves, is refused before the disk is touched."""
    receipt = newsroom(tmp_path).send(requested(slug), [])

    assert receipt.outcome == "refused"
    assert "slug" in receipt.error
    assert list(tmp_path.iterdir()) == []


@given(st.text(max_size=12))
def test_an_accepted_slug_stays_inside(slug):
    """Whatever slug is accepted names a direct child of the folder."""
    try:
        check_slug(slug)
    except ValueError:
        return

    assert Path("/site", slug).resolve().parent == Path("/site")
    assert not slug.startswith(".")


@pytest.mark.parametrize("slug", ["weirs-2026", "größe", "नदी", "川", "v1.2", "console"])
def test_slugs_of_any_script_are_welcome(tmp_path, slug):
    """Letters, digits and marks of every script make a slug."""
    sent(newsroom(tmp_path), requested(slug))

    assert (tmp_path / "site" / slug / "index.html").is_file()
    assert len(LexborHTMLParser((tmp_path / "site/index.html").read_text()).css("article")) == 1


def test_an_image_that_changed_is_refused(tmp_path):
    """The image that was planned, or none: another content under the same path does not go out."""
    upload = image(tmp_path)
    image(tmp_path, content=picture("other.png"))
    receipt = newsroom(tmp_path).send(requested(uploads=(upload,)), [])

    assert receipt.outcome == "refused"
    assert receipt.error.endswith("weir.png is not the one that was planned; plan the release again")
    assert not (tmp_path / "site").exists()


def test_a_missing_image_is_refused(tmp_path):
    """An image that cannot be read is named."""
    receipt = newsroom(tmp_path).send(requested(uploads=(Upload(str(tmp_path / "gone.png"), "image/png"),)), [])

    assert receipt.outcome == "refused"
    assert "gone.png cannot be read" in receipt.error


def test_an_image_taken_back_leaves_the_folder(tmp_path):
    """A correction without the image removes the file; what a person put there stays."""
    room = newsroom(tmp_path)
    sent(room, requested(uploads=(image(tmp_path),)))
    (tmp_path / "site/weirs/notes.pdf").write_bytes(b"ours")
    sent(room, requested())

    assert sorted(path.name for path in (tmp_path / "site/weirs").iterdir()) == [
        "entry.json",
        "index.html",
        "ninjs.json",
        "notes.pdf",
        "release.txt",
    ]


def test_find_knows_what_stands(tmp_path):
    """Sent once page, index and feed are as they should be; None where any of it is missing or other."""
    room = newsroom(tmp_path)
    request = requested(uploads=(image(tmp_path),))

    assert room.find(request) is None
    assert list(tmp_path.iterdir()) == [tmp_path / "weir.png"]
    receipt = sent(room, request)
    Path(request.uploads[0].path).unlink()
    assert room.find(request) == receipt
    assert room.find(requested(html="<p>Other.</p>")) is None
    names = [name for name in contents(tmp_path / "site") if name != "weirs/weir.png"]
    assert len(names) > 8
    for name in ("weirs/weir.png", *names):
        path = tmp_path / "site" / name
        content = path.read_bytes()
        path.write_bytes(b"")
        assert room.find(request) is None
        path.write_bytes(content)
    assert room.find(request) == receipt


def test_what_is_written_can_be_served(tmp_path):
    """Folders and files have the permissions that new ones get, so that a web server may read them."""
    sent(newsroom(tmp_path), requested(uploads=(image(tmp_path),)))
    umask = os.umask(0)
    os.umask(umask)

    for path in (tmp_path / "site").rglob("*"):
        mode = stat.S_IMODE(path.stat().st_mode)
        assert mode == (0o777 if path.is_dir() else 0o666) & ~umask


def test_a_folder_that_cannot_be_is_refused(tmp_path):
    """A file in the folder's place: a definite no in one line, and `whoami` says so beforehand."""
    room = newsroom(tmp_path)
    assert room.whoami().handle == f"newsroom in {tmp_path / 'site'}"
    assert list(tmp_path.iterdir()) == []
    (tmp_path / "site").write_text("a file")
    receipt = room.send(requested(), [])

    assert receipt.outcome == "refused"
    assert receipt.error == f"{tmp_path / 'site'}: File exists"
    with pytest.raises(ChannelError, match="is a file"):
        room.whoami()


def test_a_disk_without_room_is_noticed_beforehand(tmp_path, monkeypatch):
    monkeypatch.setattr("shutil.disk_usage", lambda _path: SimpleNamespace(free=1_000_000))
    with pytest.raises(ChannelError, match="is full: make room there"):
        newsroom(tmp_path).whoami()

    assert list(tmp_path.iterdir()) == []


def test_a_full_disk_changes_nothing(tmp_path, monkeypatch):
    """Everything is on the disk before the first file is swapped in: a full disk is a refusal, old pages stand."""
    room = newsroom(tmp_path)
    sent(room, requested("a"))
    before = written(tmp_path / "site")
    write = staging.write_durably
    for room_left in range(4):
        left = iter(range(room_left))

        def write_while_room(path, data, left=left):
            if next(left, None) is None:
                raise OSError(errno.ENOSPC, "No space left on device", str(path))
            write(path, data)

        monkeypatch.setattr(staging, "write_durably", write_while_room)
        outcomes = [room.send(request, []).outcome for request in (requested("b"), requested("a", html="<p>New.</p>"))]
        assert outcomes == ["refused", "refused"]
        assert written(tmp_path / "site") == before


def test_a_stop_between_page_and_index_is_unknown(tmp_path, monkeypatch):
    """Where the page may stand already the outcome is unknown, `find` says no, and sending again completes it."""
    room = newsroom(tmp_path)
    rename = Path.replace

    def refuse_the_index(source, target):
        if target == tmp_path / "site/index.html":
            raise PermissionError(errno.EACCES, "Permission denied", str(target))
        return rename(source, target)

    monkeypatch.setattr(Path, "replace", refuse_the_index)
    receipt = room.send(requested(), [])
    monkeypatch.undo()

    assert (receipt.outcome, receipt.error) == ("unknown", f"{tmp_path / 'site/index.html'}: Permission denied")
    assert (tmp_path / "site/weirs/index.html").is_file()
    assert room.find(requested()) is None
    sent(room, requested())
    assert room.find(requested()).outcome == "sent"


def test_a_process_that_dies_between_two_steps_leaves_whole_pages(tmp_path):
    """Killed before any of its renames, it leaves whole files, and a second run puts all right."""
    old, new = requested("old"), requested("weirs", uploads=(image(tmp_path),))
    changed = replace(old, json={**old.json, "html": "<p>Changed.</p>", "published": "2026-11-20T12:00:00+00:00"})
    sent(newsroom(tmp_path / "wanted"), old)
    sent(newsroom(tmp_path / "wanted"), new)
    sent(newsroom(tmp_path / "wanted"), changed)
    wanted = contents(tmp_path / "wanted/site")
    folders = [tmp_path / f"killed-{steps}" for steps in range(_STEPS + 1)]
    for folder in folders:
        sent(newsroom(folder), old)
    running = [started(folder, [new, changed], steps) for steps, folder in enumerate(folders)]
    codes = [process.wait(timeout=60) for process in running]

    assert codes == [9] * _STEPS + [0]
    for folder in folders:
        site = folder / "site"
        for path in [*site.glob("*/index.html"), site / "index.html"]:
            assert path.read_text().endswith("</html>\n")
        assert not feedparser.parse((site / "feed.xml").read_bytes()).bozo
        assert not (site / "weirs").exists() or (site / "weirs/weir.png").read_bytes() == WEIR
        for request in (new, changed):
            sent(newsroom(folder), request)
        assert contents(site) == wanted


def test_two_processes_at_once_lose_nothing(tmp_path):
    """Two processes with ten releases each: all twenty stand in the index and in the feed."""
    batches = [[requested(f"{name}-{number}") for number in range(10)] for name in "ab"]
    running = [started(tmp_path, batch) for batch in batches]

    assert [process.wait(timeout=60) for process in running] == [0, 0]
    index = LexborHTMLParser((tmp_path / "site/index.html").read_text())
    feed = feedparser.parse((tmp_path / "site/feed.xml").read_bytes())
    wanted = {f"Headline of {request.json['slug']}" for batch in batches for request in batch}
    assert {node.text() for node in index.css("h3")} == wanted
    assert {entry.title for entry in feed.entries} == wanted
    assert not (tmp_path / "site/.publish-stage").exists()


def test_a_writer_waits_for_another_and_says_so(tmp_path, monkeypatch):
    """A lock held too long is a refusal, with nothing written."""
    monkeypatch.setattr(store, "LOCK_WAIT", 0.05)
    with store.locked(tmp_path / "site", 0):
        receipt = newsroom(tmp_path).send(requested(), [])

    assert receipt.outcome == "refused"
    assert "another `publish` has been writing to" in receipt.error
    assert contents(tmp_path / "site") == {}
    sent(newsroom(tmp_path), requested())


def test_a_reader_never_sees_half_a_page(tmp_path):
    """Polled all the while as pages appear and change, every file is whole and every page has what belongs to it."""
    site = tmp_path / "site"
    done = threading.Event()
    faults = []
    seen = set()

    def read():
        while not done.is_set():
            for path in [site / "index.html", *site.glob("[!.]*/index.html")]:
                if path.exists():
                    text = path.read_text(encoding="utf-8")
                    seen.add(text)
                    if not (text.startswith("<!doctype html>") and text.endswith("</html>\n")):
                        faults.append(path)
                    if path.parent != site and not (path.parent / "weir.png").exists():
                        faults.append(path.parent)
            feed = site / "feed.xml"
            if feed.exists() and not feed.read_bytes().endswith(b"</rss>\n"):
                faults.append(feed)

    reader = threading.Thread(target=read)
    reader.start()
    try:
        room = newsroom(tmp_path)
        uploads = (image(tmp_path),)
        for number in range(60):
            words = f"<p>{'Word ' * 20_000}{number}</p>"
            sent(room, requested(f"weirs-{number % 6}", uploads=uploads, html=words))
    finally:
        done.set()
        reader.join(timeout=10)

    assert faults == []
    assert len(seen) > 10


def test_bytes_are_on_the_disk_before_the_name_is(tmp_path, monkeypatch):
    """Each file is synced before it is renamed into place, so that a power cut leaves no empty page."""
    synced = set()
    renamed = []
    sync, rename = os.fsync, Path.replace

    def noting_sync(handle):
        sync(handle)
        synced.add(os.fstat(handle).st_ino)

    def noting_rename(source, target):
        files = list(source.iterdir()) if source.is_dir() else [source]
        renamed.extend((target.name, path.stat().st_ino in synced) for path in files)
        return rename(source, target)

    monkeypatch.setattr(os, "fsync", noting_sync)
    monkeypatch.setattr(Path, "replace", noting_rename)
    sent(newsroom(tmp_path), requested(uploads=(image(tmp_path),)))

    assert renamed == [
        (name, True)
        for name in (
            "style.css", *["weirs"] * 6, "2026.html", "index.html", "feed.xml", "atom.xml", "feed.json",
            ".publish-state.json",
        )
    ]  # fmt: skip
    assert all((tmp_path / "site" / name).stat().st_ino in synced for name in (".", "weirs"))
