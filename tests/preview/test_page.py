"""The preview as a page: the posts word for word, links that get there, and nothing that asks for anything outside."""

import hashlib
import re
from base64 import b64decode, b64encode
from dataclasses import replace
from functools import cache
from io import BytesIO
from pathlib import Path

import pytest
from every_channel import every_channel, own_types, plan_for_every_channel
from examples import examples
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image, ImageFilter
from selectolax.lexbor import LexborHTMLParser

from publisher.channels.look import NEUTRAL, Fold, Look
from publisher.cli.shown import shown_of
from publisher.compose.quoted import quotes_said
from publisher.delivery.approval import plan_digest
from publisher.delivery.plan import make_plan
from publisher.documents import read
from publisher.documents.model import Block, Finding
from publisher.preview.page import Column, Occasion, page_html
from publisher.preview.page.html import initials
from publisher.release import parse
from publisher.release.model import Contact, Dateline, Media, Quote, Release
from publisher.text.html import clean
from publisher.text.rich import as_rich

ROOT = Path(__file__).parents[2]
SAMPLES = sorted((ROOT / "releases").glob("*.*"))
FRONT = '"><script>alert(1)</script>]]>{{7*7}}</style></textarea><!--'


@cache
def config():
    return every_channel()


def columns_of(plan):
    return [
        Column(shown, each.channel.byline(), each.channel.permalink(plan.release.slug))
        for shown, each in zip(shown_of(plan), plan.deliveries, strict=True)
    ]


def page_of(release, only=(), **more):
    plan = make_plan(release, config(), only=only)
    occasion = Occasion(
        **{"digest": plan_digest(plan), "sender": "Corvane Rivers Alliance", "notes": plan.notes, **more}
    )
    return page_html(plan.release, columns_of(plan), occasion), plan


def sample(name="product-launch.md"):
    return parse(read(str(ROOT / "releases" / name)))


def texts(html):
    """The text of each post in the page, by its channel and number."""
    tree = LexborHTMLParser(html)
    found = {}
    for node in tree.css("[data-text]"):
        for figure in node.css("figure"):
            figure.decompose()
        found[node.attributes["data-channel"], int(node.attributes["data-post"])] = node.text(deep=True)
    return found


def wanted(plan):
    return {
        (each.channel.name, number): clean(post.text.plain)
        for each in plan.deliveries
        for number, post in enumerate(each.variant.posts, start=1)
    }


def outside(html):
    """Whatever in a page could run, load something or change how it looks: nothing should."""
    tree = LexborHTMLParser(html)
    found = [node.tag for node in tree.css("script, iframe, object, embed, link, base, form, img, video, audio, font")]
    for node in tree.css("*"):
        for name, value in node.attributes.items():
            if name.startswith("on") or name in {"style", "src", "srcset", "background", "ping", "action", "srcdoc"}:
                found.append(f"{node.tag} {name}")
            elif name in {"href", "xlink:href"} and not re.match(r"#|data:image/", value or ""):
                kept = node.tag == "a" and re.match(r"(?:https?|mailto):", value or "", re.IGNORECASE)
                if not (kept and "noreferrer" in node.attributes["rel"]):
                    found.append(f"{node.tag} {name}={value}")
    return found


def broken(html):
    """Links within the page that lead nowhere, and ids that two elements have."""
    tree = LexborHTMLParser(html)
    ids = [node.attributes["id"] for node in tree.css("[id]")]
    links = [node.attributes["href"] for node in tree.css("[href^='#']")]
    named = [f"#{node.attributes['aria-labelledby']}" for node in tree.css("[aria-labelledby]")]
    return [each for each in (*links, *named) if each[1:] not in ids] + [each for each in ids if ids.count(each) > 1]


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.name)
def test_every_post_of_every_channel_stands_in_the_page_as_it_is_sent(path):
    html, plan = page_of(parse(read(str(path))))

    assert texts(html) == wanted(plan)
    assert {channel for channel, _ in texts(html)} == set(own_types())


hostile = st.sampled_from(
    [
        FRONT,
        "{% raw %}{{7*7}}",
        "&lt;b&gt;&amp;amp;",
        "\x00\x07\x1b[31m\x7f\x85",
        "\r\n\v\f\u2028\u2029",
        "\ufffe",
        "\u202e dlrow",
        "javascript:alert(1)",
        "https://rivers.example.org/a?b=1&c=%22",
        "' onmouseover='alert(1)",
        "Zoë said: “We go on.”",
        "漢字かな",
        "👩‍👩‍👧‍👦",
        "#Tag @name",
    ]
)
words = st.lists(hostile | st.text(st.sampled_from("ab <>&\"'\n "), max_size=20), min_size=1, max_size=4).map(" ".join)
blocks = st.builds(
    Block,
    kind=st.sampled_from(["heading", "paragraph", "item", "quotation", "image", "rule"]),
    text=words.map(as_rich),
    ordered=st.booleans(),
    src=st.sampled_from(["", "none.png", "https://rivers.example.org/a.png"]),
    alt=st.none() | words,
)
quotes = st.builds(Quote, pieces=st.lists(words, min_size=1, max_size=2).map(tuple), speaker=words, title=words)
releases = st.builds(
    Release,
    file=words | st.just("caf\udce9.md"),
    headline=words,
    slug=st.just("r"),
    language=st.sampled_from(["en", "ar", 'x"><script>', ""]),
    subheadline=st.none() | words,
    dateline=st.none() | st.builds(Dateline, place=words),
    lede=st.none() | words,
    body=st.lists(blocks, max_size=6).map(tuple),
    quotes=st.lists(quotes, max_size=3).map(tuple),
    actions=st.lists(words, max_size=3).map(tuple),
    actions_intro=st.none() | words,
    boilerplate=st.none() | words,
    contacts=st.lists(st.builds(Contact, name=words, email=words, phone=words), max_size=2).map(tuple),
    media=st.lists(st.builds(Media, path=st.just("none.png"), alt=st.none() | words), max_size=2).map(tuple),
    findings=st.lists(
        st.builds(Finding, rule=words, what=words, advice=words, severity=st.sampled_from(["error", "warning"])),
        max_size=2,
    ).map(tuple),
)


@settings(max_examples=examples(400, share=20), suppress_health_check=[HealthCheck.too_slow])
@given(releases, words)
def test_whatever_a_release_says_stays_text(release, said):
    """In every field: nothing runs, nothing loads, each link gets there, and each post stands there word for word."""
    html, plan = page_of(release, sender=said, goes_out=said, embargo=said, held=said, skipped=(said,), notes=(said,))

    assert outside(html) == []
    assert broken(html) == []
    assert texts(html) == wanted(plan)
    assert html.encode().decode() == clean(html)


def test_nothing_of_a_template_is_worked_out_in_what_a_release_says():
    release = replace(sample(), headline=f"Headline {FRONT}")
    html, _ = page_of(release)
    tree = LexborHTMLParser(html)

    assert tree.css_first("h1").text() == release.headline
    assert tree.css_first("title").text() == f"Preview: {release.headline}"
    assert "Headline &#34;&gt;&lt;script&gt;" in html


def test_its_policy_allows_its_own_style_and_images_inside_it_alone():
    html, _ = page_of(sample())
    tree = LexborHTMLParser(html)
    [policy] = [node for node in tree.css("meta") if node.attributes.get("http-equiv") == "Content-Security-Policy"]
    digest = b64encode(hashlib.sha256(tree.css_first("style").text().encode()).digest()).decode()

    assert f"default-src 'none'; img-src data:; style-src 'sha256-{digest}'" in policy.attributes["content"]
    assert [node.attributes["content"] for node in tree.css("meta[name=referrer]")] == ["no-referrer"]
    assert "noindex" in tree.css_first("meta[name=robots]").attributes["content"]
    assert "url(" not in tree.css_first("style").text()


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.name)
def test_each_quote_leads_to_every_post_that_says_it_and_back(path):
    html, plan = page_of(parse(read(str(path))))
    tree = LexborHTMLParser(html)
    posts = {
        (channel, number): post
        for channel, each in enumerate(plan.deliveries, start=1)
        for number, post in enumerate(each.variant.posts, start=1)
    }

    assert broken(html) == []
    for number in range(len(plan.release.quotes)):
        quote = tree.css_first(f"#quote-{number + 1}")
        there = {tuple(map(int, a.attributes["href"].split("-")[1:])) for a in quote.css("a[href^='#post-']")}
        assert there == {at for at, post in posts.items() if number in quotes_said(plan.release, post.text.plain)}
        for channel, post in there:
            back = f"#quote-{number + 1}-{channel}"
            assert tree.css_first(f"#post-{channel}-{post} a[href='{back}']")
            assert f"in-{channel}" in quote.css_first(back).attributes["class"].split()
            assert f"in-{channel}" in tree.css_first(f"#post-{channel}-{post}").attributes["class"].split()


def test_a_quote_that_no_post_has_says_so():
    plan = plan_for_every_channel(sample(), config())
    lost = Quote(("Nobody will ever read these words anywhere else.",), "Ana Ruiz")
    release = replace(plan.release, quotes=(*plan.release.quotes, lost))
    tree = LexborHTMLParser(page_html(release, columns_of(plan), Occasion("0" * 64)))
    unused = [quote.attributes["id"] for quote in tree.css(".quote") if "Used in no post." in quote.text()]

    assert unused == [f"quote-{len(release.quotes)}"]


def test_a_plan_gives_the_same_bytes_each_time():
    assert page_of(sample())[0] == page_of(sample())[0]


def test_errors_come_first_each_with_its_advice():
    findings = (
        Finding("a", "Thursday is no Friday", "correct the day", line=3),
        Finding("b", "[insert name] is left", "write the name", severity="error"),
    )
    html, _ = page_of(replace(sample(), findings=findings), held="the embargo ends later")
    shown = [node.text().strip() for node in LexborHTMLParser(html).css(".review .what, .review .advice")]

    assert shown[:5] == [
        "The embargo ends later.",
        "[insert name] is left",
        "write the name",
        "Thursday is no Friday line 3",
        "correct the day",
    ]


def test_the_hash_that_an_approval_names_stands_at_the_end():
    html, plan = page_of(sample())
    tree = LexborHTMLParser(html)

    assert tree.css_first("footer code").text() == plan_digest(plan)
    assert "product-launch.md" in tree.css_first("footer").text()


def test_an_embargo_stands_above_everything():
    html, _ = page_of(sample(), embargo="Tuesday, 1 December 2026, 09:00 CET")
    top = LexborHTMLParser(html).css_first("header").text().strip()

    assert top.startswith("Under embargo until Tuesday, 1 December 2026, 09:00 CET")


def test_a_text_is_folded_where_the_network_folds_it_and_all_of_it_is_there():
    html, plan = page_of(sample())
    [planned] = [each for each in plan.deliveries if each.channel.type == "linkedin"]
    text = planned.variant.posts[0].text.plain
    node = LexborHTMLParser(html).css_first("[data-channel=linkedin]")

    rest = node.css_first(".rest").text()
    assert text.endswith(rest)
    assert planned.channel.look.fold.at(text) == len(text) - len(rest)
    assert "…more" in node.next.next.text()


def test_a_channel_that_says_nothing_of_its_looks_has_a_plain_post():
    plan = plan_for_every_channel(sample(), config())
    shown = [replace(column, shown=replace(column.shown, look=NEUTRAL)) for column in columns_of(plan)]
    html = page_html(plan.release, shown, Occasion("0" * 64))

    assert texts(html) == wanted(plan)
    assert broken(html) == []


def test_no_channel_slips_a_rule_of_its_own_into_the_style():
    plan = plan_for_every_channel(sample(), config())
    look = Look(accent=("red } body { display: none", "#00000g"))
    html = page_html(
        plan.release,
        [replace(column, shown=replace(column.shown, look=look)) for column in columns_of(plan)],
        Occasion("0" * 64),
    )

    assert f".look-1 {{ --light: {NEUTRAL.accent[0]}; --dark: {NEUTRAL.accent[1]} }}" in html
    assert "red }" not in html


def test_a_fold_within_a_link_moves_before_it():
    from publisher.preview.page.text import halves
    from publisher.text.rich import link

    text = as_rich("See ") + link("https://rivers.example.org/a/b/c")

    assert [half.plain for half in halves(text, Fold(1, "more", columns=12))] == ["See ", text.plain[4:]]
    assert halves(link("https://rivers.example.org/a/b/c"), Fold(1, "more", columns=12))[1] is None


def test_images_are_inside_once_made_smaller_and_without_what_they_tell(tmp_path):
    exif = Image.Exif()
    exif[271] = "SECRET CAMERA"
    Image.effect_noise((1600, 1200), 90).convert("RGB").save(tmp_path / "river.jpg", exif=exif, quality=95)
    (tmp_path / "r.md").write_text("# The River Is Clean\n\nText.\n\n![Two boats](river.jpg)\n", encoding="utf-8")
    html, _ = page_of(parse(read(str(tmp_path / "r.md"))), only=["bluesky", "newsroom"])
    tree = LexborHTMLParser(html)
    [image] = tree.css("image")
    content = b64decode(image.attributes["href"].partition(",")[2])

    assert max(Image.open(BytesIO(content)).size) <= 1200
    assert len(content) <= 200_000
    assert b"SECRET" not in content
    assert {node.attributes["aria-label"] for node in tree.css("svg.image")} == {"Two boats"}
    assert all("Two boats" in node.text() for node in tree.css("figure"))


def test_the_more_images_there_are_the_smaller_each_is(tmp_path, monkeypatch):
    """So that a page with many still goes into a mail."""
    monkeypatch.setattr("publisher.preview.page.pictures._ALL_BYTES", 200_000)
    for number in range(3):
        noise = Image.effect_noise((900, 700), 60 + number).filter(ImageFilter.GaussianBlur(1))
        noise.convert("RGB").save(tmp_path / f"{number}.jpg", quality=95)
    lines = "\n\n".join(f"![Boat {number}]({number}.jpg)" for number in range(3))
    (tmp_path / "r.md").write_text(f"# The River Is Clean\n\nText.\n\n{lines}\n", encoding="utf-8")
    html, _ = page_of(parse(read(str(tmp_path / "r.md"))), only=["newsroom"])
    sizes = [
        len(b64decode(image.attributes["href"].partition(",")[2])) for image in LexborHTMLParser(html).css("image")
    ]

    assert len(sizes) == 3
    assert max(sizes) <= 200_000 // 3
    assert min((tmp_path / f"{number}.jpg").stat().st_size for number in range(3)) > 200_000 // 3


def test_an_image_that_is_not_there_and_one_without_a_description_say_so(tmp_path):
    (tmp_path / "r.md").write_text("# The River Is Clean\n\nText.\n\n![](lost.png)\n", encoding="utf-8")
    html, _ = page_of(replace(parse(read(str(tmp_path / "r.md"))), media=(Media("lost.png", None),)))
    figure = LexborHTMLParser(html).css_first("figure").text()

    assert "lost.png" in figure
    assert "No image to show" in figure
    assert "Nobody has described this image" in figure


def test_a_mail_shows_its_own_head():
    html, plan = page_of(sample())
    [planned] = [each for each in plan.deliveries if each.channel.type == "email"]
    head = LexborHTMLParser(html).css_first("[data-channel=email]").parent.parent.parent.css_first(".head").text()

    assert plan.release.headline in head
    assert planned.requests[0].recipient in head


@pytest.mark.parametrize(
    ("name", "letters"),
    [("Corvane Rivers Alliance", "CA"), ("Ökumene", "Ö"), ("", ""), ("—", ""), ("the league of cities", "TC")],
)
def test_initials_stand_for_a_picture(name, letters):
    assert initials(name) == letters
