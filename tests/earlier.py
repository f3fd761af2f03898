"""Ledgers that earlier versions of this program made, and what stood on the networks then.

`delivery/ledgers/N.sql` is a dump of version N's ledger: one release whose message is held; one that a killed process
left behind, with posts sent, refused, unknown, planned, and one being sent. `N.json` has the posts that stood there.
Whoever gives the ledger's tables a new version writes both with the program of the version before.
"""

from __future__ import annotations

import json
import sqlite3
from datetime import UTC, datetime, timedelta
from pathlib import Path

from servers.base import Posted
from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    DateTime,
    ForeignKey,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
    create_engine,
    false,
    func,
    select,
)

LEDGERS = Path(__file__).parent / "delivery/ledgers"

FESTIVAL = """\
Harbour Festival Opens on Saturday

(Aller)—The festival opens its gates on Saturday at noon.

“Come and bring your boats,” said Captain Tom Beck.
"""


def dump(version, **places):
    """The SQL of a ledger, with this folder, these addresses, and this owner of what is being sent.

    Args:
        version: Of its tables.
        places: `folder`, the address of each stand-in by its name, `owner`, `until`. Left to itself, the owner is
            another machine's process whose claim has run out, or that gives no sign of life.
    """
    sql = (LEDGERS / f"{version}.sql").read_text(encoding="utf-8")
    places = {"owner": "desk/4711/815", "until": moment(-1), **places}
    for name, value in places.items():
        sql = sql.replace(f"{{{name}}}", str(value))
    return sql


def moment(minutes):
    """So many minutes from now, as SQLite has it."""
    return f"{datetime.now(UTC) + timedelta(minutes=minutes):%Y-%m-%d %H:%M:%S.%f}"


def lay(version, file, **places):
    """Put a ledger of an earlier version there, as a file of SQLite's."""
    file.parent.mkdir(exist_ok=True)
    connection = sqlite3.connect(file)
    connection.executescript(dump(version, **places))
    connection.close()


def stand(version, servers):
    """Put the posts on the stand-ins, by their names, that stood on the networks."""
    for name, posts in json.loads((LEDGERS / f"{version}.json").read_text(encoding="utf-8")).items():
        server = servers.get(name)
        for each in posts if server else ():
            server.posts.append(Posted(each["id"], each["text"], each["reply_to"], raw=each["raw"]))
            if hasattr(server, "made"):
                server.made[each["id"]] = datetime.fromisoformat(each["made"]).replace(tzinfo=UTC)
            if hasattr(server, "records"):
                server.records[each["id"]] = each["raw"]


def _common(*of_a_post):
    """What versions 1 and 2 have alike, with these columns in the middle of a post."""
    metadata = MetaData()
    Table("ledger", metadata, Column("version", Integer, nullable=False))
    Table(
        "releases",
        metadata,
        Column("id", Integer, primary_key=True),
        Column("slug", String(200), nullable=False, unique=True),
        Column("file", Text, nullable=False, index=True),
        Column("headline", Text, nullable=False),
        Column("digest", String(64), nullable=False),
        Column("content", JSON, nullable=False),
        Column("created_at", DateTime(timezone=True), nullable=False),
    )
    Table(
        "deliveries",
        metadata,
        Column("id", Integer, primary_key=True),
        Column("release_id", ForeignKey("releases.id"), nullable=False),
        Column("channel", String(200), nullable=False),
        Column("type", String(100), nullable=False),
        Column("layout", String(20), nullable=False),
        Column("due_at", DateTime(timezone=True)),
        UniqueConstraint("release_id", "channel"),
    )
    Table(
        "posts",
        metadata,
        Column("id", Integer, primary_key=True),
        Column("delivery_id", ForeignKey("deliveries.id"), nullable=False),
        Column("index", Integer, nullable=False),
        Column("status", String(10), nullable=False, index=True),
        Column("request", JSON, nullable=False),
        Column("digest", String(64), nullable=False),
        *of_a_post,
        Column("remote_id", Text),
        Column("url", Text),
        Column("data", JSON),
        Column("error", Text),
        Column("updated_at", DateTime(timezone=True), nullable=False),
        UniqueConstraint("delivery_id", "index"),
    )
    return metadata


def _version_1():
    return _common(
        Column("claim", String(32)),
        Column("owner", String(300)),
        Column("lease_until", DateTime(timezone=True)),
    )


def _version_2():
    metadata = _common(
        Column("stamped_at", DateTime(timezone=True)),
        Column("fence", Integer, nullable=False, server_default="0"),
        Column("sender", String(32)),
        Column("doubtful", Boolean, nullable=False, server_default=false()),
    )
    Table(
        "senders",
        metadata,
        Column("id", String(32), primary_key=True),
        Column("owner", String(300), nullable=False),
        Column("beat", Integer, nullable=False),
        Column("seen_at", DateTime(timezone=True), nullable=False),
    )
    Table(
        "events",
        metadata,
        Column("id", Integer, primary_key=True),
        Column("post_id", Integer, nullable=False, index=True),
        Column("at", DateTime(timezone=True), nullable=False),
        Column("owner", String(300), nullable=False),
        Column("status", String(10), nullable=False),
        Column("fence", Integer, nullable=False),
        Column("words", Text),
        Column("answer", Text),
    )
    return metadata


TABLES = {1: _version_1(), 2: _version_2()}
"""The tables of each earlier version, for databases that read no dump of SQLite's."""


def copy(version, file, url):
    """Make the same ledger on a database server, out of the file that `lay` made."""
    tables = TABLES[version].sorted_tables
    source, target = create_engine(f"sqlite:///{file}"), create_engine(url)
    with source.connect() as old, target.begin() as new:
        TABLES[version].create_all(new)
        for table in tables:
            rows = [dict(row._mapping) for row in old.execute(select(table))]
            for row in rows:
                row |= {name: value.replace(tzinfo=UTC) for name, value in row.items() if isinstance(value, datetime)}
            new.execute(table.insert(), rows)
            if "id" in table.c and isinstance(table.c.id.type, Integer):
                new.execute(select(func.setval(f"{table.name}_id_seq", select(func.max(table.c.id)).scalar_subquery())))
    source.dispose()
    target.dispose()
