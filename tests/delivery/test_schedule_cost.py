"""What `publish due` asks the ledger costs the same whatever else is on the schedule: each question has its index."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from entries import record_delivery, record_release
from sqlalchemy import event, insert

from publisher.channels.base import Request
from publisher.delivery import calendar, glance, schema
from publisher.delivery.ledger import Ledger

NOW = datetime.now(UTC)
LARGE = ("releases", "deliveries", "posts", "events")
"""The tables that grow with what was ever scheduled or sent."""


@pytest.fixture
def ledger(tmp_path):
    ledger = Ledger("sqlite:///ledger.db", tmp_path)
    release = record_release(ledger, None, slug="s", file="f.md", headline="H", digest="d", content={})
    record_delivery(ledger, release, channel="x", kind="x", layout="single", requests=[(Request("POST", "u"), "d")])
    with ledger.writing() as connection:
        calendar.put(connection, release, NOW - timedelta(seconds=1), {"x": {"made_from": {}}})
    yield ledger
    ledger.close()


@pytest.fixture
def plans(ledger):
    """How SQLite answers each question that is asked from now on: the steps of its plan."""
    found = []

    def explain(connection, _cursor, statement, parameters, _context, many):
        if many or not statement.lstrip().upper().startswith(("SELECT", "UPDATE", "DELETE", "INSERT")):
            return
        steps = connection.connection.cursor().execute(f"EXPLAIN QUERY PLAN {statement}", parameters).fetchall()
        found.extend((step[3], statement) for step in steps)

    event.listen(ledger._engine, "before_cursor_execute", explain)
    yield found
    event.remove(ledger._engine, "before_cursor_execute", explain)


def scans(plans):
    """The questions for which a whole table that grows, or a whole index of one, is read."""
    return [each for each in plans if each[0].startswith("SCAN") and each[0].split()[1] in LARGE]


def test_no_question_of_a_run_reads_a_table_whole(ledger, plans):
    """What is due, when the next is, taking it, what it was frozen with, letting go, and dead claims."""
    ledger.give_up_dead_claims()
    (number,) = calendar.due(ledger, NOW)
    release = calendar.take(ledger, number, NOW)
    (row,) = release.deliveries
    calendar.frozen(ledger, row)
    calendar.try_again(ledger, row, NOW)
    calendar.sent_by_hand(ledger, number)
    ledger.find_release(slug="s")
    ledger.find_release(file="f.md")
    calendar.settle(ledger, [row.id])
    calendar.hold(ledger, [row.id], "why")

    assert calendar.next_at(ledger) is None
    assert any("ix_deliveries_next_at" in step for step, _ in plans)
    assert not scans(plans)


def test_the_first_glance_reads_no_table_whole_either(ledger):
    with ledger.reading() as connection:
        steps = [row[3] for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {glance.IS_DUE}", ("2026",))]

    assert steps == ["SEARCH deliveries USING COVERING INDEX ix_deliveries_next_at (next_at<?)"]


def test_would_notice_a_question_without_an_index(ledger, plans):
    with ledger.reading() as connection:
        connection.execute(schema.deliveries.select().where(schema.deliveries.c.channel == "x")).all()
    with ledger.writing() as connection:
        connection.execute(insert(schema.senders).values(id="a", owner="o", beat=0, seen_at=NOW))

    assert len(scans(plans)) == 1
