from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import inspect, select

from bot.base.db import Database, metadata, open_database
from bot.directory import store
from bot.directory.public_ids import public_id
from bot.serve.first_run import ROOT
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


def test_services_that_were_there_before_public_ids_are_found_by_them(each_database: Database) -> None:
    """Back to the step before, two rows, and forward again."""
    config = Config()
    config.set_main_option("script_location", str(ROOT / "bot" / "migrations"))
    config.set_main_option("sqlalchemy.url", each_database.engine.url.render_as_string(hide_password=False).replace("%", "%%"))
    command.downgrade(config, "0014")
    own, uuid = "seatown-fair", "8d1f0c1e-0000-4000-8000-000000000001"
    columns = "id, area, feed, name, status, offered, checked_on, record"
    with each_database.engine.begin() as connection:
        for one in (own, uuid):
            values = f"'{one}', 'seatown', 'feed:x', 'Fair', 'open', true, '2026-11-01', '{{}}'"
            connection.exec_driver_sql(f"INSERT INTO service ({columns}) VALUES ({values})")
    command.upgrade(config, "head")
    with each_database.session() as session:
        rows = session.execute(select(store.service_table.c.id, store.service_table.c.public_id))
        assert {row.id: row.public_id for row in rows} == {own: public_id(own), uuid: None}
