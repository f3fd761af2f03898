"""What it costs to write and render one release for every channel, once it has been read.

    python benchmarks/composing.py [FILE] [--rounds 30] [--json]

Every channel type of our own takes part, with the settings that its page in docs/channels shows. A round composes and
renders the release for all of them, and right after that does the yardstick of benchmarks/parsing.py: Python-Markdown
turning a fixed page into HTML. CPU time of this process alone is counted, the first round, which makes patterns and
tables, apart from the others. Ends with 1 when the median is over the target, or when an SDK was imported.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
from pathlib import Path

from parsing import PAGES, cpu, yardstick

ROOT = Path(__file__).resolve().parent.parent
sys.path.append(str(ROOT / "tools"))

from every_channel import every_channel  # noqa: E402 -- beside this folder, in tools/

from publisher.delivery.plan import make_plan  # noqa: E402
from publisher.documents import read  # noqa: E402
from publisher.release import parse  # noqa: E402

SAMPLE = ROOT / "releases/product-launch.md"
TARGET = 15.0
SDKS = {"tweepy", "atproto", "telegram", "requests", "httpx", "PIL", "sqlalchemy", "smtplib"}


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("file", nargs="?", type=Path, default=SAMPLE)
    parser.add_argument("--rounds", type=int, default=30)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    config, release = every_channel(), parse(read(str(options.file)))
    rounds = [(cpu(lambda: make_plan(release, config)), cpu(yardstick) / PAGES) for _ in range(options.rounds + 1)]
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
    sys.exit(spent > TARGET or bool(imported))


if __name__ == "__main__":
    main()
