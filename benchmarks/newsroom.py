"""What a newsroom of thousands of releases costs: building it whole, adding one release, and memory.

    python benchmarks/newsroom.py [--releases 2000] [--rounds 5] [--json]

The releases are the samples under headlines of their own, spread over ten years. Each figure is that of a process:

- building all pages from the entries, against copying the finished folder in Python;
- adding one release to the finished newsroom, against adding it to one with a tenth of the releases;
- memory at its peak while building, and while adding, against the same with a tenth of the releases.

Ends with 1 when one of them is over its target.
"""

from __future__ import annotations

import argparse
import json
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
SAMPLES = ("product-launch.md", "policy-statement.txt", "short-statement.md")
BUILD_TARGET = 30.0
ADD_TARGET = 1.0
MEMORY_TARGET = 1.25
TENTH = 10
BEGIN = datetime(2016, 1, 4, 9, tzinfo=UTC)
YEARS = 10
CHANNELS = (
    "organisation: {name: Rivers Alive, url: https://rivers.example}\n"
    "channels: {newsroom: {folder: site, base_url: https://newsroom.rivers.example}}\n"
)


def main() -> None:
    options = parse_options()
    if options.work:
        print(json.dumps(worked(*options.work)))
        return
    with tempfile.TemporaryDirectory(prefix="publish-bench-") as place:
        found = measured(Path(place), options.releases, options.rounds)
    print(json.dumps(found) if options.json else report(found))
    slow = found["build"]["seconds"] > BUILD_TARGET or found["add"]["seconds"] > ADD_TARGET
    sys.exit(slow or max(found["build"]["memory_ratio"], found["add"]["memory_ratio"]) > MEMORY_TARGET)


def parse_options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--releases", type=int, default=2_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--work", nargs=3, help=argparse.SUPPRESS)
    return parser.parse_args()


def measured(place: Path, count: int, rounds: int) -> dict[str, Any]:
    few = max(count // TENTH, 1)
    for name, releases in (("few", few), ("many", count)):
        child("fill", place / name, releases)
    built = {name: child("build", place / name, 0) for name in ("few", "many")}
    copied = timed_copy(place / "many/site", place / "copy")
    added: dict[str, list[dict[str, float]]] = {"few": [], "many": []}
    for number in range(rounds):
        for name, found in added.items():
            found.append(child("add", place / name, count + number))
    seconds = {name: statistics.median(each["seconds"] for each in found) for name, found in added.items()}
    peak = {name: max(each["megabytes"] for each in found) for name, found in added.items()}
    return {
        "releases": count,
        "fewer": few,
        "build": {
            "seconds": built["many"]["seconds"],
            "cpu": built["many"]["cpu"],
            "copy_seconds": copied,
            "ratio": built["many"]["seconds"] / copied,
            "megabytes": built["many"]["megabytes"],
            "memory_ratio": built["many"]["megabytes"] / built["few"]["megabytes"],
        },
        "add": {
            "seconds": seconds["many"],
            "cpu": statistics.median(each["cpu"] for each in added["many"]),
            "fewer_seconds": seconds["few"],
            "ratio": seconds["many"] / seconds["few"],
            "megabytes": peak["many"],
            "memory_ratio": peak["many"] / peak["few"],
        },
    }


def report(found: dict[str, Any]) -> str:
    build, add, few = found["build"], found["add"], found["fewer"]
    peak = "  memory at its peak: {megabytes:.0f} MB, {memory_ratio:.2f} times that with {few:,} (target {target:g})"
    lines = [
        "{releases:,} releases".format(**found),
        "  building all pages: {seconds:.1f} s, {cpu:.1f} s of it CPU time (target {target:g} s), {ratio:.1f} times "
        "copying them ({copy_seconds:.1f} s)".format(**build, target=BUILD_TARGET),
        peak.format(**build, few=few, target=MEMORY_TARGET),
        "  adding one: {seconds:.2f} s, {cpu:.2f} s of it CPU time (target {target:g} s), {ratio:.1f} times that with "
        "{few:,} releases ({fewer_seconds:.2f} s)".format(**add, few=few, target=ADD_TARGET),
        peak.format(**add, few=few, target=MEMORY_TARGET),
    ]
    return "\n".join(lines)


def timed_copy(source: Path, target: Path) -> float:
    begin = time.perf_counter()
    shutil.copytree(source, target)
    return time.perf_counter() - begin


def child(work: str, place: Path, number: int) -> dict[str, float]:
    command = [sys.executable, str(Path(__file__).resolve()), "--work", work, str(place), str(number)]
    run = subprocess.run(command, capture_output=True, text=True, check=False)
    if run.returncode:
        raise SystemExit(f"{' '.join(command)} ended with {run.returncode}:\n{run.stdout}{run.stderr}")
    return dict(json.loads(run.stdout))


def worked(work: str, place: str, number: str) -> dict[str, float]:
    from publisher.channels.registry import build  # noqa: PLC0415 -- not before a process of its own is there
    from publisher.config.loading import load_config  # noqa: PLC0415

    folder = Path(place)
    folder.mkdir(exist_ok=True)
    (folder / "channels.yaml").write_text(CHANNELS, encoding="utf-8")
    config = load_config(str(folder / "channels.yaml"))
    room = build(config, config.blocks[0], for_sending=True)
    if work == "fill":
        for slug, entry in entries(room, int(number)):
            (folder / "site" / slug).mkdir(parents=True)
            (folder / "site" / slug / "entry.json").write_text(json.dumps(entry, ensure_ascii=False), encoding="utf-8")
    last = next(entries(room, int(number) + 1, int(number))) if work == "add" else ("", {})
    begin, cpu = time.perf_counter(), time.process_time()
    if work == "build":
        room.rebuild(lambda _done, _total: None)
    elif work == "add":
        from publisher.channels.base import Request  # noqa: PLC0415

        receipt = room.send(Request("PUT", last[0], json=last[1]), [])
        if receipt.outcome != "sent":
            raise SystemExit(receipt.error)
    return {
        "seconds": time.perf_counter() - begin,
        "cpu": time.process_time() - cpu,
        "megabytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }


def entries(room: Any, count: int, first: int = 0) -> Iterator[tuple[str, dict[str, Any]]]:
    from dataclasses import replace  # noqa: PLC0415

    from publisher.compose.article import article_of  # noqa: PLC0415
    from publisher.compose.model import Variant  # noqa: PLC0415
    from publisher.documents import read  # noqa: PLC0415
    from publisher.release import parse  # noqa: PLC0415

    articles = [article_of(parse(read(str(ROOT / "releases" / name))), ()) for name in SAMPLES]
    for number in range(first, count):
        article = articles[number % len(articles)]
        named = replace(
            article,
            slug=f"{article.slug}-{number}",
            headline=f"{article.headline}, Part {number}",
            dateline=None,
            body=tuple(block for block in article.body if block.kind != "image"),
        )
        link = room.permalink(named.slug)
        request = room.render(Variant("newsroom", "newsroom", "article", named.language, (), link, named))[0]
        at = BEGIN + timedelta(days=365 * YEARS * number / max(count, 2_000))
        yield named.slug, room.stamp(request, at, named.slug).json


if __name__ == "__main__":
    main()
