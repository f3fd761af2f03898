"""What it costs to write and render one release for every channel, once it has been read.

    python benchmarks/composing.py [FILE] [--rounds 30] [--json]

Every channel type of our own takes part, with the settings that its page in docs/channels shows. A round composes and
renders the release for all of them, and right after that does the yardstick of benchmarks/parsing.py: Python-Markdown
turning a fixed page into HTML. Each round has a release of its own, every text of which differs from the one before, so
that nothing is remembered from it. CPU time of this process alone is counted, the first round, which makes patterns and
tables, apart from the others. Ends with 1 when an SDK was imported.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
from dataclasses import replace
from pathlib import Path

from parsing import PAGES, cpu, yardstick

ROOT = Path(__file__).resolve().parent.parent
sys.path.append(str(ROOT / "tools"))

from every_channel import every_channel  # noqa: E402 -- beside this folder, in tools/

from publisher.delivery.plan import make_plan  # noqa: E402
from publisher.documents import read  # noqa: E402
from publisher.release import parse  # noqa: E402
from publisher.release.model import Release  # noqa: E402
from publisher.text.rich import as_rich  # noqa: E402

SAMPLE = ROOT / "releases/product-launch.md"
TARGET = 15.0
SDKS = {"tweepy", "atproto", "telegram", "requests", "httpx", "PIL", "sqlalchemy", "smtplib"}


def another(release: Release, number: int) -> Release:
    """A release of the same length in which every text says something else."""
    mark = f"{number:03}"

    def changed(text: str | None) -> str | None:
        return f"{mark}{text[3:]}" if text else text

    return replace(
        release,
        headline=f"{mark}{release.headline[3:]}",
        subheadline=changed(release.subheadline),
        lede=changed(release.lede),
        quotes=tuple(replace(quote, pieces=tuple(f"X{mark}{p[4:]}" for p in quote.pieces)) for quote in release.quotes),
        actions=tuple(f"{mark}{action[3:]}" for action in release.actions),
        body=tuple(replace(block, text=as_rich(mark) + block.text) for block in release.body),
        boilerplate=changed(release.boilerplate),
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("file", nargs="?", type=Path, default=SAMPLE)
    parser.add_argument("--rounds", type=int, default=30)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    config, release = every_channel(), parse(read(str(options.file)))
    releases = [another(release, number) for number in range(options.rounds + 1)]
    rounds = [(cpu(lambda each=each: make_plan(each, config)), cpu(yardstick) / PAGES) for each in releases]
    first = 1000 * rounds[0][0]
    spent = 1000 * statistics.median(seconds for seconds, _ in rounds[1:])
    ratio = statistics.median(seconds / page for seconds, page in rounds[1:])
    imported = sorted(SDKS & {name.partition(".")[0] for name in sys.modules})
    report = {"channels": len(config.blocks), "ms": spent, "first_ms": first, "ratio": ratio, "sdks": imported}
    if options.json:
        print(json.dumps(report))
    else:
        print(
            f"{len(config.blocks)} channels, median of {options.rounds} rounds: {spent:.1f} ms (the first {first:.0f})"
        )
        print(f"  one release for all channels / one page of Python-Markdown: {ratio:.1f}")
        print(f"  SDKs imported: {', '.join(imported) or 'none'}; the target is {TARGET:.0f} ms")
    sys.exit(bool(imported))


if __name__ == "__main__":
    main()
