"""Which post gets which card. Cards never change a text, and never take the place of the release's own images."""

from dataclasses import replace

import pytest

from publisher.compose.composing import Wishes, compose
from publisher.compose.model import Capabilities, ImageRules, Limit
from publisher.compose.templates import load_template
from publisher.release.model import Media, Quote, Release
from publisher.text.counting import code_points

PNG = ImageRules(("image/png",), most_bytes=1_000_000)
ADDRESS = "https://news.rivers.example/open-letter/"
MAYOR = Quote(("The river carries what we throw into it, and it has carried enough.",), "Ana Ruiz", "mayor of Aller")
FISHER = Quote(("A plan without dates is a wish.",), "Tom Beck")
RELEASE = Release(
    "releases/letter.md", "Five Cities Ask for a Clean River", "open-letter", quotes=(MAYOR, FISHER), lede="They wrote."
)


class Deck:
    """Cards whose files are called as what they show."""

    def __init__(self, *refused):
        self.refused = refused

    def quote(self, quote, language):
        return "it is too long" if quote in self.refused else Media(f"{quote.speaker}.png", f"“{quote.text}”")

    def headline(self, headline, language):
        return "it is too long" if headline in self.refused else Media("headline.png", headline)


def channel(*layouts, most=280, **more):
    limits = (Limit(most, "characters", code_points),)
    return Capabilities(**{"layouts": layouts, "limits": limits, "media_max": 4, "images": PNG, **more})


def variant_of(capabilities, release=RELEASE, *, deck=None, **wishes):
    return compose(release, capabilities, Wishes("b", "b", **{"cards": True, **wishes}, deck=deck or Deck()), ADDRESS)


def images(variant):
    return [[media.path for media in post.media] for post in variant.posts]


def test_each_post_of_a_thread_has_the_card_of_what_it_says():
    variant = variant_of(channel("thread"))

    assert images(variant) == [["headline.png"], ["Ana Ruiz.png"], ["Tom Beck.png"]]
    assert variant.posts[0].media[0].alt == RELEASE.headline
    assert variant.warnings == ()


def test_nothing_changes_but_the_images():
    for layout in ("thread", "brief", "single"):
        plain = variant_of(channel(layout), cards=False)
        carded = variant_of(channel(layout))

        assert [post.text for post in carded.posts] == [post.text for post in plain.posts]
        assert images(plain) == [[]] * len(plain.posts)
        assert images(carded) != images(plain)


def test_a_single_post_has_the_card_of_the_first_quote_that_it_says():
    assert images(variant_of(channel("brief", most=2_000))) == [["Ana Ruiz.png"]]
    assert images(variant_of(channel("single", most=140), replace(RELEASE, quotes=(FISHER,)))) == [["Tom Beck.png"]]
    assert images(variant_of(channel("brief"), replace(RELEASE, quotes=()))) == [["headline.png"]]


def test_the_releases_own_images_come_first():
    own = replace(RELEASE, media=(Media("wheel.png", "A wheel"),))
    variant = variant_of(channel("thread"), own)

    assert images(variant) == [["releases/wheel.png"], ["Ana Ruiz.png"], ["Tom Beck.png"]]
    assert images(variant_of(channel("brief", most=2_000), own)) == [["releases/wheel.png"]]


def test_a_quote_over_several_posts_has_its_card_with_the_first_of_them():
    long = Quote((" ".join(f"Sentence number {number} of what she said." for number in range(9)),), "Ana Ruiz")
    variant = variant_of(channel("thread", most=140), replace(RELEASE, quotes=(long,)))

    assert len(variant.posts) > 3
    assert images(variant) == [["headline.png"], ["Ana Ruiz.png"], *[[]] * (len(variant.posts) - 2)]


def test_a_card_never_costs_a_word():
    """Where a text with an image may be shorter than this one, there is no card, and the warning says so once."""
    bounded = channel("brief", most=4_000, media_limits=(Limit(100, "characters", code_points),))
    variant = variant_of(bounded)

    assert MAYOR.text in variant.posts[0].text.plain
    assert FISHER.text in variant.posts[0].text.plain
    assert images(variant) == [[]]
    assert variant.warnings == ("no card, as a post with an image has room for 100 characters, and this one has more",)
    assert variant.places == {variant.warnings[0]: 0}


def test_what_has_no_card_is_named_with_its_reason():
    variant = variant_of(channel("thread"), deck=Deck(MAYOR, RELEASE.headline))

    assert images(variant) == [[], [], ["Tom Beck.png"]]
    assert variant.warnings == (
        "no card of the headline, as it is too long",
        "no card of the quote “The river carries what we throw into it, and it has carried …”, as it is too long",
    )
    assert set(variant.places.values()) == {0, 1}


def test_an_alternative_text_longer_than_the_network_takes_leaves_the_card_out():
    variant = variant_of(channel("thread", alt_max=40))

    assert images(variant) == [["headline.png"], [], ["Tom Beck.png"]]
    assert "too long for an alternative text here" in variant.warnings[0]


@pytest.mark.parametrize("able", [{"media_max": 0, "images": None}, {"media_from": ("web",)}])
def test_a_channel_without_image_files_says_so(able):
    variant = variant_of(channel("thread", **able))

    assert images(variant) == [[]] * 3
    assert variant.warnings == ("no cards, as this channel takes no image files; take `cards` off it",)


def test_a_link_card_that_is_asked_for_shows_the_headline():
    """It takes the place of the first post's images, as it does with those of the release."""
    variant = variant_of(channel("thread", card=True), link_card=True)

    assert [post.card and post.card.image.path for post in variant.posts] == ["headline.png", None, None]
    assert images(variant) == [[], ["Ana Ruiz.png"], ["Tom Beck.png"]]
    own = variant_of(channel("thread", card=True), replace(RELEASE, media=(Media("a.png", "A"),)), link_card=True)
    assert own.posts[0].card.image.path == "releases/a.png"


def test_a_link_card_that_nobody_asked_for_takes_no_cards_place():
    variant = variant_of(channel("thread", card=True))
    assert images(variant) == [["headline.png"], ["Ana Ruiz.png"], ["Tom Beck.png"]]
    assert [post.card for post in variant.posts] == [None] * 3

    release = replace(RELEASE, actions=("a plan by June, with dates and money for each of the five cities",))
    variant = variant_of(channel("thread", card=True), release)
    assert [bool(post.card) for post in variant.posts] == [False, False, False, True]


def test_own_texts_and_templates_have_cards_as_well():
    own = replace(RELEASE, variants={"b": f"Hear her: “{MAYOR.text}” More tomorrow."})
    template = load_template("{{ release.headline }}\n---\n{{ quote(release.quotes[1]) }}", "t")

    assert images(variant_of(channel("single"), own)) == [["Ana Ruiz.png"]]
    assert images(variant_of(channel("thread"), template=template)) == [["headline.png"], ["Tom Beck.png"]]
    silent = replace(RELEASE, variants={"b": "Something else."})
    assert images(variant_of(channel("single"), silent)) == [[]]


def test_a_release_may_switch_cards_on_and_off():
    off, on = (replace(RELEASE, variants={"b": {"cards": wanted}}) for wanted in (False, True))

    assert images(variant_of(channel("thread"), off)) == [[]] * 3
    assert images(variant_of(channel("thread"), on, cards=False))[1] == ["Ana Ruiz.png"]


def test_an_article_without_an_image_has_the_headline_for_its_card():
    variant = variant_of(channel("article", most=9_000))

    assert variant.article.card.path == "headline.png"
    assert images(variant) == [[]]
    own = variant_of(channel("article", most=9_000), replace(RELEASE, media=(Media("a.png", "A"),)))
    assert own.article.card is None
    assert variant_of(channel("article", most=9_000), cards=False).article.card is None
