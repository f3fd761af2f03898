"""The tables of the ledger. One row a post; a release and a delivery hold what their posts have in common.

Whoever changes them gives `VERSION` the next number and `migrations.py` a step that gets there.
"""

from __future__ import annotations

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
    false,
)

VERSION = 2
"""The schema's version, kept in the table `ledger`; a ledger with a higher one belongs to a newer program."""

metadata = MetaData()

ledger = Table("ledger", metadata, Column("version", Integer, nullable=False))

releases = Table(
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

deliveries = Table(
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

senders = Table(
    "senders",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("owner", String(300), nullable=False),  # machine and process; see claims.py
    Column("beat", Integer, nullable=False),  # grows while the process lives
    Column("seen_at", DateTime(timezone=True), nullable=False),
)

posts = Table(
    "posts",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("delivery_id", ForeignKey("deliveries.id"), nullable=False),
    Column("index", Integer, nullable=False),
    Column("status", String(10), nullable=False, index=True),  # planned, sending, sent, refused, unknown, held
    Column("request", JSON, nullable=False),  # as stamped; secrets are masked in it
    Column("digest", String(64), nullable=False),  # of the request as rendered, before its key and time were given
    Column("stamped_at", DateTime(timezone=True)),  # the time that its key and the request were given
    Column("fence", Integer, nullable=False, server_default="0"),  # counts the claims; the last one may settle
    Column("sender", String(32)),  # who has the claim, or had it last
    Column("doubtful", Boolean, nullable=False, server_default=false()),  # was unknown once: its key stays for good
    Column("remote_id", Text),
    Column("url", Text),
    Column("data", JSON),
    Column("error", Text),
    Column("updated_at", DateTime(timezone=True), nullable=False),
    UniqueConstraint("delivery_id", "index"),
)

events = Table(
    "events",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("post_id", Integer, nullable=False, index=True),
    Column("at", DateTime(timezone=True), nullable=False),
    Column("owner", String(300), nullable=False),
    Column("status", String(10), nullable=False),  # what the post became
    Column("fence", Integer, nullable=False),
    Column("words", Text),  # the error, or why
    Column("answer", Text),  # the network's own, as it came: its code and its beginning, secrets masked
)
