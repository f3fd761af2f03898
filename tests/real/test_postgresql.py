"""A ledger's database on a real PostgreSQL."""

from __future__ import annotations

from sqlalchemy import create_engine, text
from sqlalchemy.pool import NullPool


def engine(url):
    return create_engine(url.replace("postgresql://", "postgresql+psycopg://"), poolclass=NullPool)


def test_each_test_has_a_database_of_its_own(postgresql, postgresql_url):
    """What is written there stands nowhere else, and an open connection keeps no database alive."""
    other = postgresql.create()
    here = engine(postgresql_url)
    with here.begin() as connection:
        connection.execute(text("create table sent (id integer)"))
        connection.execute(text("insert into sent values (1)"))
    left_open = engine(postgresql.url(other)).connect()

    assert left_open.execute(text("select count(*) from pg_tables where tablename = 'sent'")).scalar() == 0
    postgresql.drop(other)
    names = "select datname from pg_database where datname like 'ledger%'"
    with here.connect() as connection:
        assert connection.execute(text(names)).scalars().all() == [postgresql_url.rpartition("/")[2]]
    left_open.invalidate()
    left_open.close()


def test_what_is_written_is_on_the_disk(postgresql_url):
    """A ledger that forgets a commit sends twice: this server promises durability, as a user's own does."""
    with engine(postgresql_url).connect() as connection:
        assert connection.execute(text("show fsync")).scalar() == "on"
        assert connection.execute(text("show synchronous_commit")).scalar() == "on"
