"""A configuration with every channel of our own, as the pages in docs/channels have them.

The gallery, the tests that hold all channels to the same rules, and the benchmarks stand on it.
"""

from __future__ import annotations

import re
import tempfile
from pathlib import Path

from publisher.channels.registry import types
from publisher.config.loading import load_config
from publisher.config.model import Config
from publisher.delivery.plan import Plan, make_plan
from publisher.release.model import Release

ROOT = Path(__file__).resolve().parent.parent
_BLOCK = re.compile(r"```yaml\nchannels:\n(.*?)```", re.DOTALL)


def own_types() -> list[str]:
    return [name for name, point in types().items() if point.value.startswith("publisher.")]


def every_channel(more: str = "") -> Config:
    """The organisation of the sample channels.yaml, and a block for each channel type; `more` goes below, as YAML."""
    head = (ROOT / "channels.yaml").read_text(encoding="utf-8").partition("\nchannels:\n")[0]
    blocks = []
    for name in own_types():
        page = (ROOT / f"docs/channels/{name}.md").read_text(encoding="utf-8")
        found = _BLOCK.search(page)
        if not found:
            raise SystemExit(f"docs/channels/{name}.md has no block of channels.yaml in it")
        blocks.append(found[1])
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "channels.yaml"
        file.write_text(f"{head}\nchannels:\n{''.join(blocks)}{more}", encoding="utf-8")
        return load_config(str(file))


def plan_for_every_channel(release: Release, config: Config | None = None) -> Plan:
    return make_plan(release, config or every_channel())
