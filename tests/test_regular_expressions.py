"""No regular expression of the package labours: on a text of twice the length each has about twice the work."""

import random
import re
from functools import partial

import pytest
from effort import growth
from examples import FULL
from hypothesis import given, settings
from hypothesis import strategies as st
from patterns import Use, uses

SIZES = (18, 100, 400, 1_600, 6_400)
EXAMPLES = 25 if FULL else 4
STEEP = 2.9
AT_ONCE = 0.004
"""Seconds, within which a pattern that backs up at every character can't get through the longest text."""

USES = uses()


def part(use: Use, chance: random.Random, most: int) -> str:
    if chance.random() < 0.5:
        return use.piece(chance)
    return "".join(chance.choice(use.alphabet) for _ in range(chance.randint(0, most)))


def hostile(use: Use, seed: int) -> tuple[str, str, str]:
    """What a pattern begins with, repeats and fails at, made of what the pattern itself is made of."""
    chance = random.Random(seed)  # noqa: S311 - a seed of hypothesis, so that a failure can be repeated
    pump = part(use, chance, 3) + (part(use, chance, 2) if chance.random() < 0.3 else "")
    return part(use, chance, 3), pump or chance.choice(use.alphabet), part(use, chance, 3)


def steepest(use: Use, seed: int) -> float:
    """How the work grows, on the shortest text at which it grows too much."""
    begin, pump, end = hostile(use, seed)
    found = 0.0
    for size in SIZES:
        short, long = (begin + pump * (length // len(pump) + 1) + end for length in (size // 2, size))
        found = max(found, growth(partial(use.work, short), partial(use.work, long), STEEP, AT_ONCE))
        if found > STEEP:
            break
    return found


@pytest.mark.parametrize("use", USES, ids=str)
@settings(max_examples=EXAMPLES)
@given(seed=st.integers(0, 2**64))
def test_no_pattern_takes_more_than_twice_the_work_for_twice_the_text(use, seed):
    """Each in the ways in which the package uses it, on texts made to mislead it."""
    assert steepest(use, seed) < STEEP, hostile(use, seed)


@pytest.mark.parametrize("pattern", [r"(?:a|a)*b", r"(?:a+)+b", r"\s*x", r"a.*b.*c", r"\w+@"])
def test_a_pattern_that_labours_is_found(pattern):
    """The test above is worth its time."""
    use = Use("here", re.compile(pattern), {"search"})

    assert any(steepest(use, seed) > STEEP for seed in range(400))


def test_the_search_for_patterns_finds_them():
    """In modules, in functions that keep them for a language, and where they are used."""
    where = " ".join(map(str, USES))

    assert len(USES) > 100
    assert "publisher.release.contacts.PHONE" in where
    assert "publisher.release.name_words.runs(de)" in where
    assert "publisher.text.html, line" in where
