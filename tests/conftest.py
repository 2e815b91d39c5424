"""What tests share: a stopped clock, a database in memory, settings that touch nothing outside."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

os.environ["RASA_TELEMETRY_ENABLED"] = "false"
os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"

from bot.base.clock import LONDON, StoppedClock
from bot.base.db import Database, open_database
from bot.base.sealing import Sealer, new_key
from tests.databases import PostgreSQL, migrate, postgresql_server

# Machines are noisy: no property test fails for being slow.
settings.register_profile("patient", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("patient")

TUESDAY = datetime(2026, 11, 24, 10, 0, tzinfo=LONDON)
ROOT = Path(__file__).resolve().parents[1]


LONG_FIRST = ("nlu", "chaos", "conversations", "channels", "widget", "desk")
"""Folders whose files take long; with two processes the many short ones fill up the end."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Long files first."""
    folders = [*LONG_FIRST, ""]

    def place(item: pytest.Item) -> int:
        folder = item.path.relative_to(ROOT / "tests").parts[0]
        return folders.index(folder if folder in LONG_FIRST else "")

    items.sort(key=place)


@pytest.fixture
def clock() -> StoppedClock:
    """Tuesday 24 November 2026, ten in the morning."""
    return StoppedClock(TUESDAY)


@pytest.fixture
def sealer() -> Sealer:
    return Sealer(new_key())


@pytest.fixture
def database() -> Database:
    import bot.callbacks.entry_store
    import bot.callbacks.store
    import bot.callbacks.timer_store
    import bot.delivery.address_store
    import bot.delivery.conversations
    import bot.delivery.inbox_store
    import bot.delivery.outbox_store
    import bot.delivery.store
    import bot.directory.feeds.change_store
    import bot.directory.feeds.store
    import bot.directory.store
    import bot.insight.store
    import bot.privacy.store
    import bot.replies.store
    import bot.staff.record_store
    import bot.staff.session_store  # noqa: F401 - their tables

    database = open_database("sqlite://")
    database.create_tables()
    return database


@pytest.fixture(scope="session")
def postgresql() -> Iterator[PostgreSQL]:
    """A real server; `fresh()` gives the URL of a new database with all tables."""
    with postgresql_server() as server:
        yield server


@pytest.fixture(scope="session")
def migrated_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An SQLite file with all tables and no rows, to be copied."""
    path = tmp_path_factory.mktemp("sqlite") / "migrated.db"
    migrate(f"sqlite:///{path}")
    return path


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A fresh database with all tables, once a file of SQLite and once in PostgreSQL."""
    if request.param == "sqlite":
        copy = shutil.copy(request.getfixturevalue("migrated_file"), tmp_path / "test.db")
        yield f"sqlite:///{copy}"
        return
    server = request.getfixturevalue("postgresql")
    url = server.fresh()
    yield url
    server.drop(url)


@pytest.fixture
def each_database(database_url: str) -> Iterator[Database]:
    """The same test on both databases: give it this instead of `database`."""
    database = open_database(database_url)
    yield database
    database.close()
