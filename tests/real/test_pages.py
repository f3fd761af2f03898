"""The newsroom in a real browser: what readers see, what keyboards reach, and that no page talks to anybody."""

from __future__ import annotations

import re
import shutil
from dataclasses import replace
from datetime import UTC, datetime
from itertools import product
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from real.browsing import SCHEMES, WIDTHS, browser, letters, printed_text, serving
from real.hostile import VISIBLE, hostile, marked
from real.sample_site import CONFIG, newsroom, publish

from publisher.config.loading import load_config

__all__ = ["browser"]

PAGES = {
    "index": "",
    "release": "creekcheck-launch/",
    "arabic": "nahr/",
    "images": "long-words/",
    "hebrew": "nahar/",
    "japanese": "kawa/",
    "statement": "state-water-board-must-stop-waiving-sewage-limits-on-the-corvane/",
}
SHOWN = {
    "index.html": ["organisation", "headline"],
    "hostile/index.html": [
        *(
            "organisation",
            "headline",
            "subheadline",
            "paragraph",
            "heading",
            "quotation",
            "item",
            "boilerplate",
            "contact",
        )
    ],
}
"""The fields that a page shows."""

LOOKS = list(product(WIDTHS, SCHEMES))


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """The folder of a newsroom with some seventy pages."""
    folder = tmp_path_factory.mktemp("newsroom")
    newsroom(folder)
    return folder / "site"


@pytest.fixture(scope="module")
def address(site):
    with serving(site) as url:
        yield url


def pages_beside(site):
    """The pages that are no release: the index with all that it goes on to."""
    slugs = {path.parent for path in site.glob("*/entry.json")}
    found = [path for path in site.rglob("*.html") if path.parent not in slugs and ".publish" not in path.parts]
    return sorted(path.relative_to(site).as_posix() for path in found)


@pytest.mark.parametrize("name", PAGES)
def test_a_page_fits_every_window_without_barriers(browser, address, name):
    """Phone and desktop, light and dark: nothing too wide, nothing for axe-core to find, nothing asked of strangers."""
    with browser.open(f"{address}/{PAGES[name]}") as visit:
        for width, scheme in LOOKS if name in ("index", "release", "arabic") else LOOKS[::3]:
            visit.show(width, scheme)
            wide, barriers = visit.wider(), visit.barriers()
            visit.keep(f"newsroom-{name}-{width}-{scheme}")

            assert (width, scheme, wide, barriers) == (width, scheme, [], [])
        assert visit.moving() == []
        assert visit.faults() == []
    assert browser.strangers() == []


def test_every_other_page_fits_as_well(browser, site, address):
    """The pages of the index and the archive, and each release: a phone and a desktop, light and dark."""
    found = {}
    beside = pages_beside(site)
    pages = [*beside, *(f"{path.parent.name}/index.html" for path in sorted(site.glob("*/entry.json"))[::9])]
    with browser.open(f"{address}/") as visit:
        for number, path in enumerate(pages):
            visit.page.goto(f"{address}/{path}")
            for width in WIDTHS:
                visit.show(width, SCHEMES[number % 2])
                found[path, width] = visit.wider()
            found[path, "barriers"] = visit.barriers() if path in beside[:3] else []

        assert {where: faults for where, faults in found.items() if faults} == {}
        assert visit.faults() == []
    assert len(pages) > 10
    assert browser.strangers() == []


def test_the_pages_work_from_the_disk(browser, site):
    """Opened as files: styles, images and links, and whatever is reached by links from the index."""
    with browser.open((site / "index.html").as_uri()) as visit:
        serif = visit.page.evaluate("getComputedStyle(document.body).maxWidth + getComputedStyle(document.body).font")
        reached = every_link(visit)
        asked = set(visit.asked)

        assert "serif" in serif or "sans" in serif
        assert visit.faults() == []
    assert {url.partition(":")[0] for url in asked} == {"file"}
    assert {path.parent.name for path in site.glob("*/entry.json")} <= reached


def every_link(visit):
    """Follow the links to pages, of the short releases to some. Returns the names of the folders that they lead to."""
    waiting, seen, folders = [visit.page.url], set(), set()
    while waiting and len(seen) < 400:
        page = waiting.pop()
        if page in seen or re.search(r"/reading-\d+[1-9]-", page):
            continue
        seen.add(page)
        visit.page.goto(page)
        assert visit.ask("broken") == [], page
        links = visit.ask("links")
        folders |= {link.rsplit("/", 2)[1] for link in links if link.startswith("file:")}
        waiting += [link for link in links if link.startswith("file:") and link.endswith(".html")]
        gone = [link for link in links if link.startswith("file:") and not on_disk(link).exists()]
        assert gone == [], page
    return folders


def on_disk(url):
    return Path(unquote(urlsplit(url).path))


@pytest.mark.parametrize("name", ["index", "release", "arabic"])
def test_the_tab_key_reaches_every_link_and_shows_where_it_is(browser, address, name):
    with browser.open(f"{address}/{PAGES[name]}", "desktop") as visit:
        assert visit.unreached(looking=8 if name == "index" else 1) == []
        visit.page.keyboard.press("Shift+Tab")
        visit.page.goto(f"{address}/{PAGES[name]}")
        visit.page.keyboard.press("Tab")  # the first stop leads past the head of the page
        visit.page.keyboard.press("Enter")

        assert visit.page.url.endswith("#content")


@pytest.mark.parametrize("name", ["index", "release", "arabic", "hebrew"])
def test_a_page_needs_no_script(browser, address, name):
    with (
        browser.open(f"{address}/{PAGES[name]}") as scripted,
        browser.open(f"{address}/{PAGES[name]}", script=False) as plain,
    ):
        assert plain.seen() == scripted.seen()
        assert plain.faults() == []


@pytest.mark.parametrize("name", ["index", "release", "statement", "images"])
def test_a_page_prints_with_all_of_its_text(browser, address, name):
    with browser.open(f"{address}/{PAGES[name]}", script=False) as visit:
        # A document holds its signs as they are drawn: other directions turned round, and what no font has, not at all.
        said = [line for line in visit.ask("reading") if not re.search(r"[\u0590-\u08ff\u3000-\uffee]", line)]
        addresses = r"\(https?:[^)]*\)"  # which stand behind links in print alone
        printed = letters(re.sub(addresses, "", printed_text(visit.page.pdf(format="A4"))))

        assert len(said) >= 5
        assert [line for line in said if letters(line) not in printed] == []
        assert visit.faults() == []


@pytest.fixture(scope="module")
def attacked(tmp_path_factory):
    """A newsroom with one release, which attacks its readers, of an organisation whose name does so, too."""
    folder = tmp_path_factory.mktemp("attacked")
    file = folder / "channels.yaml"
    file.write_text(CONFIG.format(folder="site", base_url="https://newsroom.rivers.example.org"), encoding="utf-8")
    config = load_config(str(file))
    organisation = config.organisation.model_copy(update={"name": marked("organisation")})
    config = replace(config, organisation=organisation)
    publish(config, hostile(folder), datetime(2026, 11, 12, 9, tzinfo=UTC))
    return folder / "site"


@pytest.mark.parametrize("page", ["index.html", "hostile/index.html"])
@pytest.mark.parametrize("served", [True, False], ids=["served", "opened"])
def test_hostile_text_stays_text(browser, attacked, page, served):
    """No script runs, nothing opens, no element comes of it, and the text is there to be read."""
    with serving(attacked) as url:
        start = url if served else attacked.as_uri()
        with browser.open(f"{start}/{page}") as visit:
            visit.page.wait_for_timeout(200)
            shown = visit.seen()

            assert visit.ask("hurt") == []
            assert visit.faults() == []
            assert [name for name in SHOWN[page] if f"Begin{name} {VISIBLE}" not in " ".join(shown.split())] == []
    assert browser.strangers() == []


def test_an_attack_that_gets_through_is_noticed(browser, tmp_path):
    """The same page with one attack as markup, and without the policy that would stop it."""
    (tmp_path / "index.html").write_text(
        "<!doctype html><html lang=en><title>t</title><body>"
        '<p style="width: 900px">wide</p><script>window.hurt = alert("hurt")</script><img src=x onerror="">'
        '<img src="https://evil.example/pixel.png"><a href="#a" style="outline: none">a</a>'
    )
    with serving(tmp_path) as url, browser.open(f"{url}/") as visit:
        faults = visit.faults()

        assert visit.ask("hurt") != []
        assert visit.wider() != []
        assert visit.barriers() != []
        assert visit.unreached(looking=1) == ["focus not to be seen: a"]
        assert "dialog: hurt" in faults
        assert "asked for https://evil.example/pixel.png" in faults
    assert any("evil.example" in line for line in browser.strangers())


def test_what_a_page_may_not_do_is_noticed(browser, site, tmp_path):
    """A copy of the newsroom whose style sheet and policy somebody has spoilt."""
    copy = tmp_path / "site"
    shutil.copytree(site, copy)
    page = copy / "creekcheck-launch/index.html"
    text = page.read_text(encoding="utf-8")
    page.write_text(text.replace("</article>", '<p style="color: #fafafa">Faint</p></article>'), encoding="utf-8")
    style = copy / "style.css"
    faint = "\n:root { --quiet: #ccc }\n.skip { display: none }\na:focus-visible { outline: none }\n"
    style.write_text(style.read_text(encoding="utf-8") + faint, encoding="utf-8")
    with serving(copy) as url, browser.open(f"{url}/creekcheck-launch/", "desktop") as visit:
        assert any("Content Security Policy" in line for line in visit.faults())
        assert any(line.startswith("color-contrast") for line in visit.barriers())
        assert any(line.startswith("focus not to be seen") for line in visit.unreached(looking=1))
