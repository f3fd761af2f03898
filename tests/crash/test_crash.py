"""`publish` is killed at every point of its way, with every channel: each post stands once in the end, or is held."""

from __future__ import annotations

import os
import random
import shutil
import time
from collections import Counter

import pytest
from crash.judging import PUBLISH, Tally, in_doubt, mend, table
from crash.networks import FORGETFUL, NETWORKS, Scene
from crash.points import AFTER_INTENT, AFTER_RECEIPT, BEFORE_ENTRY, BEFORE_INTENT, BEFORE_RECEIPT, FILE, NO_INTENT
from crash.runs import APPLIED, ARRIVED
from examples import FULL, rounds

from publisher.channels.registry import types

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="this system cannot fork a process")

SHARE = 12
"""One in so many points is tried in the quick run."""
PARTS = 4
KILLS = 50 if FULL else 5
"""At random instants, in each part."""


def clean(runner, folder, kinds):
    """What an undisturbed run leaves on each channel, the run, and how long it took; the point of it all."""
    scene = Scene(folder / "clean" / "desk", kinds, runner.witness)
    start = time.monotonic()
    run = runner.run(scene.folder, PUBLISH)
    seconds = time.monotonic() - start
    scene.settle()
    standing = {kind: scene.standing(kind) for kind in kinds}
    scene.close()

    assert run.code == 0, run.error
    return standing, run, seconds


def points_of(run):
    """Every point that the run passed, and every request that it made, as it arrived and as it was applied."""
    passed = Counter(run.journal)
    passed |= Counter({ARRIVED: len(run.arrived), APPLIED: len(run.applied)})
    del passed[NO_INTENT]
    return [(point, number) for point, count in passed.items() for number in range(1, count + 1)]


def share(points, start):
    """All of them in the full run, else one in so many, and one at least; `start` says which."""
    return points if FULL else points[start % min(SHARE, len(points)) :: SHARE]


def named(run, point, number):
    requests = {ARRIVED: run.arrived, APPLIED: run.applied}.get(point)
    which = f"{number} of {len(requests)}, {requests[number - 1]}" if requests else number
    return f"killed when {point} ({which})"


def test_every_channel_type_is_here():
    own = {name for name, point in types().items() if point.value.startswith("publisher.")}

    assert set(NETWORKS) == own


@pytest.mark.parametrize(
    ("kind", "forgetful"),
    [*((kind, False) for kind in NETWORKS), *((kind, True) for kind in FORGETFUL)],
    ids=[*NETWORKS, *(f"{kind}-forgetful" for kind in FORGETFUL)],
)
def test_a_run_that_is_killed_anywhere_is_taken_up_again(runner, tmp_path, record_property, kind, forgetful):
    """At each of its points in turn; where the network cannot be asked, the post in doubt waits for a person.

    And so where the network takes for new what it knows: when the time is over in which it would recognise a repeat.
    """
    expected, undisturbed, _ = clean(runner, tmp_path, (kind,))
    network = NETWORKS[kind]
    if kind == "newsroom":
        assert FILE in undisturbed.journal
    else:
        assert len(expected[kind]) == network.posts
        assert any(post.images for post in expected[kind])
        assert undisturbed.applied
    assert {BEFORE_ENTRY, BEFORE_INTENT, AFTER_INTENT, BEFORE_RECEIPT, AFTER_RECEIPT} <= {*undisturbed.journal}

    tally = Tally(f"{kind}, forgetful" if forgetful else kind)
    for point, number in share(points_of(undisturbed), [*NETWORKS].index(kind) + forgetful):
        folder = tmp_path / f"{tally.kills}"
        scene = Scene(folder / "desk", (kind,), runner.witness, forgetful=forgetful)
        when = named(undisturbed, point, number)
        killed = runner.run(scene.folder, PUBLISH, last=(point, number))
        if killed.code is None:
            tally.kills += 1
            mend(tally, when, scene, runner, expected, doubt=in_doubt(killed))
        else:
            tally.note(when, "it never came there", killed)
        scene.close()
        shutil.rmtree(folder)
    record_property("crash", tally.row)

    assert tally.kills
    assert not tally.wrong, "\n".join([*table([tally.row]), *tally.wrong])


@pytest.mark.parametrize("kind", share([*NETWORKS], 2))
def test_a_run_that_is_killed_while_it_takes_another_up_is_taken_up_too(runner, tmp_path, record_property, kind):
    """At each point a run is killed, and then the next one anywhere."""
    expected, undisturbed, _ = clean(runner, tmp_path, (kind,))
    chance = random.Random(kind)  # noqa: S311 -- points are no secrets
    tally = Tally(f"{kind}, twice")
    points = points_of(undisturbed)
    for first in points if FULL else chance.sample(points, 1):
        folder = tmp_path / f"{tally.kills}"
        scene = Scene(folder / "desk", (kind,), runner.witness)
        second = chance.choice(points)
        for point in (first, second):
            tally.kills += runner.run(scene.folder, PUBLISH, last=point).code is None
            scene.settle()
        when = f"{named(undisturbed, *first)}, then {named(undisturbed, *second)}"
        mend(tally, when, scene, runner, expected, doubt=None)
        scene.close()
        shutil.rmtree(folder)
    record_property("crash", tally.row)

    assert not tally.wrong, "\n".join([*table([tally.row]), *tally.wrong])


@pytest.mark.parametrize("part", range(rounds(PARTS)))
def test_a_run_that_is_killed_at_any_instant_is_taken_up_again(runner, tmp_path, record_property, part):
    """With all channels at once, and at times the run after it too."""
    kinds = tuple(NETWORKS)
    expected, _, seconds = clean(runner, tmp_path, kinds)
    chance = random.Random(part)  # noqa: S311 -- instants are no secrets
    tally = Tally(f"all at random instants, {part + 1}")
    while tally.kills < KILLS:
        folder = tmp_path / f"{tally.kills}"
        scene = Scene(folder / "desk", kinds, runner.witness)
        instants = []
        for _ in range(chance.choice((1, 1, 2, 3))):
            instants.append(chance.uniform(0, seconds))
            killed = runner.run(scene.folder, PUBLISH, after=instants[-1])
            tally.kills += killed.code is None
            scene.settle()
        when = f"killed after {' and '.join(f'{instant:.3f}' for instant in instants)} seconds"
        mend(tally, when, scene, runner, expected, doubt=None)
        scene.close()
        shutil.rmtree(folder)
    record_property("crash", tally.row)

    assert not tally.wrong, "\n".join([*table([tally.row]), *tally.wrong])
