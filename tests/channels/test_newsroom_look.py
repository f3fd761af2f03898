"""The newsroom's look: a theme, a logo, colours of one's own, and `publish rebuild`, which brings them to all pages."""

import json
import subprocess
import sys
import threading

import pytest
from examples import examples
from hypothesis import given, settings
from hypothesis import strategies as st
from newsrooms import rebuilt, requested, sent
from pydantic import ValidationError
from selectolax.lexbor import LexborHTMLParser
from servers.base import from_home, picture

from publisher.channels.base import ChannelError, Rebuilt
from publisher.channels.newsroom import Newsroom, Settings
from publisher.channels.newsroom_site import rebuilding, store
from publisher.channels.newsroom_site.colours import DARK, LIGHT, Palette
from publisher.compose.model import Article
from publisher.config.contrast import ENOUGH, contrast
from publisher.config.model import Organisation

SVG = '<svg xmlns="http://www.w3.org/2000/svg"><title>Rivers on paper</title><path d="M0 0h1v1z"/></svg>'
colours = st.integers(0, 0xFFFFFF).map(lambda number: f"#{number:06x}")


def newsroom(folder, organisation=None, **changes):
    room = Newsroom("newsroom", Settings(**changes), folder)
    room.organisation = organisation or Organisation(name="Rivers Alive")
    return room


def themed(folder, **files):
    (folder / "theme").mkdir(exist_ok=True)
    for name, text in files.items():
        (folder / "theme" / name.replace("_", ".")).write_text(text, encoding="utf-8")


def contents(folder):
    return {
        str(path.relative_to(folder)): (path.read_bytes(), path.stat().st_mtime_ns)
        for path in folder.rglob("*")
        if path.is_file() and path.name != ".publish-lock"
    }


def article(boilerplate):
    return Article("weirs", "en", "Headline", None, None, "Summary.", (), boilerplate, (), ())


def page(folder, slug="weirs"):
    return LexborHTMLParser((folder / "site" / slug / "index.html").read_text(encoding="utf-8"))


def test_a_template_of_the_theme_stands_in_for_ours(tmp_path):
    """Only the one that is there, and it may extend ours; whatever it shows is escaped."""
    foot = '{% extends "publish/page.html.j2" %}{% block foot %}<p id="own">{{ entry.headline }}</p>{% endblock %}'
    themed(tmp_path, page_html_j2=foot)
    sent(newsroom(tmp_path, theme="theme"), requested(headline="<script>{{7*7}}</script>"))

    assert page(tmp_path).css_first("#own").text() == "<script>{{7*7}}</script>"
    assert page(tmp_path).css_first("h1").text() == "<script>{{7*7}}</script>"
    assert "own" not in (tmp_path / "site/index.html").read_text()


@pytest.mark.parametrize(
    ("template", "told"),
    [
        ("<p>\n{% if %}", "page.html.j2:2: "),
        ("<p>\n\n{{ entry.nothing }}", "page.html.j2:3: "),
        ("{{ nobody.knows }}", "page.html.j2:1: 'nobody' is undefined"),
        ("\n{{ ''.__class__.__mro__ }}", "page.html.j2:2: access to attribute '__class__'"),
        ("{% include 'other.j2' %}", "page.html.j2:1: "),
        ("{{ 1 / 0 }}", "page.html.j2:1: division by zero"),
        ("{% for n in range(1000000) %}{% endfor %}", "page.html.j2:1: "),
    ],
)
def test_a_mistake_in_a_template_is_told_with_its_line(tmp_path, template, told):
    """In one line, and nothing is written."""
    themed(tmp_path, page_html_j2=template)
    receipt = newsroom(tmp_path, theme="theme").send(requested(), [])

    assert receipt.outcome == "refused"
    assert told in receipt.error
    assert "\n" not in receipt.error
    assert not (tmp_path / "site/weirs").exists()


def test_templates_are_read_beforehand(tmp_path):
    """`publish check` and every run notice a theme that is not there, empty, broken or not in UTF-8."""
    room = newsroom(tmp_path, theme="theme")
    with pytest.raises(ChannelError, match="there is no such folder"):
        room.whoami()
    themed(tmp_path)
    with pytest.raises(ChannelError, match="holds none of"):
        room.whoami()
    themed(tmp_path, index_html_j2="{% block %}")
    with pytest.raises(ChannelError, match=r"index\.html\.j2:1: "):
        room.whoami()
    themed(tmp_path, index_html_j2="")
    (tmp_path / "theme/style.css").write_bytes(b"a {}\n\xff")
    with pytest.raises(ChannelError, match=r"style\.css:2: this is not UTF-8"):
        room.whoami()


@pytest.mark.parametrize(("style", "ours"), [("add", True), ("replace", False)])
def test_a_style_sheet_comes_behind_ours_or_in_its_place(tmp_path, style, ours):
    themed(tmp_path, style_css=".text { color: red }\n")
    room = newsroom(tmp_path, theme="theme", style=style, colours={"accent": "#0b5d4e"})
    sent(room, requested())
    css = (tmp_path / "site/style.css").read_text()

    assert css.startswith("/* publish newsroom:")
    assert css.endswith(".text { color: red }\n")
    assert ("--measure" in css) is ours
    assert "--accent: #0b5d4e;" in css
    sent(room, requested())


@pytest.mark.parametrize("name", ["logo.svg", "our sign.PNG"])
def test_a_logo_is_copied_in(tmp_path, name):
    """Under a plain name, with the organisation's name as its alternative text; another one takes its place."""
    content = SVG.encode() if name.endswith("svg") else picture(name.lower())
    (tmp_path / name).write_bytes(content)
    sent(newsroom(tmp_path, Organisation(name="Rivers Alive", logo=name)), requested())
    shown = f"logo.{name[-3:].lower()}"

    assert (tmp_path / "site" / shown).read_bytes() == content
    for tree, up in ((page(tmp_path), "../"), (LexborHTMLParser((tmp_path / "site/index.html").read_text()), "")):
        logo = tree.css_first(".name img")
        assert (logo.attributes["src"], logo.attributes["alt"]) == (up + shown, "Rivers Alive")
        assert tree.css_first(".name").text().strip() == ""
    (tmp_path / "new.png").write_bytes(picture("new.png"))
    room = newsroom(tmp_path, logo="new.png", title="News")
    sent(room, requested())
    assert {path.name for path in (tmp_path / "site").glob("logo.*")} == {"logo.png"}
    assert page(tmp_path).css_first(".name").text().strip() == "News"
    assert rebuilt(room) == Rebuilt(0, 1, 0)


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("logo.svg", SVG.replace("<path", "<script>alert(1)</script><path"), "holds a script"),
        ("logo.svg", SVG.replace("<path", "<path onload = 'alert(1)'"), "holds a script"),
        ("logo.svg", "no drawing", "is no SVG"),
        ("logo.pdf", "%PDF", "is of no type"),
        ("logo.png", "text", "logo.png"),
        ("logo.png", None, "logo.png"),
    ],
)
def test_a_logo_that_cannot_be_shown_is_refused(tmp_path, name, content, told):
    if content is not None:
        (tmp_path / name).write_text(content)
    room = newsroom(tmp_path, logo=name)

    with pytest.raises(ChannelError, match=told):
        room.whoami()
    assert told in room.send(requested(), []).error
    assert not (tmp_path / "site").exists()


def test_a_logo_does_not_tell_where_it_was_taken(tmp_path):
    (tmp_path / "logo.jpg").write_bytes(from_home("logo.jpg"))
    sent(newsroom(tmp_path, logo="logo.jpg"), requested())

    assert b"Jane Doe" not in (tmp_path / "site/logo.jpg").read_bytes()


@pytest.mark.parametrize("colour", ["red", "#12", "#ggg", "#fff; } body { display: none", "rgb(0,0,0)", 7])
def test_a_colour_is_a_colour(colour):
    """Nothing else gets into the style sheet."""
    with pytest.raises(ValidationError, match="colour"):
        Settings(colours={"accent": colour})
    with pytest.raises(ValidationError, match="colour"):
        Settings(colours={"dark": {"paper": colour}})


def test_the_organisations_colours_are_the_newsrooms_but_for_its_own(tmp_path):
    organisation = Organisation(name="Us", colours={"accent": "#0b5d4e", "ink": "#111111"})
    palette = newsroom(tmp_path, organisation, colours={"accent": "#123456"}).site.palette

    assert palette.light == {"accent": "#123456", "ink": "#111111"}


@settings(max_examples=examples(400))
@given(st.dictionaries(st.sampled_from(["accent", "ink", "paper"]), colours))
def test_what_follows_from_a_colour_can_be_read(given_colours):
    """The tone that steps back, and the accent by night, are readable wherever the ink is; else a note says so."""
    palette = Palette(given_colours)
    light, dark = ({**ours, **own} for ours, own in zip((LIGHT, DARK), palette._schemes(), strict=True))
    remarks = " ".join(palette.remarks())

    assert contrast(dark["accent"], dark["paper"]) >= ENOUGH
    if contrast(light["ink"], light["paper"]) >= ENOUGH:
        assert contrast(light["quiet"], light["paper"]) >= ENOUGH
    else:
        assert "`ink`" in remarks
    assert ("`accent`" in remarks) is bool(given_colours and contrast(light["accent"], light["paper"]) < ENOUGH)


def test_a_colour_that_is_hard_to_read_is_noted(tmp_path):
    (note,) = newsroom(tmp_path, colours={"accent": "#f0c808"}).notes([requested()])

    assert note.startswith(
        "the colour `accent` (#f0c808) is hard to read on the paper (#fbfaf7) by day: a contrast of 1.5 to 1"
    )
    assert newsroom(tmp_path, colours={"accent": "#0b5d4e"}).notes([requested()]) == []


def test_a_rebuild_brings_the_new_look_to_older_pages(tmp_path):
    """A note tells of them before; then they are written, and nothing else is; a second time writes nothing."""
    requests = [requested(f"r{number}", f"2026-11-{number:02}") for number in range(1, 6)]
    sent(newsroom(tmp_path), *requests)
    (tmp_path / "site/r1/notes.pdf").write_bytes(b"ours")
    (tmp_path / "site/robots.txt").write_bytes(b"ours")
    themed(tmp_path, base_html_j2='{% extends "publish/base.html.j2" %}{% block foot %}<p id="own">x</p>{% endblock %}')
    room = newsroom(tmp_path, theme="theme")
    sent(room, requests[4])
    assert page(tmp_path, "r5").css("#own")
    assert not page(tmp_path, "r2").css("#own")
    (note,) = room.notes([requested("new")])
    assert note.startswith("4 older pages of the newsroom still look as before: `publish rebuild`")
    before = contents(tmp_path / "site")
    steps = []
    done = room.rebuild(lambda at, of: steps.append((at, of)))
    after = contents(tmp_path / "site")

    assert (done.written, done.right) == (4, 1)
    assert steps == [(number, 5) for number in range(1, 6)]
    assert {name for name in after if after[name] != before[name]} - {".publish-state.json"} == {
        f"r{number}/index.html" for number in range(1, 5)
    }
    assert room.notes([requested("new")]) == []
    assert rebuilt(room) == Rebuilt(0, 5, 0)
    assert contents(tmp_path / "site") == after


def test_a_rebuild_mends_what_was_damaged_or_removed(tmp_path):
    room = newsroom(tmp_path)
    sent(room, requested("a"), requested("b"))
    wanted = contents(tmp_path / "site")
    (tmp_path / "site/a/index.html").write_text("gone")
    (tmp_path / "site/feed.xml").unlink()

    assert rebuilt(room) == Rebuilt(1, 1, 1)
    assert {name: content for name, (content, _) in contents(tmp_path / "site").items()} == {
        name: content for name, (content, _) in wanted.items()
    }


def test_a_rebuild_gives_others_their_turn(tmp_path, monkeypatch):
    """A release that comes out in between is there afterwards, and all is as if it had been there before."""
    monkeypatch.setattr(rebuilding, "_BATCH", 2)
    sent(newsroom(tmp_path), *(requested(f"r{number}", f"2026-11-{number:02}") for number in range(1, 8)))
    room = newsroom(tmp_path, title="Another name")
    begun = threading.Event()
    publishing = threading.Thread(target=lambda: begun.wait(10) and sent(room, requested("new", "2026-11-03")))
    publishing.start()
    done = room.rebuild(lambda _done, _total: begun.set())
    publishing.join(timeout=30)

    assert done.written >= 5  # the other one may have written the pages beside its own
    assert done.written + done.right in (7, 8)
    assert "new/index.html" in (tmp_path / "site/index.html").read_text()
    assert rebuilt(room).written == 0


def test_a_rebuild_of_what_another_holds_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(rebuilding, "LOCK_WAIT", 0.05)
    room = newsroom(tmp_path)
    sent(room, requested())
    with store.locked(tmp_path / "site", 0), pytest.raises(ChannelError, match="another `publish` has been writing"):
        rebuilt(room)


def test_there_is_nothing_to_rebuild_where_nothing_stands(tmp_path):
    assert rebuilt(newsroom(tmp_path)) == Rebuilt(0, 0, 0)
    assert list(tmp_path.iterdir()) == []


def ran(folder, *words):
    command = [sys.executable, "-m", "publisher", "rebuild", *words]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False, timeout=120)


def test_the_command_says_what_it_did(tmp_path):
    """For people and machines; a channel that keeps nothing is passed over, and a mistake is told in one line."""
    (tmp_path / "channels.yaml").write_text(
        "channels:\n  newsroom: {theme: theme}\n  slack-webhook: {url: '${NOT_SET}'}\n"
    )
    sent(newsroom(tmp_path), requested())
    themed(tmp_path, page_html_j2="{{ entry.headline }}\n")
    done = ran(tmp_path)
    again = ran(tmp_path, "--json")
    themed(tmp_path, page_html_j2="{{ entry. }}")
    wrong = ran(tmp_path)
    unknown = ran(tmp_path, "--only", "website")

    assert (done.returncode, done.stdout.splitlines()[-1].split(";")[0]) == (
        0,
        "newsroom: 1 page written, 0 right already",
    )
    assert json.loads(again.stdout)["channels"][0] == {"channel": "newsroom", "written": 0, "right": 1, "others": 0}
    assert (wrong.returncode, len(wrong.stdout.splitlines())) == (1, 1)
    assert "page.html.j2:1: " in wrong.stdout
    assert (unknown.returncode, "website" in unknown.stderr) == (2, True)
