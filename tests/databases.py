"""Real databases for tests: an SQLite file and a PostgreSQL server, both brought to their newest shape by the migrations.

The server is started once a run, from the wheel `pgserver`, in a folder of its own and without a port. Each test gets
a fresh database, copied from a migrated one, which takes some 50 ms.
"""

from __future__ import annotations

import shutil
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from types import SimpleNamespace
from typing import cast

from sqlalchemy import create_engine
from sqlalchemy.engine import make_url

from bot.base.settings import Settings
from bot.serve.first_run import upgrade_database


def migrate(url: str) -> None:
    """Bring a database to its newest shape, as the service itself does at its start."""
    upgrade_database(cast(Settings, SimpleNamespace(database_url=url)))


class PostgreSQL:
    """A running server.

    Args:
        url: of its maintenance database.
    """

    def __init__(self, url: str) -> None:
        self._url = make_url(url)
        self._numbers = count(1)
        self._migrated: str | None = None
        # Tests may lose their data when the machine goes down; they must not wait for a disk.
        self._run("ALTER SYSTEM SET fsync = off", "ALTER SYSTEM SET synchronous_commit = off", "SELECT pg_reload_conf()")

    def empty(self) -> str:
        """The URL of a new database without tables."""
        name = f"test_{next(self._numbers)}"
        self._run(f"CREATE DATABASE {name}")
        return self._address(name)

    def fresh(self) -> str:
        """The URL of a new database with all tables and no rows."""
        if self._migrated is None:
            url = self.empty()
            migrate(url)
            self._migrated = make_url(url).database
        name = f"test_{next(self._numbers)}"
        self._run(f"CREATE DATABASE {name} TEMPLATE {self._migrated}")
        return self._address(name)

    def drop(self, url: str) -> None:
        """Remove a database, whoever is still connected to it."""
        self._run(f"DROP DATABASE IF EXISTS {make_url(url).database} WITH (FORCE)")

    def _address(self, name: str) -> str:
        return self._url.set(database=name).render_as_string(hide_password=False)

    def _run(self, *statements: str) -> None:
        engine = create_engine(self._url, future=True, isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            for statement in statements:
                connection.exec_driver_sql(statement)
        engine.dispose()


@contextmanager
def postgresql_server() -> Iterator[PostgreSQL]:
    """Start a server; stop it and remove its folder afterwards.

    Works as root too: `pgserver` then runs it as a user of its own, who must be able to reach the folder; pytest's
    own temporary folders are closed to others.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import pgserver
    folder = Path(tempfile.mkdtemp(prefix="kinline-postgresql-"))
    folder.chmod(0o755)
    server = pgserver.get_server(folder / "data", cleanup_mode="delete")
    try:
        yield PostgreSQL(server.get_uri())
    finally:
        server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)
