"""A release, a draft of it, and what a template writes of it or is refused for."""

from datetime import date

import pytest

from publisher.compose.draft import Draft
from publisher.compose.templates import load_template, posts
from publisher.documents.model import Block
from publisher.errors import PublishError
from publisher.release.model import Contact, Dateline, Quote, Release
from publisher.text.rich import RichText, as_rich

ADDRESS = "https://news.rivers.example/open-letter/"
RELEASE = Release(
    file="releases/letter.md",
    headline="Five Cities Ask for a Clean River by 2030",
    slug="open-letter",
    lede="Five cities on the Aller have written to the ministry today. They ask for a plan.",
    dateline=Dateline("ALLER", date(2026, 5, 4)),
    body=(Block("paragraph", as_rich("First paragraph.")), Block("item", as_rich("an item"))),
    quotes=(
        Quote(("The river carries what we throw in,", "and it has enough. We ask for dates,"), "Ana Ruiz", "mayor"),
        Quote(("A plan without dates is a <wish> & no plan.",), "Tom Beck"),
    ),
    actions=("a plan by June", "a gauge in every city"),
    actions_intro="The cities ask for:",
    contacts=(Contact("Priya Lindqvist", "press@rivers.example", None),),
)
MAYOR = "“The river carries what we throw in, and it has enough. We ask for dates.”\n— Ana Ruiz (@ana), mayor"
FISHER = "“A plan without dates is a <wish> & no plan.”\n— Tom Beck"


def draft(release=RELEASE, most=280):
    def fits(text: RichText) -> bool:
        return len(text.plain) <= most

    return Draft(
        release=release,
        sections=(),
        fits=fits,
        opening_fits=fits,
        address=ADDRESS,
        hashtags=("#CleanWater", "#Aller"),
        handles={"Ana Ruiz": "@ana"},
    )


def written(source, release=RELEASE, most=280):
    return [post.plain for post in posts(load_template(source, "templates/x.txt"), draft(release, most))]


def refusal(source, release=RELEASE):
    with pytest.raises(PublishError) as caught:
        written(source, release)
    message = str(caught.value)
    assert "\n" not in message
    assert message.startswith("templates/x.txt")
    return message.removeprefix("templates/x.txt:")
