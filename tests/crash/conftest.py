"""The process that runs are forked from, one a worker, and the table of what the kills came to."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from crash.judging import table
from crash.networks import NETWORKS, Scene
from crash.runs import Runner

_PROPERTY = "crash"


@pytest.fixture(scope="session")
def runner(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Runner]:
    warm = Scene(tmp_path_factory.mktemp("warm") / "desk", tuple(NETWORKS), lambda _call, _moment: False)
    runner = Runner(warm.folder)
    warm.close()
    yield runner
    runner.close()


@pytest.hookimpl
def pytest_terminal_summary(terminalreporter: Any) -> None:
    rows = [
        value
        for reports in terminalreporter.stats.values()
        for report in reports
        for name, value in getattr(report, "user_properties", ())
        if name == _PROPERTY and report.when == "call"
    ]
    if rows:
        terminalreporter.section("what kill -9 came to")
        for line in table(sorted(rows)):
            terminalreporter.write_line(line)
