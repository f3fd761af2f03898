"""Where networks fold a text, and whether their colours can be read."""

import pytest
from every_channel import every_channel
from hypothesis import given
from hypothesis import strategies as st

from publisher.channels.look import NEUTRAL, Fold
from publisher.channels.registry import build

GROUNDS = {"light": ("#ffffff", "#f4f5f7", "#eaf2fb"), "dark": ("#17191e", "#1f2329", "#22303d")}
"""What texts stand on in the preview (style.css)."""


def luminance(colour):
    """WCAG 2.2, relative luminance."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one, other):
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def looks():
    config = every_channel()
    return {block.name: build(config, block, for_sending=False).look for block in config.blocks}


@pytest.mark.parametrize("name", ["neutral", *looks()])
def test_every_accent_can_be_read_in_light_and_dark(name):
    """WCAG 2.2, success criterion 1.4.3."""
    look = {"neutral": NEUTRAL, **looks()}[name]

    for colour, grounds in zip(look.accent, GROUNDS.values(), strict=True):
        assert all(contrast(colour, ground) >= 4.5 for ground in grounds), colour


def test_every_channel_of_our_own_has_a_look_of_its_own():
    assert [name for name, look in looks().items() if look is NEUTRAL] == []


@pytest.mark.parametrize(
    ("fold", "text", "shown"),
    [
        (Fold(3, "more"), "one\ntwo\nthree", None),
        (Fold(3, "more"), "one\ntwo\nthree\nfour", "one\ntwo\nthree\n"),
        (Fold(2, "more", columns=10), "A line of thirty letters or so", "A line of thirty "),
        (Fold(2, "more", columns=10), "Short.\n\nOne more paragraph", "Short.\n\n"),
        (Fold(1, "more", columns=10), "unbreakable-beyond-ten", "unbreakabl"),
        (Fold(1, "more", columns=10), "漢字漢字漢字漢字", "漢字漢字漢"),
        (Fold(1, "more", columns=10), "exactly te", None),
        (Fold(1, "more", columns=10), "exactly te  ", None),
        (Fold(1, "more", columns=1), "漢字", "漢"),
    ],
)
def test_a_text_is_shown_up_to_the_fold(fold, text, shown):
    at = fold.at(text)

    assert (None if at is None else text[:at]) == shown


texts = st.text(st.sampled_from("ab 漢é\n\u0301"), max_size=300)


@given(texts, st.builds(Fold, st.integers(1, 5), st.just("more"), st.integers(0, 20)))
def test_a_fold_leaves_something_to_see_and_something_to_unfold(text, fold):
    at = fold.at(text)

    assert at is None or 0 < at < len(text)
