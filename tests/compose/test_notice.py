"""What stands on top of a release under embargo: the words, and that nothing moves, cuts or drops them."""

import re
from collections import defaultdict
from dataclasses import replace
from datetime import UTC, datetime
from typing import get_args
from zoneinfo import ZoneInfo, available_timezones

import pytest
from examples import examples
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from test_every_channel import releases

from publisher.compose.composing import Wishes, compose
from publisher.compose.model import Capabilities, ImageRules, Limit, Section, joined
from publisher.compose.notice import notice_of
from publisher.compose.templates import load_template
from publisher.errors import PublishError
from publisher.release.model import Media, Release
from publisher.text.counting import graphemes

NINE = datetime(2026, 12, 1, 8, tzinfo=UTC)
NOTICE = notice_of(NINE, "en", "Europe/Berlin")
PNG = ImageRules(("image/png",), most_bytes=1_000_000)
RELEASE = Release(file="r.md", headline="Five Cities Ask for a Clean River", slug="river", lede="They have written.")


@pytest.mark.parametrize(
    ("language", "text", "subject"),
    [
        (
            "en",
            "EMBARGOED until Tuesday, December 1, 2026 at 9:00 AM Central European Standard Time",
            "EMBARGOED until Dec 1, 2026, 9:00 AM CET",
        ),
        (
            "en-GB",
            "EMBARGOED until Tuesday, 1 December 2026 at 09:00 Central European Standard Time",
            "EMBARGOED until 1 Dec 2026, 09:00 CET",
        ),
        (
            "de",
            "SPERRFRIST bis Dienstag, 1. Dezember 2026, 09:00 Uhr (Mitteleuropäische Normalzeit)",
            "SPERRFRIST bis 01.12.2026, 09:00 Uhr MEZ",
        ),
        (
            "fr",
            "SOUS EMBARGO jusqu’au mardi 1 décembre 2026 à 09:00 (heure normale d’Europe centrale)",
            "SOUS EMBARGO jusqu’au 1 déc. 2026, 09:00 CET",
        ),
        (
            "es",
            "EMBARGADO hasta el martes, 1 de diciembre de 2026, 9:00 (hora estándar de Europa central)",
            "EMBARGADO hasta el 1 dic 2026, 9:00 CET",
        ),
        (
            "it",
            "SOTTO EMBARGO fino alle ore 09:00 di martedì 1 dicembre 2026 (Ora standard dell’Europa centrale)",
            "SOTTO EMBARGO fino alle ore 09:00 CET, 1 dic 2026",
        ),
    ],
)
def test_the_notice_is_in_the_language_of_the_release_and_as_its_region_writes_a_date(language, text, subject):
    notice = notice_of(NINE, language, "Europe/Berlin")

    assert (notice.text, notice.subject) == (text, subject)


def test_an_austrian_january_has_its_own_name():
    assert "1. Jänner 2027" in notice_of(datetime(2027, 1, 1, 8, tzinfo=UTC), "de-AT", "Europe/Vienna").text


@pytest.mark.parametrize("language", ["", "xx", "pt-BR", "ar", "zz-!!", "en-ZZ", "en_US", "EN"])
def test_a_language_without_words_here_has_english_ones(language):
    assert notice_of(NINE, language, "Europe/Berlin") == NOTICE


@pytest.mark.parametrize(
    ("zone", "month", "text", "subject"),
    [
        ("America/New_York", 7, "4:00 AM Eastern Daylight Time", "4:00 AM EDT"),
        ("Europe/Dublin", 1, "8:00 AM Greenwich Mean Time", "8:00 AM GMT"),
        ("Europe/Dublin", 7, "9:00 AM Irish Standard Time", "9:00 AM GMT+01:00"),
        ("Asia/Kathmandu", 1, "1:45 PM Nepal Time", "1:45 PM GMT+05:45"),
        ("Asia/Kolkata", 1, "1:30 PM India Standard Time", "1:30 PM GMT+05:30"),
        ("Europe/Kyiv", 7, "11:00 AM Eastern European Summer Time", "11:00 AM EEST"),
        ("Australia/Lord_Howe", 1, "7:00 PM Lord Howe Daylight Time", "7:00 PM GMT+11:00"),
        ("Asia/Manila", 1, "4:00 PM Philippine Standard Time", "4:00 PM GMT+08:00"),
        ("Africa/Casablanca", 1, "9:00 AM GMT+01:00", "9:00 AM GMT+01:00"),
        ("UTC", 1, "8:00 AM Coordinated Universal Time", "8:00 AM UTC"),
    ],
)
def test_the_time_is_said_in_the_organisations_zone_by_the_name_that_it_has_then(zone, month, text, subject):
    notice = notice_of(datetime(2026, month, 15, 8, tzinfo=UTC), "en", zone)

    assert notice.text.endswith(text)
    assert notice.subject.endswith(subject)


def test_an_hour_that_comes_twice_is_told_apart():
    first, second = (notice_of(datetime(2026, 10, 25, hour, 30, tzinfo=UTC), "en", "Europe/Berlin") for hour in (0, 1))

    assert first.text.endswith("2:30 AM Central European Summer Time")
    assert second.text.endswith("2:30 AM Central European Standard Time")
    assert first.subject.replace("CEST", "CET") == second.subject


def test_seconds_are_said_where_there_are_some():
    assert "9:00:30 AM" in notice_of(NINE.replace(second=30), "en", "Europe/Berlin").text


def test_one_name_means_one_offset_whatever_the_zone():
    """Else somebody would read another hour than the embargo's."""
    offsets = defaultdict(set)
    for zone in sorted(available_timezones() - {"localtime", "Factory"}):
        for month in (1, 7):
            at = datetime(2027, month, 15, 8, tzinfo=UTC)
            notice = notice_of(at, "en", zone)
            offset = at.astimezone(ZoneInfo(zone)).utcoffset()
            for words in (notice.text, notice.subject):
                offsets[re.split(r"[AP]M ", words)[1]].add(offset)

    assert len(offsets) > 100
    assert {name: found for name, found in offsets.items() if len(found) > 1} == {}


@pytest.mark.parametrize("language", ["en", "de", "fr-CA", "es-MX", "it"])
def test_every_zone_has_words_in_every_language(language):
    for zone in sorted(available_timezones() - {"localtime", "Factory"}):
        notice = notice_of(NINE, language, zone)

        assert "\n" not in notice.text
        assert not re.search("[\u00a0\u202f\u2205{}]", notice.text + notice.subject)


def can(*layouts, most, **more):
    return Capabilities(layouts=layouts, limits=(Limit(most, "graphemes", graphemes),), **more)


TEMPLATES = [
    "{{ release.headline | shorten(30) }}",
    "{{ link }}\n---\n{% for said in release.quotes %}{{ said.text }}\n---\n{% endfor %}fin",
    "---\nEMBARGO\n---\n{{ release.lede }}",
]
wishes = st.builds(
    Wishes,
    channel=st.just("list"),
    type=st.just("list"),
    layout=st.sampled_from([None, "single", "thread", "brief", "article"]),
    sections=st.none() | st.lists(st.sampled_from(get_args(Section)), min_size=1, max_size=9).map(tuple),
    hashtags=st.lists(st.sampled_from(["River", "Öl"]), max_size=2).map(tuple),
    numbering=st.booleans(),
    link_card=st.none() | st.booleans(),
    template=st.none() | st.sampled_from([load_template(source, "t.txt") for source in TEMPLATES]),
    notice=st.sampled_from([notice_of(NINE, code, "Europe/Berlin") for code in ("en", "de", "it")]),
)
variants = st.just({}) | st.dictionaries(
    st.just("list"),
    st.sampled_from(["Our own words.", "x" * 400, "a\n\nb", {"sections": ["lede"]}, {"layout": "thread"}]),
)


able = st.builds(
    lambda most, images, card: can(
        "brief", "single", "thread", "article", most=most, media_max=images, images=PNG, card=card
    ),
    st.integers(60, 700) | st.just(5_000),
    st.sampled_from([0, 1, 4]),
    st.booleans(),
)


@settings(max_examples=examples(1_000, share=10), suppress_health_check=[HealthCheck.too_slow])
@given(releases, wishes, variants, able)
def test_the_notice_stands_whole_on_top_of_the_first_post_or_nothing_is_composed(release, asked, own, able):
    """Whatever the release, the layout, the sections, a text of one's own or a template say."""
    most = able.limits[0].most
    release = replace(release, variants=own)
    try:
        variant = compose(release, able, asked, "https://news.rivers.example/river/")
    except PublishError:
        return

    first = variant.posts[0]
    assert variant.notice == asked.notice
    assert first.text.plain == asked.notice.text or first.text.plain.startswith(f"{asked.notice.text}\n\n")
    assert first.text.spans[0].bold
    assert all(graphemes(post.text) <= most for post in variant.posts)
    assert sum(asked.notice.text in post.text.plain for post in variant.posts) == 1
    if variant.article is None:
        assert [part.section for post in variant.posts for part in post.parts].count("notice") == 1
        assert first.parts[0].section == "notice"
        assert all(post.text.plain == joined(post.parts).plain for post in variant.posts)


def test_it_is_counted_where_room_is_short():
    """The headline is shortened for it, and not the notice."""
    variant = compose(RELEASE, can("single", most=len(NOTICE.text) + 20), Wishes("l", "l", notice=NOTICE))

    assert variant.posts[0].text.plain == f"{NOTICE.text}\n\nFive Cities Ask…"


@pytest.mark.parametrize("most", [50, len(NOTICE.text), len(NOTICE.text) + 2])
def test_a_post_without_room_for_it_is_refused(most):
    with pytest.raises(PublishError, match="embargo notice") as caught:
        compose(RELEASE, can("brief", "thread", most=most), Wishes("list", "list", notice=NOTICE))

    assert caught.value.hint


@pytest.mark.parametrize(
    ("release", "asked"),
    [
        (replace(RELEASE, variants={"list": "x" * 90}), {}),
        (RELEASE, {"template": load_template("x" * 90, "t.txt")}),
        (replace(RELEASE, headline="x" * 90), {"layout": "article"}),
    ],
    ids=["own text", "template", "article"],
)
def test_a_text_that_fits_only_without_it_is_refused(release, asked):
    able = can("brief", "article", most=100)

    assert compose(release, able, Wishes("list", "list", **asked))
    with pytest.raises(PublishError):
        compose(release, able, Wishes("list", "list", notice=NOTICE, **asked))


def test_only_the_first_post_of_a_thread_is_shorter_for_it():
    """The others have the whole of their limit, images or not."""
    release = replace(RELEASE, actions=("x" * 118,), media=(Media("a.png", "A river"),))
    able = can("thread", most=120, media_max=1, images=PNG)
    variant = compose(release, able, Wishes("l", "l", sections=("headline", "actions"), notice=NOTICE))

    assert [post.text.plain.partition("\n")[0] for post in variant.posts] == [NOTICE.text, "• " + "x" * 118]
    assert variant.posts[0].media


def test_a_link_to_a_page_that_is_not_there_yet_is_named():
    """One of the release's own may well be there."""
    able, ours, page = can("brief", most=900), Wishes("l", "l", notice=NOTICE), "https://news.rivers.example/river/"

    assert any("not there before the embargo ends" in each for each in compose(RELEASE, able, ours, page).warnings)
    assert compose(replace(RELEASE, link=page), able, ours, page).warnings == ()
    assert compose(RELEASE, able, replace(ours, notice=None), page).warnings == ()
