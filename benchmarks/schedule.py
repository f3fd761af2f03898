"""What `publish due` costs, next to the same with less on the schedule, and where it has nothing to do.

    python benchmarks/schedule.py [--rows 100000] [--files 2000] [--pairs 9] [--json]

Two figures, each the median of the ratios of pairs of whole runs, in turns, of CPU time (user and system, of the child
alone) and of time on the wall:

- a ledger with many scheduled rows of which ten are due, against one with a hundred of which ten are due. The ten are
  put on the schedule for each pair, the same in both, and go to a newsroom that is emptied before each run. The others
  are copies of a real row, with all that it was frozen with.
- nothing due, and many files in releases/, against `publish --version`.

Ends with 1 when one of them is over its target.
"""

from __future__ import annotations

import argparse
import compileall
import json
import os
import resource
import shutil
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
SAMPLE = ROOT / "releases/product-launch.md"
MANY_ROWS_TARGET = 1.3
IDLE_TARGET = 1.5
FEW_ROWS = 100
DUE = 10
CHANNELS = "organisation:\n  name: Us\nchannels:\n  newsroom:\n    folder: site\n    base_url: https://news.example\n"
COPIES = "WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < {count})"

Cost = tuple[float, float]
"""Seconds of CPU time, and on the wall."""


class Folder:
    """A folder with channels.yaml, and releases on the schedule."""

    def __init__(self, place: Path) -> None:
        self.place = place
        self._given = 0
        place.mkdir()
        (place / "channels.yaml").write_text(CHANNELS, encoding="utf-8")

    def schedule(self, count: int, at: datetime) -> None:
        """Put as many releases on the schedule, each a text of its own."""
        from publisher.cli.shown import as_kept as shown  # noqa: PLC0415 -- not before the modules are compiled
        from publisher.config.loading import load_config  # noqa: PLC0415
        from publisher.delivery.ledger import Ledger  # noqa: PLC0415
        from publisher.delivery.plan import make_plan  # noqa: PLC0415
        from publisher.delivery.scheduling import freeze  # noqa: PLC0415
        from publisher.delivery.times import Times  # noqa: PLC0415
        from publisher.documents import read  # noqa: PLC0415
        from publisher.release import parse  # noqa: PLC0415

        config = load_config(str(self.place / "channels.yaml"))
        ledger = Ledger(config.ledger, config.folder)
        for _ in range(count):
            self._given += 1
            file = self.place / f"release-{self._given}.md"
            file.write_text(text(self._given), encoding="utf-8")
            plan = make_plan(parse(read(str(file))), config, for_sending=True)
            freeze(plan, Times(datetime.now(UTC), at=at), config, ledger, shown)
            plan.close()
        ledger.close()

    def fill(self, rows: int) -> None:
        """Copy the first release, with its delivery and its post, until there are so many on the schedule."""
        self.schedule(1, datetime.now(UTC) + timedelta(days=30))
        with closing(sqlite3.connect(self.place / ".publish/ledger.db")) as ledger:
            for table, own in (
                ("releases", {"id": "n + 1", "slug": "slug || '-copy-' || n", "file": "file || n"}),
                ("deliveries", {"id": "n + 1", "release_id": "n + 1"}),
                ("posts", {"id": "n + 1", "delivery_id": "n + 1"}),
            ):
                names = [row[1] for row in ledger.execute(f"PRAGMA table_info({table})")]
                columns = ", ".join(f'"{name}"' for name in names)
                values = ", ".join(own.get(name, f'"{name}"') for name in names)
                copies = COPIES.format(count=rows - DUE - 1)
                ledger.execute(f"INSERT INTO {table} ({columns}) {copies} SELECT {values} FROM {table}, numbers")  # noqa: S608
            ledger.commit()
            ledger.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def due(self) -> Cost:
        """What it costs to send what is due."""
        shutil.rmtree(self.place / "site", ignore_errors=True)
        found, said = cost(["due"], self.place)
        if said.count("Published: 1 channel") != DUE:
            raise SystemExit(f"not {DUE} releases went out:\n{said}")
        return found

    @property
    def megabytes(self) -> float:
        return (self.place / ".publish/ledger.db").stat().st_size / 1e6


def text(number: int) -> str:
    """The sample under a headline of its own."""
    lines = SAMPLE.read_text(encoding="utf-8").splitlines(keepends=True)
    at = next(index for index, line in enumerate(lines) if line.startswith("# "))
    lines[at] = f"{lines[at].rstrip()}, Part {number}\n"
    return "".join(line for line in lines if not line.startswith(("slug:", "publish_at:")))


def cost(words: Sequence[str], folder: Path) -> tuple[Cost, str]:
    command = [sys.executable, "-m", "publisher", *words]
    surroundings = {**os.environ, "PYTHONPATH": str(ROOT)}
    before, begin = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    run = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False, env=surroundings)
    took, after = time.perf_counter() - begin, resource.getrusage(resource.RUSAGE_CHILDREN)
    if run.returncode:
        raise SystemExit(f"{' '.join(command)} ended with {run.returncode}:\n{run.stdout}{run.stderr}")
    return (after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, took), run.stdout


def many_rows(place: Path, rows: int, pairs: int) -> tuple[list[tuple[Cost, Cost]], float]:
    """Pairs of runs with few rows and with many, and how large the larger ledger is."""
    few, many = Folder(place / "few"), Folder(place / "many")
    few.fill(FEW_ROWS)
    many.fill(rows)

    def prepare() -> None:
        at = datetime.now(UTC) - timedelta(seconds=1)
        for folder in (few, many):
            folder.schedule(DUE, at)

    return in_turns(few.due, many.due, pairs, prepare), many.megabytes


def idle(place: Path, files: int, pairs: int) -> list[tuple[Cost, Cost]]:
    """Pairs of `publish --version`, and of `publish due` with nothing to do."""
    folder = Folder(place / "idle")
    folder.schedule(1, datetime.now(UTC) + timedelta(days=30))
    (folder.place / "releases").mkdir()
    for number in range(files):
        (folder.place / f"releases/release-{number}.md").write_text(text(number), encoding="utf-8")
    cost(["due"], folder.place)

    def nothing() -> Cost:
        found, said = cost(["due"], folder.place)
        if said:
            raise SystemExit(f"something was due:\n{said}")
        return found

    return in_turns(lambda: cost(["--version"], folder.place)[0], nothing, pairs)


def in_turns(
    one: Callable[[], Cost], other: Callable[[], Cost], pairs: int, prepare: Callable[[], None] = lambda: None
) -> list[tuple[Cost, Cost]]:
    """What both cost, as many times; a first pair warms the caches and is dropped."""
    found = []
    for turn in range(pairs + 1):
        prepare()
        if turn % 2:
            second, first = other(), one()
        else:
            first, second = one(), other()
        found.append((first, second))
    return found[1:]


def report(title: str, names: tuple[str, str], pairs: list[tuple[Cost, Cost]], target: float) -> tuple[bool, object]:
    """Print a figure as the median and the middle half. Returns whether it is within its target, and it as data."""
    print(f"{title}, {len(pairs)} pairs")
    within, data = True, {}
    for kind, what in enumerate(("CPU", "wall")):
        columns = {
            f"{names[0]}, {what}, ms": [first[kind] * 1000 for first, _ in pairs],
            f"{names[1]}, {what}, ms": [second[kind] * 1000 for _, second in pairs],
            f"ratio, {what}": [second[kind] / first[kind] for first, second in pairs],
        }
        for name, values in columns.items():
            low, middle, high = statistics.quantiles(values, n=4, method="inclusive")
            data[name] = (low, middle, high)
            digits = 2 if name.startswith("ratio") else 0
            print(f"  {name:32}{middle:10.{digits}f}    {low:.{digits}f} to {high:.{digits}f}")
            if name.startswith("ratio"):
                within = within and middle <= target
    print(f"The ratio is {'within' if within else 'over'} the target of {target}.")
    return within, data


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--files", type=int, default=2_000)
    parser.add_argument("--pairs", type=int, default=9)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    compileall.compile_dir(ROOT / "publisher", quiet=1)
    with tempfile.TemporaryDirectory() as folder:
        pairs, size = many_rows(Path(folder), options.rows, options.pairs)
        title = f"{DUE} releases due of {options.rows} rows ({size:.0f} MB)"
        names = (f"of {FEW_ROWS} rows", f"of {options.rows} rows")
        first, rows = report(title, names, pairs, MANY_ROWS_TARGET)
        pairs = idle(Path(folder), options.files, options.pairs)
        title = f"Nothing due, {options.files} files in releases/"
        second, nothing = report(title, ("publish --version", "publish due"), pairs, IDLE_TARGET)
    if options.json:
        print(json.dumps({"pairs": options.pairs, "many_rows": rows, "idle": nothing}))
    sys.exit(not (first and second))


if __name__ == "__main__":
    main()
