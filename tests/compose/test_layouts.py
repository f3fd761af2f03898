"""Each layout says what matters, within the limits, and names what it leaves out."""

import re
from dataclasses import replace

import pytest
from examples import examples
from hypothesis import given, settings
from hypothesis import strategies as st

from publisher.compose.composing import Wishes, compose
from publisher.compose.model import Capabilities, ImageRules, Limit, joined
from publisher.compose.quotes import spoken
from publisher.errors import PublishError
from publisher.release.model import Contact, Media, Quote, Release
from publisher.text.counting import graphemes, utf8_bytes, weighted

PNG = ImageRules(("image/png",), most_bytes=1_000_000)
SMALL = Limit(280, "weighted characters", weighted)
ADDRESS = "https://news.rivers.example/open-letter/"
RELEASE = Release(
    file="releases/letter.md",
    headline="Five Cities Ask for a Clean River by 2030",
    slug="open-letter",
    subheadline="An open letter to the ministry",
    lede="Five cities on the Aller have written to the ministry today. They ask for a plan.",
    quotes=(
        Quote(
            (
                (
                    "The river carries what we throw into it, and it has carried enough. Every child in this valley "
                    "knows the smell of August, and none of us should have to explain it to them any longer,"
                ),
                "We ask for a plan with dates in it.",
            ),
            "Ana Ruiz",
            "mayor of Aller",
        ),
        Quote(("A plan without dates is a wish.",), "Tom Beck", "spokesman of the Fishers' League"),
    ),
    actions=("a plan by June", "a gauge in every city", "money for two treatment works", "a yearly report"),
    actions_intro="The cities ask for:",
)
FISHER = "“A plan without dates is a wish.”\n— Tom Beck, spokesman of the Fishers' League"


def capabilities(*layouts, most=280, **more):
    return Capabilities(layouts=layouts, limits=(Limit(most, "weighted characters", weighted),), **more)


def texts(variant):
    return [post.text.plain for post in variant.posts]


def test_a_thread_opens_with_headline_and_link_then_quotes_then_actions():
    """One post a quote with its speaker, one for the actions; no numbers unless asked for."""
    variant = compose(RELEASE, capabilities("thread"), Wishes("b", "b"), ADDRESS)

    assert texts(variant)[0] == f"{RELEASE.headline}\n\n{ADDRESS}"
    assert texts(variant)[-2] == FISHER
    assert texts(variant)[-1] == (
        "The cities ask for:\n• a plan by June\n• a gauge in every city\n"
        "• money for two treatment works\n• a yearly report"
    )
    assert not any(re.search(r"\d/\d", text) for text in texts(variant))
    assert variant.warnings == ()


def test_a_long_list_splits_between_its_items():
    variant = compose(RELEASE, capabilities("thread", most=70), Wishes("b", "b", sections=("actions",)), ADDRESS)

    assert [text.splitlines() for text in texts(variant)] == [
        ["The cities ask for:", "• a plan by June", "• a gauge in every city"],
        ["• money for two treatment works", "• a yearly report"],
    ]


def test_an_action_longer_than_a_post_goes_on_in_the_next_after_a_sentence():
    release = replace(RELEASE, actions=("A plan by June. It names dates and money for each of the cities.", "a report"))
    variant = compose(release, capabilities("thread", most=60), Wishes("b", "b", sections=("actions",)), ADDRESS)

    assert texts(variant) == [
        "The cities ask for:\n• A plan by June.",
        "It names dates and money for each of the cities.\n• a report",
    ]
    assert variant.warnings == ()


def test_an_action_of_one_sentence_longer_than_a_post_is_shortened_and_named():
    release = replace(RELEASE, actions=("a plan " + "with dates " * 9 + "in it",))
    variant = compose(release, capabilities("thread", most=60), Wishes("b", "b", sections=("actions",)), ADDRESS)

    assert texts(variant)[0].startswith("The cities ask for:\n• a plan with dates")
    assert texts(variant)[0].endswith("…")
    assert len(variant.warnings) == 1
    assert variant.warnings[0].startswith("shortened, being longer than a post: “a plan")


def test_a_long_list_is_divided_evenly_with_its_introduction():
    release = replace(RELEASE, actions_intro="The five cities of the valley " * 2 + "ask for:")
    variant = compose(release, capabilities("thread", most=140), Wishes("b", "b", sections=("actions",)), ADDRESS)

    assert [text.count("•") for text in texts(variant)] == [1, 3]


def test_a_paragraph_in_lines_is_divided_between_them_or_else_between_sentences():
    """Every sentence that is longer than a post is named."""
    long = "Nobody " + "ever " * 12 + "asked."
    about = f"About the cities\nThey lie on the Aller. {long} They are five.\n{long}"
    release = replace(RELEASE, boilerplate=about)
    variant = compose(release, capabilities("thread", most=50), Wishes("b", "b", sections=("boilerplate",)), ADDRESS)

    assert texts(variant) == ["About the cities", "They lie on the Aller. They are five."]
    assert len(variant.warnings) == 2


def test_numbers_are_counted_in():
    """With `numbering`, each post ends in its place, and still fits."""
    variant = compose(RELEASE, capabilities("thread"), Wishes("b", "b", numbering=True), ADDRESS)

    assert [text.rpartition("\n\n")[2] for text in texts(variant)] == ["1/4", "2/4", "3/4", "4/4"]
    assert all(weighted(post.text) <= 280 for post in variant.posts)


def test_a_single_post_takes_the_first_quote_that_fits_whole():
    """The mayor's does not fit beside headline and link; the fisher's does. The warning names what is left out."""
    variant = compose(RELEASE, capabilities("single"), Wishes("x", "x"), ADDRESS)

    assert texts(variant) == [f"{RELEASE.headline}\n\n{FISHER}\n\n{ADDRESS}"]
    assert len(variant.warnings) == 1
    assert "Ana Ruiz" in variant.warnings[0]


def test_a_single_post_quotes_an_opening_where_no_quote_fits_whole():
    only_long = replace(RELEASE, quotes=RELEASE.quotes[:1])
    variant = compose(only_long, capabilities("single"), Wishes("x", "x"), ADDRESS)

    assert "“The river carries what we throw into it, and it has carried enough.” […]\n— Ana Ruiz" in texts(variant)[0]


def test_a_brief_says_everything_in_the_order_of_the_sections():
    variant = compose(
        RELEASE, capabilities("brief", most=4096), Wishes("t", "t", hashtags=("Aller", "#aller")), ADDRESS
    )
    paragraphs = texts(variant)[0].split("\n\n")

    assert paragraphs[:3] == [RELEASE.headline, RELEASE.subheadline, RELEASE.lede]
    assert paragraphs[-2:] == [ADDRESS, "#Aller"]
    assert variant.posts[0].text.spans[0].bold
    assert variant.warnings == ()


def test_a_brief_without_room_keeps_what_matters_most_and_names_the_rest():
    variant = compose(RELEASE, capabilities("brief", most=430), Wishes("t", "t"), ADDRESS)

    assert ADDRESS in texts(variant)[0]
    assert "Ana Ruiz" in texts(variant)[0]
    assert any("list of actions" in warning for warning in variant.warnings)


def test_the_release_chooses_its_own_text_and_sections_per_channel():
    """Front matter: a text of its own, other sections, or not at all."""
    release = replace(RELEASE, variants={"x": "Our own words.", "t": {"sections": ["link"]}, "s": False})

    assert texts(compose(release, capabilities("single"), Wishes("x", "x"), ADDRESS)) == ["Our own words."]
    assert texts(compose(release, capabilities("brief"), Wishes("t", "t"), ADDRESS)) == [ADDRESS]
    assert compose(release, capabilities("brief"), Wishes("s", "s"), ADDRESS) is None


@pytest.mark.parametrize(
    ("override", "says"),
    [
        ({"section": ["link"]}, "unknown key `section`. Did you mean `sections`?"),
        ({"channel": "y"}, "unknown key `channel`"),
        ({"sections": ["quote"]}, "unknown section `quote`. Did you mean `quotes`?"),
        ({"sections": "link"}, "`sections` has the wrong kind of value"),
        ({"layout": "thred"}, "has no layout thred"),
        (["a"], "`x` under `variants` is no text"),
        (5, "`x` under `variants` is no text"),
        ("  ", "is empty. `false` switches it off"),
    ],
)
def test_a_slip_in_the_releases_own_wishes_is_named(override, says):
    """Nothing that was not meant goes out in its place."""
    with pytest.raises(PublishError) as caught:
        compose(replace(RELEASE, variants={"x": override}), capabilities("single"), Wishes("x", "x"), ADDRESS)

    assert says in str(caught.value)


def test_a_text_of_ones_own_over_the_limit_is_refused():
    release = replace(RELEASE, variants={"x": "Ours. " * 60})
    with pytest.raises(PublishError, match="359 weighted characters, and 280 is the limit"):
        compose(release, capabilities("single"), Wishes("x", "x"), ADDRESS)


def test_images_go_with_the_first_post_or_are_named_as_left_out():
    release = replace(RELEASE, media=(Media("a.png", "A river"), Media("b.svg", ""), Media("https://x.example/c.png")))
    able = capabilities("thread", media_max=1, images=PNG)
    variant = compose(release, able, Wishes("b", "b"), ADDRESS)

    assert [media.path for media in variant.posts[0].media] == ["releases/a.png"]
    assert not any(post.media for post in variant.posts[1:])
    assert len([warning for warning in variant.warnings if "b.svg" in warning or "c.png" in warning]) == 2


@pytest.mark.parametrize(
    ("wanted", "images", "layout", "pictures", "cards"),
    [
        (None, 2, "thread", [2, 0, 0, 0], [0, 0, 0, "a.png"]),  # the card ends what the images opened
        (None, 2, "brief", [2], [0]),
        (None, 0, "thread", [0, 0, 0, 0], [None, 0, 0, 0]),
        (True, 2, "thread", [0, 0, 0, 0], ["a.png", 0, 0, 0]),
        (False, 2, "thread", [2, 0, 0, 0], [0, 0, 0, 0]),
        (False, 0, "brief", [0], [0]),
    ],
)
def test_a_post_has_images_or_a_link_card(wanted, images, layout, pictures, cards):
    """A card that was asked for takes the images' place, and the first of them for its picture; a warning says so."""
    release = replace(RELEASE, media=(Media("a.png", "A river"), Media("b.png", "A bank"))[:images], file="r.md")
    able = capabilities(layout, most=4096 if layout == "brief" else 280, media_max=4, images=PNG, card=True)
    variant = compose(release, able, Wishes("b", "b", link_card=wanted), ADDRESS)

    assert [len(post.media) for post in variant.posts] == pictures
    assert [
        post.card and (post.card.image and post.card.image.path) if post.card else 0 for post in variant.posts
    ] == cards
    assert any("b.png" in warning for warning in variant.warnings) == bool(wanted and images)


def test_images_on_the_web_go_where_they_are_taken():
    release = replace(RELEASE, media=(Media("a.png", "A river"), Media("https://x.example/c.png", "A bank")))
    for source, path in (("web", "https://x.example/c.png"), ("file", "releases/a.png")):
        variant = compose(release, capabilities("single", media_max=4, media_from=(source,)), Wishes("b", "b"), ADDRESS)

        assert [media.path for media in variant.posts[0].media] == [path]
        assert sum("left out, as" in warning for warning in variant.warnings if "image" in warning or "web" in warning)


def test_only_the_post_with_the_image_keeps_within_its_caption():
    """In a thread the posts that follow the image have the whole length of a message."""
    release = replace(RELEASE, media=(Media("a.png", "A river"),))
    able = capabilities("thread", most=4096, media_max=1, media_limits=(Limit(150, "characters", graphemes),))
    posts = texts(compose(release, able, Wishes("t", "t"), ADDRESS))

    assert len(posts[0]) <= 150
    assert len(posts) == 4
    assert len(posts[1]) > 150


def test_actions_that_are_named_before_the_quotes_matter_more():
    short = replace(RELEASE, quotes=RELEASE.quotes[1:], subheadline=None)
    chosen = Wishes("t", "t", sections=("headline", "actions", "quotes", "link"))
    said = texts(compose(short, capabilities("brief", most=240), chosen, ADDRESS))[0]

    assert "a plan by June" in said
    assert "Tom Beck" not in said


def test_hashtags_that_do_not_fit_are_named_and_none_stands_twice():
    release = replace(RELEASE, headline="#Aller: Five Cities Ask", quotes=(), actions=(), lede=None)
    wishes = Wishes("x", "x", hashtags=("aller", "River", "A" * 99, "Clean"))
    variant = compose(release, capabilities("single", most=100), wishes, ADDRESS)

    assert texts(variant)[0].endswith("\n\n#River #Clean")
    assert [warning for warning in variant.warnings if "hashtag" in warning] == [
        f"left out, for want of room: the hashtag #{'A' * 99}"
    ]


def test_a_post_knows_its_parts():
    """Headline, quote, link: whoever gives a message a form need not guess which is which."""
    variant = compose(RELEASE, capabilities("single"), Wishes("x", "x"), ADDRESS)

    assert [part.section for part in variant.posts[0].parts] == ["headline", "quotes", "link"]
    assert joined(variant.posts[0].parts) == variant.posts[0].text


@pytest.mark.parametrize(
    ("address", "utm", "link"),
    [
        (ADDRESS, {"source": "x"}, f"{ADDRESS}?utm_campaign=open-letter&utm_source=x"),
        (
            f"{ADDRESS}?a=1#top",
            {"source": "a b", "campaign": "c"},
            f"{ADDRESS}?a=1&utm_campaign=c&utm_source=a%20b#top",
        ),
        (f"{ADDRESS}?utm_source=y", {"source": "x", "campaign": ""}, f"{ADDRESS}?utm_source=y"),
        (ADDRESS, {}, ADDRESS),
    ],
)
def test_a_link_carries_the_utm_parameters_of_its_channel(address, utm, link):
    variant = compose(RELEASE, capabilities("single"), Wishes("x", "x", utm=utm), address)

    assert variant.link == link
    assert texts(variant)[0].endswith(link)


def test_a_link_that_may_have_a_text_of_its_own_does_not_show_its_parameters():
    able = capabilities("single", labelled_links=True)
    variant = compose(RELEASE, able, Wishes("b", "b", utm={"source": "b"}), ADDRESS)
    [shown] = [span for span in variant.posts[0].text.spans if span.link]

    assert shown.text == ADDRESS
    assert shown.link == f"{ADDRESS}?utm_campaign=open-letter&utm_source=b"


def test_a_long_address_takes_no_room_from_the_headline_where_it_need_not_be_shown():
    """It is shown in short where a link may have a text; elsewhere it can only stand as it is."""
    address = "https://www.rivers.example/news/" + "five-cities-ask/" * 12
    able = compose(RELEASE, capabilities("thread", most=230, labelled_links=True), Wishes("b", "b"), address)
    [shown] = [span for span in able.posts[0].text.spans if span.link]

    assert (shown.text, shown.link) == ("www.rivers.example/news/five-citie…", address)
    assert able.posts[0].text.plain.startswith(f"{RELEASE.headline}\n\n")
    assert not any("headline" in warning or "link" in warning for warning in able.warnings)


def test_a_contact_is_no_post_of_its_own_where_there_is_room_for_it():
    release = replace(RELEASE, contacts=(Contact("Ana Ruiz", "ana@rivers.example"),))
    wishes = Wishes("b", "b", sections=("headline", "link", "actions", "contact"))
    variant = compose(release, capabilities("thread"), wishes, ADDRESS)

    assert len(variant.posts) == 2
    assert texts(variant)[1].endswith("• a yearly report\n\nContact: Ana Ruiz, ana@rivers.example")


def test_the_line_that_introduces_a_list_is_no_post_of_its_own_where_there_is_room_for_it():
    release = replace(RELEASE, quotes=(), actions=("a plan " + "with dates " * 23 + "in it", "a report"))
    variant = compose(release, capabilities("thread"), Wishes("b", "b"), ADDRESS)

    assert [text.rpartition("\n")[2][:10] for text in texts(variant)] == ["The cities", "• a report"]


def test_a_card_without_a_headline_is_called_by_what_the_release_says():
    variant = compose(replace(RELEASE, headline=""), capabilities("thread", card=True), Wishes("b", "b"), ADDRESS)

    assert variant.posts[0].card.title == RELEASE.lede


def test_a_card_that_is_asked_for_needs_no_link_in_the_text():
    wishes = Wishes("b", "b", sections=("actions",), link_card=True)

    assert compose(RELEASE, capabilities("thread", card=True), wishes, ADDRESS).posts[0].card.url == ADDRESS


def test_the_releases_own_hashtags_stand_before_the_channels():
    release = replace(RELEASE, hashtags=("River",))
    variant = compose(release, capabilities("thread"), Wishes("b", "b", hashtags=("News",)), ADDRESS)

    assert texts(variant)[0].endswith("#River #News")


def test_a_text_of_ones_own_is_no_page():
    release = replace(RELEASE, variants={"n": "Our own words."})
    with pytest.raises(PublishError, match="publishes the whole release, not a text of its own"):
        compose(release, capabilities("article"), Wishes("n", "n"), ADDRESS)
    assert texts(compose(release, capabilities("article", "brief"), Wishes("n", "n"), ADDRESS)) == ["Our own words."]


def test_a_speakers_account_is_mentioned_and_nobody_elses():
    """A handle stands behind the name; a number that no reader knows is shown as the name."""
    for account, shown in (("@ana", "@ana"), ("U123", "@Ana Ruiz")):
        wishes = Wishes("x", "x", sections=("quotes",), handles={"Ana Ruiz": account})
        variant = compose(RELEASE, capabilities("thread"), wishes, ADDRESS)
        mentions = [(span.text, span.mention) for post in variant.posts for span in post.text.spans if span.mention]

        assert mentions == [(shown, account)]
        assert f"— Ana Ruiz ({shown}), mayor of Aller" in "\n".join(texts(variant))


def test_a_urn_makes_the_name_itself_the_mention():
    wishes = Wishes("x", "x", sections=("quotes",), handles={"Ana Ruiz": "urn:li:person:a1"})
    variant = compose(RELEASE, capabilities("thread"), wishes, ADDRESS)
    mentions = [(span.text, span.mention) for post in variant.posts for span in post.text.spans if span.mention]

    assert mentions == [("Ana Ruiz", "urn:li:person:a1")]
    assert "— Ana Ruiz, mayor of Aller" in "\n".join(texts(variant))


def test_an_image_may_bring_a_smaller_limit():
    release = replace(RELEASE, media=(Media("a.png", "A river"),))
    able = capabilities("brief", most=4096, media_max=1, media_limits=(Limit(300, "code points", graphemes),))

    assert len(texts(compose(release, able, Wishes("t", "t"), ADDRESS))[0]) <= 300


def test_a_release_without_quotes_and_actions_says_its_lede():
    bare = replace(RELEASE, quotes=(), actions=())

    for layout in ("single", "thread"):
        assert texts(compose(bare, capabilities(layout), Wishes("b", "b"), ADDRESS)) == [
            f"{RELEASE.headline}\n\n{RELEASE.lede}\n\n{ADDRESS}"
        ]


def test_sections_that_the_release_does_not_have_still_give_a_post():
    bare = replace(RELEASE, actions=())
    variant = compose(bare, capabilities("thread"), Wishes("b", "b", sections=("actions",)), ADDRESS)

    assert texts(variant) == [f"{RELEASE.headline}\n\n{ADDRESS}"]
    assert "of the chosen sections the release has none" in variant.warnings[0]


def test_a_link_longer_than_a_post_is_left_out_and_named():
    variant = compose(RELEASE, capabilities("thread", most=60), Wishes("b", "b"), "https://a.example/" + "x " * 40)

    assert all(weighted(post.text) <= 60 for post in variant.posts)
    assert "the link https://a.example/" in variant.warnings[0]


def test_a_hundred_posts_keep_their_numbers_within_the_limit():
    many = replace(RELEASE, actions=tuple(f"action number {n} " + "x" * 240 for n in range(120)))
    variant = compose(many, capabilities("thread"), Wishes("b", "b", numbering=True), ADDRESS)

    assert len(variant.posts) > 120
    assert all(weighted(post.text) <= 280 for post in variant.posts)
    assert any(f"thread of {len(variant.posts)} posts" in warning for warning in variant.warnings)


def test_a_link_card_carries_headline_and_lede():
    variant = compose(RELEASE, capabilities("thread", card=True), Wishes("b", "b"), ADDRESS)

    assert variant.posts[0].card.title == RELEASE.headline
    assert variant.posts[0].card.description == RELEASE.lede


words = st.text(st.sampled_from("abcÄé漢👩‍👧🇩🇪 .,!?”\n"), min_size=1, max_size=120)
said = st.text(st.sampled_from("abc ABC.,!?"), min_size=1, max_size=400).map(lambda text: "W" + text)
quotes = st.builds(Quote, pieces=st.lists(said, min_size=1, max_size=3).map(tuple), speaker=st.just("Ana Ruiz"))
releases = st.builds(
    Release,
    file=st.just("r.md"),
    headline=words | st.just("Long " * 1000),
    slug=st.just("r"),
    subheadline=st.none() | words,
    lede=st.none() | words,
    quotes=st.lists(quotes, max_size=4).map(tuple),
    actions=st.lists(words, max_size=6).map(tuple),
    actions_intro=st.none() | words,
    boilerplate=st.none() | words,
    language=st.sampled_from(["en", "de", "fr"]),
)
ALL = ("headline", "subheadline", "lede", "quotes", "actions", "link", "hashtags", "boilerplate", "contact")


@settings(max_examples=examples(300), deadline=None)
@given(releases, st.sampled_from(["single", "thread", "brief"]), st.booleans(), st.integers(60, 600))
def test_no_post_is_ever_over_its_limit_or_empty(release, layout, numbering, most):
    """Whatever the release, every post is within every limit and says something."""
    limits = (Limit(most, "graphemes", graphemes), Limit(10 * most, "bytes", utf8_bytes))
    able = Capabilities(layouts=("single", "thread", "brief"), limits=limits)
    variant = compose(release, able, Wishes("b", "b", layout=layout, sections=ALL, numbering=numbering), ADDRESS)

    for post in variant.posts:
        assert post.text.plain.strip()
        assert all(limit.count(post.text) <= limit.most for limit in limits)


@settings(max_examples=examples(300), deadline=None)
@given(releases, st.sampled_from(["single", "thread", "brief"]), st.integers(60, 600))
def test_no_quote_is_ever_altered(release, layout, most):
    """What stands in quotation marks in a post is a run of whole sentences of one quote of the release."""
    able = Capabilities(layouts=("single", "thread", "brief"), limits=(Limit(most, "graphemes", graphemes),))
    variant = compose(release, able, Wishes("b", "b", layout=layout, sections=("quotes",)), ADDRESS)
    left, right = {"en": "“”", "de": "„“", "fr": ("«\u00a0", "\u00a0»")}[release.language]
    sentences = [f" {' '.join(spoken(quote).sentences)} " for quote in release.quotes]

    for post in variant.posts:
        for quoted in re.findall(f"{left}(.*?){right}(?: \\[…\\])?(?:\n|$)", post.text.plain, re.DOTALL):
            assert any(f" {quoted} " in whole for whole in sentences)
