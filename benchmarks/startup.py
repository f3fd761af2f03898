"""What `publish FILE --dry-run` costs, next to the smallest program of its kind.

    python benchmarks/startup.py [FILE] [--pairs 15] [--json]

The other program is three typer commands that import pydantic and print. Each pair runs both, one right after the
other and in turns, so that what else the machine does falls on both alike. The figure is the median of the pairs'
ratios of CPU time (user and system, of the child alone). Both find their modules compiled, as an installed program
does. Ends with 1 when the ratio is over the target.
"""

from __future__ import annotations

import argparse
import compileall
import json
import resource
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SAMPLE = ROOT / "releases/product-launch.md"
TARGET = 1.6

HELLO = """
import typer
from pydantic import BaseModel

app = typer.Typer()


class Greeting(BaseModel):
    name: str = "world"


@app.command()
def hello(name: str = "world") -> None:
    print("Hello", Greeting(name=name).name)


@app.command()
def goodbye() -> None:
    print("Goodbye")


@app.command()
def version() -> None:
    print("1.0")


app()
"""


def main() -> None:
    options = parse_options()
    compileall.compile_dir(ROOT / "publisher", quiet=1)
    with tempfile.TemporaryDirectory() as folder:
        hello = Path(folder, "hello.py")
        hello.write_text(HELLO)
        smallest = [sys.executable, str(hello), "hello"]
        dry_run = [sys.executable, "-m", "publisher", str(options.file), "--dry-run"]
        pairs = measure(smallest, dry_run, options.pairs)
    report(pairs, as_json=options.json)
    sys.exit(ratio(pairs) > TARGET)


def parse_options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("file", nargs="?", type=Path, default=SAMPLE)
    parser.add_argument("--pairs", type=int, default=15)
    parser.add_argument("--json", action="store_true")
    return parser.parse_args()


def measure(smallest: list[str], dry_run: list[str], count: int) -> list[tuple[float, float]]:
    """Seconds of CPU time of both commands, `count` times; a first pair warms the caches and is dropped."""
    pairs = []
    for turn in range(count + 1):
        if turn % 2:
            second, first = cpu_seconds(dry_run), cpu_seconds(smallest)
        else:
            first, second = cpu_seconds(smallest), cpu_seconds(dry_run)
        pairs.append((first, second))
    return pairs[1:]


def cpu_seconds(command: list[str]) -> float:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, cwd=ROOT, stdout=subprocess.DEVNULL, check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def ratio(pairs: list[tuple[float, float]]) -> float:
    return statistics.median(second / first for first, second in pairs)


def report(pairs: list[tuple[float, float]], *, as_json: bool) -> None:
    columns = {
        "smallest program, ms": [first * 1000 for first, _ in pairs],
        "publish --dry-run, ms": [second * 1000 for _, second in pairs],
        "ratio": [second / first for first, second in pairs],
    }
    rows = {name: quartiles(values) for name, values in columns.items()}
    if as_json:
        print(json.dumps({"pairs": len(pairs), "target": TARGET, **rows}))
        return
    print(f"CPU time, {len(pairs)} pairs{'':12}median    middle half")
    for name, (low, middle, high) in rows.items():
        digits = 2 if name == "ratio" else 0
        print(f"  {name:24}{middle:10.{digits}f}    {low:.{digits}f} to {high:.{digits}f}")
    verdict = "within" if ratio(pairs) <= TARGET else "over"
    print(f"The ratio is {verdict} the target of {TARGET}.")


def quartiles(values: list[float]) -> tuple[float, float, float]:
    low, middle, high = statistics.quantiles(values, n=4, method="inclusive")
    return low, middle, high


if __name__ == "__main__":
    main()
