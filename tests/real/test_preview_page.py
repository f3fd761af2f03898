"""The preview as a page, in a real browser: it fits, it can be read by everybody, and it shows what would be sent."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime
from itertools import product

import pytest
from every_channel import every_channel
from real.browsing import SCHEMES, WIDTHS, browser, letters, printed_text, serving
from real.decoding import behind_titles, lines, said, words
from real.hostile import VISIBLE, hostile, marked
from real.sample_site import ARABIC, LONG_ONE, ROOT, pictures

from publisher.channels.registry import types
from publisher.cli.paging import page_of
from publisher.delivery.plan import make_plan
from publisher.delivery.timing import read_times
from publisher.documents import read
from publisher.release import parse

__all__ = ["browser"]

NOW = datetime(2026, 11, 30, 8, tzinfo=UTC)
LOOKS = list(product(WIDTHS, SCHEMES))
SAMPLES = {
    "launch": ROOT / "releases/product-launch.md",
    "report": ROOT / "releases/embargoed-report.md",
    "policy": ROOT / "releases/policy-statement.txt",
    "german": ROOT / "tests/release/fixtures/deutsch.md",
    "arabic": ARABIC,
    "long": LONG_ONE,
}
OTHER_LAYOUTS = """\
  x-thread: {type: x, layout: thread, consumer_key: k, consumer_secret: k, access_token: k, access_token_secret: k}
  discord-single: {type: discord-webhook, layout: single, url: "https://discord.com/api/webhooks/1/a"}
"""


class Previews:
    """Pages of previews in a folder, each with the plan that it shows."""

    def __init__(self, folder):
        self.folder = folder
        self.config = every_channel(OTHER_LAYOUTS)
        self.plans = {}

    def of(self, name):
        """The address of the page of a sample, or of the release that attacks."""
        file = self.folder / f"{name}.html"
        if name not in self.plans:
            release, config = self._release(name), self.config
            if name == "hostile":
                organisation = config.organisation.model_copy(update={"name": marked("organisation")})
                config = replace(config, organisation=organisation)
            self.plans[name] = plan = make_plan(release, config)
            page, _ = page_of(plan, config, read_times(release, config.organisation, NOW))
            file.write_text(page, encoding="utf-8")
        return file.as_uri()

    def _release(self, name):
        if name == "hostile":
            return hostile(self.folder)
        file = SAMPLES[name]
        if isinstance(file, str):
            pictures(self.folder)
            text, file = file, self.folder / f"{name}.md"
            file.write_text(text, encoding="utf-8")
        return parse(read(str(file)))

    def requests(self, name):
        """The type of the channel and the request of each post, by the channel's name and the post's number."""
        return {
            (each.channel.name, number): (each.channel.type, request)
            for each in self.plans[name].deliveries
            for number, request in enumerate(each.requests[: len(each.variant.posts)], start=1)
        }

    def faults(self, name, posts):
        """Where what the page shows is not what the requests say."""
        shown = {(post["channel"], post["post"]): lines(post["text"]) for post in posts}
        wire = self.requests(name)
        articles = {each.channel.name for each in self.plans[name].deliveries if each.variant.article}
        found = [f"{where}: on one side only" for where in sorted(set(shown) ^ set(wire))]
        for where in sorted(set(shown) & set(wire)):
            kind, request = wire[where]
            one, other = shown[where], said(kind, request)
            for address in behind_titles(request):
                one.remove(address)
            if where[0] in articles:
                one, other = words(one), words(other)
            if one != other:
                at = next((i for i, pair in enumerate(zip(one, other, strict=False)) if pair[0] != pair[1]), -1)
                found.append(f"{where}: shown {one[at:][:3]}, sent {other[at:][:3]}")
        return found


@pytest.fixture(scope="module")
def previews(tmp_path_factory):
    return Previews(tmp_path_factory.mktemp("previews"))


def unfold(visit):
    for box in visit.page.locator(".more input").all():
        if box.is_visible():
            box.check(force=True)


def texts(visit, *, tabs=True):
    """The posts as they are seen, tab by tab, all of each text unfolded."""
    found = []
    for tab in visit.page.locator(".tab:not(.tab-all)").all() if tabs else [None]:
        if tab:
            tab.click()
        unfold(visit)
        found += visit.ask("posts")
    return found


@pytest.mark.parametrize("name", ["launch", "arabic", "long"])
def test_the_page_fits_every_window_without_barriers(browser, previews, name):
    """Phone and desktop, light and dark, each channel: nothing too wide, nothing for axe-core to find."""
    with browser.open(previews.of(name)) as visit:
        for width, scheme in LOOKS:
            visit.show(width, scheme)
            visit.keep(f"preview-{name}-{width}-{scheme}")

            assert (width, scheme, visit.wider(), visit.barriers()) == (width, scheme, [], [])
        visit.page.locator(".tab-all").click()
        for width, scheme in LOOKS:
            visit.show(width, scheme)
            assert (width, scheme, visit.wider()) == (width, scheme, [])
            if name == "launch" and (width == "phone") == (scheme == "light"):
                assert (width, scheme, visit.barriers()) == (width, scheme, [])
        assert visit.moving() == []
        assert visit.faults() == []
    assert browser.strangers() == []


def test_every_channel_on_a_phone_fits_its_own_tab(browser, previews):
    found = {}
    with browser.open(previews.of("launch")) as visit:
        for tab in visit.page.locator(".tab:not(.tab-all)").all():
            tab.click()
            [channel] = {post["channel"] for post in visit.ask("posts")}
            found[channel] = visit.wider()

    assert {channel: wide for channel, wide in found.items() if wide} == {}
    assert set(found) >= set(types())


@pytest.mark.parametrize("name", SAMPLES)
def test_the_page_shows_what_the_requests_say(browser, previews, name):
    """Every channel: the text of each post, as it is seen in its tab, is what its network makes of the request."""
    with browser.open(previews.of(name), "desktop") as visit:
        posts = texts(visit)

        assert previews.faults(name, posts) == []
        assert {each.channel.type for each in previews.plans[name].deliveries} >= set(types())
        assert visit.faults() == []


@pytest.mark.parametrize("kind", ["x", "telegram", "slack", "discord", "matrix", "linkedin", "email", "wordpress"])
def test_a_page_that_shows_something_else_is_noticed(browser, previews, kind):
    """One word of one channel changed on the page, as it would be by a slip of the template."""
    text = (previews.folder / "launch.html").read_text("utf-8") if previews.of("launch") else ""
    begin = text.index(f'data-channel="{kind}"')
    at = text.index("CreekCheck", begin)
    assert 'data-channel="' not in text[begin + 10 : at]
    spoilt = previews.folder / "spoilt.html"
    spoilt.write_text(f"{text[:at]}CreekChec{text[at + 10 :]}", "utf-8")
    with browser.open(f"{spoilt.as_uri()}#all", "desktop") as visit:
        [fault] = previews.faults("launch", texts(visit, tabs=False))

        assert fault.startswith(f"('{kind}', 1): shown ")


def test_a_page_whose_style_or_policy_is_spoilt_is_noticed(browser, previews):
    text = (previews.folder / "launch.html").read_text("utf-8") if previews.of("launch") else ""
    spoilt = previews.folder / "spoilt.html"
    spoilt.write_text(
        text.replace("<main>", '<main><img src="https://evil.example/a.png"><p style="width: 2000px">'), "utf-8"
    )
    with browser.open(spoilt.as_uri()) as visit:
        assert "asked for https://evil.example/a.png" in visit.faults()
        assert any("Content Security Policy" in fault for fault in visit.faults())
        assert any(fault.startswith("image-alt") for fault in visit.barriers())


def test_the_keyboard_alone_reaches_every_tab_and_every_link(browser, previews):
    """Tab and Enter: each tab shows its channel and no other, and all that can be followed in it is reached next."""
    with browser.open(previews.of("launch"), "desktop") as visit:
        assert visit.unreached(looking=5) == []
        tabs = visit.page.locator(".tab:not(.tab-all)").count()
        for number in range(1, tabs + 1):
            if number > 1:
                visit.page.locator(f".tab-{number - 1}").focus()
                visit.page.keyboard.press("Tab")
            else:
                visit.page.locator(".tab-1").focus()
            assert visit.ask("place")["tab"] == str(number)
            visit.page.keyboard.press("Enter")
            assert len({post["channel"] for post in visit.ask("posts")}) == 1
            assert visit.page.locator(f".channel-{number}").is_visible()
            stops, reached = set(visit.ask("channelStops")), set()
            for _ in range(len(stops) + 40):
                visit.page.keyboard.press("Tab")
                reached.add(visit.ask("place")["stop"])
                if reached >= stops:
                    break
            assert stops - reached == set()


def test_the_keyboard_unfolds_a_text(browser, previews):
    with browser.open(previews.of("launch"), "desktop") as visit:
        visit.page.locator(".tab", has_text="linkedin").click()
        box, rest = visit.page.locator(".channel:visible .more input"), visit.page.locator(".channel:visible .rest")
        before = rest.is_visible()
        box.focus()
        visit.page.keyboard.press("Space")

        assert (before, rest.is_visible()) == (False, True)


@pytest.mark.parametrize("name", ["launch", "arabic"])
def test_the_page_needs_no_script(browser, previews, name):
    """Without it each tab shows its channel, a fold opens, and the texts are the same."""
    with browser.open(previews.of(name), "desktop", script=False) as visit:
        assert previews.faults(name, texts(visit)) == []
        assert visit.faults() == []


def test_the_page_prints_every_channel_in_full(browser, previews):
    """Whichever tab is seen: the texts of all, unfolded, and the hash."""
    with browser.open(previews.of("launch"), script=False) as visit:
        folded = r"⟨folded from here⟩\s*"
        printed = letters(re.sub(folded, "", printed_text(visit.page.pdf(format="A4"))))
        missing = [
            (where, line)
            for where, (kind, request) in previews.requests("launch").items()
            for line in said(kind, request)
            if letters(line) not in printed
        ]
        digest = visit.seen(".approval code")

        assert missing == []
        assert letters(digest) in printed
        assert visit.faults() == []


@pytest.mark.parametrize("served", [True, False], ids=["served", "opened"])
def test_hostile_text_stays_text(browser, previews, served):
    """No script runs, nothing opens, no element comes of it, and each channel shows what would be sent."""
    file = previews.of("hostile")
    with serving(previews.folder) as url, browser.open(f"{url}/hostile.html#all" if served else f"{file}#all") as visit:
        visit.page.wait_for_timeout(200)
        shown = " ".join(visit.seen().split())

        assert visit.ask("hurt") == []
        assert visit.wider() == []
        assert visit.faults() == []
        for field in ("headline", "organisation", "speaker", "alt", "boilerplate", "place", "action", "title"):
            assert f"Begin{field} {VISIBLE}" in shown
        if not served:
            assert visit.barriers() == []
    assert browser.strangers() == []
