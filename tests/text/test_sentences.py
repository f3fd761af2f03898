"""Text is cut at sentence ends only."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from publisher.text.sentences import sentences


@pytest.mark.parametrize(
    "parts",
    [
        ["The river is ours.", "We will clean it."],
        ["Dr. Ana Ruiz spoke at 5 p.m. on Monday.", "She was clear."],
        ["It cost approx. $3.5 million, said Rivers Inc. of Portland, Ore. on Friday.", "Nobody paid."],
        ["Do we wait?", "No!", "“We act.”", "Then we rest…", "And then?"],
        ["J. R. Moss and the U.S. Senate agreed.", "It took 12 days."],
        ["Am 5. Mai begann es.", "Es endete nie."],
        ["¿Quién paga?", "Nosotros pagamos.", "¡Basta!"],
        ["これは文です。", "次の文です。"],
        ["They backed H.R. 4, the G.I. Bill, and S. Con. Res. 12 with Cpl. Moss.", "Then they left."],
        ["“Stop.”", "That was all she said."],
        ["Washington, D.C. This morning it was built in the U.S.", "Our town made it, with Moss Inc. of Portland."],
        ["The U.S. Senate heard J. I. Moss … and waited... It did."],
        ["We ask for two things: 1. A plan.", "2. Money for it."],
        ["… And then they left.", "Nobody knew."],
        ["Rep. Wm. Moss quoted Prop. 8 and 341 F. Supp. 2d.", "La gente de EE. UU. lo sabe."],
    ],
)
def test_sentences_end_where_a_reader_ends_them(parts):
    """Abbreviations, initials, hours and German dates do not end a sentence."""
    assert sentences(" ".join(parts)) == parts


@given(st.text())
def test_no_word_is_lost_or_added(text):
    """Whatever the text, its sentences hold exactly its words, in order."""
    assert " ".join(sentences(text)).replace(" ", "") == "".join(text.split())
