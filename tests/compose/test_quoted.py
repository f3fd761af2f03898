"""Which quotes a text says, in a post, in the release's own sentences, or in a text of somebody's own."""

import pytest
from examples import examples
from hypothesis import given, settings
from hypothesis import strategies as st

from publisher.compose.quoted import quotes_said
from publisher.compose.quotes import attribution, over_posts, spoken, whole
from publisher.release.model import Quote, Release

RIVER = Quote(("The river is ours. It was never for sale,", "We will not give it back."), "Ana Ruiz", "director")
SHORT = Quote(("Rain.",), "Ben Okri")
PART = Quote(("a disaster for rivers",), "Ben Okri", ends=(False,))
RELEASE = Release("r.md", "The river is back", "river", quotes=(RIVER, SHORT, PART))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("“The river is ours.” […]\n— Ana Ruiz", (0,)),
        ("“It was never for sale,” said Ana Ruiz.", (0,)),
        ("“It was never for sale” is what she said.", (0,)),
        ("»It was never for sale«, sagte sie.", (0,)),
        ("The river\nis  ours.", (0,)),
        ("We will not give it back. Rain. The rest is known.", (0, 1)),
        ("It was never for sale, and never will be.", ()),
        ("Train. And terrain.", ()),
        ("Train. Terrain. Rain.", (1,)),
        ("She called it a disaster for rivers.", ()),
        ("The river is", ()),
        ("", ()),
    ],
)
def test_a_quote_is_said_where_a_whole_sentence_of_it_stands(text, said):
    assert quotes_said(RELEASE, text) == said


def test_a_quotation_within_the_quote_is_closed_as_it_stands_in_the_release():
    quote = Quote(("He told us, ‘the river is ours,’",), "Ana Ruiz")
    release = Release("r.md", "News", "news", quotes=(quote,))

    assert spoken(quote).sentences == ("He told us, ‘the river is ours.’",)
    assert quotes_said(release, "“He told us, ‘the river is ours,’” said Ana Ruiz.") == (0,)
    assert quotes_said(release, "“He told us, ‘the river is ours.’”") == (0,)


def test_a_script_without_spaces_is_read_as_well():
    release = Release("r.md", "川", "kawa", language="ja", quotes=(Quote(("川は私たちのものです。",), "田中"),))

    assert quotes_said(release, "田中は「川は私たちのものです。」と語った。") == (0,)


@settings(max_examples=examples(400), deadline=None)
@given(
    st.lists(st.sampled_from("We It rivers ours, never. sale! “No” 3.5 ‘so,’ Why?".split()), min_size=1, max_size=30)
)
def test_whatever_is_made_of_a_quote_says_it(words):
    quote = Quote((" ".join(words),), "Ana Ruiz", "director")
    release = Release("r.md", "News", "news", quotes=(quote,))
    if not any(any(map(str.isalnum, sentence)) for sentence in spoken(quote).sentences):
        return
    full = whole(quote, "en", {}, lambda _: True)
    posts, _ = over_posts(quote, "en", {}, lambda text: len(text.plain) < 80)

    assert full is not None
    assert quotes_said(release, full.plain) == (0,)
    assert quotes_said(release, "\n\n".join(post.plain for post in posts)) == ((0,) if posts else ())
    assert quotes_said(release, attribution(quote, {}).plain) == ()
