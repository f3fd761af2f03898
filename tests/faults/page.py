"""The matrix as a table, and where it stands in the docs."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from faults.networks import NETWORKS
from faults.rules import EXCEPTIONS, FAULTS, outcome

PAGE = Path(__file__).parents[2] / "docs/reliability.md"
BEGIN, END = "<!-- fault matrix: begin -->", "<!-- fault matrix: end -->"


def table(cells: Mapping[tuple[str, str], str]) -> str:
    """The matrix in Markdown: a row a fault, a column a channel; empty where nothing is known."""
    rows = [["", *(network.type for network in NETWORKS)], ["---"] * (len(NETWORKS) + 1)]
    rows += [[fault.name, *(cells.get((network.type, fault.name), "") for network in NETWORKS)] for fault in FAULTS]
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def whole() -> str:
    """The matrix as the rule has it, and why some cells are not as their neighbours."""
    cells = {
        (network.type, fault.name): outcome(fault, network.type, network.traits)
        for network in NETWORKS
        for fault in FAULTS
    }
    names = {fault.kind: fault.name for fault in FAULTS}
    settling: dict[float, list[str]] = {}
    for network in NETWORKS:
        if network.traits.readable:
            settling.setdefault(network.traits.settles_seconds, []).append(network.type)
    times = [f"- {seconds:g} seconds: {', '.join(settling[seconds])}" for seconds in sorted(settling)]
    reasons = [f"- {channel}, {names[kind]}: {why}." for (channel, kind), (_, why) in EXCEPTIONS.items()]
    own = ["Cells that have a reason of their own:", "", *reasons]
    settle = ['For how long after a post was sent a network\'s "it is not here" is not believed:', "", *times]
    return "\n".join([table(cells), "", *own, "", *settle])


def written() -> bool:
    """Whether the docs have the matrix as it is now; with PUBLISH_WRITE in the environment it is written there."""
    page = PAGE.read_text(encoding="utf-8")
    before, _, rest = page.partition(BEGIN)
    inside, _, after = rest.partition(END)
    wanted = f"\n\n{whole()}\n\n"
    if os.environ.get("PUBLISH_WRITE") and inside != wanted:
        PAGE.write_text(f"{before}{BEGIN}{wanted}{END}{after}", encoding="utf-8")
        return True
    return inside == wanted
