"""A channel that may carry a release under embargo says so on top, and only one whose readers are chosen may."""

import importlib
import re
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import pytest
from every_channel import every_channel, own_types
from examples import examples
from hypothesis import HealthCheck, given, settings
from recounts.email import read as read_mail
from recounts.quotes import quote_faults
from selectolax.lexbor import LexborHTMLParser
from test_every_channel import releases

from publisher.channels.registry import build, load_type, types
from publisher.compose.model import Capabilities
from publisher.compose.notice import notice_of
from publisher.config.loading import load_config
from publisher.delivery.plan import make_plan
from publisher.documents import read
from publisher.documents.reading import read_text
from publisher.errors import PublishError
from publisher.preview.jsonform import preview_json
from publisher.preview.model import Shown
from publisher.preview.plain import plain_preview
from publisher.release import parse

NINE = datetime(2026, 12, 1, 8, tzinfo=UTC)
ROOT = Path(__file__).parents[2]
SAMPLES = sorted((ROOT / "releases").glob("*.*"))
PRINTED = """\
EMBARGOED UNTIL 9 A.M. CET, DECEMBER 1, 2026

Five Cities Ask for a Clean Harbour by 2030

(Aller)—Five cities on the Aller have written to the ministry today and ask for a plan.

“We ask for a plan with dates in it,” said Mayor Ana Ruiz.
"""


def types_with(audience):
    return [name for name in own_types() if load_type(types()[name]).capabilities.audience == audience]


CHOSEN, PUBLIC = types_with("chosen"), types_with("public")


@cache
def config(*, allow=True, layout=None):
    """Every channel; those with a chosen audience may carry what is under embargo."""
    whole = every_channel()
    more = {"embargo": "allow"} if allow else {}
    blocks = []
    for block in whole.blocks:
        layouts = load_type(types()[block.type]).capabilities.layouts
        wanted = {"layout": layout} if layout in layouts else {}
        blocks.append(replace(block, data={**block.data, **wanted, **(more if block.type in CHOSEN else {})}))
    return replace(whole, blocks=tuple(blocks))


def texts(value):
    """What people may see of a part of a request's body, in order."""
    if isinstance(value, str):
        return [value]
    if isinstance(value, dict):
        return [text for key, each in value.items() if key not in ("type", "msgtype", "format") for text in texts(each)]
    return [text for each in value for text in texts(each)] if isinstance(value, list) else []


def tops(request):
    """Each reading of a request that has a text of its own, without what marks its beginning."""
    if request.text is not None:
        message, plain, html, _ = read_mail(request)
        page = LexborHTMLParser(html)
        return [plain, page.body.text().strip(), str(message["subject"])]
    body = {key: "\n".join(texts(value)) for key, value in request.json.items()}
    shown = [body[key] for key in ("text", "blocks", "content", "embeds", "body", "formatted_body") if body.get(key)]
    return [re.sub(r"^(?:[*_\s]|<\w+>)*", "", text) for text in shown]


def bytes_of(plan):
    return {each.channel.name: [request.as_json() for request in each.requests] for each in plan.deliveries}


@pytest.mark.parametrize("layout", ["brief", "single", "thread", "article"])
@pytest.mark.parametrize("kind", CHOSEN)
@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.name)
def test_the_notice_comes_first_in_every_reading_of_the_first_request_and_in_no_other(kind, path, layout):
    release = parse(read(str(path)))
    [planned] = make_plan(release, config(layout=layout), only=[kind], embargo=NINE).deliveries
    notice = notice_of(NINE, release.language, "America/Los_Angeles")
    first, *others = planned.requests if not planned.requests[0].recipient else planned.requests[:1]

    assert "December 1, 2026 at 12:00 AM Pacific Standard Time" in notice.text
    assert len(tops(first)) > 1 or layout != "brief" or "embeds" in first.json
    for said in tops(first):
        assert said.startswith((notice.text, f"{notice.subject}: "))
    assert not [said for request in others for said in tops(request) if "EMBARGO" in said]
    assert not [line for line in (first.text or "").split("\n") if line.lower().startswith("x-")]


@settings(max_examples=examples(1_000, share=40), suppress_health_check=[HealthCheck.too_slow])
@given(releases)
def test_with_the_notice_no_post_breaks_a_rule_of_its_network(release):
    """Counted again from the outside, the notice with it; quotes stay word for word."""
    found = []
    notice = notice_of(NINE, release.language, "America/Los_Angeles").text
    for planned in make_plan(release, config(), only=CHOSEN, embargo=NINE).deliveries:
        recount = importlib.import_module(f"recounts.{planned.channel.type.replace('-', '_')}")
        posts = planned.variant.posts
        assert posts[0].text.plain.startswith(notice)
        if planned.requests[0].recipient:
            posts *= len(planned.requests)
        for request, post in zip(planned.requests, posts, strict=True):
            faults = [*recount.faults(request, post, {planned.variant.link}), *quote_faults(post, release)]
            found += [f"{planned.channel.name}: {fault}" for fault in faults]
        for said in tops(planned.requests[0]):
            assert said.startswith((notice, "EMBARGOED until ", "SPERRFRIST", "SOUS", "EMBARGADO", "SOTTO"))

    assert found == []


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.name)
def test_without_an_embargo_every_byte_is_as_if_the_channel_did_not_allow_one(path):
    """And with one, on the channels that do not allow it."""
    release = parse(read(str(path)))
    plain = bytes_of(make_plan(release, config(allow=False)))

    assert bytes_of(make_plan(release, config())) == plain
    assert bytes_of(make_plan(release, config(allow=False), embargo=NINE)) == plain
    under = bytes_of(make_plan(release, config(), embargo=NINE))
    assert {name for name in plain if under[name] != plain[name]} == set(CHOSEN)


def test_previews_show_it():
    release = parse(read(str(SAMPLES[0])))
    [planned] = make_plan(release, config(), only=[CHOSEN[0]], embargo=NINE).deliveries
    shown = [Shown(planned.variant, planned.channel.capabilities, planned.requests)]
    notice = notice_of(NINE, release.language, "America/Los_Angeles").text

    [variant] = preview_json(release, shown)["variants"]
    assert variant["posts"][0]["text"].startswith(f"{notice}\n\n")
    assert variant["posts"][0]["count"] > len(notice)
    assert notice in "\n".join(plain_preview(shown))


@pytest.mark.parametrize("kind", CHOSEN)
def test_the_releases_own_line_about_its_embargo_does_not_stand_beside_it(kind):
    release = parse(read_text(PRINTED, file="r.txt", markdown=False))
    [planned] = make_plan(release, config(), only=[kind], embargo=NINE).deliveries

    assert release.embargo
    for said in tops(planned.requests[0]):
        assert len(re.findall("EMBARGOED", said, re.IGNORECASE)) == 1


def written(kind, folder, said):
    """A channels.yaml with this one channel, and the number of the line on which `embargo` stands."""
    [block] = [block for block in every_channel().blocks if block.type == kind]
    keys = "".join(f"    {key}: {value!r}\n" for key, value in block.data.items())
    (folder / "channels.yaml").write_text(f"channels:\n  {kind}:\n{keys}    embargo: {said}\n", encoding="utf-8")
    return load_config(str(folder / "channels.yaml")), 3 + len(block.data)


@pytest.mark.parametrize("kind", PUBLIC)
def test_a_channel_that_the_public_sees_may_not_allow_it(kind, tmp_path):
    ours, line = written(kind, tmp_path, "allow")

    with pytest.raises(PublishError, match="the public reads there") as caught:
        make_plan(parse(read(str(SAMPLES[0]))), ours)
    assert str(caught.value.where).startswith(f"{ours.file}:{line}:")
    assert caught.value.hint


@pytest.mark.parametrize("kind", CHOSEN)
def test_it_is_allowed_or_not_said(kind, tmp_path):
    ours, line = written(kind, tmp_path, "refuse")

    with pytest.raises(PublishError, match="embargo") as caught:
        make_plan(parse(read(str(SAMPLES[0]))), ours)
    assert f":{line}:" in str(caught.value.where)


def test_a_type_that_says_nothing_about_its_audience_is_public():
    assert Capabilities(layouts=("single",), limits=()).audience == "public"


def test_every_channel_says_who_sees_it():
    whole = every_channel()
    public = {block.type: build(whole, block, for_sending=False).is_public for block in whole.blocks}

    assert public == {name: name in PUBLIC for name in own_types()}
    assert len(CHOSEN) > 1
