"""The fault matrix: whatever breaks in the middle of a release, each post stands exactly once in the end.

A fault strikes the second post of a thread of three, or the second recipient of three, or else the only post. Each cell
is a whole run with its ledger, then another one after the network is mended, then, where a post is held, a
person's word and one more.
"""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from examples import FULL
from faults.cells import Cell
from faults.networks import NETWORKS
from faults.page import table, written
from faults.rules import EXCEPTIONS, FAULTS, outcome

from publisher.channels import pacing
from publisher.channels.registry import types

QUICK = ("reset_after", "503", "expired")
CELLS = [
    pytest.param(network, fault, id=f"{network.type}: {fault.name}")
    for network in NETWORKS
    for fault in FAULTS
    if (FULL or fault.kind in QUICK) and outcome(fault, network.type, network.traits) != "-"
]
FOUND: dict[tuple[str, str], str] = {}


@pytest.fixture
def cell(request, tmp_path, monkeypatch):
    """The cell of this network and fault, at noon where a network's day matters."""
    network, fault = request.param
    if network.type == "linkedin":
        noon = datetime.now(UTC).replace(hour=12)
        monkeypatch.setattr(pacing, "now", lambda _headers: noon)
    cell = Cell(network, fault, tmp_path)
    yield cell
    cell.close()
    assert not getattr(cell.server, "crashes", ()), cell.server.crashes[0]


def code_of(states):
    """The exit code as the contract has it."""
    if {"unknown", "held", "sending"} & set(states):
        return 3
    return 0 if set(states) == {"sent"} else 1


def check(run, *, final):
    """What holds after any run: nothing twice, nothing lost silently, and an exit code that says so."""
    assert max(run.standing) <= 1, "twice on the network"
    assert run.code == code_of(run.states)
    for state, standing in zip(run.states, run.standing, strict=True):
        assert state != "sent" or standing, "said to be sent, and not there"
        assert not standing or state in ("sent", "held"), f"there, and said to be {state}"
    assert not final or set(run.states) == {"sent"}
    assert run.together


@pytest.mark.parametrize("cell", [pytest.param(param.values, id=param.id) for param in CELLS], indirect=True)
def test_each_post_stands_once_whatever_breaks(cell):
    """What becomes of the post that is struck is what the rule says, and nothing is twice there, or lost."""
    run, word = cell.struck()
    wanted = outcome(cell.fault, cell.network.type, cell.network.traits)

    FOUND[cell.network.type, cell.fault.name] = word
    check(run, final=wanted in ("again", "found", "anew", "sent"))
    assert word == wanted
    assert run.code == {"next run": 1, "held": 3}.get(wanted, 0)

    cell.mend()
    second = cell.run()
    check(second, final=wanted != "held")
    if wanted == "held":
        assert (second.states, second.standing, second.sent_now) == (run.states, run.standing, 0)
        cell.look(second)
        check(cell.run(), final=True)
    elif wanted != "next run":
        assert second.sent_now == 0
    if wanted == "anew" and cell.network.traits.idempotent:
        assert max(cell.late()) == 1, "the first request was applied late, and made a second post"


def test_every_channel_that_talks_to_a_network_is_in_the_matrix():
    ours = {name for name, point in types().items() if point.value.startswith("publisher.")}

    assert {network.type for network in NETWORKS} == ours - {"newsroom"}
    assert {kind for _, kind in EXCEPTIONS} <= {fault.kind for fault in FAULTS}


def test_the_table_in_the_docs_is_what_comes_out(capsys):
    """The table is made of the rule, which each cell above is held to. PUBLISH_WRITE=1 writes it."""
    with capsys.disabled():
        print(f"\n{table(FOUND)}" if FOUND else "")  # noqa: T201 -- for whoever runs it

    assert written(), "docs/reliability.md has another table: run PUBLISH_WRITE=1 pytest tests/faults -k docs"
