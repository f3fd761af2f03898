"""The tables of the ledger. One row a post; a release and a delivery hold what their posts have in common.

Whoever changes them gives `VERSION` (in glance.py) the next number and `migrations.py` a step that gets there.
"""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    BigInteger,
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

from publisher.delivery import glance
from publisher.delivery.packed import PackedJSON, PackedText

VERSION = glance.VERSION
"""The schema's version, kept in the table `ledger`; a ledger with a higher one belongs to a newer program."""

metadata = MetaData()

ledger = Table("ledger", metadata, Column("version", Integer, nullable=False))

brake = Table(
    "brake",
    metadata,
    Column("id", Integer, primary_key=True),  # the newest row counts
    Column("on", Boolean, nullable=False),
    Column("at", DateTime(timezone=True), nullable=False),
    Column("owner", String(300), nullable=False),
    Column("reason", Text),
)

releases = Table(
    "releases",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("slug", String(200), nullable=False, unique=True),
    Column("file", Text, nullable=False, index=True),
    Column("headline", PackedText, nullable=False),
    Column("digest", String(64), nullable=False),
    Column("content", PackedJSON, nullable=False),
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
    Column("due_at", DateTime(timezone=True)),  # when it is, or was, to go out; none: at once
    Column("next_at", DateTime(timezone=True), index=True),  # when to look at it next; none: not on the schedule
    Column("tries", Integer, nullable=False, server_default="0"),  # runs since it was due that did not finish it
    Column("hold", PackedText),  # why it is held for a person, off the schedule
    Column("frozen", PackedJSON),  # how it looks, and what it was made from; see entering.py, scheduling.py
    Column("taken_by", String(32)),  # the sender that is on it; the claims on its posts are what counts
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
    Column("request", PackedJSON, nullable=False),  # as stamped; secrets are masked in it
    Column("digest", String(64), nullable=False),  # of the request as rendered, before its key and time were given
    Column("stamped_at", DateTime(timezone=True)),  # the time that its key and the request were given
    Column("fence", Integer, nullable=False, server_default="0"),  # counts the claims; the last one may settle
    Column("sender", String(32)),  # who has the claim, or had it last
    Column("doubtful", Boolean, nullable=False, server_default=false()),  # was unknown once: its key stays for good
    Column("remote_id", Text),
    Column("url", Text),
    Column("data", JSON),
    Column("error", PackedText),
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
    Column("words", PackedText),  # the error, or why
    Column("answer", PackedText),  # the network's own, as it came: its code and its beginning, secrets masked
)

files = Table(
    "files",
    metadata,
    Column("path", String(1000), primary_key=True),  # from the folder of channels.yaml, with /
    Column("size", BigInteger, nullable=False),
    Column("mtime_ns", BigInteger, nullable=False),
    Column("digest", String(64), nullable=False),  # of its bytes; empty where they could not be read
    Column("publish_at", String(40)),  # as it was read, in UTC
    Column("slug", String(200)),
    Column("state", String(10), nullable=False),  # idle, scheduled, cancelled, problem, past
    Column("problem", PackedText),  # why it is not on the schedule, for a person
)
