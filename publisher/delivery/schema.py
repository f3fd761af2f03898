"""The tables of the ledger. One row a post; a release and a delivery hold what their posts have in common."""

from __future__ import annotations

from sqlalchemy import JSON, Column, DateTime, ForeignKey, Integer, MetaData, String, Table, Text, UniqueConstraint

VERSION = 1
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

posts = Table(
    "posts",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("delivery_id", ForeignKey("deliveries.id"), nullable=False),
    Column("index", Integer, nullable=False),
    Column("status", String(10), nullable=False, index=True),  # planned, sending, sent, refused, unknown, held
    Column("request", JSON, nullable=False),  # as stamped; secrets are masked in it
    Column("digest", String(64), nullable=False),  # of the request as rendered, before its key and time were given
    Column("claim", String(32)),  # the fencing token of whoever is sending, or was last
    Column("owner", String(300)),  # host and process of that claim
    Column("lease_until", DateTime(timezone=True)),
    Column("remote_id", Text),
    Column("url", Text),
    Column("data", JSON),
    Column("error", Text),
    Column("updated_at", DateTime(timezone=True), nullable=False),
    UniqueConstraint("delivery_id", "index"),
)
