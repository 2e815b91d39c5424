from __future__ import annotations

from pathlib import Path

from sqlalchemy import inspect, select

from bot.base.db import Database, metadata, open_database
from bot.directory import store
from tests.databases import PostgreSQL, migrate


def test_the_migrations_make_the_tables_that_the_rooms_declare(each_database: Database) -> None:
    made = inspect(each_database.engine)
    names = set(made.get_table_names())
    for table in metadata.sorted_tables:
        assert table.name in names
        assert {column["name"] for column in made.get_columns(table.name)} >= {column.name for column in table.columns}, table.name


def test_each_test_gets_a_database_of_its_own(postgresql: PostgreSQL, tmp_path: Path) -> None:
    one, other = open_database(postgresql.fresh()), open_database(postgresql.fresh())
    with one.session() as session:
        store.replace_source(session, "content:seatown", "1", ())
    with other.session() as session:
        assert store.fingerprints(session) == {}
    with one.session() as session:
        assert session.execute(select(store.source_table.c.name)).scalars().all() == ["content:seatown"]
    one.close()
    other.close()


def test_migrating_twice_changes_nothing(database_url: str) -> None:
    migrate(database_url)
    database = open_database(database_url)
    assert database.is_alive()
    database.close()
