"""Releases that become due by the real clock, who sends them, and what must stand on the networks afterwards."""

from __future__ import annotations

import json
import re
import time
from collections import defaultdict
from datetime import UTC, datetime, timedelta

from desk import doubles

from publisher.cli.shown import as_kept as shown
from publisher.config.loading import load_config
from publisher.delivery.ledger import Ledger
from publisher.delivery.plan import make_plan
from publisher.delivery.scheduling import freeze
from publisher.delivery.times import Times
from publisher.documents import read
from publisher.release import parse

BELIEVED = "import publisher.delivery.asking as asking\nasking._settling = lambda channel, post: 0.0\n"
"""For a hook: a network's "not here" is believed at once. The stand-ins show what they have, and nothing need wait."""

_NUMBER = re.compile(r"\bcity (\d+)\b", re.IGNORECASE)


def text(number):
    """A release of which every post names its number."""
    return (
        f"City {number} Asks for a Clean Harbour by 2030\n\n"
        f"(Aller)—City {number} on the Aller has written to the ministry today and asks for a plan.\n\n"
        f"“The harbour of city {number} carries what we throw into it, and every child in this valley knows the smell "
        "of August; none of us should have to explain it to them any longer than we already have,” said Mayor Ana "
        "Ruiz.\n\n"
        f"“City {number} asks for a plan with dates in it. A plan without dates is a wish, and city {number} has had "
        "thirty years of wishes, each of them printed on better paper than the one before it,” said Tom Beck.\n\n"
        f"“City {number} will count the days,” Ruiz said.\n"
    )


def slug(number):
    return f"city-{number}-asks-for-a-clean-harbour-by-2030"


def scheduled(desk, moments, *, first=1):
    """Put a release a moment on the schedule, without a process for each. Returns their files' names."""
    config = load_config(str(desk.folder / "channels.yaml"))
    ledger = Ledger(config.ledger, config.folder)
    names = []
    for number, at in enumerate(moments, start=first):
        file = desk.folder / f"city-{number}.txt"
        file.write_text(text(number), encoding="utf-8")
        plan = make_plan(parse(read(str(file))), config, for_sending=True)
        freeze(plan, Times(datetime.now(UTC), at=at), config, ledger, shown)
        plan.close()
        names.append(file.name)
    ledger.close()
    return names


def soon(count, *, after=1.0, apart=0.3):
    """So many moments to come."""
    now = datetime.now(UTC)
    return [now + timedelta(seconds=after + number * apart) for number in range(count)]


def wait_for(moment):
    """Until the clock shows it, and a little."""
    while (left := (moment - datetime.now(UTC)).total_seconds()) > -0.05:
        time.sleep(max(left, 0.05))


def deliveries(desk):
    """What the ledger says of each release, by its number: each channel's delivery."""
    data = json.loads(desk.run("status", "--json").stdout)
    return {
        int(_NUMBER.search(release["headline"])[1]): {row["channel"]: row for row in release["deliveries"]}
        for release in data["releases"]
    }


def threads(server):
    """The posts of each release, by its number, in the order in which they came."""
    found = defaultdict(list)
    for post in server.posts:
        found[int(_NUMBER.search(post.text)[1])].append(post)
    return found


def each_once(desk, count, servers, *, unreadable=()):
    """Every post of every release stands once, in its thread; where a network cannot be asked, or it is held.

    Args:
        desk: Where they were sent from.
        count: How many releases; their numbers are from 1.
        servers: By channel.
        unreadable: The channels among them whose network cannot be asked.
    """
    known = deliveries(desk)
    assert sorted(known) == list(range(1, count + 1))
    index = (desk.folder / "site" / "index.html").read_text(encoding="utf-8")
    for number, rows in known.items():
        assert rows["newsroom"]["status"] == "sent"
        assert index.count(f">City {number} Asks") == 1, f"the index has release {number} more than once, or not at all"
    for channel, server in servers.items():
        assert not doubles(server)
        standing = threads(server)
        for number, rows in known.items():
            row, posts = rows[channel], standing[number]
            if channel in unreadable and row["status"] == "held":
                continue
            assert row["status"] == "sent", (number, row)
            assert [post.reply_to for post in posts] == [None, *(post.id for post in posts[:-1])], (channel, number)
            assert len(posts) == len(row["posts"]) > 0, (channel, number)


def all_at_once(desk, files, count):
    """Start as many `publish due`, and `publish FILE` for each of the files. Returns what each did, in two lists."""
    dues = [desk.start("due", hook=BELIEVED) for _ in range(count)]
    hands = [desk.start(file, "--yes", hook=BELIEVED) for file in files]
    ended = []
    for run in (*dues, *hands):
        said = run.communicate(timeout=300)[0]
        ended.append((run.returncode, said))
    return ended[:count], ended[count:]


def half_killed(desk, chance, servers, count):
    """As many `publish due`, every other killed after so many more requests to the networks as the lot says."""
    runs = [desk.start("due", hook=BELIEVED) for _ in range(count)]
    for run in chance.sample(runs, count // 2):
        until = _requests(servers) + chance.randint(1, 12)
        while _requests(servers) < until and any(each.poll() is None for each in runs):
            time.sleep(0.001)
        run.kill()
    for run in runs:
        run.communicate(timeout=300)


def _requests(servers):
    return sum(len(server.requests) for server in servers.values())


def news_of(ended):
    """The releases of which each run of `due` said that they are published, by number; one that ended badly is told."""
    found = []
    for code, said in ended:
        assert code == 0, said
        assert not said or "Published: " in said or "published already" in said, said
        assert "Traceback" not in said
        assert "ledger" not in said
        lines = [line for line in said.splitlines() if "Published: " in line or "published already" in line]
        found += [int(line.split("-")[1]) for line in lines]
    return sorted(found)
