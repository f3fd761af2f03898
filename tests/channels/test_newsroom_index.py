"""The newsroom as a whole: its index in sheets, neighbours, editions; and a publication leaves what a rebuild would."""

import json
import random
import shutil
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from examples import examples
from hypothesis import given, settings
from hypothesis import strategies as st
from newsrooms import rebuilt, requested, sent
from selectolax.lexbor import LexborHTMLParser

from publisher.channels.base import Rebuilt, Request
from publisher.channels.newsroom import Newsroom, Settings
from publisher.channels.newsroom_site import listing, staging
from publisher.channels.newsroom_site.entry import Entry, edition_mark
from publisher.channels.newsroom_site.listing import sheets, surroundings

DAYS = ["2024-03-01", "2024-11-12", "2025-01-05", "2026-11-12"]


@pytest.fixture(autouse=True)
def _small_sheets(monkeypatch):
    monkeypatch.setattr(listing, "PER_SHEET", 2)


def newsroom(folder, **changes):
    return Newsroom("newsroom", Settings(**({"base_url": "https://news.example"} | changes)), Path(folder))


def contents(folder):
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in Path(folder).rglob("*")
        if path.is_file() and path.name != ".publish-lock"
    }


def parsed(path):
    return LexborHTMLParser(path.read_text(encoding="utf-8"))


def links(path, selector="a"):
    return [node.attributes["href"] for node in parsed(path).css(selector)]


def numbered(count):
    return [requested(f"r{number}", f"2026-{1 + number // 28:02}-{1 + number % 28:02}") for number in range(count)]


def test_a_new_release_leaves_full_sheets_alone(tmp_path):
    """The sheets are counted from the oldest release, and the front has the newest."""
    room, site = newsroom(tmp_path), tmp_path / "site"
    sent(room, *numbered(7))
    before = contents(site)
    sent(room, requested("new", "2026-06-01"))
    changed = {name for name, content in contents(site).items() if before.get(name) != content}

    assert links(site / "index.html", ".headline a") == ["new/index.html", "r6/index.html"]
    assert {name for name in changed if name.startswith("archive/page")} == {
        "archive/page-2.html",
        "archive/page-3.html",
    }
    assert before["archive/page-1.html"] == contents(site)["archive/page-1.html"]
    assert {name for name in changed if name.endswith("/index.html")} == {"new/index.html", "r6/index.html"}


@pytest.mark.parametrize("count", range(12))
def test_every_release_stands_on_one_sheet_and_every_sheet_can_be_reached(count):
    """From the front by "older" through all sheets, each release once, the newest first."""
    order = [Entry(f"r{n:02}", "en", "H", "S", "", f"2026-01-{n + 1:02}T00:00:00+00:00") for n in range(count)][::-1]
    found = {sheet.name: sheet for sheet in sheets(order)}
    sheet, met = found["index.html"], []
    while True:
        met += [entry.slug for entry in sheet.entries]
        if sheet.older is None:
            break
        assert found[sheet.older].newer == sheet.name
        sheet = found[sheet.older]

    assert met == [entry.slug for entry in order]
    assert len(found["index.html"].entries) < 4
    assert [name for name in found if "20" in name] == (["archive/2026.html"] if count else [])


def test_each_year_has_a_sheet(tmp_path):
    """The front leads to all of them, and each to the next; links lead to files."""
    site = tmp_path / "site"
    sent(newsroom(tmp_path), *(requested(f"r{number}", day) for number, day in enumerate(DAYS)))

    assert links(site / "index.html", ".years a") == ["archive/2026.html", "archive/2025.html", "archive/2024.html"]
    assert links(site / "archive/2025.html", ".turn a") == ["../archive/2026.html", "../archive/2024.html"]
    assert links(site / "archive/2024.html", "h2 a") == ["../r1/index.html", "../r0/index.html"]
    for page in site.rglob("*.html"):
        assert [link for link in links(page) if not link.startswith("#") and not (page.parent / link).is_file()] == []


def test_neighbours_lead_to_each_other(tmp_path):
    """Newer and older, by headline; they are written anew when another comes between, or goes."""
    room, site = newsroom(tmp_path), tmp_path / "site"
    sent(room, requested("old", "2026-01-01"), requested("new", "2026-03-01"))
    assert links(site / "new/index.html", ".turn a") == ["../old/index.html"]
    sent(room, requested("between", "2026-02-01"))

    assert links(site / "new/index.html", ".turn a") == ["../between/index.html"]
    assert links(site / "between/index.html", ".turn a") == ["../new/index.html", "../old/index.html"]
    shutil.rmtree(site / "between")
    sent(room, requested("newest", "2026-04-01"))
    assert links(site / "old/index.html", ".turn a") == ["../new/index.html"]


def test_editions_name_each_other(tmp_path):
    """All editions with themselves and one for everybody else; siblings are written anew when another comes in."""
    room, site = newsroom(tmp_path), tmp_path / "site"
    sent(room, requested("weirs"), requested("other", "2026-11-13"), requested("zuletzt", "2026-11-14"))
    sent(room, requested("wehre", "2026-11-20", language="de", edition_of="weirs"))
    sent(room, requested("barrages", "2026-11-21", language="fr", edition_of="wehre"))

    for slug, others in (("weirs", ["wehre", "barrages"]), ("wehre", ["weirs", "barrages"])):
        page = parsed(site / slug / "index.html")
        assert [(node.attributes["hreflang"], node.attributes["href"]) for node in page.css("link[hreflang]")] == [
            ("de", "https://news.example/wehre/"),
            ("en", "https://news.example/weirs/"),
            ("fr", "https://news.example/barrages/"),
            ("x-default", "https://news.example/weirs/"),
        ]
        assert {node.attributes["href"] for node in page.css(".editions a")} == {f"../{o}/index.html" for o in others}
    assert parsed(site / "other/index.html").css("link[hreflang], .editions") == []
    assert [node.text() for node in parsed(site / "weirs/index.html").css(".editions a")] == ["Deutsch", "Français"]


def test_editions_that_name_each_other_in_a_circle_are_one_group():
    order = [
        Entry(slug, slug, "H", "S", "", "2026-01-01T00:00:00+00:00", edition_of=edition_mark(of))
        for slug, of in (("de", "en"), ("en", "fr"), ("fr", "de"), ("it", "fr"), ("es", "es"))
    ]
    around = surroundings(order)

    assert {each.slug for each in around["it"].editions} == {"de", "en", "fr", "it"}
    assert len({around[slug].first for slug in ("de", "en", "fr", "it")} & {"de", "en", "fr"}) == 1
    assert around["es"].editions == ()


releases = st.lists(
    st.tuples(
        st.integers(0, 6), st.sampled_from(DAYS), st.sampled_from(["en", "de", "fr"]), st.sampled_from([None, 0, 1, 2])
    ),
    min_size=1,
    max_size=8,
    unique_by=lambda each: each[0],
)


def requests_of(drawn):
    return [
        requested(f"r{number}", day, language=language, edition_of=None if of is None else f"r{of}")
        for number, day, language, of in drawn
    ]


@settings(max_examples=examples(160), deadline=None)
@given(releases, st.randoms(use_true_random=False))
def test_any_order_gives_the_same_bytes_and_a_rebuild_finds_all_right(drawn, shuffle):
    """Whatever comes in when: the folder is what a rebuild from the entries alone would make of it, byte for byte."""
    requests = requests_of(drawn)
    with TemporaryDirectory() as place:
        one, two, three = (newsroom(Path(place) / name) for name in ("one", "two", "three"))
        sent(one, *requests)
        shuffle.shuffle(requests)
        sent(two, *requests)
        first = contents(one.site.folder)
        assert first == contents(two.site.folder)
        assert rebuilt(one) == Rebuilt(0, len(requests), 0)
        assert all(one.find(request) for request in requests)
        for request in requests:
            slug = request.json["slug"]
            (three.site.folder / slug).mkdir(parents=True)
            (three.site.folder / slug / "entry.json").write_bytes(first[f"{slug}/entry.json"])
        assert rebuilt(three).written == len(requests)
        assert contents(three.site.folder) == first


@settings(max_examples=examples(160), deadline=None)
@given(releases, st.integers(0, 2**32))
def test_corrections_and_removals_leave_what_a_rebuild_would(drawn, seed):
    """Releases that change, move in time, or whose folder is removed by hand: the next publication puts all right."""
    pick = random.Random(seed)  # noqa: S311 -- no secret
    with TemporaryDirectory() as place:
        room = newsroom(place)
        sent(room, *requests_of(drawn))
        ids = {}
        for request in requests_of(drawn):
            slug = request.json["slug"]
            ids[slug] = stored(room, slug)["guid"]
            fate = pick.choice(["corrected", "moved", "gone", "left"])
            if fate == "gone":
                shutil.rmtree(room.site.folder / slug)
            elif fate == "corrected":
                sent(room, Request("PUT", "", json=request.json | {"headline": "Put right"}))
            elif fate == "moved":
                day = {"place": None, "date": pick.choice(DAYS)}
                sent(room, Request("PUT", "", json=request.json | {"dateline": day}))
        sent(room, requested("last", pick.choice(DAYS)))
        done = rebuilt(room)
        slugs = {path.parent.name for path in room.site.folder.glob("*/entry.json")}

        assert (done.written, done.others) == (0, 0)
        assert all(stored(room, slug)["guid"] == ids[slug] for slug in slugs - {"last"})
        index = (room.site.folder / "feed.xml").read_text()
        assert all((f"/{slug}/" in index) is (slug in slugs) for slug in ids)


def stored(room, slug):
    return json.loads((room.site.folder / slug / "entry.json").read_text(encoding="utf-8"))


def test_a_stop_before_the_neighbours_is_put_right(tmp_path, monkeypatch):
    """Killed after the page: sending again writes what leads to it too."""
    room, site = newsroom(tmp_path), tmp_path / "site"
    sent(room, requested("old", "2026-01-01"), requested("older", "2025-01-01"))
    rename = Path.replace

    def refuse(source, target):
        if target == site / "old/index.html":
            raise PermissionError(13, "Permission denied", str(target))
        return rename(source, target)

    monkeypatch.setattr(Path, "replace", refuse)
    assert room.send(requested("new"), []).outcome == "unknown"
    monkeypatch.undo()
    monkeypatch.setattr(listing, "PER_SHEET", 2)

    assert room.find(requested("new")) is None
    sent(room, requested("new"))
    assert links(site / "old/index.html", ".turn a")[0] == "../new/index.html"
    assert rebuilt(room) == Rebuilt(0, 3, 0)


def test_sheets_that_nothing_leads_to_are_removed(tmp_path):
    """A year or a sheet without releases; what somebody put beside them stays."""
    room, site = newsroom(tmp_path), tmp_path / "site"
    sent(room, requested("a", "2024-01-01"), *numbered(4))
    assert (site / "archive/page-1.html").is_file()
    (site / "archive/notes.html").write_text("ours")
    for slug in ("a", "r3"):
        shutil.rmtree(site / slug)
    sent(room, requested("r0", "2026-01-01"))

    assert sorted(path.name for path in (site / "archive").iterdir()) == ["2026.html", "notes.html"]


@pytest.mark.parametrize("name", ["archive/2026.html", "atom.xml", "feed.json"])
def test_what_somebody_else_wrote_is_never_overwritten(tmp_path, name):
    path = tmp_path / "site" / name
    path.parent.mkdir(parents=True)
    path.write_text("ours")
    receipt = newsroom(tmp_path).send(requested("a"), [])

    assert receipt.outcome == "refused"
    assert str(path) in receipt.error
    assert not (tmp_path / "site/a").exists()


@pytest.mark.parametrize(
    "content", ["", "[]", "{}", '{"pages": 1, "files": {}}', '{"pages": {"a": 1}, "files": {}}', "\xff"]
)
def test_a_damaged_state_is_written_anew(tmp_path, content):
    """It is a convenience, and nothing hangs on it."""
    room = newsroom(tmp_path)
    sent(room, requested("a"), requested("b"))
    wanted = contents(tmp_path / "site")
    (tmp_path / "site/.publish-state.json").write_bytes(content.encode("latin-1"))
    sent(room, requested("b"))

    assert contents(tmp_path / "site") == wanted


def test_a_folder_of_thousands_is_read_without_its_texts(tmp_path):
    """Only what lists need is kept in memory."""
    room = newsroom(tmp_path)
    sent(room, requested("a", html=f"<p>{'long ' * 10_000}</p>", text="long " * 10_000))
    from publisher.channels.newsroom_site.reading import stored as read_all

    assert len(repr(read_all(tmp_path / "site"))) < 1_000


def test_a_stage_left_by_a_crash_is_cleared(tmp_path):
    (tmp_path / "site/.publish-stage/page").mkdir(parents=True)
    with staging.Stage(tmp_path / "site") as stage:
        assert stage.put({"a.txt": b"a"}) == 1
        stage.swap()

    assert contents(tmp_path / "site") == {"a.txt": b"a"}
