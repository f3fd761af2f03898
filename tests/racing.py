"""Many runs of one release at once, and what must stand on the networks after them."""

from __future__ import annotations

import random
import time

from desk import chain, doubles
from examples import FULL

MANY = 20 if FULL else 8


def channels(x, bluesky, mastodon, telegram):
    """Three threads and one message, each on its stand-in."""
    return {
        "x": {**x.settings(), "layout": "thread"},
        "bluesky": {**bluesky.settings(), "layout": "thread"},
        "mastodon": {**mastodon.settings(), "layout": "thread"},
        "telegram": telegram.settings(),
    }


def all_at_once(desk, count=MANY):
    """Start as many runs together, and wait for them. Returns their exit codes and what they said."""
    runs = [desk.start("release.txt", "--yes") for _ in range(count)]
    said = [run.communicate(timeout=300)[0] for run in runs]
    return [run.returncode for run in runs], said


def half_killed(desk, servers, count=MANY):
    """The same, with every other run killed, each after so many more requests to the networks as the lot says."""
    runs = [desk.start("release.txt", "--yes") for _ in range(count)]
    for run in random.sample(runs, count // 2):
        until = requests(servers) + random.randint(1, 12)  # noqa: S311 -- no secret hangs on it
        while requests(servers) < until and any(each.poll() is None for each in runs):
            time.sleep(0.001)
        run.kill()
    for run in runs:
        run.communicate(timeout=300)


def requests(servers):
    return sum(len(server.requests) for server in servers)


def each_once(*servers):
    """Whether every thread stands whole, in order, and nothing twice."""
    for server in servers:
        assert not doubles(server)
        assert chain(server)
        assert server.posts
