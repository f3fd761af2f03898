"""What reading a release costs: documents a second in one process, and how the time grows with length.

    python benchmarks/parsing.py [FOLDER] [--rounds 7] [--json]

FOLDER holds releases; the samples are taken without one, each six times over. A round reads and parses them all, and
right after that does a yardstick on the same machine: Python-Markdown turning a fixed page into HTML. So a figure
comes with what the machine was worth at that moment, and their ratio carries over to another machine. CPU time of
this process alone is counted. Then a release of 2.5 and one of 5 million characters are read, as plain text, as
Markdown and as HTML. Ends with 1 when one of 5 million takes over three times as long as the half of it.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from markdown import Markdown

from publisher.documents import read
from publisher.release import parse

ROOT = Path(__file__).resolve().parent.parent
SAMPLES = ROOT / "releases"
ENDINGS = {".md", ".markdown", ".txt", ".html", ".htm"}
LONG = 5_000_000
STEEPEST = 3.0
PAGES = 5
"""The yardstick turns its page so many times, so that the clock has something to measure."""

PAGE = (
    "# A headline of some words\n\nA paragraph with *some* emphasis, a [link](https://a.example/) and a "
    "few more words to read.\n\n- an item\n- another item\n\n> A quotation of some length, said by somebody.\n\n"
) * 10


def main() -> None:
    options = parse_options()
    files = sorted(path for path in options.folder.iterdir() if path.suffix in ENDINGS and path.name != "README.md")
    files *= 1 if options.folder != SAMPLES else 6
    if not files:
        sys.exit(f"There is no release in {options.folder}.")
    seconds, yardsticks = rounds(files, options.rounds)
    growth = long_releases()
    report(len(files), seconds, yardsticks, growth, as_json=options.json)
    sys.exit(any(whole / half > STEEPEST for half, whole in growth.values()))


def parse_options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("folder", nargs="?", type=Path, default=SAMPLES)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--json", action="store_true")
    return parser.parse_args()


def rounds(files: list[Path], count: int) -> tuple[list[float], list[float]]:
    """CPU seconds of reading all files, and of the yardstick beside it; a first round warms the caches."""
    pairs = [(cpu(lambda: read_all(files)), cpu(yardstick)) for _ in range(count + 1)]
    return [first for first, _ in pairs[1:]], [second for _, second in pairs[1:]]


def read_all(files: list[Path]) -> None:
    for file in files:
        parse(read(str(file)))


def yardstick() -> None:
    for _ in range(PAGES):
        Markdown().convert(PAGE)


def cpu(work: Callable[[], None]) -> float:
    started = time.process_time()
    work()
    return time.process_time() - started


def long_releases() -> dict[str, tuple[float, float]]:
    """CPU seconds for a release of half the length and of the whole, by format."""
    text = (SAMPLES / "policy-statement.txt").read_text(encoding="utf-8")
    page = "".join(f"<p>{line}</p>\n" for line in text.split("\n\n"))
    found = {}
    with tempfile.TemporaryDirectory() as folder:
        for ending, once in ((".txt", text), (".md", text), (".html", page)):
            times = []
            for length in (LONG // 2, LONG):
                file = Path(folder, f"long{ending}")
                file.write_text((once + "\n\n") * (length // len(once)), encoding="utf-8")
                times.append(cpu(lambda file=file: read_all([file])))
            found[ending] = (times[0], times[1])
    return found


def report(
    count: int, seconds: list[float], yardsticks: list[float], growth: dict[str, tuple[float, float]], *, as_json: bool
) -> None:
    rate = count / statistics.median(seconds)
    ratio = statistics.median(each / count / (mark / PAGES) for each, mark in zip(seconds, yardsticks, strict=True))
    if as_json:
        print(json.dumps({"documents": count, "per_second": rate, "ratio": ratio, "long": growth}))
        return
    print(f"{count} releases, median of {len(seconds)} rounds: {rate:.0f} a second ({1000 / rate:.1f} ms each)")
    print(f"  one release / one page of Python-Markdown: {ratio:.2f}")
    for ending, (half, whole) in growth.items():
        print(f"  {LONG / 1e6:.0f} MB as {ending}: {whole:.1f} s, {whole / half:.1f} times the half of it")


if __name__ == "__main__":
    main()
