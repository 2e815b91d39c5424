"""The database session. One `MetaData` for all rooms; SQLite by default, PostgreSQL at scale."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

from sqlalchemy import DateTime, MetaData, TypeDecorator, create_engine, event, text
from sqlalchemy.engine import Engine, make_url
from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.orm import Session as Session
from sqlalchemy.pool import QueuePool, StaticPool

from bot.base.clock import LONDON
from bot.base.errors import StoreUnavailable

OpenSession = Session
"""For rooms that only hand a session on."""

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(column_0_label)s",
        "uq": "uq_%(table_name)s_%(column_0_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)


class Instant(TypeDecorator):
    """An aware time, stored in UTC and given back in London time, on SQLite (which knows no zones) and PostgreSQL alike.

    Order and comparison hold across the night on which the clocks change.
    """

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Any) -> datetime | None:
        """In UTC; SQLite is given no zone, so that all texts compare alike."""
        if value is None:
            return None
        at = value.astimezone(timezone.utc)
        return at.replace(tzinfo=None) if dialect.name == "sqlite" else at

    def process_result_value(self, value: datetime | None, _dialect: Any) -> datetime | None:
        """In London time."""
        if value is None:
            return None
        return (value.replace(tzinfo=timezone.utc) if value.tzinfo is None else value).astimezone(LONDON)


class Database:
    """An engine and its sessions.

    Attributes:
        commits: how many statements wrote since the start; each of ours is a transaction of its own. Read by the benchmark.
    """

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.commits = 0
        event.listen(engine, "before_cursor_execute", self._count_writes)

    def _count_writes(self, _connection: Any, _cursor: Any, statement: str, *_others: Any) -> None:
        if not statement.lstrip().upper().startswith(("SELECT", "PRAGMA")):
            self.commits += 1

    @contextmanager
    def session(self) -> Iterator[Session]:
        """A session that commits when the block ends well and rolls back when it does not.

        Raises:
            StoreUnavailable: the database cannot be reached, is locked, full or damaged.
        """
        session = Session(self.engine, future=True)
        try:
            yield session
            session.commit()
        except DBAPIError as error:
            session.rollback()
            # The statement and its parameters may hold a parent's words: only the kind is passed on.
            raise StoreUnavailable(type(error.orig).__name__) from None
        except SQLAlchemyError as error:
            session.rollback()
            raise StoreUnavailable(type(error).__name__) from None
        except BaseException:
            session.rollback()
            raise
        finally:
            session.close()

    def create_tables(self) -> None:
        """All tables of the rooms that have been imported; for tests. Production uses Alembic."""
        metadata.create_all(self.engine)

    def is_alive(self) -> bool:
        """Whether a trivial query is answered."""
        try:
            with self.engine.connect() as connection:
                connection.execute(text("SELECT 1"))
        except SQLAlchemyError:
            return False
        return True

    def tidy(self) -> None:
        """Let go of old pages: SQLite keeps deleted words in its journal until that is written over. May do nothing while others read."""
        if self.engine.dialect.name == "sqlite":
            with contextlib.suppress(SQLAlchemyError), self.engine.connect() as connection:
                connection.execute(text("PRAGMA wal_checkpoint(TRUNCATE)"))

    def close(self) -> None:
        """Give all connections back."""
        self.engine.dispose()


def open_database(url: str) -> Database:
    """An engine for a URL such as `sqlite:///var/kinline.db` or `postgresql://…`.

    The folder of an SQLite file is made, the file is readable by its owner only.
    """
    parsed = make_url(url)
    options: dict[str, Any] = {"future": True}
    if parsed.get_backend_name() == "sqlite":
        options["connect_args"] = {"check_same_thread": False}
        if parsed.database in (None, "", ":memory:"):
            options["poolclass"] = StaticPool
        else:
            path = Path(str(parsed.database))
            path.parent.mkdir(parents=True, exist_ok=True)
            path.touch(mode=0o600, exist_ok=True)
            # SQLAlchemy 1.4 opens a file anew for each session otherwise: two milliseconds and five pragmas each time.
            options |= {"poolclass": QueuePool, "pool_size": 5, "max_overflow": 5}
    else:
        options |= {"pool_size": 5, "max_overflow": 5, "pool_pre_ping": True}
    engine = create_engine(parsed, **options)
    if parsed.get_backend_name() == "sqlite":
        event.listen(engine, "connect", _sqlite_pragmas)
    return Database(engine)


def _sqlite_pragmas(connection: sqlite3.Connection, _record: object) -> None:
    cursor = connection.cursor()
    for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "busy_timeout=5000", "foreign_keys=ON", "secure_delete=ON"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()
